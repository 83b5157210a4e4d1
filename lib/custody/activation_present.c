/* SPDX-License-Identifier: ISC */
/* A card is presented: judged, counted, and at the last one the task is done. */
#include <keyshare/activation.h>

#include <string.h>

#include "collection.h"
#include "enrolment.h"
#include "latch.h"
#include "memory.h"
#include "record.h"
#include "reveal.h"
#include "secret.h"

/* ---- The quorum is there ---- */

/* The key of the quorum's set; OK or MISMATCH. */
static keyshare_error
recover(keyshare_activation *device, uint8_t *key)
{
    const keyshare_record *record = device->collection.set;
    const uint32_t good =
        keyshare_record_scheme(record)->recover(keyshare_record_set(record),
            key, device->indices, device->values, device->room);

    return keyshare_reveal_mask(good, REVEAL_MATCH) ? KEYSHARE_OK
                                                    : KEYSHARE_ERR_MISMATCH;
}

static keyshare_error
activate(keyshare_activation *device)
{
    const keyshare_record *record = device->collection.set;
    struct place *pending;
    keyshare_error error = recover(device, device->key);

    if (error != KEYSHARE_OK)
        return error;
    pending = keyshare_device_find(
        device, PLACE_PENDING, keyshare_record_fingerprint(record));
    if (pending != NULL)
        keyshare_enrolment_put_in_force(device, pending);
    keyshare_device_wake(device, record);
    return KEYSHARE_OK;
}

/* The key waits to be taken; of what it came from nothing does. */
static keyshare_error
make_ready(keyshare_activation *device)
{
    keyshare_error error =
        recover(device, keyshare_secret_bytes(device->recovered));

    if (error != KEYSHARE_OK)
        return error;
    keyshare_memory_wipe(device->secrets, device->secrets_size);
    device->collection.ready = true;
    return KEYSHARE_OK;
}

/* Do what the quorum consented to. OK or MISMATCH. */
static keyshare_error
act(keyshare_activation *device)
{
    switch (device->collection.task) {
    case KEYSHARE_TASK_NONE: break;
    case KEYSHARE_TASK_ACTIVATE: return activate(device);
    case KEYSHARE_TASK_DEACTIVATE: keyshare_device_sleep(device); break;
    case KEYSHARE_TASK_ENROL:
        keyshare_enrolment_put_in_force(device, device->collection.subject);
        break;
    case KEYSHARE_TASK_LIMITS:
        device->status.limits = device->collection.limits;
        break;
    case KEYSHARE_TASK_RETIRE: keyshare_device_retire(device); break;
    case KEYSHARE_TASK_DROP: keyshare_enrolment_drop(device); break;
    case KEYSHARE_TASK_RECOVER: return make_ready(device);
    }
    return KEYSHARE_OK;
}

/* Whether all cards are there; an enrolment is authorised on the way. */
static bool
is_complete(keyshare_activation *device)
{
    struct collection *collection = &device->collection;
    const bool is_quorum =
        collection->set != NULL &&
        collection->cards.count >=
            keyshare_record_policy(collection->set).threshold;

    if (collection->task != KEYSHARE_TASK_ENROL)
        return is_quorum;
    if (is_quorum && !collection->authorised)
        keyshare_enrolment_authorise(device);
    return collection->authorised &&
           collection->own.count >=
               keyshare_record_policy(collection->subject->record).threshold;
}

static keyshare_error
proceed(keyshare_activation *device)
{
    keyshare_error error;

    if (!is_complete(device))
        return KEYSHARE_OK;
    error = act(device);
    if (!device->collection.ready)
        keyshare_device_end(device, error == KEYSHARE_OK
                                        ? KEYSHARE_ENDING_DONE
                                        : KEYSHARE_ENDING_MISMATCH);
    return error;
}

/* ---- A card ---- */

/* Where a key is made of the cards, they are kept. */
static void
keep_value(keyshare_activation *device, const struct share *share)
{
    const size_t which = device->collection.cards.count;
    uint8_t *value = device->shares + which * device->value_size;

    memcpy(value, share->value, share->value_len);
    device->values[which] = value;
    device->indices[which] = (uint8_t)share->index;
}

static void
accept(keyshare_activation *device, const struct finding_of_card *finding)
{
    struct collection *collection = &device->collection;
    struct accepted_cards *accepted =
        finding->own ? &collection->own : &collection->cards;

    device->status.invalid = 0;
    if (!finding->own)
        collection->set = finding->set;
    if (collection->task == KEYSHARE_TASK_ACTIVATE ||
        collection->task == KEYSHARE_TASK_RECOVER)
        keep_value(device, &finding->share);
    accepted->is[finding->share.index] = true;
    accepted->count++;
}

static void
count_invalid(keyshare_activation *device)
{
    keyshare_activation_status *status = &device->status;

    if (status->invalid < status->limits.invalid)
        status->invalid++;
    if (status->invalid < status->limits.invalid)
        return;
    keyshare_device_lock(device, 0);
    keyshare_device_end(device, KEYSHARE_ENDING_LIMIT);
}

/* What is said of the card, and told. */
static void
report(keyshare_activation *device, keyshare_outcome *outcome,
    const struct finding_of_card *finding)
{
    const keyshare_activation_status *status = &device->status;
    const bool is_of_set = finding->verdict == KEYSHARE_VERDICT_OK ||
                           finding->verdict == KEYSHARE_VERDICT_DUPLICATE;
    const bool counts_own = is_of_set ? finding->own : status->authorised != 0;
    keyshare_event event = keyshare_device_event(device, KEYSHARE_EVENT_CARD);

    keyshare_device_update(device);
    outcome->verdict = finding->verdict;
    outcome->index = finding->share.index;
    outcome->own = finding->own;
    outcome->accepted = counts_own ? status->own_accepted : status->accepted;
    outcome->needed = counts_own ? status->own_needed : status->needed;
    event.verdict = outcome->verdict;
    event.index = outcome->index;
    event.accepted = outcome->accepted;
    event.needed = outcome->needed;
    if (finding->own)
        event.set = event.record;
    keyshare_device_tell(device, &event);
}

static keyshare_error
take_card(keyshare_activation *device, keyshare_outcome *outcome,
    const keyshare_image *card)
{
    struct finding_of_card finding;
    keyshare_error error = keyshare_collection_judge(device, &finding, card);

    if (error != KEYSHARE_OK)
        return error;
    if (finding.verdict == KEYSHARE_VERDICT_OK)
        accept(device, &finding);
    report(device, outcome, &finding);
    if (finding.verdict == KEYSHARE_VERDICT_OK)
        error = proceed(device);
    else if (finding.verdict == KEYSHARE_VERDICT_INVALID)
        count_invalid(device);
    keyshare_device_update(device);
    outcome->ending = device->status.ending;
    outcome->changed = device->status.changed;
    return error;
}

keyshare_error
keyshare_activation_present(keyshare_activation *activation,
    keyshare_outcome *outcome, const keyshare_image *card, uint64_t now)
{
    static const keyshare_outcome nothing = KEYSHARE_OUTCOME_INIT;
    size_t size;
    keyshare_error error;

    if (outcome == NULL || outcome->size < sizeof *outcome)
        return KEYSHARE_ERR_ARGUMENT;
    size = outcome->size;
    *outcome = nothing;
    outcome->size = size;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = keyshare_device_enter(activation);
    if (error != KEYSHARE_OK)
        return error;
    if (card == NULL || (card->bytes == NULL && card->len > 0))
        return KEYSHARE_ERR_ARGUMENT;
    if (keyshare_device_advance(activation, now)) {
        outcome->ending = activation->status.ending;
        outcome->changed = activation->status.changed;
        return KEYSHARE_ERR_LIMIT;
    }
    if (activation->status.lock > 0) {
        keyshare_event event =
            keyshare_device_event(activation, KEYSHARE_EVENT_REFUSED);

        keyshare_device_tell(activation, &event);
        return KEYSHARE_ERR_LIMIT;
    }
    if (activation->collection.task == KEYSHARE_TASK_NONE ||
        activation->collection.ready)
        return KEYSHARE_ERR_STATE;
    error = take_card(activation, outcome, card);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}
