/* SPDX-License-Identifier: ISC */
/* GF(2^8), exhaustively where it can be: against products made bit by bit. */
#include "gf256.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "suite.h"

#define COUNT_MAX 255
#define LEN_MAX   200

/* The product of polynomials over GF(2), then its remainder by 0x11B from the
 * top down: not the way that the library goes. */
static uint8_t
reference_mul(uint8_t a, uint8_t b)
{
    unsigned product = 0;

    for (unsigned i = 0; i < 8; i++)
        for (unsigned j = 0; j < 8; j++)
            product ^= (unsigned)((a >> i & 1) & (b >> j & 1)) << (i + j);
    for (unsigned bit = 14; bit >= 8; bit--)
        if (product >> bit & 1)
            product ^= 0x11bu << (bit - 8);
    return (uint8_t)product;
}

/* FIPS 197 (AES, the same field), 4.2: {57} * {83} = {c1}, and 4.2.1. */
START_TEST(fips_197)
{
    static const uint8_t products[][3] = {
        {0x57, 0x83, 0xc1},
        {0x57, 0x02, 0xae},
        {0x57, 0x04, 0x47},
        {0x57, 0x08, 0x8e},
        {0x57, 0x10, 0x07},
        {0x57, 0x13, 0xfe},
    };

    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        const uint8_t *p = products[i];

        ck_assert_uint_eq(reference_mul(p[0], p[1]), p[2]);
        ck_assert_uint_eq(keyshare_gf256_mul_public(p[0], p[1]), p[2]);
        ck_assert_uint_eq(keyshare_gf256_mul_public(p[1], p[0]), p[2]);
    }
}
END_TEST

/* All factors times all elements in one vector: each product once. */
START_TEST(every_product_by_dot)
{
    uint8_t all[256];
    uint8_t products[256];
    const uint8_t *const x[] = {all};

    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    for (unsigned c = 0; c < 256; c++) {
        const uint8_t factor = (uint8_t)c;

        keyshare_gf256_dot(products, &factor, x, 1, sizeof all);
        for (unsigned i = 0; i < 256; i++)
            ck_assert_msg(products[i] == reference_mul(factor, (uint8_t)i),
                "%u * %u", c, i);
    }
}
END_TEST

/* The same in vectors of one byte, which another part of the code makes. */
START_TEST(every_product_by_short_dot)
{
    for (unsigned c = 0; c < 256; c++)
        for (unsigned i = 0; i < 256; i++) {
            const uint8_t factor = (uint8_t)c;
            const uint8_t element = (uint8_t)i;
            const uint8_t *const x[] = {&element};
            uint8_t product;

            keyshare_gf256_dot(&product, &factor, x, 1, 1);
            ck_assert_msg(
                product == reference_mul(factor, element), "%u * %u", c, i);
        }
}
END_TEST

START_TEST(every_public_product)
{
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++)
            ck_assert_msg(keyshare_gf256_mul_public((uint8_t)a, (uint8_t)b) ==
                              reference_mul((uint8_t)a, (uint8_t)b),
                "%u * %u", a, b);
}
END_TEST

START_TEST(every_inverse)
{
    ck_assert_uint_eq(keyshare_gf256_invert_public(0), 0);
    for (unsigned a = 1; a < 256; a++)
        ck_assert_msg(reference_mul((uint8_t)a,
                          keyshare_gf256_invert_public((uint8_t)a)) == 1,
            "1 / %u", a);
}
END_TEST

/* Vectors that are as long as they are, so that a sanitizer sees what is read
 * or written beyond. */
struct vectors {
    uint8_t c[COUNT_MAX];
    uint8_t *x[COUNT_MAX];
    uint8_t expected[LEN_MAX];
};

static void
vectors_begin(struct vectors *v, struct gen *gen, size_t count, size_t len)
{
    memset(v->expected, 0, sizeof v->expected);
    for (size_t j = 0; j < count; j++) {
        /* Zero, one, and ones in all bits, more often than chance gives them. */
        static const uint8_t edges[] = {0, 1, 0x80, 0xff};

        v->c[j] = gen_below(gen, 4) == 0 ? edges[gen_below(gen, 4)]
                                         : (uint8_t)gen_next(gen);
        v->x[j] = malloc(len == 0 ? 1 : len);
        ck_assert_ptr_nonnull(v->x[j]);
        gen_bytes(gen, v->x[j], len);
        for (size_t i = 0; i < len; i++)
            v->expected[i] ^= reference_mul(v->c[j], v->x[j][i]);
    }
}

static void
vectors_end(struct vectors *v, size_t count)
{
    for (size_t j = 0; j < count; j++)
        free(v->x[j]);
}

static const size_t counts[] = {0, 1, 2, 3, 5, 7, 17, COUNT_MAX};

/* Every length, at every alignment of the result, and nothing beyond it. */
START_TEST(dot_is_the_sum_of_products)
{
    struct gen gen = gen_begin();
    size_t count = counts[_i];

    for (size_t len = 0; len <= LEN_MAX; len++) {
        uint8_t room[LEN_MAX + 10];
        uint8_t *y = room + 1 + len % 8;
        struct vectors v;

        vectors_begin(&v, &gen, count, len);
        memset(room, 0xa5, sizeof room);
        keyshare_gf256_dot(y, v.c, (const uint8_t *const *)v.x, count, len);
        ck_assert_msg(memcmp(y, v.expected, len) == 0,
            "seed %" PRIu64 " length %zu", gen.seed, len);
        for (uint8_t *at = room; at < room + sizeof room; at++)
            if (at < y || at >= y + len)
                ck_assert_msg(
                    *at == 0xa5, "length %zu: wrote at %td", len, at - y);
        vectors_end(&v, count);
    }
}
END_TEST

/* An empty sum is zero, and so is one whose factors are. */
START_TEST(sums_of_nothing_are_zero)
{
    static const uint8_t zeros[LEN_MAX];
    const uint8_t c[] = {0, 0};
    uint8_t ones[LEN_MAX];
    const uint8_t *const x[] = {ones, ones};

    memset(ones, 0xff, sizeof ones);
    for (size_t len = 1; len <= LEN_MAX; len++) {
        uint8_t y[LEN_MAX];

        memset(y, 0xa5, sizeof y);
        keyshare_gf256_dot(y, NULL, NULL, 0, len);
        ck_assert_mem_eq(y, zeros, len);
        memset(y, 0xa5, sizeof y);
        keyshare_gf256_dot(y, c, x, 2, len);
        ck_assert_mem_eq(y, zeros, len);
    }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("gf256");
    TCase *vectors = tcase_create("vectors");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(vectors, fips_197);
    suite_add_tcase(suite, vectors);
    tcase_add_test(laws, every_product_by_dot);
    tcase_add_test(laws, every_product_by_short_dot);
    tcase_add_test(laws, every_public_product);
    tcase_add_test(laws, every_inverse);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(bounds, dot_is_the_sum_of_products, 0,
        (int)(sizeof counts / sizeof *counts));
    tcase_add_test(bounds, sums_of_nothing_are_zero);
    suite_add_tcase(suite, bounds);
    return suite;
}
