/* SPDX-License-Identifier: ISC */
/* keyshare label: the line for each card's bag. */
#include <string.h>

#include "json.h"
#include "options.h"
#include "record_file.h"
#include "say.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_COMMON,
    OPTION("record", RECORD), OPTION("expect", EXPECT),
    OPTION("expect-role", EXPECT_ROLE), OPTION("index", INDEX), OPTION_END};

static const char help[] =
    "usage: keyshare label [--json] [--expect FP] [--expect-role ROLE]\n"
    "                      --record RECORD [--index I]\n"
    "\n"
    "Prints a line for the tamper-evident bag of each card, or of one: role,\n"
    "index, label, epoch, M-of-N, and the first eight words of the record's\n"
    "fingerprint. For example:\n"
    "\n"
    "    keyshare label --record set/record.ks --index 3\n"
    "\n"
    "prints a line such as\n"
    "\n"
    "    rksh 3, \"Storage key\", epoch 0, 5-of-7, ringbolt ... chatter\n"
    "\n"
    "Print it before the card is in its bag, and compare the words with those\n"
    "that were spoken.\n"
    "\n"
    "  --record RECORD     the set's record, bare or on a card\n"
    "  --index I           the card of this index alone\n"
    "  --expect FP         the record must have this fingerprint: 64 hex\n"
    "                      digits, or all 32 words as one argument\n"
    "  --expect-role ROLE  the record must have this role\n"
    "  --json              one JSON object instead of text\n"
    "\n"
    "Exit status: 0 printed, 1 no record or not the expected one, 2 wrong\n"
    "use, 3 the record could not be read.\n";

/* What the record must be, as it was typed. */
struct expected {
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    bool is_told; /* the fingerprint is */
    int role;
};

static enum status
expect(struct expected *expected, const struct options *options)
{
    const char *text = options->value[OPTION_EXPECT];

    expected->is_told = text != NULL;
    expected->role = KEYSHARE_ROLE_ANY;
    if (text != NULL && options_fingerprint(options, OPTION_EXPECT, text,
                            expected->fingerprint) != STATUS_YES) {
        return STATUS_USAGE;
    }
    return options_role(options, OPTION_EXPECT_ROLE, &expected->role);
}

/* Whether the record is the one that was expected. Its lines stand alone on
 * standard output, for a printer: what is said of it goes beside. */
static enum status
authenticate(const struct expected *expected, const keyshare_record *record,
    const char *path)
{
    const uint8_t *fingerprint = keyshare_record_fingerprint(record);
    keyshare_role role = keyshare_record_policy(record).role;
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    struct shown text;

    if (expected->role != KEYSHARE_ROLE_ANY && expected->role != (int)role) {
        complain("%s: not the record that was expected: its role is %s, not %s",
            shown(&text, path), keyshare_role_text(role),
            keyshare_role_text((keyshare_role)expected->role));
        return STATUS_NO;
    }
    if (!expected->is_told) {
        if (keyshare_fingerprint_words(words, fingerprint) == KEYSHARE_OK)
            complain("record not authenticated: compare %s", words);
        return STATUS_YES;
    }
    if (memcmp(expected->fingerprint, fingerprint,
            sizeof expected->fingerprint) == 0) {
        return STATUS_YES;
    }
    complain("%s: not the record that was expected: its fingerprint is another",
        shown(&text, path));
    return STATUS_NO;
}

static enum status
print(const struct options *options, const keyshare_record *record,
    unsigned only, bool authenticated)
{
    struct say say = {options_given(options, OPTION_JSON), 0};
    struct json json = JSON_INIT;
    unsigned count = keyshare_record_policy(record).count;
    enum status status = STATUS_YES;

    json_object(&json, NULL);
    json_hex(&json, "record", keyshare_record_fingerprint(record),
        KEYSHARE_FINGERPRINT_SIZE);
    json_bool(&json, "authenticated", authenticated);
    json_array(&json, "labels");
    for (unsigned i = 1; status == STATUS_YES && i <= count; i++) {
        char line[KEYSHARE_LABEL_LINE_SIZE];

        if (only != 0 && only != i)
            continue;
        status = status_of(keyshare_label_line(line, sizeof line, record, i));
        say_answer(&say, "%s", line);
        json_object(&json, NULL);
        json_number(&json, "index", i);
        json_string(&json, "line", line);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    if (status == STATUS_YES && say.quiet)
        json_print(&json);
    json_free(&json);
    return status;
}

static enum status
run(const struct options *options)
{
    const char *path = options->value[OPTION_RECORD];
    keyshare_record *record = NULL;
    struct expected expected;
    unsigned only = 0;
    enum status status = expect(&expected, options);

    if (status == STATUS_YES && path == NULL)
        status = options_refuse(options, "--record is missing");
    if (status == STATUS_YES && options->file_count > 0)
        status = options_refuse(options, "a record is given by --record");
    if (status == STATUS_YES)
        status = record_load(&record, path, READER_ANY);
    if (status == STATUS_YES) {
        status =
            options_index(options, keyshare_record_policy(record).count, &only);
    }
    if (status == STATUS_YES)
        status = authenticate(&expected, record, path);
    if (status == STATUS_YES)
        status = print(options, record, only, expected.is_told);
    keyshare_record_free(&record);
    return status;
}

const struct verb verb_label = {
    "label", "print the line for each card's bag", help, accepts, run};
