/* SPDX-License-Identifier: ISC */
/* Faults: one bit of what a function of the library gives out is flipped. */
#include "faults.h"

#include <string.h>

#include <keyshare/record.h>

#include "ct.h"
#include "gf256.h"
#include "gf256_backend.h"
#include "group.h"
#include "hash.h"
#include "pedersen.h"
#include "pedersen_chunk.h"
#include "pedersen_deal.h"
#include "polynomial.h"
#include "proof.h"
#include "record.h"
#include "record_draft.h"
#include "scalar.h"
#include "shamir.h"
#include "share.h"
#include "tlv.h"
#include "wrap.h"

static struct {
    enum fault fault;
    unsigned call;
    size_t bit;
    unsigned calls;
    size_t bytes;
    bool struck;
} armed;

const char *
fault_name(enum fault fault)
{
    static const char *const names[] = {"none",
#define X(name) #name,
        FAULTS(X)
#undef X
    };

    return names[fault];
}

void
fault_arm(enum fault fault, unsigned call, size_t bit)
{
    memset(&armed, 0, sizeof armed);
    armed.fault = fault;
    armed.call = call;
    armed.bit = bit;
}

void
fault_disarm(void)
{
    armed.fault = FAULT_NONE;
}

unsigned
fault_calls(void)
{
    return armed.calls;
}

size_t
fault_bytes(void)
{
    return armed.bytes;
}

bool
fault_struck(void)
{
    return armed.struck;
}

/* Is this the call? */
static bool
is_hit(enum fault fault, size_t len)
{
    if (fault != armed.fault)
        return false;
    armed.calls++;
    if (len > armed.bytes)
        armed.bytes = len;
    if (armed.call != 0 && armed.call != armed.calls)
        return false;
    armed.struck = true;
    return true;
}

void
fault_strike(enum fault fault, void *bytes, size_t len)
{
    if (!is_hit(fault, len) || len == 0)
        return;
    ((uint8_t *)bytes)[armed.bit / 8 % len] ^= (uint8_t)(1 << armed.bit % 8);
}

static void
strike_limbs(enum fault fault, mp_limb_t *limbs, mp_size_t count)
{
    fault_strike(fault, limbs, (size_t)count * sizeof *limbs);
}

static bool
strike_bool(enum fault fault, bool answer)
{
    if (!is_hit(fault, 0))
        return answer;
    return armed.bit == 0 ? !answer : armed.bit % 2 != 0;
}

uint32_t
fault_strike_mask(enum fault fault, uint32_t mask)
{
    return strike_bool(fault, mask != 0) ? UINT32_MAX : 0;
}

/* ---- base ---- */

WRAP(void, hash_sha256, uint8_t *digest, const struct part *parts, size_t count)
{
    __real_keyshare_hash_sha256(digest, parts, count);
    fault_strike(FAULT_hash_sha256, digest, KEYSHARE_SHA256_SIZE);
}

WRAP(void, hash_sha512, uint8_t *digest, const struct part *parts, size_t count)
{
    __real_keyshare_hash_sha512(digest, parts, count);
    fault_strike(FAULT_hash_sha512, digest, KEYSHARE_SHA512_SIZE);
}

WRAP(uint32_t, ct_equal, const uint8_t *a, const uint8_t *b, size_t len)
{
    return fault_strike_mask(
        FAULT_ct_equal, __real_keyshare_ct_equal(a, b, len));
}

WRAP(uint32_t, ct_all_zero, const uint8_t *a, size_t len)
{
    return fault_strike_mask(
        FAULT_ct_all_zero, __real_keyshare_ct_all_zero(a, len));
}

/* Only from yes to no: otherwise there is no object. */
WRAP(bool, tlv_read, struct tlv_reader *reader, uint8_t tag, struct tlv *object)
{
    if (is_hit(FAULT_tlv_read, 0))
        return false;
    return __real_keyshare_tlv_read(reader, tag, object);
}

WRAP(void, tlv_write, struct tlv_writer *writer, uint8_t tag, const void *value,
    size_t len)
{
    __real_keyshare_tlv_write(writer, tag, value, len);
    fault_strike(FAULT_tlv_write, writer->bytes + writer->used - len, len);
}

WRAP(void, tlv_write_integer, struct tlv_writer *writer, uint8_t tag,
    size_t len, uint64_t x)
{
    __real_keyshare_tlv_write_integer(writer, tag, len, x);
    fault_strike(
        FAULT_tlv_write_integer, writer->bytes + writer->used - len, len);
}

/* ---- field ---- */

WRAP(void, gf256_dot, uint8_t *y, const uint8_t *c, const uint8_t *const *x,
    size_t count, size_t len)
{
    __real_keyshare_gf256_dot(y, c, x, count, len);
    fault_strike(FAULT_gf256_dot, y, len);
}

extern const struct gf256_backend __real_keyshare_gf256_portable;
extern const struct gf256_backend __wrap_keyshare_gf256_portable;

static void
portable_dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x,
    size_t count, size_t len)
{
    __real_keyshare_gf256_portable.dot(y, c, x, count, len);
    fault_strike(FAULT_gf256_portable, y, len);
}

static void
portable_evaluate(const struct gf256_evaluation *e)
{
    __real_keyshare_gf256_portable.evaluate(e);
    fault_strike(FAULT_gf256_portable, e->y[0] + e->at, e->len);
}

const struct gf256_backend __wrap_keyshare_gf256_portable = {
    .name = "portable", .dot = portable_dot, .evaluate = portable_evaluate};

WRAP(uint8_t, gf256_mul_public, uint8_t a, uint8_t b)
{
    uint8_t product = __real_keyshare_gf256_mul_public(a, b);

    fault_strike(FAULT_gf256_mul_public, &product, 1);
    return product;
}

WRAP(uint8_t, gf256_invert_public, uint8_t a)
{
    uint8_t inverse = __real_keyshare_gf256_invert_public(a);

    fault_strike(FAULT_gf256_invert_public, &inverse, 1);
    return inverse;
}

WRAP(void, prime_load, mp_limb_t *r, mp_size_t count, const uint8_t *bytes,
    size_t len)
{
    __real_keyshare_prime_load(r, count, bytes, len);
    strike_limbs(FAULT_prime_load, r, count);
}

WRAP(void, prime_store, uint8_t *bytes, size_t len, const mp_limb_t *a,
    mp_size_t count)
{
    __real_keyshare_prime_store(bytes, len, a, count);
    fault_strike(FAULT_prime_store, bytes, len);
}

WRAP(uint32_t, prime_is_reduced, const struct prime *p, const mp_limb_t *a,
    mp_limb_t *scratch)
{
    return fault_strike_mask(FAULT_prime_is_reduced,
        __real_keyshare_prime_is_reduced(p, a, scratch));
}

WRAP(uint32_t, prime_is_zero, const struct prime *p, const mp_limb_t *a)
{
    return fault_strike_mask(
        FAULT_prime_is_zero, __real_keyshare_prime_is_zero(p, a));
}

WRAP(void, prime_reduce, const struct prime *p, mp_limb_t *r,
    const mp_limb_t *a, mp_size_t count, mp_limb_t *scratch)
{
    __real_keyshare_prime_reduce(p, r, a, count, scratch);
    strike_limbs(FAULT_prime_reduce, r, p->limbs);
}

WRAP(void, prime_add, const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b, mp_limb_t *scratch)
{
    __real_keyshare_prime_add(p, r, a, b, scratch);
    strike_limbs(FAULT_prime_add, r, p->limbs);
}

WRAP(void, prime_sub, const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b)
{
    __real_keyshare_prime_sub(p, r, a, b);
    strike_limbs(FAULT_prime_sub, r, p->limbs);
}

WRAP(void, prime_mul, const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b, mp_limb_t *scratch)
{
    __real_keyshare_prime_mul(p, r, a, b, scratch);
    strike_limbs(FAULT_prime_mul, r, p->limbs);
}

WRAP(void, prime_mul_index, const struct prime *p, mp_limb_t *r,
    const mp_limb_t *a, unsigned w, mp_limb_t *scratch)
{
    __real_keyshare_prime_mul_index(p, r, a, w, scratch);
    strike_limbs(FAULT_prime_mul_index, r, p->limbs);
}

WRAP(void, prime_invert, const struct prime *p, mp_limb_t *r,
    const mp_limb_t *a, mp_limb_t *scratch)
{
    __real_keyshare_prime_invert(p, r, a, scratch);
    strike_limbs(FAULT_prime_invert, r, p->limbs);
}

WRAP(uint32_t, scalar_load, mp_limb_t *r, const uint8_t *bytes, size_t len,
    mp_limb_t *scratch)
{
    uint32_t reduced = __real_keyshare_scalar_load(r, bytes, len, scratch);

    strike_limbs(FAULT_scalar_load, r, KEYSHARE_SCALAR_LIMBS);
    return reduced;
}

WRAP(uint32_t, scalar_is_canonical, const uint8_t *bytes)
{
    return fault_strike_mask(
        FAULT_scalar_is_canonical, __real_keyshare_scalar_is_canonical(bytes));
}

WRAP(void, scalar_store, uint8_t *bytes, const mp_limb_t *a)
{
    __real_keyshare_scalar_store(bytes, a);
    fault_strike(FAULT_scalar_store, bytes, KEYSHARE_SCALAR_SIZE);
}

WRAP(void, scalar_reduce_wide, mp_limb_t *r, const uint8_t *bytes,
    mp_limb_t *scratch)
{
    __real_keyshare_scalar_reduce_wide(r, bytes, scratch);
    strike_limbs(FAULT_scalar_reduce_wide, r, KEYSHARE_SCALAR_LIMBS);
}

WRAP(bool, group_is_element, const uint8_t *bytes)
{
    return strike_bool(
        FAULT_group_is_element, __real_keyshare_group_is_element(bytes));
}

WRAP(void, group_mul_base, uint8_t *r, const uint8_t *s)
{
    __real_keyshare_group_mul_base(r, s);
    fault_strike(FAULT_group_mul_base, r, KEYSHARE_GROUP_SIZE);
}

WRAP(void, group_mul, uint8_t *r, const uint8_t *s, const uint8_t *a)
{
    __real_keyshare_group_mul(r, s, a);
    fault_strike(FAULT_group_mul, r, KEYSHARE_GROUP_SIZE);
}

WRAP(void, group_add, uint8_t *r, const uint8_t *a, const uint8_t *b)
{
    __real_keyshare_group_add(r, a, b);
    fault_strike(FAULT_group_add, r, KEYSHARE_GROUP_SIZE);
}

WRAP(void, group_from_hash, uint8_t *r, const uint8_t *bytes)
{
    __real_keyshare_group_from_hash(r, bytes);
    fault_strike(FAULT_group_from_hash, r, KEYSHARE_GROUP_SIZE);
}

/* ---- sharing ---- */

WRAP(void, pedersen_commit, uint8_t *commitment, const uint8_t *f,
    const uint8_t *g)
{
    __real_keyshare_pedersen_commit(commitment, f, g);
    fault_strike(FAULT_pedersen_commit, commitment, KEYSHARE_GROUP_SIZE);
}

WRAP(void, pedersen_evaluate, uint8_t *value, const uint8_t *commitments,
    size_t threshold, unsigned index)
{
    __real_keyshare_pedersen_evaluate(value, commitments, threshold, index);
    fault_strike(FAULT_pedersen_evaluate, value, KEYSHARE_GROUP_SIZE);
}

WRAP(void, pedersen_evaluate_all, uint8_t *values, const uint8_t *commitments,
    size_t threshold, size_t count, uint8_t *room, mp_limb_t *scratch)
{
    __real_keyshare_pedersen_evaluate_all(
        values, commitments, threshold, count, room, scratch);
    fault_strike(
        FAULT_pedersen_evaluate_all, values, count * KEYSHARE_GROUP_SIZE);
}

WRAP(void, polynomial_evaluate, const struct prime *p, mp_limb_t *value,
    const mp_limb_t *coefficients, size_t threshold, unsigned x,
    mp_limb_t *scratch)
{
    __real_keyshare_polynomial_evaluate(
        p, value, coefficients, threshold, x, scratch);
    strike_limbs(FAULT_polynomial_evaluate, value, p->limbs);
}

WRAP(void, polynomial_weights, const struct prime *p, mp_limb_t *weights,
    const uint8_t *indices, size_t count, mp_limb_t *room, mp_limb_t *scratch)
{
    __real_keyshare_polynomial_weights(
        p, weights, indices, count, room, scratch);
    strike_limbs(
        FAULT_polynomial_weights, weights, (mp_size_t)count * p->limbs);
}

WRAP(void, shamir_evaluate, uint8_t *value, uint8_t x,
    const uint8_t *const *coefficients, size_t threshold, size_t len)
{
    __real_keyshare_shamir_evaluate(value, x, coefficients, threshold, len);
    fault_strike(FAULT_shamir_evaluate, value, len);
}

WRAP(void, shamir_weights, uint8_t *weights, const uint8_t *indices,
    size_t count, uint8_t x)
{
    __real_keyshare_shamir_weights(weights, indices, count, x);
    fault_strike(FAULT_shamir_weights, weights, count);
}

WRAP(void, shamir_interpolate, uint8_t *value, const uint8_t *weights,
    const uint8_t *const *values, size_t count, size_t len)
{
    __real_keyshare_shamir_interpolate(value, weights, values, count, len);
    fault_strike(FAULT_shamir_interpolate, value, len);
}

WRAP(uint32_t, shamir_consistent, const uint8_t *indices,
    const uint8_t *const *values, size_t count, size_t threshold, size_t len,
    uint8_t *room)
{
    return fault_strike_mask(
        FAULT_shamir_consistent, __real_keyshare_shamir_consistent(indices,
                                     values, count, threshold, len, room));
}

WRAP(void, proof_begin, struct proof *proof, const uint8_t *context,
    const uint8_t *fresh, const uint8_t *secret, size_t secret_len,
    mp_limb_t *scratch)
{
    __real_keyshare_proof_begin(
        proof, context, fresh, secret, secret_len, scratch);
    fault_strike(FAULT_proof_begin, proof, sizeof *proof);
}

WRAP(void, proof_add, struct proof *proof, const uint8_t *context, unsigned j,
    const mp_limb_t *f, const mp_limb_t *g, mp_limb_t *scratch)
{
    __real_keyshare_proof_add(proof, context, j, f, g, scratch);
    fault_strike(FAULT_proof_add, proof, sizeof *proof);
}

WRAP(void, proof_encode, uint8_t *bytes, const struct proof *proof)
{
    __real_keyshare_proof_encode(bytes, proof);
    fault_strike(FAULT_proof_encode, bytes, KEYSHARE_PROOF_SIZE);
}

WRAP(bool, proof_is_canonical, const uint8_t *bytes, mp_limb_t *scratch)
{
    return strike_bool(FAULT_proof_is_canonical,
        __real_keyshare_proof_is_canonical(bytes, scratch));
}

WRAP(bool, proof_holds, const uint8_t *bytes, const uint8_t *context,
    const uint8_t *key_commitments, size_t stride, unsigned chunks,
    mp_limb_t *scratch)
{
    return strike_bool(
        FAULT_proof_holds, __real_keyshare_proof_holds(bytes, context,
                               key_commitments, stride, chunks, scratch));
}

WRAP(void, proof_factor, mp_limb_t *factor, const uint8_t *bytes,
    const uint8_t *context, unsigned j, mp_limb_t *scratch)
{
    __real_keyshare_proof_factor(factor, bytes, context, j, scratch);
    strike_limbs(FAULT_proof_factor, factor, KEYSHARE_SCALAR_LIMBS);
}

WRAP(uint32_t, pedersen_deal, const struct scheme_set *set,
    uint8_t *commitments, uint8_t *const *values, const uint8_t *key,
    const uint8_t *coins, void *room)
{
    uint32_t stuck = __real_keyshare_pedersen_deal(
        set, commitments, values, key, coins, room);

    fault_strike(FAULT_dealt_commitments, commitments,
        pedersen_commitments_len(set->threshold, set->key_len));
    for (size_t i = 0; i < set->count; i++)
        fault_strike(
            FAULT_dealt_values, values[i], pedersen_value_len(set->key_len));
    return stuck;
}

WRAP(void, pedersen_deal_prove, const struct scheme_set *set, uint8_t *proof,
    const uint8_t *key, const uint8_t *coins, void *room)
{
    fault_strike(FAULT_coins_of_the_proof, (uint8_t *)(uintptr_t)coins,
        keyshare_pedersen_deal_coins_len(set));
    __real_keyshare_pedersen_deal_prove(set, proof, key, coins, room);
}

/* ---- custody ---- */

WRAP(void, record_draft_committed, struct record_draft *draft)
{
    fault_strike(FAULT_draft_before_its_proof, draft->bytes, draft->len);
    __real_keyshare_record_draft_committed(draft);
    fault_strike(FAULT_draft_after_its_context, draft->bytes, draft->len);
}

WRAP(keyshare_error, record_decode, keyshare_record **record,
    const uint8_t *bytes, size_t len, uint8_t *tag)
{
    keyshare_error error =
        __real_keyshare_record_decode(record, bytes, len, tag);

    if (error == KEYSHARE_OK)
        fault_strike(FAULT_decoded_record,
            (uint8_t *)(uintptr_t)keyshare_record_bytes(*record, NULL), len);
    return error;
}

WRAP(keyshare_error, record_decode_own, keyshare_record **record,
    const uint8_t *bytes, size_t len)
{
    keyshare_error error;

    if (armed.fault == FAULT_encoded_record)
        fault_strike(FAULT_encoded_record, (uint8_t *)(uintptr_t)bytes, len);
    error = __real_keyshare_record_decode_own(record, bytes, len);
    if (error == KEYSHARE_OK)
        fault_strike(FAULT_decoded_record,
            (uint8_t *)(uintptr_t)keyshare_record_bytes(*record, NULL), len);
    return error;
}

WRAP(void, share_seal, uint8_t *bytes, size_t value_len,
    const uint8_t *fingerprint)
{
    fault_strike(
        FAULT_share_being_sealed, bytes, keyshare_share_size(value_len));
    __real_keyshare_share_seal(bytes, value_len, fingerprint);
    fault_strike(FAULT_sealed_share, bytes, keyshare_share_size(value_len));
}
