/* SPDX-License-Identifier: ISC */
/* What raw sharing leaves behind, by each back end: after a split and after a
 * combination no 8 bytes in a row of secret, coefficients or shares are found
 * in all memory that can be written, the stack included.
 *
 * What the secrets are is computed in a process of its own (scan.h).
 */
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer keeps copies of its own")
#elif !defined(__linux__)
SKIPPED_MAIN("/proc/self/maps is needed")
#else

#include <string.h>

#include <keyshare/raw.h>

#include "gen.h"
#include "process.h"
#include "scan.h"
#include "suite.h"

#define THRESHOLD  3
#define COUNT      5
#define LEN_MAX    700

static struct shared {
    size_t count; /* of windows */
    struct scan_masked secret;
    struct scan_masked shares[THRESHOLD];
    struct scan_found found;
} * shared;

/* Vectors alone; with a rest; less than one; so long that tables are made. */
static const size_t lens[] = {32, 45, 23, LEN_MAX};
#define LENS       (sizeof lens / sizeof *lens)

static size_t len;
static unsigned backend;

static struct {
    uint8_t secret[LEN_MAX];
    uint8_t shares[COUNT][LEN_MAX];
} memory;

static void
split(const keyshare_random *random)
{
    uint8_t *shares[COUNT];
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;

    terms.threshold = THRESHOLD;
    terms.count = COUNT;
    for (size_t i = 0; i < COUNT; i++)
        shares[i] = memory.shares[i];
    PROCESS_REQUIRE(keyshare_raw_split(shares, &terms, memory.secret, len,
                        random) == KEYSHARE_OK);
}

/* ---- The process that knows ---- */

static void
know(void)
{
    static uint8_t coefficients[THRESHOLD - 1][LEN_MAX];
    struct gen gen = gen_begin();
    const keyshare_random random = gen_random(&gen);

    gen_bytes(&gen, memory.secret, len);
    scan_add(0, memory.secret, len);
    scan_mask(&shared->secret, memory.secret, len);
    gen = gen_begin();
    gen_bytes(&gen, coefficients[0], (THRESHOLD - 1) * len);
    scan_add(0, coefficients[0], (THRESHOLD - 1) * len);
    gen = gen_begin();
    split(&random);
    for (size_t i = 0; i < COUNT; i++)
        scan_add(0, memory.shares[i], len);
    for (size_t i = 0; i < THRESHOLD; i++)
        scan_mask(&shared->shares[i], memory.shares[i], len);
    shared->count = scan_ready();
}

/* ---- The process that is looked at ---- */

static void
split_known(void)
{
    struct gen gen = gen_begin();
    const keyshare_random random = gen_random(&gen);

    split(&random);
}

static void
split_by_the_system(void)
{
    split(NULL);
}

static void
combine(void)
{
    static const uint8_t indices[THRESHOLD] = {1, 2, 3};
    const uint8_t *shares[THRESHOLD];

    for (size_t i = 0; i < THRESHOLD; i++)
        shares[i] = memory.shares[i];
    PROCESS_REQUIRE(keyshare_raw_combine(memory.secret, shares, indices,
                        THRESHOLD, len) == KEYSHARE_OK);
}

/* A control: a copy in the stack. */
static void
leave(void)
{
    uint8_t copy[SCAN_WINDOW];

    for (size_t i = 0; i < sizeof copy; i++)
        copy[i] = memory.secret[i];
    __asm__ volatile("" : : "r"(copy) : "memory");
}

static const struct {
    const char *name;
    void (*operation)(void);
    bool leaves;
} operations[] = {
    {"a control", leave, true},
    {"split", split_known, false},
    {"split, by the system's generator", split_by_the_system, false},
    {"combine", combine, false},
};
#define OPERATIONS (sizeof operations / sizeof *operations)

static void (*operation)(void);

static void
operate_and_look(void)
{
    PROCESS_REQUIRE(keyshare_raw_backend_select(
                        keyshare_raw_backend(backend)) == KEYSHARE_OK);
    scan_unmask(memory.secret, &shared->secret);
    for (size_t i = 0; i < THRESHOLD; i++)
        scan_unmask(memory.shares[i], &shared->shares[i]);
    scan_apart(operation);
    scan_wipe(&memory, sizeof memory);
    scan_look(&shared->found, 0);
}

START_TEST(leaves_nothing)
{
    len = lens[_i];
    for (backend = 0; keyshare_raw_backend(backend) != NULL; backend++)
        for (size_t i = 0; i < OPERATIONS; i++) {
            shared = scan_begin(sizeof *shared);
            process_run(know);
            ck_assert_uint_gt(shared->count, len);
            operation = operations[i].operation;
            process_run(operate_and_look);
            ck_assert_msg((shared->found.count > 0) == operations[i].leaves,
                "%s: %s of %zu bytes: %zu windows, the first %s",
                keyshare_raw_backend(backend), operations[i].name, len,
                shared->found.count, shared->found.where);
            scan_end();
        }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("residue_raw");
    TCase *test = tcase_create("residue");

    suite_add_tcase(suite, test);
    tcase_add_loop_test(test, leaves_nothing, 0, (int)LENS);
    return suite;
}

#endif
