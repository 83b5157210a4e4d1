/* SPDX-License-Identifier: ISC */
/* What is in a file or on a card, as far as it can be shown. */
#include "found.h"

#include <string.h>

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

void
found_open(struct found *found, const char *path)
{
    const keyshare_wrapped nothing = KEYSHARE_WRAPPED_INIT;
    const keyshare_card_info unknown = KEYSHARE_CARD_INFO_INIT;

    memset(found, 0, sizeof *found);
    found->path = path;
    found->wrapped = nothing;
    found->info = unknown;
}

void
found_close(struct found *found)
{
    keyshare_record_free(&found->record);
    buffer_free(&found->bytes);
}

/* What is in BYTES, all of it. */
static void
take_apart(struct found *found)
{
    keyshare_image image = {found->bytes.bytes, found->bytes.len};
    keyshare_image_parts parts;
    keyshare_error error;

    if (found->bytes.len > KEYSHARE_IMAGE_SIZE_MAX) {
        found->error = "larger than any card image";
        found->status = STATUS_NO;
        return;
    }
    error = keyshare_image_take_apart(&parts, &image);
    find_record(found, &parts.record);
    find_share(found, &parts.share);
    find_wrapped(found, &parts.wrapped);
    if (error != KEYSHARE_OK)
        blame(found, "not a record, card image or wrapped key", error, 0);
}

/* The share of a card that was not asked for its PIN is what the card says. */
static void
take_card(struct found *found)
{
    const keyshare_card_info *info = &found->info;

    if (info->state != KEYSHARE_CARD_WHOLE) {
        trouble_with_card(&found->trouble,
            info->state == KEYSHARE_CARD_EMPTY ? KEYSHARE_ERR_CARD_EMPTY
                                               : KEYSHARE_ERR_CARD_TORN,
            NULL);
        found->error = found->trouble.text;
        found->status = found->trouble.status;
    }
    if (found->bytes.len > 0)
        take_apart(found);
    if (!info->has_share || info->index == 0)
        return;
    found->index = info->index;
    memcpy(found->named, info->fingerprint, sizeof found->named);
    if (found->record != NULL && found->error == NULL &&
        memcmp(found->named, keyshare_record_fingerprint(found->record),
            sizeof found->named) != 0) {
        found->error = "the share names another record than the one beside it";
        found->status = STATUS_NO;
    }
}

void
found_look(struct found *found, size_t turn)
{
    found->status = place_look(&found->bytes, &found->info, found->path, turn,
        "the next card", &found->trouble);
    if (found->status != STATUS_YES) {
        found->error = found->trouble.text;
    } else if (reader_is(found->path)) {
        take_card(found);
    } else {
        take_apart(found);
    }
}

static void
add(struct found *found, const keyshare_secret *image)
{
    if (image != NULL) {
        buffer_add(&found->bytes, keyshare_secret_reveal(image),
            keyshare_secret_len(image));
    }
}

void
found_take(struct found *found, const keyshare_secret *image)
{
    add(found, image);
    take_apart(found);
}

void
found_take_open(struct found *found, const keyshare_secret *open)
{
    add(found, open);
    if (found->info.state != KEYSHARE_CARD_EMPTY)
        take_card(found);
}

void
found_say(struct say *say, const struct found *found)
{
    const keyshare_wrapped *wrapped = &found->wrapped;

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

void
found_json(struct json *json, const struct found *found)
{
    const keyshare_wrapped *wrapped = &found->wrapped;

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
}
