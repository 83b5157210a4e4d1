/* SPDX-License-Identifier: ISC */
/* The plan of a maintenance operation, checked. */
#include "plan.h"

#include <string.h>

#include "record.h"
#include "terms.h"

/* Whether all is well made, and nothing said that the operation does not ask. */
static bool
is_well_made(enum operation operation, const keyshare_plan *plan)
{
    /* A larger structure is of a later release: what it adds is not known. */
    if (plan == NULL || plan->size < sizeof *plan || plan->record == NULL ||
        (plan->present == NULL && plan->present_count > 0) ||
        (plan->later == NULL && plan->later_count > 0))
        return false;
    if (operation == REPAIR)
        return plan->terms == NULL && plan->random == NULL &&
               plan->later_count == 0 && plan->lower_threshold == 0;
    if (plan->terms == NULL || plan->index != 0)
        return false;
    if (operation == REFRESH)
        return plan->lower_threshold == 0;
    return plan->later_count == 0;
}

/* seen[index] = true; false: not 1..limit, or seen before. */
static bool
mark(bool *seen, unsigned index, size_t limit)
{
    if (index < 1 || index > limit || seen[index])
        return false;
    seen[index] = true;
    return true;
}

/* Who is present, who comes later, and who is the quorum. */
static keyshare_error
take_indices(struct plan *own, const keyshare_plan *plan)
{
    const struct scheme_set *old = keyshare_record_set(plan->record);

    for (size_t i = 0; i < plan->present_count; i++)
        if (!mark(own->is_present, plan->present[i], old->count))
            return KEYSHARE_ERR_INDEX;
    for (size_t i = 0; i < plan->later_count; i++)
        if (!mark(own->is_late, plan->later[i], old->count) ||
            own->is_present[plan->later[i]])
            return KEYSHARE_ERR_INDEX;
    if (own->operation == REPAIR &&
        (plan->index < 1 || plan->index > old->count ||
            own->is_present[plan->index]))
        return KEYSHARE_ERR_INDEX;
    own->index = plan->index;
    if (plan->present_count < old->threshold)
        return KEYSHARE_ERR_QUORUM;
    own->present_count = plan->present_count;
    if (own->operation != REFRESH) {
        /* The quorum is all that is needed. */
        own->present_count = old->threshold;
        for (size_t i = own->present_count; i < plan->present_count; i++)
            own->is_present[plan->present[i]] = false;
    }
    memcpy(own->present, plan->present, own->present_count);
    own->quorum = (struct quorum){own->present, old->threshold};
    return KEYSHARE_OK;
}

/* The new set's terms: what may change in a lineage, and what was asked for. */
static keyshare_error
take_terms(struct plan *own, const keyshare_plan *plan)
{
    const keyshare_policy old = keyshare_record_policy(plan->record);
    const keyshare_policy *new = &own->terms.policy;
    keyshare_error error;

    if (own->operation == REPAIR) {
        own->terms = keyshare_record_terms(plan->record);
        return KEYSHARE_OK;
    }
    error = keyshare_terms_take(&own->terms, plan->terms);
    if (error != KEYSHARE_OK)
        return error;
    if (new->scheme != old.scheme ||
        keyshare_record_epoch(plan->record) == UINT32_MAX)
        return KEYSHARE_ERR_POLICY;
    if (own->operation == REFRESH &&
        (new->role != old.role || new->threshold != old.threshold ||
            new->count != old.count))
        return KEYSHARE_ERR_POLICY;
    if (new->threshold < old.threshold && plan->lower_threshold == 0)
        return KEYSHARE_ERR_POLICY;
    if (own->terms.label_len > 0)
        memcpy(own->label, own->terms.label, own->terms.label_len);
    own->terms.label = own->label;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_plan_take(
    struct plan *own, enum operation operation, const keyshare_plan *plan)
{
    keyshare_error error;

    memset(own, 0, sizeof *own);
    if (!is_well_made(operation, plan))
        return KEYSHARE_ERR_ARGUMENT;
    own->operation = operation;
    own->record = plan->record;
    error = keyshare_judge_begin(&own->judge, plan->record, plan->expected);
    if (error == KEYSHARE_OK)
        error = take_terms(own, plan);
    if (error == KEYSHARE_OK)
        error = take_indices(own, plan);
    own->set = keyshare_record_set_of(
        &own->terms.policy, keyshare_record_key_len(plan->record));
    return error;
}

bool
keyshare_plan_makes(const struct plan *plan, unsigned index)
{
    switch (plan->operation) {
    case REPAIR: return index == plan->index;
    case REFRESH:
        return !plan->is_present[index] &&
               (!plan->is_late[index] || keyshare_record_scheme(plan->record)
                                             ->renewal->commits_to_shares);
    case RESHARE: return true;
    }
    return false;
}

unsigned
keyshare_plan_together(const struct plan *plan)
{
    unsigned together = 0;

    for (unsigned i = 1; i <= plan->set.count; i++)
        together += keyshare_plan_makes(plan, i);
    return together;
}

bool
keyshare_plan_together_is_quorum(const struct plan *plan)
{
    const unsigned together = keyshare_plan_together(plan);

    if (plan->operation == RESHARE)
        return true;
    return together > 0 && together + 1 >= plan->set.threshold;
}

struct record_terms
keyshare_plan_record_terms(const struct plan *plan)
{
    return (struct record_terms){.terms = &plan->terms,
        .key_len = plan->set.key_len,
        .lineage = keyshare_record_lineage(plan->record),
        .epoch = keyshare_record_epoch(plan->record) + 1,
        .predecessor = keyshare_record_fingerprint(plan->record)};
}
