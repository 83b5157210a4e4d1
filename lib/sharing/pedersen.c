/* SPDX-License-Identifier: ISC */
/* Pedersen commitments to polynomials over ristretto255. */
#include "pedersen.h"

#include <string.h>

#include "group.h"
#include "memory.h"
#include "scalar.h"

void
keyshare_pedersen_commit(
    uint8_t *commitment, const uint8_t *f, const uint8_t *g)
{
    uint8_t term[KEYSHARE_GROUP_SIZE];

    /* f B alone would give away a small f. */
    keyshare_group_mul_base(term, f);
    keyshare_group_mul(commitment, g, keyshare_pedersen_h);
    keyshare_group_add(commitment, commitment, term);
    keyshare_memory_wipe(term, sizeof term);
}

/* How many additions double-and-add takes for index * a. */
static unsigned
additions(unsigned index)
{
    unsigned count = 0;

    for (; index > 1; index >>= 1)
        count += 1 + (index & 1);
    return count;
}

/* r = index * r, of public index >= 1 and r. Up to three additions are cheaper
 * than one multiplication, which takes the same time for any scalar. */
static void
mul_index(uint8_t *r, unsigned index)
{
    uint8_t a[KEYSHARE_GROUP_SIZE];
    unsigned bit = 1;

    if (additions(index) > 3) {
        uint8_t scalar[32] = {(uint8_t)index};

        keyshare_group_mul(r, scalar, r);
        return;
    }
    memcpy(a, r, sizeof a);
    while (bit << 1 <= index)
        bit <<= 1;
    while ((bit >>= 1) != 0) {
        keyshare_group_add(r, r, r);
        if (index & bit)
            keyshare_group_add(r, r, a);
    }
}

void
keyshare_pedersen_evaluate(uint8_t *value, const uint8_t *commitments,
    size_t threshold, unsigned index)
{
    const size_t size = KEYSHARE_GROUP_SIZE;

    memcpy(value, commitments + (threshold - 1) * size, size);
    for (size_t k = threshold - 1; k-- > 0;) {
        mul_index(value, index);
        keyshare_group_add(value, value, commitments + k * size);
    }
}

/* room = the values' differences at 0: with E(x) = sum of x^k C_k, room_k =
 * (Delta^k E)(0).
 *
 * Dividing by x, x - 1, x - 2, ... in turn leaves as remainders the a_k of
 * Newton's form, E(x) = sum of a_k x (x - 1) ... (x - k + 1), and
 * (Delta^k E)(0) = k! a_k. */
static void
make_differences(uint8_t *room, const uint8_t *commitments, size_t threshold,
    mp_limb_t *scratch)
{
    const size_t size = KEYSHARE_GROUP_SIZE;
    mp_limb_t factorial[KEYSHARE_SCALAR_LIMBS] = {1};
    uint8_t term[KEYSHARE_GROUP_SIZE];

    memcpy(room, commitments, threshold * size);
    for (size_t m = 1; m + 1 < threshold; m++)
        for (size_t k = threshold - 1; k-- > m;) {
            memcpy(term, room + (k + 1) * size, size);
            mul_index(term, (unsigned)m);
            keyshare_group_add(room + k * size, room + k * size, term);
        }
    for (size_t k = 2; k < threshold; k++) {
        uint8_t factor[KEYSHARE_SCALAR_SIZE];

        keyshare_prime_mul_index(
            &keyshare_scalar_field, factorial, factorial, (unsigned)k, scratch);
        keyshare_scalar_store(factor, factorial);
        keyshare_group_mul(room + k * size, factor, room + k * size);
    }
}

void
keyshare_pedersen_evaluate_all(uint8_t *values, const uint8_t *commitments,
    size_t threshold, size_t count, uint8_t *room, mp_limb_t *scratch)
{
    const size_t size = KEYSHARE_GROUP_SIZE;

    make_differences(room, commitments, threshold, scratch);
    for (size_t i = 1; i <= count; i++) {
        /* The differences at i from those at i - 1, but for the high ones that
         * would come to bear behind the last index only. */
        for (size_t k = 0; k + 1 < threshold && k <= count - i; k++)
            keyshare_group_add(
                room + k * size, room + k * size, room + (k + 1) * size);
        memcpy(values + (i - 1) * size, room, size);
    }
}
