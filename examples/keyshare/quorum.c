/* SPDX-License-Identifier: ISC */
/* Cards for a device's task, one by one. */
#include "quorum.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "place.h"
#include "text.h"

struct quorum_card {
    char *path;
    struct trouble trouble; /* why it could not be read */
    unsigned index;
    keyshare_verdict verdict; /* NONE: unused */
};

void
quorum_open(struct quorum *quorum, const struct options *options,
    struct device *device, size_t first)
{
    memset(quorum, 0, sizeof *quorum);
    quorum->options = options;
    quorum->device = device;
    quorum->say.quiet = options_given(options, OPTION_JSON);
    quorum->given = options->files + first;
    quorum->given_count = options->file_count - first;
    quorum->asks = quorum->given_count == 0 && isatty(STDIN_FILENO) == 1;
}

enum status
quorum_has_cards(const struct quorum *quorum)
{
    if (quorum->given_count > 0 || quorum->asks)
        return STATUS_YES;
    return options_refuse(
        quorum->options, "no card is given, and no terminal to ask for them");
}

static enum status
fail(keyshare_error error)
{
    complain("%s", keyshare_error_text(error));
    return status_of(error);
}

/* ---- k of M ---- */

/* As the device says it while it collects. */
static void
count(struct quorum *quorum)
{
    const keyshare_activation_status *now = device_status(quorum->device);

    if (now->task == KEYSHARE_TASK_NONE)
        return;
    if (now->authorised)
        quorum->authorised = true;
    quorum->accepted = quorum->counts_own ? now->own_accepted : now->accepted;
    quorum->needed = quorum->counts_own ? now->own_needed : now->needed;
}

/* The last card ended it, and it is no more the device that says it. */
static void
count_last(struct quorum *quorum, const keyshare_outcome *outcome)
{
    if (outcome->ending != KEYSHARE_ENDING_DONE)
        return;
    quorum->authorised = true;
    if ((outcome->own != 0) == quorum->counts_own) {
        quorum->accepted = outcome->accepted;
        quorum->needed = outcome->needed;
    }
}

/* ---- Begin ---- */

static enum status
refuse(const struct quorum *quorum, keyshare_error error)
{
    const keyshare_activation_status *now = device_status(quorum->device);
    struct shown text;
    const char *path = shown(&text, quorum->device->path);

    switch (error) {
    case KEYSHARE_ERR_LIMIT:
        complain("%s: locked for %" PRIu32 " s", path, now->lock);
        return STATUS_NO;
    case KEYSHARE_ERR_STATE:
        complain("%s: nothing is enrolled whose cards could do that", path);
        return STATUS_NO;
    case KEYSHARE_ERR_ROLE:
        complain("%s: not enrolled: a CO or SO record is needed, and a "
                 "successor in the role of what it follows",
            path);
        return STATUS_NO;
    case KEYSHARE_ERR_KEY_LENGTH:
        complain("%s: not enrolled: the set's key has fewer than %d bytes",
            path, KEYSHARE_ACTIVATION_KEY_LEN_MIN);
        return STATUS_NO;
    case KEYSHARE_ERR_SPACE:
    case KEYSHARE_ERR_LINEAGE:
    case KEYSHARE_ERR_UNEXPECTED:
        complain("%s: not enrolled: %s", path, keyshare_error_text(error));
        return STATUS_NO;
    default: return fail(error);
    }
}

enum status
quorum_begin(struct quorum *quorum, const keyshare_request *request)
{
    keyshare_error error = keyshare_activation_begin(
        quorum->device->activation, request, device_now());

    if (error != KEYSHARE_OK)
        return refuse(quorum, error);
    quorum->counts_own = request->task == KEYSHARE_TASK_ENROL &&
                         device_status(quorum->device)->authorised;
    count(quorum);
    return STATUS_YES;
}

/* ---- A card ---- */

static const char *
word_for(const struct quorum_card *card)
{
    if (card->trouble.status != STATUS_YES)
        return "unreadable";
    if (card->verdict == KEYSHARE_VERDICT_NONE)
        return "unused";
    return keyshare_verdict_text(card->verdict);
}

/* A line for people, and what is wrong with a card on standard error. */
static void
name_card(struct quorum *quorum, const struct quorum_card *card)
{
    const char *word = word_for(card);
    struct shown text;
    const char *path = shown(&text, card->path);
    const char *why = card->trouble.status != STATUS_YES
                          ? card->trouble.text
                          : keyshare_verdict_explain(card->verdict);
    char index[sizeof "4294967295"] = "?";

    if (card->index > 0)
        snprintf(index, sizeof index, "%u", card->index);
    say_line(&quorum->say, "%-11s card %-3s %s", word, index, path);
    if (card->trouble.status != STATUS_YES ||
        (card->verdict != KEYSHARE_VERDICT_OK &&
            card->verdict != KEYSHARE_VERDICT_NONE))
        complain("%s: card %s is %s: %s", path, index, word, why);
}

static enum status
present(
    struct quorum *quorum, struct quorum_card *card, const struct buffer *bytes)
{
    const keyshare_image image = {bytes->bytes, bytes->len};
    keyshare_outcome outcome = KEYSHARE_OUTCOME_INIT;
    keyshare_error error = keyshare_activation_present(
        quorum->device->activation, &outcome, &image, device_now());

    card->verdict = outcome.verdict;
    if (card->verdict != KEYSHARE_VERDICT_DAMAGED)
        card->index = outcome.index;
    count(quorum);
    count_last(quorum, &outcome);
    if (error == KEYSHARE_ERR_MISMATCH) {
        complain("%s", keyshare_error_text(error));
        return STATUS_YES;
    }
    /* Its time was over before this card. */
    if (error == KEYSHARE_ERR_LIMIT)
        return STATUS_YES;
    return error == KEYSHARE_OK ? STATUS_YES : fail(error);
}

static enum status
take_card(struct quorum *quorum, struct quorum_card *card)
{
    struct buffer bytes = BUFFER_INIT;
    enum status status = STATUS_YES;

    if (place_load(&bytes, card->path, (size_t)(card - quorum->cards),
            "the next card", &card->trouble) == STATUS_YES) {
        /* Larger than any card: judged as if it were empty, damaged. */
        if (bytes.len > KEYSHARE_IMAGE_SIZE_MAX)
            buffer_free(&bytes);
        status = present(quorum, card, &bytes);
    }
    buffer_free(&bytes);
    if (status == STATUS_YES)
        name_card(quorum, card);
    return status == STATUS_YES ? device_commit(quorum->device) : status;
}

/* ---- Card after card ---- */

/* A place for one more card; takes PATH over, if it was typed. */
static struct quorum_card *
add_card(struct quorum *quorum, char *path)
{
    struct quorum_card *cards =
        realloc(quorum->cards, (quorum->count + 1) * sizeof *cards);

    if (cards == NULL) {
        (void)fail(KEYSHARE_ERR_MEMORY);
        return NULL;
    }
    quorum->cards = cards;
    cards += quorum->count++;
    *cards =
        (struct quorum_card){path, {STATUS_YES, ""}, 0, KEYSHARE_VERDICT_NONE};
    return cards;
}

/* Ask for the next card; NULL: there is no more. */
static char *
ask(const struct quorum *quorum)
{
    const keyshare_activation_status *now = device_status(quorum->device);
    size_t size = 0;
    char *line = NULL;
    ssize_t len;

    (void)output_flush();
    if (now->task == KEYSHARE_TASK_ENROL && now->authorised) {
        fprintf(stderr,
            "Next card of the new set, please: %u of %u accepted (an empty "
            "line leaves it pending): ",
            now->own_accepted, now->own_needed);
    } else if (now->needed > 0) {
        fprintf(stderr, "Next card, please: %u of %u accepted: ", now->accepted,
            now->needed);
    } else {
        fprintf(stderr, "Next card, please: %u accepted: ", now->accepted);
    }
    (void)fflush(stderr);
    len = getline(&line, &size, stdin);
    if (len > 0 && line[len - 1] == '\n')
        line[--len] = '\0';
    if (len <= 0) {
        free(line);
        return NULL;
    }
    return line;
}

static enum status
collect(struct quorum *quorum)
{
    const keyshare_activation_status *now = device_status(quorum->device);
    enum status status = STATUS_YES;

    for (size_t i = 0; status == STATUS_YES; i++) {
        const bool is_over = now->task == KEYSHARE_TASK_NONE;
        struct quorum_card *card;
        char *path = NULL;

        if (i < quorum->given_count) {
            path = quorum->given[i];
        } else if (quorum->asks && !is_over) {
            path = ask(quorum);
        }
        if (path == NULL)
            break;
        card = add_card(quorum, path);
        if (card == NULL) {
            status = STATUS_SYSTEM;
        } else if (is_over) {
            name_card(quorum, card);
        } else {
            status = take_card(quorum, card);
        }
    }
    return status;
}

/* Why it ended before it was done. */
static void
explain_ending(const struct quorum *quorum)
{
    const keyshare_activation_status *now = device_status(quorum->device);

    switch (now->ending) {
    case KEYSHARE_ENDING_EXPIRED:
        complain("the time for collecting was over; locked for %" PRIu32 " s",
            now->lock);
        break;
    case KEYSHARE_ENDING_LIMIT:
        complain("%" PRIu32 " invalid cards in a row: locked for %" PRIu32 " s",
            now->limits.invalid, now->lock);
        break;
    case KEYSHARE_ENDING_CANCELLED:
        if (quorum->authorised)
            break;
        if (quorum->needed > 0) {
            complain("too few cards: %u of %u accepted", quorum->accepted,
                quorum->needed);
        } else {
            complain("too few cards: %u accepted", quorum->accepted);
        }
        break;
    case KEYSHARE_ENDING_NONE:
    case KEYSHARE_ENDING_DONE:
    case KEYSHARE_ENDING_MISMATCH:
    case KEYSHARE_ENDING_TAMPER: break;
    }
}

enum status
quorum_collect(struct quorum *quorum)
{
    const keyshare_activation_status *now = device_status(quorum->device);
    enum status status;

    if (quorum->given_count > 0 || quorum->asks)
        say_step(&quorum->say, "Each card judged alone as it comes");
    status = collect(quorum);
    if (now->task != KEYSHARE_TASK_NONE) {
        keyshare_error error = keyshare_activation_cancel(
            quorum->device->activation, device_now());

        /* STATE: its time was over meanwhile. */
        if (error != KEYSHARE_OK && error != KEYSHARE_ERR_STATE)
            return fail(error);
        if (status == STATUS_YES)
            status = device_commit(quorum->device);
    }
    if (status == STATUS_YES)
        explain_ending(quorum);
    return status;
}

void
quorum_print_json(const struct quorum *quorum)
{
    struct json json = JSON_INIT;

    json_object(&json, NULL);
    json_string(&json, "state", device_state(quorum->device));
    json_array(&json, "cards");
    for (size_t i = 0; i < quorum->count || i < quorum->given_count; i++) {
        const struct quorum_card unused = {
            i < quorum->given_count ? quorum->given[i] : NULL, {STATUS_YES, ""},
            0, KEYSHARE_VERDICT_NONE};
        const struct quorum_card *card =
            i < quorum->count ? &quorum->cards[i] : &unused;

        json_object(&json, NULL);
        json_string(&json, "path", card->path);
        if (card->index > 0) {
            json_number(&json, "index", card->index);
        } else {
            json_null(&json, "index");
        }
        json_string(&json, "verdict", word_for(card));
        json_object_end(&json);
    }
    json_array_end(&json);
    json_number(&json, "accepted", quorum->accepted);
    if (quorum->needed > 0) {
        json_number(&json, "needed", quorum->needed);
    } else {
        json_null(&json, "needed");
    }
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

void
quorum_close(struct quorum *quorum)
{
    /* Those that were typed are ours. */
    for (size_t i = quorum->given_count; i < quorum->count; i++)
        free(quorum->cards[i].path);
    free(quorum->cards);
    quorum->cards = NULL;
    quorum->count = 0;
}
