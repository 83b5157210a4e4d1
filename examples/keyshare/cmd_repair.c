/* SPDX-License-Identifier: ISC */
/* keyshare repair: a broken card again, from M others. */
#include <string.h>

#include "interrupt.h"
#include "maintain.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_ISSUE, OPTION("record", RECORD),
    OPTION("expect", EXPECT), OPTION("index", INDEX), OPTION("copies", COPIES),
    OPTION("out", OUT), OPTION_END};

static const char help[] =
    "usage: keyshare repair [--json] [--expect FP] --record RECORD --index I\n"
    "                       [--copies C] [--pin-fd N]\n"
    "                       (--out CARD | --cards pcsc:READER [--force]) CARD...\n"
    "\n"
    "Makes the card of one index again, from any M others, without the key.\n"
    "For example, card 3 is broken:\n"
    "\n"
    "    keyshare repair --record record.ks --index 3 --out new-card-3.ks \\\n"
    "        card-1.ks card-2.ks card-4.ks card-5.ks card-6.ks\n"
    "\n"
    "What comes of it is what was on the card, bit for bit. The old one, if\n"
    "it turns up, is still good: refresh, where it may be in other hands.\n"
    "Each card is read by itself, used, and wiped before the next; it is\n"
    "read twice. The first M good ones are used, and never the one of the\n"
    "index itself.\n"
    "\n"
    "  --record RECORD   the set's record, bare or on a card\n"
    "  --expect FP       it must have this fingerprint: 64 hex digits, or all\n"
    "                    32 words as one argument\n"
    "  --index I         the card to be made\n"
    "  --copies C        make so many, 1 to 99: card-3.ks, card-3-copy-2.ks\n"
    "                    and so on\n"
    "  --out CARD        where to; must not exist\n"
    "  --cards READER    write the card in this reader, pcsc:READER, in the place\n"
    "                    of a file\n"
    "  --force           with --cards: a card of another set may be overwritten\n"
    "  --pin-fd N        PINs are lines of this file descriptor, one for each\n"
    "                    time that a card asks; on the terminal unless given\n"
    "  --json            one JSON object instead of text\n"
    "\n"
    "Exit status: 0 the card is there, 1 too few cards are good or not the\n"
    "expected record, 2 wrong use, 3 the system failed. But for 0 nothing is\n"
    "left of what was made.\n";

/* What was thought to be broken may be here, and good. */
static enum status
allow(struct maintain *maintain)
{
    const struct table *table = &maintain->table;

    for (size_t i = 0; i < table->count; i++) {
        if (table->verdicts[i] == KEYSHARE_VERDICT_OK &&
            table->indices[i] == maintain->plan.index) {
            complain("card %u is here, and good itself; it is not used",
                maintain->plan.index);
        }
    }
    return STATUS_YES;
}

static void
tell(struct maintain *maintain)
{
    struct say *say = &maintain->table.say;

    say_step(
        say, "The card of index %u will take form here", maintain->plan.index);
    if (keyshare_maintenance_status_of(maintain->operation)->together_quorum) {
        say_line(say, "WITH the card on the table that is a quorum: for that "
                      "while this machine holds what gives the key");
    }
}

/* Judge every copy as it lies on the disk. */
static enum status
read_back(struct maintain *maintain)
{
    for (unsigned copy = 1; copy <= maintain->target.copies; copy++) {
        struct buffer bytes = BUFFER_INIT;
        keyshare_verdict verdict = KEYSHARE_VERDICT_NONE;
        keyshare_image card;
        keyshare_error error;
        enum status status = target_read_back(&maintain->target, &bytes, copy);

        if (status != STATUS_YES) {
            buffer_free(&bytes);
            return status;
        }
        card = (keyshare_image){bytes.bytes, bytes.len};
        error = keyshare_maintenance_read_back(
            maintain->operation, &verdict, &card);
        buffer_free(&bytes);
        if (error != KEYSHARE_OK) {
            complain("%s", keyshare_error_text(error));
            return status_of(error);
        }
        if (verdict !=
            (copy == 1 ? KEYSHARE_VERDICT_OK : KEYSHARE_VERDICT_DUPLICATE)) {
            complain("the new card was read back, and is not good");
            return STATUS_SYSTEM;
        }
    }
    return STATUS_YES;
}

static enum status
write_card(struct maintain *maintain, const keyshare_secret *share)
{
    keyshare_secret *image;
    keyshare_error error =
        keyshare_image_make(&image, maintain->table.record, share);
    enum status status;

    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    status = target_write(&maintain->target, keyshare_secret_reveal(image),
        keyshare_secret_len(image));
    keyshare_secret_free(&image);
    return status;
}

/* Issue the card and its copies in a reader. */
static enum status
issue_cards(struct maintain *maintain, const keyshare_secret *share)
{
    struct issue *issue = &maintain->cards;
    enum status status = STATUS_YES;

    issue->keep_count = 0;
    issue_keep(issue, maintain->table.record);
    say_step(&maintain->table.say, "The new card, in a reader");
    for (unsigned copy = 1; status == STATUS_YES && copy <= maintain->copies;
         copy++) {
        status = issue_card(
            issue, maintain->table.record, maintain->plan.index, copy, share);
        if (status == STATUS_YES && copy < maintain->copies &&
            maintain_is_interrupted()) {
            status = STATUS_SYSTEM;
        }
    }
    return status;
}

/* Write the card and its copies to files. */
static enum status
write_files(struct maintain *maintain, const keyshare_secret *share)
{
    enum status status = write_card(maintain, share);

    if (status == STATUS_YES)
        status = read_back(maintain);
    if (status == STATUS_YES && maintain_is_interrupted())
        status = STATUS_SYSTEM;
    if (status == STATUS_YES) {
        say_step(&maintain->table.say,
            "Card %u written, read back as it lies on the disk, and "
            "judged: good",
            maintain->plan.index);
    }
    return status;
}

static enum status
write_and_finish(struct maintain *maintain, const keyshare_secret *share)
{
    bool issued = issue_is_on(&maintain->cards);
    keyshare_error error;
    enum status status;

    interrupt_hold();
    status =
        issued ? issue_cards(maintain, share) : write_files(maintain, share);
    if (status != STATUS_YES)
        return status;
    error = keyshare_maintenance_finish(maintain->operation, NULL);
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    return issued ? STATUS_YES : target_publish(&maintain->target);
}

static enum status
issue(struct maintain *maintain)
{
    keyshare_secret *share;
    unsigned index;
    keyshare_error error =
        keyshare_maintenance_hand_out(maintain->operation, &index, &share);
    enum status status;

    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    status = write_and_finish(maintain, share);
    keyshare_secret_free(&share);
    if (status != STATUS_YES && maintain->cards.cards > 0) {
        complain("not all copies were made: those that were are good");
        return status;
    }
    if (status != STATUS_YES)
        complain("no card was made; the others are untouched: begin again");
    return status;
}

static void
say_done(struct maintain *maintain)
{
    struct say *say = &maintain->table.say;
    struct shown text;

    say_step(say, "Fingerprint of the record, which stays in force");
    say_fingerprint(say, keyshare_record_fingerprint(maintain->table.record));
    say_step(say, "The old card, if it turns up, is still good: refresh if it "
                  "may be in other hands");
    say_answer(say, "repaired: card %u, written to %s", maintain->plan.index,
        shown(&text, issue_is_on(&maintain->cards) ? maintain->cards.path
                                                   : maintain->target.path));
}

static enum status
prepare(struct maintain *maintain)
{
    const struct options *options = maintain->table.options;
    enum status status = options_index(options,
        keyshare_record_policy(maintain->table.record).count,
        &maintain->plan.index);

    if (status == STATUS_YES && !issue_is_on(&maintain->cards)) {
        status = target_open(&maintain->target, options,
            options->value[OPTION_OUT], maintain->copies);
    }
    return status;
}

static enum status
run(const struct options *options)
{
    struct maintain maintain = {.begin = keyshare_repair_begin,
        .allow = allow,
        .tell = tell,
        .issue = issue};
    enum status status = options_copies(options, &maintain.copies);

    if (status != STATUS_YES)
        return status;
    if (options_given(options, OPTION_OUT) ==
        options_given(options, OPTION_CARDS)) {
        return options_refuse(options, "either --out or --cards");
    }
    if (!options_given(options, OPTION_INDEX))
        return options_refuse(options, "--index is missing");
    status = maintain_open(&maintain, options);
    if (status == STATUS_YES)
        status = prepare(&maintain);
    if (status == STATUS_YES)
        status = maintain_run(&maintain);
    if (status == STATUS_YES)
        say_done(&maintain);
    if ((status <= STATUS_NO || maintain.cards.cards > 0) &&
        maintain.table.say.quiet)
        maintain_json(&maintain, maintain.table.record);
    if (status == STATUS_YES)
        maintain_end_answer(
            options->value[issue_is_on(&maintain.cards) ? OPTION_CARDS
                                                        : OPTION_OUT]);
    maintain_close(&maintain);
    return status;
}

const struct verb verb_repair = {
    "repair", "make a broken card again, from M others", help, accepts, run};
