/* SPDX-License-Identifier: ISC */
/* Wrapped keys: what is decoded encodes to the same bytes, and with any one bit
 * changed is none.
 */
#include <stdlib.h>
#include <string.h>

#include <keyshare/image.h>
#include <keyshare/label.h>
#include <keyshare/record.h>
#include <keyshare/wrapped.h>

#include "fuzz.h"

static void
check_empty(const keyshare_wrapped *wrapped)
{
    const keyshare_wrapped empty = KEYSHARE_WRAPPED_INIT;

    REQUIRE(wrapped->size == empty.size);
    REQUIRE(wrapped->label == NULL && wrapped->label_len == 0);
    REQUIRE(wrapped->lineage == NULL);
    REQUIRE(wrapped->method == NULL && wrapped->method_len == 0);
    REQUIRE(wrapped->bytes == NULL && wrapped->len == 0);
}

static void
check_ranges(const keyshare_wrapped *wrapped, const uint8_t *data, size_t size)
{
    REQUIRE(size <= KEYSHARE_WRAPPED_SIZE_MAX);
    REQUIRE(fuzz_within(wrapped->label, wrapped->label_len, data, size));
    REQUIRE(keyshare_label_check(wrapped->label, wrapped->label_len) ==
            KEYSHARE_OK);
    REQUIRE(fuzz_within(wrapped->lineage, KEYSHARE_LINEAGE_SIZE, data, size));
    REQUIRE(wrapped->method_len >= 1 &&
            wrapped->method_len <= KEYSHARE_WRAPPED_METHOD_SIZE_MAX);
    REQUIRE(fuzz_within(wrapped->method, wrapped->method_len, data, size));
    for (size_t i = 0; i < wrapped->method_len; i++)
        REQUIRE(wrapped->method[i] >= 0x20 && wrapped->method[i] < 0x7f);
    REQUIRE(wrapped->len >= 1 && wrapped->len <= KEYSHARE_WRAPPED_KEY_SIZE_MAX);
    REQUIRE(fuzz_within(wrapped->bytes, wrapped->len, data, size));
}

/* The same bytes again, and never one more than there is room for. */
static void
check_encoding(
    const keyshare_wrapped *wrapped, const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size);
    size_t len = 1;

    REQUIRE(bytes != NULL);
    REQUIRE(keyshare_wrapped_encode(bytes, size, &len, wrapped) == KEYSHARE_OK);
    REQUIRE(fuzz_same(bytes, len, data, size));
    free(bytes);
    bytes = malloc(size - 1);
    REQUIRE(bytes != NULL);
    REQUIRE(keyshare_wrapped_encode(bytes, size - 1, &len, wrapped) ==
            KEYSHARE_ERR_SPACE);
    REQUIRE(len == 0 && fuzz_zero(bytes, size - 1));
    free(bytes);
}

static void
check_changed(const uint8_t *data, size_t size)
{
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;
    uint8_t *changed = malloc(size);

    REQUIRE(changed != NULL);
    memcpy(changed, data, size);
    fuzz_flip(changed, size, fuzz_lot(data, size));
    REQUIRE(
        keyshare_wrapped_decode(&wrapped, changed, size, NULL) != KEYSHARE_OK);
    check_empty(&wrapped);
    free(changed);
}

/* It is a card image by itself. */
static void
check_image(const uint8_t *data, size_t size)
{
    const keyshare_image image = {data, size};
    keyshare_image_parts parts;

    REQUIRE(keyshare_image_take_apart(&parts, &image) == KEYSHARE_OK);
    REQUIRE(parts.wrapped.bytes == data && parts.wrapped.len == size);
    REQUIRE(parts.record.len == 0 && parts.share.len == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;
    uint8_t tag = 1;
    keyshare_error error;

    fuzz_begin();
    error = keyshare_wrapped_decode(&wrapped, data, size, &tag);
    if (error != KEYSHARE_OK) {
        check_empty(&wrapped);
        REQUIRE(error == KEYSHARE_ERR_FORMAT || error == KEYSHARE_ERR_VERSION ||
                error == KEYSHARE_ERR_DAMAGED);
        REQUIRE((tag >= 0x80 && tag <= 0x85) || tag == 0xe3);
        REQUIRE(error != KEYSHARE_ERR_DAMAGED || tag == 0x85);
        return 0;
    }
    REQUIRE(tag == 0 && wrapped.size == sizeof wrapped);
    check_ranges(&wrapped, data, size);
    check_encoding(&wrapped, data, size);
    check_changed(data, size);
    check_image(data, size);
    return 0;
}
