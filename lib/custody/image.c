/* SPDX-License-Identifier: ISC */
/* Card images: put together, taken apart. */
#include "image.h"

#include <string.h>

#include <keyshare/fingerprint.h>

#include "latch.h"
#include "memory.h"
#include "record.h"
#include "secret.h"
#include "share.h"
#include "tlv.h"
#include "wrapped.h"

/* Take the next object of that tag, if there is one. */
static bool
take(struct tlv_reader *reader, uint8_t tag, keyshare_image *part)
{
    struct tlv object;

    if (!keyshare_tlv_read(reader, tag, &object))
        return false;
    part->bytes = object.encoded;
    part->len = object.encoded_len;
    return true;
}

bool
keyshare_image_find(keyshare_image_parts *parts, const keyshare_image *image)
{
    static const keyshare_image_parts nothing = {.record = {NULL, 0}};
    struct tlv_reader reader = {image->bytes, image->len};

    *parts = nothing;
    if (take(&reader, KEYSHARE_WRAPPED_TAG, &parts->wrapped)) {
        if (reader.left > 0)
            *parts = nothing;
        return reader.left == 0;
    }
    if (take(&reader, KEYSHARE_RECORD_TAG, &parts->record) && reader.left == 0)
        return true;
    if (take(&reader, KEYSHARE_SHARE_TAG, &parts->share) && reader.left == 0)
        return true;
    /* A record with a share behind it that is not whole is still that record;
     * with anything else behind it, these bytes are nothing of ours. */
    if (reader.left > 0 && parts->share.len == 0 &&
        reader.bytes[0] != KEYSHARE_SHARE_TAG)
        parts->record = nothing.record;
    parts->share = nothing.share;
    return false;
}

keyshare_error
keyshare_image_take_apart(
    keyshare_image_parts *parts, const keyshare_image *image)
{
    if (parts == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    memset(parts, 0, sizeof *parts);
    if (image == NULL || (image->bytes == NULL && image->len > 0))
        return KEYSHARE_ERR_ARGUMENT;
    return keyshare_image_find(parts, image) ? KEYSHARE_OK
                                             : KEYSHARE_ERR_FORMAT;
}

keyshare_error
keyshare_image_make(keyshare_secret **image, const keyshare_record *record,
    const keyshare_secret *share)
{
    struct share view;
    size_t record_len = 0;
    size_t share_len = keyshare_secret_len(share);
    keyshare_error error;
    uint8_t *bytes;

    if (image == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *image = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (share == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if (keyshare_share_decode(
            &view, keyshare_secret_reveal(share), share_len) != KEYSHARE_OK) {
        error = KEYSHARE_ERR_FORMAT;
        goto done;
    }
    if (record != NULL) {
        error = KEYSHARE_ERR_UNEXPECTED;
        if (memcmp(view.fingerprint, keyshare_record_fingerprint(record),
                KEYSHARE_FINGERPRINT_SIZE) != 0)
            goto done;
        (void)keyshare_record_bytes(record, &record_len);
    }
    error = KEYSHARE_ERR_MEMORY;
    *image = keyshare_secret_new(record_len + share_len);
    if (*image == NULL)
        goto done;
    bytes = keyshare_secret_bytes(*image);
    if (record != NULL)
        memcpy(bytes, keyshare_record_bytes(record, NULL), record_len);
    memcpy(bytes + record_len, keyshare_secret_reveal(share), share_len);
    error = KEYSHARE_OK;
done:
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}

size_t
keyshare_image_memory(
    const keyshare_record *record, const keyshare_secret *share)
{
    size_t record_len = 0;

    if (share == NULL)
        return 0;
    if (record != NULL)
        (void)keyshare_record_bytes(record, &record_len);
    return keyshare_secret_memory(record_len + keyshare_secret_len(share));
}

keyshare_error
keyshare_image_share(
    unsigned *index, uint8_t *fingerprint, const keyshare_image *image)
{
    keyshare_image_parts parts;
    struct share share;
    keyshare_error error;

    if (index != NULL)
        *index = 0;
    if (fingerprint != NULL)
        memset(fingerprint, 0, KEYSHARE_FINGERPRINT_SIZE);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (index == NULL || image == NULL ||
        (image->bytes == NULL && image->len > 0))
        return KEYSHARE_ERR_ARGUMENT;
    if (!keyshare_image_find(&parts, image))
        return KEYSHARE_ERR_FORMAT;
    error = keyshare_share_decode(&share, parts.share.bytes, parts.share.len);
    if (error == KEYSHARE_OK) {
        *index = share.index;
        if (fingerprint != NULL)
            memcpy(fingerprint, share.fingerprint, KEYSHARE_FINGERPRINT_SIZE);
    }
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}
