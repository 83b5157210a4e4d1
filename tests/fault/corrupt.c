/* SPDX-License-Identifier: ISC */
/* One bit goes wrong while a key is dealt: in each function's output at each
 * of its calls, and in each byte of what is encoded.
 *
 * Either the dealing ends with FAULT and nothing is handed out, or what went
 * wrong was of no consequence: then the set that is handed out is good in every
 * respect, as the unharmed library sees it. (A mask that says "all zeros" by
 * such a fault gives RANDOM: also nothing is handed out.)
 */
#include <string.h>

#include <sodium.h>

#include <keyshare/deal.h>
#include <keyshare/fingerprint.h>
#include <keyshare/image.h>
#include <keyshare/recover.h>

#include "gen.h"
#include "latch.h"
#include "suite.h"
#include "trial.h"

/* ---- One dealing with one fault, in a process of its own ---- */

#define COUNT_MAX 8

struct policy {
    keyshare_scheme scheme;
    unsigned threshold;
    unsigned count;
    size_t key_len;
};

static const struct policy policies[] = {
    {KEYSHARE_SCHEME_GF256, 3, 4, 20},
    {KEYSHARE_SCHEME_GF256, 2, 2, 32},
    {KEYSHARE_SCHEME_PEDERSEN, 2, 3, 32},
    {KEYSHARE_SCHEME_PEDERSEN, 2, 2, 16},
};

static const struct policy *policy;

struct result {
    keyshare_terms terms;
    uint8_t key[64];
    keyshare_record *record;
    keyshare_secret *shares[COUNT_MAX];
    keyshare_image cards[COUNT_MAX];
};

static enum outcome
judge_refusal(const struct result *result, keyshare_error error)
{
    EXPECT(error == KEYSHARE_ERR_FAULT || error == KEYSHARE_ERR_RANDOM);
    EXPECT(result->record == NULL);
    for (size_t i = 0; i < COUNT_MAX; i++)
        EXPECT(result->shares[i] == NULL);
    EXPECT(trial_blocks() == 0);
    EXPECT(keyshare_latch_is_closed() == (error == KEYSHARE_ERR_FAULT));
    return error == KEYSHARE_ERR_FAULT ? REFUSED : STUCK;
}

/* The record says what it was to say. */
static enum outcome
judge_terms(const struct result *result, const keyshare_record *record)
{
    const keyshare_policy said = keyshare_record_policy(record);
    const keyshare_policy *meant = &result->terms.policy;
    size_t len;
    const char *label = keyshare_record_label(record, &len);

    EXPECT(said.role == meant->role && said.scheme == meant->scheme);
    EXPECT(said.threshold == meant->threshold && said.count == meant->count);
    EXPECT(len == result->terms.label_len);
    EXPECT(memcmp(label, result->terms.label, len) == 0);
    EXPECT(keyshare_record_time(record) == result->terms.time);
    EXPECT(keyshare_record_key_len(record) == policy->key_len);
    EXPECT(keyshare_record_epoch(record) == 0);
    EXPECT(keyshare_record_predecessor(record) == NULL);
    return WHOLE;
}

static enum outcome
judge_recovery(const struct result *result, const keyshare_record *record,
    size_t first, size_t step)
{
    keyshare_image cards[COUNT_MAX];
    keyshare_verdict verdicts[COUNT_MAX];
    keyshare_secret *key;

    for (size_t i = 0; i < policy->threshold; i++)
        cards[i] = result->cards[(first + i * step) % policy->count];
    EXPECT(keyshare_recover(&key, verdicts, record, NULL, cards,
               policy->threshold) == KEYSHARE_OK);
    EXPECT(keyshare_secret_len(key) == policy->key_len);
    EXPECT(
        memcmp(keyshare_secret_reveal(key), result->key, policy->key_len) == 0);
    keyshare_secret_free(&key);
    return WHOLE;
}

static enum outcome
judge_set(struct result *result)
{
    uint8_t digest[KEYSHARE_FINGERPRINT_SIZE];
    uint8_t named[KEYSHARE_FINGERPRINT_SIZE];
    keyshare_record *read;
    keyshare_verdict verdict;
    unsigned index;
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(result->record, &len);

    EXPECT(!keyshare_latch_is_closed());
    EXPECT(keyshare_record_decode(&read, bytes, len, NULL) == KEYSHARE_OK);
    crypto_hash_sha256(digest, bytes, len);
    EXPECT(memcmp(digest, keyshare_record_fingerprint(result->record),
               sizeof digest) == 0);
    EXPECT(judge_terms(result, result->record) == WHOLE);
    EXPECT(judge_terms(result, read) == WHOLE);
    EXPECT(memcmp(keyshare_record_lineage(read),
               keyshare_record_lineage(result->record),
               KEYSHARE_LINEAGE_SIZE) == 0);
    for (unsigned i = 0; i < policy->count; i++) {
        keyshare_image *card = &result->cards[i];

        card->bytes = keyshare_secret_reveal(result->shares[i]);
        card->len = keyshare_secret_len(result->shares[i]);
        EXPECT(keyshare_image_share(&index, named, card) == KEYSHARE_OK);
        EXPECT(index == i + 1 && memcmp(named, digest, sizeof digest) == 0);
        EXPECT(keyshare_verify(&verdict, read, NULL, card) == KEYSHARE_OK &&
               verdict == KEYSHARE_VERDICT_OK);
        EXPECT(keyshare_verify(&verdict, result->record, NULL, card) ==
                   KEYSHARE_OK &&
               verdict == KEYSHARE_VERDICT_OK);
    }
    for (size_t first = 0; first < policy->count; first++)
        if (judge_recovery(result, read, first, 1) == BAD ||
            judge_recovery(result, result->record, first, policy->count - 1) ==
                BAD)
            return BAD;
    return WHOLE;
}

static enum outcome
deal_with_fault(void)
{
    static const char label[] = "what is dealt";
    static struct result result;
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    struct gen gen = gen_begin();
    const keyshare_random random = gen_random(&gen);
    keyshare_error error;

    trial_count_memory();
    gen_bytes(&gen, result.key, sizeof result.key);
    terms.policy = (keyshare_policy){
        KEYSHARE_ROLE_RKSH, policy->scheme, policy->threshold, policy->count};
    terms.label = label;
    terms.label_len = sizeof label - 1;
    terms.time = 1700000000;
    result.terms = terms;
    trial_arm();
    error = keyshare_deal(&result.record, result.shares, &terms, result.key,
        policy->key_len, &random);
    trial_disarm();
    return error == KEYSHARE_OK ? judge_set(&result)
                                : judge_refusal(&result, error);
}

/* ---- Each call of each function ---- */

/* What stands in an encoding has a test of its own, byte by byte. */
static bool
is_encoding(enum fault which)
{
    return which >= FAULT_dealt_commitments;
}

/* Faults of these are of consequence whenever they strike: every one is
 * refused. */
static bool
is_always_refused(enum fault which)
{
    return which == FAULT_pedersen_commit || which == FAULT_shamir_evaluate ||
           which == FAULT_polynomial_evaluate || which == FAULT_proof_encode ||
           which == FAULT_tlv_read || which == FAULT_proof_factor;
}

START_TEST(each_call)
{
    unsigned refused = 0;

    policy = &policies[_i];
    for (int which = FAULT_NONE + 1; which < FAULT_MAINTENANCE; which++) {
        struct report all;

        if (is_encoding((enum fault)which))
            continue;
        all = trial_look(deal_with_fault, (enum fault)which);
        for (trial.call = 1; trial.call <= all.calls; trial.call++)
            for (int i = 0; i < 3; i++) {
                const size_t bits = all.bytes == 0 ? 1 : 8 * all.bytes;
                enum outcome outcome;

                /* The first, the last, and one between. */
                trial.bit = i == 0   ? 0
                            : i == 1 ? bits - 1
                                     : 37 * trial.call % bits;
                outcome = trial_try(deal_with_fault);
                ck_assert(report->struck);
                ck_assert_msg(
                    outcome == REFUSED || !is_always_refused((enum fault)which),
                    "%s at call %u, bit %zu: not refused",
                    fault_name((enum fault)which), trial.call, trial.bit);
                refused += outcome == REFUSED;
                if (all.bytes == 0)
                    break;
            }
    }
    ck_assert_uint_gt(refused, 0);
}
END_TEST

/* ---- Each byte of what is encoded ---- */

START_TEST(each_byte)
{
    policy = &policies[_i];
    for (int which = FAULT_NONE + 1; which < FAULT_MAINTENANCE; which++) {
        struct report all;

        if (!is_encoding((enum fault)which))
            continue;
        all = trial_look(deal_with_fault, (enum fault)which);
        ck_assert(all.calls > 0 || policy->scheme == KEYSHARE_SCHEME_GF256);
        for (trial.call = 1; trial.call <= all.calls; trial.call++)
            for (size_t i = 0; i < all.bytes; i++) {
                enum outcome outcome;

                trial.bit = 8 * i + (i + trial.call) % 8;
                outcome = trial_try(deal_with_fault);
                ck_assert(report->struck);
                ck_assert_msg(outcome == REFUSED ||
                                  which == FAULT_coins_of_the_proof ||
                                  which == FAULT_draft_before_its_proof ||
                                  which == FAULT_draft_after_its_context ||
                                  which == FAULT_share_being_sealed,
                    "%s %u, byte %zu: not refused",
                    fault_name((enum fault)which), trial.call, i);
            }
    }
}
END_TEST

Suite *
test_suite(void)
{
    const int count = (int)(sizeof policies / sizeof *policies);
    Suite *suite = suite_create("corrupt");
    TCase *test = tcase_create("corrupt");

    suite_add_tcase(suite, test);
    tcase_add_checked_fixture(test, trial_begin, trial_end);
    tcase_add_loop_test(test, each_call, 0, count);
    tcase_add_loop_test(test, each_byte, 0, count);
    return suite;
}
