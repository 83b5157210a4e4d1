/* SPDX-License-Identifier: ISC */
/* A device's firmware in small: it boots asleep, is enrolled and woken
 * by officers of either facility, opens its key store with a derived key, signs,
 * is put to sleep, and wipes itself when it is tampered with.
 *
 *     cc hsm.c $(pkg-config --cflags --libs libkeyshare libsodium)
 *
 * A real one reads cards, has a clock, and stores the blob of
 * keyshare_activation_export each time the status says that it CHANGED. */
#include <keyshare.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACILITIES 2
#define OFFICERS   7
#define SEALED                                                                 \
    (crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + 32 +                       \
        crypto_aead_xchacha20poly1305_ietf_ABYTES)

/* The key store: its master key, wrapped once under each lineage, so that East
 * and West open the same store. */
static struct {
    uint8_t lineage[KEYSHARE_LINEAGE_SIZE];
    uint8_t sealed[SEALED];
} store[FACILITIES];

struct facility {
    keyshare_record *record;
    keyshare_secret *cards[OFFICERS];
};

static void
must(keyshare_error error)
{
    if (error == KEYSHARE_OK)
        return;
    fprintf(stderr, "hsm: %s\n", keyshare_error_text(error));
    exit(EXIT_FAILURE);
}

static int
keep_event(void *context, const keyshare_event *event)
{
    (void)context;
    return printf("  %s: %s, %s\n", keyshare_event_text(event->kind),
               keyshare_task_text(event->task),
               keyshare_device_text(event->device)) < 0;
}

/* Cards come until this set's quorum is there, or the collection is over. */
static void
collect(keyshare_activation *hsm, const struct facility *facility)
{
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;

    for (int i = 0; i < OFFICERS; i++) {
        const keyshare_image card = {keyshare_secret_reveal(facility->cards[i]),
            keyshare_secret_len(facility->cards[i])};

        must(keyshare_activation_present(hsm, &outcome, &card, 0));
        printf("  card %u: %s, %u of %u\n", outcome.index,
            keyshare_verdict_text(outcome.verdict), outcome.accepted,
            outcome.needed);
        if (outcome.ending != KEYSHARE_ENDING_NONE ||
            outcome.accepted == outcome.needed)
            return;
    }
}

static void
run_task(keyshare_activation *hsm, keyshare_task task,
    const struct facility *facility, const struct facility *authority)
{
    keyshare_request request = KEYSHARE_REQUEST_INIT;

    request.task = task;
    request.record = task == KEYSHARE_TASK_ENROL ? facility->record : NULL;
    must(keyshare_activation_begin(hsm, &request, 0));
    if (authority != NULL)
        collect(hsm, authority);
    collect(hsm, facility);
}

/* Put the master key into the store, or get it from there: under the key that
 * this device derives for it while this lineage has woken it. */
static keyshare_error
use_store(keyshare_activation *hsm, int facility, uint8_t *master, int wrap)
{
    uint8_t *nonce = store[facility].sealed;
    uint8_t *sealed = nonce + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    const size_t len = 32 + crypto_aead_xchacha20poly1305_ietf_ABYTES;
    keyshare_secret *key;
    keyshare_error error = keyshare_activation_derive(
        hsm, &key, 32, (const uint8_t *)"key-store", 9);
    int opened = 0;

    if (error != KEYSHARE_OK)
        return error;
    if (wrap) {
        memcpy(store[facility].lineage,
            keyshare_activation_status_of(hsm)->lineage,
            sizeof store[facility].lineage);
        randombytes_buf(nonce, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
        crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, master, 32,
            store[facility].lineage, sizeof store[facility].lineage, NULL,
            nonce, keyshare_secret_reveal(key));
    } else {
        opened = crypto_aead_xchacha20poly1305_ietf_decrypt(master, NULL, NULL,
            sealed, len, store[facility].lineage,
            sizeof store[facility].lineage, nonce, keyshare_secret_reveal(key));
    }
    keyshare_secret_free(&key);
    return opened == 0 ? KEYSHARE_OK : KEYSHARE_ERR_DAMAGED;
}

/* Whose copy opens is said by the lineage that woke the device. */
static void
sign(keyshare_activation *hsm, const char *message)
{
    const uint8_t *lineage = keyshare_activation_status_of(hsm)->lineage;
    uint8_t master[32], signature[32];
    int facility = 0;

    if (lineage == NULL) {
        printf("refused to sign: asleep\n");
        return;
    }
    while (memcmp(store[facility].lineage, lineage, KEYSHARE_LINEAGE_SIZE) != 0)
        facility++;
    must(use_store(hsm, facility, master, 0));
    crypto_auth_hmacsha256(
        signature, (const uint8_t *)message, strlen(message), master);
    sodium_memzero(master, sizeof master);
    printf("signed \"%s\": %02x%02x...\n", message, signature[0], signature[1]);
}

static void
deal(struct facility *facility, const char *name)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_secret *key;

    terms.label = name;
    terms.label_len = strlen(name);
    must(keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_CO));
    must(keyshare_secret_generate(&key, 32, NULL));
    must(keyshare_deal(&facility->record, facility->cards, &terms,
        keyshare_secret_reveal(key), keyshare_secret_len(key), NULL));
    keyshare_secret_free(&key);
}

int
main(void)
{
    keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;
    struct facility facilities[FACILITIES];
    keyshare_activation *hsm;
    uint8_t master[32];

    must(sodium_init() < 0 ? KEYSHARE_ERR_RANDOM : KEYSHARE_OK);
    must(keyshare_self_test());
    deal(&facilities[0], "East");
    deal(&facilities[1], "West");
    config.identity = (const uint8_t *)"hsm-1";
    config.identity_len = 5;
    config.keep = keep_event;
    must(keyshare_activation_create(&hsm, &config, 0));
    sign(hsm, "too early");
    run_task(hsm, KEYSHARE_TASK_ENROL, &facilities[0], NULL);
    run_task(hsm, KEYSHARE_TASK_ENROL, &facilities[1], &facilities[0]);
    /* One master key, made while East has woken it; West wraps it too. */
    randombytes_buf(master, sizeof master);
    for (int i = 0; i < FACILITIES; i++) {
        run_task(hsm, KEYSHARE_TASK_ACTIVATE, &facilities[i], NULL);
        must(use_store(hsm, i, master, 1));
        sign(hsm, "the same by either");
        run_task(hsm, KEYSHARE_TASK_DEACTIVATE, &facilities[i], NULL);
    }
    sodium_memzero(master, sizeof master);
    sign(hsm, "asleep");
    must(keyshare_activation_tamper(hsm));
    sign(hsm, "wiped");
    keyshare_activation_free(&hsm);
    for (int i = 0; i < FACILITIES; i++) {
        keyshare_record_free(&facilities[i].record);
        for (int j = 0; j < OFFICERS; j++)
            keyshare_secret_free(&facilities[i].cards[j]);
    }
    return EXIT_SUCCESS;
}
