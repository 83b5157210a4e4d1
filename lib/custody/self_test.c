/* SPDX-License-Identifier: ISC */
/* The self test: known answers from below, then whole sets.
 *
 * A set is dealt from known coins and must be, bit for bit, the one that an
 * implementation makes of them that shares no code with this one
 * (tests/build/known_sets.py): so everything that a dealing computes has its
 * known answer. Then cards of it must give the key.
 */
#include <keyshare/self_test.h>

#include <stdbool.h>
#include <string.h>

#include <keyshare/deal.h>
#include <keyshare/recover.h>

#include "hash.h"
#include "known_answers.h"
#include "latch.h"
#include "memory.h"

#define THRESHOLD 2
#define COUNT     3

/* Neither is a secret: they stand in the program. The label is as long as one
 * may be, so that what a dealing tells of its memory is exact. */
static const char key[] = "The key that the self test deals";
static const char label[] =
    "A set of known cards, made by the self test of this machine: 2/3";

#define KEY_LEN   (sizeof key - 1)
#define LABEL_LEN (sizeof label - 1)

/* What a dealing gives: the digest of record and shares, one behind the other. */
static const struct known_set {
    keyshare_scheme scheme;
    uint8_t digest[KEYSHARE_SHA256_SIZE];
} known_sets[] = {
    {KEYSHARE_SCHEME_GF256,
        {0xad, 0x8a, 0x1f, 0xaf, 0xe4, 0x30, 0x76, 0x63, 0x91, 0x4d, 0xe3, 0x9d,
            0x60, 0x30, 0xe4, 0xef, 0x9e, 0x7b, 0x0d, 0x42, 0xa7, 0xc3, 0xfe,
            0xd5, 0xf4, 0x8a, 0xa3, 0x23, 0x90, 0x6a, 0x03, 0x1f}},
    {KEYSHARE_SCHEME_PEDERSEN,
        {0x6b, 0x58, 0xd8, 0x87, 0x72, 0x64, 0x09, 0x72, 0x5e, 0xd3, 0xa6, 0x0d,
            0x7d, 0x40, 0x84, 0x41, 0xf7, 0xec, 0x02, 0x40, 0xfa, 0xed, 0xd5,
            0x97, 0xf5, 0x79, 0xb6, 0x77, 0x5c, 0x20, 0xf4, 0x99}}};

#define KNOWN_SETS (sizeof known_sets / sizeof *known_sets)

/* A set that was dealt, as it was encoded. */
struct set {
    keyshare_image record;
    keyshare_image shares[COUNT];
    size_t used;
    uint8_t bytes[1024];
};

static keyshare_policy
policy_of(const struct known_set *known)
{
    return (keyshare_policy){
        KEYSHARE_ROLE_CUSTOM, known->scheme, THRESHOLD, COUNT};
}

/* The known coins: byte n is 7 n + n / 32, mod 256. context: n. */
static int
fill_known(void *context, uint8_t *bytes, size_t len)
{
    unsigned *n = context;

    for (size_t i = 0; i < len; i++, ++*n)
        bytes[i] = (uint8_t)(7 * *n + (*n >> 5));
    return 0;
}

/* Take a copy, which comes behind what there is. */
static bool
keep(struct set *set, keyshare_image *copy, const uint8_t *bytes, size_t len)
{
    if (len > sizeof set->bytes - set->used)
        return false;
    *copy = (keyshare_image){set->bytes + set->used, len};
    memcpy(set->bytes + set->used, bytes, len);
    set->used += len;
    return true;
}

/* Deal a set from the known coins, and keep it as it was encoded. */
static keyshare_error
deal(struct set *set, const struct known_set *known)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    unsigned n = 0;
    keyshare_record *record;
    keyshare_secret *shares[COUNT];
    size_t len;
    const uint8_t *bytes;
    keyshare_error error;

    terms.policy = policy_of(known);
    terms.label = label;
    terms.label_len = LABEL_LEN;
    random.fill = fill_known;
    random.context = &n;
    error = keyshare_deal(
        &record, shares, &terms, (const uint8_t *)key, KEY_LEN, &random);
    if (error != KEYSHARE_OK)
        return error;
    bytes = keyshare_record_bytes(record, &len);
    if (!keep(set, &set->record, bytes, len))
        error = KEYSHARE_ERR_FAULT;
    for (size_t i = 0; i < COUNT; i++) {
        if (!keep(set, &set->shares[i], keyshare_secret_reveal(shares[i]),
                keyshare_secret_len(shares[i])))
            error = KEYSHARE_ERR_FAULT;
        keyshare_secret_free(&shares[i]);
    }
    keyshare_record_free(&record);
    return error;
}

/* All cards of the set are good, and give the key. */
static keyshare_error
recover(const keyshare_record *record, const struct set *set)
{
    keyshare_secret *recovered;
    keyshare_verdict verdicts[COUNT];
    keyshare_error error = keyshare_recover(
        &recovered, verdicts, record, NULL, set->shares, COUNT);

    for (size_t i = 0; i < COUNT && error == KEYSHARE_OK; i++)
        if (verdicts[i] != KEYSHARE_VERDICT_OK)
            error = KEYSHARE_ERR_FAULT;
    if (error == KEYSHARE_OK &&
        (keyshare_secret_len(recovered) != KEY_LEN ||
            memcmp(keyshare_secret_reveal(recovered), key, KEY_LEN) != 0))
        error = KEYSHARE_ERR_FAULT;
    keyshare_secret_free(&recovered);
    return error;
}

/* OK, or MEMORY, or something is wrong. */
static keyshare_error
test_set(const struct known_set *known)
{
    struct set set = {.used = 0};
    struct part whole = {set.bytes, 0};
    uint8_t digest[KEYSHARE_SHA256_SIZE];
    keyshare_record *record = NULL;
    keyshare_error error = deal(&set, known);

    if (error != KEYSHARE_OK)
        return error;
    whole.len = set.used;
    keyshare_hash_sha256(digest, &whole, 1);
    if (memcmp(digest, known->digest, sizeof digest) != 0)
        return KEYSHARE_ERR_FAULT;
    error =
        keyshare_record_decode(&record, set.record.bytes, set.record.len, NULL);
    /* Cards are judged in two ways: as they come, and with what is prepared. */
    if (error == KEYSHARE_OK)
        error = recover(record, &set);
    if (error == KEYSHARE_OK)
        error = keyshare_record_prepare(record);
    if (error == KEYSHARE_OK)
        error = recover(record, &set);
    keyshare_record_free(&record);
    return error;
}

/* Likewise. */
static keyshare_error
test_primitives(void)
{
    const size_t room_size = keyshare_known_answers_room();
    void *room = keyshare_memory_new(room_size);
    bool hold;

    if (room == NULL)
        return KEYSHARE_ERR_MEMORY;
    hold = keyshare_known_answers_hold(room);
    keyshare_memory_delete(room, room_size);
    return hold ? KEYSHARE_OK : KEYSHARE_ERR_FAULT;
}

keyshare_error
keyshare_self_test(void)
{
    keyshare_error error;

    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = test_primitives();
    for (size_t i = 0; i < KNOWN_SETS && error == KEYSHARE_OK; i++)
        error = test_set(&known_sets[i]);
    if (error == KEYSHARE_OK || error == KEYSHARE_ERR_MEMORY)
        return error;
    keyshare_latch_close();
    return KEYSHARE_ERR_FAULT;
}

size_t
keyshare_self_test_memory(void)
{
    size_t most = keyshare_memory_count(keyshare_known_answers_room());

    /* What follows a dealing takes less than it did. */
    for (size_t i = 0; i < KNOWN_SETS; i++) {
        const keyshare_policy policy = policy_of(&known_sets[i]);
        const size_t dealing = keyshare_deal_memory(&policy, KEY_LEN);

        if (dealing > most)
            most = dealing;
    }
    return most;
}
