/* SPDX-License-Identifier: ISC */
/* How refresh and reshare end: a new set that is in force, or none. */
#include "renew.h"

#include <string.h>

#include "text.h"

static enum status
fail(keyshare_error error)
{
    complain("%s", keyshare_error_text(error));
    return status_of(error);
}

/* Write all new cards that wait. */
static enum status
hand_out(struct maintain *maintain)
{
    keyshare_maintenance *operation = maintain->operation;
    struct say *say = &maintain->table.say;

    for (;;) {
        keyshare_secret *share;
        unsigned index;
        enum status status;
        keyshare_error error =
            keyshare_maintenance_hand_out(operation, &index, &share);

        if (error != KEYSHARE_OK)
            return fail(error);
        if (share == NULL)
            return STATUS_YES;
        status = set_put(&maintain->set, index,
            keyshare_maintenance_record(operation), share);
        keyshare_secret_free(&share);
        if (status == STATUS_YES && maintain_is_interrupted())
            status = STATUS_SYSTEM;
        if (status != STATUS_YES)
            return status;
        if (!issue_is_on(&maintain->cards))
            say_line(say, "card %u", index);
    }
}

/* Round two: each card again, for its own new one. A card that is bad now
 * costs that, and nothing else. */
static enum status
exchange(struct maintain *maintain)
{
    for (size_t i = 0; i < maintain->present_count; i++) {
        enum status status = maintain_present(maintain, i);

        if (status == STATUS_YES)
            status = hand_out(maintain);
        if (status == STATUS_NO && maintain->again)
            status = STATUS_YES;
        if (status != STATUS_YES)
            return status;
    }
    return STATUS_YES;
}

/* How many holders have a new card. */
static unsigned
count_new(const struct maintain *maintain)
{
    unsigned new = 0;

    for (unsigned i = 1; i <= maintain->set.count; i++)
        new += maintain->set.has_card[i];
    return new;
}

static enum status
write_cards(struct maintain *maintain)
{
    const keyshare_maintenance_status *status_of_it =
        keyshare_maintenance_status_of(maintain->operation);
    enum status status;

    say_step(&maintain->table.say, "New cards written, one at a time%s",
        status_of_it->awaited > 0
            ? "; each card that is here comes again, for its own"
            : "");
    status = hand_out(maintain);
    if (status == STATUS_YES && status_of_it->awaited > 0)
        status = exchange(maintain);
    if (status == STATUS_YES && count_new(maintain) < status_of_it->needed) {
        complain("too few new cards: %u of %u", count_new(maintain),
            status_of_it->needed);
        return STATUS_NO;
    }
    maintain->again = false;
    return status;
}

/* Judge every file as it lies on the disk. */
static enum status
read_back(struct maintain *maintain)
{
    struct set *set = &maintain->set;
    enum status status = STATUS_YES;

    for (size_t i = 1; status == STATUS_YES && i < set_files(set); i++) {
        struct buffer bytes = BUFFER_INIT;
        keyshare_verdict verdict = KEYSHARE_VERDICT_NONE;
        keyshare_error error = KEYSHARE_OK;

        if (!set_has(set, i))
            continue;
        status = set_read_back(set, &bytes, i);
        if (status == STATUS_YES) {
            keyshare_image card = {bytes.bytes, bytes.len};

            error = keyshare_maintenance_read_back(
                maintain->operation, &verdict, &card);
        }
        buffer_free(&bytes);
        if (status == STATUS_YES && error != KEYSHARE_OK)
            return fail(error);
        /* A copy is good, too. */
        if (status == STATUS_YES && verdict != KEYSHARE_VERDICT_OK &&
            (i <= set->count || verdict != KEYSHARE_VERDICT_DUPLICATE)) {
            complain("a new card was read back, and is not good");
            status = STATUS_SYSTEM;
        }
    }
    return status;
}

static enum status
finish(struct maintain *maintain)
{
    const keyshare_maintenance_status *counted =
        keyshare_maintenance_status_of(maintain->operation);
    keyshare_error error;
    bool issued = issue_is_on(&maintain->cards);
    enum status status = issued ? STATUS_YES : read_back(maintain);

    if (status == STATUS_YES && !issued && maintain_is_interrupted())
        status = STATUS_SYSTEM;
    if (status != STATUS_YES)
        return status;
    say_step(&maintain->table.say,
        "Read back %s, and each judged: %u of %u good, %u needed",
        issued ? "from the cards" : "as they lie on the disk", counted->good,
        maintain->set.count, counted->needed);
    error = keyshare_maintenance_finish(maintain->operation, &maintain->record);
    return error == KEYSHARE_OK ? set_publish(&maintain->set, maintain->record)
                                : fail(error);
}

/* Where cards are issued their record comes before them. */
static enum status
begin_cards(struct maintain *maintain)
{
    const keyshare_record *record =
        keyshare_maintenance_record(maintain->operation);
    struct issue *issue = &maintain->cards;
    keyshare_policy policy = keyshare_record_policy(record);
    enum status status = set_put_record(&maintain->set, record);
    unsigned later = (unsigned)maintain->plan.later_count;

    /* Of an attempt before, no card was written. */
    issue->keep_count = 0;
    issue_keep(issue, maintain->table.record);
    issue_keep(issue, record);
    if (status == STATUS_YES) {
        issue_tell(
            issue, &policy, maintain->set.count - later, maintain->set.copies);
    }
    return status;
}

/* Cards that are issued are there, whatever comes then: enough of them are the
 * new set, and fewer are to be erased before it begins again. */
static enum status
settle(struct maintain *maintain, enum status status)
{
    const keyshare_maintenance_status *counted =
        keyshare_maintenance_status_of(maintain->operation);

    if (status == STATUS_YES || !issue_is_on(&maintain->cards) ||
        maintain->cards.cards == 0) {
        return status;
    }
    maintain->again = false;
    if (counted->good < counted->needed)
        return status;
    complain("not all new cards are written, but enough");
    return STATUS_YES;
}

static void
abandon(struct maintain *maintain)
{
    const keyshare_record *record =
        keyshare_maintenance_record(maintain->operation);
    bool issued = maintain->cards.cards > 0;

    if (issued && record != NULL) {
        set_end_early(&maintain->set, record);
        complain("the new record is abandoned, and the old set is untouched");
    }
    if (set_abandon(&maintain->set) == STATUS_YES && !issued) {
        complain("the new record is abandoned: its cards are erased, and the "
                 "old set is untouched; the next attempt makes a sibling of it "
                 "at the same epoch");
    }
}

enum status
renew_issue(struct maintain *maintain)
{
    enum status status = set_begin(&maintain->set);

    if (status != STATUS_YES) {
        complain("nothing was written, and the old set is untouched");
        return status;
    }
    if (issue_is_on(&maintain->cards))
        status = begin_cards(maintain);
    if (status == STATUS_YES)
        status = settle(maintain, write_cards(maintain));
    if (status == STATUS_YES)
        status = finish(maintain);
    /* One that exists already is in force, whatever failed behind it. */
    if (status == STATUS_YES || maintain->set.dir.folder < 0)
        return status;
    abandon(maintain);
    keyshare_record_free(&maintain->record);
    return status;
}

static void
say_missing(struct maintain *maintain)
{
    const struct set *set = &maintain->set;
    struct say *say = &maintain->table.say;
    bool is_missing[KEYSHARE_COUNT_MAX + 1] = {false};
    bool is_lost[KEYSHARE_COUNT_MAX + 1] = {false};
    unsigned missing = 0;
    unsigned lost = 0;
    struct shown list;

    for (unsigned i = 1; i <= set->count; i++) {
        is_missing[i] = !set->has_card[i];
        is_lost[i] = is_missing[i] && !maintain->is_late[i];
        missing += is_missing[i];
        lost += is_lost[i];
    }
    if (missing > 0) {
        say_step(say, "No new card is there of index %s: make it by repair",
            text_list(&list, is_missing, set->count));
        say_line(say,
            "keyshare repair --record %s/record.ks --index I %s CARD...",
            shown(&list, set->dir.path),
            issue_is_on(set->issue) ? "--cards pcsc:READER" : "--out CARD");
    }
    if (lost > 0) {
        complain("a card turned out bad, and no new card is there of index %s: "
                 "make it by repair in the new set",
            text_list(&list, is_lost, set->count));
    }
}

void
renew_say(struct maintain *maintain)
{
    const struct set *set = &maintain->set;
    struct say *say = &maintain->table.say;
    struct shown text;

    say_step(say, "Written to %s: record.ks%s %zu cards",
        shown(&text, set->dir.path),
        issue_is_on(set->issue) ? "; and in the reader" : ", and",
        set_cards(set));
    say_line(say, "the new record is in force:");
    say_record(say, maintain->record);
    say_step(say, "Fingerprint of the new record: read it aloud, compare, "
                  "sign");
    say_fingerprint(say, keyshare_record_fingerprint(maintain->record));
    say_missing(maintain);
}

enum status
renew_end(struct maintain *maintain, enum status status)
{
    /* Cards that were issued are there, whatever came then. */
    if ((status <= STATUS_NO || maintain->cards.cards > 0) &&
        maintain->table.say.quiet)
        maintain_json(maintain, maintain->record);
    if (status == STATUS_YES)
        maintain_end_answer(maintain->set.dir.path);
    maintain_close(maintain);
    return status;
}
