/* SPDX-License-Identifier: ISC */
/* One record and its cards, read from many threads at once; and each thread
 * with objects of its own beside it. tests/long/threads runs this under
 * ThreadSanitizer.
 *
 * KEYSHARE_TEST_RACE=1: the threads race on purpose, to see that it is seen.
 */
#include <stdlib.h>
#include <string.h>

#include <pthread.h>

#include <keyshare/fingerprint.h>
#include <keyshare/image.h>
#include <keyshare/maintenance.h>
#include <keyshare/self_test.h>

#include "set.h"
#include "suite.h"

#define THREADS   8
#define ROUNDS    4
#define COUNT     7
#define THRESHOLD 5

static struct set set;
static uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
static uint8_t lineage[KEYSHARE_LINEAGE_SIZE];
static unsigned raced;

/* What one thread does: false, if anything of it came out wrong. Check's
 * assertions belong to the one thread that Check knows. */
static bool
read_record(const keyshare_record *record)
{
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    const keyshare_policy policy = keyshare_record_policy(record);
    size_t len;

    (void)keyshare_record_label(record, &len);
    return len > 0 && policy.threshold == THRESHOLD && policy.count == COUNT &&
           keyshare_record_key_len(record) == set.key_len &&
           keyshare_record_epoch(record) == 0 &&
           keyshare_record_time(record) == 1700000000 &&
           keyshare_record_predecessor(record) == NULL &&
           keyshare_recover_memory(record) > 0 &&
           memcmp(keyshare_record_lineage(record), lineage, sizeof lineage) ==
               0 &&
           memcmp(keyshare_record_fingerprint(record), fingerprint,
               sizeof fingerprint) == 0 &&
           keyshare_fingerprint_words(
               words, keyshare_record_fingerprint(record)) == KEYSHARE_OK;
}

static bool
judge_cards(const keyshare_record *record)
{
    keyshare_verdict verdicts[COUNT];
    keyshare_recoverable recoverable;
    unsigned index;
    size_t good;

    for (size_t i = 0; i < COUNT; i++)
        if (keyshare_verify(verdicts, record, NULL, &set.cards[i]) !=
                KEYSHARE_OK ||
            verdicts[0] != KEYSHARE_VERDICT_OK ||
            keyshare_image_share(&index, NULL, &set.cards[i]) != KEYSHARE_OK ||
            index != i + 1)
            return false;
    return keyshare_check(verdicts, &recoverable, &good, record, NULL,
               set.cards, COUNT) == KEYSHARE_OK &&
           good == COUNT;
}

static bool
recover(const keyshare_record *record, size_t first)
{
    keyshare_image cards[THRESHOLD];
    keyshare_verdict verdicts[THRESHOLD];
    keyshare_secret *key;
    bool right;

    for (size_t i = 0; i < THRESHOLD; i++)
        cards[i] = set.cards[(first + i) % COUNT];
    if (keyshare_recover(&key, verdicts, record, NULL, cards, THRESHOLD) !=
        KEYSHARE_OK)
        return false;
    right = keyshare_secret_len(key) == set.key_len &&
            memcmp(keyshare_secret_reveal(key), set.key, set.key_len) == 0;
    keyshare_secret_free(&key);
    return right;
}

/* An operation of the thread's own on the one record: a share made again. */
static bool
repair(const keyshare_record *record, size_t first)
{
    const unsigned index = (unsigned)((first + THRESHOLD) % COUNT) + 1;
    keyshare_plan plan = KEYSHARE_PLAN_INIT;
    keyshare_maintenance *operation;
    uint8_t present[THRESHOLD];
    keyshare_verdict verdict;
    keyshare_secret *share = NULL;
    unsigned made = 0;
    bool right;

    for (size_t i = 0; i < THRESHOLD; i++)
        present[i] = (uint8_t)((first + i) % COUNT + 1);
    plan.record = record;
    plan.present = present;
    plan.present_count = THRESHOLD;
    plan.index = index;
    right = keyshare_repair_begin(&operation, &plan) == KEYSHARE_OK;
    for (size_t i = 0; i < THRESHOLD && right; i++)
        right = keyshare_maintenance_present(operation, &verdict,
                    &set.cards[present[i] - 1]) == KEYSHARE_OK &&
                verdict == KEYSHARE_VERDICT_OK;
    right = right &&
            keyshare_maintenance_hand_out(operation, &made, &share) ==
                KEYSHARE_OK &&
            made == index;
    keyshare_secret_free(&share);
    keyshare_maintenance_free(&operation);
    return right;
}

/* A dealing and a record of the thread's own. */
static bool
make_own(void)
{
    keyshare_secret *shares[3] = {NULL, NULL, NULL};
    keyshare_record *dealt = NULL;
    keyshare_record *decoded = NULL;
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    const uint8_t *bytes;
    size_t len;
    bool right;

    terms.policy = set_policy(set.policy.scheme, 2, 3);
    right = keyshare_deal(&dealt, shares, &terms, set.key, set.key_len, NULL) ==
            KEYSHARE_OK;
    if (right) {
        bytes = keyshare_record_bytes(dealt, &len);
        right =
            keyshare_record_decode(&decoded, bytes, len, NULL) == KEYSHARE_OK &&
            keyshare_record_prepare(decoded) == KEYSHARE_OK;
    }
    for (size_t i = 0; i < 3; i++)
        keyshare_secret_free(&shares[i]);
    keyshare_record_free(&decoded);
    keyshare_record_free(&dealt);
    return right;
}

struct thread {
    pthread_t id;
    size_t number;
    bool races;
    bool right;
};

static void *
work(void *context)
{
    struct thread *thread = context;

    thread->right = keyshare_self_test() == KEYSHARE_OK;
    for (size_t i = 0; i < ROUNDS && thread->right; i++)
        thread->right = read_record(set.record) && judge_cards(set.record) &&
                        recover(set.record, thread->number + i) &&
                        repair(set.record, thread->number + i) && make_own();
    if (thread->races)
        raced++;
    return NULL;
}

static void
run_threads(void)
{
    struct thread threads[THREADS];

    for (size_t i = 0; i < THREADS; i++) {
        threads[i].number = i;
        threads[i].races = getenv("KEYSHARE_TEST_RACE") != NULL;
        ck_assert_int_eq(
            pthread_create(&threads[i].id, NULL, work, &threads[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i].id, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        ck_assert_msg(threads[i].right, "thread %zu", i);
}

/* The cards as holders bring them, with the record that is on each. */
static void
begin_set(keyshare_scheme scheme, bool prepared)
{
    struct gen gen = gen_begin();

    set_deal(&set, &gen, set_policy(scheme, THRESHOLD, COUNT), 32);
    memcpy(fingerprint, keyshare_record_fingerprint(set.record),
        sizeof fingerprint);
    memcpy(lineage, keyshare_record_lineage(set.record), sizeof lineage);
    for (size_t i = 0; i < COUNT; i++) {
        keyshare_secret *image;

        ck_assert_int_eq(keyshare_image_make(&image, set.record, set.shares[i]),
            KEYSHARE_OK);
        set_share(&set, (unsigned)i + 1, keyshare_secret_reveal(image),
            keyshare_secret_len(image));
        keyshare_secret_free(&image);
    }
    if (prepared)
        ck_assert_int_eq(keyshare_record_prepare(set.record), KEYSHARE_OK);
}

static const struct {
    keyshare_scheme scheme;
    bool prepared;
} cases[] = {
    {KEYSHARE_SCHEME_GF256, false},
    {KEYSHARE_SCHEME_PEDERSEN, false},
    {KEYSHARE_SCHEME_PEDERSEN, true},
};

START_TEST(one_record_is_read_by_many)
{
    begin_set(cases[_i].scheme, cases[_i].prepared);
    run_threads();
    set_free(&set);
}
END_TEST

/* The very first call of all, from all threads at once: what is found out once
 * in a process is found out then. */
static void *
self_test(void *context)
{
    struct thread *thread = context;

    thread->right = keyshare_self_test() == KEYSHARE_OK;
    return NULL;
}

START_TEST(the_first_call_is_made_by_many)
{
    struct thread threads[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i].id, NULL, self_test, &threads[i]), 0);
    for (size_t i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i].id, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        ck_assert_msg(threads[i].right, "thread %zu", i);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("threads");
    TCase *test = tcase_create("threads");

    suite_add_tcase(suite, test);
    tcase_add_test(test, the_first_call_is_made_by_many);
    tcase_add_loop_test(test, one_record_is_read_by_many, 0,
        (int)(sizeof cases / sizeof *cases));
    return suite;
}
