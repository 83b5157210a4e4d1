/* SPDX-License-Identifier: ISC */
/* Repair against an independent implementation's shares: every index, from
 * every M others, is made again bit for bit. */
#include <string.h>

#include "read.h"
#include "suite.h"
#include "upkeep.h"
#include "vectors.h"

/* Where there are more subsets than this, SOME are tried, fewer on a slow
 * machine. */
#define SUBSETS 30
#define SOME    3

static void
repairs_to(const struct set *set, const size_t *others, unsigned index)
{
    struct table table;
    keyshare_secret *share;
    size_t chosen[KEYSHARE_COUNT_MAX];

    /* Places among the others, as places of the set. */
    for (size_t i = 0; i < set->policy.threshold; i++)
        chosen[i] = others[i] + (others[i] + 1 >= index);
    table = table_of(chosen, set->policy.threshold);
    share = upkeep_repair(set, &table, index);
    ck_assert_uint_eq(keyshare_secret_len(share), set->cards[index - 1].len);
    ck_assert_mem_eq(keyshare_secret_reveal(share), set->cards[index - 1].bytes,
        set->cards[index - 1].len);
    keyshare_secret_free(&share);
}

/* Of a large set, a few indices: judging costs with M. */
static unsigned
step_of(const struct set *set)
{
    return set->policy.count <= 16 ? 1 : set->policy.count / 3;
}

static size_t
repair_set(const struct set *set, struct gen *gen)
{
    const size_t threshold = set->policy.threshold;
    const size_t count = set->policy.count - 1;
    size_t others[KEYSHARE_COUNT_MAX];
    const size_t some = gen_count(SOME) < SOME ? gen_count(SOME) : SOME;
    size_t repaired = 0;

    if (count < threshold)
        return 0;
    for (unsigned index = 1; index <= set->policy.count;
         index += step_of(set)) {
        if (choice_count(threshold, count) <= SUBSETS) {
            choice_first(others, threshold);
            do {
                repairs_to(set, others, index);
                repaired++;
            } while (choice_next(others, threshold, count));
            continue;
        }
        for (size_t i = 0; i < some; i++, repaired++) {
            gen_choice(gen, others, threshold, count);
            repairs_to(set, others, index);
        }
    }
    return repaired;
}

START_TEST(every_index_is_made_again)
{
    json_t *file = vectors_load("custody.json");
    json_t *object = json_array_get(vectors_get(file, "cases"), (size_t)_i);
    json_t *epochs = vectors_get(object, "epochs");
    struct gen gen = gen_begin();
    static struct set set;
    json_t *epoch;
    size_t i;

    json_array_foreach(epochs, i, epoch)
    {
        size_t repaired;

        read_set(&set, epoch, vectors_get(object, "key"));
        repaired = repair_set(&set, &gen);
        ck_assert(repaired > 0 || set.policy.threshold == set.policy.count);
        set_free(&set);
    }
    json_decref(file);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("repair");
    TCase *cases = tcase_create("cases");

    tcase_add_unchecked_fixture(cases, set_plain_memory, NULL);
    tcase_add_loop_test(cases, every_index_is_made_again, 0,
        vectors_count("custody.json", "cases"));
    suite_add_tcase(suite, cases);
    return suite;
}
