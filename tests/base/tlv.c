/* SPDX-License-Identifier: ISC */
/* TLV: what is written is read, and nothing that is not canonical is. */
#include "tlv.h"

#include <string.h>

#include "suite.h"

/* Lengths at each edge of the encodings. */
static const size_t lengths[] = {
    0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x20000};

START_TEST(round_trip)
{
    static uint8_t bytes[0x20010];
    static uint8_t value[0x20000];
    size_t len = lengths[_i];
    struct tlv_writer writer = {bytes, 0};
    struct tlv_reader reader = {bytes, 0};
    struct tlv object;

    memset(value, 0xa5, sizeof value);
    keyshare_tlv_write(&writer, 0x81, value, len);
    ck_assert_uint_eq(writer.used, keyshare_tlv_size(len));
    reader.left = writer.used;
    ck_assert(!keyshare_tlv_read(&reader, 0x82, &object));
    ck_assert_uint_eq(reader.left, writer.used);
    ck_assert(keyshare_tlv_read(&reader, 0x81, &object));
    ck_assert_uint_eq(reader.left, 0);
    ck_assert_uint_eq(object.len, len);
    ck_assert_ptr_eq(object.encoded, bytes);
    ck_assert_uint_eq(object.encoded_len, writer.used);
    ck_assert_ptr_eq(object.value, bytes + keyshare_tlv_header_size(len));
    if (len > 0)
        ck_assert_mem_eq(object.value, value, len);
}
END_TEST

START_TEST(truncated_is_refused)
{
    static uint8_t bytes[0x20010];
    struct tlv_writer writer = {bytes, 0};
    struct tlv object;

    keyshare_tlv_reserve(&writer, 0x81, lengths[_i]);
    for (size_t left = 0; left < writer.used; left++) {
        struct tlv_reader reader = {bytes, left};

        ck_assert(!keyshare_tlv_read(&reader, 0x81, &object));
        ck_assert_uint_eq(reader.left, left);
    }
}
END_TEST

/* Longer than need be, indefinite, or more length bytes than are known. */
static const struct {
    uint8_t bytes[8];
    size_t len;
} not_canonical[] = {
    {{0x81, 0x81, 0x01, 0xaa}, 4},
    {{0x81, 0x81, 0x7f}, 3},
    {{0x81, 0x82, 0x00, 0x01, 0xaa}, 5},
    {{0x81, 0x83, 0x00, 0x00, 0x01, 0xaa}, 6},
    {{0x81, 0x84, 0x00, 0x00, 0x00, 0x01, 0xaa}, 7},
    {{0x81, 0x80, 0xaa, 0x00, 0x00}, 5},
    {{0x81, 0xff, 0xaa, 0x00, 0x00}, 5},
};

START_TEST(not_canonical_is_refused)
{
    struct tlv_reader reader = {not_canonical[_i].bytes, not_canonical[_i].len};
    struct tlv object;

    ck_assert(!keyshare_tlv_read(&reader, 0x81, &object));
}
END_TEST

START_TEST(integers_are_big_endian)
{
    uint8_t bytes[6];
    const uint8_t expected[] = {0x87, 4, 0x01, 0x02, 0x03, 0x04};
    struct tlv_writer writer = {bytes, 0};

    keyshare_tlv_write_integer(&writer, 0x87, 4, 0x01020304);
    ck_assert_mem_eq(bytes, expected, sizeof expected);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("tlv");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");
    const int count = (int)(sizeof lengths / sizeof *lengths);

    tcase_add_loop_test(laws, round_trip, 0, count);
    tcase_add_test(laws, integers_are_big_endian);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(bounds, truncated_is_refused, 0, count);
    tcase_add_loop_test(bounds, not_canonical_is_refused, 0,
        (int)(sizeof not_canonical / sizeof *not_canonical));
    suite_add_tcase(suite, bounds);
    return suite;
}
