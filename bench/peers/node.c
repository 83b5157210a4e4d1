/* SPDX-License-Identifier: ISC */
/* npm's shamir-secret-sharing and secrets.js-grempe, in a node that runs
 * between the other rows' samples (node.js). bench/run has npm fetch them into
 * the folder that KEYSHARE_BENCH_NODE names. */
#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "child.h"

static void
begin_library(struct child *child, const char *library, unsigned m, unsigned n,
    size_t len)
{
    char numbers[3][24];
    const char *words[] = {NODE, NODE_SCRIPT, getenv("KEYSHARE_BENCH_NODE"),
        library, numbers[0], numbers[1], numbers[2], NULL};

    snprintf(numbers[0], sizeof numbers[0], "%u", m);
    snprintf(numbers[1], sizeof numbers[1], "%u", n);
    snprintf(numbers[2], sizeof numbers[2], "%zu", len);
    child_begin(child, words);
}

/* Its version, or NULL where it cannot be run. */
static const char *
version(const char *library, char *text, size_t size)
{
    const char *folder = getenv("KEYSHARE_BENCH_NODE");
    struct child child;
    bool there;

    if (folder == NULL || access(folder, R_OK) != 0)
        return NULL;
    begin_library(&child, library, 2, 3, 32);
    there = fgets(text, (int)size, child.from) != NULL;
    if (child_end(&child) != 0 || !there)
        return NULL;
    text[strcspn(text, "\n")] = '\0';
    return text;
}

static void *
begin(const char *library, const struct peer_job *job)
{
    struct child *child = malloc(sizeof *child);
    char line[64];

    bench_require(child != NULL, "memory");
    begin_library(child, library, job->m, job->n, job->len);
    bench_require(fgets(line, sizeof line, child->from) != NULL, library);
    return child;
}

static void
end(void *state)
{
    child_end(state);
    free(state);
}

static double
timed(struct child *child, const char *what, size_t batch)
{
    char line[64];

    bench_require(fprintf(child->to, "%s %zu\n", what, batch) > 0 &&
                      fflush(child->to) == 0 &&
                      fgets(line, sizeof line, child->from) != NULL,
        "node");
    return strtod(line, NULL);
}

static double
timed_split(void *state, size_t batch)
{
    return timed(state, "split", batch);
}

static double
timed_combine(void *state, size_t batch)
{
    return timed(state, "combine", batch);
}

#define SHAMIR  "shamir-secret-sharing"
#define SECRETS "secrets.js-grempe"

static const char *
version_shamir(void)
{
    static char text[64];

    return version(SHAMIR, text, sizeof text);
}

static const char *
version_secrets(void)
{
    static char text[64];

    return version(SECRETS, text, sizeof text);
}

static void *
begin_shamir(const struct peer_job *job)
{
    return begin(SHAMIR, job);
}

static void *
begin_secrets(const struct peer_job *job)
{
    return begin(SECRETS, job);
}

const struct peer peer_shamir_secret_sharing = {.name = "npm " SHAMIR,
    .version = version_shamir,
    .len_max = 32 << 10,
    .begin = begin_shamir,
    .end = end,
    .timed_split = timed_split,
    .timed_combine = timed_combine};

const struct peer peer_secrets_js = {.name = "npm " SECRETS,
    .version = version_secrets,
    .len_max = 4 << 10,
    .begin = begin_secrets,
    .end = end,
    .timed_split = timed_split,
    .timed_combine = timed_combine};
