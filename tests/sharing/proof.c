/* SPDX-License-Identifier: ISC */
/* The quorum proof: it is what the design says, holds for what it was made
 * for, and for nothing else. */
#include "proof.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "gen.h"
#include "group.h"
#include "pedersen.h"
#include "suite.h"

#define SIZE       32
#define CHUNKS_MAX 34 /* of the longest key */
#define STRIDE     96 /* as of a set of threshold 3 */
#define SECRET_LEN 64

static const uint8_t identity[SIZE];

/* A proof and all that it was made from. */
struct made {
    uint8_t context[KEYSHARE_PROOF_CONTEXT_SIZE];
    uint8_t fresh[KEYSHARE_PROOF_FRESH_SIZE];
    uint8_t secret[SECRET_LEN];
    uint8_t f[CHUNKS_MAX][SIZE];
    uint8_t g[CHUNKS_MAX][SIZE];
    uint8_t commitments[CHUNKS_MAX][STRIDE];
    uint8_t proof[KEYSHARE_PROOF_SIZE];
    unsigned chunks;
    mp_limb_t *scratch;
    struct gen gen;
};

static void
make_scalar(struct gen *gen, uint8_t *s)
{
    uint8_t wide[64];

    gen_bytes(gen, wide, sizeof wide);
    crypto_core_ristretto255_scalar_reduce(s, wide);
}

static void
add_part(struct made *m, struct proof *proof, unsigned j, const uint8_t *f,
    const uint8_t *g)
{
    mp_limb_t x[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t y[KEYSHARE_SCALAR_LIMBS];

    (void)keyshare_scalar_load(x, f, SIZE, m->scratch);
    (void)keyshare_scalar_load(y, g, SIZE, m->scratch);
    keyshare_proof_add(proof, m->context, j, x, y, m->scratch);
}

static void
made_prove(struct made *m)
{
    struct proof proof;

    keyshare_proof_begin(
        &proof, m->context, m->fresh, m->secret, SECRET_LEN, m->scratch);
    for (unsigned j = 0; j < m->chunks; j++)
        add_part(m, &proof, j, m->f[j], m->g[j]);
    keyshare_proof_encode(m->proof, &proof);
}

static void
made_begin(struct made *m, unsigned chunks)
{
    m->gen = gen_begin();
    m->chunks = chunks;
    m->scratch = malloc((size_t)keyshare_prime_itch(&keyshare_scalar_field) *
                        sizeof *m->scratch);
    ck_assert_ptr_nonnull(m->scratch);
    gen_bytes(&m->gen, m->context, sizeof m->context);
    gen_bytes(&m->gen, m->fresh, sizeof m->fresh);
    gen_bytes(&m->gen, m->secret, sizeof m->secret);
    for (unsigned j = 0; j < chunks; j++) {
        make_scalar(&m->gen, m->f[j]);
        make_scalar(&m->gen, m->g[j]);
        gen_bytes(&m->gen, m->commitments[j], STRIDE);
        keyshare_pedersen_commit(m->commitments[j], m->f[j], m->g[j]);
    }
    made_prove(m);
}

static void
made_end(struct made *m)
{
    free(m->scratch);
}

static bool
holds(struct made *m)
{
    return keyshare_proof_holds(
        m->proof, m->context, m->commitments[0], STRIDE, m->chunks, m->scratch);
}

/* Neither of another form, nor one that does not hold. */
static bool
accepted(struct made *m)
{
    return keyshare_proof_is_canonical(m->proof, m->scratch) && holds(m);
}

static const unsigned chunk_counts[] = {1, 2, 3, CHUNKS_MAX};
#define CHUNK_COUNTS ((int)(sizeof chunk_counts / sizeof *chunk_counts))

START_TEST(made_proofs_hold)
{
    struct made m;

    made_begin(&m, chunk_counts[_i]);
    ck_assert(accepted(&m));
    made_end(&m);
}
END_TEST

/* ---- The design's formulas, by libsodium alone ---- */

/* s = SHA-512(label | bytes | tail) mod L */
static void
digest_scalar(uint8_t *s, const char *label, const uint8_t *bytes, size_t len,
    const void *tail, size_t tail_len)
{
    crypto_hash_sha512_state state;
    uint8_t digest[64];

    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, (const uint8_t *)label, strlen(label));
    crypto_hash_sha512_update(&state, bytes, len);
    crypto_hash_sha512_update(&state, tail, tail_len);
    crypto_hash_sha512_final(&state, digest);
    crypto_core_ristretto255_scalar_reduce(s, digest);
}

static void
reference_rho(uint8_t *rho, const struct made *m, unsigned j)
{
    const uint8_t number[2] = {(uint8_t)(j >> 8), (uint8_t)j};

    digest_scalar(rho, "libkeyshare/v1/pedersen/rho", m->context,
        sizeof m->context, number, 2);
}

/* z = (fresh + digest of S, P and the letter) + c * sum of rho_j opening_j */
static void
reference_z(uint8_t *z, struct made *m, const uint8_t *c, const char *letter,
    const uint8_t *fresh, uint8_t openings[][SIZE])
{
    uint8_t nonce_of[SECRET_LEN + KEYSHARE_PROOF_CONTEXT_SIZE];
    uint8_t sum[SIZE] = {0};
    uint8_t term[SIZE];

    for (unsigned j = 0; j < m->chunks; j++) {
        reference_rho(term, m, j);
        crypto_core_ristretto255_scalar_mul(term, term, openings[j]);
        crypto_core_ristretto255_scalar_add(sum, sum, term);
    }
    crypto_core_ristretto255_scalar_mul(z, c, sum);
    memcpy(nonce_of, m->secret, SECRET_LEN);
    memcpy(nonce_of + SECRET_LEN, m->context, sizeof m->context);
    digest_scalar(term, "libkeyshare/v1/pedersen/nonce", nonce_of,
        sizeof nonce_of, letter, 1);
    crypto_core_ristretto255_scalar_add(z, z, term);
    crypto_core_ristretto255_scalar_reduce(term, fresh);
    crypto_core_ristretto255_scalar_add(z, z, term);
}

START_TEST(proof_is_the_designs)
{
    struct made m;
    uint8_t c[SIZE];
    uint8_t z[SIZE];

    made_begin(&m, chunk_counts[_i]);
    digest_scalar(c, "libkeyshare/v1/pedersen/proof", m.context,
        sizeof m.context, m.proof, SIZE);
    reference_z(z, &m, c, "a", m.fresh, m.f);
    ck_assert_mem_eq(m.proof + SIZE, z, SIZE);
    reference_z(z, &m, c, "b", m.fresh + 64, m.g);
    ck_assert_mem_eq(m.proof + 2 * SIZE, z, SIZE);
    for (unsigned j = 0; j < m.chunks; j++) {
        mp_limb_t limbs[KEYSHARE_SCALAR_LIMBS];
        uint8_t factor[SIZE];
        uint8_t expected[SIZE];

        reference_rho(expected, &m, j);
        crypto_core_ristretto255_scalar_mul(expected, expected, c);
        keyshare_proof_factor(limbs, m.proof, m.context, j, m.scratch);
        keyshare_scalar_store(factor, limbs);
        ck_assert_mem_eq(factor, expected, SIZE);
    }
    made_end(&m);
}
END_TEST

/* Parts of an opening, in any order, add up to the same proof. */
START_TEST(proof_is_linear)
{
    struct made m;
    struct proof proof;
    uint8_t bytes[KEYSHARE_PROOF_SIZE];

    made_begin(&m, 3);
    keyshare_proof_begin(
        &proof, m.context, m.fresh, m.secret, SECRET_LEN, m.scratch);
    for (unsigned j = 3; j-- > 0;) {
        uint8_t part[2][SIZE];
        uint8_t rest[2][SIZE];

        make_scalar(&m.gen, part[0]);
        make_scalar(&m.gen, part[1]);
        crypto_core_ristretto255_scalar_sub(rest[0], m.f[j], part[0]);
        crypto_core_ristretto255_scalar_sub(rest[1], m.g[j], part[1]);
        add_part(&m, &proof, j, part[0], part[1]);
        add_part(&m, &proof, j, rest[0], rest[1]);
    }
    keyshare_proof_encode(bytes, &proof);
    ck_assert_mem_eq(bytes, m.proof, sizeof bytes);
    made_end(&m);
}
END_TEST

/* Other fresh bytes, or another secret, or another context: another R. Where
 * the generator is stuck the secret still makes the difference. */
START_TEST(masks_depend_on_everything)
{
    struct made m;
    uint8_t before[SIZE];

    made_begin(&m, 1);
    memcpy(before, m.proof, SIZE);
    made_prove(&m);
    ck_assert_mem_eq(m.proof, before, SIZE);
    memset(m.fresh, 0, sizeof m.fresh);
    made_prove(&m);
    ck_assert_mem_ne(m.proof, before, SIZE);
    ck_assert(accepted(&m));
    memcpy(before, m.proof, SIZE);
    m.secret[SECRET_LEN - 1] ^= 1;
    made_prove(&m);
    ck_assert_mem_ne(m.proof, before, SIZE);
    memcpy(before, m.proof, SIZE);
    m.context[0] ^= 1;
    made_prove(&m);
    ck_assert_mem_ne(m.proof, before, SIZE);
    ck_assert(accepted(&m));
    made_end(&m);
}
END_TEST

/* ---- What does not hold ---- */

/* Each bit of the proof and of the context. */
START_TEST(changed_bit_is_refused)
{
    struct made m;

    made_begin(&m, 2);
    for (size_t bit = 0; bit < 8 * sizeof m.proof; bit++) {
        m.proof[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_msg(!accepted(&m), "proof, bit %zu", bit);
        m.proof[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof m.context; bit++) {
        m.context[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_msg(!accepted(&m), "context, bit %zu", bit);
        m.context[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    ck_assert(accepted(&m));
    made_end(&m);
}
END_TEST

/* R, or a commitment, moved to another element: changed bits give few. */
START_TEST(other_elements_are_refused)
{
    struct made m;
    uint8_t kept[SIZE];

    made_begin(&m, 3);
    memcpy(kept, m.proof, SIZE);
    keyshare_group_add(m.proof, m.proof, keyshare_pedersen_h);
    ck_assert(!accepted(&m));
    memcpy(m.proof, kept, SIZE);
    for (unsigned j = 0; j < 3; j++) {
        memcpy(kept, m.commitments[j], SIZE);
        keyshare_group_add(
            m.commitments[j], m.commitments[j], keyshare_pedersen_h);
        ck_assert_msg(!accepted(&m), "chunk %u", j);
        memcpy(m.commitments[j], kept, SIZE);
    }
    /* Two chunks changed for each other. */
    memcpy(kept, m.commitments[0], SIZE);
    memcpy(m.commitments[0], m.commitments[1], SIZE);
    memcpy(m.commitments[1], kept, SIZE);
    ck_assert(!accepted(&m));
    made_end(&m);
}
END_TEST

/* Fewer or more chunks than it was made for. */
START_TEST(other_numbers_of_chunks_are_refused)
{
    struct made m;

    made_begin(&m, 3);
    ck_assert(accepted(&m));
    m.chunks = 2;
    ck_assert(!accepted(&m));
    m.chunks = 4;
    memcpy(m.commitments[3], m.commitments[2], SIZE);
    ck_assert(!accepted(&m));
    made_end(&m);
}
END_TEST

/* Congruent, but not below L; R the identity. */
START_TEST(not_canonical_is_refused)
{
    static const uint8_t order[SIZE] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63,
        0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, [31] = 0x10};
    struct made m;
    uint8_t good[KEYSHARE_PROOF_SIZE];

    made_begin(&m, 1);
    memcpy(good, m.proof, sizeof good);
    for (size_t z = SIZE; z <= 2 * SIZE; z += SIZE)
        for (unsigned times = 0; times < 14; times++) {
            memcpy(m.proof + z, good + z, SIZE);
            for (unsigned i = 0; i <= times; i++)
                sodium_add(m.proof + z, order, SIZE);
            ck_assert_msg(!keyshare_proof_is_canonical(m.proof, m.scratch),
                "z at %zu plus %u L", z, times + 1);
            memcpy(m.proof, good, sizeof good);
        }
    memcpy(m.proof, identity, SIZE);
    ck_assert(!keyshare_proof_is_canonical(m.proof, m.scratch));
    made_end(&m);
}
END_TEST

/* z = 0 with somebody's R is canonical, and no proof. */
START_TEST(zeros_do_not_hold)
{
    struct made m;

    made_begin(&m, 1);
    memset(m.proof + SIZE, 0, 2 * SIZE);
    ck_assert(keyshare_proof_is_canonical(m.proof, m.scratch));
    ck_assert(!holds(&m));
    made_end(&m);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("proof");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");
    TCase *errors = tcase_create("errors");

    tcase_add_loop_test(laws, made_proofs_hold, 0, CHUNK_COUNTS);
    tcase_add_loop_test(laws, proof_is_the_designs, 0, CHUNK_COUNTS);
    tcase_add_test(laws, proof_is_linear);
    tcase_add_test(laws, masks_depend_on_everything);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, not_canonical_is_refused);
    tcase_add_test(bounds, zeros_do_not_hold);
    suite_add_tcase(suite, bounds);
    tcase_add_test(errors, changed_bit_is_refused);
    tcase_add_test(errors, other_elements_are_refused);
    tcase_add_test(errors, other_numbers_of_chunks_are_refused);
    suite_add_tcase(suite, errors);
    return suite;
}
