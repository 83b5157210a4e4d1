/* SPDX-License-Identifier: ISC */
/* What stands in the files of a device's directory. */
#ifndef DEVICE_FILES_H
#define DEVICE_FILES_H

#include "device.h"

#define DEVICE_KEY      "key"
#define DEVICE_HSM      "hsm"
#define DEVICE_BLOB     "blob"
#define DEVICE_COUNTER  "counter"
#define DEVICE_RECORDS  "records"
#define DEVICE_VOLATILE "volatile"

/* The blob's number, and how many events there are. */
#define DEVICE_COUNTER_SIZE 16

/* The blob's number, and monotonic seconds; where the device is active, what
 * the library suspended. */
#define DEVICE_VOLATILE_SIZE_MIN 16
#define DEVICE_VOLATILE_SIZE_MAX                                               \
    (DEVICE_VOLATILE_SIZE_MIN + KEYSHARE_ACTIVATION_SUSPENDED_SIZE)

/* Eight bytes, big-endian. */
void device_files_put(uint8_t *bytes, uint64_t number);
uint64_t device_files_get(const uint8_t *bytes);

/* A list of encoded records, each behind its length in eight bytes. */
void device_files_add(struct buffer *list, const keyshare_record *record);
bool device_files_has(const struct buffer *list, const keyshare_record *record);

/* Decode all of them; the records and the array are the caller's to free. */
keyshare_error device_files_decode(
    const struct buffer *list, keyshare_record ***records, size_t *count);

/* Name, bounds and events of a device with these records and guests. */
void device_files_configure(struct device *device,
    keyshare_activation_config *config, const keyshare_record *const *records,
    size_t count, const struct device_guests *guests);

#endif
