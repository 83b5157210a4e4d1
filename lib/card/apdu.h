/* SPDX-License-Identifier: ISC */
/* Command APDUs ([ISO7816-4] 5.1), in the short and in the extended form.
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 */
#ifndef APDU_H
#define APDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The most bytes of data that a short command carries, and brings back. */
#define KEYSHARE_APDU_DATA_SHORT     255
#define KEYSHARE_APDU_RESPONSE_SHORT 256

/** What stands around the data: header, and both lengths. */
#define KEYSHARE_APDU_FRAME_SHORT    6
#define KEYSHARE_APDU_FRAME_EXTENDED 9

/** A command. */
struct apdu {
    uint8_t cla;
    uint8_t ins;
    uint8_t p1;
    uint8_t p2;
    const uint8_t *data; /**< len bytes; NULL if there are none */
    size_t len;          /**< 0..65535 */
    size_t le;           /**< bytes wanted: 1..65536, or 0: none */
};

/** Whether the short form has room for it. */
bool keyshare_apdu_is_short(const struct apdu *apdu);

/** How many bytes it has, encoded: in the short form where that has room. */
size_t keyshare_apdu_size(const struct apdu *apdu);

/** Encode it; bytes: keyshare_apdu_size of them. @secret the data */
void keyshare_apdu_encode(uint8_t *bytes, const struct apdu *apdu);

#endif
