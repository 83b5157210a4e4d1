/* SPDX-License-Identifier: ISC */
/* Cards issued one by one in a reader. */
#include "issue.h"

#include <stdio.h>
#include <string.h>

#include "interrupt.h"
#include "place.h"
#include "prompt.h"
#include "text.h"

/* One card: what is to be on it. */
struct order {
    const keyshare_record *record;
    unsigned index;
    unsigned copy;
    keyshare_image image;
};

enum status
issue_open(struct issue *issue, const struct options *options, struct say *say)
{
    const char *path = options->value[OPTION_CARDS];

    memset(issue, 0, sizeof *issue);
    issue->path = path;
    issue->say = say;
    issue->force = options_given(options, OPTION_FORCE);
    if (path == NULL && issue->force) {
        return options_refuse(
            options, "--force is for --cards: no file is ever replaced");
    }
    if (path != NULL && !reader_is(path)) {
        struct shown text;

        return options_refuse(options, "--cards takes pcsc:READER, not \"%s\"",
            shown(&text, path));
    }
    return STATUS_YES;
}

bool
issue_is_on(const struct issue *issue)
{
    return issue != NULL && issue->path != NULL;
}

void
issue_keep(struct issue *issue, const keyshare_record *record)
{
    const uint8_t *fingerprint = keyshare_record_fingerprint(record);

    for (size_t i = 0; i < issue->keep_count; i++) {
        if (memcmp(issue->keep[i], fingerprint, sizeof issue->keep[i]) == 0)
            return;
    }
    memcpy(issue->keep[issue->keep_count++], fingerprint,
        KEYSHARE_FINGERPRINT_SIZE);
}

void
issue_tell(const struct issue *issue, const keyshare_policy *policy,
    unsigned count, unsigned copies)
{
    struct shown text;

    say_step(issue->say, "%u cards are to be written in %s, one by one",
        count * copies, shown(&text, issue->path));
    say_line(issue->say,
        "if this is cut off with %u holders' cards written, or more, the set "
        "is whole but for the others, which \"keyshare repair\" makes;",
        policy->threshold);
    say_line(issue->say,
        "with fewer it is none: erase them (keyshare card erase), and begin "
        "again. \"keyshare check\" tells");
}

/* ---- One card ---- */

static void
warn(const struct issue *issue, const keyshare_card_info *info)
{
    struct shown text;

    if (info->guard == KEYSHARE_CARD_GUARD_OPEN) {
        complain("%s: anyone can read the share on this card, without a PIN",
            shown(&text, issue->path));
    }
    if (info->record_omitted) {
        say_line(issue->say, "it has no room for the record, and holds the "
                             "share alone");
    }
}

static void
add(struct issue *issue, const struct order *order,
    const keyshare_card_info *info, const char *reader, const char *line)
{
    struct json *json = &issue->json;

    json_object(json, NULL);
    json_number(json, "index", order->index);
    json_number(json, "copy", order->copy);
    json_string(json, "reader", reader);
    json_string(json, "label", line);
    json_bool(json, "changed", info->changed != 0);
    json_bool(json, "record_omitted", info->record_omitted != 0);
    json_bool(json, "open", info->guard == KEYSHARE_CARD_GUARD_OPEN);
    json_object_end(json);
}

static void
tell(struct issue *issue, const struct order *order,
    const keyshare_card_info *info, const char *reader)
{
    char line[KEYSHARE_LABEL_LINE_SIZE] = "";

    if (keyshare_label_line(line, sizeof line, order->record, order->index) !=
        KEYSHARE_OK) {
        line[0] = '\0';
    }
    issue->holders += order->copy == 1;
    issue->cards++;
    if (order->copy == 1) {
        say_line(issue->say, "card %u: %s, and judged: good", order->index,
            info->changed ? "written, read back" : "was there, read");
    } else {
        say_line(issue->say, "card %u, copy %u: %s, and judged: good",
            order->index, order->copy,
            info->changed ? "written, read back" : "was there, read");
    }
    say_line(issue->say, "  bag: %s", line);
    warn(issue, info);
    add(issue, order, info, reader, line);
    (void)output_flush();
}

/* Read the card anew, and judge what was read. The card that verified its PIN
 * for writing does not ask again, as it was not let go of. */
static keyshare_error
read_back(const struct issue *issue, const struct order *order,
    const keyshare_card *card)
{
    keyshare_verdict verdict = KEYSHARE_VERDICT_NONE;
    keyshare_secret *image = NULL;
    keyshare_error error = keyshare_card_read(&image, NULL, card);

    if (error == KEYSHARE_OK) {
        const keyshare_image found = {
            keyshare_secret_reveal(image), keyshare_secret_len(image)};

        error = issue->judge(issue->context, &verdict, &found);
    }
    keyshare_secret_free(&image);
    if (error != KEYSHARE_OK)
        return error;
    /* A copy is good, too. */
    return verdict == KEYSHARE_VERDICT_OK ||
                   (order->copy > 1 && verdict == KEYSHARE_VERDICT_DUPLICATE)
               ? KEYSHARE_OK
               : KEYSHARE_ERR_DAMAGED;
}

static void
say_occupied(const struct issue *issue, const keyshare_card_info *info)
{
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
    struct shown text;
    const char *path = shown(&text, issue->path);
    bool is_kept = false;

    for (size_t i = 0; i < issue->keep_count; i++) {
        is_kept = is_kept || memcmp(issue->keep[i], info->fingerprint,
                                 sizeof issue->keep[i]) == 0;
    }
    if (info->has_wrapped) {
        complain("%s: a wrapped key is on that card", path);
    } else if (keyshare_fingerprint_hex(hex, info->fingerprint) ==
               KEYSHARE_OK) {
        complain("%s: that is card %u of the set %s%s", path, info->index, hex,
            is_kept ? ", which is in force, or is being written" : "");
    }
}

/* Try it with the card that comes next. */
static keyshare_error
attempt(struct issue *issue, const struct order *order, struct reader **reader)
{
    keyshare_card_write_options how = KEYSHARE_CARD_WRITE_INIT;
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    struct trouble trouble;
    struct shown text;
    char what[64];
    keyshare_error error;

    snprintf(what, sizeof what, "an empty card for index %u%s", order->index,
        order->copy > 1 ? ", a copy" : "");
    how.overwrite = issue->force;
    how.keep = issue->keep[0];
    how.keep_count = issue->keep_count;
    error = reader_take(reader, issue->path, READER_NEXT, what);
    if (error == KEYSHARE_OK) {
        error = keyshare_card_write(
            &info, reader_card(*reader), &order->image, &how);
    }
    if (error == KEYSHARE_ERR_CARD_OCCUPIED)
        say_occupied(issue, &info);
    if (error == KEYSHARE_OK)
        error = read_back(issue, order, reader_card(*reader));
    if (error == KEYSHARE_OK)
        error = place_guard(&info.guard, *reader);
    if (error == KEYSHARE_OK) {
        tell(issue, order, &info, reader_name(*reader));
    } else {
        trouble_with_card(&trouble, error, &info);
        complain("%s: card %u is not written: %s", shown(&text, issue->path),
            order->index, trouble.text);
    }
    reader_let_go(*reader);
    return error;
}

/* Whether another card, or the same one put in again, may help. */
static bool
is_of_this_card(keyshare_error error)
{
    return error == KEYSHARE_ERR_DAMAGED ||
           (keyshare_error_kind_of(error) == KEYSHARE_ERROR_KIND_CARD &&
               error != KEYSHARE_ERR_READER &&
               error != KEYSHARE_ERR_READER_BUSY);
}

static enum status
issue_image(struct issue *issue, const struct order *order)
{
    for (;;) {
        struct reader *reader;
        keyshare_error error = attempt(issue, order, &reader);

        if (error == KEYSHARE_OK)
            return STATUS_YES;
        if (interrupt_pending()) {
            complain("interrupted");
            return STATUS_SYSTEM;
        }
        if (!is_of_this_card(error) || reader_gave_up(reader))
            return STATUS_SYSTEM;
        if (error == KEYSHARE_ERR_CARD_PIN && prompt_is_over())
            return STATUS_NO;
    }
}

enum status
issue_card(struct issue *issue, const keyshare_record *record, unsigned index,
    unsigned copy, const keyshare_secret *share)
{
    struct order order = {record, index, copy, {NULL, 0}};
    keyshare_secret *image = NULL;
    keyshare_error error = keyshare_image_make(&image, record, share);
    enum status status;

    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    order.image.bytes = keyshare_secret_reveal(image);
    order.image.len = keyshare_secret_len(image);
    status = issue_image(issue, &order);
    keyshare_secret_free(&image);
    return status;
}

/* ---- The end ---- */

void
issue_explain(
    const struct issue *issue, const keyshare_policy *policy, const char *where)
{
    struct shown text;
    const char *path = shown(&text, where);

    if (issue->holders == 0) {
        complain("no card was written");
    } else if (issue->holders < policy->threshold) {
        complain("%u of %u cards are written, and %u would be needed: they are "
                 "no set; erase them (keyshare card erase), remove %s, and "
                 "begin again",
            issue->holders, policy->count, policy->threshold, path);
    } else {
        complain("%u of %u cards are written, which is enough: the others are "
                 "made by \"keyshare repair --record %s --cards ...\"",
            issue->holders, policy->count, path);
    }
}

void
issue_json(struct issue *issue, struct json *json)
{
    if (!issue_is_on(issue))
        return;
    json_array(json, "issued");
    buffer_add(&json->text, issue->json.text.bytes, issue->json.text.len);
    json_array_end(json);
}

void
issue_close(struct issue *issue)
{
    json_free(&issue->json);
}
