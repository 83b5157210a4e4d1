/* SPDX-License-Identifier: ISC */
/* Memory that is refused at any call of a device: the call changes nothing, and
 * asked again it is done. */
#include <stdlib.h>
#include <string.h>

#include "hsm.h"
#include "pool.h"
#include "suite.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

static struct set officers, holders, others;
static uint8_t bytes[4096];
static keyshare_image stranger;
static struct hsm hsm;
static bool refused;

/* What a call that is refused leaves as it was. */
struct before {
    keyshare_activation_status status;
    size_t blocks;
};

static struct before
look(void)
{
    struct before before = {.blocks = pool.blocks};

    before.status = *hsm_status(&hsm);
    return before;
}

/* Whether it was refused, and is to be asked again. */
static bool
again(const struct before *before, keyshare_error error)
{
    const keyshare_activation_status *status = hsm_status(&hsm);

    if (error == KEYSHARE_OK)
        return false;
    ck_assert_int_eq(error, KEYSHARE_ERR_MEMORY);
    ck_assert(!refused);
    ck_assert_mem_eq(status, &before->status, sizeof *status);
    ck_assert_uint_eq(pool.blocks, before->blocks);
    refused = true;
    return true;
}

static void
begin(keyshare_task task, const struct set *set)
{
    const keyshare_request request =
        hsm_request(task, set == NULL ? NULL : set->record);
    const struct before before = look();

    while (again(
        &before, keyshare_activation_begin(hsm.device, &request, hsm.now)))
        ;
}

static void
present(const keyshare_image *card, keyshare_verdict verdict)
{
    const struct before before = look();
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;

    while (again(&before,
        keyshare_activation_present(hsm.device, &outcome, card, hsm.now)))
        ck_assert_int_eq(outcome.verdict, KEYSHARE_VERDICT_NONE);
    ck_assert_int_eq(outcome.verdict, verdict);
}

static void
show(const struct set *set)
{
    for (unsigned i = 0; i < set->policy.threshold; i++) {
        present(&stranger, KEYSHARE_VERDICT_OTHER_ROLE);
        present(&set->cards[i], KEYSHARE_VERDICT_OK);
    }
}

static void
derive(void)
{
    const struct before before = look();
    keyshare_secret *key;

    while (again(&before, keyshare_activation_derive(
                              hsm.device, &key, 32, (const uint8_t *)"p", 1)))
        ck_assert_ptr_null(key);
    keyshare_secret_free(&key);
}

static void
take(void)
{
    keyshare_secret *key;

    ck_assert_int_eq(
        keyshare_activation_take(hsm.device, &key, hsm.now), KEYSHARE_OK);
    ck_assert_mem_eq(keyshare_secret_reveal(key), holders.key, holders.key_len);
    keyshare_secret_free(&key);
}

/* A device is made, or made again from its blob. */
static void
is_made(keyshare_error error)
{
    ck_assert(error == KEYSHARE_OK || error == KEYSHARE_ERR_MEMORY);
    ck_assert_int_eq(error == KEYSHARE_OK, hsm.device != NULL);
    if (error == KEYSHARE_OK)
        return;
    ck_assert(!refused);
    refused = true;
}

static void
create(void)
{
    keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;

    memset(&hsm, 0, sizeof hsm);
    config.identity = (const uint8_t *)"hsm";
    config.identity_len = 3;
    hsm.config = config;
    while (hsm.device == NULL)
        is_made(keyshare_activation_create(&hsm.device, &hsm.config, hsm.now));
}

static void
restart(void)
{
    const keyshare_record *records[] = {officers.record};
    keyshare_blob blob;

    hsm_save(&hsm);
    blob = hsm_blob(&hsm, records, 1);
    hsm_free(&hsm);
    while (hsm.device == NULL)
        is_made(keyshare_activation_import(
            &hsm.device, &hsm.config, &blob, hsm.now));
}

static void
live(void)
{
    create();
    begin(KEYSHARE_TASK_ENROL, &officers);
    show(&officers);
    restart();
    begin(KEYSHARE_TASK_ACTIVATE, NULL);
    show(&officers);
    derive();
    begin(KEYSHARE_TASK_RECOVER, &holders);
    show(&holders);
    take();
    begin(KEYSHARE_TASK_DEACTIVATE, NULL);
    show(&officers);
    hsm_free(&hsm);
}

START_TEST(refused_at_each_call)
{
    const keyshare_policy policy = {KEYSHARE_ROLE_CO, schemes[_i], 3, 5};
    struct gen gen = gen_begin();
    keyshare_policy other = policy;
    const uint8_t *record;
    size_t len, times = 0;

    pool_install();
    pool.refused = 0;
    set_deal(&officers, &gen, policy, 32);
    other.role = KEYSHARE_ROLE_RKSH;
    set_deal(&holders, &gen, other, 40);
    other.role = KEYSHARE_ROLE_CUSTOM;
    set_deal(&others, &gen, other, 32);
    record = keyshare_record_bytes(others.record, &len);
    memcpy(bytes, record, len);
    memcpy(bytes + len, others.cards[0].bytes, others.cards[0].len);
    stranger = (keyshare_image){bytes, len + others.cards[0].len};
    do {
        const size_t blocks = pool.blocks;

        refused = false;
        pool.calls = 0;
        pool.refused = ++times;
        live();
        pool.refused = 0;
        ck_assert_uint_eq(pool.blocks, blocks);
    } while (refused);
    /* Two devices, a key each way, and the strangers' records. */
    ck_assert_uint_ge(times, 17);
    set_free(&officers);
    set_free(&holders);
    set_free(&others);
    ck_assert_uint_eq(pool.blocks, 0);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("memory_activation");
    TCase *test = tcase_create("refused");

    suite_add_tcase(suite, test);
    tcase_add_loop_test(test, refused_at_each_call, 0, 2);
    return suite;
}
