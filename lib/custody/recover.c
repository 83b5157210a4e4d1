/* SPDX-License-Identifier: ISC */
/* Recover: from the first M good cards to the key. */
#include <keyshare/recover.h>

#include <string.h>

#include "judge.h"
#include "latch.h"
#include "memory.h"
#include "record.h"
#include "reveal.h"
#include "secret.h"

/* Compute the key from the first M accepted cards; OK, MISMATCH or MEMORY. */
static keyshare_error
compute(keyshare_secret **key, const keyshare_record *record,
    const struct accepted *accepted)
{
    const struct scheme *scheme = keyshare_record_scheme(record);
    const struct scheme_set *set = keyshare_record_set(record);
    const size_t room_size = scheme->recover_room(set);
    void *room = keyshare_memory_new(room_size);
    keyshare_error error = KEYSHARE_ERR_MEMORY;
    uint32_t good;

    *key = keyshare_secret_new(set->key_len);
    if (room == NULL || *key == NULL)
        goto done;
    good = scheme->recover(set, keyshare_secret_bytes(*key), accepted->indices,
        accepted->values, room);
    error = keyshare_reveal_mask(good, REVEAL_MATCH) ? KEYSHARE_OK
                                                     : KEYSHARE_ERR_MISMATCH;
done:
    keyshare_memory_delete(room, room_size);
    if (error != KEYSHARE_OK)
        keyshare_secret_free(key);
    return error;
}

keyshare_error
keyshare_recover(keyshare_secret **key, keyshare_verdict *verdicts,
    const keyshare_record *record, const keyshare_expected *expected,
    const keyshare_image *cards, size_t count)
{
    struct judge judge;
    struct accepted accepted = {.count = 0};
    keyshare_error error;

    if (key != NULL)
        *key = NULL;
    if (verdicts != NULL)
        memset(verdicts, 0, count * sizeof *verdicts);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (key == NULL || record == NULL ||
        ((verdicts == NULL || cards == NULL) && count > 0))
        return KEYSHARE_ERR_ARGUMENT;
    error = keyshare_judge_begin(&judge, record, expected);
    if (error == KEYSHARE_OK)
        error = keyshare_judge_cards(&judge, verdicts, &accepted, cards, count);
    if (error != KEYSHARE_OK)
        goto done;
    error = KEYSHARE_ERR_QUORUM;
    if (accepted.count >= keyshare_record_policy(record).threshold)
        error = compute(key, record, &accepted);
    if (error == KEYSHARE_ERR_MEMORY && count > 0)
        memset(verdicts, 0, count * sizeof *verdicts);
done:
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}

size_t
keyshare_recover_memory(const keyshare_record *record)
{
    const struct scheme *scheme = keyshare_record_scheme(record);
    const struct scheme_set *set = keyshare_record_set(record);

    return keyshare_memory_count(scheme->recover_room(set)) +
           keyshare_secret_memory(set->key_len);
}
