/* SPDX-License-Identifier: ISC */
/* Text that came from outside: is it UTF-8, and how is it shown to people. */
#include "text.h"

#include <stdio.h>
#include <string.h>

#include <keyshare.h>

static const char digits[] = "0123456789abcdef";

/* The least and greatest second byte after each first one: what keeps out
 * overlong forms, surrogates and what is beyond U+10FFFF (RFC 3629, 4). */
static const struct lead {
    uint8_t first, last; /* range of the first byte */
    uint8_t low, high;   /* range of the second */
    size_t len;
} leads[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static bool
follows(const struct lead *lead, const uint8_t *bytes, size_t len)
{
    if (len < lead->len || bytes[1] < lead->low || bytes[1] > lead->high)
        return false;
    for (size_t i = 2; i < lead->len; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return false;
    }
    return true;
}

size_t
text_character(const char *text, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)text;

    if (len == 0)
        return 0;
    if (bytes[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        if (bytes[0] >= leads[i].first && bytes[0] <= leads[i].last)
            return follows(&leads[i], bytes, len) ? leads[i].len : 0;
    }
    return 0;
}

/* Show as much of TEXT as fits in ROOM; returns how much room was used. */
static size_t
show(char *out, size_t room, const char *text, size_t len)
{
    size_t used = 0;

    for (size_t i = 0; i < len && room - used >= 4;) {
        size_t width = text_character(text + i, len - i);
        /* A label's rule is just what a terminal may be shown. */
        bool plain = width > 0 && text[i] != '\\' &&
                     keyshare_label_check(text + i, width) == KEYSHARE_OK;

        if (plain) {
            memcpy(out + used, text + i, width);
            used += width;
            i += width;
        } else {
            out[used++] = '\\';
            out[used++] = 'x';
            text_hex(out + used, (const uint8_t *)text + i, 1);
            used += 2;
            i++;
        }
    }
    return used;
}

const char *
shown(struct shown *shown, const char *text)
{
    const size_t half = sizeof shown->text / 8 - 1;
    size_t len = strlen(text);
    size_t used;

    if (len <= 2 * half) {
        used = show(shown->text, sizeof shown->text - 1, text, len);
    } else {
        used = show(shown->text, 4 * half, text, half);
        memcpy(shown->text + used, "...", 3);
        used += 3;
        used += show(shown->text + used, 4 * half, text + len - half, half);
    }
    shown->text[used] = '\0';
    return shown->text;
}

const char *
text_list(struct shown *shown, const bool *chosen, unsigned count)
{
    unsigned left = 0;
    size_t len = 0;

    shown->text[0] = '\0';
    for (unsigned i = 1; i <= count; i++)
        left += chosen[i];
    for (unsigned i = 1; i <= count && len < sizeof shown->text; i++) {
        if (!chosen[i])
            continue;
        left--;
        len += (size_t)snprintf(shown->text + len, sizeof shown->text - len,
            "%u%s", i,
            left == 0   ? ""
            : left == 1 ? " and "
                        : ", ");
    }
    return shown->text;
}

bool
text_number(uint64_t *number, const char *text)
{
    uint64_t value = 0;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        unsigned digit = (unsigned)*text - '0';

        if (digit > 9 || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

void
text_hex(char *hex, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
}
