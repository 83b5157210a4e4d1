/* SPDX-License-Identifier: ISC */
/* How the schemes' operations grow with M and N, against what theory says.
 *
 * Theory counts what an operation does, c = 2 chunks, and takes each for as
 * long as it was measured in the same run:
 *
 *   u, v, w   multiplication, fixed-base multiplication, addition of elements
 *   x, y, i   modulo L: by an index, of two, inverse
 *   h         SHA-256 of what a tag is of
 *   d, g      GF(2^8), portable: a dot product's share of one vector; a factor
 *             of a Lagrange weight (other back ends take many at once, so that
 *             what is counted stands still until it is many registers)
 *
 * pedersen
 *   deal         c M (u + v + w) + 2 c N (M-1) x         as M; as N M at last
 *   check        c M (u + w) + (u + v + w) + W           likewise
 *                + c N (M x + 3 y) + c M y; R of the
 *                proof for C_0,0, which stands alone
 *   judge        c ((M-1) (u + w) + u + v + w)           as M, whatever N
 *   evaluations  c (M-2) u, and c w times N (M-1), less  as N M, then as M^2
 *                what no card needs, plus one addition
 *                and product by an index for each of
 *                M^2 / 2 divisions
 *   recover      c (u + v + w) + W + 2 c M y             as 1, then as M^2
 *   W, weights   M^2 / 2 to M^2 x, since small differences are multiplied
 *                before; + i + 3 M y
 * gf256
 *   deal         (N+1) h + N M d                         as N M
 *   check        (N+1) h + (N-M+1) (M^2 g + M d)         as N, as M^2 (N-M)
 *   recover      h + M^2 g + M d                         as 1, then as M^2
 *
 * What theory leaves out (loads, stores, calls) keeps times above its own.
 */
#include "bench.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "gf256.h"
#include "group_rows.h"
#include "hash.h"
#include "scalar.h"
#include "set.h"

#define CHUNKS  2.0
#define VECTORS 32
#define LEN     64 /* of a value of gf256 */
#define SIZES   6

struct units {
    struct group_rows group;
    size_t x, y, i, h, d, g;
};

static struct {
    mp_limb_t a[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t b[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t scratch[64 * KEYSHARE_SCALAR_LIMBS];
    uint8_t bytes[VECTORS][LEN];
    uint8_t y[LEN];
    uint8_t c[VECTORS];
    uint8_t tag[KEYSHARE_SHA256_SIZE];
} operands;

static void
run_x(void *state)
{
    (void)state;
    keyshare_prime_mul_index(
        &keyshare_scalar_field, operands.a, operands.a, 251, operands.scratch);
}

static void
run_y(void *state)
{
    (void)state;
    keyshare_prime_mul(&keyshare_scalar_field, operands.a, operands.a,
        operands.b, operands.scratch);
}

static void
run_i(void *state)
{
    (void)state;
    keyshare_prime_invert(
        &keyshare_scalar_field, operands.a, operands.a, operands.scratch);
}

static void
run_h(void *state)
{
    const struct part parts[] = {{operands.bytes[0], 2 * LEN}};

    (void)state;
    keyshare_hash_sha256(operands.tag, parts, 1);
}

static void
run_d(void *state)
{
    const uint8_t *x[VECTORS];

    (void)state;
    for (size_t j = 0; j < VECTORS; j++)
        x[j] = operands.bytes[j];
    keyshare_gf256_dot(operands.y, operands.c, x, VECTORS, LEN);
}

static void
run_g(void *state)
{
    uint8_t weights[VECTORS], indices[VECTORS];

    (void)state;
    for (size_t j = 0; j < VECTORS; j++)
        indices[j] = (uint8_t)(j + 1);
    keyshare_gf256_weights_public(weights, indices, VECTORS, 0);
    operands.c[0] ^= weights[0];
}

static size_t
add(struct bench *bench, const char *name, void (*run)(void *), void *context)
{
    const struct bench_row row = {.name = name, .run = run, .context = context};

    return bench_add(bench, &row);
}

static struct units
add_units(struct bench *bench)
{
    struct units units = {.group = group_rows_add(bench)};

    bench_require((size_t)keyshare_prime_itch(&keyshare_scalar_field) <=
                      sizeof operands.scratch / sizeof *operands.scratch,
        "scratch");
    memset(operands.a, 0x35, sizeof operands.a / 2);
    memset(operands.b, 0x53, sizeof operands.b / 2);
    for (size_t j = 0; j < VECTORS; j++)
        operands.c[j] = (uint8_t)(7 * j + 1);
    units.x = add(bench, "x: a * index mod L", run_x, NULL);
    units.y = add(bench, "y: a * b mod L", run_y, NULL);
    units.i = add(bench, "i: 1 / a mod L", run_i, NULL);
    units.h = add(bench, "h: SHA-256 of 128 bytes", run_h, NULL);
    units.d = add(bench, "32 d: dot, 32 vectors of 64 bytes", run_d, NULL);
    units.g = add(bench, "1024 g: the weights of 32 indices", run_g, NULL);
    return units;
}

/* ---- Theory, in nanoseconds ---- */

/* The units' times. */
struct theory {
    double u, v, w, x, y, i, h, d, g;
};

static struct theory
theory_of(const struct bench *bench, const struct units *units)
{
    return (struct theory){
        .u = bench_median(bench, units->group.u),
        .v = bench_median(bench, units->group.v),
        .w = bench_median(bench, units->group.w),
        .x = bench_median(bench, units->x),
        .y = bench_median(bench, units->y),
        .i = bench_median(bench, units->i),
        .h = bench_median(bench, units->h),
        .d = bench_median(bench, units->d) / VECTORS,
        .g = bench_median(bench, units->g) / VECTORS / VECTORS,
    };
}

static double
open_one(const struct theory *t)
{
    return t->u + t->v + t->w;
}

/* How many products by an index the weights of M neighbours take, with indices
 * of about 64 each: see polynomial.c. */
static double
weights_products(unsigned m)
{
    double count = m;

    for (unsigned j = 0; j < m; j++) {
        unsigned factor = 64;

        count++;
        for (unsigned i = 0; i < m; i++) {
            if (i == j)
                continue;
            factor *= i > j ? i - j : j - i;
            count += factor > 0xff;
            factor = factor > 0xff ? 1 : factor;
        }
    }
    return count;
}

static double
weights(const struct theory *t, double m)
{
    return weights_products((unsigned)m) * t->x + t->i + 3 * m * t->y;
}

static double
pedersen_deal(const struct theory *t, double m, double n)
{
    return CHUNKS * (m * open_one(t) + 2 * n * (m - 1) * t->x);
}

static double
pedersen_check(const struct theory *t, double m, double n)
{
    return CHUNKS * (m * (t->u + t->w) + n * (m * t->x + 3 * t->y)) +
           open_one(t) + weights(t, m) + CHUNKS * m * t->y;
}

static double
pedersen_judge(const struct theory *t, double m, double n)
{
    (void)n;
    return CHUNKS * ((m - 1) * (t->u + t->w) + open_one(t));
}

/* A product with an index is u, or by as few additions as it has bits. */
static double
by_index(const struct theory *t, unsigned index)
{
    unsigned count = 0;

    for (; index > 1; index >>= 1)
        count += 1 + (index & 1);
    return count > 3 ? t->u : count * t->w;
}

static double
pedersen_evaluations(const struct theory *t, double m, double n)
{
    double time = m > 2 ? (m - 2) * t->u : 0;

    for (double k = 1; k < m - 1; k++)
        time += (m - 1 - k) * (by_index(t, (unsigned)k) + t->w);
    for (double k = 1; k <= n; k++)
        time += (n - k + 1 < m - 1 ? n - k + 1 : m - 1) * t->w;
    return CHUNKS * time;
}

static double
pedersen_recover(const struct theory *t, double m, double n)
{
    (void)n;
    return CHUNKS * (open_one(t) + 2 * m * t->y) + weights(t, m);
}

static double
gf256_deal(const struct theory *t, double m, double n)
{
    return (n + 1) * t->h + n * m * t->d;
}

/* A sum over M vectors, and its weights. */
static double
gf256_interpolate(const struct theory *t, double m)
{
    return m * m * t->g + m * t->d;
}

static double
gf256_recover(const struct theory *t, double m, double n)
{
    (void)n;
    return t->h + gf256_interpolate(t, m);
}

/* Those behind the quorum are compared with what it says of them. */
static double
gf256_check(const struct theory *t, double m, double n)
{
    return (n + 1) * t->h + (n - m + 1) * gf256_interpolate(t, m);
}

/* ---- Growth ---- */

struct operation {
    const char *name;
    keyshare_scheme scheme;
    void (*run)(void *state);
    double (*theory)(const struct theory *t, double m, double n);
};

static const struct operation operations[] = {
    {"pedersen: deal", KEYSHARE_SCHEME_PEDERSEN, set_deal_bare, pedersen_deal},
    {"pedersen: check a dealing", KEYSHARE_SCHEME_PEDERSEN, set_check_dealt,
        pedersen_check},
    {"pedersen: judge, last index", KEYSHARE_SCHEME_PEDERSEN, set_judge,
        pedersen_judge},
    {"pedersen: evaluations", KEYSHARE_SCHEME_PEDERSEN, set_prepare,
        pedersen_evaluations},
    {"pedersen: recover from M judged", KEYSHARE_SCHEME_PEDERSEN,
        set_recover_judged, pedersen_recover},
    {"gf256: deal", KEYSHARE_SCHEME_GF256, set_deal_bare, gf256_deal},
    {"gf256: check a dealing", KEYSHARE_SCHEME_GF256, set_check_dealt,
        gf256_check},
    {"gf256: recover from M judged", KEYSHARE_SCHEME_GF256, set_recover_judged,
        gf256_recover},
};

#define OPERATIONS (sizeof operations / sizeof *operations)

/* A policy of the growth, dealt by both schemes. */
struct point {
    unsigned m;
    unsigned n;
    struct set *sets[3]; /* by scheme */
    struct set_judge judge;
};

static void
begin_point(struct point *point, unsigned m, unsigned n)
{
    *point = (struct point){.m = m, .n = n};
    for (int scheme = 1; scheme <= 2; scheme++)
        point->sets[scheme] = set_begin((keyshare_scheme)scheme, m, n);
    point->judge = (struct set_judge){point->sets[KEYSHARE_SCHEME_PEDERSEN],
        point->sets[KEYSHARE_SCHEME_PEDERSEN]->record, n};
}

static size_t
add_operation(
    struct bench *bench, const struct operation *what, struct point *point)
{
    char name[64];
    void *context = what->run == set_judge ? (void *)&point->judge
                                           : point->sets[what->scheme];

    snprintf(name, sizeof name, "%s, %u-of-%u", what->name, point->m, point->n);
    return add(bench, name, what->run, context);
}

/* Measure all operations at these points; the sizes are what grows. */
static void
measure(struct bench *bench, const char *title, struct point *points,
    const double *sizes)
{
    struct bench_growth growth[OPERATIONS];
    struct units units;
    struct theory theory;

    bench_group(bench, title);
    units = add_units(bench);
    for (size_t k = 0; k < OPERATIONS; k++) {
        growth[k].count = SIZES;
        for (size_t i = 0; i < SIZES; i++) {
            growth[k].size[i] = sizes[i];
            growth[k].row[i] = add_operation(bench, &operations[k], &points[i]);
        }
    }
    bench_measure(bench);
    theory = theory_of(bench, &units);
    for (size_t k = 0; k < OPERATIONS; k++) {
        for (size_t i = 0; i < SIZES; i++)
            growth[k].theory[i] =
                operations[k].theory(&theory, points[i].m, points[i].n);
        bench_grows(bench, operations[k].name, &growth[k]);
    }
    for (size_t i = 0; i < SIZES; i++)
        for (int scheme = 1; scheme <= 2; scheme++)
            set_end(points[i].sets[scheme]);
}

int
main(int argc, char **argv)
{
    static const double over_m[SIZES] = {2, 4, 8, 16, 32, 64};
    static const double over_n[SIZES] = {8, 16, 32, 64, 128, 255};
    struct bench *bench = bench_begin(&argc, argv, "growth");
    struct point points[SIZES];

    bench_require(argc == 1, "no arguments are taken");
    bench_require(
        keyshare_raw_backend_select("portable") == KEYSHARE_OK, "portable");
    for (size_t i = 0; i < SIZES; i++)
        begin_point(&points[i], (unsigned)over_m[i], 64);
    measure(bench, "growth with M, at N = 64", points, over_m);
    for (size_t i = 0; i < SIZES; i++)
        begin_point(&points[i], 5, (unsigned)over_n[i]);
    measure(bench, "growth with N, at M = 5", points, over_n);
    return bench_end(bench);
}
