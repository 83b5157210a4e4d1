/* SPDX-License-Identifier: ISC */
/* What survives a restart: the blob E4, exported and imported.
 *
 *   80 version (01) . 81 SHA-256 of the device's identity (32) .
 *   82 sequence number (8) . 83 state (00 factory, 01 commissioned, 02 retired) .
 *   84 limits: invalid cards, seconds collecting, seconds locked (4 each) .
 *   85 invalid cards in a row (4) . 86 seconds left of the lock (4) .
 *   87 records, 54 bytes each: fingerprint (32), role (1), lineage (16),
 *      epoch (4), pending (00 or 01) .
 *   88 HMAC-SHA-256 of "libkeyshare/v1/activation/blob" and 80..87 as encoded,
 *      under the device's key
 *
 * Canonical as records are. Nothing in it is secret, nor ever active.
 */
#include <keyshare/activation.h>

#include <string.h>

#include "ct.h"
#include "device.h"
#include "hash.h"
#include "latch.h"
#include "memory.h"
#include "reveal.h"
#include "tlv.h"
#include "wire.h"

#define BLOB_TAG 0xe4
#define VERSION  1

enum tag {
    TAG_VERSION = 0x80,
    TAG_IDENTITY = 0x81,
    TAG_SEQUENCE = 0x82,
    TAG_STATE = 0x83,
    TAG_LIMITS = 0x84,
    TAG_INVALID = 0x85,
    TAG_LOCK = 0x86,
    TAG_RECORDS = 0x87,
    TAG_MAC = 0x88
};

enum state {
    STATE_FACTORY,
    STATE_COMMISSIONED,
    STATE_RETIRED
};

#define SEQUENCE_SIZE 8
#define NUMBER_SIZE   4
#define LIMITS_SIZE   (3 * NUMBER_SIZE)
#define RECORD_SIZE                                                            \
    (KEYSHARE_FINGERPRINT_SIZE + 1 + KEYSHARE_LINEAGE_SIZE + NUMBER_SIZE + 1)

static void
hash_identity(uint8_t *digest, const keyshare_activation *device)
{
    const struct part part = {device->identity, device->identity_len};

    keyshare_hash_sha256(digest, &part, 1);
}

static void
make_mac(uint8_t *mac, const uint8_t *key, const uint8_t *bytes, size_t len)
{
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/activation/blob"), {bytes, len}};

    keyshare_hash_hmac_sha256(mac, key, KEYSHARE_ACTIVATION_KEY_SIZE, parts, 2);
}

/* ---- Export ---- */

static bool
is_listed(const struct place *place)
{
    return place->use == PLACE_ENROLLED || place->use == PLACE_PENDING;
}

static size_t
count_listed(const keyshare_activation *device)
{
    return keyshare_device_count(device, PLACE_ENROLLED) +
           keyshare_device_count(device, PLACE_PENDING);
}

/* Bytes of 80..87. */
static size_t
content_size(const keyshare_activation *device)
{
    return 2 * keyshare_tlv_size(1) + keyshare_tlv_size(KEYSHARE_SHA256_SIZE) +
           keyshare_tlv_size(SEQUENCE_SIZE) + keyshare_tlv_size(LIMITS_SIZE) +
           2 * keyshare_tlv_size(NUMBER_SIZE) +
           keyshare_tlv_size(count_listed(device) * RECORD_SIZE);
}

static uint8_t *
put_bytes(uint8_t *place, const uint8_t *bytes, size_t len)
{
    memcpy(place, bytes, len);
    return place + len;
}

static uint8_t *
put_number(uint8_t *place, size_t len, uint64_t x)
{
    keyshare_wire_put(place, len, x);
    return place + len;
}

static void
write_records(struct tlv_writer *writer, const keyshare_activation *device)
{
    uint8_t *at = keyshare_tlv_reserve(
        writer, TAG_RECORDS, count_listed(device) * RECORD_SIZE);

    for (size_t i = 0; i < device->bounds.places; i++) {
        const struct place *place = &device->places[i];
        const keyshare_record *record = place->record;

        if (!is_listed(place))
            continue;
        at = put_bytes(
            at, keyshare_record_fingerprint(record), KEYSHARE_FINGERPRINT_SIZE);
        at = put_number(at, 1, keyshare_record_policy(record).role);
        at = put_bytes(
            at, keyshare_record_lineage(record), KEYSHARE_LINEAGE_SIZE);
        at = put_number(at, NUMBER_SIZE, keyshare_record_epoch(record));
        at = put_number(at, 1, place->use == PLACE_PENDING);
    }
}

static enum state
state_of(const struct persistent *now)
{
    if (now->is_retired)
        return STATE_RETIRED;
    return now->is_factory ? STATE_FACTORY : STATE_COMMISSIONED;
}

static void
write_content(struct tlv_writer *writer, const keyshare_activation *device,
    const struct persistent *now, uint64_t sequence)
{
    const keyshare_limits *limits = &now->limits;
    uint8_t identity[KEYSHARE_SHA256_SIZE];
    uint32_t lock = 0;
    uint8_t *at;

    /* Locked by what would be invalid, or still. */
    if (now->is_locked)
        lock = device->status.lock > 0 ? device->status.lock : limits->lock;
    hash_identity(identity, device);
    keyshare_tlv_write_integer(writer, TAG_VERSION, 1, VERSION);
    keyshare_tlv_write(writer, TAG_IDENTITY, identity, sizeof identity);
    keyshare_tlv_write_integer(writer, TAG_SEQUENCE, SEQUENCE_SIZE, sequence);
    keyshare_tlv_write_integer(writer, TAG_STATE, 1, state_of(now));
    at = keyshare_tlv_reserve(writer, TAG_LIMITS, LIMITS_SIZE);
    at = put_number(at, NUMBER_SIZE, limits->invalid);
    at = put_number(at, NUMBER_SIZE, limits->collecting);
    put_number(at, NUMBER_SIZE, limits->lock);
    keyshare_tlv_write_integer(writer, TAG_INVALID, NUMBER_SIZE, now->invalid);
    keyshare_tlv_write_integer(writer, TAG_LOCK, NUMBER_SIZE, lock);
    write_records(writer, device);
}

keyshare_error
keyshare_activation_export(keyshare_activation *activation, uint8_t *blob,
    size_t size, size_t *len, const uint8_t *key, uint64_t now)
{
    struct tlv_writer writer = {blob, 0};
    struct persistent persistent;
    keyshare_event event;
    size_t content;
    uint8_t *start, *mac;
    keyshare_error error;

    if (len != NULL)
        *len = 0;
    if (blob == NULL || len == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    memset(blob, 0, size);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = keyshare_device_enter(activation);
    if (error != KEYSHARE_OK)
        return error;
    if (key == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    keyshare_device_advance(activation, now);
    content =
        content_size(activation) + keyshare_tlv_size(KEYSHARE_SHA256_SIZE);
    if (size < keyshare_tlv_size(content))
        return KEYSHARE_ERR_SPACE;
    persistent = keyshare_device_persistent(activation);
    keyshare_tlv_open(&writer, BLOB_TAG, content);
    start = blob + writer.used;
    write_content(
        &writer, activation, &persistent, activation->status.sequence + 1);
    content = (size_t)(blob + writer.used - start);
    mac = keyshare_tlv_reserve(&writer, TAG_MAC, KEYSHARE_SHA256_SIZE);
    make_mac(mac, key, start, content);
    keyshare_reveal_bytes(mac, KEYSHARE_SHA256_SIZE, REVEAL_SEAL);
    *len = writer.used;
    activation->status.sequence++;
    activation->saved = persistent;
    activation->records_changed = false;
    event = keyshare_device_event(activation, KEYSHARE_EVENT_EXPORTED);
    event.sequence = activation->status.sequence;
    keyshare_device_tell(activation, &event);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return KEYSHARE_OK;
}

/* ---- Import ---- */

/* What a blob says. */
struct content {
    const uint8_t *identity;
    uint64_t sequence;
    uint64_t state;
    keyshare_limits limits;
    uint32_t invalid;
    uint32_t lock;
    const uint8_t *records;
    size_t record_count;
};

static bool
read_integer(struct tlv_reader *reader, uint8_t tag, size_t len, uint64_t *x)
{
    struct tlv object;

    if (!keyshare_tlv_read(reader, tag, &object) || object.len != len)
        return false;
    *x = keyshare_wire_get(object.value, len);
    return true;
}

static bool
read_limits(struct tlv_reader *reader, keyshare_limits *limits)
{
    struct tlv object;

    if (!keyshare_tlv_read(reader, TAG_LIMITS, &object) ||
        object.len != LIMITS_SIZE)
        return false;
    limits->invalid = (uint32_t)keyshare_wire_get(object.value, NUMBER_SIZE);
    limits->collecting =
        (uint32_t)keyshare_wire_get(object.value + NUMBER_SIZE, NUMBER_SIZE);
    limits->lock = (uint32_t)keyshare_wire_get(
        object.value + 2 * NUMBER_SIZE, NUMBER_SIZE);
    return keyshare_device_takes_limits(limits);
}

/* How many entries have LEN bytes; false: none does. No division is compiled in
 * the library, so that nobody has to ask of what. */
static bool
count_entries(size_t *count, size_t len)
{
    for (*count = 0; len >= RECORD_SIZE; len -= RECORD_SIZE)
        ++*count;
    return len == 0;
}

/* 81..87, behind the version; whether they are what an export writes. */
static bool
read_content(struct content *content, struct tlv_reader *reader)
{
    struct tlv identity, records;
    uint64_t invalid, lock;

    if (!keyshare_tlv_read(reader, TAG_IDENTITY, &identity) ||
        identity.len != KEYSHARE_SHA256_SIZE ||
        !read_integer(
            reader, TAG_SEQUENCE, SEQUENCE_SIZE, &content->sequence) ||
        !read_integer(reader, TAG_STATE, 1, &content->state) ||
        content->state > STATE_RETIRED ||
        !read_limits(reader, &content->limits) ||
        !read_integer(reader, TAG_INVALID, NUMBER_SIZE, &invalid) ||
        !read_integer(reader, TAG_LOCK, NUMBER_SIZE, &lock) ||
        !keyshare_tlv_read(reader, TAG_RECORDS, &records) ||
        !count_entries(&content->record_count, records.len))
        return false;
    content->identity = identity.value;
    content->invalid = (uint32_t)invalid;
    content->lock = (uint32_t)lock;
    content->records = records.value;
    return invalid <= content->limits.invalid && lock <= content->limits.lock;
}

/* Form, version, and whether this device's key sealed it. */
static keyshare_error
open_blob(struct content *content, const keyshare_blob *blob)
{
    struct tlv_reader reader = {blob->bytes, blob->len};
    struct tlv whole, version, mac;
    uint8_t right[KEYSHARE_SHA256_SIZE];
    bool is_form, is_sealed;

    if (!keyshare_tlv_read(&reader, BLOB_TAG, &whole) || reader.left > 0)
        return KEYSHARE_ERR_FORMAT;
    reader = (struct tlv_reader){whole.value, whole.len};
    if (!keyshare_tlv_read(&reader, TAG_VERSION, &version) || version.len != 1)
        return KEYSHARE_ERR_FORMAT;
    if (version.value[0] != VERSION)
        return KEYSHARE_ERR_VERSION;
    is_form = read_content(content, &reader);
    make_mac(
        right, blob->key, whole.value, (size_t)(reader.bytes - whole.value));
    if (!keyshare_tlv_read(&reader, TAG_MAC, &mac) ||
        mac.len != KEYSHARE_SHA256_SIZE || reader.left > 0)
        is_form = false;
    is_sealed = is_form && keyshare_reveal_mask(keyshare_ct_equal(right,
                                                    mac.value, sizeof right),
                               REVEAL_SEAL);
    keyshare_memory_wipe(right, sizeof right);
    if (!is_form)
        return KEYSHARE_ERR_FORMAT;
    return is_sealed ? KEYSHARE_OK : KEYSHARE_ERR_DAMAGED;
}

static const keyshare_record *
find_given(const keyshare_blob *blob, const uint8_t *fingerprint)
{
    for (size_t i = 0; i < blob->record_count; i++)
        if (memcmp(keyshare_record_fingerprint(blob->records[i]), fingerprint,
                KEYSHARE_FINGERPRINT_SIZE) == 0)
            return blob->records[i];
    return NULL;
}

static keyshare_error
take_records(keyshare_activation *device, const struct content *content,
    const keyshare_blob *blob)
{
    if (content->record_count >= device->bounds.places)
        return KEYSHARE_ERR_SPACE;
    for (size_t i = 0; i < content->record_count; i++) {
        const uint8_t *entry = content->records + i * RECORD_SIZE;
        const keyshare_record *record = find_given(blob, entry);

        if (record == NULL)
            return KEYSHARE_ERR_UNEXPECTED;
        if (!keyshare_device_holds(device, record))
            return KEYSHARE_ERR_SPACE;
        keyshare_device_put(device, record,
            entry[RECORD_SIZE - 1] != 0 ? PLACE_PENDING : PLACE_ENROLLED);
    }
    return KEYSHARE_OK;
}

static keyshare_error
take_content(keyshare_activation *device, const struct content *content,
    const keyshare_blob *blob)
{
    keyshare_activation_status *status = &device->status;
    uint8_t identity[KEYSHARE_SHA256_SIZE];
    keyshare_error error;

    if (content->sequence < blob->least)
        return KEYSHARE_ERR_ROLLBACK;
    hash_identity(identity, device);
    if (memcmp(identity, content->identity, sizeof identity) != 0)
        return KEYSHARE_ERR_UNEXPECTED;
    error = take_records(device, content, blob);
    if (error != KEYSHARE_OK)
        return error;
    status->device = content->state == STATE_FACTORY ? KEYSHARE_DEVICE_FACTORY
                     : content->state == STATE_RETIRED
                         ? KEYSHARE_DEVICE_RETIRED
                         : KEYSHARE_DEVICE_INACTIVE;
    status->limits = content->limits;
    status->invalid = content->invalid;
    status->lock = content->lock;
    status->sequence = content->sequence;
    device->saved = keyshare_device_persistent(device);
    keyshare_device_update(device);
    return KEYSHARE_OK;
}

static bool
is_well_made(const keyshare_blob *blob)
{
    if (blob->size < sizeof *blob || blob->bytes == NULL || blob->key == NULL ||
        (blob->records == NULL && blob->record_count > 0))
        return false;
    for (size_t i = 0; i < blob->record_count; i++)
        if (blob->records[i] == NULL)
            return false;
    return true;
}

keyshare_error
keyshare_activation_import(keyshare_activation **activation,
    const keyshare_activation_config *config, const keyshare_blob *blob,
    uint64_t now)
{
    struct content content;
    keyshare_error error;

    if (activation == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *activation = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (config == NULL || blob == NULL || !is_well_made(blob))
        return KEYSHARE_ERR_ARGUMENT;
    memset(&content, 0, sizeof content);
    error = keyshare_device_make(activation, config, now);
    if (error == KEYSHARE_OK)
        error = open_blob(&content, blob);
    if (error == KEYSHARE_OK)
        error = take_content(*activation, &content, blob);
    if (error != KEYSHARE_OK)
        keyshare_activation_free(activation);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}
