/* SPDX-License-Identifier: ISC */
/* A device for drills: a directory that stands for an HSM. How one that is
 * there is looked at, file by file, before it is believed. */
#include "device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device_files.h"
#include "say.h"
#include "store.h"
#include "text.h"

/* No file of a device is larger. */
#define FILE_SIZE_MAX ((size_t)64 * 1024 * 1024)

static enum status
fail(const struct device *device, int error)
{
    struct shown text;

    complain("%s: %s", shown(&text, device->path), strerror(error));
    return STATUS_SYSTEM;
}

/* The device is not believed, and it is said for which file's sake. */
static enum status
refuse(const struct device *device, const char *name, const char *why)
{
    struct shown text;

    complain("%s/%s: %s", shown(&text, device->path), name, why);
    return STATUS_NO;
}

/* ---- Found ---- */

/* STATUS_NO: it is empty, as good as not there. */
static enum status
look_inside(const struct device *device)
{
    int file = openat(
        device->parent, device->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status status = STATUS_NO;
    struct dirent *entry;
    struct shown text;
    DIR *dir;

    if (file < 0 && errno == ENOENT)
        return STATUS_NO;
    if (file < 0 && errno == ENOTDIR) {
        complain("%s: not a directory", shown(&text, device->path));
        return STATUS_USAGE;
    }
    dir = file < 0 ? NULL : fdopendir(file);
    if (dir == NULL) {
        int error = errno;

        if (file >= 0)
            close(file);
        return fail(device, error);
    }
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = STATUS_YES;
    }
    closedir(dir);
    return status;
}

enum status
device_find(struct device *device, const struct options *options)
{
    size_t len;

    device->path = options->value[OPTION_DEVICE];
    if (device->path == NULL || *device->path == '\0')
        return options_refuse(options, "--device is missing");
    len = strlen(device->path);
    while (len > 1 && device->path[len - 1] == '/')
        len--;
    device->plain = strndup(device->path, len);
    if (device->plain == NULL)
        return fail(device, ENOMEM);
    device->parent = store_open_parent(device->plain, &device->name);
    if (device->parent < 0)
        return fail(device, errno);
    if (*device->name == '\0')
        return options_refuse(options, "--device takes a directory of its own");
    return look_inside(device);
}

enum status
device_find_or_fail(struct device *device, const struct options *options)
{
    enum status status = device_find(device, options);

    return status == STATUS_NO ? fail(device, ENOENT) : status;
}

/* ---- Read ---- */

/* Read a file whose content is of LEAST to MOST bytes, and check its tag. */
static enum status
read_file(struct device *device, const char *name, struct buffer *bytes,
    size_t least, size_t most)
{
    int error = sealed_read(bytes, device->folder, name,
        most < FILE_SIZE_MAX ? most + SEALED_TAG_SIZE : most);

    if (error == ENOENT)
        return refuse(device, name, "not there");
    if (error == ELOOP || error == EISDIR)
        return refuse(device, name, "altered: no file");
    if (error != 0) {
        struct shown text;

        complain(
            "%s/%s: %s", shown(&text, device->path), name, strerror(error));
        return STATUS_SYSTEM;
    }
    if (!sealed_open(bytes, name, device->key.bytes) || bytes->len < least ||
        bytes->len > most)
        return refuse(device, name, "altered");
    return STATUS_YES;
}

static enum status
read_plain(
    struct device *device, const char *name, struct buffer *bytes, size_t most)
{
    int error = sealed_read(bytes, device->folder, name, most);

    if (error == ENOENT)
        return refuse(device, name, "not there");
    if (error == ELOOP || error == EISDIR || (error == 0 && bytes->len > most))
        return refuse(device, name, "altered");
    return error == 0 ? STATUS_YES : fail(device, error);
}

static enum status
read_key(struct device *device)
{
    enum status status = read_plain(
        device, DEVICE_KEY, &device->key, SEALED_KEY_SIZE + SEALED_TAG_SIZE);

    if (status == STATUS_YES && !sealed_open_key(&device->key))
        status = refuse(device, DEVICE_KEY, "altered");
    return status;
}

/* Its name, and a terminator behind it. */
static enum status
read_name(struct device *device)
{
    enum status status = read_file(device, DEVICE_HSM, &device->hsm, 1,
        KEYSHARE_ACTIVATION_IDENTITY_SIZE_MAX);

    if (status != STATUS_YES)
        return status;
    buffer_add(&device->hsm, "", 1);
    return device->hsm.failed ? fail(device, ENOMEM) : STATUS_YES;
}

static enum status
read_counter(struct device *device, uint64_t *events)
{
    struct buffer bytes = BUFFER_INIT;
    enum status status = read_file(device, DEVICE_COUNTER, &bytes,
        DEVICE_COUNTER_SIZE, DEVICE_COUNTER_SIZE);

    if (status == STATUS_YES) {
        device->counter = device_files_get(bytes.bytes);
        *events = device_files_get(bytes.bytes + 8);
    }
    buffer_free(&bytes);
    return status;
}

static enum status
read_events(struct device *device, uint64_t least)
{
    enum status status =
        read_plain(device, DEVICE_LOG, &device->log.text, FILE_SIZE_MAX);

    device->log.key = device->key.bytes;
    if (status == STATUS_YES && !device_log_check(&device->log, least))
        status = refuse(device, DEVICE_LOG, "altered");
    return status;
}

/* What was in memory. The file may not be there: the power was lost. */
static enum status
read_volatile(struct device *device, struct buffer *bytes)
{
    struct stat status;

    if (fstatat(device->folder, DEVICE_VOLATILE, &status,
            AT_SYMLINK_NOFOLLOW) != 0 &&
        errno == ENOENT)
        return STATUS_YES;
    return read_file(device, DEVICE_VOLATILE, bytes, DEVICE_VOLATILE_SIZE_MIN,
        DEVICE_VOLATILE_SIZE_MAX);
}

/* ---- Believed ---- */

static enum status
refuse_blob(const struct device *device, keyshare_error error)
{
    switch (error) {
    case KEYSHARE_ERR_FORMAT:
    case KEYSHARE_ERR_VERSION:
    case KEYSHARE_ERR_DAMAGED: return refuse(device, DEVICE_BLOB, "altered");
    case KEYSHARE_ERR_ROLLBACK:
        return refuse(device, DEVICE_BLOB, "older than the counter");
    case KEYSHARE_ERR_UNEXPECTED:
        return refuse(device, DEVICE_RECORDS, "not those that the blob names");
    default: break;
    }
    complain("%s", keyshare_error_text(error));
    return status_of(error);
}

/* Bring the blob and the records together, as of the time TIME. */
static enum status
import(struct device *device, const struct device_guests *guests)
{
    keyshare_activation_config config = KEYSHARE_ACTIVATION_CONFIG_INIT;
    keyshare_blob blob = KEYSHARE_BLOB_INIT;
    struct buffer bytes = BUFFER_INIT;
    keyshare_record **records = NULL;
    size_t count = 0;
    enum status status = read_plain(device, DEVICE_BLOB, &bytes,
        KEYSHARE_ACTIVATION_BLOB_SIZE(KEYSHARE_ACTIVATION_RECORDS_MAX));
    keyshare_error error =
        device_files_decode(&device->records, &records, &count);

    if (status == STATUS_YES && error != KEYSHARE_OK)
        status = refuse(device, DEVICE_RECORDS, keyshare_error_text(error));
    if (status == STATUS_YES) {
        blob.bytes = bytes.bytes;
        blob.len = bytes.len;
        blob.key = device->key.bytes;
        blob.least = device->counter;
        blob.records = (const keyshare_record *const *)records;
        blob.record_count = count;
        device_files_configure(device, &config, blob.records, count, guests);
        error = keyshare_activation_import(
            &device->activation, &config, &blob, device->time);
        if (error != KEYSHARE_OK)
            status = refuse_blob(device, error);
    }
    for (size_t i = 0; i < count; i++)
        keyshare_record_free(&records[i]);
    free(records);
    buffer_free(&bytes);
    return status;
}

/* Give it back what was in memory, if that is of this blob. */
static enum status
resume(struct device *device, const struct buffer *bytes)
{
    const uint64_t sequence = device_status(device)->sequence;
    uint64_t written;

    if (bytes->len == 0)
        return STATUS_YES;
    written = device_files_get(bytes->bytes);
    /* Power was lost between blob and counter: what was in memory is lost. */
    if (written != sequence && written == device->counter)
        return STATUS_YES;
    if (written != sequence)
        return refuse(device, DEVICE_VOLATILE, "not of this blob");
    device->volatile_sequence = sequence;
    if (bytes->len == DEVICE_VOLATILE_SIZE_MIN)
        return STATUS_YES;
    if (bytes->len != DEVICE_VOLATILE_SIZE_MAX ||
        keyshare_activation_resume(device->activation,
            bytes->bytes + DEVICE_VOLATILE_SIZE_MIN,
            device->key.bytes) != KEYSHARE_OK)
        return refuse(device, DEVICE_VOLATILE, "altered");
    device->volatile_active = true;
    return STATUS_YES;
}

/* The counter is the blob's number, or behind it by one. */
static enum status
check_counter(struct device *device)
{
    const uint64_t sequence = device_status(device)->sequence;

    if (sequence == device->counter)
        return STATUS_YES;
    if (sequence != device->counter + 1)
        return refuse(device, DEVICE_COUNTER,
            "behind the blob by more than the one that a loss of power can "
            "leave");
    return device_commit(device);
}

static enum status
believe(struct device *device, const struct device_guests *guests,
    const struct buffer *memory)
{
    enum status status;
    keyshare_error error;

    device->time = device_now();
    if (memory->len > 0)
        device->time = device_files_get(memory->bytes + 8);
    /* That this command begins is no event of the device. */
    device->log.quiet = true;
    status = import(device, guests);
    if (status == STATUS_YES)
        status = resume(device, memory);
    device->log.quiet = false;
    if (status == STATUS_YES)
        status = check_counter(device);
    if (status != STATUS_YES)
        return status;
    error = keyshare_activation_tick(device->activation, device_now());
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    return STATUS_YES;
}

enum status
device_open(struct device *device, const struct device_guests *guests)
{
    struct buffer memory = BUFFER_INIT;
    uint64_t events = 0;
    enum status status;

    device->folder = openat(
        device->parent, device->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (device->folder < 0)
        return fail(device, errno);
    if (flock(device->folder, LOCK_EX | LOCK_NB) != 0) {
        struct shown text;

        complain("%s: another command is using it", shown(&text, device->path));
        return STATUS_SYSTEM;
    }
    status = read_key(device);
    if (status == STATUS_YES)
        status = read_name(device);
    if (status == STATUS_YES)
        status = read_counter(device, &events);
    if (status == STATUS_YES)
        status = read_file(
            device, DEVICE_RECORDS, &device->records, 0, FILE_SIZE_MAX);
    if (status == STATUS_YES)
        status = read_events(device, events);
    if (status == STATUS_YES)
        status = read_volatile(device, &memory);
    if (status == STATUS_YES)
        status = believe(device, guests, &memory);
    buffer_free(&memory);
    return status;
}
