/* SPDX-License-Identifier: ISC */
/* What raw sharing over a prime field takes of the stack, and what it leaves
 * there and elsewhere: no 8 bytes in a row of the secret, a share, a coefficient
 * or a sum on the way, with the highest byte first or the lowest.
 *
 * What the secrets are is computed in a process of its own (scan.h).
 */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#endif
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer keeps copies of its own")
#elif !defined(__linux__)
SKIPPED_MAIN("/proc/self/maps is needed")
#else

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "../custody/primes.h"
#include "gen.h"
#include "process.h"
#include "scan.h"
#include "suite.h"

#define THRESHOLD  3
#define COUNT      5
#define STACK_SIZE (1 << 18)

static struct scalars s;
static const uint8_t indices[COUNT] = {1, 2, 3, 4, 5};

/* What the processes share. */
static struct shared {
    size_t count; /* of windows */
    struct scan_masked secret;
    struct scan_masked shares[COUNT];
    struct scan_found found;
} * shared;

/* ---- The process that knows ---- */

/* Of what is not reduced yet, the low bytes. */
static void
add_scalar(const mpz_t x)
{
    uint8_t big[KEYSHARE_RAW_PRIME_SIZE_MAX];
    uint8_t little[KEYSHARE_RAW_PRIME_SIZE_MAX];
    mpz_t low;

    mpz_init(low);
    mpz_fdiv_r_2exp(low, x, 8 * (mp_bitcnt_t)s.len);
    scalars_put(&s, big, low);
    mpz_clear(low);
    for (size_t i = 0; i < s.len; i++)
        little[i] = big[s.len - 1 - i];
    scan_add(0, big, s.len);
    scan_add(0, little, s.len);
}

/* The secret is drawn first, and then the coefficients: none is rejected, for
 * the modulus is just below a power of two. */
static void
know(void)
{
    struct gen gen = gen_begin();
    uint8_t bytes[KEYSHARE_RAW_PRIME_SIZE_MAX];
    mpz_t polynomial[THRESHOLD];
    mpz_t value;

    gen_bytes(&gen, bytes, s.len);
    scan_mask(&shared->secret, bytes, s.len);
    for (size_t k = 0; k < THRESHOLD; k++) {
        mpz_init(polynomial[k]);
        if (k > 0)
            gen_bytes(&gen, bytes, s.len);
        scalars_get(&s, polynomial[k], bytes);
        PROCESS_REQUIRE(mpz_cmp(polynomial[k], s.p) < 0);
        add_scalar(polynomial[k]);
    }
    mpz_init(value);
    for (size_t i = 0; i < COUNT; i++) {
        mpz_set_ui(value, 0);
        for (size_t k = 1; k <= THRESHOLD; k++) {
            mpz_mul_ui(value, value, indices[i]);
            add_scalar(value);
            mpz_add(value, value, polynomial[k % THRESHOLD]);
            mpz_fdiv_r(value, value, s.p);
            add_scalar(value);
        }
        scalars_put(&s, bytes, value);
        scan_mask(&shared->shares[i], bytes, s.len);
    }
    shared->count = scan_ready();
}

/* ---- The process that is looked at ---- */

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    gen_bytes(context, bytes, len);
    return 0;
}

static void
split(void)
{
    static struct gen gen;
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    /* The secret was drawn first. */
    gen = gen_begin();
    gen_bytes(&gen, s.values[0], s.len);
    random.fill = fill;
    random.context = &gen;
    PROCESS_REQUIRE(
        keyshare_raw_prime_split(s.shares, s.modulus, s.len, s.secret,
            THRESHOLD, NULL, COUNT, &random) == KEYSHARE_OK);
    for (size_t i = 0; i < COUNT; i++) {
        uint8_t expected[KEYSHARE_RAW_PRIME_SIZE_MAX];

        scan_unmask(expected, &shared->shares[i]);
        PROCESS_REQUIRE(memcmp(s.values[i], expected, s.len) == 0);
        scan_wipe(expected, s.len);
    }
}

static void
combine(void)
{
    for (size_t i = 0; i < COUNT; i++)
        scan_unmask(s.values[i], &shared->shares[i]);
    scan_wipe(s.secret, s.len);
    PROCESS_REQUIRE(keyshare_raw_prime_combine(s.secret, s.modulus, s.len,
                        s.chosen, indices, COUNT) == KEYSHARE_OK);
}

/* A share that is not below the modulus, after good ones. */
static void
combine_in_vain(void)
{
    for (size_t i = 0; i < COUNT; i++)
        scan_unmask(s.values[i], &shared->shares[i]);
    memset(s.values[COUNT - 1], 0xff, s.len);
    PROCESS_REQUIRE(keyshare_raw_prime_combine(s.secret, s.modulus, s.len,
                        s.chosen, indices, COUNT) == KEYSHARE_ERR_FORMAT);
}

/* The control: one that forgets. */
static void
forget(void)
{
    uint8_t copy[KEYSHARE_RAW_PRIME_SIZE_MAX];

    for (size_t i = 0; i < s.len; i++)
        copy[i] = s.secret[s.len - 1 - i];
    __asm__ volatile("" : : "r"(copy) : "memory");
}

static const struct {
    const char *name;
    void (*operation)(void);
    bool leaves;
} operations[] = {
    {"a control", forget, true},
    {"split", split, false},
    {"combine", combine, false},
    {"combine in vain", combine_in_vain, false},
};

#define OPERATIONS ((int)(sizeof operations / sizeof *operations))

static void (*operation)(void);

static void
operate_and_look(void)
{
    scan_unmask(s.secret, &shared->secret);
    scan_apart(operation);
    scan_wipe(s.secret, sizeof s.secret);
    scan_wipe(s.values, sizeof s.values);
    scan_look(&shared->found, 0);
}

static void
run(int place, int prime)
{
    scalars_begin(&s, prime);
    shared = scan_begin(sizeof *shared);
    process_run(know);
    ck_assert_uint_gt(shared->count, 4 * s.len);
    operation = operations[place].operation;
    process_run(operate_and_look);
    ck_assert_msg((shared->found.count > 0) == operations[place].leaves,
        "%s: %zu windows, the first %s", operations[place].name,
        shared->found.count, shared->found.where);
    scan_end();
    scalars_end(&s);
}

START_TEST(leaves_nothing_256)
{
    run(_i, PRIMES - 4);
}
END_TEST

START_TEST(leaves_nothing_4096)
{
    run(_i, PRIMES - 1);
}
END_TEST

/* ---- How much it takes ---- */

static void *
nothing(void *context)
{
    return context;
}

static void *
split_one(void *context)
{
    return keyshare_raw_prime_split(s.shares, s.modulus, s.len, s.secret, 2,
               NULL, 3, NULL) == KEYSHARE_OK
               ? context
               : NULL;
}

static void *
combine_one(void *context)
{
    return keyshare_raw_prime_combine(
               s.secret, s.modulus, s.len, s.chosen, indices, 2) == KEYSHARE_OK
               ? context
               : NULL;
}

/* How much of a thread's stack is used. */
static size_t
stack_of(void *(*body)(void *))
{
    uint8_t *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *done = NULL;
    size_t unused = 0;
    pthread_attr_t attributes;
    pthread_t thread;

    ck_assert(stack != MAP_FAILED);
    memset(stack, 0xa5, STACK_SIZE);
    ck_assert_int_eq(pthread_attr_init(&attributes), 0);
    ck_assert_int_eq(pthread_attr_setstack(&attributes, stack, STACK_SIZE), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, body, &s), 0);
    ck_assert_int_eq(pthread_join(thread, &done), 0);
    ck_assert_ptr_nonnull(done);
    pthread_attr_destroy(&attributes);
    while (stack[unused] == 0xa5)
        unused++;
    munmap(stack, STACK_SIZE);
    return STACK_SIZE - unused;
}

/* At 4096 bits, beside what a thread takes. */
START_TEST(stack)
{
    size_t bare;

    scalars_begin(&s, PRIMES - 1);
    ck_assert_ptr_nonnull(split_one(&s));
    ck_assert_ptr_nonnull(combine_one(&s));
    bare = stack_of(nothing);
    ck_assert_uint_le(stack_of(split_one), bare + KEYSHARE_RAW_PRIME_STACK);
    ck_assert_uint_le(stack_of(combine_one), bare + KEYSHARE_RAW_PRIME_STACK);
    ck_assert_uint_ge(stack_of(combine_one), bare + 4096);
    scalars_end(&s);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("raw_prime");
    TCase *residue = tcase_create("residue");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(residue, leaves_nothing_256, 0, OPERATIONS);
    tcase_add_loop_test(residue, leaves_nothing_4096, 0, OPERATIONS);
    suite_add_tcase(suite, residue);
    tcase_add_test(bounds, stack);
    suite_add_tcase(suite, bounds);
    return suite;
}

#endif
