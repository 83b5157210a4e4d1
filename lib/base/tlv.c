/* SPDX-License-Identifier: ISC */
/* Canonical BER-TLV: a cursor that reads and one that writes. */
#include "tlv.h"

#include <string.h>

#include "invariant.h"
#include "wire.h"

/* How many bytes follow a first length byte above 0x7f; 0: it is the length. */
static size_t
length_bytes(size_t len)
{
    if (len < 0x80)
        return 0;
    if (len < 0x100)
        return 1;
    return len < 0x10000 ? 2 : 3;
}

size_t
keyshare_tlv_header_size(size_t len)
{
    return 2 + length_bytes(len);
}

size_t
keyshare_tlv_size(size_t len)
{
    return keyshare_tlv_header_size(len) + len;
}

bool
keyshare_tlv_read(struct tlv_reader *reader, uint8_t tag, struct tlv *object)
{
    const uint8_t *bytes = reader->bytes;
    size_t header = 2;
    size_t len;

    if (reader->left < header || bytes[0] != tag)
        return false;
    len = bytes[1];
    if (len >= 0x80) {
        size_t more = len & 0x7f;

        if (more < 1 || more > 3 || reader->left - header < more)
            return false;
        len = (size_t)keyshare_wire_get(bytes + header, more);
        header += more;
        if (keyshare_tlv_header_size(len) != header)
            return false;
    }
    if (reader->left - header < len)
        return false;
    object->value = bytes + header;
    object->len = len;
    object->encoded = bytes;
    object->encoded_len = header + len;
    reader->bytes += object->encoded_len;
    reader->left -= object->encoded_len;
    return true;
}

void
keyshare_tlv_open(struct tlv_writer *writer, uint8_t tag, size_t len)
{
    size_t more = length_bytes(len);
    uint8_t *bytes = writer->bytes + writer->used;

    KEYSHARE_INVARIANT(len <= KEYSHARE_TLV_LEN_MAX);
    bytes[0] = tag;
    bytes[1] = (uint8_t)(more == 0 ? len : 0x80 | more);
    keyshare_wire_put(bytes + 2, more, len);
    writer->used += 2 + more;
}

uint8_t *
keyshare_tlv_reserve(struct tlv_writer *writer, uint8_t tag, size_t len)
{
    uint8_t *value;

    keyshare_tlv_open(writer, tag, len);
    value = writer->bytes + writer->used;
    writer->used += len;
    return value;
}

void
keyshare_tlv_write(
    struct tlv_writer *writer, uint8_t tag, const void *value, size_t len)
{
    uint8_t *place = keyshare_tlv_reserve(writer, tag, len);

    if (len > 0)
        memcpy(place, value, len);
}

void
keyshare_tlv_write_integer(
    struct tlv_writer *writer, uint8_t tag, size_t len, uint64_t x)
{
    keyshare_wire_put(keyshare_tlv_reserve(writer, tag, len), len, x);
}
