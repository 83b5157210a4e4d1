/* SPDX-License-Identifier: ISC */
/* The encoded record E1: read into an object. */
#include "record.h"

#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/label.h>

#include "latch.h"
#include "memory.h"
#include "record_format.h"
#include "wire.h"

struct keyshare_record {
    keyshare_policy policy;
    const struct scheme *scheme;
    struct scheme_set set;
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    uint32_t epoch;
    uint64_t time;
    /* Into bytes. */
    const uint8_t *lineage;
    const char *label;
    size_t label_len;
    const uint8_t *predecessor;
    /* A second block: what is kept for judging many cards, or NULL. */
    uint8_t *prepared;
    size_t len;
    uint8_t bytes[];
};

/* A decoding under way: what is left to read, and where it stands. */
struct decoder {
    struct tlv_reader reader;
    const uint8_t *content;    /* the first object */
    struct tlv key_context[4]; /* 80, 81, 85, 86: what h_k is made of */
    uint8_t tag;               /* of the object being read */
    bool leaves_proof;         /* canonical is enough of it */
};

/* ---- Decoding ---- */

static bool
read_object(struct decoder *decoder, uint8_t tag, struct tlv *object)
{
    decoder->tag = tag;
    return keyshare_tlv_read(&decoder->reader, tag, object);
}

static bool
read_integer(struct decoder *decoder, uint8_t tag, size_t len, uint64_t *x)
{
    struct tlv object;

    if (!read_object(decoder, tag, &object) || object.len != len)
        return false;
    *x = keyshare_wire_get(object.value, len);
    return true;
}

/* 80..84. */
static keyshare_error
read_policy(keyshare_record *record, struct decoder *decoder)
{
    struct tlv version, scheme;
    uint64_t role, threshold, count;

    if (!read_object(decoder, TAG_VERSION, &version) || version.len != 1)
        return KEYSHARE_ERR_FORMAT;
    if (version.value[0] != RECORD_VERSION)
        return KEYSHARE_ERR_VERSION;
    if (!read_object(decoder, TAG_SCHEME, &scheme) || scheme.len != 1)
        return KEYSHARE_ERR_FORMAT;
    record->scheme = keyshare_scheme_find(scheme.value[0]);
    if (record->scheme == NULL)
        return KEYSHARE_ERR_VERSION;
    if (!read_integer(decoder, TAG_ROLE, 1, &role) ||
        role > KEYSHARE_ROLE_TRANSFER)
        return KEYSHARE_ERR_FORMAT;
    if (!read_integer(decoder, TAG_THRESHOLD, 1, &threshold) || threshold < 1)
        return KEYSHARE_ERR_FORMAT;
    if (!read_integer(decoder, TAG_COUNT, 1, &count) || count < threshold)
        return KEYSHARE_ERR_FORMAT;
    record->policy.scheme = (keyshare_scheme)scheme.value[0];
    record->policy.role = (keyshare_role)role;
    record->policy.threshold = (unsigned)threshold;
    record->policy.count = (unsigned)count;
    record->set.threshold = (size_t)threshold;
    record->set.count = (size_t)count;
    decoder->key_context[0] = version;
    decoder->key_context[1] = scheme;
    return KEYSHARE_OK;
}

/* 85..87. */
static keyshare_error
read_lineage(keyshare_record *record, struct decoder *decoder)
{
    struct tlv key_len, lineage;
    uint64_t epoch;

    if (!read_object(decoder, TAG_KEY_LENGTH, &key_len) ||
        key_len.len != KEY_LENGTH_SIZE)
        return KEYSHARE_ERR_FORMAT;
    record->set.key_len =
        (size_t)keyshare_wire_get(key_len.value, KEY_LENGTH_SIZE);
    if (record->set.key_len < 1 || record->set.key_len > KEYSHARE_KEY_SIZE_MAX)
        return KEYSHARE_ERR_FORMAT;
    if (!read_object(decoder, TAG_LINEAGE, &lineage) ||
        lineage.len != KEYSHARE_LINEAGE_SIZE)
        return KEYSHARE_ERR_FORMAT;
    if (!read_integer(decoder, TAG_EPOCH, EPOCH_SIZE, &epoch))
        return KEYSHARE_ERR_FORMAT;
    record->lineage = lineage.value;
    record->epoch = (uint32_t)epoch;
    decoder->key_context[2] = key_len;
    decoder->key_context[3] = lineage;
    return KEYSHARE_OK;
}

/* 88..8A. */
static keyshare_error
read_history(keyshare_record *record, struct decoder *decoder)
{
    struct tlv object;

    if (!read_object(decoder, TAG_LABEL, &object) ||
        keyshare_label_check((const char *)object.value, object.len) !=
            KEYSHARE_OK)
        return KEYSHARE_ERR_FORMAT;
    record->label = (const char *)object.value;
    record->label_len = object.len;
    if (!read_integer(decoder, TAG_TIME, TIME_SIZE, &record->time))
        return KEYSHARE_ERR_FORMAT;
    if (record->epoch == 0)
        return KEYSHARE_OK;
    if (!read_object(decoder, TAG_PREDECESSOR, &object) ||
        object.len != KEYSHARE_FINGERPRINT_SIZE)
        return KEYSHARE_ERR_FORMAT;
    record->predecessor = object.value;
    return KEYSHARE_OK;
}

/* 8B, and the digests of what stands before it. */
static keyshare_error
read_commitments(keyshare_record *record, struct decoder *decoder)
{
    struct scheme_set *set = &record->set;
    struct tlv object;

    make_key_context(set->key_context, decoder->key_context);
    make_share_context(
        set->share_context, decoder->content, decoder->reader.bytes);
    if (!read_object(decoder, TAG_COMMITMENTS, &object) ||
        object.len != record->scheme->commitments_len(
                          set->threshold, set->count, set->key_len))
        return KEYSHARE_ERR_FORMAT;
    set->commitments = object.value;
    return record->scheme->commitments_canonical(set) ? KEYSHARE_OK
                                                      : KEYSHARE_ERR_FORMAT;
}

/* 8C, where the scheme has a proof. */
static keyshare_error
read_proof(keyshare_record *record, struct decoder *decoder)
{
    const struct scheme *scheme = record->scheme;
    struct scheme_set *set = &record->set;
    const size_t room_size = scheme->proof_room(set);
    keyshare_error error = KEYSHARE_OK;
    struct tlv object;
    void *room;

    if (scheme->proof_len == 0)
        return KEYSHARE_OK;
    make_proof_context(
        set->proof_context, decoder->content, decoder->reader.bytes);
    if (!read_object(decoder, TAG_PROOF, &object) ||
        object.len != scheme->proof_len)
        return KEYSHARE_ERR_FORMAT;
    set->proof = object.value;
    room = keyshare_memory_new(room_size);
    if (room == NULL)
        return KEYSHARE_ERR_MEMORY;
    if (!scheme->proof_canonical(set, room))
        error = KEYSHARE_ERR_FORMAT;
    else if (!decoder->leaves_proof && !scheme->proof_holds(set, room))
        error = KEYSHARE_ERR_PROOF;
    keyshare_memory_delete(room, room_size);
    return error;
}

/* Read record->bytes into the rest of it. */
static keyshare_error
decode(keyshare_record *record, struct decoder *decoder)
{
    static keyshare_error (*const steps[])(
        keyshare_record *, struct decoder *) = {
        read_policy, read_lineage, read_history, read_commitments, read_proof};
    struct tlv whole;

    decoder->reader = (struct tlv_reader){record->bytes, record->len};
    if (!read_object(decoder, KEYSHARE_RECORD_TAG, &whole) ||
        decoder->reader.left > 0)
        return KEYSHARE_ERR_FORMAT;
    decoder->reader = (struct tlv_reader){whole.value, whole.len};
    decoder->content = whole.value;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        keyshare_error error = steps[i](record, decoder);

        if (error != KEYSHARE_OK)
            return error;
    }
    if (decoder->reader.left > 0) {
        decoder->tag = KEYSHARE_RECORD_TAG;
        return KEYSHARE_ERR_FORMAT;
    }
    return KEYSHARE_OK;
}

/* Make a record of the bytes, or none. */
static keyshare_error
make_record(keyshare_record **record, const uint8_t *bytes, size_t len,
    struct decoder *decoder)
{
    const struct part whole = {bytes, len};
    keyshare_error error;

    *record = NULL;
    decoder->tag = KEYSHARE_RECORD_TAG;
    if (len == 0 || len > KEYSHARE_RECORD_SIZE_MAX)
        return KEYSHARE_ERR_FORMAT;
    *record = keyshare_memory_new(sizeof **record + len);
    if (*record == NULL)
        return KEYSHARE_ERR_MEMORY;
    (*record)->len = len;
    memcpy((*record)->bytes, bytes, len);
    error = decode(*record, decoder);
    keyshare_hash_sha256((*record)->fingerprint, &whole, 1);
    if (error != KEYSHARE_OK)
        keyshare_record_free(record);
    return error;
}

keyshare_error
keyshare_record_decode(
    keyshare_record **record, const uint8_t *bytes, size_t len, uint8_t *tag)
{
    struct decoder decoder = {.leaves_proof = false};
    keyshare_error error;

    if (tag != NULL)
        *tag = 0;
    if (record == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *record = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (bytes == NULL && len > 0)
        return KEYSHARE_ERR_ARGUMENT;
    error = make_record(record, bytes, len, &decoder);
    if (tag != NULL && error != KEYSHARE_OK && error != KEYSHARE_ERR_MEMORY)
        *tag = decoder.tag;
    return error;
}

keyshare_error
keyshare_record_decode_own(
    keyshare_record **record, const uint8_t *bytes, size_t len)
{
    struct decoder decoder = {.leaves_proof = true};

    return make_record(record, bytes, len, &decoder);
}

size_t
keyshare_record_copy_size(size_t len)
{
    return sizeof(keyshare_record) + len;
}

keyshare_record *
keyshare_record_copy(void *place, const keyshare_record *record)
{
    keyshare_record *copy = place;
    const uint8_t *from = record->bytes;

    memcpy(copy, record, keyshare_record_copy_size(record->len));
    /* What points into the record's bytes points into the copy's. */
    copy->lineage = copy->bytes + (record->lineage - from);
    copy->label =
        (char *)copy->bytes + (record->label - (const char *)record->bytes);
    if (record->predecessor != NULL)
        copy->predecessor = copy->bytes + (record->predecessor - from);
    copy->set.commitments = copy->bytes + (record->set.commitments - from);
    if (record->set.proof != NULL)
        copy->set.proof = copy->bytes + (record->set.proof - from);
    copy->prepared = NULL;
    copy->set.prepared = NULL;
    return copy;
}

keyshare_error
keyshare_record_prepare(keyshare_record *record)
{
    size_t len, room_size;
    void *room;

    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (record == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    len = record->scheme->prepared_len(&record->set);
    if (len == 0 || record->prepared != NULL)
        return KEYSHARE_OK;
    room_size = record->scheme->prepare_room(&record->set);
    record->prepared = keyshare_memory_new(len);
    room = keyshare_memory_new(room_size);
    if (room == NULL || record->prepared == NULL) {
        keyshare_memory_delete(room, room_size);
        keyshare_memory_delete(record->prepared, len);
        record->prepared = NULL;
        return KEYSHARE_ERR_MEMORY;
    }
    record->scheme->prepare(&record->set, record->prepared, room);
    record->set.prepared = record->prepared;
    keyshare_memory_delete(room, room_size);
    return KEYSHARE_OK;
}

void
keyshare_record_free(keyshare_record **record)
{
    if (record == NULL || *record == NULL)
        return;
    if ((*record)->prepared != NULL)
        keyshare_memory_delete((*record)->prepared,
            (*record)->scheme->prepared_len(&(*record)->set));
    keyshare_memory_delete(*record, sizeof **record + (*record)->len);
    *record = NULL;
}

/* ---- How much memory it takes ---- */

size_t
keyshare_record_count(size_t len)
{
    return keyshare_memory_count(sizeof(keyshare_record) + len);
}

struct scheme_set
keyshare_record_set_of(const keyshare_policy *policy, size_t key_len)
{
    return (struct scheme_set){.threshold = policy->threshold,
        .count = policy->count,
        .key_len = key_len};
}

size_t
keyshare_record_memory(size_t len)
{
    const struct scheme_set any = {.threshold = 1, .count = 1, .key_len = 1};

    /* While it is decoded its proof is checked, in room that does not depend on
     * the set. */
    return keyshare_record_count(len) +
           keyshare_memory_count(keyshare_scheme_pedersen.proof_room(&any));
}

size_t
keyshare_record_prepare_memory(const keyshare_record *record)
{
    const struct scheme *scheme = record->scheme;
    const size_t len = scheme->prepared_len(&record->set);

    if (len == 0 || record->prepared != NULL)
        return 0;
    return keyshare_memory_count(len) +
           keyshare_memory_count(scheme->prepare_room(&record->set));
}

/* ---- What a record says ---- */

const struct scheme *
keyshare_record_scheme(const keyshare_record *record)
{
    return record->scheme;
}

const struct scheme_set *
keyshare_record_set(const keyshare_record *record)
{
    return &record->set;
}

const uint8_t *
keyshare_record_bytes(const keyshare_record *record, size_t *len)
{
    if (len != NULL)
        *len = record->len;
    return record->bytes;
}

const uint8_t *
keyshare_record_fingerprint(const keyshare_record *record)
{
    return record->fingerprint;
}

keyshare_policy
keyshare_record_policy(const keyshare_record *record)
{
    return record->policy;
}

size_t
keyshare_record_key_len(const keyshare_record *record)
{
    return record->set.key_len;
}

const uint8_t *
keyshare_record_lineage(const keyshare_record *record)
{
    return record->lineage;
}

uint32_t
keyshare_record_epoch(const keyshare_record *record)
{
    return record->epoch;
}

const char *
keyshare_record_label(const keyshare_record *record, size_t *len)
{
    *len = record->label_len;
    return record->label;
}

uint64_t
keyshare_record_time(const keyshare_record *record)
{
    return record->time;
}

const uint8_t *
keyshare_record_predecessor(const keyshare_record *record)
{
    return record->predecessor;
}
