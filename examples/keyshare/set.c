/* SPDX-License-Identifier: ISC */
/* The directory that a new set is written to. */
#include "set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "leftover.h"
#include "say.h"
#include "store.h"
#include "text.h"

/* What a file of the set is called. */
struct file_name {
    char text[sizeof "card-4294967295-copy-4294967295.ks"];
};

/* Whose card file POSITION is. */
static unsigned
index_at(const struct set *set, size_t position)
{
    return (unsigned)((position - 1) % set->count) + 1;
}

/* POSITION: 0 the record, then cards by index, then copies. */
static const char *
name_file(const struct set *set, size_t position, struct file_name *name)
{
    unsigned index = index_at(set, position);
    unsigned copy = (unsigned)((position - 1) / set->count) + 1;

    if (position == 0) {
        snprintf(name->text, sizeof name->text, "record.ks");
    } else if (copy == 1) {
        snprintf(name->text, sizeof name->text, "card-%u.ks", index);
    } else {
        snprintf(
            name->text, sizeof name->text, "card-%u-copy-%u.ks", index, copy);
    }
    return name->text;
}

size_t
set_files(const struct set *set)
{
    return issue_is_on(set->issue) ? 1 : 1 + (size_t)set->count * set->copies;
}

bool
set_has(const struct set *set, size_t position)
{
    return position == 0 || set->has_card[index_at(set, position)];
}

size_t
set_cards(const struct set *set)
{
    size_t cards = issue_is_on(set->issue) ? set->issue->cards : 0;

    for (size_t i = 1; i < set_files(set); i++)
        cards += set_has(set, i);
    return cards;
}

char *
set_path(const struct set *set, size_t position)
{
    const char *dir = set->is_there ? set->dir.path : set->dir.partial;
    struct file_name name;
    size_t size;
    char *path;

    name_file(set, position, &name);
    size = strlen(dir) + 1 + strlen(name.text) + 1;
    path = malloc(size);
    if (path != NULL)
        snprintf(path, size, "%s/%s", dir, name.text);
    return path;
}

enum status
set_open(struct set *set, const char *dir, unsigned count, unsigned copies,
    const keyshare_record *before)
{
    bool is_left;
    enum status status = newdir_open(&set->dir, dir, &is_left);

    set->count = count;
    set->copies = copies;
    if (is_left) {
        return leftover_refuse(set->dir.parent, newdir_partial_name(&set->dir),
            set->dir.partial, before);
    }
    return status;
}

/* Write one file of the set into DIR.partial. */
static enum status
write_file(struct set *set, size_t position, const uint8_t *bytes, size_t len)
{
    struct file_name name;
    struct shown dir;
    int error;

    name_file(set, position, &name);
    error = store_save(set->dir.folder, name.text, bytes, len);
    if (error != 0) {
        complain("%s/%s: %s", shown(&dir, set->dir.partial), name.text,
            strerror(error));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

static enum status
write_card(struct set *set, size_t position, const keyshare_record *record,
    const keyshare_secret *share)
{
    keyshare_secret *image;
    keyshare_error error = keyshare_image_make(&image, record, share);
    enum status status;

    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    status = write_file(set, position, keyshare_secret_reveal(image),
        keyshare_secret_len(image));
    keyshare_secret_free(&image);
    return status;
}

enum status
set_begin(struct set *set)
{
    interrupt_hold();
    return newdir_begin(&set->dir);
}

enum status
set_put(struct set *set, unsigned index, const keyshare_record *record,
    const keyshare_secret *share)
{
    /* Whatever is written from here on has to be found. */
    if (!issue_is_on(set->issue))
        set->has_card[index] = true;
    for (unsigned copy = 0; copy < set->copies; copy++) {
        size_t position = (size_t)copy * set->count + index;
        enum status status =
            issue_is_on(set->issue)
                ? issue_card(set->issue, record, index, copy + 1, share)
                : write_card(set, position, record, share);

        if (status != STATUS_YES)
            return status;
        set->has_card[index] = true;
    }
    return STATUS_YES;
}

enum status
set_read_back(const struct set *set, struct buffer *bytes, size_t position)
{
    struct file_name name;
    struct shown dir;
    int error;

    name_file(set, position, &name);
    error = store_read_back(
        bytes, set->dir.folder, name.text, KEYSHARE_IMAGE_SIZE_MAX);
    if (error != 0) {
        complain("%s/%s: %s", shown(&dir, set->dir.partial), name.text,
            strerror(error));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

/* Write the record, and read it back. */
static enum status
write_record(struct set *set, const keyshare_record *record)
{
    struct buffer read = BUFFER_INIT;
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(record, &len);
    enum status status = write_file(set, 0, bytes, len);

    set->has_record = status == STATUS_YES;
    if (status == STATUS_YES)
        status = set_read_back(set, &read, 0);
    if (status == STATUS_YES &&
        (read.len != len || memcmp(read.bytes, bytes, len) != 0)) {
        complain("the record was read back, and is not what was written");
        status = STATUS_SYSTEM;
    }
    buffer_free(&read);
    return status;
}

enum status
set_put_record(struct set *set, const keyshare_record *record)
{
    enum status status = write_record(set, record);
    struct shown dir;
    int error;

    if (status != STATUS_YES)
        return status;
    error = store_sync(set->dir.folder);
    if (error == 0)
        error = store_sync(set->dir.parent);
    if (error != 0) {
        complain("%s: %s", shown(&dir, set->dir.partial), strerror(error));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

/* The record last: where there is one beside cards, the set is whole. */
enum status
set_publish(struct set *set, const keyshare_record *record)
{
    enum status status =
        set->has_record ? STATUS_YES : write_record(set, record);

    if (status == STATUS_YES)
        status = newdir_publish(&set->dir);
    /* It may be there, and not survive a crash. */
    set->is_there = set->dir.folder < 0;
    return status;
}

enum status
set_abandon(struct set *set)
{
    struct file_name name;

    if (set->dir.folder < 0)
        return STATUS_YES;
    if (issue_is_on(set->issue) && set->issue->cards > 0) {
        newdir_leave(&set->dir);
        return STATUS_YES;
    }
    for (size_t i = 0; i < set_files(set); i++) {
        if (set_has(set, i))
            store_shred(set->dir.folder, name_file(set, i, &name));
    }
    memset(set->has_card, 0, sizeof set->has_card);
    return newdir_abandon(&set->dir);
}

void
set_end_early(struct set *set, const keyshare_record *record)
{
    keyshare_policy policy = keyshare_record_policy(record);
    char *path;

    if (!issue_is_on(set->issue) || set->dir.folder < 0)
        return;
    if (set->issue->holders >= policy.threshold)
        (void)set_publish(set, record);
    path = set_path(set, 0);
    issue_explain(set->issue, &policy, path != NULL ? path : "record.ks");
    free(path);
}

/* What comes before the first card. */
static enum status
begin_with_record(struct set *set, const keyshare_record *record)
{
    keyshare_policy policy = keyshare_record_policy(record);
    enum status status = set_begin(set);

    if (status != STATUS_YES || !issue_is_on(set->issue))
        return status;
    status = set_put_record(set, record);
    if (status == STATUS_YES) {
        issue_keep(set->issue, record);
        issue_tell(set->issue, &policy, set->count, set->copies);
    }
    return status;
}

enum status
set_write(struct set *set, const keyshare_record *record,
    keyshare_secret *const *shares)
{
    enum status status = begin_with_record(set, record);

    for (unsigned i = 1; status == STATUS_YES && i <= set->count; i++) {
        status = set_put(set, i, record, shares[i - 1]);
        if (status == STATUS_YES && interrupt_pending() &&
            (!issue_is_on(set->issue) || i < set->count)) {
            complain(issue_is_on(set->issue)
                         ? "interrupted"
                         : "interrupted: nothing was dealt");
            status = STATUS_SYSTEM;
        }
    }
    if (status == STATUS_YES) {
        status = set_publish(set, record);
    } else {
        set_end_early(set, record);
    }
    (void)set_abandon(set);
    return status;
}

void
set_close(struct set *set)
{
    (void)set_abandon(set);
    newdir_close(&set->dir);
    *set = (struct set)SET_INIT;
}
