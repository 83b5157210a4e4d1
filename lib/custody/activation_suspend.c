/* SPDX-License-Identifier: ISC */
/* What a device holds in volatile memory, sealed for another process.
 *
 *   version (1, 01) . sequence number of the last blob (8) . lineage (16) .
 *   seal (32) . pseudorandom key, covered (32)
 *
 * seal  = HMAC-SHA-256 of "libkeyshare/v1/activation/suspended", the identity
 *         behind its length (1), the first three fields, the pseudorandom key
 * cover = HMAC-SHA-256 of "libkeyshare/v1/activation/cover" and the seal
 *
 * both under the device's key, the cover XORed onto the key. The cover comes of
 * the seal, so nothing has to be drawn: two suspended devices have the same
 * cover only if all that is sealed is the same [RFC5297].
 *
 * [RFC5297] Synthetic Initialization Vector (SIV) Authenticated Encryption, 1.3.
 */
#include <keyshare/activation.h>

#include <string.h>

#include "ct.h"
#include "device.h"
#include "hash.h"
#include "latch.h"
#include "memory.h"
#include "reveal.h"
#include "wire.h"

#define VERSION       1
#define SEQUENCE_AT   1
#define SEQUENCE_SIZE 8
#define LINEAGE_AT    (SEQUENCE_AT + SEQUENCE_SIZE)
#define SEAL_AT       (LINEAGE_AT + KEYSHARE_LINEAGE_SIZE)
#define COVERED_AT    (SEAL_AT + KEYSHARE_SHA256_SIZE)
#define END           (COVERED_AT + KEYSHARE_HKDF_KEY_SIZE)

_Static_assert(END == KEYSHARE_ACTIVATION_SUSPENDED_SIZE, "as the header says");
_Static_assert(KEYSHARE_HKDF_KEY_SIZE == KEYSHARE_SHA256_SIZE,
    "one digest covers the key");

/* @secret seal, pseudorandom, key */
static void
make_seal(uint8_t *seal, const keyshare_activation *device,
    const uint8_t *suspended, const uint8_t *pseudorandom, const uint8_t *key)
{
    const uint8_t identity_len = (uint8_t)device->identity_len;
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/activation/suspended"),
        {&identity_len, 1},
        {device->identity, device->identity_len},
        {suspended, SEAL_AT},
        {pseudorandom, KEYSHARE_HKDF_KEY_SIZE},
    };

    keyshare_hash_hmac_sha256(seal, key, KEYSHARE_ACTIVATION_KEY_SIZE, parts,
        sizeof parts / sizeof *parts);
}

/* to = from, covered or uncovered; the seal is public.
 * @secret from, to, key */
static void
cover(uint8_t *to, const uint8_t *from, const uint8_t *seal, const uint8_t *key)
{
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/activation/cover"),
        {seal, KEYSHARE_SHA256_SIZE},
    };
    uint8_t bytes[KEYSHARE_HKDF_KEY_SIZE];

    keyshare_hash_hmac_sha256(bytes, key, KEYSHARE_ACTIVATION_KEY_SIZE, parts,
        sizeof parts / sizeof *parts);
    for (size_t i = 0; i < sizeof bytes; i++)
        to[i] = from[i] ^ bytes[i];
    keyshare_memory_wipe(bytes, sizeof bytes);
}

keyshare_error
keyshare_activation_suspend(
    keyshare_activation *activation, uint8_t *suspended, const uint8_t *key)
{
    keyshare_event event;
    keyshare_error error;

    if (suspended == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    memset(suspended, 0, END);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = keyshare_device_enter(activation);
    if (error == KEYSHARE_OK && key == NULL)
        error = KEYSHARE_ERR_ARGUMENT;
    if (error != KEYSHARE_OK)
        return error;
    if (activation->status.device != KEYSHARE_DEVICE_ACTIVE ||
        activation->status.changed)
        return KEYSHARE_ERR_STATE;
    suspended[0] = VERSION;
    keyshare_wire_put(
        suspended + SEQUENCE_AT, SEQUENCE_SIZE, activation->status.sequence);
    memcpy(suspended + LINEAGE_AT, activation->lineage, KEYSHARE_LINEAGE_SIZE);
    make_seal(suspended + SEAL_AT, activation, suspended,
        activation->pseudorandom, key);
    keyshare_reveal_bytes(
        suspended + SEAL_AT, KEYSHARE_SHA256_SIZE, REVEAL_SEAL);
    cover(suspended + COVERED_AT, activation->pseudorandom, suspended + SEAL_AT,
        key);
    event = keyshare_device_event(activation, KEYSHARE_EVENT_SUSPENDED);
    keyshare_device_tell(activation, &event);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return KEYSHARE_OK;
}

/* OK, DAMAGED, or why this is no time for it. */
static keyshare_error
wake(keyshare_activation *device, const uint8_t *suspended, const uint8_t *key)
{
    const uint8_t *lineage = suspended + LINEAGE_AT;
    uint8_t pseudorandom[KEYSHARE_HKDF_KEY_SIZE];
    uint8_t right[KEYSHARE_SHA256_SIZE];
    uint32_t is_same;

    if (suspended[0] != VERSION)
        return KEYSHARE_ERR_VERSION;
    cover(pseudorandom, suspended + COVERED_AT, suspended + SEAL_AT, key);
    make_seal(right, device, suspended, pseudorandom, key);
    is_same = keyshare_ct_equal(right, suspended + SEAL_AT, sizeof right);
    keyshare_memory_wipe(right, sizeof right);
    if (!keyshare_reveal_mask(is_same, REVEAL_SEAL)) {
        keyshare_memory_wipe(pseudorandom, sizeof pseudorandom);
        return KEYSHARE_ERR_DAMAGED;
    }
    if (keyshare_wire_get(suspended + SEQUENCE_AT, SEQUENCE_SIZE) !=
            device->status.sequence ||
        keyshare_device_find_lineage(device, PLACE_ENROLLED, lineage) == NULL) {
        keyshare_memory_wipe(pseudorandom, sizeof pseudorandom);
        return KEYSHARE_ERR_ROLLBACK;
    }
    memcpy(device->lineage, lineage, sizeof device->lineage);
    memcpy(device->pseudorandom, pseudorandom, sizeof pseudorandom);
    keyshare_memory_wipe(pseudorandom, sizeof pseudorandom);
    device->status.device = KEYSHARE_DEVICE_ACTIVE;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_activation_resume(keyshare_activation *activation,
    const uint8_t *suspended, const uint8_t *key)
{
    keyshare_event event;
    keyshare_error error;

    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = keyshare_device_enter(activation);
    if (error == KEYSHARE_OK && (suspended == NULL || key == NULL))
        error = KEYSHARE_ERR_ARGUMENT;
    if (error != KEYSHARE_OK)
        return error;
    if (activation->status.device != KEYSHARE_DEVICE_INACTIVE ||
        activation->status.task != KEYSHARE_TASK_NONE ||
        activation->status.changed)
        return KEYSHARE_ERR_STATE;
    error = wake(activation, suspended, key);
    if (error == KEYSHARE_OK) {
        event = keyshare_device_event(activation, KEYSHARE_EVENT_RESUMED);
        keyshare_device_tell(activation, &event);
    }
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}
