/* SPDX-License-Identifier: ISC */
/* What a device takes: to be woken and put to sleep by three of seven, to
 * derive a key, and to remember itself. With pedersen it is judging that takes
 * time: J = (M + 2) chunks u a card, as in custody.c; two collections of M
 * cards, and one recovery, F. With gf256 there is hardly more than hashing.
 */
#include <string.h>

#include <sodium.h>

#include <keyshare.h>

#include "group_rows.h"

#define THRESHOLD 3
#define COUNT     7
#define CHUNKS    2
#define KEY_SIZE  32

/* A device that knows one CO set, and the cards of that. */
struct drill {
    keyshare_record *record;
    keyshare_secret *shares[COUNT];
    keyshare_activation_config config;
    keyshare_activation *device;
    uint8_t key[KEYSHARE_ACTIVATION_KEY_SIZE];
    uint8_t blob[KEYSHARE_ACTIVATION_BLOB_SIZE(8)];
    size_t blob_len;
};

static void
present_quorum(struct drill *drill)
{
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;

    for (size_t i = 0; i < THRESHOLD; i++) {
        const keyshare_image card = {keyshare_secret_reveal(drill->shares[i]),
            keyshare_secret_len(drill->shares[i])};

        bench_require(keyshare_activation_present(
                          drill->device, &outcome, &card, 0) == KEYSHARE_OK &&
                          outcome.verdict == KEYSHARE_VERDICT_OK,
            "a card is not taken");
    }
    bench_require(outcome.ending == KEYSHARE_ENDING_DONE, "no quorum");
}

static void
do_task(struct drill *drill, keyshare_task task)
{
    keyshare_request request = KEYSHARE_REQUEST_INIT;

    request.task = task;
    request.record = task == KEYSHARE_TASK_ENROL ? drill->record : NULL;
    bench_require(
        keyshare_activation_begin(drill->device, &request, 0) == KEYSHARE_OK,
        "a task is refused");
    present_quorum(drill);
}

static void
run_wake_and_sleep(void *state)
{
    do_task(state, KEYSHARE_TASK_ACTIVATE);
    do_task(state, KEYSHARE_TASK_DEACTIVATE);
}

static void
run_derive(void *state)
{
    struct drill *drill = state;
    keyshare_secret *key;

    bench_require(keyshare_activation_derive(drill->device, &key, 32,
                      (const uint8_t *)"key-store", 9) == KEYSHARE_OK,
        "no key is derived");
    keyshare_secret_free(&key);
}

static void
run_export(void *state)
{
    struct drill *drill = state;

    bench_require(
        keyshare_activation_export(drill->device, drill->blob,
            sizeof drill->blob, &drill->blob_len, drill->key, 0) == KEYSHARE_OK,
        "no blob");
}

static void
run_import(void *state)
{
    struct drill *drill = state;
    const keyshare_record *const records[] = {drill->record};
    keyshare_blob blob = KEYSHARE_BLOB_INIT;
    keyshare_activation *device;

    blob.bytes = drill->blob;
    blob.len = drill->blob_len;
    blob.key = drill->key;
    blob.records = records;
    blob.record_count = 1;
    bench_require(keyshare_activation_import(
                      &device, &drill->config, &blob, 0) == KEYSHARE_OK,
        "a blob is refused");
    keyshare_activation_free(&device);
}

static void
begin(struct drill *drill, keyshare_scheme scheme)
{
    static const uint8_t identity[] = "bench";
    const keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    uint8_t key[KEY_SIZE];

    memset(drill, 0, sizeof *drill);
    randombytes_buf(key, sizeof key);
    randombytes_buf(drill->key, sizeof drill->key);
    terms.policy =
        (keyshare_policy){KEYSHARE_ROLE_CO, scheme, THRESHOLD, COUNT};
    bench_require(keyshare_deal(&drill->record, drill->shares, &terms, key,
                      sizeof key, NULL) == KEYSHARE_OK,
        "a set is not dealt");
    drill->config = config;
    drill->config.identity = identity;
    drill->config.identity_len = sizeof identity - 1;
    bench_require(keyshare_activation_create(
                      &drill->device, &drill->config, 0) == KEYSHARE_OK,
        "no device");
    do_task(drill, KEYSHARE_TASK_ENROL);
    run_export(drill);
}

static void
end(struct drill *drill)
{
    keyshare_activation_free(&drill->device);
    keyshare_record_free(&drill->record);
    for (size_t i = 0; i < COUNT; i++)
        keyshare_secret_free(&drill->shares[i]);
}

/* Active, for what asks for that. */
static void *
setup_active(void *context)
{
    do_task(context, KEYSHARE_TASK_ACTIVATE);
    return context;
}

static void
teardown_active(void *state)
{
    do_task(state, KEYSHARE_TASK_DEACTIVATE);
}

static void
measure(struct bench *bench, keyshare_scheme scheme, const char *title)
{
    static struct drill drill;
    const struct bench_row rows[] = {
        {.name = "activate and deactivate",
            .run = run_wake_and_sleep,
            .context = &drill},
        {.name = "export", .run = run_export, .context = &drill},
        {.name = "import", .run = run_import, .context = &drill},
        {.name = "derive 32 bytes",
            .run = run_derive,
            .context = &drill,
            .setup = setup_active,
            .teardown = teardown_active},
    };
    const double judged = 2.0 * THRESHOLD * (THRESHOLD + 2) * CHUNKS;
    const bool counted = scheme == KEYSHARE_SCHEME_PEDERSEN;
    struct group_rows group = {0, 0, 0};
    struct bench_term bound[3];
    size_t woken;

    begin(&drill, scheme);
    bench_group(bench, title);
    if (counted)
        group = group_rows_add(bench);
    woken = bench_add(bench, &rows[0]);
    for (size_t i = 1; i + 1 < sizeof rows / sizeof *rows; i++)
        bench_add(bench, &rows[i]);
    bench_measure(bench);
    if (counted) {
        group_rows_sum(bound, &group, judged + CHUNKS, CHUNKS, CHUNKS);
        bench_ratio(
            bench, "activate and deactivate: 2 M J + F", woken, bound, 3, 1.1);
    }
    /* Alone: it wants the device as no other row does. */
    bench_group(bench, "the same, active");
    bench_add(bench, &rows[3]);
    bench_measure(bench);
    end(&drill);
}

int
main(int argc, char **argv)
{
    struct bench *bench = bench_begin(&argc, argv, "activation");

    bench_require(argc == 1 && sodium_init() >= 0, "arguments, libsodium");
    measure(bench, KEYSHARE_SCHEME_PEDERSEN, "a device, pedersen, 3-of-7");
    measure(bench, KEYSHARE_SCHEME_GF256, "a device, gf256, 3-of-7");
    return bench_end(bench);
}
