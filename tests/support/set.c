/* SPDX-License-Identifier: ISC */
/* Share sets for tests: dealt from a seed, or put together from bytes. */
#include "set.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include <sodium.h>

#include <keyshare/memory.h>

keyshare_policy
set_policy(keyshare_scheme scheme, unsigned threshold, unsigned count)
{
    return (keyshare_policy){KEYSHARE_ROLE_CUSTOM, scheme, threshold, count};
}

/* Point the card at its share. */
static void
lay_card(struct set *set, size_t place)
{
    set->cards[place].bytes = keyshare_secret_reveal(set->shares[place]);
    set->cards[place].len = keyshare_secret_len(set->shares[place]);
}

void
set_deal(
    struct set *set, struct gen *gen, keyshare_policy policy, size_t key_len)
{
    static const char label[] = "a set \xe2\x80\x93 for tests";
    const keyshare_random random = gen_random(gen);
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_error error;

    memset(set, 0, sizeof *set);
    terms.policy = policy;
    terms.label = label;
    terms.label_len = sizeof label - 1;
    terms.time = 1700000000;
    set->policy = policy;
    set->key_len = key_len;
    gen_bytes(gen, set->key, key_len);
    error = keyshare_deal(
        &set->record, set->shares, &terms, set->key, key_len, &random);
    ck_assert_msg(error == KEYSHARE_OK,
        "seed %" PRIu64 ": %u-of-%u of %zu bytes is not dealt: %s", gen->seed,
        policy.threshold, policy.count, key_len, keyshare_error_name(error));
    for (size_t i = 0; i < policy.count; i++)
        lay_card(set, i);
}

void
set_share(struct set *set, unsigned index, const uint8_t *bytes, size_t len)
{
    ck_assert_int_eq(
        keyshare_secret_copy(&set->shares[index - 1], bytes, len), KEYSHARE_OK);
    lay_card(set, index - 1);
}

void
set_free(struct set *set)
{
    for (size_t i = 0; i < KEYSHARE_COUNT_MAX; i++)
        keyshare_secret_free(&set->shares[i]);
    keyshare_record_free(&set->record);
    memset(set, 0, sizeof *set);
}

void
set_choose(const struct set *set, keyshare_image *cards, const size_t *chosen,
    size_t count)
{
    for (size_t i = 0; i < count; i++)
        cards[i] = set->cards[chosen[i]];
}

void
set_recovers(
    const struct set *set, const size_t *chosen, size_t count, const char *what)
{
    keyshare_image cards[KEYSHARE_COUNT_MAX];
    keyshare_verdict verdicts[KEYSHARE_COUNT_MAX];
    keyshare_secret *key;
    keyshare_error error;

    set_choose(set, cards, chosen, count);
    error = keyshare_recover(&key, verdicts, set->record, NULL, cards, count);
    ck_assert_msg(error == KEYSHARE_OK, "%s: not recovered: %s", what,
        keyshare_error_name(error));
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(verdicts[i] == KEYSHARE_VERDICT_OK, "%s: card %zu is %s",
            what, chosen[i] + 1, keyshare_verdict_text(verdicts[i]));
    ck_assert_msg(
        keyshare_secret_len(key) == set->key_len &&
            memcmp(keyshare_secret_reveal(key), set->key, set->key_len) == 0,
        "%s: another key", what);
    keyshare_secret_free(&key);
}

keyshare_verdict
set_verdict(const keyshare_record *record, const uint8_t *bytes, size_t len)
{
    const keyshare_image card = {bytes, len};
    keyshare_verdict verdict;

    /* Asked thousands of times; an assertion that holds costs a write. */
    if (keyshare_verify(&verdict, record, NULL, &card) != KEYSHARE_OK)
        ck_abort_msg("a card is not judged");
    return verdict;
}

static void *
allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void
take_back(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

void
set_plain_memory(void)
{
    static bool is_done;

    if (!is_done &&
        keyshare_memory_set(allocate, take_back, NULL) == KEYSHARE_OK)
        is_done = true;
}

void
set_mend_check(uint8_t *share, size_t len)
{
    const size_t check_size = 8;
    /* E2 and its length, of one byte, or of two or three after 0x81, 0x82. */
    size_t header = share[1] == 0x82 ? 4 : share[1] == 0x81 ? 3 : 2;
    uint8_t digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(digest, share + header, len - header - 2 - check_size);
    memcpy(share + len - check_size, digest, check_size);
}

void
choice_first(size_t *chosen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        chosen[i] = i;
}

bool
choice_next(size_t *chosen, size_t count, size_t bound)
{
    for (size_t i = count; i-- > 0;) {
        if (chosen[i] == bound - count + i)
            continue;
        chosen[i]++;
        for (size_t j = i + 1; j < count; j++)
            chosen[j] = chosen[j - 1] + 1;
        return true;
    }
    return false;
}

size_t
choice_count(size_t count, size_t bound)
{
    size_t ways = 1;

    if (count > bound - count)
        count = bound - count;
    for (size_t i = 1; i <= count; i++) {
        ways = ways * (bound - count + i) / i;
        if (ways > 1000000)
            return SIZE_MAX;
    }
    return ways;
}
