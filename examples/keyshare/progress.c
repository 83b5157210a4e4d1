/* SPDX-License-Identifier: ISC */
/* How far a long run is: one line on standard error where that is a terminal,
 * nothing otherwise. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS UINT64_C(1000000000)

/* The line is drawn anew after so long, and not before that. */
#define PAUSE (NANOSECONDS / 5)

#define BAR 24

static struct {
    bool is_shown;
    bool is_known;
    uint64_t total;
    uint64_t done;
    uint64_t start; /* both in nanoseconds */
    uint64_t drawn;
    int width; /* of what stands on the terminal */
} progress;

/* Numbers of bytes as people read them: "1.5 GiB". */
struct amount {
    char text[sizeof "1023.9 GiB"];
};

static const char *
amount(struct amount *amount, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    size_t unit = 0;

    while (bytes >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1024;
        unit++;
    }
    snprintf(amount->text, sizeof amount->text, "%.*f %s", unit == 0 ? 0 : 1,
        bytes, units[unit]);
    return amount->text;
}

static uint64_t
now(void)
{
    struct timespec time;

    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        return progress.drawn;
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

/* Where the whole is known: a bar, and the time that is left at this rate. */
static int
draw_known(double rate)
{
    struct amount done;
    struct amount total;
    struct amount speed;
    char bar[BAR + 1];
    double part = progress.total == 0
                      ? 1
                      : (double)progress.done / (double)progress.total;
    uint64_t left;

    if (part > 1)
        part = 1;
    for (int i = 0; i < BAR; i++)
        bar[i] = i < (int)(part * BAR) ? '#' : '.';
    bar[BAR] = '\0';
    left = progress.done >= progress.total || rate <= 0
               ? 0
               : (uint64_t)((double)(progress.total - progress.done) / rate);
    return fprintf(stderr, "[%s] %3d %%  %s of %s  %s/s  %" PRIu64 ":%02u left",
        bar, (int)(part * 100), amount(&done, (double)progress.done),
        amount(&total, (double)progress.total), amount(&speed, rate), left / 60,
        (unsigned)(left % 60));
}

static void
draw(uint64_t time)
{
    struct amount done;
    struct amount speed;
    double rate = (double)progress.done * (double)NANOSECONDS /
                  (double)(time - progress.start);
    int width;

    fprintf(stderr, "\r");
    if (progress.is_known) {
        width = draw_known(rate);
    } else {
        width = fprintf(stderr, "%s  %s/s",
            amount(&done, (double)progress.done), amount(&speed, rate));
    }
    /* What is left of a line that was longer. */
    if (width < progress.width)
        fprintf(stderr, "%*s", progress.width - width, "");
    progress.width = width;
    progress.drawn = time;
    fflush(stderr);
}

void
progress_begin(bool is_known, uint64_t total)
{
    memset(&progress, 0, sizeof progress);
    progress.is_shown = isatty(STDERR_FILENO) == 1;
    progress.is_known = is_known;
    progress.total = total;
    if (progress.is_shown) {
        progress.start = now();
        progress.drawn = progress.start;
        /* What was said before stands above the line. */
        (void)fflush(stdout);
    }
}

void
progress_add(uint64_t bytes)
{
    uint64_t time;

    progress.done += bytes;
    if (!progress.is_shown)
        return;
    time = now();
    if (time - progress.drawn >= PAUSE)
        draw(time);
}

void
progress_hide(void)
{
    if (progress.width == 0)
        return;
    fprintf(stderr, "\r%*s\r", progress.width, "");
    fflush(stderr);
    progress.width = 0;
}

void
progress_end(void)
{
    progress_hide();
    progress.is_shown = false;
}
