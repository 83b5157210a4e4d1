/* SPDX-License-Identifier: ISC */
/* Judging cards against a record: what verify, check and recover share. */
#include "judge.h"

#include <stdbool.h>
#include <string.h>

#include <keyshare/fingerprint.h>

#include "hash.h"
#include "image.h"
#include "record.h"
#include "reveal.h"

static bool
same_fingerprint(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, KEYSHARE_FINGERPRINT_SIZE) == 0;
}

/* What the caller says is known, checked. */
static keyshare_error
take_expected(keyshare_expected *own, const keyshare_expected *expected)
{
    static const keyshare_expected nothing = KEYSHARE_EXPECTED_INIT;

    *own = nothing;
    if (expected == NULL)
        return KEYSHARE_OK;
    /* A larger structure is of a later release: what it adds is not known. */
    if (expected->size < sizeof *expected ||
        (expected->known == NULL && expected->known_count > 0))
        return KEYSHARE_ERR_ARGUMENT;
    *own = *expected;
    own->size = sizeof *own;
    for (size_t i = 0; i < own->known_count; i++)
        if (own->known[i] == NULL)
            return KEYSHARE_ERR_ARGUMENT;
    return KEYSHARE_OK;
}

static bool
is_expected(const keyshare_record *record, const keyshare_expected *expected)
{
    if (expected->role != KEYSHARE_ROLE_ANY &&
        expected->role != (int)keyshare_record_policy(record).role)
        return false;
    return expected->fingerprint == NULL ||
           same_fingerprint(
               expected->fingerprint, keyshare_record_fingerprint(record));
}

keyshare_error
keyshare_judge_begin(struct judge *judge, const keyshare_record *record,
    const keyshare_expected *expected)
{
    keyshare_expected own;
    keyshare_error error = take_expected(&own, expected);

    memset(judge, 0, sizeof *judge);
    if (error != KEYSHARE_OK)
        return error;
    if (!is_expected(record, &own))
        return KEYSHARE_ERR_UNEXPECTED;
    judge->record = record;
    judge->known = own.known;
    judge->known_count = own.known_count;
    return KEYSHARE_OK;
}

/* The record on the card itself: is it one, and the one that the share names?
 * One that has the given record's fingerprint is that record, bit for bit, and
 * not decoded again. OK, FORMAT if not, or MEMORY; own: the record, if it is
 * another than the given one. */
static keyshare_error
read_own_record(const struct judge *judge, keyshare_record **own,
    const keyshare_image *bytes, const struct share *share)
{
    const struct part part = {bytes->bytes, bytes->len};
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    keyshare_error error;

    *own = NULL;
    if (bytes->len == 0)
        return KEYSHARE_OK;
    keyshare_hash_sha256(fingerprint, &part, 1);
    if (!same_fingerprint(fingerprint, share->fingerprint))
        return KEYSHARE_ERR_FORMAT;
    if (same_fingerprint(
            fingerprint, keyshare_record_fingerprint(judge->record)))
        return KEYSHARE_OK;
    error = keyshare_record_decode(own, bytes->bytes, bytes->len, NULL);
    if (error != KEYSHARE_OK && error != KEYSHARE_ERR_MEMORY)
        return KEYSHARE_ERR_FORMAT;
    return error;
}

/* The record of that fingerprint, if it is known; NULL if not. */
static const keyshare_record *
find_known(const struct judge *judge, const keyshare_record *own,
    const uint8_t *fingerprint)
{
    if (own != NULL)
        return own;
    for (size_t i = 0; i < judge->known_count; i++)
        if (same_fingerprint(
                keyshare_record_fingerprint(judge->known[i]), fingerprint))
            return judge->known[i];
    return NULL;
}

/* What a card is that names another record: diagnosis for the people at the
 * table, from whatever is known of that record. */
static keyshare_verdict
judge_other(const struct judge *judge, const keyshare_record *other,
    const uint8_t *fingerprint)
{
    const keyshare_record *record = judge->record;
    const uint8_t *predecessor = keyshare_record_predecessor(record);

    if (other != NULL && keyshare_record_policy(other).role !=
                             keyshare_record_policy(record).role)
        return KEYSHARE_VERDICT_OTHER_ROLE;
    if (other != NULL &&
        memcmp(keyshare_record_lineage(other), keyshare_record_lineage(record),
            KEYSHARE_LINEAGE_SIZE) == 0)
        return KEYSHARE_VERDICT_OTHER_EPOCH;
    if (predecessor != NULL && same_fingerprint(predecessor, fingerprint))
        return KEYSHARE_VERDICT_OTHER_EPOCH;
    return KEYSHARE_VERDICT_OTHER_SET;
}

/* Is it a share of the record that it names? */
static keyshare_verdict
judge_share(const struct judge *judge, const struct share *share)
{
    const struct scheme *scheme = keyshare_record_scheme(judge->record);
    const struct scheme_set *set = keyshare_record_set(judge->record);

    if (share->index > set->count ||
        share->value_len != scheme->value_len(set->key_len))
        return KEYSHARE_VERDICT_INVALID;
    return keyshare_reveal_mask(
               scheme->verify(set, share->index, share->value), REVEAL_VERDICT)
               ? KEYSHARE_VERDICT_OK
               : KEYSHARE_VERDICT_INVALID;
}

keyshare_error
keyshare_judge_card(const struct judge *judge, keyshare_verdict *verdict,
    struct share *share, const keyshare_image *card)
{
    keyshare_image_parts parts;
    keyshare_record *own;
    keyshare_error error;

    *verdict = KEYSHARE_VERDICT_NONE;
    if (card->bytes == NULL && card->len > 0)
        return KEYSHARE_ERR_ARGUMENT;
    if (!keyshare_image_find(&parts, card) ||
        keyshare_share_decode(share, parts.share.bytes, parts.share.len) !=
            KEYSHARE_OK) {
        *verdict = KEYSHARE_VERDICT_DAMAGED;
        return KEYSHARE_OK;
    }
    error = read_own_record(judge, &own, &parts.record, share);
    if (error == KEYSHARE_ERR_MEMORY)
        return error;
    if (error != KEYSHARE_OK)
        *verdict = KEYSHARE_VERDICT_DAMAGED;
    else if (!same_fingerprint(share->fingerprint,
                 keyshare_record_fingerprint(judge->record)))
        *verdict = judge_other(judge,
            find_known(judge, own, share->fingerprint), share->fingerprint);
    else
        *verdict = judge_share(judge, share);
    keyshare_record_free(&own);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_judge_cards(const struct judge *judge, keyshare_verdict *verdicts,
    struct accepted *accepted, const keyshare_image *cards, size_t count)
{
    bool seen[KEYSHARE_COUNT_MAX + 1] = {false};

    accepted->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct share share;
        keyshare_error error =
            keyshare_judge_card(judge, &verdicts[i], &share, &cards[i]);

        if (error != KEYSHARE_OK) {
            memset(verdicts, 0, count * sizeof *verdicts);
            accepted->count = 0;
            return error;
        }
        if (verdicts[i] != KEYSHARE_VERDICT_OK)
            continue;
        if (seen[share.index]) {
            verdicts[i] = KEYSHARE_VERDICT_DUPLICATE;
            continue;
        }
        seen[share.index] = true;
        accepted->indices[accepted->count] = (uint8_t)share.index;
        accepted->values[accepted->count] = share.value;
        accepted->count++;
    }
    return KEYSHARE_OK;
}
