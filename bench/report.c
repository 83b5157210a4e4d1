/* SPDX-License-Identifier: ISC */
/* Writing results: a table for people, or JSON for programs. */
#define _DEFAULT_SOURCE /* getloadavg */

#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gmp.h>
#include <keyshare/version.h>
#include <sodium.h>

#include "build.h"

#define LINE_SIZE 256

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown"
#endif

/* ---- The machine ---- */

/* The first line of /proc/cpuinfo that tells a model, or "unknown". */
static void
find_cpu(char *cpu, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[LINE_SIZE];

    snprintf(cpu, size, "unknown");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || colon == NULL)
            continue;
        snprintf(cpu, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    fclose(file);
}

static void
find_load(char *load, size_t size)
{
    double average;

    if (getloadavg(&average, 1) == 1)
        snprintf(load, size, "%.2f", average);
    else
        snprintf(load, size, "unknown");
}

static void
find_date(char *date, size_t size)
{
    time_t seconds = time(NULL);
    struct tm *parts = gmtime(&seconds);

    if (parts == NULL || strftime(date, size, "%Y-%m-%dT%H:%MZ", parts) == 0)
        snprintf(date, size, "unknown");
}

/* ---- Texts ---- */

/* A string in JSON. All of ours are printable ASCII. */
static void
put_json(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void
put_member(const char *name, const char *text)
{
    printf(", \"%s\": ", name);
    put_json(text);
}

/* "  12.34 us": four digits or so, in the unit that suits. */
static void
put_time(double ns)
{
    if (ns < 1e3)
        printf("%8.2f ns", ns);
    else if (ns < 1e6)
        printf("%8.2f us", ns / 1e3);
    else if (ns < 1e9)
        printf("%8.2f ms", ns / 1e6);
    else
        printf("%8.2f s ", ns / 1e9);
}

void
report_begin(
    struct report *report, const char *program, const char *clock, int samples)
{
    char cpu[LINE_SIZE], load[32], date[32];

    find_cpu(cpu, sizeof cpu);
    find_load(load, sizeof load);
    find_date(date, sizeof date);
    if (!report->json) {
        printf("%s of libkeyshare %s, commit %s\n", program, keyshare_version(),
            BUILD_COMMIT);
        printf("%s; %s; libsodium %s, GMP %s\n", COMPILER, BUILD_FLAGS,
            sodium_version_string(), gmp_version);
        printf("%s; load %s; %s; %d samples a row, %s time\n", cpu, load, date,
            samples, clock);
        return;
    }
    printf("{\"machine\": {\"program\": ");
    put_json(program);
    put_member("version", keyshare_version());
    put_member("commit", BUILD_COMMIT);
    put_member("compiler", COMPILER);
    put_member("flags", BUILD_FLAGS);
    put_member("libsodium", sodium_version_string());
    put_member("gmp", gmp_version);
    put_member("cpu", cpu);
    put_member("load", load);
    put_member("date", date);
    put_member("clock", clock);
    printf(", \"samples\": %d},\n \"results\": [", samples);
}

/* The begin of a result in JSON. */
static void
begin_result(struct report *report, const char *kind, const char *name)
{
    printf("%s\n  {\"kind\": \"%s\"", report->begun ? "," : "", kind);
    report->begun = true;
    put_member("group", report->group);
    put_member("name", name);
}

void
report_group(struct report *report, const char *title)
{
    report->group = title;
    if (report->json)
        return;
    printf("\n== %s\n%-48s %11s %11s %11s %7s\n", title, "", "median",
        "quartile", "quartile", "batch");
}

void
report_heading(struct report *report, const char *text)
{
    if (!report->json)
        printf("-- %s\n", text);
}

void
report_row(struct report *report, const char *name,
    const struct statistic *time, size_t batch)
{
    if (report->json) {
        begin_result(report, "row", name);
        printf(", \"median\": %.3f, \"low\": %.3f, \"high\": %.3f, "
               "\"batch\": %zu}",
            time->median, time->low, time->high, batch);
        return;
    }
    printf("%-48s ", name);
    put_time(time->median);
    putchar(' ');
    put_time(time->low);
    putchar(' ');
    put_time(time->high);
    printf(" %7zu\n", batch);
    fflush(stdout);
}

void
report_ratio(struct report *report, const char *what, double time, double bound,
    const struct statistic *ratio, double at_most)
{
    const char *met = ratio->median <= at_most ? "met" : "MISSED";

    if (at_most <= 0)
        met = "";
    if (report->json) {
        begin_result(report, "ratio", what);
        printf(", \"time\": %.3f, \"bound\": %.3f, \"ratio\": %.5f, "
               "\"low\": %.5f, \"high\": %.5f, \"at_most\": %.5f}",
            time, bound, ratio->median, ratio->low, ratio->high, at_most);
        return;
    }
    printf("%-48s ", what);
    put_time(time);
    printf(" of ");
    put_time(bound);
    printf(" = %.3f (%.3f to %.3f)", ratio->median, ratio->low, ratio->high);
    if (at_most > 0)
        printf(", at most %.3g: %s", at_most, met);
    putchar('\n');
}

void
report_growth(
    struct report *report, const char *what, const struct growth_fit *fit)
{
    if (report->json) {
        begin_result(report, "growth", what);
        printf(", \"from\": %g, \"to\": %g, \"measured\": %.4f, "
               "\"theory\": %.4f, \"over_from\": %.4f, \"over_to\": %.4f}",
            fit->from, fit->to, fit->measured, fit->theory, fit->over_from,
            fit->over_to);
        return;
    }
    printf("%-44s %3g to %3g: exponent %5.2f, theory %5.2f; time over theory's "
           "%.2f to %.2f\n",
        what, fit->from, fit->to, fit->measured, fit->theory, fit->over_from,
        fit->over_to);
}

void
report_end(struct report *report)
{
    if (report->json)
        printf("\n]}\n");
}
