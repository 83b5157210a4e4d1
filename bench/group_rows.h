/* SPDX-License-Identifier: ISC */
/* The rows that everything over ristretto255 is counted in: bare calls of
 * libsodium. One u, v, w each is the floor of opening a commitment. */
#ifndef GROUP_ROWS_H
#define GROUP_ROWS_H

#include "bench.h"

struct group_rows {
    size_t u; /**< crypto_scalarmult_ristretto255 */
    size_t v; /**< crypto_scalarmult_ristretto255_base */
    size_t w; /**< crypto_core_ristretto255_add */
};

/** Add them to the group. */
struct group_rows group_rows_add(struct bench *bench);

/** terms = a u + b v + c w. */
void group_rows_sum(struct bench_term *terms, const struct group_rows *rows,
    double a, double b, double c);

/** The same by the medians measured, in nanoseconds. */
double group_rows_time(const struct bench *bench, const struct group_rows *rows,
    double a, double b, double c);

#endif
