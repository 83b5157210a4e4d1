/* SPDX-License-Identifier: ISC */
/* Memory, counted: what operations take from the library's door at most, and
 * what they say beforehand that they will; the heap that splitting 64 MiB takes,
 * of ours (none) and of libgfshare.
 *
 * The door is counted by functions set there, the heap by those that stand for
 * malloc in this program, for glibc.
 */
#include "bench.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>
#include <sys/resource.h>

#include "peers/peer.h"

#define KEY_SIZE 32
#define MIB      ((size_t)1 << 20)

static size_t taken;
static size_t peak;

static void *
take(void *context, size_t size)
{
    (void)context;
    taken += size;
    if (taken > peak)
        peak = taken;
    return calloc(1, size);
}

static void
give_back(void *context, void *memory, size_t size)
{
    (void)context;
    taken -= size;
    free(memory);
}

static void
ok(keyshare_error error, const char *what)
{
    bench_require(error == KEYSHARE_OK, what);
}

/* What was taken beyond what was there, since FROM was taken. */
static size_t
begin_peak(void)
{
    peak = taken;
    return taken;
}

static void
tell(struct bench *bench, const char *scheme, const char *what, size_t from,
    size_t said)
{
    char name[64];

    snprintf(name, sizeof name, "%s: %s, peak", scheme, what);
    bench_value(bench, name, (double)(peak - from), "bytes");
    snprintf(name, sizeof name, "%s: %s, told beforehand", scheme, what);
    bench_value(bench, name, (double)said, "bytes");
    bench_require(peak - from <= said, name);
}

static void
measure(struct bench *bench, keyshare_scheme scheme, unsigned m, unsigned n)
{
    const char *name = keyshare_scheme_text(scheme);
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_record *record;
    keyshare_secret *shares[KEYSHARE_COUNT_MAX], *key;
    keyshare_image cards[KEYSHARE_COUNT_MAX];
    keyshare_verdict verdicts[KEYSHARE_COUNT_MAX];
    static const uint8_t secret[KEY_SIZE] = {1};
    size_t from = begin_peak(), len;

    terms.policy.scheme = scheme;
    terms.policy.threshold = m;
    terms.policy.count = n;
    ok(keyshare_deal(&record, shares, &terms, secret, KEY_SIZE, NULL), "deal");
    tell(bench, name, "deal", from,
        keyshare_deal_memory(&terms.policy, KEY_SIZE));
    for (unsigned i = 0; i < n; i++) {
        cards[i].bytes = keyshare_secret_reveal(shares[i]);
        cards[i].len = keyshare_secret_len(shares[i]);
    }
    from = begin_peak();
    ok(keyshare_verify(verdicts, record, NULL, &cards[0]), "verify");
    tell(bench, name, "verify", from, keyshare_verify_memory(record));
    from = begin_peak();
    ok(keyshare_recover(&key, verdicts, record, NULL, cards, m), "recover");
    tell(bench, name, "recover", from, keyshare_recover_memory(record));
    keyshare_secret_free(&key);
    keyshare_record_bytes(record, &len);
    bench_value(bench, "a record", (double)len, "bytes");
    bench_value(bench, "a share, encoded", (double)cards[0].len, "bytes");
    for (unsigned i = 0; i < n; i++)
        keyshare_secret_free(&shares[i]);
    keyshare_record_free(&record);
}

/* ---- The heap ---- */

#ifdef __GLIBC__
extern void *__libc_malloc(size_t size);

static bool counting;
static size_t heap;

/* Stands for the C library's, for libraries too. */
void *malloc(size_t size);

void *
malloc(size_t size)
{
    if (counting)
        heap += size;
    return __libc_malloc(size);
}

static void
count_heap(
    struct bench *bench, const char *what, void (*run)(void *), void *state)
{
    heap = 0;
    counting = true;
    run(state);
    counting = false;
    bench_value(bench, what, (double)heap, "bytes of heap");
}

static void
run_raw(void *state)
{
    const struct peer_job *job = state;
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;

    terms.threshold = job->m;
    terms.count = job->n;
    ok(keyshare_raw_split(job->shares, &terms, job->secret, job->len, NULL),
        "split");
}

static void
measure_heap(struct bench *bench)
{
    static uint8_t *shares[7];
    static const uint8_t indices[7] = {1, 2, 3, 4, 5, 6, 7};
    uint8_t *memory = calloc(13, 64 * MIB);
    struct peer_job job = {5, 7, 64 * MIB, memory, memory + 64 * MIB, shares,
        memory + 9 * 64 * MIB, indices};

    bench_require(memory != NULL, "memory");
    for (unsigned i = 0; i < 7; i++)
        shares[i] = memory + (2 + i) * 64 * MIB;
    bench_group(bench, "splitting 64 MiB, 5-of-7");
    count_heap(bench, "libkeyshare", run_raw, &job);
    bench_require(heap == 0, "raw sharing takes no heap");
    for (size_t i = 0; peers[i] != NULL; i++) {
        void *state;

        if (strncmp(peers[i]->name, "libgfshare, as", 14) != 0)
            continue;
        state = peers[i]->begin(&job);
        count_heap(bench, peers[i]->name, peers[i]->split, state);
        peers[i]->end(state);
    }
    free(memory);
}
#else
static void
measure_heap(struct bench *bench)
{
    bench_skip(bench, "the heap", "counted with glibc alone");
}
#endif

int
main(int argc, char **argv)
{
    struct bench *bench = bench_begin(&argc, argv, "memory");
    static const unsigned policies[][2] = {{5, 7}, {16, 32}, {128, 255}};
    struct rusage usage;

    bench_require(argc == 1, "no arguments are taken");
    ok(keyshare_memory_set(take, give_back, NULL), "the memory door");
    for (size_t i = 0; i < 3; i++)
        for (int scheme = 1; scheme <= 2; scheme++) {
            char title[64];

            snprintf(title, sizeof title, "from the door, %u-of-%u, %d bytes",
                policies[i][0], policies[i][1], KEY_SIZE);
            bench_group(bench, title);
            measure(
                bench, (keyshare_scheme)scheme, policies[i][0], policies[i][1]);
        }
    bench_group(bench, "the whole process, until here");
    bench_require(getrusage(RUSAGE_SELF, &usage) == 0, "getrusage");
    bench_value(bench, "resident, at most", (double)usage.ru_maxrss, "KiB");
    measure_heap(bench);
    return bench_end(bench);
}
