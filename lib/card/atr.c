/* SPDX-License-Identifier: ISC */
/* What a card's answer to reset tells of it. */
#include "atr.h"

/* The third byte of the card capabilities ([ISO7816-4] table 88).
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 */
#define CAPABILITIES_TAG 7
#define CHAINING_BIT     0x80
#define EXTENDED_BIT     0x40

/* Where the historical bytes begin, and how many there are ([ISO7816-3] 8.2.2
 * and 8.2.3: TS, T0, then for each T0 or TD as many interface bytes as its high
 * half has bits, the last of them the next TD); 0: nowhere.
 *
 * [ISO7816-3] ISO/IEC 7816-3:2006, Cards with contacts: electrical interface
 *             and transmission protocols.
 */
static size_t
find_historical(const uint8_t *atr, size_t len, size_t *count)
{
    size_t at = 2;
    uint8_t present;

    if (len < at)
        return 0;
    *count = atr[1] & 0x0f;
    present = atr[1];
    while (present & 0x80) {
        at += (size_t)(present >> 4 & 1) + (present >> 5 & 1) +
              (present >> 6 & 1);
        if (at >= len)
            return 0;
        present = atr[at++];
    }
    at += (size_t)(present >> 4 & 1) + (present >> 5 & 1) + (present >> 6 & 1);
    return at <= len && len - at >= *count ? at : 0;
}

struct abilities
keyshare_atr_abilities(const uint8_t *atr, size_t len)
{
    struct abilities abilities = {false, false};
    size_t count = 0;
    const size_t start = find_historical(atr, len, &count);
    size_t end = start + count;

    /* Category 00 ends with three bytes of status, which are no object;
     * category 80 has objects only ([ISO7816-4] 8.1.1.1). */
    if (start == 0 || count < 1 || (atr[start] != 0x00 && atr[start] != 0x80))
        return abilities;
    if (atr[start] == 0x00)
        end -= count < 4 ? count - 1 : 3;
    for (size_t at = start + 1; at < end;) {
        const size_t tag = atr[at] >> 4;
        const size_t size = atr[at] & 0x0f;

        if (end - at - 1 < size)
            break;
        if (tag == CAPABILITIES_TAG && size == 3) {
            abilities.chaining = (atr[at + 3] & CHAINING_BIT) != 0;
            abilities.extended = (atr[at + 3] & EXTENDED_BIT) != 0;
        }
        at += 1 + size;
    }
    return abilities;
}
