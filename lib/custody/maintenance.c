/* SPDX-License-Identifier: ISC */
/* Repair, refresh and re-share: cards in, new shares out. */
#include <keyshare/maintenance.h>

#include <string.h>

#include "judge.h"
#include "latch.h"
#include "memory.h"
#include "operation.h"
#include "reveal.h"
#include "secret.h"

/* ---- What can be asked ---- */

const keyshare_maintenance_status *
keyshare_maintenance_status_of(const keyshare_maintenance *maintenance)
{
    return &maintenance->status;
}

/* Whether a card of that index is one of this round's. */
static bool
is_of_round(const keyshare_maintenance *operation, unsigned index)
{
    return operation->status.awaited > 0 && operation->plan.is_present[index];
}

int
keyshare_maintenance_awaits(
    const keyshare_maintenance *maintenance, unsigned index)
{
    return maintenance->status.phase != KEYSHARE_PHASE_ENDED && index >= 1 &&
           index <= KEYSHARE_COUNT_MAX && is_of_round(maintenance, index) &&
           !maintenance->taken[index];
}

const keyshare_record *
keyshare_maintenance_record(const keyshare_maintenance *maintenance)
{
    return maintenance->status.phase == KEYSHARE_PHASE_ISSUING
               ? keyshare_operation_record(maintenance)
               : NULL;
}

/* ---- Cards of the old set ---- */

/* Round two: the new share of a card that is here again. */
static keyshare_error
issue(keyshare_maintenance *operation, unsigned index, const uint8_t *value)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    uint8_t *shift = operation->shifts[index - 1];
    keyshare_error error = keyshare_operation_begin_share(operation, index);

    if (error != KEYSHARE_OK)
        return error;
    renewal->shift(&operation->plan.set, operation->values[index - 1], value,
        shift, operation->room);
    if (!keyshare_operation_seal_share(operation, index) ||
        !keyshare_operation_share_is_good(operation, index, REVEAL_FAULT))
        return KEYSHARE_ERR_FAULT;
    keyshare_memory_wipe(shift, operation->value_len);
    operation->taken[index] = true;
    operation->status.accepted++;
    return KEYSHARE_OK;
}

/* The first share that waits to be handed out; 0 if none does. */
static unsigned
find_waiting(const keyshare_maintenance *operation)
{
    if (operation->status.phase != KEYSHARE_PHASE_ISSUING)
        return 0;
    for (unsigned i = 1; i <= operation->plan.set.count; i++)
        if (operation->shares[i - 1] != NULL && !operation->plan.is_late[i])
            return i;
    return 0;
}

/* What a good card is for. */
static keyshare_error
use(keyshare_maintenance *operation, keyshare_verdict *verdict,
    const struct share *share)
{
    if (!is_of_round(operation, share->index))
        return KEYSHARE_ERR_INDEX;
    if (operation->taken[share->index]) {
        *verdict = KEYSHARE_VERDICT_DUPLICATE;
        return KEYSHARE_OK;
    }
    if (operation->status.phase == KEYSHARE_PHASE_COLLECTING)
        return keyshare_operation_collect(
            operation, share->index, share->value);
    return issue(operation, share->index, share->value);
}

/* Judge a card and use it. A card that belongs elsewhere is no card of the
 * quorum; one that is damaged or invalid ends round one. */
static keyshare_error
judge_and_use(keyshare_maintenance *operation, keyshare_verdict *verdict,
    const keyshare_image *card)
{
    struct share share;
    keyshare_error error =
        keyshare_judge_card(&operation->plan.judge, verdict, &share, card);

    if (error != KEYSHARE_OK)
        return error;
    if (*verdict == KEYSHARE_VERDICT_OK)
        return use(operation, verdict, &share);
    if (operation->status.phase == KEYSHARE_PHASE_COLLECTING &&
        (*verdict == KEYSHARE_VERDICT_DAMAGED ||
            *verdict == KEYSHARE_VERDICT_INVALID))
        return KEYSHARE_ERR_QUORUM;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_maintenance_present(keyshare_maintenance *maintenance,
    keyshare_verdict *verdict, const keyshare_image *card)
{
    bool collecting;
    keyshare_error error;

    if (verdict != NULL)
        *verdict = KEYSHARE_VERDICT_NONE;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (maintenance == NULL || verdict == NULL || card == NULL ||
        (card->bytes == NULL && card->len > 0))
        return KEYSHARE_ERR_ARGUMENT;
    if (maintenance->status.phase == KEYSHARE_PHASE_ENDED ||
        maintenance->status.awaited == 0 || find_waiting(maintenance) != 0)
        return KEYSHARE_ERR_STATE;
    collecting = maintenance->status.phase == KEYSHARE_PHASE_COLLECTING;
    error = judge_and_use(maintenance, verdict, card);
    if (error == KEYSHARE_ERR_FAULT)
        keyshare_latch_close();
    /* In round two only a broken machine ends it. */
    if (error == KEYSHARE_ERR_FAULT ||
        (collecting && error != KEYSHARE_OK && error != KEYSHARE_ERR_INDEX))
        keyshare_operation_end(maintenance);
    /* A machine that failed has judged nothing. */
    if (keyshare_error_kind_of(error) == KEYSHARE_ERROR_KIND_MACHINE)
        *verdict = KEYSHARE_VERDICT_NONE;
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}

/* ---- Cards of the new set ---- */

keyshare_error
keyshare_maintenance_hand_out(
    keyshare_maintenance *maintenance, unsigned *index, keyshare_secret **share)
{
    if (index != NULL)
        *index = 0;
    if (share != NULL)
        *share = NULL;
    if (maintenance == NULL || index == NULL || share == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if (maintenance->status.phase != KEYSHARE_PHASE_ISSUING)
        return KEYSHARE_ERR_STATE;
    *index = find_waiting(maintenance);
    if (*index == 0)
        return KEYSHARE_OK;
    *share = maintenance->shares[*index - 1];
    maintenance->shares[*index - 1] = NULL;
    maintenance->values[*index - 1] = NULL;
    maintenance->handed_out[*index] = true;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_maintenance_read_back(keyshare_maintenance *maintenance,
    keyshare_verdict *verdict, const keyshare_image *card)
{
    struct judge judge = {.record = NULL};
    struct share share;
    keyshare_error error;

    if (verdict != NULL)
        *verdict = KEYSHARE_VERDICT_NONE;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (maintenance == NULL || verdict == NULL || card == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if (maintenance->status.phase != KEYSHARE_PHASE_ISSUING)
        return KEYSHARE_ERR_STATE;
    judge.record = keyshare_operation_record(maintenance);
    error = keyshare_judge_card(&judge, verdict, &share, card);
    if (error == KEYSHARE_OK && *verdict == KEYSHARE_VERDICT_OK) {
        if (!maintenance->handed_out[share.index]) {
            error = KEYSHARE_ERR_INDEX;
        } else if (maintenance->read_back[share.index]) {
            *verdict = KEYSHARE_VERDICT_DUPLICATE;
        } else {
            maintenance->read_back[share.index] = true;
            maintenance->status.good++;
        }
    }
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}

keyshare_error
keyshare_maintenance_finish(
    keyshare_maintenance *maintenance, keyshare_record **record)
{
    if (record != NULL)
        *record = NULL;
    if (maintenance == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if (maintenance->status.phase != KEYSHARE_PHASE_ISSUING)
        return KEYSHARE_ERR_STATE;
    if (maintenance->status.good < maintenance->status.needed)
        return KEYSHARE_ERR_QUORUM;
    if (record != NULL) {
        *record = maintenance->record;
        maintenance->record = NULL;
    }
    keyshare_operation_end(maintenance);
    return KEYSHARE_OK;
}

void
keyshare_maintenance_free(keyshare_maintenance **maintenance)
{
    if (maintenance == NULL || *maintenance == NULL)
        return;
    keyshare_operation_end(*maintenance);
    keyshare_memory_delete(*maintenance, sizeof **maintenance);
    *maintenance = NULL;
}
