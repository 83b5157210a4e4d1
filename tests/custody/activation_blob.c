/* SPDX-License-Identifier: ISC */
/* What survives a restart: a blob says what would be so if power were lost, and
 * is refused if a bit of it is another, if it is of another device, or older
 * than the counter. */
#include <keyshare/activation.h>

#include <string.h>

#include "hsm.h"
#include "suite.h"

static struct gen gen;
static struct set co, so;
static struct hsm hsm;
static const keyshare_record *records[2];

static void
begin_set(void)
{
    keyshare_policy policy = {KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 3, 7};

    gen = gen_begin();
    set_deal(&co, &gen, policy, 32);
    policy.role = KEYSHARE_ROLE_SO;
    set_deal(&so, &gen, policy, 32);
    records[0] = so.record;
    records[1] = co.record;
    hsm_create(&hsm, "hsm-1");
}

static void
end_set(void)
{
    hsm_free(&hsm);
    set_free(&co);
    set_free(&so);
}

static void
begin(keyshare_task task)
{
    const keyshare_request request = hsm_request(task, NULL);

    hsm_begin(&hsm, &request);
}

static keyshare_outcome
present_invalid(void)
{
    uint8_t bytes[4096];
    const keyshare_image card = {bytes, co.cards[0].len};
    keyshare_outcome outcome;

    memcpy(bytes, co.cards[0].bytes, card.len);
    bytes[card.len - 11] ^= 1;
    set_mend_check(bytes, card.len);
    outcome = hsm_present(&hsm, &card);
    ck_assert_int_eq(outcome.verdict, KEYSHARE_VERDICT_INVALID);
    return outcome;
}

static keyshare_error
import(const keyshare_blob *blob)
{
    keyshare_activation *device;
    const keyshare_error error =
        keyshare_activation_import(&device, &hsm.config, blob, 0);

    ck_assert((device == NULL) == (error != KEYSHARE_OK));
    keyshare_activation_free(&device);
    return error;
}

START_TEST(records_and_limits_survive)
{
    keyshare_request request = hsm_request(KEYSHARE_TASK_LIMITS, NULL);
    keyshare_record const *record;
    int pending;

    hsm_enrol(&hsm, &co, NULL);
    request.limits = (keyshare_limits){7, 100, 9};
    hsm_begin(&hsm, &request);
    hsm_show(&hsm, &co, 1, 3);
    request = hsm_request(KEYSHARE_TASK_ENROL, so.record);
    hsm_begin(&hsm, &request);
    hsm_show(&hsm, &co, 1, 3);
    ck_assert_int_eq(
        keyshare_activation_cancel(hsm.device, hsm.now), KEYSHARE_OK);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &co);
    hsm_save(&hsm);
    hsm_restart(&hsm, records, 2);
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_INACTIVE);
    ck_assert_uint_eq(hsm_status(&hsm)->limits.invalid, 7);
    ck_assert_uint_eq(hsm_status(&hsm)->limits.collecting, 100);
    ck_assert_uint_eq(hsm_status(&hsm)->limits.lock, 9);
    ck_assert_uint_eq(hsm_status(&hsm)->sequence, 1);
    for (size_t i = 0;
         (record = keyshare_activation_record(hsm.device, i, &pending)) != NULL;
         i++)
        ck_assert_int_eq(
            pending, memcmp(keyshare_record_fingerprint(record),
                         keyshare_record_fingerprint(so.record), 32) == 0);
    ck_assert_uint_eq(hsm_status(&hsm)->enrolled, 1);
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 1);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &co);
}
END_TEST

START_TEST(a_factory_blob_with_a_pending_record_survives)
{
    const keyshare_request request =
        hsm_request(KEYSHARE_TASK_ENROL, co.record);

    hsm_begin(&hsm, &request);
    hsm_save(&hsm);
    hsm_restart(&hsm, records, 2);
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_FACTORY);
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 1);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &co);
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_ACTIVE);
    ck_assert_uint_eq(hsm_status(&hsm)->enrolled, 1);
}
END_TEST

/* ---- Power is lost while cards are awaited ---- */

START_TEST(a_power_cut_counts_as_one_invalid_card)
{
    hsm_enrol(&hsm, &co, NULL);
    hsm_save(&hsm);
    begin(KEYSHARE_TASK_ACTIVATE);
    ck_assert(hsm_status(&hsm)->changed);
    hsm_save(&hsm);
    /* What is exported before each card: only bad ones change it. */
    ck_assert(!hsm_present(&hsm, &co.cards[0]).changed);
    ck_assert(!hsm_present(&hsm, &co.cards[0]).changed);
    ck_assert(!hsm_present(&hsm, &so.cards[0]).changed);
    hsm_restart(&hsm, records, 2);
    ck_assert_uint_eq(hsm_status(&hsm)->invalid, 1);
    begin(KEYSHARE_TASK_ACTIVATE);
    hsm_save(&hsm);
    ck_assert(present_invalid().changed);
    hsm_save(&hsm);
    hsm_restart(&hsm, records, 2);
    ck_assert_uint_eq(hsm_status(&hsm)->invalid, 3);
    begin(KEYSHARE_TASK_ACTIVATE);
    hsm_save(&hsm);
    ck_assert_int_eq(
        keyshare_activation_cancel(hsm.device, hsm.now), KEYSHARE_OK);
    ck_assert(hsm_status(&hsm)->changed);
    hsm_save(&hsm);
    hsm_restart(&hsm, records, 2);
    ck_assert_uint_eq(hsm_status(&hsm)->invalid, 3);
    begin(KEYSHARE_TASK_ACTIVATE);
    hsm_save(&hsm);
    ck_assert(hsm_present(&hsm, &co.cards[0]).changed);
    hsm_save(&hsm);
    hsm_restart(&hsm, records, 2);
    ck_assert_uint_eq(hsm_status(&hsm)->invalid, 1);
}
END_TEST

/* Power cut after every card: no more invalid ones than the limit without its
 * delay. */
START_TEST(power_cuts_give_no_free_try)
{
    unsigned tries = 0;

    hsm_enrol(&hsm, &co, NULL);
    hsm_save(&hsm);
    while (hsm_status(&hsm)->lock == 0) {
        begin(KEYSHARE_TASK_ACTIVATE);
        if (hsm_status(&hsm)->changed)
            hsm_save(&hsm);
        present_invalid();
        tries++;
        hsm_restart(&hsm, records, 2);
    }
    ck_assert_uint_eq(tries, hsm_status(&hsm)->limits.invalid);
    ck_assert_uint_eq(hsm_status(&hsm)->lock, 60);
    /* Booting does not open the lock, nor does it begin anew. */
    hsm.now += 20;
    hsm_save(&hsm);
    hsm_restart(&hsm, records, 2);
    ck_assert_uint_eq(hsm_status(&hsm)->lock, 40);
    hsm.now += 40;
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &co);
    ck_assert_uint_eq(hsm_status(&hsm)->invalid, 0);
}
END_TEST

/* ---- What is refused ---- */

START_TEST(every_bit_counts)
{
    keyshare_blob blob;

    hsm_enrol(&hsm, &co, NULL);
    hsm_enrol(&hsm, &so, &co);
    hsm_save(&hsm);
    blob = hsm_blob(&hsm, records, 2);
    ck_assert_int_eq(import(&blob), KEYSHARE_OK);
    for (size_t bit = 0; bit < 8 * hsm.blob_len; bit++) {
        keyshare_error error;

        hsm.blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
        error = import(&blob);
        ck_assert_msg(error == KEYSHARE_ERR_FORMAT ||
                          error == KEYSHARE_ERR_VERSION ||
                          error == KEYSHARE_ERR_DAMAGED,
            "bit %zu: %s", bit, keyshare_error_name(error));
        hsm.blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t len = 0; len < hsm.blob_len; len++) {
        blob.len = len;
        ck_assert_int_eq(import(&blob), KEYSHARE_ERR_FORMAT);
    }
    blob.len = hsm.blob_len + 1;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_FORMAT);
}
END_TEST

START_TEST(another_device_and_another_key_are_refused)
{
    keyshare_blob blob;
    uint8_t key[KEYSHARE_ACTIVATION_KEY_SIZE] = {1};

    hsm_enrol(&hsm, &co, NULL);
    hsm_save(&hsm);
    blob = hsm_blob(&hsm, records, 2);
    blob.key = key;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_DAMAGED);
    blob.key = hsm.key;
    hsm.config.identity = (const uint8_t *)"hsm-2";
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_UNEXPECTED);
    hsm.config.identity = (const uint8_t *)"hsm-1";
    blob.record_count = 1;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_UNEXPECTED);
    blob.record_count = 2;
    hsm.config.threshold = 2;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_SPACE);
    hsm.config.threshold = 3;
    ck_assert_int_eq(import(&blob), KEYSHARE_OK);
}
END_TEST

START_TEST(an_older_blob_is_refused)
{
    uint8_t old[sizeof hsm.blob];
    keyshare_blob blob;

    hsm_enrol(&hsm, &co, NULL);
    hsm_save(&hsm);
    memcpy(old, hsm.blob, sizeof old);
    blob = hsm_blob(&hsm, records, 2);
    blob.bytes = old;
    ck_assert_int_eq(import(&blob), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_activation_tamper(hsm.device), KEYSHARE_OK);
    hsm_save(&hsm);
    blob.least = hsm.counter;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_ROLLBACK);
    /* Cut between writing the blob and raising the counter: it is ahead by
     * one, and taken. */
    blob = hsm_blob(&hsm, NULL, 0);
    blob.least = hsm.counter - 1;
    ck_assert_int_eq(import(&blob), KEYSHARE_OK);
}
END_TEST

START_TEST(more_records_than_it_can_hold_are_refused)
{
    keyshare_blob blob;

    hsm_enrol(&hsm, &co, NULL);
    hsm_enrol(&hsm, &so, &co);
    hsm_save(&hsm);
    blob = hsm_blob(&hsm, records, 2);
    hsm.config.records = 1;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_SPACE);
    hsm.config.records = 2;
    ck_assert_int_eq(import(&blob), KEYSHARE_OK);
}
END_TEST

START_TEST(arguments_are_checked)
{
    uint8_t bytes[KEYSHARE_ACTIVATION_BLOB_SIZE(8)];
    const keyshare_record *none[] = {NULL};
    keyshare_activation *device;
    keyshare_blob blob;
    size_t len;

    hsm_save(&hsm);
    for (size_t size = 0; size < hsm.blob_len; size++)
        ck_assert_int_eq(keyshare_activation_export(
                             hsm.device, bytes, size, &len, hsm.key, 0),
            KEYSHARE_ERR_SPACE);
    ck_assert_uint_eq(hsm_status(&hsm)->sequence, 1);
    ck_assert_int_eq(keyshare_activation_export(
                         hsm.device, bytes, hsm.blob_len, &len, hsm.key, 0),
        KEYSHARE_OK);
    ck_assert_uint_eq(len, hsm.blob_len);
    ck_assert_int_eq(
        keyshare_activation_export(hsm.device, NULL, 0, &len, hsm.key, 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_activation_export(
                         hsm.device, bytes, sizeof bytes, NULL, hsm.key, 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_activation_export(
                         hsm.device, bytes, sizeof bytes, &len, NULL, 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_export(NULL, bytes, sizeof bytes, &len, hsm.key, 0),
        KEYSHARE_ERR_ARGUMENT);
    blob = hsm_blob(&hsm, none, 1);
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_ARGUMENT);
    blob = hsm_blob(&hsm, NULL, 1);
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_ARGUMENT);
    blob = hsm_blob(&hsm, NULL, 0);
    blob.key = NULL;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_ARGUMENT);
    blob = hsm_blob(&hsm, NULL, 0);
    blob.size = 8;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_ARGUMENT);
    blob = hsm_blob(&hsm, NULL, 0);
    blob.bytes = NULL;
    ck_assert_int_eq(import(&blob), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_activation_import(&device, NULL, &blob, 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_activation_import(&device, &hsm.config, NULL, 0),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_activation_import(NULL, &hsm.config, &blob, 0),
        KEYSHARE_ERR_ARGUMENT);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("activation_blob");
    TCase *laws = tcase_create("laws");
    TCase *errors = tcase_create("errors");

    tcase_add_checked_fixture(laws, begin_set, end_set);
    tcase_add_test(laws, records_and_limits_survive);
    tcase_add_test(laws, a_factory_blob_with_a_pending_record_survives);
    tcase_add_test(laws, a_power_cut_counts_as_one_invalid_card);
    tcase_add_test(laws, power_cuts_give_no_free_try);
    suite_add_tcase(suite, laws);
    tcase_add_checked_fixture(errors, begin_set, end_set);
    tcase_add_test(errors, every_bit_counts);
    tcase_add_test(errors, another_device_and_another_key_are_refused);
    tcase_add_test(errors, an_older_blob_is_refused);
    tcase_add_test(errors, more_records_than_it_can_hold_are_refused);
    tcase_add_test(errors, arguments_are_checked);
    suite_add_tcase(suite, errors);
    return suite;
}
