/* SPDX-License-Identifier: ISC */
/* keyshare audit: the history of a key's sets, from their records alone. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "options.h"
#include "record_file.h"
#include "say.h"
#include "text.h"

static const struct option accepts[] = {
    OPTIONS_COMMON, OPTION("expect", EXPECT_EACH), OPTION_END};

static const char help[] =
    "usage: keyshare audit [--json] [--expect FP]... RECORD...\n"
    "\n"
    "Says of the records of one key whether each follows its predecessor,\n"
    "whether the key ever changed, and whether they are the expected ones.\n"
    "No card is needed, and no secret. For example, with what was spoken when\n"
    "the set was last refreshed:\n"
    "\n"
    "    keyshare audit --expect \"$words\" 2024.ks 2025.ks 2026.ks\n"
    "\n"
    "The order does not matter, and a record may be given twice. Each record\n"
    "vouches for those behind it, so that the newest ones are enough to be\n"
    "expected: of each branch, where a set was made beside another.\n"
    "\n"
    "  --expect FP  the newest record of a branch has this fingerprint: 64 hex\n"
    "               digits, or all 32 words as one argument; may be given more\n"
    "               than once. Every newest record must be expected, and every\n"
    "               expected one be there\n"
    "  --json       one JSON object instead of text\n"
    "\n"
    "Exit status: 0 all is consistent and, with --expect, what was expected,\n"
    "1 it is not, 2 wrong use, 3 a file could not be read.\n";

/* Records on the table, and what is found of them. */
struct hearing {
    const struct options *options;
    struct say say;
    size_t count;
    keyshare_record **records; /* NULL in the place of one that is none */
    keyshare_finding *findings;
    uint8_t (*fingerprints)[KEYSHARE_FINGERPRINT_SIZE]; /* expected */
    const uint8_t **expected;
    keyshare_audit_report report;
};

static enum status
make_room(struct hearing *hearing)
{
    size_t count = hearing->count;
    size_t expected_count = hearing->options->expected_count + 1;

    hearing->records = calloc(count, sizeof *hearing->records);
    hearing->findings = calloc(count, sizeof *hearing->findings);
    hearing->report.leaves = calloc(count, sizeof *hearing->report.leaves);
    hearing->report.present =
        calloc(expected_count, sizeof *hearing->report.present);
    hearing->fingerprints =
        calloc(expected_count, sizeof *hearing->fingerprints);
    hearing->expected = calloc(expected_count, sizeof *hearing->expected);
    if (hearing->records != NULL && hearing->findings != NULL &&
        hearing->report.leaves != NULL && hearing->report.present != NULL &&
        hearing->fingerprints != NULL && hearing->expected != NULL) {
        return STATUS_YES;
    }
    complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
    return STATUS_SYSTEM;
}

static void
clear(struct hearing *hearing)
{
    for (size_t i = 0; hearing->records != NULL && i < hearing->count; i++)
        keyshare_record_free(&hearing->records[i]);
    free(hearing->records);
    free(hearing->findings);
    free(hearing->report.leaves);
    free(hearing->report.present);
    free(hearing->fingerprints);
    free(hearing->expected);
}

static enum status
expect(struct hearing *hearing)
{
    const struct options *options = hearing->options;

    for (size_t i = 0; i < options->expected_count; i++) {
        if (options_fingerprint(options, OPTION_EXPECT_EACH,
                options->expected[i], hearing->fingerprints[i]) != STATUS_YES) {
            return STATUS_USAGE;
        }
        hearing->expected[i] = hearing->fingerprints[i];
    }
    return STATUS_YES;
}

/* What is no record has its finding; without a file that cannot be read there
 * is no answer, and all of these are named. */
static enum status
load(struct hearing *hearing)
{
    enum status worst = STATUS_YES;

    for (size_t i = 0; i < hearing->count; i++) {
        enum status status =
            record_load(&hearing->records[i], hearing->options->files[i], i);

        if (status > STATUS_NO)
            worst = status;
    }
    return worst;
}

static enum status
audit(struct hearing *hearing)
{
    keyshare_error error = keyshare_audit(hearing->findings, &hearing->report,
        (const keyshare_record *const *)hearing->records, hearing->count,
        hearing->expected, hearing->options->expected_count);

    if (error == KEYSHARE_OK)
        return STATUS_YES;
    complain("%s", keyshare_error_text(error));
    return status_of(error);
}

/* ---- For people ---- */

static const char *
path_of(const struct hearing *hearing, size_t i, struct shown *text)
{
    return shown(text, hearing->options->files[i]);
}

/* The place of the first record of that fingerprint; count: there is none. */
static size_t
find(const struct hearing *hearing, const uint8_t *fingerprint)
{
    size_t i = 0;

    while (i < hearing->count &&
           (hearing->records[i] == NULL ||
               memcmp(keyshare_record_fingerprint(hearing->records[i]),
                   fingerprint, KEYSHARE_FINGERPRINT_SIZE) != 0)) {
        i++;
    }
    return i;
}

/* What the finding is about: which record it follows. */
static void
name_predecessor(struct hearing *hearing, size_t i)
{
    const uint8_t *predecessor =
        keyshare_record_predecessor(hearing->records[i]);
    struct say *say = &hearing->say;
    struct shown text;
    size_t place;

    if (predecessor == NULL)
        return;
    place = find(hearing, predecessor);
    if (place == hearing->count) {
        say_line(say, "  it follows a record that was not given:");
        say_bytes(say, "  follows", predecessor, KEYSHARE_FINGERPRINT_SIZE);
    } else {
        say_line(say, "  it follows %s, of epoch %" PRIu32,
            path_of(hearing, place, &text),
            keyshare_record_epoch(hearing->records[place]));
    }
}

static void
name_record(struct hearing *hearing, size_t i)
{
    const keyshare_record *record = hearing->records[i];
    keyshare_finding finding = hearing->findings[i];
    const char *word = keyshare_finding_text(finding);
    struct say *say = &hearing->say;
    struct shown text;
    const char *path = path_of(hearing, i, &text);

    if (record == NULL) {
        say_line(say, "%-14s %s", word, path);
    } else {
        keyshare_policy policy = keyshare_record_policy(record);

        say_line(say, "%-14s epoch %" PRIu32 ", %s, %u-of-%u: %s", word,
            keyshare_record_epoch(record), keyshare_role_text(policy.role),
            policy.threshold, policy.count, path);
    }
    if (finding == KEYSHARE_FINDING_OK)
        return;
    say_line(say, "  %s", keyshare_finding_explain(finding));
    /* That it is no record was said when it was read. */
    if (record != NULL) {
        name_predecessor(hearing, i);
        complain("%s: record is %s: %s", path_of(hearing, i, &text), word,
            keyshare_finding_explain(finding));
    }
}

/* What the chain shows, and what it cannot. */
static void
say_chain(struct hearing *hearing)
{
    const keyshare_record *root = hearing->report.root;
    struct say *say = &hearing->say;
    uint32_t epoch;

    say_step(say, "What the records show, and what they do not");
    if (root == NULL) {
        say_line(say, "there is no record among them: nothing");
        return;
    }
    epoch = keyshare_record_epoch(root);
    if (epoch == 0) {
        say_line(say, "the chain begins with the dealing, epoch 0");
    } else {
        say_line(say,
            "the chain begins at epoch %" PRIu32
            ": nothing is known of what came before",
            epoch);
    }
    say_line(say, hearing->report.same_key
                      ? "the key commitment is the same in all of its records"
                      : "THE KEY COMMITMENT CHANGED");
    if (keyshare_record_policy(root).scheme == KEYSHARE_SCHEME_GF256) {
        say_line(say, "gf256 has no proof: only a fingerprint tells a record "
                      "from a stranger's");
    } else {
        say_line(say, "each carries the proof that its maker could open the "
                      "key commitment");
    }
    say_line(say, "that a set gives the key is shown by its cards alone "
                  "(keyshare check)");
}

/* The newest record of a branch. */
static void
say_leaf(struct hearing *hearing, size_t i)
{
    const keyshare_record *record = hearing->records[i];
    const uint8_t *fingerprint = keyshare_record_fingerprint(record);
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    struct say *say = &hearing->say;
    struct shown text;

    if (find(hearing, fingerprint) < i)
        return; /* given before */
    say_line(say, "%s", path_of(hearing, i, &text));
    say_record(say, record);
    say_bytes(say, "fingerprint", fingerprint, KEYSHARE_FINGERPRINT_SIZE);
    if (hearing->report.leaves[i] == KEYSHARE_LEAF_EXPECTED) {
        say_line(say, "authenticated: it is an expected one");
        return;
    }
    if (keyshare_fingerprint_words(words, fingerprint) != KEYSHARE_OK)
        return;
    say_line(say, "not authenticated: compare %s", words);
    if (hearing->options->expected_count > 0)
        complain("%s: newest record of a branch, and not an expected one",
            path_of(hearing, i, &text));
}

static void
say_missing(struct hearing *hearing, size_t i)
{
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];

    if (hearing->report.present[i] ||
        keyshare_fingerprint_hex(hex, hearing->expected[i]) != KEYSHARE_OK) {
        return;
    }
    say_line(&hearing->say, "MISSING: an expected record was not given");
    say_fingerprint(&hearing->say, hearing->expected[i]);
    complain("an expected record is missing: %s", hex);
}

static void
say_leaves(struct hearing *hearing)
{
    say_step(&hearing->say, "The newest record of each branch");
    for (size_t i = 0; i < hearing->count; i++) {
        if (hearing->report.leaves[i] != KEYSHARE_LEAF_NO)
            say_leaf(hearing, i);
    }
    for (size_t i = 0; i < hearing->options->expected_count; i++)
        say_missing(hearing, i);
}

/* The lines that it all comes to. */
static void
conclude(struct hearing *hearing)
{
    const keyshare_audit_report *report = &hearing->report;
    const keyshare_record *weakest = report->weakest;
    struct say *say = &hearing->say;
    size_t bad = 0;

    for (size_t i = 0; i < hearing->count; i++)
        bad += hearing->findings[i] != KEYSHARE_FINDING_OK;
    if (weakest != NULL) {
        keyshare_policy policy = keyshare_record_policy(weakest);

        say_answer(say, "weakest set: %u-of-%u, %s, epoch %" PRIu32,
            policy.threshold, policy.count, keyshare_role_text(policy.role),
            keyshare_record_epoch(weakest));
    }
    if (report->consistent) {
        say_answer(say,
            "consistent: each of %zu is well made and follows its "
            "predecessor, the key never changed",
            hearing->count);
    } else {
        say_answer(say, "NOT consistent: %zu of %zu", bad, hearing->count);
    }
    if (report->authenticated) {
        say_answer(say, "authenticated: these are the expected records");
    } else if (hearing->options->expected_count == 0) {
        say_answer(say, "not authenticated: compare the words with those that "
                        "were spoken, or a newer record may be withheld");
    } else {
        say_answer(say, "NOT authenticated: %zu not expected, %zu missing",
            report->unexpected_count, report->missing_count);
    }
}

static void
say_all(struct hearing *hearing)
{
    say_step(&hearing->say, "Each record, set against its predecessor");
    for (size_t i = 0; i < hearing->count; i++)
        name_record(hearing, i);
    say_chain(hearing);
    say_leaves(hearing);
    conclude(hearing);
}

/* ---- For programs ---- */

static void
add_policy(struct json *json, const keyshare_record *record)
{
    keyshare_policy policy = keyshare_record_policy(record);

    json_number(json, "threshold", policy.threshold);
    json_number(json, "count", policy.count);
}

static void
add_row(struct json *json, const struct hearing *hearing, size_t i)
{
    const keyshare_record *record = hearing->records[i];

    json_object(json, NULL);
    json_string(json, "path", hearing->options->files[i]);
    if (record != NULL) {
        json_hex(json, "fingerprint", keyshare_record_fingerprint(record),
            KEYSHARE_FINGERPRINT_SIZE);
        json_number(json, "epoch", keyshare_record_epoch(record));
        json_string(json, "role",
            keyshare_role_text(keyshare_record_policy(record).role));
        add_policy(json, record);
    } else {
        json_null(json, "fingerprint");
        json_null(json, "epoch");
        json_null(json, "role");
        json_null(json, "threshold");
        json_null(json, "count");
    }
    json_string(json, "finding", keyshare_finding_text(hearing->findings[i]));
    json_object_end(json);
}

static void
add_weakest(struct json *json, const keyshare_record *weakest)
{
    if (weakest == NULL) {
        json_null(json, "weakest");
        return;
    }
    json_object(json, "weakest");
    add_policy(json, weakest);
    json_string(
        json, "role", keyshare_role_text(keyshare_record_policy(weakest).role));
    json_number(json, "epoch", keyshare_record_epoch(weakest));
    json_hex(json, "fingerprint", keyshare_record_fingerprint(weakest),
        KEYSHARE_FINGERPRINT_SIZE);
    json_object_end(json);
}

static void
print_json(const struct hearing *hearing)
{
    const keyshare_audit_report *report = &hearing->report;
    struct json json = JSON_INIT;

    json_object(&json, NULL);
    json_bool(&json, "consistent", report->consistent);
    json_bool(&json, "authenticated", report->authenticated);
    if (report->root != NULL) {
        json_number(&json, "root_epoch", keyshare_record_epoch(report->root));
    } else {
        json_null(&json, "root_epoch");
    }
    json_array(&json, "records");
    for (size_t i = 0; i < hearing->count; i++)
        add_row(&json, hearing, i);
    json_array_end(&json);
    add_weakest(&json, report->weakest);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

static enum status
answer(const struct hearing *hearing)
{
    if (!hearing->report.consistent)
        return STATUS_NO;
    return hearing->options->expected_count == 0 ||
                   hearing->report.authenticated
               ? STATUS_YES
               : STATUS_NO;
}

static enum status
run(const struct options *options)
{
    struct hearing hearing = {.options = options,
        .say = {options_given(options, OPTION_JSON), 0},
        .count = options->file_count,
        .report = KEYSHARE_AUDIT_REPORT_INIT};
    enum status status;

    if (options->file_count == 0)
        return options_refuse(options, "no record is given");
    status = make_room(&hearing);
    if (status == STATUS_YES)
        status = expect(&hearing);
    if (status == STATUS_YES)
        status = load(&hearing);
    if (status == STATUS_YES)
        status = audit(&hearing);
    if (status == STATUS_YES) {
        say_all(&hearing);
        if (hearing.say.quiet)
            print_json(&hearing);
        status = answer(&hearing);
    }
    clear(&hearing);
    return status;
}

const struct verb verb_audit = {"audit",
    "say whether records of a key are whole and expected", help, accepts, run};
