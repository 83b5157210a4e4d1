/* SPDX-License-Identifier: ISC */
/* A device: time, what is so, what is told, and how things end. */
#include "device.h"

#include <string.h>

#include "collection.h"
#include "memory.h"
#include "record.h"

/* ---- Time ---- */

keyshare_error
keyshare_device_enter(const keyshare_activation *device)
{
    if (device == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    return device->is_busy ? KEYSHARE_ERR_STATE : KEYSHARE_OK;
}

void
keyshare_device_lock(keyshare_activation *device, uint64_t seconds)
{
    const uint32_t lock = device->status.limits.lock;

    device->status.lock = seconds < lock ? lock - (uint32_t)seconds : 0;
}

bool
keyshare_device_advance(keyshare_activation *device, uint64_t now)
{
    keyshare_activation_status *status = &device->status;
    /* Time that goes backwards counts as none, and goes on from there. */
    const uint64_t passed = now > device->now ? now - device->now : 0;
    bool expired = false;

    device->now = now;
    if (device->collection.task != KEYSHARE_TASK_NONE) {
        if (passed < status->collecting) {
            status->collecting -= (uint32_t)passed;
        } else {
            /* It was over when its time was, whenever one looks. */
            keyshare_device_lock(device, passed - status->collecting);
            keyshare_device_end(device, KEYSHARE_ENDING_EXPIRED);
            expired = true;
        }
    } else if (status->lock > 0) {
        status->lock =
            passed < status->lock ? status->lock - (uint32_t)passed : 0;
        /* A blob that is still locked does no harm. */
        if (status->lock == 0)
            device->saved.is_locked = false;
    }
    keyshare_device_update(device);
    return expired;
}

/* ---- What is so ---- */

struct persistent
keyshare_device_persistent(const keyshare_activation *device)
{
    const keyshare_activation_status *status = &device->status;
    struct persistent now = {
        .is_factory = status->device == KEYSHARE_DEVICE_FACTORY,
        .is_retired = status->device == KEYSHARE_DEVICE_RETIRED,
        .is_locked = status->lock > 0,
        .invalid = status->invalid,
        .limits = status->limits,
    };

    if (device->collection.task == KEYSHARE_TASK_NONE ||
        device->collection.ready)
        return now;
    /* As if the next card were invalid, and power lost with it. */
    if (now.invalid < now.limits.invalid)
        now.invalid++;
    now.is_locked = now.invalid == now.limits.invalid && now.limits.lock > 0;
    return now;
}

static bool
has_changed(const keyshare_activation *device)
{
    const struct persistent *saved = &device->saved;
    const struct persistent now = keyshare_device_persistent(device);

    return device->status.sequence == 0 || device->records_changed ||
           now.is_factory != saved->is_factory ||
           now.is_retired != saved->is_retired ||
           now.is_locked != saved->is_locked || now.invalid != saved->invalid ||
           now.limits.invalid != saved->limits.invalid ||
           now.limits.collecting != saved->limits.collecting ||
           now.limits.lock != saved->limits.lock;
}

static unsigned
lesser(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

void
keyshare_device_update(keyshare_activation *device)
{
    keyshare_activation_status *status = &device->status;
    const struct collection *collection = &device->collection;

    status->task = collection->task;
    status->needed = keyshare_collection_needed(device);
    status->authorised = collection->authorised;
    status->own_needed = 0;
    if (collection->task == KEYSHARE_TASK_ENROL)
        status->own_needed =
            keyshare_record_policy(collection->subject->record).threshold;
    status->accepted = lesser(collection->cards.count, status->needed);
    status->own_accepted = lesser(collection->own.count, status->own_needed);
    status->ready = collection->ready;
    status->lineage =
        status->device == KEYSHARE_DEVICE_ACTIVE ? device->lineage : NULL;
    if (collection->task == KEYSHARE_TASK_NONE)
        status->collecting = 0;
    status->enrolled = keyshare_device_count(device, PLACE_ENROLLED);
    status->pending = keyshare_device_count(device, PLACE_PENDING);
    status->changed = has_changed(device);
}

/* ---- Events ---- */

keyshare_event
keyshare_device_event(
    const keyshare_activation *device, keyshare_event_kind kind)
{
    const struct collection *collection = &device->collection;
    keyshare_event event;

    memset(&event, 0, sizeof event);
    event.size = sizeof event;
    event.kind = kind;
    event.now = device->now;
    event.task = collection->task;
    if (collection->set != NULL)
        event.set = keyshare_record_fingerprint(collection->set);
    if (collection->subject != NULL)
        event.record = keyshare_record_fingerprint(collection->subject->record);
    if (collection->replaces != NULL)
        event.replaces =
            keyshare_record_fingerprint(collection->replaces->record);
    event.limits = collection->task == KEYSHARE_TASK_LIMITS
                       ? collection->limits
                       : device->status.limits;
    return event;
}

void
keyshare_device_tell(keyshare_activation *device, keyshare_event *event)
{
    keyshare_device_update(device);
    if (device->keep == NULL)
        return;
    event->device = device->status.device;
    event->lock = device->status.lock;
    device->is_busy = true;
    if (device->keep(device->context, event) != 0)
        device->status.events_lost++;
    device->is_busy = false;
}

/* ---- Records ---- */

struct place *
keyshare_device_put(keyshare_activation *device, const keyshare_record *record,
    enum place_use use)
{
    struct place *place = device->places;

    while (place->use != PLACE_FREE)
        place++;
    place->record = keyshare_record_copy(place->room, record);
    place->use = use;
    return place;
}

struct place *
keyshare_device_find(
    keyshare_activation *device, enum place_use use, const uint8_t *fingerprint)
{
    for (size_t i = 0; i < device->bounds.places; i++) {
        struct place *place = &device->places[i];

        if (place->use == use &&
            memcmp(keyshare_record_fingerprint(place->record), fingerprint,
                KEYSHARE_FINGERPRINT_SIZE) == 0)
            return place;
    }
    return NULL;
}

struct place *
keyshare_device_find_lineage(
    keyshare_activation *device, enum place_use use, const uint8_t *lineage)
{
    for (size_t i = 0; i < device->bounds.places; i++) {
        struct place *place = &device->places[i];

        if (place->use == use && memcmp(keyshare_record_lineage(place->record),
                                     lineage, KEYSHARE_LINEAGE_SIZE) == 0)
            return place;
    }
    return NULL;
}

size_t
keyshare_device_count(const keyshare_activation *device, enum place_use use)
{
    size_t count = 0;

    for (size_t i = 0; i < device->bounds.places; i++)
        count += device->places[i].use == use;
    return count;
}

/* ---- Awake, asleep, out of service ---- */

void
keyshare_device_wake(keyshare_activation *device, const keyshare_record *record)
{
    const size_t key_len = keyshare_record_key_len(record);

    memcpy(device->lineage, keyshare_record_lineage(record),
        sizeof device->lineage);
    keyshare_hkdf_extract(device->pseudorandom, device->lineage,
        sizeof device->lineage, device->key, key_len);
    keyshare_memory_wipe(device->key, key_len);
    device->status.device = KEYSHARE_DEVICE_ACTIVE;
}

void
keyshare_device_sleep(keyshare_activation *device)
{
    keyshare_memory_wipe(device->pseudorandom, sizeof device->pseudorandom);
    keyshare_memory_wipe(device->lineage, sizeof device->lineage);
    if (device->status.device == KEYSHARE_DEVICE_ACTIVE)
        device->status.device = KEYSHARE_DEVICE_INACTIVE;
}

void
keyshare_device_retire(keyshare_activation *device)
{
    keyshare_device_sleep(device);
    for (size_t i = 0; i < device->bounds.places; i++)
        device->places[i].use = PLACE_FREE;
    device->records_changed = true;
    device->status.device = KEYSHARE_DEVICE_RETIRED;
    device->status.invalid = 0;
    device->status.lock = 0;
}

/* ---- The end of a collection ---- */

void
keyshare_device_end(keyshare_activation *device, keyshare_ending ending)
{
    struct collection *collection = &device->collection;
    keyshare_event event = keyshare_device_event(device, KEYSHARE_EVENT_ENDED);

    event.ending = ending;
    keyshare_memory_wipe(device->secrets, device->secrets_size);
    keyshare_secret_free(&device->recovered);
    if (collection->subject != NULL &&
        collection->subject->use == PLACE_REQUESTED)
        collection->subject->use = PLACE_FREE;
    memset(collection, 0, sizeof *collection);
    device->status.ending = ending;
    keyshare_device_tell(device, &event);
}
