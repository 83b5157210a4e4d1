/* SPDX-License-Identifier: ISC */
/* New shares of the same key from old ones, one old share at a time.
 *
 * With v_i the old share of index i in a quorum Q, w_i(x) its Lagrange weight
 * at x, and d(a) the new share of index a in a sharing of zero, a new share is
 *     d(a) + sum over i in Q of w_i(x) v_i:
 *     repair    x = a, no d: the old share of a itself;
 *     refresh   x = a: what the old share of a, plus d(a), would be;
 *     re-share  x = 0, d of the new degree.
 * So each old share is added to what is being made and needed no more; until
 * the last one, sums and d together are independent of the key.
 *
 * What holds for struct scheme holds here: bytes only, no randomness and no
 * memory of its own, masks for answers. One room, renewal_room(set) bytes of
 * the new set, zeroed at first, is handed to every call for one operation, and
 * keeps what the operation has to remember: the witness, no value of a share.
 */
#ifndef RENEWAL_H
#define RENEWAL_H

#include "scheme.h"

/** The quorum that old shares are weighted in. Public. */
struct quorum {
    const uint8_t *indices;
    size_t count;
};

/** What a scheme can do towards new shares of the same key. */
struct renewal {
    /** Whether an absent index's share has to be made although its card is made
     * later, since the record has a commitment to it. */
    bool commits_to_shares;

    size_t (*room)(const struct scheme_set *set);

    /** Share zero, and write the new set's commitments as far as they follow
     * from it. Of OLD come those to the key, and if SAME_DEGREE the others are
     * added to. values[i - 1]: where d(i) goes; NULL: it is not wanted. All ones
     * iff something drawn is what only a stuck generator gives.
     * @secret coins, values, room, the mask; commitments are revealed */
    size_t (*coins_len)(const struct scheme_set *set);
    uint32_t (*share_zero)(const struct scheme_set *set, uint8_t *commitments,
        const struct scheme_set *old, bool same_degree, uint8_t *const *values,
        const uint8_t *coins, void *room);

    /** All ones iff the values d(1)..d(count), none of them NULL, are a sharing
     * of zero. A scheme whose commitments show it later says so at once.
     * @secret values, room, the mask */
    uint32_t (*is_zero)(
        const struct scheme_set *set, uint8_t *const *values, void *room);

    /** The next additions are with w(x) of the index at WHICH in the quorum.
     * @secret none */
    void (*weigh)(const struct scheme_set *set, const struct quorum *quorum,
        size_t which, unsigned x, void *room);

    /** sum += w(x) value. @secret sum, value, room */
    void (*add)(const struct scheme_set *set, uint8_t *sum,
        const uint8_t *value, void *room);

    /** value = old + d. Both are values of the same set.
     * @secret value, old, d, room */
    void (*shift)(const struct scheme_set *set, uint8_t *value,
        const uint8_t *old, const uint8_t *d, void *room);

    /** Write what the commitments say of one new share.
     * @secret value; the commitment is revealed */
    void (*commit)(const struct scheme_set *set, uint8_t *commitments,
        unsigned index, const uint8_t *value);

    /** All ones iff the new share of INDEX, less D, is the old one: for a scheme
     * whose commitments are to shares, and so do not show it later.
     * @secret value, d, room, the mask */
    uint32_t (*comes_of)(const struct scheme_set *old, unsigned index,
        const uint8_t *value, const uint8_t *d, void *room);

    /** What the whole quorum bears witness to, in ROOM: its sum at 0, added to
     * by each card when it was weighed there, and masked from witness_begin on
     * by what comes of witness_len random bytes and the card on the table. It
     * is masked before the last card is added. Commitments and all before them
     * are in place.
     *
     * witness_is_published: what is kept, less the mask, is in the record in
     * the end. So where the unmasked sum follows from what else is kept, an
     * image of memory and the record would give away the mask, and with it the
     * key: there the mask has to come with the last card.
     *
     * witness_begin: all ones iff fresh is what only a stuck generator gives
     * and would mask nothing. @secret fresh, value, room, the mask */
    bool witness_is_published;
    size_t (*witness_len)(const struct scheme_set *set);
    uint32_t (*witness_begin)(const struct scheme_set *set,
        const uint8_t *fresh, const uint8_t *value, void *room);
    void (*witness_add)(
        const struct scheme_set *set, const uint8_t *value, void *room);

    /** Write the proof, where the scheme has one, after the last card.
     * @secret room; proof is revealed */
    void (*prove)(const struct scheme_set *set, uint8_t *proof, void *room);

    /** All ones iff the encoded values of a re-sharing are, every subset of
     * them, shares under the set's commitments, of what the quorum bore witness
     * to, and the proof holds. coins: the scheme's check_coins_len, drawn after
     * they were fixed.
     * @secret values, room, the mask */
    uint32_t (*check_reshared)(const struct scheme_set *set,
        const uint8_t *const *values, const uint8_t *coins, void *room);
};

extern const struct renewal keyshare_renewal_gf256;
extern const struct renewal keyshare_renewal_pedersen;

#endif
