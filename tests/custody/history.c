/* SPDX-License-Identifier: ISC */
/* The history of a key: chains of ceremonies that are audited, cards of two
 * epochs that never combine, and successors that strangers made. */
#include <string.h>

#include <keyshare/audit.h>
#include <keyshare/fingerprint.h>

#include "lineage.h"
#include "record.h"
#include "record_draft.h"
#include "share.h"
#include "suite.h"
#include "upkeep.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

#define SCHEMES 2

/* ---- Chains ---- */

#define STEPS 10

/* So many are grown, fewer on a slow machine. */
#define CHAINS 3

/* All sets of a key so far. */
struct chain {
    struct set sets[STEPS + 1];
    bool has_successor[STEPS + 1];
    size_t count;
};

/* A policy of any role, 2-of-2 to 4-of-6. */
static keyshare_policy
some_policy(struct gen *gen, keyshare_scheme scheme)
{
    static const keyshare_role roles[] = {KEYSHARE_ROLE_CUSTOM,
        KEYSHARE_ROLE_RKSH, KEYSHARE_ROLE_CO, KEYSHARE_ROLE_SO,
        KEYSHARE_ROLE_TRANSFER};
    const unsigned threshold = 2 + (unsigned)gen_below(gen, 3);
    keyshare_policy policy =
        set_policy(scheme, threshold, threshold + (unsigned)gen_below(gen, 3));

    policy.role = roles[gen_below(gen, 5)];
    return policy;
}

/* The card of INDEX is replaced by what M others make of it. */
static void
replace_card(struct set *set, struct gen *gen, unsigned index)
{
    size_t chosen[KEYSHARE_COUNT_MAX];
    keyshare_secret *share;
    struct table table;

    if (set->policy.threshold == set->policy.count)
        return;
    gen_choice(gen, chosen, set->policy.threshold, set->policy.count - 1);
    for (size_t i = 0; i < set->policy.threshold; i++)
        chosen[i] += chosen[i] + 1 >= index;
    table = table_of(chosen, set->policy.threshold);
    share = upkeep_repair(set, &table, index);
    keyshare_secret_free(&set->shares[index - 1]);
    set_share(
        set, index, keyshare_secret_reveal(share), keyshare_secret_len(share));
    keyshare_secret_free(&share);
}

/* Refreshed; of the absent some come later, and are repaired at once. */
static void
refresh(struct set *fresh, struct set *set, struct gen *gen)
{
    const size_t spare = set->policy.count - set->policy.threshold;
    const size_t count = set->policy.threshold + gen_below(gen, spare + 1);
    struct table table = table_random(set, gen, count);

    for (unsigned i = 1; i <= set->policy.count; i++)
        if (memchr(table.present, (int)i, count) == NULL &&
            gen_below(gen, 2) == 0)
            table.later[table.later_count++] = (uint8_t)i;
    upkeep_refresh(fresh, set, &table, gen);
    for (size_t i = 0; i < table.later_count; i++) {
        keyshare_secret *share = upkeep_repair(fresh, &table, table.later[i]);

        set_share(fresh, table.later[i], keyshare_secret_reveal(share),
            keyshare_secret_len(share));
        keyshare_secret_free(&share);
    }
}

/* One more set, of any that there is. */
static void
grow(struct chain *chain, struct gen *gen)
{
    const size_t from = gen_below(gen, chain->count);
    struct set *set = &chain->sets[from];
    struct set *fresh = &chain->sets[chain->count++];

    replace_card(set, gen, 1 + (unsigned)gen_below(gen, set->policy.count));
    if (gen_below(gen, 2) == 0) {
        refresh(fresh, set, gen);
    } else {
        struct table table = table_random(set, gen, set->policy.threshold);

        upkeep_reshare(
            fresh, set, &table, some_policy(gen, set->policy.scheme), gen);
    }
    chain->has_successor[from] = true;
}

/* In random order, its leaves expected. */
static void
passes_audit(const struct chain *chain, struct gen *gen)
{
    const keyshare_record *records[STEPS + 1];
    const uint8_t *expected[STEPS + 1];
    keyshare_finding findings[STEPS + 1];
    keyshare_audit_report report = KEYSHARE_AUDIT_REPORT_INIT;
    size_t order[STEPS + 1];
    size_t leaves = 0;

    gen_choice(gen, order, chain->count, chain->count);
    for (size_t i = 0; i < chain->count; i++) {
        records[i] = chain->sets[order[i]].record;
        if (!chain->has_successor[order[i]])
            expected[leaves++] = keyshare_record_fingerprint(records[i]);
    }
    ck_assert_int_eq(keyshare_audit(findings, &report, records, chain->count,
                         expected, leaves),
        KEYSHARE_OK);
    ck_assert(report.consistent && report.same_key && report.authenticated);
    ck_assert_ptr_eq(report.root, chain->sets[0].record);
}

START_TEST(any_chain_recovers_and_is_consistent)
{
    static struct chain chain;
    const size_t chains =
        gen_count(CHAINS) < CHAINS ? gen_count(CHAINS) : CHAINS;
    struct gen gen = gen_begin();

    for (size_t n = 0; n < chains; n++) {
        memset(&chain, 0, sizeof chain);
        set_deal(&chain.sets[0], &gen, some_policy(&gen, schemes[_i]),
            1 + gen_below(&gen, 70));
        chain.count = 1;
        while (chain.count <= STEPS)
            grow(&chain, &gen);
        for (size_t i = 0; i < chain.count; i++)
            upkeep_holds(&chain.sets[i], &gen, "a set of the chain");
        passes_audit(&chain, &gen);
        for (size_t i = 0; i < chain.count; i++)
            set_free(&chain.sets[i]);
    }
}
END_TEST

/* ---- Two epochs ---- */

#define THRESHOLD 3
#define COUNT     5

/* M cards, of which those whose bit is set in MIXTURE are of the old set: none
 * is mixed in, and their values as such give no key either. */
static void
does_not_combine(const struct set *fresh, const struct set *set,
    const size_t *chosen, unsigned mixture)
{
    const struct scheme *scheme = keyshare_record_scheme(fresh->record);
    const struct scheme_set *of = keyshare_record_set(fresh->record);
    static uint8_t room[65536];
    keyshare_image cards[THRESHOLD];
    keyshare_verdict verdicts[THRESHOLD];
    const uint8_t *values[THRESHOLD];
    uint8_t indices[THRESHOLD];
    uint8_t bytes[KEYSHARE_KEY_SIZE_MAX];
    keyshare_secret *key;

    ck_assert_uint_le(scheme->recover_room(of), sizeof room);
    for (size_t i = 0; i < THRESHOLD; i++) {
        const bool old = (mixture >> i & 1) != 0;
        struct share share;

        cards[i] = (old ? set : fresh)->cards[chosen[i]];
        ck_assert_int_eq(
            keyshare_share_decode(&share, cards[i].bytes, cards[i].len),
            KEYSHARE_OK);
        values[i] = share.value;
        indices[i] = (uint8_t)share.index;
    }
    ck_assert_int_eq(
        keyshare_recover(&key, verdicts, fresh->record, NULL, cards, THRESHOLD),
        KEYSHARE_ERR_QUORUM);
    for (size_t i = 0; i < THRESHOLD; i++)
        ck_assert_int_eq(verdicts[i], (mixture >> i & 1) != 0
                                          ? KEYSHARE_VERDICT_OTHER_EPOCH
                                          : KEYSHARE_VERDICT_OK);
    memset(room, 0, sizeof room);
    ck_assert_uint_eq(scheme->recover(of, bytes, indices, values, room), 0);
    ck_assert(memcmp(bytes, set->key, set->key_len) != 0);
}

/* An old value under the new record's name is no share of it. */
static void
is_invalid_renamed(const struct set *fresh, const struct set *set, size_t place)
{
    const struct scheme *scheme = keyshare_record_scheme(fresh->record);
    uint8_t bytes[512];

    ck_assert_uint_le(set->cards[place].len, sizeof bytes);
    memcpy(bytes, set->cards[place].bytes, set->cards[place].len);
    keyshare_share_seal(bytes, scheme->value_len(set->key_len),
        keyshare_record_fingerprint(fresh->record));
    ck_assert_int_eq(set_verdict(fresh->record, bytes, set->cards[place].len),
        KEYSHARE_VERDICT_INVALID);
}

START_TEST(two_epochs_never_combine)
{
    static struct set set, fresh;
    struct gen gen = gen_begin();
    size_t chosen[THRESHOLD];
    struct table table;

    memset(&set, 0, sizeof set);
    set_deal(&set, &gen, set_policy(schemes[_i / 2], THRESHOLD, COUNT), 40);
    table = table_random(&set, &gen, 4);
    if (_i % 2 == 0)
        upkeep_refresh(&fresh, &set, &table, &gen);
    else
        upkeep_reshare(&fresh, &set, &table, set.policy, &gen);
    choice_first(chosen, THRESHOLD);
    do {
        for (unsigned mixture = 1; mixture < 1 << THRESHOLD; mixture++)
            /* All of them old are the old quorum: the key, as ever. */
            if (mixture != (1 << THRESHOLD) - 1)
                does_not_combine(&fresh, &set, chosen, mixture);
    } while (choice_next(chosen, THRESHOLD, COUNT));
    for (size_t i = 0; i < COUNT; i++)
        is_invalid_renamed(&fresh, &set, i);
    set_free(&fresh);
    set_free(&set);
}
END_TEST

/* ---- Strangers ---- */

/* A successor of RECORD with its key commitment, by somebody who knows no
 * opening: the other commitments are OTHER's, and so is the proof. */
static keyshare_error
forge(const keyshare_record *record, const keyshare_record *other,
    const uint8_t *proof)
{
    const struct scheme_set *set = keyshare_record_set(record);
    keyshare_terms terms = keyshare_record_terms(record);
    const struct record_terms meant = {.terms = &terms,
        .key_len = set->key_len,
        .lineage = keyshare_record_lineage(record),
        .epoch = keyshare_record_epoch(record) + 1,
        .predecessor = keyshare_record_fingerprint(record)};
    struct record_draft draft;
    keyshare_record *forged = NULL;
    keyshare_error error;

    ck_assert_int_eq(keyshare_record_draft_begin(&draft, &meant), KEYSHARE_OK);
    memcpy(draft.commitments, keyshare_record_set(other)->commitments,
        draft.scheme->commitments_len(
            set->threshold, set->count, set->key_len));
    for (size_t j = 0; j * 31 < set->key_len; j++)
        memcpy(draft.commitments + j * set->threshold * 32,
            set->commitments + j * set->threshold * 32, 32);
    memcpy(draft.proof, proof, draft.scheme->proof_len);
    error = keyshare_record_decode(&forged, draft.bytes, draft.len, NULL);
    ck_assert_ptr_null(forged);
    keyshare_record_draft_end(&draft);
    return error;
}

START_TEST(a_stranger_makes_no_successor)
{
    static struct set set, fresh, other;
    struct gen gen = gen_begin();
    struct table table;
    uint8_t made_up[96];

    memset(&set, 0, sizeof set);
    memset(&other, 0, sizeof other);
    set_deal(
        &set, &gen, set_policy(KEYSHARE_SCHEME_PEDERSEN, THRESHOLD, COUNT), 40);
    set_deal(&other, &gen, set.policy, 40);
    table = table_random(&set, &gen, THRESHOLD);
    upkeep_refresh(&fresh, &set, &table, &gen);
    /* The proofs of the set itself, of its successor, of a stranger's set. */
    ck_assert_int_eq(
        forge(set.record, other.record, keyshare_record_set(set.record)->proof),
        KEYSHARE_ERR_PROOF);
    ck_assert_int_eq(forge(set.record, other.record,
                         keyshare_record_set(fresh.record)->proof),
        KEYSHARE_ERR_PROOF);
    ck_assert_int_eq(forge(set.record, other.record,
                         keyshare_record_set(other.record)->proof),
        KEYSHARE_ERR_PROOF);
    /* One of his own making: R of a proof that holds, z as he likes. */
    memcpy(made_up, keyshare_record_set(other.record)->proof, sizeof made_up);
    for (size_t i = 0; i < gen_count(50); i++) {
        gen_bytes(&gen, made_up + 32, 31);
        gen_bytes(&gen, made_up + 64, 31);
        ck_assert_int_eq(
            forge(set.record, other.record, made_up), KEYSHARE_ERR_PROOF);
    }
    set_free(&other);
    set_free(&fresh);
    set_free(&set);
}
END_TEST

/* Whoever once had an opening makes records that are consistent with all
 * others: only what was spoken at the ceremonies tells them from these. */
START_TEST(who_kept_an_opening_fails_what_is_expected)
{
    struct lineage lineage = lineage_begin(schemes[_i], 40);
    struct lineage_terms terms = {.threshold = THRESHOLD, .count = COUNT};
    keyshare_record *dealt = lineage_record(&lineage, &terms);
    keyshare_record *records[3] = {dealt, NULL, NULL};
    const keyshare_record *const *given =
        (const keyshare_record *const *)records;
    keyshare_audit_report report = KEYSHARE_AUDIT_REPORT_INIT;
    keyshare_finding findings[3];
    keyshare_leaf leaves[3];
    const uint8_t *expected[1];

    terms.epoch = 1;
    terms.predecessor = dealt;
    records[1] = lineage_record(&lineage, &terms);
    records[2] = lineage_record(&lineage, &terms);
    expected[0] = keyshare_record_fingerprint(records[1]);
    report.leaves = leaves;
    ck_assert_int_eq(
        keyshare_audit(findings, &report, given, 3, expected, 1), KEYSHARE_OK);
    ck_assert(report.consistent && report.same_key && !report.authenticated);
    ck_assert_int_eq(leaves[1], KEYSHARE_LEAF_EXPECTED);
    ck_assert_int_eq(leaves[2], KEYSHARE_LEAF_UNEXPECTED);
    for (size_t i = 0; i < 3; i++)
        keyshare_record_free(&records[i]);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("history");
    TCase *laws = tcase_create("laws");

    tcase_add_unchecked_fixture(laws, set_plain_memory, NULL);
    tcase_add_loop_test(laws, any_chain_recovers_and_is_consistent, 0, SCHEMES);
    tcase_add_loop_test(laws, two_epochs_never_combine, 0, 2 * SCHEMES);
    tcase_add_test(laws, a_stranger_makes_no_successor);
    tcase_add_loop_test(
        laws, who_kept_an_opening_fails_what_is_expected, 0, SCHEMES);
    suite_add_tcase(suite, laws);
    return suite;
}
