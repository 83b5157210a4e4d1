/* SPDX-License-Identifier: ISC */
/* Enrolment: who may follow whom, by whose word, and when it comes into force.
 * Two facilities, an officer replaced, a device that slept through it. */
#include <keyshare/activation.h>

#include <string.h>

#include "hsm.h"
#include "suite.h"
#include "upkeep.h"

static struct gen gen;
static struct hsm hsm;
static struct set east, west, so;

static const struct table all = {.present = {1, 2, 3, 4, 5, 6, 7}, .count = 7};

static void
begin_set(void)
{
    keyshare_policy policy = {KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_PEDERSEN, 3, 7};

    gen = gen_begin();
    set_deal(&east, &gen, policy, 32);
    policy.scheme = KEYSHARE_SCHEME_GF256;
    set_deal(&west, &gen, policy, 16);
    policy.role = KEYSHARE_ROLE_SO;
    policy.threshold = 2;
    set_deal(&so, &gen, policy, 32);
    hsm_create(&hsm, "hsm-1");
}

static void
end_set(void)
{
    hsm_free(&hsm);
    set_free(&east);
    set_free(&west);
    set_free(&so);
}

static void
refuses(const struct set *set, keyshare_error error)
{
    const keyshare_request request =
        hsm_request(KEYSHARE_TASK_ENROL, set->record);

    hsm_refuses(&hsm, &request, error);
}

static void
begin(keyshare_task task, const struct set *set)
{
    const keyshare_request request =
        hsm_request(task, set == NULL ? NULL : set->record);

    hsm_begin(&hsm, &request);
}

static void
cancel(void)
{
    ck_assert_int_eq(
        keyshare_activation_cancel(hsm.device, hsm.now), KEYSHARE_OK);
}

/* Which record of a set's lineage is in force: this one. */
static void
is_in_force(const struct set *set, bool expected)
{
    const keyshare_record *record;
    bool found = false;
    int pending;

    for (size_t i = 0;
         (record = keyshare_activation_record(hsm.device, i, &pending)) != NULL;
         i++)
        if (!pending && memcmp(keyshare_record_fingerprint(record),
                            keyshare_record_fingerprint(set->record), 32) == 0)
            found = true;
    ck_assert_int_eq(found, expected);
}

/* ---- Facilities ---- */

START_TEST(two_facilities_live_side_by_side)
{
    keyshare_secret *of_east, *of_west;

    hsm_enrol(&hsm, &east, NULL);
    hsm_enrol(&hsm, &west, &east);
    ck_assert_uint_eq(hsm_status(&hsm)->enrolled, 2);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &east);
    of_east = hsm_derive(&hsm, "store");
    /* Either puts it to sleep. */
    hsm_do(&hsm, KEYSHARE_TASK_DEACTIVATE, &west);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &west);
    ck_assert_mem_eq(hsm_status(&hsm)->lineage,
        keyshare_record_lineage(west.record), KEYSHARE_LINEAGE_SIZE);
    of_west = hsm_derive(&hsm, "store");
    ck_assert_mem_ne(
        keyshare_secret_reveal(of_east), keyshare_secret_reveal(of_west), 32);
    keyshare_secret_free(&of_east);
    keyshare_secret_free(&of_west);
}
END_TEST

/* A quorum is of one set. */
START_TEST(facilities_do_not_mix)
{
    hsm_enrol(&hsm, &east, NULL);
    hsm_enrol(&hsm, &west, &east);
    begin(KEYSHARE_TASK_ACTIVATE, NULL);
    hsm_show(&hsm, &west, 1, 2);
    hsm_verdict(&hsm, &east.cards[0], KEYSHARE_VERDICT_OTHER_SET);
    hsm_verdict(&hsm, &east.cards[3], KEYSHARE_VERDICT_OTHER_SET);
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_INACTIVE);
    hsm_verdict(&hsm, &west.cards[5], KEYSHARE_VERDICT_OK);
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_ACTIVE);
}
END_TEST

START_TEST(needed_is_what_all_open_sets_need)
{
    const keyshare_activation_status *status = hsm_status(&hsm);
    struct set reshared;
    keyshare_policy policy = {KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 2, 7};

    hsm_enrol(&hsm, &east, NULL);
    hsm_enrol(&hsm, &west, &east);
    begin(KEYSHARE_TASK_ACTIVATE, NULL);
    ck_assert_uint_eq(status->needed, 3);
    cancel();
    upkeep_reshare(&reshared, &west,
        &(struct table){.present = {1, 2, 3}, .count = 3}, policy, &gen);
    hsm_enrol(&hsm, &reshared, &west);
    begin(KEYSHARE_TASK_ACTIVATE, NULL);
    ck_assert_uint_eq(status->needed, 0);
    hsm_verdict(&hsm, &west.cards[0], KEYSHARE_VERDICT_OTHER_EPOCH);
    hsm_show(&hsm, &reshared, 1, 1);
    ck_assert_uint_eq(status->needed, 2);
    set_free(&reshared);
}
END_TEST

/* ---- An officer is replaced ---- */

START_TEST(an_officer_is_replaced_by_a_refresh)
{
    static struct set fresh;
    keyshare_secret *before, *after;

    hsm_enrol(&hsm, &east, NULL);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &east);
    before = hsm_derive(&hsm, "store");
    upkeep_refresh(&fresh, &east, &all, &gen);
    /* Mixed: each card is told by what it names. */
    begin(KEYSHARE_TASK_ENROL, &fresh);
    hsm_show(&hsm, &fresh, 1, 2);
    ck_assert(!hsm_status(&hsm)->authorised);
    hsm_show(&hsm, &east, 5, 3);
    ck_assert(hsm_status(&hsm)->authorised);
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 1);
    is_in_force(&east, true);
    hsm_verdict(&hsm, &fresh.cards[0], KEYSHARE_VERDICT_DUPLICATE);
    hsm_verdict(&hsm, &fresh.cards[2], KEYSHARE_VERDICT_OK);
    is_in_force(&east, false);
    is_in_force(&fresh, true);
    /* It stayed awake; and old cards do nothing any more. */
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_ACTIVE);
    begin(KEYSHARE_TASK_DEACTIVATE, NULL);
    hsm_verdict(&hsm, &east.cards[0], KEYSHARE_VERDICT_OTHER_EPOCH);
    hsm_show(&hsm, &fresh, 4, 3);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &fresh);
    after = hsm_derive(&hsm, "store");
    ck_assert_mem_eq(
        keyshare_secret_reveal(before), keyshare_secret_reveal(after), 32);
    keyshare_secret_free(&before);
    keyshare_secret_free(&after);
    set_free(&fresh);
}
END_TEST

START_TEST(a_pending_record_comes_into_force_when_its_cards_wake_it)
{
    static struct set fresh;

    hsm_enrol(&hsm, &east, NULL);
    upkeep_refresh(&fresh, &east, &all, &gen);
    begin(KEYSHARE_TASK_ENROL, &fresh);
    hsm_show(&hsm, &east, 1, 3);
    cancel();
    is_in_force(&east, true);
    /* Until then either opens. */
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &east);
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 1);
    begin(KEYSHARE_TASK_DEACTIVATE, NULL);
    hsm_verdict(&hsm, &fresh.cards[0], KEYSHARE_VERDICT_OTHER_EPOCH);
    hsm_show(&hsm, &east, 1, 3);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &fresh);
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 0);
    ck_assert_uint_eq(hsm_status(&hsm)->enrolled, 1);
    is_in_force(&east, false);
    is_in_force(&fresh, true);
    set_free(&fresh);
}
END_TEST

/* A record whose cards do not exist never takes over. */
START_TEST(a_record_without_cards_never_takes_over)
{
    static struct set fresh, better;

    hsm_enrol(&hsm, &east, NULL);
    upkeep_refresh(&fresh, &east, &all, &gen);
    upkeep_refresh(&better, &east, &all, &gen);
    begin(KEYSHARE_TASK_ENROL, &fresh);
    hsm_show(&hsm, &east, 1, 3);
    hsm_show(&hsm, &fresh, 1, 2);
    hsm.now += 600;
    ck_assert_int_eq(
        keyshare_activation_tick(hsm.device, hsm.now), KEYSHARE_OK);
    hsm.now += 60;
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &east);
    /* Its place is taken by another one; or it is dropped. */
    begin(KEYSHARE_TASK_ENROL, &better);
    hsm_show(&hsm, &east, 1, 3);
    cancel();
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 1);
    begin(KEYSHARE_TASK_DROP, &better);
    hsm_show(&hsm, &east, 1, 3);
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 0);
    is_in_force(&east, true);
    set_free(&fresh);
    set_free(&better);
}
END_TEST

START_TEST(a_first_record_without_cards_does_no_harm)
{
    begin(KEYSHARE_TASK_ENROL, &east);
    cancel();
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_FACTORY);
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 1);
    begin(KEYSHARE_TASK_ENROL, &west);
    ck_assert_uint_eq(hsm_status(&hsm)->pending, 1);
    hsm_verdict(&hsm, &east.cards[0], KEYSHARE_VERDICT_OTHER_SET);
    hsm_show(&hsm, &west, 1, 3);
    is_in_force(&west, true);
    refuses(&west, KEYSHARE_ERR_LINEAGE);
}
END_TEST

/* ---- Successors ---- */

START_TEST(a_device_that_slept_takes_the_chain)
{
    static struct set once, twice, sibling, cousin;
    const keyshare_record *chain[3];
    keyshare_request request;

    hsm_enrol(&hsm, &east, NULL);
    hsm_enrol(&hsm, &so, &east);
    upkeep_refresh(&once, &east, &all, &gen);
    upkeep_refresh(&twice, &once, &all, &gen);
    upkeep_refresh(&sibling, &east, &all, &gen);
    upkeep_refresh(&cousin, &sibling, &all, &gen);
    /* Old cards may be erased: SO's word will do. */
    request = hsm_request(KEYSHARE_TASK_ENROL, twice.record);
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_LINEAGE);
    chain[0] = sibling.record;
    request.chain = chain;
    request.chain_count = 1;
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_LINEAGE);
    chain[1] = west.record;
    chain[2] = once.record;
    request.chain_count = 3;
    hsm_begin(&hsm, &request);
    hsm_show(&hsm, &so, 1, 2);
    hsm_show(&hsm, &twice, 1, 3);
    is_in_force(&twice, true);
    is_in_force(&east, false);
    /* Neither what was passed over, nor what is beside it. */
    refuses(&east, KEYSHARE_ERR_LINEAGE);
    refuses(&once, KEYSHARE_ERR_LINEAGE);
    refuses(&sibling, KEYSHARE_ERR_LINEAGE);
    request = hsm_request(KEYSHARE_TASK_ENROL, cousin.record);
    request.chain = chain;
    request.chain_count = 3;
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_LINEAGE);
    set_free(&once);
    set_free(&twice);
    set_free(&sibling);
    set_free(&cousin);
}
END_TEST

/* A record that names its predecessor, but is of another key: anybody can make
 * one in gf256, where there is no proof. */
START_TEST(a_successor_has_the_same_key)
{
    static struct set fresh;
    keyshare_record *forged;
    keyshare_request request;
    uint8_t bytes[4096];
    size_t len;
    const uint8_t *old;

    hsm_enrol(&hsm, &west, NULL);
    upkeep_refresh(&fresh, &west, &all, &gen);
    old = keyshare_record_bytes(fresh.record, &len);
    memcpy(bytes, old, len);
    bytes[len - 8 * 32] ^= 1; /* the key's tag, before seven shares' */
    ck_assert_int_eq(
        keyshare_record_decode(&forged, bytes, len, NULL), KEYSHARE_OK);
    request = hsm_request(KEYSHARE_TASK_ENROL, forged);
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_LINEAGE);
    request = hsm_request(KEYSHARE_TASK_ENROL, fresh.record);
    request.fingerprint = keyshare_record_fingerprint(forged);
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_UNEXPECTED);
    keyshare_record_free(&forged);
    set_free(&fresh);
}
END_TEST

/* ---- By whose word ---- */

START_TEST(security_officers_take_over_from_crypto_officers)
{
    static struct set fresh;

    hsm_enrol(&hsm, &east, NULL);
    /* While there is none, CO does SO's work; then no more. */
    hsm_enrol(&hsm, &so, &east);
    begin(KEYSHARE_TASK_ENROL, &west);
    ck_assert_uint_eq(hsm_status(&hsm)->needed, 2);
    hsm_verdict(&hsm, &east.cards[0], KEYSHARE_VERDICT_OTHER_ROLE);
    hsm_show(&hsm, &so, 1, 2);
    hsm_show(&hsm, &west, 1, 3);
    begin(KEYSHARE_TASK_RETIRE, NULL);
    hsm_verdict(&hsm, &east.cards[0], KEYSHARE_VERDICT_OTHER_ROLE);
    cancel();
    /* But for its own successor a set has its word; another set has not. */
    upkeep_refresh(&fresh, &east, &all, &gen);
    begin(KEYSHARE_TASK_ENROL, &fresh);
    ck_assert_uint_eq(hsm_status(&hsm)->needed, 0);
    hsm_verdict(&hsm, &west.cards[0], KEYSHARE_VERDICT_OTHER_ROLE);
    hsm_show(&hsm, &east, 1, 1);
    hsm_verdict(&hsm, &so.cards[0], KEYSHARE_VERDICT_OTHER_ROLE);
    hsm_show(&hsm, &fresh, 1, 3);
    is_in_force(&fresh, false);
    hsm_verdict(&hsm, &east.cards[1], KEYSHARE_VERDICT_OK);
    hsm_verdict(&hsm, &east.cards[2], KEYSHARE_VERDICT_OK);
    is_in_force(&fresh, true);
    set_free(&fresh);
}
END_TEST

/* SO may be first: then it lets officers in. */
START_TEST(security_officers_may_be_first)
{
    hsm_enrol(&hsm, &so, NULL);
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_INACTIVE);
    hsm_refuses(&hsm,
        &(keyshare_request){
            .size = sizeof(keyshare_request), .task = KEYSHARE_TASK_ACTIVATE},
        KEYSHARE_ERR_STATE);
    hsm_enrol(&hsm, &east, &so);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, &east);
    hsm_do(&hsm, KEYSHARE_TASK_RETIRE, &so);
    ck_assert_int_eq(hsm_status(&hsm)->device, KEYSHARE_DEVICE_RETIRED);
}
END_TEST

/* ---- What may be enrolled ---- */

START_TEST(role_key_and_size_must_be_fit)
{
    static const struct {
        keyshare_policy policy;
        size_t key_len;
        keyshare_error error;
    } unfit[] = {
        {{KEYSHARE_ROLE_RKSH, KEYSHARE_SCHEME_GF256, 3, 7}, 32,
            KEYSHARE_ERR_ROLE},
        {{KEYSHARE_ROLE_TRANSFER, KEYSHARE_SCHEME_GF256, 3, 7}, 32,
            KEYSHARE_ERR_ROLE},
        {{KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_PEDERSEN, 3, 7}, 32,
            KEYSHARE_ERR_ROLE},
        {{KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 3, 7}, 15,
            KEYSHARE_ERR_KEY_LENGTH},
        {{KEYSHARE_ROLE_SO, KEYSHARE_SCHEME_PEDERSEN, 3, 7}, 1,
            KEYSHARE_ERR_KEY_LENGTH},
        {{KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 6, 7}, 32,
            KEYSHARE_ERR_SPACE},
        {{KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 3, 10}, 32,
            KEYSHARE_ERR_SPACE},
        {{KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 3, 7}, 65,
            KEYSHARE_ERR_SPACE},
        {{KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 5, 9}, 64, KEYSHARE_OK},
        {{KEYSHARE_ROLE_SO, KEYSHARE_SCHEME_PEDERSEN, 5, 9}, 64, KEYSHARE_OK},
    };
    static struct set set;

    set_deal(&set, &gen, unfit[_i].policy, unfit[_i].key_len);
    refuses(&set, unfit[_i].error);
    set_free(&set);
}
END_TEST

/* One card that is a quorum: the decoder takes such a record, a device not. */
START_TEST(one_card_is_no_quorum)
{
    static struct set set;
    const keyshare_policy policy = {
        KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_GF256, 1, 1};
    keyshare_request request;
    keyshare_record *record;
    const uint8_t *old;
    uint8_t bytes[4096];
    size_t len;

    set_deal(&set, &gen, policy, 32);
    old = keyshare_record_bytes(set.record, &len);
    memcpy(bytes, old, len);
    /* E1 81 len 80 01 01 81 01 01 82 01 role */
    bytes[11] = KEYSHARE_ROLE_CO;
    ck_assert_int_eq(
        keyshare_record_decode(&record, bytes, len, NULL), KEYSHARE_OK);
    request = hsm_request(KEYSHARE_TASK_ENROL, record);
    hsm_refuses(&hsm, &request, KEYSHARE_ERR_POLICY);
    keyshare_record_free(&record);
    set_free(&set);
}
END_TEST

/* The same key as officers of another kind: that one would take the place of
 * those who wake the device. */
START_TEST(a_successor_has_the_same_role)
{
    static struct set reshared;
    keyshare_policy policy = west.policy;

    hsm_enrol(&hsm, &west, NULL);
    policy.role = KEYSHARE_ROLE_SO;
    upkeep_reshare(&reshared, &west,
        &(struct table){.present = {1, 2, 3}, .count = 3}, policy, &gen);
    refuses(&reshared, KEYSHARE_ERR_ROLE);
    set_free(&reshared);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("enrolment");
    TCase *scenes = tcase_create("scenes");
    TCase *errors = tcase_create("errors");

    tcase_add_checked_fixture(scenes, begin_set, end_set);
    tcase_add_test(scenes, two_facilities_live_side_by_side);
    tcase_add_test(scenes, facilities_do_not_mix);
    tcase_add_test(scenes, needed_is_what_all_open_sets_need);
    tcase_add_test(scenes, an_officer_is_replaced_by_a_refresh);
    tcase_add_test(
        scenes, a_pending_record_comes_into_force_when_its_cards_wake_it);
    tcase_add_test(scenes, a_record_without_cards_never_takes_over);
    tcase_add_test(scenes, a_first_record_without_cards_does_no_harm);
    tcase_add_test(scenes, a_device_that_slept_takes_the_chain);
    tcase_add_test(scenes, security_officers_take_over_from_crypto_officers);
    tcase_add_test(scenes, security_officers_may_be_first);
    suite_add_tcase(suite, scenes);
    tcase_add_checked_fixture(errors, begin_set, end_set);
    tcase_add_test(errors, a_successor_has_the_same_key);
    tcase_add_loop_test(errors, role_key_and_size_must_be_fit, 0, 10);
    tcase_add_test(errors, one_card_is_no_quorum);
    tcase_add_test(errors, a_successor_has_the_same_role);
    suite_add_tcase(suite, errors);
    return suite;
}
