/* SPDX-License-Identifier: ISC */
/* The marker E4: what a card holds, and that it is whole. */
#include "marker.h"

#include <string.h>

#include "hash.h"
#include "invariant.h"
#include "tlv.h"

enum tag {
    TAG_VERSION = 0x80,
    TAG_STATE = 0x81,
    TAG_PARTS = 0x82,
    TAG_INDEX = 0x83,
    TAG_FINGERPRINT = 0x84,
    TAG_CHECK = 0x85
};

#define VERSION     1
#define STATE_EMPTY 0
#define STATE_WHOLE 1
#define CHECK_SIZE  8

/* Four objects of one byte, and a fingerprint. */
#define CHECKED_SIZE (4 * 3 + 2 + KEYSHARE_SHA256_SIZE)
#define CONTENT_SIZE (CHECKED_SIZE + 2 + CHECK_SIZE)
_Static_assert(2 + CONTENT_SIZE == KEYSHARE_MARKER_SIZE, "as encoded");
_Static_assert(KEYSHARE_MARKER_SIZE <= KEYSHARE_MARKER_ROOM, "it has room");

static void
make_check(uint8_t *check, const uint8_t *checked)
{
    uint8_t digest[KEYSHARE_SHA256_SIZE];
    const struct part part = {checked, CHECKED_SIZE};

    keyshare_hash_sha256(digest, &part, 1);
    memcpy(check, digest, CHECK_SIZE);
}

void
keyshare_marker_encode(uint8_t *bytes, const struct marker *marker)
{
    struct tlv_writer writer = {bytes, 0};
    uint8_t *checked;

    keyshare_tlv_open(&writer, KEYSHARE_MARKER_TAG, CONTENT_SIZE);
    checked = bytes + writer.used;
    keyshare_tlv_write_integer(&writer, TAG_VERSION, 1, VERSION);
    keyshare_tlv_write_integer(
        &writer, TAG_STATE, 1, marker->whole ? STATE_WHOLE : STATE_EMPTY);
    keyshare_tlv_write_integer(&writer, TAG_PARTS, 1, marker->parts);
    keyshare_tlv_write_integer(&writer, TAG_INDEX, 1, marker->index);
    keyshare_tlv_write(&writer, TAG_FINGERPRINT, marker->fingerprint,
        sizeof marker->fingerprint);
    make_check(keyshare_tlv_reserve(&writer, TAG_CHECK, CHECK_SIZE), checked);
    KEYSHARE_INVARIANT(writer.used == KEYSHARE_MARKER_SIZE);
}

/* Read an object that is one byte. */
static bool
take_byte(struct tlv_reader *reader, uint8_t tag, unsigned *byte)
{
    struct tlv object;

    if (!keyshare_tlv_read(reader, tag, &object) || object.len != 1)
        return false;
    *byte = object.value[0];
    return true;
}

/* Whether it is one that is written: what is there, and what goes with it. */
static bool
is_sensible(const struct marker *marker, unsigned state)
{
    static const uint8_t none[sizeof marker->fingerprint];
    const bool share = (marker->parts & MARKER_SHARE) != 0;

    if (state == STATE_EMPTY && marker->parts != 0)
        return false;
    if (state == STATE_WHOLE && marker->parts != MARKER_SHARE &&
        marker->parts != (MARKER_RECORD | MARKER_SHARE) &&
        marker->parts != MARKER_WRAPPED)
        return false;
    if (state != STATE_EMPTY && state != STATE_WHOLE)
        return false;
    return share ? marker->index != 0
                 : marker->index == 0 &&
                       memcmp(marker->fingerprint, none, sizeof none) == 0;
}

static bool
decode(struct marker *marker, const uint8_t *bytes)
{
    struct tlv_reader reader = {bytes, KEYSHARE_MARKER_SIZE};
    struct tlv whole, object;
    uint8_t check[CHECK_SIZE];
    unsigned version, state;

    if (!keyshare_tlv_read(&reader, KEYSHARE_MARKER_TAG, &whole) ||
        reader.left > 0)
        return false;
    reader = (struct tlv_reader){whole.value, whole.len};
    if (!take_byte(&reader, TAG_VERSION, &version) || version != VERSION ||
        !take_byte(&reader, TAG_STATE, &state) ||
        !take_byte(&reader, TAG_PARTS, &marker->parts) ||
        !take_byte(&reader, TAG_INDEX, &marker->index))
        return false;
    if (!keyshare_tlv_read(&reader, TAG_FINGERPRINT, &object) ||
        object.len != sizeof marker->fingerprint)
        return false;
    memcpy(marker->fingerprint, object.value, object.len);
    if (!keyshare_tlv_read(&reader, TAG_CHECK, &object) ||
        object.len != CHECK_SIZE || reader.left > 0)
        return false;
    make_check(check, whole.value);
    marker->whole = state == STATE_WHOLE;
    return memcmp(check, object.value, CHECK_SIZE) == 0 &&
           is_sensible(marker, state);
}

bool
keyshare_marker_decode(struct marker *marker, const uint8_t *bytes)
{
    memset(marker, 0, sizeof *marker);
    if (decode(marker, bytes))
        return true;
    memset(marker, 0, sizeof *marker);
    return false;
}
