/* SPDX-License-Identifier: ISC */
/* What a device must do, written down again: tables of who may begin what, and
 * whose cards count, and the little that follows from them. It shares no code
 * with the library, and knows sets by number, not by fingerprint. */
#ifndef ACTIVATION_MODEL_H
#define ACTIVATION_MODEL_H

#include <stdbool.h>

#include <keyshare/activation.h>

/** The sets: facilities East and West, security officers, recovery. Of East
 * there are two successors and a sibling. */
enum model_set {
    E0,
    E1,
    E2,
    E1_SIBLING,
    W0,
    W1,
    S0,
    S1,
    R0,
    SETS,
    NO_SET = -1
};

/** What the tables say of a set. */
struct model_set_facts {
    keyshare_role role;
    int parent;
    int lineage;
};
extern const struct model_set_facts model_facts[SETS];

/** All sets are M of N. */
#define MODEL_THRESHOLD 2
#define MODEL_COUNT     3

/** So many records it can hold. */
#define MODEL_RECORDS 4

/** A card: of a set, and what is wrong with it. */
struct model_card {
    int set;
    unsigned index;
    enum {
        CARD_GOOD,
        CARD_INVALID,
        CARD_DAMAGED
    } kind;
    bool carries_record;
};

enum model_use {
    MODEL_UNKNOWN,
    MODEL_PENDING,
    MODEL_ENROLLED
};

/** What survives. */
struct model_saved {
    bool exists;
    bool factory;
    bool retired;
    bool locked;
    enum model_use uses[SETS];
    keyshare_limits limits;
    uint32_t invalid;
    uint32_t lock;
    uint64_t sequence;
};

struct model {
    keyshare_device device;
    enum model_use uses[SETS];
    int awake; /* lineage */
    keyshare_task task;
    int subject;
    int replaced; /* set, enrolled, that the subject succeeds */
    int fixed;
    bool authorised;
    bool ready;
    bool cards[MODEL_COUNT + 1];
    bool own[MODEL_COUNT + 1];
    keyshare_limits limits;
    keyshare_limits asked;
    keyshare_ending ending;
    uint32_t invalid;
    uint32_t lock;
    uint32_t left;
    uint64_t now;
    uint64_t sequence;
    bool dirty;
    struct model_saved saved;
};

void model_create(struct model *model, keyshare_limits limits, uint64_t now);

/** Each event: its answer, and what it does. */
keyshare_error model_begin(struct model *model, keyshare_task task, int set,
    bool chain, keyshare_limits limits, uint64_t now);
keyshare_error model_present(struct model *model, keyshare_verdict *verdict,
    const struct model_card *card, uint64_t now);
keyshare_error model_cancel(struct model *model, uint64_t now);
keyshare_error model_tick(struct model *model, uint64_t now);
keyshare_error model_take(struct model *model, uint64_t now);
keyshare_error model_derive(struct model *model);
keyshare_error model_export(struct model *model, uint64_t now);
void model_restart(struct model *model, uint64_t now);
void model_tamper(struct model *model);

/** Whether a set's cards count for the task, before one is fixed. */
bool model_is_open(const struct model *model, int set);

/** What the status must say beside what stands in the model. */
unsigned model_needed(const struct model *model);
bool model_changed(const struct model *model);
unsigned model_count(const bool cards[MODEL_COUNT + 1]);

#endif
