/* SPDX-License-Identifier: ISC */
/* Status words ([ISO7816-4] 5.1.3), and what they mean here.
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>

#include <keyshare/error.h>

enum status {
    STATUS_OK = 0x9000,
    STATUS_END_OF_FILE = 0x6282,
    STATUS_WRONG = 0x6300,
    STATUS_LENGTH = 0x6700,
    STATUS_SECURITY = 0x6982,
    STATUS_BLOCKED = 0x6983,
    STATUS_NO_PIN = 0x6984,
    STATUS_FORBIDDEN = 0x6985,
    STATUS_NO_FUNCTION = 0x6a81,
    STATUS_NO_FILE = 0x6a82,
    STATUS_FULL = 0x6a84,
    STATUS_PARAMETERS = 0x6a86,
    STATUS_NO_REFERENCE = 0x6a88,
    STATUS_EXISTS = 0x6a89,
    STATUS_NAME_EXISTS = 0x6a8a,
    STATUS_OFFSET = 0x6b00,
    STATUS_NO_INSTRUCTION = 0x6d00,
    STATUS_NO_CLASS = 0x6e00
};

/** Whether it is 63Cx: a counter, of tries left after VERIFY. */
static inline bool
keyshare_status_is_counter(unsigned status)
{
    return (status & 0xfff0) == 0x63c0;
}

/** The error that a status word makes of a command that was to be done: OK for
 * 9000 alone. @secret none */
keyshare_error keyshare_status_error(unsigned status);

#endif
