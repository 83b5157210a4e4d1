/* SPDX-License-Identifier: ISC */
/* Audit: the tree, its root, and each finding, of records that are made for
 * it. */
#include <keyshare/audit.h>

#include <string.h>

#include "auditing.h"

/* The findings, in order; consistent if all are ok. */
static void
finds(const keyshare_record *const *records, const keyshare_finding *findings,
    size_t count)
{
    int consistent = 1;

    audit(records, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(auditing.findings[i] == findings[i],
            "record %zu: %s, not %s", i,
            keyshare_finding_text(auditing.findings[i]),
            keyshare_finding_text(findings[i]));
        if (findings[i] != OK)
            consistent = 0;
    }
    ck_assert_int_eq(auditing.report.consistent, consistent);
}

/* FINDS(records, findings...) */
#define FINDS(records, ...)                                                    \
    finds(records, (const keyshare_finding[]){__VA_ARGS__},                    \
        COUNT(((const keyshare_finding[]){__VA_ARGS__})))

/* ---- A tree ---- */

/* The NUMBER-th order of four. */
static void
arrange(const keyshare_record **records, const keyshare_record *const *tree,
    size_t *order, size_t number)
{
    for (size_t i = 0; i < TREE; i++)
        order[i] = i;
    for (size_t left = TREE; left > 0; number /= left--) {
        const size_t chosen = number % left;
        const size_t kept = order[left - 1];

        order[left - 1] = order[chosen];
        order[chosen] = kept;
    }
    for (size_t i = 0; i < TREE; i++)
        records[i] = tree[order[i]];
}

START_TEST(a_tree_in_every_order)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *tree[TREE];

    make_tree(tree, &lineage);
    for (size_t number = 0; number < 24; number++) {
        const keyshare_record *records[TREE];
        size_t order[TREE];

        arrange(records, tree, order, number);
        FINDS(records, OK, OK, OK, OK);
        ck_assert_int_eq(auditing.report.same_key, 1);
        ck_assert_ptr_eq(auditing.report.root, tree[0]);
        ck_assert_ptr_eq(auditing.report.weakest, tree[TREE_BESIDE]);
        ck_assert_uint_eq(auditing.report.unexpected_count, 2);
        for (size_t i = 0; i < TREE; i++)
            ck_assert_int_eq(auditing.leaves[i],
                order[i] == TREE_NEWEST || order[i] == TREE_BESIDE
                    ? LEAF_UNEXPECTED
                    : LEAF_NO);
    }
}
END_TEST

START_TEST(a_record_given_twice_is_harmless)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *tree[TREE];

    make_tree(tree, &lineage);
    FINDS(RECORDS(tree[0], copy(tree[0]), tree[1], copy(tree[1])), OK, OK, OK,
        OK);
    ck_assert_ptr_eq(auditing.report.root, tree[0]);
    ck_assert_int_eq(auditing.leaves[2], LEAF_UNEXPECTED);
    ck_assert_int_eq(auditing.leaves[3], LEAF_UNEXPECTED);
    ck_assert_uint_eq(auditing.report.unexpected_count, 1);
    FINDS(RECORDS(tree[1], tree[0], tree[0]), OK, OK, OK);
    FINDS(RECORDS(tree[1], copy(tree[1])), OK, OK);
    ck_assert_ptr_eq(auditing.report.root, tree[1]);
}
END_TEST

/* ---- The root ---- */

START_TEST(a_chain_that_begins_later)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *third = follow(&lineage, 3, NULL);
    const keyshare_record *fourth = follow(&lineage, 4, third);

    FINDS(RECORDS(fourth, third), OK, OK);
    ck_assert_ptr_eq(auditing.report.root, third);
    ck_assert_int_eq(auditing.report.same_key, 1);
}
END_TEST

/* Of two that could be the root, the first given is. */
START_TEST(two_beginnings)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *one = follow(&lineage, 0, NULL);
    const keyshare_record *other = follow(&lineage, 0, NULL);
    const keyshare_record *next = follow(&lineage, 1, other);
    const keyshare_record *late = follow(&lineage, 1, NULL);

    FINDS(RECORDS(one, other), OK, NO_PREDECESSOR);
    ck_assert_ptr_eq(auditing.report.root, one);
    FINDS(RECORDS(other, one, other), OK, NO_PREDECESSOR, OK);
    ck_assert_ptr_eq(auditing.report.root, other);
    /* The lowest, though it was given last. */
    FINDS(RECORDS(late, next, one, other), NO_PREDECESSOR, OK, OK,
        NO_PREDECESSOR);
    ck_assert_ptr_eq(auditing.report.root, one);
    ck_assert_int_eq(auditing.report.same_key, 1);
}
END_TEST

/* A root whose predecessor is here is judged as any other. */
START_TEST(a_root_with_a_predecessor)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *high = follow(&lineage, 3, NULL);
    const keyshare_record *low = follow(&lineage, 1, high);

    FINDS(RECORDS(low, high), WRONG_EPOCH, NO_PREDECESSOR);
    ck_assert_ptr_eq(auditing.report.root, low);
}
END_TEST

/* ---- Findings ---- */

START_TEST(not_a_record)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *root = follow(&lineage, 0, NULL);
    const keyshare_record *next = follow(&lineage, 1, root);

    FINDS(RECORDS(NULL, next, NULL, root), NOT_A_RECORD, OK, NOT_A_RECORD, OK);
    ck_assert_ptr_eq(auditing.report.root, root);
    ck_assert_int_eq(auditing.report.same_key, 1);
    ck_assert_int_eq(auditing.leaves[0], LEAF_NO);
    FINDS(RECORDS(NULL, NULL), NOT_A_RECORD, NOT_A_RECORD);
    ck_assert_ptr_null(auditing.report.root);
    ck_assert_ptr_null(auditing.report.weakest);
    ck_assert_int_eq(auditing.report.same_key, 0);
}
END_TEST

START_TEST(other_lineage)
{
    struct lineage ours = lineage_begin(auditing_schemes[_i], KEY_LEN);
    struct lineage theirs = lineage_begin(auditing_schemes[1 - _i], KEY_LEN);
    const keyshare_record *root = follow(&ours, 1, NULL);
    const keyshare_record *next = follow(&ours, 2, root);
    const keyshare_record *strange =
        make(&theirs, (struct lineage_terms){.threshold = 1, .count = 1});

    FINDS(RECORDS(next, strange, root), OK, OTHER_LINEAGE, OK);
    /* It is neither the root nor the weakest, though it looks like both. */
    ck_assert_ptr_eq(auditing.report.root, root);
    ck_assert_ptr_eq(auditing.report.weakest, next);
    ck_assert_int_eq(auditing.report.same_key, 1);
    ck_assert_uint_eq(auditing.report.unexpected_count, 2);
    FINDS(RECORDS(NULL, strange, root, next), NOT_A_RECORD, OK, OTHER_LINEAGE,
        OTHER_LINEAGE);
    ck_assert_ptr_eq(auditing.report.root, strange);
}
END_TEST

/* A predecessor of another lineage is here; it is of another key, even where
 * the commitments are the same. */
START_TEST(a_predecessor_of_another_lineage)
{
    struct lineage ours = lineage_begin(auditing_schemes[_i], KEY_LEN);
    struct lineage theirs = ours;
    const keyshare_record *strange;
    const keyshare_record *next;

    theirs.id[0] ^= 1;
    strange = follow(&theirs, 0, NULL);
    next = follow(&ours, 1, strange);
    FINDS(RECORDS(next, strange), OTHER_KEY, OTHER_LINEAGE);
    ck_assert_ptr_eq(auditing.report.root, next);
    FINDS(RECORDS(strange, next), OK, OTHER_LINEAGE);
}
END_TEST

START_TEST(no_predecessor)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *tree[TREE];

    make_tree(tree, &lineage);
    FINDS(RECORDS(tree[2], tree[0]), NO_PREDECESSOR, OK);
    FINDS(RECORDS(tree[0], tree[3], tree[2]), OK, OK, NO_PREDECESSOR);
}
END_TEST

START_TEST(wrong_epoch)
{
    static const uint32_t epochs[] = {1, 2, 3, 5, 1000, UINT32_MAX};
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    const keyshare_record *third = follow(&lineage, 3, NULL);
    const keyshare_record *last = follow(&lineage, UINT32_MAX, NULL);
    const keyshare_record *after;

    for (size_t i = 0; i < COUNT(epochs); i++) {
        const keyshare_record *next = follow(&lineage, epochs[i], third);

        audit(RECORDS(third, next), 2);
        ck_assert_int_eq(auditing.findings[1], WRONG_EPOCH);
    }
    /* Nothing comes after the last epoch. */
    after = follow(&lineage, 1, last);
    FINDS(RECORDS(after, last), WRONG_EPOCH, NO_PREDECESSOR);
}
END_TEST

/* Another key under the same lineage's id; what follows that one is ok. */
START_TEST(other_key)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    struct lineage forged = lineage;
    const keyshare_record *root = follow(&lineage, 0, NULL);
    const keyshare_record *bad, *behind, *far;

    forged.key[KEY_LEN - 1] ^= 1; /* of the last chunk */
    bad = follow(&forged, 1, root);
    behind = follow(&forged, 2, bad);
    FINDS(RECORDS(root, bad), OK, OTHER_KEY);
    ck_assert_int_eq(auditing.report.same_key, 0);
    FINDS(RECORDS(behind, bad, root), OK, OTHER_KEY, OK);
    ck_assert_int_eq(auditing.report.same_key, 0);
    /* Where it cannot be set against its predecessor it is against the root. */
    far = follow(&forged, 5, NULL);
    FINDS(RECORDS(root, far), OK, NO_PREDECESSOR);
    ck_assert_int_eq(auditing.report.same_key, 0);
    far = follow(&lineage, 5, NULL);
    FINDS(RECORDS(root, far), OK, NO_PREDECESSOR);
    ck_assert_int_eq(auditing.report.same_key, 1);
    /* The first that applies is found, and the key is seen to differ. */
    far = follow(&forged, 5, root);
    FINDS(RECORDS(root, far), OK, WRONG_EPOCH);
    ck_assert_int_eq(auditing.report.same_key, 0);
}
END_TEST

/* The same commitments, of a key of another length; and another scheme. */
START_TEST(other_length_or_scheme)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    struct lineage other;
    const keyshare_record *root, *bad;

    memset(lineage.key, 0, KEY_LEN);
    root = follow(&lineage, 0, NULL);
    other = lineage;
    other.key_len++;
    bad = follow(&other, 1, root);
    FINDS(RECORDS(root, bad), OK, OTHER_KEY);
    ck_assert_int_eq(auditing.report.same_key, 0);
    other = lineage;
    other.scheme = auditing_schemes[1 - _i];
    bad = follow(&other, 1, root);
    FINDS(RECORDS(root, bad), OK, OTHER_KEY);
    ck_assert_int_eq(auditing.report.same_key, 0);
}
END_TEST

/* Any one commitment above C_0 that stays is found. */
START_TEST(not_refreshed)
{
    struct lineage lineage = lineage_begin(KEYSHARE_SCHEME_PEDERSEN, KEY_LEN);
    struct lineage_terms terms = {.threshold = 3, .count = 5};

    for (unsigned chunk = 0; chunk < 2; chunk++)
        for (unsigned k = 1; k < 3; k++) {
            const keyshare_record *root, *kept, *moved;

            auditing_end();
            terms.keeps_chunk = chunk;
            terms.keeps = k;
            terms.epoch = 0;
            terms.predecessor = NULL;
            root = make(&lineage, terms);
            terms.epoch = 1;
            terms.predecessor = root;
            kept = make(&lineage, terms);
            FINDS(RECORDS(root, kept), OK, NOT_REFRESHED);
            ck_assert_int_eq(auditing.report.same_key, 1);
            /* In another place it is another coefficient. */
            terms.keeps = 3 - k;
            moved = make(&lineage, terms);
            FINDS(RECORDS(root, moved), OK, OK);
            terms.keeps_chunk = 1 - chunk;
            terms.keeps = k;
            moved = make(&lineage, terms);
            FINDS(RECORDS(root, moved), OK, OK);
        }
}
END_TEST

/* Another threshold makes another polynomial, whatever stays of it; and with
 * M = 1 there is nothing but the key commitment. */
START_TEST(nothing_to_refresh)
{
    struct lineage lineage = lineage_begin(auditing_schemes[_i], KEY_LEN);
    struct lineage_terms terms = {.threshold = 3, .count = 5, .keeps = 1};
    const keyshare_record *root = make(&lineage, terms);
    const keyshare_record *lower, *single, *again;

    terms.epoch = 1;
    terms.predecessor = root;
    terms.threshold = 2;
    lower = make(&lineage, terms);
    FINDS(RECORDS(root, lower), OK, OK);
    terms.keeps = 0;
    terms.threshold = 1;
    single = make(&lineage, terms);
    FINDS(RECORDS(root, single), OK, OK);
    terms.epoch = 2;
    terms.predecessor = single;
    again = make(&lineage, terms);
    FINDS(RECORDS(root, single, again), OK, OK, OK);
    ck_assert_ptr_eq(auditing.report.weakest, again);
}
END_TEST

/* Another count or role of the same threshold is a new polynomial too. */
START_TEST(not_reshared)
{
    struct lineage lineage = lineage_begin(KEYSHARE_SCHEME_PEDERSEN, KEY_LEN);
    struct lineage forged = lineage;
    struct lineage_terms terms = {.threshold = 3, .count = 5, .keeps = 2};
    const keyshare_record *root = make(&lineage, terms);
    const keyshare_record *next;

    terms.epoch = 1;
    terms.predecessor = root;
    terms.count = 7;
    terms.role = KEYSHARE_ROLE_CO;
    next = make(&lineage, terms);
    FINDS(RECORDS(root, next), OK, NOT_REFRESHED);
    /* Of another key it is that first, and at a wrong epoch that. */
    forged.key[0] ^= 1;
    next = make(&forged, terms);
    FINDS(RECORDS(root, next), OK, OTHER_KEY);
    terms.epoch = 2;
    next = make(&lineage, terms);
    FINDS(RECORDS(root, next), OK, WRONG_EPOCH);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *laws = tcase_create("laws");
    const TTest *const of_laws[] = {a_tree_in_every_order,
        a_record_given_twice_is_harmless, a_chain_that_begins_later,
        two_beginnings, a_root_with_a_predecessor, not_a_record, other_lineage,
        a_predecessor_of_another_lineage, no_predecessor, wrong_epoch,
        other_key, other_length_or_scheme, nothing_to_refresh};

    tcase_add_checked_fixture(laws, auditing_begin, auditing_end);
    add_loops(laws, of_laws, COUNT(of_laws));
    tcase_add_test(laws, not_refreshed);
    tcase_add_test(laws, not_reshared);
    suite_add_tcase(suite, laws);
    return suite;
}
