/* SPDX-License-Identifier: ISC */
/* Faults: one bit of what a function of the library gives out is flipped.
 *
 * The functions are wrapped in the test's link (--wrap, see meson.build), so
 * the library is as shipped. At most one fault is armed at a time.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** All faults, as X(name): what is hit, by the function's name or by what is
 * encoded. */
#define FAULTS(X)                                                              \
    X(hash_sha256)                                                             \
    X(hash_sha512)                                                             \
    X(ct_equal)                                                                \
    X(ct_all_zero)                                                             \
    X(tlv_read)                                                                \
    X(tlv_write)                                                               \
    X(tlv_write_integer)                                                       \
    X(gf256_dot)                                                               \
    X(gf256_portable)                                                          \
    X(gf256_mul_public)                                                        \
    X(gf256_invert_public)                                                     \
    X(prime_load)                                                              \
    X(prime_store)                                                             \
    X(prime_is_reduced)                                                        \
    X(prime_is_zero)                                                           \
    X(prime_reduce)                                                            \
    X(prime_add)                                                               \
    X(prime_sub)                                                               \
    X(prime_mul)                                                               \
    X(prime_mul_index)                                                         \
    X(prime_invert)                                                            \
    X(scalar_load)                                                             \
    X(scalar_is_canonical)                                                     \
    X(scalar_store)                                                            \
    X(scalar_reduce_wide)                                                      \
    X(group_is_element)                                                        \
    X(group_mul_base)                                                          \
    X(group_mul)                                                               \
    X(group_add)                                                               \
    X(group_from_hash)                                                         \
    X(pedersen_commit)                                                         \
    X(pedersen_evaluate)                                                       \
    X(pedersen_evaluate_all)                                                   \
    X(polynomial_evaluate)                                                     \
    X(polynomial_weights)                                                      \
    X(shamir_evaluate)                                                         \
    X(shamir_weights)                                                          \
    X(shamir_interpolate)                                                      \
    X(shamir_consistent)                                                       \
    X(proof_begin)                                                             \
    X(proof_add)                                                               \
    X(proof_encode)                                                            \
    X(proof_is_canonical)                                                      \
    X(proof_holds)                                                             \
    X(proof_factor)                                                            \
    X(dealt_commitments)                                                       \
    X(dealt_values)                                                            \
    X(coins_of_the_proof)                                                      \
    X(draft_before_its_proof)                                                  \
    X(draft_after_its_context)                                                 \
    X(encoded_record)                                                          \
    X(decoded_record)                                                          \
    X(sealed_share)                                                            \
    X(share_being_sealed)                                                      \
    X(zero_is_stuck)                                                           \
    X(zero_is_zero)                                                            \
    X(made_comes_of)                                                           \
    X(reshared_is_good)                                                        \
    X(shamir_weight)                                                           \
    X(polynomial_weight)                                                       \
    X(coefficients)                                                            \
    X(proof_sum_add)                                                           \
    X(proof_take)                                                              \
    X(zero_commitments)                                                        \
    X(zero_values)                                                             \
    X(zero_kept)                                                               \
    X(card_masking)                                                            \
    X(card_witnessed)                                                          \
    X(card_added)                                                              \
    X(card_shifted)                                                            \
    X(fresh)                                                                   \
    X(witness_room)                                                            \
    X(sum_before)                                                              \
    X(sum_after)                                                               \
    X(shifted_d)                                                               \
    X(shifted_value)                                                           \
    X(committed_value)                                                         \
    X(commitment)                                                              \
    X(comes_of_value)                                                          \
    X(comes_of_d)                                                              \
    X(proved)                                                                  \
    X(reshared_values)                                                         \
    X(draft_being_finished)

enum fault {
    FAULT_NONE,
#define X(name) FAULT_##name,
    FAULTS(X)
#undef X
    FAULT_COUNT,
    /* From here on: what dealing has no part in. */
    FAULT_MAINTENANCE = FAULT_zero_is_stuck
};

/** The fault's name. */
const char *fault_name(enum fault fault);

/** From now on: at the CALL-th call (from 1; 0: at every one) flip the BIT-th
 * bit of what is given out, counted round and round. Of a yes or no, bit 0
 * turns it, an odd one makes it yes, and any other no. */
void fault_arm(enum fault fault, unsigned call, size_t bit);
void fault_disarm(void);

/** Since it was armed: how many calls there were, how many bytes the largest
 * gave out, and whether the bit was flipped. */
unsigned fault_calls(void);
size_t fault_bytes(void);
bool fault_struck(void);

/** For what stands in: strike if it is the fault and its call. A mask, or LEN
 * bytes. */
uint32_t fault_strike_mask(enum fault fault, uint32_t mask);
void fault_strike(enum fault fault, void *bytes, size_t len);

#endif
