/* SPDX-License-Identifier: ISC */
/* Shamir over a prime field, from below: the room, what is a modulus, what is a
 * candidate. (What it computes: tests/custody/raw_prime.c.) */
#include "shamir_prime.h"

#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "suite.h"

#define SIZE_MAX_HERE KEYSHARE_SHAMIR_PRIME_SIZE_MAX

/* For every length the room is enough, and all of it is used: just as large, it
 * is not left (a sanitizer or memcheck sees it). */
START_TEST(room)
{
    struct gen gen = gen_begin();
    uint8_t modulus[SIZE_MAX_HERE];
    uint8_t *values[2];
    static const uint8_t indices[2] = {1, 2};

    for (size_t len = 1; len <= sizeof modulus; len++) {
        const size_t size = keyshare_shamir_prime_room(len);
        void *memory = malloc(size);
        uint8_t *scalars = calloc(3, len);
        struct shamir_prime field;

        ck_assert_uint_le(size, KEYSHARE_SHAMIR_PRIME_ROOM_MAX);
        /* Inverting takes a while: of long ones some. */
        if (len <= 80 || len % 16 == 0 || len % 16 == 1) {
            ck_assert(memory != NULL && scalars != NULL);
            gen_bytes(&gen, modulus, len);
            modulus[0] |= 0x42;
            modulus[len - 1] |= 1;
            keyshare_shamir_prime_begin(&field, memory, modulus, len);
            values[0] = scalars;
            values[1] = scalars + len;
            scalars[3 * len - 1] = 2;
            keyshare_shamir_prime_step(
                &field, values, indices, 2, scalars + 2 * len);
            keyshare_shamir_prime_step(
                &field, values, indices, 2, scalars + 2 * len);
            ck_assert_uint_eq(scalars[len - 1], 4);
            ck_assert_uint_eq(scalars[2 * len - 1], 6);
            keyshare_shamir_prime_sum_begin(&field);
            for (size_t i = 0; i < 2; i++)
                keyshare_shamir_prime_sum_add(&field, values[i], indices, 2, i);
            ck_assert(
                keyshare_shamir_prime_sum_end(&field, scalars, indices, 2));
            ck_assert_mem_eq(scalars, scalars + 2 * len, len);
        }
        free(scalars);
        free(memory);
    }
}
END_TEST

START_TEST(is_modulus)
{
    static uint8_t bytes[SIZE_MAX_HERE + 1];

    for (unsigned value = 0; value < 256; value++) {
        bytes[0] = (uint8_t)value;
        ck_assert(keyshare_shamir_prime_is_modulus(bytes, 1) ==
                  (value >= 3 && value % 2 == 1));
        bytes[1] = 1;
        ck_assert(keyshare_shamir_prime_is_modulus(bytes, 2) == (value != 0));
        bytes[1] = 2;
        ck_assert(!keyshare_shamir_prime_is_modulus(bytes, 2));
    }
    memset(bytes, 0xff, sizeof bytes);
    ck_assert(!keyshare_shamir_prime_is_modulus(bytes, 0));
    ck_assert(keyshare_shamir_prime_is_modulus(bytes, SIZE_MAX_HERE));
    ck_assert(!keyshare_shamir_prime_is_modulus(bytes, SIZE_MAX_HERE + 1));
}
END_TEST

/* As many bits as the modulus has stay, and what is below is told. */
START_TEST(candidates)
{
    void *memory = malloc(keyshare_shamir_prime_room(1));

    ck_assert_ptr_nonnull(memory);
    for (unsigned value = 3; value < 256; value += 2) {
        const uint8_t modulus = (uint8_t)value;
        struct shamir_prime field;
        unsigned bits = 2;

        while (bits <= value)
            bits *= 2;
        keyshare_shamir_prime_begin(&field, memory, &modulus, 1);
        for (unsigned byte = 0; byte < 256; byte++) {
            uint8_t scalar = (uint8_t)byte;

            ck_assert(keyshare_shamir_prime_is_below(&field, &scalar) ==
                      (byte < value ? UINT32_MAX : 0));
            keyshare_shamir_prime_trim(&field, &scalar);
            ck_assert_uint_eq(scalar, byte % bits);
        }
    }
    free(memory);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("shamir_prime");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(bounds, room);
    tcase_add_test(bounds, is_modulus);
    tcase_add_test(bounds, candidates);
    suite_add_tcase(suite, bounds);
    return suite;
}
