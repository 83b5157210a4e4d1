/* SPDX-License-Identifier: ISC */
/* The rows that everything over ristretto255 is counted in. */
#include "group_rows.h"

#include <stdint.h>

#include <sodium.h>

/* What they compute with. */
static struct {
    uint8_t scalar[crypto_core_ristretto255_SCALARBYTES];
    uint8_t a[crypto_core_ristretto255_BYTES];
    uint8_t b[crypto_core_ristretto255_BYTES];
    uint8_t r[crypto_core_ristretto255_BYTES];
} operands;

static void
run_u(void *state)
{
    (void)state;
    bench_require(crypto_scalarmult_ristretto255(
                      operands.r, operands.scalar, operands.a) == 0,
        "libsodium");
}

static void
run_v(void *state)
{
    (void)state;
    bench_require(
        crypto_scalarmult_ristretto255_base(operands.r, operands.scalar) == 0,
        "libsodium");
}

static void
run_w(void *state)
{
    (void)state;
    bench_require(
        crypto_core_ristretto255_add(operands.r, operands.a, operands.b) == 0,
        "libsodium");
}

struct group_rows
group_rows_add(struct bench *bench)
{
    static const struct bench_row u = {
        .name = "u: crypto_scalarmult_ristretto255", .run = run_u};
    static const struct bench_row v = {
        .name = "v: crypto_scalarmult_ristretto255_base", .run = run_v};
    static const struct bench_row w = {
        .name = "w: crypto_core_ristretto255_add", .run = run_w};
    struct group_rows rows;

    bench_require(sodium_init() >= 0, "libsodium");
    crypto_core_ristretto255_scalar_random(operands.scalar);
    crypto_core_ristretto255_random(operands.a);
    crypto_core_ristretto255_random(operands.b);
    rows.u = bench_add(bench, &u);
    rows.v = bench_add(bench, &v);
    rows.w = bench_add(bench, &w);
    return rows;
}

void
group_rows_sum(struct bench_term *terms, const struct group_rows *rows,
    double a, double b, double c)
{
    terms[0] = (struct bench_term){a, rows->u};
    terms[1] = (struct bench_term){b, rows->v};
    terms[2] = (struct bench_term){c, rows->w};
}

double
group_rows_time(const struct bench *bench, const struct group_rows *rows,
    double a, double b, double c)
{
    return a * bench_median(bench, rows->u) + b * bench_median(bench, rows->v) +
           c * bench_median(bench, rows->w);
}
