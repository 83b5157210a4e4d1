/* SPDX-License-Identifier: ISC */
/* Canonical BER-TLV: a cursor that reads and one that writes.
 *
 * Tags are one byte; lengths are definite and as short as can be, in up to
 * three bytes after their count ([X.690] 8.1.3 and 10.1). Values are not
 * looked at: only tags and lengths, which are public, steer anything here.
 *
 * [X.690] ITU-T X.690 (2021), ASN.1 encoding rules.
 */
#ifndef TLV_H
#define TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** No value is longer than three length bytes can say. */
#define KEYSHARE_TLV_LEN_MAX 0xffffff

/** What is left to read. */
struct tlv_reader {
    const uint8_t *bytes;
    size_t left;
};

/** One data object: value and len, and the object as encoded. */
struct tlv {
    const uint8_t *value;
    size_t len;
    const uint8_t *encoded;
    size_t encoded_len;
};

/** Read the next object if it has this tag; else nothing is read. */
bool keyshare_tlv_read(
    struct tlv_reader *reader, uint8_t tag, struct tlv *object);

/** Bytes of an object's tag and length, and of the whole object. */
size_t keyshare_tlv_header_size(size_t len);
size_t keyshare_tlv_size(size_t len);

/** Where the next object is written. The room is the caller's care. */
struct tlv_writer {
    uint8_t *bytes;
    size_t used;
};

/** Write tag and length; the value is the caller's to fill: LEN bytes at the
 * place returned, over which the writer has stepped. */
uint8_t *keyshare_tlv_reserve(
    struct tlv_writer *writer, uint8_t tag, size_t len);

/** Write tag and length alone: what follows is what they enclose. */
void keyshare_tlv_open(struct tlv_writer *writer, uint8_t tag, size_t len);

/** Write an object whole. */
void keyshare_tlv_write(
    struct tlv_writer *writer, uint8_t tag, const void *value, size_t len);

/** Write an object whose value is an integer in LEN bytes, big-endian. */
void keyshare_tlv_write_integer(
    struct tlv_writer *writer, uint8_t tag, size_t len, uint64_t x);

#endif
