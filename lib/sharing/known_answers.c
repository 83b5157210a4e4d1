/* SPDX-License-Identifier: ISC */
/* Known answers of what the layers base and field compute with.
 *
 * None of them was computed by this library: digests of "abc" and the product
 * 0x53 * 0xca = 1 are the standards' own examples ([FIPS180], [FIPS197]
 * section 4.2), the multiples of the base point those of [RFC9496] appendix
 * A.1, and the rest was computed with unbounded integers in Python.
 *
 * [FIPS180] FIPS 180-4, Secure Hash Standard, and its examples.
 * [FIPS197] FIPS 197, Advanced Encryption Standard.
 * [RFC9496] The ristretto255 and decaf448 Groups.
 */
#include "known_answers.h"

#include <string.h>

#include "block.h"
#include "ct.h"
#include "gf256.h"
#include "gf256_backend.h"
#include "group.h"
#include "hash.h"
#include "pedersen.h"
#include "polynomial.h"
#include "proof.h"
#include "scalar.h"
#include "shamir.h"

#define LIMBS KEYSHARE_SCALAR_LIMBS

static const struct prime *const field = &keyshare_scalar_field;

/* ---- Hashes ---- */

static bool
hashes_hold(void)
{
    static const uint8_t sha256[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf,
        0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61,
        0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15,
        0xad};
    static const uint8_t sha512[] = {0xdd, 0xaf, 0x35, 0xa1, 0x93, 0x61, 0x7a,
        0xba, 0xcc, 0x41, 0x73, 0x49, 0xae, 0x20, 0x41, 0x31, 0x12, 0xe6, 0xfa,
        0x4e, 0x89, 0xa9, 0x7e, 0xa2, 0x0a, 0x9e, 0xee, 0xe6, 0x4b, 0x55, 0xd3,
        0x9a, 0x21, 0x92, 0x99, 0x2a, 0x27, 0x4f, 0xc1, 0xa8, 0x36, 0xba, 0x3c,
        0x23, 0xa3, 0xfe, 0xeb, 0xbd, 0x45, 0x4d, 0x44, 0x23, 0x64, 0x3c, 0xe8,
        0x0e, 0x2a, 0x9a, 0xc9, 0x4f, 0xa5, 0x4c, 0xa4, 0x9f};
    const struct part parts[] = {{"a", 1}, {"bc", 2}};
    uint8_t digest[KEYSHARE_SHA512_SIZE];

    keyshare_hash_sha256(digest, parts, 2);
    if (memcmp(digest, sha256, sizeof sha256) != 0)
        return false;
    keyshare_hash_sha512(digest, parts, 2);
    return memcmp(digest, sha512, sizeof sha512) == 0;
}

/* ---- GF(2^8) ---- */

/* So many bytes take every path of a back end: whole blocks, words, a tail. */
#define VECTOR_SIZE 83

/* x_j,i = 7 i + 31 j + 1 mod 256. */
static void
make_vectors(uint8_t vectors[3][VECTOR_SIZE])
{
    for (unsigned j = 0; j < 3; j++)
        for (unsigned i = 0; i < VECTOR_SIZE; i++)
            vectors[j][i] = (uint8_t)(7 * i + 31 * j + 1);
}

/* 0x53 x_0 + 0xca x_1 + 0x80 x_2, of which the digest is known. */
static bool
dot_holds(const struct gf256_backend *backend)
{
    static const uint8_t factors[] = {0x53, 0xca, 0x80};
    static const uint8_t known[] = {0x78, 0x5d, 0x60, 0x98, 0xb0, 0xd8, 0xbe,
        0x3a, 0xaf, 0x7f, 0xa0, 0x98, 0x72, 0x50, 0x2e, 0x7d, 0x3e, 0xa1, 0x77,
        0x38, 0x29, 0x71, 0x21, 0xb2, 0xec, 0xfa, 0xac, 0xaf, 0x62, 0x9d, 0x62,
        0x97};
    uint8_t vectors[3][VECTOR_SIZE];
    uint8_t sum[VECTOR_SIZE];
    uint8_t digest[KEYSHARE_SHA256_SIZE];
    const uint8_t *const x[] = {vectors[0], vectors[1], vectors[2]};
    const struct part part = {sum, sizeof sum};

    make_vectors(vectors);
    backend->dot(sum, factors, x, 3, sizeof sum);
    keyshare_hash_sha256(digest, &part, 1);
    return memcmp(digest, known, sizeof known) == 0;
}

/* x_0 + 0xca x_1 + 0xca^2 x_2, once as values and
 * once as a sum. */
static bool
evaluate_holds(const struct gf256_backend *backend)
{
    static const uint8_t point = 0xca;
    uint8_t vectors[3][VECTOR_SIZE];
    uint8_t values[VECTOR_SIZE];
    uint8_t sum[VECTOR_SIZE];
    uint8_t *const y[] = {values};
    const uint8_t factors[] = {
        1, point, keyshare_gf256_mul_public(point, point)};
    const uint8_t *const x[] = {vectors[0], vectors[1], vectors[2]};
    const struct gf256_evaluation evaluation = {.y = y,
        .x = &point,
        .count = 1,
        .constant = vectors[0],
        .higher = vectors[1],
        .stride = VECTOR_SIZE,
        .degree = 2,
        .len = VECTOR_SIZE};

    make_vectors(vectors);
    backend->evaluate(&evaluation);
    backend->dot(sum, factors, x, 3, sizeof sum);
    return memcmp(values, sum, sizeof sum) == 0;
}

/* Whatever the machine might choose, or be told to. */
static bool
backends_hold(void)
{
    static const uint8_t one_and_two[] = {1, 2};
    const struct gf256_backend *backend;

    for (unsigned which = 0; (backend = keyshare_gf256_backend(which)) != NULL;
         which++) {
        uint8_t weights[2] = {0xf6};

        if (backend->weights != NULL)
            backend->weights(weights, one_and_two, 2, 3);
        if (weights[0] != 0xf6 || !dot_holds(backend) ||
            !evaluate_holds(backend))
            return false;
    }
    return true;
}

static bool
gf256_holds(void)
{
    static const uint8_t one_and_two[] = {1, 2};

    return keyshare_gf256_mul_public(0x53, 0xca) == 1 &&
           keyshare_gf256_invert_public(0x53) == 0xca &&
           keyshare_shamir_weight(one_and_two, 2, 0, 3) == 0xf6 &&
           backends_hold();
}

/* ---- Integers modulo L ---- */

/* a and b are the SHA-512 of "a" and of "b", little-endian, mod L. */
static const uint8_t known_a[] = {0x21, 0x4c, 0x85, 0x4c, 0x2e, 0xdf, 0xc6,
    0x4e, 0x27, 0xf8, 0xec, 0xa8, 0x5b, 0x64, 0x63, 0x0e, 0xfb, 0x6f, 0x74,
    0x53, 0x8b, 0x54, 0xca, 0x4e, 0x83, 0x10, 0xe6, 0x20, 0xd5, 0x52, 0x12,
    0x03};
static const uint8_t known_b[] = {0xb3, 0x5a, 0x46, 0x59, 0xaf, 0x59, 0x86,
    0x7d, 0x3f, 0xee, 0x41, 0x8e, 0xa8, 0xf6, 0xea, 0x42, 0x32, 0xa2, 0xef,
    0xfc, 0xcd, 0xd2, 0x51, 0x1c, 0xaf, 0x27, 0x1a, 0xb1, 0x49, 0x40, 0x96,
    0x0f};
static const uint8_t known_sum[] = {0xe7, 0xd2, 0xd5, 0x48, 0xc3, 0xd5, 0x3a,
    0x74, 0x90, 0x49, 0x37, 0x94, 0x25, 0x61, 0x6f, 0x3c, 0x2d, 0x12, 0x64,
    0x50, 0x59, 0x27, 0x1c, 0x6b, 0x32, 0x38, 0x00, 0xd2, 0x1e, 0x93, 0xa8,
    0x02};
static const uint8_t known_difference[] = {0x5b, 0xc5, 0x34, 0x50, 0x99, 0xe8,
    0x52, 0x29, 0xbe, 0xa6, 0xa2, 0xbd, 0x91, 0x67, 0x57, 0xe0, 0xc8, 0xcd,
    0x84, 0x56, 0xbd, 0x81, 0x78, 0x32, 0xd4, 0xe8, 0xcb, 0x6f, 0x8b, 0x12,
    0x7c, 0x03};
static const uint8_t known_product[] = {0xdc, 0xf4, 0x6c, 0xf8, 0x29, 0x68,
    0x4e, 0x9c, 0xf9, 0x29, 0xd3, 0x7e, 0x8a, 0xe9, 0x1c, 0x93, 0x3f, 0xb9,
    0x10, 0x25, 0x51, 0x9e, 0xfc, 0x88, 0x75, 0xb1, 0x49, 0xe8, 0xc4, 0xb6,
    0x36, 0x0f};
static const uint8_t known_inverse[] = {0x43, 0x3f, 0x79, 0xb1, 0x43, 0xca,
    0xdd, 0x5f, 0x4c, 0xb5, 0x48, 0x46, 0x12, 0xab, 0xb1, 0x52, 0x82, 0x3f,
    0xa2, 0x07, 0x21, 0xdf, 0xcc, 0xdf, 0xe4, 0xa7, 0x06, 0x7a, 0x1b, 0xef,
    0xb5, 0x0f}; /* of a */
static const uint8_t known_multiple[] = {0xeb, 0xe7, 0x99, 0x98, 0x73, 0x3d,
    0x8a, 0xb9, 0x59, 0xe6, 0xe9, 0x11, 0x20, 0x8c, 0xa4, 0x31, 0x23, 0xcb,
    0x29, 0xd3, 0x9a, 0xe4, 0x60, 0x40, 0xbe, 0x30, 0x92, 0x41, 0xf7, 0x36,
    0xf7, 0x02}; /* 251 a */

struct scalar_room {
    mp_limb_t *a;
    mp_limb_t *b;
    mp_limb_t *r;
    mp_limb_t *pair;
    mp_limb_t *scratch;
};

static size_t
lay_out(struct scalar_room *room, void *start)
{
    const size_t size = LIMBS * sizeof(mp_limb_t);
    struct block block = {start, 0};

    room->a = keyshare_block_take(&block, size);
    room->b = keyshare_block_take(&block, size);
    room->r = keyshare_block_take(&block, size);
    room->pair = keyshare_block_take(&block, 2 * size);
    room->scratch = keyshare_block_take(
        &block, (size_t)keyshare_prime_itch(field) * sizeof(mp_limb_t));
    return block.used;
}

static bool
is(const mp_limb_t *r, const uint8_t *known)
{
    uint8_t bytes[KEYSHARE_SCALAR_SIZE];

    keyshare_scalar_store(bytes, r);
    return memcmp(bytes, known, sizeof bytes) == 0;
}

static void
reduce_digest(mp_limb_t *r, const char *text, mp_limb_t *scratch)
{
    const struct part part = {text, 1};
    uint8_t digest[KEYSHARE_SHA512_SIZE];

    keyshare_hash_sha512(digest, &part, 1);
    keyshare_scalar_reduce_wide(r, digest, scratch);
}

/* f(4) = f(1) - 3 f(2) + 3 f(3). */
static bool
weight_holds(const struct scalar_room *at)
{
    static const uint8_t indices[] = {1, 2, 3};
    static const uint8_t three[KEYSHARE_SCALAR_SIZE] = {3};
    bool holds;

    keyshare_polynomial_weight(
        field, at->r, indices, 3, 2, 4, at->pair, at->scratch);
    holds = is(at->r, three);
    keyshare_polynomial_weight(
        field, at->a, indices, 3, 1, 4, at->pair, at->scratch);
    keyshare_prime_add(field, at->r, at->r, at->a, at->scratch);
    return holds && keyshare_prime_is_zero(field, at->r) == UINT32_MAX;
}

static bool
scalars_hold(void *start)
{
    struct scalar_room at;
    bool holds;

    lay_out(&at, start);
    reduce_digest(at.a, "a", at.scratch);
    reduce_digest(at.b, "b", at.scratch);
    holds = is(at.a, known_a) && is(at.b, known_b);
    keyshare_prime_add(field, at.r, at.a, at.b, at.scratch);
    holds = holds && is(at.r, known_sum);
    keyshare_prime_sub(field, at.r, at.a, at.b);
    holds = holds && is(at.r, known_difference);
    keyshare_prime_mul(field, at.r, at.a, at.b, at.scratch);
    holds = holds && is(at.r, known_product);
    keyshare_prime_mul_index(field, at.r, at.a, 251, at.scratch);
    holds = holds && is(at.r, known_multiple);
    keyshare_prime_invert(field, at.r, at.a, at.scratch);
    return holds && is(at.r, known_inverse) && weight_holds(&at);
}

/* ---- The group ---- */

static const uint8_t base[] = {0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71,
    0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f, 0x58, 0xe3, 0x0b, 0x6a,
    0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76};

static bool
group_holds(void)
{
    static const uint8_t doubled[] = {0x6a, 0x49, 0x32, 0x10, 0xf7, 0x49, 0x9c,
        0xd1, 0x7f, 0xec, 0xb5, 0x10, 0xae, 0x0c, 0xea, 0x23, 0xa1, 0x10, 0xe8,
        0xd5, 0xb9, 0x01, 0xf8, 0xac, 0xad, 0xd3, 0x09, 0x5c, 0x73, 0xa3, 0xb9,
        0x19};
    static const uint8_t one[32] = {1};
    static const uint8_t two[32] = {2};
    const struct part name = KEYSHARE_PART_TEXT("libkeyshare/v1/pedersen/H");
    uint8_t digest[KEYSHARE_SHA512_SIZE];
    uint8_t r[KEYSHARE_GROUP_SIZE];
    bool holds;

    keyshare_group_mul_base(r, one);
    holds = memcmp(r, base, sizeof r) == 0 && keyshare_group_is_element(r);
    keyshare_group_mul(r, two, base);
    holds = holds && memcmp(r, doubled, sizeof r) == 0;
    keyshare_group_add(r, base, base);
    holds = holds && memcmp(r, doubled, sizeof r) == 0;
    keyshare_hash_sha512(digest, &name, 1);
    keyshare_group_from_hash(r, digest);
    return holds && memcmp(r, keyshare_pedersen_h, sizeof r) == 0;
}

/* ---- What is asked for in no set that is well dealt ---- */

static bool
scalars_are_refused(const struct scalar_room *at)
{
    static const uint8_t order[] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12,
        0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10}; /* L */
    bool refused =
        keyshare_scalar_load(at->a, order, sizeof order, at->scratch) == 0 &&
        keyshare_scalar_is_canonical(order) == 0;

    memset(at->r, 0, LIMBS * sizeof *at->r);
    return refused && keyshare_prime_is_zero(field, at->r) == UINT32_MAX;
}

/* R = B with z_a = z_b = 0 proves nothing; and no encoding of an element is odd
 * ([RFC9496] section 4.3.1). */
static bool
proofs_are_refused(const struct scalar_room *at)
{
    static const uint8_t context[KEYSHARE_PROOF_CONTEXT_SIZE] = {0};
    uint8_t proof[KEYSHARE_PROOF_SIZE] = {0};
    bool refused;

    memcpy(proof, base, sizeof base);
    refused = !keyshare_proof_holds(proof, context, base, 0, 1, at->scratch);
    memset(proof, 0, sizeof base);
    proof[0] = 1;
    return refused && !keyshare_group_is_element(proof) &&
           !keyshare_proof_is_canonical(proof, at->scratch);
}

/* Whatever answers yes or no has to be heard saying both: the sets of the self
 * test hear the one, and here is the other. */
static bool
refusals_hold(void *start)
{
    static const uint8_t bytes[] = {0, 0, 1};
    static const uint8_t indices[] = {1, 2, 3};
    const uint8_t *const values[] = {bytes, bytes + 1, bytes + 2};
    struct scalar_room at;
    uint8_t room;

    lay_out(&at, start);
    return keyshare_ct_equal(bytes, bytes + 1, 2) == 0 &&
           keyshare_ct_all_zero(bytes, 2) == UINT32_MAX &&
           keyshare_shamir_consistent(indices, values, 3, 2, 1, &room) == 0 &&
           scalars_are_refused(&at) && proofs_are_refused(&at);
}

size_t
keyshare_known_answers_room(void)
{
    struct scalar_room room;

    return lay_out(&room, NULL);
}

bool
keyshare_known_answers_hold(void *room)
{
    return hashes_hold() && gf256_holds() && scalars_hold(room) &&
           group_holds() && refusals_hold(room);
}
