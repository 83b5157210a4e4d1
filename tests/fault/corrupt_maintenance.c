/* SPDX-License-Identifier: ISC */
/* One bit goes wrong while a set is repaired, refreshed or re-shared: in each
 * function's output, in what it is about to use, and in each byte of what is
 * encoded.
 *
 * Either the operation ends, with FAULT, or with gf256 with MISMATCH, which is
 * said of bad dealings too; or a card is refused that was good, and is good the
 * next time; or what went wrong was of no consequence. Whatever was handed out
 * is good in every respect, as the unharmed library sees it.
 */
#include <string.h>

#include <keyshare/fingerprint.h>

#include "latch.h"
#include "share.h"
#include "suite.h"
#include "trial.h"
#include "upkeep.h"

/* ---- The cases ---- */

enum kind {
    REPAIR,
    REFRESH,
    RESHARE
};

static const struct job {
    enum kind kind;
    unsigned threshold, count; /* of the old set */
    unsigned to_threshold, to_count;
    size_t present; /* indices 1.. */
    unsigned later; /* an index, or 0 */
} jobs[] = {
    {REPAIR, 2, 3, 2, 3, 2, 0},
    {REFRESH, 2, 3, 2, 3, 2, 0},
    {REFRESH, 2, 3, 2, 3, 3, 0},
    {REFRESH, 2, 4, 2, 4, 3, 4},
    /* Shares that are all needed have nothing but the witness. */
    {RESHARE, 2, 3, 2, 2, 2, 0},
    {RESHARE, 3, 3, 1, 1, 3, 0},
    {RESHARE, 1, 1, 2, 3, 1, 0},
};

#define JOBS (int)(sizeof jobs / sizeof *jobs)

static const struct job *job;
static keyshare_scheme scheme;

/* The set as it was, and what comes of it without a fault: record's bytes,
 * shares. The new one as it is made. */
static struct set set, meant, fresh;
static keyshare_terms terms;
static keyshare_maintenance *operation;

/* ---- What comes of it ---- */

/* What was handed out was read back as good. Its value is what it would have
 * been: so those who have it, and who would have had it, make a quorum. */
static enum outcome
judge_handed_out(unsigned i)
{
    struct share made, right;

    EXPECT(keyshare_share_decode(
               &made, fresh.cards[i].bytes, fresh.cards[i].len) == KEYSHARE_OK);
    EXPECT(keyshare_share_decode(&right, meant.cards[i].bytes,
               meant.cards[i].len) == KEYSHARE_OK);
    EXPECT(made.index == right.index && made.value_len == right.value_len);
    EXPECT(memcmp(made.value, right.value, made.value_len) == 0);
    return WHOLE;
}

static enum outcome
judge_end(keyshare_error error, size_t blocks)
{
    size_t handed_out = 0;

    EXPECT(error == KEYSHARE_ERR_FAULT || error == KEYSHARE_ERR_RANDOM ||
           error == KEYSHARE_ERR_QUORUM ||
           (error == KEYSHARE_ERR_MISMATCH && scheme == KEYSHARE_SCHEME_GF256));
    EXPECT(keyshare_latch_is_closed() == (error == KEYSHARE_ERR_FAULT));
    if (operation != NULL) {
        EXPECT(keyshare_maintenance_status_of(operation)->phase ==
               KEYSHARE_PHASE_ENDED);
        EXPECT(keyshare_maintenance_record(operation) == NULL);
        keyshare_maintenance_free(&operation);
    }
    for (unsigned i = 0; i < job->to_count; i++) {
        if (fresh.shares[i] == NULL)
            continue;
        handed_out++;
        if (judge_handed_out(i) != WHOLE)
            return BAD;
    }
    EXPECT(trial_blocks() == blocks + handed_out);
    return error == KEYSHARE_ERR_FAULT || error == KEYSHARE_ERR_MISMATCH
               ? REFUSED
               : STUCK;
}

/* The record says what it was to say. */
static enum outcome
judge_terms(const keyshare_record *record)
{
    const keyshare_policy said = keyshare_record_policy(record);
    size_t len;
    const char *label = keyshare_record_label(record, &len);

    EXPECT(said.role == terms.policy.role && said.scheme == scheme);
    EXPECT(said.threshold == job->to_threshold && said.count == job->to_count);
    EXPECT(len == terms.label_len && memcmp(label, terms.label, len) == 0);
    EXPECT(keyshare_record_time(record) == terms.time);
    EXPECT(keyshare_record_key_len(record) == set.key_len);
    EXPECT(keyshare_record_epoch(record) == 1);
    EXPECT(memcmp(keyshare_record_predecessor(record),
               keyshare_record_fingerprint(set.record),
               KEYSHARE_FINGERPRINT_SIZE) == 0);
    EXPECT(
        memcmp(keyshare_record_lineage(record),
            keyshare_record_lineage(set.record), KEYSHARE_LINEAGE_SIZE) == 0);
    return WHOLE;
}

static enum outcome
judge_recovery(const keyshare_record *record, const keyshare_image *cards)
{
    keyshare_verdict verdicts[KEYSHARE_COUNT_MAX];
    keyshare_secret *key;

    EXPECT(keyshare_recover(&key, verdicts, record, NULL, cards,
               job->to_threshold) == KEYSHARE_OK);
    EXPECT(memcmp(keyshare_secret_reveal(key), set.key, set.key_len) == 0);
    keyshare_secret_free(&key);
    return WHOLE;
}

/* Who comes later gets a share that is as good, from the first ones. */
static enum outcome
judge_later(const keyshare_record *record)
{
    keyshare_plan plan = KEYSHARE_PLAN_INIT;
    const uint8_t present[] = {1, 2};
    keyshare_maintenance *repair;
    keyshare_verdict verdict;
    keyshare_secret *share;
    unsigned index;

    plan.record = record;
    plan.present = present;
    plan.present_count = 2;
    plan.index = job->later;
    EXPECT(keyshare_repair_begin(&repair, &plan) == KEYSHARE_OK);
    for (size_t i = 0; i < 2; i++)
        EXPECT(keyshare_maintenance_present(
                   repair, &verdict, &fresh.cards[i]) == KEYSHARE_OK);
    EXPECT(
        keyshare_maintenance_hand_out(repair, &index, &share) == KEYSHARE_OK);
    keyshare_secret_free(&share);
    keyshare_maintenance_free(&repair);
    return WHOLE;
}

static enum outcome
judge_set(void)
{
    size_t chosen[KEYSHARE_COUNT_MAX];
    keyshare_image cards[KEYSHARE_COUNT_MAX];
    const size_t count = job->to_count - (job->later != 0);
    keyshare_record *read;
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(fresh.record, &len);

    EXPECT(!keyshare_latch_is_closed());
    EXPECT(keyshare_record_decode(&read, bytes, len, NULL) == KEYSHARE_OK);
    EXPECT(memcmp(keyshare_record_fingerprint(read),
               keyshare_record_fingerprint(fresh.record),
               KEYSHARE_FINGERPRINT_SIZE) == 0);
    EXPECT(judge_terms(fresh.record) == WHOLE && judge_terms(read) == WHOLE);
    for (unsigned i = 0; i < count; i++)
        EXPECT(set_verdict(read, fresh.cards[i].bytes, fresh.cards[i].len) ==
               KEYSHARE_VERDICT_OK);
    choice_first(chosen, job->to_threshold);
    do {
        set_choose(&fresh, cards, chosen, job->to_threshold);
        EXPECT(judge_recovery(read, cards) == WHOLE);
    } while (choice_next(chosen, job->to_threshold, count));
    return job->later != 0 ? judge_later(read) : WHOLE;
}

/* ---- The operation ---- */

static keyshare_error
begin(void)
{
    static struct gen gen;
    const uint8_t later[] = {(uint8_t)job->later};
    static uint8_t present[KEYSHARE_COUNT_MAX];
    const keyshare_random random = gen_random(&gen);
    keyshare_plan plan = KEYSHARE_PLAN_INIT;

    gen = gen_begin();
    for (size_t i = 0; i < job->present; i++)
        present[i] = (uint8_t)(i + 1);
    plan.record = set.record;
    plan.present = present;
    plan.present_count = job->present;
    if (job->kind == REPAIR) {
        plan.index = job->count;
        return keyshare_repair_begin(&operation, &plan);
    }
    plan.terms = &terms;
    plan.random = &random;
    plan.lower_threshold = job->to_threshold < job->threshold;
    if (job->kind == RESHARE)
        return keyshare_reshare_begin(&operation, &plan);
    plan.later = later;
    plan.later_count = job->later != 0;
    return keyshare_refresh_begin(&operation, &plan);
}

/* Until it is taken: a reader that reads it again has another copy. */
static keyshare_error
show(const keyshare_image *card, bool is_new, bool *refused)
{
    static uint8_t bytes[256];
    const keyshare_image copy = {bytes, card->len};
    keyshare_verdict verdict;

    for (int i = 0; i < 2; i++) {
        keyshare_error error;

        memcpy(bytes, card->bytes, card->len);
        error = is_new
                    ? keyshare_maintenance_read_back(operation, &verdict, &copy)
                    : keyshare_maintenance_present(operation, &verdict, &copy);
        if (error != KEYSHARE_OK || verdict == KEYSHARE_VERDICT_OK)
            return error;
        *refused = true;
    }
    /* Not a second time. */
    return KEYSHARE_ERR_ARGUMENT;
}

/* Take what waits. */
static keyshare_error
take(bool *refused)
{
    for (;;) {
        keyshare_secret *share;
        unsigned index;
        keyshare_error error =
            keyshare_maintenance_hand_out(operation, &index, &share);

        if (error != KEYSHARE_OK || share == NULL)
            return error;
        fresh.shares[index - 1] = share;
        fresh.cards[index - 1] = (keyshare_image){
            keyshare_secret_reveal(share), keyshare_secret_len(share)};
        error = show(&fresh.cards[index - 1], true, refused);
        if (error != KEYSHARE_OK)
            return error;
    }
}

static keyshare_error
operate(bool *refused)
{
    keyshare_error error = begin();

    for (size_t i = 0; error == KEYSHARE_OK && i < job->present; i++)
        error = show(&set.cards[i], false, refused);
    if (error == KEYSHARE_OK)
        error = take(refused);
    for (size_t i = 0;
         job->kind == REFRESH && error == KEYSHARE_OK && i < job->present;
         i++) {
        error = show(&set.cards[i], false, refused);
        if (error == KEYSHARE_OK)
            error = take(refused);
    }
    return error;
}

static enum outcome
operate_with_fault(void)
{
    const size_t blocks = trial_blocks();
    bool refused = false;
    keyshare_error error;

    memset(&fresh, 0, sizeof fresh);
    trial_arm();
    error = operate(&refused);
    if (error == KEYSHARE_OK) {
        error = keyshare_maintenance_finish(operation, &fresh.record);
        EXPECT(error == KEYSHARE_OK);
        keyshare_maintenance_free(&operation);
    }
    trial_disarm();
    if (error != KEYSHARE_OK)
        return judge_end(error, blocks);
    if (job->kind == REPAIR) {
        const keyshare_image *made = &fresh.cards[job->count - 1];

        EXPECT(memcmp(made->bytes, set.cards[job->count - 1].bytes,
                   made->len) == 0);
    } else if (judge_set() != WHOLE) {
        return BAD;
    }
    return refused ? STUCK : WHOLE;
}

/* ---- Each call of each function ---- */

static void
choose_job(int i)
{
    static const char label[] = "what comes next";
    struct gen gen = gen_begin();
    bool refused = false;

    job = &jobs[i % JOBS];
    scheme = i < JOBS ? KEYSHARE_SCHEME_GF256 : KEYSHARE_SCHEME_PEDERSEN;
    trial_count_memory();
    set_deal(&set, &gen, set_policy(scheme, job->threshold, job->count), 16);
    terms = keyshare_record_terms(set.record);
    terms.policy.threshold = job->to_threshold;
    terms.policy.count = job->to_count;
    terms.label = label;
    terms.label_len = sizeof label - 1;
    terms.time = 1800000000;
    memset(&fresh, 0, sizeof fresh);
    ck_assert_int_eq(operate(&refused), KEYSHARE_OK);
    ck_assert(!refused);
    keyshare_maintenance_free(&operation);
    meant = fresh;
}

static void
forget_job(void)
{
    set_free(&set);
    set_free(&meant);
}

/* What has a test of its own, byte by byte. */
static bool
is_encoding(enum fault which)
{
    return which == FAULT_draft_before_its_proof ||
           which == FAULT_draft_after_its_context ||
           which == FAULT_draft_being_finished ||
           which == FAULT_encoded_record || which == FAULT_decoded_record ||
           which == FAULT_sealed_share || which == FAULT_share_being_sealed;
}

/* Faults of these are of consequence whenever they strike: every one is
 * refused. With pedersen nothing comes of what is asked of gf256 alone. */
static bool
is_always_refused(enum fault which)
{
    switch (which) {
    case FAULT_zero_commitments:
    case FAULT_zero_values:
    case FAULT_zero_kept:
    case FAULT_card_masking:
    case FAULT_card_witnessed:
    case FAULT_card_added:
    case FAULT_card_shifted:
    case FAULT_sum_before:
    case FAULT_sum_after:
    case FAULT_shifted_d:
    case FAULT_shifted_value:
    case FAULT_proved:
    case FAULT_comes_of_value:
    case FAULT_comes_of_d:
    case FAULT_reshared_values: return true;
    case FAULT_shamir_weight:
    case FAULT_committed_value: return scheme == KEYSHARE_SCHEME_GF256;
    default: return false;
    }
}

/* So many of a function's calls are tried, spread over all of them. */
#define CALLS_MAX 32

static unsigned
try_calls(enum fault which)
{
    const struct report all = trial_look(operate_with_fault, which);
    const size_t bits = all.bytes == 0 ? 1 : 8 * all.bytes;
    const unsigned step = all.calls / CALLS_MAX + 1;
    unsigned refused = 0;

    for (trial.call = 1; trial.call <= all.calls; trial.call += step)
        for (int i = 0; i < 3; i++) {
            enum outcome outcome;

            /* The first, the last, and one between. */
            trial.bit = i == 0 ? 0 : i == 1 ? bits - 1 : 37 * trial.call % bits;
            outcome = trial_try(operate_with_fault);
            ck_assert(report->struck);
            ck_assert_msg(outcome == REFUSED || !is_always_refused(which),
                "%s at call %u, bit %zu: not refused", fault_name(which),
                trial.call, trial.bit);
            refused += outcome == REFUSED;
            if (all.bytes == 0)
                break;
        }
    return refused;
}

START_TEST(each_call)
{
    unsigned refused = 0;

    choose_job(_i);
    for (int which = FAULT_NONE + 1; which < FAULT_COUNT; which++)
        if (!is_encoding((enum fault)which))
            refused += try_calls((enum fault)which);
    ck_assert_uint_gt(refused, 0);
    forget_job();
}
END_TEST

/* ---- Each byte of what is encoded ---- */

START_TEST(each_byte)
{
    choose_job(_i);
    for (int which = FAULT_NONE + 1; which < FAULT_COUNT; which++) {
        struct report all;

        if (!is_encoding((enum fault)which))
            continue;
        all = trial_look(operate_with_fault, (enum fault)which);
        for (trial.call = 1; trial.call <= all.calls; trial.call++)
            for (size_t i = 0; i < all.bytes; i++) {
                enum outcome outcome;

                trial.bit = 8 * i + (i + trial.call) % 8;
                outcome = trial_try(operate_with_fault);
                ck_assert(report->struck);
                /* In a share its fingerprint and check are yet to come, and in
                 * a draft what gf256 tags and the proof are. */
                ck_assert_msg(outcome == REFUSED ||
                                  which == FAULT_draft_before_its_proof ||
                                  which == FAULT_draft_after_its_context ||
                                  which == FAULT_share_being_sealed,
                    "%s %u, byte %zu: not refused",
                    fault_name((enum fault)which), trial.call, i);
            }
    }
    forget_job();
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("corrupt_maintenance");
    TCase *test = tcase_create("corrupt_maintenance");

    suite_add_tcase(suite, test);
    tcase_add_checked_fixture(test, trial_begin, trial_end);
    tcase_add_loop_test(test, each_call, 0, 2 * JOBS);
    tcase_add_loop_test(test, each_byte, 0, 2 * JOBS);
    return suite;
}
