/* SPDX-License-Identifier: ISC */
/* An active device over a restart that leaves volatile memory as it is: what is
 * suspended resumes at its own blob alone, and nothing else does. */
#include <string.h>

#include "hsm.h"
#include "suite.h"

static const keyshare_policy officers = {
    KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 3, 7};

struct fixture {
    struct hsm hsm;
    struct set set;
    const keyshare_record *records[1];
    uint8_t suspended[KEYSHARE_ACTIVATION_SUSPENDED_SIZE];
};

/* Active, saved and suspended. */
static void
set_up(struct fixture *fixture)
{
    struct hsm *hsm = &fixture->hsm;
    struct gen gen = gen_begin();

    memset(fixture, 0, sizeof *fixture);
    set_deal(&fixture->set, &gen, officers, 32);
    fixture->records[0] = fixture->set.record;
    hsm_create(hsm, "hsm-1");
    hsm_enrol(hsm, &fixture->set, NULL);
    hsm_do(hsm, KEYSHARE_TASK_ACTIVATE, &fixture->set);
    hsm_save(hsm);
    ck_assert_int_eq(
        keyshare_activation_suspend(hsm->device, fixture->suspended, hsm->key),
        KEYSHARE_OK);
}

static void
tear_down(struct fixture *fixture)
{
    hsm_free(&fixture->hsm);
    set_free(&fixture->set);
}

static keyshare_error
resume(struct fixture *fixture)
{
    return keyshare_activation_resume(
        fixture->hsm.device, fixture->suspended, fixture->hsm.key);
}

static void
restart(struct fixture *fixture)
{
    hsm_restart(&fixture->hsm, fixture->records, 1);
    ck_assert_int_eq(
        hsm_status(&fixture->hsm)->device, KEYSHARE_DEVICE_INACTIVE);
}

static void
derives(struct hsm *hsm, const keyshare_secret *expected)
{
    keyshare_secret *key = hsm_derive(hsm, "purpose");

    ck_assert_uint_eq(keyshare_secret_len(key), keyshare_secret_len(expected));
    ck_assert_mem_eq(keyshare_secret_reveal(key),
        keyshare_secret_reveal(expected), keyshare_secret_len(key));
    keyshare_secret_free(&key);
}

START_TEST(resumes_what_was_suspended)
{
    struct fixture fixture;
    keyshare_secret *key;

    set_up(&fixture);
    key = hsm_derive(&fixture.hsm, "purpose");
    for (int i = 0; i < 2; i++) {
        restart(&fixture);
        ck_assert_int_eq(resume(&fixture), KEYSHARE_OK);
        ck_assert_int_eq(
            hsm_status(&fixture.hsm)->device, KEYSHARE_DEVICE_ACTIVE);
        ck_assert_mem_eq(hsm_status(&fixture.hsm)->lineage,
            keyshare_record_lineage(fixture.set.record), KEYSHARE_LINEAGE_SIZE);
        ck_assert_int_eq(hsm_status(&fixture.hsm)->changed, 0);
        derives(&fixture.hsm, key);
    }
    hsm_do(&fixture.hsm, KEYSHARE_TASK_DEACTIVATE, &fixture.set);
    ck_assert_int_eq(
        hsm_status(&fixture.hsm)->device, KEYSHARE_DEVICE_INACTIVE);
    keyshare_secret_free(&key);
    tear_down(&fixture);
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    struct fixture fixture;

    set_up(&fixture);
    restart(&fixture);
    for (size_t bit = 0; bit < 8 * sizeof fixture.suspended; bit++) {
        keyshare_error error;

        fixture.suspended[bit / 8] ^= (uint8_t)(1u << bit % 8);
        error = resume(&fixture);
        ck_assert_int_eq(
            error, bit < 8 ? KEYSHARE_ERR_VERSION : KEYSHARE_ERR_DAMAGED);
        ck_assert_int_eq(
            hsm_status(&fixture.hsm)->device, KEYSHARE_DEVICE_INACTIVE);
        fixture.suspended[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    fixture.hsm.key[0] ^= 1;
    ck_assert_int_eq(resume(&fixture), KEYSHARE_ERR_DAMAGED);
    fixture.hsm.key[0] ^= 1;
    ck_assert_int_eq(resume(&fixture), KEYSHARE_OK);
    tear_down(&fixture);
}
END_TEST

START_TEST(another_blob_resumes_nothing)
{
    struct fixture fixture;

    set_up(&fixture);
    hsm_save(&fixture.hsm);
    restart(&fixture);
    ck_assert_int_eq(resume(&fixture), KEYSHARE_ERR_ROLLBACK);
    ck_assert_int_eq(
        hsm_status(&fixture.hsm)->device, KEYSHARE_DEVICE_INACTIVE);
    tear_down(&fixture);
}
END_TEST

START_TEST(another_device_resumes_nothing)
{
    struct fixture fixture;
    struct hsm other;

    set_up(&fixture);
    hsm_create(&other, "hsm-2");
    hsm_enrol(&other, &fixture.set, NULL);
    while (hsm_status(&other)->sequence < hsm_status(&fixture.hsm)->sequence)
        hsm_save(&other);
    ck_assert_int_eq(keyshare_activation_resume(
                         other.device, fixture.suspended, fixture.hsm.key),
        KEYSHARE_ERR_DAMAGED);
    hsm_free(&other);
    tear_down(&fixture);
}
END_TEST

START_TEST(only_as_the_blob_says)
{
    uint8_t suspended[KEYSHARE_ACTIVATION_SUSPENDED_SIZE];
    struct fixture fixture;
    struct hsm *hsm = &fixture.hsm;
    const keyshare_request deactivate =
        hsm_request(KEYSHARE_TASK_DEACTIVATE, NULL);
    const keyshare_request activate = hsm_request(KEYSHARE_TASK_ACTIVATE, NULL);

    set_up(&fixture);
    /* Active already. */
    ck_assert_int_eq(resume(&fixture), KEYSHARE_ERR_STATE);
    /* A collection is begun: changed, until it is saved. */
    hsm_begin(hsm, &deactivate);
    ck_assert_int_eq(
        keyshare_activation_suspend(hsm->device, suspended, hsm->key),
        KEYSHARE_ERR_STATE);
    for (size_t i = 0; i < sizeof suspended; i++)
        ck_assert_uint_eq(suspended[i], 0);
    hsm_save(hsm);
    ck_assert_int_eq(
        keyshare_activation_suspend(hsm->device, fixture.suspended, hsm->key),
        KEYSHARE_OK);
    restart(&fixture);
    /* Nothing is active. */
    ck_assert_int_eq(
        keyshare_activation_suspend(hsm->device, suspended, hsm->key),
        KEYSHARE_ERR_STATE);
    /* Something is collected. */
    hsm_begin(hsm, &activate);
    ck_assert_int_eq(resume(&fixture), KEYSHARE_ERR_STATE);
    restart(&fixture);
    ck_assert_int_eq(resume(&fixture), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_activation_tamper(hsm->device), KEYSHARE_OK);
    ck_assert_int_eq(resume(&fixture), KEYSHARE_ERR_STATE);
    hsm_save(hsm);
    hsm_restart(hsm, NULL, 0);
    ck_assert_int_eq(resume(&fixture), KEYSHARE_ERR_STATE);
    tear_down(&fixture);
}
END_TEST

START_TEST(arguments)
{
    struct fixture fixture;

    set_up(&fixture);
    ck_assert_int_eq(
        keyshare_activation_suspend(NULL, fixture.suspended, fixture.hsm.key),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_suspend(fixture.hsm.device, NULL, fixture.hsm.key),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_activation_suspend(
                         fixture.hsm.device, fixture.suspended, NULL),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_resume(NULL, fixture.suspended, fixture.hsm.key),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_resume(fixture.hsm.device, NULL, fixture.hsm.key),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_activation_resume(fixture.hsm.device, fixture.suspended, NULL),
        KEYSHARE_ERR_ARGUMENT);
    tear_down(&fixture);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("suspend");
    TCase *cases = tcase_create("cases");

    tcase_add_unchecked_fixture(cases, set_plain_memory, NULL);
    tcase_add_test(cases, resumes_what_was_suspended);
    tcase_add_test(cases, every_flipped_bit_is_refused);
    tcase_add_test(cases, another_blob_resumes_nothing);
    tcase_add_test(cases, another_device_resumes_nothing);
    tcase_add_test(cases, only_as_the_blob_says);
    tcase_add_test(cases, arguments);
    suite_add_tcase(suite, cases);
    return suite;
}
