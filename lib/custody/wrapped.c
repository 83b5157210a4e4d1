/* SPDX-License-Identifier: ISC */
/* The wrapped key E3.
 *
 *   80 version (01) . 81 label . 82 lineage of the key that wraps . 83 method
 *   84 the wrapped bytes . 85 check: first 8 bytes of SHA-256 of 80..84
 */
#include "wrapped.h"

#include <string.h>

#include <keyshare/label.h>
#include <keyshare/record.h>
#include <keyshare/wrapped.h>

#include "hash.h"
#include "latch.h"
#include "tlv.h"

enum tag {
    TAG_VERSION = 0x80,
    TAG_LABEL = 0x81,
    TAG_LINEAGE = 0x82,
    TAG_METHOD = 0x83,
    TAG_BYTES = 0x84,
    TAG_CHECK = 0x85
};

#define VERSION    1
#define CHECK_SIZE 8

static bool
is_method(const char *method, size_t len)
{
    if (len < 1 || len > KEYSHARE_WRAPPED_METHOD_SIZE_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (method[i] < ' ' || method[i] > '~')
            return false;
    return true;
}

static void
make_check(uint8_t *check, const uint8_t *checked, size_t len)
{
    uint8_t digest[KEYSHARE_SHA256_SIZE];
    const struct part part = {checked, len};

    keyshare_hash_sha256(digest, &part, 1);
    memcpy(check, digest, CHECK_SIZE);
}

static size_t
checked_size(const keyshare_wrapped *wrapped)
{
    return keyshare_tlv_size(1) + keyshare_tlv_size(wrapped->label_len) +
           keyshare_tlv_size(KEYSHARE_LINEAGE_SIZE) +
           keyshare_tlv_size(wrapped->method_len) +
           keyshare_tlv_size(wrapped->len);
}

keyshare_error
keyshare_wrapped_encode(
    uint8_t *bytes, size_t size, size_t *len, const keyshare_wrapped *wrapped)
{
    struct tlv_writer writer = {bytes, 0};
    size_t checked, content;
    uint8_t *start;
    keyshare_error error;

    if (len != NULL)
        *len = 0;
    if (bytes == NULL || len == NULL || wrapped == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    memset(bytes, 0, size);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (wrapped->size < sizeof *wrapped || wrapped->lineage == NULL ||
        wrapped->method == NULL || wrapped->bytes == NULL || wrapped->len < 1 ||
        wrapped->len > KEYSHARE_WRAPPED_KEY_SIZE_MAX ||
        !is_method(wrapped->method, wrapped->method_len))
        return KEYSHARE_ERR_ARGUMENT;
    error = keyshare_label_check(wrapped->label, wrapped->label_len);
    if (error != KEYSHARE_OK)
        return error;
    checked = checked_size(wrapped);
    content = checked + keyshare_tlv_size(CHECK_SIZE);
    if (size < keyshare_tlv_size(content))
        return KEYSHARE_ERR_SPACE;
    keyshare_tlv_open(&writer, KEYSHARE_WRAPPED_TAG, content);
    start = bytes + writer.used;
    keyshare_tlv_write_integer(&writer, TAG_VERSION, 1, VERSION);
    keyshare_tlv_write(&writer, TAG_LABEL, wrapped->label, wrapped->label_len);
    keyshare_tlv_write(
        &writer, TAG_LINEAGE, wrapped->lineage, KEYSHARE_LINEAGE_SIZE);
    keyshare_tlv_write(
        &writer, TAG_METHOD, wrapped->method, wrapped->method_len);
    keyshare_tlv_write(&writer, TAG_BYTES, wrapped->bytes, wrapped->len);
    make_check(
        keyshare_tlv_reserve(&writer, TAG_CHECK, CHECK_SIZE), start, checked);
    *len = writer.used;
    return KEYSHARE_OK;
}

/* Read the objects in turn into WRAPPED; where it went wrong in TAG. */
static keyshare_error
decode(keyshare_wrapped *wrapped, struct tlv_reader reader, uint8_t *tag)
{
    const uint8_t *start = reader.bytes;
    struct tlv object;
    uint8_t check[CHECK_SIZE];

    *tag = TAG_VERSION;
    if (!keyshare_tlv_read(&reader, TAG_VERSION, &object) || object.len != 1)
        return KEYSHARE_ERR_FORMAT;
    if (object.value[0] != VERSION)
        return KEYSHARE_ERR_VERSION;
    *tag = TAG_LABEL;
    if (!keyshare_tlv_read(&reader, TAG_LABEL, &object) ||
        keyshare_label_check((const char *)object.value, object.len) !=
            KEYSHARE_OK)
        return KEYSHARE_ERR_FORMAT;
    wrapped->label = (const char *)object.value;
    wrapped->label_len = object.len;
    *tag = TAG_LINEAGE;
    if (!keyshare_tlv_read(&reader, TAG_LINEAGE, &object) ||
        object.len != KEYSHARE_LINEAGE_SIZE)
        return KEYSHARE_ERR_FORMAT;
    wrapped->lineage = object.value;
    *tag = TAG_METHOD;
    if (!keyshare_tlv_read(&reader, TAG_METHOD, &object) ||
        !is_method((const char *)object.value, object.len))
        return KEYSHARE_ERR_FORMAT;
    wrapped->method = (const char *)object.value;
    wrapped->method_len = object.len;
    *tag = TAG_BYTES;
    if (!keyshare_tlv_read(&reader, TAG_BYTES, &object) || object.len < 1 ||
        object.len > KEYSHARE_WRAPPED_KEY_SIZE_MAX)
        return KEYSHARE_ERR_FORMAT;
    wrapped->bytes = object.value;
    wrapped->len = object.len;
    *tag = TAG_CHECK;
    make_check(check, start, (size_t)(reader.bytes - start));
    if (!keyshare_tlv_read(&reader, TAG_CHECK, &object) ||
        object.len != CHECK_SIZE || reader.left > 0)
        return KEYSHARE_ERR_FORMAT;
    if (memcmp(object.value, check, CHECK_SIZE) != 0)
        return KEYSHARE_ERR_DAMAGED;
    *tag = 0;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_wrapped_decode(
    keyshare_wrapped *wrapped, const uint8_t *bytes, size_t len, uint8_t *tag)
{
    const keyshare_wrapped empty = KEYSHARE_WRAPPED_INIT;
    struct tlv_reader reader = {bytes, len};
    uint8_t at = 0;
    struct tlv whole;
    size_t size;
    keyshare_error error = KEYSHARE_ERR_FORMAT;

    if (tag != NULL)
        *tag = 0;
    if (wrapped == NULL || wrapped->size < sizeof *wrapped)
        return KEYSHARE_ERR_ARGUMENT;
    size = wrapped->size;
    memset(wrapped, 0, size);
    wrapped->size = size;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (bytes == NULL && len > 0)
        return KEYSHARE_ERR_ARGUMENT;
    at = KEYSHARE_WRAPPED_TAG;
    if (keyshare_tlv_read(&reader, KEYSHARE_WRAPPED_TAG, &whole) &&
        reader.left == 0)
        error =
            decode(wrapped, (struct tlv_reader){whole.value, whole.len}, &at);
    if (error != KEYSHARE_OK) {
        *wrapped = empty;
        wrapped->size = size;
    }
    if (tag != NULL)
        *tag = at;
    return error;
}
