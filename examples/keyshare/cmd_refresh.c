/* SPDX-License-Identifier: ISC */
/* keyshare refresh: new cards of the same key; old ones do not work with
 * them. */
#include "renew.h"

#include <string.h>

#include "text.h"

static const struct option accepts[] = {OPTIONS_ISSUE, OPTION("record", RECORD),
    OPTION("expect", EXPECT), OPTION("label", LABEL), OPTION("time", TIME),
    OPTION("later", LATER), OPTION("copies", COPIES), OPTION("out", OUT),
    OPTION_END};

static const char help[] =
    "usage: keyshare refresh [--json] [--expect FP] [--label TEXT]\n"
    "                        [--time SECONDS] [--later I]... [--copies C]\n"
    "                        [--cards pcsc:READER [--force]] [--pin-fd N]\n"
    "                        --record RECORD --out DIR CARD...\n"
    "\n"
    "Gives every holder a new card of the same key, M of N as before. Old\n"
    "cards do not work with new ones. For example, when a holder has left\n"
    "and took card 7 along, with six of seven at the table:\n"
    "\n"
    "    keyshare refresh --record record.ks --out 2027 card-[1-6].ks\n"
    "\n"
    "makes 2027/record.ks, and new cards 1 to 7; the seventh is for whoever\n"
    "follows. Each card is read by itself, used, and wiped before the next;\n"
    "it is read three times. New cards of those who are absent take form\n"
    "together, which is said beforehand. DIR exists whole or not at all, and\n"
    "only when it does may old cards be erased: M of them still give the key.\n"
    "\n"
    "  --record RECORD   the record of the set as it is, bare or on a card\n"
    "  --expect FP       it must have this fingerprint: 64 hex digits, or all\n"
    "                    32 words as one argument\n"
    "  --later I         no new card for the absent holder I: it is made by\n"
    "                    repair in the new set; may be given more than once\n"
    "  --label TEXT      what people call the new set; as it was unless given\n"
    "  --time SECONDS    when, in seconds since 1970; 0: not told; now unless\n"
    "                    given\n"
    "  --copies C        so many new cards for each holder, 1 to 99\n"
    "  --out DIR         where to; must not exist, or be empty\n"
    "  --cards READER    write the new cards in this reader, pcsc:READER, one by\n"
    "                    one; DIR gets the record alone\n"
    "  --force           with --cards: cards of other sets may be overwritten,\n"
    "                    never one of the set as it is\n"
    "  --pin-fd N        PINs are lines of this file descriptor, one for each\n"
    "                    time that a card asks; on the terminal unless given\n"
    "  --json            one JSON object instead of text\n"
    "\n"
    "Exit status: 0 the new record is in force, 1 too few cards are good or\n"
    "not the expected record, 2 wrong use, 3 the system failed. But for 0\n"
    "nothing new is left but cards in readers, which it names, and the old set\n"
    "is as it was.\n";

/* The indices of --later. */
static enum status
read_later(struct maintain *maintain, uint8_t *later)
{
    const struct options *options = maintain->table.options;
    unsigned count = keyshare_record_policy(maintain->table.record).count;
    struct shown text;

    for (size_t i = 0; i < options->later_count; i++) {
        uint64_t index = 0;

        if (!text_number(&index, options->later[i]) || index < 1 ||
            index > count) {
            return options_refuse(options,
                "--later: the cards of this set are 1 to %u, not \"%s\"", count,
                shown(&text, options->later[i]));
        }
        if (maintain->is_late[index])
            return options_refuse(
                options, "--later names card %u twice", (unsigned)index);
        maintain->is_late[index] = true;
        later[maintain->plan.later_count++] = (uint8_t)index;
    }
    maintain->plan.later = maintain->plan.later_count > 0 ? later : NULL;
    return STATUS_YES;
}

/* Who is here gets a new card here. */
static enum status
allow(struct maintain *maintain)
{
    for (size_t i = 0; i < maintain->present_count; i++) {
        if (maintain->is_late[maintain->present[i]]) {
            return options_refuse(maintain->table.options,
                "--later %u: that card is here, and good; nothing was made",
                maintain->present[i]);
        }
    }
    return STATUS_YES;
}

static void
tell_together(struct maintain *maintain)
{
    const keyshare_maintenance_status *status =
        keyshare_maintenance_status_of(maintain->operation);
    struct say *say = &maintain->table.say;
    unsigned absent = keyshare_record_policy(maintain->table.record).count -
                      (unsigned)maintain->present_count;
    unsigned together = status->together;

    if (absent == 0) {
        say_step(say, "No holder is absent: each new card takes form by "
                      "itself");
    } else if (absent == 1 && together == 1) {
        say_step(say, "1 holder is absent: the new card will take form here");
    } else if (absent == together) {
        say_step(say,
            "%u holders are absent: their new cards will take form here "
            "together",
            absent);
    } else {
        say_step(say,
            "%u holders are absent: the new cards of %u of them will take form "
            "here together",
            absent, together);
    }
    if (status->together_quorum) {
        say_line(say, "WITH the card on the table that is a quorum: for that "
                      "while this machine holds what gives the key");
    }
}

static void
tell(struct maintain *maintain)
{
    struct say *say = &maintain->table.say;
    keyshare_policy policy = keyshare_record_policy(maintain->table.record);
    struct shown list;

    tell_together(maintain);
    if (maintain->plan.later_count > 0) {
        say_line(say, "left to a later repair in the new set: %s",
            text_list(&list, maintain->is_late, policy.count));
        if (policy.scheme == KEYSHARE_SCHEME_GF256) {
            say_line(say, "(theirs take form here, too: the record has a tag "
                          "of each; they are not written)");
        }
    }
    if (policy.threshold == 1) {
        say_line(say, "M is 1: there is nothing to change, the new record is "
                      "of the same values");
    }
}

static void
say_old(struct maintain *maintain)
{
    struct say *say = &maintain->table.say;
    unsigned needed = keyshare_record_policy(maintain->record).threshold;

    say_step(say, "Old cards may be erased now, and should be");
    if (needed == 1) {
        say_line(say, "until then each of them still gives the key by itself");
    } else {
        say_line(say,
            "until then any %u of them still give the key; with new ones they "
            "give nothing",
            needed);
    }
    say_answer(say, "refreshed: epoch %lu is in force",
        (unsigned long)keyshare_record_epoch(maintain->record));
}

static enum status
prepare(struct maintain *maintain, uint8_t *later, unsigned copies)
{
    const struct options *options = maintain->table.options;
    const keyshare_record *record = maintain->table.record;
    enum status status = read_later(maintain, later);

    if (status == STATUS_YES)
        status = maintain_terms(maintain);
    if (status == STATUS_YES) {
        status = set_open(&maintain->set, options->value[OPTION_OUT],
            keyshare_record_policy(record).count, copies, record);
    }
    return status;
}

static enum status
run(const struct options *options)
{
    struct maintain maintain = {.begin = keyshare_refresh_begin,
        .all = true,
        .allow = allow,
        .tell = tell,
        .issue = renew_issue};
    uint8_t later[KEYSHARE_COUNT_MAX];
    unsigned copies;
    enum status status = options_copies(options, &copies);

    if (status != STATUS_YES)
        return status;
    if (!options_given(options, OPTION_OUT))
        return options_refuse(options, "--out is missing");
    status = maintain_open(&maintain, options);
    if (status == STATUS_YES)
        status = prepare(&maintain, later, copies);
    if (status == STATUS_YES)
        status = maintain_run(&maintain);
    if (status == STATUS_YES) {
        renew_say(&maintain);
        say_old(&maintain);
    }
    return renew_end(&maintain, status);
}

const struct verb verb_refresh = {"refresh",
    "give every holder a new card of the same key", help, accepts, run};
