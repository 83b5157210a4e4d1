/* SPDX-License-Identifier: ISC */
/* Memory that is refused at any call: an error, outputs zeroed, nothing kept;
 * and what operations tell of the memory that they take is true. */
#include <keyshare/memory.h>

#include <string.h>

#include <keyshare/audit.h>
#include <keyshare/deal.h>
#include <keyshare/fingerprint.h>
#include <keyshare/label.h>
#include <keyshare/self_test.h>

#include "pool.h"
#include "set.h"
#include "suite.h"

/* ---- The operations ---- */

/* What they work on, made beforehand, and what they give. */
struct work {
    struct set set;
    struct set other;
    struct gen gen;
    uint8_t card[2048]; /* of the other set, with its record */
    keyshare_image cards[6];
    keyshare_terms terms;
    keyshare_record *record;
    keyshare_secret *shares[KEYSHARE_COUNT_MAX];
    keyshare_secret *secret;
    keyshare_verdict verdicts[6];
    keyshare_recoverable recoverable;
    size_t good;
};

static keyshare_error
do_deal(struct work *work)
{
    const keyshare_random random = gen_random(&work->gen);

    return keyshare_deal(&work->record, work->shares, &work->terms,
        work->set.key, work->set.key_len, &random);
}

static keyshare_error
do_decode(struct work *work)
{
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(work->set.record, &len);
    uint8_t tag = 0xa5;
    const keyshare_error error =
        keyshare_record_decode(&work->record, bytes, len, &tag);

    ck_assert_uint_eq(tag, 0);
    return error;
}

/* Of a copy that is decoded while no call is refused. */
static keyshare_error
do_prepare(struct work *work)
{
    const size_t refused = pool.refused;
    keyshare_error error;

    pool.refused = 0;
    ck_assert_int_eq(do_decode(work), KEYSHARE_OK);
    pool.calls = 0;
    pool.most = pool.before = pool.bytes;
    pool.refused = refused;
    error = keyshare_record_prepare(work->record);
    if (error != KEYSHARE_OK)
        keyshare_record_free(&work->record);
    return error;
}

static keyshare_error
do_verify(struct work *work)
{
    return keyshare_verify(
        work->verdicts, work->set.record, NULL, &work->cards[0]);
}

static keyshare_error
do_check(struct work *work)
{
    return keyshare_check(work->verdicts, &work->recoverable, &work->good,
        work->set.record, NULL, work->cards, 6);
}

static keyshare_error
do_recover(struct work *work)
{
    return keyshare_recover(
        &work->secret, work->verdicts, work->set.record, NULL, work->cards, 6);
}

/* The same, of cards that are all of the set: what is told is of these. */
static keyshare_error
do_recover_plainly(struct work *work)
{
    return keyshare_recover(&work->secret, work->verdicts, work->set.record,
        NULL, work->set.cards, 5);
}

static keyshare_error
do_make(struct work *work)
{
    return keyshare_image_make(
        &work->secret, work->set.record, work->set.shares[0]);
}

static keyshare_error
do_copy(struct work *work)
{
    return keyshare_secret_copy(&work->secret, work->card, 1);
}

static keyshare_error
do_generate(struct work *work)
{
    return keyshare_secret_generate(&work->secret, 1, NULL);
}

static keyshare_error
do_audit(struct work *work)
{
    const keyshare_record *const records[] = {
        work->set.record, NULL, work->other.record};
    const uint8_t *const expected[] = {
        keyshare_record_fingerprint(work->other.record)};
    keyshare_audit_report report = KEYSHARE_AUDIT_REPORT_INIT;
    keyshare_finding findings[3];

    return keyshare_audit(findings, &report, records, 3, expected, 1);
}

static keyshare_error
do_line(struct work *work)
{
    char line[KEYSHARE_LABEL_LINE_SIZE];

    return keyshare_label_line(line, sizeof line, work->set.record, 1);
}

static keyshare_error
do_self_test(struct work *work)
{
    (void)work;
    return keyshare_self_test();
}

/* ---- What they tell of the memory they take; 0: nothing is told ---- */

static size_t
told_deal(const struct work *work)
{
    return keyshare_deal_memory(&work->terms.policy, work->set.key_len);
}

static size_t
told_decode(const struct work *work)
{
    size_t len;

    (void)keyshare_record_bytes(work->set.record, &len);
    return keyshare_record_memory(len);
}

static size_t
told_prepare(const struct work *work)
{
    return keyshare_record_prepare_memory(work->set.record);
}

static size_t
told_verify(const struct work *work)
{
    size_t len;

    (void)keyshare_record_bytes(work->other.record, &len);
    return keyshare_verify_memory(work->set.record) +
           keyshare_record_memory(len);
}

static size_t
told_check(const struct work *work)
{
    size_t len;

    (void)keyshare_record_bytes(work->other.record, &len);
    return keyshare_check_memory(work->set.record) +
           keyshare_record_memory(len);
}

static size_t
told_recover(const struct work *work)
{
    return keyshare_recover_memory(work->set.record);
}

static size_t
told_make(const struct work *work)
{
    return keyshare_image_memory(work->set.record, work->set.shares[0]);
}

static size_t
told_secret(const struct work *work)
{
    (void)work;
    return keyshare_secret_memory(1);
}

static size_t
told_self_test(const struct work *work)
{
    (void)work;
    return keyshare_self_test_memory();
}

static size_t
told_nothing(const struct work *work)
{
    (void)work;
    return 0;
}

static const struct operation {
    const char *name;
    keyshare_error (*run)(struct work *work);
    size_t (*told)(const struct work *work);
    bool is_exact;
} operations[] = {
    {"deal", do_deal, told_deal, true},
    {"decode", do_decode, told_decode, false},
    {"prepare", do_prepare, told_prepare, true},
    {"verify", do_verify, told_verify, false},
    {"check", do_check, told_check, false},
    {"recover", do_recover, NULL, false},
    {"recover plainly", do_recover_plainly, told_recover, true},
    {"image", do_make, told_make, true},
    {"copy", do_copy, told_secret, true},
    {"generate", do_generate, told_secret, true},
    {"audit", do_audit, told_nothing, true},
    {"line", do_line, told_nothing, true},
    {"self test", do_self_test, told_self_test, true},
};

#define OPERATIONS (int)(sizeof operations / sizeof *operations)

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

/* A label of the length that is told of. */
static const char label[] =
    "0123456789012345678901234567890123456789012345678901234567890123";

static void
make_work(struct work *work, keyshare_scheme scheme)
{
    size_t len;
    const uint8_t *bytes;

    memset(work, 0, sizeof *work);
    work->gen = gen_begin();
    set_deal(&work->set, &work->gen, set_policy(scheme, 3, 5), 40);
    set_deal(&work->other, &work->gen, set_policy(scheme, 2, 3), 40);
    bytes = keyshare_record_bytes(work->other.record, &len);
    ck_assert_uint_le(len + work->other.cards[0].len, sizeof work->card);
    memcpy(work->card, bytes, len);
    memcpy(
        work->card + len, work->other.cards[0].bytes, work->other.cards[0].len);
    work->cards[0] =
        (keyshare_image){work->card, len + work->other.cards[0].len};
    memcpy(work->cards + 1, work->set.cards, 5 * sizeof *work->cards);
    work->terms = (keyshare_terms)KEYSHARE_TERMS_INIT;
    work->terms.policy = work->set.policy;
    work->terms.label = label;
    work->terms.label_len = KEYSHARE_LABEL_SIZE_MAX;
}

/* Outputs as if they held something. */
static void
spoil_outputs(struct work *work)
{
    work->record = (keyshare_record *)work;
    work->secret = (keyshare_secret *)work;
    for (size_t i = 0; i < 5; i++)
        work->shares[i] = (keyshare_secret *)work;
    memset(work->verdicts, 0x3c, sizeof work->verdicts);
    work->recoverable = KEYSHARE_RECOVERABLE_YES;
    work->good = 6;
}

/* Nothing is left in the outputs that this operation has. */
static void
outputs_are_empty(const struct work *work, const struct operation *operation)
{
    const bool has_record = operation->run == do_deal ||
                            operation->run == do_decode ||
                            operation->run == do_prepare;
    const bool is_recovery =
        operation->run == do_recover || operation->run == do_recover_plainly;
    const bool has_secret = is_recovery || operation->run == do_make ||
                            operation->run == do_copy ||
                            operation->run == do_generate;

    if (has_record)
        ck_assert_ptr_null(work->record);
    if (has_secret)
        ck_assert_ptr_null(work->secret);
    for (size_t i = 0; i < 5 && operation->run == do_deal; i++)
        ck_assert_ptr_null(work->shares[i]);
    if (operation->run == do_verify)
        ck_assert_int_eq(work->verdicts[0], KEYSHARE_VERDICT_NONE);
    for (size_t i = 0; i < 6; i++)
        if (operation->run == do_check || operation->run == do_recover ||
            (operation->run == do_recover_plainly && i < 5))
            ck_assert_int_eq(work->verdicts[i], KEYSHARE_VERDICT_NONE);
    if (operation->run == do_check) {
        ck_assert_int_eq(work->recoverable, KEYSHARE_RECOVERABLE_NO);
        ck_assert_uint_eq(work->good, 0);
    }
}

/* What an operation that was done gave. */
static void
free_outputs(struct work *work)
{
    if (work->record != (keyshare_record *)work)
        keyshare_record_free(&work->record);
    if (work->secret != (keyshare_secret *)work)
        keyshare_secret_free(&work->secret);
    for (size_t i = 0; i < 5; i++)
        if (work->shares[i] != (keyshare_secret *)work)
            keyshare_secret_free(&work->shares[i]);
}

/* _i: the scheme, and the operation. */
START_TEST(refused_at_each_call)
{
    const struct operation *operation = &operations[_i % OPERATIONS];
    const keyshare_scheme scheme = schemes[_i / OPERATIONS];
    static struct work work;
    keyshare_error error;
    size_t blocks, bytes;

    pool_install();
    pool.refused = 0;
    make_work(&work, scheme);
    blocks = pool.blocks;
    bytes = pool.bytes;
    for (size_t k = 1;; k++) {
        spoil_outputs(&work);
        pool.calls = 0;
        pool.refused = k;
        pool.most = bytes;
        error = operation->run(&work);
        if (pool.calls < k)
            break;
        ck_assert_msg(error == KEYSHARE_ERR_MEMORY, "%s, call %zu: %s",
            operation->name, k, keyshare_error_name(error));
        outputs_are_empty(&work, operation);
        ck_assert_uint_eq(pool.blocks, blocks);
        ck_assert_uint_eq(pool.bytes, bytes);
    }
    pool.refused = 0;
    ck_assert_msg(error == KEYSHARE_OK, "%s: %s", operation->name,
        keyshare_error_name(error));
    free_outputs(&work);
    ck_assert_uint_eq(pool.blocks, blocks);
    set_free(&work.set);
    set_free(&work.other);
    ck_assert_uint_eq(pool.blocks, 0);
}
END_TEST

START_TEST(told_is_true)
{
    const struct operation *operation = &operations[_i % OPERATIONS];
    const keyshare_scheme scheme = schemes[_i / OPERATIONS];
    static struct work work;
    size_t told, taken;

    if (operation->told == NULL)
        return;
    pool_install();
    pool.refused = 0;
    make_work(&work, scheme);
    told = operation->told(&work);
    spoil_outputs(&work);
    pool.most = pool.before = pool.bytes;
    ck_assert_int_eq(operation->run(&work), KEYSHARE_OK);
    taken = pool.most - pool.before;
    ck_assert_msg(operation->is_exact ? taken == told : taken <= told,
        "%s: %zu, not %zu", operation->name, taken, told);
    free_outputs(&work);
    set_free(&work.set);
    set_free(&work.other);
}
END_TEST

/* Set once, and only before first use. */
START_TEST(set_once)
{
    pool_install();
    ck_assert_int_eq(pool_set(true, true), KEYSHARE_ERR_STATE);
    ck_assert_int_eq(pool_set(false, true), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(pool_set(true, false), KEYSHARE_ERR_ARGUMENT);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("memory");
    TCase *refused = tcase_create("refused");
    TCase *told = tcase_create("told");

    tcase_add_loop_test(refused, refused_at_each_call, 0, 2 * OPERATIONS);
    tcase_add_test(refused, set_once);
    suite_add_tcase(suite, refused);
    tcase_add_loop_test(told, told_is_true, 0, 2 * OPERATIONS);
    suite_add_tcase(suite, told);
    return suite;
}
