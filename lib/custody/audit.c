/* SPDX-License-Identifier: ISC */
/* Audit: the tree of a lineage's records, and what is wrong with it.
 *
 * Everything here is public. Records are found by going through all of them:
 * no table of them is made, for there is no memory to make it in.
 */
#include <keyshare/audit.h>

#include <stdbool.h>
#include <string.h>

#include <keyshare/fingerprint.h>

#include "latch.h"
#include "record.h"

/* What is given, and where the lineage begins. */
struct audit {
    const keyshare_record *const *records;
    size_t count;
    const uint8_t *const *expected;
    size_t expected_count;
    const keyshare_record *first; /* that is a record; NULL: there is none */
    const keyshare_record *root;
};

static bool
same_fingerprint(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, KEYSHARE_FINGERPRINT_SIZE) == 0;
}

static bool
same_record(const keyshare_record *a, const keyshare_record *b)
{
    return same_fingerprint(
        keyshare_record_fingerprint(a), keyshare_record_fingerprint(b));
}

static bool
same_lineage(const keyshare_record *a, const keyshare_record *b)
{
    return memcmp(keyshare_record_lineage(a), keyshare_record_lineage(b),
               KEYSHARE_LINEAGE_SIZE) == 0;
}

/* Scheme and key length never change in a lineage: a successor that changes
 * one of them is of another key, as is one that changes the lineage. */
static bool
same_key(const keyshare_record *a, const keyshare_record *b)
{
    const struct scheme *scheme = keyshare_record_scheme(a);

    return scheme == keyshare_record_scheme(b) && same_lineage(a, b) &&
           keyshare_record_key_len(a) == keyshare_record_key_len(b) &&
           scheme->same_key(keyshare_record_set(a), keyshare_record_set(b));
}

/* Only where both commit to the same key. */
static bool
is_stuck(const keyshare_record *next, const keyshare_record *previous)
{
    const struct scheme_set *set = keyshare_record_set(next);
    const struct scheme_set *previous_set = keyshare_record_set(previous);

    return set->threshold == previous_set->threshold &&
           keyshare_record_scheme(next)->is_stuck(set, previous_set);
}

static const keyshare_record *
find(const struct audit *audit, const uint8_t *fingerprint)
{
    for (size_t i = 0; i < audit->count; i++) {
        const keyshare_record *record = audit->records[i];

        if (record != NULL &&
            same_fingerprint(keyshare_record_fingerprint(record), fingerprint))
            return record;
    }
    return NULL;
}

static const keyshare_record *
find_predecessor(const struct audit *audit, const keyshare_record *record)
{
    const uint8_t *fingerprint = keyshare_record_predecessor(record);

    return fingerprint == NULL ? NULL : find(audit, fingerprint);
}

/* Records of the lineage, which is the first record's. */
static bool
is_ours(const struct audit *audit, const keyshare_record *record)
{
    return record != NULL && same_lineage(record, audit->first);
}

/* ---- Findings ---- */

static void
find_root(struct audit *audit)
{
    for (size_t i = 0; i < audit->count; i++) {
        const keyshare_record *record = audit->records[i];

        if (record == NULL)
            continue;
        if (audit->first == NULL)
            audit->first = record;
        if (is_ours(audit, record) &&
            (audit->root == NULL || keyshare_record_epoch(record) <
                                        keyshare_record_epoch(audit->root)))
            audit->root = record;
    }
}

static keyshare_finding
judge(const struct audit *audit, const keyshare_record *record)
{
    const keyshare_record *previous;

    if (record == NULL)
        return KEYSHARE_FINDING_NOT_A_RECORD;
    if (!is_ours(audit, record))
        return KEYSHARE_FINDING_OTHER_LINEAGE;
    previous = find_predecessor(audit, record);
    if (previous == NULL)
        return same_record(record, audit->root)
                   ? KEYSHARE_FINDING_OK
                   : KEYSHARE_FINDING_NO_PREDECESSOR;
    if (keyshare_record_epoch(record) !=
        (uint64_t)keyshare_record_epoch(previous) + 1)
        return KEYSHARE_FINDING_WRONG_EPOCH;
    if (!same_key(record, previous))
        return KEYSHARE_FINDING_OTHER_KEY;
    if (is_stuck(record, previous))
        return KEYSHARE_FINDING_NOT_REFRESHED;
    return KEYSHARE_FINDING_OK;
}

/* ---- What was expected ---- */

static bool
is_leaf(const struct audit *audit, const keyshare_record *record)
{
    for (size_t i = 0; i < audit->count; i++) {
        const keyshare_record *other = audit->records[i];
        const uint8_t *predecessor =
            other == NULL ? NULL : keyshare_record_predecessor(other);

        if (predecessor != NULL &&
            same_fingerprint(predecessor, keyshare_record_fingerprint(record)))
            return false;
    }
    return true;
}

static keyshare_leaf
judge_leaf(const struct audit *audit, const keyshare_record *record)
{
    if (record == NULL || !is_leaf(audit, record))
        return KEYSHARE_LEAF_NO;
    for (size_t i = 0; i < audit->expected_count; i++)
        if (same_fingerprint(
                audit->expected[i], keyshare_record_fingerprint(record)))
            return KEYSHARE_LEAF_EXPECTED;
    return KEYSHARE_LEAF_UNEXPECTED;
}

/* Whether the record of that place was given before it too. */
static bool
is_repeated(const struct audit *audit, size_t place)
{
    struct audit before = *audit;

    before.count = place;
    return find(&before, keyshare_record_fingerprint(audit->records[place])) !=
           NULL;
}

static void
authenticate(const struct audit *audit, keyshare_audit_report *report)
{
    for (size_t i = 0; i < audit->count; i++) {
        const keyshare_leaf leaf = judge_leaf(audit, audit->records[i]);

        if (report->leaves != NULL)
            report->leaves[i] = leaf;
        if (leaf == KEYSHARE_LEAF_UNEXPECTED && !is_repeated(audit, i))
            report->unexpected_count++;
    }
    for (size_t i = 0; i < audit->expected_count; i++) {
        const bool is_present = find(audit, audit->expected[i]) != NULL;

        if (report->present != NULL)
            report->present[i] = is_present;
        if (!is_present)
            report->missing_count++;
    }
    report->authenticated = audit->expected_count > 0 &&
                            report->unexpected_count == 0 &&
                            report->missing_count == 0;
}

/* ---- What it comes to ---- */

/* Whether A's set is the weaker one. */
static bool
is_weaker(const keyshare_record *a, const keyshare_record *b)
{
    const keyshare_policy p = keyshare_record_policy(a);
    const keyshare_policy q = keyshare_record_policy(b);
    const uint32_t a_epoch = keyshare_record_epoch(a);
    const uint32_t b_epoch = keyshare_record_epoch(b);

    if (p.threshold != q.threshold)
        return p.threshold < q.threshold;
    if (a_epoch != b_epoch)
        return a_epoch > b_epoch;
    if (p.count != q.count)
        return p.count > q.count;
    return memcmp(keyshare_record_fingerprint(a),
               keyshare_record_fingerprint(b), KEYSHARE_FINGERPRINT_SIZE) < 0;
}

static void
sum_up(const struct audit *audit, keyshare_audit_report *report)
{
    report->root = audit->root;
    report->same_key = audit->root != NULL;
    for (size_t i = 0; i < audit->count; i++) {
        const keyshare_record *record = audit->records[i];

        if (!is_ours(audit, record))
            continue;
        if (!same_key(record, audit->root))
            report->same_key = 0;
        if (report->weakest == NULL || is_weaker(record, report->weakest))
            report->weakest = record;
    }
}

/* Empty all outputs that there is room for. Whether the rest is as asked. */
static bool
begin(struct audit *audit, keyshare_finding *findings,
    keyshare_audit_report *report)
{
    keyshare_audit_report empty = KEYSHARE_AUDIT_REPORT_INIT;

    if (findings != NULL)
        memset(findings, 0, audit->count * sizeof *findings);
    if (report == NULL || report->size < sizeof *report)
        return false;
    /* A larger structure is of a later release: what it adds is not known. */
    empty.size = report->size;
    empty.leaves = report->leaves;
    empty.present = report->present;
    *report = empty;
    if (report->leaves != NULL)
        memset(report->leaves, 0, audit->count * sizeof *report->leaves);
    if (report->present != NULL)
        memset(report->present, 0, audit->expected_count);
    if ((findings == NULL || audit->records == NULL) && audit->count > 0)
        return false;
    if (audit->expected == NULL && audit->expected_count > 0)
        return false;
    for (size_t i = 0; i < audit->expected_count; i++)
        if (audit->expected[i] == NULL)
            return false;
    return true;
}

keyshare_error
keyshare_audit(keyshare_finding *findings, keyshare_audit_report *report,
    const keyshare_record *const *records, size_t count,
    const uint8_t *const *expected, size_t expected_count)
{
    struct audit audit = {.records = records,
        .count = count,
        .expected = expected,
        .expected_count = expected_count};
    const bool is_asked_well = begin(&audit, findings, report);

    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (!is_asked_well)
        return KEYSHARE_ERR_ARGUMENT;
    find_root(&audit);
    report->consistent = count > 0;
    for (size_t i = 0; i < count; i++) {
        findings[i] = judge(&audit, records[i]);
        if (findings[i] != KEYSHARE_FINDING_OK)
            report->consistent = 0;
    }
    authenticate(&audit, report);
    sum_up(&audit, report);
    return KEYSHARE_OK;
}
