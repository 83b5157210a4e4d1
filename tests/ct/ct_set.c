/* SPDX-License-Identifier: ISC */
/* Share sets, as the public functions deal them, their secrets poisoned. */
#include "ct_set.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "poison.h"
#include "record.h"
#include "share.h"

struct gen *
ct_set_gen(void)
{
    static struct gen gen;
    static bool is_begun;

    if (!is_begun)
        gen = gen_begin();
    is_begun = true;
    return &gen;
}

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    gen_bytes(ct_set_gen(), bytes, len);
    ct_secret(bytes, len);
    return 0;
}

static int
fill_zeros(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    memset(bytes, 0, len);
    ct_secret(bytes, len);
    return 0;
}

keyshare_random
ct_set_random(void)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    random.fill = fill;
    return random;
}

keyshare_random
ct_set_stuck(void)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    random.fill = fill_zeros;
    return random;
}

keyshare_error
ct_set_deal_from(struct ct_set *set, const keyshare_random *random)
{
    static const char label[] = "ct";
    keyshare_terms terms = KEYSHARE_TERMS_INIT;

    terms.policy = set->policy;
    terms.label = label;
    terms.label_len = sizeof label - 1;
    gen_bytes(ct_set_gen(), set->key, set->key_len);
    ct_secret(set->key, set->key_len);
    return keyshare_deal(
        &set->record, set->shares, &terms, set->key, set->key_len, random);
}

void
ct_set_deal(struct ct_set *set, const keyshare_policy *policy, size_t key_len)
{
    const keyshare_random random = ct_set_random();
    size_t len;

    memset(set, 0, sizeof *set);
    set->policy = *policy;
    set->key_len = key_len;
    if (ct_set_deal_from(set, &random) != KEYSHARE_OK)
        abort();
    (void)keyshare_record_bytes(set->record, &len);
    ct_expect(!ct_is_secret(keyshare_record_bytes(set->record, NULL), len),
        "the record is public");
    for (size_t i = 0; i < policy->count; i++)
        ct_expect(ct_is_secret(keyshare_secret_reveal(set->shares[i]),
                      keyshare_secret_len(set->shares[i])),
            "the share is secret");
}

void
ct_set_end(struct ct_set *set)
{
    for (size_t i = 0; i < CT_SET_COUNT_MAX; i++)
        keyshare_secret_free(&set->shares[i]);
    keyshare_record_free(&set->record);
}

size_t
ct_set_value_len(const struct ct_set *set)
{
    return keyshare_record_scheme(set->record)->value_len(set->key_len);
}

/* The check, 10 bytes with its head, ends the share. */
uint8_t *
ct_set_value(const struct ct_set *set, uint8_t *share)
{
    const size_t len = ct_set_value_len(set);

    return share + keyshare_share_size(len) - 10 - len;
}

void
ct_set_seal(const struct ct_set *set, uint8_t *share)
{
    keyshare_share_seal(
        share, ct_set_value_len(set), keyshare_record_fingerprint(set->record));
}

void
ct_set_deal_badly(struct ct_set *set)
{
    const unsigned last = set->policy.count;
    const uint8_t number = (uint8_t)last;
    const struct scheme_set *known = keyshare_record_set(set->record);
    uint8_t *share;
    size_t len;
    const uint8_t *old = keyshare_record_bytes(set->record, &len);
    uint8_t bytes[1024];
    uint8_t value[CT_SET_KEY_MAX + 32];
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/gf256/share"),
        {known->share_context, sizeof known->share_context},
        {&number, 1},
        {value, ct_set_value_len(set)},
    };

    if (len > sizeof bytes)
        abort();
    memcpy(bytes, old, len);
    share = (uint8_t *)(uintptr_t)keyshare_secret_reveal(set->shares[last - 1]);
    ct_set_value(set, share)[0] ^= 1;
    memcpy(value, ct_set_value(set, share), ct_set_value_len(set));
    keyshare_hash_sha256(bytes + len - KEYSHARE_SHA256_SIZE, parts, 4);
    ct_public(bytes + len - KEYSHARE_SHA256_SIZE, KEYSHARE_SHA256_SIZE);
    keyshare_record_free(&set->record);
    if (keyshare_record_decode(&set->record, bytes, len, NULL) != KEYSHARE_OK)
        abort();
    for (unsigned i = 0; i < last; i++)
        ct_set_seal(
            set, (uint8_t *)(uintptr_t)keyshare_secret_reveal(set->shares[i]));
}
