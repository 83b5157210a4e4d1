/* SPDX-License-Identifier: ISC */
/* Raw sharing: bytes over GF(2^8), in blocks whose coefficients fit a local.
 *
 * How randomness is drawn, and why that is safe: raw.h.
 */
#include <keyshare/raw.h>

#include <stdbool.h>
#include <string.h>

#include "ct.h"
#include "latch.h"
#include "memory.h"
#include "random.h"
#include "reveal.h"
#include "shamir.h"

/* Coefficients at a time, in the stack. */
#define ROOM_SIZE 16384

/* Blocks are of whole cache lines, unless the secret ends. */
#define LINE_SIZE 64
_Static_assert(LINE_SIZE *(KEYSHARE_RAW_COUNT_MAX - 1) <= ROOM_SIZE,
    "a line of each coefficient fits");

/* What the system gives in one call: up to this its bytes are used as they
 * are, and cost less than a key and its stream. */
#define DIRECT_SIZE 256

/* So many bytes of shares are not looked at again before they have left the
 * caches. */
#define PASSING_SIZE ((size_t)32 << 20)

/* What a stuck generator gives is looked for in so many bytes. */
#define STUCK_MIN 16
#define STUCK_MAX 32

/* A split under way. */
struct splitting {
    uint8_t indices[KEYSHARE_RAW_COUNT_MAX];
    struct shamir_split split;
    size_t len; /* of all */
    struct random random;
    bool streams; /* by a key that RANDOM gives */
    struct random_stream stream;
};

/* So many are compared in pairs sooner than a table is cleared. */
#define FEW 12

/* Whether there are COUNT different ones, none of them 0. */
static bool
are_indices(const uint8_t *indices, size_t count)
{
    uint8_t seen[256];
    bool bad = false;

    if (count <= FEW) {
        for (size_t i = 0; i < count; i++) {
            bad |= indices[i] == 0;
            for (size_t j = 0; j < i; j++)
                bad |= indices[i] == indices[j];
        }
        return !bad;
    }
    memset(seen, 0, sizeof seen);
    seen[0] = 1;
    for (size_t i = 0; i < count; i++) {
        bad |= seen[indices[i]] != 0;
        seen[indices[i]] = 1;
    }
    return !bad;
}

/* Take and check the terms. */
static keyshare_error
take_terms(struct splitting *s, const keyshare_raw_terms *terms)
{
    s->streams = false;
    if (terms == NULL || terms->size < sizeof *terms)
        return KEYSHARE_ERR_ARGUMENT;
    if (terms->threshold < 1 || terms->threshold > terms->count ||
        terms->count > KEYSHARE_RAW_COUNT_MAX)
        return KEYSHARE_ERR_POLICY;
    for (unsigned i = 0; i < terms->count; i++)
        s->indices[i] =
            terms->indices == NULL ? (uint8_t)(i + 1) : terms->indices[i];
    s->split.indices = s->indices;
    s->split.count = terms->count;
    s->split.threshold = terms->threshold;
    return are_indices(s->indices, terms->count) ? KEYSHARE_OK
                                                 : KEYSHARE_ERR_INDEX;
}

/* Whether COUNT * LEN is above what is below 2^32; COUNT <= 255. */
static bool
is_above(size_t len, size_t count, size_t most)
{
    return count > 0 && (len > most || (uint64_t)count * len > most);
}

/* Take the rest, for LEN > 0. */
static bool
take_rest(struct splitting *s, uint8_t *const *shares, const uint8_t *secret,
    size_t len, const keyshare_random *random)
{
    for (size_t i = 0; i < s->split.count; i++)
        if (shares[i] == NULL)
            return false;
    s->split.shares = shares;
    s->split.secret = secret;
    s->split.passing = is_above(len, s->split.count, PASSING_SIZE);
    s->len = len;
    s->streams =
        random == NULL && is_above(len, s->split.threshold - 1, DIRECT_SIZE);
    return secret != NULL && keyshare_random_open(&s->random, random);
}

/* The coefficients of a block. */
static keyshare_error
draw(struct splitting *s, uint8_t *bytes, size_t len)
{
    keyshare_error error;

    if (s->streams) {
        keyshare_random_stream_next(&s->stream, bytes, len);
        return KEYSHARE_OK;
    }
    error = keyshare_random_draw(&s->random, bytes, len);
    if (error != KEYSHARE_OK || len < STUCK_MIN)
        return error;
    return keyshare_reveal_mask(
               keyshare_ct_all_zero(bytes, len < STUCK_MAX ? len : STUCK_MAX),
               REVEAL_STUCK)
               ? KEYSHARE_ERR_RANDOM
               : KEYSHARE_OK;
}

/* How many bytes of the secret are shared at a time. */
static size_t
block_len(const struct splitting *s)
{
    size_t block = ROOM_SIZE;

    if (s->split.threshold == 1)
        return s->len;
    while ((s->split.threshold - 1) * block > ROOM_SIZE)
        block /= 2;
    return block;
}

static keyshare_error
split_blocks(struct splitting *s)
{
    _Alignas(LINE_SIZE) uint8_t room[ROOM_SIZE + LINE_SIZE];
    /* Aligned as the shares are, which are written in whole lines. */
    uint8_t *coefficients =
        room + ((uintptr_t)s->split.shares[0] & (LINE_SIZE - 1));
    const size_t degree = s->split.threshold - 1;
    const size_t block = block_len(s);
    const size_t used = degree * (block < s->len ? block : s->len);
    keyshare_error error = KEYSHARE_OK;

    s->split.coefficients = coefficients;
    if (s->streams)
        error = keyshare_random_stream_begin(&s->stream, &s->random);
    for (size_t at = 0; at < s->len && error == KEYSHARE_OK;
         at += s->split.len) {
        s->split.at = at;
        s->split.len = block < s->len - at ? block : s->len - at;
        error = draw(s, coefficients, degree * s->split.len);
        if (error == KEYSHARE_OK)
            keyshare_shamir_split(&s->split);
    }
    keyshare_memory_wipe(coefficients, used);
    keyshare_memory_wipe(&s->stream, sizeof s->stream);
    /* Here, below the coefficients, since what was called lay there. */
    keyshare_memory_burn(
        s->streams ? KEYSHARE_MEMORY_BURN_DEPTH : keyshare_shamir_depth());
    return error;
}

keyshare_error
keyshare_raw_split(uint8_t *const *shares, const keyshare_raw_terms *terms,
    const uint8_t *secret, size_t len, const keyshare_random *random)
{
    struct splitting s;
    keyshare_error error = take_terms(&s, terms);

    if (error != KEYSHARE_OK)
        return error;
    if (shares == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if (keyshare_latch_is_closed())
        error = KEYSHARE_ERR_FAULT;
    else if (len > 0 && !take_rest(&s, shares, secret, len, random))
        error = KEYSHARE_ERR_ARGUMENT;
    else if (len > 0)
        error = split_blocks(&s);
    if (error != KEYSHARE_OK)
        for (size_t i = 0; i < s.split.count; i++)
            if (shares[i] != NULL)
                keyshare_memory_wipe(shares[i], len);
    return error;
}

keyshare_error
keyshare_raw_combine(uint8_t *secret, const uint8_t *const *shares,
    const uint8_t *indices, unsigned count, size_t len)
{
    uint8_t weights[KEYSHARE_RAW_COUNT_MAX];
    keyshare_error error = KEYSHARE_OK;

    if (secret == NULL && len > 0)
        return KEYSHARE_ERR_ARGUMENT;
    if (shares == NULL || indices == NULL || count < 1 ||
        count > KEYSHARE_RAW_COUNT_MAX)
        error = KEYSHARE_ERR_ARGUMENT;
    for (unsigned i = 0; i < count && len > 0 && error == KEYSHARE_OK; i++)
        if (shares[i] == NULL)
            error = KEYSHARE_ERR_ARGUMENT;
    if (error == KEYSHARE_OK && !are_indices(indices, count))
        error = KEYSHARE_ERR_INDEX;
    if (error == KEYSHARE_OK && keyshare_latch_is_closed())
        error = KEYSHARE_ERR_FAULT;
    if (error == KEYSHARE_OK && len > 0) {
        keyshare_shamir_weights(weights, indices, count, 0);
        keyshare_shamir_interpolate(secret, weights, shares, count, len);
        keyshare_memory_burn(keyshare_shamir_depth());
    } else if (len > 0) {
        keyshare_memory_wipe(secret, len);
    }
    return error;
}

const char *
keyshare_raw_backend(unsigned which)
{
    return keyshare_shamir_backend(which);
}

const char *
keyshare_raw_backend_selected(void)
{
    return keyshare_shamir_backend_chosen();
}

keyshare_error
keyshare_raw_backend_select(const char *name)
{
    return keyshare_shamir_backend_choose(name) ? KEYSHARE_OK
                                                : KEYSHARE_ERR_ARGUMENT;
}
