/* SPDX-License-Identifier: ISC */
/* A trial: something is done in a process of its own, with one fault on the
 * way, and the process judges what came of it. */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "faults.h"

enum outcome {
    REFUSED, /* FAULT, nothing wrong handed out, the latch is closed */
    WHOLE,   /* handed out, and good */
    STUCK,   /* RANDOM, or a card refused that was good: nothing wrong came of
                it, and the latch is open */
    BAD
};

/** The fault on trial, at which of its calls, and which bit. */
struct trial {
    enum fault fault;
    unsigned call;
    size_t bit;
};
extern struct trial trial;

/** What a process says to the one that waits. */
struct report {
    bool struck;
    unsigned calls;
    size_t bytes;
    const char *why;
};
extern struct report *report;

/** Fixtures. */
void trial_begin(void);
void trial_end(void);

/** Do it with the trial's fault. A failed assertion if it is BAD, or died. */
enum outcome trial_try(enum outcome (*what)(void));

/** How often the fault's function is called, and for how many bytes, when all is
 * well; it must be WHOLE. */
struct report trial_look(enum outcome (*what)(void), enum fault fault);

/** In what is done: from here on, and until here, a fault may strike. */
void trial_arm(void);
void trial_disarm(void);

/** Memory that is counted, so that a leak is seen at once: the library's, from
 * here on, and how many blocks are out. */
void trial_count_memory(void);
size_t trial_blocks(void);

/** In a function that answers with an outcome: BAD unless it holds. */
#define EXPECT(condition)                                                      \
    do {                                                                       \
        if (!(condition)) {                                                    \
            report->why = #condition;                                          \
            return BAD;                                                        \
        }                                                                      \
    } while (0)

#endif
