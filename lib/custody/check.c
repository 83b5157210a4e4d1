/* SPDX-License-Identifier: ISC */
/* Check: a set of cards, without making the key. */
#include <keyshare/recover.h>

#include <string.h>

#include "judge.h"
#include "latch.h"
#include "memory.h"
#include "record.h"
#include "reveal.h"

const char *
keyshare_recoverable_text(keyshare_recoverable recoverable)
{
    switch (recoverable) {
    case KEYSHARE_RECOVERABLE_NO: break;
    case KEYSHARE_RECOVERABLE_YES: return "yes";
    case KEYSHARE_RECOVERABLE_AS_DEALT: return "as-dealt";
    case KEYSHARE_RECOVERABLE_INCONSISTENT: return "inconsistent";
    }
    return "no";
}

/* What the accepted cards amount to; OK or MEMORY. */
static keyshare_error
assess(keyshare_recoverable *recoverable, const keyshare_record *record,
    const struct accepted *accepted)
{
    const struct scheme *scheme = keyshare_record_scheme(record);
    const struct scheme_set *set = keyshare_record_set(record);
    const size_t room_size = scheme->recover_room(set);
    uint32_t consistent;
    void *room;

    *recoverable = KEYSHARE_RECOVERABLE_NO;
    if (accepted->count < set->threshold)
        return KEYSHARE_OK;
    *recoverable = scheme->cards_prove_key ? KEYSHARE_RECOVERABLE_YES
                                           : KEYSHARE_RECOVERABLE_AS_DEALT;
    if (scheme->cards_prove_key || accepted->count == set->threshold)
        return KEYSHARE_OK;
    room = keyshare_memory_new(room_size);
    if (room == NULL)
        return KEYSHARE_ERR_MEMORY;
    consistent = scheme->consistent(
        set, accepted->indices, accepted->values, accepted->count, room);
    if (!keyshare_reveal_mask(consistent, REVEAL_CONSISTENT))
        *recoverable = KEYSHARE_RECOVERABLE_INCONSISTENT;
    keyshare_memory_delete(room, room_size);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_check(keyshare_verdict *verdicts, keyshare_recoverable *recoverable,
    size_t *good, const keyshare_record *record,
    const keyshare_expected *expected, const keyshare_image *cards,
    size_t count)
{
    struct judge judge;
    struct accepted accepted = {.count = 0};
    keyshare_error error;

    if (good != NULL)
        *good = 0;
    if (recoverable != NULL)
        *recoverable = KEYSHARE_RECOVERABLE_NO;
    if (verdicts != NULL)
        memset(verdicts, 0, count * sizeof *verdicts);
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (recoverable == NULL || record == NULL ||
        ((verdicts == NULL || cards == NULL) && count > 0))
        return KEYSHARE_ERR_ARGUMENT;
    error = keyshare_judge_begin(&judge, record, expected);
    if (error == KEYSHARE_OK)
        error = keyshare_judge_cards(&judge, verdicts, &accepted, cards, count);
    if (error == KEYSHARE_OK)
        error = assess(recoverable, record, &accepted);
    if (error != KEYSHARE_OK) {
        *recoverable = KEYSHARE_RECOVERABLE_NO;
        if (count > 0)
            memset(verdicts, 0, count * sizeof *verdicts);
    }
    if (error == KEYSHARE_OK && good != NULL)
        *good = accepted.count;
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}

size_t
keyshare_check_memory(const keyshare_record *record)
{
    const struct scheme *scheme = keyshare_record_scheme(record);
    const struct scheme_set *set = keyshare_record_set(record);

    return scheme->cards_prove_key
               ? 0
               : keyshare_memory_count(scheme->recover_room(set));
}
