/* SPDX-License-Identifier: ISC */
/* keyshare derive: a key for a purpose, from an active device. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "interrupt.h"
#include "say.h"
#include "store.h"
#include "text.h"

static const struct option accepts[] = {OPTION("device", DEVICE),
    OPTION("purpose", PURPOSE), OPTION("bytes", BYTES), OPTION("out", OUT),
    OPTION_FLAG("help", HELP), OPTION_END};

static const char help[] =
    "usage: keyshare derive --device DIR --purpose TEXT [--bytes N] --out FILE\n"
    "\n"
    "Writes a key for a purpose, which an active device derives: the same\n"
    "whenever it is active with the same set, after a repair, a refresh and a\n"
    "re-share too. For example, what the device's key store is opened with:\n"
    "\n"
    "    keyshare derive --device hsm --purpose key-store --out store.key\n"
    "\n"
    "  --device DIR    the device (see keyshare enrol)\n"
    "  --purpose TEXT  what for, 1 to 64 bytes\n"
    "  --bytes N       so many bytes, 1 to 8160; 32 unless given\n"
    "  --out FILE      where to; must not exist yet\n"
    "\n"
    "Exit status: 0 written, 1 the device is not active, 2 wrong use (nothing\n"
    "was touched), 3 a file could not be read or written.\n";

#define BYTES_DEFAULT 32

struct wish {
    const char *purpose;
    size_t purpose_len;
    size_t bytes;
    const char *path;
    const char *name; /* what it is called in its directory */
    int folder;       /* that directory, open, or -1 */
};

static enum status
read_wish(struct wish *wish, const struct options *options)
{
    uint64_t bytes = BYTES_DEFAULT;
    enum status status = options_number(
        options, OPTION_BYTES, KEYSHARE_ACTIVATION_DERIVED_SIZE_MAX, &bytes);

    if (status != STATUS_YES)
        return status;
    if (bytes == 0)
        return options_refuse(options, "--bytes takes 1 or more");
    if (options->file_count > 0)
        return options_refuse(options, "takes no file but --out");
    wish->bytes = (size_t)bytes;
    wish->purpose = options->value[OPTION_PURPOSE];
    wish->path = options->value[OPTION_OUT];
    if (wish->purpose == NULL || wish->path == NULL) {
        return options_refuse(options, "--%s is missing",
            wish->purpose == NULL ? "purpose" : "out");
    }
    wish->purpose_len = strlen(wish->purpose);
    if (wish->purpose_len < 1 ||
        wish->purpose_len > KEYSHARE_ACTIVATION_PURPOSE_SIZE_MAX) {
        return options_refuse(options, "--purpose takes 1 to %d bytes",
            KEYSHARE_ACTIVATION_PURPOSE_SIZE_MAX);
    }
    return STATUS_YES;
}

/* Whether there is a place for the key. */
static enum status
find_place(struct wish *wish, const struct options *options)
{
    struct stat status;
    struct shown text;
    size_t len;

    wish->folder = store_open_parent(wish->path, &wish->name);
    if (wish->folder < 0) {
        complain("%s: %s", shown(&text, wish->path), strerror(errno));
        return STATUS_SYSTEM;
    }
    len = strlen(wish->name);
    if (len == 0 || len > NAME_MAX)
        return options_refuse(options, "--out takes the name of a new file");
    if (fstatat(wish->folder, wish->name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        complain("%s: exists, and is not replaced", shown(&text, wish->path));
        return STATUS_USAGE;
    }
    if (errno != ENOENT) {
        complain("%s: %s", shown(&text, wish->path), strerror(errno));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

/* The event is kept before the key leaves. */
static enum status
write_key(
    const struct wish *wish, struct device *device, const keyshare_secret *key)
{
    struct shown text;
    enum status status = device_commit(device);
    int error;

    if (status != STATUS_YES)
        return status;
    interrupt_hold();
    error = store_save(wish->folder, wish->name, keyshare_secret_reveal(key),
        keyshare_secret_len(key));
    if (error == 0)
        error = store_sync(wish->folder);
    if (error != 0) {
        complain("%s: %s", shown(&text, wish->path), strerror(error));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

static enum status
derive(const struct wish *wish, struct device *device)
{
    struct say say = {false, 0};
    keyshare_secret *key = NULL;
    struct shown text;
    enum status status;
    keyshare_error error = keyshare_activation_derive(device->activation, &key,
        wish->bytes, (const uint8_t *)wish->purpose, wish->purpose_len);

    if (error == KEYSHARE_ERR_STATE) {
        complain("%s: not active: %s", shown(&text, device->path),
            device_state(device));
        return STATUS_NO;
    }
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    status = write_key(wish, device, key);
    keyshare_secret_free(&key);
    if (status == STATUS_YES) {
        say_answer(&say, "key derived: %zu bytes, written to %s", wish->bytes,
            shown(&text, wish->path));
    }
    return status;
}

static enum status
run(const struct options *options)
{
    struct device device = DEVICE_INIT;
    struct wish wish = {NULL, 0, 0, NULL, NULL, -1};
    enum status status = read_wish(&wish, options);

    if (status == STATUS_YES)
        status = find_place(&wish, options);
    if (status == STATUS_YES)
        status = device_find_or_fail(&device, options);
    if (status == STATUS_YES)
        status = device_open(&device, NULL);
    if (status == STATUS_YES)
        status = derive(&wish, &device);
    device_close(&device);
    if (wish.folder >= 0)
        close(wish.folder);
    return status;
}

const struct verb verb_derive = {
    "derive", "a key for a purpose, from an active device", help, accepts, run};
