/* SPDX-License-Identifier: ISC */
/* A maintenance operation: what it holds, and where. */
#include "operation.h"

#include <string.h>

#include <keyshare/fingerprint.h>

#include "block.h"
#include "memory.h"
#include "record.h"
#include "reveal.h"
#include "secret.h"
#include "share.h"

const struct renewal *
keyshare_operation_renewal(const keyshare_maintenance *operation)
{
    return keyshare_record_scheme(operation->plan.record)->renewal;
}

bool
keyshare_operation_has_witness(const keyshare_maintenance *operation)
{
    switch (operation->plan.operation) {
    case REPAIR: return false;
    case REFRESH:
        return keyshare_record_scheme(operation->plan.record)->proof_len > 0;
    case RESHARE: return true;
    }
    return false;
}

/* Whether d(index) is kept: until its card comes again, or, where commitments
 * are to shares, until these were made. */
static bool
keeps_shift(const keyshare_maintenance *operation, unsigned index)
{
    return operation->plan.operation == REFRESH &&
           (operation->plan.is_present[index] ||
               keyshare_operation_renewal(operation)->commits_to_shares);
}

static size_t
coins_len(const keyshare_maintenance *operation)
{
    const struct scheme *scheme =
        keyshare_record_scheme(operation->plan.record);
    const struct scheme_set *set = &operation->plan.set;
    const size_t zero = scheme->renewal->coins_len(set);
    const size_t check = scheme->check_coins_len(set);

    switch (operation->plan.operation) {
    case REPAIR: return 0;
    case REFRESH: return zero;
    case RESHARE: break;
    }
    return zero > check ? zero : check;
}

static size_t
lay_out(keyshare_maintenance *operation, void *start)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    const struct scheme_set *set = &operation->plan.set;
    struct block block = {start, 0};

    operation->coins = keyshare_block_take(&block, coins_len(operation));
    operation->fresh = keyshare_block_take(&block,
        keyshare_operation_has_witness(operation) ? renewal->witness_len(set)
                                                  : 0);
    operation->value = keyshare_block_take(&block, operation->value_len);
    for (unsigned i = 1; i <= set->count; i++)
        if (keeps_shift(operation, i))
            operation->shifts[i - 1] =
                keyshare_block_take(&block, operation->value_len);
    operation->room = keyshare_block_take(&block, renewal->room(set));
    return block.used;
}

/* What the operation is, before it has any memory. */
static keyshare_error
take_plan(keyshare_maintenance *operation, enum operation kind,
    const keyshare_plan *plan)
{
    struct plan *own = &operation->plan;
    keyshare_error error = keyshare_plan_take(own, kind, plan);

    if (error != KEYSHARE_OK)
        return error;
    operation->meant = keyshare_plan_record_terms(own);
    operation->value_len =
        keyshare_record_scheme(own->record)->value_len(own->set.key_len);
    operation->block_size = lay_out(operation, NULL);
    operation->status = (keyshare_maintenance_status){
        .phase = KEYSHARE_PHASE_COLLECTING,
        .awaited = (unsigned)own->present_count,
        .together = keyshare_plan_together(own),
        .together_quorum = keyshare_plan_together_is_quorum(own),
        .needed = kind == REPAIR ? 1 : (unsigned)own->set.threshold,
    };
    return KEYSHARE_OK;
}

keyshare_error
keyshare_operation_begin(keyshare_maintenance *operation, enum operation kind,
    const keyshare_plan *plan)
{
    keyshare_error error = take_plan(operation, kind, plan);

    if (error == KEYSHARE_OK && kind != REPAIR)
        error =
            keyshare_record_draft_begin(&operation->draft, &operation->meant);
    if (error != KEYSHARE_OK)
        return error;
    operation->block = keyshare_memory_new(operation->block_size);
    if (operation->block == NULL)
        return KEYSHARE_ERR_MEMORY;
    lay_out(operation, operation->block);
    for (unsigned i = 1; i <= operation->plan.set.count; i++)
        if (error == KEYSHARE_OK && keyshare_plan_makes(&operation->plan, i))
            error = keyshare_operation_begin_share(operation, i);
    return error;
}

size_t
keyshare_operation_memory(enum operation kind, const keyshare_plan *plan)
{
    keyshare_maintenance operation = {.block = NULL};
    const struct plan *own = &operation.plan;
    const struct scheme *scheme;
    size_t share, record, decoding, later;

    if (take_plan(&operation, kind, plan) != KEYSHARE_OK)
        return 0;
    scheme = keyshare_record_scheme(own->record);
    share = keyshare_secret_memory(keyshare_share_size(operation.value_len));
    record = keyshare_record_draft_size(&operation.meant);
    decoding = scheme->proof_len == 0
                   ? 0
                   : keyshare_memory_count(scheme->proof_room(&own->set));
    /* What comes when the record is whole and decoded. */
    later = kind == REFRESH ? own->present_count * share : 0;
    return keyshare_memory_count(sizeof operation) +
           keyshare_memory_count(operation.block_size) +
           operation.status.together * share +
           (kind == REPAIR ? 0
                           : keyshare_memory_count(record) +
                                 keyshare_record_count(record) +
                                 (decoding > later ? decoding : later));
}

keyshare_error
keyshare_operation_begin_share(keyshare_maintenance *operation, unsigned index)
{
    keyshare_secret *share =
        keyshare_secret_new(keyshare_share_size(operation->value_len));

    if (share == NULL)
        return KEYSHARE_ERR_MEMORY;
    operation->shares[index - 1] = share;
    operation->values[index - 1] = keyshare_share_begin(
        keyshare_secret_bytes(share), index, operation->value_len);
    return KEYSHARE_OK;
}

bool
keyshare_operation_seal_share(keyshare_maintenance *operation, unsigned index)
{
    const uint8_t *fingerprint =
        keyshare_record_fingerprint(keyshare_operation_record(operation));
    keyshare_secret *secret = operation->shares[index - 1];
    struct share share;

    keyshare_share_seal(
        keyshare_secret_bytes(secret), operation->value_len, fingerprint);
    return keyshare_share_decode(&share, keyshare_secret_reveal(secret),
               keyshare_secret_len(secret)) == KEYSHARE_OK &&
           share.index == index && share.value_len == operation->value_len &&
           share.value == operation->values[index - 1] &&
           memcmp(share.fingerprint, fingerprint, KEYSHARE_FINGERPRINT_SIZE) ==
               0;
}

bool
keyshare_operation_share_is_good(
    const keyshare_maintenance *operation, unsigned index, enum reveal reason)
{
    const keyshare_record *record = keyshare_operation_record(operation);

    return keyshare_reveal_mask(
        keyshare_record_scheme(record)->verify(
            keyshare_record_set(record), index, operation->values[index - 1]),
        reason);
}

const keyshare_record *
keyshare_operation_record(const keyshare_maintenance *operation)
{
    return operation->plan.operation == REPAIR ? operation->plan.record
                                               : operation->record;
}

void
keyshare_operation_end(keyshare_maintenance *operation)
{
    keyshare_memory_delete(operation->block, operation->block_size);
    operation->block = NULL;
    for (size_t i = 0; i < KEYSHARE_COUNT_MAX; i++)
        keyshare_secret_free(&operation->shares[i]);
    keyshare_record_draft_end(&operation->draft);
    keyshare_record_free(&operation->record);
    operation->status.phase = KEYSHARE_PHASE_ENDED;
}
