/* SPDX-License-Identifier: ISC */
/* What a ceremony takes, for both schemes, and how far it is from its floor.
 *
 * custody [plain-memory] [M-of-N...]: the policies; without any, the four of
 * the targets. plain-memory: the memory door is calloc's, not the default's
 * guarded pages, each allocation of which takes system calls.
 *
 * With u, v, w as in group_rows.h, and as many chunks as the key has (2 for 32
 * bytes), F = chunks (u + v + w) is the floor of opening the commitment of a
 * card or of the key. Targets are stated in these, so that they hold on any
 * machine; each is compared with its bound in the same run.
 *
 * Maintenance is bound by judging: J = (M + 2) chunks u for every card that is
 * presented, and again for every new share that is checked before it is handed
 * out. What is left is as in a dealing: the commitments of zero, the proof, and
 * the new record as its decoder takes it; a re-sharing is checked in one batch.
 * gf256's is bound by its allocations, where memory is guarded. New cards are
 * not read back here: that is one J each.
 */
#include "set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group_rows.h"

#define CHUNKS 2

/* The numbers of a scheme's rows, where a target or a ratio asks for them. */
struct rows {
    const char *scheme;
    struct set *set;
    struct set_judge judges[KEYSHARE_COUNT_MAX + 1]; /* 0: loaded for many */
    size_t judge[KEYSHARE_COUNT_MAX + 1];            /* 0: not measured */
    size_t deal;
    size_t deal_bare;
    size_t prepare;
    size_t recover;
    size_t recover_judged;
    size_t repair;
    size_t refresh; /* 0: not measured */
    size_t refresh_absent;
    size_t reshare;
    size_t memory;
};

static size_t
add_row(struct bench *bench, const struct rows *rows, const char *what,
    void (*run)(void *), void *context)
{
    char name[64];
    const struct bench_row row = {.name = name, .run = run, .context = context};

    snprintf(name, sizeof name, "%s: %s", rows->scheme, what);
    return bench_add(bench, &row);
}

static size_t
add(struct bench *bench, const struct rows *rows, const char *what,
    void (*run)(void *))
{
    return add_row(bench, rows, what, run, rows->set);
}

/* What a scheme is told to do, as custody has it done, says (scheme). */
static void
add_deal_rows(struct bench *bench, struct rows *rows)
{
    bool proof = rows->set->scheme->proof_len > 0;

    rows->deal = add(bench, rows, "deal", set_deal);
    rows->deal_bare =
        add(bench, rows, "deal, no check, no proof (scheme)", set_deal_bare);
    if (proof)
        add(bench, rows, "prove (scheme)", set_prove);
    add(bench, rows, "check a dealing (scheme)", set_check_dealt);
    add(bench, rows, "load", set_load);
    if (proof) {
        add(bench, rows, "load, and for many", set_load_prepare);
        rows->prepare =
            add(bench, rows, "evaluations for many (scheme)", set_prepare);
    }
}

/* Whether judging the card of an index is a row: all of few, the first and the
 * last of many. The last has as many bits as any, so it costs most. */
static bool
is_judged(const struct set *set, unsigned index)
{
    return set->terms.policy.count <= 7 || index == 1 ||
           index == set->terms.policy.count;
}

static void
add_judge_rows(struct bench *bench, struct rows *rows)
{
    struct set *set = rows->set;
    const unsigned count = set->terms.policy.count;

    for (unsigned i = 1; i <= count; i++) {
        char what[32];

        if (!is_judged(set, i))
            continue;
        snprintf(what, sizeof what, "judge index %u", i);
        rows->judges[i] = (struct set_judge){set, set->record, i};
        rows->judge[i] =
            add_row(bench, rows, what, set_judge, &rows->judges[i]);
    }
    if (set->scheme->prepared_len(&set->draft) == 0)
        return;
    rows->judges[0] = (struct set_judge){set, set->prepared, count};
    rows->judge[0] = add_row(
        bench, rows, "judge, loaded for many", set_judge, &rows->judges[0]);
}

static void
add_recover_rows(struct bench *bench, struct rows *rows)
{
    bool prepares = rows->set->scheme->prepared_len(&rows->set->draft) > 0;

    add(bench, rows, "check N cards", set_check);
    if (prepares)
        add(bench, rows, "check N, loaded for many", set_check_prepared);
    rows->recover = add(bench, rows, "recover from M cards", set_recover);
    if (prepares)
        add(bench, rows, "recover, loaded for many", set_recover_prepared);
    rows->recover_judged =
        add(bench, rows, "recover from M judged (scheme)", set_recover_judged);
}

/* A refresh judges each card twice and each new share once: of 255 that takes
 * seconds. */
#define REFRESH_MAX 32

static void
add_audit_row(struct bench *bench, const struct rows *rows)
{
    char name[64];
    const struct bench_row row = {.name = name,
        .run = set_audit,
        .context = rows->set,
        .setup = set_audit_begin,
        .teardown = set_audit_end};

    snprintf(name, sizeof name, "%s: audit a record and its successor",
        rows->scheme);
    bench_add(bench, &row);
}

static void
add_maintenance_rows(struct bench *bench, struct rows *rows)
{
    const keyshare_policy *policy = &rows->set->terms.policy;

    if (policy->threshold == policy->count)
        return;
    rows->repair = add(bench, rows, "repair", set_repair);
    if (policy->count <= REFRESH_MAX) {
        rows->refresh = add(bench, rows, "refresh", set_refresh);
        rows->refresh_absent =
            add(bench, rows, "refresh, one absent", set_refresh_absent);
    }
    rows->reshare = add(bench, rows, "re-share, the same policy", set_reshare);
    add_audit_row(bench, rows);
}

static void
add_form_rows(struct bench *bench, struct rows *rows)
{
    add(bench, rows, "encode a share (custody)", set_share_encode);
    add(bench, rows, "decode a share (custody)", set_share_decode);
    add(bench, rows, "make an image", set_image_make);
    add(bench, rows, "take an image apart", set_image_take_apart);
    rows->memory =
        add(bench, rows, "memory of a secret, taken and freed", set_secret);
}

static void
begin_rows(struct bench *bench, struct rows *rows, keyshare_scheme scheme,
    unsigned threshold, unsigned count)
{
    *rows = (struct rows){.scheme = keyshare_scheme_text(scheme)};
    rows->set = set_begin(scheme, threshold, count);
    add_deal_rows(bench, rows);
    add_judge_rows(bench, rows);
    add_recover_rows(bench, rows);
    add_maintenance_rows(bench, rows);
    add_form_rows(bench, rows);
}

/* ---- Targets ---- */

struct target {
    struct bench *bench;
    const struct group_rows *group;
};

/* row <= at_most * (a u + b v + c w); at_most 0: no target. */
static void
tell(const struct target *target, const char *what, size_t row, double at_most,
    double a, double b, double c)
{
    struct bench_term bound[3];

    group_rows_sum(bound, target->group, a, b, c);
    bench_ratio(target->bench, what, row, bound, 3, at_most);
}

static void
tell_judging(const struct target *target, const struct rows *rows)
{
    const double m = rows->set->terms.policy.threshold;

    for (unsigned i = 1; i <= rows->set->terms.policy.count; i++) {
        char what[48];

        if (rows->judge[i] == 0)
            continue;
        snprintf(what, sizeof what, "judge index %u: (M + 2) chunks u", i);
        tell(target, what, rows->judge[i], 1.1, (m + 2) * CHUNKS, 0, 0);
    }
    tell(target, "judge, loaded for many: F", rows->judge[0], 1.1, CHUNKS,
        CHUNKS, CHUNKS);
}

/* JUDGED times J, the commitments of zero (ADDED to the old ones, or not), proof
 * and load; and the check of a whole set, or not. */
static void
tell_renewal(const struct target *target, const struct rows *rows,
    const char *what, size_t row, double judged, double added, double checked)
{
    const double m = rows->set->terms.policy.threshold;
    /* J each; f_k B + g_k H each, and where it is added to the old one. */
    double u = judged * (m + 2) * CHUNKS + (m - 1) * CHUNKS;
    double v = (m - 1) * CHUNKS;
    double w = (1 + added) * (m - 1) * CHUNKS;

    /* The proof: R. The decoder: points (an addition decodes two and encodes
     * one, in equal parts) and the proof's equation. */
    u += 1 + CHUNKS + 2;
    v += 1 + 1;
    w += 1 + m * CHUNKS / 3 + CHUNKS + 2;
    /* Every commitment by its factor, and one that it has to be. */
    u += checked * (m * CHUNKS + 1);
    v += checked;
    w += checked * (m * CHUNKS + 1);
    if (row != 0)
        tell(target, what, row, 1.1, u, v, w);
}

static void
tell_maintenance(const struct target *target, const struct rows *rows)
{
    const double m = rows->set->terms.policy.threshold;
    const double n = rows->set->terms.policy.count;

    if (rows->repair == 0)
        return;
    tell(target, "repair: (M + 1) J", rows->repair, 1.1,
        (m + 1) * (m + 2) * CHUNKS, 0, 0);
    tell_renewal(target, rows, "refresh: 3 N J + zero, proof, load",
        rows->refresh, 3 * n, 1, 0);
    tell_renewal(target, rows, "refresh, one absent: (3 N - 2) J + same",
        rows->refresh_absent, 3 * n - 2, 1, 0);
    tell_renewal(
        target, rows, "re-share: M J + same + check", rows->reshare, m, 0, 1);
}

/* The operation, its block, the draft, the record, and each new share. */
static void
tell_allocations(struct bench *bench, const struct rows *rows)
{
    struct bench_term memory = {3, rows->memory};

    if (rows->repair == 0)
        return;
    bench_ratio(
        bench, "gf256 repair: 3 allocations", rows->repair, &memory, 1, 0);
    memory.factor = 4 + rows->set->terms.policy.count;
    if (rows->refresh != 0)
        bench_ratio(bench, "gf256 refresh: N + 4 allocations", rows->refresh,
            &memory, 1, 0);
    bench_ratio(bench, "gf256 re-share: N + 4 allocations", rows->reshare,
        &memory, 1, 0);
}

/* Of the scheme pedersen. Those of loading for many and of gf256 are stated for
 * 5-of-7 only. */
static void
tell_targets(struct bench *bench, const struct group_rows *group,
    const struct rows *pedersen, const struct rows *gf256)
{
    const struct target target = {bench, group};
    const unsigned m = pedersen->set->terms.policy.threshold;
    const unsigned n = pedersen->set->terms.policy.count;
    const bool usual = m == 5 && n == 7;
    const double f = CHUNKS;
    const double mf = m * f;
    const double all = 1.5 * mf + 3;
    struct bench_term other = {1, pedersen->recover};

    bench_heading(bench, "target: time of bound = ratio (95 % interval)");
    tell(&target, "deal, no check, no proof: M F", pedersen->deal_bare, 1.08,
        mf, mf, mf);
    tell(&target, "deal: 1.5 M F + 3 (u + v + w)", pedersen->deal, 1, all, all,
        all);
    tell(&target, "  to M F alone", pedersen->deal, 0, mf, mf, mf);
    tell_judging(&target, pedersen);
    tell_maintenance(&target, pedersen);
    tell_allocations(bench, gf256);
    tell(&target, "evaluations for many: chunks w", pedersen->prepare,
        usual ? 50 : 0, 0, 0, f);
    tell(&target, "recover from M judged: F", pedersen->recover_judged, 1.3, f,
        f, f);
    bench_ratio(bench, "gf256 recover: pedersen's", gf256->recover, &other, 1,
        usual ? 0.1 : 0);
    other.row = pedersen->recover_judged;
    bench_ratio(bench, "gf256 recover from M judged: pedersen's",
        gf256->recover_judged, &other, 1, usual ? 0.1 : 0);
}

static void
measure(
    struct bench *bench, unsigned threshold, unsigned count, const char *memory)
{
    static struct rows pedersen, gf256;
    struct group_rows group;
    char title[64];

    snprintf(title, sizeof title, "%u-of-%u, %d bytes, %s memory", threshold,
        count, SET_KEY_SIZE, memory);
    bench_group(bench, title);
    group = group_rows_add(bench);
    begin_rows(bench, &pedersen, KEYSHARE_SCHEME_PEDERSEN, threshold, count);
    begin_rows(bench, &gf256, KEYSHARE_SCHEME_GF256, threshold, count);
    bench_measure(bench);
    tell_targets(bench, &group, &pedersen, &gf256);
    set_end(pedersen.set);
    set_end(gf256.set);
}

static void *
plain_allocate(void *context, size_t size)
{
    (void)context;
    return calloc(1, size);
}

static void
plain_free(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

int
main(int argc, char **argv)
{
    static const char *const usual[] = {
        "3-of-7", "5-of-7", "16-of-32", "128-of-255"};
    struct bench *bench = bench_begin(&argc, argv, "custody");
    const bool plain = argc > 1 && strcmp(argv[1], "plain-memory") == 0;
    char **policies = argv + (plain ? 2 : 1);
    const size_t given = (size_t)(argc - (plain ? 2 : 1));
    const size_t count = given > 0 ? given : sizeof usual / sizeof *usual;

    bench_require(!plain || keyshare_memory_set(plain_allocate, plain_free,
                                NULL) == KEYSHARE_OK,
        "the memory door");
    for (size_t i = 0; i < count; i++) {
        const char *policy = given > 0 ? policies[i] : usual[i];
        unsigned m, n;

        bench_require(
            sscanf(policy, "%3u-of-%3u", &m, &n) == 2, "a policy is M-of-N");
        measure(bench, m, n, plain ? "plain" : "guarded");
    }
    return bench_end(bench);
}
