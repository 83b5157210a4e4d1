/* SPDX-License-Identifier: ISC */
/* Writing results: a table for people, or JSON for programs.
 *
 * The JSON is one object: "machine", and "results", a list of objects that
 * each say of what "kind" they are: row, ratio or growth. Times are in
 * nanoseconds.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct report {
    bool json;
    bool begun; /**< a result was written: a comma is due */
    const char *group;
};

/** A median, and what lies about it: quartiles of times, a confidence interval
 * of a ratio. */
struct statistic {
    double median;
    double low;
    double high;
};

/** The first lines: program, build, machine, how it is measured. */
void report_begin(
    struct report *report, const char *program, const char *clock, int samples);

/** A group's rows follow, with names up to so long. title: outlives the group.
 */
void report_group(struct report *report, const char *title);

void report_row(struct report *report, const char *name,
    const struct statistic *time, size_t batch);

/** A line above what follows, in the table. */
void report_heading(struct report *report, const char *text);

/** at_most 0: no target. bound: in nanoseconds. */
void report_ratio(struct report *report, const char *what, double time,
    double bound, const struct statistic *ratio, double at_most);

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
