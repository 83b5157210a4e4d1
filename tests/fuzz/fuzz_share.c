/* SPDX-License-Identifier: ISC */
/* Shares: what is decoded encodes to the same bytes, and with any one bit
 * changed is no share.
 */
#include <stdlib.h>
#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/image.h>

#include "fuzz.h"
#include "share.h"

static void
check_encoding(const struct share *share, const uint8_t *data, size_t size)
{
    uint8_t *bytes;
    uint8_t *value;

    REQUIRE(keyshare_share_size(share->value_len) == size);
    bytes = malloc(size);
    REQUIRE(bytes != NULL);
    value = keyshare_share_begin(bytes, share->index, share->value_len);
    if (share->value_len > 0)
        memcpy(value, share->value, share->value_len);
    keyshare_share_seal(bytes, share->value_len, share->fingerprint);
    REQUIRE(fuzz_same(bytes, size, data, size));
    free(bytes);
}

static void
check_changed(const uint8_t *data, size_t size)
{
    uint8_t *changed = malloc(size);
    struct share share;

    REQUIRE(changed != NULL);
    memcpy(changed, data, size);
    fuzz_flip(changed, size, fuzz_lot(data, size));
    REQUIRE(keyshare_share_decode(&share, changed, size) != KEYSHARE_OK);
    REQUIRE(share.index == 0 && share.value == NULL);
    free(changed);
}

/* The public function says the same of an image with the share alone. */
static void
check_image(const struct share *share, keyshare_error error,
    const uint8_t *data, size_t size)
{
    const keyshare_image image = {data, size};
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    unsigned index = 1000;

    if (size > 0 && data[0] != 0xe2)
        return;
    REQUIRE(keyshare_image_share(&index, fingerprint, &image) == error);
    REQUIRE(index == share->index);
    if (error == KEYSHARE_OK)
        REQUIRE(
            memcmp(fingerprint, share->fingerprint, sizeof fingerprint) == 0);
    else
        REQUIRE(fuzz_zero(fingerprint, sizeof fingerprint));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct share share;
    keyshare_error error;

    fuzz_begin();
    error = keyshare_share_decode(&share, data, size);
    check_image(&share, error, data, size);
    if (error != KEYSHARE_OK) {
        REQUIRE(error == KEYSHARE_ERR_FORMAT || error == KEYSHARE_ERR_VERSION ||
                error == KEYSHARE_ERR_DAMAGED);
        REQUIRE(share.index == 0 && share.value_len == 0);
        REQUIRE(share.fingerprint == NULL && share.value == NULL);
        return 0;
    }
    REQUIRE(share.index >= 1 && share.index <= 255);
    REQUIRE(
        fuzz_within(share.fingerprint, KEYSHARE_FINGERPRINT_SIZE, data, size));
    REQUIRE(fuzz_within(share.value, share.value_len, data, size));
    check_encoding(&share, data, size);
    check_changed(data, size);
    return 0;
}
