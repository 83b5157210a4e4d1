/* SPDX-License-Identifier: ISC */
/* Secrets: a copy is a copy, a drawn one is what was drawn, and a failure
 * leaves none. */
#include "secret.h"

#include <string.h>

#include "gen.h"
#include "suite.h"

/* What a pointer holds before a call that must overwrite it. */
static keyshare_secret *
garbage(void)
{
    static max_align_t place;

    return (keyshare_secret *)&place;
}

/* Gives zeros, but for the last byte, which is the context's. */
static int
fill_zeros(void *context, uint8_t *bytes, size_t len)
{
    const uint8_t *last = context;

    memset(bytes, 0, len);
    bytes[len - 1] = *last;
    return 0;
}

static int
fill_and_fail(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    memset(bytes, 0x77, len);
    return -1;
}

START_TEST(copy_is_a_copy)
{
    uint8_t original[100];
    uint8_t kept[100];
    struct gen gen = gen_begin();

    for (size_t len = 1; len <= sizeof original; len++) {
        keyshare_secret *secret = garbage();

        gen_bytes(&gen, original, sizeof original);
        memcpy(kept, original, sizeof kept);
        ck_assert_int_eq(
            keyshare_secret_copy(&secret, original, len), KEYSHARE_OK);
        memset(original, 0, sizeof original);
        ck_assert_uint_eq(keyshare_secret_len(secret), len);
        ck_assert_mem_eq(keyshare_secret_reveal(secret), kept, len);
        keyshare_secret_free(&secret);
        ck_assert_ptr_null(secret);
    }
}
END_TEST

START_TEST(generated_is_what_was_drawn)
{
    for (size_t len = 1; len <= 100; len++) {
        struct gen gen = gen_begin();
        struct gen again = gen;
        keyshare_random random = gen_random(&gen);
        keyshare_secret *secret = garbage();
        uint8_t drawn[100];

        ck_assert_int_eq(
            keyshare_secret_generate(&secret, len, &random), KEYSHARE_OK);
        gen_bytes(&again, drawn, len);
        ck_assert_uint_eq(gen.state, again.state);
        ck_assert_uint_eq(keyshare_secret_len(secret), len);
        ck_assert_mem_eq(keyshare_secret_reveal(secret), drawn, len);
        keyshare_secret_free(&secret);
    }
}
END_TEST

START_TEST(system_gives_two_different_ones)
{
    keyshare_secret *a;
    keyshare_secret *b;

    ck_assert_int_eq(keyshare_secret_generate(&a, 32, NULL), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_secret_generate(&b, 32, NULL), KEYSHARE_OK);
    ck_assert_mem_ne(keyshare_secret_reveal(a), keyshare_secret_reveal(b), 32);
    keyshare_secret_free(&a);
    keyshare_secret_free(&b);
}
END_TEST

START_TEST(new_is_zero_and_can_be_written)
{
    static const uint8_t zeros[50];
    keyshare_secret *secret = keyshare_secret_new(sizeof zeros);

    ck_assert_ptr_nonnull(secret);
    ck_assert_uint_eq(keyshare_secret_len(secret), sizeof zeros);
    ck_assert_mem_eq(keyshare_secret_reveal(secret), zeros, sizeof zeros);
    ck_assert_ptr_eq(
        keyshare_secret_bytes(secret), keyshare_secret_reveal(secret));
    keyshare_secret_bytes(secret)[49] = 1;
    ck_assert_uint_eq(keyshare_secret_reveal(secret)[49], 1);
    keyshare_secret_free(&secret);
}
END_TEST

START_TEST(null_has_nothing)
{
    keyshare_secret *secret = NULL;

    ck_assert_uint_eq(keyshare_secret_len(NULL), 0);
    ck_assert_ptr_null(keyshare_secret_reveal(NULL));
    keyshare_secret_free(NULL);
    keyshare_secret_free(&secret);
    ck_assert_ptr_null(secret);
}
END_TEST

START_TEST(copy_checks_arguments)
{
    const uint8_t bytes[1] = {1};
    keyshare_secret *secret = garbage();

    ck_assert_int_eq(
        keyshare_secret_copy(NULL, bytes, 1), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_secret_copy(&secret, NULL, 1), KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(secret);
    secret = garbage();
    ck_assert_int_eq(
        keyshare_secret_copy(&secret, bytes, 0), KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(secret);
}
END_TEST

START_TEST(generate_checks_arguments)
{
    struct gen gen = gen_begin();
    keyshare_random random = gen_random(&gen);
    keyshare_secret *secret = garbage();

    ck_assert_int_eq(
        keyshare_secret_generate(NULL, 32, NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_secret_generate(&secret, 0, NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(secret);
    secret = garbage();
    random.size--;
    ck_assert_int_eq(
        keyshare_secret_generate(&secret, 32, &random), KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(secret);
    secret = garbage();
    random.size++;
    random.fill = NULL;
    ck_assert_int_eq(
        keyshare_secret_generate(&secret, 32, &random), KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(secret);
    ck_assert_uint_eq(gen.state, gen.seed);
}
END_TEST

/* From sixteen bytes on, zeros are no accident. */
START_TEST(stuck_generator_is_refused)
{
    uint8_t last = 0;
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    random.fill = fill_zeros;
    random.context = &last;
    for (size_t len = 1; len <= 64; len++) {
        keyshare_secret *secret = garbage();
        keyshare_error error = keyshare_secret_generate(&secret, len, &random);

        ck_assert_int_eq(error, len < 16 ? KEYSHARE_OK : KEYSHARE_ERR_RANDOM);
        ck_assert_int_eq(secret == NULL, len >= 16);
        keyshare_secret_free(&secret);
    }
    last = 1;
    for (size_t len = 1; len <= 64; len++) {
        keyshare_secret *secret = garbage();

        ck_assert_int_eq(
            keyshare_secret_generate(&secret, len, &random), KEYSHARE_OK);
        keyshare_secret_free(&secret);
    }
}
END_TEST

START_TEST(failing_generator_is_an_error)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    keyshare_secret *secret = garbage();

    random.fill = fill_and_fail;
    ck_assert_int_eq(
        keyshare_secret_generate(&secret, 32, &random), KEYSHARE_ERR_RANDOM);
    ck_assert_ptr_null(secret);
}
END_TEST

/* Lengths that the header's size would turn into small ones. */
START_TEST(too_long_is_no_memory)
{
    const uint8_t bytes[1] = {1};
    keyshare_secret *secret;

    ck_assert_uint_eq(keyshare_secret_memory(0), 0);
    for (size_t less = 0; less <= 200; less++) {
        const size_t told = keyshare_secret_memory(SIZE_MAX - less);

        ck_assert(told == 0 || told > SIZE_MAX - less);
        ck_assert_ptr_null(keyshare_secret_new(SIZE_MAX - less));
        secret = garbage();
        ck_assert_int_eq(keyshare_secret_copy(&secret, bytes, SIZE_MAX - less),
            KEYSHARE_ERR_MEMORY);
        ck_assert_ptr_null(secret);
        secret = garbage();
        ck_assert_int_eq(
            keyshare_secret_generate(&secret, SIZE_MAX - less, NULL),
            KEYSHARE_ERR_MEMORY);
        ck_assert_ptr_null(secret);
    }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("secret");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");
    TCase *errors = tcase_create("errors");

    tcase_add_test(laws, copy_is_a_copy);
    tcase_add_test(laws, generated_is_what_was_drawn);
    tcase_add_test(laws, system_gives_two_different_ones);
    tcase_add_test(laws, new_is_zero_and_can_be_written);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, null_has_nothing);
    tcase_add_test(bounds, too_long_is_no_memory);
    suite_add_tcase(suite, bounds);
    tcase_add_test(errors, copy_checks_arguments);
    tcase_add_test(errors, generate_checks_arguments);
    tcase_add_test(errors, stuck_generator_is_refused);
    tcase_add_test(errors, failing_generator_is_an_error);
    suite_add_tcase(suite, errors);
    return suite;
}
