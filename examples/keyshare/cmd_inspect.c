/* SPDX-License-Identifier: ISC */
/* keyshare inspect: what is in a file, as far as it can be shown. */
#include <string.h>

#include "json.h"
#include "options.h"
#include "record_file.h"
#include "say.h"
#include "store.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_COMMON, OPTION_END};

static const char help[] =
    "usage: keyshare inspect [--json] FILE...\n"
    "\n"
    "Shows what is in a file: a record, a share's index and the record that\n"
    "it names, a wrapped key. Never a secret. For example:\n"
    "\n"
    "    keyshare inspect set/record.ks set/card-3.ks\n"
    "\n"
    "Whether a card is good is said by keyshare verify.\n"
    "\n"
    "  --json  one JSON object instead of text\n"
    "\n"
    "Exit status: 0 all is well formed, 1 something is not, 2 wrong use, 3 a\n"
    "file could not be read.\n";

/* What was found in one file. */
struct found {
    const char *path;
    struct buffer bytes; /* what all others point into */
    keyshare_record *record;
    unsigned index; /* of the share; 0: there is none to be shown */
    uint8_t named[KEYSHARE_FINGERPRINT_SIZE]; /* the record it names */
    keyshare_wrapped wrapped;                 /* len 0: there is none */
    const char *error;                        /* NULL: all is well */
    struct fault fault;                       /* room for it */
    enum status status;
};

/* The first thing that is wrong is what is told. */
static void
blame(struct found *found, const char *what, keyshare_error error, unsigned tag)
{
    if (found->error != NULL)
        return;
    found->status = status_of(error);
    found->error = fault_text(&found->fault, what, error, tag);
}

static void
find_record(struct found *found, const keyshare_image *part)
{
    uint8_t tag = 0;
    keyshare_error error;

    if (part->len == 0)
        return;
    error =
        keyshare_record_decode(&found->record, part->bytes, part->len, &tag);
    if (error != KEYSHARE_OK)
        blame(found, "record", error, tag);
}

static void
find_share(struct found *found, const keyshare_image *part)
{
    keyshare_error error;

    if (part->len == 0)
        return;
    error = keyshare_image_share(&found->index, found->named, part);
    if (error != KEYSHARE_OK) {
        found->index = 0;
        blame(found, "share", error, 0);
        return;
    }
    if (found->record != NULL &&
        memcmp(found->named, keyshare_record_fingerprint(found->record),
            sizeof found->named) != 0 &&
        found->error == NULL) {
        found->error = "the share names another record than the one before it";
        found->status = STATUS_NO;
    }
}

static void
find_wrapped(struct found *found, const keyshare_image *part)
{
    uint8_t tag = 0;
    keyshare_error error;

    if (part->len == 0)
        return;
    error =
        keyshare_wrapped_decode(&found->wrapped, part->bytes, part->len, &tag);
    if (error != KEYSHARE_OK)
        blame(found, "wrapped key", error, tag);
}

/* Take a file apart. */
static void
look(struct found *found, const char *path)
{
    const keyshare_wrapped nothing = KEYSHARE_WRAPPED_INIT;
    keyshare_image image;
    keyshare_image_parts parts;
    keyshare_error error;
    int failure;

    memset(found, 0, sizeof *found);
    found->path = path;
    found->wrapped = nothing;
    failure = store_load(&found->bytes, path, KEYSHARE_IMAGE_SIZE_MAX);
    if (failure != 0) {
        found->error = strerror(failure);
        found->status = STATUS_SYSTEM;
        return;
    }
    if (found->bytes.len > KEYSHARE_IMAGE_SIZE_MAX) {
        found->error = "larger than any card image";
        found->status = STATUS_NO;
        return;
    }
    image.bytes = found->bytes.bytes;
    image.len = found->bytes.len;
    error = keyshare_image_take_apart(&parts, &image);
    find_record(found, &parts.record);
    find_share(found, &parts.share);
    find_wrapped(found, &parts.wrapped);
    if (error != KEYSHARE_OK)
        blame(found, "not a record, card image or wrapped key", error, 0);
}

static void
say_found(struct say *say, const struct found *found)
{
    const keyshare_wrapped *wrapped = &found->wrapped;
    struct shown text;

    say_step(say, "%s", shown(&text, found->path));
    if (found->record != NULL) {
        say_line(say, "a record");
        say_record(say, found->record);
        say_fingerprint(say, keyshare_record_fingerprint(found->record));
    }
    if (found->index > 0 && found->record != NULL && found->error == NULL) {
        say_line(say, "its share of index %u", found->index);
    } else if (found->index > 0) {
        say_line(say, "a share of index %u, of the record", found->index);
        say_fingerprint(say, found->named);
    }
    if (wrapped->len > 0) {
        say_line(say, "a wrapped key: %zu bytes, by %.*s", wrapped->len,
            (int)wrapped->method_len, wrapped->method);
        if (wrapped->label_len > 0) {
            say_line(say, "label       %.*s", (int)wrapped->label_len,
                wrapped->label);
        }
        say_bytes(say, "lineage", wrapped->lineage, KEYSHARE_LINEAGE_SIZE);
    }
    if (found->error != NULL)
        say_line(say, "WRONG: %s", found->error);
}

static void
add_record(struct json *json, const keyshare_record *record)
{
    keyshare_policy policy;
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE] = "";
    const uint8_t *fingerprint;
    const char *label;
    size_t len;

    if (record == NULL) {
        json_null(json, "record");
        return;
    }
    policy = keyshare_record_policy(record);
    fingerprint = keyshare_record_fingerprint(record);
    label = keyshare_record_label(record, &len);
    if (keyshare_fingerprint_words(words, fingerprint) != KEYSHARE_OK)
        words[0] = '\0';
    json_object(json, "record");
    json_string(json, "scheme", keyshare_scheme_text(policy.scheme));
    json_string(json, "role", keyshare_role_text(policy.role));
    json_number(json, "threshold", policy.threshold);
    json_number(json, "count", policy.count);
    json_number(json, "key_length", keyshare_record_key_len(record));
    json_hex(json, "lineage", keyshare_record_lineage(record),
        KEYSHARE_LINEAGE_SIZE);
    json_number(json, "epoch", keyshare_record_epoch(record));
    json_text(json, "label", label, len);
    json_number(json, "time", keyshare_record_time(record));
    json_hex(json, "predecessor", keyshare_record_predecessor(record),
        KEYSHARE_FINGERPRINT_SIZE);
    json_hex(json, "fingerprint", fingerprint, KEYSHARE_FINGERPRINT_SIZE);
    json_string(json, "words", words);
    json_object_end(json);
}

static void
add_found(struct json *json, const struct found *found)
{
    const keyshare_wrapped *wrapped = &found->wrapped;

    json_object(json, NULL);
    json_string(json, "path", found->path);
    add_record(json, found->record);
    if (found->index > 0) {
        json_object(json, "share");
        json_number(json, "index", found->index);
        json_hex(json, "record_fingerprint", found->named,
            KEYSHARE_FINGERPRINT_SIZE);
        json_object_end(json);
    } else {
        json_null(json, "share");
    }
    if (wrapped->len > 0) {
        json_object(json, "wrapped");
        json_text(json, "label", wrapped->label, wrapped->label_len);
        json_hex(json, "lineage", wrapped->lineage, KEYSHARE_LINEAGE_SIZE);
        json_text(json, "method", wrapped->method, wrapped->method_len);
        json_number(json, "length", wrapped->len);
        json_object_end(json);
    } else {
        json_null(json, "wrapped");
    }
    json_string(json, "error", found->error);
    json_object_end(json);
}

static enum status
run(const struct options *options)
{
    struct say say = {options_given(options, OPTION_JSON), 0};
    struct json json = JSON_INIT;
    enum status worst = STATUS_YES;

    if (options->file_count == 0)
        return options_refuse(options, "no file is given");
    json_object(&json, NULL);
    json_array(&json, "files");
    for (size_t i = 0; i < options->file_count; i++) {
        struct found found;
        struct shown text;

        look(&found, options->files[i]);
        if (found.error != NULL)
            complain("%s: %s", shown(&text, found.path), found.error);
        if (found.status > worst)
            worst = found.status;
        say_found(&say, &found);
        add_found(&json, &found);
        keyshare_record_free(&found.record);
        buffer_free(&found.bytes);
    }
    json_array_end(&json);
    json_object_end(&json);
    if (say.quiet)
        json_print(&json);
    json_free(&json);
    return worst;
}

const struct verb verb_inspect = {
    "inspect", "show what is in a file", help, accepts, run};
