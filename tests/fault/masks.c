/* SPDX-License-Identifier: ISC */
/* A generator that is constant, or known to the attacker: the proof's masks do
 * not follow from what was drawn, so the record does not give the opening away.
 *
 * Of a proof z = r + c sum of rho_j f_j the attacker knows z, c and rho. With r
 * known, one chunk's f would follow; so r must not be what was drawn for it.
 */
#include <string.h>

#include <keyshare/deal.h>
#include <keyshare/fingerprint.h>
#include <keyshare/maintenance.h>

#include "group.h"
#include "opening.h"
#include "pedersen.h"
#include "record.h"
#include "set.h"
#include "suite.h"

static const struct prime *const field = &keyshare_scalar_field;

#define KEY_SIZE 31

static keyshare_record *
deal(struct set *set, struct drawn *drawn, keyshare_policy policy,
    size_t key_len, uint8_t key_byte, uint64_t time)
{
    const keyshare_random random = drawn_random(drawn);
    keyshare_terms terms = KEYSHARE_TERMS_INIT;

    memset(set, 0, sizeof *set);
    terms.policy = policy;
    terms.time = time;
    set->policy = policy;
    set->key_len = key_len;
    memset(set->key, key_byte, key_len);
    ck_assert_int_eq(keyshare_deal(&set->record, set->shares, &terms, set->key,
                         key_len, &random),
        KEYSHARE_OK);
    for (size_t i = 0; i < policy.count; i++)
        set->cards[i] = (keyshare_image){keyshare_secret_reveal(set->shares[i]),
            keyshare_secret_len(set->shares[i])};
    return set->record;
}

static keyshare_policy
pedersen(unsigned threshold, unsigned count)
{
    return set_policy(KEYSHARE_SCHEME_PEDERSEN, threshold, count);
}

static bool
same(const mp_limb_t *a, const mp_limb_t *b)
{
    return mpn_cmp(a, b, KEYSHARE_SCALAR_LIMBS) == 0;
}

/* guess = (z - mask) / (c rho_0): what the attacker gets for one chunk. */
static void
attack(mp_limb_t *guess, const struct opening *opening, const mp_limb_t *mask,
    size_t which)
{
    mp_limb_t scratch[256];
    opening_scalar factor;

    ck_assert_int_le(keyshare_prime_itch(field), 256);
    keyshare_prime_mul(field, factor, opening->c, opening->rho[0], scratch);
    keyshare_prime_invert(field, factor, factor, scratch);
    keyshare_prime_sub(field, guess, opening->z[which], mask);
    keyshare_prime_mul(field, guess, guess, factor, scratch);
}

static const opening_scalar *
opened(const struct opening *opening, size_t which)
{
    return which == 0 ? opening->f : opening->g;
}

/* The masks that we computed are those of the record: R = r_a B + r_b H. */
static void
is_of_record(const struct opening *opening, const keyshare_record *record)
{
    uint8_t a[KEYSHARE_SCALAR_SIZE];
    uint8_t b[KEYSHARE_SCALAR_SIZE];
    uint8_t R[KEYSHARE_GROUP_SIZE];

    keyshare_scalar_store(a, opening->masks[0]);
    keyshare_scalar_store(b, opening->masks[1]);
    keyshare_pedersen_commit(R, a, b);
    ck_assert_mem_eq(R, keyshare_record_set(record)->proof, sizeof R);
}

static void
does_not_follow(const struct opening *opening)
{
    static const opening_scalar zero;
    opening_scalar guess;

    for (size_t i = 0; i < 2; i++) {
        /* The control: with the mask itself the attack succeeds. */
        attack(guess, opening, opening->masks[i], i);
        ck_assert(same(guess, opened(opening, i)[0]));
        /* What was drawn for it, for the other, or nothing. */
        for (size_t j = 0; j < 2; j++) {
            ck_assert(!same(opening->masks[i], opening->fresh[j]));
            attack(guess, opening, opening->fresh[j], i);
            ck_assert(!same(guess, opened(opening, i)[0]));
        }
        ck_assert(!same(opening->masks[i], zero));
        attack(guess, opening, zero, i);
        ck_assert(!same(guess, opened(opening, i)[0]));
    }
    ck_assert(!same(opening->masks[0], opening->masks[1]));
}

static const struct {
    bool constant;
    uint8_t value;
} sources[] = {{false, 0}, {true, 1}, {true, 0x80}, {true, 0xff}};

static void
begin_source(struct drawn *drawn, int i)
{
    memset(drawn, 0, sizeof *drawn);
    drawn->constant = sources[i].constant;
    drawn->value = sources[i].value;
    drawn->gen = gen_begin();
}

START_TEST(the_opening_does_not_follow)
{
    struct drawn drawn;
    struct set set;
    struct opening opening;

    begin_source(&drawn, _i);
    deal(&set, &drawn, pedersen(3, 5), KEY_SIZE, 0x42, 1);
    opening_compute(&opening, set.record, set.key, drawn.bytes + drawn.coins);
    is_of_record(&opening, set.record);
    does_not_follow(&opening);
    set_free(&set);
}
END_TEST

/* With more chunks: the masks still are not what was drawn. */
START_TEST(nor_of_several_chunks)
{
    struct drawn drawn;
    struct set set;
    struct opening opening;

    begin_source(&drawn, _i);
    deal(&set, &drawn, pedersen(2, 3), 3 * KEY_SIZE, 0x42, 1);
    opening_compute(&opening, set.record, set.key, drawn.bytes + drawn.coins);
    is_of_record(&opening, set.record);
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 2; j++)
            ck_assert(!same(opening.masks[i], opening.fresh[j]));
    set_free(&set);
}
END_TEST

/* Two dealings in which the same is drawn. Were R the same in both, the masks
 * were, and two challenges under one mask give the opening. */
static void
differ(int source, uint8_t key_byte, uint64_t time, unsigned count)
{
    struct drawn drawn;
    struct set sets[2];
    struct opening openings[2];
    const uint8_t *proofs[2];

    begin_source(&drawn, source);
    deal(&sets[0], &drawn, pedersen(2, 3), KEY_SIZE, 0x42, 1);
    opening_compute(
        &openings[0], sets[0].record, sets[0].key, drawn.bytes + drawn.coins);
    begin_source(&drawn, source);
    deal(&sets[1], &drawn, pedersen(2, count), KEY_SIZE, key_byte, time);
    opening_compute(
        &openings[1], sets[1].record, sets[1].key, drawn.bytes + drawn.coins);
    for (size_t i = 0; i < 2; i++) {
        proofs[i] = keyshare_record_set(sets[i].record)->proof;
        ck_assert(same(openings[0].fresh[i], openings[1].fresh[i]));
        ck_assert(!same(openings[0].masks[i], openings[1].masks[i]));
    }
    ck_assert_mem_ne(proofs[0], proofs[1], KEYSHARE_GROUP_SIZE);
    set_free(&sets[0]);
    set_free(&sets[1]);
}

START_TEST(another_dealing_has_other_masks)
{
    differ(_i, 0x43, 1, 3);
    differ(_i, 0x42, 2, 3);
    differ(_i, 0x42, 1, 4);
}
END_TEST

/* ---- Refresh and re-share ---- */

/* Of a 3-of-5 set: who is present, in this order, and what the new set is. */
static const struct attempt {
    bool is_refresh;
    uint8_t present[5];
    size_t count;
    unsigned threshold, to_count;
    uint64_t time;
} attempts[] = {
    {true, {1, 2, 3}, 3, 3, 5, 1},
    {true, {1, 2, 3}, 3, 3, 5, 2},
    {true, {1, 3, 2}, 3, 3, 5, 1},
    {true, {3, 2, 1}, 3, 3, 5, 1},
    {true, {4, 2, 5}, 3, 3, 5, 1},
    {true, {1, 2, 3, 4, 5}, 5, 3, 5, 1},
    {true, {5, 4, 3, 2, 1}, 5, 3, 5, 1},
    {true, {5, 4, 3, 2, 1}, 5, 3, 5, 2},
    {false, {1, 2, 3}, 3, 3, 5, 1},
    {false, {2, 1, 3}, 3, 3, 5, 1},
    {false, {3, 2, 1}, 3, 3, 5, 1},
    {false, {1, 2, 3}, 3, 3, 6, 1},
    {false, {1, 2, 3}, 3, 2, 2, 1},
};

#define ATTEMPTS (sizeof attempts / sizeof *attempts)

/* The new record; all else is forgotten. */
static keyshare_record *
renew(const struct set *set, struct drawn *drawn, const struct attempt *attempt)
{
    const keyshare_random random = drawn_random(drawn);
    keyshare_terms terms = keyshare_record_terms(set->record);
    keyshare_plan plan = KEYSHARE_PLAN_INIT;
    keyshare_maintenance *operation;
    keyshare_record *record;
    const uint8_t *bytes;
    size_t len;

    terms.policy.threshold = attempt->threshold;
    terms.policy.count = attempt->to_count;
    terms.time = attempt->time;
    plan.record = set->record;
    plan.present = attempt->present;
    plan.present_count = attempt->count;
    plan.terms = &terms;
    plan.lower_threshold =
        !attempt->is_refresh && attempt->threshold < set->policy.threshold;
    plan.random = &random;
    ck_assert_int_eq(
        (attempt->is_refresh ? keyshare_refresh_begin : keyshare_reshare_begin)(
            &operation, &plan),
        KEYSHARE_OK);
    for (size_t i = 0; i < attempt->count; i++) {
        keyshare_verdict verdict;

        ck_assert_int_eq(keyshare_maintenance_present(operation, &verdict,
                             &set->cards[attempt->present[i] - 1]),
            KEYSHARE_OK);
    }
    bytes = keyshare_record_bytes(keyshare_maintenance_record(operation), &len);
    ck_assert_int_eq(
        keyshare_record_decode(&record, bytes, len, NULL), KEYSHARE_OK);
    keyshare_maintenance_free(&operation);
    return record;
}

/* From each attempt's record, its source known; nor is the mask the dealing's,
 * that the same source was in. */
START_TEST(nor_does_it_follow_later)
{
    static struct drawn dealt, drawn;
    struct set set;
    struct opening before, opening;

    begin_source(&dealt, _i);
    deal(&set, &dealt, pedersen(3, 5), KEY_SIZE, 0x42, 1);
    opening_compute(&before, set.record, set.key, dealt.bytes + dealt.coins);
    for (size_t i = 0; i < ATTEMPTS; i++) {
        keyshare_record *record;

        begin_source(&drawn, _i);
        record = renew(&set, &drawn, &attempts[i]);
        opening_compute_later(&opening, record, set.key,
            dealt.bytes + dealt.coins, 3, drawn.bytes + drawn.coins);
        is_of_record(&opening, record);
        does_not_follow(&opening);
        for (size_t j = 0; j < 2; j++) {
            ck_assert(!same(opening.masks[j], before.masks[j]));
            ck_assert(same(opening.f[0], before.f[0]));
        }
        keyshare_record_free(&record);
    }
    set_free(&set);
}
END_TEST

/* Attempts in which the same is drawn. Where R is the same, so is the challenge,
 * and all else: under one mask there are never two. */
START_TEST(no_mask_meets_two_challenges)
{
    static struct drawn drawn;
    keyshare_record *records[ATTEMPTS];
    struct set set;
    size_t pairs = 0;

    begin_source(&drawn, _i);
    deal(&set, &drawn, pedersen(3, 5), 2 * KEY_SIZE, 0x42, 1);
    for (size_t i = 0; i < ATTEMPTS; i++) {
        begin_source(&drawn, _i);
        records[i] = renew(&set, &drawn, &attempts[i]);
        for (size_t j = 0; j < i; j++) {
            const struct scheme_set *a = keyshare_record_set(records[i]);
            const struct scheme_set *b = keyshare_record_set(records[j]);

            if (memcmp(a->proof, b->proof, KEYSHARE_GROUP_SIZE) != 0)
                continue;
            pairs++;
            ck_assert_mem_eq(keyshare_record_fingerprint(records[i]),
                keyshare_record_fingerprint(records[j]),
                KEYSHARE_FINGERPRINT_SIZE);
        }
    }
    /* Where shares take form together the last card is in the mask, else the
     * first of the last three: so many pairs have the same card there, and say
     * the same. */
    ck_assert_uint_eq(pairs, 5);
    for (size_t i = 0; i < ATTEMPTS; i++)
        keyshare_record_free(&records[i]);
    set_free(&set);
}
END_TEST

/* A constant generator is no secrecy, but all that is dealt is right. */
START_TEST(the_set_is_whole)
{
    for (int scheme = KEYSHARE_SCHEME_GF256; scheme <= KEYSHARE_SCHEME_PEDERSEN;
         scheme++) {
        const keyshare_policy policy =
            set_policy((keyshare_scheme)scheme, 3, 5);
        struct drawn drawn;
        struct set set;
        size_t chosen[3];

        begin_source(&drawn, _i);
        deal(&set, &drawn, policy, 32, 0x42, 1);
        choice_first(chosen, 3);
        do
            set_recovers(&set, chosen, 3, "drawn from a weak generator");
        while (choice_next(chosen, 3, 5));
        set_free(&set);
    }
}
END_TEST

Suite *
test_suite(void)
{
    const int count = (int)(sizeof sources / sizeof *sources);
    Suite *suite = suite_create("masks");
    TCase *test = tcase_create("masks");

    suite_add_tcase(suite, test);
    tcase_add_loop_test(test, the_opening_does_not_follow, 0, count);
    tcase_add_loop_test(test, nor_of_several_chunks, 0, count);
    tcase_add_loop_test(test, another_dealing_has_other_masks, 0, count);
    tcase_add_loop_test(test, nor_does_it_follow_later, 0, count);
    tcase_add_loop_test(test, no_mask_meets_two_challenges, 0, count);
    tcase_add_loop_test(test, the_set_is_whole, 0, count);
    return suite;
}
