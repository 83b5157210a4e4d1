/* SPDX-License-Identifier: ISC */
/* Faults of maintenance: what cards, sums, shares of zero and commitments are
 * when they are used, and what comes of it. Each scheme's renewal is in the
 * place of the library's by --wrap, and does what that one does. */
#include "faults.h"

#include "pedersen_chunk.h"
#include "pedersen_coefficients.h"
#include "polynomial.h"
#include "proof.h"
#include "record_draft.h"
#include "renewal.h"
#include "scheme.h"
#include "shamir.h"
#include "wrap.h"

/* What the library only reads is hit all the same. */
static void
strike_read(enum fault fault, const void *bytes, size_t len)
{
    fault_strike(fault, (void *)(uintptr_t)bytes, len);
}

/* ---- Functions ---- */

WRAP(uint8_t, shamir_weight, const uint8_t *indices, size_t count, size_t which,
    uint8_t x)
{
    uint8_t weight = __real_keyshare_shamir_weight(indices, count, which, x);

    fault_strike(FAULT_shamir_weight, &weight, 1);
    return weight;
}

WRAP(void, polynomial_weight, const struct prime *p, mp_limb_t *weight,
    const uint8_t *indices, size_t count, size_t which, unsigned x,
    mp_limb_t *room, mp_limb_t *scratch)
{
    __real_keyshare_polynomial_weight(
        p, weight, indices, count, which, x, room, scratch);
    fault_strike(
        FAULT_polynomial_weight, weight, (size_t)p->limbs * sizeof(mp_limb_t));
}

/* All of them, once one was committed to. */
WRAP(void, coefficients_commit, const struct coefficients *coefficients,
    uint8_t *commitment, size_t k)
{
    const size_t len = coefficients->threshold * LIMBS * sizeof(mp_limb_t);

    __real_keyshare_coefficients_commit(coefficients, commitment, k);
    fault_strike(FAULT_coefficients, coefficients->f, len);
}

WRAP(void, proof_sum_add, struct proof_sum *sum, const uint8_t *context,
    unsigned j, const mp_limb_t *f, const mp_limb_t *g, mp_limb_t *scratch)
{
    __real_keyshare_proof_sum_add(sum, context, j, f, g, scratch);
    fault_strike(FAULT_proof_sum_add, sum, sizeof *sum);
}

WRAP(void, proof_take, struct proof *proof, struct proof_sum *sum,
    mp_limb_t *scratch)
{
    __real_keyshare_proof_take(proof, sum, scratch);
    fault_strike(FAULT_proof_take, proof, sizeof *proof);
}

WRAP(keyshare_error, record_draft_finish, const struct record_draft *draft,
    keyshare_record **record, const struct record_terms *terms,
    enum proof_check proof)
{
    fault_strike(FAULT_draft_being_finished, draft->bytes, draft->len);
    return __real_keyshare_record_draft_finish(draft, record, terms, proof);
}

/* ---- What a scheme's renewal does; REAL: the library's ---- */

static size_t
value_len_of(const struct renewal *real, const struct scheme_set *set)
{
    const struct scheme *scheme = real->commits_to_shares
                                      ? &keyshare_scheme_gf256
                                      : &keyshare_scheme_pedersen;

    return scheme->value_len(set->key_len);
}

static void
strike_values(enum fault fault, const struct renewal *real,
    const struct scheme_set *set, uint8_t *const *values)
{
    for (size_t i = 0; i < set->count; i++)
        if (values[i] != NULL)
            fault_strike(fault, values[i], value_len_of(real, set));
}

static uint32_t
share_zero(const struct renewal *real, const struct scheme_set *set,
    uint8_t *commitments, const struct scheme_set *old, bool same_degree,
    uint8_t *const *values, const uint8_t *coins, void *room)
{
    uint32_t stuck = real->share_zero(
        set, commitments, old, same_degree, values, coins, room);

    /* Of gf256 the key tag alone. */
    fault_strike(FAULT_zero_commitments, commitments,
        real->commits_to_shares
            ? 32
            : pedersen_commitments_len(set->threshold, set->key_len));
    strike_values(FAULT_zero_values, real, set, values);
    return fault_strike_mask(FAULT_zero_is_stuck, stuck);
}

static uint32_t
is_zero(const struct renewal *real, const struct scheme_set *set,
    uint8_t *const *values, void *room)
{
    uint32_t good = real->is_zero(set, values, room);

    strike_values(FAULT_zero_kept, real, set, values);
    return fault_strike_mask(FAULT_zero_is_zero, good);
}

static void
add(const struct renewal *real, const struct scheme_set *set, uint8_t *sum,
    const uint8_t *value, void *room)
{
    const size_t len = value_len_of(real, set);

    fault_strike(FAULT_sum_before, sum, len);
    strike_read(FAULT_card_added, value, len);
    real->add(set, sum, value, room);
    fault_strike(FAULT_sum_after, sum, len);
}

static void
shift(const struct renewal *real, const struct scheme_set *set, uint8_t *value,
    const uint8_t *old, const uint8_t *d, void *room)
{
    const size_t len = value_len_of(real, set);

    strike_read(FAULT_card_shifted, old, len);
    strike_read(FAULT_shifted_d, d, len);
    real->shift(set, value, old, d, room);
    fault_strike(FAULT_shifted_value, value, len);
}

static void
commit(const struct renewal *real, const struct scheme_set *set,
    uint8_t *commitments, unsigned index, const uint8_t *value)
{
    strike_read(FAULT_committed_value, value, value_len_of(real, set));
    real->commit(set, commitments, index, value);
    if (real->commits_to_shares)
        fault_strike(FAULT_commitment, commitments + 32 * index, 32);
}

static uint32_t
comes_of(const struct renewal *real, const struct scheme_set *old,
    unsigned index, const uint8_t *value, const uint8_t *d, void *room)
{
    /* Nothing is asked of pedersen. */
    if (!real->commits_to_shares)
        return real->comes_of(old, index, value, d, room);
    strike_read(FAULT_comes_of_value, value, value_len_of(real, old));
    strike_read(FAULT_comes_of_d, d, value_len_of(real, old));
    return fault_strike_mask(
        FAULT_made_comes_of, real->comes_of(old, index, value, d, room));
}

static uint32_t
witness_begin(const struct renewal *real, const struct scheme_set *set,
    const uint8_t *fresh, const uint8_t *value, void *room)
{
    strike_read(FAULT_fresh, fresh, real->witness_len(set));
    strike_read(FAULT_card_masking, value, value_len_of(real, set));
    return real->witness_begin(set, fresh, value, room);
}

static void
witness_add(const struct renewal *real, const struct scheme_set *set,
    const uint8_t *value, void *room)
{
    strike_read(FAULT_card_witnessed, value, value_len_of(real, set));
    real->witness_add(set, value, room);
    fault_strike(FAULT_witness_room, room, real->room(set));
}

static void
prove(const struct renewal *real, const struct scheme_set *set, uint8_t *proof,
    void *room)
{
    real->prove(set, proof, room);
    if (proof != NULL)
        fault_strike(FAULT_proved, proof, KEYSHARE_PROOF_SIZE);
}

static uint32_t
check_reshared(const struct renewal *real, const struct scheme_set *set,
    const uint8_t *const *values, const uint8_t *coins, void *room)
{
    for (size_t i = 0; i < set->count; i++)
        strike_read(FAULT_reshared_values, values[i], value_len_of(real, set));
    return fault_strike_mask(
        FAULT_reshared_is_good, real->check_reshared(set, values, coins, room));
}

/* ---- The two renewals ---- */

#define SET const struct scheme_set *set

/* What is not named here is the scheme's own. */
#define RENEWAL(scheme)                                                        \
    static uint32_t scheme##_share_zero(SET, uint8_t *commitments,             \
        const struct scheme_set *old, bool same_degree,                        \
        uint8_t *const *values, const uint8_t *coins, void *room)              \
    {                                                                          \
        return share_zero(&__real_keyshare_renewal_##scheme, set, commitments, \
            old, same_degree, values, coins, room);                            \
    }                                                                          \
    static uint32_t scheme##_is_zero(SET, uint8_t *const *values, void *room)  \
    {                                                                          \
        return is_zero(&__real_keyshare_renewal_##scheme, set, values, room);  \
    }                                                                          \
    static void scheme##_add(                                                  \
        SET, uint8_t *sum, const uint8_t *value, void *room)                   \
    {                                                                          \
        add(&__real_keyshare_renewal_##scheme, set, sum, value, room);         \
    }                                                                          \
    static void scheme##_shift(                                                \
        SET, uint8_t *value, const uint8_t *old, const uint8_t *d, void *room) \
    {                                                                          \
        shift(&__real_keyshare_renewal_##scheme, set, value, old, d, room);    \
    }                                                                          \
    static void scheme##_commit(                                               \
        SET, uint8_t *commitments, unsigned index, const uint8_t *value)       \
    {                                                                          \
        commit(&__real_keyshare_renewal_##scheme, set, commitments, index,     \
            value);                                                            \
    }                                                                          \
    static uint32_t scheme##_comes_of(SET, unsigned index,                     \
        const uint8_t *value, const uint8_t *d, void *room)                    \
    {                                                                          \
        return comes_of(                                                       \
            &__real_keyshare_renewal_##scheme, set, index, value, d, room);    \
    }                                                                          \
    static uint32_t scheme##_witness_begin(                                    \
        SET, const uint8_t *fresh, const uint8_t *value, void *room)           \
    {                                                                          \
        return witness_begin(                                                  \
            &__real_keyshare_renewal_##scheme, set, fresh, value, room);       \
    }                                                                          \
    static void scheme##_witness_add(SET, const uint8_t *value, void *room)    \
    {                                                                          \
        witness_add(&__real_keyshare_renewal_##scheme, set, value, room);      \
    }                                                                          \
    static void scheme##_prove(SET, uint8_t *proof, void *room)                \
    {                                                                          \
        prove(&__real_keyshare_renewal_##scheme, set, proof, room);            \
    }                                                                          \
    static uint32_t scheme##_check_reshared(                                   \
        SET, const uint8_t *const *values, const uint8_t *coins, void *room)   \
    {                                                                          \
        return check_reshared(                                                 \
            &__real_keyshare_renewal_##scheme, set, values, coins, room);      \
    }                                                                          \
    static void __attribute__((constructor)) scheme##_stand_in(void)           \
    {                                                                          \
        struct renewal *renewal = &__wrap_keyshare_renewal_##scheme;           \
                                                                               \
        *renewal = __real_keyshare_renewal_##scheme;                           \
        renewal->share_zero = scheme##_share_zero;                             \
        renewal->is_zero = scheme##_is_zero;                                   \
        renewal->add = scheme##_add;                                           \
        renewal->shift = scheme##_shift;                                       \
        renewal->commit = scheme##_commit;                                     \
        renewal->comes_of = scheme##_comes_of;                                 \
        renewal->witness_begin = scheme##_witness_begin;                       \
        renewal->witness_add = scheme##_witness_add;                           \
        renewal->prove = scheme##_prove;                                       \
        renewal->check_reshared = scheme##_check_reshared;                     \
    }

extern const struct renewal __real_keyshare_renewal_gf256;
extern struct renewal __wrap_keyshare_renewal_gf256;
struct renewal __wrap_keyshare_renewal_gf256;
RENEWAL(gf256)

extern const struct renewal __real_keyshare_renewal_pedersen;
extern struct renewal __wrap_keyshare_renewal_pedersen;
struct renewal __wrap_keyshare_renewal_pedersen;
RENEWAL(pedersen)
