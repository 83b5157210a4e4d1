/* SPDX-License-Identifier: ISC */
/* Labels: every code point, and whatever is not UTF-8; the line for a bag. */
#include <keyshare/label.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/policy.h>

#include "lineage.h"
#include "suite.h"

#define CODE_POINT_MAX 0x10ffff

static bool
is_legal(const uint8_t *bytes, size_t len)
{
    return keyshare_label_check((const char *)bytes, len) == KEYSHARE_OK;
}

/* Said again, in another way than the library says it. */
static bool
may_stand(uint32_t c)
{
    const bool is_control = c < ' ' || (c >= 0x7f && c < 0xa0);
    const bool is_surrogate = c >> 11 == 0xd800 >> 11;
    const bool is_direction =
        c == 0x61c || c == 0x200e || c == 0x200f || (c > 0x2027 && c < 0x202f);
    const bool is_joiner = (c > 0x200a && c < 0x200e) || c >> 4 == 0x206;
    const bool is_mark =
        c == 0xad || c == 0xfeff || c == 0xfff9 || c == 0xfffa || c == 0xfffb;

    return !is_control && !is_surrogate && !is_direction && !is_joiner &&
           !is_mark && c >> 7 != 0xe0000 >> 7;
}

/* UTF-8 by RFC 3629 section 3, of surrogates too. */
static size_t
encode(uint8_t *bytes, uint32_t c)
{
    if (c < 0x80) {
        bytes[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        bytes[0] = (uint8_t)(0xc0 | c >> 6);
        bytes[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        bytes[0] = (uint8_t)(0xe0 | c >> 12);
        bytes[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        bytes[2] = (uint8_t)(0x80 | (c & 0x3f));
        return 3;
    }
    bytes[0] = (uint8_t)(0xf0 | c >> 18);
    bytes[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
    bytes[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    bytes[3] = (uint8_t)(0x80 | (c & 0x3f));
    return 4;
}

START_TEST(every_code_point)
{
    for (uint32_t c = 0; c <= CODE_POINT_MAX; c++) {
        uint8_t bytes[6] = {'a'};
        const size_t len = encode(bytes + 1, c);

        bytes[1 + len] = 'z';
        if (is_legal(bytes + 1, len) != may_stand(c) ||
            is_legal(bytes, len + 2) != may_stand(c))
            ck_abort_msg("U+%04X", c);
    }
}
END_TEST

/* DESIGN's list: the ends of each range, which are refused, and what is next
 * to it. */
static const uint32_t ranges[][2] = {{0x0000, 0x001f}, {0x007f, 0x009f},
    {0x00ad, 0x00ad}, {0x061c, 0x061c}, {0x200b, 0x200f}, {0x2028, 0x202e},
    {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};

START_TEST(forbidden_ranges)
{
    const uint32_t first = ranges[_i][0];
    const uint32_t last = ranges[_i][1];
    uint8_t bytes[4];

    ck_assert(!is_legal(bytes, encode(bytes, first)));
    ck_assert(!is_legal(bytes, encode(bytes, last)));
    ck_assert(is_legal(bytes, encode(bytes, last + 1)));
    if (first > 0)
        ck_assert(is_legal(bytes, encode(bytes, first - 1)));
}
END_TEST

/* RFC 3629 section 4, as its grammar stands there: the length of the character
 * that BYTES begin with, or 0. */
static size_t
character_by_grammar(const uint8_t *bytes, size_t len)
{
    static const struct {
        uint8_t lead[2], second[2];
        size_t len;
    } rows[] = {
        {{0x00, 0x7f}, {0x00, 0xff}, 1},
        {{0xc2, 0xdf}, {0x80, 0xbf}, 2},
        {{0xe0, 0xe0}, {0xa0, 0xbf}, 3},
        {{0xe1, 0xec}, {0x80, 0xbf}, 3},
        {{0xed, 0xed}, {0x80, 0x9f}, 3},
        {{0xee, 0xef}, {0x80, 0xbf}, 3},
        {{0xf0, 0xf0}, {0x90, 0xbf}, 4},
        {{0xf1, 0xf3}, {0x80, 0xbf}, 4},
        {{0xf4, 0xf4}, {0x80, 0x8f}, 4},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (bytes[0] < rows[i].lead[0] || bytes[0] > rows[i].lead[1])
            continue;
        if (rows[i].len > len)
            return 0;
        if (rows[i].len > 1 &&
            (bytes[1] < rows[i].second[0] || bytes[1] > rows[i].second[1]))
            return 0;
        for (size_t k = 2; k < rows[i].len; k++)
            if (bytes[k] < 0x80 || bytes[k] > 0xbf)
                return 0;
        return rows[i].len;
    }
    return 0;
}

static bool
legal_by_grammar(const uint8_t *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        const size_t size = character_by_grammar(bytes + at, len - at);
        uint32_t c = 0;

        if (size == 0)
            return false;
        c = bytes[at] & (size == 1 ? 0x7fU : 0x3fU >> (size - 1));
        for (size_t k = 1; k < size; k++)
            c = c << 6 | (bytes[at + k] & 0x3fU);
        if (!may_stand(c))
            return false;
        at += size;
    }
    return true;
}

/* Each edge of the grammar, in each of four places, and all pairs of bytes. */
static const uint8_t edges[] = {0x00, 0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0,
    0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0,
    0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xfb, 0xfc, 0xfe, 0xff};

static void
agrees(const uint8_t *bytes, size_t len)
{
    if (is_legal(bytes, len) != legal_by_grammar(bytes, len))
        ck_abort_msg("%02x %02x %02x %02x, %zu bytes", bytes[0], bytes[1],
            bytes[2], bytes[3], len);
}

START_TEST(every_pair_of_bytes)
{
    uint8_t bytes[4] = {0};

    for (unsigned x = 0; x < 0x10000; x++) {
        bytes[0] = (uint8_t)(x >> 8);
        bytes[1] = (uint8_t)x;
        agrees(bytes, 1);
        agrees(bytes, 2);
    }
}
END_TEST

START_TEST(every_edge_of_the_grammar)
{
    const size_t count = sizeof edges;

    for (size_t x = 0; x < count * count * count * count; x++) {
        const uint8_t bytes[4] = {edges[x % count], edges[x / count % count],
            edges[x / count / count % count], edges[x / count / count / count]};

        agrees(bytes, 3);
        agrees(bytes, 4);
    }
}
END_TEST

static const char *const ill_formed[] = {
    "\x80",             /* a continuation alone */
    "\xbf",             /* likewise */
    "\xc3",             /* cut after one of two */
    "\xe2\x80",         /* cut after two of three */
    "\xf0\x9f\x94",     /* cut after three of four */
    "\xc3z",            /* a letter where a continuation is due */
    "\xe2\x80z",        /* likewise */
    "\xc0\xaf",         /* overlong, of two */
    "\xe0\x9f\xbf",     /* of three */
    "\xf0\x8f\xbf\xbf", /* of four */
    "\xc1\xbf",         /* DEL, overlong */
    "\xed\xa0\x80",     /* the first surrogate */
    "\xed\xbf\xbf",     /* the last */
    "\xf4\x90\x80\x80", /* above U+10FFFF */
    "\xf8\x88\x80\x80\x80",
    "\xfc\x84\x80\x80\x80\x80",
    "\xfe",
    "\xff",
};

START_TEST(ill_formed_is_refused)
{
    char label[16] = "label ";

    strcat(label, ill_formed[_i]);
    ck_assert_int_eq(
        keyshare_label_check(ill_formed[_i], strlen(ill_formed[_i])),
        KEYSHARE_ERR_LABEL);
    ck_assert_int_eq(
        keyshare_label_check(label, strlen(label)), KEYSHARE_ERR_LABEL);
}
END_TEST

START_TEST(lengths)
{
    char label[KEYSHARE_LABEL_SIZE_MAX + 1];

    ck_assert_int_eq(keyshare_label_check(NULL, 0), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_label_check("", 0), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_label_check(NULL, 1), KEYSHARE_ERR_ARGUMENT);
    memset(label, 'x', sizeof label);
    for (size_t len = 0; len <= 64; len++)
        ck_assert_int_eq(keyshare_label_check(label, len), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_label_check(label, 65), KEYSHARE_ERR_LABEL);
    ck_assert_int_eq(keyshare_label_check(label, SIZE_MAX), KEYSHARE_ERR_LABEL);
    memcpy(label + 62, "\xc3\xa9", 2);
    ck_assert_int_eq(keyshare_label_check(label, 64), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_label_check(label, 63), KEYSHARE_ERR_LABEL);
}
END_TEST

/* ---- The line for a bag ---- */

/* The fields of a record, put together in another way than the library does. */
static void
line_is(const keyshare_record *record, const char *label_and_comma)
{
    const keyshare_policy policy = keyshare_record_policy(record);
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    char expected[512];
    char line[KEYSHARE_LABEL_LINE_SIZE];
    size_t spaces = 0;
    size_t len = 0;

    ck_assert_int_eq(
        keyshare_fingerprint_words(words, keyshare_record_fingerprint(record)),
        KEYSHARE_OK);
    while (words[len] != ' ' || ++spaces < 8)
        len++;
    for (unsigned i = 1; i <= policy.count; i++) {
        snprintf(expected, sizeof expected,
            "%s %u, %sepoch %lu, %u-of-%u, %.*s",
            keyshare_role_text(policy.role), i, label_and_comma,
            (unsigned long)keyshare_record_epoch(record), policy.threshold,
            policy.count, (int)len, words);
        memset(line, 'x', sizeof line);
        ck_assert_int_eq(
            keyshare_label_line(line, sizeof line, record, i), KEYSHARE_OK);
        ck_assert_str_eq(line, expected);
    }
}

static const struct {
    const char *label;
    const char *in_line;
    uint32_t epoch;
    keyshare_role role;
    unsigned threshold, count;
} lines[] = {
    {"", "", 0, KEYSHARE_ROLE_CUSTOM, 1, 1},
    {"x", "\"x\", ", 1, KEYSHARE_ROLE_CO, 3, 7},
    {"Storage key \xe2\x80\x93 west", "\"Storage key \xe2\x80\x93 west\", ",
        1000000000, KEYSHARE_ROLE_SO, 3, 10},
    {"x\", epoch 9, 1-of-1, y", "\"x\", epoch 9, 1-of-1, y\", ", 4294967295,
        KEYSHARE_ROLE_RKSH, 100, 255},
};

START_TEST(lines_for_bags)
{
    struct lineage lineage = lineage_begin(KEYSHARE_SCHEME_GF256, 32);
    struct lineage_terms terms = {.role = lines[_i].role,
        .threshold = lines[_i].threshold,
        .count = lines[_i].count,
        .epoch = lines[_i].epoch,
        .label = lines[_i].label};
    keyshare_record *record = lineage_record(&lineage, &terms);

    line_is(record, lines[_i].in_line);
    keyshare_record_free(&record);
}
END_TEST

/* What is promised to be enough is, and a byte less is not. */
START_TEST(room_for_a_line)
{
    struct lineage lineage = lineage_begin(KEYSHARE_SCHEME_GF256, 32);
    struct lineage_terms terms = {.threshold = 2, .count = 3, .label = "x"};
    keyshare_record *record = lineage_record(&lineage, &terms);
    char line[KEYSHARE_LABEL_LINE_SIZE];
    size_t needed;

    ck_assert_int_eq(
        keyshare_label_line(line, sizeof line, record, 3), KEYSHARE_OK);
    needed = strlen(line) + 1;
    for (size_t size = 0; size <= needed; size++) {
        memset(line, 'x', sizeof line);
        ck_assert_int_eq(keyshare_label_line(line, size, record, 3),
            size < needed ? KEYSHARE_ERR_SPACE : KEYSHARE_OK);
        for (size_t i = 0; i < size && size < needed; i++)
            ck_assert_int_eq(line[i], 0);
        ck_assert_int_eq(line[size], 'x');
    }
    keyshare_record_free(&record);
}
END_TEST

/* The longest of each field, and the longest words that there are. */
START_TEST(longest_line)
{
    static const char longest[] = "transfer 255, \"\", epoch 4294967295, "
                                  "255-of-255, ";
    size_t longest_word[2] = {0, 0};

    for (size_t i = 0; i < 256; i++) {
        uint8_t bytes[KEYSHARE_FINGERPRINT_SIZE];
        char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
        size_t first;

        memset(bytes, (int)i, sizeof bytes);
        ck_assert_int_eq(keyshare_fingerprint_words(words, bytes), KEYSHARE_OK);
        first = strcspn(words, " ");
        if (first > longest_word[0])
            longest_word[0] = first;
        words[first] = 'x';
        first = strcspn(words, " ") - first - 1;
        if (first > longest_word[1])
            longest_word[1] = first;
    }
    ck_assert_uint_eq(sizeof longest + KEYSHARE_LABEL_SIZE_MAX +
                          4 * (longest_word[0] + longest_word[1]) + 7,
        KEYSHARE_LABEL_LINE_SIZE);
}
END_TEST

START_TEST(no_such_line)
{
    struct lineage lineage = lineage_begin(KEYSHARE_SCHEME_GF256, 32);
    struct lineage_terms terms = {.threshold = 2, .count = 3, .label = "x"};
    keyshare_record *record = lineage_record(&lineage, &terms);
    const unsigned none[] = {0, 4, 256, UINT32_MAX};
    char line[KEYSHARE_LABEL_LINE_SIZE];

    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        memset(line, 'x', sizeof line);
        ck_assert_int_eq(
            keyshare_label_line(line, sizeof line, record, none[i]),
            KEYSHARE_ERR_ARGUMENT);
        for (size_t j = 0; j < sizeof line; j++)
            ck_assert_int_eq(line[j], 0);
    }
    ck_assert_int_eq(
        keyshare_label_line(line, sizeof line, NULL, 1), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_label_line(NULL, 0, record, 1), KEYSHARE_ERR_ARGUMENT);
    keyshare_record_free(&record);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("label");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");
    TCase *line = tcase_create("line");

    tcase_add_test(laws, every_code_point);
    tcase_add_test(laws, every_pair_of_bytes);
    tcase_add_test(laws, every_edge_of_the_grammar);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(
        bounds, forbidden_ranges, 0, (int)(sizeof ranges / sizeof *ranges));
    tcase_add_loop_test(bounds, ill_formed_is_refused, 0,
        (int)(sizeof ill_formed / sizeof *ill_formed));
    tcase_add_test(bounds, lengths);
    suite_add_tcase(suite, bounds);
    tcase_add_loop_test(
        line, lines_for_bags, 0, (int)(sizeof lines / sizeof *lines));
    tcase_add_test(line, room_for_a_line);
    tcase_add_test(line, longest_line);
    tcase_add_test(line, no_such_line);
    suite_add_tcase(suite, line);
    return suite;
}
