/* SPDX-License-Identifier: ISC */
/* What a device must do, as tables. */
#include "activation_model.h"

#include <string.h>

const struct model_set_facts model_facts[SETS] = {
    [E0] = {KEYSHARE_ROLE_CO, NO_SET, 0},
    [E1] = {KEYSHARE_ROLE_CO, E0, 0},
    [E2] = {KEYSHARE_ROLE_CO, E1, 0},
    [E1_SIBLING] = {KEYSHARE_ROLE_CO, E0, 0},
    [W0] = {KEYSHARE_ROLE_CO, NO_SET, 1},
    [W1] = {KEYSHARE_ROLE_CO, W0, 1},
    [S0] = {KEYSHARE_ROLE_SO, NO_SET, 2},
    [S1] = {KEYSHARE_ROLE_SO, S0, 2},
    [R0] = {KEYSHARE_ROLE_RKSH, NO_SET, 3},
};

/* ---- The tables ---- */

/* In which states a task can be begun, where cards that count are there. */
static const struct {
    bool factory, inactive, active;
} allowed[] = {
    [KEYSHARE_TASK_NONE] = {false, false, false},
    [KEYSHARE_TASK_ACTIVATE] = {true, true, false},
    [KEYSHARE_TASK_DEACTIVATE] = {false, false, true},
    [KEYSHARE_TASK_ENROL] = {true, true, true},
    [KEYSHARE_TASK_LIMITS] = {false, true, true},
    [KEYSHARE_TASK_RETIRE] = {false, true, true},
    [KEYSHARE_TASK_DROP] = {true, true, true},
    [KEYSHARE_TASK_RECOVER] = {true, true, true},
};

/* Whose cards count. */
static const struct {
    bool enrolled_co, pending_co;
    bool officers; /* SO, or while there is none CO */
    bool replaced; /* the set that the new one succeeds */
    bool subject;
} whose[] = {
    [KEYSHARE_TASK_NONE] = {false, false, false, false, false},
    [KEYSHARE_TASK_ACTIVATE] = {true, true, false, false, false},
    [KEYSHARE_TASK_DEACTIVATE] = {true, false, false, false, false},
    [KEYSHARE_TASK_ENROL] = {false, false, true, true, false},
    [KEYSHARE_TASK_LIMITS] = {false, false, true, false, false},
    [KEYSHARE_TASK_RETIRE] = {false, false, true, false, false},
    [KEYSHARE_TASK_DROP] = {false, false, true, false, false},
    [KEYSHARE_TASK_RECOVER] = {false, false, false, false, true},
};

/* ---- What follows from them ---- */

static bool
is_there(const struct model *model, enum model_use use, int role)
{
    for (int set = 0; set < SETS; set++)
        if (model->uses[set] == use && (int)model_facts[set].role == role)
            return true;
    return false;
}

static int
find(const struct model *model, enum model_use use, int lineage)
{
    for (int set = 0; set < SETS; set++)
        if (model->uses[set] == use && model_facts[set].lineage == lineage)
            return set;
    return NO_SET;
}

bool
model_is_open(const struct model *model, int set)
{
    const bool co = model_facts[set].role == KEYSHARE_ROLE_CO;
    const bool so = model_facts[set].role == KEYSHARE_ROLE_SO;
    const bool enrolled = model->uses[set] == MODEL_ENROLLED;
    const bool pending = model->uses[set] == MODEL_PENDING;
    const bool officer =
        is_there(model, MODEL_ENROLLED, KEYSHARE_ROLE_SO) ? so : co;

    return (whose[model->task].enrolled_co && co && enrolled) ||
           (whose[model->task].pending_co && co && pending) ||
           (whose[model->task].officers && officer && enrolled) ||
           (whose[model->task].replaced && set == model->replaced) ||
           (whose[model->task].subject && set == model->subject);
}

unsigned
model_count(const bool cards[MODEL_COUNT + 1])
{
    unsigned count = 0;

    for (unsigned i = 1; i <= MODEL_COUNT; i++)
        count += cards[i];
    return count < MODEL_THRESHOLD ? count : MODEL_THRESHOLD;
}

/* All sets have the same M. */
unsigned
model_needed(const struct model *model)
{
    for (int set = 0; set < SETS; set++)
        if (model_is_open(model, set))
            return MODEL_THRESHOLD;
    return 0;
}

static void
end(struct model *model, keyshare_ending ending)
{
    model->task = KEYSHARE_TASK_NONE;
    model->subject = model->replaced = model->fixed = NO_SET;
    model->authorised = model->ready = false;
    memset(model->cards, 0, sizeof model->cards);
    memset(model->own, 0, sizeof model->own);
    model->left = 0;
    model->ending = ending;
}

/* Second by second, as long as anything happens by it; whether it expired. */
static bool
pass(struct model *model, uint64_t now)
{
    uint64_t seconds = now > model->now ? now - model->now : 0;
    bool expired = false;

    model->now = now;
    for (; seconds > 0 && (model->left > 0 || model->lock > 0); seconds--) {
        if (model->left > 0 && --model->left == 0) {
            end(model, KEYSHARE_ENDING_EXPIRED);
            model->lock = model->limits.lock;
            expired = true;
        } else if (model->lock > 0 && --model->lock == 0 && !expired) {
            model->saved.locked = false;
        }
    }
    return expired;
}

/* As if power were lost now. */
static struct model_saved
would_save(const struct model *model)
{
    struct model_saved saved = {
        .exists = true,
        .factory = model->device == KEYSHARE_DEVICE_FACTORY,
        .retired = model->device == KEYSHARE_DEVICE_RETIRED,
        .limits = model->limits,
        .invalid = model->invalid,
        .lock = model->lock,
        .sequence = model->sequence,
    };

    memcpy(saved.uses, model->uses, sizeof saved.uses);
    if (model->task != KEYSHARE_TASK_NONE && !model->ready) {
        saved.invalid += saved.invalid < saved.limits.invalid;
        if (saved.invalid == saved.limits.invalid)
            saved.lock = saved.limits.lock;
    }
    saved.locked = saved.lock > 0;
    return saved;
}

bool
model_changed(const struct model *model)
{
    const struct model_saved *saved = &model->saved;
    const struct model_saved now = would_save(model);

    return !saved->exists || model->dirty || saved->factory != now.factory ||
           saved->retired != now.retired || saved->locked != now.locked ||
           saved->invalid != now.invalid ||
           memcmp(&saved->limits, &now.limits, sizeof now.limits) != 0;
}

void
model_create(struct model *model, keyshare_limits limits, uint64_t now)
{
    memset(model, 0, sizeof *model);
    model->device = KEYSHARE_DEVICE_FACTORY;
    model->limits = limits;
    model->now = now;
    end(model, KEYSHARE_ENDING_NONE);
}

/* ---- Enrolment ---- */

static bool
descends(int set, int from, bool chain)
{
    if (!chain)
        return model_facts[set].parent == from;
    for (set = model_facts[set].parent; set != NO_SET;
         set = model_facts[set].parent)
        if (set == from)
            return true;
    return false;
}

static keyshare_error
may_enrol(const struct model *model, int set, bool chain)
{
    const int lineage = model_facts[set].lineage;
    const int enrolled = find(model, MODEL_ENROLLED, lineage);
    size_t known = 0;

    if (model_facts[set].role == KEYSHARE_ROLE_RKSH)
        return KEYSHARE_ERR_ROLE;
    if (enrolled != NO_SET && !descends(set, enrolled, chain))
        return KEYSHARE_ERR_LINEAGE;
    for (int i = 0; i < SETS; i++)
        known += model->uses[i] != MODEL_UNKNOWN;
    if (model->device != KEYSHARE_DEVICE_FACTORY &&
        find(model, MODEL_PENDING, lineage) == NO_SET && known == MODEL_RECORDS)
        return KEYSHARE_ERR_SPACE;
    return KEYSHARE_OK;
}

static void
make_pending(struct model *model)
{
    for (int set = 0; set < SETS; set++)
        if (model->uses[set] == MODEL_PENDING &&
            (model->device == KEYSHARE_DEVICE_FACTORY ||
                model_facts[set].lineage ==
                    model_facts[model->subject].lineage))
            model->uses[set] = MODEL_UNKNOWN;
    model->uses[model->subject] = MODEL_PENDING;
    model->authorised = true;
    model->dirty = true;
}

static void
put_in_force(struct model *model, int set)
{
    const int older = find(model, MODEL_ENROLLED, model_facts[set].lineage);

    if (older != NO_SET)
        model->uses[older] = MODEL_UNKNOWN;
    model->uses[set] = MODEL_ENROLLED;
    model->dirty = true;
    if (model->device == KEYSHARE_DEVICE_FACTORY)
        model->device = KEYSHARE_DEVICE_INACTIVE;
}

static void
retire(struct model *model)
{
    memset(model->uses, 0, sizeof model->uses);
    model->device = KEYSHARE_DEVICE_RETIRED;
    model->invalid = 0;
    model->lock = 0;
    model->dirty = true;
}

/* ---- Events ---- */

static bool
is_allowed(const struct model *model, keyshare_task task)
{
    switch (model->device) {
    case KEYSHARE_DEVICE_FACTORY: return allowed[task].factory;
    case KEYSHARE_DEVICE_INACTIVE: return allowed[task].inactive;
    case KEYSHARE_DEVICE_ACTIVE: return allowed[task].active;
    case KEYSHARE_DEVICE_RETIRED: break;
    }
    return false;
}

/* What the task itself asks of its subject. */
static keyshare_error
may_begin(const struct model *model, keyshare_task task, int set, bool chain)
{
    if (task == KEYSHARE_TASK_ENROL)
        return may_enrol(model, set, chain);
    if (task == KEYSHARE_TASK_DROP)
        return model->uses[set] == MODEL_PENDING ? KEYSHARE_OK
                                                 : KEYSHARE_ERR_UNEXPECTED;
    if (task == KEYSHARE_TASK_RECOVER &&
        model_facts[set].role != KEYSHARE_ROLE_RKSH)
        return KEYSHARE_ERR_ROLE;
    return KEYSHARE_OK;
}

static keyshare_error
try_begin(struct model *model, keyshare_task task, int set, bool chain,
    keyshare_limits limits)
{
    const bool about = task == KEYSHARE_TASK_ENROL ||
                       task == KEYSHARE_TASK_DROP ||
                       task == KEYSHARE_TASK_RECOVER;
    keyshare_error error;

    if (task == KEYSHARE_TASK_LIMITS &&
        (limits.invalid == 0 || limits.collecting == 0))
        return KEYSHARE_ERR_ARGUMENT;
    if (!is_allowed(model, task))
        return KEYSHARE_ERR_STATE;
    error = may_begin(model, task, set, chain);
    if (error != KEYSHARE_OK)
        return error;
    model->task = task;
    model->subject = about ? set : NO_SET;
    model->replaced =
        task == KEYSHARE_TASK_ENROL
            ? find(model, MODEL_ENROLLED, model_facts[set].lineage)
            : NO_SET;
    if (!about && model_needed(model) == 0) {
        model->task = KEYSHARE_TASK_NONE;
        return KEYSHARE_ERR_STATE;
    }
    model->asked = limits;
    model->left = model->limits.collecting;
    model->ending = KEYSHARE_ENDING_NONE;
    return KEYSHARE_OK;
}

keyshare_error
model_begin(struct model *model, keyshare_task task, int set, bool chain,
    keyshare_limits limits, uint64_t now)
{
    keyshare_error error;

    pass(model, now);
    if (model->lock > 0)
        return KEYSHARE_ERR_LIMIT;
    if (model->device == KEYSHARE_DEVICE_RETIRED ||
        model->task != KEYSHARE_TASK_NONE)
        return KEYSHARE_ERR_STATE;
    error = try_begin(model, task, set, chain, limits);
    if (error != KEYSHARE_OK || model->device != KEYSHARE_DEVICE_FACTORY)
        return error;
    if (task == KEYSHARE_TASK_ENROL)
        make_pending(model);
    if (task == KEYSHARE_TASK_DROP) {
        model->uses[set] = MODEL_UNKNOWN;
        model->dirty = true;
        end(model, KEYSHARE_ENDING_DONE);
    }
    return KEYSHARE_OK;
}

/* What a good look at a card says that is held against SET. */
static keyshare_verdict
judge(const struct model *model, const struct model_card *card, int set)
{
    const struct model_set_facts *facts = &model_facts[card->set];
    const bool known = card->carries_record || card->set == model->subject ||
                       model->uses[card->set] != MODEL_UNKNOWN;

    if (card->kind == CARD_DAMAGED)
        return KEYSHARE_VERDICT_DAMAGED;
    if (card->set == set)
        return card->kind == CARD_GOOD ? KEYSHARE_VERDICT_OK
                                       : KEYSHARE_VERDICT_INVALID;
    if (known && facts->role != model_facts[set].role)
        return KEYSHARE_VERDICT_OTHER_ROLE;
    if ((known && facts->lineage == model_facts[set].lineage) ||
        model_facts[set].parent == card->set)
        return KEYSHARE_VERDICT_OTHER_EPOCH;
    return KEYSHARE_VERDICT_OTHER_SET;
}

/* Against each open set; or against the new one where none is. */
static keyshare_verdict
judge_open(const struct model *model, const struct model_card *card)
{
    static const keyshare_verdict order[] = {KEYSHARE_VERDICT_OK,
        KEYSHARE_VERDICT_INVALID, KEYSHARE_VERDICT_DAMAGED,
        KEYSHARE_VERDICT_OTHER_ROLE, KEYSHARE_VERDICT_OTHER_EPOCH,
        KEYSHARE_VERDICT_OTHER_SET};

    if (model->fixed != NO_SET)
        return judge(model, card, model->fixed);
    if (model_needed(model) == 0)
        return judge(model, card, model->subject);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        for (int set = 0; set < SETS; set++)
            if (model_is_open(model, set) &&
                judge(model, card, set) == order[i])
                return order[i];
    return KEYSHARE_VERDICT_NONE;
}

static void
complete(struct model *model)
{
    switch (model->task) {
    case KEYSHARE_TASK_NONE: return;
    case KEYSHARE_TASK_ACTIVATE:
        if (model->uses[model->fixed] == MODEL_PENDING)
            put_in_force(model, model->fixed);
        model->device = KEYSHARE_DEVICE_ACTIVE;
        model->awake = model_facts[model->fixed].lineage;
        break;
    case KEYSHARE_TASK_DEACTIVATE:
        model->device = KEYSHARE_DEVICE_INACTIVE;
        break;
    case KEYSHARE_TASK_ENROL: put_in_force(model, model->subject); break;
    case KEYSHARE_TASK_LIMITS: model->limits = model->asked; break;
    case KEYSHARE_TASK_RETIRE: retire(model); break;
    case KEYSHARE_TASK_DROP:
        model->uses[model->subject] = MODEL_UNKNOWN;
        model->dirty = true;
        break;
    case KEYSHARE_TASK_RECOVER: model->ready = true; return;
    }
    end(model, KEYSHARE_ENDING_DONE);
}

static void
accept(struct model *model, const struct model_card *card, bool own)
{
    const bool enrols = model->task == KEYSHARE_TASK_ENROL;

    (own ? model->own : model->cards)[card->index] = true;
    model->invalid = 0;
    if (!own)
        model->fixed = card->set;
    if (enrols && !model->authorised &&
        model_count(model->cards) == MODEL_THRESHOLD)
        make_pending(model);
    if (enrols ? model->authorised && model_count(model->own) == MODEL_THRESHOLD
               : model_count(model->cards) == MODEL_THRESHOLD)
        complete(model);
}

keyshare_error
model_present(struct model *model, keyshare_verdict *verdict,
    const struct model_card *card, uint64_t now)
{
    bool own;

    *verdict = KEYSHARE_VERDICT_NONE;
    if (pass(model, now) || model->lock > 0)
        return KEYSHARE_ERR_LIMIT;
    if (model->task == KEYSHARE_TASK_NONE || model->ready)
        return KEYSHARE_ERR_STATE;
    own = model->task == KEYSHARE_TASK_ENROL && card->set == model->subject &&
          card->kind != CARD_DAMAGED;
    *verdict =
        own ? judge(model, card, model->subject) : judge_open(model, card);
    if (*verdict == KEYSHARE_VERDICT_OK &&
        (own ? model->own : model->cards)[card->index])
        *verdict = KEYSHARE_VERDICT_DUPLICATE;
    if (*verdict == KEYSHARE_VERDICT_OK)
        accept(model, card, own);
    if (*verdict == KEYSHARE_VERDICT_INVALID) {
        model->invalid += model->invalid < model->limits.invalid;
        if (model->invalid == model->limits.invalid) {
            end(model, KEYSHARE_ENDING_LIMIT);
            model->lock = model->limits.lock;
        }
    }
    return KEYSHARE_OK;
}

keyshare_error
model_cancel(struct model *model, uint64_t now)
{
    pass(model, now);
    if (model->task == KEYSHARE_TASK_NONE)
        return KEYSHARE_ERR_STATE;
    end(model, KEYSHARE_ENDING_CANCELLED);
    return KEYSHARE_OK;
}

keyshare_error
model_tick(struct model *model, uint64_t now)
{
    pass(model, now);
    return KEYSHARE_OK;
}

keyshare_error
model_take(struct model *model, uint64_t now)
{
    if (pass(model, now))
        return KEYSHARE_ERR_LIMIT;
    if (!model->ready)
        return KEYSHARE_ERR_STATE;
    end(model, KEYSHARE_ENDING_DONE);
    return KEYSHARE_OK;
}

keyshare_error
model_derive(struct model *model)
{
    return model->device == KEYSHARE_DEVICE_ACTIVE ? KEYSHARE_OK
                                                   : KEYSHARE_ERR_STATE;
}

keyshare_error
model_export(struct model *model, uint64_t now)
{
    pass(model, now);
    model->sequence++;
    model->dirty = false;
    model->saved = would_save(model);
    return KEYSHARE_OK;
}

void
model_restart(struct model *model, uint64_t now)
{
    const struct model_saved saved = model->saved;

    model_create(model, saved.limits, now);
    if (!saved.factory)
        model->device =
            saved.retired ? KEYSHARE_DEVICE_RETIRED : KEYSHARE_DEVICE_INACTIVE;
    memcpy(model->uses, saved.uses, sizeof model->uses);
    model->invalid = saved.invalid;
    model->lock = saved.lock;
    model->sequence = saved.sequence;
    model->saved = saved;
    model->saved.locked = saved.lock > 0;
}

void
model_tamper(struct model *model)
{
    retire(model);
    end(model, KEYSHARE_ENDING_TAMPER);
}
