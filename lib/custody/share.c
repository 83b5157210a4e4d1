/* SPDX-License-Identifier: ISC */
/* The encoded share E2, and a view into it. */
#include "share.h"

#include <string.h>

#include <keyshare/fingerprint.h>

#include "ct.h"
#include "hash.h"
#include "memory.h"
#include "reveal.h"
#include "tlv.h"

enum tag {
    TAG_VERSION = 0x80,
    TAG_INDEX = 0x81,
    TAG_FINGERPRINT = 0x82,
    TAG_VALUE = 0x83,
    TAG_CHECK = 0x84
};

#define VERSION    1
#define CHECK_SIZE 8

/* Bytes of the objects before the value. */
static size_t
size_before_value(void)
{
    return keyshare_tlv_size(1) + keyshare_tlv_size(1) +
           keyshare_tlv_size(KEYSHARE_FINGERPRINT_SIZE);
}

/* Bytes of the objects that the check covers. */
static size_t
checked_size(size_t value_len)
{
    return size_before_value() + keyshare_tlv_size(value_len);
}

static size_t
content_size(size_t value_len)
{
    return checked_size(value_len) + keyshare_tlv_size(CHECK_SIZE);
}

size_t
keyshare_share_size(size_t value_len)
{
    return keyshare_tlv_size(content_size(value_len));
}

static void
make_check(uint8_t *check, const uint8_t *checked, size_t len)
{
    uint8_t digest[KEYSHARE_SHA256_SIZE];
    const struct part part = {checked, len};

    keyshare_hash_sha256(digest, &part, 1);
    memcpy(check, digest, CHECK_SIZE);
    keyshare_memory_wipe(digest, sizeof digest);
}

/* All ones iff the check matches. */
static uint32_t
check_matches(const uint8_t *check, const uint8_t *checked, size_t len)
{
    uint8_t right[CHECK_SIZE];
    uint32_t same;

    make_check(right, checked, len);
    same = keyshare_ct_equal(right, check, CHECK_SIZE);
    keyshare_memory_wipe(right, sizeof right);
    return same;
}

keyshare_error
keyshare_share_decode(struct share *share, const uint8_t *bytes, size_t len)
{
    struct tlv_reader reader = {bytes, len};
    struct tlv whole, version, index, fingerprint, value, check;

    memset(share, 0, sizeof *share);
    if (!keyshare_tlv_read(&reader, KEYSHARE_SHARE_TAG, &whole) ||
        reader.left > 0)
        return KEYSHARE_ERR_FORMAT;
    reader = (struct tlv_reader){whole.value, whole.len};
    if (!keyshare_tlv_read(&reader, TAG_VERSION, &version) || version.len != 1)
        return KEYSHARE_ERR_FORMAT;
    if (version.value[0] != VERSION)
        return KEYSHARE_ERR_VERSION;
    if (!keyshare_tlv_read(&reader, TAG_INDEX, &index) || index.len != 1 ||
        index.value[0] == 0)
        return KEYSHARE_ERR_FORMAT;
    if (!keyshare_tlv_read(&reader, TAG_FINGERPRINT, &fingerprint) ||
        fingerprint.len != KEYSHARE_FINGERPRINT_SIZE)
        return KEYSHARE_ERR_FORMAT;
    if (!keyshare_tlv_read(&reader, TAG_VALUE, &value) ||
        !keyshare_tlv_read(&reader, TAG_CHECK, &check) ||
        check.len != CHECK_SIZE || reader.left > 0)
        return KEYSHARE_ERR_FORMAT;
    if (!keyshare_reveal_mask(
            check_matches(check.value, whole.value, checked_size(value.len)),
            REVEAL_VERDICT))
        return KEYSHARE_ERR_DAMAGED;
    share->index = index.value[0];
    share->fingerprint = fingerprint.value;
    share->value = value.value;
    share->value_len = value.len;
    return KEYSHARE_OK;
}

uint8_t *
keyshare_share_begin(uint8_t *bytes, unsigned index, size_t value_len)
{
    struct tlv_writer writer = {bytes, 0};
    uint8_t *value;

    keyshare_tlv_open(&writer, KEYSHARE_SHARE_TAG, content_size(value_len));
    keyshare_tlv_write_integer(&writer, TAG_VERSION, 1, VERSION);
    keyshare_tlv_write_integer(&writer, TAG_INDEX, 1, index);
    keyshare_tlv_reserve(&writer, TAG_FINGERPRINT, KEYSHARE_FINGERPRINT_SIZE);
    value = keyshare_tlv_reserve(&writer, TAG_VALUE, value_len);
    keyshare_tlv_reserve(&writer, TAG_CHECK, CHECK_SIZE);
    return value;
}

void
keyshare_share_seal(
    uint8_t *bytes, size_t value_len, const uint8_t *fingerprint)
{
    uint8_t *content =
        bytes + keyshare_tlv_header_size(content_size(value_len));
    uint8_t *check = content + checked_size(value_len) +
                     keyshare_tlv_header_size(CHECK_SIZE);

    memcpy(content + size_before_value() - KEYSHARE_FINGERPRINT_SIZE,
        fingerprint, KEYSHARE_FINGERPRINT_SIZE);
    make_check(check, content, checked_size(value_len));
}
