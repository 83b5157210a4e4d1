/* SPDX-License-Identifier: ISC */
/* Raw sharing of one scalar over a prime field of the caller's.
 *
 * Nothing is allocated: the field's room stands in the stack of the public
 * functions. The shares' own buffers are the accumulators of Horner's rule,
 * highest coefficient first.
 *
 * [SP800-186] NIST SP 800-186, Recommendations for Discrete Logarithm-based
 *             Cryptography: Elliptic Curve Domain Parameters; the curves of
 *             FIPS 186-5.
 * [SEC2] SECG, SEC 2: Recommended Elliptic Curve Domain Parameters, version 2.
 * [RFC8032] Edwards-Curve Digital Signature Algorithm (EdDSA).
 */
#include <keyshare/raw_prime.h>

#include <stdbool.h>
#include <string.h>

#include "ct.h"
#include "latch.h"
#include "memory.h"
#include "random.h"
#include "reveal.h"
#include "shamir_prime.h"

_Static_assert(KEYSHARE_RAW_PRIME_SIZE_MAX == KEYSHARE_SHAMIR_PRIME_SIZE_MAX,
    "the longest modulus");

/* How often what is drawn may have to be rejected, each time with a probability
 * below one half. */
#define DRAWS_MAX 128

/* From so many bytes on nobody meets a coefficient that is zero. */
#define STUCK_SIZE 17

/* How far below the public functions their own helpers, and GMP, leave
 * something in the stack: far less. */
#define BURN_DEPTH 2048

/* Where the field is computed in. */
union room {
    max_align_t align;
    uint8_t bytes[KEYSHARE_SHAMIR_PRIME_ROOM_MAX];
};

/* What a call is about, in one place for its helpers. */
struct sharing {
    struct shamir_prime field;
    const uint8_t *indices;
    size_t count;
    uint8_t own_indices[KEYSHARE_RAW_PRIME_COUNT_MAX];
};

/* ---- Arguments ---- */

static bool
any_null(const uint8_t *const *pointers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pointers[i] == NULL)
            return true;
    return false;
}

/* The indices given, or 1..COUNT. */
static void
take_indices(struct sharing *sharing, const uint8_t *indices, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sharing->own_indices[i] = (uint8_t)(i + 1);
    sharing->indices = indices == NULL ? sharing->own_indices : indices;
    sharing->count = count;
}

static bool
are_indices(const struct sharing *sharing, const uint8_t *modulus, size_t len)
{
    bool used[256] = {false};

    for (size_t i = 0; i < sharing->count; i++) {
        const uint8_t x = sharing->indices[i];

        if (x == 0 || used[x] || (len == 1 && x >= modulus[0]))
            return false;
        used[x] = true;
    }
    return true;
}

static keyshare_error
check_below(const struct sharing *sharing, const uint8_t *scalar)
{
    const uint32_t below =
        keyshare_shamir_prime_is_below(&sharing->field, scalar);

    return keyshare_reveal_mask(below, REVEAL_BELOW) ? KEYSHARE_OK
                                                     : KEYSHARE_ERR_FORMAT;
}

/* ---- Split ---- */

/* A coefficient, uniform below the modulus. */
static keyshare_error
draw(const struct sharing *sharing, const struct random *source,
    uint8_t *coefficient)
{
    const struct shamir_prime *field = &sharing->field;

    for (unsigned i = 0; i < DRAWS_MAX; i++) {
        keyshare_error error =
            keyshare_random_draw(source, coefficient, field->len);
        uint32_t below;

        if (error != KEYSHARE_OK)
            return error;
        keyshare_shamir_prime_trim(field, coefficient);
        below = keyshare_shamir_prime_is_below(field, coefficient);
        if (!keyshare_reveal_mask(below, REVEAL_REJECTED))
            continue;
        if (field->len >= STUCK_SIZE &&
            keyshare_reveal_mask(
                keyshare_ct_all_zero(coefficient, field->len), REVEAL_STUCK))
            return KEYSHARE_ERR_RANDOM;
        return KEYSHARE_OK;
    }
    return KEYSHARE_ERR_RANDOM;
}

/* SHARES, which are zero, become the polynomial's values. */
static keyshare_error
evaluate(const struct sharing *sharing, uint8_t *const *shares,
    const uint8_t *secret, size_t threshold, const struct random *source)
{
    uint8_t coefficient[KEYSHARE_RAW_PRIME_SIZE_MAX];
    keyshare_error error = check_below(sharing, secret);

    for (size_t k = threshold - 1; k > 0 && error == KEYSHARE_OK; k--) {
        error = draw(sharing, source, coefficient);
        if (error == KEYSHARE_OK)
            keyshare_shamir_prime_step(&sharing->field, shares,
                sharing->indices, sharing->count, coefficient);
    }
    if (error == KEYSHARE_OK)
        keyshare_shamir_prime_step(
            &sharing->field, shares, sharing->indices, sharing->count, secret);
    keyshare_memory_wipe(coefficient, sharing->field.len);
    return error;
}

static void
wipe_shares(uint8_t *const *shares, size_t count, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (shares[i] != NULL)
            keyshare_memory_wipe(shares[i], len);
}

keyshare_error
keyshare_raw_prime_split(uint8_t *const *shares, const uint8_t *modulus,
    size_t modulus_len, const uint8_t *secret, size_t threshold,
    const uint8_t *indices, size_t count, const keyshare_random *random)
{
    union room room;
    struct sharing sharing;
    struct random source;
    keyshare_error error;

    if (shares == NULL || modulus_len < 1 ||
        modulus_len > KEYSHARE_RAW_PRIME_SIZE_MAX)
        return KEYSHARE_ERR_ARGUMENT;
    if (count < 1 || count > KEYSHARE_RAW_PRIME_COUNT_MAX)
        return KEYSHARE_ERR_POLICY;
    wipe_shares(shares, count, modulus_len);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (modulus == NULL || secret == NULL ||
        any_null((const uint8_t *const *)shares, count) ||
        !keyshare_random_open(&source, random) ||
        !keyshare_shamir_prime_is_modulus(modulus, modulus_len))
        return KEYSHARE_ERR_ARGUMENT;
    if (threshold < 1 || threshold > count)
        return KEYSHARE_ERR_POLICY;
    take_indices(&sharing, indices, count);
    if (!are_indices(&sharing, modulus, modulus_len))
        return KEYSHARE_ERR_INDEX;

    keyshare_shamir_prime_begin(
        &sharing.field, room.bytes, modulus, modulus_len);
    error = evaluate(&sharing, shares, secret, threshold, &source);
    if (error != KEYSHARE_OK)
        wipe_shares(shares, count, modulus_len);
    keyshare_memory_wipe(&room, keyshare_shamir_prime_room(modulus_len));
    keyshare_memory_burn(BURN_DEPTH);
    return error;
}

/* ---- Combine ---- */

static keyshare_error
interpolate(const struct sharing *sharing, uint8_t *secret,
    const uint8_t *const *shares)
{
    const struct shamir_prime *field = &sharing->field;

    keyshare_shamir_prime_sum_begin(field);
    for (size_t i = 0; i < sharing->count; i++) {
        keyshare_error error = check_below(sharing, shares[i]);

        if (error != KEYSHARE_OK)
            return error;
        keyshare_shamir_prime_sum_add(
            field, shares[i], sharing->indices, sharing->count, i);
    }
    return keyshare_shamir_prime_sum_end(
               field, secret, sharing->indices, sharing->count)
               ? KEYSHARE_OK
               : KEYSHARE_ERR_ARGUMENT;
}

keyshare_error
keyshare_raw_prime_combine(uint8_t *secret, const uint8_t *modulus,
    size_t modulus_len, const uint8_t *const *shares, const uint8_t *indices,
    size_t count)
{
    union room room;
    struct sharing sharing;
    keyshare_error error;

    if (secret == NULL || modulus_len < 1 ||
        modulus_len > KEYSHARE_RAW_PRIME_SIZE_MAX)
        return KEYSHARE_ERR_ARGUMENT;
    memset(secret, 0, modulus_len);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (count < 1 || count > KEYSHARE_RAW_PRIME_COUNT_MAX)
        return KEYSHARE_ERR_POLICY;
    if (modulus == NULL || shares == NULL || indices == NULL ||
        any_null(shares, count) ||
        !keyshare_shamir_prime_is_modulus(modulus, modulus_len))
        return KEYSHARE_ERR_ARGUMENT;
    take_indices(&sharing, indices, count);
    if (!are_indices(&sharing, modulus, modulus_len))
        return KEYSHARE_ERR_INDEX;

    keyshare_shamir_prime_begin(
        &sharing.field, room.bytes, modulus, modulus_len);
    error = interpolate(&sharing, secret, shares);
    if (error != KEYSHARE_OK)
        keyshare_memory_wipe(secret, modulus_len);
    keyshare_memory_wipe(&room, keyshare_shamir_prime_room(modulus_len));
    keyshare_memory_burn(BURN_DEPTH);
    return error;
}

/* ---- Primes that have names ---- */

/* derive: n of P-256, [SP800-186] section 3.2.1.3
 *      == 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551 */
static const uint8_t p256[] = {
    0xff,
    0xff,
    0xff,
    0xff,
    0x00,
    0x00,
    0x00,
    0x00,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xbc,
    0xe6,
    0xfa,
    0xad,
    0xa7,
    0x17,
    0x9e,
    0x84,
    0xf3,
    0xb9,
    0xca,
    0xc2,
    0xfc,
    0x63,
    0x25,
    0x51,
};

/* derive: n of P-384, [SP800-186] section 3.2.1.4
 *      == 2^384 - 1388124618062372383947042015309946732620727252194336364173 */
static const uint8_t p384[] = {
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xc7,
    0x63,
    0x4d,
    0x81,
    0xf4,
    0x37,
    0x2d,
    0xdf,
    0x58,
    0x1a,
    0x0d,
    0xb2,
    0x48,
    0xb0,
    0xa7,
    0x7a,
    0xec,
    0xec,
    0x19,
    0x6a,
    0xcc,
    0xc5,
    0x29,
    0x73,
};

/* derive: n, [SEC2] section 2.4.1
 *      == 2^256 - 432420386565659656852420866394968145599 */
static const uint8_t secp256k1[] = {
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xfe,
    0xba,
    0xae,
    0xdc,
    0xe6,
    0xaf,
    0x48,
    0xa0,
    0x3b,
    0xbf,
    0xd2,
    0x5e,
    0x8c,
    0xd0,
    0x36,
    0x41,
    0x41,
};

/* derive: L, [RFC8032] section 5.1
 *      == 2^252 + 27742317777372353535851937790883648493 */
static const uint8_t ed25519[] = {
    0x10,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x14,
    0xde,
    0xf9,
    0xde,
    0xa2,
    0xf7,
    0x9c,
    0xd6,
    0x58,
    0x12,
    0x63,
    0x1a,
    0x5c,
    0xf5,
    0xd3,
    0xed,
};

static const struct {
    const char *name;
    const uint8_t *modulus;
    size_t len;
} named[] = {
    {"ed25519", ed25519, sizeof ed25519},
    {"p256", p256, sizeof p256},
    {"p384", p384, sizeof p384},
    {"secp256k1", secp256k1, sizeof secp256k1},
};

const uint8_t *
keyshare_raw_prime_named(size_t *len, const char *name)
{
    if (len == NULL)
        return NULL;
    *len = 0;
    if (name == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        const size_t size = strlen(named[i].name) + 1;

        if (strlen(name) + 1 == size &&
            memcmp(named[i].name, name, size) == 0) {
            *len = named[i].len;
            return named[i].modulus;
        }
    }
    return NULL;
}
