/* SPDX-License-Identifier: ISC */
/* keyshare check: would these cards give the key? It is not made. */
#include "table.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_JUDGE, OPTION_END};

static const char help[] =
    "usage: keyshare check [--json] [--expect FP] [--expect-role ROLE]\n"
    "                      [--known RECORD]... [--pin-fd N] --record RECORD CARD...\n"
    "\n"
    "Says whether a set of cards would give the key, without making it. For\n"
    "example, at the yearly audit:\n"
    "\n"
    "    keyshare check --record record.ks cards/*.ks\n"
    "\n"
    "ends with a line such as\n"
    "\n"
    "    6 of 7 good, 5 needed: recoverable, 1 to spare\n"
    "\n"
    "and names the seventh. A copy of a card counts once. A card is a file, or\n"
    "pcsc:READER (see keyshare readers); several times the same reader, and it\n"
    "asks for the next card.\n"
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
    "Exit status: 0 a quorum is good, 1 it is not or not the expected\n"
    "record, 2 wrong use, 3 the record could not be read.\n";

/* What a set is of which not all cards are here: where a ceremony was cut off,
 * they may never have been. */
static void
say_missing(struct table *table, bool is_quorum)
{
    unsigned count = keyshare_record_policy(table->record).count;
    bool is_missing[KEYSHARE_COUNT_MAX + 1] = {false};
    struct shown list;

    for (unsigned i = 1; i <= count; i++)
        is_missing[i] = true;
    for (size_t i = 0; i < table->count; i++) {
        if (table->verdicts[i] == KEYSHARE_VERDICT_OK)
            is_missing[table->indices[i]] = false;
    }
    if (table_good(table) == 0 || table_good(table) == count)
        return;
    say_line(&table->say, "no good card of index %s is here",
        text_list(&list, is_missing, count));
    say_line(&table->say,
        is_quorum ? "where one was never written, \"keyshare repair\" makes it"
                  : "where these are all that were ever written they are no "
                    "set: erase them (keyshare card erase)");
}

/* The line that it all comes to. */
static void
conclude(struct table *table, keyshare_recoverable recoverable)
{
    long good = (long)table_good(table);
    long needed = (long)keyshare_record_policy(table->record).threshold;
    struct say *say = &table->say;

    if (recoverable != KEYSHARE_RECOVERABLE_INCONSISTENT)
        say_missing(table, recoverable != KEYSHARE_RECOVERABLE_NO);
    switch (recoverable) {
    case KEYSHARE_RECOVERABLE_YES:
        say_answer(say,
            "%ld of %zu good, %ld needed: recoverable, %ld to spare", good,
            table->count, needed, good - needed);
        break;
    case KEYSHARE_RECOVERABLE_AS_DEALT:
        say_answer(say,
            "%ld of %zu good, %ld needed: unchanged since dealing; "
            "recoverable if the dealing was honest",
            good, table->count, needed);
        break;
    case KEYSHARE_RECOVERABLE_INCONSISTENT:
        say_answer(say,
            "%ld of %zu good, %ld needed: inconsistent: they do not lie on "
            "one polynomial, the dealing was bad",
            good, table->count, needed);
        complain("the good cards are inconsistent: the dealing was bad");
        break;
    case KEYSHARE_RECOVERABLE_NO:
    default:
        say_answer(say,
            "%ld of %zu good, %ld needed: not recoverable, %ld missing", good,
            table->count, needed, needed - good);
        complain("too few good cards: %ld of %ld", good, needed);
        break;
    }
}

static enum status
judge(struct table *table, keyshare_recoverable *recoverable)
{
    keyshare_error error = keyshare_check(table->verdicts, recoverable, NULL,
        table->record, &table->expected, table->images, table->count);

    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    say_step(&table->say,
        "Each card judged alone, then all together; the key was not made");
    table_name_cards(table);
    conclude(table, *recoverable);
    return *recoverable == KEYSHARE_RECOVERABLE_YES ||
                   *recoverable == KEYSHARE_RECOVERABLE_AS_DEALT
               ? STATUS_YES
               : STATUS_NO;
}

static void
print_json(const struct table *table, keyshare_recoverable recoverable)
{
    struct json json = JSON_INIT;
    long good = (long)table_good(table);

    json_object(&json, NULL);
    table_json(table, &json);
    json_integer(&json, "good", good);
    if (table->record != NULL) {
        long needed = (long)keyshare_record_policy(table->record).threshold;

        json_integer(&json, "needed", needed);
        json_integer(&json, "spare", good - needed);
    } else {
        json_null(&json, "needed");
        json_null(&json, "spare");
    }
    json_string(&json, "recoverable", keyshare_recoverable_text(recoverable));
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

static enum status
run(const struct options *options)
{
    keyshare_recoverable recoverable = KEYSHARE_RECOVERABLE_NO;
    struct table table;
    enum status status = table_lay(&table, options);

    if (status == STATUS_YES)
        status = judge(&table, &recoverable);
    if (status <= STATUS_NO && table.say.quiet)
        print_json(&table, recoverable);
    table_clear(&table);
    return status;
}

const struct verb verb_check = {"check",
    "say whether a set of cards would give the key", help, accepts, run};
