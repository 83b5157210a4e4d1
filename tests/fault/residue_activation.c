/* SPDX-License-Identifier: ISC */
/* What a device leaves behind: after every end of a collection, the failing ones
 * included, no 8 bytes in a row of a share or of a recovered key are found in
 * all memory that can be written, freed memory and the stack included; while it
 * is active, of what came of its cards only the 32 bytes that stay; and after
 * that not these either.
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

#include <stdlib.h>
#include <string.h>

#include <keyshare/activation.h>
#include <keyshare/deal.h>
#include <keyshare/memory.h>

#include "gen.h"
#include "hkdf.h"
#include "process.h"
#include "scan.h"
#include "set.h"
#include "share.h"
#include "suite.h"

#define THRESHOLD    3
#define COUNT        5
#define KEY_SIZE     40
#define DERIVED      48

/* What a window is of. */
enum kind {
    CARDS,        /* shares, and the keys of both sets */
    PSEUDORANDOM, /* what stays while it is active */
    KEYS          /* derived ones */
};
#define ALLOWS(kind) (UINT64_C(1) << (kind))

/* Officers, holders of a storage key, and officers' cards under a record that
 * commits to another key. */
enum who {
    OFFICERS,
    HOLDERS,
    DECEIVED,
    SETS
};

static struct shared {
    size_t count; /* of windows */
    struct scan_masked records[SETS];
    struct scan_masked cards[SETS][THRESHOLD];
    struct scan_found found;
} * shared;

static keyshare_scheme scheme;
static const uint8_t purpose[] = {'r', 'e', 's', 't'};
static const uint8_t identity[] = {'h', 's', 'm'};

/* ---- The process that knows ---- */

static void
know_derived(const keyshare_record *record, const uint8_t *key)
{
    uint8_t pseudorandom[KEYSHARE_HKDF_KEY_SIZE];
    uint8_t derived[DERIVED];
    const uint8_t lens[] = {sizeof purpose, sizeof identity};
    const struct part info[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/activation"),
        {&lens[0], 1},
        {purpose, sizeof purpose},
        {&lens[1], 1},
        {identity, sizeof identity},
    };

    keyshare_hkdf_extract(pseudorandom, keyshare_record_lineage(record),
        KEYSHARE_LINEAGE_SIZE, key, KEY_SIZE);
    keyshare_hkdf_expand(derived, sizeof derived, pseudorandom, info, 5);
    scan_add(PSEUDORANDOM, pseudorandom, sizeof pseudorandom);
    scan_add(KEYS, derived, sizeof derived);
}

static void
know_card(enum who who, size_t place, const uint8_t *bytes, size_t len)
{
    struct share share;

    PROCESS_REQUIRE(keyshare_share_decode(&share, bytes, len) == KEYSHARE_OK);
    scan_add(CARDS, share.value, share.value_len);
    scan_mask(&shared->cards[who][place], bytes, len);
}

/* gf256: another tag of the key, which no card's tag covers; and each card's
 * name of its record. */
static void
know_deceived(const keyshare_record *record, keyshare_secret *const *shares)
{
    static uint8_t bytes[SCAN_BYTES_MAX];
    size_t len;
    const uint8_t *old = keyshare_record_bytes(record, &len);
    keyshare_record *other;

    if (scheme != KEYSHARE_SCHEME_GF256)
        return;
    memcpy(bytes, old, len);
    bytes[len - (COUNT + 1) * KEYSHARE_SHA256_SIZE] ^= 1;
    PROCESS_REQUIRE(
        keyshare_record_decode(&other, bytes, len, NULL) == KEYSHARE_OK);
    scan_mask(&shared->records[DECEIVED], bytes, len);
    for (size_t i = 0; i < THRESHOLD; i++) {
        struct share share;

        len = keyshare_secret_len(shares[i]);
        memcpy(bytes, keyshare_secret_reveal(shares[i]), len);
        PROCESS_REQUIRE(
            keyshare_share_decode(&share, bytes, len) == KEYSHARE_OK);
        keyshare_share_seal(
            bytes, share.value_len, keyshare_record_fingerprint(other));
        know_card(DECEIVED, i, bytes, len);
    }
}

static void
know_set(enum who who, keyshare_role role, struct gen *gen)
{
    const keyshare_random random = gen_random(gen);
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    uint8_t key[KEY_SIZE];
    keyshare_record *record;
    keyshare_secret *shares[COUNT];
    const uint8_t *bytes;
    size_t len;

    terms.policy = (keyshare_policy){role, scheme, THRESHOLD, COUNT};
    gen_bytes(gen, key, sizeof key);
    PROCESS_REQUIRE(keyshare_deal(&record, shares, &terms, key, sizeof key,
                        &random) == KEYSHARE_OK);
    bytes = keyshare_record_bytes(record, &len);
    scan_mask(&shared->records[who], bytes, len);
    scan_add(CARDS, key, sizeof key);
    for (size_t i = 0; i < THRESHOLD; i++)
        know_card(who, i, keyshare_secret_reveal(shares[i]),
            keyshare_secret_len(shares[i]));
    if (who == OFFICERS) {
        know_derived(record, key);
        know_deceived(record, shares);
    }
}

static void
know(void)
{
    struct gen gen = gen_begin();

    know_set(OFFICERS, KEYSHARE_ROLE_CO, &gen);
    know_set(HOLDERS, KEYSHARE_ROLE_RKSH, &gen);
    shared->count = scan_ready();
}

/* ---- The process that is looked at ---- */

static uint8_t card[SCAN_BYTES_MAX];
static keyshare_record *records[SETS];
static keyshare_activation *device;
static uint64_t now;

/* Freed memory stays where it was, to be looked at. */
static void *
allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void
give_back(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

static void
begin_task(keyshare_task task, enum who who)
{
    keyshare_request request = KEYSHARE_REQUEST_INIT;

    request.task = task;
    request.record = records[who];
    request.fingerprint = keyshare_record_fingerprint(records[who]);
    PROCESS_REQUIRE(
        keyshare_activation_begin(device, &request, now) == KEYSHARE_OK);
}

/* A holder's card is in memory while it is presented, and no longer. */
static keyshare_error
present(enum who who, size_t place, bool spoilt)
{
    const size_t len = shared->cards[who][place].len;
    const keyshare_image image = {card, len};
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;
    keyshare_error error;

    scan_unmask(card, &shared->cards[who][place]);
    if (spoilt) {
        card[len - 11] ^= 1;
        set_mend_check(card, len);
    }
    error = keyshare_activation_present(device, &outcome, &image, now);
    scan_wipe(card, sizeof card);
    if (error == KEYSHARE_OK)
        PROCESS_REQUIRE(outcome.verdict == (spoilt ? KEYSHARE_VERDICT_INVALID
                                                   : KEYSHARE_VERDICT_OK));
    return error;
}

static void
show(enum who who, size_t count)
{
    for (size_t i = 0; i < count; i++)
        PROCESS_REQUIRE(present(who, i, false) == KEYSHARE_OK);
}

static void
wake(void)
{
    begin_task(KEYSHARE_TASK_ACTIVATE, OFFICERS);
    show(OFFICERS, THRESHOLD);
    PROCESS_REQUIRE(keyshare_activation_status_of(device)->device ==
                    KEYSHARE_DEVICE_ACTIVE);
}

static void
derive(void)
{
    keyshare_secret *key;

    PROCESS_REQUIRE(keyshare_activation_derive(device, &key, DERIVED, purpose,
                        sizeof purpose) == KEYSHARE_OK);
    keyshare_secret_free(&key);
}

/* ---- The ends ---- */

static void
wake_and_derive(void)
{
    wake();
    derive();
}

static void
wake_and_sleep(void)
{
    wake_and_derive();
    begin_task(KEYSHARE_TASK_DEACTIVATE, OFFICERS);
    show(OFFICERS, THRESHOLD);
}

static void
cancel(void)
{
    begin_task(KEYSHARE_TASK_ACTIVATE, OFFICERS);
    show(OFFICERS, THRESHOLD - 1);
    PROCESS_REQUIRE(keyshare_activation_cancel(device, now) == KEYSHARE_OK);
}

static void
expire(void)
{
    begin_task(KEYSHARE_TASK_ACTIVATE, OFFICERS);
    show(OFFICERS, THRESHOLD - 1);
    now += 600;
    PROCESS_REQUIRE(keyshare_activation_tick(device, now) == KEYSHARE_OK);
}

static void
reach_the_limit(void)
{
    begin_task(KEYSHARE_TASK_ACTIVATE, OFFICERS);
    show(OFFICERS, THRESHOLD - 1);
    for (size_t i = 0; i < 10; i++)
        PROCESS_REQUIRE(present(OFFICERS, 0, true) == KEYSHARE_OK);
    PROCESS_REQUIRE(
        keyshare_activation_status_of(device)->ending == KEYSHARE_ENDING_LIMIT);
}

static void
be_deceived(void)
{
    if (scheme != KEYSHARE_SCHEME_GF256)
        return;
    begin_task(KEYSHARE_TASK_ENROL, DECEIVED);
    show(DECEIVED, THRESHOLD);
    begin_task(KEYSHARE_TASK_ACTIVATE, DECEIVED);
    show(DECEIVED, THRESHOLD - 1);
    PROCESS_REQUIRE(
        present(DECEIVED, THRESHOLD - 1, false) == KEYSHARE_ERR_MISMATCH);
}

static void
tamper(void)
{
    wake_and_derive();
    begin_task(KEYSHARE_TASK_RECOVER, HOLDERS);
    show(HOLDERS, THRESHOLD - 1);
    PROCESS_REQUIRE(keyshare_activation_tamper(device) == KEYSHARE_OK);
}

static void
retire(void)
{
    wake_and_derive();
    begin_task(KEYSHARE_TASK_RETIRE, OFFICERS);
    show(OFFICERS, THRESHOLD);
}

static void
free_in_the_midst(void)
{
    wake_and_derive();
    begin_task(KEYSHARE_TASK_RECOVER, HOLDERS);
    show(HOLDERS, THRESHOLD);
    keyshare_activation_free(&device);
}

static void
recover(void)
{
    keyshare_secret *key;

    begin_task(KEYSHARE_TASK_RECOVER, HOLDERS);
    show(HOLDERS, THRESHOLD);
    PROCESS_REQUIRE(keyshare_activation_take(device, &key, now) == KEYSHARE_OK);
    keyshare_secret_free(&key);
}

static void
recover_and_cancel(void)
{
    begin_task(KEYSHARE_TASK_RECOVER, HOLDERS);
    show(HOLDERS, THRESHOLD);
    PROCESS_REQUIRE(keyshare_activation_cancel(device, now) == KEYSHARE_OK);
}

static void
recover_too_late(void)
{
    keyshare_secret *key;

    begin_task(KEYSHARE_TASK_RECOVER, HOLDERS);
    show(HOLDERS, THRESHOLD);
    now += 600;
    PROCESS_REQUIRE(
        keyshare_activation_take(device, &key, now) == KEYSHARE_ERR_LIMIT);
}

static void
nothing(void)
{
}

/* The controls: a device that is awake, cards that are collected, a key that
 * waits. */
static void
collect(void)
{
    begin_task(KEYSHARE_TASK_ACTIVATE, OFFICERS);
    show(OFFICERS, 1);
}

static void
recover_and_wait(void)
{
    begin_task(KEYSHARE_TASK_RECOVER, HOLDERS);
    show(HOLDERS, THRESHOLD);
}

static void
derive_and_keep(void)
{
    keyshare_secret *key;

    wake();
    PROCESS_REQUIRE(keyshare_activation_derive(device, &key, DERIVED, purpose,
                        sizeof purpose) == KEYSHARE_OK);
}

static const struct {
    const char *name;
    void (*operation)(void);
    uint64_t allowed;
    bool leaves;
} operations[] = {
    {"a control that is awake", wake, 0, true},
    {"a control that collects", collect, 0, true},
    {"a control with a key that waits", recover_and_wait, 0, true},
    {"a control that kept a derived key", derive_and_keep, ALLOWS(PSEUDORANDOM),
        true},
    {"enrol", nothing, 0, false},
    {"awake", wake_and_derive, ALLOWS(PSEUDORANDOM), false},
    {"asleep again", wake_and_sleep, 0, false},
    {"cancelled", cancel, 0, false},
    {"expired", expire, 0, false},
    {"too many invalid cards", reach_the_limit, 0, false},
    {"a bad dealing", be_deceived, 0, false},
    {"tamper", tamper, 0, false},
    {"retired", retire, 0, false},
    {"freed in the midst", free_in_the_midst, 0, false},
    {"recovered", recover, 0, false},
    {"recovered and cancelled", recover_and_cancel, 0, false},
    {"recovered and too late", recover_too_late, 0, false},
};

static void (*operation)(void);
static uint64_t allowed;

static void
enrol_and_operate(void)
{
    keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;

    config.identity = identity;
    config.identity_len = sizeof identity;
    PROCESS_REQUIRE(
        keyshare_activation_create(&device, &config, now) == KEYSHARE_OK);
    if (operation != be_deceived) {
        begin_task(KEYSHARE_TASK_ENROL, OFFICERS);
        show(OFFICERS, THRESHOLD);
    }
    operation();
}

static void
operate_and_look(void)
{
    PROCESS_REQUIRE(
        keyshare_memory_set(allocate, give_back, NULL) == KEYSHARE_OK);
    for (size_t i = 0; i < SETS; i++) {
        if (shared->records[i].len == 0)
            continue;
        scan_unmask(card, &shared->records[i]);
        PROCESS_REQUIRE(keyshare_record_decode(&records[i], card,
                            shared->records[i].len, NULL) == KEYSHARE_OK);
    }
    scan_apart(enrol_and_operate);
    scan_look(&shared->found, allowed);
}

static void
run(int place)
{
    process_run(know);
    ck_assert_uint_gt(shared->count, 200);
    operation = operations[place].operation;
    allowed = operations[place].allowed;
    process_run(operate_and_look);
    if (operations[place].leaves)
        ck_assert_msg(
            shared->found.count > 0, "%s: not found", operations[place].name);
    else
        ck_assert_msg(shared->found.count == 0,
            "%s: %zu windows, the first of kinds %x, %s",
            operations[place].name, shared->found.count,
            (unsigned)shared->found.kinds, shared->found.where);
}

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

Suite *
test_suite(void)
{
    const int count = (int)(sizeof operations / sizeof *operations);
    Suite *suite = suite_create("residue_activation");
    TCase *test = tcase_create("residue");

    suite_add_tcase(suite, test);
    tcase_add_checked_fixture(test, begin, scan_end);
    tcase_add_loop_test(test, gf256_leaves_nothing, 0, count);
    tcase_add_loop_test(test, pedersen_leaves_nothing, 0, count);
    return suite;
}

#endif
