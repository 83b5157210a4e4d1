/* SPDX-License-Identifier: ISC */
/* Activation, scene by scene: cards and counts, limits at the edges of their
 * times, what is refused. */
#include <keyshare/activation.h>

#include <stdlib.h>
#include <string.h>

#include "hsm.h"
#include "suite.h"
#include "upkeep.h"

static struct gen gen;
static struct set co, so, rksh;
static struct hsm hsm;

static keyshare_policy
policy(keyshare_role role, unsigned threshold, unsigned count)
{
    return (keyshare_policy){role, KEYSHARE_SCHEME_GF256, threshold, count};
}

static void
begin_set(void)
{
    gen = gen_begin();
    set_deal(&co, &gen, policy(KEYSHARE_ROLE_CO, 3, 7), 32);
    set_deal(&so, &gen, policy(KEYSHARE_ROLE_SO, 3, 7), 32);
    set_deal(&rksh, &gen, policy(KEYSHARE_ROLE_RKSH, 5, 7), 32);
    hsm_create(&hsm, "hsm-1");
}

static void
end_set(void)
{
    hsm_free(&hsm);
    set_free(&co);
    set_free(&so);
    set_free(&rksh);
}

static void
begin(keyshare_task task)
{
    const keyshare_request request = hsm_request(task, NULL);

    hsm_begin(&hsm, &request);
}

static void
refuses(keyshare_task task, keyshare_error error)
{
    const keyshare_request request = hsm_request(task, NULL);

    hsm_refuses(&hsm, &request, error);
}

static keyshare_error
present_error(const struct set *set, unsigned index)
{
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;
    const keyshare_error error = keyshare_activation_present(
        hsm.device, &outcome, &set->cards[index - 1], hsm.now);

    ck_assert_int_eq(outcome.verdict, KEYSHARE_VERDICT_NONE);
    return error;
}

/* A share that names its set and does not open its commitment. */
static void
present_invalid(const struct set *set)
{
    uint8_t bytes[4096];
    const keyshare_image card = {bytes, set->cards[0].len};

    ck_assert_uint_le(card.len, sizeof bytes);
    memcpy(bytes, set->cards[0].bytes, card.len);
    bytes[card.len - 11] ^= 1;
    set_mend_check(bytes, card.len);
    hsm_verdict(&hsm, &card, KEYSHARE_VERDICT_INVALID);
}

/* ---- Officers wake it, and put it to sleep ---- */

START_TEST(three_of_seven_wake_it_and_put_it_to_sleep)
{
    const keyshare_activation_status *status = hsm_status(&hsm);

    ck_assert_int_eq(status->device, KEYSHARE_DEVICE_FACTORY);
    refuses(KEYSHARE_TASK_ACTIVATE, KEYSHARE_ERR_STATE);
    hsm_enrol(&hsm, &co, NULL);
    ck_assert_int_eq(status->device, KEYSHARE_DEVICE_INACTIVE);
    refuses(KEYSHARE_TASK_DEACTIVATE, KEYSHARE_ERR_STATE);
    begin(KEYSHARE_TASK_ACTIVATE);
    ck_assert_uint_eq(status->needed, 3);
    hsm_verdict(&hsm, &so.cards[0], KEYSHARE_VERDICT_OTHER_SET);
    hsm_verdict(&hsm, &co.cards[6], KEYSHARE_VERDICT_OK);
    hsm_verdict(&hsm, &co.cards[6], KEYSHARE_VERDICT_DUPLICATE);
    hsm_verdict(&hsm, &co.cards[2], KEYSHARE_VERDICT_OK);
    ck_assert_uint_eq(status->accepted, 2);
    ck_assert_ptr_null(status->lineage);
    hsm_verdict(&hsm, &co.cards[0], KEYSHARE_VERDICT_OK);
    ck_assert_int_eq(status->device, KEYSHARE_DEVICE_ACTIVE);
    ck_assert_mem_eq(status->lineage, keyshare_record_lineage(co.record), 16);
    refuses(KEYSHARE_TASK_ACTIVATE, KEYSHARE_ERR_STATE);
    begin(KEYSHARE_TASK_DEACTIVATE);
    hsm_show(&hsm, &co, 2, 2);
    /* While it collects, and if that comes to nothing, it is awake. */
    keyshare_secret *key = hsm_derive(&hsm, "still");
    keyshare_secret_free(&key);
    ck_assert_int_eq(
        keyshare_activation_cancel(hsm.device, hsm.now), KEYSHARE_OK);
    ck_assert_int_eq(status->device, KEYSHARE_DEVICE_ACTIVE);
    hsm_do(&hsm, KEYSHARE_TASK_DEACTIVATE, &co);
    ck_assert_int_eq(status->device, KEYSHARE_DEVICE_INACTIVE);
    ck_assert_int_eq(keyshare_activation_derive(
                         hsm.device, &key, 32, (const uint8_t *)"p", 1),
        KEYSHARE_ERR_STATE);
    ck_assert_ptr_null(key);
}
END_TEST

START_TEST(a_card_with_its_record_is_told_by_its_role)
{
    keyshare_secret *image;

    hsm_enrol(&hsm, &co, NULL);
    begin(KEYSHARE_TASK_ACTIVATE);
    ck_assert_int_eq(
        keyshare_image_make(&image, rksh.record, rksh.shares[0]), KEYSHARE_OK);
    hsm_verdict(&hsm,
        &(keyshare_image){
            keyshare_secret_reveal(image), keyshare_secret_len(image)},
        KEYSHARE_VERDICT_OTHER_ROLE);
    keyshare_secret_free(&image);
    hsm_verdict(&hsm, &rksh.cards[0], KEYSHARE_VERDICT_OTHER_SET);
    hsm_verdict(&hsm, &(keyshare_image){NULL, 0}, KEYSHARE_VERDICT_DAMAGED);
    ck_assert_uint_eq(hsm_status(&hsm)->invalid, 0);
}
END_TEST

START_TEST(a_storage_key_is_recovered_and_handed_out_once)
{
    keyshare_request request = hsm_request(KEYSHARE_TASK_RECOVER, rksh.record);
    keyshare_secret *key;

    hsm_begin(&hsm, &request);
    ck_assert_int_eq(keyshare_activation_take(hsm.device, &key, hsm.now),
        KEYSHARE_ERR_STATE);
    hsm_show(&hsm, &rksh, 1, 5);
    ck_assert(hsm_status(&hsm)->ready);
    ck_assert_int_eq(present_error(&rksh, 6), KEYSHARE_ERR_STATE);
    ck_assert_int_eq(
        keyshare_activation_take(hsm.device, &key, hsm.now), KEYSHARE_OK);
    ck_assert_uint_eq(keyshare_secret_len(key), rksh.key_len);
    ck_assert_mem_eq(keyshare_secret_reveal(key), rksh.key, rksh.key_len);
    keyshare_secret_free(&key);
    ck_assert_int_eq(keyshare_activation_take(hsm.device, &key, hsm.now),
        KEYSHARE_ERR_STATE);
    /* Not by a record that was not vouched for, nor of officers. */
    request.fingerprint = keyshare_record_fingerprint(co.record);
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_UNEXPECTED);
    request.fingerprint = NULL;
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_ARGUMENT);
    request = hsm_request(KEYSHARE_TASK_RECOVER, co.record);
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_ROLE);
}
END_TEST

/* ---- Limits ---- */

START_TEST(invalid_cards_in_a_row_lock_it)
{
    const keyshare_activation_status *status = hsm_status(&hsm);

    hsm_enrol(&hsm, &co, NULL);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &co);
    begin(KEYSHARE_TASK_DEACTIVATE);
    for (unsigned i = 0; i < 9; i++) {
        present_invalid(&co);
        hsm_verdict(&hsm, &so.cards[0], KEYSHARE_VERDICT_OTHER_SET);
    }
    ck_assert_uint_eq(status->invalid, 9);
    hsm_verdict(&hsm, &co.cards[0], KEYSHARE_VERDICT_OK);
    ck_assert_uint_eq(status->invalid, 0);
    for (unsigned i = 0; i < 9; i++)
        present_invalid(&co);
    hsm_verdict(&hsm, &co.cards[0], KEYSHARE_VERDICT_DUPLICATE);
    ck_assert_uint_eq(status->invalid, 9);
    present_invalid(&co);
    ck_assert_int_eq(status->ending, KEYSHARE_ENDING_LIMIT);
    ck_assert_int_eq(status->device, KEYSHARE_DEVICE_ACTIVE);
    ck_assert_uint_eq(status->lock, 60);
    /* Locked to the last second; then one more invalid card locks again. */
    hsm.now += 59;
    refuses(KEYSHARE_TASK_DEACTIVATE, KEYSHARE_ERR_LIMIT);
    ck_assert_int_eq(present_error(&co, 2), KEYSHARE_ERR_LIMIT);
    ck_assert_uint_eq(status->lock, 1);
    hsm.now += 1;
    begin(KEYSHARE_TASK_DEACTIVATE);
    present_invalid(&co);
    ck_assert_uint_eq(status->lock, 60);
    hsm.now += 60;
    hsm_do(&hsm, KEYSHARE_TASK_DEACTIVATE, &co);
    ck_assert_uint_eq(status->invalid, 0);
}
END_TEST

START_TEST(a_collection_lasts_as_long_as_its_time)
{
    const keyshare_activation_status *status = hsm_status(&hsm);

    hsm_enrol(&hsm, &co, NULL);
    begin(KEYSHARE_TASK_ACTIVATE);
    hsm.now += 599;
    hsm_show(&hsm, &co, 1, 2);
    ck_assert_uint_eq(status->collecting, 1);
    hsm.now += 1;
    ck_assert_int_eq(present_error(&co, 3), KEYSHARE_ERR_LIMIT);
    ck_assert_int_eq(status->ending, KEYSHARE_ENDING_EXPIRED);
    ck_assert_int_eq(status->device, KEYSHARE_DEVICE_INACTIVE);
    ck_assert_uint_eq(status->lock, 60);
    refuses(KEYSHARE_TASK_ACTIVATE, KEYSHARE_ERR_LIMIT);
    hsm.now += 60;
    begin(KEYSHARE_TASK_ACTIVATE);
    /* What expired long ago was locked long ago. */
    hsm.now += 660;
    begin(KEYSHARE_TASK_ACTIVATE);
    ck_assert_uint_eq(status->accepted, 0);
    hsm_show(&hsm, &co, 1, 3);
    ck_assert_int_eq(status->device, KEYSHARE_DEVICE_ACTIVE);
}
END_TEST

START_TEST(time_that_goes_backwards_is_none)
{
    const keyshare_activation_status *status = hsm_status(&hsm);

    hsm_enrol(&hsm, &co, NULL);
    begin(KEYSHARE_TASK_ACTIVATE);
    hsm.now += 300;
    ck_assert_int_eq(
        keyshare_activation_tick(hsm.device, hsm.now), KEYSHARE_OK);
    hsm.now -= 1300;
    ck_assert_uint_eq(hsm.now, 0);
    hsm_show(&hsm, &co, 1, 1);
    ck_assert_uint_eq(status->collecting, 300);
    hsm.now += 299;
    hsm_show(&hsm, &co, 2, 0);
    ck_assert_int_eq(
        keyshare_activation_tick(hsm.device, hsm.now), KEYSHARE_OK);
    ck_assert_uint_eq(status->collecting, 1);
    ck_assert_int_eq(
        keyshare_activation_tick(hsm.device, UINT64_MAX), KEYSHARE_OK);
    ck_assert_int_eq(status->ending, KEYSHARE_ENDING_EXPIRED);
    ck_assert_uint_eq(status->lock, 0);
}
END_TEST

START_TEST(a_key_that_waits_is_wiped_when_its_time_is_over)
{
    const keyshare_request request =
        hsm_request(KEYSHARE_TASK_RECOVER, rksh.record);
    keyshare_secret *key;

    hsm_begin(&hsm, &request);
    hsm_show(&hsm, &rksh, 1, 5);
    hsm.now += 600;
    ck_assert_int_eq(keyshare_activation_take(hsm.device, &key, hsm.now),
        KEYSHARE_ERR_LIMIT);
    ck_assert_ptr_null(key);
}
END_TEST

START_TEST(limits_change_with_a_quorum)
{
    const keyshare_activation_status *status = hsm_status(&hsm);
    keyshare_request request = hsm_request(KEYSHARE_TASK_LIMITS, NULL);

    request.limits = (keyshare_limits){2, 30, 5};
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_STATE);
    hsm_enrol(&hsm, &co, NULL);
    hsm_begin(&hsm, &request);
    hsm_show(&hsm, &co, 1, 3);
    ck_assert_uint_eq(status->limits.invalid, 2);
    begin(KEYSHARE_TASK_ACTIVATE);
    ck_assert_uint_eq(status->collecting, 30);
    present_invalid(&co);
    present_invalid(&co);
    ck_assert_uint_eq(status->lock, 5);
    hsm.now += 5;
    for (size_t i = 0; i < 3; i++) {
        static const keyshare_limits wrong[] = {
            {0, 30, 5}, {65536, 30, 5}, {2, 0, 5}};

        request.limits = wrong[i];
        hsm_refuses(&hsm, &request, KEYSHARE_ERR_ARGUMENT);
    }
}
END_TEST

/* ---- The end ---- */

START_TEST(retired_is_retired)
{
    const keyshare_activation_status *status = hsm_status(&hsm);

    hsm_enrol(&hsm, &co, NULL);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &co);
    if (_i == 0)
        hsm_do(&hsm, KEYSHARE_TASK_RETIRE, &co);
    else
        ck_assert_int_eq(keyshare_activation_tamper(hsm.device), KEYSHARE_OK);
    ck_assert(status->changed);
    hsm_save(&hsm);
    for (int life = 0; life < 2; life++) {
        status = hsm_status(&hsm);
        ck_assert_int_eq(status->device, KEYSHARE_DEVICE_RETIRED);
        ck_assert_ptr_null(status->lineage);
        ck_assert_ptr_null(keyshare_activation_record(hsm.device, 0, NULL));
        for (int task = KEYSHARE_TASK_ACTIVATE; task <= KEYSHARE_TASK_RECOVER;
             task++) {
            const keyshare_request request =
                hsm_request((keyshare_task)task, rksh.record);

            hsm_refuses(&hsm, &request, KEYSHARE_ERR_STATE);
        }
        hsm_restart(&hsm, NULL, 0);
    }
}
END_TEST

START_TEST(ends_work_in_a_lock)
{
    hsm_enrol(&hsm, &co, NULL);
    begin(KEYSHARE_TASK_ACTIVATE);
    for (unsigned i = 0; i < 10; i++)
        present_invalid(&co);
    ck_assert_uint_eq(hsm_status(&hsm)->lock, 60);
    ck_assert_int_eq(
        keyshare_activation_cancel(hsm.device, hsm.now), KEYSHARE_ERR_STATE);
    ck_assert_int_eq(keyshare_activation_tamper(hsm.device), KEYSHARE_OK);
    ck_assert_uint_eq(hsm_status(&hsm)->lock, 0);
}
END_TEST

/* A dealing that was bad itself: the cards verify, and give another key. */
START_TEST(a_bad_dealing_does_not_wake_it)
{
    keyshare_record *record;
    uint8_t bytes[4096], *place;
    size_t len;
    const uint8_t *old = keyshare_record_bytes(co.record, &len);
    struct set bad;
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;

    /* Another key tag makes other share tags only by way of h_s, which does
     * not cover it: the cards stay good. */
    ck_assert_uint_le(len, sizeof bytes);
    memcpy(bytes, old, len);
    place = bytes + len - 8 * 32;
    place[0] ^= 1;
    ck_assert_int_eq(
        keyshare_record_decode(&record, bytes, len, NULL), KEYSHARE_OK);
    bad = co;
    for (size_t i = 0; i < 3; i++) {
        static uint8_t shares[3][256];

        memcpy(shares[i], co.cards[i].bytes, co.cards[i].len);
        /* E2 len 80 01 01 81 01 index 82 20 fingerprint */
        memcpy(shares[i] + 10, keyshare_record_fingerprint(record), 32);
        set_mend_check(shares[i], co.cards[i].len);
        bad.cards[i].bytes = shares[i];
    }
    bad.record = record;
    hsm_enrol(&hsm, &bad, NULL);
    begin(KEYSHARE_TASK_ACTIVATE);
    hsm_show(&hsm, &bad, 1, 2);
    ck_assert_int_eq(keyshare_activation_present(
                         hsm.device, &outcome, &bad.cards[2], hsm.now),
        KEYSHARE_ERR_MISMATCH);
    ck_assert_int_eq(outcome.verdict, KEYSHARE_VERDICT_OK);
    ck_assert_int_eq(outcome.ending, KEYSHARE_ENDING_MISMATCH);
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_INACTIVE);
    keyshare_record_free(&record);
}
END_TEST

/* ---- What is refused ---- */

START_TEST(configurations_are_checked)
{
    static const struct {
        size_t identity_len, records;
        unsigned threshold, count;
        size_t key_len;
        keyshare_limits limits;
    } wrong[] = {
        {0, 8, 5, 9, 64, {10, 600, 60}},
        {256, 8, 5, 9, 64, {10, 600, 60}},
        {1, 0, 5, 9, 64, {10, 600, 60}},
        {1, 65, 5, 9, 64, {10, 600, 60}},
        {1, 8, 0, 9, 64, {10, 600, 60}},
        {1, 8, 5, 4, 64, {10, 600, 60}},
        {1, 8, 5, 256, 64, {10, 600, 60}},
        {1, 8, 5, 9, 15, {10, 600, 60}},
        {1, 8, 5, 9, 1025, {10, 600, 60}},
        {1, 8, 5, 9, 64, {0, 600, 60}},
        {1, 8, 5, 9, 64, {65536, 600, 60}},
        {1, 8, 5, 9, 64, {10, 0, 60}},
    };
    static const uint8_t identity[256] = {1};
    keyshare_activation_config config = hsm.config;
    keyshare_activation *device;

    ck_assert_int_eq(
        keyshare_activation_create(NULL, &config, 0), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_create(&device, NULL, 0), KEYSHARE_ERR_ARGUMENT);
    config.size--;
    ck_assert_int_eq(
        keyshare_activation_create(&device, &config, 0), KEYSHARE_ERR_ARGUMENT);
    config.size++;
    config.identity = NULL;
    ck_assert_int_eq(
        keyshare_activation_create(&device, &config, 0), KEYSHARE_ERR_ARGUMENT);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        config.identity = identity;
        config.identity_len = wrong[i].identity_len;
        config.records = wrong[i].records;
        config.threshold = wrong[i].threshold;
        config.count = wrong[i].count;
        config.key_len = wrong[i].key_len;
        config.limits = wrong[i].limits;
        ck_assert_int_eq(keyshare_activation_create(&device, &config, 0),
            KEYSHARE_ERR_ARGUMENT);
        ck_assert_ptr_null(device);
        ck_assert_uint_eq(keyshare_activation_memory(&config), 0);
    }
    ck_assert_uint_eq(keyshare_activation_memory(NULL), 0);
}
END_TEST

START_TEST(calls_are_checked)
{
    keyshare_request request = hsm_request(KEYSHARE_TASK_NONE, NULL);
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;
    const keyshare_image nowhere = {NULL, 1};
    const uint8_t purpose[65] = {'p'};
    keyshare_activation *none = NULL;
    keyshare_secret *key;

    hsm_refuses(&hsm, &request, KEYSHARE_ERR_ARGUMENT);
    request.task = KEYSHARE_TASK_ENROL;
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_ARGUMENT);
    request.chain_count = 1;
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_ARGUMENT);
    request.size = 1;
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_ARGUMENT);
    hsm_refuses(&hsm, NULL, KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_begin(NULL, &request, 0), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_activation_present(hsm.device, &outcome, NULL, 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_present(hsm.device, &outcome, &nowhere, 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_present(NULL, &outcome, &co.cards[0], 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_present(hsm.device, NULL, &co.cards[0], 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(present_error(&co, 1), KEYSHARE_ERR_STATE);
    ck_assert_int_eq(keyshare_activation_tick(NULL, 0), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_cancel(NULL, 0), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_activation_tamper(NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_take(hsm.device, NULL, 0), KEYSHARE_ERR_ARGUMENT);
    hsm_enrol(&hsm, &co, NULL);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &co);
    for (size_t i = 0; i < 6; i++) {
        static const size_t lens[][2] = {
            {0, 1}, {8161, 1}, {1, 0}, {1, 65}, {8160, 64}, {1, 1}};

        ck_assert_int_eq(keyshare_activation_derive(
                             hsm.device, &key, lens[i][0], purpose, lens[i][1]),
            i < 4 ? KEYSHARE_ERR_ARGUMENT : KEYSHARE_OK);
        keyshare_secret_free(&key);
    }
    keyshare_activation_free(NULL);
    keyshare_activation_free(&none);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("activation");
    TCase *scenes = tcase_create("scenes");
    TCase *bounds = tcase_create("bounds");

    tcase_add_checked_fixture(scenes, begin_set, end_set);
    tcase_add_test(scenes, three_of_seven_wake_it_and_put_it_to_sleep);
    tcase_add_test(scenes, a_card_with_its_record_is_told_by_its_role);
    tcase_add_test(scenes, a_storage_key_is_recovered_and_handed_out_once);
    tcase_add_test(scenes, limits_change_with_a_quorum);
    tcase_add_loop_test(scenes, retired_is_retired, 0, 2);
    tcase_add_test(scenes, a_bad_dealing_does_not_wake_it);
    suite_add_tcase(suite, scenes);
    tcase_add_checked_fixture(bounds, begin_set, end_set);
    tcase_add_test(bounds, invalid_cards_in_a_row_lock_it);
    tcase_add_test(bounds, a_collection_lasts_as_long_as_its_time);
    tcase_add_test(bounds, time_that_goes_backwards_is_none);
    tcase_add_test(bounds, a_key_that_waits_is_wiped_when_its_time_is_over);
    tcase_add_test(bounds, ends_work_in_a_lock);
    tcase_add_test(bounds, configurations_are_checked);
    tcase_add_test(bounds, calls_are_checked);
    suite_add_tcase(suite, bounds);
    return suite;
}
