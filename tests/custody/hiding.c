/* SPDX-License-Identifier: ISC */
/* M-1 shares tell nothing.
 *
 * gf256: exhaustively, on one byte: whatever the key, any M-1 shares take each
 * value equally often. pedersen: constructively. This program is linked with a
 * second base point H = h B of its own, whose logarithm h is known. For a
 * dealing, any M-1 of its shares and any other key it computes what a dealer
 * of that other key would have had to draw, and deals again: record, proof and
 * the M-1 shares come out the same, bit for bit. So they are no evidence for
 * the one key against the other.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "pedersen.h"
#include "set.h"
#include "shamir.h"
#include "suite.h"

#define SCALAR crypto_core_ristretto255_SCALARBYTES
#define WIDE   crypto_core_ristretto255_NONREDUCEDSCALARBYTES

/* SHA-512("libkeyshare/tests/h") mod L. */
static const uint8_t h[SCALAR] = {0x19, 0x28, 0x93, 0xcc, 0x07, 0xc0, 0xc4,
    0xb9, 0xa8, 0xf7, 0x64, 0x6e, 0x31, 0x1b, 0x6b, 0x3d, 0xff, 0x76, 0x67,
    0xcd, 0x24, 0xa8, 0xd1, 0x56, 0x28, 0xe8, 0xba, 0xdc, 0x7a, 0x48, 0xf9,
    0x0d};

/* In the place of the library's own: h B. */
const uint8_t keyshare_pedersen_h[32] = {0x68, 0x8a, 0xac, 0x0c, 0x02, 0x07,
    0x9b, 0xbc, 0x5d, 0x13, 0xab, 0x56, 0x4c, 0x2d, 0xdf, 0xbd, 0x38, 0xde,
    0x33, 0x8c, 0x39, 0x8c, 0x13, 0x6e, 0x8b, 0x26, 0x3e, 0xb0, 0xf1, 0x2e,
    0xcb, 0x2b};

/* ---- gf256 ---- */

#define PAIRS 65536

/* Each pair of bytes stands exactly once in the two rows. */
static void
all_pairs_stand_once(const uint8_t *a, const uint8_t *b, unsigned key)
{
    static uint8_t seen[PAIRS];

    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < PAIRS; i++)
        seen[a[i] << 8 | b[i]]++;
    for (size_t i = 0; i < PAIRS; i++)
        if (seen[i] != 1)
            ck_abort_msg("key %02x: pair %04zx %u times", key, i, seen[i]);
}

static const uint8_t held_pairs[][2] = {
    {1, 2}, {2, 1}, {1, 255}, {3, 7}, {128, 129}};

/* Of three: all pairs of coefficients above the key. */
START_TEST(two_bytes_of_three_are_uniform)
{
    static uint8_t constant[PAIRS], first[PAIRS], second[PAIRS];
    static uint8_t a[PAIRS], b[PAIRS];
    const uint8_t *coefficients[] = {constant, first, second};

    for (size_t i = 0; i < PAIRS; i++) {
        first[i] = (uint8_t)(i >> 8);
        second[i] = (uint8_t)i;
    }
    for (unsigned key = 0; key < 256; key++) {
        memset(constant, (int)key, sizeof constant);
        keyshare_shamir_evaluate(a, held_pairs[_i][0], coefficients, 3, PAIRS);
        keyshare_shamir_evaluate(b, held_pairs[_i][1], coefficients, 3, PAIRS);
        all_pairs_stand_once(a, b, key);
    }
}
END_TEST

/* Of two: all coefficients, at every index. */
START_TEST(one_byte_of_two_is_uniform)
{
    uint8_t constant[256], first[256], value[256];
    const uint8_t *coefficients[] = {constant, first};

    for (size_t i = 0; i < 256; i++)
        first[i] = (uint8_t)i;
    for (unsigned key = 0; key < 256; key++) {
        memset(constant, (int)key, sizeof constant);
        for (unsigned x = 1; x < 256; x++) {
            bool seen[256] = {false};

            keyshare_shamir_evaluate(value, (uint8_t)x, coefficients, 2, 256);
            for (size_t i = 0; i < 256; i++)
                seen[value[i]] = true;
            for (size_t i = 0; i < 256; i++)
                if (!seen[i])
                    ck_abort_msg("key %02x index %u", key, x);
        }
    }
}
END_TEST

/* ---- pedersen ---- */

#define CHUNK         31
#define CHUNKS_MAX    2
#define THRESHOLD_MAX 4
#define LINEAGE       16
#define FRESH         (2 * WIDE)

/* All that a dealing draws, which it gets again from here. */
struct tape {
    uint8_t bytes[LINEAGE + CHUNKS_MAX * (2 * THRESHOLD_MAX - 1) * WIDE +
                  FRESH + 512];
    size_t at;
};

static int
play(void *context, uint8_t *bytes, size_t len)
{
    struct tape *tape = context;

    if (len > sizeof tape->bytes - tape->at)
        return -1;
    memcpy(bytes, tape->bytes + tape->at, len);
    tape->at += len;
    return 0;
}

static void
deal_from(struct set *set, struct tape *tape)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    keyshare_terms terms = KEYSHARE_TERMS_INIT;

    tape->at = 0;
    random.fill = play;
    random.context = tape;
    terms.policy = set->policy;
    ck_assert_int_eq(keyshare_deal(&set->record, set->shares, &terms, set->key,
                         set->key_len, &random),
        KEYSHARE_OK);
}

static size_t
chunks_of(const struct set *set)
{
    return (set->key_len + CHUNK - 1) / CHUNK;
}

/* Where the coins of chunk j lie, and of the proof after the last: g_0, then
 * f_k and g_k in turn. */
static uint8_t *
coins_of(struct tape *tape, const struct set *set, size_t j)
{
    return tape->bytes + LINEAGE + j * (2 * set->policy.threshold - 1) * WIDE;
}

static void
load_key(uint8_t *a, const struct set *set, size_t j)
{
    size_t left = set->key_len - j * CHUNK;

    memset(a, 0, SCALAR);
    memcpy(a, set->key + j * CHUNK, left < CHUNK ? left : CHUNK);
}

/* coin += term, as a scalar; what is drawn afterwards gives the sum. */
static void
add_to_coin(uint8_t *coin, const uint8_t *term)
{
    uint8_t x[SCALAR];

    crypto_core_ristretto255_scalar_reduce(x, coin);
    crypto_core_ristretto255_scalar_add(x, x, term);
    memset(coin, 0, WIDE);
    memcpy(coin, x, SCALAR);
}

/* The polynomial with the value DIFFERENCE at 0 and the value 0 at the indices
 * held, all M-1 of them: difference * product of (1 - x / i). */
static void
make_polynomial(uint8_t (*coefficients)[SCALAR], const uint8_t *difference,
    const size_t *held, size_t count)
{
    memset(coefficients, 0, (count + 1) * sizeof *coefficients);
    memcpy(coefficients[0], difference, SCALAR);
    for (size_t m = 0; m < count; m++) {
        uint8_t index[SCALAR] = {(uint8_t)(held[m] + 1)};
        uint8_t inverse[SCALAR];

        crypto_core_ristretto255_scalar_invert(inverse, index);
        for (size_t k = m + 1; k > 0; k--) {
            uint8_t term[SCALAR];

            crypto_core_ristretto255_scalar_mul(
                term, coefficients[k - 1], inverse);
            crypto_core_ristretto255_scalar_sub(
                coefficients[k], coefficients[k], term);
        }
    }
}

/* A digest of two or three parts, mod L. */
static void
hash(uint8_t *r, const char *text, const uint8_t *a, size_t a_len,
    const uint8_t *b, size_t b_len, const uint8_t *c, size_t c_len)
{
    crypto_hash_sha512_state state;
    uint8_t digest[crypto_hash_sha512_BYTES];

    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, (const uint8_t *)text, strlen(text));
    crypto_hash_sha512_update(&state, a, a_len);
    crypto_hash_sha512_update(&state, b, b_len);
    crypto_hash_sha512_update(&state, c, c_len);
    crypto_hash_sha512_final(&state, digest);
    crypto_core_ristretto255_scalar_reduce(r, digest);
}

/* The part of the masks that is made of the opening: SHA-512 of S and P. */
static void
hash_opening(uint8_t *r, struct tape *tape, const struct set *set,
    const uint8_t *P, const char *which)
{
    uint8_t S[CHUNKS_MAX * 2 * SCALAR];

    for (size_t j = 0; j < chunks_of(set); j++) {
        load_key(S + j * 2 * SCALAR, set, j);
        crypto_core_ristretto255_scalar_reduce(
            S + (j * 2 + 1) * SCALAR, coins_of(tape, set, j));
    }
    hash(r, "libkeyshare/v1/pedersen/nonce", S, chunks_of(set) * 2 * SCALAR, P,
        64, (const uint8_t *)which, 1);
}

/* P and c of a record's proof. */
static void
read_challenge(uint8_t *P, uint8_t *c, const keyshare_record *record)
{
    const size_t proof_size = 96;
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(record, &len);
    /* E1 and its length of one byte, two bytes or three. */
    const size_t header = bytes[1] == 0x82 ? 4 : bytes[1] == 0x81 ? 3 : 2;

    crypto_hash_sha512(P, bytes + header, len - header - proof_size - 2);
    hash(c, "libkeyshare/v1/pedersen/proof", P, 64, bytes + len - proof_size,
        32, NULL, 0);
}

/* Change the coins of all chunks so that they deal OTHER's key and the shares
 * held; sum = sum of rho_j times the difference of the keys in chunk j. */
static void
change_polynomials(struct tape *tape, const struct set *set,
    const struct set *other, const size_t *held, const uint8_t *P, uint8_t *sum)
{
    uint8_t minus_inverse[SCALAR];

    crypto_core_ristretto255_scalar_invert(minus_inverse, h);
    crypto_core_ristretto255_scalar_negate(minus_inverse, minus_inverse);
    memset(sum, 0, SCALAR);
    for (size_t j = 0; j < chunks_of(set); j++) {
        uint8_t coefficients[THRESHOLD_MAX][SCALAR];
        uint8_t *coin = coins_of(tape, set, j);
        const uint8_t number[2] = {0, (uint8_t)j};
        uint8_t a[SCALAR], term[SCALAR];

        load_key(a, set, j);
        load_key(term, other, j);
        crypto_core_ristretto255_scalar_sub(a, term, a);
        make_polynomial(coefficients, a, held, set->policy.threshold - 1);
        hash(term, "libkeyshare/v1/pedersen/rho", P, 64, number, 2, NULL, 0);
        crypto_core_ristretto255_scalar_mul(term, term, a);
        crypto_core_ristretto255_scalar_add(sum, sum, term);
        for (size_t k = 0; k < set->policy.threshold; k++) {
            if (k > 0) {
                add_to_coin(coin, coefficients[k]);
                coin += WIDE;
            }
            crypto_core_ristretto255_scalar_mul(
                term, coefficients[k], minus_inverse);
            add_to_coin(coin, term);
            coin += WIDE;
        }
    }
}

/* What a dealer of OTHER's key would have had to draw for the same record and
 * the same shares held. */
static void
change_tape(struct tape *tape, const struct set *set, const struct set *other,
    const size_t *held)
{
    uint8_t P[64], c[SCALAR], sum[SCALAR], term[SCALAR];
    uint8_t before[2][SCALAR];
    uint8_t *fresh = coins_of(tape, set, chunks_of(set));

    read_challenge(P, c, set->record);
    hash_opening(before[0], tape, set, P, "a");
    hash_opening(before[1], tape, set, P, "b");
    change_polynomials(tape, set, other, held, P, sum);
    /* r_a' = r_a - c sum, r_b' = r_b + c sum / h, by the fresh bytes alone. */
    add_to_coin(fresh, before[0]);
    add_to_coin(fresh + WIDE, before[1]);
    hash_opening(term, tape, other, P, "a");
    crypto_core_ristretto255_scalar_negate(term, term);
    add_to_coin(fresh, term);
    hash_opening(term, tape, other, P, "b");
    crypto_core_ristretto255_scalar_negate(term, term);
    add_to_coin(fresh + WIDE, term);
    crypto_core_ristretto255_scalar_mul(sum, sum, c);
    crypto_core_ristretto255_scalar_negate(term, sum);
    add_to_coin(fresh, term);
    crypto_core_ristretto255_scalar_invert(term, h);
    crypto_core_ristretto255_scalar_mul(term, term, sum);
    add_to_coin(fresh + WIDE, term);
}

/* The same record; the same shares at the places held, and at no other. */
static void
look_the_same(const struct set *set, const struct set *other,
    const size_t *held, size_t held_count, const char *what)
{
    size_t len, other_len;
    const uint8_t *bytes = keyshare_record_bytes(set->record, &len);
    const uint8_t *other_bytes =
        keyshare_record_bytes(other->record, &other_len);

    ck_assert_msg(len == other_len && memcmp(bytes, other_bytes, len) == 0,
        "%s: another record", what);
    for (size_t i = 0; i < set->policy.count; i++) {
        bool is_held = false;

        for (size_t m = 0; m < held_count; m++)
            is_held |= held[m] == i;
        ck_assert_msg(
            is_held == (memcmp(keyshare_secret_reveal(set->shares[i]),
                            keyshare_secret_reveal(other->shares[i]),
                            keyshare_secret_len(set->shares[i])) == 0),
            "%s: share %zu", what, i + 1);
    }
}

static const struct {
    unsigned threshold, count;
    size_t key_len;
} sets[] = {{1, 2, 32}, {2, 2, 1}, {2, 3, 16}, {3, 5, 31}, {3, 4, 32},
    {4, 6, 16}, {4, 5, 62}};

START_TEST(any_other_key_fits)
{
    const size_t held_count = sets[_i].threshold - 1;
    struct gen gen = gen_begin();
    struct tape first, tape;
    struct set set = {.policy = set_policy(KEYSHARE_SCHEME_PEDERSEN,
                          sets[_i].threshold, sets[_i].count),
        .key_len = sets[_i].key_len};
    size_t held[THRESHOLD_MAX];
    char what[64];

    gen_bytes(&gen, first.bytes, sizeof first.bytes);
    gen_bytes(&gen, set.key, set.key_len);
    deal_from(&set, &first);
    choice_first(held, held_count);
    for (size_t i = 0;; i++) {
        struct set other = {.policy = set.policy, .key_len = set.key_len};

        snprintf(what, sizeof what, "seed %" PRIu64 " case %zu", gen.seed, i);
        gen_bytes(&gen, other.key, other.key_len);
        other.key[0] = (uint8_t)(set.key[0] + 1);
        tape = first;
        change_tape(&tape, &set, &other, held);
        deal_from(&other, &tape);
        look_the_same(&set, &other, held, held_count, what);
        set_free(&other);
        if (!choice_next(held, held_count, set.policy.count))
            break;
    }
    set_free(&set);
}
END_TEST

/* The logarithm is the base point's, and the library uses this one. */
START_TEST(logarithm_is_known)
{
    const uint8_t zero[SCALAR] = {0};
    const uint8_t one[SCALAR] = {1};
    uint8_t H[crypto_core_ristretto255_BYTES];
    uint8_t commitment[crypto_core_ristretto255_BYTES];

    ck_assert_int_eq(crypto_scalarmult_ristretto255_base(H, h), 0);
    ck_assert_mem_eq(H, keyshare_pedersen_h, sizeof H);
    keyshare_pedersen_commit(commitment, zero, one);
    ck_assert_mem_eq(H, commitment, sizeof H);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("hiding");
    TCase *gf256 = tcase_create("gf256");
    TCase *pedersen = tcase_create("pedersen");

    tcase_add_test(gf256, one_byte_of_two_is_uniform);
    tcase_add_loop_test(gf256, two_bytes_of_three_are_uniform, 0,
        (int)(sizeof held_pairs / sizeof *held_pairs));
    suite_add_tcase(suite, gf256);
    tcase_add_test(pedersen, logarithm_is_known);
    tcase_add_loop_test(
        pedersen, any_other_key_fits, 0, (int)(sizeof sets / sizeof *sets));
    suite_add_tcase(suite, pedersen);
    return suite;
}
