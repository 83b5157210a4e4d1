/* SPDX-License-Identifier: ISC */
/* Activation: a device is made, asked, used and ended. */
#include <keyshare/activation.h>

#include <string.h>

#include "device.h"
#include "latch.h"
#include "memory.h"
#include "secret.h"

/* ---- Made, and gone ---- */

size_t
keyshare_activation_memory(const keyshare_activation_config *config)
{
    return config == NULL ? 0 : keyshare_device_memory(config);
}

keyshare_error
keyshare_activation_create(keyshare_activation **activation,
    const keyshare_activation_config *config, uint64_t now)
{
    if (activation == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *activation = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (config == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    return keyshare_device_make(activation, config, now);
}

void
keyshare_activation_free(keyshare_activation **activation)
{
    if (activation == NULL || *activation == NULL || (*activation)->is_busy)
        return;
    keyshare_device_free(activation);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
}

/* ---- What can be asked ---- */

const keyshare_activation_status *
keyshare_activation_status_of(const keyshare_activation *activation)
{
    return &activation->status;
}

const keyshare_record *
keyshare_activation_record(
    const keyshare_activation *activation, size_t which, int *pending)
{
    if (pending != NULL)
        *pending = 0;
    for (size_t i = 0; i < activation->bounds.places; i++) {
        const struct place *place = &activation->places[i];

        if (place->use != PLACE_ENROLLED && place->use != PLACE_PENDING)
            continue;
        if (which-- > 0)
            continue;
        if (pending != NULL)
            *pending = place->use == PLACE_PENDING;
        return place->record;
    }
    return NULL;
}

/* ---- Time, and ends ---- */

keyshare_error
keyshare_activation_tick(keyshare_activation *activation, uint64_t now)
{
    keyshare_error error = keyshare_device_enter(activation);

    if (error == KEYSHARE_OK)
        keyshare_device_advance(activation, now);
    return error;
}

keyshare_error
keyshare_activation_cancel(keyshare_activation *activation, uint64_t now)
{
    keyshare_error error = keyshare_device_enter(activation);

    if (error != KEYSHARE_OK)
        return error;
    keyshare_device_advance(activation, now);
    if (activation->collection.task == KEYSHARE_TASK_NONE)
        return KEYSHARE_ERR_STATE;
    keyshare_device_end(activation, KEYSHARE_ENDING_CANCELLED);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_activation_tamper(keyshare_activation *activation)
{
    keyshare_error error = keyshare_device_enter(activation);

    if (error != KEYSHARE_OK)
        return error;
    keyshare_device_retire(activation);
    keyshare_device_end(activation, KEYSHARE_ENDING_TAMPER);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return KEYSHARE_OK;
}

/* ---- What a quorum was for ---- */

keyshare_error
keyshare_activation_take(
    keyshare_activation *activation, keyshare_secret **key, uint64_t now)
{
    keyshare_event event;
    keyshare_error error;

    if (key != NULL)
        *key = NULL;
    error = keyshare_device_enter(activation);
    if (error == KEYSHARE_OK && key == NULL)
        error = KEYSHARE_ERR_ARGUMENT;
    if (error != KEYSHARE_OK)
        return error;
    if (keyshare_device_advance(activation, now))
        return KEYSHARE_ERR_LIMIT;
    if (!activation->collection.ready)
        return KEYSHARE_ERR_STATE;
    *key = activation->recovered;
    activation->recovered = NULL;
    event = keyshare_device_event(activation, KEYSHARE_EVENT_TAKEN);
    keyshare_device_tell(activation, &event);
    keyshare_device_end(activation, KEYSHARE_ENDING_DONE);
    return KEYSHARE_OK;
}

/* The purpose and the device, each behind its length, so that no two pairs are
 * one string. */
static void
expand(const keyshare_activation *device, keyshare_secret *key,
    const uint8_t *purpose, size_t purpose_len)
{
    const uint8_t lens[] = {
        (uint8_t)purpose_len, (uint8_t)device->identity_len};
    const struct part info[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/activation"),
        {&lens[0], 1},
        {purpose, purpose_len},
        {&lens[1], 1},
        {device->identity, device->identity_len},
    };

    keyshare_hkdf_expand(keyshare_secret_bytes(key), keyshare_secret_len(key),
        device->pseudorandom, info, sizeof info / sizeof *info);
}

keyshare_error
keyshare_activation_derive(keyshare_activation *activation,
    keyshare_secret **key, size_t len, const uint8_t *purpose,
    size_t purpose_len)
{
    keyshare_event event;
    keyshare_error error;

    if (key == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *key = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = keyshare_device_enter(activation);
    if (error != KEYSHARE_OK)
        return error;
    if (purpose == NULL || purpose_len < 1 ||
        purpose_len > KEYSHARE_ACTIVATION_PURPOSE_SIZE_MAX || len < 1 ||
        len > KEYSHARE_ACTIVATION_DERIVED_SIZE_MAX)
        return KEYSHARE_ERR_ARGUMENT;
    if (activation->status.device != KEYSHARE_DEVICE_ACTIVE)
        return KEYSHARE_ERR_STATE;
    *key = keyshare_secret_new(len);
    if (*key == NULL)
        return KEYSHARE_ERR_MEMORY;
    expand(activation, *key, purpose, purpose_len);
    event = keyshare_device_event(activation, KEYSHARE_EVENT_DERIVED);
    event.purpose = purpose;
    event.purpose_len = purpose_len;
    keyshare_device_tell(activation, &event);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return KEYSHARE_OK;
}
