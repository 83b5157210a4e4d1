/* SPDX-License-Identifier: ISC */
/* A device against its model: random events, a million of them, and after each
 * the two must say the same. Every event must have come in every situation that
 * there is. The device's events are kept by a callback that now and then fails,
 * or calls back in. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "activation_model.h"
#include "hsm.h"
#include "suite.h"
#include "upkeep.h"

#define EVENTS_USUAL 1000000
/* A device is given up after so many at the latest. */
#define LIFE         1500
/* And once it is retired after so many. */
#define AFTERLIFE    40

/* ---- The sets, and bad cards of each ---- */

static struct set sets[SETS];
static uint8_t invalid[SETS][MODEL_COUNT][512];
static uint8_t damaged[SETS][MODEL_COUNT][512];
static keyshare_secret *whole[SETS][MODEL_COUNT];
static const keyshare_record *records[SETS];

static void
spoil(int which)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        const keyshare_image *card = &sets[which].cards[i];

        ck_assert_uint_le(card->len, sizeof invalid[0][0]);
        memcpy(invalid[which][i], card->bytes, card->len);
        /* The check, 10 bytes with its head, ends the share. */
        invalid[which][i][card->len - 11] ^= 1;
        memcpy(damaged[which][i], invalid[which][i], card->len);
        set_mend_check(invalid[which][i], card->len);
        ck_assert_int_eq(keyshare_image_make(&whole[which][i],
                             sets[which].record, sets[which].shares[i]),
            KEYSHARE_OK);
    }
}

static void
make_sets(struct gen *gen)
{
    const struct table all = {.present = {1, 2, 3}, .count = MODEL_COUNT};

    for (int i = 0; i < SETS; i++) {
        const struct model_set_facts *facts = &model_facts[i];
        const keyshare_policy policy = {
            facts->role, KEYSHARE_SCHEME_GF256, MODEL_THRESHOLD, MODEL_COUNT};

        if (facts->parent == NO_SET)
            set_deal(&sets[i], gen, policy, 16);
        else
            upkeep_refresh(&sets[i], &sets[facts->parent], &all, gen);
        records[i] = sets[i].record;
        spoil(i);
    }
}

static keyshare_image
image_of(const struct model_card *card)
{
    const size_t i = card->index - 1;
    keyshare_image image = sets[card->set].cards[i];

    if (card->kind == CARD_INVALID)
        image.bytes = invalid[card->set][i];
    else if (card->kind == CARD_DAMAGED)
        image.bytes = damaged[card->set][i];
    else if (card->carries_record)
        image = (keyshare_image){keyshare_secret_reveal(whole[card->set][i]),
            keyshare_secret_len(whole[card->set][i])};
    return image;
}

/* ---- What is driven ---- */

enum event {
    /* the tasks themselves: 1..7 */
    PRESENT = 8,
    CANCEL,
    TICK,
    TAKE,
    DERIVE,
    EXPORT,
    RESTART,
    TAMPER,
    EVENTS
};

struct drive {
    struct gen gen;
    struct hsm hsm;
    struct model model;
    uint64_t kept;
    uint64_t lost;
    keyshare_verdict told;
    uint8_t derived[SETS][32];
    bool has_derived[SETS];
};

/* An assertion that holds costs a write: here there are some fifty million. */
#define SAME(a, b)                                                             \
    do {                                                                       \
        const uint64_t is = (uint64_t)(a);                                     \
        const uint64_t should_be = (uint64_t)(b);                              \
        if (is != should_be)                                                   \
            ck_abort_msg("seed %" PRIu64 ": %s is %" PRIu64 ", not %" PRIu64,  \
                drive->gen.seed, #a, is, should_be);                           \
    } while (0)

/* All of this is refused, and changes nothing: the model would see it. */
static void
call_back_in(struct drive *drive)
{
    keyshare_activation *device = drive->hsm.device;
    keyshare_activation *same = device;
    const keyshare_request request = hsm_request(KEYSHARE_TASK_ACTIVATE, NULL);
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;
    keyshare_secret *key;
    uint8_t blob[1024];
    size_t len;

    SAME(keyshare_activation_begin(device, &request, UINT64_MAX),
        KEYSHARE_ERR_STATE);
    SAME(keyshare_activation_present(
             device, &outcome, &sets[E0].cards[0], UINT64_MAX),
        KEYSHARE_ERR_STATE);
    SAME(keyshare_activation_cancel(device, UINT64_MAX), KEYSHARE_ERR_STATE);
    SAME(keyshare_activation_tick(device, UINT64_MAX), KEYSHARE_ERR_STATE);
    SAME(
        keyshare_activation_take(device, &key, UINT64_MAX), KEYSHARE_ERR_STATE);
    SAME(keyshare_activation_derive(device, &key, 32, (const uint8_t *)"p", 1),
        KEYSHARE_ERR_STATE);
    SAME(keyshare_activation_export(
             device, blob, sizeof blob, &len, drive->hsm.key, UINT64_MAX),
        KEYSHARE_ERR_STATE);
    SAME(keyshare_activation_tamper(device), KEYSHARE_ERR_STATE);
    keyshare_activation_free(&same);
    SAME(same == device, true);
}

static int
keep(void *context, const keyshare_event *event)
{
    struct drive *drive = context;

    drive->kept++;
    if (event->kind == KEYSHARE_EVENT_CARD)
        drive->told = event->verdict;
    if (drive->kept % 37 == 0)
        call_back_in(drive);
    if (drive->kept % 11 != 0)
        return 0;
    drive->lost++;
    return -1;
}

static void
create(struct drive *drive)
{
    struct hsm *hsm = &drive->hsm;

    hsm_free(hsm);
    hsm_create(hsm, "random");
    hsm_free(hsm);
    hsm->config.limits = (keyshare_limits){3, 100, 20};
    hsm->config.records = MODEL_RECORDS;
    hsm->config.threshold = MODEL_THRESHOLD;
    hsm->config.count = MODEL_COUNT;
    hsm->config.key_len = 16;
    hsm->config.keep = keep;
    hsm->config.context = drive;
    ck_assert_int_eq(
        keyshare_activation_create(&hsm->device, &hsm->config, hsm->now),
        KEYSHARE_OK);
    model_create(&drive->model, hsm->config.limits, hsm->now);
    drive->lost = 0;
}

/* ---- The two say the same ---- */

static void
compare_records(const struct drive *drive)
{
    const struct model *model = &drive->model;
    enum model_use uses[SETS] = {MODEL_UNKNOWN};
    const keyshare_record *record;
    int pending;

    for (size_t i = 0; (record = keyshare_activation_record(
                            drive->hsm.device, i, &pending)) != NULL;
         i++)
        for (int set = 0; set < SETS; set++)
            if (memcmp(keyshare_record_fingerprint(record),
                    keyshare_record_fingerprint(records[set]), 32) == 0)
                uses[set] = pending ? MODEL_PENDING : MODEL_ENROLLED;
    for (int set = 0; set < SETS; set++)
        SAME(uses[set], model->uses[set]);
}

static void
compare(const struct drive *drive)
{
    const keyshare_activation_status *status = hsm_status(&drive->hsm);
    const struct model *model = &drive->model;
    const bool enrols = model->task == KEYSHARE_TASK_ENROL;
    const bool awake = model->device == KEYSHARE_DEVICE_ACTIVE;

    SAME(status->device, model->device);
    SAME(status->task, model->task);
    SAME(status->accepted, model_count(model->cards));
    SAME(status->needed, model_needed(model));
    SAME(status->authorised, model->authorised);
    SAME(status->own_accepted, model_count(model->own));
    SAME(status->own_needed, enrols ? MODEL_THRESHOLD : 0);
    SAME(status->ready, model->ready);
    SAME(status->lineage != NULL, awake);
    if (awake)
        for (int set = 0; set < SETS; set++)
            if (model_facts[set].lineage == model->awake)
                SAME(memcmp(status->lineage,
                         keyshare_record_lineage(records[set]), 16),
                    0);
    SAME(status->collecting, model->left);
    SAME(status->lock, model->lock);
    SAME(status->invalid, model->invalid);
    SAME(status->limits.invalid, model->limits.invalid);
    SAME(status->limits.collecting, model->limits.collecting);
    SAME(status->limits.lock, model->limits.lock);
    SAME(status->ending, model->ending);
    SAME(status->sequence, model->sequence);
    SAME(status->changed, model_changed(model));
    SAME(status->events_lost, drive->lost);
    compare_records(drive);
}

/* ---- Events ---- */

static void
begin(struct drive *drive, keyshare_task task)
{
    struct gen *gen = &drive->gen;
    int set = (int)gen_below(gen, SETS);
    const bool chain = gen_below(gen, 4) > 0;
    const bool about = task == KEYSHARE_TASK_ENROL ||
                       task == KEYSHARE_TASK_DROP ||
                       task == KEYSHARE_TASK_RECOVER;
    keyshare_request request;

    for (size_t i = 0; i < 8 && task == KEYSHARE_TASK_DROP &&
                       drive->model.uses[set] != MODEL_PENDING;
         i++)
        set = (int)gen_below(gen, SETS);
    request = hsm_request(task, about ? sets[set].record : NULL);
    if (chain) {
        request.chain = records;
        request.chain_count = SETS;
    }
    request.limits = (keyshare_limits){(uint32_t)gen_below(gen, 5),
        60 + (uint32_t)gen_below(gen, 60), (uint32_t)gen_below(gen, 30)};
    SAME(keyshare_activation_begin(drive->hsm.device, &request, drive->hsm.now),
        model_begin(
            &drive->model, task, set, chain, request.limits, drive->hsm.now));
}

/* Mostly good cards of sets that count, so that something comes of it. */
static struct model_card
draw_card(struct drive *drive)
{
    struct gen *gen = &drive->gen;
    const size_t luck = gen_below(gen, 100);
    struct model_card card = {
        .set = (int)gen_below(gen, SETS),
        .index = 1 + (unsigned)gen_below(gen, MODEL_COUNT),
        .kind = CARD_GOOD,
    };

    if (drive->model.task == KEYSHARE_TASK_ENROL && luck < 40)
        card.set = drive->model.subject;
    else if (drive->model.fixed != NO_SET && luck < 70)
        card.set = drive->model.fixed;
    else
        for (size_t i = 0;
             i < 50 && luck < 85 && !model_is_open(&drive->model, card.set);
             i++)
            card.set = (int)gen_below(gen, SETS);
    if (gen_below(gen, 6) == 0)
        card.kind = CARD_INVALID;
    else if (gen_below(gen, 10) == 0)
        card.kind = CARD_DAMAGED;
    else
        card.carries_record = gen_below(gen, 4) == 0;
    return card;
}

static void
present(struct drive *drive)
{
    const struct model_card card = draw_card(drive);
    const keyshare_image image = image_of(&card);
    const uint64_t kept = drive->kept;
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;
    keyshare_verdict verdict;
    keyshare_error error;

    drive->told = KEYSHARE_VERDICT_NONE;
    error = model_present(&drive->model, &verdict, &card, drive->hsm.now);
    SAME(keyshare_activation_present(
             drive->hsm.device, &outcome, &image, drive->hsm.now),
        error);
    SAME(outcome.verdict, verdict);
    SAME(drive->told, verdict);
    if (error != KEYSHARE_OK)
        return;
    SAME(drive->kept > kept, true);
    SAME(outcome.index, card.kind == CARD_DAMAGED ? 0 : card.index);
    SAME(outcome.ending, drive->model.ending);
    SAME(outcome.changed, model_changed(&drive->model));
}

static void
take(struct drive *drive)
{
    keyshare_secret *key;
    const keyshare_error error = model_take(&drive->model, drive->hsm.now);

    SAME(keyshare_activation_take(drive->hsm.device, &key, drive->hsm.now),
        error);
    if (error == KEYSHARE_OK)
        SAME(
            memcmp(keyshare_secret_reveal(key), sets[R0].key, sets[R0].key_len),
            0);
    keyshare_secret_free(&key);
}

/* The same in every epoch and life, and another in another lineage. */
static void
derive(struct drive *drive)
{
    keyshare_secret *key;
    const int lineage = drive->model.awake;
    const keyshare_error error = model_derive(&drive->model);

    SAME(keyshare_activation_derive(
             drive->hsm.device, &key, 32, (const uint8_t *)"random", 6),
        error);
    if (error == KEYSHARE_OK) {
        const uint8_t *bytes = keyshare_secret_reveal(key);

        if (!drive->has_derived[lineage])
            memcpy(drive->derived[lineage], bytes, 32);
        drive->has_derived[lineage] = true;
        SAME(memcmp(drive->derived[lineage], bytes, 32), 0);
        for (int other = 0; other < SETS; other++)
            if (other != lineage && drive->has_derived[other])
                SAME(memcmp(drive->derived[other], bytes, 32) != 0, true);
    }
    keyshare_secret_free(&key);
}

static void
restart(struct drive *drive)
{
    struct hsm *hsm = &drive->hsm;
    keyshare_blob blob;

    if (!drive->model.saved.exists) {
        create(drive);
        return;
    }
    blob = hsm_blob(hsm, records, SETS);
    hsm_free(hsm);
    SAME(
        keyshare_activation_import(&hsm->device, &hsm->config, &blob, hsm->now),
        KEYSHARE_OK);
    model_restart(&drive->model, drive->hsm.now);
    drive->lost = 0;
}

static void
happen(struct drive *drive, enum event event)
{
    struct hsm *hsm = &drive->hsm;

    switch (event) {
    case PRESENT: present(drive); break;
    case CANCEL:
        SAME(keyshare_activation_cancel(hsm->device, hsm->now),
            model_cancel(&drive->model, hsm->now));
        break;
    case TICK:
        SAME(keyshare_activation_tick(hsm->device, hsm->now),
            model_tick(&drive->model, hsm->now));
        break;
    case TAKE: take(drive); break;
    case DERIVE: derive(drive); break;
    case EXPORT:
        SAME(keyshare_activation_export(hsm->device, hsm->blob,
                 sizeof hsm->blob, &hsm->blob_len, hsm->key, hsm->now),
            model_export(&drive->model, hsm->now));
        hsm->counter = drive->model.sequence;
        break;
    case RESTART: restart(drive); break;
    case TAMPER:
        SAME(keyshare_activation_tamper(hsm->device), KEYSHARE_OK);
        model_tamper(&drive->model);
        break;
    case EVENTS: break;
    default: begin(drive, (keyshare_task)event); break;
    }
}

/* ---- Situations, and which there are ---- */

enum {
    FREE = 0,
    /* the tasks: 1..7 */
    READY = 8,
    LOCKED,
    SITUATIONS
};

static const keyshare_device devices[] = {KEYSHARE_DEVICE_FACTORY,
    KEYSHARE_DEVICE_INACTIVE, KEYSHARE_DEVICE_ACTIVE, KEYSHARE_DEVICE_RETIRED};
#define DEVICES 4

/* By device: free, activate, deactivate, enrol, limits, retire, drop, recover,
 * ready, locked. */
static const bool exists[DEVICES][SITUATIONS] = {
    {1, 1, 0, 1, 0, 0, 0, 1, 1, 1},
    {1, 1, 0, 1, 1, 1, 1, 1, 1, 1},
    {1, 0, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
};

static size_t came[DEVICES][SITUATIONS][EVENTS];

static void
count(const struct model *model, enum event event)
{
    size_t device = 0;
    size_t situation = (size_t)model->task;

    while (devices[device] != model->device)
        device++;
    if (model->ready)
        situation = READY;
    else if (model->lock > 0)
        situation = LOCKED;
    came[device][situation][event]++;
}

/* Seldom what ends a life; often cards. */
static enum event
draw_event(struct gen *gen)
{
    const size_t luck = gen_below(gen, 1000);

    if (luck < 500)
        return PRESENT;
    if (luck < 508)
        return TAMPER;
    if (luck < 528)
        return RESTART;
    if (luck < 700)
        return CANCEL + (enum event)gen_below(gen, EXPORT - CANCEL + 1);
    if (luck < 780)
        return (enum event)KEYSHARE_TASK_ACTIVATE;
    return (enum event)(1 + gen_below(gen, 7));
}

static uint64_t
draw_time(struct gen *gen, uint64_t now)
{
    const size_t luck = gen_below(gen, 100);

    if (luck < 3)
        return now - gen_below(gen, 500);
    if (luck < 6)
        return now + gen_below(gen, 200);
    return now + gen_below(gen, 4);
}

START_TEST(a_device_is_its_model)
{
    static struct drive drive;
    const size_t events = gen_count(EVENTS_USUAL);
    size_t life = 0;

    drive.gen = gen_begin();
    make_sets(&drive.gen);
    create(&drive);
    for (size_t i = 0; i < events; i++) {
        const enum event event = draw_event(&drive.gen);

        if (life++ > LIFE) {
            create(&drive);
            life = 0;
        }
        if (drive.model.device == KEYSHARE_DEVICE_RETIRED &&
            life < LIFE - AFTERLIFE)
            life = LIFE - AFTERLIFE;
        drive.hsm.now = draw_time(&drive.gen, drive.hsm.now);
        count(&drive.model, event);
        happen(&drive, event);
        compare(&drive);
    }
    hsm_free(&drive.hsm);
    for (size_t i = 0; i < DEVICES; i++)
        for (size_t j = 0; j < SITUATIONS; j++)
            for (size_t k = 1; k < EVENTS && events >= EVENTS_USUAL; k++)
                ck_assert_msg((came[i][j][k] > 0) == exists[i][j],
                    "device %zu, situation %zu, event %zu: %zu times", i, j, k,
                    came[i][j][k]);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("activation_random");
    TCase *laws = tcase_create("laws");

    tcase_add_unchecked_fixture(laws, set_plain_memory, NULL);
    tcase_add_test(laws, a_device_is_its_model);
    tcase_set_timeout(laws, 600);
    suite_add_tcase(suite, laws);
    return suite;
}
