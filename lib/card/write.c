/* SPDX-License-Identifier: ISC */
/* Write a card image: look, judge whether it may be, make room, write, read
 * back. Nothing is allocated once the card is being changed. */
#include <keyshare/card.h>

#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/record.h>
#include <keyshare/wrapped.h>

#include "hash.h"
#include "holding.h"
#include "image.h"
#include "latch.h"
#include "memory.h"
#include "secret.h"
#include "share.h"

/* What is to be written, and what there is. */
struct task {
    struct session *session;
    keyshare_image parts[SLOT_COUNT]; /* by slot; len 0: not in the image */
    struct marker marker;             /* as it will be */
    struct holding holding;           /* as it is */
    keyshare_card_write_options options;
};

/* ---- The image ---- */

/* Whether there is a record that the share beside it names. */
static keyshare_error
check_record(const keyshare_image *bytes, const uint8_t *named)
{
    const struct part part = {bytes->bytes, bytes->len};
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    keyshare_record *record;
    keyshare_error error =
        keyshare_record_decode(&record, bytes->bytes, bytes->len, NULL);

    keyshare_record_free(&record);
    if (error == KEYSHARE_ERR_PROOF)
        error = KEYSHARE_ERR_FORMAT;
    if (error != KEYSHARE_OK)
        return error;
    keyshare_hash_sha256(fingerprint, &part, 1);
    return memcmp(fingerprint, named, sizeof fingerprint) == 0
               ? KEYSHARE_OK
               : KEYSHARE_ERR_UNEXPECTED;
}

/* Take the image apart, and judge its form; say in the marker what is in it. */
static keyshare_error
take_image(struct task *task, const keyshare_image *image)
{
    keyshare_image_parts parts;
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;
    struct share share;
    keyshare_error error;

    if (!keyshare_image_find(&parts, image))
        return KEYSHARE_ERR_FORMAT;
    task->marker.whole = true;
    task->parts[SLOT_RECORD] = parts.record;
    task->parts[SLOT_SHARE] = parts.share;
    task->parts[SLOT_WRAPPED] = parts.wrapped;
    if (parts.wrapped.len > 0) {
        task->marker.parts = MARKER_WRAPPED;
        return keyshare_wrapped_decode(
            &wrapped, parts.wrapped.bytes, parts.wrapped.len, NULL);
    }
    error = keyshare_share_decode(&share, parts.share.bytes, parts.share.len);
    if (error != KEYSHARE_OK)
        return error;
    if (parts.share.len > KEYSHARE_SLOT_SIZE_MAX)
        return KEYSHARE_ERR_CARD_FULL;
    task->marker.parts = MARKER_SHARE;
    task->marker.index = share.index;
    memcpy(task->marker.fingerprint, share.fingerprint,
        sizeof task->marker.fingerprint);
    if (parts.record.len > 0) {
        task->marker.parts |= MARKER_RECORD;
        error = check_record(&parts.record, share.fingerprint);
    }
    return error;
}

/* Leave the record out, for which there is no room. */
static void
omit_record(struct task *task)
{
    task->parts[SLOT_RECORD].len = 0;
    task->marker.parts &= ~(unsigned)MARKER_RECORD;
    task->session->info.record_omitted = 1;
}

/* ---- What is there ---- */

/* Whether what is on the card is the image itself; all of it is read. */
static keyshare_error
is_there(struct task *task, bool *same)
{
    const struct marker *have = &task->holding.marker;
    keyshare_error error = KEYSHARE_OK;

    *same = task->holding.state == KEYSHARE_CARD_WHOLE &&
            have->parts == task->marker.parts &&
            have->index == task->marker.index &&
            memcmp(have->fingerprint, task->marker.fingerprint,
                sizeof have->fingerprint) == 0;
    if (*same && (have->parts & MARKER_SHARE))
        error = keyshare_holding_guard(task->session);
    for (size_t slot = SLOT_RECORD; slot < SLOT_COUNT; slot++) {
        const keyshare_image *part = &task->parts[slot];

        if (error != KEYSHARE_OK || !*same || part->len == 0)
            continue;
        *same = task->holding.there[slot];
        if (*same)
            error = keyshare_holding_compare(
                task->session, (enum slot)slot, part->bytes, part->len, same);
    }
    return error;
}

static bool
is_kept(const struct task *task, const uint8_t *fingerprint)
{
    for (size_t i = 0; i < task->options.keep_count; i++)
        if (memcmp(task->options.keep + i * KEYSHARE_FINGERPRINT_SIZE,
                fingerprint, KEYSHARE_FINGERPRINT_SIZE) == 0)
            return true;
    return false;
}

/* Whether a share on the card is the one that is to be written: of the same
 * record, and of the same index. */
static bool
is_the_same_share(const struct task *task, const struct marker *have)
{
    return (task->marker.parts & MARKER_SHARE) &&
           have->index == task->marker.index &&
           memcmp(have->fingerprint, task->marker.fingerprint,
               sizeof have->fingerprint) == 0;
}

/* Whether what is whole on the card, or said to be, is in the way. */
static bool
is_in_the_way(const struct task *task, const struct marker *have)
{
    if ((have->parts & MARKER_SHARE) && !is_the_same_share(task, have))
        return !task->options.overwrite || is_kept(task, have->fingerprint);
    return (have->parts & MARKER_WRAPPED) && !task->options.overwrite;
}

/* The very wrapped key that is to be written is no obstacle. */
static keyshare_error
set_own_aside(struct task *task, struct marker *whole)
{
    const keyshare_image *part = &task->parts[SLOT_WRAPPED];
    bool same;
    keyshare_error error = keyshare_holding_compare(
        task->session, SLOT_WRAPPED, part->bytes, part->len, &same);

    if (error == KEYSHARE_OK && same)
        whole->parts &= ~(unsigned)MARKER_WRAPPED;
    return error;
}

/* Whether the image may be written over what is there. What the marker says is
 * believed where it forbids, without the PIN; else what is whole is read. */
static keyshare_error
judge(struct task *task)
{
    struct marker whole;
    keyshare_error error;

    if (task->holding.state == KEYSHARE_CARD_EMPTY)
        return KEYSHARE_OK;
    if (is_in_the_way(task, &task->holding.marker))
        return KEYSHARE_ERR_CARD_OCCUPIED;
    error = keyshare_holding_examine(task->session, &task->holding, &whole);
    if (error == KEYSHARE_OK &&
        (whole.parts & task->marker.parts & MARKER_WRAPPED))
        error = set_own_aside(task, &whole);
    if (error == KEYSHARE_OK && is_in_the_way(task, &whole))
        error = KEYSHARE_ERR_CARD_OCCUPIED;
    return error;
}

/* ---- Making room ---- */

/* Make a slot of that size, or see that there is one; one that is too small is
 * deleted. CARD_FULL where that cannot be. */
static keyshare_error
make_slot(struct task *task, enum slot slot, size_t size)
{
    const struct profile *profile = task->session->profile;
    bool *there = &task->holding.there[slot];
    bool fits = false;
    keyshare_error error = KEYSHARE_OK;

    if (*there)
        error = keyshare_holding_fits(task->session, slot, size, &fits);
    if (error == KEYSHARE_OK && *there && !fits) {
        bool gone;

        error = keyshare_holding_clear(task->session, slot, 0, true);
        if (error == KEYSHARE_OK)
            error = profile->remove(task->session, slot, &gone);
        if (error == KEYSHARE_OK && !gone)
            error = KEYSHARE_ERR_CARD_FULL;
        if (error == KEYSHARE_OK)
            *there = false;
    }
    if (error == KEYSHARE_OK && !*there) {
        error = profile->create(task->session, slot,
            slot == SLOT_MARKER ? KEYSHARE_MARKER_ROOM : size);
        *there = error == KEYSHARE_OK;
        /* It may have been made in an earlier file's place. */
        if (error == KEYSHARE_OK && slot == SLOT_SHARE) {
            task->session->info.guard = KEYSHARE_CARD_GUARD_UNKNOWN;
            error = keyshare_holding_guard(task->session);
        }
    }
    return error == KEYSHARE_OK
               ? error
               : keyshare_session_blame(task->session, slot, error);
}

/* From here on the card is incomplete, and says so. */
static keyshare_error
begin(struct task *task)
{
    struct session *session = task->session;
    keyshare_error error = KEYSHARE_OK;

    if (!task->holding.place)
        error = session->profile->make(session);
    if (error == KEYSHARE_OK)
        error = make_slot(task, SLOT_MARKER, KEYSHARE_MARKER_SIZE);
    return error;
}

/* Overwrite what an earlier image leaves beyond the one that comes. A card that
 * says that it is empty was overwritten when it said so. */
static keyshare_error
clear_rest(struct task *task)
{
    keyshare_error error = KEYSHARE_OK;

    for (size_t slot = SLOT_RECORD; slot < SLOT_COUNT; slot++)
        if (error == KEYSHARE_OK && task->holding.there[slot])
            error = keyshare_holding_clear(
                task->session, (enum slot)slot, task->parts[slot].len, false);
    return error;
}

/* Make room for a part; without room for the record, do without it. */
static keyshare_error
make_room(struct task *task, enum slot slot)
{
    const size_t len = task->parts[slot].len;
    keyshare_error error = KEYSHARE_OK;

    if (len > 0)
        error = make_slot(task, slot, len);
    if (error == KEYSHARE_ERR_CARD_FULL && slot == SLOT_RECORD) {
        omit_record(task);
        error = KEYSHARE_OK;
    }
    return error;
}

/* ---- Writing ---- */

static keyshare_error
write_part(struct task *task, enum slot slot)
{
    const keyshare_image *part = &task->parts[slot];
    keyshare_error error = KEYSHARE_OK;

    if (part->len > 0)
        error = task->session->profile->update(
            task->session, slot, 0, part->bytes, part->len);
    return error == KEYSHARE_OK
               ? error
               : keyshare_session_blame(task->session, slot, error);
}

static keyshare_error
read_back(struct task *task, enum slot slot)
{
    const keyshare_image *part = &task->parts[slot];
    keyshare_error error;
    bool same;

    if (part->len == 0)
        return KEYSHARE_OK;
    error = keyshare_holding_compare(
        task->session, slot, part->bytes, part->len, &same);
    if (error == KEYSHARE_OK && !same)
        error =
            keyshare_session_blame(task->session, slot, KEYSHARE_ERR_DAMAGED);
    return error;
}

/* What was written, for the caller. */
static void
tell(struct task *task)
{
    keyshare_card_info *info = &task->session->info;

    info->state = KEYSHARE_CARD_WHOLE;
    info->has_record = (task->marker.parts & MARKER_RECORD) != 0;
    info->has_share = (task->marker.parts & MARKER_SHARE) != 0;
    info->has_wrapped = (task->marker.parts & MARKER_WRAPPED) != 0;
    info->index = task->marker.index;
    memcpy(
        info->fingerprint, task->marker.fingerprint, sizeof info->fingerprint);
}

static keyshare_error
change(struct task *task)
{
    static const enum slot order[] = {SLOT_SHARE, SLOT_WRAPPED, SLOT_RECORD};
    const size_t count = sizeof order / sizeof *order;
    const bool was_empty = task->holding.state == KEYSHARE_CARD_EMPTY;
    struct session *session = task->session;
    keyshare_error error = begin(task);

    session->info.state = KEYSHARE_CARD_INCOMPLETE;
    /* Where no marker is to be destroyed, the share's file comes first: then
     * it is seen whether it asks for the PIN, which has not been given yet. */
    if (error == KEYSHARE_OK && task->holding.state != KEYSHARE_CARD_WHOLE)
        error = make_room(task, SLOT_SHARE);
    if (error == KEYSHARE_OK)
        error = keyshare_holding_unmark(session);
    if (error == KEYSHARE_OK && !(task->holding.marked && was_empty))
        error = clear_rest(task);
    for (size_t i = 0; i < count && error == KEYSHARE_OK; i++)
        error = make_room(task, order[i]);
    for (size_t i = 0; i < count && error == KEYSHARE_OK; i++)
        error = write_part(task, order[i]);
    for (size_t i = 0; i < count && error == KEYSHARE_OK; i++)
        error = read_back(task, order[i]);
    if (error == KEYSHARE_OK)
        error = keyshare_holding_mark(session, &task->marker);
    if (error == KEYSHARE_OK)
        tell(task);
    return error;
}

static keyshare_error
write(struct task *task)
{
    struct session *session = task->session;
    bool same = false;
    keyshare_error error;

    /* A record that is longer than an EF can be is left out from the start, so
     * that what is on the card is compared with what would be written. */
    if (task->parts[SLOT_RECORD].len > KEYSHARE_SLOT_SIZE_MAX)
        omit_record(task);
    error = keyshare_holding_look(session, &task->holding);
    if (error == KEYSHARE_OK)
        error = keyshare_holding_find(session, &task->holding);
    if (error == KEYSHARE_OK)
        error = is_there(task, &same);
    if (error != KEYSHARE_OK || same)
        return error;
    error = judge(task);
    if (error == KEYSHARE_OK)
        error = change(task);
    return error;
}

/* What may be overwritten, checked. */
static keyshare_error
take_options(struct task *task, const keyshare_card_write_options *options)
{
    static const keyshare_card_write_options none = KEYSHARE_CARD_WRITE_INIT;

    task->options = none;
    if (options == NULL)
        return KEYSHARE_OK;
    if (options->size < sizeof *options ||
        (options->keep == NULL && options->keep_count > 0))
        return KEYSHARE_ERR_ARGUMENT;
    task->options = *options;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_card_write(keyshare_card_info *info, const keyshare_card *card,
    const keyshare_image *image, const keyshare_card_write_options *options)
{
    struct task task;
    keyshare_error error;

    memset(&task, 0, sizeof task);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = keyshare_session_open(&task.session, card, info);
    if (error == KEYSHARE_OK &&
        (image == NULL || (image->bytes == NULL && image->len > 0)))
        error = KEYSHARE_ERR_ARGUMENT;
    if (error == KEYSHARE_OK)
        error = take_options(&task, options);
    if (error == KEYSHARE_OK)
        error = take_image(&task, image);
    if (error == KEYSHARE_OK)
        error = write(&task);
    error = keyshare_session_close(&task.session, info, error);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}
