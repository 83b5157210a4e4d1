/* SPDX-License-Identifier: ISC */
/* Measuring: rows that are sampled in turn, and what their times say.
 *
 * A row is one thing that is measured: a name, what is set up for it, a
 * function that does it once, and what tears it down. The rows of a group are
 * measured together: each is run once untimed, then sampled in turn, A, B, C,
 * A, B, C ..., so that a machine that gets slower does so for all of them. A
 * sample is a batch of runs that lasts a millisecond or longer, after an
 * untimed run that warms the caches. Ratios are computed sample by sample,
 * and are told as their median with a confidence interval of 95 %.
 *
 * A group that would last longer than its limit gets fewer samples, but not
 * fewer than FEWEST; each row tells how many it had. The spread of a row is the
 * median of how far its samples are from their median, in % of it; where that
 * is above NOISY the row is marked.
 *
 * A peer is one more row of the same group. What runs in another process tells
 * its time by itself, and runs between the samples of the others.
 *
 * Where something cannot be measured the program says why and ends.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The most rows of a group, and points of a growth. */
#define BENCH_ROWS   64
#define BENCH_POINTS 16

/** One thing that is measured. What is not told is zero. */
struct bench_row {
    const char *name;
    /** Does it once. */
    void (*run)(void *state);
    /** Of the row: all of the context that it needs. */
    void *context;
    /** Makes the state from the context; NULL: the context is the state. */
    void *(*setup)(void *context);
    /** Undoes what setup did; may be NULL. */
    void (*teardown)(void *state);
    /** What has to be so while the row is sampled; may be NULL. */
    void (*before)(void *state);
    /** Instead of run: does it so many times, and tells for how many
     * nanoseconds, all together. */
    double (*timed)(void *state, size_t batch);
    /** How many bytes it goes through: a rate is told; 0: none. */
    size_t bytes;
    /** Not of this library: what does not change between two baselines. */
    bool peer;
};

/** A part of a sum of times: factor * the time of a row. */
struct bench_term {
    double factor;
    size_t row;
};

struct bench;

/** Begin: read the options (--help lists them), write the first lines.
 *
 * program: what is measured, in a word. The other arguments are left in
 * argv[1], argv[2] ..., *argc is their number plus one.
 */
struct bench *bench_begin(int *argc, char **argv, const char *program);

/** Whether it was asked for a quick run: leave out what takes long. */
bool bench_quick(const struct bench *bench);

/** Say what was not measured, and why. */
void bench_skip(struct bench *bench, const char *what, const char *why);

/** Say which version of something was measured. */
void bench_version(struct bench *bench, const char *what, const char *version);

/** Begin a group, without any row. */
void bench_group(struct bench *bench, const char *title);

/** Add a row to the group; the row is copied. Its number. */
size_t bench_add(struct bench *bench, const struct bench_row *row);

/** Measure the rows of the group, and write a table of them. */
void bench_measure(struct bench *bench);

/** The median time of a measured row, in nanoseconds. */
double bench_median(const struct bench *bench, size_t row);

/** Write a line above ratios that follow, in the table. */
void bench_heading(struct bench *bench, const char *text);

/** Write the ratio of a row to a sum of times, sample by sample, and whether
 * it is at most so much; at_most 0: there is no target. */
void bench_ratio(struct bench *bench, const char *what, size_t row,
    const struct bench_term *bound, size_t terms, double at_most);

/** Write how many times as fast as another a row is, and whether it is at least
 * so much; at_least 0: there is no target. */
void bench_speed(struct bench *bench, const char *what, size_t row,
    size_t other, double at_least);

/** Write something that was counted, and not timed; in a group. */
void bench_value(
    struct bench *bench, const char *what, double value, const char *unit);

/** How a time grows: points, each a size, the row measured there, and the time
 * that theory gives (bench_median of the same group times operations). */
struct bench_growth {
    size_t count;
    double size[BENCH_POINTS];
    size_t row[BENCH_POINTS];
    double theory[BENCH_POINTS];
};

/** Write a growth: its exponent by least squares over the logarithms, as
 * measured and of the theory's times, and how the two differ at the ends. */
void bench_grows(
    struct bench *bench, const char *what, const struct bench_growth *growth);

/** End, and give back all memory. What main returns. */
int bench_end(struct bench *bench);

/** End the program unless it is so: what was run did not do its work. */
void bench_require(bool so, const char *what);

#ifdef __cplusplus
}
#endif

#endif
