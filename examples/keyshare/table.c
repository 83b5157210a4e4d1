/* SPDX-License-Identifier: ISC */
/* What lies on the table when cards are judged. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record_file.h"
#include "text.h"

/* What the record is expected to be; only the command line is looked at. */
static enum status
expect(struct table *table)
{
    const struct options *options = table->options;
    const char *text = options->value[OPTION_EXPECT];

    if (!options_given(options, OPTION_RECORD))
        return options_refuse(options, "--record is missing");
    if (options->file_count == 0)
        return options_refuse(options, "no card is given");
    if (text != NULL) {
        if (keyshare_fingerprint_parse(
                table->fingerprint, text, strlen(text)) != KEYSHARE_OK) {
            return options_refuse(options,
                "--expect takes a fingerprint: 64 hex digits, or its 32 "
                "words as one argument");
        }
        table->expected.fingerprint = table->fingerprint;
    }
    return options_role(options, OPTION_EXPECT_ROLE, &table->expected.role);
}

static enum status
load_known(struct table *table)
{
    const struct options *options = table->options;

    table->known = calloc(options->known_count + 1, sizeof *table->known);
    if (table->known == NULL) {
        complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
        return STATUS_SYSTEM;
    }
    for (size_t i = 0; i < options->known_count; i++) {
        enum status status =
            record_load(&table->known[i], options->known[i], READER_ANY);

        if (status != STATUS_YES)
            return status;
        table->known_count++;
    }
    table->expected.known = (const keyshare_record *const *)table->known;
    table->expected.known_count = table->known_count;
    return STATUS_YES;
}

/* Whether the record is the one that was expected. */
static enum status
authenticate(struct table *table)
{
    const char *path = table->options->value[OPTION_RECORD];
    const uint8_t *fingerprint = keyshare_record_fingerprint(table->record);
    int role = (int)keyshare_record_policy(table->record).role;
    struct shown text;

    if (table->expected.fingerprint != NULL &&
        memcmp(table->fingerprint, fingerprint, sizeof table->fingerprint) !=
            0) {
        complain("%s: not the record that was expected: its fingerprint is "
                 "another",
            shown(&text, path));
        return STATUS_NO;
    }
    if (table->expected.role != KEYSHARE_ROLE_ANY &&
        table->expected.role != role) {
        complain("%s: not the record that was expected: its role is %s, not %s",
            shown(&text, path), keyshare_role_text((keyshare_role)role),
            keyshare_role_text((keyshare_role)table->expected.role));
        return STATUS_NO;
    }
    table->authenticated = table->expected.fingerprint != NULL;
    return STATUS_YES;
}

/* Say which record it is, and whether anybody vouched for it. */
static void
introduce(struct table *table, bool trusted)
{
    struct say *say = &table->say;
    const uint8_t *fingerprint = keyshare_record_fingerprint(table->record);
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    struct shown text;

    say_step(
        say, "Record %s", shown(&text, table->options->value[OPTION_RECORD]));
    say_record(say, table->record);
    say_bytes(say, "fingerprint", fingerprint, KEYSHARE_FINGERPRINT_SIZE);
    if (!trusted) {
        say_line(say, "NOT the expected record: nothing was done");
    } else if (table->authenticated) {
        say_line(say, "record authenticated: its fingerprint is the expected "
                      "one");
    } else if (keyshare_fingerprint_words(words, fingerprint) == KEYSHARE_OK) {
        say_line(say, "record not authenticated: compare %s", words);
    }
}

static enum status
make_room(struct table *table, size_t count)
{
    table->files = calloc(count, sizeof *table->files);
    table->images = calloc(count, sizeof *table->images);
    table->troubles = calloc(count, sizeof *table->troubles);
    table->indices = calloc(count, sizeof *table->indices);
    table->verdicts = calloc(count, sizeof *table->verdicts);
    if (table->files == NULL || table->images == NULL ||
        table->troubles == NULL || table->indices == NULL ||
        table->verdicts == NULL) {
        complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
        return STATUS_SYSTEM;
    }
    table->count = count;
    return STATUS_YES;
}

void
table_read(struct table *table, size_t i, unsigned again)
{
    struct buffer *file = &table->files[i];
    char what[64];

    if (again > 0) {
        snprintf(what, sizeof what, "card %u again", again);
    } else {
        snprintf(what, sizeof what, "the next card (%zu of %zu)", i + 1,
            table->count);
    }
    (void)place_load(
        file, table->options->files[i], i, what, &table->troubles[i]);
    if (table_is_unread(table, i) || file->len > KEYSHARE_IMAGE_SIZE_MAX)
        buffer_free(file);
    table->images[i].bytes = file->bytes;
    table->images[i].len = file->len;
    if (keyshare_image_share(&table->indices[i], NULL, &table->images[i]) !=
        KEYSHARE_OK) {
        table->indices[i] = 0;
    }
}

bool
table_is_unread(const struct table *table, size_t i)
{
    return table->troubles[i].status != STATUS_YES;
}

void
table_wipe(struct table *table, size_t i)
{
    buffer_free(&table->files[i]);
    table->images[i].bytes = NULL;
    table->images[i].len = 0;
}

enum status
table_open(struct table *table, const struct options *options)
{
    const keyshare_expected nothing = KEYSHARE_EXPECTED_INIT;
    enum status status;

    memset(table, 0, sizeof *table);
    table->options = options;
    table->expected = nothing;
    table->say.quiet = options_given(options, OPTION_JSON);
    status = expect(table);
    if (status != STATUS_YES)
        return status;
    status =
        record_load(&table->record, options->value[OPTION_RECORD], READER_ANY);
    if (status != STATUS_YES)
        return status;
    status = authenticate(table);
    introduce(table, status == STATUS_YES);
    if (status == STATUS_YES)
        status = load_known(table);
    if (status == STATUS_YES)
        status = make_room(table, options->file_count);
    return status;
}

enum status
table_lay(struct table *table, const struct options *options)
{
    enum status status = table_open(table, options);

    for (size_t i = 0; status == STATUS_YES && i < table->count; i++)
        table_read(table, i, 0);
    return status;
}

size_t
table_good(const struct table *table)
{
    size_t good = 0;

    for (size_t i = 0; i < table->count; i++) {
        if (table->verdicts[i] == KEYSHARE_VERDICT_OK)
            good++;
    }
    return good;
}

/* The verdict, or one of the command's own words. */
static const char *
word_for(const struct table *table, size_t i)
{
    if (table_is_unread(table, i))
        return "unreadable";
    if (table->verdicts[i] == KEYSHARE_VERDICT_NONE)
        return "unused";
    return keyshare_verdict_text(table->verdicts[i]);
}

/* The card's index; 0 where there is none to be had. */
static unsigned
index_of(const struct table *table, size_t i)
{
    return table->verdicts[i] == KEYSHARE_VERDICT_DAMAGED ? 0
                                                          : table->indices[i];
}

void
table_list_card(struct table *table, size_t i)
{
    const char *word = word_for(table, i);
    unsigned index = index_of(table, i);
    struct shown text;
    const char *path = shown(&text, table->options->files[i]);

    if (index > 0) {
        say_line(&table->say, "%-11s card %-3u %s", word, index, path);
    } else {
        say_line(&table->say, "%-11s card ?   %s", word, path);
    }
}

void
table_name_bad(const struct table *table, size_t i)
{
    const char *word = word_for(table, i);
    unsigned index = index_of(table, i);
    const char *why = table_is_unread(table, i)
                          ? table->troubles[i].text
                          : keyshare_verdict_explain(table->verdicts[i]);
    struct shown text;
    const char *path = shown(&text, table->options->files[i]);

    if (!table_is_unread(table, i) &&
        (table->verdicts[i] == KEYSHARE_VERDICT_OK ||
            table->verdicts[i] == KEYSHARE_VERDICT_NONE)) {
        return;
    }
    if (index > 0) {
        complain("%s: card %u is %s: %s", path, index, word, why);
    } else {
        complain("%s: card is %s: %s", path, word, why);
    }
}

void
table_name_cards(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        table_list_card(table, i);
        table_name_bad(table, i);
    }
}

void
table_json_cards(const struct table *table, struct json *json)
{
    json_array(json, "cards");
    for (size_t i = 0; i < table->count; i++) {
        unsigned index = index_of(table, i);

        json_object(json, NULL);
        json_string(json, "path", table->options->files[i]);
        if (index > 0) {
            json_number(json, "index", index);
        } else {
            json_null(json, "index");
        }
        json_string(json, "verdict", word_for(table, i));
        json_object_end(json);
    }
    json_array_end(json);
}

void
table_json(const struct table *table, struct json *json)
{
    json_hex(json, "record",
        table->record != NULL ? keyshare_record_fingerprint(table->record)
                              : NULL,
        KEYSHARE_FINGERPRINT_SIZE);
    json_bool(json, "authenticated", table->authenticated);
    table_json_cards(table, json);
}

void
table_clear(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        buffer_free(&table->files[i]);
    for (size_t i = 0; i < table->known_count; i++)
        keyshare_record_free(&table->known[i]);
    keyshare_record_free(&table->record);
    free(table->known);
    free(table->files);
    free(table->images);
    free(table->troubles);
    free(table->indices);
    free(table->verdicts);
    memset(table, 0, sizeof *table);
}
