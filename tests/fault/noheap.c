/* SPDX-License-Identifier: ISC */
/* No heap: from dealing to recovery all memory is from one static array, of
 * exactly as many bytes as the library says that it takes.
 *
 * malloc and its kin, and mmap, stand in this program: so the dynamic linker
 * gives them to libsodium and GMP too. GMP's own door is watched besides.
 */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* strdup */
#endif
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer's allocator is in the place of malloc")
#elif !defined(__GLIBC__)
SKIPPED_MAIN("glibc's names behind malloc are needed")
#else

#include <stdlib.h>
#include <string.h>

#include <gmp.h>
#include <sodium.h>

#include <keyshare/audit.h>
#include <keyshare/deal.h>
#include <keyshare/image.h>
#include <keyshare/memory.h>
#include <keyshare/recover.h>
#include <keyshare/self_test.h>

#include "firmware.h"
#include "gen.h"
#include "process.h"
#include "suite.h"

/* ---- The path ---- */

#define COUNT_MAX 17

/* What the operations work on. */
static struct {
    keyshare_terms terms;
    uint8_t key[100];
    size_t key_len;
    keyshare_record *dealt;
    keyshare_secret *shares[COUNT_MAX];
    keyshare_image cards[COUNT_MAX];
    keyshare_verdict verdicts[COUNT_MAX];
    keyshare_record *record;
    keyshare_secret *secret;
} path;

static keyshare_error
deal(void)
{
    struct gen gen = gen_begin();
    const keyshare_random random = gen_random(&gen);

    return keyshare_deal(
        &path.dealt, path.shares, &path.terms, path.key, path.key_len, &random);
}

static keyshare_error
decode(void)
{
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(path.dealt, &len);

    return keyshare_record_decode(&path.record, bytes, len, NULL);
}

static keyshare_error
prepare(void)
{
    return keyshare_record_prepare(path.record);
}

static keyshare_error
verify(void)
{
    return keyshare_verify(path.verdicts, path.record, NULL,
        &path.cards[path.terms.policy.count - 1]);
}

static keyshare_error
check_all(void)
{
    keyshare_recoverable recoverable;

    return keyshare_check(path.verdicts, &recoverable, NULL, path.record, NULL,
        path.cards, path.terms.policy.count);
}

static keyshare_error
recover(void)
{
    return keyshare_recover(&path.secret, path.verdicts, path.record, NULL,
        path.cards, path.terms.policy.count);
}

static keyshare_error
make_image(void)
{
    return keyshare_image_make(&path.secret, path.record, path.shares[0]);
}

static keyshare_error
make_image_without_record(void)
{
    return keyshare_image_make(&path.secret, NULL, path.shares[0]);
}

static keyshare_error
copy(void)
{
    return keyshare_secret_copy(&path.secret, path.key, path.key_len);
}

static keyshare_error
generate(void)
{
    struct gen gen = gen_begin();
    const keyshare_random random = gen_random(&gen);

    return keyshare_secret_generate(&path.secret, path.key_len, &random);
}

static keyshare_error
audit_both(void)
{
    const keyshare_record *const records[] = {path.record, path.dealt};
    keyshare_audit_report report = KEYSHARE_AUDIT_REPORT_INIT;
    keyshare_finding findings[2];

    return keyshare_audit(findings, &report, records, 2, NULL, 0);
}

static void
judge_and_recover(void)
{
    firmware_takes(keyshare_verify_memory(path.record), true, verify);
    PROCESS_REQUIRE(path.verdicts[0] == KEYSHARE_VERDICT_OK);
    firmware_takes(keyshare_check_memory(path.record),
        path.terms.policy.scheme == KEYSHARE_SCHEME_PEDERSEN ||
            path.terms.policy.count > path.terms.policy.threshold,
        check_all);
    firmware_takes(keyshare_recover_memory(path.record), true, recover);
    PROCESS_REQUIRE(keyshare_secret_len(path.secret) == path.key_len);
    PROCESS_REQUIRE(memcmp(keyshare_secret_reveal(path.secret), path.key,
                        path.key_len) == 0);
    keyshare_secret_free(&path.secret);
}

/* An operation that gives a secret, which is all that it takes. */
static void
gives_secret(size_t told, keyshare_error (*operation)(void))
{
    firmware_takes(told, true, operation);
    keyshare_secret_free(&path.secret);
}

static void
make_secrets(void)
{
    gives_secret(
        keyshare_image_memory(path.record, path.shares[0]), make_image);
    gives_secret(
        keyshare_image_memory(NULL, path.shares[0]), make_image_without_record);
    gives_secret(keyshare_secret_memory(path.key_len), copy);
    gives_secret(keyshare_secret_memory(path.key_len), generate);
}

/* As a device does when it starts. */
static void
test_itself(void)
{
    firmware_takes(keyshare_self_test_memory(), true, keyshare_self_test);
}

static void
walk(void)
{
    const keyshare_policy *policy = &path.terms.policy;
    size_t len;

    test_itself();
    firmware_takes(keyshare_deal_memory(policy, path.key_len), true, deal);
    for (unsigned i = 0; i < policy->count; i++)
        path.cards[i] = (keyshare_image){keyshare_secret_reveal(path.shares[i]),
            keyshare_secret_len(path.shares[i])};
    (void)keyshare_record_bytes(path.dealt, &len);
    /* Of any record as long as that: gf256's have no proof to be checked. */
    firmware_takes(keyshare_record_memory(len),
        policy->scheme == KEYSHARE_SCHEME_PEDERSEN, decode);
    firmware_takes(0, true, audit_both);
    judge_and_recover();
    firmware_takes(keyshare_record_prepare_memory(path.record), true, prepare);
    judge_and_recover();
    make_secrets();
    keyshare_record_free(&path.record);
    keyshare_record_free(&path.dealt);
    for (unsigned i = 0; i < policy->count; i++)
        keyshare_secret_free(&path.shares[i]);
}

static const struct {
    keyshare_scheme scheme;
    unsigned threshold;
    unsigned count;
    size_t key_len;
} cases[] = {
    {KEYSHARE_SCHEME_GF256, 5, 7, 32},
    {KEYSHARE_SCHEME_GF256, 3, 7, 16},
    {KEYSHARE_SCHEME_GF256, 1, 1, 1},
    {KEYSHARE_SCHEME_GF256, 13, 17, 100},
    {KEYSHARE_SCHEME_PEDERSEN, 5, 7, 32},
    {KEYSHARE_SCHEME_PEDERSEN, 3, 7, 16},
    {KEYSHARE_SCHEME_PEDERSEN, 1, 1, 1},
    {KEYSHARE_SCHEME_PEDERSEN, 13, 17, 100},
};

static int chosen;

static void
walk_chosen(void)
{
    static const char label[] = "0123456789abcdef0123456789abcdef"
                                "0123456789abcdef0123456789abcdef";
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    struct gen gen = gen_begin();

    terms.policy = (keyshare_policy){KEYSHARE_ROLE_CUSTOM, cases[chosen].scheme,
        cases[chosen].threshold, cases[chosen].count};
    terms.label = label;
    terms.label_len = sizeof label - 1;
    path.terms = terms;
    path.key_len = cases[chosen].key_len;
    gen_bytes(&gen, path.key, path.key_len);
    firmware_run(walk);
}

START_TEST(does_with_what_is_told)
{
    chosen = _i;
    process_run(walk_chosen);
}
END_TEST

/* ---- The trap sees it ---- */

static void
set_traps_off(void)
{
    void *volatile memory;
    mpz_t x;

    PROCESS_REQUIRE(sodium_init() >= 0);
    TRAPS(memory = malloc(1));
    TRAPS(memory = realloc(memory, 100));
    free(memory);
    TRAPS(memory = calloc(1, 1));
    free(memory);
    TRAPS(memory = strdup("from within the C library"));
    free(memory);
    TRAPS(memory = sodium_malloc(1));
    PROCESS_REQUIRE(memory != NULL);
    sodium_free(memory);
    TRAPS(mpz_init2(x, 1000));
    mpz_clear(x);
    firmware_watch_gmp();
    TRAPS(mpz_init2(x, 1000));
    mpz_clear(x);
}

START_TEST(the_trap_is_seen)
{
    process_run(set_traps_off);
}
END_TEST

/* The library itself does set it off where it was given no pool. */
static void
deal_from_the_heap(void)
{
    path.terms = (keyshare_terms)KEYSHARE_TERMS_INIT;
    path.terms.policy =
        (keyshare_policy){KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_GF256, 2, 3};
    path.key_len = 16;
    TRAPS(PROCESS_REQUIRE(deal() == KEYSHARE_OK));
    keyshare_record_free(&path.dealt);
    for (unsigned i = 0; i < 3; i++)
        keyshare_secret_free(&path.shares[i]);
}

START_TEST(without_a_pool_it_is_set_off)
{
    process_run(deal_from_the_heap);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("noheap");
    TCase *test = tcase_create("noheap");

    suite_add_tcase(suite, test);
    tcase_add_test(test, the_trap_is_seen);
    tcase_add_test(test, without_a_pool_it_is_set_off);
    tcase_add_loop_test(
        test, does_with_what_is_told, 0, (int)(sizeof cases / sizeof *cases));
    return suite;
}

#endif
