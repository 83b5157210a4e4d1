/* SPDX-License-Identifier: ISC */
/* Bytes of any length to raw shares, in pieces. */
#include <string.h>

#include "interrupt.h"
#include "progress.h"
#include "splitting.h"

/* Split what was read, LEN bytes in the room's last place, and write the
 * shares of it. Pieces are split independently of each other. */
static enum status
split_piece(
    struct splitting *splitting, const struct raw_room *room, size_t len)
{
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;
    enum status status = STATUS_YES;
    keyshare_error error;

    terms.threshold = splitting->threshold;
    terms.count = splitting->count;
    error = keyshare_raw_split(
        room->at, &terms, room->at[splitting->count], len, NULL);
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    for (unsigned i = 0; status == STATUS_YES && i < splitting->count; i++) {
        status = share_files_write(&splitting->files, i + 1, room->at[i], len);
    }
    return status;
}

/* From the first piece to the last. */
static enum status
pour(struct splitting *splitting, const struct raw_room *room)
{
    size_t len = room->piece;

    /* A piece that is not full is the last one. */
    while (len == room->piece) {
        enum status status = source_read(
            &splitting->source, room->at[splitting->count], room->piece, &len);

        if (status == STATUS_YES && len > 0)
            status = split_piece(splitting, room, len);
        if (status == STATUS_YES && interrupt_pending()) {
            complain("interrupted: nothing was written");
            status = STATUS_SYSTEM;
        }
        if (status != STATUS_YES)
            return status;
        splitting->bytes += len;
        progress_add(len);
    }
    return STATUS_YES;
}

static enum status
write_indices(struct splitting *splitting)
{
    enum status status = STATUS_YES;

    for (unsigned i = 1; status == STATUS_YES && i <= splitting->count; i++) {
        uint8_t index = (uint8_t)i;

        status = share_files_write(&splitting->files, i, &index, 1);
    }
    return status;
}

enum status
split_bytes(struct splitting *splitting)
{
    struct raw_room room;
    enum status status = raw_room_make(&room, splitting->count + 1);

    if (status == STATUS_YES)
        status = share_files_begin(&splitting->files);
    if (status == STATUS_YES) {
        progress_begin(splitting->source.is_sized, splitting->source.size);
        status = pour(splitting, &room);
    }
    if (status == STATUS_YES && splitting->format == RAW_TRAILING_X)
        status = write_indices(splitting);
    progress_end();
    raw_room_free(&room);
    return status;
}
