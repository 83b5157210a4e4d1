/* SPDX-License-Identifier: ISC */
/* Scalars: integers modulo L, the order of ristretto255's group. */
#include "scalar.h"

#include "ct.h"
#include "invariant.h"
#include "memory.h"

/* derive: 2**252 + 27742317777372353535851937790883648493
 *      == 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed */
static const mp_limb_t order[KEYSHARE_SCALAR_LIMBS] = {
#if GMP_LIMB_BITS == 64
    0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000
#elif GMP_LIMB_BITS == 32
    0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0, 0, 0, 0x10000000
#else
#error "limbs of 64 or 32 bits are known here"
#endif
};

/* derive: 2**512 // (2**252 + 27742317777372353535851937790883648493)
 *      == 0xfffffffffffffffffffffffffffffffeb2106215d086329a7ed9ce5a30a2c131b */
static const mp_limb_t reciprocal[KEYSHARE_SCALAR_LIMBS + 1] = {
#if GMP_LIMB_BITS == 64
    0xed9ce5a30a2c131b, 0x2106215d086329a7, 0xffffffffffffffeb,
    0xffffffffffffffff, 0xf
#else
    0x0a2c131b, 0xed9ce5a3, 0x086329a7, 0x2106215d, 0xffffffeb, 0xffffffff,
    0xffffffff, 0xffffffff, 0xf
#endif
};

const struct prime keyshare_scalar_field = {
    order, reciprocal, KEYSHARE_SCALAR_LIMBS, 1};

uint32_t
keyshare_scalar_load(
    mp_limb_t *r, const uint8_t *bytes, size_t len, mp_limb_t *scratch)
{
    KEYSHARE_INVARIANT(len <= KEYSHARE_SCALAR_SIZE);
    keyshare_prime_load(r, KEYSHARE_SCALAR_LIMBS, bytes, len);
    return keyshare_prime_is_reduced(&keyshare_scalar_field, r, scratch);
}

uint32_t
keyshare_scalar_is_canonical(const uint8_t *bytes)
{
    mp_limb_t a[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t difference[KEYSHARE_SCALAR_LIMBS];
    uint32_t reduced;

    keyshare_prime_load(a, KEYSHARE_SCALAR_LIMBS, bytes, KEYSHARE_SCALAR_SIZE);
    reduced = keyshare_prime_is_reduced(&keyshare_scalar_field, a, difference);
    keyshare_memory_wipe(a, sizeof a);
    keyshare_memory_wipe(difference, sizeof difference);
    return reduced;
}

void
keyshare_scalar_store(uint8_t *bytes, const mp_limb_t *a)
{
    keyshare_prime_store(bytes, KEYSHARE_SCALAR_SIZE, a, KEYSHARE_SCALAR_LIMBS);
}

void
keyshare_scalar_reduce_wide(
    mp_limb_t *r, const uint8_t *bytes, mp_limb_t *scratch)
{
    /* The wide integer lies where the reduction wants its dividend. */
    keyshare_prime_load(
        scratch, 2 * KEYSHARE_SCALAR_LIMBS, bytes, KEYSHARE_SCALAR_WIDE_SIZE);
    keyshare_prime_reduce(
        &keyshare_scalar_field, r, scratch, 2 * KEYSHARE_SCALAR_LIMBS, scratch);
}
