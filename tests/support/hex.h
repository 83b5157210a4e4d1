/* SPDX-License-Identifier: ISC */
/* Bytes that stand in a test as hex. */
#ifndef HEX_H
#define HEX_H

#include <stddef.h>
#include <stdint.h>

/** bytes = what HEX says; a failed assertion if that is not LEN bytes. */
void hex_read(uint8_t *bytes, size_t len, const char *hex);

#endif
