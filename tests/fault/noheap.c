/* SPDX-License-Identifier: ISC */
/* No heap: from dealing to recovery all memory is from one static array, of
 * exactly as many bytes as the library says that it takes.
 *
 * malloc and its kin, and mmap, stand in this program: so the dynamic linker
 * gives them to libsodium and GMP too. GMP's own door is watched besides.
 */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* syscall */
#endif
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer's allocator is in the place of malloc")
#elif !defined(__GLIBC__)
SKIPPED_MAIN("glibc's names behind malloc are needed")
#else

#include <stdalign.h>
#include <stdbool.h>
#include <string.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <gmp.h>
#include <sodium.h>

#include <keyshare/deal.h>
#include <keyshare/image.h>
#include <keyshare/memory.h>
#include <keyshare/recover.h>
#include <keyshare/self_test.h>

#include "gen.h"
#include "process.h"
#include "suite.h"

/* ---- The trap ---- */

/* Volatile: compilers know that malloc looks at neither. */
static volatile bool armed;
static volatile unsigned trapped;

static void
trap(void)
{
    if (armed)
        trapped++;
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *
malloc(size_t size)
{
    trap();
    return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
    trap();
    return __libc_calloc(count, size);
}

void *
realloc(void *memory, size_t size)
{
    trap();
    return __libc_realloc(memory, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
    trap();
    return __libc_memalign(alignment, size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
    trap();
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL ? 12 : 0;
}

#if defined(SYS_mmap2)
#define MMAP_CALL SYS_mmap2
#define MMAP_UNIT 4096
#else
#define MMAP_CALL SYS_mmap
#define MMAP_UNIT 1
#endif

/* Declared here and not by sys/mman.h, which may give one the other's name. */
void *mmap(void *address, size_t size, int protection, int flags, int file,
    long offset);
void *mmap64(void *address, size_t size, int protection, int flags, int file,
    int64_t offset);

void *
mmap64(void *address, size_t size, int protection, int flags, int file,
    int64_t offset)
{
    trap();
#if defined(__s390__)
    /* This machine's call takes one argument: where the six are. */
    const unsigned long all[] = {(unsigned long)address, size,
        (unsigned long)protection, (unsigned long)flags, (unsigned long)file,
        (unsigned long)offset};

    return (void *)syscall(SYS_mmap, all);
#else
    return (void *)syscall(MMAP_CALL, address, size, protection, flags, file,
        (long)(offset / MMAP_UNIT));
#endif
}

void *
mmap(void *address, size_t size, int protection, int flags, int file,
    long offset)
{
    return mmap64(address, size, protection, flags, file, offset);
}

static void *
gmp_allocate(size_t size)
{
    trap();
    return __libc_malloc(size);
}

static void *
gmp_reallocate(void *memory, size_t old_size, size_t new_size)
{
    (void)old_size;
    trap();
    return __libc_realloc(memory, new_size);
}

static void
gmp_free(void *memory, size_t size)
{
    (void)size;
    free(memory);
}

/* ---- The pool ---- */

#define POOL_SIZE  (1 << 18)
#define BLOCKS_MAX 1024

/* A stack of blocks: room comes back once nothing lies above it. */
static struct {
    alignas(KEYSHARE_MEMORY_UNIT) uint8_t bytes[POOL_SIZE];
    size_t limit; /* how much of it there is, for the test */
    size_t used;
    struct {
        size_t at;
        bool live;
    } blocks[BLOCKS_MAX];
    size_t count;
} pool;

static void *
pool_allocate(void *context, size_t size)
{
    const size_t unit = KEYSHARE_MEMORY_UNIT;
    const size_t whole = (size + unit - 1) / unit * unit;

    (void)context;
    if (whole > pool.limit - pool.used || pool.count == BLOCKS_MAX)
        return NULL;
    pool.blocks[pool.count].at = pool.used;
    pool.blocks[pool.count].live = true;
    pool.count++;
    pool.used += whole;
    return pool.bytes + pool.used - whole;
}

static void
pool_free(void *context, void *memory, size_t size)
{
    const size_t at = (size_t)((uint8_t *)memory - pool.bytes);
    size_t i = pool.count;

    (void)context;
    for (size_t j = 0; j < size; j++)
        PROCESS_REQUIRE(pool.bytes[at + j] == 0);
    while (i > 0 && pool.blocks[i - 1].at != at)
        i--;
    PROCESS_REQUIRE(i > 0 && pool.blocks[i - 1].live);
    pool.blocks[i - 1].live = false;
    while (pool.count > 0 && !pool.blocks[pool.count - 1].live)
        pool.used = pool.blocks[--pool.count].at;
}

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

/* The operation does with as much as is TOLD; and if that is told to be exact,
 * not with a unit less, and then leaves the pool as it was. */
static void
takes(size_t told, bool exact, keyshare_error (*operation)(void))
{
    const size_t used = pool.used;

    PROCESS_REQUIRE(told % KEYSHARE_MEMORY_UNIT == 0);
    if (exact && told > 0) {
        pool.limit = used + told - KEYSHARE_MEMORY_UNIT;
        PROCESS_REQUIRE(operation() == KEYSHARE_ERR_MEMORY);
        PROCESS_REQUIRE(pool.used == used);
    }
    pool.limit = used + told;
    PROCESS_REQUIRE(operation() == KEYSHARE_OK);
}

static void
judge_and_recover(void)
{
    takes(keyshare_verify_memory(path.record), true, verify);
    PROCESS_REQUIRE(path.verdicts[0] == KEYSHARE_VERDICT_OK);
    takes(keyshare_check_memory(path.record),
        path.terms.policy.scheme == KEYSHARE_SCHEME_PEDERSEN ||
            path.terms.policy.count > path.terms.policy.threshold,
        check_all);
    takes(keyshare_recover_memory(path.record), true, recover);
    PROCESS_REQUIRE(keyshare_secret_len(path.secret) == path.key_len);
    PROCESS_REQUIRE(memcmp(keyshare_secret_reveal(path.secret), path.key,
                        path.key_len) == 0);
    keyshare_secret_free(&path.secret);
}

/* An operation that gives a secret, which is all that it takes. */
static void
gives_secret(size_t told, keyshare_error (*operation)(void))
{
    takes(told, true, operation);
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
    takes(keyshare_self_test_memory(), true, keyshare_self_test);
}

static void
walk(void)
{
    const keyshare_policy *policy = &path.terms.policy;
    size_t len;

    test_itself();
    takes(keyshare_deal_memory(policy, path.key_len), true, deal);
    for (unsigned i = 0; i < policy->count; i++)
        path.cards[i] = (keyshare_image){keyshare_secret_reveal(path.shares[i]),
            keyshare_secret_len(path.shares[i])};
    (void)keyshare_record_bytes(path.dealt, &len);
    /* Of any record as long as that: gf256's have no proof to be checked. */
    takes(keyshare_record_memory(len),
        policy->scheme == KEYSHARE_SCHEME_PEDERSEN, decode);
    judge_and_recover();
    takes(keyshare_record_prepare_memory(path.record), true, prepare);
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
    PROCESS_REQUIRE(
        keyshare_memory_set(pool_allocate, pool_free, NULL) == KEYSHARE_OK);
    mp_set_memory_functions(gmp_allocate, gmp_reallocate, gmp_free);
    armed = true;
    walk();
    armed = false;
    PROCESS_REQUIRE(trapped == 0);
    PROCESS_REQUIRE(pool.used == 0);
    for (size_t i = 0; i < sizeof pool.bytes; i++)
        PROCESS_REQUIRE(pool.bytes[i] == 0);
}

START_TEST(does_with_what_is_told)
{
    chosen = _i;
    process_run(walk_chosen);
}
END_TEST

/* ---- The trap sees it ---- */

#define TRAPS(call)                                                            \
    do {                                                                       \
        trapped = 0;                                                           \
        armed = true;                                                          \
        call;                                                                  \
        armed = false;                                                         \
        PROCESS_REQUIRE(trapped > 0);                                          \
    } while (0)

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
    mp_set_memory_functions(gmp_allocate, gmp_reallocate, gmp_free);
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
