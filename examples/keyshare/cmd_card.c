/* SPDX-License-Identifier: ISC */
/* keyshare card: look at one card, read it, write it, erase it. */
#include <string.h>

#include "found.h"
#include "interrupt.h"
#include "output.h"
#include "target.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_CARD,
    OPTION_FLAG("force", FORCE), OPTION("image", IMAGE), OPTION("out", OUT),
    OPTION_END};

static const char help[] =
    "usage: keyshare card info  [--json] CARD\n"
    "       keyshare card read  [--json] [--pin-fd N] --out FILE CARD\n"
    "       keyshare card write [--json] [--pin-fd N] [--force] --image FILE "
    "CARD\n"
    "       keyshare card erase [--json] [--pin-fd N] CARD\n"
    "\n"
    "One card, in a reader (see keyshare readers). For example, a file to a\n"
    "card, and what is on it then:\n"
    "\n"
    "    keyshare card write --image set/card-3.ks pcsc:0\n"
    "    keyshare card info pcsc:0\n"
    "\n"
    "info   what is on the card: no PIN is asked for, and no secret shown\n"
    "read   the card image, to a new file, which is then worth the card\n"
    "write  a card image, or a wrapped key; it is read back. Written again,\n"
    "       nothing changes; a card that was torn out is mended by it\n"
    "erase  says what was on the card. It overwrites, which a chip may do in\n"
    "       another place: an erased card is not a destroyed one\n"
    "\n"
    "A PIN is asked for on the terminal, when the card does, and never tried\n"
    "twice.\n"
    "\n"
    "  --image FILE  what is written\n"
    "  --out FILE    where to; must not exist yet\n"
    "  --force       write over whatever image is on the card\n"
    "  --pin-fd N    the PIN is a line of this file descriptor\n"
    "  --json        one JSON object instead of text\n"
    "\n"
    "Exit status: 0 done; 1 the answer is no: the card is torn, holds another\n"
    "image or, for read, is empty, the PIN was wrong or is locked; 2 wrong use,\n"
    "3 the card, its reader or a file failed.\n";

/* What is done, and what comes of it. */
struct task {
    const struct options *options;
    struct say say;
    const char *path; /* of the card */
    struct reader *reader;
    struct found found; /* what is on the card, or was */
    struct target target;
    struct trouble trouble;
    bool changed;
    bool omitted; /* the record, for want of room */
};

/* Whether the card did it; says so if not. */
static enum status
settle(struct task *task, keyshare_error error, const keyshare_card_info *info)
{
    struct shown text;

    if (error == KEYSHARE_OK)
        return STATUS_YES;
    trouble_with_card(&task->trouble, error, info);
    complain("%s: %s", shown(&text, task->path), task->trouble.text);
    return task->trouble.status;
}

static enum status
take(struct task *task)
{
    return settle(task,
        reader_take(&task->reader, task->path, READER_ANY, "the card"), NULL);
}

static const char *
state_text(keyshare_card_state state)
{
    switch (state) {
    case KEYSHARE_CARD_EMPTY: return "empty";
    case KEYSHARE_CARD_WHOLE: return "whole";
    case KEYSHARE_CARD_INCOMPLETE: return "incomplete";
    case KEYSHARE_CARD_NONE: break;
    }
    return NULL;
}

static const char *
guard_text(keyshare_card_guard guard)
{
    switch (guard) {
    case KEYSHARE_CARD_GUARD_PIN: return "pin";
    case KEYSHARE_CARD_GUARD_OPEN: return "open";
    case KEYSHARE_CARD_GUARD_UNKNOWN: break;
    }
    return NULL;
}

/* ---- Info ---- */

static void
say_card(struct task *task)
{
    const struct found *found = &task->found;
    struct say *say = &task->say;
    struct shown text;

    say_step(say, "%s: %s", shown(&text, reader_name(task->reader)),
        state_text(found->info.state));
    found_say(say, found);
    if (found->info.guard == KEYSHARE_CARD_GUARD_PIN)
        say_line(say, "the share is read with the PIN alone");
    if (found->info.guard == KEYSHARE_CARD_GUARD_OPEN) {
        say_line(say, "the share can be read WITHOUT a PIN");
        complain("%s: anyone can read the share on this card, without a PIN",
            shown(&text, task->path));
    }
    if (found->info.tries != KEYSHARE_CARD_TRIES_UNKNOWN)
        say_line(say, "PIN tries left: %d", found->info.tries);
    if (found->info.state == KEYSHARE_CARD_INCOMPLETE)
        say_line(say, "write it again, or erase it");
}

static enum status
look(struct task *task)
{
    struct found *found = &task->found;
    keyshare_secret *open = NULL;
    struct shown text;
    enum status status = take(task);

    if (status == STATUS_YES) {
        status = settle(task,
            keyshare_card_inspect(
                &found->info, &open, reader_card(task->reader)),
            &found->info);
    }
    if (status == STATUS_YES) {
        found_take_open(found, open);
        say_card(task);
        if (found->error != NULL)
            complain("%s: %s", shown(&text, task->path), found->error);
        status = found->status;
    }
    keyshare_secret_free(&open);
    return status;
}

/* ---- Read ---- */

static enum status
write_file(struct task *task, const keyshare_secret *image)
{
    struct shown text;
    enum status status;

    interrupt_hold();
    status = target_write(&task->target, keyshare_secret_reveal(image),
        keyshare_secret_len(image));
    if (status == STATUS_YES)
        status = target_publish(&task->target);
    if (status == STATUS_YES) {
        say_step(&task->say, "Read, and written to %s: %zu bytes",
            shown(&text, task->target.path), keyshare_secret_len(image));
        found_say(&task->say, &task->found);
    }
    return status;
}

static enum status
read_card(struct task *task)
{
    struct found *found = &task->found;
    keyshare_secret *image = NULL;
    enum status status = target_open(
        &task->target, task->options, task->options->value[OPTION_OUT], 1);

    if (status == STATUS_YES)
        status = take(task);
    if (status == STATUS_YES) {
        status = settle(task,
            keyshare_card_read(&image, &found->info, reader_card(task->reader)),
            &found->info);
    }
    if (status == STATUS_YES) {
        found_take(found, image);
        status = write_file(task, image);
    }
    keyshare_secret_free(&image);
    return status;
}

/* ---- Write ---- */

static enum status
load_image(struct task *task, struct buffer *bytes)
{
    const char *path = task->options->value[OPTION_IMAGE];
    struct trouble trouble;
    struct shown text;

    if (reader_is(path)) {
        return options_refuse(
            task->options, "--image takes a file: read the other card first");
    }
    if (place_load(bytes, path, READER_ANY, "", &trouble) != STATUS_YES) {
        complain("%s: %s", shown(&text, path), trouble.text);
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

static void
say_written(struct task *task)
{
    struct say *say = &task->say;
    struct found *found = &task->found;
    char line[KEYSHARE_LABEL_LINE_SIZE];
    struct shown text;

    say_step(say, "%s: %s", shown(&text, reader_name(task->reader)),
        task->changed ? "written, and read back"
                      : "that is on it already; nothing was changed");
    found_say(say, found);
    if (task->omitted)
        say_line(say, "the card has no room for the record: it holds the share "
                      "alone");
    if (found->info.guard == KEYSHARE_CARD_GUARD_OPEN) {
        complain("%s: anyone can read the share on this card, without a PIN",
            shown(&text, task->path));
    }
    if (found->record != NULL && found->index > 0 &&
        keyshare_label_line(line, sizeof line, found->record, found->index) ==
            KEYSHARE_OK) {
        say_line(say, "bag: %s", line);
    }
}

/* What holds the place, where something does. */
static void
say_occupied(const struct task *task, const keyshare_card_info *info)
{
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
    struct shown text;
    const char *path = shown(&text, task->path);

    if (info->has_wrapped) {
        complain(
            "%s: a wrapped key is on the card; --force overwrites it", path);
    } else if (keyshare_fingerprint_hex(hex, info->fingerprint) ==
               KEYSHARE_OK) {
        complain("%s: card %u of the set %s is on it; --force overwrites it",
            path, info->index, hex);
    }
}

static enum status
write_card(struct task *task)
{
    keyshare_card_write_options how = KEYSHARE_CARD_WRITE_INIT;
    keyshare_card_info *info = &task->found.info;
    struct buffer *bytes = &task->found.bytes;
    keyshare_image image;
    keyshare_error error;
    enum status status = load_image(task, bytes);

    if (status == STATUS_YES)
        status = take(task);
    if (status != STATUS_YES)
        return status;
    image = (keyshare_image){bytes->bytes, bytes->len};
    how.overwrite = options_given(task->options, OPTION_FORCE);
    error = keyshare_card_write(info, reader_card(task->reader), &image, &how);
    task->changed = info->changed != 0;
    task->omitted = info->record_omitted != 0;
    if (error == KEYSHARE_OK)
        error = place_guard(&info->guard, task->reader);
    status = settle(task, error, info);
    if (error == KEYSHARE_ERR_CARD_OCCUPIED)
        say_occupied(task, info);
    if (status == STATUS_YES) {
        found_take(&task->found, NULL);
        say_written(task);
    }
    return status;
}

/* ---- Erase ---- */

static void
say_erased(struct task *task)
{
    struct say *say = &task->say;
    struct found *found = &task->found;
    char line[KEYSHARE_LABEL_LINE_SIZE];
    struct shown text;
    const char *name = shown(&text, reader_name(task->reader));

    switch (found->info.state) {
    case KEYSHARE_CARD_WHOLE:
        say_step(say, "%s: erased; on it was", name);
        found_say(say, found);
        if (found->record != NULL && found->index > 0 &&
            keyshare_label_line(line, sizeof line, found->record,
                found->index) == KEYSHARE_OK) {
            say_line(say, "bag: %s", line);
        }
        break;
    case KEYSHARE_CARD_INCOMPLETE:
        say_step(
            say, "%s: erased; on it was an image that was not whole", name);
        break;
    case KEYSHARE_CARD_EMPTY:
    case KEYSHARE_CARD_NONE:
        say_step(say, "%s: nothing was on it, and nothing was changed", name);
        return;
    }
    say_answer(say, "erased, not destroyed: shred the card");
}

static enum status
erase_card(struct task *task)
{
    struct found *found = &task->found;
    keyshare_secret *erased = NULL;
    enum status status = take(task);

    if (status == STATUS_YES) {
        keyshare_error error = keyshare_card_erase(
            &found->info, &erased, reader_card(task->reader));

        task->changed = found->info.changed != 0;
        status = settle(task, error, &found->info);
    }
    if (erased != NULL)
        found_take(found, erased);
    if (status == STATUS_YES)
        say_erased(task);
    keyshare_secret_free(&erased);
    return status;
}

/* ---- All of them ---- */

/* Which members there are does not depend on what is done. */
static void
print_json(struct task *task, bool done)
{
    const keyshare_card_info *info = &task->found.info;
    struct json json = JSON_INIT;

    if (task->found.error == NULL && task->trouble.text[0] != '\0')
        task->found.error = task->trouble.text;
    json_object(&json, NULL);
    json_string(&json, "reader",
        task->reader != NULL ? reader_name(task->reader) : NULL);
    json_bool(&json, "done", done);
    json_string(&json, "state", state_text(info->state));
    found_json(&json, &task->found);
    json_string(&json, "guard", guard_text(info->guard));
    if (info->tries != KEYSHARE_CARD_TRIES_UNKNOWN) {
        json_integer(&json, "tries", info->tries);
    } else {
        json_null(&json, "tries");
    }
    json_bool(&json, "changed", task->changed);
    json_bool(&json, "record_omitted", task->omitted);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

static const struct work {
    const char *name;
    enum status (*run)(struct task *task);
    enum option_id needs; /* OPTION_JSON: none */
} works[] = {
    {"info", look, OPTION_JSON},
    {"read", read_card, OPTION_OUT},
    {"write", write_card, OPTION_IMAGE},
    {"erase", erase_card, OPTION_JSON},
};

/* The options of one are not those of another. */
static enum status
find_work(const struct work **work, const struct options *options)
{
    *work = NULL;
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        if (options->file_count > 0 &&
            strcmp(options->files[0], works[i].name) == 0) {
            *work = &works[i];
        }
    }
    if (*work == NULL)
        return options_refuse(options, "info, read, write or erase");
    if (options->file_count != 2 || !reader_is(options->files[1])) {
        return options_refuse(
            options, "%s takes one card: pcsc:READER", (*work)->name);
    }
    if (options_given(options, OPTION_OUT) != ((*work)->needs == OPTION_OUT)) {
        return options_refuse(options, "--out is for read, which needs it");
    }
    if (options_given(options, OPTION_IMAGE) !=
        ((*work)->needs == OPTION_IMAGE)) {
        return options_refuse(options, "--image is for write, which needs it");
    }
    if (options_given(options, OPTION_FORCE) && (*work)->needs != OPTION_IMAGE)
        return options_refuse(options, "--force is for write");
    return STATUS_YES;
}

static enum status
run(const struct options *options)
{
    struct task task = {.options = options,
        .say = {options_given(options, OPTION_JSON), 0},
        .target = TARGET_INIT};
    const struct work *work;
    enum status status = find_work(&work, options);

    if (status != STATUS_YES)
        return status;
    task.path = options->files[1];
    found_open(&task.found, task.path);
    status = work->run(&task);
    if (task.say.quiet && status != STATUS_USAGE)
        print_json(&task, status == STATUS_YES);
    reader_let_go(task.reader);
    target_close(&task.target);
    found_close(&task.found);
    return status;
}

const struct verb verb_card = {
    "card", "look at one card, read, write or erase it", help, accepts, run};
