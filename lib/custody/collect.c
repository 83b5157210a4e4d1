/* SPDX-License-Identifier: ISC */
/* Round one of a maintenance operation: each old share is used as it comes, and
 * at the last one the new record is whole. */
#include "operation.h"

#include <string.h>

#include "memory.h"
#include "record.h"
#include "reveal.h"

/* The quorum are the last M to come: who they are is known when the others were
 * taken. So no sum is whole before the last card, whatever the order. */
static void
choose_quorum(keyshare_maintenance *operation)
{
    struct plan *plan = &operation->plan;
    size_t count = 0;

    for (size_t i = 0; i < plan->present_count; i++) {
        const uint8_t index = plan->present[i];

        if (operation->taken[index])
            continue;
        plan->present[i] = plan->present[count];
        plan->present[count++] = index;
    }
}

/* The place of one of them in the quorum. */
static size_t
find_in_quorum(const struct quorum *quorum, unsigned index)
{
    size_t which = 0;

    while (which + 1 < quorum->count && quorum->indices[which] != index)
        which++;
    return which;
}

/* How many cards the round awaits yet, with the one on the table. */
static size_t
awaited_yet(const keyshare_maintenance *operation)
{
    return operation->status.awaited - operation->status.accepted;
}

/* Whether the witness's mask comes with this card of the quorum. With a proof
 * that is the first card: then its sum is never bare. But where shares take form
 * together, these sums (and the d(i) that are kept) tell of each card as much
 * as the witness would: the mask would follow from memory, and the opening of
 * the key commitment from that and the proof. Then it is drawn at the last. */
static bool
is_masked_now(const keyshare_maintenance *operation)
{
    const bool late =
        keyshare_operation_renewal(operation)->witness_is_published &&
        operation->status.together > 0;

    if (!keyshare_operation_has_witness(operation))
        return false;
    return awaited_yet(operation) == (late ? 1 : operation->plan.quorum.count);
}

/* The random bytes are drawn and gone within one presentation. */
static keyshare_error
mask_witness(keyshare_maintenance *operation, const uint8_t *value)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    const struct scheme_set *set = &operation->draft.set;
    const size_t len = renewal->witness_len(set);
    keyshare_error error =
        keyshare_random_draw(&operation->random, operation->fresh, len);

    if (error == KEYSHARE_OK &&
        keyshare_reveal_mask(renewal->witness_begin(
                                 set, operation->fresh, value, operation->room),
            REVEAL_STUCK))
        error = KEYSHARE_ERR_RANDOM;
    keyshare_memory_wipe(operation->fresh, len);
    return error;
}

/* Add a card of the quorum to all that is being made. */
static void
add(keyshare_maintenance *operation, size_t which, const uint8_t *value)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    const struct plan *plan = &operation->plan;
    const struct scheme_set *set = &plan->set;

    if (keyshare_operation_has_witness(operation)) {
        renewal->weigh(set, &plan->quorum, which, 0, operation->room);
        renewal->witness_add(&operation->draft.set, value, operation->room);
    }
    /* Anew: one weight that went wrong must not go into witness and shares. */
    if (plan->operation == RESHARE)
        renewal->weigh(set, &plan->quorum, which, 0, operation->room);
    for (unsigned i = 1; i <= set->count; i++) {
        if (operation->values[i - 1] == NULL)
            continue;
        if (plan->operation != RESHARE)
            renewal->weigh(set, &plan->quorum, which, i, operation->room);
        renewal->add(set, operation->values[i - 1], value, operation->room);
    }
}

/* What the record says of the new share of a present card, where it does. */
static void
commit_present(
    keyshare_maintenance *operation, unsigned index, const uint8_t *value)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    const struct scheme_set *set = &operation->draft.set;

    if (operation->plan.operation != REFRESH || !renewal->commits_to_shares)
        return;
    renewal->shift(set, operation->value, value, operation->shifts[index - 1],
        operation->room);
    renewal->commit(set, operation->draft.commitments, index, operation->value);
    keyshare_memory_wipe(operation->value, operation->value_len);
}

/* What the record says of the shares that took form together. With gf256 a
 * refresh looks again at the sharing of zero, which waited since the beginning,
 * and traces each share back to its old tag. OK, FAULT or MISMATCH. */
static keyshare_error
commit_made(keyshare_maintenance *operation)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    const struct scheme_set *old = keyshare_record_set(operation->plan.record);
    const struct scheme_set *set = &operation->draft.set;
    const bool is_refresh = operation->plan.operation == REFRESH;

    if (is_refresh &&
        !keyshare_reveal_mask(
            renewal->is_zero(set, operation->shifts, operation->room),
            REVEAL_FAULT))
        return KEYSHARE_ERR_FAULT;
    for (unsigned i = 1; i <= set->count; i++) {
        const uint8_t *value = operation->values[i - 1];

        if (value == NULL)
            continue;
        /* In this order: a value that went wrong between would not show. */
        renewal->commit(set, operation->draft.commitments, i, value);
        if (is_refresh && !keyshare_reveal_mask(
                              renewal->comes_of(old, i, value,
                                  operation->shifts[i - 1], operation->room),
                              REVEAL_CONSISTENT))
            return KEYSHARE_ERR_MISMATCH;
    }
    return KEYSHARE_OK;
}

/* Commitments, proof, and the record as its decoder takes it. */
static keyshare_error
make_record(keyshare_maintenance *operation)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    const struct scheme *scheme =
        keyshare_record_scheme(operation->plan.record);
    struct record_draft *draft = &operation->draft;
    keyshare_error error = commit_made(operation);

    if (error != KEYSHARE_OK)
        return error;
    if (keyshare_operation_has_witness(operation))
        renewal->prove(&draft->set, draft->proof, operation->room);
    error = keyshare_record_draft_finish(draft, &operation->record,
        &operation->meant,
        operation->plan.operation == RESHARE ? PROOF_IS_CHECKED_LATER
                                             : PROOF_IS_CHECKED);
    if (error != KEYSHARE_OK)
        return error;
    return scheme->same_key(keyshare_record_set(operation->record),
               keyshare_record_set(operation->plan.record))
               ? KEYSHARE_OK
               : KEYSHARE_ERR_FAULT;
}

/* Each share that was made is what the record says. In a repair with gf256 that
 * also tells of a dealing that was bad. */
static keyshare_error
check_each(const keyshare_maintenance *operation)
{
    const struct plan *plan = &operation->plan;
    const bool may_be_the_dealing =
        plan->operation == REPAIR &&
        !keyshare_record_scheme(plan->record)->cards_prove_key;

    for (unsigned i = 1; i <= plan->set.count; i++)
        if (operation->values[i - 1] != NULL &&
            !keyshare_operation_share_is_good(operation, i,
                may_be_the_dealing ? REVEAL_CONSISTENT : REVEAL_FAULT))
            return may_be_the_dealing ? KEYSHARE_ERR_MISMATCH
                                      : KEYSHARE_ERR_FAULT;
    return KEYSHARE_OK;
}

/* A re-sharing is checked whole, every subset of it; else share by share. */
static keyshare_error
check_made(keyshare_maintenance *operation)
{
    const struct scheme *scheme =
        keyshare_record_scheme(operation->plan.record);
    const keyshare_record *record = keyshare_operation_record(operation);
    const struct scheme_set *set = keyshare_record_set(record);
    keyshare_error error;

    if (operation->plan.operation != RESHARE)
        return check_each(operation);
    error = keyshare_random_draw_nonzero(
        &operation->random, operation->coins, scheme->check_coins_len(set));
    if (error != KEYSHARE_OK)
        return error;
    return keyshare_reveal_mask(scheme->renewal->check_reshared(set,
                                    (const uint8_t *const *)operation->values,
                                    operation->coins, operation->room),
               REVEAL_FAULT)
               ? KEYSHARE_OK
               : KEYSHARE_ERR_FAULT;
}

/* Seal what is handed out. */
static keyshare_error
seal_made(keyshare_maintenance *operation)
{
    for (unsigned i = 1; i <= operation->plan.set.count; i++)
        if (operation->values[i - 1] != NULL && !operation->plan.is_late[i] &&
            !keyshare_operation_seal_share(operation, i))
            return KEYSHARE_ERR_FAULT;
    return KEYSHARE_OK;
}

/* Of who took form nothing stays but what is handed out, and of an index that
 * comes later nothing at all. */
static void
wipe_rest(keyshare_maintenance *operation)
{
    const struct renewal *renewal = keyshare_operation_renewal(operation);
    const size_t len = operation->value_len;

    for (unsigned i = 1; i <= operation->plan.set.count; i++) {
        if (operation->values[i - 1] == NULL)
            continue;
        if (operation->shifts[i - 1] != NULL)
            keyshare_memory_wipe(operation->shifts[i - 1], len);
        if (operation->plan.is_late[i])
            keyshare_memory_wipe(operation->values[i - 1], len);
    }
    keyshare_memory_wipe(operation->room, renewal->room(&operation->plan.set));
}

/* The last card was used. Shares are checked as they were encoded. */
static keyshare_error
complete(keyshare_maintenance *operation)
{
    const struct plan *plan = &operation->plan;
    keyshare_error error = KEYSHARE_OK;

    if (plan->operation != REPAIR)
        error = make_record(operation);
    if (error == KEYSHARE_OK)
        error = seal_made(operation);
    if (error == KEYSHARE_OK)
        error = check_made(operation);
    if (error != KEYSHARE_OK)
        return error;
    wipe_rest(operation);
    memset(operation->taken, 0, sizeof operation->taken);
    operation->status.phase = KEYSHARE_PHASE_ISSUING;
    operation->status.accepted = 0;
    operation->status.awaited =
        plan->operation == REFRESH ? (unsigned)plan->present_count : 0;
    return KEYSHARE_OK;
}

/* Commitments to shares are to whatever the card's value was when it was used:
 * that has to be the card's value still. */
static bool
is_unharmed(
    const keyshare_maintenance *operation, unsigned index, const uint8_t *value)
{
    const keyshare_record *record = operation->plan.record;

    return !keyshare_operation_renewal(operation)->commits_to_shares ||
           keyshare_reveal_mask(keyshare_record_scheme(record)->verify(
                                    keyshare_record_set(record), index, value),
               REVEAL_FAULT);
}

/* The next of the quorum, the card on the table. OK or RANDOM. */
static keyshare_error
use_of_quorum(
    keyshare_maintenance *operation, unsigned index, const uint8_t *value)
{
    const struct quorum *quorum = &operation->plan.quorum;
    keyshare_error error = KEYSHARE_OK;

    if (awaited_yet(operation) == quorum->count)
        choose_quorum(operation);
    if (is_masked_now(operation))
        error = mask_witness(operation, value);
    if (error == KEYSHARE_OK)
        add(operation, find_in_quorum(quorum, index), value);
    return error;
}

keyshare_error
keyshare_operation_collect(
    keyshare_maintenance *operation, unsigned index, const uint8_t *value)
{
    if (awaited_yet(operation) <= operation->plan.quorum.count) {
        keyshare_error error = use_of_quorum(operation, index, value);

        if (error != KEYSHARE_OK)
            return error;
    }
    commit_present(operation, index, value);
    if (!is_unharmed(operation, index, value))
        return KEYSHARE_ERR_FAULT;
    operation->taken[index] = true;
    operation->status.accepted++;
    if (awaited_yet(operation) > 0)
        return KEYSHARE_OK;
    return complete(operation);
}
