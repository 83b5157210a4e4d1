/* SPDX-License-Identifier: ISC */
/* The beginning of repair, refresh and re-share: a plan, the memory for it, and
 * a sharing of zero, before the first card. */
#include <keyshare/maintenance.h>

#include <string.h>

#include "latch.h"
#include "memory.h"
#include "operation.h"
#include "record.h"
#include "reveal.h"

keyshare_terms
keyshare_record_terms(const keyshare_record *record)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;

    terms.policy = keyshare_record_policy(record);
    terms.label = keyshare_record_label(record, &terms.label_len);
    return terms;
}

/* d(1)..d(N): into their places, or at once where a sum begins with them. */
static keyshare_error
share_zero(keyshare_maintenance *operation)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    const struct plan *plan = &operation->plan;
    struct record_draft *draft = &operation->draft;
    const size_t len = renewal->coins_len(&draft->set);
    uint8_t *places[KEYSHARE_COUNT_MAX];
    uint32_t stuck;
    keyshare_error error =
        keyshare_random_draw(&operation->random, operation->coins, len);

    if (error != KEYSHARE_OK)
        return error;
    for (size_t i = 0; i < draft->set.count; i++)
        places[i] = operation->shifts[i] != NULL ? operation->shifts[i]
                                                 : operation->values[i];
    stuck = renewal->share_zero(&draft->set, draft->commitments,
        keyshare_record_set(plan->record), plan->operation == REFRESH, places,
        operation->coins, operation->room);
    keyshare_memory_wipe(operation->coins, len);
    if (keyshare_reveal_mask(stuck, REVEAL_STUCK))
        return KEYSHARE_ERR_RANDOM;
    if (!keyshare_reveal_mask(
            renewal->is_zero(&draft->set, places, operation->room),
            REVEAL_FAULT))
        return KEYSHARE_ERR_FAULT;
    for (size_t i = 0; i < draft->set.count; i++)
        if (operation->values[i] != NULL && operation->shifts[i] != NULL)
            memcpy(operation->values[i], operation->shifts[i],
                operation->value_len);
    keyshare_memory_wipe(operation->room, renewal->room(&draft->set));
    /* What a proof covers is fixed from here on. */
    keyshare_record_draft_committed(draft);
    return KEYSHARE_OK;
}

static keyshare_error
begin(keyshare_maintenance **maintenance, enum operation kind,
    const keyshare_plan *plan)
{
    keyshare_maintenance *operation;
    keyshare_error error;

    if (maintenance == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *maintenance = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    operation = keyshare_memory_new(sizeof *operation);
    if (operation == NULL)
        return KEYSHARE_ERR_MEMORY;
    error = keyshare_operation_begin(operation, kind, plan);
    if (error == KEYSHARE_OK &&
        !keyshare_random_open(&operation->random, plan->random))
        error = KEYSHARE_ERR_ARGUMENT;
    if (error == KEYSHARE_OK && kind != REPAIR)
        error = share_zero(operation);
    if (error == KEYSHARE_ERR_FAULT)
        keyshare_latch_close();
    *maintenance = operation;
    if (error != KEYSHARE_OK)
        keyshare_maintenance_free(maintenance);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}

keyshare_error
keyshare_repair_begin(
    keyshare_maintenance **maintenance, const keyshare_plan *plan)
{
    return begin(maintenance, REPAIR, plan);
}

keyshare_error
keyshare_refresh_begin(
    keyshare_maintenance **maintenance, const keyshare_plan *plan)
{
    return begin(maintenance, REFRESH, plan);
}

keyshare_error
keyshare_reshare_begin(
    keyshare_maintenance **maintenance, const keyshare_plan *plan)
{
    return begin(maintenance, RESHARE, plan);
}

size_t
keyshare_repair_memory(const keyshare_plan *plan)
{
    return keyshare_operation_memory(REPAIR, plan);
}

size_t
keyshare_refresh_memory(const keyshare_plan *plan)
{
    return keyshare_operation_memory(REFRESH, plan);
}

size_t
keyshare_reshare_memory(const keyshare_plan *plan)
{
    return keyshare_operation_memory(RESHARE, plan);
}
