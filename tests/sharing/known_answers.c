/* SPDX-License-Identifier: ISC */
/* The self test's known answers: what this machine computes has them. (That it
 * notices a machine that does not is forced where primitives are replaced.) */
#include "known_answers.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* In room that is just as long as it says, twice over: what is left in it does
 * not matter. */
START_TEST(they_hold)
{
    size_t size = keyshare_known_answers_room();
    void *room = malloc(size);

    ck_assert_ptr_nonnull(room);
    memset(room, 0xa5, size);
    ck_assert(keyshare_known_answers_hold(room));
    ck_assert(keyshare_known_answers_hold(room));
    free(room);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("known_answers");
    TCase *vectors = tcase_create("vectors");

    tcase_add_test(vectors, they_hold);
    suite_add_tcase(suite, vectors);
    return suite;
}
