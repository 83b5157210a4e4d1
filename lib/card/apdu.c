/* SPDX-License-Identifier: ISC */
/* Command APDUs, in the short and in the extended form. */
#include "apdu.h"

#include <string.h>

#include "invariant.h"
#include "wire.h"

#define HEADER_SIZE 4

bool
keyshare_apdu_is_short(const struct apdu *apdu)
{
    return apdu->len <= KEYSHARE_APDU_DATA_SHORT &&
           apdu->le <= KEYSHARE_APDU_RESPONSE_SHORT;
}

size_t
keyshare_apdu_size(const struct apdu *apdu)
{
    const bool is_short = keyshare_apdu_is_short(apdu);
    size_t size = HEADER_SIZE + apdu->len;

    if (apdu->len > 0)
        size += is_short ? 1 : 3;
    /* An extended Le has a zero of its own where no Lc came before it. */
    if (apdu->le > 0)
        size += is_short ? 1 : apdu->len > 0 ? 2 : 3;
    return size;
}

void
keyshare_apdu_encode(uint8_t *bytes, const struct apdu *apdu)
{
    const size_t width = keyshare_apdu_is_short(apdu) ? 1 : 2;
    uint8_t *at = bytes + HEADER_SIZE;

    KEYSHARE_INVARIANT(apdu->len <= 0xffff && apdu->le <= 0x10000);
    bytes[0] = apdu->cla;
    bytes[1] = apdu->ins;
    bytes[2] = apdu->p1;
    bytes[3] = apdu->p2;
    if (width == 2 && (apdu->len > 0 || apdu->le > 0))
        *at++ = 0;
    if (apdu->len > 0) {
        keyshare_wire_put(at, width, apdu->len);
        at += width;
        memcpy(at, apdu->data, apdu->len);
        at += apdu->len;
    }
    /* 256 is 00, 65536 is 00 00: what does not fit falls off. */
    if (apdu->le > 0)
        keyshare_wire_put(at, width, apdu->le);
}
