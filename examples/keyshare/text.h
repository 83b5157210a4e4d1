/* SPDX-License-Identifier: ISC */
/* Text that came from outside: is it UTF-8, and how is it shown to people. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes the well-formed UTF-8 character (RFC 3629) at the start of
 * TEXT has; 0 if there is none. */
size_t text_character(const char *text, size_t len);

/* A file's name or what was typed, made fit for a terminal. */
struct shown {
    char text[4 * 1024 + 1];
};

/* What would move the cursor, hide, or is no UTF-8 comes out as \xHH, so that
 * a file's name cannot pose as something that the command says. Very long
 * names lose their middle to "...". */
const char *shown(struct shown *shown, const char *text);

/* The numbers from 1 to COUNT that are chosen: "3, 6 and 7". */
const char *text_list(struct shown *shown, const bool *chosen, unsigned count);

/* Read a number: decimal digits and nothing else. */
bool text_number(uint64_t *number, const char *text);

/* Write lower-case hex, without a terminator: 2 * LEN characters. */
void text_hex(char *hex, const uint8_t *bytes, size_t len);

#endif
