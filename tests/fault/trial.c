/* SPDX-License-Identifier: ISC */
/* A trial: something is done in a process of its own, with one fault. */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* fork, MAP_ANONYMOUS */
#endif
#include "trial.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <keyshare/memory.h>

#include "suite.h"

struct trial trial;
struct report *report;

static size_t live;

static void *
allocate(void *context, size_t size)
{
    void *memory = malloc(size);

    (void)context;
    if (memory != NULL)
        live++;
    return memory;
}

static void
give_back(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
    live--;
}

void
trial_count_memory(void)
{
    static bool is_done;

    if (!is_done)
        ck_assert_int_eq(
            keyshare_memory_set(allocate, give_back, NULL), KEYSHARE_OK);
    is_done = true;
}

size_t
trial_blocks(void)
{
    return live;
}

void
trial_arm(void)
{
    fault_arm(trial.fault, trial.call, trial.bit);
}

void
trial_disarm(void)
{
    fault_disarm();
    report->struck = fault_struck();
    report->calls = fault_calls();
    report->bytes = fault_bytes();
}

enum outcome trial_try(enum outcome (*what)(void))
{
    int status;
    pid_t child;

    memset(report, 0, sizeof *report);
    fflush(NULL);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit((int)what());
    ck_assert_int_eq(waitpid(child, &status, 0), child);
#if defined(KEYSHARE_CHECKED)
    /* An invariant was seen to be broken. */
    if (WIFSIGNALED(status) &&
        (WTERMSIG(status) == SIGILL || WTERMSIG(status) == SIGTRAP)) {
        report->struck = true;
        return REFUSED;
    }
#endif
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) != BAD,
        "%s at call %u, bit %zu: %s", fault_name(trial.fault), trial.call,
        trial.bit,
        !WIFEXITED(status) || report->why == NULL ? "it died" : report->why);
    return (enum outcome)WEXITSTATUS(status);
}

struct report
trial_look(enum outcome (*what)(void), enum fault fault)
{
    /* The fault is out of reach. */
    trial = (struct trial){fault, UINT32_MAX, 0};
    ck_assert_int_eq(trial_try(what), WHOLE);
    ck_assert(!report->struck);
    return *report;
}

void
trial_begin(void)
{
    report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(report != MAP_FAILED);
}

void
trial_end(void)
{
    munmap(report, sizeof *report);
}
