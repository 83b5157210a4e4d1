/* SPDX-License-Identifier: ISC */
/* What lies on a card: compared and overwritten. */
#include "holding.h"

#include <string.h>

#include "ct.h"
#include "memory.h"
#include "reveal.h"

/* The head of an object: what tells how far it goes. */
#define HEAD_SIZE 5

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

keyshare_error
keyshare_holding_compare(struct session *session, enum slot slot,
    const uint8_t *bytes, size_t len, bool *same)
{
    uint32_t equal = UINT32_MAX;

    *same = false;
    for (size_t at = 0; at < len;) {
        const size_t now = least(len - at, session->scratch_size);
        size_t got;
        keyshare_error error = session->profile->read(
            session, slot, at, session->scratch, now, &got);

        if (error != KEYSHARE_OK)
            return keyshare_session_blame(session, slot, error);
        if (got != now)
            return KEYSHARE_OK;
        equal &= keyshare_ct_equal(session->scratch, bytes + at, now);
        at += now;
    }
    *same = keyshare_reveal_mask(equal, REVEAL_STORED);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_holding_fits(
    struct session *session, enum slot slot, size_t size, bool *fits)
{
    size_t got;
    keyshare_error error = session->profile->read(
        session, slot, size - 1, session->scratch, 1, &got);

    *fits = error == KEYSHARE_OK && got == 1;
    return error == KEYSHARE_OK ? error
                                : keyshare_session_blame(session, slot, error);
}

/* Read a slot piece by piece until it ends, which a card may say as it likes. */
static keyshare_error
scan_pieces(struct session *session, enum slot slot, size_t *size, size_t *used)
{
    *size = 0;
    *used = 0;
    while (*size < KEYSHARE_SLOT_SIZE_MAX) {
        const size_t now =
            least(KEYSHARE_SLOT_SIZE_MAX - *size, session->scratch_size);
        size_t got;
        keyshare_error error = session->profile->read(
            session, slot, *size, session->scratch, now, &got);

        if (error != KEYSHARE_OK)
            return keyshare_session_blame(session, slot, error);
        *size += got;
        if (!keyshare_reveal_mask(
                keyshare_ct_all_zero(session->scratch, got), REVEAL_STORED))
            *used = *size;
        if (got < now)
            break;
    }
    return KEYSHARE_OK;
}

/* Read a slot to its end: *size bytes; *used: how many until nothing but zeros
 * follows, in whole pieces. */
static keyshare_error
scan(struct session *session, enum slot slot, size_t *size, size_t *used)
{
    const size_t move = session->channel.move;
    keyshare_error error;

    session->to_the_end = true;
    error = scan_pieces(session, slot, size, used);
    session->to_the_end = false;
    /* What was too long there need not be elsewhere. */
    if (session->channel.extended || move <= KEYSHARE_CHANNEL_MOVE_SHORT)
        session->channel.move = move;
    return error;
}

/* Read back that a slot begins with LEN zeros. */
static keyshare_error
check_zeros(struct session *session, enum slot slot, size_t len)
{
    size_t size, used;
    keyshare_error error = scan(session, slot, &size, &used);

    if (error == KEYSHARE_OK && (used > 0 || size < len))
        error = keyshare_session_blame(session, slot, KEYSHARE_ERR_DAMAGED);
    return error;
}

/* Zeros from FROM to TO. */
static keyshare_error
zero(struct session *session, enum slot slot, size_t from, size_t to)
{
    keyshare_error error = KEYSHARE_OK;

    if (from < to)
        error = session->profile->update(session, slot, from, NULL, to - from);
    return error == KEYSHARE_OK ? error
                                : keyshare_session_blame(session, slot, error);
}

keyshare_error
keyshare_holding_clear(
    struct session *session, enum slot slot, size_t from, bool all)
{
    bool known = false;
    size_t size;
    size_t used = 0;
    keyshare_error error = KEYSHARE_OK;

    if (!all)
        error = keyshare_holding_length(session, slot, &used);
    if (error == KEYSHARE_OK && used > 0)
        error = keyshare_holding_fits(session, slot, used, &known);
    if (error == KEYSHARE_OK && !known)
        error = scan(session, slot, &size, &used);
    if (error == KEYSHARE_OK)
        error = zero(session, slot, from > HEAD_SIZE ? from : HEAD_SIZE, used);
    if (error == KEYSHARE_OK)
        error = zero(session, slot, from, least(used, HEAD_SIZE));
    if (error == KEYSHARE_OK && all)
        error = check_zeros(session, slot, used);
    return error;
}

/* Write the marker's bytes, zeros for NULL, and read them back. */
static keyshare_error
write_marker(struct session *session, const uint8_t *bytes)
{
    static const uint8_t zeros[KEYSHARE_MARKER_SIZE];
    bool same;
    keyshare_error error = session->profile->update(
        session, SLOT_MARKER, 0, bytes, KEYSHARE_MARKER_SIZE);

    if (error == KEYSHARE_OK)
        error = keyshare_holding_compare(session, SLOT_MARKER,
            bytes == NULL ? zeros : bytes, KEYSHARE_MARKER_SIZE, &same);
    if (error == KEYSHARE_OK && !same)
        error = KEYSHARE_ERR_DAMAGED;
    return error == KEYSHARE_OK
               ? error
               : keyshare_session_blame(session, SLOT_MARKER, error);
}

keyshare_error
keyshare_holding_unmark(struct session *session)
{
    return write_marker(session, NULL);
}

keyshare_error
keyshare_holding_mark(struct session *session, const struct marker *marker)
{
    uint8_t bytes[KEYSHARE_MARKER_SIZE];

    keyshare_marker_encode(bytes, marker);
    return write_marker(session, bytes);
}
