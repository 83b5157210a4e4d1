/* SPDX-License-Identifier: ISC */
/* keyshare verify: each card judged alone against the record. */
#include "table.h"

static const struct option accepts[] = {OPTIONS_JUDGE, OPTION_END};

static const char help[] =
    "usage: keyshare verify [--json] [--expect FP] [--expect-role ROLE]\n"
    "                       [--known RECORD]... [--pin-fd N] --record RECORD CARD...\n"
    "\n"
    "Judges each card alone against the public record. No other card is\n"
    "needed, and the key exists nowhere: a holder can do it at home. A card is\n"
    "a file, or pcsc:READER (see keyshare readers). For\n"
    "example, with the fingerprint that was signed at the ceremony:\n"
    "\n"
    "    keyshare verify --record record.ks --expect \"$(cat signed)\" "
    "card-3.ks\n"
    "\n"
    "  --record RECORD     the set's record, bare or on a card\n"
    "  --expect FP         the record must have this fingerprint: 64 hex\n"
    "                      digits, or all 32 words as one argument\n"
    "  --expect-role ROLE  the record must have this role\n"
    "  --known RECORD      another record: helps to say what a card is that\n"
    "                      is not of this set; may be given more than once\n"
    "  --pin-fd N          PINs are lines of this file descriptor, one for each\n"
    "                      time that a card asks; on the terminal unless given\n"
    "  --json              one JSON object instead of text\n"
    "\n"
    "Exit status: 0 all cards are ok, 1 not all or not the expected record,\n"
    "2 wrong use, 3 the record could not be read.\n";

static enum status
judge(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        keyshare_error error = keyshare_verify(&table->verdicts[i],
            table->record, &table->expected, &table->images[i]);

        if (error != KEYSHARE_OK) {
            complain("%s", keyshare_error_text(error));
            return status_of(error);
        }
    }
    say_step(&table->say, "Each card judged alone against the record");
    table_name_cards(table);
    say_answer(&table->say, "%zu of %zu ok", table_good(table), table->count);
    return table_good(table) == table->count ? STATUS_YES : STATUS_NO;
}

static void
print_json(const struct table *table)
{
    struct json json = JSON_INIT;

    json_object(&json, NULL);
    table_json(table, &json);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

static enum status
run(const struct options *options)
{
    struct table table;
    enum status status = table_lay(&table, options);

    if (status == STATUS_YES)
        status = judge(&table);
    if (status <= STATUS_NO && table.say.quiet)
        print_json(&table);
    table_clear(&table);
    return status;
}

const struct verb verb_verify = {"verify",
    "judge each card alone against "
    "the record",
    help, accepts, run};
