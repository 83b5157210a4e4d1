/* SPDX-License-Identifier: ISC */
/* A record being written by a ceremony, as bytes for the decoder. */
#include "record_draft.h"

#include <string.h>

#include <keyshare/fingerprint.h>

#include "memory.h"
#include "record.h"
#include "record_format.h"

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

size_t
keyshare_record_draft_size(const struct record_terms *terms)
{
    return keyshare_tlv_size(content_size(
        terms, keyshare_scheme_find((unsigned)terms->terms->policy.scheme)));
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

    keyshare_tlv_write_integer(writer, TAG_VERSION, 1, RECORD_VERSION);
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
    draft->set = keyshare_record_set_of(policy, terms->key_len);
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

/* Whether there is no predecessor in either, or the same. */
static bool
is_same_predecessor(const uint8_t *a, const uint8_t *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return memcmp(a, b, KEYSHARE_FINGERPRINT_SIZE) == 0;
}

/* Is the record the one that was meant, and its fingerprint its own? Scheme and
 * proof bind shares to what a record says, whatever that is: a count or a time
 * that went wrong on the way into it is seen only here. All of it is public. */
static bool
is_as_meant(const keyshare_record *record, const struct record_terms *meant)
{
    const keyshare_terms *terms = meant->terms;
    const keyshare_policy said = keyshare_record_policy(record);
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    size_t label_len;
    const char *label = keyshare_record_label(record, &label_len);
    struct part whole;

    whole.bytes = keyshare_record_bytes(record, &whole.len);
    keyshare_hash_sha256(fingerprint, &whole, 1);
    return said.role == terms->policy.role &&
           said.scheme == terms->policy.scheme &&
           said.threshold == terms->policy.threshold &&
           said.count == terms->policy.count &&
           keyshare_record_key_len(record) == meant->key_len &&
           memcmp(keyshare_record_lineage(record), meant->lineage,
               KEYSHARE_LINEAGE_SIZE) == 0 &&
           keyshare_record_epoch(record) == meant->epoch &&
           keyshare_record_time(record) == terms->time &&
           label_len == terms->label_len &&
           (label_len == 0 || memcmp(label, terms->label, label_len) == 0) &&
           is_same_predecessor(
               keyshare_record_predecessor(record), meant->predecessor) &&
           memcmp(fingerprint, keyshare_record_fingerprint(record),
               sizeof fingerprint) == 0;
}

keyshare_error
keyshare_record_draft_finish(const struct record_draft *draft,
    keyshare_record **record, const struct record_terms *terms,
    enum proof_check proof)
{
    keyshare_error error =
        proof == PROOF_IS_CHECKED
            ? keyshare_record_decode(record, draft->bytes, draft->len, NULL)
            : keyshare_record_decode_own(record, draft->bytes, draft->len);

    if (error == KEYSHARE_ERR_MEMORY)
        return error;
    if (error == KEYSHARE_OK && is_as_meant(*record, terms))
        return KEYSHARE_OK;
    keyshare_record_free(record);
    return KEYSHARE_ERR_FAULT;
}

void
keyshare_record_draft_end(struct record_draft *draft)
{
    keyshare_memory_delete(draft->bytes, draft->len);
    memset(draft, 0, sizeof *draft);
}
