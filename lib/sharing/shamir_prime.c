/* SPDX-License-Identifier: ISC */
/* Shamir's secret sharing over a prime field that the caller names.
 *
 * With X the product of all indices and D_j the denominators (polynomial.h),
 * the secret is X * sum of y_j / D_j. The sum is kept as one fraction A / D:
 *
 *     A / D + y_j / D_j = (A D_j + y_j D) / (D D_j)
 *
 * so that one inversion does for all, in constant room. D is public.
 */
#include "shamir_prime.h"

#include "block.h"
#include "invariant.h"
#include "polynomial.h"

/* How the room is divided. */
struct room {
    struct prime *p;
    mp_limb_t *modulus;
    mp_limb_t *reciprocal;
    mp_limb_t *numerator;   /* A; of a split, the coefficient */
    mp_limb_t *denominator; /* D */
    mp_limb_t *value;       /* a share */
    mp_limb_t *factor;      /* D_j; X */
    mp_limb_t *term;
    mp_limb_t *scratch;
};

static mp_limb_t *
take(struct block *block, mp_size_t limbs)
{
    return keyshare_block_take(block, (size_t)limbs * sizeof(mp_limb_t));
}

static struct room
divide(struct block *block, size_t len)
{
    const mp_size_t n = keyshare_prime_limbs(len);
    const struct prime p = {.limbs = n};
    const mp_size_t begin = keyshare_prime_begin_itch(n);
    const mp_size_t itch = keyshare_prime_itch(&p);
    struct room room;

    room.p = keyshare_block_take(block, sizeof *room.p);
    room.modulus = take(block, n);
    room.reciprocal = take(block, n + 1);
    room.numerator = take(block, n);
    room.denominator = take(block, n);
    room.value = take(block, n);
    room.factor = take(block, n);
    room.term = take(block, n);
    room.scratch = take(block, begin > itch ? begin : itch);
    return room;
}

static struct room
room_of(const struct shamir_prime *field)
{
    struct block block = {field->room, 0};

    return divide(&block, field->len);
}

size_t
keyshare_shamir_prime_room(size_t len)
{
    struct block block = {NULL, 0};

    divide(&block, len);
    return block.used;
}

bool
keyshare_shamir_prime_is_modulus(const uint8_t *modulus, size_t len)
{
    return len >= 1 && len <= KEYSHARE_SHAMIR_PRIME_SIZE_MAX &&
           modulus[0] != 0 && (modulus[len - 1] & 1) == 1 &&
           (len > 1 || modulus[0] >= 3);
}

void
keyshare_shamir_prime_begin(
    struct shamir_prime *field, void *room, const uint8_t *modulus, size_t len)
{
    struct room in;
    uint8_t bits = 1;

    KEYSHARE_INVARIANT(keyshare_shamir_prime_is_modulus(modulus, len));
    KEYSHARE_INVARIANT(
        keyshare_shamir_prime_room(len) <= KEYSHARE_SHAMIR_PRIME_ROOM_MAX);
    field->room = room;
    field->len = len;
    while (bits < modulus[0])
        bits = (uint8_t)(bits << 1 | 1);
    field->first_bits = bits;
    in = room_of(field);
    keyshare_prime_load_big(
        in.modulus, keyshare_prime_limbs(len), modulus, len);
    keyshare_prime_begin(
        in.p, in.modulus, keyshare_prime_limbs(len), in.reciprocal, in.scratch);
}

void
keyshare_shamir_prime_trim(const struct shamir_prime *field, uint8_t *scalar)
{
    scalar[0] &= field->first_bits;
}

static void
load(const struct shamir_prime *field, mp_limb_t *r, const uint8_t *scalar)
{
    keyshare_prime_load_big(
        r, keyshare_prime_limbs(field->len), scalar, field->len);
}

static void
store(const struct shamir_prime *field, uint8_t *scalar, const mp_limb_t *a)
{
    keyshare_prime_store_big(
        scalar, field->len, a, keyshare_prime_limbs(field->len));
}

uint32_t
keyshare_shamir_prime_is_below(
    const struct shamir_prime *field, const uint8_t *scalar)
{
    const struct room in = room_of(field);

    load(field, in.value, scalar);
    return keyshare_prime_is_reduced(in.p, in.value, in.scratch);
}

void
keyshare_shamir_prime_step(const struct shamir_prime *field,
    uint8_t *const *values, const uint8_t *indices, size_t count,
    const uint8_t *coefficient)
{
    const struct room in = room_of(field);

    load(field, in.numerator, coefficient);
    for (size_t i = 0; i < count; i++) {
        load(field, in.value, values[i]);
        keyshare_prime_mul_index(
            in.p, in.value, in.value, indices[i], in.scratch);
        keyshare_prime_add(in.p, in.value, in.value, in.numerator, in.scratch);
        store(field, values[i], in.value);
    }
}

void
keyshare_shamir_prime_sum_begin(const struct shamir_prime *field)
{
    const struct room in = room_of(field);

    /* No bytes are zero, and no indices' product is one. */
    keyshare_prime_load_big(
        in.numerator, keyshare_prime_limbs(field->len), NULL, 0);
    keyshare_polynomial_numerator(in.p, in.denominator, NULL, 0, in.scratch);
}

void
keyshare_shamir_prime_sum_add(const struct shamir_prime *field,
    const uint8_t *share, const uint8_t *indices, size_t count, size_t which)
{
    const struct room in = room_of(field);

    load(field, in.value, share);
    keyshare_polynomial_denominator(
        in.p, in.factor, indices, count, which, in.term, in.scratch);
    keyshare_prime_mul(in.p, in.numerator, in.numerator, in.factor, in.scratch);
    keyshare_prime_mul(in.p, in.value, in.value, in.denominator, in.scratch);
    keyshare_prime_add(in.p, in.numerator, in.numerator, in.value, in.scratch);
    keyshare_prime_mul(
        in.p, in.denominator, in.denominator, in.factor, in.scratch);
}

bool
keyshare_shamir_prime_sum_end(const struct shamir_prime *field, uint8_t *secret,
    const uint8_t *indices, size_t count)
{
    const struct room in = room_of(field);

    keyshare_prime_invert(in.p, in.denominator, in.denominator, in.scratch);
    keyshare_polynomial_numerator(in.p, in.factor, indices, count, in.scratch);
    keyshare_prime_mul(in.p, in.factor, in.factor, in.denominator, in.scratch);
    keyshare_prime_mul(in.p, in.numerator, in.numerator, in.factor, in.scratch);
    store(field, secret, in.numerator);
    /* Without an inverse it is zero, and so all is. */
    return keyshare_prime_is_zero(in.p, in.denominator) == 0;
}
