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

/* Of a group, in seconds, and the samples that it gets even so. */
#define LIMIT_DEFAULT 20
#define LIMIT_MAX     86400
#define FEWEST        5

/* A quick run's. */
#define QUICK_SAMPLES 7
#define QUICK_LIMIT   2

struct row {
    struct bench_row what;
    char name[NAME_SIZE];
    void *state;
    size_t batch;
    double once;    /* a run, about */
    double *sample; /* a run's time, by sample */
    double *cycles; /* and its cycles */
};

struct bench {
    struct report report;
    clockid_t clock;
    bool quick;
    size_t most;    /* samples of a row */
    size_t samples; /* of this group's */
    double limit;   /* of a group, in seconds */
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
        "usage: %s [--quick] [--json FILE] [--samples N] [--limit SECONDS]\n"
        "    [--core N|any] [--wall] [ARGUMENT...]\n"
        "  --quick          %d samples and %d seconds, the short rows only\n"
        "  --json FILE      write JSON too\n"
        "  --samples N      of each row, %d if not told\n"
        "  --limit SECONDS  for a group: less samples of what lasts longer,\n"
        "                   but %d; %d if not told\n"
        "  --core N|any     stay on that core; if not told, where it begins\n"
        "  --wall           the time of the wall, not that of the process\n",
        program, QUICK_SAMPLES, QUICK_LIMIT, SAMPLES_DEFAULT, FEWEST,
        LIMIT_DEFAULT);
    exit(EXIT_SUCCESS);
}

static long
read_number(const char *text, long from, long to, const char *what)
{
    char *end = NULL;
    long number = text == NULL ? from - 1 : strtol(text, &end, 10);

    bench_require(
        number >= from && number <= to && end != text && *end == '\0', what);
    return number;
}

static FILE *
open_json(const char *path)
{
    FILE *file = path == NULL ? NULL : fopen(path, "w");

    bench_require(file != NULL, "--json takes a file that can be written");
    return file;
}

struct options {
    bool pinned;
    int core;
};

/* Take an option at argv[i], and its value; how many words that were. */
static int
take_option(struct bench *bench, struct options *options, char **argv)
{
    const char *value = argv[1];

    if (strcmp(argv[0], "--wall") == 0) {
        bench->clock = CLOCK_MONOTONIC;
        return 1;
    }
    if (strcmp(argv[0], "--quick") == 0) {
        bench->quick = true;
        bench->most = QUICK_SAMPLES;
        bench->limit = QUICK_LIMIT;
        return 1;
    }
    if (strcmp(argv[0], "--json") == 0)
        bench->report.json = open_json(value);
    else if (strcmp(argv[0], "--samples") == 0)
        bench->most = (size_t)read_number(
            value, 3, SAMPLES_MAX, "--samples takes a number from 3 to 1001");
    else if (strcmp(argv[0], "--limit") == 0)
        bench->limit = (double)read_number(
            value, 0, LIMIT_MAX, "--limit takes a number of seconds");
    else if (strcmp(argv[0], "--core") == 0) {
        options->pinned = value == NULL || strcmp(value, "any") != 0;
        if (options->pinned)
            options->core =
                (int)read_number(value, 0, 1023, "--core takes a number");
    } else
        return 0;
    return 2;
}

struct bench *
bench_begin(int *argc, char **argv, const char *program)
{
    struct bench *bench = allocate(1, sizeof *bench);
    struct options options = {.pinned = true, .core = -1};
    struct method method;
    int left = 1;

    bench->most = SAMPLES_DEFAULT;
    bench->limit = LIMIT_DEFAULT;
    bench->clock = CLOCK_PROCESS_CPUTIME_ID;
    for (int i = 1; i < *argc;) {
        int taken = take_option(bench, &options, argv + i);

        if (strcmp(argv[i], "--help") == 0)
            usage(argv[0]);
        if (taken == 0)
            argv[left++] = argv[i++];
        i += taken;
    }
    *argc = left;
    argv[left] = NULL;
    method.core = options.pinned ? machine_pin(options.core) : -1;
    bench_require(options.core < 0 || method.core >= 0, "no such core");
    method.clock = bench->clock == CLOCK_MONOTONIC ? "wall" : "process";
    method.samples = bench->most;
    bench->report.counter = machine_counter_begin();
    report_begin(&bench->report, program, &method);
    return bench;
}

bool
bench_quick(const struct bench *bench)
{
    return bench->quick;
}

void
bench_skip(struct bench *bench, const char *what, const char *why)
{
    report_word(&bench->report, "skipped", what, why);
}

void
bench_version(struct bench *bench, const char *what, const char *version)
{
    report_word(&bench->report, "version", what, version);
}

/* ---- Rows ---- */

static void
forget_rows(struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++) {
        free(bench->rows[i].sample);
        free(bench->rows[i].cycles);
    }
    memset(bench->rows, 0, sizeof bench->rows);
    bench->count = 0;
}

void
bench_group(struct bench *bench, const char *title)
{
    forget_rows(bench);
    snprintf(bench->title, sizeof bench->title, "%s", title);
    bench->report.group = "";
}

size_t
bench_add(struct bench *bench, const struct bench_row *what)
{
    struct row *row = &bench->rows[bench->count];

    bench_require(bench->count < BENCH_ROWS, "too many rows");
    row->what = *what;
    snprintf(row->name, sizeof row->name, "%s", what->name);
    row->what.name = row->name;
    row->sample = allocate(bench->most, sizeof *row->sample);
    row->cycles = allocate(bench->most, sizeof *row->cycles);
    return bench->count++;
}

static double
now(const struct bench *bench)
{
    struct timespec time;

    bench_require(clock_gettime(bench->clock, &time) == 0, "the clock");
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* How long a batch of runs takes, and how many cycles (0: not known). */
static double
time_batch(const struct bench *bench, const struct row *row, double *cycles)
{
    const enum machine_counter counter = bench->report.counter;
    uint64_t counted;
    double start;

    *cycles = 0;
    if (row->what.timed != NULL)
        return row->what.timed(row->state, row->batch);
    start = now(bench);
    counted = machine_cycles(counter);
    for (size_t i = 0; i < row->batch; i++)
        row->what.run(row->state);
    *cycles = (double)(machine_cycles(counter) - counted);
    return now(bench) - start;
}

static void
run_once(const struct row *row)
{
    if (row->what.timed != NULL)
        row->what.timed(row->state, 1);
    else
        row->what.run(row->state);
}

/* The untimed run, and as many runs for a batch as last long enough. */
static void
begin_row(const struct bench *bench, struct row *row)
{
    double time, cycles;

    row->state = row->what.setup == NULL ? row->what.context
                                         : row->what.setup(row->what.context);
    if (row->what.before != NULL)
        row->what.before(row->state);
    run_once(row);
    row->batch = 1;
    while ((time = time_batch(bench, row, &cycles)) < BATCH_TIME)
        row->batch *= 2;
    row->once = time / (double)row->batch;
    row->batch = (size_t)ceil(1.25 * BATCH_TIME / row->once);
}

/* As many samples as the group's limit allows. */
static size_t
samples_within(const struct bench *bench)
{
    double round = 0;

    for (size_t i = 0; i < bench->count; i++) {
        const struct row *row = &bench->rows[i];

        round += row->once * (double)(row->batch + (row->once < LONG_RUN));
    }
    if (round * (double)bench->most <= bench->limit * 1e9)
        return bench->most;
    return (size_t)fmax(bench->limit * 1e9 / round,
        (double)(bench->most < FEWEST ? bench->most : FEWEST));
}

static void
take_sample(const struct bench *bench, struct row *row, size_t sample)
{
    const double batch = (double)row->batch;

    if (row->what.before != NULL)
        row->what.before(row->state);
    if (row->once < LONG_RUN)
        run_once(row);
    row->sample[sample] = time_batch(bench, row, &row->cycles[sample]) / batch;
    row->cycles[sample] /= batch;
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

/* The median of how far samples are from their median, in % of it. */
static double
spread_of(const double *values, size_t count)
{
    const double median = summarize(values, count, 0).median;
    double *far = allocate(count, sizeof *far);
    double spread;

    for (size_t i = 0; i < count; i++)
        far[i] = fabs(values[i] - median);
    spread = 100 * summarize(far, count, 0).median / median;
    free(far);
    return spread;
}

/* ---- What is told ---- */

static void
tell_row(struct bench *bench, size_t i)
{
    const struct row *row = &bench->rows[i];
    const struct measured measured = {
        .time = time_of(bench, i),
        .interval = interval(row->sample, bench->samples),
        .spread = spread_of(row->sample, bench->samples),
        /* The counter may run on while others have the core. */
        .cycles = summarize(row->cycles, bench->samples, 0.25).low,
        .bytes = row->what.bytes,
        .batch = row->batch,
        .samples = bench->samples,
        .peer = row->what.peer,
    };

    report_row(&bench->report, row->name, &measured);
}

void
bench_measure(struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++)
        begin_row(bench, &bench->rows[i]);
    bench->samples = samples_within(bench);
    for (size_t sample = 0; sample < bench->samples; sample++)
        for (size_t i = 0; i < bench->count; i++)
            take_sample(bench, &bench->rows[i], sample);
    report_group(&bench->report, bench->title);
    if (bench->samples < bench->most)
        printf("(%zu samples)\n", bench->samples);
    for (size_t i = 0; i < bench->count; i++) {
        struct row *row = &bench->rows[i];

        if (row->what.teardown != NULL)
            row->what.teardown(row->state);
        tell_row(bench, i);
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

void
bench_speed(struct bench *bench, const char *what, size_t row, size_t other,
    double at_least)
{
    double *speeds = allocate(bench->samples, sizeof *speeds);
    struct statistic speed;

    for (size_t sample = 0; sample < bench->samples; sample++)
        speeds[sample] =
            bench->rows[other].sample[sample] / bench->rows[row].sample[sample];
    speed = interval(speeds, bench->samples);
    report_speed(&bench->report, what, bench_median(bench, row),
        bench_median(bench, other), &speed, at_least);
    free(speeds);
}

void
bench_value(
    struct bench *bench, const char *what, double value, const char *unit)
{
    if (bench->report.group != bench->title)
        report_values(&bench->report, bench->title);
    report_value(&bench->report, what, value, unit);
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
    bool written = true;

    report_end(&bench->report);
    if (bench->report.json != NULL)
        written = fclose(bench->report.json) == 0;
    forget_rows(bench);
    free(bench);
    return fflush(stdout) == 0 && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
