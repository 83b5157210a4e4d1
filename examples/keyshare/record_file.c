/* SPDX-License-Identifier: ISC */
/* A record from any file that has one in it: bare, or a card image. */
#include "record_file.h"

#include <stdio.h>
#include <string.h>

#include "place.h"
#include "say.h"
#include "text.h"

const char *
fault_text(
    struct fault *fault, const char *what, keyshare_error error, unsigned tag)
{
    const char *text = keyshare_error_text(error);

    if (tag == 0) {
        snprintf(fault->text, sizeof fault->text, "%s: %s", what, text);
    } else {
        snprintf(fault->text, sizeof fault->text, "%s, at tag %02X: %s", what,
            tag & 0xff, text);
    }
    return fault->text;
}

/* The record in BYTES. What stands behind it may be damaged: the record
 * speaks for itself. */
static keyshare_error
find_record(keyshare_record **record, const struct buffer *bytes, uint8_t *tag)
{
    keyshare_image image = {bytes->bytes, bytes->len};
    keyshare_image_parts parts;

    *tag = 0;
    if (keyshare_image_take_apart(&parts, &image) == KEYSHARE_OK ||
        parts.record.len > 0) {
        image = parts.record;
    }
    if (image.len == 0)
        return KEYSHARE_ERR_FORMAT;
    return keyshare_record_decode(record, image.bytes, image.len, tag);
}

static const char *
why_not(const keyshare_card_info *info)
{
    switch (info->state) {
    case KEYSHARE_CARD_EMPTY: return "it is empty";
    case KEYSHARE_CARD_WHOLE: return "it holds the share alone";
    default: return "it is not whole";
    }
}

enum status
record_load(keyshare_record **record, const char *path, size_t turn)
{
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    struct buffer bytes = BUFFER_INIT;
    struct trouble trouble;
    struct shown text;
    struct fault fault;
    keyshare_error error;
    uint8_t tag;
    enum status status = place_look(&bytes, &info, path, turn,
        turn == READER_ANY ? "a card with the record" : "the next card",
        &trouble);

    *record = NULL;
    if (status != STATUS_YES) {
        complain("%s: %s", shown(&text, path), trouble.text);
        buffer_free(&bytes);
        return status;
    }
    if (reader_is(path) && bytes.len == 0) {
        complain("%s: no record on the card: %s", shown(&text, path),
            why_not(&info));
        buffer_free(&bytes);
        return STATUS_NO;
    }
    if (bytes.len > KEYSHARE_IMAGE_SIZE_MAX) {
        complain("%s: no record: larger than any", shown(&text, path));
        buffer_free(&bytes);
        return STATUS_NO;
    }
    error = find_record(record, &bytes, &tag);
    buffer_free(&bytes);
    if (error == KEYSHARE_OK)
        return STATUS_YES;
    complain("%s: %s", shown(&text, path),
        fault_text(&fault, "no record in it", error, tag));
    return status_of(error);
}
