/* SPDX-License-Identifier: ISC */
/* A record from any file that has one in it: bare, or a card image. */
#include "record_file.h"

#include <stdio.h>
#include <string.h>

#include "say.h"
#include "store.h"
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

enum status
record_load(keyshare_record **record, const char *path)
{
    struct buffer bytes = BUFFER_INIT;
    struct shown text;
    struct fault fault;
    keyshare_error error;
    uint8_t tag;
    int failure = store_load(&bytes, path, KEYSHARE_IMAGE_SIZE_MAX);

    *record = NULL;
    if (failure != 0) {
        complain("%s: %s", shown(&text, path), strerror(failure));
        buffer_free(&bytes);
        return STATUS_SYSTEM;
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
