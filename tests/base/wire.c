/* SPDX-License-Identifier: ISC */
/* Integers on the wire: big-endian, cut off at their width. */
#include "wire.h"

#include <inttypes.h>
#include <string.h>

#include "gen.h"
#include "suite.h"

START_TEST(most_significant_first)
{
    const uint8_t expected[] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t bytes[sizeof expected];

    keyshare_wire_put(bytes, sizeof bytes, 0x0102030405060708);
    ck_assert_mem_eq(bytes, expected, sizeof bytes);
    ck_assert_uint_eq(keyshare_wire_get(expected, 8), 0x0102030405060708);
    ck_assert_uint_eq(keyshare_wire_get(expected, 3), 0x010203);
}
END_TEST

/* At every width: what was put is got, less what does not fit; nothing else
 * is written. */
START_TEST(round_trip)
{
    struct gen gen = gen_begin();
    const size_t cases = gen_count(1000);

    for (size_t c = 0; c < cases; c++) {
        uint64_t x = gen_next(&gen) >> gen_below(&gen, 64);

        for (size_t len = 0; len <= 8; len++) {
            uint64_t fits = len == 8 ? x : x & (((uint64_t)1 << 8 * len) - 1);
            uint8_t bytes[10];

            memset(bytes, 0xa5, sizeof bytes);
            keyshare_wire_put(bytes + 1, len, x);
            ck_assert_msg(keyshare_wire_get(bytes + 1, len) == fits &&
                              bytes[0] == 0xa5 && bytes[len + 1] == 0xa5,
                "seed %" PRIu64 " case %zu width %zu", gen.seed, c, len);
        }
    }
}
END_TEST

/* Wider than any integer: filled with zeros in front. */
START_TEST(wide_is_filled)
{
    const uint8_t expected[12] = {
        0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe};
    uint8_t bytes[sizeof expected];

    keyshare_wire_put(bytes, sizeof bytes, UINT64_MAX - 1);
    ck_assert_mem_eq(bytes, expected, sizeof bytes);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("wire");
    TCase *vectors = tcase_create("vectors");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(vectors, most_significant_first);
    suite_add_tcase(suite, vectors);
    tcase_add_test(laws, round_trip);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, wide_is_filled);
    suite_add_tcase(suite, bounds);
    return suite;
}
