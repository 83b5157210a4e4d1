/* SPDX-License-Identifier: ISC */
/* ssss-split and ssss-combine, whole processes: what a script would start. Its
 * secrets have 1024 bits at most, over GF(2^n) with one byte after another. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "child.h"

#define LEN_MAX   128
#define LINE_SIZE (2 * LEN_MAX + 16)

struct state {
    const struct peer_job *job;
    char secret[2 * LEN_MAX + 1];
    char m[8];
    char n[8];
    char bits[16];
    char shares[255][LINE_SIZE];
};

static void
split(void *opaque)
{
    struct state *s = opaque;
    const char *const words[] = {
        SSSS_SPLIT, "-Q", "-x", "-t", s->m, "-n", s->n, "-s", s->bits, NULL};
    struct child child;

    child_begin(&child, words);
    fprintf(child.to, "%s\n", s->secret);
    fflush(child.to);
    for (unsigned i = 0; i < s->job->n; i++)
        bench_require(fgets(s->shares[i], LINE_SIZE, child.from) != NULL,
            "ssss-split: a share");
    bench_require(child_end(&child) == 0, "ssss-split");
}

static void
combine(void *opaque)
{
    struct state *s = opaque;
    const char *const words[] = {SSSS_COMBINE, "-Q", "-x", "-t", s->m, NULL};
    struct child child;

    child_begin(&child, words);
    for (unsigned i = 0; i < s->job->m; i++)
        fputs(s->shares[i], child.to);
    bench_require(child_end(&child) == 0, "ssss-combine");
}

static double
timed(void (*run)(void *), void *state, size_t batch)
{
    struct timespec from, to;

    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t i = 0; i < batch; i++)
        run(state);
    clock_gettime(CLOCK_MONOTONIC, &to);
    return (double)(to.tv_sec - from.tv_sec) * 1e9 +
           (double)(to.tv_nsec - from.tv_nsec);
}

static double
timed_split(void *state, size_t batch)
{
    return timed(split, state, batch);
}

static double
timed_combine(void *state, size_t batch)
{
    return timed(combine, state, batch);
}

static void *
begin(const struct peer_job *job)
{
    struct state *s = calloc(1, sizeof *s);

    bench_require(s != NULL, "memory");
    s->job = job;
    for (size_t i = 0; i < job->len; i++)
        snprintf(s->secret + 2 * i, 3, "%02x", job->secret[i]);
    snprintf(s->m, sizeof s->m, "%u", job->m);
    snprintf(s->n, sizeof s->n, "%u", job->n);
    snprintf(s->bits, sizeof s->bits, "%zu", 8 * job->len);
    split(s);
    combine(s);
    return s;
}

static const char *
version(void)
{
    return "whole processes, their start with them";
}

const struct peer peer_ssss = {.name = "ssss, whole process",
    .version = version,
    .len_max = LEN_MAX,
    .count_max = 32, /* 128 cards take a quarter of a minute */
    .begin = begin,
    .end = free,
    .timed_split = timed_split,
    .timed_combine = timed_combine};
