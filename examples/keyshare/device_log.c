/* SPDX-License-Identifier: ISC */
/* A device's events: a log for people, one line an event. */
#include "device_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "output.h"
#include "text.h"

/* At the end of a line: a space, the tag in hex, the end of the line. */
#define ENDING_LEN (1 + 2 * SEALED_TAG_SIZE + 1)

/* Add the end of a line that begins at START. */
static void
end_line(struct device_log *log, size_t start)
{
    struct buffer before = {
        log->tag, log->count > 0 ? sizeof log->tag : 0, sizeof log->tag, false};
    uint8_t tag[SEALED_TAG_SIZE];
    char ending[ENDING_LEN];

    sealed_tag(tag, DEVICE_LOG, log->key, &before, log->text.bytes + start,
        log->text.len - start);
    memcpy(log->tag, tag, sizeof tag);
    ending[0] = ' ';
    text_hex(ending + 1, tag, sizeof tag);
    ending[sizeof ending - 1] = '\n';
    buffer_add(&log->text, ending, sizeof ending);
    log->count++;
}

bool
device_log_check(struct device_log *log, uint64_t least)
{
    struct buffer read = log->text;
    bool same = true;

    log->text = (struct buffer)BUFFER_INIT;
    log->count = 0;
    for (size_t start = 0; same && start < read.len;) {
        const uint8_t *end = memchr(read.bytes + start, '\n', read.len - start);
        size_t len = end == NULL ? 0 : (size_t)(end + 1 - read.bytes) - start;

        same = len > ENDING_LEN;
        if (same) {
            buffer_add(&log->text, read.bytes + start, len - ENDING_LEN);
            end_line(log, log->text.len - (len - ENDING_LEN));
            same = !log->text.failed && memcmp(log->text.bytes + start,
                                            read.bytes + start, len) == 0;
        }
        start += len;
    }
    buffer_free(&read);
    log->written = log->count;
    return same && log->count >= least;
}

static void add(struct device_log *log, const char *format, ...)
    OUTPUT_FORMAT(2, 3);

static void
add(struct device_log *log, const char *format, ...)
{
    char text[256];
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (len > 0)
        buffer_add(&log->text, text, (size_t)len);
}

static void
add_fingerprint(
    struct device_log *log, const char *name, const uint8_t *fingerprint)
{
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];

    if (fingerprint != NULL &&
        keyshare_fingerprint_hex(hex, fingerprint) == KEYSHARE_OK) {
        add(log, "; %s %s", name, hex);
    }
}

static void
add_time(struct device_log *log)
{
    time_t now = time(NULL);
    struct tm utc;
    char text[sizeof "9999-12-31T23:59:59Z"];

    if (gmtime_r(&now, &utc) != NULL &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0) {
        add(log, "%s", text);
    } else {
        add(log, "-");
    }
}

/* What only this kind of event tells. */
static void
add_particulars(struct device_log *log, const keyshare_event *event)
{
    char purpose[KEYSHARE_ACTIVATION_PURPOSE_SIZE_MAX + 1];
    struct shown text;

    switch (event->kind) {
    case KEYSHARE_EVENT_CARD:
        add(log, ": %s, card %u, %u of %u",
            keyshare_verdict_text(event->verdict), event->index,
            event->accepted, event->needed);
        break;
    case KEYSHARE_EVENT_ENDED:
        add(log, ": %s", keyshare_ending_text(event->ending));
        break;
    case KEYSHARE_EVENT_EXPORTED:
        add(log, ": blob %" PRIu64, event->sequence);
        break;
    case KEYSHARE_EVENT_DERIVED:
        memcpy(purpose, event->purpose, event->purpose_len);
        purpose[event->purpose_len] = '\0';
        add(log, ": for \"");
        shown(&text, purpose);
        buffer_add(&log->text, text.text, strlen(text.text));
        add(log, "\"");
        break;
    case KEYSHARE_EVENT_BEGUN:
        add(log, ": limits %" PRIu32 " invalid, %" PRIu32 " s, %" PRIu32 " s",
            event->limits.invalid, event->limits.collecting,
            event->limits.lock);
        break;
    default: break;
    }
}

int
device_log_keep(void *context, const keyshare_event *event)
{
    struct device_log *log = context;
    size_t start = log->text.len;

    if (log->quiet)
        return 0;
    add_time(log);
    add(log, " %s", keyshare_event_text(event->kind));
    if (event->task != KEYSHARE_TASK_NONE)
        add(log, " (%s)", keyshare_task_text(event->task));
    add_particulars(log, event);
    add_fingerprint(log, "set", event->set);
    add_fingerprint(log, "record", event->record);
    add_fingerprint(log, "replaces", event->replaces);
    add(log, "; device %s", keyshare_device_text(event->device));
    if (event->lock > 0)
        add(log, "; locked for %" PRIu32 " s", event->lock);
    end_line(log, start);
    return log->text.failed;
}

int
device_log_write(struct device_log *log, int folder)
{
    int error;

    if (log->text.failed)
        return ENOMEM;
    if (log->written == log->count)
        return 0;
    error = sealed_replace(folder, DEVICE_LOG, log->text.bytes, log->text.len);
    if (error == 0)
        log->written = log->count;
    return error;
}
