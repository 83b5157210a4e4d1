/* SPDX-License-Identifier: ISC */
/* What lies on a card: found and read. */
#include "holding.h"

#include <string.h>

#include <keyshare/wrapped.h>

#include "record.h"
#include "secret.h"
#include "share.h"
#include "status.h"
#include "tlv.h"
#include "wrapped.h"

/* Tag and length of an object, at most. */
#define HEAD_SIZE 5

/* ---- Looking ---- */

static keyshare_error
find(struct session *session, struct holding *holding, enum slot slot)
{
    keyshare_error error =
        session->profile->find(session, slot, &holding->there[slot]);

    return error == KEYSHARE_OK ? error
                                : keyshare_session_blame(session, slot, error);
}

keyshare_error
keyshare_holding_find(struct session *session, struct holding *holding)
{
    keyshare_error error = KEYSHARE_OK;

    if (!holding->place)
        return KEYSHARE_OK;
    for (size_t slot = SLOT_MARKER; slot < SLOT_COUNT; slot++)
        if (error == KEYSHARE_OK)
            error = find(session, holding, (enum slot)slot);
    return error;
}

/* What the marker says, for the caller. */
static void
tell(keyshare_card_info *info, const struct holding *holding)
{
    const struct marker *marker = &holding->marker;

    info->state = holding->state;
    info->has_record = (marker->parts & MARKER_RECORD) != 0;
    info->has_share = (marker->parts & MARKER_SHARE) != 0;
    info->has_wrapped = (marker->parts & MARKER_WRAPPED) != 0;
    info->index = marker->index;
    memcpy(info->fingerprint, marker->fingerprint, sizeof info->fingerprint);
}

static keyshare_error
look_at_marker(struct session *session, struct holding *holding)
{
    uint8_t bytes[KEYSHARE_MARKER_SIZE];
    bool whole;
    keyshare_error error = keyshare_holding_read(
        session, SLOT_MARKER, bytes, sizeof bytes, &whole);

    if (error == KEYSHARE_OK && whole)
        holding->marked = keyshare_marker_decode(&holding->marker, bytes);
    return error;
}

keyshare_error
keyshare_holding_look(struct session *session, struct holding *holding)
{
    keyshare_error error;

    memset(holding, 0, sizeof *holding);
    holding->state = KEYSHARE_CARD_EMPTY;
    error = session->profile->open(session, &holding->place);
    if (error == KEYSHARE_OK && holding->place)
        error = find(session, holding, SLOT_MARKER);
    if (error == KEYSHARE_OK && holding->there[SLOT_MARKER])
        error = look_at_marker(session, holding);
    if (error == KEYSHARE_OK && !holding->marked)
        error = keyshare_holding_find(session, holding);
    if (error != KEYSHARE_OK)
        return error;
    if (holding->marked)
        holding->state =
            holding->marker.whole ? KEYSHARE_CARD_WHOLE : KEYSHARE_CARD_EMPTY;
    else
        for (size_t slot = SLOT_MARKER; slot < SLOT_COUNT; slot++)
            if (holding->there[slot])
                holding->state = KEYSHARE_CARD_INCOMPLETE;
    tell(&session->info, holding);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_holding_guard(struct session *session)
{
    const bool asking = session->asking;
    uint8_t tag;
    size_t got;
    keyshare_error error;

    if (session->verified)
        return KEYSHARE_OK;
    session->asking = false;
    error = session->profile->read(session, SLOT_SHARE, 0, &tag, 1, &got);
    session->asking = asking;
    if (error == KEYSHARE_OK)
        session->info.guard =
            got == 1 ? KEYSHARE_CARD_GUARD_OPEN : KEYSHARE_CARD_GUARD_UNKNOWN;
    else if (session->channel.status == STATUS_SECURITY)
        session->info.guard = KEYSHARE_CARD_GUARD_PIN;
    /* What a card says to this beside, it will say again. */
    return error == KEYSHARE_ERR_CARD_ABSENT || error == KEYSHARE_ERR_CARD_IO
               ? error
               : KEYSHARE_OK;
}

/* ---- Reading ---- */

uint8_t
keyshare_holding_tag(enum slot slot)
{
    switch (slot) {
    case SLOT_RECORD: return KEYSHARE_RECORD_TAG;
    case SLOT_SHARE: return KEYSHARE_SHARE_TAG;
    case SLOT_WRAPPED: return KEYSHARE_WRAPPED_TAG;
    case SLOT_MARKER:
    case SLOT_COUNT: break;
    }
    return KEYSHARE_MARKER_TAG;
}

keyshare_error
keyshare_holding_read(struct session *session, enum slot slot, uint8_t *bytes,
    size_t len, bool *whole)
{
    size_t got;
    keyshare_error error =
        session->profile->read(session, slot, 0, bytes, len, &got);

    *whole = error == KEYSHARE_OK && got == len;
    return error == KEYSHARE_OK ? error
                                : keyshare_session_blame(session, slot, error);
}

/* How long an object is of which this is the head; 0: it is none. The reader
 * wants all of it: it is told that there is as much as a slot can hold. */
static size_t
length_of(const uint8_t *head, uint8_t tag)
{
    struct tlv_reader reader = {head, KEYSHARE_SLOT_SIZE_MAX};
    struct tlv object;

    return keyshare_tlv_read(&reader, tag, &object) ? object.encoded_len : 0;
}

keyshare_error
keyshare_holding_length(struct session *session, enum slot slot, size_t *len)
{
    uint8_t head[HEAD_SIZE];
    bool whole;
    keyshare_error error =
        keyshare_holding_read(session, slot, head, sizeof head, &whole);

    *len = 0;
    if (error == KEYSHARE_OK && whole)
        *len = length_of(head, keyshare_holding_tag(slot));
    return error;
}

keyshare_error
keyshare_holding_object(
    struct session *session, enum slot slot, keyshare_secret **object)
{
    size_t len;
    bool whole;
    keyshare_error error = keyshare_holding_length(session, slot, &len);

    *object = NULL;
    if (error != KEYSHARE_OK || len == 0)
        return error;
    *object = keyshare_secret_new(len);
    if (*object == NULL)
        return KEYSHARE_ERR_MEMORY;
    error = keyshare_holding_read(
        session, slot, keyshare_secret_bytes(*object), len, &whole);
    if (error != KEYSHARE_OK || !whole)
        keyshare_secret_free(object);
    return error;
}

/* Read what should be LEN bytes in a slot that should be there. */
static keyshare_error
read_part(struct session *session, enum slot slot, uint8_t *bytes, size_t len)
{
    bool whole;
    keyshare_error error =
        keyshare_holding_read(session, slot, bytes, len, &whole);

    if (error == KEYSHARE_OK && !whole)
        error = keyshare_session_blame(session, slot, KEYSHARE_ERR_DAMAGED);
    return error;
}

/* How long the object in a slot is that should be there. */
static keyshare_error
measure_part(struct session *session, enum slot slot, size_t *len)
{
    bool there;
    keyshare_error error = session->profile->find(session, slot, &there);

    *len = 0;
    if (error == KEYSHARE_OK && there)
        error = keyshare_holding_length(session, slot, len);
    if (error == KEYSHARE_OK && *len == 0)
        error = KEYSHARE_ERR_DAMAGED;
    return error == KEYSHARE_OK ? error
                                : keyshare_session_blame(session, slot, error);
}

/* Whether a share is the one of which the marker tells. One of a version that
 * is not known here is taken for it. */
static bool
is_marked(const struct marker *marker, const uint8_t *bytes, size_t len)
{
    struct share share;
    keyshare_error error = keyshare_share_decode(&share, bytes, len);

    if (error != KEYSHARE_OK)
        return error == KEYSHARE_ERR_VERSION;
    return share.index == marker->index &&
           memcmp(share.fingerprint, marker->fingerprint,
               sizeof marker->fingerprint) == 0;
}

/* Whether there is a whole share. */
static keyshare_error
examine_share(struct session *session, struct marker *what)
{
    keyshare_secret *object;
    struct share share;
    keyshare_error error = keyshare_holding_guard(session);

    if (error == KEYSHARE_OK)
        error = keyshare_holding_object(session, SLOT_SHARE, &object);
    if (error != KEYSHARE_OK || object == NULL)
        return error;
    if (keyshare_share_decode(&share, keyshare_secret_reveal(object),
            keyshare_secret_len(object)) == KEYSHARE_OK) {
        what->parts |= MARKER_SHARE;
        what->index = share.index;
        memcpy(what->fingerprint, share.fingerprint, sizeof what->fingerprint);
    }
    keyshare_secret_free(&object);
    return KEYSHARE_OK;
}

/* Whether there is a whole wrapped key. */
static keyshare_error
examine_wrapped(struct session *session, struct marker *what)
{
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;
    keyshare_secret *object;
    keyshare_error error =
        keyshare_holding_object(session, SLOT_WRAPPED, &object);

    if (error != KEYSHARE_OK || object == NULL)
        return error;
    if (keyshare_wrapped_decode(&wrapped, keyshare_secret_reveal(object),
            keyshare_secret_len(object), NULL) == KEYSHARE_OK)
        what->parts |= MARKER_WRAPPED;
    keyshare_secret_free(&object);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_holding_examine(
    struct session *session, const struct holding *holding, struct marker *what)
{
    keyshare_error error = KEYSHARE_OK;

    memset(what, 0, sizeof *what);
    if (holding->there[SLOT_SHARE])
        error = examine_share(session, what);
    if (error == KEYSHARE_OK && holding->there[SLOT_WRAPPED])
        error = examine_wrapped(session, what);
    if (error == KEYSHARE_OK && holding->state == KEYSHARE_CARD_INCOMPLETE) {
        struct holding found = *holding;

        found.marker = *what;
        tell(&session->info, &found);
    }
    return error;
}

keyshare_error
keyshare_holding_image(struct session *session, const struct holding *holding,
    keyshare_secret **image)
{
    static const enum slot slots[] = {SLOT_RECORD, SLOT_SHARE, SLOT_WRAPPED};
    static const unsigned parts[] = {
        MARKER_RECORD, MARKER_SHARE, MARKER_WRAPPED};
    const size_t count = sizeof slots / sizeof *slots;
    size_t len[] = {0, 0, 0};
    keyshare_error error = KEYSHARE_OK;
    uint8_t *bytes;

    *image = NULL;
    for (size_t i = 0; i < count && error == KEYSHARE_OK; i++)
        if (holding->marker.parts & parts[i])
            error = measure_part(session, slots[i], &len[i]);
    if (error != KEYSHARE_OK)
        return error;
    *image = keyshare_secret_new(len[0] + len[1] + len[2]);
    if (*image == NULL)
        return KEYSHARE_ERR_MEMORY;
    bytes = keyshare_secret_bytes(*image);
    for (size_t i = 0; i < count && error == KEYSHARE_OK; i++) {
        if (len[i] == 0)
            continue;
        error = read_part(session, slots[i], bytes, len[i]);
        if (error == KEYSHARE_OK && slots[i] == SLOT_SHARE &&
            !is_marked(&holding->marker, bytes, len[i]))
            error = keyshare_session_blame(
                session, SLOT_SHARE, KEYSHARE_ERR_DAMAGED);
        bytes += len[i];
    }
    if (error != KEYSHARE_OK)
        keyshare_secret_free(image);
    return error;
}
