/* SPDX-License-Identifier: ISC */
/* Blocks: what was measured is what is placed, aligned, apart and inside. */
#include "block.h"

#include <inttypes.h>
#include <stdlib.h>

#include "gen.h"
#include "suite.h"

#define ARRAYS 12

/* Takes the arrays; where they lie goes to places. */
static size_t
lay_out(void *start, const size_t *sizes, void **places)
{
    struct block block = {start, 0};

    for (size_t i = 0; i < ARRAYS; i++)
        places[i] = keyshare_block_take(&block, sizes[i]);
    return block.used;
}

START_TEST(measured_is_placed)
{
    struct gen gen = gen_begin();
    const size_t cases = gen_count(200);

    for (size_t c = 0; c < cases; c++) {
        size_t sizes[ARRAYS];
        void *places[ARRAYS];
        size_t measured;
        uint8_t *start;
        uintptr_t end;

        for (size_t i = 0; i < ARRAYS; i++)
            sizes[i] = gen_below(&gen, 70);
        measured = lay_out(NULL, sizes, places);
        for (size_t i = 0; i < ARRAYS; i++)
            ck_assert_ptr_null(places[i]);
        start = malloc(measured + 1);
        ck_assert_ptr_nonnull(start);
        ck_assert_uint_eq(lay_out(start, sizes, places), measured);
        end = (uintptr_t)start;
        for (size_t i = 0; i < ARRAYS; i++) {
            uintptr_t place = (uintptr_t)places[i];
            uintptr_t offset = place - (uintptr_t)start;

            ck_assert_msg(place >= end, "seed %" PRIu64 " case %zu array %zu",
                gen.seed, c, i);
            ck_assert_uint_eq(offset % KEYSHARE_BLOCK_ALIGNMENT, 0);
            /* malloc's memory is aligned for any type, which may be less. */
            ck_assert_uint_eq(place % _Alignof(max_align_t), 0);
            end = place + sizes[i];
        }
        ck_assert_uint_le(end, (uintptr_t)start + measured);
        free(start);
    }
}
END_TEST

/* A multiple of the alignment takes its own size and no more. */
START_TEST(room_is_not_wasted)
{
    struct block block = {NULL, 0};

    keyshare_block_take(&block, 0);
    ck_assert_uint_eq(block.used, 0);
    keyshare_block_take(&block, 1);
    ck_assert_uint_eq(block.used, KEYSHARE_BLOCK_ALIGNMENT);
    keyshare_block_take(&block, 2 * KEYSHARE_BLOCK_ALIGNMENT);
    ck_assert_uint_eq(block.used, 3 * KEYSHARE_BLOCK_ALIGNMENT);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("block");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(laws, measured_is_placed);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, room_is_not_wasted);
    suite_add_tcase(suite, bounds);
    return suite;
}
