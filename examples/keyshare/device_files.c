/* SPDX-License-Identifier: ISC */
/* What stands in the files of a device's directory. */
#include "device_files.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_LEN 8

/* Room in any device, beside what it holds and is to hold. */
#define RECORDS_MIN 8

void
device_files_put(uint8_t *bytes, uint64_t number)
{
    for (size_t i = NUMBER_LEN; i-- > 0; number >>= 8)
        bytes[i] = (uint8_t)number;
}

uint64_t
device_files_get(const uint8_t *bytes)
{
    uint64_t number = 0;

    for (size_t i = 0; i < NUMBER_LEN; i++)
        number = number << 8 | bytes[i];
    return number;
}

void
device_files_add(struct buffer *list, const keyshare_record *record)
{
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(record, &len);
    uint8_t number[NUMBER_LEN];

    device_files_put(number, len);
    buffer_add(list, number, sizeof number);
    buffer_add(list, bytes, len);
}

/* The next record of a list; NULL: there is none, or no whole one. */
static const uint8_t *
next(const struct buffer *list, size_t *at, size_t *len)
{
    const uint8_t *bytes;
    uint64_t number;

    if (list->len - *at < NUMBER_LEN)
        return NULL;
    number = device_files_get(list->bytes + *at);
    if (number > list->len - *at - NUMBER_LEN)
        return NULL;
    *len = (size_t)number;
    bytes = list->bytes + *at + NUMBER_LEN;
    *at += NUMBER_LEN + *len;
    return bytes;
}

bool
device_files_has(const struct buffer *list, const keyshare_record *record)
{
    size_t wanted_len;
    const uint8_t *wanted = keyshare_record_bytes(record, &wanted_len);
    const uint8_t *bytes;
    size_t len;

    for (size_t at = 0; (bytes = next(list, &at, &len)) != NULL;) {
        if (len == wanted_len && memcmp(bytes, wanted, len) == 0)
            return true;
    }
    return false;
}

keyshare_error
device_files_decode(
    const struct buffer *list, keyshare_record ***records, size_t *count)
{
    keyshare_error error = KEYSHARE_OK;
    const uint8_t *bytes;
    size_t len;
    size_t at;
    size_t all = 0;

    *count = 0;
    for (at = 0; next(list, &at, &len) != NULL;)
        all++;
    *records = calloc(all + 1, sizeof **records);
    if (*records == NULL)
        return KEYSHARE_ERR_MEMORY;
    for (at = 0;
         error == KEYSHARE_OK && (bytes = next(list, &at, &len)) != NULL;) {
        error = keyshare_record_decode(&(*records)[*count], bytes, len, NULL);
        if (error == KEYSHARE_OK)
            (*count)++;
    }
    return error == KEYSHARE_OK && at != list->len ? KEYSHARE_ERR_FORMAT
                                                   : error;
}

/* Make the bounds wide enough for a record. */
static void
widen(keyshare_activation_config *config, const keyshare_record *record)
{
    keyshare_policy policy = keyshare_record_policy(record);
    size_t key_len = keyshare_record_key_len(record);

    if (policy.threshold > config->threshold)
        config->threshold = policy.threshold;
    if (policy.count > config->count)
        config->count = policy.count;
    if (key_len > config->key_len)
        config->key_len = key_len;
}

void
device_files_configure(struct device *device,
    keyshare_activation_config *config, const keyshare_record *const *records,
    size_t count, const struct device_guests *guests)
{
    size_t guest_count = guests != NULL ? guests->count : 0;

    config->identity = device->hsm.bytes;
    config->identity_len = device->hsm.len - 1;
    config->keep = device_log_keep;
    config->context = &device->log;
    device->log.key = device->key.bytes;
    for (size_t i = 0; i < count; i++)
        widen(config, records[i]);
    for (size_t i = 0; i < guest_count; i++)
        widen(config, guests->records[i]);
    config->records = count + 1 < RECORDS_MIN ? RECORDS_MIN : count + 1;
    if (config->records > KEYSHARE_ACTIVATION_RECORDS_MAX)
        config->records = KEYSHARE_ACTIVATION_RECORDS_MAX;
}
