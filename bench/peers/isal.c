/* SPDX-License-Identifier: ISC */
/* ISA-L's ec_encode_data, over 0x11D: the arithmetic alone, its tables made
 * beforehand. To split, M inputs (the secret and random bytes that are there)
 * give N outputs; to combine, M give one. */
#include "peer.h"

#include <stdlib.h>
#include <string.h>

#include <isa-l/erasure_code.h>

#include "bench.h"

struct state {
    const struct peer_job *job;
    unsigned char *inputs[255];
    unsigned char *split_tables;
    unsigned char *combine_tables;
};

/* Powers of the points: a polynomial's values at them. */
static void
make_split_tables(struct state *state)
{
    const unsigned m = state->job->m;
    const unsigned n = state->job->n;
    unsigned char *matrix = malloc((size_t)m * n);

    bench_require(matrix != NULL, "memory");
    for (unsigned i = 0; i < n; i++) {
        matrix[i * m] = 1;
        for (unsigned k = 1; k < m; k++)
            matrix[i * m + k] =
                gf_mul(matrix[i * m + k - 1], (unsigned char)(i + 1));
    }
    ec_init_tables((int)m, (int)n, matrix, state->split_tables);
    free(matrix);
}

/* Lagrange's weights for 0, of the first M. */
static void
make_combine_tables(struct state *state)
{
    const unsigned m = state->job->m;
    unsigned char weights[255];

    for (unsigned i = 1; i <= m; i++) {
        unsigned char weight = 1;

        for (unsigned j = 1; j <= m; j++)
            if (j != i)
                weight = gf_mul(weight,
                    gf_mul((unsigned char)j, gf_inv((unsigned char)(i ^ j))));
        weights[i - 1] = weight;
    }
    ec_init_tables((int)m, 1, weights, state->combine_tables);
}

static void
split(void *opaque)
{
    struct state *state = opaque;
    const struct peer_job *job = state->job;

    ec_encode_data((int)job->len, (int)job->m, (int)job->n, state->split_tables,
        state->inputs, job->shares);
}

static void
combine(void *opaque)
{
    struct state *state = opaque;
    const struct peer_job *job = state->job;
    unsigned char *outputs[1] = {job->combined};

    ec_encode_data((int)job->len, (int)job->m, 1, state->combine_tables,
        job->shares, outputs);
}

static void *
begin(const struct peer_job *job)
{
    struct state *state = calloc(1, sizeof *state);

    bench_require(state != NULL, "memory");
    state->job = job;
    state->split_tables = malloc((size_t)32 * job->m * job->n);
    state->combine_tables = malloc((size_t)32 * job->m);
    bench_require(
        state->split_tables != NULL && state->combine_tables != NULL, "memory");
    state->inputs[0] = (unsigned char *)(uintptr_t)job->secret;
    for (unsigned k = 1; k < job->m; k++)
        state->inputs[k] = job->random + (k - 1) * job->len;
    make_split_tables(state);
    make_combine_tables(state);
    split(state);
    combine(state);
    bench_require(
        memcmp(job->combined, job->secret, job->len) == 0, "ISA-L: the secret");
    return state;
}

static void
end(void *opaque)
{
    struct state *state = opaque;

    free(state->split_tables);
    free(state->combine_tables);
    free(state);
}

static const char *
version(void)
{
    return ISAL_VERSION;
}

const struct peer peer_isal = {.name = "limit: ISA-L, arithmetic alone",
    .version = version,
    .begin = begin,
    .end = end,
    .split = split,
    .combine = combine};
