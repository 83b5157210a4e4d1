/* SPDX-License-Identifier: ISC */
/* Fingerprints: written and read again; what is no fingerprint is refused. */
#include <keyshare/fingerprint.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "suite.h"
#include "words.h"

#define SIZE       KEYSHARE_FINGERPRINT_SIZE
#define WORDS_SIZE KEYSHARE_FINGERPRINT_WORDS_SIZE

static bool
reads_as(const char *text, size_t len, const uint8_t *fingerprint)
{
    /* A copy of its length, so that a sanitizer sees an overrun. */
    char *copy = malloc(len == 0 ? 1 : len);
    uint8_t parsed[SIZE];
    keyshare_error error;

    memcpy(copy, text, len);
    memset(parsed, 0xa5, sizeof parsed);
    error = keyshare_fingerprint_parse(parsed, copy, len);
    free(copy);
    return error == KEYSHARE_OK && memcmp(parsed, fingerprint, SIZE) == 0;
}

/* It is refused, and nothing of it is left. */
static bool
is_refused(const char *text, size_t len)
{
    const uint8_t zeros[SIZE] = {0};
    uint8_t parsed[SIZE];

    memset(parsed, 0xa5, sizeof parsed);
    return keyshare_fingerprint_parse(parsed, text, len) ==
               KEYSHARE_ERR_FORMAT &&
           memcmp(parsed, zeros, SIZE) == 0;
}

START_TEST(what_is_written_is_read)
{
    struct gen gen = gen_begin();
    const size_t count = gen_count(1000);

    for (size_t i = 0; i < count; i++) {
        uint8_t fingerprint[SIZE];
        char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
        char words[WORDS_SIZE];

        gen_bytes(&gen, fingerprint, sizeof fingerprint);
        if (keyshare_fingerprint_hex(hex, fingerprint) != KEYSHARE_OK ||
            keyshare_fingerprint_words(words, fingerprint) != KEYSHARE_OK ||
            !reads_as(hex, strlen(hex), fingerprint) ||
            !reads_as(words, strlen(words), fingerprint))
            ck_abort_msg("seed %" PRIu64 " case %zu", gen.seed, i);
    }
}
END_TEST

/* Every word at both kinds of position; the longest fit. */
START_TEST(every_word)
{
    size_t longest = 0;

    for (unsigned value = 0; value < 256; value++) {
        uint8_t fingerprint[SIZE];
        char words[WORDS_SIZE];

        memset(fingerprint, (int)value, sizeof fingerprint);
        ck_assert_int_eq(
            keyshare_fingerprint_words(words, fingerprint), KEYSHARE_OK);
        ck_assert_int_eq(strncmp(words, keyshare_words_even[value],
                             strlen(keyshare_words_even[value])),
            0);
        ck_assert(reads_as(words, strlen(words), fingerprint));
    }
    for (unsigned parity = 0; parity < 2; parity++) {
        size_t most = 0;

        for (unsigned value = 0; value < 256; value++) {
            const char *word =
                (parity == 0 ? keyshare_words_even : keyshare_words_odd)[value];

            most = strlen(word) > most ? strlen(word) : most;
        }
        longest += (most + 1) * SIZE / 2;
    }
    ck_assert_uint_le(longest, WORDS_SIZE);
}
END_TEST

/* A fingerprint with its words, to be spoilt. */
struct spoken {
    uint8_t fingerprint[SIZE];
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
    char words[WORDS_SIZE];
};

static void
speak(struct spoken *spoken)
{
    for (size_t i = 0; i < SIZE; i++)
        spoken->fingerprint[i] = (uint8_t)(7 * i + 3);
    ck_assert_int_eq(keyshare_fingerprint_hex(spoken->hex, spoken->fingerprint),
        KEYSHARE_OK);
    ck_assert_int_eq(
        keyshare_fingerprint_words(spoken->words, spoken->fingerprint),
        KEYSHARE_OK);
}

START_TEST(what_stands_between_words)
{
    static const char *const between[] = {
        " ", "-", ",", "\t", "\n", "\r\n", ", ", " - ", "  ,,--\t"};
    struct spoken spoken;

    speak(&spoken);
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        char text[16 * WORDS_SIZE] = "";

        strcat(text, between[i]);
        for (size_t k = 0; k < SIZE; k++) {
            strcat(
                text, (k % 2 == 0 ? keyshare_words_even
                                  : keyshare_words_odd)[spoken.fingerprint[k]]);
            strcat(text, between[i]);
        }
        ck_assert(reads_as(text, strlen(text), spoken.fingerprint));
    }
}
END_TEST

/* No word is lost, doubled or swapped without notice. */
START_TEST(words_out_of_place)
{
    struct spoken spoken;
    const char *words[SIZE + 1];

    speak(&spoken);
    for (size_t k = 0; k < SIZE; k++)
        words[k] = (k % 2 == 0 ? keyshare_words_even
                               : keyshare_words_odd)[spoken.fingerprint[k]];
    for (size_t at = 0; at < SIZE; at++) {
        char lost[2 * WORDS_SIZE] = "", doubled[2 * WORDS_SIZE] = "";
        char swapped[2 * WORDS_SIZE] = "";

        for (size_t k = 0; k < SIZE; k++) {
            const size_t other = at + 1 == SIZE ? 0 : at + 1;

            strcat(strcat(lost, k == at ? "" : words[k]), " ");
            strcat(strcat(doubled, words[k]), " ");
            if (k == at)
                strcat(strcat(doubled, words[k]), " ");
            strcat(strcat(swapped, k == at      ? words[other]
                                   : k == other ? words[at]
                                                : words[k]),
                " ");
        }
        ck_assert(is_refused(lost, strlen(lost)));
        ck_assert(is_refused(doubled, strlen(doubled)));
        ck_assert(is_refused(swapped, strlen(swapped)));
    }
}
END_TEST

START_TEST(every_truncation)
{
    struct spoken spoken;

    speak(&spoken);
    for (size_t len = 0; len < strlen(spoken.hex); len++)
        ck_assert(is_refused(spoken.hex, len));
    for (size_t len = 0; len < strlen(spoken.words); len++)
        ck_assert(is_refused(spoken.words, len));
}
END_TEST

/* Any other byte in the place of a digit, of a letter, of a space. */
START_TEST(every_other_byte)
{
    struct spoken spoken;

    speak(&spoken);
    for (size_t at = 0; at < 64; at++)
        for (unsigned byte = 0; byte < 256; byte++) {
            char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
            const bool is_digit = (byte >= '0' && byte <= '9') ||
                                  (byte >= 'a' && byte <= 'f') ||
                                  (byte >= 'A' && byte <= 'F');

            memcpy(hex, spoken.hex, sizeof hex);
            hex[at] = (char)byte;
            if (is_refused(hex, 64) == is_digit)
                ck_abort_msg("%02x in place %zu", byte, at);
        }
    for (size_t at = 0; at < strlen(spoken.words); at++)
        for (unsigned byte = 0x80; byte < 256; byte++) {
            char words[WORDS_SIZE];

            memcpy(words, spoken.words, sizeof words);
            words[at] = (char)byte;
            if (!is_refused(words, strlen(spoken.words)))
                ck_abort_msg("%02x in place %zu", byte, at);
        }
}
END_TEST

START_TEST(not_a_fingerprint)
{
    struct spoken spoken;
    char text[2 * WORDS_SIZE];

    speak(&spoken);
    ck_assert(is_refused("", 0));
    ck_assert(is_refused("  , - \n", 7));
    strcat(strcpy(text, spoken.hex), "0");
    ck_assert(is_refused(text, 65));
    strcat(strcpy(text, spoken.hex), " ");
    ck_assert(is_refused(text, 65));
    strcat(strcpy(text, "0x"), spoken.hex);
    ck_assert(is_refused(text, 66));
    /* A terminator is a byte like any other. */
    ck_assert(is_refused(spoken.hex, 65));
    ck_assert(is_refused(spoken.words, strlen(spoken.words) + 1));
    strcat(strcpy(text, spoken.words), "s");
    ck_assert(is_refused(text, strlen(text)));
    strcat(strcpy(text, spoken.words), " aardvark");
    ck_assert(is_refused(text, strlen(text)));
}
END_TEST

START_TEST(nothing_given)
{
    const uint8_t fingerprint[SIZE] = {1};
    uint8_t parsed[SIZE] = {1};
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE] = "x";
    char words[WORDS_SIZE] = "x";

    ck_assert_int_eq(
        keyshare_fingerprint_hex(NULL, fingerprint), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_fingerprint_hex(hex, NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_str_eq(hex, "");
    ck_assert_int_eq(
        keyshare_fingerprint_words(NULL, fingerprint), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_fingerprint_words(words, NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_str_eq(words, "");
    ck_assert_int_eq(
        keyshare_fingerprint_parse(NULL, hex, 0), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_fingerprint_parse(parsed, NULL, 64), KEYSHARE_ERR_ARGUMENT);
    ck_assert_uint_eq(parsed[0], 0);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("fingerprint");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(laws, what_is_written_is_read);
    tcase_add_test(laws, every_word);
    tcase_add_test(laws, what_stands_between_words);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, words_out_of_place);
    tcase_add_test(bounds, every_truncation);
    tcase_add_test(bounds, every_other_byte);
    tcase_add_test(bounds, not_a_fingerprint);
    tcase_add_test(bounds, nothing_given);
    suite_add_tcase(suite, bounds);
    return suite;
}
