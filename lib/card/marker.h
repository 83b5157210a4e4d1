/* SPDX-License-Identifier: ISC */
/* The marker E4: written last and destroyed first, it says that what a card
 * holds is whole.
 *
 *   80 version (01) . 81 state . 82 what is there . 83 index .
 *   84 fingerprint of the share's record .
 *   85 check: first 8 bytes of SHA-256 of 80..84 as encoded
 */
#ifndef MARKER_H
#define MARKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYSHARE_MARKER_TAG 0xe4

/** Bytes of an encoded marker. */
#define KEYSHARE_MARKER_SIZE 58

/** Bytes of a file for it. */
#define KEYSHARE_MARKER_ROOM 64

/** What is there; values are bits. */
enum marker_part {
    MARKER_RECORD = 1,
    MARKER_SHARE = 2,
    MARKER_WRAPPED = 4
};

/** What it says. */
struct marker {
    bool whole;              /**< false: the card is empty */
    unsigned parts;          /**< of enum marker_part; 0 if empty */
    unsigned index;          /**< 1..255 with a share, else 0 */
    uint8_t fingerprint[32]; /**< zeros without a share */
};

/** Encode; bytes: KEYSHARE_MARKER_SIZE. */
void keyshare_marker_encode(uint8_t *bytes, const struct marker *marker);

/** Decode KEYSHARE_MARKER_SIZE bytes; false, and zeroed: not a marker. */
bool keyshare_marker_decode(struct marker *marker, const uint8_t *bytes);

#endif
