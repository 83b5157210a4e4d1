/* SPDX-License-Identifier: ISC */
/* A device in tests, with the store that it is saved in. */
#include "hsm.h"

#include <string.h>

#include <check.h>

static void
asserts(keyshare_error error, keyshare_error expected)
{
    ck_assert_msg(error == expected, "%s instead of %s",
        keyshare_error_name(error), keyshare_error_name(expected));
}

void
hsm_create(struct hsm *hsm, const char *identity)
{
    const keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;

    memset(hsm, 0, sizeof *hsm);
    hsm->config = config;
    hsm->config.identity = (const uint8_t *)identity;
    hsm->config.identity_len = strlen(identity);
    hsm->now = 1000;
    memset(hsm->key, 0x5a, sizeof hsm->key);
    asserts(keyshare_activation_create(&hsm->device, &hsm->config, hsm->now),
        KEYSHARE_OK);
}

void
hsm_free(struct hsm *hsm)
{
    keyshare_activation_free(&hsm->device);
}

const keyshare_activation_status *
hsm_status(const struct hsm *hsm)
{
    return keyshare_activation_status_of(hsm->device);
}

keyshare_request
hsm_request(keyshare_task task, const keyshare_record *record)
{
    keyshare_request request = KEYSHARE_REQUEST_INIT;

    request.task = task;
    request.record = record;
    if (record != NULL)
        request.fingerprint = keyshare_record_fingerprint(record);
    return request;
}

void
hsm_begin(struct hsm *hsm, const keyshare_request *request)
{
    asserts(
        keyshare_activation_begin(hsm->device, request, hsm->now), KEYSHARE_OK);
}

void
hsm_refuses(
    struct hsm *hsm, const keyshare_request *request, keyshare_error error)
{
    asserts(keyshare_activation_begin(hsm->device, request, hsm->now), error);
}

keyshare_outcome
hsm_present(struct hsm *hsm, const keyshare_image *card)
{
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;

    asserts(keyshare_activation_present(hsm->device, &outcome, card, hsm->now),
        KEYSHARE_OK);
    return outcome;
}

void
hsm_verdict(
    struct hsm *hsm, const keyshare_image *card, keyshare_verdict verdict)
{
    const keyshare_outcome outcome = hsm_present(hsm, card);

    ck_assert_msg(outcome.verdict == verdict, "%s instead of %s",
        keyshare_verdict_text(outcome.verdict), keyshare_verdict_text(verdict));
}

void
hsm_show(struct hsm *hsm, const struct set *set, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const keyshare_outcome outcome =
            hsm_present(hsm, &set->cards[first - 1 + i]);

        ck_assert_msg(outcome.verdict == KEYSHARE_VERDICT_OK, "card %u is %s",
            first + i, keyshare_verdict_text(outcome.verdict));
        ck_assert_uint_eq(outcome.index, first + i);
        ck_assert_uint_eq(outcome.accepted, i + 1);
        ck_assert_uint_eq(outcome.needed, set->policy.threshold);
    }
}

void
hsm_do(struct hsm *hsm, keyshare_task task, const struct set *set)
{
    const keyshare_request request = hsm_request(task, NULL);

    hsm_begin(hsm, &request);
    hsm_show(hsm, set, 1, set->policy.threshold);
    ck_assert_int_eq(hsm_status(hsm)->ending, KEYSHARE_ENDING_DONE);
}

void
hsm_enrol(struct hsm *hsm, const struct set *set, const struct set *authority)
{
    const keyshare_request request =
        hsm_request(KEYSHARE_TASK_ENROL, set->record);

    hsm_begin(hsm, &request);
    if (authority != NULL)
        hsm_show(hsm, authority, 1, authority->policy.threshold);
    hsm_show(hsm, set, 1, set->policy.threshold);
    ck_assert_int_eq(hsm_status(hsm)->ending, KEYSHARE_ENDING_DONE);
}

keyshare_secret *
hsm_derive(struct hsm *hsm, const char *purpose)
{
    keyshare_secret *key;

    asserts(keyshare_activation_derive(hsm->device, &key, 32,
                (const uint8_t *)purpose, strlen(purpose)),
        KEYSHARE_OK);
    return key;
}

void
hsm_save(struct hsm *hsm)
{
    asserts(keyshare_activation_export(hsm->device, hsm->blob, sizeof hsm->blob,
                &hsm->blob_len, hsm->key, hsm->now),
        KEYSHARE_OK);
    hsm->counter = hsm_status(hsm)->sequence;
    ck_assert(!hsm_status(hsm)->changed);
}

keyshare_blob
hsm_blob(
    const struct hsm *hsm, const keyshare_record *const *records, size_t count)
{
    keyshare_blob blob = KEYSHARE_BLOB_INIT;

    blob.bytes = hsm->blob;
    blob.len = hsm->blob_len;
    blob.key = hsm->key;
    blob.least = hsm->counter;
    blob.records = records;
    blob.record_count = count;
    return blob;
}

void
hsm_restart(
    struct hsm *hsm, const keyshare_record *const *records, size_t count)
{
    const keyshare_blob blob = hsm_blob(hsm, records, count);

    keyshare_activation_free(&hsm->device);
    asserts(
        keyshare_activation_import(&hsm->device, &hsm->config, &blob, hsm->now),
        KEYSHARE_OK);
    ck_assert(!hsm_status(hsm)->changed);
}
