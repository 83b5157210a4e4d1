/* SPDX-License-Identifier: ISC */
/* The encoded record E1: read into an object, or drafted by a ceremony. */
#include "record.h"

#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/label.h>

#include "hash.h"
#include "latch.h"
#include "memory.h"
#include "tlv.h"
#include "wire.h"

enum tag {
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

#define VERSION 1

/* Widths of the integers. */
#define KEY_LENGTH_SIZE 2
#define EPOCH_SIZE      4
#define TIME_SIZE       8

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
};

/* ---- The digests that schemes ask for ---- */

/* h_k, of the objects as encoded: what never changes in a lineage. */
static void
make_key_context(uint8_t *digest, const struct tlv objects[4])
{
    struct part parts[4];

    for (size_t i = 0; i < 4; i++)
        parts[i] = (struct part){objects[i].encoded, objects[i].encoded_len};
    keyshare_hash_sha256(digest, parts, 4);
}

/* h_s, of all objects before the commitments. */
static void
make_share_context(uint8_t *digest, const uint8_t *content, const uint8_t *end)
{
    const struct part part = {content, (size_t)(end - content)};

    keyshare_hash_sha256(digest, &part, 1);
}

/* P, of all objects before the proof. */
static void
make_proof_context(uint8_t *digest, const uint8_t *content, const uint8_t *end)
{
    const struct part part = {content, (size_t)(end - content)};

    keyshare_hash_sha512(digest, &part, 1);
}

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
    if (version.value[0] != VERSION)
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

    if (!read_object(decoder, TAG_LABEL, &object))
        return KEYSHARE_ERR_FORMAT;
    record->label = (const char *)object.value;
    record->label_len = object.len;
    if (keyshare_label_check(record->label, object.len) != KEYSHARE_OK)
        return KEYSHARE_ERR_LABEL;
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
    const size_t room_size = scheme->verify_room(set);
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
    else if (!scheme->proof_holds(set, room))
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

keyshare_error
keyshare_record_decode(
    keyshare_record **record, const uint8_t *bytes, size_t len, uint8_t *tag)
{
    struct decoder decoder = {.tag = KEYSHARE_RECORD_TAG};
    const struct part whole = {bytes, len};
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
    error = KEYSHARE_ERR_FORMAT;
    if (len == 0 || len > KEYSHARE_RECORD_SIZE_MAX)
        goto done;
    error = KEYSHARE_ERR_MEMORY;
    *record = keyshare_memory_new(sizeof **record + len);
    if (*record == NULL)
        goto done;
    (*record)->len = len;
    memcpy((*record)->bytes, bytes, len);
    error = decode(*record, &decoder);
    keyshare_hash_sha256((*record)->fingerprint, &whole, 1);
done:
    if (error != KEYSHARE_OK) {
        keyshare_record_free(record);
        if (tag != NULL &&
            keyshare_error_kind_of(error) == KEYSHARE_ERROR_KIND_INPUT)
            *tag = decoder.tag;
    }
    return error;
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
    room = keyshare_memory_new(room_size);
    record->prepared = keyshare_memory_new(len);
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

/* ---- Drafting ---- */

/* Bytes of all objects, without the enclosing tag and length. */
static size_t
content_size(const struct record_terms *terms, const struct scheme *scheme)
{
    const keyshare_policy *policy = &terms->terms->policy;
    size_t size = 5 * keyshare_tlv_size(1) +
                  keyshare_tlv_size(KEY_LENGTH_SIZE) +
                  keyshare_tlv_size(KEYSHARE_LINEAGE_SIZE) +
                  keyshare_tlv_size(EPOCH_SIZE) +
                  keyshare_tlv_size(terms->terms->label_len) +
                  keyshare_tlv_size(TIME_SIZE);

    if (terms->predecessor != NULL)
        size += keyshare_tlv_size(KEYSHARE_FINGERPRINT_SIZE);
    size += keyshare_tlv_size(scheme->commitments_len(
        policy->threshold, policy->count, terms->key_len));
    if (scheme->proof_len > 0)
        size += keyshare_tlv_size(scheme->proof_len);
    return size;
}

/* Where an object that was just written stands. */
static struct tlv
written_since(const struct tlv_writer *writer, size_t start)
{
    return (struct tlv){
        .encoded = writer->bytes + start, .encoded_len = writer->used - start};
}

/* Write 80..8A; key_context: the objects that h_k is made of. */
static void
write_terms(struct tlv_writer *writer, const struct record_terms *terms,
    struct tlv key_context[4])
{
    const keyshare_terms *t = terms->terms;
    size_t start = writer->used;

    keyshare_tlv_write_integer(writer, TAG_VERSION, 1, VERSION);
    key_context[0] = written_since(writer, start);
    start = writer->used;
    keyshare_tlv_write_integer(
        writer, TAG_SCHEME, 1, (uint64_t)t->policy.scheme);
    key_context[1] = written_since(writer, start);
    keyshare_tlv_write_integer(writer, TAG_ROLE, 1, (uint64_t)t->policy.role);
    keyshare_tlv_write_integer(writer, TAG_THRESHOLD, 1, t->policy.threshold);
    keyshare_tlv_write_integer(writer, TAG_COUNT, 1, t->policy.count);
    start = writer->used;
    keyshare_tlv_write_integer(
        writer, TAG_KEY_LENGTH, KEY_LENGTH_SIZE, terms->key_len);
    key_context[2] = written_since(writer, start);
    start = writer->used;
    keyshare_tlv_write(
        writer, TAG_LINEAGE, terms->lineage, KEYSHARE_LINEAGE_SIZE);
    key_context[3] = written_since(writer, start);
    keyshare_tlv_write_integer(writer, TAG_EPOCH, EPOCH_SIZE, terms->epoch);
    keyshare_tlv_write(writer, TAG_LABEL, t->label, t->label_len);
    keyshare_tlv_write_integer(writer, TAG_TIME, TIME_SIZE, t->time);
    if (terms->predecessor != NULL)
        keyshare_tlv_write(writer, TAG_PREDECESSOR, terms->predecessor,
            KEYSHARE_FINGERPRINT_SIZE);
}

keyshare_error
keyshare_record_draft_begin(
    struct record_draft *draft, const struct record_terms *terms)
{
    const keyshare_policy *policy = &terms->terms->policy;
    const struct scheme *scheme =
        keyshare_scheme_find((unsigned)policy->scheme);
    const size_t content = content_size(terms, scheme);
    const size_t commitments_len = scheme->commitments_len(
        policy->threshold, policy->count, terms->key_len);
    struct tlv_writer writer;
    struct tlv key_context[4];
    const uint8_t *start;

    memset(draft, 0, sizeof *draft);
    draft->bytes = keyshare_memory_new(keyshare_tlv_size(content));
    if (draft->bytes == NULL)
        return KEYSHARE_ERR_MEMORY;
    draft->len = keyshare_tlv_size(content);
    draft->scheme = scheme;
    draft->set.threshold = policy->threshold;
    draft->set.count = policy->count;
    draft->set.key_len = terms->key_len;
    writer = (struct tlv_writer){draft->bytes, 0};
    keyshare_tlv_open(&writer, KEYSHARE_RECORD_TAG, content);
    start = draft->bytes + writer.used;
    write_terms(&writer, terms, key_context);
    make_key_context(draft->set.key_context, key_context);
    make_share_context(
        draft->set.share_context, start, draft->bytes + writer.used);
    draft->commitments =
        keyshare_tlv_reserve(&writer, TAG_COMMITMENTS, commitments_len);
    draft->set.commitments = draft->commitments;
    if (scheme->proof_len > 0)
        draft->proof =
            keyshare_tlv_reserve(&writer, TAG_PROOF, scheme->proof_len);
    draft->set.proof = draft->proof;
    return KEYSHARE_OK;
}

void
keyshare_record_draft_committed(struct record_draft *draft)
{
    const size_t proof_len = draft->scheme->proof_len;
    const uint8_t *end = draft->bytes + draft->len;
    struct tlv_reader reader = {draft->bytes, draft->len};
    struct tlv whole;

    if (proof_len > 0 &&
        keyshare_tlv_read(&reader, KEYSHARE_RECORD_TAG, &whole))
        make_proof_context(draft->set.proof_context, whole.value,
            end - keyshare_tlv_size(proof_len));
}

void
keyshare_record_draft_end(struct record_draft *draft)
{
    keyshare_memory_delete(draft->bytes, draft->len);
    memset(draft, 0, sizeof *draft);
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
