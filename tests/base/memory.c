/* SPDX-License-Identifier: ISC */
/* The memory door: memory comes zeroed, goes back wiped, and is the caller's
 * where the caller said so, once. */
#include "memory.h"

#include <stdalign.h>
#include <string.h>

#include "process.h"
#include "secret.h"
#include "suite.h"

/* ---- By default ---- */

START_TEST(default_is_zeroed_and_aligned)
{
    for (size_t size = 1; size <= 300; size++) {
        uint8_t *memory = keyshare_memory_new(size);

        ck_assert_ptr_nonnull(memory);
        ck_assert_uint_eq((uintptr_t)memory % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            ck_assert_msg(memory[i] == 0, "size %zu byte %zu", size, i);
        memset(memory, 0xa5, size);
        keyshare_memory_delete(memory, size);
    }
}
END_TEST

START_TEST(two_are_two)
{
    uint8_t *a = keyshare_memory_new(100);
    uint8_t *b = keyshare_memory_new(100);

    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    memset(a, 1, 100);
    memset(b, 2, 100);
    ck_assert_uint_eq(a[0], 1);
    ck_assert_uint_eq(a[99], 1);
    keyshare_memory_delete(a, 100);
    ck_assert_uint_eq(b[0], 2);
    ck_assert_uint_eq(b[99], 2);
    keyshare_memory_delete(b, 100);
}
END_TEST

/* Sizes that a sum with a header would turn into small ones. */
START_TEST(too_much_is_refused)
{
    for (size_t less = 0; less <= 200; less++)
        ck_assert_ptr_null(keyshare_memory_new(SIZE_MAX - less));
#if SIZE_MAX > UINT32_MAX /* Of 32 bits, half may well be had. */
    ck_assert_ptr_null(keyshare_memory_new(SIZE_MAX / 2));
#endif
}
END_TEST

START_TEST(wipe_wipes_just_that)
{
    uint8_t bytes[66];

    for (size_t len = 0; len <= 64; len++) {
        memset(bytes, 0xa5, sizeof bytes);
        keyshare_memory_wipe(bytes + 1, len);
        ck_assert_uint_eq(bytes[0], 0xa5);
        ck_assert_uint_eq(bytes[len + 1], 0xa5);
        for (size_t i = 1; i <= len; i++)
            ck_assert_uint_eq(bytes[i], 0);
    }
}
END_TEST

START_TEST(count_is_the_least_multiple)
{
    const size_t unit = KEYSHARE_MEMORY_UNIT;

    for (size_t size = 0; size <= 1000; size++) {
        size_t count = keyshare_memory_count(size);

        ck_assert_uint_eq(count % unit, 0);
        ck_assert_uint_ge(count, size);
        ck_assert_uint_lt(count, size + unit);
    }
}
END_TEST

/* What is above the stack's end is the caller's. */
START_TEST(burn_leaves_the_callers_stack)
{
    volatile uint8_t bytes[64];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i + 1);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    for (size_t i = 0; i < sizeof bytes; i++)
        ck_assert_uint_eq(bytes[i], i + 1);
}
END_TEST

/* ---- The caller's functions ---- */

/* An allocator that gives garbage and keeps book. */
struct book {
    alignas(max_align_t) uint8_t room[4][512];
    size_t sizes[4];
    size_t given;
    size_t taken_back;
    int bad;   /* something came back that was not given, or not wiped */
    int empty; /* nothing is given */
};

static struct book book;

static void *
allocate(void *context, size_t size)
{
    struct book *b = context;

    if (b->empty || size == 0 || size > sizeof b->room[0] || b->given == 4)
        return NULL;
    memset(b->room[b->given], 0xa5, sizeof b->room[0]);
    b->sizes[b->given] = size;
    return b->room[b->given++];
}

static void
take_back(void *context, void *memory, size_t size)
{
    struct book *b = context;
    size_t i = 0;

    while (i < b->given && memory != b->room[i])
        i++;
    if (i == b->given || size != b->sizes[i]) {
        b->bad = 1;
        return;
    }
    for (size_t j = 0; j < sizeof b->room[i]; j++)
        if (b->room[i][j] != (j < size ? 0 : 0xa5))
            b->bad = 1;
    b->sizes[i] = 0; /* a second time would not match */
    b->taken_back++;
}

static keyshare_error
set_book(void)
{
    return keyshare_memory_set(allocate, take_back, &book);
}

static void
arguments(void)
{
    void *memory;

    PROCESS_REQUIRE(
        keyshare_memory_set(NULL, take_back, &book) == KEYSHARE_ERR_ARGUMENT);
    PROCESS_REQUIRE(
        keyshare_memory_set(allocate, NULL, &book) == KEYSHARE_ERR_ARGUMENT);
    PROCESS_REQUIRE(
        keyshare_memory_set(NULL, NULL, NULL) == KEYSHARE_ERR_ARGUMENT);
    /* A refusal is not the one time. */
    PROCESS_REQUIRE(set_book() == KEYSHARE_OK);
    memory = keyshare_memory_new(1);
    PROCESS_REQUIRE(memory == book.room[0]);
    keyshare_memory_delete(memory, 1);
}

START_TEST(arguments_are_checked)
{
    process_run(arguments);
}
END_TEST

static void
twice(void)
{
    static struct book other;
    void *memory;

    PROCESS_REQUIRE(set_book() == KEYSHARE_OK);
    PROCESS_REQUIRE(
        keyshare_memory_set(allocate, take_back, &other) == KEYSHARE_ERR_STATE);
    PROCESS_REQUIRE(set_book() == KEYSHARE_ERR_STATE);
    memory = keyshare_memory_new(1);
    PROCESS_REQUIRE(memory == book.room[0] && other.given == 0);
    keyshare_memory_delete(memory, 1);
    PROCESS_REQUIRE(set_book() == KEYSHARE_ERR_STATE);
}

START_TEST(set_once)
{
    process_run(twice);
}
END_TEST

static void
after_use(void)
{
    uint8_t *memory = keyshare_memory_new(10);

    PROCESS_REQUIRE(memory != NULL);
    PROCESS_REQUIRE(set_book() == KEYSHARE_ERR_STATE);
    memset(memory, 1, 10);
    keyshare_memory_delete(memory, 10);
    PROCESS_REQUIRE(set_book() == KEYSHARE_ERR_STATE);
    PROCESS_REQUIRE(book.given == 0 && book.taken_back == 0 && !book.bad);
}

START_TEST(not_after_use)
{
    process_run(after_use);
}
END_TEST

static void
custom(void)
{
    static const size_t sizes[4] = {1, 33, 64, 512};
    uint8_t *memory[4];

    PROCESS_REQUIRE(set_book() == KEYSHARE_OK);
    for (size_t i = 0; i < 4; i++) {
        memory[i] = keyshare_memory_new(sizes[i]);
        PROCESS_REQUIRE(memory[i] == book.room[i]);
        PROCESS_REQUIRE(book.sizes[i] == sizes[i]);
        for (size_t j = 0; j < sizeof book.room[i]; j++)
            PROCESS_REQUIRE(memory[i][j] == (j < sizes[i] ? 0 : 0xa5));
        memset(memory[i], 0x77, sizes[i]);
    }
    keyshare_memory_delete(NULL, 7);
    PROCESS_REQUIRE(book.taken_back == 0);
    for (size_t i = 0; i < 4; i++)
        keyshare_memory_delete(memory[i], sizes[i]);
    PROCESS_REQUIRE(book.taken_back == 4 && !book.bad);
}

START_TEST(custom_is_zeroed_wiped_and_told_the_size)
{
    process_run(custom);
}
END_TEST

/* What a secret takes is given back as it was taken. */
static void
secrets(void)
{
    static uint8_t bytes[40];
    keyshare_secret *secret;

    memset(bytes, 0x77, sizeof bytes);
    PROCESS_REQUIRE(set_book() == KEYSHARE_OK);
    PROCESS_REQUIRE(
        keyshare_secret_copy(&secret, bytes, sizeof bytes) == KEYSHARE_OK);
    PROCESS_REQUIRE(book.given == 1 && book.sizes[0] >= sizeof bytes);
    PROCESS_REQUIRE(keyshare_memory_count(book.sizes[0]) ==
                    keyshare_secret_memory(sizeof bytes));
    keyshare_secret_free(&secret);
    PROCESS_REQUIRE(keyshare_secret_generate(&secret, 33, NULL) == KEYSHARE_OK);
    keyshare_secret_free(&secret);
    PROCESS_REQUIRE(book.given == 2 && book.taken_back == 2 && !book.bad);
}

START_TEST(secrets_go_through_the_door)
{
    process_run(secrets);
}
END_TEST

static void
exhausted(void)
{
    static const uint8_t bytes[4] = {1, 2, 3, 4};
    keyshare_secret *secret = (keyshare_secret *)&book;

    book.empty = 1;
    PROCESS_REQUIRE(set_book() == KEYSHARE_OK);
    PROCESS_REQUIRE(keyshare_memory_new(1) == NULL);
    PROCESS_REQUIRE(
        keyshare_secret_copy(&secret, bytes, 4) == KEYSHARE_ERR_MEMORY);
    PROCESS_REQUIRE(secret == NULL);
    secret = (keyshare_secret *)&book;
    PROCESS_REQUIRE(
        keyshare_secret_generate(&secret, 32, NULL) == KEYSHARE_ERR_MEMORY);
    PROCESS_REQUIRE(secret == NULL);
    PROCESS_REQUIRE(book.taken_back == 0 && !book.bad);
}

START_TEST(no_memory_is_an_error)
{
    process_run(exhausted);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("memory");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");
    TCase *errors = tcase_create("errors");

    /* First those with a process of their own, which inherits whether this one
     * has taken memory. */
    tcase_add_test(errors, arguments_are_checked);
    tcase_add_test(errors, set_once);
    tcase_add_test(errors, not_after_use);
    tcase_add_test(errors, no_memory_is_an_error);
    suite_add_tcase(suite, errors);
    tcase_add_test(laws, custom_is_zeroed_wiped_and_told_the_size);
    tcase_add_test(laws, secrets_go_through_the_door);
    tcase_add_test(laws, default_is_zeroed_and_aligned);
    tcase_add_test(laws, two_are_two);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, wipe_wipes_just_that);
    tcase_add_test(bounds, count_is_the_least_multiple);
    tcase_add_test(bounds, burn_leaves_the_callers_stack);
    tcase_add_test(bounds, too_much_is_refused);
    suite_add_tcase(suite, bounds);
    return suite;
}
