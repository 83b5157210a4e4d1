/* SPDX-License-Identifier: ISC */
/* Wrapped keys: encoded, decoded, and what is none. */
#include "wrapped.h"

#include <stdlib.h>
#include <string.h>

#include <keyshare/wrapped.h>

#include <sodium.h>

#include "gen.h"
#include "suite.h"
#include "tlv.h"

static const uint8_t lineage[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static uint8_t content[KEYSHARE_WRAPPED_KEY_SIZE_MAX + 1] = {0x5a, 0xa5};

static keyshare_wrapped
usual(void)
{
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;

    wrapped.label = "KSK \xe2\x80\x93 backup";
    wrapped.label_len = strlen(wrapped.label);
    wrapped.lineage = lineage;
    wrapped.method = "aes-key-wrap-pad";
    wrapped.method_len = strlen(wrapped.method);
    wrapped.bytes = content;
    wrapped.len = 40;
    return wrapped;
}

static void
round_trip(const keyshare_wrapped *wrapped)
{
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    keyshare_wrapped again = KEYSHARE_WRAPPED_INIT;
    uint8_t tag = 0xa5;
    size_t len;

    ck_assert_int_eq(
        keyshare_wrapped_encode(bytes, sizeof bytes, &len, wrapped),
        KEYSHARE_OK);
    ck_assert_int_eq(
        keyshare_wrapped_decode(&again, bytes, len, &tag), KEYSHARE_OK);
    ck_assert_uint_eq(tag, 0);
    ck_assert_uint_eq(again.label_len, wrapped->label_len);
    if (again.label_len > 0)
        ck_assert_mem_eq(again.label, wrapped->label, again.label_len);
    ck_assert_mem_eq(again.lineage, wrapped->lineage, 16);
    ck_assert_uint_eq(again.method_len, wrapped->method_len);
    ck_assert_mem_eq(again.method, wrapped->method, again.method_len);
    ck_assert_uint_eq(again.len, wrapped->len);
    ck_assert_mem_eq(again.bytes, wrapped->bytes, again.len);
}

static const size_t lens[] = {1, 40, 127, 128, 255, 256, 4095, 4096};

START_TEST(what_is_written_is_read)
{
    char label[64], method[32];
    keyshare_wrapped wrapped = usual();

    wrapped.len = lens[_i];
    round_trip(&wrapped);
    wrapped.label = NULL;
    wrapped.label_len = 0;
    wrapped.method_len = 1;
    round_trip(&wrapped);
    memset(label, 'x', sizeof label);
    memset(method, '~', sizeof method);
    method[0] = ' ';
    wrapped.label = label;
    wrapped.label_len = sizeof label;
    wrapped.method = method;
    wrapped.method_len = sizeof method;
    round_trip(&wrapped);
}
END_TEST

/* ---- Encoding refused ---- */

static keyshare_error
encode(const keyshare_wrapped *wrapped)
{
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    size_t len = 7;
    const keyshare_error error =
        keyshare_wrapped_encode(bytes, sizeof bytes, &len, wrapped);

    if (error != KEYSHARE_OK)
        ck_assert_uint_eq(len, 0);
    return error;
}

START_TEST(what_may_not_be_encoded)
{
    keyshare_wrapped wrapped = usual();

    wrapped.size--;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    wrapped = usual();
    wrapped.lineage = NULL;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    wrapped = usual();
    wrapped.method = NULL;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    wrapped = usual();
    wrapped.method_len = 0;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    wrapped = usual();
    wrapped.method = "123456789012345678901234567890123";
    wrapped.method_len = 33;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    wrapped = usual();
    wrapped.bytes = NULL;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    wrapped = usual();
    wrapped.len = 0;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    wrapped.len = KEYSHARE_WRAPPED_KEY_SIZE_MAX + 1;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    wrapped = usual();
    wrapped.label = "\x1b[2J";
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_LABEL);
    wrapped.label = NULL;
    ck_assert_int_eq(encode(&wrapped), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(encode(NULL), KEYSHARE_ERR_ARGUMENT);
}
END_TEST

START_TEST(every_method_byte)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        char method[2] = {'x', (char)byte};
        keyshare_wrapped wrapped = usual();

        wrapped.method = method;
        wrapped.method_len = 2;
        ck_assert_int_eq(encode(&wrapped),
            byte >= 0x20 && byte <= 0x7e ? KEYSHARE_OK : KEYSHARE_ERR_ARGUMENT);
    }
}
END_TEST

START_TEST(every_smaller_space)
{
    const keyshare_wrapped wrapped = usual();
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    size_t len, needed;

    ck_assert_int_eq(
        keyshare_wrapped_encode(bytes, sizeof bytes, &needed, &wrapped),
        KEYSHARE_OK);
    for (size_t size = 0; size <= needed; size++) {
        uint8_t *exact = malloc(size == 0 ? 1 : size);

        ck_assert_int_eq(keyshare_wrapped_encode(exact, size, &len, &wrapped),
            size < needed ? KEYSHARE_ERR_SPACE : KEYSHARE_OK);
        ck_assert_uint_eq(len, size < needed ? 0 : needed);
        free(exact);
    }
    ck_assert_int_eq(keyshare_wrapped_encode(NULL, needed, &len, &wrapped),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_wrapped_encode(bytes, sizeof bytes, NULL, &wrapped),
        KEYSHARE_ERR_ARGUMENT);
}
END_TEST

/* ---- Decoding refused ---- */

static keyshare_error
decode(const uint8_t *bytes, size_t len, uint8_t *tag)
{
    keyshare_wrapped wrapped = usual();
    const keyshare_error error =
        keyshare_wrapped_decode(&wrapped, bytes, len, tag);

    if (error != KEYSHARE_OK &&
        (wrapped.size != sizeof wrapped || wrapped.label != NULL ||
            wrapped.lineage != NULL || wrapped.method != NULL ||
            wrapped.bytes != NULL || wrapped.label_len != 0 ||
            wrapped.method_len != 0 || wrapped.len != 0))
        ck_abort_msg("something is left of what was refused");
    return error;
}

static size_t
encode_usual(uint8_t *bytes)
{
    const keyshare_wrapped wrapped = usual();
    size_t len;

    ck_assert_int_eq(keyshare_wrapped_encode(
                         bytes, KEYSHARE_WRAPPED_SIZE_MAX, &len, &wrapped),
        KEYSHARE_OK);
    return len;
}

START_TEST(every_flip)
{
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    const size_t len = encode_usual(bytes);

    for (size_t bit = 0; bit < 8 * len; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (decode(bytes, len, NULL) == KEYSHARE_OK)
            ck_abort_msg("bit %zu", bit);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}
END_TEST

START_TEST(every_truncation_and_insertion)
{
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    const size_t len = encode_usual(bytes);

    for (size_t cut = 0; cut <= len; cut++) {
        uint8_t *copy = malloc(len + 1);

        memcpy(copy, bytes, cut);
        if (cut < len && decode(copy, cut, NULL) == KEYSHARE_OK)
            ck_abort_msg("%zu bytes", cut);
        memcpy(copy + cut + 1, bytes + cut, len - cut);
        for (unsigned byte = 0; byte < 256; byte++) {
            copy[cut] = (uint8_t)byte;
            if (decode(copy, len + 1, NULL) == KEYSHARE_OK)
                ck_abort_msg("%02x at %zu", byte, cut);
        }
        free(copy);
    }
}
END_TEST

/* Inside, the length of the whole being mended; behind the check too, which
 * does not cover what stands there. */
START_TEST(every_mended_insertion)
{
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    struct tlv_reader reader = {bytes, encode_usual(bytes)};
    struct tlv whole;

    ck_assert(keyshare_tlv_read(&reader, KEYSHARE_WRAPPED_TAG, &whole));
    for (size_t at = 0; at <= whole.len; at++)
        for (unsigned byte = 0; byte < 256; byte++) {
            uint8_t longer[KEYSHARE_WRAPPED_SIZE_MAX];
            struct tlv_writer writer = {longer, 0};
            uint8_t *inner = keyshare_tlv_reserve(
                &writer, KEYSHARE_WRAPPED_TAG, whole.len + 1);

            memcpy(inner, whole.value, at);
            inner[at] = (uint8_t)byte;
            memcpy(inner + at + 1, whole.value + at, whole.len - at);
            if (decode(longer, writer.used, NULL) == KEYSHARE_OK)
                ck_abort_msg("%02x inside at %zu", byte, at);
        }
}
END_TEST

/* A byte changed in a place of the usual one, the check made anew; and what
 * is said of it. Places count from behind E3 and its length. */
static const struct {
    size_t place;
    uint8_t byte;
    keyshare_error error;
    uint8_t tag;
} faults[] = {
    {0, 0x81, KEYSHARE_ERR_FORMAT, 0x80},
    {1, 2, KEYSHARE_ERR_FORMAT, 0x80},
    {2, 2, KEYSHARE_ERR_VERSION, 0x80},
    {3, 0x82, KEYSHARE_ERR_FORMAT, 0x81},
    {5, 0x1b, KEYSHARE_ERR_FORMAT, 0x81},
    {19, 0x83, KEYSHARE_ERR_FORMAT, 0x82},
    {20, 15, KEYSHARE_ERR_FORMAT, 0x82},
    {37, 0x84, KEYSHARE_ERR_FORMAT, 0x83},
    {39, 0x7f, KEYSHARE_ERR_FORMAT, 0x83},
    {55, 0x85, KEYSHARE_ERR_FORMAT, 0x84},
    {56, 0, KEYSHARE_ERR_FORMAT, 0x84},
    {97, 0x84, KEYSHARE_ERR_FORMAT, 0x85},
    {98, 7, KEYSHARE_ERR_FORMAT, 0x85},
};

START_TEST(where_it_is_at_fault)
{
    const size_t header = 2;
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    uint8_t digest[crypto_hash_sha256_BYTES];
    const size_t len = encode_usual(bytes);
    uint8_t tag = 0;

    ck_assert_uint_eq(bytes[1], len - header);
    bytes[header + faults[_i].place] = faults[_i].byte;
    crypto_hash_sha256(digest, bytes + header, len - header - 10);
    memcpy(bytes + len - 8, digest, 8);
    ck_assert_int_eq(decode(bytes, len, &tag), faults[_i].error);
    ck_assert_uint_eq(tag, faults[_i].tag);
}
END_TEST

START_TEST(whole_is_at_fault)
{
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    const size_t len = encode_usual(bytes);
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;
    uint8_t tag = 0;

    ck_assert_int_eq(decode(bytes, len - 1, &tag), KEYSHARE_ERR_FORMAT);
    ck_assert_uint_eq(tag, KEYSHARE_WRAPPED_TAG);
    ck_assert_int_eq(decode(NULL, 0, &tag), KEYSHARE_ERR_FORMAT);
    ck_assert_uint_eq(tag, KEYSHARE_WRAPPED_TAG);
    bytes[len - 1] ^= 1;
    ck_assert_int_eq(decode(bytes, len, &tag), KEYSHARE_ERR_DAMAGED);
    ck_assert_uint_eq(tag, 0x85);
    bytes[len - 1] ^= 1;
    ck_assert_int_eq(decode(NULL, 1, &tag), KEYSHARE_ERR_ARGUMENT);
    ck_assert_uint_eq(tag, 0);
    ck_assert_int_eq(
        keyshare_wrapped_decode(NULL, bytes, len, &tag), KEYSHARE_ERR_ARGUMENT);
    wrapped.size--;
    ck_assert_int_eq(keyshare_wrapped_decode(&wrapped, bytes, len, &tag),
        KEYSHARE_ERR_ARGUMENT);
}
END_TEST

/* A caller of a later release gives a larger structure: what it adds is zero. */
START_TEST(larger_structure)
{
    struct {
        keyshare_wrapped wrapped;
        size_t added;
    } later = {usual(), 7};
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    const size_t len = encode_usual(bytes);

    later.wrapped.size = sizeof later;
    ck_assert_int_eq(
        keyshare_wrapped_decode(&later.wrapped, bytes, len, NULL), KEYSHARE_OK);
    ck_assert_uint_eq(later.wrapped.size, sizeof later);
    ck_assert_uint_eq(later.added, 0);
    ck_assert_uint_eq(later.wrapped.len, 40);
    ck_assert_int_eq(encode(&later.wrapped), KEYSHARE_OK);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("wrapped");
    TCase *laws = tcase_create("laws");
    TCase *errors = tcase_create("errors");

    tcase_add_loop_test(
        laws, what_is_written_is_read, 0, (int)(sizeof lens / sizeof *lens));
    tcase_add_test(laws, larger_structure);
    suite_add_tcase(suite, laws);
    tcase_add_test(errors, what_may_not_be_encoded);
    tcase_add_test(errors, every_method_byte);
    tcase_add_test(errors, every_smaller_space);
    tcase_add_test(errors, every_flip);
    tcase_add_test(errors, every_truncation_and_insertion);
    tcase_add_test(errors, every_mended_insertion);
    tcase_add_loop_test(
        errors, where_it_is_at_fault, 0, (int)(sizeof faults / sizeof *faults));
    tcase_add_test(errors, whole_is_at_fault);
    suite_add_tcase(suite, errors);
    return suite;
}
