/* SPDX-License-Identifier: ISC */
/* A fixed set of operations, each done once, for callgrind to count: the script
 * counts.py runs this and compares with budgets.
 *
 * Only this program's own object is counted, where the whole of libkeyshare is
 * linked in: what libsodium, GMP and the C library execute depends on the
 * processor, for they choose their code by it; ours does too only in the back
 * ends of GF(2^8), which are chosen by name here. Randomness is a counter's
 * ChaCha20, the same in every run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>
#include <sodium.h>
#include <valgrind/callgrind.h>

#define M        5
#define N        7
#define KEY_SIZE 32
#define RAW_SIZE 4096

static void
ok(keyshare_error error, const char *what)
{
    if (error == KEYSHARE_OK)
        return;
    fprintf(stderr, "counts: %s: %s\n", what, keyshare_error_text(error));
    exit(EXIT_FAILURE);
}

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    static const uint8_t key[crypto_stream_chacha20_KEYBYTES] = {1};
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {0};
    uint32_t *calls = context;

    ++*calls;
    memcpy(nonce, calls, sizeof *calls);
    return crypto_stream_chacha20(bytes, len, nonce, key);
}

static uint32_t calls;
static keyshare_random source;

/* Plain memory: guarded pages are the system's work. */
static void *
plain_allocate(void *context, size_t size)
{
    (void)context;
    return calloc(1, size);
}

static void
plain_free(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

/* From here to COUNTED it is counted, under that name. */
#define COUNT CALLGRIND_START_INSTRUMENTATION
#define COUNTED(name)                                                          \
    do {                                                                       \
        CALLGRIND_STOP_INSTRUMENTATION;                                        \
        CALLGRIND_DUMP_STATS_AT(name);                                         \
    } while (0)

struct set {
    const char *name;
    keyshare_terms terms;
    keyshare_record *record;
    keyshare_secret *shares[N];
    keyshare_image cards[N];
    uint8_t key[KEY_SIZE];
};

static void
counted(const struct set *set, const char *what)
{
    char name[64];

    snprintf(name, sizeof name, "%s-%s", set->name, what);
    COUNTED(name);
}

static void
count_deal(struct set *set)
{
    COUNT;
    ok(keyshare_deal(
           &set->record, set->shares, &set->terms, set->key, KEY_SIZE, &source),
        "deal");
    counted(set, "deal");
    for (unsigned i = 0; i < N; i++) {
        set->cards[i].bytes = keyshare_secret_reveal(set->shares[i]);
        set->cards[i].len = keyshare_secret_len(set->shares[i]);
    }
}

static void
count_judging(struct set *set)
{
    keyshare_verdict verdicts[N];
    keyshare_recoverable recoverable;
    keyshare_record *loaded;
    keyshare_secret *key;
    size_t len, good;
    const uint8_t *bytes = keyshare_record_bytes(set->record, &len);

    COUNT;
    ok(keyshare_record_decode(&loaded, bytes, len, NULL), "load");
    counted(set, "load");
    COUNT;
    ok(keyshare_verify(verdicts, loaded, NULL, &set->cards[6]), "verify");
    counted(set, "verify");
    COUNT;
    ok(keyshare_check(
           verdicts, &recoverable, &good, loaded, NULL, set->cards, N),
        "check");
    counted(set, "check");
    COUNT;
    ok(keyshare_recover(&key, verdicts, loaded, NULL, set->cards + 2, M),
        "recover");
    counted(set, "recover");
    keyshare_secret_free(&key);
    keyshare_record_free(&loaded);
}

static void
go(const struct set *set, keyshare_maintenance *work, unsigned first,
    unsigned rounds)
{
    for (unsigned i = 0; i < rounds * (N + 1 - first); i++) {
        const unsigned index = first + i % (N + 1 - first);
        keyshare_verdict verdict;
        keyshare_secret *share;
        unsigned made;

        ok(keyshare_maintenance_present(work, &verdict, &set->cards[index - 1]),
            "present");
        while (
            keyshare_maintenance_hand_out(work, &made, &share) == KEYSHARE_OK &&
            share != NULL)
            keyshare_secret_free(&share);
    }
    if (keyshare_maintenance_record(work) == NULL)
        ok(KEYSHARE_ERR_FAULT, "maintenance");
    keyshare_maintenance_free(&work);
}

static void
count_maintenance(struct set *set)
{
    static const uint8_t all[N] = {1, 2, 3, 4, 5, 6, 7};
    keyshare_plan plan = KEYSHARE_PLAN_INIT;
    keyshare_maintenance *work;

    plan.record = set->record;
    plan.index = 1;
    plan.present = all + N - M;
    plan.present_count = M;
    COUNT;
    ok(keyshare_repair_begin(&work, &plan), "repair");
    go(set, work, N - M + 1, 1);
    counted(set, "repair");
    plan.index = 0;
    plan.random = &source;
    plan.terms = &set->terms;
    COUNT;
    ok(keyshare_reshare_begin(&work, &plan), "re-share");
    go(set, work, N - M + 1, 1);
    counted(set, "reshare");
    plan.present = all;
    plan.present_count = N;
    COUNT;
    ok(keyshare_refresh_begin(&work, &plan), "refresh");
    go(set, work, 1, 2);
    counted(set, "refresh");
}

static void
count_scheme(const char *name, keyshare_scheme scheme)
{
    const keyshare_terms terms = KEYSHARE_TERMS_INIT;
    struct set set = {.name = name, .terms = terms};

    set.terms.policy.scheme = scheme;
    set.terms.policy.threshold = M;
    set.terms.policy.count = N;
    for (size_t i = 0; i < KEY_SIZE; i++)
        set.key[i] = (uint8_t)(7 * i + 1);
    count_deal(&set);
    count_judging(&set);
    count_maintenance(&set);
    for (unsigned i = 0; i < N; i++)
        keyshare_secret_free(&set.shares[i]);
    keyshare_record_free(&set.record);
}

/* ---- Activation ---- */

static void
do_task(keyshare_activation *device, keyshare_task task,
    const keyshare_record *record, keyshare_secret *const *shares)
{
    keyshare_request request = KEYSHARE_REQUEST_INIT;
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;

    request.task = task;
    request.record = record;
    ok(keyshare_activation_begin(device, &request, 0), "a task");
    for (unsigned i = 0; i < M; i++) {
        const keyshare_image card = {
            keyshare_secret_reveal(shares[i]), keyshare_secret_len(shares[i])};

        ok(keyshare_activation_present(device, &outcome, &card, 0), "present");
    }
    if (outcome.ending != KEYSHARE_ENDING_DONE)
        ok(KEYSHARE_ERR_QUORUM, "a quorum");
}

static void
count_activation(const char *name, keyshare_scheme scheme)
{
    static const uint8_t key[KEY_SIZE] = {2};
    keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_activation *device;
    keyshare_record *record;
    keyshare_secret *shares[N];
    char text[64];

    terms.policy = (keyshare_policy){KEYSHARE_ROLE_CO, scheme, M, N};
    ok(keyshare_deal(&record, shares, &terms, key, KEY_SIZE, &source), "deal");
    config.identity = key;
    config.identity_len = sizeof key;
    ok(keyshare_activation_create(&device, &config, 0), "a device");
    do_task(device, KEYSHARE_TASK_ENROL, record, shares);
    COUNT;
    do_task(device, KEYSHARE_TASK_ACTIVATE, NULL, shares);
    snprintf(text, sizeof text, "%s-activate", name);
    COUNTED(text);
    COUNT;
    do_task(device, KEYSHARE_TASK_DEACTIVATE, NULL, shares);
    snprintf(text, sizeof text, "%s-deactivate", name);
    COUNTED(text);
    keyshare_activation_free(&device);
    keyshare_record_free(&record);
    for (unsigned i = 0; i < N; i++)
        keyshare_secret_free(&shares[i]);
}

/* ---- Raw sharing ---- */

static void
count_raw_of(const char *backend, size_t len)
{
    static uint8_t memory[N][RAW_SIZE], secret[RAW_SIZE], back[RAW_SIZE];
    static const uint8_t indices[N] = {1, 2, 3, 4, 5, 6, 7};
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;
    uint8_t *shares[N];
    char name[64];

    terms.threshold = M;
    terms.count = N;
    for (unsigned i = 0; i < N; i++)
        shares[i] = memory[i];
    memset(secret, 0x5a, sizeof secret);
    COUNT;
    ok(keyshare_raw_split(shares, &terms, secret, len, &source), "split");
    snprintf(name, sizeof name, "split-%zu-%s", len, backend);
    COUNTED(name);
    COUNT;
    ok(keyshare_raw_combine(back, (const uint8_t *const *)(shares + N - M),
           indices + N - M, M, len),
        "combine");
    snprintf(name, sizeof name, "combine-%zu-%s", len, backend);
    COUNTED(name);
    if (memcmp(secret, back, len) != 0)
        ok(KEYSHARE_ERR_MISMATCH, "combine");
}

static void
count_raw(const char *backend)
{
    if (keyshare_raw_backend_select(backend) != KEYSHARE_OK) {
        fprintf(stderr, "skipped: back end %s: not here\n", backend);
        return;
    }
    count_raw_of(backend, KEY_SIZE);
    count_raw_of(backend, RAW_SIZE);
    ok(keyshare_raw_backend_select("portable"), "portable");
}

int
main(void)
{
    const keyshare_random random = KEYSHARE_RANDOM_INIT;

    source = random;
    source.fill = fill;
    source.context = &calls;
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    ok(keyshare_memory_set(plain_allocate, plain_free, NULL), "memory");
    ok(keyshare_raw_backend_select("portable"), "portable");
    count_scheme("pedersen", KEYSHARE_SCHEME_PEDERSEN);
    count_scheme("gf256", KEYSHARE_SCHEME_GF256);
    count_activation("pedersen", KEYSHARE_SCHEME_PEDERSEN);
    count_activation("gf256", KEYSHARE_SCHEME_GF256);
    count_raw("portable");
    count_raw("avx2");
    return EXIT_SUCCESS;
}
