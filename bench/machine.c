/* SPDX-License-Identifier: ISC */
/* The machine that is measured on: what it is, and what it counts. */
#define _GNU_SOURCE /* getloadavg, sched_setaffinity, syscall */

#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __linux__
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(__x86_64__) || defined(__i386__)
#define HAS_TSC 1
#include <x86intrin.h>
#else
#define HAS_TSC 0
#endif

#define LINE_SIZE 4096

/* The first line of /proc/cpuinfo that begins with a name, without it. */
static void
find_line(char *value, size_t size, const char *name)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[LINE_SIZE];

    snprintf(value, size, "unknown");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, name, strlen(name)) != 0 || colon == NULL)
            continue;
        snprintf(value, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    fclose(file);
}

void
machine_cpu(char *cpu, size_t size)
{
    find_line(cpu, size, "model name");
}

void
machine_features(char *features, size_t size)
{
    static const char *const asked[] = {"avx2", "avx512f", "avx512bw", "gfni"};
    char flags[LINE_SIZE + 2];
    size_t len = 0;

    flags[0] = ' ';
    find_line(flags + 1, sizeof flags - 2, "flags");
    strcat(flags, " ");
    snprintf(features, size, "none");
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        char word[16];

        snprintf(word, sizeof word, " %s ", asked[i]);
        if (strstr(flags, word) != NULL && len < size)
            len += (size_t)snprintf(features + len, size - len, "%s%s",
                len > 0 ? " " : "", asked[i]);
    }
}

double
machine_load(void)
{
    double average;

    return getloadavg(&average, 1) == 1 ? average : -1;
}

void
machine_date(char *date, size_t size)
{
    time_t seconds = time(NULL);
    struct tm *parts = gmtime(&seconds);

    if (parts == NULL || strftime(date, size, "%Y-%m-%dT%H:%MZ", parts) == 0)
        snprintf(date, size, "unknown");
}

int
machine_pin(int core)
{
#ifdef __linux__
    cpu_set_t set;

    if (core < 0)
        core = sched_getcpu();
    if (core < 0 || core >= CPU_SETSIZE)
        return -1;
    CPU_ZERO(&set);
    CPU_SET((size_t)core, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? core : -1;
#else
    (void)core;
    return -1;
#endif
}

/* ---- Counting ---- */

#ifdef __linux__
static int counter_file = -1;

static bool
open_counter(void)
{
    struct perf_event_attr what;

    memset(&what, 0, sizeof what);
    what.type = PERF_TYPE_HARDWARE;
    what.size = sizeof what;
    what.config = PERF_COUNT_HW_CPU_CYCLES;
    what.exclude_kernel = 1;
    what.exclude_hv = 1;
    counter_file = (int)syscall(
        SYS_perf_event_open, &what, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    return counter_file >= 0;
}

static uint64_t
read_counter(void)
{
    uint64_t count;

    if (read(counter_file, &count, sizeof count) != (ssize_t)sizeof count)
        return 0;
    return count;
}
#else
static bool
open_counter(void)
{
    return false;
}

static uint64_t
read_counter(void)
{
    return 0;
}
#endif

enum machine_counter
machine_counter_begin(void)
{
    if (open_counter() && read_counter() > 0)
        return MACHINE_CYCLES;
    return HAS_TSC ? MACHINE_TSC : MACHINE_NO_COUNTER;
}

const char *
machine_counter_name(enum machine_counter counter)
{
    switch (counter) {
    case MACHINE_CYCLES: return "cycles of the core in user mode (perf)";
    case MACHINE_TSC: return "ticks of the time stamp counter";
    case MACHINE_NO_COUNTER: break;
    }
    return "none";
}

uint64_t
machine_cycles(enum machine_counter counter)
{
    if (counter == MACHINE_CYCLES)
        return read_counter();
#if HAS_TSC
    if (counter == MACHINE_TSC)
        return __rdtsc();
#endif
    return 0;
}
