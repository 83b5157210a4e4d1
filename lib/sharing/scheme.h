/* SPDX-License-Identifier: ISC */
/* What every scheme can do, in bytes: custody works with either through this.
 *
 * A scheme knows of a record only what stands in struct scheme_set; it draws
 * no randomness and takes no memory (both are handed in), and it cannot fail:
 * it answers with masks. Room for an operation is one block of as many bytes
 * as its _room function says, aligned for any type; it holds secrets
 * afterwards. A mask is a secret until custody reveals it.
 */
#ifndef SCHEME_H
#define SCHEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a scheme must know of a record. All of it is public. */
struct scheme_set {
    size_t threshold;
    size_t count;
    size_t key_len;
    const uint8_t *commitments; /**< as many bytes as the scheme says */
    const uint8_t *proof;       /**< proof_len bytes; NULL if that is 0 */
    /** What prepare made; NULL: nothing. */
    const uint8_t *prepared;
    uint8_t key_context[32];   /**< h_k: what never changes in a lineage */
    uint8_t share_context[32]; /**< h_s: all that is before the commitments */
    uint8_t proof_context[64]; /**< P: all that is before the proof */
};

/** What a scheme can do with a set. */
struct scheme {
    /** Bytes of the proof; 0: it has none. */
    size_t proof_len;

    /** Whether verified cards are known to give the committed key. */
    bool cards_prove_key;

    /** Bytes of a record's commitments, and of a share's value. */
    size_t (*commitments_len)(size_t threshold, size_t count, size_t key_len);
    size_t (*value_len)(size_t key_len);

    /** Whether the set's commitments and its proof are canonical, then whether
     * the proof holds. room: proof_room. @secret none */
    size_t (*proof_room)(const struct scheme_set *set);
    bool (*commitments_canonical)(const struct scheme_set *set);
    bool (*proof_canonical)(const struct scheme_set *set, void *room);
    bool (*proof_holds)(const struct scheme_set *set, void *room);

    /** What stands in two records of a lineage, set against each other. The
     * first: both are of this scheme and key length; whether they commit to
     * one key, bit for bit. The second, where they do and have one threshold:
     * whether NEXT has a commitment of PREVIOUS that a refresh replaces, as
     * only a stuck generator leaves it. @secret none */
    bool (*same_key)(const struct scheme_set *a, const struct scheme_set *b);
    bool (*is_stuck)(
        const struct scheme_set *next, const struct scheme_set *previous);

    /** Deal KEY: write the set's commitments, and the value of index i to
     * values[i - 1]. coins: coins_len random bytes. All ones iff something
     * drawn is what only a stuck generator gives.
     * @secret values, key, coins, room, the mask; commitments are revealed */
    size_t (*coins_len)(const struct scheme_set *set);
    size_t (*deal_room)(const struct scheme_set *set);
    uint32_t (*deal)(const struct scheme_set *set, uint8_t *commitments,
        uint8_t *const *values, const uint8_t *key, const uint8_t *coins,
        void *room);

    /** Write the proof, once all before it is written. key, coins: as they were
     * dealt. room: deal_room. @secret key, coins, room; proof is revealed */
    void (*prove)(const struct scheme_set *set, uint8_t *proof,
        const uint8_t *key, const uint8_t *coins, void *room);

    /** All ones iff the encoded values are a dealing of KEY under the set's
     * commitments: every one of them, so every subset. coins: drawn after they
     * were fixed. room: deal_room. @secret values, key, room, the mask */
    size_t (*check_coins_len)(const struct scheme_set *set);
    uint32_t (*check_dealt)(const struct scheme_set *set,
        const uint8_t *const *values, const uint8_t *key, const uint8_t *coins,
        void *room);

    /** Make what is the same for all cards, prepared_len bytes of public data,
     * once for many. 0 bytes: nothing is. room: prepare_room. @secret none */
    size_t (*prepared_len)(const struct scheme_set *set);
    size_t (*prepare_room)(const struct scheme_set *set);
    void (*prepare)(
        const struct scheme_set *set, uint8_t *prepared, void *room);

    /** All ones iff VALUE, value_len bytes, is the share of INDEX <= count. It
     * takes no room. @secret value, the mask */
    uint32_t (*verify)(
        const struct scheme_set *set, unsigned index, const uint8_t *value);

    /** All ones iff COUNT > threshold verified values are of one dealing.
     * room: recover_room. @secret values, room, the mask */
    uint32_t (*consistent)(const struct scheme_set *set, const uint8_t *indices,
        const uint8_t *const *values, size_t count, void *room);

    /** Compute the key from as many verified values as the threshold says. All
     * ones iff it is the committed one. @secret key, values, room, the mask */
    size_t (*recover_room)(const struct scheme_set *set);
    uint32_t (*recover)(const struct scheme_set *set, uint8_t *key,
        const uint8_t *indices, const uint8_t *const *values, void *room);
};

extern const struct scheme keyshare_scheme_gf256;
extern const struct scheme keyshare_scheme_pedersen;

/** The scheme of that number in a record, or NULL. */
const struct scheme *keyshare_scheme_find(unsigned id);

#endif
