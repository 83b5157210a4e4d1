/* SPDX-License-Identifier: ISC */
/* Limits of the machine: what the random bytes of a split cost, and what it
 * takes to move a secret. They share nothing. */
#include "peer.h"

#include <string.h>

#include <sodium.h>
#include <sys/random.h>

#include "bench.h"

static const char *
no_version(void)
{
    return "";
}

static void *
begin(const struct peer_job *job)
{
    /* It is not written to. */
    return (void *)(uintptr_t)job;
}

static void
end(void *state)
{
    (void)state;
}

static void
run_getrandom(void *state)
{
    const struct peer_job *job = state;
    const size_t len = (job->m - 1) * job->len;

    for (size_t at = 0; at < len;) {
        ssize_t got = getrandom(job->random + at, len - at, 0);

        bench_require(got > 0, "getrandom");
        at += (size_t)got;
    }
}

static void
run_chacha20(void *state)
{
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    static const uint8_t key[crypto_stream_chacha20_KEYBYTES] = {1};
    const struct peer_job *job = state;

    bench_require(crypto_stream_chacha20(
                      job->random, (job->m - 1) * job->len, nonce, key) == 0,
        "ChaCha20");
}

static void
run_memcpy(void *state)
{
    const struct peer_job *job = state;

    memcpy(job->combined, job->secret, job->len);
    /* Or the compiler would leave it out. */
    __asm__ volatile("" : : "r"(job->combined) : "memory");
}

const struct peer peer_getrandom = {.name = "limit: getrandom, M-1 a byte",
    .version = no_version,
    .begin = begin,
    .end = end,
    .split = run_getrandom};

const struct peer peer_chacha20 = {
    .name = "limit: libsodium's ChaCha20, M-1 a byte",
    .version = no_version,
    .begin = begin,
    .end = end,
    .split = run_chacha20};

const struct peer peer_memcpy = {.name = "limit: memcpy",
    .version = no_version,
    .begin = begin,
    .end = end,
    .combine = run_memcpy};
