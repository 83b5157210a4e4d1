/* SPDX-License-Identifier: ISC */
/* Enrolment: which record may follow which, and when it comes into force. */
#include "enrolment.h"

#include <string.h>

#include "record.h"

/* ---- Successors ---- */

static bool
same_fingerprint(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, KEYSHARE_FINGERPRINT_SIZE) == 0;
}

/* Whether NEXT, which names PREVIOUS, is one that can follow it. Both were
 * decoded, NEXT's proof with it: then a quorum of some set of the lineage, or
 * who kept an opening, made it. */
static bool
follows(const keyshare_record *next, const keyshare_record *previous)
{
    const struct scheme *scheme = keyshare_record_scheme(next);

    return memcmp(keyshare_record_lineage(next),
               keyshare_record_lineage(previous), KEYSHARE_LINEAGE_SIZE) == 0 &&
           keyshare_record_epoch(next) ==
               (uint64_t)keyshare_record_epoch(previous) + 1 &&
           scheme == keyshare_record_scheme(previous) &&
           keyshare_record_key_len(next) == keyshare_record_key_len(previous) &&
           scheme->same_key(
               keyshare_record_set(next), keyshare_record_set(previous));
}

static const keyshare_record *
find_between(const keyshare_request *request, const uint8_t *fingerprint)
{
    for (size_t i = 0; i < request->chain_count; i++)
        if (same_fingerprint(
                keyshare_record_fingerprint(request->chain[i]), fingerprint))
            return request->chain[i];
    return NULL;
}

/* Whether the requested record descends from an enrolled one. Each step is to
 * a lower epoch: it ends. */
static bool
descends(const keyshare_request *request, const keyshare_record *enrolled)
{
    const keyshare_record *record = request->record;

    for (;;) {
        const uint8_t *name = keyshare_record_predecessor(record);
        const keyshare_record *previous;

        if (name == NULL)
            return false;
        if (same_fingerprint(name, keyshare_record_fingerprint(enrolled)))
            return follows(record, enrolled);
        previous = find_between(request, name);
        if (previous == NULL || !follows(record, previous))
            return false;
        record = previous;
    }
}

/* ---- What may be enrolled ---- */

/* Records in force and pending, with the new one, once it is pending. */
static size_t
count_with(keyshare_activation *device, const keyshare_record *record)
{
    const size_t enrolled = keyshare_device_count(device, PLACE_ENROLLED);
    const size_t pending = keyshare_device_count(device, PLACE_PENDING);

    /* There it takes the place of any other. */
    if (device->status.device == KEYSHARE_DEVICE_FACTORY)
        return 1;
    return enrolled + pending + 1 -
           (keyshare_device_find_lineage(device, PLACE_PENDING,
                keyshare_record_lineage(record)) != NULL);
}

static keyshare_error
check_record(const keyshare_activation *device, const keyshare_request *request)
{
    const keyshare_policy policy = keyshare_record_policy(request->record);

    if (request->fingerprint != NULL &&
        !same_fingerprint(
            request->fingerprint, keyshare_record_fingerprint(request->record)))
        return KEYSHARE_ERR_UNEXPECTED;
    if (policy.role != KEYSHARE_ROLE_CO && policy.role != KEYSHARE_ROLE_SO)
        return KEYSHARE_ERR_ROLE;
    if (keyshare_policy_check(&policy) != KEYSHARE_OK)
        return KEYSHARE_ERR_POLICY;
    if (keyshare_record_key_len(request->record) <
        KEYSHARE_ACTIVATION_KEY_LEN_MIN)
        return KEYSHARE_ERR_KEY_LENGTH;
    if (!keyshare_device_holds(device, request->record))
        return KEYSHARE_ERR_SPACE;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_enrolment_begin(
    keyshare_activation *device, const keyshare_request *request)
{
    struct collection *collection = &device->collection;
    struct place *enrolled;
    keyshare_error error;

    if (request->record == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    error = check_record(device, request);
    if (error != KEYSHARE_OK)
        return error;
    enrolled = keyshare_device_find_lineage(
        device, PLACE_ENROLLED, keyshare_record_lineage(request->record));
    if (enrolled != NULL) {
        if (keyshare_record_policy(enrolled->record).role !=
            keyshare_record_policy(request->record).role)
            return KEYSHARE_ERR_ROLE;
        if (!descends(request, enrolled->record))
            return KEYSHARE_ERR_LINEAGE;
    }
    /* One place more than records is there, for what is requested. */
    if (count_with(device, request->record) >= device->bounds.places)
        return KEYSHARE_ERR_SPACE;
    collection->replaces = enrolled;
    collection->subject =
        keyshare_device_put(device, request->record, PLACE_REQUESTED);
    return KEYSHARE_OK;
}

/* ---- Pending, and in force ---- */

void
keyshare_enrolment_authorise(keyshare_activation *device)
{
    struct collection *collection = &device->collection;
    struct place *subject = collection->subject;
    const uint8_t *lineage = keyshare_record_lineage(subject->record);
    const bool is_factory = device->status.device == KEYSHARE_DEVICE_FACTORY;
    keyshare_event event;

    for (size_t i = 0; i < device->bounds.places; i++) {
        struct place *place = &device->places[i];

        if (place->use == PLACE_PENDING &&
            (is_factory || memcmp(keyshare_record_lineage(place->record),
                               lineage, KEYSHARE_LINEAGE_SIZE) == 0))
            place->use = PLACE_FREE;
    }
    subject->use = PLACE_PENDING;
    collection->authorised = true;
    device->records_changed = true;
    event = keyshare_device_event(device, KEYSHARE_EVENT_PENDING);
    keyshare_device_tell(device, &event);
}

void
keyshare_enrolment_put_in_force(
    keyshare_activation *device, struct place *place)
{
    struct place *older = keyshare_device_find_lineage(
        device, PLACE_ENROLLED, keyshare_record_lineage(place->record));
    keyshare_event event =
        keyshare_device_event(device, KEYSHARE_EVENT_ENROLLED);

    event.record = keyshare_record_fingerprint(place->record);
    event.replaces = NULL;
    if (older != NULL) {
        event.replaces = keyshare_record_fingerprint(older->record);
        older->use = PLACE_FREE;
    }
    place->use = PLACE_ENROLLED;
    device->records_changed = true;
    if (device->status.device == KEYSHARE_DEVICE_FACTORY)
        device->status.device = KEYSHARE_DEVICE_INACTIVE;
    keyshare_device_tell(device, &event);
}

void
keyshare_enrolment_drop(keyshare_activation *device)
{
    keyshare_event event =
        keyshare_device_event(device, KEYSHARE_EVENT_DROPPED);

    device->collection.subject->use = PLACE_FREE;
    device->records_changed = true;
    keyshare_device_tell(device, &event);
}
