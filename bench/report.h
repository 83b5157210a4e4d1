/* SPDX-License-Identifier: ISC */
/* Writing results: a table for people to standard output, and JSON for
 * programs to a file.
 *
 * The JSON is one object: "machine", and "results", a list of objects that
 * each say of what "kind" they are: row, ratio, speed, growth, value, version
 * or skipped; and "end": the load then, and how many rows were noisy. Times are in
 * nanoseconds.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "machine.h"

/** A row is noisy whose samples are further from their median than so many %,
 * half of them. */
#define REPORT_NOISY 5.0

struct report {
    FILE *json; /**< NULL: only the table */
    bool begun; /**< a result was written: a comma is due */
    const char *group;
    enum machine_counter counter;
    size_t rows;
    size_t noisy; /**< of these */
};

/** How it is measured. */
struct method {
    const char *clock;
    size_t samples; /**< at most */
    int core;       /**< negative: not pinned */
};

/** A median, and what lies about it: quartiles of times, a confidence interval
 * of 95 %. */
struct statistic {
    double median;
    double low;
    double high;
};

/** The first lines: program, build, machine, how it is measured. */
void report_begin(
    struct report *report, const char *program, const struct method *method);

/** A group's rows follow, with names up to so long. title: outlives the group.
 */
void report_group(struct report *report, const char *title);

/** The same, where there is no row: values follow. */
void report_values(struct report *report, const char *title);

/** What was measured of a row. */
struct measured {
    struct statistic time;     /**< and quartiles */
    struct statistic interval; /**< the same median, and how sure it is */
    double spread;             /**< % */
    double cycles;             /**< 0: not counted */
    size_t bytes;              /**< 0: no rate */
    size_t batch;
    size_t samples;
    bool peer;
};

void report_row(
    struct report *report, const char *name, const struct measured *measured);

/** A line above what follows, in the table. */
void report_heading(struct report *report, const char *text);

/** at_most 0: no target. bound: in nanoseconds. */
void report_ratio(struct report *report, const char *what, double time,
    double bound, const struct statistic *ratio, double at_most);

/** The same, of how many times as fast. */
void report_speed(struct report *report, const char *what, double time,
    double other, const struct statistic *speed, double at_least);

void report_value(
    struct report *report, const char *what, double value, const char *unit);

/** kind: "version", then text is what it is; or "skipped", then it is why. */
void report_word(struct report *report, const char *kind, const char *what,
    const char *text);

/** The exponents between two sizes, and measured over theory at both. */
struct growth_fit {
    double from;
    double to;
    double measured;
    double theory;
    double over_from;
    double over_to;
};

void report_growth(
    struct report *report, const char *what, const struct growth_fit *fit);

void report_end(struct report *report);

#endif
