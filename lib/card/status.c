/* SPDX-License-Identifier: ISC */
/* Status words, and what they mean. */
#include "status.h"

#include <stddef.h>

#include <keyshare/card.h>

/* What a status word means, or all that have the bits of MASK in common with
 * it; the first that fits ([ISO7816-4] tables 5 and 6).
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 */
struct meaning {
    unsigned status;
    unsigned mask;
    keyshare_error error;
    const char *text;
};

#define UNKNOWN KEYSHARE_ERR_CARD_UNKNOWN
#define DENIED  KEYSHARE_ERR_CARD_DENIED
#define WORN    KEYSHARE_ERR_CARD_WORN

static const struct meaning meanings[] = {
    {0x9000, 0xffff, KEYSHARE_OK, "done"},
    {0x6100, 0xff00, UNKNOWN, "more data than was asked for"},
    {0x6281, 0xffff, WORN, "what was read may be corrupt"},
    {0x6282, 0xffff, UNKNOWN, "the file ends before what was asked for"},
    {0x6283, 0xffff, DENIED, "the file is deactivated"},
    {0x6285, 0xffff, DENIED, "the file is terminated"},
    {0x6200, 0xff00, UNKNOWN, "a warning"},
    {0x63c0, 0xffff, KEYSHARE_ERR_CARD_BLOCKED, "wrong PIN, no tries left"},
    {0x63c0, 0xfff0, KEYSHARE_ERR_CARD_PIN, "wrong PIN"},
    {0x6300, 0xff00, KEYSHARE_ERR_CARD_PIN, "wrong PIN"},
    {0x6400, 0xff00, UNKNOWN, "it failed, and nothing was changed"},
    {0x6581, 0xffff, WORN, "the card's memory failed"},
    {0x6500, 0xff00, WORN, "it failed, and something was changed"},
    {0x6600, 0xff00, DENIED, "refused for security"},
    {0x6700, 0xff00, UNKNOWN, "wrong length"},
    {0x6883, 0xffff, UNKNOWN, "the last command of a chain is missing"},
    {0x6884, 0xffff, UNKNOWN, "command chaining is not possible"},
    {0x6800, 0xff00, UNKNOWN, "not possible with this class of command"},
    {0x6982, 0xffff, DENIED, "security status not satisfied"},
    {0x6983, 0xffff, KEYSHARE_ERR_CARD_BLOCKED, "the PIN is locked"},
    {0x6984, 0xffff, KEYSHARE_ERR_CARD_BLOCKED, "the PIN cannot be used"},
    {0x6985, 0xffff, DENIED, "conditions of use not satisfied"},
    {0x6986, 0xffff, UNKNOWN, "no file is selected"},
    {0x6987, 0xffff, DENIED, "secure messaging is wanted"},
    {0x6988, 0xffff, DENIED, "secure messaging was wrong"},
    {0x6900, 0xff00, DENIED, "not allowed"},
    {0x6a80, 0xffff, UNKNOWN, "wrong data"},
    {0x6a81, 0xffff, UNKNOWN, "not possible on this card"},
    {0x6a82, 0xffff, UNKNOWN, "file not found"},
    {0x6a83, 0xffff, UNKNOWN, "record not found"},
    {0x6a84, 0xffff, KEYSHARE_ERR_CARD_FULL, "no room left"},
    {0x6a88, 0xffff, UNKNOWN, "what was referred to was not found"},
    {0x6a89, 0xffff, UNKNOWN, "the file is there already"},
    {0x6a8a, 0xffff, UNKNOWN, "the name is there already"},
    {0x6a00, 0xff00, UNKNOWN, "wrong parameters"},
    {0x6b00, 0xff00, UNKNOWN, "outside the file"},
    {0x6c00, 0xff00, UNKNOWN, "wrong length expected"},
    {0x6d00, 0xff00, UNKNOWN, "instruction not known"},
    {0x6e00, 0xff00, UNKNOWN, "class not known"},
    {0x6f00, 0xff00, UNKNOWN, "it failed, and the card does not say why"},
    {0x0000, 0xffff, UNKNOWN, "no answer"},
    {0x0000, 0x0000, UNKNOWN, "not a status word that is known"},
};

static const struct meaning *
find(unsigned status)
{
    const struct meaning *meaning = meanings;

    while ((status & meaning->mask) != meaning->status)
        meaning++;
    return meaning;
}

keyshare_error
keyshare_status_error(unsigned status)
{
    return find(status)->error;
}

const char *
keyshare_card_status_text(unsigned status)
{
    return find(status)->text;
}
