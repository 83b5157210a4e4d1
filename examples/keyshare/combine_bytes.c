/* SPDX-License-Identifier: ISC */
/* Raw shares of any length to bytes, in pieces. */
#include <inttypes.h>
#include <string.h>

#include "combining.h"
#include "interrupt.h"
#include "progress.h"
#include "text.h"

static enum status
refuse(const struct combining *combining, unsigned position, const char *why)
{
    struct shown text;

    complain("%s: %s", shown(&text, combining->source[position].path), why);
    return STATUS_NO;
}

/* Where all lengths are known they are compared before anything is read. */
static enum status
check_lengths(const struct combining *combining)
{
    const struct source *first = &combining->source[0];

    for (unsigned i = 0; i < combining->count; i++) {
        const struct source *source = &combining->source[i];

        if (first->is_sized && source->is_sized &&
            source->size != first->size) {
            struct shown text;

            complain("%s: %" PRIu64 " bytes, where the first share has %" PRIu64
                     ": not of one splitting",
                shown(&text, source->path), source->size, first->size);
            return STATUS_NO;
        }
    }
    return STATUS_YES;
}

/* Read a piece of each share: as much of all of them, no more than WANTED. */
static enum status
read_pieces(struct combining *combining, const struct raw_room *room,
    size_t wanted, size_t *len)
{
    *len = 0;
    for (unsigned i = 0; i < combining->count; i++) {
        size_t got;
        enum status status =
            source_read(&combining->source[i], room->at[i], wanted, &got);

        if (status != STATUS_YES)
            return status;
        if (i > 0 && got != *len) {
            return refuse(combining, i,
                "not as long as the first share: not of one splitting");
        }
        *len = got;
    }
    return STATUS_YES;
}

/* Combine the pieces that were read, LEN bytes of each. */
static enum status
combine_pieces(
    struct combining *combining, const struct raw_room *room, size_t len)
{
    uint8_t *secret = room->at[combining->count];
    keyshare_error error =
        keyshare_raw_combine(secret, (const uint8_t *const *)room->at,
            combining->index, combining->count, len);

    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    return combining_write(combining, secret, len);
}

/* From the first piece to the last, LEFT bytes of each share at most. */
static enum status
pour(struct combining *combining, const struct raw_room *room, uint64_t left)
{
    size_t wanted;
    size_t len;

    /* A piece that is not full is the last one. */
    do {
        enum status status;

        wanted = left < room->piece ? (size_t)left : room->piece;
        status = read_pieces(combining, room, wanted, &len);
        if (status == STATUS_YES && len > 0)
            status = combine_pieces(combining, room, len);
        if (status == STATUS_YES && interrupt_pending()) {
            complain("interrupted: nothing was written");
            status = STATUS_SYSTEM;
        }
        if (status != STATUS_YES)
            return status;
        left -= len;
        progress_add(len);
    } while (len == room->piece);
    return STATUS_YES;
}

/* Behind the bytes comes the index that was read before, and nothing else. */
static enum status
check_trailing(const struct combining *combining)
{
    for (unsigned i = 0; i < combining->count; i++) {
        uint8_t rest[2];
        size_t len;
        enum status status =
            source_read(&combining->source[i], rest, sizeof rest, &len);

        if (status != STATUS_YES)
            return status;
        if (len != 1 || rest[0] != combining->index[i])
            return refuse(combining, i, "it changed while it was read");
    }
    return STATUS_YES;
}

enum status
combine_bytes(struct combining *combining)
{
    bool is_trailing = combining->format == RAW_TRAILING_X;
    const struct source *first = &combining->source[0];
    struct raw_room room;
    enum status status = check_lengths(combining);

    if (status != STATUS_YES)
        return status;
    status = raw_room_make(&room, combining->count + 1);
    if (status == STATUS_YES) {
        progress_begin(first->is_sized, first->size);
        status =
            pour(combining, &room, is_trailing ? first->size - 1 : UINT64_MAX);
    }
    if (status == STATUS_YES && is_trailing)
        status = check_trailing(combining);
    progress_end();
    raw_room_free(&room);
    return status;
}
