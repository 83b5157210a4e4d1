/* SPDX-License-Identifier: ISC */
/* A device for drills: a directory that stands for an HSM.
 *
 *     key       what its other files are authenticated under
 *     hsm       its name
 *     blob      what survives, as the library exports it
 *     counter   the blob's number: no older one is taken
 *     records   those that the blob names
 *     events    the log
 *     volatile  what is lost with the power: that it is active, and the time
 *
 * It is a simulation. A real one keeps the key and the counter where nobody
 * can put back an older state of them, which this directory cannot.
 *
 * The order of writing: volatile is removed first, as if the power were gone;
 * then records, blob, events, counter; volatile comes last. Cut anywhere, it
 * is a device that lost its power, and whose blob may be ahead of the counter
 * by one.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "device_log.h"
#include "options.h"

struct device {
    const char *path;
    int parent;       /* the directory it lies in, open, or -1 */
    const char *name; /* what it is called there: a pointer into plain */
    char *plain;      /* the path without slashes at its end */
    int folder;       /* the directory itself, open, or -1 */
    struct buffer key;
    struct buffer hsm; /* its name, with a terminator behind it */
    uint64_t counter;
    struct buffer records; /* a list (device_files.h) */
    struct device_log log;
    keyshare_activation *activation;
    uint64_t time; /* as of when the blob says for how long it is locked */
    uint64_t volatile_sequence; /* of the file; 0: there is none */
    bool volatile_active;       /* whether the file says so */
};

#define DEVICE_INIT                                                            \
    {                                                                          \
        .parent = -1, .folder = -1                                             \
    }

/* A new record and what lies between: the device is given room for them. */
struct device_guests {
    const keyshare_record *const *records;
    size_t count;
};

/* Monotonic seconds. */
uint64_t device_now(void);

/* Whether there is a device, or at least something, at the path that --device
 * names. STATUS_NO: nothing, or an empty directory. */
enum status device_find(struct device *device, const struct options *options);

/* The same for a device that must be there. */
enum status device_find_or_fail(
    struct device *device, const struct options *options);

/* Open the one that is there: all of its files are looked at, and what is
 * wrong is said. Nothing is written, but the counter where the blob is ahead
 * of it. */
enum status device_open(
    struct device *device, const struct device_guests *guests);

/* Make a new one in memory. */
enum status device_create(struct device *device, const char *hsm,
    const keyshare_limits *limits, const struct device_guests *guests);

/* Make its directory: whole, or not at all. */
enum status device_publish(struct device *device);

/* Write what has changed; signals are held back meanwhile. */
enum status device_commit(struct device *device);

void device_close(struct device *device);

/* Its status. */
const keyshare_activation_status *device_status(const struct device *device);

/* "inactive", "active" or "retired". */
const char *device_state(const struct device *device);

#endif
