/* SPDX-License-Identifier: ISC */
/* Cards that do not do as ISO/IEC 7816-4 says. */
#include "quirks.h"

#include <string.h>

/* A card by its answer to reset. */
struct known {
    uint8_t atr[33];
    size_t len;
    unsigned quirks;
};

static const struct known known_cards[] = {
    /* The card of vsmartcard's vicc, type "iso7816": a program. Its process
     * ends at an UPDATE BINARY without Le. */
    {{0x3b, 0x95, 0x13, 0x81, 0x01, 0x80, 0x73, 0xff, 0x01, 0x00, 0x0b}, 11,
        QUIRK_UPDATE_WITH_LE},
};

unsigned
keyshare_quirks_of(const uint8_t *atr, size_t len)
{
    for (size_t i = 0; i < sizeof known_cards / sizeof *known_cards; i++)
        if (known_cards[i].len == len &&
            memcmp(known_cards[i].atr, atr, len) == 0)
            return known_cards[i].quirks;
    return 0;
}
