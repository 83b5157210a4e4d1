/* SPDX-License-Identifier: ISC */
/* What people type: a fingerprint that is parsed is the one that its words and
 * hex say; a label is legal iff the grammar of RFC 3629, section 4, and the
 * list of what is hidden say so.
 */
#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/label.h>
#include <keyshare/policy.h>

#include "fuzz.h"

static void
check_spoken(const uint8_t *fingerprint)
{
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
    uint8_t again[KEYSHARE_FINGERPRINT_SIZE];

    REQUIRE(keyshare_fingerprint_words(words, fingerprint) == KEYSHARE_OK);
    REQUIRE(memchr(words, '\0', sizeof words) != NULL);
    REQUIRE(
        keyshare_fingerprint_parse(again, words, strlen(words)) == KEYSHARE_OK);
    REQUIRE(memcmp(again, fingerprint, sizeof again) == 0);
    REQUIRE(keyshare_fingerprint_hex(hex, fingerprint) == KEYSHARE_OK);
    REQUIRE(strlen(hex) == 2 * sizeof again);
    REQUIRE(keyshare_fingerprint_parse(again, hex, strlen(hex)) == KEYSHARE_OK);
    REQUIRE(memcmp(again, fingerprint, sizeof again) == 0);
    /* A word lost or doubled is heard. */
    REQUIRE(keyshare_fingerprint_parse(again, strchr(words, ' '),
                strlen(strchr(words, ' '))) == KEYSHARE_ERR_FORMAT);
    REQUIRE(fuzz_zero(again, sizeof again));
}

static void
check_fingerprint(const char *text, size_t len)
{
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    keyshare_error error;

    memset(fingerprint, 1, sizeof fingerprint);
    error = keyshare_fingerprint_parse(fingerprint, text, len);
    if (error == KEYSHARE_OK) {
        check_spoken(fingerprint);
        return;
    }
    REQUIRE(
        error == (text == NULL ? KEYSHARE_ERR_ARGUMENT : KEYSHARE_ERR_FORMAT));
    REQUIRE(fuzz_zero(fingerprint, sizeof fingerprint));
}

/* UTF8-octets, row by row: the range of the first byte, that of the second,
 * and how many tails follow these. */
static const struct {
    uint8_t first[2], second[2];
    size_t tails;
} grammar[] = {
    {{0xc2, 0xdf}, {0x80, 0xbf}, 0},
    {{0xe0, 0xe0}, {0xa0, 0xbf}, 1},
    {{0xe1, 0xec}, {0x80, 0xbf}, 1},
    {{0xed, 0xed}, {0x80, 0x9f}, 1},
    {{0xee, 0xef}, {0x80, 0xbf}, 1},
    {{0xf0, 0xf0}, {0x90, 0xbf}, 2},
    {{0xf1, 0xf3}, {0x80, 0xbf}, 2},
    {{0xf4, 0xf4}, {0x80, 0x8f}, 2},
};

static bool
in(uint8_t byte, const uint8_t range[2])
{
    return byte >= range[0] && byte <= range[1];
}

/* How many bytes the character at the start has; 0: none. */
static size_t
character(const uint8_t *bytes, size_t len)
{
    if (bytes[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++) {
        const size_t size = 2 + grammar[i].tails;
        bool good;

        if (!in(bytes[0], grammar[i].first) || size > len)
            continue;
        good = in(bytes[1], grammar[i].second);
        for (size_t j = 2; j < size; j++)
            good = good && bytes[j] >= 0x80 && bytes[j] <= 0xbf;
        return good ? size : 0;
    }
    return 0;
}

/* Whether a character is one that a page would hide or turn round, by its
 * bytes as they stand. */
static bool
is_hidden(const uint8_t *bytes, size_t size)
{
    static const struct {
        size_t size;
        uint8_t first[5], last[5];
    } hidden[] = {
        {1, "\x00", "\x1f"},
        {1, "\x7f", "\x7f"},
        {2, "\xc2\x80", "\xc2\x9f"},
        {2, "\xc2\xad", "\xc2\xad"},
        {2, "\xd8\x9c", "\xd8\x9c"},
        {3, "\xe2\x80\x8b", "\xe2\x80\x8f"},
        {3, "\xe2\x80\xa8", "\xe2\x80\xae"},
        {3, "\xe2\x81\xa0", "\xe2\x81\xaf"},
        {3, "\xef\xbb\xbf", "\xef\xbb\xbf"},
        {3, "\xef\xbf\xb9", "\xef\xbf\xbb"},
        {4, "\xf3\xa0\x80\x80", "\xf3\xa0\x81\xbf"},
    };

    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (hidden[i].size == size &&
            memcmp(bytes, hidden[i].first, size) >= 0 &&
            memcmp(bytes, hidden[i].last, size) <= 0)
            return true;
    return false;
}

static bool
is_label(const uint8_t *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        const size_t size = character(bytes + at, len - at);

        if (size == 0 || is_hidden(bytes + at, size))
            return false;
        at += size;
    }
    return len <= KEYSHARE_LABEL_SIZE_MAX;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_begin();
    check_fingerprint((const char *)data, size);
    REQUIRE(keyshare_label_check((const char *)data, size) ==
            (is_label(data, size) ? KEYSHARE_OK : KEYSHARE_ERR_LABEL));
    return 0;
}
