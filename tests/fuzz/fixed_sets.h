/* SPDX-License-Identifier: ISC */
/* Two sets of known keys, one of each scheme, that cards are judged against:
 * of the vectors, each the refreshed one of three epochs.
 */
#ifndef FIXED_SETS_H
#define FIXED_SETS_H

#include <keyshare/recover.h>

#define FIXED_SETS 2
#define FIXED_M    2
#define FIXED_N    3

/** The sets in hex, as seeds.py takes them from the vectors. */
struct fixed_hex {
    const char *key;
    const char *record;
    const char *shares[FIXED_N];
    const char *successor; /**< the record of the next epoch */
};

extern const struct fixed_hex fixed_hex[FIXED_SETS];

/** The same, decoded. */
struct fixed_set {
    keyshare_image key;
    keyshare_image bytes; /**< of the record */
    keyshare_image shares[FIXED_N];
    keyshare_record *record;
    keyshare_record *successor;
};

/** The set of that number. */
const struct fixed_set *fixed_set(size_t number);

#endif
