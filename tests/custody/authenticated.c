/* SPDX-License-Identifier: ISC */
/* Audit: what is authenticated, the weakest set, words, and what cannot be
 * asked. */
#include <keyshare/audit.h>

#include <string.h>

#include "auditing.h"

/* ---- What was expected ---- */

static const uint8_t nobody[KEYSHARE_FINGERPRINT_SIZE] = {1};

static void
is_authenticated(int answer, size_t unexpected, size_t missing)
{
    ck_assert_int_eq(auditing.report.authenticated, answer);
    ck_assert_uint_eq(auditing.report.unexpected_count, unexpected);
    ck_assert_uint_eq(auditing.report.missing_count, missing);
}

START_TEST(every_leaf_is_expected)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *tree[TREE];

    make_tree(tree, &lineage);
    audit_expecting(tree, 3, EXPECTED(FP(tree[2])), 1);
    is_authenticated(1, 0, 0);
    ck_assert_int_eq(auditing.leaves[0], LEAF_NO);
    ck_assert_int_eq(auditing.leaves[2], LEAF_EXPECTED);
    ck_assert_int_eq(auditing.present[0], 1);
    audit_expecting(tree, 4, EXPECTED(FP(tree[3]), FP(tree[2])), 2);
    is_authenticated(1, 0, 0);
    /* The whole history may be told, and told twice. */
    audit_expecting(tree, 4,
        EXPECTED(
            FP(tree[0]), FP(tree[2]), FP(tree[1]), FP(tree[3]), FP(tree[2])),
        5);
    is_authenticated(1, 0, 0);
    /* Given twice. */
    audit_expecting(RECORDS(tree[0], tree[3], tree[3], tree[0]), 4,
        EXPECTED(FP(tree[3])), 1);
    is_authenticated(1, 0, 0);
    ck_assert_int_eq(auditing.leaves[1], LEAF_EXPECTED);
    ck_assert_int_eq(auditing.leaves[2], LEAF_EXPECTED);
}
END_TEST

START_TEST(an_abandoned_sibling_is_named)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *tree[TREE];

    make_tree(tree, &lineage);
    audit_expecting(tree, 4, EXPECTED(FP(tree[2])), 1);
    ck_assert_int_eq(auditing.report.consistent, 1);
    is_authenticated(0, 1, 0);
    ck_assert_int_eq(auditing.leaves[2], LEAF_EXPECTED);
    ck_assert_int_eq(auditing.leaves[3], LEAF_UNEXPECTED);
}
END_TEST

/* The newest record is withheld: the older one does not pass for it. */
START_TEST(a_missing_record_is_named)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *tree[TREE];

    make_tree(tree, &lineage);
    audit_expecting(tree, 2, EXPECTED(FP(tree[2])), 1);
    ck_assert_int_eq(auditing.report.consistent, 1);
    is_authenticated(0, 1, 1);
    ck_assert_int_eq(auditing.present[0], 0);
    ck_assert_int_eq(auditing.leaves[1], LEAF_UNEXPECTED);
    /* Not even where the older one is told too. */
    audit_expecting(tree, 2, EXPECTED(FP(tree[1]), FP(tree[2]), nobody), 3);
    is_authenticated(0, 0, 2);
    ck_assert_int_eq(auditing.present[0], 1);
    ck_assert_int_eq(auditing.present[1], 0);
    ck_assert_int_eq(auditing.present[2], 0);
    /* A record that is known by its predecessor's naming it is not here. */
    audit_expecting(&tree[1], 1, EXPECTED(FP(tree[0]), FP(tree[1])), 2);
    is_authenticated(0, 0, 1);
    /* No leaf at all is not all of them. */
    audit_expecting(RECORDS(NULL), 1, EXPECTED(nobody), 1);
    is_authenticated(0, 0, 1);
    audit_expecting(NULL, 0, EXPECTED(nobody), 1);
    is_authenticated(0, 0, 1);
}
END_TEST

/* It is a question of its own: what was expected may be inconsistent. */
START_TEST(authenticated_and_inconsistent)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    struct lineage strange = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *tree[TREE];
    const keyshare_record *other = follow(&strange, 0, NULL);

    make_tree(tree, &lineage);
    audit_expecting(RECORDS(tree[0], tree[2], NULL), 3,
        EXPECTED(FP(tree[0]), FP(tree[2])), 2);
    ck_assert_int_eq(auditing.report.consistent, 0);
    is_authenticated(1, 0, 0);
    /* A record of another lineage is a leaf too, which nobody expects. */
    audit_expecting(RECORDS(tree[0], other), 2, EXPECTED(FP(tree[0])), 1);
    ck_assert_int_eq(auditing.report.consistent, 0);
    is_authenticated(0, 1, 0);
    ck_assert_int_eq(auditing.leaves[1], LEAF_UNEXPECTED);
}
END_TEST

/* ---- The weakest set ---- */

START_TEST(weakest)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    struct lineage_terms terms = {.threshold = 3, .count = 7};
    const keyshare_record *records[RECORDS_MAX];
    const keyshare_record *smallest;

    records[0] = make(&lineage, terms);
    terms.epoch = 1;
    terms.predecessor = records[0];
    terms.threshold = 4;
    terms.count = 255;
    records[1] = make(&lineage, terms);
    audit(records, 2);
    ck_assert_ptr_eq(
        auditing.report.weakest, records[0]); /* lowest threshold */
    terms.threshold = 3;
    terms.count = 5;
    records[2] = make(&lineage, terms);
    audit(records, 3);
    ck_assert_ptr_eq(auditing.report.weakest, records[2]); /* newest epoch */
    terms.count = 6;
    records[3] = make(&lineage, terms);
    audit(records, 4);
    ck_assert_ptr_eq(auditing.report.weakest, records[3]); /* largest count */
    records[4] = make(&lineage, terms);
    smallest =
        memcmp(FP(records[3]), FP(records[4]), KEYSHARE_FINGERPRINT_SIZE) < 0
            ? records[3]
            : records[4];
    audit(records, 5);
    ck_assert_ptr_eq(auditing.report.weakest, smallest);
    records[5] = records[3];
    records[3] = records[4];
    records[4] = records[5];
    audit(records, 5);
    ck_assert_ptr_eq(auditing.report.weakest, smallest);
}
END_TEST

/* ---- Words, and what cannot be asked ---- */

static const struct {
    keyshare_finding finding;
    const char *text;
} words[] = {
    {KEYSHARE_FINDING_NONE, "not judged"},
    {OK, "ok"},
    {NOT_A_RECORD, "not-a-record"},
    {OTHER_LINEAGE, "other-lineage"},
    {NO_PREDECESSOR, "no-predecessor"},
    {WRONG_EPOCH, "wrong-epoch"},
    {OTHER_KEY, "other-key"},
    {NOT_REFRESHED, "not-refreshed"},
};

START_TEST(findings_in_words)
{
    const keyshare_finding finding = words[_i].finding;
    unsigned difference = (unsigned)finding ^ KEYSHARE_FINDING_OK;
    unsigned bits = 0;

    ck_assert_str_eq(keyshare_finding_text(finding), words[_i].text);
    for (int i = 0; i < _i; i++)
        ck_assert_str_ne(keyshare_finding_explain(finding),
            keyshare_finding_explain(words[i].finding));
    /* Good is at least three bits from zero and from each other finding. */
    for (; difference != 0; difference &= difference - 1)
        bits++;
    ck_assert(finding == KEYSHARE_FINDING_OK || bits >= 3);
}
END_TEST

START_TEST(unknown_is_not_judged)
{
    const int unknown[] = {1, 2, 0xff, -1, 0x7fffffff};

    for (size_t i = 0; i < COUNT(unknown); i++) {
        ck_assert_str_eq(
            keyshare_finding_text((keyshare_finding)unknown[i]), "not judged");
        ck_assert_str_eq(keyshare_finding_explain((keyshare_finding)unknown[i]),
            keyshare_finding_explain(KEYSHARE_FINDING_NONE));
    }
}
END_TEST

/* Whatever was in the outputs is gone. */
static void
refuses(keyshare_finding *findings, keyshare_audit_report *report,
    const keyshare_record *const *records, size_t count,
    const uint8_t *const *expected, size_t expected_count)
{
    memset(auditing.findings, 0x3c, sizeof auditing.findings);
    memset(auditing.leaves, 0x3c, sizeof auditing.leaves);
    memset(auditing.present, 1, sizeof auditing.present);
    auditing.report.consistent = auditing.report.same_key = 1;
    auditing.report.authenticated = 1;
    auditing.report.root = auditing.report.weakest =
        (const keyshare_record *)&auditing;
    ck_assert_int_eq(keyshare_audit(findings, report, records, count, expected,
                         expected_count),
        KEYSHARE_ERR_ARGUMENT);
    for (size_t i = 0; findings != NULL && i < count; i++)
        ck_assert_int_eq(findings[i], KEYSHARE_FINDING_NONE);
    if (report == NULL || report->size < sizeof *report)
        return;
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(auditing.leaves[i], LEAF_NO);
    for (size_t i = 0; i < expected_count; i++)
        ck_assert_int_eq(auditing.present[i], 0);
    ck_assert_ptr_null(report->root);
    ck_assert_ptr_null(report->weakest);
    ck_assert(!report->consistent && !report->same_key);
    is_authenticated(0, 0, 0);
}

START_TEST(what_cannot_be_asked)
{
    struct lineage lineage = lineage_begin(KEYSHARE_SCHEME_GF256, KEY_LEN);
    const keyshare_record *root = follow(&lineage, 0, NULL);
    keyshare_audit_report *report = &auditing.report;
    keyshare_audit_report small = KEYSHARE_AUDIT_REPORT_INIT;

    audit(&root, 1);
    refuses(NULL, report, &root, 1, NULL, 0);
    refuses(auditing.findings, NULL, &root, 1, NULL, 0);
    refuses(auditing.findings, report, NULL, 1, NULL, 0);
    refuses(auditing.findings, report, &root, 1, NULL, 1);
    refuses(auditing.findings, report, &root, 1, EXPECTED(FP(root), NULL), 2);
    small.size--;
    refuses(auditing.findings, &small, &root, 1, NULL, 0);
    small.size = 0;
    refuses(auditing.findings, &small, &root, 1, NULL, 0);
}
END_TEST

START_TEST(nothing_given)
{
    keyshare_audit_report report = KEYSHARE_AUDIT_REPORT_INIT;

    report.consistent = 1;
    ck_assert_int_eq(
        keyshare_audit(NULL, &report, NULL, 0, NULL, 0), KEYSHARE_OK);
    ck_assert(!report.consistent && !report.same_key && !report.authenticated);
    ck_assert_ptr_null(report.root);
    ck_assert_ptr_null(report.weakest);
}
END_TEST

/* Neither array is needed; a larger report is of a later release. */
START_TEST(no_more_than_wanted)
{
    struct lineage lineage = lineage_begin(KEYSHARE_SCHEME_GF256, KEY_LEN);
    const keyshare_record *root = follow(&lineage, 0, NULL);
    struct {
        keyshare_audit_report report;
        uint8_t later[8];
    } larger = {KEYSHARE_AUDIT_REPORT_INIT, {1, 2, 3, 4, 5, 6, 7, 8}};
    const uint8_t *later = larger.later;
    const uint8_t expected[] = {1, 2, 3, 4, 5, 6, 7, 8};

    larger.report.size = sizeof larger;
    ck_assert_int_eq(keyshare_audit(auditing.findings, &larger.report, &root, 1,
                         EXPECTED(FP(root)), 1),
        KEYSHARE_OK);
    ck_assert(larger.report.consistent && larger.report.authenticated);
    ck_assert_uint_eq(larger.report.size, sizeof larger);
    ck_assert_mem_eq(later, expected, sizeof expected);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("authenticated");
    TCase *laws = tcase_create("laws");
    TCase *errors = tcase_create("errors");
    const TTest *const of_laws[] = {every_leaf_is_expected,
        an_abandoned_sibling_is_named, a_missing_record_is_named,
        authenticated_and_inconsistent, weakest};

    tcase_add_checked_fixture(laws, auditing_begin, auditing_end);
    add_loops(laws, of_laws, COUNT(of_laws));
    suite_add_tcase(suite, laws);
    tcase_add_checked_fixture(errors, auditing_begin, auditing_end);
    tcase_add_loop_test(errors, findings_in_words, 0, (int)COUNT(words));
    tcase_add_test(errors, unknown_is_not_judged);
    tcase_add_test(errors, what_cannot_be_asked);
    tcase_add_test(errors, nothing_given);
    tcase_add_test(errors, no_more_than_wanted);
    suite_add_tcase(suite, errors);
    return suite;
}
