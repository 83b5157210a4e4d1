/* SPDX-License-Identifier: ISC */
/* Fingerprints in hex and in PGP words, written and read. */
#include <keyshare/fingerprint.h>

#include <stdbool.h>
#include <string.h>

#include "words.h"

#define SIZE KEYSHARE_FINGERPRINT_SIZE

/* The list of words for a position. */
static const char *const *
words_at(size_t position)
{
    return position % 2 == 0 ? keyshare_words_even : keyshare_words_odd;
}

keyshare_error
keyshare_fingerprint_hex(char *hex, const uint8_t *fingerprint)
{
    static const char digits[] = "0123456789abcdef";

    if (hex == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    memset(hex, 0, KEYSHARE_FINGERPRINT_HEX_SIZE);
    if (fingerprint == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    for (size_t i = 0; i < SIZE; i++) {
        hex[2 * i] = digits[fingerprint[i] >> 4];
        hex[2 * i + 1] = digits[fingerprint[i] & 0xf];
    }
    return KEYSHARE_OK;
}

keyshare_error
keyshare_fingerprint_words(char *words, const uint8_t *fingerprint)
{
    if (words == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    memset(words, 0, KEYSHARE_FINGERPRINT_WORDS_SIZE);
    if (fingerprint == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    for (size_t i = 0; i < SIZE; i++) {
        const char *word = words_at(i)[fingerprint[i]];
        size_t len = strlen(word);

        if (i > 0)
            *words++ = ' ';
        memcpy(words, word, len);
        words += len;
    }
    return KEYSHARE_OK;
}

/* No locale has a say in what is a letter here. */
static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_between(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '-' ||
           c == ',';
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
parse_hex(uint8_t *fingerprint, const char *text)
{
    for (size_t i = 0; i < SIZE; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        fingerprint[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool
is_word(const char *text, size_t len, const char *word)
{
    for (size_t i = 0; i < len; i++)
        if (word[i] == '\0' || lower(text[i]) != lower(word[i]))
            return false;
    return word[len] == '\0';
}

static bool
parse_word(uint8_t *byte, size_t position, const char *text, size_t len)
{
    for (unsigned value = 0; value < 256; value++) {
        if (is_word(text, len, words_at(position)[value])) {
            *byte = (uint8_t)value;
            return true;
        }
    }
    return false;
}

static bool
parse_words(uint8_t *fingerprint, const char *text, size_t len)
{
    size_t count = 0;
    size_t at = 0;

    for (;;) {
        size_t start;

        while (at < len && is_between(text[at]))
            at++;
        if (at == len)
            return count == SIZE;
        start = at;
        while (at < len && !is_between(text[at]))
            at++;
        if (count == SIZE ||
            !parse_word(&fingerprint[count], count, text + start, at - start))
            return false;
        count++;
    }
}

keyshare_error
keyshare_fingerprint_parse(uint8_t *fingerprint, const char *text, size_t len)
{
    if (fingerprint == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    memset(fingerprint, 0, SIZE);
    if (text == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if (len == 2 * SIZE && parse_hex(fingerprint, text))
        return KEYSHARE_OK;
    if (parse_words(fingerprint, text, len))
        return KEYSHARE_OK;
    memset(fingerprint, 0, SIZE);
    return KEYSHARE_ERR_FORMAT;
}
