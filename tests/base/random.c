/* SPDX-License-Identifier: ISC */
/* Sources of randomness: the system's, the caller's, and those that fail. */
#include "random.h"

#include <string.h>

#include <sodium.h>

#include "suite.h"

/* What a source was asked for, and what it is to answer. */
struct call {
    size_t calls;
    uint8_t *bytes;
    size_t len;
    size_t zeros; /* so many of the first bytes are */
    int answer;
};

/* Writes all it was asked for before it fails, which is the worst case. */
static int
fill(void *context, uint8_t *bytes, size_t len)
{
    struct call *call = context;

    call->calls++;
    call->bytes = bytes;
    call->len = len;
    memset(bytes, 0x77, len);
    memset(bytes, 0, call->zeros < len ? call->zeros : len);
    return call->answer;
}

static keyshare_random
source_of(struct call *call)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    random.fill = fill;
    random.context = call;
    return random;
}

/* Round the 256 bytes that the system gives at a time, and far above. */
static const size_t lengths[] = {
    16, 32, 255, 256, 257, 300, 511, 512, 513, 1000, 4096};

START_TEST(system_fills_all_and_no_more)
{
    static uint8_t first[4096 + 1];
    static uint8_t second[4096 + 1];
    size_t len = lengths[_i];
    struct random source;

    ck_assert(keyshare_random_open(&source, NULL));
    memset(first, 0, sizeof first);
    memset(second, 0, sizeof second);
    first[len] = second[len] = 0xa5;
    ck_assert_int_eq(keyshare_random_draw(&source, first, len), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_random_draw(&source, second, len), KEYSHARE_OK);
    ck_assert_uint_eq(first[len], 0xa5);
    ck_assert_uint_eq(second[len], 0xa5);
    /* Any sixteen bytes are the same twice, or zero, once in 2^128. */
    for (size_t at = 0; at + 16 <= len; at++) {
        static const uint8_t zeros[16];

        ck_assert_mem_ne(first + at, second + at, 16);
        ck_assert_mem_ne(first + at, zeros, 16);
        if (at + 32 <= len)
            ck_assert_mem_ne(first + at, first + at + 16, 16);
    }
    ck_assert_mem_ne(first + len - 16, second + len - 16, 16);
}
END_TEST

START_TEST(callers_source_gets_what_was_asked)
{
    struct call call = {0};
    keyshare_random random = source_of(&call);
    struct random source;
    uint8_t bytes[300];

    ck_assert(keyshare_random_open(&source, &random));
    ck_assert_uint_eq(call.calls, 0);
    ck_assert_int_eq(
        keyshare_random_draw(&source, bytes, sizeof bytes), KEYSHARE_OK);
    ck_assert_uint_eq(call.calls, 1);
    ck_assert_ptr_eq(call.bytes, bytes);
    ck_assert_uint_eq(call.len, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        ck_assert_uint_eq(bytes[i], 0x77);
}
END_TEST

START_TEST(nothing_is_drawn_for_nothing)
{
    struct call call = {.answer = -1};
    keyshare_random random = source_of(&call);
    struct random source;

    ck_assert(keyshare_random_open(&source, &random));
    ck_assert_int_eq(keyshare_random_draw(&source, NULL, 0), KEYSHARE_OK);
    ck_assert_uint_eq(call.calls, 0);
}
END_TEST

/* One byte among zeros is enough. */
START_TEST(zeros_alone_are_a_failure)
{
    struct call call = {0};
    keyshare_random random = source_of(&call);
    struct random source;
    uint8_t bytes[16];

    ck_assert(keyshare_random_open(&source, &random));
    call.zeros = sizeof bytes;
    ck_assert_int_eq(
        keyshare_random_draw(&source, bytes, sizeof bytes), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_random_draw_nonzero(&source, bytes, sizeof bytes),
        KEYSHARE_ERR_RANDOM);
    call.zeros--;
    ck_assert_int_eq(keyshare_random_draw_nonzero(&source, bytes, sizeof bytes),
        KEYSHARE_OK);
    ck_assert_uint_eq(bytes[sizeof bytes - 1], 0x77);
    call.answer = -1;
    ck_assert_int_eq(keyshare_random_draw_nonzero(&source, bytes, sizeof bytes),
        KEYSHARE_ERR_RANDOM);
    ck_assert_int_eq(
        keyshare_random_draw_nonzero(&source, NULL, 0), KEYSHARE_OK);
}
END_TEST

/* Anything but 0 is a failure, and nothing of what it wrote is left. */
static const int answers[] = {1, -1, 2, 256};

START_TEST(failure_is_an_error_and_wipes)
{
    static const uint8_t zeros[300];
    struct call call = {.answer = answers[_i]};
    keyshare_random random = source_of(&call);
    struct random source;
    uint8_t bytes[sizeof zeros + 1];

    ck_assert(keyshare_random_open(&source, &random));
    memset(bytes, 0xa5, sizeof bytes);
    ck_assert_int_eq(keyshare_random_draw(&source, bytes, sizeof zeros),
        KEYSHARE_ERR_RANDOM);
    ck_assert_mem_eq(bytes, zeros, sizeof zeros);
    ck_assert_uint_eq(bytes[sizeof zeros], 0xa5);
}
END_TEST

/* The structure grows: one that is larger is a newer caller's. */
START_TEST(what_is_not_well_made_is_refused)
{
    struct call call = {0};
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    struct random source;

    ck_assert(!keyshare_random_open(&source, &random));
    random = source_of(&call);
    random.size = 0;
    ck_assert(!keyshare_random_open(&source, &random));
    random.size = sizeof random - 1;
    ck_assert(!keyshare_random_open(&source, &random));
    random.size = sizeof random + 8;
    ck_assert(keyshare_random_open(&source, &random));
    random.size = sizeof random;
    ck_assert(keyshare_random_open(&source, &random));
    ck_assert_uint_eq(call.calls, 0);
}
END_TEST

/* The stream of a key that is known, against libsodium's, portion by portion
 * under nonces that count. */
START_TEST(stream_is_chacha20)
{
    struct call call = {.answer = 0};
    const keyshare_random random = source_of(&call);
    struct random_stream stream;
    struct random source;
    uint8_t key[32];

    memset(key, 0x77, sizeof key);
    ck_assert(keyshare_random_open(&source, &random));
    ck_assert_int_eq(
        keyshare_random_stream_begin(&stream, &source), KEYSHARE_OK);
    ck_assert_uint_eq(call.calls, 1);
    ck_assert_uint_eq(call.len, 32);
    for (unsigned portion = 0; portion < 300; portion++) {
        const uint8_t nonce[8] = {
            [6] = (uint8_t)(portion >> 8), [7] = (uint8_t)portion};
        uint8_t bytes[1000 + 1] = {[1000] = 0xa5};
        uint8_t expected[1000];

        keyshare_random_stream_next(&stream, bytes, 1000);
        crypto_stream_chacha20(expected, 1000, nonce, key);
        ck_assert_mem_eq(bytes, expected, 1000);
        ck_assert_uint_eq(bytes[1000], 0xa5);
    }
    ck_assert_uint_eq(call.calls, 1);
}
END_TEST

START_TEST(stream_wants_a_key)
{
    struct call call = {.answer = -1};
    const keyshare_random random = source_of(&call);
    static const uint8_t zeros[32];
    struct random_stream stream;
    struct random source;

    ck_assert(keyshare_random_open(&source, &random));
    memset(&stream, 0xa5, sizeof stream);
    ck_assert_int_eq(
        keyshare_random_stream_begin(&stream, &source), KEYSHARE_ERR_RANDOM);
    ck_assert_mem_eq(stream.key, zeros, sizeof zeros);
    call = (struct call){.zeros = 32};
    ck_assert_int_eq(
        keyshare_random_stream_begin(&stream, &source), KEYSHARE_ERR_RANDOM);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *laws = tcase_create("laws");
    TCase *errors = tcase_create("errors");

    tcase_add_loop_test(laws, system_fills_all_and_no_more, 0,
        (int)(sizeof lengths / sizeof *lengths));
    tcase_add_test(laws, callers_source_gets_what_was_asked);
    tcase_add_test(laws, nothing_is_drawn_for_nothing);
    tcase_add_test(laws, zeros_alone_are_a_failure);
    tcase_add_test(laws, stream_is_chacha20);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(errors, failure_is_an_error_and_wipes, 0,
        (int)(sizeof answers / sizeof *answers));
    tcase_add_test(errors, what_is_not_well_made_is_refused);
    tcase_add_test(errors, stream_wants_a_key);
    suite_add_tcase(suite, errors);
    return suite;
}
