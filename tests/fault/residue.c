/* SPDX-License-Identifier: ISC */
/* What operations leave behind: on a stack of their own, mapped for the test,
 * and then in all memory that can be written, no 8 bytes in a row of any secret
 * are found.
 *
 * What the secrets are is computed in a process of its own, which leaves them
 * masked in shared memory; the process that is looked at sees them only as its
 * operation does. Inputs and outputs are wiped before looking: the library's
 * by its own functions, the test's by the test.
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

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <keyshare/deal.h>
#include <keyshare/image.h>
#include <keyshare/recover.h>
#include <keyshare/self_test.h>

#include "opening.h"
#include "process.h"
#include "record.h"
#include "set.h"
#include "share.h"
#include "suite.h"

#define WINDOW      8
#define COUNT       5
#define THRESHOLD   3
#define KEY_SIZE    40
#define WINDOWS_MAX 16384
#define BYTES_MAX   2048
#define STACK_SIZE  (1 << 18)
#define MASK        UINT64_C(0xa5c3965a3c69f00f)

/* ---- What the processes share: nothing in it is as it is elsewhere ---- */

struct masked {
    size_t len;
    uint8_t bytes[BYTES_MAX];
};

static struct shared {
    uint64_t windows[WINDOWS_MAX]; /* masked, sorted */
    size_t count;
    struct masked key;
    struct masked record;
    struct masked shares[COUNT];
    size_t found; /* how many windows were seen in memory */
    char where[256];
} * shared;

static uint64_t
load(const uint8_t *bytes)
{
    uint64_t window;

    memcpy(&window, bytes, WINDOW);
    return window;
}

/* Windows of few different bytes are no secret's: they would be found in any
 * memory. */
static bool
tells(const uint8_t *bytes)
{
    unsigned different = 0;

    for (size_t i = 0; i < WINDOW; i++)
        for (size_t j = 0; j <= i; j++) {
            if (j == i)
                different++;
            else if (bytes[i] == bytes[j])
                break;
        }
    return different >= 6;
}

static void
add_secret(const void *secret, size_t len)
{
    const uint8_t *bytes = secret;

    for (size_t i = 0; i + WINDOW <= len; i++) {
        if (!tells(bytes + i))
            continue;
        PROCESS_REQUIRE(shared->count < WINDOWS_MAX);
        shared->windows[shared->count++] = load(bytes + i) ^ MASK;
    }
}

static void
mask(struct masked *masked, const uint8_t *bytes, size_t len)
{
    PROCESS_REQUIRE(len <= BYTES_MAX);
    masked->len = len;
    for (size_t i = 0; i < len; i++)
        masked->bytes[i] = bytes[i] ^ 0xa5;
}

/* ---- The process that knows ---- */

static keyshare_scheme scheme;

static keyshare_terms
some_terms(void)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;

    terms.policy = set_policy(scheme, THRESHOLD, COUNT);
    return terms;
}

static int
compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static void
add_scalars(const struct drawn *drawn, const struct opening *opening)
{
    const uint8_t *coins = drawn->bytes + drawn->coins;
    mp_limb_t scratch[256];
    opening_scalar scalar;

    for (size_t i = 0; i < opening->chunks * (2 * THRESHOLD - 1) + 2; i++) {
        keyshare_scalar_reduce_wide(scalar, coins + i * 64, scratch);
        add_secret(scalar, sizeof scalar);
    }
    for (size_t i = 0; i < 2; i++)
        add_secret(opening->masks[i], sizeof opening->masks[i]);
    for (size_t j = 0; j < opening->chunks; j++)
        add_secret(opening->f[j], sizeof opening->f[j]);
}

static void
know(void)
{
    static struct drawn drawn;
    static struct opening opening;
    const keyshare_random random = drawn_random(&drawn);
    const keyshare_terms terms = some_terms();
    struct gen gen = gen_begin();
    uint8_t key[KEY_SIZE];
    keyshare_record *record;
    keyshare_secret *shares[COUNT];
    const uint8_t *bytes;
    size_t len;

    gen_bytes(&gen, key, sizeof key);
    drawn.gen = gen;
    PROCESS_REQUIRE(keyshare_deal(&record, shares, &terms, key, sizeof key,
                        &random) == KEYSHARE_OK);
    mask(&shared->key, key, sizeof key);
    bytes = keyshare_record_bytes(record, &len);
    mask(&shared->record, bytes, len);
    add_secret(key, sizeof key);
    /* The coins: blinding and coefficients as they were drawn, and the weights
     * of the check. Before them is the lineage's id, which is public. */
    add_secret(drawn.bytes + drawn.coins, drawn.len - drawn.coins);
    for (size_t i = 0; i < COUNT; i++) {
        struct share share;

        bytes = keyshare_secret_reveal(shares[i]);
        len = keyshare_secret_len(shares[i]);
        mask(&shared->shares[i], bytes, len);
        PROCESS_REQUIRE(
            keyshare_share_decode(&share, bytes, len) == KEYSHARE_OK);
        add_secret(share.value, share.value_len);
    }
    if (scheme == KEYSHARE_SCHEME_PEDERSEN) {
        opening_compute(&opening, record, key, drawn.bytes + drawn.coins);
        add_scalars(&drawn, &opening);
    }
    qsort(shared->windows, shared->count, sizeof *shared->windows, compare);
}

/* ---- The process that is looked at ---- */

/* What the operation works on: wiped before looking. */
static struct {
    uint8_t key[BYTES_MAX];
    uint8_t shares[COUNT][BYTES_MAX];
    keyshare_image cards[COUNT];
    keyshare_record *record;
} input;

static void
unmask(uint8_t *bytes, const struct masked *masked)
{
    for (size_t i = 0; i < masked->len; i++)
        bytes[i] = masked->bytes[i] ^ 0xa5;
}

static void
wipe(void *memory, size_t len)
{
    volatile uint8_t *bytes = memory;

    for (size_t i = 0; i < len; i++)
        bytes[i] = 0;
}

static void
get_inputs(void)
{
    unmask(input.key, &shared->record);
    PROCESS_REQUIRE(keyshare_record_decode(&input.record, input.key,
                        shared->record.len, NULL) == KEYSHARE_OK);
    unmask(input.key, &shared->key);
    for (size_t i = 0; i < COUNT; i++) {
        unmask(input.shares[i], &shared->shares[i]);
        input.cards[i] =
            (keyshare_image){input.shares[i], shared->shares[i].len};
    }
}

/* Is it a window of a secret? */
static bool
is_secret(uint64_t window)
{
    size_t low = 0;
    size_t high = shared->count;

    window ^= MASK;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (shared->windows[middle] == window)
            return true;
        if (shared->windows[middle] < window)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void
look_at(const uint8_t *start, const uint8_t *end, const char *name)
{
    for (const uint8_t *at = start; at + WINDOW <= end; at++) {
        uint64_t window;

        /* Most of it is zeros. */
        if (*at == 0 && at[WINDOW / 2] == 0)
            continue;
        window = load(at);
        if (!is_secret(window))
            continue;
        if (shared->found++ == 0)
            snprintf(shared->where, sizeof shared->where, "%td bytes into %s",
                at - start, name);
    }
}

static void
look_at_mapping(const char *line)
{
    uintptr_t start, end;
    char permissions[5];
    int name = 0;

    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %*s %n", &start,
            &end, permissions, &name) < 3 ||
        permissions[0] != 'r' || permissions[1] != 'w')
        return;
    /* No secret is there but masked; it would find itself. */
    if (start == (uintptr_t)shared)
        return;
    look_at((const uint8_t *)start, (const uint8_t *)end, line + name);
}

/* Read whole before looking, into the one place that is not the heap. */
static void
look_everywhere(void)
{
    static char maps[1 << 16];
    size_t len = 0;
    ssize_t part;
    int file = open("/proc/self/maps", O_RDONLY);

    PROCESS_REQUIRE(file >= 0);
    while ((part = read(file, maps + len, sizeof maps - 1 - len)) > 0)
        len += (size_t)part;
    close(file);
    PROCESS_REQUIRE(len < sizeof maps - 1);
    for (char *line = strtok(maps, "\n"); line != NULL;
         line = strtok(NULL, "\n"))
        look_at_mapping(line);
}

/* ---- The operations ---- */

static void
deal(void)
{
    static struct gen gen;
    const keyshare_random random = gen_random(&gen);
    const keyshare_terms terms = some_terms();
    keyshare_record *record;
    keyshare_secret *shares[COUNT];
    keyshare_secret *key;

    /* The key that it draws first is the one that is dealt. */
    gen = gen_begin();
    PROCESS_REQUIRE(
        keyshare_secret_generate(&key, KEY_SIZE, &random) == KEYSHARE_OK);
    PROCESS_REQUIRE(keyshare_deal(&record, shares, &terms, input.key, KEY_SIZE,
                        &random) == KEYSHARE_OK);
    keyshare_record_free(&record);
    for (size_t i = 0; i < COUNT; i++)
        keyshare_secret_free(&shares[i]);
    keyshare_secret_free(&key);
}

static void
generate_and_copy(void)
{
    struct gen gen = gen_begin();
    const keyshare_random random = gen_random(&gen);
    keyshare_secret *key;

    PROCESS_REQUIRE(
        keyshare_secret_generate(&key, KEY_SIZE, &random) == KEYSHARE_OK);
    keyshare_secret_free(&key);
    PROCESS_REQUIRE(
        keyshare_secret_copy(&key, input.key, KEY_SIZE) == KEYSHARE_OK);
    keyshare_secret_free(&key);
}

static void
verify(void)
{
    keyshare_verdict verdict;

    for (size_t i = 0; i < COUNT; i++)
        PROCESS_REQUIRE(keyshare_verify(&verdict, input.record, NULL,
                            &input.cards[i]) == KEYSHARE_OK &&
                        verdict == KEYSHARE_VERDICT_OK);
}

static void
prepare_and_verify(void)
{
    PROCESS_REQUIRE(keyshare_record_prepare(input.record) == KEYSHARE_OK);
    verify();
}

static void
check_cards(void)
{
    keyshare_verdict verdicts[COUNT];
    keyshare_recoverable recoverable;

    PROCESS_REQUIRE(keyshare_check(verdicts, &recoverable, NULL, input.record,
                        NULL, input.cards, COUNT) == KEYSHARE_OK);
}

static void
recover(void)
{
    keyshare_verdict verdicts[COUNT];
    keyshare_secret *key;

    PROCESS_REQUIRE(keyshare_recover(&key, verdicts, input.record, NULL,
                        input.cards, COUNT) == KEYSHARE_OK);
    keyshare_secret_free(&key);
}

static void
recover_too_few(void)
{
    keyshare_verdict verdicts[COUNT];
    keyshare_secret *key;

    input.shares[1][40] ^= 1;
    PROCESS_REQUIRE(keyshare_recover(&key, verdicts, input.record, NULL,
                        input.cards, THRESHOLD) == KEYSHARE_ERR_QUORUM);
}

static void
use_images(void)
{
    keyshare_secret *share;
    keyshare_secret *image;
    keyshare_image_parts parts;
    keyshare_image card;
    unsigned index;

    PROCESS_REQUIRE(keyshare_secret_copy(&share, input.cards[0].bytes,
                        input.cards[0].len) == KEYSHARE_OK);
    PROCESS_REQUIRE(
        keyshare_image_make(&image, input.record, share) == KEYSHARE_OK);
    card.bytes = keyshare_secret_reveal(image);
    card.len = keyshare_secret_len(image);
    PROCESS_REQUIRE(keyshare_image_take_apart(&parts, &card) == KEYSHARE_OK);
    PROCESS_REQUIRE(keyshare_image_share(&index, NULL, &card) == KEYSHARE_OK);
    keyshare_secret_free(&image);
    keyshare_secret_free(&share);
}

static void
test_self(void)
{
    PROCESS_REQUIRE(keyshare_self_test() == KEYSHARE_OK);
}

/* The controls: one that forgets a secret in its stack, one in the heap, one in
 * static memory, one only its last bytes. */
static void
keep(void *copy)
{
    __asm__ volatile("" : : "r"(copy) : "memory");
}

static void
leave_in_stack(void)
{
    uint8_t copy[KEY_SIZE];

    for (size_t i = 0; i < KEY_SIZE; i++)
        copy[i] = input.key[i];
    keep(copy);
}

static void
leave_in_heap(void)
{
    static uint8_t *volatile copy;

    copy = malloc(KEY_SIZE);
    PROCESS_REQUIRE(copy != NULL);
    memcpy(copy, input.key, KEY_SIZE);
}

static void
leave_a_window(void)
{
    static uint8_t copy[WINDOW + 2];

    for (size_t i = 0; i < WINDOW; i++)
        copy[1 + i] = input.shares[2][60 + i];
    keep(copy);
}

static const struct {
    const char *name;
    void (*operation)(void);
    bool leaves;
} operations[] = {
    {"a control in the stack", leave_in_stack, true},
    {"a control in the heap", leave_in_heap, true},
    {"a control of 8 bytes", leave_a_window, true},
    {"generate, copy", generate_and_copy, false},
    {"deal", deal, false},
    {"verify", verify, false},
    {"prepare, verify", prepare_and_verify, false},
    {"check", check_cards, false},
    {"recover", recover, false},
    {"recover from too few", recover_too_few, false},
    {"images", use_images, false},
    {"self test", test_self, false},
};

static void (*operation)(void);

static void
operate_and_look(void)
{
    static ucontext_t here, there;
    uint8_t *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    PROCESS_REQUIRE(stack != MAP_FAILED);
    get_inputs();
    PROCESS_REQUIRE(getcontext(&there) == 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = STACK_SIZE;
    there.uc_link = &here;
    makecontext(&there, operation, 0);
    PROCESS_REQUIRE(swapcontext(&here, &there) == 0);
    keyshare_record_free(&input.record);
    wipe(&input, sizeof input);
    look_everywhere();
}

static void
run(int place)
{
    process_run(know);
    ck_assert_uint_gt(shared->count, 200);
    operation = operations[place].operation;
    process_run(operate_and_look);
    if (operations[place].leaves)
        ck_assert_msg(
            shared->found > 0, "%s: not found", operations[place].name);
    else
        ck_assert_msg(shared->found == 0, "%s: %zu windows, the first %s",
            operations[place].name, shared->found, shared->where);
}

static void
begin(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(shared != MAP_FAILED);
}

static void
end(void)
{
    munmap(shared, sizeof *shared);
}

START_TEST(gf256_leaves_nothing)
{
    scheme = KEYSHARE_SCHEME_GF256;
    run(_i);
}
END_TEST

START_TEST(pedersen_leaves_nothing)
{
    scheme = KEYSHARE_SCHEME_PEDERSEN;
    run(_i);
}
END_TEST

Suite *
test_suite(void)
{
    const int count = (int)(sizeof operations / sizeof *operations);
    Suite *suite = suite_create("residue");
    TCase *test = tcase_create("residue");

    suite_add_tcase(suite, test);
    tcase_add_checked_fixture(test, begin, end);
    tcase_add_loop_test(test, gf256_leaves_nothing, 0, count);
    tcase_add_loop_test(test, pedersen_leaves_nothing, 0, count);
    return suite;
}

#endif
