/* SPDX-License-Identifier: ISC */
/* What operations leave behind: on a stack of their own, mapped for the test,
 * and then in all memory that can be written, no 8 bytes in a row of any secret
 * are found.
 *
 * What the secrets are is computed in a process of its own (scan.h). Inputs and
 * outputs are wiped before looking: the library's by its own functions, the
 * test's by the test.
 */
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer keeps copies of its own")
#elif !defined(__linux__)
SKIPPED_MAIN("/proc/self/maps is needed")
#else

#include <stdlib.h>
#include <string.h>

#include <keyshare/deal.h>
#include <keyshare/image.h>
#include <keyshare/recover.h>
#include <keyshare/self_test.h>

#include "ceremony.h"
#include "opening.h"
#include "process.h"
#include "record.h"
#include "scan.h"
#include "set.h"
#include "share.h"
#include "suite.h"

#define COUNT     5
#define THRESHOLD 3
#define KEY_SIZE  40

/* What the processes share. */
static struct shared {
    size_t count; /* of windows */
    struct scan_masked key;
    struct scan_masked record;
    struct scan_masked shares[COUNT];
    struct known known; /* of maintenance */
    struct scan_found found;
} * shared;

/* All secrets are of one kind here. */
static void
add_secret(const void *secret, size_t len)
{
    scan_add(0, secret, len);
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
    scan_mask(&shared->key, key, sizeof key);
    bytes = keyshare_record_bytes(record, &len);
    scan_mask(&shared->record, bytes, len);
    add_secret(key, sizeof key);
    /* The coins: blinding and coefficients as they were drawn, and the weights
     * of the check. Before them is the lineage's id, which is public. */
    add_secret(drawn.bytes + drawn.coins, drawn.len - drawn.coins);
    for (size_t i = 0; i < COUNT; i++) {
        struct share share;

        bytes = keyshare_secret_reveal(shares[i]);
        len = keyshare_secret_len(shares[i]);
        scan_mask(&shared->shares[i], bytes, len);
        PROCESS_REQUIRE(
            keyshare_share_decode(&share, bytes, len) == KEYSHARE_OK);
        add_secret(share.value, share.value_len);
    }
    if (scheme == KEYSHARE_SCHEME_PEDERSEN) {
        opening_compute(&opening, record, key, drawn.bytes + drawn.coins);
        add_scalars(&drawn, &opening);
    }
    shared->count = scan_ready();
}

/* ---- The process that is looked at ---- */

/* What the operation works on: wiped before looking. */
static struct {
    uint8_t key[SCAN_BYTES_MAX];
    uint8_t shares[COUNT][SCAN_BYTES_MAX];
    keyshare_image cards[COUNT];
    keyshare_record *record;
} input;

static void
get_inputs(void)
{
    scan_unmask(input.key, &shared->record);
    PROCESS_REQUIRE(keyshare_record_decode(&input.record, input.key,
                        shared->record.len, NULL) == KEYSHARE_OK);
    scan_unmask(input.key, &shared->key);
    for (size_t i = 0; i < COUNT; i++) {
        scan_unmask(input.shares[i], &shared->shares[i]);
        input.cards[i] =
            (keyshare_image){input.shares[i], shared->shares[i].len};
    }
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
    static uint8_t copy[SCAN_WINDOW + 2];

    for (size_t i = 0; i < SCAN_WINDOW; i++)
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
    get_inputs();
    scan_apart(operation);
    keyshare_record_free(&input.record);
    scan_wipe(&input, sizeof input);
    scan_look(&shared->found, 0);
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
            shared->found.count > 0, "%s: not found", operations[place].name);
    else
        ck_assert_msg(shared->found.count == 0, "%s: %zu windows, the first %s",
            operations[place].name, shared->found.count, shared->found.where);
}

/* ---- Maintenance ---- */

enum ending {
    FINISHED,
    FREED_BEGUN,   /* before any card */
    FREED_HALF,    /* after the first card */
    FREED_ISSUING, /* when the record is whole, and nothing was handed out */
    ENDED_BY_CARD  /* the second is bad, and the operation is there still */
};

static const struct upkeep {
    struct ceremony ceremony;
    enum ending ending;
} upkeeps[] = {
    {{"repair", REPAIR, 3, 5, {5, 2, 4}, 3, .index = 1}, FINISHED},
    {{"repair, given up", REPAIR, 3, 5, {5, 2, 4}, 3, .index = 1}, FREED_HALF},
    {{"repair, handed out to nobody", REPAIR, 3, 5, {1, 3, 4}, 3, .index = 5},
        FREED_ISSUING},
    {{"repair, a bad card", REPAIR, 3, 5, {5, 2, 4}, 3, .index = 1},
        ENDED_BY_CARD},
    {{"refresh", REFRESH, 3, 5, {3, 4, 5, 1, 2}, 5, .index = 0}, FINISHED},
    {{"refresh of absent ones", REFRESH, 3, 5, {3, 4, 5}, 3, .later = {1},
         .later_count = 1},
        FINISHED},
    {{"refresh, not begun with", REFRESH, 3, 5, {3, 4, 5}, 3, .index = 0},
        FREED_BEGUN},
    {{"refresh, given up", REFRESH, 3, 5, {3, 4, 5}, 3, .index = 0},
        FREED_HALF},
    {{"refresh, handed out to nobody", REFRESH, 3, 5, {3, 4, 5}, 3, .index = 0},
        FREED_ISSUING},
    {{"refresh, a bad card", REFRESH, 3, 5, {3, 4, 5, 1}, 4, .index = 0},
        ENDED_BY_CARD},
    {{"re-share", RESHARE, 3, 5, {1, 2, 3}, 3, .new_threshold = 4,
         .new_count = 6},
        FINISHED},
    {{"re-share, not begun with", RESHARE, 3, 5, {1, 2, 3}, 3,
         .new_threshold = 2, .new_count = 3},
        FREED_BEGUN},
    {{"re-share, given up", RESHARE, 3, 5, {1, 2, 3}, 3, .new_threshold = 3,
         .new_count = 5},
        FREED_HALF},
    {{"re-share, handed out to nobody", RESHARE, 3, 5, {1, 2, 3}, 3,
         .new_threshold = 3, .new_count = 5},
        FREED_ISSUING},
    {{"re-share, a bad card", RESHARE, 3, 5, {1, 2, 3}, 3, .new_threshold = 3,
         .new_count = 5},
        ENDED_BY_CARD},
};

#define UPKEEPS (int)(sizeof upkeeps / sizeof *upkeeps)

static const struct upkeep *upkeep;
static keyshare_record *old_record;
static keyshare_maintenance *maintenance;

static void
know_upkeep(void)
{
    ceremony_know(&shared->known, &upkeep->ceremony, scheme, KEY_SIZE);
}

/* Put a card on the table, and take it away. */
static keyshare_error
present_masked(const struct scan_masked *masked, bool is_bad)
{
    keyshare_verdict verdict;
    const keyshare_image card = {input.key, masked->len};
    keyshare_error error;

    scan_unmask(input.key, masked);
    if (is_bad)
        input.key[masked->len / 2] ^= 1;
    error = keyshare_maintenance_present(maintenance, &verdict, &card);
    scan_wipe(&input, sizeof input);
    return error;
}

static void
take_shares(void)
{
    keyshare_secret *share;
    unsigned index;

    do {
        PROCESS_REQUIRE(keyshare_maintenance_hand_out(
                            maintenance, &index, &share) == KEYSHARE_OK);
        if (share != NULL) {
            keyshare_verdict verdict;
            const keyshare_image card = {
                keyshare_secret_reveal(share), keyshare_secret_len(share)};

            PROCESS_REQUIRE(keyshare_maintenance_read_back(
                                maintenance, &verdict, &card) == KEYSHARE_OK);
        }
        keyshare_secret_free(&share);
    } while (index != 0);
}

/* A round, as far as it goes. */
static void
present_cards(bool takes)
{
    const size_t awaited = keyshare_maintenance_status_of(maintenance)->awaited;

    for (size_t i = 0; i < awaited; i++) {
        const unsigned index = upkeep->ceremony.present[i];
        const bool is_bad = upkeep->ending == ENDED_BY_CARD && i == 1;

        PROCESS_REQUIRE(present_masked(&shared->known.cards[index], is_bad) ==
                        (is_bad ? KEYSHARE_ERR_QUORUM : KEYSHARE_OK));
        if (is_bad || upkeep->ending == FREED_HALF)
            return;
        if (takes)
            take_shares();
    }
}

static void
maintain(void)
{
    static struct gen gen;
    const keyshare_random random = gen_random(&gen);

    gen = ceremony_gen();
    PROCESS_REQUIRE(ceremony_begin(&maintenance, &upkeep->ceremony, old_record,
                        &random) == KEYSHARE_OK);
    if (upkeep->ending != FREED_BEGUN)
        present_cards(false);
    if (upkeep->ending == ENDED_BY_CARD)
        return;
    if (upkeep->ending == FINISHED) {
        take_shares();
        if (upkeep->ceremony.operation == REFRESH)
            present_cards(true);
        PROCESS_REQUIRE(
            keyshare_maintenance_finish(maintenance, NULL) == KEYSHARE_OK);
        return;
    }
    keyshare_maintenance_free(&maintenance);
}

/* An operation that has ended is looked at before it is freed. */
static void
maintain_and_look(void)
{
    scan_unmask(input.key, &shared->known.record);
    PROCESS_REQUIRE(keyshare_record_decode(&old_record, input.key,
                        shared->known.record.len, NULL) == KEYSHARE_OK);
    scan_apart(maintain);
    scan_look(&shared->found, 0);
}

static void
run_upkeep(int place)
{
    upkeep = &upkeeps[place];
    process_run(know_upkeep);
    ck_assert_uint_gt(shared->known.windows, 500);
    process_run(maintain_and_look);
    ck_assert_msg(shared->found.count == 0, "%s: %zu windows, the first %s",
        upkeep->ceremony.name, shared->found.count, shared->found.where);
}

/* ---- The suite ---- */

static void
begin(void)
{
    shared = scan_begin(sizeof *shared);
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

START_TEST(gf256_maintained_leaves_nothing)
{
    scheme = KEYSHARE_SCHEME_GF256;
    run_upkeep(_i);
}
END_TEST

START_TEST(pedersen_maintained_leaves_nothing)
{
    scheme = KEYSHARE_SCHEME_PEDERSEN;
    run_upkeep(_i);
}
END_TEST

Suite *
test_suite(void)
{
    const int count = (int)(sizeof operations / sizeof *operations);
    Suite *suite = suite_create("residue");
    TCase *test = tcase_create("residue");

    suite_add_tcase(suite, test);
    tcase_add_checked_fixture(test, begin, scan_end);
    tcase_add_loop_test(test, gf256_leaves_nothing, 0, count);
    tcase_add_loop_test(test, pedersen_leaves_nothing, 0, count);
    tcase_add_loop_test(test, gf256_maintained_leaves_nothing, 0, UPKEEPS);
    tcase_add_loop_test(test, pedersen_maintained_leaves_nothing, 0, UPKEEPS);
    return suite;
}

#endif
