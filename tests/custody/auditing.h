/* SPDX-License-Identifier: ISC */
/* What the tests of audits share: records that live as long as a test, and one
 * audit of them at a time. */
#ifndef AUDITING_H
#define AUDITING_H

#include <keyshare/audit.h>

#include "lineage.h"
#include "suite.h"

#define RECORDS_MAX 6
#define KEY_LEN     40 /* two chunks */
#define SCHEMES     2

extern const keyshare_scheme auditing_schemes[SCHEMES];

#define OK              KEYSHARE_FINDING_OK
#define NOT_A_RECORD    KEYSHARE_FINDING_NOT_A_RECORD
#define OTHER_LINEAGE   KEYSHARE_FINDING_OTHER_LINEAGE
#define NO_PREDECESSOR  KEYSHARE_FINDING_NO_PREDECESSOR
#define WRONG_EPOCH     KEYSHARE_FINDING_WRONG_EPOCH
#define OTHER_KEY       KEYSHARE_FINDING_OTHER_KEY
#define NOT_REFRESHED   KEYSHARE_FINDING_NOT_REFRESHED
#define LEAF_NO         KEYSHARE_LEAF_NO
#define LEAF_EXPECTED   KEYSHARE_LEAF_EXPECTED
#define LEAF_UNEXPECTED KEYSHARE_LEAF_UNEXPECTED

/** The last audit: what was found. */
struct auditing {
    keyshare_finding findings[RECORDS_MAX];
    keyshare_leaf leaves[RECORDS_MAX];
    uint8_t present[RECORDS_MAX];
    keyshare_audit_report report;
};

extern struct auditing auditing;

/** A fixture: records are freed behind each test. */
void auditing_begin(void);
void auditing_end(void);

/** A record, freed in the end. */
const keyshare_record *make(
    struct lineage *lineage, struct lineage_terms terms);

/** The same record, decoded again. */
const keyshare_record *copy(const keyshare_record *record);

/** 3-of-5 of an epoch. */
const keyshare_record *follow(
    struct lineage *lineage, uint32_t epoch, const keyshare_record *previous);

/** Dealt, refreshed, re-shared; and a transfer set beside the refreshed. */
#define TREE        4
#define TREE_NEWEST 2
#define TREE_BESIDE 3
void make_tree(const keyshare_record **tree, struct lineage *lineage);

/** Audit; with nothing expected, nothing is authenticated. */
void audit_expecting(const keyshare_record *const *records, size_t count,
    const uint8_t *const *expected, size_t expected_count);
void audit(const keyshare_record *const *records, size_t count);

/** Add tests that loop over the schemes: _i is the place of one. */
void add_loops(TCase *tcase, const TTest *const *tests, size_t count);

#define COUNT(array)  (sizeof(array) / sizeof *(array))
#define RECORDS(...)  ((const keyshare_record *const[]){__VA_ARGS__})
#define EXPECTED(...) ((const uint8_t *const[]){__VA_ARGS__})
#define FP(record)    keyshare_record_fingerprint(record)

#endif
