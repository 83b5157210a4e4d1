/* SPDX-License-Identifier: ISC */
/* Raw sharing over GF(2^8), by each back end, beside its peers and the limits
 * of the machine.
 *
 * raw [small|throughput]: 32 bytes under five policies; or 5-of-7 from 4 KiB
 * to 64 MiB. Without an argument, both.
 *
 * Through the public interface; but "arithmetic" is the polynomials' values
 * alone, their coefficients there (gf256.h), and "its random bytes" are drawn
 * as a split draws them, and thrown away. Back ends are named as raw.h has
 * them. Targets are of GFNI (the first back end), of AVX2, and of the portable
 * one, where the machine has them.
 */
#include "bench.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>
#include <sodium.h>

#include "gf256.h"
#include "gf256_backend.h"
#include "peers/peer.h"
#include "random.h"

#define BACKENDS_MAX 8
#define PEERS_MAX    16
#define PORTION      16384

struct job {
    struct peer_job peer;
    keyshare_raw_terms terms;
    uint8_t indices[KEYSHARE_RAW_COUNT_MAX];
    uint8_t *shares[KEYSHARE_RAW_COUNT_MAX];
    uint8_t *memory;
};

/* A back end, with the job that it is measured at. */
struct ours {
    struct job *job;
    const char *backend;
    size_t split, arithmetic, combine; /* rows */
};

/* A peer, likewise. */
struct theirs {
    const struct peer *peer;
    struct job *job;
    size_t row;
    bool measured;
};

static struct {
    struct ours ours[BACKENDS_MAX];
    size_t backends;
    struct theirs theirs[PEERS_MAX];
    size_t peers;
    size_t source; /* the row of its random bytes */
} rows;

static void
ok(keyshare_error error, const char *what)
{
    bench_require(error == KEYSHARE_OK, what);
}

/* ---- Jobs ---- */

static void
begin_job(struct job *job, unsigned m, unsigned n, size_t len)
{
    const keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;
    uint8_t *next;

    job->terms = terms;
    job->terms.threshold = m;
    job->terms.count = n;
    /* The secret, what is combined, shares, randomness. */
    job->memory = aligned_alloc(64, ((2 + n + m) * len + 63) / 64 * 64);
    bench_require(job->memory != NULL, "memory");
    randombytes_buf(job->memory, len);
    next = job->memory + 2 * len;
    for (unsigned i = 0; i < n; i++, next += len) {
        job->indices[i] = (uint8_t)(i + 1);
        job->shares[i] = next;
    }
    memset(job->memory + len, 1, (1 + n) * len);
    randombytes_buf(next, (m - 1) * len);
    job->peer = (struct peer_job){.m = m,
        .n = n,
        .len = len,
        .secret = job->memory,
        .combined = job->memory + len,
        .shares = job->shares,
        .random = next,
        .indices = job->indices};
}

/* ---- Rows of ours ---- */

static void
select_backend(void *state)
{
    const struct ours *ours = state;

    ok(keyshare_raw_backend_select(ours->backend), ours->backend);
}

static void
run_split(void *state)
{
    const struct job *job = ((struct ours *)state)->job;

    ok(keyshare_raw_split(
           job->shares, &job->terms, job->peer.secret, job->peer.len, NULL),
        "split");
}

static void
run_combine(void *state)
{
    const struct job *job = ((struct ours *)state)->job;

    ok(keyshare_raw_combine(job->peer.combined,
           (const uint8_t *const *)job->shares, job->indices, job->peer.m,
           job->peer.len),
        "combine");
}

static void
run_arithmetic(void *state)
{
    const struct job *job = ((struct ours *)state)->job;
    const struct peer_job *peer = &job->peer;
    const struct gf256_evaluation evaluation = {.y = job->shares,
        .x = job->indices,
        .count = peer->n,
        .constant = peer->secret,
        .higher = peer->random,
        .stride = peer->len,
        .degree = peer->m - 1,
        .len = peer->len,
        .passing = peer->len * peer->n >= (size_t)32 << 20};

    keyshare_gf256_evaluate(&evaluation);
}

/* As raw.c has it: one key, portions of the stream; or the system's bytes. */
static void
run_source(void *state)
{
    const struct peer_job *job = &((struct job *)state)->peer;
    static uint8_t portion[PORTION];
    const size_t all = (job->m - 1) * job->len;
    struct random random;
    struct random_stream stream;

    bench_require(keyshare_random_open(&random, NULL), "randomness");
    if (all <= 256) {
        ok(keyshare_random_draw(&random, portion, all), "randomness");
        return;
    }
    ok(keyshare_random_stream_begin(&stream, &random), "randomness");
    for (size_t at = 0; at < all; at += PORTION)
        keyshare_random_stream_next(
            &stream, portion, all - at < PORTION ? all - at : PORTION);
}

static size_t
add_ours(struct bench *bench, struct ours *ours, const char *what,
    void (*run)(void *))
{
    char name[64];
    const struct bench_row row = {.name = name,
        .run = run,
        .context = ours,
        .before = select_backend,
        .bytes = ours->job->peer.len};

    snprintf(name, sizeof name, "libkeyshare%s, %s", what, ours->backend);
    return bench_add(bench, &row);
}

/* ---- Rows of theirs ---- */

static void *
setup_theirs(void *context)
{
    const struct theirs *theirs = context;

    return theirs->peer->begin(&theirs->job->peer);
}

static void
add_theirs(struct bench *bench, bool splits, struct job *job)
{
    for (size_t i = 0; i < rows.peers; i++) {
        struct theirs *theirs = &rows.theirs[i];
        const struct peer *peer = theirs->peer;
        const struct bench_row row = {.name = peer->name,
            .run = splits ? peer->split : peer->combine,
            .timed = splits ? peer->timed_split : peer->timed_combine,
            .context = theirs,
            .setup = setup_theirs,
            .teardown = peer->end,
            .bytes = job->peer.len,
            .peer = true};

        theirs->job = job;
        theirs->measured =
            (row.run != NULL || row.timed != NULL) &&
            (peer->len_max == 0 || job->peer.len <= peer->len_max) &&
            (peer->count_max == 0 || job->peer.n <= peer->count_max);
        if (theirs->measured)
            theirs->row = bench_add(bench, &row);
    }
}

/* ---- Targets ---- */

static const struct ours *
ours_named(const char *name)
{
    for (size_t i = 0; i < rows.backends; i++)
        if (strncmp(rows.ours[i].backend, name, strlen(name)) == 0)
            return &rows.ours[i];
    return NULL;
}

/* The measured peer that it is about, or NULL. */
static const struct theirs *
theirs_of(const struct peer *peer)
{
    for (size_t i = 0; i < rows.peers; i++)
        if (rows.theirs[i].peer == peer && rows.theirs[i].measured)
            return &rows.theirs[i];
    return NULL;
}

static bool
is_limit(const struct peer *peer)
{
    return strncmp(peer->name, "limit", 5) == 0;
}

/* The fastest that shares secrets, as shipped; NULL: none is here. */
static const struct theirs *
fastest(const struct bench *bench)
{
    const struct theirs *best = NULL;

    for (size_t i = 0; i < rows.peers; i++) {
        const struct theirs *theirs = &rows.theirs[i];

        if (!theirs->measured || is_limit(theirs->peer) ||
            strstr(theirs->peer->name, "without") != NULL)
            continue;
        if (best == NULL ||
            bench_median(bench, theirs->row) < bench_median(bench, best->row))
            best = theirs;
    }
    return best;
}

/* A back end's row to a peer's; nothing, where either is not here. */
static void
tell(struct bench *bench, const char *what, const struct ours *ours, size_t row,
    const struct theirs *theirs, double at_least)
{
    char text[96];

    if (ours == NULL || theirs == NULL)
        return;
    snprintf(text, sizeof text, "%s %u-of-%u, %s / %.27s", what,
        ours->job->peer.m, ours->job->peer.n, ours->backend,
        theirs->peer->name + (is_limit(theirs->peer) ? 7 : 0));
    bench_speed(bench, text, row, theirs->row, at_least);
}

#ifdef WITH_ISAL
#define ISAL (&peer_isal)
#else
#define ISAL NULL
#endif
#ifdef WITH_GFSHARE
#define BARE (&peer_gfshare_bare)
#else
#define BARE NULL
#endif

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

static bool
is_job(const struct job *job, unsigned m, size_t len)
{
    return job->peer.m == m && job->peer.len == len;
}

static void
tell_split(struct bench *bench, const struct job *job)
{
    const struct ours *gfni = ours_named("gfni");
    const struct ours *avx2 = ours_named("avx2");
    const struct ours *portable = ours_named("portable");
    const struct theirs *isal = theirs_of(ISAL);
    const struct bench_term source = {1, rows.source};

    bench_heading(bench, "how many times as fast (95 % interval)");
    if (is_job(job, 5, 32)) {
        const struct bench_term drawn = {1, theirs_of(&peer_getrandom)->row};

        bench_ratio(bench, "split: one getrandom of its 128 bytes",
            rows.ours[0].split, &drawn, 1, 1.25);
        tell(bench, "split", &rows.ours[0], rows.ours[0].split, fastest(bench),
            4);
    }
    if (is_job(job, 128, 32)) {
        tell(bench, "split", gfni, gfni == NULL ? 0 : gfni->split,
            fastest(bench), 30);
        tell(bench, "split", portable, portable->split, fastest(bench), 6);
    }
    if (is_job(job, 5, 32 * KIB)) {
        tell(bench, "arithmetic of split", gfni,
            gfni == NULL ? 0 : gfni->arithmetic, isal, 3.2);
        tell(bench, "arithmetic of split", avx2,
            avx2 == NULL ? 0 : avx2->arithmetic, isal, 1.0);
    }
    if (is_job(job, 5, 64 * MIB))
        tell(bench, "arithmetic of split", gfni,
            gfni == NULL ? 0 : gfni->arithmetic, isal, 2.2);
    /* 0.85 of the source's speed is 1 / 0.85 of its time. */
    bench_ratio(bench, "whole split: its random bytes alone",
        rows.ours[0].split, &source, 1, job->peer.len >= MIB ? 1 / 0.85 : 0);
}

static void
tell_combine(struct bench *bench, const struct job *job)
{
    const struct ours *gfni = ours_named("gfni");
    const struct ours *avx2 = ours_named("avx2");
    const struct ours *portable = ours_named("portable");
    const size_t by_gfni = gfni == NULL ? 0 : gfni->combine;
    const struct theirs *isal = theirs_of(ISAL);
    const struct theirs *bare = theirs_of(BARE);

    bench_heading(bench, "how many times as fast (95 % interval)");
    if (is_job(job, 5, 32)) {
        tell(bench, "combine", gfni, by_gfni, bare, 6);
        tell(bench, "combine", portable, portable->combine, bare, 1.2);
    } else if (is_job(job, 128, 32)) {
        tell(bench, "combine", gfni, by_gfni, fastest(bench), 40);
        tell(
            bench, "combine", portable, portable->combine, fastest(bench), 1.5);
    } else if (is_job(job, 5, 32 * KIB)) {
        tell(bench, "combine", gfni, by_gfni, isal, 2.2);
        tell(bench, "combine", avx2, avx2 == NULL ? 0 : avx2->combine, isal,
            0.95);
        tell(bench, "combine", portable, portable->combine, bare, 2.5);
    } else if (is_job(job, 5, 64 * MIB)) {
        tell(bench, "combine", gfni, by_gfni, isal, 1.3);
    } else {
        tell(bench, "combine", &rows.ours[0], rows.ours[0].combine,
            fastest(bench), 0);
    }
}

/* ---- Groups ---- */

static void
title_of(char *title, size_t size, const char *what, const struct job *job)
{
    const size_t len = job->peer.len;

    snprintf(title, size, "%s %u-of-%u, %zu %s", what, job->peer.m, job->peer.n,
        len < KIB   ? len
        : len < MIB ? len / KIB
                    : len / MIB,
        len < KIB   ? "bytes"
        : len < MIB ? "KiB"
                    : "MiB");
}

static void
measure_split(struct bench *bench, struct job *job)
{
    char title[64];
    const struct bench_row source = {.name = "libkeyshare, its random bytes",
        .run = run_source,
        .context = job,
        .bytes = job->peer.len};

    title_of(title, sizeof title, "split", job);
    bench_group(bench, title);
    for (size_t i = 0; i < rows.backends; i++) {
        struct ours *ours = &rows.ours[i];

        ours->split = add_ours(bench, ours, "", run_split);
        ours->arithmetic =
            add_ours(bench, ours, "'s arithmetic", run_arithmetic);
    }
    rows.source = bench_add(bench, &source);
    add_theirs(bench, true, job);
    bench_measure(bench);
    tell_split(bench, job);
}

static void
measure_combine(struct bench *bench, struct job *job)
{
    char title[64];

    title_of(title, sizeof title, "combine", job);
    bench_group(bench, title);
    for (size_t i = 0; i < rows.backends; i++)
        rows.ours[i].combine = add_ours(bench, &rows.ours[i], "", run_combine);
    add_theirs(bench, false, job);
    bench_measure(bench);
    tell_combine(bench, job);
}

static void
measure(struct bench *bench, unsigned m, unsigned n, size_t len)
{
    struct job job;

    begin_job(&job, m, n, len);
    for (size_t i = 0; i < rows.backends; i++) {
        rows.ours[i].job = &job;
        select_backend(&rows.ours[i]);
        run_split(&rows.ours[i]);
        run_combine(&rows.ours[i]);
        bench_require(memcmp(job.peer.combined, job.peer.secret, len) == 0,
            "the secret comes back");
    }
    measure_split(bench, &job);
    measure_combine(bench, &job);
    free(job.memory);
}

static void
find_rows(struct bench *bench)
{
    for (const char *name;
         rows.backends < BACKENDS_MAX &&
         (name = keyshare_raw_backend((unsigned)rows.backends)) != NULL;)
        rows.ours[rows.backends++].backend = name;
    for (size_t i = 0; peers[i] != NULL; i++) {
        const char *version = peers[i]->version();

        if (version == NULL) {
            bench_skip(bench, peers[i]->name, "not here");
            continue;
        }
        if (!is_limit(peers[i]) || *version != '\0')
            bench_version(bench, peers[i]->name, version);
        rows.theirs[rows.peers++].peer = peers[i];
    }
    for (size_t i = 0; peers_absent[i] != NULL; i++)
        bench_skip(bench, peers_absent[i], "was not there when this was built");
}

int
main(int argc, char **argv)
{
    static const unsigned policies[][2] = {
        {2, 3}, {3, 7}, {5, 7}, {16, 32}, {128, 255}};
    static const size_t sizes[] = {4 * KIB, 32 * KIB, MIB, 64 * MIB};
    struct bench *bench = bench_begin(&argc, argv, "raw");
    const char *part = argc > 1 ? argv[1] : "";
    const bool small = strcmp(part, "small") == 0;
    const bool throughput = strcmp(part, "throughput") == 0;

    bench_require(
        sodium_init() >= 0 && argc <= 2 && (argc == 1 || small || throughput),
        "the argument: small or throughput");
    find_rows(bench);
    for (size_t i = 0; i < 5 && !throughput; i++)
        measure(bench, policies[i][0], policies[i][1], 32);
    for (size_t i = 0; i < 4 && !small; i++)
        if (!bench_quick(bench) || sizes[i] <= MIB)
            measure(bench, 5, 7, sizes[i]);
    return bench_end(bench);
}
