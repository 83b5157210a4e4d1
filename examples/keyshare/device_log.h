/* SPDX-License-Identifier: ISC */
/* A device's events: a log for people, one line an event, each line ending
 * with what authenticates it and all lines before it. */
#ifndef DEVICE_LOG_H
#define DEVICE_LOG_H

#include "sealed.h"

#define DEVICE_LOG "events"

struct device_log {
    struct buffer text;           /* all lines */
    uint64_t count;               /* of lines */
    uint64_t written;             /* so many of them are on the disk */
    const uint8_t *key;           /* the device's */
    uint8_t tag[SEALED_TAG_SIZE]; /* of the last line */
    bool quiet; /* what happens now is no event of the device */
};

/* Whether what was read is a log of LEAST lines or more, none of them changed.
 * There may be more: power was lost before their number was kept. */
bool device_log_check(struct device_log *log, uint64_t least);

/* A callback for keyshare_activation_config; CONTEXT is the log. */
int device_log_keep(void *context, const keyshare_event *event);

/* Write it, if there is anything new. */
int device_log_write(struct device_log *log, int folder);

#endif
