/* SPDX-License-Identifier: ISC */
/* Cards that do not do as ISO/IEC 7816-4 says, known by their answer to reset,
 * and how they are met. All others are taken to conform. */
#ifndef QUIRKS_H
#define QUIRKS_H

#include <stddef.h>
#include <stdint.h>

/** How a card is to be treated; values are bits. */
enum quirk {
    /** UPDATE BINARY wants an Le, and answers it with a warning, 62xx, that
     * fewer bytes came than were asked for. */
    QUIRK_UPDATE_WITH_LE = 1
};

/** The quirks of the card with this answer to reset; 0: none known. */
unsigned keyshare_quirks_of(const uint8_t *atr, size_t len);

#endif
