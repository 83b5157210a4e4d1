/* SPDX-License-Identifier: ISC */
/* What the tests of audits share. */
#include "auditing.h"

#include <string.h>

const keyshare_scheme auditing_schemes[SCHEMES] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

struct auditing auditing;

static keyshare_record *made[16];
static size_t made_count;

void
auditing_begin(void)
{
    memset(&auditing, 0, sizeof auditing);
    made_count = 0;
}

void
auditing_end(void)
{
    while (made_count > 0)
        keyshare_record_free(&made[--made_count]);
}

const keyshare_record *
make(struct lineage *lineage, struct lineage_terms terms)
{
    ck_assert_uint_lt(made_count, sizeof made / sizeof made[0]);
    return made[made_count++] = lineage_record(lineage, &terms);
}

const keyshare_record *
copy(const keyshare_record *record)
{
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(record, &len);

    ck_assert_uint_lt(made_count, sizeof made / sizeof made[0]);
    ck_assert_int_eq(
        keyshare_record_decode(&made[made_count], bytes, len, NULL),
        KEYSHARE_OK);
    return made[made_count++];
}

const keyshare_record *
follow(struct lineage *lineage, uint32_t epoch, const keyshare_record *previous)
{
    return make(lineage, (struct lineage_terms){.threshold = 3,
                             .count = 5,
                             .epoch = epoch,
                             .predecessor = previous});
}

void
audit_expecting(const keyshare_record *const *records, size_t count,
    const uint8_t *const *expected, size_t expected_count)
{
    const keyshare_audit_report begun = KEYSHARE_AUDIT_REPORT_INIT;

    memset(auditing.findings, 0xff, sizeof auditing.findings);
    memset(auditing.leaves, 0xff, sizeof auditing.leaves);
    memset(auditing.present, 0xff, sizeof auditing.present);
    auditing.report = begun;
    auditing.report.leaves = auditing.leaves;
    auditing.report.present = auditing.present;
    ck_assert_int_eq(keyshare_audit(auditing.findings, &auditing.report,
                         records, count, expected, expected_count),
        KEYSHARE_OK);
    /* The arrays stay the caller's, and nothing behind them is touched. */
    ck_assert_ptr_eq(auditing.report.leaves, auditing.leaves);
    ck_assert_ptr_eq(auditing.report.present, auditing.present);
    ck_assert_uint_eq(auditing.report.size, sizeof auditing.report);
    for (size_t i = count; i < RECORDS_MAX; i++)
        ck_assert_int_eq((int)auditing.findings[i], -1);
    for (size_t i = expected_count; i < RECORDS_MAX; i++)
        ck_assert_int_eq(auditing.present[i], 0xff);
}

void
audit(const keyshare_record *const *records, size_t count)
{
    audit_expecting(records, count, NULL, 0);
    ck_assert_int_eq(auditing.report.authenticated, 0);
    ck_assert_uint_eq(auditing.report.missing_count, 0);
}

void
make_tree(const keyshare_record **tree, struct lineage *lineage)
{
    tree[0] = follow(lineage, 0, NULL);
    tree[1] = follow(lineage, 1, tree[0]);
    tree[2] = make(lineage,
        (struct lineage_terms){
            .threshold = 4, .count = 6, .epoch = 2, .predecessor = tree[1]});
    tree[3] =
        make(lineage, (struct lineage_terms){.role = KEYSHARE_ROLE_TRANSFER,
                          .threshold = 2,
                          .count = 3,
                          .epoch = 1,
                          .predecessor = tree[0]});
}

void
add_loops(TCase *tcase, const TTest *const *tests, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tcase_add_loop_test(tcase, tests[i], 0, SCHEMES);
}
