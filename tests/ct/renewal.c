/* SPDX-License-Identifier: ISC */
/* New shares of the same key, as the schemes make them: old values, what is
 * drawn, and all that is summed are poisoned. */
#include <stdlib.h>
#include <string.h>

#include "poison.h"

#include "dealt.h"
#include "gf256_tags.h"
#include "pedersen_coefficients.h"
#include "pedersen_deal.h"
#include "polynomial.h"
#include "renewal.h"
#include "shamir.h"

/* ---- An old set, and a new one in the making ---- */

struct renewed {
    struct dealt old;
    struct dealt next;
    const struct renewal *renewal;
    uint8_t *shifts[DEALT_VALUES];
    uint8_t *value;
    void *room;
    struct quorum quorum;
};

static void
begin(struct renewed *r, const struct scheme *scheme, size_t threshold,
    size_t count, size_t key_len)
{
    r->renewal = scheme->renewal;
    dealt_begin(&r->old, scheme, threshold, count, key_len);
    dealt_deal(&r->old);
    /* The last M: so the first indices are absent. */
    r->quorum.count = threshold;
    r->quorum.indices = r->old.indices + count - threshold;
}

/* Under another policy, or the same. */
static void
begin_next(struct renewed *r, size_t threshold, size_t count)
{
    const struct scheme_set *old = &r->old.set;

    dealt_begin(&r->next, r->old.scheme, threshold, count, old->key_len);
    memcpy(r->next.set.key_context, old->key_context, sizeof old->key_context);
    r->room = dealt_memory(r->renewal->room(&r->next.set));
    r->value = dealt_memory(r->next.value_len);
    for (size_t i = 0; i < count; i++)
        r->shifts[i] = dealt_memory(r->next.value_len);
}

static void
end_next(struct renewed *r)
{
    for (size_t i = 0; i < r->next.set.count; i++)
        free(r->shifts[i]);
    free(r->value);
    free(r->room);
    dealt_end(&r->next);
}

/* With M = 1 nothing is drawn: zero is its only sharing, and no secret. */
static bool
is_drawn(const struct renewed *r)
{
    return r->next.set.threshold > 1;
}

/* Draw a sharing of zero, all zeros if STUCK; every d(i) into SHIFTS. */
static void
share_zero(struct renewed *r, bool same_degree, bool stuck)
{
    const size_t len = r->renewal->coins_len(&r->next.set);
    uint8_t *coins = dealt_memory(len);
    uint32_t mask;

    if (!stuck)
        gen_bytes(dealt_gen(), coins, len);
    ct_secret(coins, len);
    mask = r->renewal->share_zero(&r->next.set, r->next.commitments,
        &r->old.set, same_degree, r->shifts, coins, r->room);
    if (is_drawn(r))
        mask = ct_mask(mask, "whether stuck");
    ct_expect((mask != 0) == stuck, "whether the generator is stuck");
    free(coins);
    for (size_t i = 0; i < r->next.set.count; i++)
        ct_expect(stuck || ct_is_secret(r->shifts[i], r->next.value_len) ==
                               is_drawn(r),
            "d(i) is secret");
}

/* Of pedersen the commitments show it later: its answers are constants. */
static void
expect(const struct renewed *r, uint32_t mask, bool good, const char *what)
{
    if (r->renewal->commits_to_shares)
        mask = ct_mask(mask, what);
    else
        good = true;
    ct_expect((mask != 0) == good, what);
}

static void
is_zero(struct renewed *r)
{
    uint8_t *last = r->shifts[r->next.set.count - 1];

    if (!is_drawn(r))
        return;
    expect(r, r->renewal->is_zero(&r->next.set, r->shifts, r->room), true,
        "it is zero that is shared");
    last[r->next.value_len - 1] ^= 1;
    expect(r, r->renewal->is_zero(&r->next.set, r->shifts, r->room), false,
        "it is another thing that is shared");
    last[r->next.value_len - 1] ^= 1;
}

/* sum = d + what the quorum's values give at X. */
static void
add_up(struct renewed *r, uint8_t *sum, const uint8_t *d, unsigned x)
{
    memcpy(sum, d, r->next.value_len);
    for (size_t which = 0; which < r->quorum.count; which++) {
        const unsigned index = r->quorum.indices[which];

        r->renewal->weigh(&r->next.set, &r->quorum, which, x, r->room);
        r->renewal->add(&r->next.set, sum, r->old.values[index - 1], r->room);
        ct_expect(ct_is_secret(sum, r->next.value_len), "the sum is secret");
    }
}

/* What all of the quorum bears witness to, and the proof of it. */
static void
bear_witness(struct renewed *r)
{
    const size_t len = r->renewal->witness_len(&r->next.set);
    uint8_t *fresh = dealt_memory(len);
    const uint8_t *first = r->old.values[r->quorum.indices[0] - 1];
    uint32_t masks_nothing;

    dealt_secret(fresh, len);
    masks_nothing =
        r->renewal->witness_begin(&r->next.set, fresh, first, r->room);
    if (r->renewal->commits_to_shares)
        masks_nothing = ct_mask(masks_nothing, "whether stuck");
    ct_expect(masks_nothing == 0, "what is drawn masks");
    for (size_t which = 0; which < r->quorum.count; which++) {
        const unsigned index = r->quorum.indices[which];

        r->renewal->weigh(&r->next.set, &r->quorum, which, 0, r->room);
        r->renewal->witness_add(
            &r->next.set, r->old.values[index - 1], r->room);
    }
    r->renewal->prove(&r->next.set, r->next.proof, r->room);
    free(fresh);
}

static void
proof_is_good(const struct renewed *r)
{
    const struct scheme *scheme = r->old.scheme;
    void *room = dealt_memory(scheme->proof_room(&r->next.set));

    ct_expect(scheme->proof_len == 0 || scheme->proof_holds(&r->next.set, room),
        "the proof holds");
    free(room);
}

/* ---- Refresh, and with it repair ---- */

/* A card that is here: its own value and d. */
static void
renew_present(struct renewed *r, unsigned index)
{
    const size_t place = index - 1;

    r->renewal->shift(&r->next.set, r->next.values[place], r->old.values[place],
        r->shifts[place], r->room);
    r->renewal->commit(
        &r->next.set, r->next.commitments, index, r->next.values[place]);
}

/* One that is absent: made by the others, traced back to its old tag. */
static void
renew_absent(struct renewed *r, unsigned index)
{
    const size_t place = index - 1;
    uint8_t *value = r->next.values[place];

    add_up(r, value, r->shifts[place], index);
    expect(r,
        r->renewal->comes_of(
            &r->old.set, index, value, r->shifts[place], r->room),
        true, "the old share is good");
    value[0] ^= 1;
    expect(r,
        r->renewal->comes_of(
            &r->old.set, index, value, r->shifts[place], r->room),
        false, "the old share is another");
    value[0] ^= 1;
    r->renewal->commit(&r->next.set, r->next.commitments, index, value);
}

static void
refresh(struct renewed *r)
{
    const size_t count = r->old.set.count;

    begin_next(r, r->old.set.threshold, count);
    share_zero(r, true, false);
    is_zero(r);
    for (unsigned i = 1; i <= count; i++) {
        if (i > count - r->quorum.count)
            renew_present(r, i);
        else
            renew_absent(r, i);
        ct_expect(ct_is_secret(r->next.values[i - 1], r->next.value_len),
            "new shares are secret");
    }
    bear_witness(r);
    dealt_is_public(&r->next);
    proof_is_good(r);
    for (unsigned i = 1; i <= count; i++)
        dealt_verify(&r->next, i, true);
    end_next(r);
}

/* The share of an absent index is what it was. */
static void
repair(struct renewed *r)
{
    uint8_t *zero;

    if (r->quorum.count == r->old.set.count)
        return;
    begin_next(r, r->old.set.threshold, r->old.set.count);
    zero = dealt_memory(r->next.value_len);
    add_up(r, r->value, zero, 1);
    ct_came_of_secrets(r->value, r->next.value_len, "the share made again");
    ct_public(r->old.values[0], r->next.value_len);
    ct_expect(memcmp(r->value, r->old.values[0], r->next.value_len) == 0,
        "the share is what it was");
    ct_secret(r->old.values[0], r->next.value_len);
    free(zero);
    end_next(r);
}

/* ---- Re-share ---- */

static void
check_reshared(struct renewed *r, bool good)
{
    const size_t len = r->old.scheme->check_coins_len(&r->next.set);
    uint8_t *coins = dealt_memory(len);

    dealt_secret(coins, len);
    ct_expect((ct_mask(r->renewal->check_reshared(
                           &r->next.set, r->next.chosen, coins, r->room),
                   "the mask") != 0) == good,
        "the check of a re-sharing");
    free(coins);
}

static void
reshare(struct renewed *r, size_t threshold, size_t count)
{
    begin_next(r, threshold, count);
    share_zero(r, false, false);
    for (unsigned i = 1; i <= count; i++) {
        add_up(r, r->next.values[i - 1], r->shifts[i - 1], 0);
        r->renewal->commit(
            &r->next.set, r->next.commitments, i, r->next.values[i - 1]);
    }
    bear_witness(r);
    dealt_is_public(&r->next);
    proof_is_good(r);
    check_reshared(r, true);
    r->next.values[count - 1][0] ^= 1;
    check_reshared(r, false);
    end_next(r);
}

static void
over_sets(const struct scheme *scheme)
{
    static const size_t policies[][2] = {{1, 1}, {2, 3}, {3, 5}};
    static const size_t key_lens[] = {1, 31, 32, 62, 100};

    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        for (size_t j = 0; j < sizeof key_lens / sizeof *key_lens; j++) {
            struct renewed r;

            /* The longest keys once: time goes with M, N and length. */
            if (i == 2 && key_lens[j] > 32)
                continue;
            begin(&r, scheme, policies[i][0], policies[i][1], key_lens[j]);
            repair(&r);
            refresh(&r);
            reshare(&r, 1, 2);
            reshare(&r, 3, 4);
            dealt_end(&r.old);
        }
}

/* A generator that gives zeros alone: told, without a look at what is drawn. */
static void
stuck(const struct scheme *scheme)
{
    struct renewed r;

    begin(&r, scheme, 2, 3, 32);
    begin_next(&r, 2, 3);
    share_zero(&r, true, true);
    end_next(&r);
    dealt_end(&r.old);
}

/* ---- The parts, by name ---- */

static void
tags(void)
{
    struct dealt dealt;
    uint8_t value[32 + GF256_BLINDING_SIZE];
    uint8_t tag[GF256_TAG_SIZE];

    dealt_begin(&dealt, &keyshare_scheme_gf256, 2, 3, 32);
    dealt_secret(value, sizeof value);
    ct_case("keyshare_gf256_key_tag");
    keyshare_gf256_key_tag(tag, &dealt.set, value);
    ct_came_of_secrets(tag, sizeof tag, "the tag");
    memcpy(dealt.commitments, tag, sizeof tag);
    ct_case("keyshare_gf256_key_matches");
    ct_expect(
        ct_mask(keyshare_gf256_key_matches(&dealt.set, value), "the mask") != 0,
        "it does");
    ct_case("keyshare_gf256_share_tag");
    keyshare_gf256_share_tag(tag, &dealt.set, 3, value);
    ct_came_of_secrets(tag, sizeof tag, "the tag");
    memcpy(dealt.commitments + 3 * sizeof tag, tag, sizeof tag);
    ct_case("keyshare_gf256_share_matches");
    ct_expect(ct_mask(keyshare_gf256_share_matches(&dealt.set, 3, value),
                  "the mask") != 0,
        "it does");
    value[sizeof value - 1] ^= 1;
    ct_expect(ct_mask(keyshare_gf256_share_matches(&dealt.set, 3, value),
                  "the mask") == 0 &&
                  ct_mask(keyshare_gf256_key_matches(&dealt.set, value),
                      "the mask") == 0,
        "another does not");
    dealt_end(&dealt);
}

static void
coefficients(void)
{
    const struct scheme_set set = {.threshold = 3, .count = 5, .key_len = 32};
    const size_t len = keyshare_coefficients_coins_len(&set);
    struct block block = {NULL, 0};
    struct coefficients drawn;
    uint8_t *coins = dealt_memory(len);
    uint8_t pair[PAIR_SIZE];
    uint8_t commitment[POINT_SIZE];

    keyshare_coefficients_take(&drawn, &block, &set);
    block = (struct block){dealt_memory(block.used), 0};
    keyshare_coefficients_take(&drawn, &block, &set);
    dealt_secret(coins, len);
    ct_case("keyshare_coefficients_load");
    ct_expect(ct_mask(keyshare_coefficients_load(&drawn, coins),
                  "whether stuck") == 0,
        "nothing is stuck");
    ct_case("keyshare_coefficients_commit");
    keyshare_coefficients_commit(&drawn, commitment, 2);
    ct_came_of_secrets(commitment, sizeof commitment, "the commitment");
    ct_case("keyshare_coefficients_evaluate");
    keyshare_coefficients_evaluate(&drawn, pair, 5);
    ct_came_of_secrets(pair, SCALAR_SIZE, "f(5)");
    ct_came_of_secrets(pair + SCALAR_SIZE, SCALAR_SIZE, "g(5)");
    free(block.start);
    free(coins);
}

static void
check_shares(void)
{
    struct dealt dealt;
    uint8_t *coins;
    void *room;
    size_t len;

    dealt_begin(&dealt, &keyshare_scheme_pedersen, 2, 3, 62);
    dealt_deal(&dealt);
    len = keyshare_pedersen_deal_check_coins_len(&dealt.set);
    coins = dealt_memory(len);
    dealt_secret(coins, len);
    room = dealt_memory(keyshare_pedersen_deal_room(&dealt.set));
    ct_case("keyshare_pedersen_deal_check_shares");
    ct_expect(ct_mask(keyshare_pedersen_deal_check_shares(
                          &dealt.set, dealt.chosen, coins, room),
                  "the mask") != 0,
        "they open the commitments");
    dealt.values[1][PAIR_SIZE] ^= 1;
    ct_expect(ct_mask(keyshare_pedersen_deal_check_shares(
                          &dealt.set, dealt.chosen, coins, room),
                  "the mask") == 0,
        "they do not");
    free(room);
    free(coins);
    dealt_end(&dealt);
}

/* Weights are of indices alone, which are public, and so are they. */
static void
weights(void)
{
    static const uint8_t indices[] = {2, 5, 255};
    mp_limb_t scratch[200];
    mp_limb_t room[2 * KEYSHARE_SCALAR_LIMBS];
    mp_limb_t scalar[KEYSHARE_SCALAR_LIMBS];
    uint8_t weight;

    if (keyshare_prime_itch(&keyshare_scalar_field) > 200)
        abort();
    ct_case("keyshare_shamir_weight");
    weight = keyshare_shamir_weight(indices, 3, 1, 7);
    ct_expect(!ct_is_secret(&weight, 1), "it is public");
    ct_case("keyshare_polynomial_weight");
    keyshare_polynomial_weight(
        &keyshare_scalar_field, scalar, indices, 3, 1, 7, room, scratch);
    ct_expect(!ct_is_secret(scalar, sizeof scalar), "it is public");
}

int
main(void)
{
    ct_begin("renewal");
    tags();
    coefficients();
    check_shares();
    weights();
    ct_case("the scheme gf256: repair, refresh, re-share");
    over_sets(&keyshare_scheme_gf256);
    ct_case("the scheme pedersen: repair, refresh, re-share");
    over_sets(&keyshare_scheme_pedersen);
    ct_case("stuck generators");
    stuck(&keyshare_scheme_gf256);
    stuck(&keyshare_scheme_pedersen);
    return ct_end();
}
