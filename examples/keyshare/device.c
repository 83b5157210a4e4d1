/* SPDX-License-Identifier: ISC */
/* A device for drills: a directory that stands for an HSM. What is written,
 * and in which order. */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "device_files.h"
#include "interrupt.h"
#include "say.h"
#include "store.h"
#include "text.h"

uint64_t
device_now(void)
{
    struct timespec now = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec;
}

const keyshare_activation_status *
device_status(const struct device *device)
{
    return keyshare_activation_status_of(device->activation);
}

const char *
device_state(const struct device *device)
{
    const keyshare_device state = device_status(device)->device;

    return keyshare_device_text(
        state == KEYSHARE_DEVICE_FACTORY ? KEYSHARE_DEVICE_INACTIVE : state);
}

/* Say that a file, or the directory (NULL), could not be dealt with. */
static enum status
fail(const struct device *device, const char *name, int error)
{
    struct shown text;

    complain("%s%s%s: %s", shown(&text, device->path), name != NULL ? "/" : "",
        name != NULL ? name : "", strerror(error));
    return STATUS_SYSTEM;
}

static enum status
fail_inside(keyshare_error error)
{
    complain("%s", keyshare_error_text(error));
    return status_of(error);
}

/* ---- Written ---- */

/* What the library holds, one behind the other; and before them, with MORE,
 * what is there already. */
static enum status
list_records(const struct device *device, struct buffer *list, bool more)
{
    const keyshare_record *record;

    if (more)
        buffer_add(list, device->records.bytes, device->records.len);
    for (size_t i = 0; (record = keyshare_activation_record(
                            device->activation, i, NULL)) != NULL;
         i++) {
        if (!more || !device_files_has(&device->records, record))
            device_files_add(list, record);
    }
    return list->failed ? fail(device, NULL, ENOMEM) : STATUS_YES;
}

/* The records: before the blob is written those of the old one and the new
 * one, then those of the new one alone. */
static enum status
write_records(struct device *device, bool more)
{
    struct buffer list = BUFFER_INIT;
    enum status status = list_records(device, &list, more);
    int error;

    if (status != STATUS_YES ||
        (list.len == device->records.len &&
            (list.len == 0 ||
                memcmp(list.bytes, device->records.bytes, list.len) == 0))) {
        buffer_free(&list);
        return status;
    }
    error = sealed_write(device->folder, DEVICE_RECORDS, device->key.bytes,
        list.bytes, list.len);
    buffer_free(&device->records);
    device->records = list;
    return error == 0 ? STATUS_YES : fail(device, DEVICE_RECORDS, error);
}

static enum status
write_blob(struct device *device)
{
    uint8_t
        blob[KEYSHARE_ACTIVATION_BLOB_SIZE(KEYSHARE_ACTIVATION_RECORDS_MAX)];
    size_t len;
    keyshare_error error;
    int failure;

    device->time = device_now();
    error = keyshare_activation_export(device->activation, blob, sizeof blob,
        &len, device->key.bytes, device->time);

    if (error != KEYSHARE_OK)
        return fail_inside(error);
    failure = sealed_replace(device->folder, DEVICE_BLOB, blob, len);
    return failure == 0 ? STATUS_YES : fail(device, DEVICE_BLOB, failure);
}

/* The events, and then the counter, which counts them too. */
static enum status
write_counter(struct device *device)
{
    uint8_t counter[DEVICE_COUNTER_SIZE];
    int error = device_log_write(&device->log, device->folder);

    if (error != 0)
        return fail(device, DEVICE_LOG, error);
    device->counter = device_status(device)->sequence;
    device_files_put(counter, device->counter);
    device_files_put(counter + 8, device->log.count);
    error = sealed_write(device->folder, DEVICE_COUNTER, device->key.bytes,
        counter, sizeof counter);
    return error == 0 ? STATUS_YES : fail(device, DEVICE_COUNTER, error);
}

static enum status
remove_volatile(struct device *device)
{
    int error;

    device->volatile_sequence = 0;
    /* Gone at once, and then overwritten: never half of either. */
    if (renameat(device->folder, DEVICE_VOLATILE, device->folder,
            DEVICE_VOLATILE STORE_PARTIAL) != 0 &&
        errno != ENOENT)
        return fail(device, DEVICE_VOLATILE, errno);
    store_shred(device->folder, DEVICE_VOLATILE STORE_PARTIAL);
    error = store_sync(device->folder);
    return error == 0 ? STATUS_YES : fail(device, DEVICE_VOLATILE, error);
}

static enum status
write_volatile(struct device *device)
{
    const keyshare_activation_status *now = device_status(device);
    uint8_t file[DEVICE_VOLATILE_SIZE_MAX];
    size_t len = DEVICE_VOLATILE_SIZE_MIN;
    keyshare_error error = KEYSHARE_OK;
    int failure;

    device_files_put(file, now->sequence);
    device_files_put(file + 8, device->time);
    if (now->device == KEYSHARE_DEVICE_ACTIVE) {
        /* That a command ends is no event of the device. */
        device->log.quiet = true;
        error = keyshare_activation_suspend(
            device->activation, file + len, device->key.bytes);
        device->log.quiet = false;
        len = sizeof file;
    }
    if (error != KEYSHARE_OK)
        return fail_inside(error);
    failure = sealed_write(
        device->folder, DEVICE_VOLATILE, device->key.bytes, file, len);
    wipe(file, sizeof file);
    if (failure != 0)
        return fail(device, DEVICE_VOLATILE, failure);
    device->volatile_sequence = now->sequence;
    device->volatile_active = now->device == KEYSHARE_DEVICE_ACTIVE;
    return STATUS_YES;
}

static enum status
commit(struct device *device)
{
    const keyshare_activation_status *now = device_status(device);
    enum status status = STATUS_YES;

    if (now->changed) {
        status = remove_volatile(device);
        if (status == STATUS_YES)
            status = write_records(device, true);
        if (status == STATUS_YES)
            status = write_blob(device);
    }
    if (status == STATUS_YES && (device->counter != now->sequence ||
                                    device->log.written != device->log.count))
        status = write_counter(device);
    if (status == STATUS_YES)
        status = write_records(device, false);
    if (status == STATUS_YES &&
        (device->volatile_sequence != now->sequence ||
            device->volatile_active != (now->device == KEYSHARE_DEVICE_ACTIVE)))
        status = write_volatile(device);
    return status;
}

enum status
device_commit(struct device *device)
{
    enum status status;

    interrupt_hold();
    status = commit(device);
    interrupt_release();
    return status;
}

/* ---- A new one ---- */

/* Its first files, and what every commit writes. */
static enum status
write_all(struct device *device)
{
    int error = sealed_write_key(device->folder, DEVICE_KEY, device->key.bytes);

    if (error != 0)
        return fail(device, DEVICE_KEY, error);
    error = sealed_write(device->folder, DEVICE_HSM, device->key.bytes,
        device->hsm.bytes, device->hsm.len - 1);
    if (error != 0)
        return fail(device, DEVICE_HSM, error);
    /* The library's is the one that is there first. */
    return commit(device);
}

/* Leave nothing of what was made. */
static void
remove_all(struct device *device, const char *partial)
{
    static const char *const names[] = {DEVICE_KEY, DEVICE_HSM, DEVICE_BLOB,
        DEVICE_COUNTER, DEVICE_RECORDS, DEVICE_LOG, DEVICE_VOLATILE};

    for (size_t i = 0; device->folder >= 0 && i < sizeof names / sizeof *names;
         i++)
        store_shred(device->folder, names[i]);
    (void)unlinkat(device->parent, partial, AT_REMOVEDIR);
}

static enum status
publish(struct device *device, const char *partial)
{
    enum status status;
    int error;

    if (mkdirat(device->parent, partial, 0700) != 0)
        return fail(device, NULL, errno);
    device->folder = openat(device->parent, partial,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    status = device->folder < 0 || flock(device->folder, LOCK_EX) != 0
                 ? fail(device, NULL, errno)
                 : write_all(device);
    /* An empty directory is replaced, and no other. */
    if (status == STATUS_YES &&
        renameat(device->parent, partial, device->parent, device->name) != 0)
        status = fail(device, NULL, errno);
    if (status != STATUS_YES) {
        remove_all(device, partial);
        return status;
    }
    error = store_sync(device->parent);
    return error == 0 ? STATUS_YES : fail(device, NULL, error);
}

enum status
device_publish(struct device *device)
{
    size_t size = strlen(device->name) + sizeof STORE_PARTIAL;
    char *partial = malloc(size);
    struct stat left;
    struct shown text;
    enum status status;

    if (partial == NULL)
        return fail(device, NULL, ENOMEM);
    snprintf(partial, size, "%s%s", device->name, STORE_PARTIAL);
    if (fstatat(device->parent, partial, &left, AT_SYMLINK_NOFOLLOW) == 0) {
        complain("%s" STORE_PARTIAL ": left behind by an attempt that was cut "
                 "off; remove it, then enrol again",
            shown(&text, device->plain));
        status = STATUS_USAGE;
    } else {
        interrupt_hold();
        status = publish(device, partial);
        interrupt_release();
    }
    free(partial);
    return status;
}

enum status
device_create(struct device *device, const char *hsm,
    const keyshare_limits *limits, const struct device_guests *guests)
{
    keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;
    keyshare_secret *key;
    keyshare_error error =
        keyshare_secret_generate(&key, KEYSHARE_ACTIVATION_KEY_SIZE, NULL);

    if (error != KEYSHARE_OK)
        return fail_inside(error);
    buffer_add(&device->key, keyshare_secret_reveal(key),
        KEYSHARE_ACTIVATION_KEY_SIZE);
    keyshare_secret_free(&key);
    buffer_add(&device->hsm, hsm, strlen(hsm) + 1);
    if (device->key.failed || device->hsm.failed)
        return fail(device, NULL, ENOMEM);
    device_files_configure(device, &config, NULL, 0, guests);
    config.limits = *limits;
    error =
        keyshare_activation_create(&device->activation, &config, device_now());
    return error == KEYSHARE_OK ? STATUS_YES : fail_inside(error);
}

void
device_close(struct device *device)
{
    keyshare_activation_free(&device->activation);
    buffer_free(&device->key);
    buffer_free(&device->hsm);
    buffer_free(&device->records);
    buffer_free(&device->log.text);
    if (device->folder >= 0)
        close(device->folder);
    if (device->parent >= 0)
        close(device->parent);
    free(device->plain);
    *device = (struct device)DEVICE_INIT;
}
