/* SPDX-License-Identifier: ISC */
/* keyshare recover: the key from a quorum of cards. */
#include "interrupt.h"
#include "output.h"
#include "table.h"
#include "target.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_JUDGE, OPTION("out", OUT),
    OPTION_FLAG("reveal", REVEAL), OPTION_END};

static const char help[] =
    "usage: keyshare recover [--json] [--expect FP] [--expect-role ROLE]\n"
    "                        [--known RECORD]... [--pin-fd N] --record RECORD\n"
    "                        [--out FILE | --reveal] CARD...\n"
    "\n"
    "Gets the key back from any M good cards; bad ones are named and cost\n"
    "nothing but their place. For example, five of seven, one spare:\n"
    "\n"
    "    keyshare recover --record record.ks --out key.bin \\\n"
    "        card-1.ks card-2.ks card-4.ks card-5.ks card-6.ks card-7.ks\n"
    "\n"
    "With neither --out nor --reveal the key is recovered, found to be the\n"
    "one that was dealt, and wiped: a drill. A card is a file, or pcsc:READER\n"
    "(see keyshare readers).\n"
    "\n"
    "  --out FILE          write the key to FILE, which must not exist yet\n"
    "  --reveal            print the key in hex\n"
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
    "Exit status: 0 the key was recovered, 1 it was not or not the expected\n"
    "record, 2 wrong use, 3 a file could not be read or written.\n";

/* Before any card is read: is there a place for the key? */
static enum status
find_target(struct target *target, const struct options *options)
{
    const char *path = options->value[OPTION_OUT];

    if (path == NULL)
        return STATUS_YES;
    if (options_given(options, OPTION_REVEAL))
        return options_refuse(options, "either --out or --reveal");
    return target_open(target, options, path, 1);
}

static enum status
write_key(struct target *target, const keyshare_secret *key)
{
    enum status status;

    interrupt_hold();
    status = target_write(
        target, keyshare_secret_reveal(key), keyshare_secret_len(key));
    if (status == STATUS_YES)
        status = target_publish(target);
    if (status != STATUS_YES)
        complain("the key was recovered, but not written");
    return status;
}

/* For people: on a line by itself, the last one. */
static void
reveal(const keyshare_secret *key)
{
    char hex[2 * KEYSHARE_KEY_SIZE_MAX + 1];
    size_t len = keyshare_secret_len(key);

    text_hex(hex, keyshare_secret_reveal(key), len);
    hex[2 * len] = '\n';
    output_secret(hex, 2 * len + 1);
    wipe(hex, sizeof hex);
}

/* More good gf256 cards than are needed must lie on the same polynomial. The
 * key from the first M is the dealt one all the same: it opened its tag. */
static void
check_spares(const struct table *table)
{
    keyshare_policy policy = keyshare_record_policy(table->record);
    keyshare_recoverable recoverable;

    if (policy.scheme != KEYSHARE_SCHEME_GF256 ||
        table_good(table) <= policy.threshold) {
        return;
    }
    if (keyshare_check(table->verdicts, &recoverable, NULL, table->record,
            &table->expected, table->images, table->count) == KEYSHARE_OK &&
        recoverable == KEYSHARE_RECOVERABLE_INCONSISTENT) {
        complain("the good cards are inconsistent: the first %u gave the key "
                 "that the record commits to, but more of them do not fit; "
                 "the dealing was bad",
            policy.threshold);
    }
}

static enum status
judge(struct table *table, keyshare_secret **key)
{
    keyshare_error error = keyshare_recover(key, table->verdicts, table->record,
        &table->expected, table->images, table->count);
    unsigned needed = keyshare_record_policy(table->record).threshold;

    if (error != KEYSHARE_OK && error != KEYSHARE_ERR_QUORUM &&
        error != KEYSHARE_ERR_MISMATCH) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    say_step(&table->say, "Each card judged alone against the record");
    table_name_cards(table);
    say_line(&table->say, "%zu of %zu good, %u needed", table_good(table),
        table->count, needed);
    if (error != KEYSHARE_OK) {
        complain("the key was not recovered: %s", keyshare_error_text(error));
        return STATUS_NO;
    }
    check_spares(table);
    say_step(&table->say,
        "Key recovered from the first %u good cards: %zu bytes, and it is the "
        "one that the record commits to",
        needed, keyshare_secret_len(*key));
    return STATUS_YES;
}

/* Hand out the key as it was asked for. */
static enum status
deliver(struct table *table, struct target *target, const keyshare_secret *key)
{
    struct shown text;

    if (target->path != NULL) {
        enum status status = write_key(target, key);

        if (status == STATUS_YES) {
            say_answer(&table->say, "key recovered: written to %s",
                shown(&text, target->path));
        }
        return status;
    }
    if (!options_given(table->options, OPTION_REVEAL)) {
        say_answer(&table->say, "key recovered and wiped");
    } else if (!table->say.quiet) {
        reveal(key);
    }
    return STATUS_YES;
}

static void
print_json(
    const struct table *table, const keyshare_secret *key, bool recovered)
{
    struct json json = JSON_INIT;

    json_object(&json, NULL);
    table_json(table, &json);
    json_bool(&json, "recovered", recovered);
    if (options_given(table->options, OPTION_REVEAL)) {
        json_hex(&json, "key", keyshare_secret_reveal(key),
            keyshare_secret_len(key));
    } else {
        json_null(&json, "key");
    }
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

static enum status
run(const struct options *options)
{
    keyshare_secret *key = NULL;
    struct target target = TARGET_INIT;
    struct table table;
    struct shown text;
    enum status status = find_target(&target, options);

    if (status != STATUS_YES)
        goto close;
    status = table_lay(&table, options);
    if (status == STATUS_YES)
        status = judge(&table, &key);
    if (status == STATUS_YES)
        status = deliver(&table, &target, key);
    if (status <= STATUS_NO && table.say.quiet)
        print_json(&table, key, status == STATUS_YES);
    if (status == STATUS_YES && target.path != NULL && !output_flush()) {
        complain("%s: the key was recovered and is there, but the answer could "
                 "not be written",
            shown(&text, target.path));
    }
    keyshare_secret_free(&key);
    table_clear(&table);
close:
    target_close(&target);
    return status;
}

const struct verb verb_recover = {
    "recover", "get the key back from a quorum of cards", help, accepts, run};
