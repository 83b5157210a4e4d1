/* SPDX-License-Identifier: ISC */
/* The machine that is measured on: what it is, and what it counts. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The processor's model, or "unknown". */
void machine_cpu(char *cpu, size_t size);

/** The instructions that decide which back ends run, of those it has. */
void machine_features(char *features, size_t size);

/** The load average of the last minute; negative if it is not told. */
double machine_load(void);

/** The date, to the minute, UTC. */
void machine_date(char *date, size_t size);

/** Stay on one core: that one, or, if core is negative, where we are now. The
 * core, or -1 where that cannot be asked for. */
int machine_pin(int core);

/** What machine_cycles counts. */
enum machine_counter {
    MACHINE_NO_COUNTER,
    MACHINE_CYCLES, /**< of the core, in user mode, by perf_event_open */
    MACHINE_TSC,    /**< the time stamp counter: a clock, at the nominal rate */
};

enum machine_counter machine_counter_begin(void);

/** What the counter is called. */
const char *machine_counter_name(enum machine_counter counter);

/** What it says now; 0 without one. */
uint64_t machine_cycles(enum machine_counter counter);

#endif
