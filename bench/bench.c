/* SPDX-License-Identifier: ISC */
/* Measuring: rows that are sampled in turn, and what their times say. */
#define _POSIX_C_SOURCE 200809L

#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report.h"

/* A batch lasts at least so long, in nanoseconds; a run that is longer than
 * LONG_RUN does not feel what the row before left in the caches. */
#define BATCH_TIME 1e6
#define LONG_RUN   20e6

#define SAMPLES_DEFAULT 31
#define SAMPLES_MAX     1001
#define NAME_SIZE       64

struct row {
    struct bench_row what;
    char name[NAME_SIZE];
    void *state;
    size_t batch;
    double once;    /* a run, about */
    double *sample; /* a run's time, by sample */
};

struct bench {
    struct report report;
    clockid_t clock;
    size_t samples;
    char title[NAME_SIZE];
    size_t count;
    struct row rows[BENCH_ROWS];
};

void
bench_require(bool so, const char *what)
{
    if (so)
        return;
    fflush(stdout);
    fprintf(stderr, "bench: failed: %s\n", what);
    exit(EXIT_FAILURE);
}

static void *
allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    bench_require(memory != NULL, "memory");
    return memory;
}

/* ---- Options ---- */

static void
usage(const char *program)
{
    printf(
        "usage: %s [--json] [--samples N] [--wall] [ARGUMENT...]\n"
        "  --json       write JSON, not tables\n"
        "  --samples N  of each row, %d if not told\n"
        "  --wall       take the time of the wall, not that of the process\n",
        program, SAMPLES_DEFAULT);
    exit(EXIT_SUCCESS);
}

static size_t
read_samples(const char *text)
{
    char *end;
    long samples = text == NULL ? 0 : strtol(text, &end, 10);

    bench_require(samples >= 3 && samples <= SAMPLES_MAX && *end == '\0',
        "--samples takes a number from 3 to 1001");
    return (size_t)samples;
}

struct bench *
bench_begin(int *argc, char **argv, const char *program)
{
    struct bench *bench = allocate(1, sizeof *bench);
    int left = 1;

    bench->samples = SAMPLES_DEFAULT;
    bench->clock = CLOCK_PROCESS_CPUTIME_ID;
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            usage(argv[0]);
        else if (strcmp(argv[i], "--json") == 0)
            bench->report.json = true;
        else if (strcmp(argv[i], "--wall") == 0)
            bench->clock = CLOCK_MONOTONIC;
        else if (strcmp(argv[i], "--samples") == 0) {
            i++;
            bench->samples = read_samples(i < *argc ? argv[i] : NULL);
        } else
            argv[left++] = argv[i];
    }
    *argc = left;
    report_begin(&bench->report, program,
        bench->clock == CLOCK_MONOTONIC ? "wall" : "process",
        (int)bench->samples);
    return bench;
}

/* ---- Rows ---- */

static void
forget_rows(struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++)
        free(bench->rows[i].sample);
    memset(bench->rows, 0, sizeof bench->rows);
    bench->count = 0;
}

void
bench_group(struct bench *bench, const char *title)
{
    forget_rows(bench);
    snprintf(bench->title, sizeof bench->title, "%s", title);
}

size_t
bench_add(struct bench *bench, const struct bench_row *what)
{
    struct row *row = &bench->rows[bench->count];

    bench_require(bench->count < BENCH_ROWS, "too many rows");
    row->what = *what;
    snprintf(row->name, sizeof row->name, "%s", what->name);
    row->what.name = row->name;
    row->sample = allocate(bench->samples, sizeof *row->sample);
    return bench->count++;
}

static double
now(const struct bench *bench)
{
    struct timespec time;

    bench_require(clock_gettime(bench->clock, &time) == 0, "the clock");
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* How long BATCH runs take. */
static double
time_batch(const struct bench *bench, const struct row *row)
{
    double start = now(bench);

    for (size_t i = 0; i < row->batch; i++)
        row->what.run(row->state);
    return now(bench) - start;
}

/* The untimed run, and as many runs for a batch as last long enough. */
static void
begin_row(const struct bench *bench, struct row *row)
{
    double time;

    row->state = row->what.setup == NULL ? row->what.context
                                         : row->what.setup(row->what.context);
    row->what.run(row->state);
    row->batch = 1;
    while ((time = time_batch(bench, row)) < BATCH_TIME)
        row->batch *= 2;
    row->once = time / (double)row->batch;
    row->batch = (size_t)ceil(1.25 * BATCH_TIME / row->once);
}

static void
take_sample(const struct bench *bench, struct row *row, size_t sample)
{
    if (row->once < LONG_RUN)
        row->what.run(row->state);
    row->sample[sample] = time_batch(bench, row) / (double)row->batch;
}

/* ---- Statistics ---- */

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Between the values of a sorted array: 0 is the first, 1 the last. */
static double
quantile(const double *sorted, size_t count, double part)
{
    double place = fmin(fmax(part, 0), 1) * (double)(count - 1);
    size_t below = (size_t)place;
    size_t above = below + 1 < count ? below + 1 : below;

    return sorted[below] +
           (place - (double)below) * (sorted[above] - sorted[below]);
}

/* Median, and the values at MARGIN below and above the middle. */
static struct statistic
summarize(const double *values, size_t count, double margin)
{
    double *sorted = allocate(count, sizeof *sorted);
    struct statistic result;

    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare);
    result.median = quantile(sorted, count, 0.5);
    result.low = quantile(sorted, count, 0.5 - margin);
    result.high = quantile(sorted, count, 0.5 + margin);
    free(sorted);
    return result;
}

static struct statistic
time_of(const struct bench *bench, size_t row)
{
    bench_require(row < bench->count, "no such row");
    return summarize(bench->rows[row].sample, bench->samples, 0.25);
}

double
bench_median(const struct bench *bench, size_t row)
{
    return time_of(bench, row).median;
}

/* The order statistics at n/2 -+ 1.96 sqrt(n)/2 enclose the median of whatever
 * distribution with a probability of about 95 %. */
static struct statistic
interval(const double *values, size_t count)
{
    return summarize(values, count, 0.98 / sqrt((double)count));
}

/* ---- What is told ---- */

void
bench_measure(struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++)
        begin_row(bench, &bench->rows[i]);
    for (size_t sample = 0; sample < bench->samples; sample++)
        for (size_t i = 0; i < bench->count; i++)
            take_sample(bench, &bench->rows[i], sample);
    report_group(&bench->report, bench->title);
    for (size_t i = 0; i < bench->count; i++) {
        struct row *row = &bench->rows[i];
        struct statistic time = time_of(bench, i);

        if (row->what.teardown != NULL)
            row->what.teardown(row->state);
        report_row(&bench->report, row->name, &time, row->batch);
    }
}

void
bench_heading(struct bench *bench, const char *text)
{
    report_heading(&bench->report, text);
}

void
bench_ratio(struct bench *bench, const char *what, size_t row,
    const struct bench_term *bound, size_t terms, double at_most)
{
    double *ratios = allocate(bench->samples, sizeof *ratios);
    double *sums = allocate(bench->samples, sizeof *sums);
    struct statistic ratio;

    for (size_t sample = 0; sample < bench->samples; sample++) {
        for (size_t i = 0; i < terms; i++)
            sums[sample] +=
                bound[i].factor * bench->rows[bound[i].row].sample[sample];
        ratios[sample] = bench->rows[row].sample[sample] / sums[sample];
    }
    ratio = interval(ratios, bench->samples);
    report_ratio(&bench->report, what, bench_median(bench, row),
        summarize(sums, bench->samples, 0).median, &ratio, at_most);
    free(ratios);
    free(sums);
}

/* The b of a * size^b through times, by least squares over the logarithms. */
static double
exponent(const double *size, const double *time, size_t count)
{
    double x = 0, y = 0, xx = 0, xy = 0;
    double n = (double)count;

    for (size_t i = 0; i < count; i++) {
        x += log(size[i]);
        y += log(time[i]);
        xx += log(size[i]) * log(size[i]);
        xy += log(size[i]) * log(time[i]);
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

void
bench_grows(
    struct bench *bench, const char *what, const struct bench_growth *growth)
{
    const size_t last = growth->count - 1;
    double time[BENCH_POINTS];
    struct growth_fit fit;

    for (size_t i = 0; i < growth->count; i++)
        time[i] = bench_median(bench, growth->row[i]);
    fit.from = growth->size[0];
    fit.to = growth->size[last];
    fit.measured = exponent(growth->size, time, growth->count);
    fit.theory = exponent(growth->size, growth->theory, growth->count);
    fit.over_from = time[0] / growth->theory[0];
    fit.over_to = time[last] / growth->theory[last];
    report_growth(&bench->report, what, &fit);
}

int
bench_end(struct bench *bench)
{
    report_end(&bench->report);
    forget_rows(bench);
    free(bench);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
