/* SPDX-License-Identifier: ISC */
/* The self test finds whatever computes wrongly, primitives and what is made of
 * them, and the latch that it closes stays closed: every operation refuses from
 * then on. */
#include <string.h>

#include <keyshare/activation.h>
#include <keyshare/audit.h>
#include <keyshare/deal.h>
#include <keyshare/image.h>
#include <keyshare/maintenance.h>
#include <keyshare/raw_prime.h>
#include <keyshare/recover.h>
#include <keyshare/self_test.h>
#include <keyshare/wrapped.h>

#include "faults.h"
#include "gen.h"
#include "process.h"
#include "set.h"
#include "suite.h"

/* ---- What there was before the machine broke ---- */

static struct set set;
static uint8_t wrapped_bytes[KEYSHARE_WRAPPED_SIZE_MAX];
static size_t wrapped_len;

static const uint8_t lineage[KEYSHARE_LINEAGE_SIZE] = {1};

static keyshare_wrapped
some_wrapped(void)
{
    static const uint8_t bytes[] = {1, 2, 3};
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;

    wrapped.lineage = lineage;
    wrapped.method = "aes-key-wrap-pad";
    wrapped.method_len = 16;
    wrapped.bytes = bytes;
    wrapped.len = sizeof bytes;
    return wrapped;
}

/* One operation that was begun while the machine was whole, and new ones. */
static keyshare_maintenance *repair;

static const uint8_t present[] = {1, 2};

static void
begin_repair(void)
{
    keyshare_plan plan = KEYSHARE_PLAN_INIT;

    plan.record = set.record;
    plan.present = present;
    plan.present_count = 2;
    plan.index = 3;
    ck_assert_int_eq(keyshare_repair_begin(&repair, &plan), KEYSHARE_OK);
}

static void
make_objects(void)
{
    const keyshare_wrapped wrapped = some_wrapped();
    struct gen gen = gen_begin();

    set_deal(&set, &gen, set_policy(KEYSHARE_SCHEME_PEDERSEN, 2, 3), 32);
    ck_assert_int_eq(keyshare_wrapped_encode(wrapped_bytes,
                         sizeof wrapped_bytes, &wrapped_len, &wrapped),
        KEYSHARE_OK);
    begin_repair();
}

static void
free_objects(void)
{
    keyshare_maintenance_free(&repair);
    set_free(&set);
}

/* ---- Every operation refuses, its outputs zeroed ---- */

static bool
are_zero(const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < len; i++)
        if (at[i] != 0)
            return false;
    return true;
}

static void
dealing_refuses(void)
{
    keyshare_secret *shares[3];
    keyshare_secret *secret = set.shares[0];
    keyshare_record *record = set.record;
    keyshare_terms terms = KEYSHARE_TERMS_INIT;

    terms.policy = set.policy;
    memset(shares, 0xff, sizeof shares);
    PROCESS_REQUIRE(keyshare_deal(&record, shares, &terms, set.key, 32, NULL) ==
                    KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(record == NULL);
    for (size_t i = 0; i < 3; i++)
        PROCESS_REQUIRE(shares[i] == NULL);
    PROCESS_REQUIRE(
        keyshare_secret_generate(&secret, 32, NULL) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(secret == NULL);
}

static void
records_refuse(void)
{
    keyshare_record *record = set.record;
    uint8_t tag = 1;
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(set.record, &len);

    PROCESS_REQUIRE(keyshare_record_decode(&record, bytes, len, &tag) ==
                    KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(record == NULL && tag == 0);
    PROCESS_REQUIRE(keyshare_record_prepare(set.record) == KEYSHARE_ERR_FAULT);
}

static void
judging_refuses(void)
{
    keyshare_verdict verdicts[3];
    keyshare_recoverable recoverable = KEYSHARE_RECOVERABLE_YES;
    keyshare_secret *key = set.shares[0];
    size_t good = 1;

    memset(verdicts, 0xff, sizeof verdicts);
    PROCESS_REQUIRE(keyshare_verify(verdicts, set.record, NULL, set.cards) ==
                    KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(verdicts[0] == KEYSHARE_VERDICT_NONE);
    memset(verdicts, 0xff, sizeof verdicts);
    PROCESS_REQUIRE(keyshare_check(verdicts, &recoverable, &good, set.record,
                        NULL, set.cards, 3) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(are_zero(verdicts, sizeof verdicts));
    PROCESS_REQUIRE(recoverable == KEYSHARE_RECOVERABLE_NO && good == 0);
    memset(verdicts, 0xff, sizeof verdicts);
    PROCESS_REQUIRE(keyshare_recover(&key, verdicts, set.record, NULL,
                        set.cards, 3) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(are_zero(verdicts, sizeof verdicts) && key == NULL);
}

static void
auditing_refuses(void)
{
    const keyshare_record *const record = set.record;
    keyshare_audit_report report = KEYSHARE_AUDIT_REPORT_INIT;
    keyshare_finding finding = KEYSHARE_FINDING_OK;

    report.consistent = report.authenticated = report.same_key = 1;
    PROCESS_REQUIRE(keyshare_audit(&finding, &report, &record, 1, NULL, 0) ==
                    KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(finding == KEYSHARE_FINDING_NONE);
    PROCESS_REQUIRE(!report.consistent && !report.same_key);
    PROCESS_REQUIRE(!report.authenticated);
}

static void
maintenance_refuses(void)
{
    const keyshare_terms terms = keyshare_record_terms(set.record);
    keyshare_plan plan = KEYSHARE_PLAN_INIT;
    keyshare_maintenance *maintenance = repair;
    keyshare_verdict verdict = KEYSHARE_VERDICT_OK;

    plan.record = set.record;
    plan.present = present;
    plan.present_count = 2;
    plan.index = 3;
    PROCESS_REQUIRE(
        keyshare_repair_begin(&maintenance, &plan) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(maintenance == NULL);
    plan.index = 0;
    plan.terms = &terms;
    maintenance = repair;
    PROCESS_REQUIRE(
        keyshare_refresh_begin(&maintenance, &plan) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(maintenance == NULL);
    maintenance = repair;
    PROCESS_REQUIRE(
        keyshare_reshare_begin(&maintenance, &plan) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(maintenance == NULL);
    PROCESS_REQUIRE(keyshare_maintenance_present(repair, &verdict, set.cards) ==
                    KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(verdict == KEYSHARE_VERDICT_NONE);
    verdict = KEYSHARE_VERDICT_OK;
    PROCESS_REQUIRE(keyshare_maintenance_read_back(
                        repair, &verdict, set.cards) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(verdict == KEYSHARE_VERDICT_NONE);
}

static void
activation_refuses(void)
{
    keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;
    keyshare_activation *device = (keyshare_activation *)repair;
    keyshare_blob blob = KEYSHARE_BLOB_INIT;

    PROCESS_REQUIRE(
        keyshare_activation_create(&device, &config, 0) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(device == NULL);
    device = (keyshare_activation *)repair;
    PROCESS_REQUIRE(keyshare_activation_import(&device, &config, &blob, 0) ==
                    KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(device == NULL);
}

static void
raw_sharing_refuses(void)
{
    static const uint8_t modulus = 5;
    static const uint8_t one = 1;
    uint8_t values[2] = {7, 7};
    uint8_t *const shares[2] = {&values[0], &values[1]};
    const uint8_t *const given[1] = {&one};

    PROCESS_REQUIRE(keyshare_raw_prime_split(shares, &modulus, 1, &one, 1, NULL,
                        2, NULL) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(values[0] == 0 && values[1] == 0);
    values[0] = 7;
    PROCESS_REQUIRE(keyshare_raw_prime_combine(values, &modulus, 1, given, &one,
                        1) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(values[0] == 0);
}

static void
images_refuse(void)
{
    const keyshare_wrapped wrapped = some_wrapped();
    keyshare_wrapped decoded = KEYSHARE_WRAPPED_INIT;
    keyshare_secret *image = set.shares[0];
    uint8_t fingerprint[32] = {1};
    uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    unsigned index = 1;
    size_t len = 1;
    uint8_t tag = 1;

    PROCESS_REQUIRE(keyshare_image_make(&image, set.record, set.shares[0]) ==
                    KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(image == NULL);
    PROCESS_REQUIRE(keyshare_image_share(&index, fingerprint, set.cards) ==
                    KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(index == 0 && are_zero(fingerprint, sizeof fingerprint));
    memset(bytes, 0xff, sizeof bytes);
    PROCESS_REQUIRE(keyshare_wrapped_encode(bytes, sizeof bytes, &len,
                        &wrapped) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(len == 0 && are_zero(bytes, sizeof bytes));
    decoded = wrapped;
    PROCESS_REQUIRE(keyshare_wrapped_decode(&decoded, wrapped_bytes,
                        wrapped_len, &tag) == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(decoded.size == sizeof decoded && tag == 0);
    PROCESS_REQUIRE(decoded.label == NULL && decoded.lineage == NULL);
    PROCESS_REQUIRE(decoded.method == NULL && decoded.bytes == NULL);
    PROCESS_REQUIRE(decoded.label_len == 0 && decoded.method_len == 0);
    PROCESS_REQUIRE(decoded.len == 0);
}

/* ---- The cases ---- */

static enum fault broken;
static size_t bit;

static void
break_and_mend(void)
{
    keyshare_error error;

    /* At every call; but of two additions to one proof the second would mend
     * what the first broke. */
    fault_arm(broken, broken == FAULT_proof_add ? 1 : 0, bit);
    error = keyshare_self_test();
    fault_disarm();
    PROCESS_REQUIRE(fault_struck());
    if (error != KEYSHARE_ERR_FAULT)
        fprintf(stderr, "%s, bit %zu: ", fault_name(broken), bit);
    PROCESS_REQUIRE(error == KEYSHARE_ERR_FAULT);
    PROCESS_REQUIRE(keyshare_self_test() == KEYSHARE_ERR_FAULT);
    dealing_refuses();
    records_refuse();
    judging_refuses();
    auditing_refuses();
    maintenance_refuses();
    activation_refuses();
    images_refuse();
    raw_sharing_refuses();
}

/* Of all faults but the last, which may hit a share where sealing writes. */
START_TEST(whatever_is_broken_is_found)
{
    broken = (enum fault)_i;
    for (size_t i = 0; i < 8; i++) {
        /* Bytes from all over, and each bit of a byte. */
        bit = 8 * (5 * i) + i;
        process_run(break_and_mend);
    }
}
END_TEST

static void
stay_whole(void)
{
    fault_arm(FAULT_NONE, 0, 0);
    PROCESS_REQUIRE(keyshare_self_test() == KEYSHARE_OK);
    PROCESS_REQUIRE(keyshare_record_prepare(set.record) == KEYSHARE_OK);
    PROCESS_REQUIRE(keyshare_self_test() == KEYSHARE_OK);
}

START_TEST(a_whole_machine_passes)
{
    process_run(stay_whole);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("self_test");
    TCase *test = tcase_create("self_test");

    suite_add_tcase(suite, test);
    tcase_add_checked_fixture(test, make_objects, free_objects);
    tcase_add_test(test, a_whole_machine_passes);
    tcase_add_loop_test(test, whatever_is_broken_is_found, FAULT_NONE + 1,
        FAULT_share_being_sealed);
    return suite;
}
