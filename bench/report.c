/* SPDX-License-Identifier: ISC */
/* Writing results: a table for people, and JSON for programs. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- Texts ---- */

/* A string in JSON. All of ours are printable ASCII. */
static void
put_json(FILE *file, const char *text)
{
    putc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', file);
        putc(*text, file);
    }
    putc('"', file);
}

static void
put_member(FILE *file, const char *name, const char *text)
{
    fprintf(file, ", \"%s\": ", name);
    put_json(file, text);
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

static void
begin_json(struct report *report, const char *program, const char *cpu,
    const char *features, const char *date, const struct method *method)
{
    FILE *json = report->json;

    fprintf(json, "{\"machine\": {\"program\": ");
    put_json(json, program);
    put_member(json, "version", keyshare_version());
    put_member(json, "commit", BUILD_COMMIT);
    put_member(json, "compiler", COMPILER);
    put_member(json, "flags", BUILD_FLAGS);
    put_member(json, "libsodium", sodium_version_string());
    put_member(json, "gmp", gmp_version);
    put_member(json, "cpu", cpu);
    put_member(json, "features", features);
    put_member(json, "date", date);
    put_member(json, "clock", method->clock);
    put_member(json, "counter", machine_counter_name(report->counter));
    fprintf(json,
        ", \"core\": %d, \"load\": %.2f, \"samples\": %zu},\n"
        " \"results\": [",
        method->core, machine_load(), method->samples);
}

void
report_begin(
    struct report *report, const char *program, const struct method *method)
{
    char cpu[LINE_SIZE], features[LINE_SIZE], date[32];

    machine_cpu(cpu, sizeof cpu);
    machine_features(features, sizeof features);
    machine_date(date, sizeof date);
    report->group = "";
    printf("%s of libkeyshare %s, commit %s\n", program, keyshare_version(),
        BUILD_COMMIT);
    printf("%s; %s; libsodium %s, GMP %s\n", COMPILER, BUILD_FLAGS,
        sodium_version_string(), gmp_version);
    printf("%s (%s); %s; load %.2f\n", cpu, features, date, machine_load());
    printf(
        "up to %zu samples a row, %s time, ", method->samples, method->clock);
    if (method->core >= 0)
        printf("on core %d", method->core);
    else
        printf("on any core");
    printf("; counted: %s\n", machine_counter_name(report->counter));
    if (report->json != NULL)
        begin_json(report, program, cpu, features, date, method);
}

/* The begin of a result in JSON. */
static void
begin_result(struct report *report, const char *kind, const char *name)
{
    fprintf(report->json, "%s\n  {\"kind\": \"%s\"", report->begun ? "," : "",
        kind);
    report->begun = true;
    put_member(report->json, "group", report->group);
    put_member(report->json, "name", name);
}

void
report_group(struct report *report, const char *title)
{
    report->group = title;
    printf("\n== %s\n%-48s %11s %11s %11s %7s %7s\n", title, "", "median",
        "quartile", "quartile", "spread", "cycles");
}

void
report_values(struct report *report, const char *title)
{
    report->group = title;
    printf("\n== %s\n", title);
}

void
report_heading(struct report *report, const char *text)
{
    (void)report;
    printf("-- %s\n", text);
}

/* "12345", or "1.23e9" of what is longer; "" if it was not counted. */
static void
put_cycles(double cycles)
{
    if (cycles <= 0)
        printf(" %7s", "");
    else if (cycles < 1e7)
        printf(" %7.0f", cycles);
    else
        printf(" %7.2g", cycles);
}

static void
row_json(struct report *report, const char *name, const struct measured *row)
{
    begin_result(report, "row", name);
    fprintf(report->json,
        ", \"median\": %.3f, \"low\": %.3f, \"high\": %.3f, "
        "\"sure_low\": %.3f, \"sure_high\": %.3f, \"spread\": %.3f, "
        "\"cycles\": %.1f, \"bytes\": %zu, \"batch\": %zu, "
        "\"samples\": %zu, \"peer\": %s}",
        row->time.median, row->time.low, row->time.high, row->interval.low,
        row->interval.high, row->spread, row->cycles, row->bytes, row->batch,
        row->samples, row->peer ? "true" : "false");
}

void
report_row(struct report *report, const char *name, const struct measured *row)
{
    const bool noisy = row->spread > REPORT_NOISY;

    report->rows++;
    report->noisy += noisy;
    printf("%-48s ", name);
    put_time(row->time.median);
    putchar(' ');
    put_time(row->time.low);
    putchar(' ');
    put_time(row->time.high);
    printf(" %5.1f%%%s", row->spread, noisy ? "!" : " ");
    put_cycles(row->cycles);
    /* Bytes per nanosecond are GB/s. */
    if (row->bytes > 0)
        printf("  %8.1f MB/s", 1e3 * (double)row->bytes / row->time.median);
    putchar('\n');
    fflush(stdout);
    if (report->json != NULL)
        row_json(report, name, row);
}

void
report_ratio(struct report *report, const char *what, double time, double bound,
    const struct statistic *ratio, double at_most)
{
    printf("%-48s ", what);
    put_time(time);
    printf(" of ");
    put_time(bound);
    printf(" = %.3f (%.3f to %.3f)", ratio->median, ratio->low, ratio->high);
    if (at_most > 0)
        printf(", at most %.3g: %s", at_most,
            ratio->median <= at_most ? "met" : "MISSED");
    putchar('\n');
    if (report->json == NULL)
        return;
    begin_result(report, "ratio", what);
    fprintf(report->json,
        ", \"time\": %.3f, \"bound\": %.3f, \"ratio\": %.5f, "
        "\"low\": %.5f, \"high\": %.5f, \"at_most\": %.5f}",
        time, bound, ratio->median, ratio->low, ratio->high, at_most);
}

void
report_speed(struct report *report, const char *what, double time, double other,
    const struct statistic *speed, double at_least)
{
    printf("%-48s ", what);
    put_time(time);
    printf(" for ");
    put_time(other);
    printf(
        " = %.3g times (%.3g to %.3g)", speed->median, speed->low, speed->high);
    if (at_least > 0)
        printf(", at least %.3g: %s", at_least,
            speed->median >= at_least ? "met" : "MISSED");
    putchar('\n');
    if (report->json == NULL)
        return;
    begin_result(report, "speed", what);
    fprintf(report->json,
        ", \"time\": %.3f, \"other\": %.3f, \"speed\": %.5f, "
        "\"low\": %.5f, \"high\": %.5f, \"at_least\": %.5f}",
        time, other, speed->median, speed->low, speed->high, at_least);
}

void
report_value(
    struct report *report, const char *what, double value, const char *unit)
{
    printf("%-48s %11.0f %s\n", what, value, unit);
    if (report->json == NULL)
        return;
    begin_result(report, "value", what);
    fprintf(report->json, ", \"value\": %.3f", value);
    put_member(report->json, "unit", unit);
    putc('}', report->json);
}

void
report_word(
    struct report *report, const char *kind, const char *what, const char *text)
{
    printf("%s: %s: %s\n", kind, what, text);
    if (report->json == NULL)
        return;
    begin_result(report, kind, what);
    put_member(report->json, "text", text);
    putc('}', report->json);
}

void
report_growth(
    struct report *report, const char *what, const struct growth_fit *fit)
{
    printf("%-44s %3g to %3g: exponent %5.2f, theory %5.2f; time over theory's "
           "%.2f to %.2f\n",
        what, fit->from, fit->to, fit->measured, fit->theory, fit->over_from,
        fit->over_to);
    if (report->json == NULL)
        return;
    begin_result(report, "growth", what);
    fprintf(report->json,
        ", \"from\": %g, \"to\": %g, \"measured\": %.4f, "
        "\"theory\": %.4f, \"over_from\": %.4f, \"over_to\": %.4f}",
        fit->from, fit->to, fit->measured, fit->theory, fit->over_from,
        fit->over_to);
}

void
report_end(struct report *report)
{
    const double load = machine_load();

    if (report->noisy > 0)
        printf("\nnoisy: %zu of %zu rows have a spread above %.0f %%, marked "
               "!; load at the end %.2f\n",
            report->noisy, report->rows, REPORT_NOISY, load);
    if (report->json != NULL)
        fprintf(report->json,
            "\n],\n \"end\": {\"load\": %.2f, \"rows\": %zu, "
            "\"noisy\": %zu, \"noisy_above\": %.1f}}\n",
            load, report->rows, report->noisy, REPORT_NOISY);
}
