/* SPDX-License-Identifier: ISC */
/* The layer sharing, its secrets poisoned. */
#include <stdlib.h>
#include <string.h>

#include "poison.h"

#include "dealt.h"
#include "pedersen.h"
#include "pedersen_deal.h"
#include "pedersen_recover.h"
#include "polynomial.h"
#include "proof.h"
#include "shamir.h"

/* ---- Shamir, byte by byte ---- */

#define THRESHOLD 3
#define LEN       45

static void
split(void)
{
    static const uint8_t indices[DEALT_VALUES] = {1, 2, 3, 100, 200, 254, 255};
    uint8_t secret[LEN];
    uint8_t coefficients[THRESHOLD - 1][LEN];
    uint8_t values[DEALT_VALUES][LEN];
    uint8_t *shares[DEALT_VALUES];
    const struct shamir_split split = {.shares = shares,
        .indices = indices,
        .count = DEALT_VALUES,
        .threshold = THRESHOLD,
        .secret = secret,
        .coefficients = coefficients[0],
        .len = LEN};

    dealt_secret(secret, LEN);
    dealt_secret(coefficients[0], sizeof coefficients);
    ct_case("keyshare_shamir_split");
    for (size_t i = 0; i < DEALT_VALUES; i++)
        shares[i] = values[i];
    keyshare_shamir_split(&split);
    for (size_t i = 0; i < DEALT_VALUES; i++)
        ct_came_of_secrets(shares[i], LEN, "a share");
}

static void
shamir(void)
{
    static const uint8_t indices[DEALT_VALUES] = {1, 2, 3, 100, 200, 254, 255};
    uint8_t coefficients[THRESHOLD][LEN];
    uint8_t values[DEALT_VALUES][LEN];
    const uint8_t *rows[DEALT_VALUES];
    uint8_t weights[THRESHOLD];
    uint8_t room[LEN];

    for (size_t k = 0; k < THRESHOLD; k++) {
        dealt_secret(coefficients[k], LEN);
        rows[k] = coefficients[k];
    }
    ct_case("keyshare_shamir_evaluate");
    for (size_t i = 0; i < DEALT_VALUES; i++) {
        keyshare_shamir_evaluate(values[i], indices[i], rows, THRESHOLD, LEN);
        ct_expect(ct_is_secret(values[i], LEN), "values are secret");
    }

    for (size_t i = 0; i < DEALT_VALUES; i++)
        rows[i] = values[i];
    ct_case("keyshare_shamir_consistent");
    ct_expect(ct_mask(keyshare_shamir_consistent(
                          indices, rows, DEALT_VALUES, THRESHOLD, LEN, room),
                  "the mask") != 0,
        "they lie on one polynomial");
    values[DEALT_VALUES - 1][LEN - 1] ^= 1;
    ct_expect(ct_mask(keyshare_shamir_consistent(
                          indices, rows, DEALT_VALUES, THRESHOLD, LEN, room),
                  "the mask") == 0,
        "they do not");

    ct_case("keyshare_shamir_interpolate");
    keyshare_shamir_weights(weights, indices, THRESHOLD, 0);
    keyshare_shamir_interpolate(room, weights, rows, THRESHOLD, LEN);
    ct_came_of_secrets(room, LEN, "the secret");
}

/* ---- Polynomials, commitments, the proof ---- */

#define SCRATCH 200

static mp_limb_t scratch[SCRATCH];

static void
secret_scalar(mp_limb_t *r)
{
    uint8_t wide[KEYSHARE_SCALAR_WIDE_SIZE];

    dealt_secret(wide, sizeof wide);
    keyshare_scalar_reduce_wide(r, wide, scratch);
}

static void
polynomial(void)
{
    mp_limb_t coefficients[THRESHOLD * KEYSHARE_SCALAR_LIMBS];
    mp_limb_t value[KEYSHARE_SCALAR_LIMBS];

    for (size_t k = 0; k < THRESHOLD; k++)
        secret_scalar(coefficients + k * KEYSHARE_SCALAR_LIMBS);
    ct_case("keyshare_polynomial_evaluate");
    for (size_t threshold = 1; threshold <= THRESHOLD; threshold++) {
        keyshare_polynomial_evaluate(&keyshare_scalar_field, value,
            coefficients, threshold, 255, scratch);
        ct_came_of_secrets(value, sizeof value, "the value");
    }
}

/* Zeros too: what they give is the identity. */
static void
pedersen(void)
{
    uint8_t f[KEYSHARE_SCALAR_SIZE];
    uint8_t g[KEYSHARE_SCALAR_SIZE];
    uint8_t commitment[32];

    ct_case("keyshare_pedersen_commit");
    for (unsigned zeros = 0; zeros < 4; zeros++) {
        gen_bytes(dealt_gen(), f, sizeof f);
        gen_bytes(dealt_gen(), g, sizeof g);
        if (zeros & 1)
            memset(f, 0, sizeof f);
        if (zeros & 2)
            memset(g, 0, sizeof g);
        f[KEYSHARE_SCALAR_SIZE - 1] &= 0x0f;
        g[KEYSHARE_SCALAR_SIZE - 1] &= 0x0f;
        ct_secret(f, sizeof f);
        ct_secret(g, sizeof g);
        keyshare_pedersen_commit(commitment, f, g);
        ct_came_of_secrets(commitment, sizeof commitment, "the commitment");
    }
}

static void
proof(void)
{
    uint8_t context[KEYSHARE_PROOF_CONTEXT_SIZE];
    uint8_t fresh[KEYSHARE_PROOF_FRESH_SIZE];
    uint8_t secret[64];
    uint8_t bytes[KEYSHARE_PROOF_SIZE];
    mp_limb_t f[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t g[KEYSHARE_SCALAR_LIMBS];
    struct proof_sum sum = {{0}, {0}};
    struct proof made;

    gen_bytes(dealt_gen(), context, sizeof context);
    dealt_secret(fresh, sizeof fresh);
    dealt_secret(secret, sizeof secret);
    secret_scalar(f);
    secret_scalar(g);
    ct_case("keyshare_proof_begin");
    keyshare_proof_begin(&made, context, fresh, secret, sizeof secret, scratch);
    ct_expect(!ct_is_secret(made.R, sizeof made.R), "R is public");
    ct_case("keyshare_proof_add");
    keyshare_proof_add(&made, context, 0, f, g, scratch);
    ct_case("keyshare_proof_sum_add");
    keyshare_proof_sum_add(&sum, context, 1, f, g, scratch);
    ct_expect(ct_is_secret(&sum, sizeof sum), "the sum is secret");
    ct_case("keyshare_proof_take");
    keyshare_proof_take(&made, &sum, scratch);
    ct_case("keyshare_proof_encode");
    keyshare_proof_encode(bytes, &made);
    ct_came_of_secrets(bytes + 32, 32, "z_a");
    ct_came_of_secrets(bytes + 64, 32, "z_b");
}

/* ---- The schemes ---- */

static void
check_dealt(struct dealt *s, bool good)
{
    size_t len = s->scheme->check_coins_len(&s->set);
    uint8_t *coins = dealt_memory(len);
    void *room = dealt_memory(s->scheme->deal_room(&s->set));

    dealt_secret(coins, len);
    ct_expect((ct_mask(s->scheme->check_dealt(
                           &s->set, s->chosen, s->key, coins, room),
                   "the mask") != 0) == good,
        "the check of a dealing");
    free(room);
    free(coins);
}

static void
recover(struct dealt *s, bool good)
{
    uint8_t *key = dealt_memory(s->set.key_len);
    void *room = dealt_memory(s->scheme->recover_room(&s->set));

    ct_expect(
        (ct_mask(s->scheme->recover(&s->set, key, s->indices, s->chosen, room),
             "the mask") != 0) == good,
        "the recovery of a key");
    ct_came_of_secrets(key, s->set.key_len, "the key");
    free(room);
    free(key);
}

/* pedersen's values that verify cannot disagree: it looks at none. */
static void
consistent(struct dealt *s, bool good)
{
    void *room = dealt_memory(s->scheme->recover_room(&s->set));
    uint32_t mask = s->scheme->consistent(
        &s->set, s->indices, s->chosen, s->set.count, room);

    if (!s->scheme->cards_prove_key)
        mask = ct_mask(mask, "the mask");
    ct_expect((mask != 0) == good, "whether values are of one dealing");
    free(room);
}

/* Spoil one value, so that every answer is the other one. */
static void
spoil(struct dealt *s)
{
    uint8_t *value = s->values[0];

    value[0] ^= 1;
    dealt_verify(s, 1, false);
    check_dealt(s, false);
    recover(s, false);
    if (!s->scheme->cards_prove_key && s->set.count > s->set.threshold)
        consistent(s, false);
    /* Not reduced, in pedersen's case. */
    memset(value, 0xff, s->value_len);
    ct_secret(value, s->value_len);
    dealt_verify(s, 1, false);
}

static void
over_sets(const struct scheme *scheme)
{
    static const size_t policies[][2] = {{1, 1}, {2, 3}, {5, 7}};
    static const size_t key_lens[] = {1, 31, 32, 62, 100};

    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        for (size_t j = 0; j < sizeof key_lens / sizeof *key_lens; j++) {
            struct dealt s;

            /* The longest keys once: time goes with M, N and length. */
            if (i == 2 && key_lens[j] > 32)
                continue;
            dealt_begin(
                &s, scheme, policies[i][0], policies[i][1], key_lens[j]);
            dealt_deal(&s);
            check_dealt(&s, true);
            dealt_verify(&s, (unsigned)s.set.count, true);
            if (s.set.count > s.set.threshold)
                consistent(&s, true);
            recover(&s, true);
            spoil(&s);
            dealt_end(&s);
        }
}

/* A generator that gives zeros alone: told, without a look at what is drawn. */
static void
stuck(const struct scheme *scheme)
{
    struct dealt s;
    void *room;

    dealt_begin(&s, scheme, 2, 3, 32);
    memset(s.coins, 0, scheme->coins_len(&s.set));
    ct_secret(s.coins, scheme->coins_len(&s.set));
    room = dealt_memory(scheme->deal_room(&s.set));
    ct_expect(ct_mask(scheme->deal(&s.set, s.commitments, s.values, s.key,
                          s.coins, room),
                  "whether stuck") != 0,
        "a stuck generator is told");
    free(room);
    dealt_end(&s);
}

/* What the scheme pedersen consists of, by name. */
static void
pedersen_parts(void)
{
    struct dealt s;
    uint8_t key[62];
    uint8_t *coins;
    void *room;

    dealt_begin(&s, &keyshare_scheme_pedersen, 2, 3, sizeof key);
    room = dealt_memory(keyshare_pedersen_deal_room(&s.set));
    coins = dealt_memory(keyshare_pedersen_deal_check_coins_len(&s.set));
    dealt_secret(coins, keyshare_pedersen_deal_check_coins_len(&s.set));
    ct_case("keyshare_pedersen_deal");
    (void)ct_mask(keyshare_pedersen_deal(
                      &s.set, s.commitments, s.values, s.key, s.coins, room),
        "whether stuck");
    ct_case("keyshare_pedersen_deal_prove");
    keyshare_pedersen_deal_prove(&s.set, s.proof, s.key, s.coins, room);
    ct_case("keyshare_pedersen_deal_check");
    ct_expect(ct_mask(keyshare_pedersen_deal_check(
                          &s.set, s.chosen, s.key, coins, room),
                  "the mask") != 0,
        "the dealing is good");
    free(room);
    room = dealt_memory(keyshare_pedersen_recover_room(&s.set));
    ct_case("keyshare_pedersen_recover");
    ct_expect(ct_mask(keyshare_pedersen_recover(
                          &s.set, key, s.indices, s.chosen, room),
                  "the mask") != 0,
        "the key is the one committed to");
    ct_came_of_secrets(key, sizeof key, "the key");
    ct_case("keyshare_pedersen_recover_key");
    keyshare_pedersen_recover_key(&s.set, key, s.indices, s.chosen, room);
    ct_came_of_secrets(key, sizeof key, "the key");
    free(room);
    free(coins);
    dealt_end(&s);
}

int
main(void)
{
    ct_begin("sharing");
    if (keyshare_prime_itch(&keyshare_scalar_field) > SCRATCH)
        abort();
    split();
    shamir();
    polynomial();
    pedersen();
    proof();
    pedersen_parts();
    ct_case("the scheme gf256: deal to recover, good and bad values");
    over_sets(&keyshare_scheme_gf256);
    ct_case("the scheme pedersen: deal to recover, good and bad values");
    over_sets(&keyshare_scheme_pedersen);
    ct_case("stuck generators");
    stuck(&keyshare_scheme_gf256);
    stuck(&keyshare_scheme_pedersen);
    return ct_end();
}
