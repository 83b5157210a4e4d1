/* SPDX-License-Identifier: ISC */
/* A dealt set, and its operations as rows.
 *
 * What the public interface does is measured through it; what custody hands to
 * the schemes is measured at the scheme (scheme.h), and its rows say so.
 */
#ifndef SET_H
#define SET_H

#include <keyshare.h>

#include "bench.h"
#include "scheme.h"

#define SET_KEY_SIZE 32

struct set {
    keyshare_terms terms;
    uint8_t key[SET_KEY_SIZE];
    keyshare_record *record;   /**< just loaded: nothing is prepared */
    keyshare_record *prepared; /**< loaded for many */
    keyshare_secret *shares[KEYSHARE_COUNT_MAX];
    keyshare_image cards[KEYSHARE_COUNT_MAX]; /**< shares alone */
    keyshare_secret *full;                    /**< image with its record */
    keyshare_image card;                      /**< the same */
    /* As the scheme has it. */
    const struct scheme *scheme;
    struct scheme_set draft; /**< of a dealing: other commitments and values */
    uint8_t indices[KEYSHARE_COUNT_MAX];
    const uint8_t *values[KEYSHARE_COUNT_MAX];
    uint8_t *dealt[KEYSHARE_COUNT_MAX];
    uint8_t *commitments;
    uint8_t *proof;
    uint8_t *coins;
    uint8_t *check_coins;
    uint8_t *evaluations; /**< what prepare makes */
    uint8_t *encoded;     /**< a share */
    void *room;           /**< enough for any operation */
};

/** Deal a set, of 32 bytes, and check that all of it works. */
struct set *set_begin(keyshare_scheme scheme, unsigned threshold, unsigned n);

void set_end(struct set *set);

/* Operations. state: the set. */
void set_deal(void *state);
void set_deal_bare(void *state);   /**< no proof, no check; coins are there */
void set_prove(void *state);       /**< the proof */
void set_check_dealt(void *state); /**< one equation, and recovering */
void set_load(void *state);
void set_load_prepare(void *state); /**< loading, and for many */
void set_prepare(void *state);      /**< the evaluations alone */
void set_check(void *state);
void set_check_prepared(void *state);
void set_recover(void *state);
void set_recover_prepared(void *state);
void set_recover_judged(void *state);
/* Maintenance, until all new shares were handed out. */
void set_repair(void *state);         /**< index 1, by the last M cards */
void set_refresh(void *state);        /**< all are here */
void set_refresh_absent(void *state); /**< all but index 1 */
void set_reshare(void *state);        /**< under the same policy */
/* Auditing a record and its re-shared successor; the state is made of the set.
 */
void *set_audit_begin(void *set);
void set_audit(void *state);
void set_audit_end(void *state);
void set_image_make(void *state);
void set_image_take_apart(void *state);
void set_share_encode(void *state);
void set_share_decode(void *state);
void set_secret(void *state); /**< memory for one share, taken and given back */

/** Judging one card alone, as of the row's own record. */
struct set_judge {
    const struct set *set;
    const keyshare_record *record; /**< just loaded, or loaded for many */
    unsigned index;
};

void set_judge(void *state); /**< state: a struct set_judge */

#endif
