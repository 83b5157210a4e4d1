/* SPDX-License-Identifier: ISC */
/* The objects of an encoded record E1, and the digests that schemes ask for.
 *
 *   80 version (01) . 81 scheme . 82 role . 83 threshold . 84 count .
 *   85 key length (2) . 86 lineage (16) . 87 epoch (4) . 88 label .
 *   89 time (8) . 8A predecessor's fingerprint, absent at epoch 0 .
 *   8B commitments . 8C quorum proof, where the scheme has one
 */
#ifndef RECORD_FORMAT_H
#define RECORD_FORMAT_H

#include "hash.h"
#include "tlv.h"

enum record_tag {
    TAG_VERSION = 0x80,
    TAG_SCHEME = 0x81,
    TAG_ROLE = 0x82,
    TAG_THRESHOLD = 0x83,
    TAG_COUNT = 0x84,
    TAG_KEY_LENGTH = 0x85,
    TAG_LINEAGE = 0x86,
    TAG_EPOCH = 0x87,
    TAG_LABEL = 0x88,
    TAG_TIME = 0x89,
    TAG_PREDECESSOR = 0x8a,
    TAG_COMMITMENTS = 0x8b,
    TAG_PROOF = 0x8c
};

/* The one version there is. */
#define RECORD_VERSION 1

/* Widths of the integers. */
#define KEY_LENGTH_SIZE 2
#define EPOCH_SIZE      4
#define TIME_SIZE       8

/** h_k, of four objects as encoded (80, 81, 85, 86): what never changes in a
 * lineage. */
static inline void
make_key_context(uint8_t *digest, const struct tlv objects[4])
{
    struct part parts[4];

    for (size_t i = 0; i < 4; i++)
        parts[i] = (struct part){objects[i].encoded, objects[i].encoded_len};
    keyshare_hash_sha256(digest, parts, 4);
}

/** h_s, of all objects before the commitments. */
static inline void
make_share_context(uint8_t *digest, const uint8_t *content, const uint8_t *end)
{
    const struct part part = {content, (size_t)(end - content)};

    keyshare_hash_sha256(digest, &part, 1);
}

/** P, of all objects before the proof. */
static inline void
make_proof_context(uint8_t *digest, const uint8_t *content, const uint8_t *end)
{
    const struct part part = {content, (size_t)(end - content)};

    keyshare_hash_sha512(digest, &part, 1);
}

#endif
