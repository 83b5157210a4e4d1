/* SPDX-License-Identifier: ISC */
/* The beginning of a collection: what its quorum will consent to. */
#include <keyshare/activation.h>

#include <string.h>

#include "collection.h"
#include "enrolment.h"
#include "latch.h"
#include "record.h"
#include "secret.h"

/* What is asked, checked for its form, as far as every task has it. */
static bool
is_well_made(const keyshare_request *request)
{
    if (request->size < sizeof *request ||
        (request->chain == NULL && request->chain_count > 0))
        return false;
    for (size_t i = 0; i < request->chain_count; i++)
        if (request->chain[i] == NULL)
            return false;
    return true;
}

/* A quorum of sets that the device has. */
static keyshare_error
begin_with_own(keyshare_activation *device)
{
    return keyshare_collection_has_open(device) ? KEYSHARE_OK
                                                : KEYSHARE_ERR_STATE;
}

static keyshare_error
begin_limits(keyshare_activation *device, const keyshare_request *request)
{
    if (!keyshare_device_takes_limits(&request->limits))
        return KEYSHARE_ERR_ARGUMENT;
    device->collection.limits = request->limits;
    return begin_with_own(device);
}

static keyshare_error
begin_drop(keyshare_activation *device, const keyshare_request *request)
{
    if (request->fingerprint == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    device->collection.subject =
        keyshare_device_find(device, PLACE_PENDING, request->fingerprint);
    return device->collection.subject != NULL ? KEYSHARE_OK
                                              : KEYSHARE_ERR_UNEXPECTED;
}

static keyshare_error
begin_recover(keyshare_activation *device, const keyshare_request *request)
{
    const keyshare_record *record = request->record;
    keyshare_role role;

    if (record == NULL || request->fingerprint == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if (memcmp(request->fingerprint, keyshare_record_fingerprint(record),
            KEYSHARE_FINGERPRINT_SIZE) != 0)
        return KEYSHARE_ERR_UNEXPECTED;
    role = keyshare_record_policy(record).role;
    if (role != KEYSHARE_ROLE_RKSH && role != KEYSHARE_ROLE_TRANSFER)
        return KEYSHARE_ERR_ROLE;
    if (!keyshare_device_holds(device, record))
        return KEYSHARE_ERR_SPACE;
    device->recovered = keyshare_secret_new(keyshare_record_key_len(record));
    if (device->recovered == NULL)
        return KEYSHARE_ERR_MEMORY;
    device->collection.subject =
        keyshare_device_put(device, record, PLACE_REQUESTED);
    return KEYSHARE_OK;
}

static keyshare_error
begin_task(keyshare_activation *device, const keyshare_request *request)
{
    const bool is_active = device->status.device == KEYSHARE_DEVICE_ACTIVE;

    device->collection.task = request->task;
    switch (request->task) {
    case KEYSHARE_TASK_NONE: break;
    case KEYSHARE_TASK_ACTIVATE:
        return is_active ? KEYSHARE_ERR_STATE : begin_with_own(device);
    case KEYSHARE_TASK_DEACTIVATE:
        return is_active ? begin_with_own(device) : KEYSHARE_ERR_STATE;
    case KEYSHARE_TASK_ENROL: return keyshare_enrolment_begin(device, request);
    case KEYSHARE_TASK_LIMITS: return begin_limits(device, request);
    case KEYSHARE_TASK_RETIRE: return begin_with_own(device);
    case KEYSHARE_TASK_DROP: return begin_drop(device, request);
    case KEYSHARE_TASK_RECOVER: return begin_recover(device, request);
    }
    return KEYSHARE_ERR_ARGUMENT;
}

/* In factory state nobody is there to authorise. */
static void
do_at_once(keyshare_activation *device)
{
    switch (device->collection.task) {
    case KEYSHARE_TASK_ENROL: keyshare_enrolment_authorise(device); break;
    case KEYSHARE_TASK_DROP:
        keyshare_enrolment_drop(device);
        keyshare_device_end(device, KEYSHARE_ENDING_DONE);
        break;
    case KEYSHARE_TASK_NONE:
    case KEYSHARE_TASK_ACTIVATE:
    case KEYSHARE_TASK_DEACTIVATE:
    case KEYSHARE_TASK_LIMITS:
    case KEYSHARE_TASK_RETIRE:
    case KEYSHARE_TASK_RECOVER: break;
    }
}

static keyshare_error
begin(keyshare_activation *device, const keyshare_request *request)
{
    keyshare_event event;
    keyshare_error error = begin_task(device, request);

    if (error != KEYSHARE_OK) {
        memset(&device->collection, 0, sizeof device->collection);
        return error;
    }
    device->status.collecting = device->status.limits.collecting;
    device->status.ending = KEYSHARE_ENDING_NONE;
    event = keyshare_device_event(device, KEYSHARE_EVENT_BEGUN);
    keyshare_device_tell(device, &event);
    if (device->status.device == KEYSHARE_DEVICE_FACTORY)
        do_at_once(device);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_activation_begin(keyshare_activation *activation,
    const keyshare_request *request, uint64_t now)
{
    keyshare_error error;

    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = keyshare_device_enter(activation);
    if (error != KEYSHARE_OK)
        return error;
    if (request == NULL || !is_well_made(request))
        return KEYSHARE_ERR_ARGUMENT;
    keyshare_device_advance(activation, now);
    if (activation->status.lock > 0) {
        keyshare_event event =
            keyshare_device_event(activation, KEYSHARE_EVENT_REFUSED);

        event.task = request->task;
        keyshare_device_tell(activation, &event);
        return KEYSHARE_ERR_LIMIT;
    }
    if (activation->status.device == KEYSHARE_DEVICE_RETIRED ||
        activation->collection.task != KEYSHARE_TASK_NONE)
        return KEYSHARE_ERR_STATE;
    error = begin(activation, request);
    keyshare_device_update(activation);
    return error;
}
