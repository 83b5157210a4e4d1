/* SPDX-License-Identifier: ISC */
/* Deal: from a key to a record and a share for each index.
 *
 * The order is fixed by what depends on what: the record's head; commitments
 * and share values; the proof, over all before it; the record, by the decoder;
 * its fingerprint into the shares; and the check of all that was encoded.
 */
#include <keyshare/deal.h>

#include <stdbool.h>
#include <string.h>

#include <keyshare/fingerprint.h>

#include "block.h"
#include "hash.h"
#include "latch.h"
#include "memory.h"
#include "random.h"
#include "record.h"
#include "record_draft.h"
#include "reveal.h"
#include "secret.h"
#include "share.h"
#include "terms.h"

/* A dealing under way. */
struct dealing {
    keyshare_terms terms;
    const uint8_t *key;
    size_t key_len;
    struct random random;
    struct record_terms meant;
    struct record_draft draft;
    keyshare_record *record; /* handed out once it is checked */
    uint8_t lineage[KEYSHARE_LINEAGE_SIZE];
    size_t value_len;
    /* The one block, and what lies in it. */
    void *block;
    size_t block_size;
    uint8_t *coins;       /* what the scheme deals from */
    uint8_t *check_coins; /* what it checks with */
    uint8_t **values;     /* where in the encoded shares they lie */
    void *room;
};

static size_t
lay_out(struct dealing *dealing, void *start)
{
    const struct scheme *scheme = dealing->draft.scheme;
    const struct scheme_set *set = &dealing->draft.set;
    struct block block = {start, 0};

    dealing->coins = keyshare_block_take(&block, scheme->coins_len(set));
    dealing->check_coins =
        keyshare_block_take(&block, scheme->check_coins_len(set));
    dealing->values =
        keyshare_block_take(&block, set->count * sizeof *dealing->values);
    dealing->room = keyshare_block_take(&block, scheme->deal_room(set));
    return block.used;
}

size_t
keyshare_deal_memory(const keyshare_policy *policy, size_t key_len)
{
    const keyshare_terms terms = {.size = sizeof terms,
        .policy = policy == NULL ? (keyshare_policy){.count = 0} : *policy,
        .label_len = KEYSHARE_LABEL_SIZE_MAX};
    const struct record_terms record = {.terms = &terms, .key_len = key_len};
    struct dealing dealing = {.block = NULL};
    struct record_draft *draft = &dealing.draft;
    size_t record_size, share_size;

    if (keyshare_policy_check(&terms.policy) != KEYSHARE_OK || key_len < 1 ||
        key_len > KEYSHARE_KEY_SIZE_MAX)
        return 0;
    draft->scheme = keyshare_scheme_find((unsigned)terms.policy.scheme);
    draft->set = keyshare_record_set_of(&terms.policy, key_len);
    record_size = keyshare_record_draft_size(&record);
    share_size = keyshare_share_size(draft->scheme->value_len(key_len));
    /* All of it is there while the record is decoded. */
    return keyshare_memory_count(record_size) +
           keyshare_memory_count(lay_out(&dealing, NULL)) +
           terms.policy.count * keyshare_secret_memory(share_size) +
           keyshare_record_count(record_size) +
           keyshare_memory_count(draft->scheme->proof_room(&draft->set));
}

/* The lineage's id, the record's head, and the memory for all that follows. */
static keyshare_error
begin(struct dealing *dealing)
{
    keyshare_error error = keyshare_random_draw_nonzero(
        &dealing->random, dealing->lineage, sizeof dealing->lineage);

    if (error != KEYSHARE_OK)
        return error;
    keyshare_reveal_bytes(
        dealing->lineage, sizeof dealing->lineage, REVEAL_LINEAGE);
    dealing->meant = (struct record_terms){.terms = &dealing->terms,
        .key_len = dealing->key_len,
        .lineage = dealing->lineage};
    error = keyshare_record_draft_begin(&dealing->draft, &dealing->meant);
    if (error != KEYSHARE_OK)
        return error;
    dealing->value_len = dealing->draft.scheme->value_len(dealing->key_len);
    dealing->block_size = lay_out(dealing, NULL);
    dealing->block = keyshare_memory_new(dealing->block_size);
    if (dealing->block == NULL)
        return KEYSHARE_ERR_MEMORY;
    lay_out(dealing, dealing->block);
    return KEYSHARE_OK;
}

/* Encoded shares, complete but for fingerprint, value and check. */
static keyshare_error
begin_shares(struct dealing *dealing, keyshare_secret **shares)
{
    for (unsigned i = 1; i <= dealing->draft.set.count; i++) {
        keyshare_secret *share =
            keyshare_secret_new(keyshare_share_size(dealing->value_len));

        shares[i - 1] = share;
        if (share == NULL)
            return KEYSHARE_ERR_MEMORY;
        dealing->values[i - 1] = keyshare_share_begin(
            keyshare_secret_bytes(share), i, dealing->value_len);
    }
    return KEYSHARE_OK;
}

/* Commitments and values, then the proof. */
static keyshare_error
deal(struct dealing *dealing)
{
    struct record_draft *draft = &dealing->draft;
    const struct scheme *scheme = draft->scheme;
    uint32_t stuck;
    keyshare_error error = keyshare_random_draw(
        &dealing->random, dealing->coins, scheme->coins_len(&draft->set));

    if (error != KEYSHARE_OK)
        return error;
    stuck = scheme->deal(&draft->set, draft->commitments, dealing->values,
        dealing->key, dealing->coins, dealing->room);
    if (keyshare_reveal_mask(stuck, REVEAL_STUCK))
        return KEYSHARE_ERR_RANDOM;
    keyshare_record_draft_committed(draft);
    scheme->prove(
        &draft->set, draft->proof, dealing->key, dealing->coins, dealing->room);
    keyshare_memory_wipe(dealing->coins, scheme->coins_len(&draft->set));
    return KEYSHARE_OK;
}

/* The record, as its decoder takes it, and the shares that name it. Whether its
 * proof holds is left to the check, which has it in its equation. */
static keyshare_error
finish(struct dealing *dealing, keyshare_secret **shares)
{
    keyshare_error error = keyshare_record_draft_finish(&dealing->draft,
        &dealing->record, &dealing->meant, PROOF_IS_CHECKED_LATER);

    if (error != KEYSHARE_OK)
        return error;
    for (size_t i = 0; i < dealing->draft.set.count; i++)
        keyshare_share_seal(keyshare_secret_bytes(shares[i]),
            dealing->value_len, keyshare_record_fingerprint(dealing->record));
    return KEYSHARE_OK;
}

/* What was encoded, read again and checked whole. */
static keyshare_error
check(struct dealing *dealing, keyshare_secret *const *shares)
{
    const keyshare_record *record = dealing->record;
    const struct scheme *scheme = keyshare_record_scheme(record);
    const struct scheme_set *set = keyshare_record_set(record);
    const uint8_t **values = (const uint8_t **)dealing->values;
    keyshare_error error = keyshare_random_draw_nonzero(
        &dealing->random, dealing->check_coins, scheme->check_coins_len(set));

    if (error != KEYSHARE_OK)
        return error;
    for (size_t i = 0; i < set->count; i++) {
        struct share share;

        if (keyshare_share_decode(&share, keyshare_secret_reveal(shares[i]),
                keyshare_secret_len(shares[i])) != KEYSHARE_OK ||
            share.index != i + 1 || share.value_len != dealing->value_len ||
            memcmp(share.fingerprint, keyshare_record_fingerprint(record),
                KEYSHARE_FINGERPRINT_SIZE) != 0)
            return KEYSHARE_ERR_FAULT;
        values[i] = share.value;
    }
    return keyshare_reveal_mask(scheme->check_dealt(set, values, dealing->key,
                                    dealing->check_coins, dealing->room),
               REVEAL_FAULT)
               ? KEYSHARE_OK
               : KEYSHARE_ERR_FAULT;
}

/* Check what the caller gave beside the terms, and take it. */
static keyshare_error
take_key(struct dealing *dealing, const uint8_t *key, size_t key_len,
    const keyshare_random *random)
{
    if (key_len < 1 || key_len > KEYSHARE_KEY_SIZE_MAX)
        return KEYSHARE_ERR_KEY_LENGTH;
    if (key == NULL || !keyshare_random_open(&dealing->random, random))
        return KEYSHARE_ERR_ARGUMENT;
    dealing->key = key;
    dealing->key_len = key_len;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_deal(keyshare_record **record, keyshare_secret **shares,
    const keyshare_terms *terms, const uint8_t *key, size_t key_len,
    const keyshare_random *random)
{
    struct dealing dealing = {.block = NULL};
    keyshare_error error;

    if (record != NULL)
        *record = NULL;
    if (record == NULL || shares == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    error = keyshare_terms_take(&dealing.terms, terms);
    if (error != KEYSHARE_OK)
        return error;
    memset(shares, 0, dealing.terms.policy.count * sizeof *shares);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = take_key(&dealing, key, key_len, random);
    if (error != KEYSHARE_OK)
        return error;
    error = begin(&dealing);
    if (error == KEYSHARE_OK)
        error = begin_shares(&dealing, shares);
    if (error == KEYSHARE_OK)
        error = deal(&dealing);
    if (error == KEYSHARE_OK)
        error = finish(&dealing, shares);
    if (error == KEYSHARE_OK)
        error = check(&dealing, shares);
    /* The pairwise test of what was dealt failed: see self_test.h. */
    if (error == KEYSHARE_ERR_FAULT)
        keyshare_latch_close();
    keyshare_memory_delete(dealing.block, dealing.block_size);
    keyshare_record_draft_end(&dealing.draft);
    if (error == KEYSHARE_OK) {
        *record = dealing.record;
    } else {
        for (size_t i = 0; i < dealing.terms.policy.count; i++)
            keyshare_secret_free(&shares[i]);
        keyshare_record_free(&dealing.record);
    }
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}
