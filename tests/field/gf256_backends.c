/* SPDX-License-Identifier: ISC */
/* Each back end of GF(2^8) that this machine has, against products made bit by
 * bit. What is not here was not tested: the names say which are. */
#include "gf256.h"
#include "gf256_backend.h"

#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "suite.h"

/* Beyond two blocks of the widest, and a guard on both sides. */
#define LEN_MAX 1200
#define GUARD   64
#define ROOM    (LEN_MAX + 2 * GUARD + 64)
#define MANY    40

static uint8_t products[256][256];

static void
make_products(void)
{
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            unsigned product = 0;

            for (unsigned i = 0; i < 8; i++)
                if (b >> i & 1)
                    product ^= a << i;
            for (unsigned bit = 15; bit >= 8; bit--)
                if (product >> bit & 1)
                    product ^= 0x11bu << (bit - 8);
            products[a][b] = (uint8_t)product;
        }
}

static const struct gf256_backend *
next(unsigned which)
{
    return keyshare_gf256_backend(which);
}

#define EACH_BACKEND(b)                                                        \
    for (unsigned which_ = 0; ((b) = next(which_)) != NULL; which_++)

/* Lengths where something may begin or end. */
static size_t
length(struct gen *gen, size_t i)
{
    return i <= 300 ? i : 300 + gen_below(gen, LEN_MAX - 300 + 1);
}

/* An address that is aligned to 64, and OFF beyond. */
static uint8_t *
place(uint8_t *room, size_t off)
{
    return room + ((0 - (uintptr_t)room) & 63) + GUARD + off;
}

static void
guards_stand(const struct gf256_backend *b, const uint8_t *y, size_t len)
{
    for (size_t i = 1; i <= GUARD / 2; i++)
        ck_assert_msg(y[-(ptrdiff_t)i] == 0xa5 && y[len + i - 1] == 0xa5,
            "%s: length %zu: wrote beyond", b->name, len);
}

START_TEST(every_product)
{
    const struct gf256_backend *b;
    uint8_t all[256], y[256];
    const uint8_t *const x[] = {all};

    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    EACH_BACKEND(b)
    for (unsigned c = 0; c < 256; c++) {
        const uint8_t factor = (uint8_t)c;

        b->dot(y, &factor, x, 1, sizeof all);
        ck_assert_msg(memcmp(y, products[c], 256) == 0, "%s: %u", b->name, c);
        for (unsigned i = 0; i < 256; i++) {
            const uint8_t *const one[] = {all + i};

            b->dot(y, &factor, one, 1, 1);
            ck_assert_msg(y[0] == products[c][i], "%s: %u %u", b->name, c, i);
        }
    }
}
END_TEST

/* All lengths, at odd addresses, of few and of many vectors. */
START_TEST(dot_is_the_sum)
{
    static uint8_t rooms[MANY + 1][ROOM];
    static const size_t counts[] = {0, 1, 2, 5, MANY};
    const struct gf256_backend *b;
    struct gen gen = gen_begin();

    EACH_BACKEND(b)
    for (size_t i = 0; i < 340; i++) {
        const size_t len = length(&gen, i);
        const size_t count = counts[i % 5];
        uint8_t c[MANY], expected[LEN_MAX] = {0};
        const uint8_t *x[MANY];
        uint8_t *y = place(rooms[MANY], gen_below(&gen, 64));

        memset(rooms[MANY], 0xa5, ROOM);
        gen_bytes(&gen, c, sizeof c);
        for (size_t j = 0; j < count; j++) {
            uint8_t *from = place(rooms[j], gen_below(&gen, 64));

            gen_bytes(&gen, from, len);
            x[j] = from;
            for (size_t k = 0; k < len; k++)
                expected[k] ^= products[c[j]][from[k]];
        }
        b->dot(y, c, x, count, len);
        ck_assert_msg(memcmp(y, expected, len) == 0,
            "%s: %zu vectors of %zu bytes", b->name, count, len);
        guards_stand(b, y, len);
    }
}
END_TEST

/* So long that it is written beside the caches, at any alignment. */
START_TEST(long_dot_is_the_sum)
{
    const size_t len = ((size_t)8 << 20) + 1000;
    const uint8_t c[] = {0x53, 0xca};
    uint8_t *memory = malloc(4 * len + 256);
    uint8_t *expected = memory + 3 * len + 256;
    const uint8_t *const x[] = {memory, memory + len - 7};
    const struct gf256_backend *b;
    struct gen gen = gen_begin();

    ck_assert_ptr_nonnull(memory);
    for (size_t i = 0; i < 2 * len; i++)
        memory[i] = (uint8_t)(i * i >> 7);
    for (size_t i = 0; i < len; i++)
        expected[i] = products[c[0]][x[0][i]] ^ products[c[1]][x[1][i]];
    EACH_BACKEND(b)
    for (size_t off = 0; off < 64; off += 1 + gen_below(&gen, 40)) {
        uint8_t *y = memory + 2 * len + 64 + off;
        const size_t used = len - gen_below(&gen, 200);

        memset(memory + 2 * len, 0xa5, len + 256);
        b->dot(y, c, x, 2, used);
        ck_assert_msg(
            memcmp(y, expected, used) == 0, "%s: offset %zu", b->name, off);
        guards_stand(b, y, used);
    }
    free(memory);
}
END_TEST

/* What is evaluated, on addresses chosen for it. */
struct polynomials {
    uint8_t rooms[MANY][ROOM];
    uint8_t constant[LEN_MAX];
    uint8_t higher[MANY * LEN_MAX];
    uint8_t x[MANY];
    uint8_t *y[MANY];
};

static void
evaluate(const struct gf256_backend *b, struct gen *gen, size_t len,
    size_t degree, size_t count)
{
    static struct polynomials p;
    const size_t off = gen_below(gen, 64);
    const bool alike = gen_below(gen, 2) == 0;
    const struct gf256_evaluation e = {.y = p.y,
        .at = gen_below(gen, 3),
        .x = p.x,
        .count = count,
        .constant = p.constant,
        .higher = p.higher,
        .stride = len,
        .degree = degree,
        .len = len,
        .passing = gen_below(gen, 2) == 0};

    gen_bytes(gen, p.constant, len);
    gen_bytes(gen, p.higher, degree * len);
    gen_bytes(gen, p.x, sizeof p.x);
    p.x[0] = 1;
    for (size_t j = 0; j < count; j++) {
        p.x[j] |= p.x[j] == 0;
        memset(p.rooms[j], 0xa5, ROOM);
        p.y[j] = place(p.rooms[j], alike ? off : gen_below(gen, 64)) - e.at;
    }
    b->evaluate(&e);
    for (size_t j = 0; j < count; j++) {
        for (size_t i = 0; i < len; i++) {
            unsigned value = 0;

            for (size_t k = degree; k-- > 0;)
                value = products[value ^ p.higher[k * len + i]][p.x[j]];
            ck_assert_msg(p.y[j][e.at + i] == (value ^ p.constant[i]),
                "%s: degree %zu, %zu bytes, point %u, at %zu", b->name, degree,
                len, p.x[j], i);
        }
        guards_stand(b, p.y[j] + e.at, len);
    }
}

START_TEST(values_are_the_polynomials)
{
    const struct gf256_backend *b;
    struct gen gen = gen_begin();

    EACH_BACKEND(b)
    {
        for (size_t i = 0; i < 400; i++)
            evaluate(b, &gen, length(&gen, i), i % 7, 1 + gen_below(&gen, 9));
        for (size_t i = 0; i < 20; i++)
            evaluate(b, &gen, length(&gen, gen_below(&gen, 400)),
                gen_below(&gen, MANY), 1 + gen_below(&gen, MANY));
    }
}
END_TEST

/* Weights by their definition, of the chosen back end. */
START_TEST(weights_are_lagrange)
{
    const struct gf256_backend *b;
    struct gen gen = gen_begin();

    EACH_BACKEND(b)
    for (size_t count = 1; count <= 255; count += 1 + gen_below(&gen, 9)) {
        size_t chosen[256];
        uint8_t indices[255], weights[255];
        uint8_t x;

        ck_assert(keyshare_gf256_backend_choose(b->name));
        gen_choice(&gen, chosen, count + 1, 256);
        for (size_t i = 0; i < count; i++)
            indices[i] = (uint8_t)chosen[i];
        x = (uint8_t)chosen[count];
        keyshare_gf256_weights_public(weights, indices, count, x);
        for (size_t j = 0; j < count; j++) {
            uint8_t above = 1, below = 1;

            for (size_t i = 0; i < count; i++)
                if (i != j) {
                    above = products[above][x ^ indices[i]];
                    below = products[below][indices[j] ^ indices[i]];
                }
            ck_assert_msg(products[weights[j]][below] == above,
                "%s: %zu points, number %zu", b->name, count, j);
        }
    }
    ck_assert(keyshare_gf256_backend_choose(NULL));
}
END_TEST

START_TEST(logarithms)
{
    const struct gf256_tables *t = &keyshare_gf256_tables;
    uint8_t power = 1;

    ck_assert_uint_eq(t->log[0], 0);
    for (unsigned i = 0; i < 510; i++) {
        ck_assert_uint_eq(t->power[i], power);
        ck_assert_uint_eq(t->log[power], i % 255);
        power = products[power][3];
    }
}
END_TEST

START_TEST(choosing)
{
    const struct gf256_backend *b;
    const struct gf256_backend *last = NULL;

    ck_assert_ptr_eq(keyshare_gf256_backend_chosen(), next(0));
    EACH_BACKEND(b)
    {
        ck_assert(keyshare_gf256_backend_choose(b->name));
        ck_assert_ptr_eq(keyshare_gf256_backend_chosen(), b);
        last = b;
    }
    ck_assert_ptr_eq(last, &keyshare_gf256_portable);
    ck_assert(!keyshare_gf256_backend_choose("portabl"));
    ck_assert(!keyshare_gf256_backend_choose(""));
    ck_assert_ptr_eq(keyshare_gf256_backend_chosen(), last);
    ck_assert(keyshare_gf256_backend_choose(NULL));
    ck_assert_ptr_eq(keyshare_gf256_backend_chosen(), next(0));
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("gf256_backends");
    TCase *each = tcase_create("each");
    TCase *public = tcase_create("public");

    tcase_add_unchecked_fixture(each, make_products, NULL);
    tcase_add_test(each, every_product);
    tcase_add_test(each, dot_is_the_sum);
    tcase_add_test(each, long_dot_is_the_sum);
    tcase_add_test(each, values_are_the_polynomials);
    suite_add_tcase(suite, each);
    tcase_add_unchecked_fixture(public, make_products, NULL);
    tcase_add_test(public, weights_are_lagrange);
    tcase_add_test(public, logarithms);
    tcase_add_test(public, choosing);
    suite_add_tcase(suite, public);
    return suite;
}
