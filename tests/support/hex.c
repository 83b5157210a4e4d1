/* SPDX-License-Identifier: ISC */
/* Bytes that stand in a test as hex. */
#include "hex.h"

#include <string.h>

#include <check.h>

#include <sodium.h>

void
hex_read(uint8_t *bytes, size_t len, const char *hex)
{
    size_t read;

    ck_assert_uint_eq(strlen(hex), 2 * len);
    ck_assert_int_eq(
        sodium_hex2bin(bytes, len, hex, strlen(hex), NULL, &read, NULL), 0);
    ck_assert_uint_eq(read, len);
}
