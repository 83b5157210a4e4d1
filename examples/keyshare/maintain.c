/* SPDX-License-Identifier: ISC */
/* What repair, refresh and reshare share: cards that come one at a time. */
#include "maintain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "interrupt.h"
#include "text.h"

/* A new card, as it was read back. */
static keyshare_error
judge_new(void *context, keyshare_verdict *verdict, const keyshare_image *card)
{
    struct maintain *maintain = context;

    return keyshare_maintenance_read_back(maintain->operation, verdict, card);
}

enum status
maintain_open(struct maintain *maintain, const struct options *options)
{
    const keyshare_plan empty = KEYSHARE_PLAN_INIT;
    struct table *table = &maintain->table;
    enum status status;

    maintain->set = (struct set)SET_INIT;
    maintain->target = (struct target)TARGET_INIT;
    maintain->set.issue = &maintain->cards;
    status = issue_open(&maintain->cards, options, &table->say);
    if (status != STATUS_YES) {
        memset(table, 0, sizeof *table);
        return status;
    }
    maintain->cards.judge = judge_new;
    maintain->cards.context = maintain;
    status = table_open(table, options);
    if (status != STATUS_YES)
        return status;
    maintain->named = calloc(table->count, sizeof *maintain->named);
    if (maintain->named == NULL) {
        complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
        return STATUS_SYSTEM;
    }
    maintain->plan = empty;
    maintain->plan.record = table->record;
    maintain->plan.expected = &table->expected;
    maintain->plan.present = maintain->present;
    return STATUS_YES;
}

enum status
maintain_terms(struct maintain *maintain)
{
    const struct options *options = maintain->table.options;
    keyshare_terms *terms = &maintain->terms;
    keyshare_error error;

    *terms = keyshare_record_terms(maintain->table.record);
    maintain->plan.terms = terms;
    if (options_given(options, OPTION_LABEL)) {
        terms->label = options->value[OPTION_LABEL];
        terms->label_len = strlen(terms->label);
    }
    error = keyshare_label_check(terms->label, terms->label_len);
    if (error != KEYSHARE_OK) {
        return options_refuse(
            options, "--label: %s", keyshare_error_text(error));
    }
    terms->time = (uint64_t)time(NULL);
    return options_number(options, OPTION_TIME, UINT64_MAX, &terms->time);
}

bool
maintain_is_interrupted(void)
{
    if (!interrupt_pending())
        return false;
    complain("interrupted");
    return true;
}

/* ---- Who is there ---- */

/* A card that is bad stays out; a copy may have to stand in for the first. */
static bool
is_out(const struct table *table, size_t place)
{
    keyshare_verdict verdict = table->verdicts[place];

    return verdict != KEYSHARE_VERDICT_NONE && verdict != KEYSHARE_VERDICT_OK &&
           verdict != KEYSHARE_VERDICT_DUPLICATE;
}

static enum status
judge_card(struct maintain *maintain, size_t place, bool *seen)
{
    struct table *table = &maintain->table;
    keyshare_verdict *verdict = &table->verdicts[place];
    unsigned index;
    keyshare_error error;

    table_read(table, place, 0);
    error = keyshare_verify(
        verdict, table->record, &table->expected, &table->images[place]);
    table_wipe(table, place);
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    index = table->indices[place];
    if (*verdict != KEYSHARE_VERDICT_OK)
        return STATUS_YES;
    if (seen[index]) {
        *verdict = KEYSHARE_VERDICT_DUPLICATE;
        return STATUS_YES;
    }
    seen[index] = true;
    if (index != maintain->plan.index) {
        maintain->present[maintain->present_count] = (uint8_t)index;
        maintain->places[maintain->present_count++] = place;
    }
    return STATUS_YES;
}

static void
name_cards(struct maintain *maintain)
{
    struct table *table = &maintain->table;

    for (size_t i = 0; i < table->count; i++) {
        table_list_card(table, i);
        if (!maintain->named[i])
            table_name_bad(table, i);
        maintain->named[i] = maintain->named[i] || is_out(table, i) ||
                             table->verdicts[i] == KEYSHARE_VERDICT_DUPLICATE;
    }
}

/* Judge the cards one at a time, as far as they are needed. */
static enum status
find_present(struct maintain *maintain)
{
    struct table *table = &maintain->table;
    unsigned needed = keyshare_record_policy(table->record).threshold;
    bool seen[KEYSHARE_COUNT_MAX + 1] = {false};
    enum status status = STATUS_YES;

    maintain->present_count = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (is_out(table, i))
            continue;
        table->verdicts[i] = KEYSHARE_VERDICT_NONE;
        table->troubles[i].status = STATUS_YES;
        table->indices[i] = 0;
        if (!maintain->all && maintain->present_count == needed)
            continue;
        if (maintain_is_interrupted())
            return STATUS_SYSTEM;
        status = judge_card(maintain, i, seen);
        if (status != STATUS_YES)
            return status;
    }
    maintain->plan.present_count = maintain->present_count;
    say_step(&table->say,
        "Each card judged alone against the record, and wiped before the next");
    name_cards(maintain);
    say_line(
        &table->say, "%zu good, %u needed", maintain->present_count, needed);
    if (maintain->present_count >= needed)
        return STATUS_YES;
    complain("too few good cards: %zu of %u; nothing was made, and the old set "
             "is untouched",
        maintain->present_count, needed);
    return STATUS_NO;
}

/* ---- One card after the other ---- */

/* What a card turned out to be that was good before. */
static enum status
name_turned(struct maintain *maintain, size_t place, keyshare_verdict verdict)
{
    maintain->table.verdicts[place] = verdict;
    table_name_bad(&maintain->table, place);
    maintain->named[place] = true;
    maintain->again = true;
    return STATUS_NO;
}

/* Whether the card that was put into a reader is that one, as far as it says
 * so before it has its PIN. What cannot be told is left to whoever reads it. */
static bool
is_another(const char *path, size_t place, unsigned index)
{
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    struct buffer bytes = BUFFER_INIT;
    struct trouble trouble;
    char what[64];
    enum status status;

    snprintf(what, sizeof what, "card %u again", index);
    status = place_look(&bytes, &info, path, place, what, &trouble);
    buffer_free(&bytes);
    return status == STATUS_YES && info.has_share && info.index != index;
}

/* Read the card of that index again. Where a reader is given another one, it
 * asks once more. */
static void
read_again(struct maintain *maintain, size_t place, unsigned index)
{
    struct table *table = &maintain->table;
    const char *path = table->options->files[place];
    struct shown text;

    while (reader_is(path) && is_another(path, place, index) &&
           !interrupt_pending()) {
        complain("%s: that is not card %u", shown(&text, path), index);
        reader_refuse(path);
    }
    table_read(table, place, index);
}

enum status
maintain_present(struct maintain *maintain, size_t which)
{
    struct table *table = &maintain->table;
    size_t place = maintain->places[which];
    keyshare_verdict verdict;
    keyshare_error error;

    if (maintain_is_interrupted())
        return STATUS_SYSTEM;
    read_again(maintain, place, maintain->present[which]);
    /* Another good card in its place is not what was judged. */
    if (table_is_unread(table, place) ||
        table->indices[place] != maintain->present[which]) {
        table_wipe(table, place);
        return name_turned(maintain, place, KEYSHARE_VERDICT_DAMAGED);
    }
    error = keyshare_maintenance_present(
        maintain->operation, &verdict, &table->images[place]);
    table_wipe(table, place);
    if (error == KEYSHARE_ERR_QUORUM ||
        (error == KEYSHARE_OK && verdict != KEYSHARE_VERDICT_OK)) {
        return name_turned(maintain, place, verdict);
    }
    if (error == KEYSHARE_ERR_MISMATCH) {
        complain("the good cards are inconsistent: the dealing was bad; "
                 "nothing was made");
        return STATUS_NO;
    }
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    return STATUS_YES;
}

/* Round one. */
static enum status
collect(struct maintain *maintain)
{
    struct say *say = &maintain->table.say;
    enum status status = STATUS_YES;

    say_step(say, "Each card used by itself, and wiped before the next");
    for (size_t i = 0;
         status == STATUS_YES &&
         keyshare_maintenance_status_of(maintain->operation)->phase ==
             KEYSHARE_PHASE_COLLECTING;
         i++) {
        status = maintain_present(maintain, i);
        if (status == STATUS_YES)
            say_line(say, "card %u", maintain->present[i]);
    }
    if (status != STATUS_YES) {
        complain("nothing was made, and the old set is untouched");
    }
    return status;
}

static enum status
begin(struct maintain *maintain)
{
    keyshare_error error =
        maintain->begin(&maintain->operation, &maintain->plan);

    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    maintain->tell(maintain);
    /* What was not heard was not told. */
    return output_flush() ? STATUS_YES : STATUS_SYSTEM;
}

static enum status
attempt(struct maintain *maintain)
{
    enum status status = find_present(maintain);

    if (status == STATUS_YES && maintain->allow != NULL)
        status = maintain->allow(maintain);
    if (status == STATUS_YES)
        status = begin(maintain);
    if (status == STATUS_YES)
        status = collect(maintain);
    if (status == STATUS_YES)
        status = maintain->issue(maintain);
    keyshare_maintenance_free(&maintain->operation);
    return status;
}

enum status
maintain_run(struct maintain *maintain)
{
    enum status status;

    /* Each time a card is out that was not: it comes to an end. */
    for (;;) {
        maintain->again = false;
        status = attempt(maintain);
        if (status != STATUS_NO || !maintain->again)
            return status;
        complain("beginning again with the others");
    }
}

/* ---- The answer ---- */

static void
add_path(struct json *json, char *path)
{
    if (path == NULL) {
        json->text.failed = true;
    } else {
        json_string(json, NULL, path);
    }
    free(path);
}

void
maintain_json(struct maintain *maintain, const keyshare_record *record)
{
    const struct set *set = &maintain->set;
    const struct target *target = &maintain->target;
    struct json json = JSON_INIT;
    const uint8_t *fingerprint =
        record != NULL ? keyshare_record_fingerprint(record) : NULL;
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    bool has_words = fingerprint != NULL && keyshare_fingerprint_words(words,
                                                fingerprint) == KEYSHARE_OK;

    json_object(&json, NULL);
    json_hex(&json, "record", fingerprint, KEYSHARE_FINGERPRINT_SIZE);
    json_string(&json, "words", has_words ? words : NULL);
    json_array(&json, "files");
    for (size_t i = 0; maintain->record != NULL && i < set_files(set); i++) {
        if (set_has(set, i))
            add_path(&json, set_path(set, i));
    }
    for (unsigned i = 1; i <= target->published; i++)
        add_path(&json, target_path(target, i));
    json_array_end(&json);
    issue_json(&maintain->cards, &json);
    table_json_cards(&maintain->table, &json);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

void
maintain_end_answer(const char *path)
{
    struct shown text;

    if (!output_flush()) {
        complain("%s: it is there, but the answer could not be written",
            shown(&text, path));
    }
}

void
maintain_close(struct maintain *maintain)
{
    keyshare_maintenance_free(&maintain->operation);
    keyshare_record_free(&maintain->record);
    free(maintain->named);
    maintain->named = NULL;
    set_close(&maintain->set);
    target_close(&maintain->target);
    issue_close(&maintain->cards);
    table_clear(&maintain->table);
}
