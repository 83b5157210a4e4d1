/* SPDX-License-Identifier: ISC */
/* A device, its secrets poisoned: of a card the share's value and check, the
 * keys that are made of them, what stays of one, and the device's own key. */
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>

#include "poison.h"

#include "collection.h"
#include "gen.h"
#include "share.h"

#define COUNT_MAX 7
#define KEY_MAX   100
#define CARD_MAX  1024
#define BLOB_MAX  KEYSHARE_ACTIVATION_BLOB_SIZE(8)

static struct gen gen;

struct set {
    keyshare_record *record;
    keyshare_secret *shares[COUNT_MAX];
    keyshare_policy policy;
    uint8_t key[KEY_MAX];
    size_t key_len;
};

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    gen_bytes(&gen, bytes, len);
    ct_secret(bytes, len);
    return 0;
}

static void
must(keyshare_error error, const char *what)
{
    ct_expect(error == KEYSHARE_OK, what);
    if (error != KEYSHARE_OK)
        abort();
}

static void
deal(
    struct set *set, keyshare_role role, keyshare_scheme scheme, size_t key_len)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    memset(set, 0, sizeof *set);
    set->policy = (keyshare_policy){role, scheme, 3, 5};
    set->key_len = key_len;
    terms.policy = set->policy;
    random.fill = fill;
    gen_bytes(&gen, set->key, key_len);
    ct_secret(set->key, key_len);
    must(keyshare_deal(
             &set->record, set->shares, &terms, set->key, key_len, &random),
        "dealt");
}

static void
end(struct set *set)
{
    for (size_t i = 0; i < set->policy.count; i++)
        keyshare_secret_free(&set->shares[i]);
    keyshare_record_free(&set->record);
}

static keyshare_activation_config
configure(void)
{
    keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;

    config.identity = (const uint8_t *)"ct";
    config.identity_len = 2;
    config.key_len = KEY_MAX;
    return config;
}

static void
begin(keyshare_activation *device, keyshare_task task,
    const keyshare_record *record)
{
    keyshare_request request = KEYSHARE_REQUEST_INIT;

    request.task = task;
    request.record = record;
    if (record != NULL)
        request.fingerprint = keyshare_record_fingerprint(record);
    must(keyshare_activation_begin(device, &request, 0), "begun");
}

static void
present(keyshare_activation *device, const uint8_t *bytes, size_t len,
    keyshare_verdict verdict)
{
    const keyshare_image card = {bytes, len};
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;

    must(keyshare_activation_present(device, &outcome, &card, 0), "presented");
    ct_expect(outcome.verdict == verdict, "the verdict");
}

/* A share that is not what was dealt, and one whose check does not match. */
static void
present_bad(keyshare_activation *device, const struct set *set)
{
    const size_t len = keyshare_secret_len(set->shares[0]);
    uint8_t share[CARD_MAX];
    struct share view;

    if (len > sizeof share ||
        keyshare_share_decode(
            &view, keyshare_secret_reveal(set->shares[0]), len) != KEYSHARE_OK)
        abort();
    memcpy(share, keyshare_secret_reveal(set->shares[0]), len);
    /* The check, 10 bytes with its head, stands last, behind the value. */
    share[len - 11] ^= 1;
    present(device, share, len, KEYSHARE_VERDICT_DAMAGED);
    keyshare_share_seal(
        share, view.value_len, keyshare_record_fingerprint(set->record));
    present(device, share, len, KEYSHARE_VERDICT_INVALID);
}

static void
present_quorum(keyshare_activation *device, const struct set *set)
{
    for (size_t i = 0; i < set->policy.threshold; i++) {
        const keyshare_secret *share = set->shares[i];

        present(device, keyshare_secret_reveal(share),
            keyshare_secret_len(share), KEYSHARE_VERDICT_OK);
        if (i + 1 < set->policy.threshold)
            present(device, keyshare_secret_reveal(share),
                keyshare_secret_len(share), KEYSHARE_VERDICT_DUPLICATE);
    }
}

static void
run_task(keyshare_activation *device, keyshare_task task, const struct set *set)
{
    begin(device, task,
        task == KEYSHARE_TASK_ACTIVATE || task == KEYSHARE_TASK_DEACTIVATE
            ? NULL
            : set->record);
    present_bad(device, set);
    present_quorum(device, set);
}

static void
derive(keyshare_activation *device)
{
    keyshare_secret *key;

    must(keyshare_activation_derive(
             device, &key, 40, (const uint8_t *)"purpose", 7),
        "derived");
    ct_came_of_secrets(keyshare_secret_reveal(key), 40, "a derived key");
    keyshare_secret_free(&key);
}

static void
take(keyshare_activation *device, const struct set *set)
{
    keyshare_secret *key;

    must(keyshare_activation_take(device, &key, 0), "taken");
    ct_came_of_secrets(
        keyshare_secret_reveal(key), set->key_len, "a recovered key");
    keyshare_secret_free(&key);
}

static void
over_a_restart(keyshare_activation **device, const struct set *set)
{
    const keyshare_activation_config config = configure();
    const keyshare_record *records[] = {set->record};
    keyshare_blob blob = KEYSHARE_BLOB_INIT;
    uint8_t bytes[BLOB_MAX], key[KEYSHARE_ACTIVATION_KEY_SIZE];
    keyshare_activation *other;

    gen_bytes(&gen, key, sizeof key);
    ct_secret(key, sizeof key);
    must(keyshare_activation_export(
             *device, bytes, sizeof bytes, &blob.len, key, 0),
        "exported");
    ct_expect(!ct_is_secret(bytes, sizeof bytes), "a blob is public");
    keyshare_activation_free(device);
    blob.bytes = bytes;
    blob.key = key;
    blob.records = records;
    blob.record_count = 1;
    must(keyshare_activation_import(device, &config, &blob, 0), "imported");
    bytes[blob.len - 1] ^= 1;
    ct_expect(keyshare_activation_import(&other, &config, &blob, 0) ==
                  KEYSHARE_ERR_DAMAGED,
        "another seal is refused");
}

static void
over_a_suspension(keyshare_activation **device, const struct set *set)
{
    const keyshare_activation_config config = configure();
    const keyshare_record *records[] = {set->record};
    keyshare_blob blob = KEYSHARE_BLOB_INIT;
    uint8_t bytes[BLOB_MAX], key[KEYSHARE_ACTIVATION_KEY_SIZE];
    uint8_t suspended[KEYSHARE_ACTIVATION_SUSPENDED_SIZE];

    gen_bytes(&gen, key, sizeof key);
    ct_secret(key, sizeof key);
    must(keyshare_activation_export(
             *device, bytes, sizeof bytes, &blob.len, key, 0),
        "exported");
    must(keyshare_activation_suspend(*device, suspended, key), "suspended");
    ct_came_of_secrets(
        suspended + sizeof suspended - 32, 32, "what stays, covered");
    ct_public(suspended, sizeof suspended);
    keyshare_activation_free(device);
    blob.bytes = bytes;
    blob.key = key;
    blob.records = records;
    blob.record_count = 1;
    must(keyshare_activation_import(device, &config, &blob, 0), "imported");
    suspended[sizeof suspended - 1] ^= 1;
    ct_expect(keyshare_activation_resume(*device, suspended, key) ==
                  KEYSHARE_ERR_DAMAGED,
        "another cover is refused");
    suspended[sizeof suspended - 1] ^= 1;
    must(keyshare_activation_resume(*device, suspended, key), "resumed");
}

static void
whole_life(keyshare_scheme scheme, size_t key_len)
{
    const keyshare_activation_config config = configure();
    static struct set officers, holders;
    keyshare_activation *device;

    deal(&officers, KEYSHARE_ROLE_CO, scheme, key_len);
    deal(&holders, KEYSHARE_ROLE_RKSH, scheme, key_len);
    must(keyshare_activation_create(&device, &config, 0), "created");
    run_task(device, KEYSHARE_TASK_ENROL, &officers);
    over_a_restart(&device, &officers);
    run_task(device, KEYSHARE_TASK_ACTIVATE, &officers);
    derive(device);
    run_task(device, KEYSHARE_TASK_RECOVER, &holders);
    take(device, &holders);
    derive(device);
    over_a_suspension(&device, &officers);
    derive(device);
    run_task(device, KEYSHARE_TASK_DEACTIVATE, &officers);
    keyshare_activation_free(&device);
    end(&officers);
    end(&holders);
}

/* What lies below the public calls, by itself. */
static void
below(keyshare_scheme scheme)
{
    const keyshare_activation_config config = configure();
    static struct set set;
    struct finding_of_card finding;
    keyshare_activation *device;
    keyshare_image card;

    deal(&set, KEYSHARE_ROLE_CO, scheme, 32);
    must(keyshare_activation_create(&device, &config, 0), "created");
    begin(device, KEYSHARE_TASK_ENROL, set.record);
    card.bytes = keyshare_secret_reveal(set.shares[0]);
    card.len = keyshare_secret_len(set.shares[0]);
    must(keyshare_collection_judge(device, &finding, &card), "judged");
    ct_expect(finding.verdict == KEYSHARE_VERDICT_OK, "the verdict");
    memcpy(device->key, set.key, set.key_len);
    keyshare_device_wake(device, set.record);
    ct_came_of_secrets(device->pseudorandom, sizeof device->pseudorandom,
        "what stays of an activation key");
    keyshare_activation_free(&device);
    end(&set);
}

int
main(void)
{
    static const size_t key_lens[] = {16, 32, KEY_MAX};

    ct_begin("activation");
    gen = gen_begin();
    for (size_t i = 0; i < sizeof key_lens / sizeof *key_lens; i++) {
        ct_case("gf256, from enrolment to sleep");
        whole_life(KEYSHARE_SCHEME_GF256, key_lens[i]);
        ct_case("pedersen, from enrolment to sleep");
        whole_life(KEYSHARE_SCHEME_PEDERSEN, key_lens[i]);
    }
    ct_case("gf256, below");
    below(KEYSHARE_SCHEME_GF256);
    ct_case("pedersen, below");
    below(KEYSHARE_SCHEME_PEDERSEN);
    return ct_end();
}
