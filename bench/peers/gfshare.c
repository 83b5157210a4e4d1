/* SPDX-License-Identifier: ISC */
/* libgfshare, over 0x11D: as shipped, and without its wiping.
 *
 * It fills a context with random bytes before it gives the memory back, by the
 * function that also makes its coefficients. Bare, that function does nothing
 * while a context is freed. Coefficients are getrandom's in both.
 */
#include "peer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libgfshare.h>
#include <sys/random.h>

#include "bench.h"

static void
fill(unsigned char *bytes, unsigned int len)
{
    for (size_t at = 0; at < len;) {
        ssize_t got = getrandom(bytes + at, len - at, 0);

        bench_require(got > 0, "getrandom");
        at += (size_t)got;
    }
}

static void
fill_nothing(unsigned char *bytes, unsigned int len)
{
    (void)bytes;
    (void)len;
}

struct state {
    const struct peer_job *job;
    unsigned char indices[255];
};

static void
end_context(gfshare_ctx *context, bool wipe)
{
    gfshare_fill_rand = wipe ? fill : fill_nothing;
    gfshare_ctx_free(context);
    gfshare_fill_rand = fill;
}

static void
split(struct state *state, bool wipe)
{
    const struct peer_job *job = state->job;
    gfshare_ctx *context = gfshare_ctx_init_enc(
        state->indices, job->n, (unsigned char)job->m, (unsigned)job->len);

    bench_require(context != NULL, "libgfshare: memory");
    gfshare_ctx_enc_setsecret(context, (unsigned char *)(uintptr_t)job->secret);
    for (unsigned i = 0; i < job->n; i++)
        gfshare_ctx_enc_getshare(context, (unsigned char)i, job->shares[i]);
    end_context(context, wipe);
}

static void
combine(struct state *state, bool wipe)
{
    const struct peer_job *job = state->job;
    gfshare_ctx *context =
        gfshare_ctx_init_dec(state->indices, job->m, (unsigned)job->len);

    bench_require(context != NULL, "libgfshare: memory");
    for (unsigned i = 0; i < job->m; i++)
        gfshare_ctx_dec_giveshare(context, (unsigned char)i, job->shares[i]);
    gfshare_ctx_dec_extract(context, job->combined);
    end_context(context, wipe);
}

static void
split_shipped(void *state)
{
    split(state, true);
}

static void
combine_shipped(void *state)
{
    combine(state, true);
}

static void
split_bare(void *state)
{
    split(state, false);
}

static void
combine_bare(void *state)
{
    combine(state, false);
}

static void *
begin(const struct peer_job *job)
{
    struct state *state = calloc(1, sizeof *state);

    bench_require(state != NULL, "memory");
    state->job = job;
    gfshare_fill_rand = fill;
    memcpy(state->indices, job->indices, job->n);
    split(state, false);
    combine(state, false);
    bench_require(memcmp(job->combined, job->secret, job->len) == 0,
        "libgfshare: the secret");
    return state;
}

static const char *
version(void)
{
    return GFSHARE_VERSION;
}

const struct peer peer_gfshare = {.name = "libgfshare, as shipped",
    .version = version,
    .begin = begin,
    .end = free,
    .split = split_shipped,
    .combine = combine_shipped};

const struct peer peer_gfshare_bare = {.name = "libgfshare, without wiping",
    .version = version,
    .begin = begin,
    .end = free,
    .split = split_bare,
    .combine = combine_bare};
