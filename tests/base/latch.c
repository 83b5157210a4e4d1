/* SPDX-License-Identifier: ISC */
/* The latch: open at first, closed for good, and then nothing is done. */
#include "latch.h"

#include <keyshare/secret.h>

#include "process.h"
#include "suite.h"

static void
closing(void)
{
    static const uint8_t bytes[1] = {1};
    keyshare_secret *secret;

    PROCESS_REQUIRE(!keyshare_latch_is_closed());
    PROCESS_REQUIRE(keyshare_secret_generate(&secret, 16, NULL) == KEYSHARE_OK);
    keyshare_latch_close();
    PROCESS_REQUIRE(keyshare_latch_is_closed());
    PROCESS_REQUIRE(keyshare_latch_is_closed());
    keyshare_latch_close();
    PROCESS_REQUIRE(keyshare_latch_is_closed());
    /* What is there can still be looked at, and freed. */
    PROCESS_REQUIRE(keyshare_secret_len(secret) == 16);
    keyshare_secret_free(&secret);
    PROCESS_REQUIRE(
        keyshare_secret_generate(&secret, 16, NULL) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(secret == NULL);
    PROCESS_REQUIRE(keyshare_secret_copy(&secret, bytes, 1) == KEYSHARE_OK);
    keyshare_secret_free(&secret);
}

START_TEST(closes_for_good)
{
    process_run(closing);
    /* That was another process: here it is open. */
    ck_assert(!keyshare_latch_is_closed());
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("latch");
    TCase *laws = tcase_create("laws");

    tcase_add_test(laws, closes_for_good);
    suite_add_tcase(suite, laws);
    return suite;
}
