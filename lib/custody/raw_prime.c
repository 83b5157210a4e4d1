/* SPDX-License-Identifier: ISC */
/* Raw sharing of one scalar over a prime field of the caller's.
 *
 * Nothing is allocated: the field's room stands in the stack of the public
 * functions. The shares' own buffers are the accumulators of Horner's rule,
 * highest coefficient first.
 */
#include <keyshare/raw_prime.h>

#include <stdbool.h>
#include <string.h>

#include "ct.h"
#include "latch.h"
#include "memory.h"
#include "random.h"
#include "reveal.h"
#include "shamir_prime.h"

_Static_assert(KEYSHARE_RAW_PRIME_SIZE_MAX == KEYSHARE_SHAMIR_PRIME_SIZE_MAX,
    "the longest modulus");

/* How often what is drawn may have to be rejected, each time with a probability
 * below one half. */
#define DRAWS_MAX 128

/* From so many bytes on nobody meets a coefficient that is zero. */
#define STUCK_SIZE 17

/* How far below the public functions their own helpers, and GMP, leave
 * something in the stack: far less. */
#define BURN_DEPTH 2048

/* Where the field is computed in. */
union room {
    max_align_t align;
    uint8_t bytes[KEYSHARE_SHAMIR_PRIME_ROOM_MAX];
};

/* What a call is about, in one place for its helpers. */
struct sharing {
    struct shamir_prime field;
    const uint8_t *indices;
    size_t count;
    uint8_t own_indices[KEYSHARE_RAW_PRIME_COUNT_MAX];
};

/* ---- Arguments ---- */

static bool
any_null(const uint8_t *const *pointers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pointers[i] == NULL)
            return true;
    return false;
}

/* The indices given, or 1..COUNT. */
static void
take_indices(struct sharing *sharing, const uint8_t *indices, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sharing->own_indices[i] = (uint8_t)(i + 1);
    sharing->indices = indices == NULL ? sharing->own_indices : indices;
    sharing->count = count;
}

static bool
are_indices(const struct sharing *sharing, const uint8_t *modulus, size_t len)
{
    bool used[256] = {false};

    for (size_t i = 0; i < sharing->count; i++) {
        const uint8_t x = sharing->indices[i];

        if (x == 0 || used[x] || (len == 1 && x >= modulus[0]))
            return false;
        used[x] = true;
    }
    return true;
}

static keyshare_error
check_below(const struct sharing *sharing, const uint8_t *scalar)
{
    const uint32_t below =
        keyshare_shamir_prime_is_below(&sharing->field, scalar);

    return keyshare_reveal_mask(below, REVEAL_BELOW) ? KEYSHARE_OK
                                                     : KEYSHARE_ERR_FORMAT;
}

/* ---- Split ---- */

/* A coefficient, uniform below the modulus. */
static keyshare_error
draw(const struct sharing *sharing, const struct random *source,
    uint8_t *coefficient)
{
    const struct shamir_prime *field = &sharing->field;

    for (unsigned i = 0; i < DRAWS_MAX; i++) {
        keyshare_error error =
            keyshare_random_draw(source, coefficient, field->len);
        uint32_t below;

        if (error != KEYSHARE_OK)
            return error;
        keyshare_shamir_prime_trim(field, coefficient);
        below = keyshare_shamir_prime_is_below(field, coefficient);
        if (!keyshare_reveal_mask(below, REVEAL_REJECTED))
            continue;
        if (field->len >= STUCK_SIZE &&
            keyshare_reveal_mask(
                keyshare_ct_all_zero(coefficient, field->len), REVEAL_STUCK))
            return KEYSHARE_ERR_RANDOM;
        return KEYSHARE_OK;
    }
    return KEYSHARE_ERR_RANDOM;
}

/* SHARES, which are zero, become the polynomial's values. */
static keyshare_error
evaluate(const struct sharing *sharing, uint8_t *const *shares,
    const uint8_t *secret, size_t threshold, const struct random *source)
{
    uint8_t coefficient[KEYSHARE_RAW_PRIME_SIZE_MAX];
    keyshare_error error = check_below(sharing, secret);

    for (size_t k = threshold - 1; k > 0 && error == KEYSHARE_OK; k--) {
        error = draw(sharing, source, coefficient);
        if (error == KEYSHARE_OK)
            keyshare_shamir_prime_step(&sharing->field, shares,
                sharing->indices, sharing->count, coefficient);
    }
    if (error == KEYSHARE_OK)
        keyshare_shamir_prime_step(
            &sharing->field, shares, sharing->indices, sharing->count, secret);
    keyshare_memory_wipe(coefficient, sharing->field.len);
    return error;
}

static void
wipe_shares(uint8_t *const *shares, size_t count, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (shares[i] != NULL)
            keyshare_memory_wipe(shares[i], len);
}

keyshare_error
keyshare_raw_prime_split(uint8_t *const *shares, const uint8_t *modulus,
    size_t modulus_len, const uint8_t *secret, size_t threshold,
    const uint8_t *indices, size_t count, const keyshare_random *random)
{
    union room room;
    struct sharing sharing;
    struct random source;
    keyshare_error error;

    if (shares == NULL || modulus_len < 1 ||
        modulus_len > KEYSHARE_RAW_PRIME_SIZE_MAX)
        return KEYSHARE_ERR_ARGUMENT;
    if (count < 1 || count > KEYSHARE_RAW_PRIME_COUNT_MAX)
        return KEYSHARE_ERR_POLICY;
    wipe_shares(shares, count, modulus_len);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (modulus == NULL || secret == NULL ||
        any_null((const uint8_t *const *)shares, count) ||
        !keyshare_random_open(&source, random) ||
        !keyshare_shamir_prime_is_modulus(modulus, modulus_len))
        return KEYSHARE_ERR_ARGUMENT;
    if (threshold < 1 || threshold > count)
        return KEYSHARE_ERR_POLICY;
    take_indices(&sharing, indices, count);
    if (!are_indices(&sharing, modulus, modulus_len))
        return KEYSHARE_ERR_INDEX;

    keyshare_shamir_prime_begin(
        &sharing.field, room.bytes, modulus, modulus_len);
    error = evaluate(&sharing, shares, secret, threshold, &source);
    if (error != KEYSHARE_OK)
        wipe_shares(shares, count, modulus_len);
    keyshare_memory_wipe(&room, keyshare_shamir_prime_room(modulus_len));
    keyshare_memory_burn(BURN_DEPTH);
    return error;
}

/* ---- Combine ---- */

static keyshare_error
interpolate(const struct sharing *sharing, uint8_t *secret,
    const uint8_t *const *shares)
{
    const struct shamir_prime *field = &sharing->field;

    keyshare_shamir_prime_sum_begin(field);
    for (size_t i = 0; i < sharing->count; i++) {
        keyshare_error error = check_below(sharing, shares[i]);

        if (error != KEYSHARE_OK)
            return error;
        keyshare_shamir_prime_sum_add(
            field, shares[i], sharing->indices, sharing->count, i);
    }
    return keyshare_shamir_prime_sum_end(
               field, secret, sharing->indices, sharing->count)
               ? KEYSHARE_OK
               : KEYSHARE_ERR_ARGUMENT;
}

keyshare_error
keyshare_raw_prime_combine(uint8_t *secret, const uint8_t *modulus,
    size_t modulus_len, const uint8_t *const *shares, const uint8_t *indices,
    size_t count)
{
    union room room;
    struct sharing sharing;
    keyshare_error error;

    if (secret == NULL || modulus_len < 1 ||
        modulus_len > KEYSHARE_RAW_PRIME_SIZE_MAX)
        return KEYSHARE_ERR_ARGUMENT;
    memset(secret, 0, modulus_len);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (count < 1 || count > KEYSHARE_RAW_PRIME_COUNT_MAX)
        return KEYSHARE_ERR_POLICY;
    if (modulus == NULL || shares == NULL || indices == NULL ||
        any_null(shares, count) ||
        !keyshare_shamir_prime_is_modulus(modulus, modulus_len))
        return KEYSHARE_ERR_ARGUMENT;
    take_indices(&sharing, indices, count);
    if (!are_indices(&sharing, modulus, modulus_len))
        return KEYSHARE_ERR_INDEX;

    keyshare_shamir_prime_begin(
        &sharing.field, room.bytes, modulus, modulus_len);
    error = interpolate(&sharing, secret, shares);
    if (error != KEYSHARE_OK)
        keyshare_memory_wipe(secret, modulus_len);
    keyshare_memory_wipe(&room, keyshare_shamir_prime_room(modulus_len));
    keyshare_memory_burn(BURN_DEPTH);
    return error;
}
