/* SPDX-License-Identifier: ISC */
/* The vectors of audits: an independent implementation's lineages, in every
 * order, with records missing, and what it says of odd ones. */
#include <keyshare/audit.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "vectors.h"

#define RECORDS_MAX 4

/* What a vector has, and what is found of it. */
static struct {
    keyshare_record *records[RECORDS_MAX];
    size_t count;
    const keyshare_record *given[RECORDS_MAX]; /* in some order */
    size_t order[RECORDS_MAX];
    keyshare_finding findings[RECORDS_MAX];
    keyshare_leaf leaves[RECORDS_MAX];
    keyshare_audit_report report;
} work;

static void
add_record(json_t *string)
{
    struct bytes bytes = vectors_hex(string);

    ck_assert_uint_lt(work.count, RECORDS_MAX);
    ck_assert_int_eq(keyshare_record_decode(&work.records[work.count++],
                         bytes.bytes, bytes.len, NULL),
        KEYSHARE_OK);
    free(bytes.bytes);
}

static void
free_records(void)
{
    while (work.count > 0)
        keyshare_record_free(&work.records[--work.count]);
}

/* Put COUNT of the records, from FIRST, into the NUMBER-th of their orders. */
static void
arrange(size_t first, size_t count, size_t number)
{
    for (size_t i = 0; i < count; i++)
        work.order[i] = first + i;
    for (size_t left = count; left > 0; number /= left--) {
        const size_t chosen = number % left;
        const size_t kept = work.order[left - 1];

        work.order[left - 1] = work.order[chosen];
        work.order[chosen] = kept;
    }
    for (size_t i = 0; i < count; i++)
        work.given[i] = work.records[work.order[i]];
}

static size_t
orders_of(size_t count)
{
    size_t orders = 1;

    for (size_t i = 2; i <= count; i++)
        orders *= i;
    return orders;
}

/* Audit what was arranged; expected may be NULL. */
static void
audit(size_t count, const uint8_t *expected)
{
    const keyshare_audit_report begun = KEYSHARE_AUDIT_REPORT_INIT;

    work.report = begun;
    work.report.leaves = work.leaves;
    ck_assert_int_eq(keyshare_audit(work.findings, &work.report, work.given,
                         count, &expected, expected != NULL),
        KEYSHARE_OK);
}

/* ---- Three epochs ---- */

/* A chain of records from FIRST on, in every order; its last is expected. */
static void
chain_passes(size_t first, size_t count, const uint8_t *expected)
{
    const keyshare_record *root = work.records[first];
    const keyshare_record *last = work.records[first + count - 1];
    const keyshare_record *weakest = root;

    for (size_t i = first + 1; i < first + count; i++)
        if (keyshare_record_policy(work.records[i]).threshold <=
            keyshare_record_policy(weakest).threshold)
            weakest = work.records[i];
    for (size_t number = 0; number < orders_of(count); number++) {
        arrange(first, count, number);
        audit(count, expected);
        ck_assert(work.report.consistent && work.report.same_key);
        ck_assert(work.report.authenticated);
        ck_assert_ptr_eq(work.report.root, root);
        ck_assert_ptr_eq(work.report.weakest, weakest);
        for (size_t i = 0; i < count; i++) {
            ck_assert_int_eq(work.findings[i], KEYSHARE_FINDING_OK);
            ck_assert_int_eq(work.leaves[i], work.given[i] == last
                                                 ? KEYSHARE_LEAF_EXPECTED
                                                 : KEYSHARE_LEAF_NO);
        }
    }
}

/* Without its newest record it is consistent, and not what was expected. */
static void
withheld_is_seen(const uint8_t *expected)
{
    arrange(0, work.count - 1, 0);
    audit(work.count - 1, expected);
    ck_assert(work.report.consistent && !work.report.authenticated);
    ck_assert_uint_eq(work.report.missing_count, 1);
    ck_assert_uint_eq(work.report.unexpected_count, 1);
}

/* Without one in its midst it is not a chain. */
static void
gap_is_seen(const uint8_t *expected)
{
    for (size_t gap = 1; gap + 1 < work.count; gap++) {
        size_t count = 0;

        for (size_t i = 0; i < work.count; i++)
            if (i != gap)
                work.given[count++] = work.records[i];
        audit(count, expected);
        ck_assert(!work.report.consistent && work.report.same_key);
        ck_assert_int_eq(work.findings[gap], KEYSHARE_FINDING_NO_PREDECESSOR);
    }
}

START_TEST(epochs_in_every_order)
{
    json_t *file = vectors_load("custody.json");
    json_t *object = json_array_get(vectors_get(file, "cases"), (size_t)_i);
    json_t *epochs = vectors_get(object, "epochs");
    struct bytes newest;
    json_t *epoch;
    size_t i;

    json_array_foreach(epochs, i, epoch)
        add_record(vectors_get(epoch, "record"));
    newest = vectors_bytes(
        json_array_get(epochs, json_array_size(epochs) - 1), "fingerprint");
    for (i = 0; i < work.count; i++)
        chain_passes(i, work.count - i, newest.bytes);
    if (work.count > 1)
        withheld_is_seen(newest.bytes);
    gap_is_seen(newest.bytes);
    free(newest.bytes);
    json_decref(file);
}
END_TEST

/* ---- Audits ---- */

/* What is found of a row's records as they stand, where that is not all ok. */
static const struct {
    const char *why;
    size_t place;
    keyshare_finding finding;
} known[] = {
    {"pedersen: a gap", 1, KEYSHARE_FINDING_NO_PREDECESSOR},
    {"gf256: a gap", 1, KEYSHARE_FINDING_NO_PREDECESSOR},
    {"pedersen: two lineages", 1, KEYSHARE_FINDING_OTHER_LINEAGE},
    {"gf256: two lineages", 1, KEYSHARE_FINDING_OTHER_LINEAGE},
    {"pedersen: another key in the chain", 2, KEYSHARE_FINDING_OTHER_KEY},
    {"gf256: another key in the chain", 2, KEYSHARE_FINDING_OTHER_KEY},
    {"pedersen: an epoch that jumps", 2, KEYSHARE_FINDING_WRONG_EPOCH},
    {"gf256: an epoch that jumps", 2, KEYSHARE_FINDING_WRONG_EPOCH},
    {"pedersen: a refresh that kept C_1", 1, KEYSHARE_FINDING_NOT_REFRESHED},
    {"pedersen: a refresh that changed nothing", 1,
        KEYSHARE_FINDING_NOT_REFRESHED},
};

/* Nothing else is wrong with the row. */
static void
findings_are_known(const char *why, bool consistent)
{
    size_t wrong = 0;

    for (size_t i = 0; i < work.count; i++)
        wrong += work.findings[i] != KEYSHARE_FINDING_OK;
    ck_assert_msg((wrong == 0) == consistent, "%s", why);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].why, why) == 0) {
            ck_assert_msg(
                wrong == 1 && work.findings[known[i].place] == known[i].finding,
                "%s: %s", why,
                keyshare_finding_text(work.findings[known[i].place]));
        }
}

START_TEST(rows_in_every_order)
{
    json_t *file = vectors_load("custody.json");
    json_t *row = json_array_get(vectors_get(file, "audits"), (size_t)_i);
    json_t *answer = vectors_get(row, "consistent");
    const char *why = vectors_text(row, "why");
    json_t *record;
    size_t i;

    ck_assert(json_is_boolean(answer));
    json_array_foreach(vectors_get(row, "records"), i, record)
        add_record(record);
    for (size_t number = 0; number < orders_of(work.count); number++) {
        arrange(0, work.count, number);
        audit(work.count, NULL);
        ck_assert_msg(work.report.consistent == json_is_true(answer),
            "%s, order %zu", why, number);
        ck_assert(!work.report.authenticated);
    }
    memcpy(work.given, work.records, sizeof work.given);
    audit(work.count, NULL);
    findings_are_known(why, json_is_true(answer));
    json_decref(file);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("audit vectors");
    TCase *test = tcase_create("audits");

    tcase_add_checked_fixture(test, NULL, free_records);
    tcase_add_loop_test(
        test, epochs_in_every_order, 0, vectors_count("custody.json", "cases"));
    tcase_add_loop_test(
        test, rows_in_every_order, 0, vectors_count("custody.json", "audits"));
    suite_add_tcase(suite, test);
    return suite;
}
