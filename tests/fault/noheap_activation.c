/* SPDX-License-Identifier: ISC */
/* No heap: a device lives from its creation to its end in one static array, with
 * exactly as many bytes as the library says that it takes: it is enrolled and
 * activated, a storage key is recovered in it, and all the while cards of a
 * stranger are presented that carry a record whose decoding takes the most (pedersen's: it has a proof). */
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer's allocator is in the place of malloc")
#elif !defined(__GLIBC__)
SKIPPED_MAIN("glibc's names behind malloc are needed")
#else

#include <stdlib.h>
#include <string.h>

#include <keyshare/activation.h>
#include <keyshare/deal.h>
#include <keyshare/maintenance.h>

#include "firmware.h"
#include "gen.h"
#include "process.h"
#include "suite.h"

#define COUNT_MAX 9
#define KEY_MAX   100
#define IMAGE_MAX 4096

struct cards {
    keyshare_record *record;
    keyshare_secret *shares[COUNT_MAX];
};

static struct {
    keyshare_activation_config config;
    keyshare_terms terms;
    uint8_t key[KEY_MAX];
    struct gen gen;
    keyshare_random random;
    keyshare_plan plan;
    struct cards made; /* by what is done now */
    struct cards officers;
    struct cards holders;
    /* A card with its record, as long as they get. */
    uint8_t bytes[IMAGE_MAX];
    keyshare_image stranger;
} path;

static void
free_cards(struct cards *cards)
{
    for (size_t i = 0; i < COUNT_MAX; i++)
        keyshare_secret_free(&cards->shares[i]);
    keyshare_record_free(&cards->record);
}

/* ---- Sets ---- */

static keyshare_error
deal(void)
{
    return keyshare_deal(&path.made.record, path.made.shares, &path.terms,
        path.key, path.config.key_len, &path.random);
}

static void
make(struct cards *cards, keyshare_role role, keyshare_scheme scheme)
{
    path.terms.policy = (keyshare_policy){
        role, scheme, path.config.threshold, path.config.count};
    firmware_takes(
        keyshare_deal_memory(&path.terms.policy, path.config.key_len), false,
        deal);
    *cards = path.made;
    memset(&path.made, 0, sizeof path.made);
}

/* With a predecessor a record is longer. */
static keyshare_error
reshare(void)
{
    keyshare_maintenance *operation;
    keyshare_error error = keyshare_reshare_begin(&operation, &path.plan);

    for (size_t i = 0; error == KEYSHARE_OK && i < path.config.threshold; i++) {
        const keyshare_secret *share = path.officers.shares[i];
        const keyshare_image card = {
            keyshare_secret_reveal(share), keyshare_secret_len(share)};
        keyshare_verdict verdict;

        error = keyshare_maintenance_present(operation, &verdict, &card);
    }
    for (;;) {
        keyshare_secret *share;
        keyshare_image card;
        keyshare_verdict verdict;
        unsigned index;

        PROCESS_REQUIRE(keyshare_maintenance_hand_out(
                            operation, &index, &share) == KEYSHARE_OK);
        if (share == NULL)
            break;
        path.made.shares[index - 1] = share;
        card.bytes = keyshare_secret_reveal(share);
        card.len = keyshare_secret_len(share);
        PROCESS_REQUIRE(keyshare_maintenance_read_back(
                            operation, &verdict, &card) == KEYSHARE_OK);
    }
    PROCESS_REQUIRE(keyshare_maintenance_finish(operation, &path.made.record) ==
                    KEYSHARE_OK);
    keyshare_maintenance_free(&operation);
    return error;
}

static void
make_stranger(void)
{
    static const uint8_t present[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const uint8_t *bytes;
    size_t len, share_len;

    make(&path.officers, KEYSHARE_ROLE_RKSH, KEYSHARE_SCHEME_PEDERSEN);
    path.plan = (keyshare_plan)KEYSHARE_PLAN_INIT;
    path.plan.record = path.officers.record;
    path.plan.present = present;
    path.plan.present_count = path.config.threshold;
    path.plan.terms = &path.terms;
    path.plan.random = &path.random;
    firmware_takes(keyshare_reshare_memory(&path.plan), false, reshare);
    bytes = keyshare_record_bytes(path.made.record, &len);
    share_len = keyshare_secret_len(path.made.shares[0]);
    PROCESS_REQUIRE(len + share_len <= sizeof path.bytes);
    memcpy(path.bytes, bytes, len);
    memcpy(path.bytes + len, keyshare_secret_reveal(path.made.shares[0]),
        share_len);
    path.stranger = (keyshare_image){path.bytes, len + share_len};
    free_cards(&path.made);
    free_cards(&path.officers);
}

/* ---- A life ---- */

static keyshare_error
begin(keyshare_activation *device, keyshare_task task,
    const keyshare_record *record)
{
    keyshare_request request = KEYSHARE_REQUEST_INIT;

    request.task = task;
    request.record = record;
    request.fingerprint = keyshare_record_fingerprint(record);
    return keyshare_activation_begin(device, &request, 0);
}

static keyshare_error
show(keyshare_activation *device, const struct cards *cards)
{
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;
    keyshare_error error = KEYSHARE_OK;

    for (size_t i = 0; error == KEYSHARE_OK && i < path.config.threshold; i++) {
        const keyshare_secret *share = cards->shares[i];
        const keyshare_image card = {
            keyshare_secret_reveal(share), keyshare_secret_len(share)};

        error =
            keyshare_activation_present(device, &outcome, &path.stranger, 0);
        if (error == KEYSHARE_OK)
            error = keyshare_activation_present(device, &outcome, &card, 0);
        if (error == KEYSHARE_OK)
            PROCESS_REQUIRE(outcome.verdict == KEYSHARE_VERDICT_OK);
    }
    return error;
}

static keyshare_error
run_task(
    keyshare_activation *device, keyshare_task task, const struct cards *cards)
{
    keyshare_error error = begin(device, task, cards->record);

    return error == KEYSHARE_OK ? show(device, cards) : error;
}

static keyshare_error
live(void)
{
    keyshare_activation *device;
    keyshare_secret *key = NULL;
    uint8_t blob[KEYSHARE_ACTIVATION_BLOB_SIZE(4)];
    uint8_t seal[KEYSHARE_ACTIVATION_KEY_SIZE] = {1};
    size_t len;
    keyshare_error error = keyshare_activation_create(&device, &path.config, 0);

    if (error == KEYSHARE_OK)
        error = run_task(device, KEYSHARE_TASK_ENROL, &path.officers);
    if (error == KEYSHARE_OK)
        error = run_task(device, KEYSHARE_TASK_ACTIVATE, &path.officers);
    if (error == KEYSHARE_OK)
        error = run_task(device, KEYSHARE_TASK_RECOVER, &path.holders);
    if (error == KEYSHARE_OK)
        error = keyshare_activation_take(device, &key, 0);
    if (error == KEYSHARE_OK)
        error = keyshare_activation_export(
            device, blob, sizeof blob, &len, seal, 0);
    if (error == KEYSHARE_OK)
        PROCESS_REQUIRE(memcmp(keyshare_secret_reveal(key), path.key,
                            path.config.key_len) == 0);
    keyshare_secret_free(&key);
    keyshare_activation_free(&device);
    return error;
}

static void
walk(void)
{
    make_stranger();
    make(&path.officers, KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_PEDERSEN);
    make(&path.holders, KEYSHARE_ROLE_RKSH, KEYSHARE_SCHEME_GF256);
    firmware_takes(keyshare_activation_memory(&path.config), true, live);
    free_cards(&path.holders);
    free_cards(&path.officers);
}

static const struct {
    size_t records;
    unsigned threshold;
    unsigned count;
    size_t key_len;
} cases[] = {
    {1, 2, 3, 16},
    {2, 3, 7, 32},
    {4, 5, 9, 100},
    {4, 2, 9, 16},
};

static int chosen;

static void
walk_chosen(void)
{
    static const char label[] = "0123456789abcdef0123456789abcdef"
                                "0123456789abcdef0123456789abcdef";
    static const uint8_t identity[] = {'h', 's', 'm'};

    path.config = (keyshare_activation_config)KEYSHARE_ACTIVATION_CONFIG_INIT;
    path.config.identity = identity;
    path.config.identity_len = sizeof identity;
    path.config.records = cases[chosen].records;
    path.config.threshold = cases[chosen].threshold;
    path.config.count = cases[chosen].count;
    path.config.key_len = cases[chosen].key_len;
    path.gen = gen_begin();
    path.random = gen_random(&path.gen);
    gen_bytes(&path.gen, path.key, sizeof path.key);
    path.terms = (keyshare_terms)KEYSHARE_TERMS_INIT;
    path.terms.label = label;
    path.terms.label_len = sizeof label - 1;
    firmware_run(walk);
}

START_TEST(does_with_what_is_told)
{
    chosen = _i;
    process_run(walk_chosen);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("noheap_activation");
    TCase *test = tcase_create("noheap_activation");

    suite_add_tcase(suite, test);
    tcase_add_loop_test(
        test, does_with_what_is_told, 0, (int)(sizeof cases / sizeof *cases));
    return suite;
}

#endif
