/* SPDX-License-Identifier: ISC */
/* Labels: every code point, and whatever is not UTF-8. */
#include <keyshare/label.h>

#include <stdbool.h>
#include <string.h>

#include <keyshare/policy.h>

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

Suite *
test_suite(void)
{
    Suite *suite = suite_create("label");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

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
    return suite;
}
