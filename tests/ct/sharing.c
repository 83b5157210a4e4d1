/* SPDX-License-Identifier: ISC */
/* The layer sharing, its secrets poisoned. */
#include <stdlib.h>
#include <string.h>

#include "poison.h"

#include "gen.h"
#include "pedersen.h"
#include "pedersen_deal.h"
#include "pedersen_recover.h"
#include "polynomial.h"
#include "proof.h"
#include "scheme.h"
#include "shamir.h"

static struct gen gen;

static void
secret_bytes(uint8_t *bytes, size_t len)
{
    gen_bytes(&gen, bytes, len);
    ct_secret(bytes, len);
}

/* LEN zeroed bytes of a test, which may end with the test. */
static void *
take(size_t len)
{
    void *memory = calloc(len == 0 ? 1 : len, 1);

    if (memory == NULL)
        abort();
    return memory;
}

/* ---- Shamir, byte by byte ---- */

#define VALUES    7
#define THRESHOLD 3
#define LEN       45

static void
shamir(void)
{
    static const uint8_t indices[VALUES] = {1, 2, 3, 100, 200, 254, 255};
    uint8_t coefficients[THRESHOLD][LEN];
    uint8_t values[VALUES][LEN];
    const uint8_t *rows[VALUES];
    uint8_t weights[THRESHOLD];
    uint8_t room[LEN];

    for (size_t k = 0; k < THRESHOLD; k++) {
        secret_bytes(coefficients[k], LEN);
        rows[k] = coefficients[k];
    }
    ct_case("keyshare_shamir_evaluate");
    for (size_t i = 0; i < VALUES; i++) {
        keyshare_shamir_evaluate(values[i], indices[i], rows, THRESHOLD, LEN);
        ct_expect(ct_is_secret(values[i], LEN), "values are secret");
    }

    for (size_t i = 0; i < VALUES; i++)
        rows[i] = values[i];
    ct_case("keyshare_shamir_consistent");
    ct_expect(ct_mask(keyshare_shamir_consistent(
                          indices, rows, VALUES, THRESHOLD, LEN, room),
                  "the mask") != 0,
        "they lie on one polynomial");
    values[VALUES - 1][LEN - 1] ^= 1;
    ct_expect(ct_mask(keyshare_shamir_consistent(
                          indices, rows, VALUES, THRESHOLD, LEN, room),
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

    secret_bytes(wide, sizeof wide);
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
        gen_bytes(&gen, f, sizeof f);
        gen_bytes(&gen, g, sizeof g);
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
    struct proof made;

    gen_bytes(&gen, context, sizeof context);
    secret_bytes(fresh, sizeof fresh);
    secret_bytes(secret, sizeof secret);
    secret_scalar(f);
    secret_scalar(g);
    ct_case("keyshare_proof_begin");
    keyshare_proof_begin(&made, context, fresh, secret, sizeof secret, scratch);
    ct_expect(!ct_is_secret(made.R, sizeof made.R), "R is public");
    ct_case("keyshare_proof_add");
    keyshare_proof_add(&made, context, 0, f, g, scratch);
    ct_case("keyshare_proof_encode");
    keyshare_proof_encode(bytes, &made);
    ct_came_of_secrets(bytes + 32, 32, "z_a");
    ct_came_of_secrets(bytes + 64, 32, "z_b");
}

/* ---- The schemes ---- */

struct sharing {
    const struct scheme *scheme;
    struct scheme_set set;
    uint8_t *key;
    uint8_t *coins;
    uint8_t *commitments;
    uint8_t *proof;
    uint8_t *values[VALUES];
    const uint8_t *chosen[VALUES];
    uint8_t indices[VALUES];
    size_t value_len;
};

static void
begin(struct sharing *s, const struct scheme *scheme, size_t threshold,
    size_t count, size_t key_len)
{
    memset(s, 0, sizeof *s);
    s->scheme = scheme;
    s->set.threshold = threshold;
    s->set.count = count;
    s->set.key_len = key_len;
    gen_bytes(&gen, s->set.key_context, sizeof s->set.key_context);
    gen_bytes(&gen, s->set.share_context, sizeof s->set.share_context);
    gen_bytes(&gen, s->set.proof_context, sizeof s->set.proof_context);
    s->key = take(key_len);
    secret_bytes(s->key, key_len);
    s->coins = take(scheme->coins_len(&s->set));
    secret_bytes(s->coins, scheme->coins_len(&s->set));
    s->commitments = take(scheme->commitments_len(threshold, count, key_len));
    s->proof = take(scheme->proof_len);
    s->set.commitments = s->commitments;
    s->set.proof = s->proof;
    s->value_len = scheme->value_len(key_len);
    for (size_t i = 0; i < count; i++) {
        s->values[i] = take(s->value_len);
        s->chosen[i] = s->values[i];
        s->indices[i] = (uint8_t)(i + 1);
    }
}

static void
end(struct sharing *s)
{
    for (size_t i = 0; i < s->set.count; i++)
        free(s->values[i]);
    free(s->proof);
    free(s->commitments);
    free(s->coins);
    free(s->key);
}

static void
deal(struct sharing *s)
{
    void *room = take(s->scheme->deal_room(&s->set));
    uint32_t stuck = s->scheme->deal(
        &s->set, s->commitments, s->values, s->key, s->coins, room);

    ct_expect(ct_mask(stuck, "whether stuck") == 0, "nothing is stuck");
    ct_expect(!ct_is_secret(
                  s->commitments, s->scheme->commitments_len(s->set.threshold,
                                      s->set.count, s->set.key_len)),
        "commitments are public");
    for (size_t i = 0; i < s->set.count; i++)
        ct_expect(
            ct_is_secret(s->values[i], s->value_len), "values are secret");
    s->scheme->prove(&s->set, s->proof, s->key, s->coins, room);
    ct_expect(
        !ct_is_secret(s->proof, s->scheme->proof_len), "the proof is public");
    free(room);
}

static void
check_dealt(struct sharing *s, bool good)
{
    size_t len = s->scheme->check_coins_len(&s->set);
    uint8_t *coins = take(len);
    void *room = take(s->scheme->deal_room(&s->set));

    secret_bytes(coins, len);
    ct_expect((ct_mask(s->scheme->check_dealt(
                           &s->set, s->chosen, s->key, coins, room),
                   "the mask") != 0) == good,
        "the check of a dealing");
    free(room);
    free(coins);
}

static void
verify(struct sharing *s, unsigned index, bool good)
{
    ct_expect((ct_mask(s->scheme->verify(&s->set, index, s->values[index - 1]),
                   "the mask") != 0) == good,
        "the judging of a value");
}

static void
recover(struct sharing *s, bool good)
{
    uint8_t *key = take(s->set.key_len);
    void *room = take(s->scheme->recover_room(&s->set));

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
consistent(struct sharing *s, bool good)
{
    void *room = take(s->scheme->recover_room(&s->set));
    uint32_t mask = s->scheme->consistent(
        &s->set, s->indices, s->chosen, s->set.count, room);

    if (!s->scheme->cards_prove_key)
        mask = ct_mask(mask, "the mask");
    ct_expect((mask != 0) == good, "whether values are of one dealing");
    free(room);
}

/* Spoil one value, so that every answer is the other one. */
static void
spoil(struct sharing *s)
{
    uint8_t *value = s->values[0];

    value[0] ^= 1;
    verify(s, 1, false);
    check_dealt(s, false);
    recover(s, false);
    if (!s->scheme->cards_prove_key && s->set.count > s->set.threshold)
        consistent(s, false);
    /* Not reduced, in pedersen's case. */
    memset(value, 0xff, s->value_len);
    ct_secret(value, s->value_len);
    verify(s, 1, false);
}

static void
over_sets(const struct scheme *scheme)
{
    static const size_t policies[][2] = {{1, 1}, {2, 3}, {5, 7}};
    static const size_t key_lens[] = {1, 31, 32, 62, 100};

    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        for (size_t j = 0; j < sizeof key_lens / sizeof *key_lens; j++) {
            struct sharing s;

            /* The longest keys once: time goes with M, N and length. */
            if (i == 2 && key_lens[j] > 32)
                continue;
            begin(&s, scheme, policies[i][0], policies[i][1], key_lens[j]);
            deal(&s);
            check_dealt(&s, true);
            verify(&s, (unsigned)s.set.count, true);
            if (s.set.count > s.set.threshold)
                consistent(&s, true);
            recover(&s, true);
            spoil(&s);
            end(&s);
        }
}

/* A generator that gives zeros alone: told, without a look at what is drawn. */
static void
stuck(const struct scheme *scheme)
{
    struct sharing s;
    void *room;

    begin(&s, scheme, 2, 3, 32);
    memset(s.coins, 0, scheme->coins_len(&s.set));
    ct_secret(s.coins, scheme->coins_len(&s.set));
    room = take(scheme->deal_room(&s.set));
    ct_expect(ct_mask(scheme->deal(&s.set, s.commitments, s.values, s.key,
                          s.coins, room),
                  "whether stuck") != 0,
        "a stuck generator is told");
    free(room);
    end(&s);
}

/* What the scheme pedersen consists of, by name. */
static void
pedersen_parts(void)
{
    struct sharing s;
    uint8_t key[62];
    uint8_t *coins;
    void *room;

    begin(&s, &keyshare_scheme_pedersen, 2, 3, sizeof key);
    room = take(keyshare_pedersen_deal_room(&s.set));
    coins = take(keyshare_pedersen_deal_check_coins_len(&s.set));
    secret_bytes(coins, keyshare_pedersen_deal_check_coins_len(&s.set));
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
    room = take(keyshare_pedersen_recover_room(&s.set));
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
    end(&s);
}

int
main(void)
{
    ct_begin("sharing");
    gen = gen_begin();
    if (keyshare_prime_itch(&keyshare_scalar_field) > SCRATCH)
        abort();
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
