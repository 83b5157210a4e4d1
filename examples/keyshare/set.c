/* SPDX-License-Identifier: ISC */
/* The directory that a new set is written to. */
#include "set.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    return 1 + (size_t)set->count * set->copies;
}

bool
set_has(const struct set *set, size_t position)
{
    return position == 0 || set->has_card[index_at(set, position)];
}

size_t
set_cards(const struct set *set)
{
    size_t cards = 0;

    for (size_t i = 1; i < set_files(set); i++)
        cards += set_has(set, i);
    return cards;
}

char *
set_path(const struct set *set, size_t position)
{
    struct file_name name;
    size_t size;
    char *path;

    name_file(set, position, &name);
    size = strlen(set->dir) + 1 + strlen(name.text) + 1;
    path = malloc(size);
    if (path != NULL)
        snprintf(path, size, "%s/%s", set->dir, name.text);
    return path;
}

static enum status
fail(const char *path, int error)
{
    struct shown text;

    complain("%s: %s", shown(&text, path), strerror(error));
    return STATUS_SYSTEM;
}

static enum status
refuse(const char *path, const char *why)
{
    struct shown text;

    complain("%s: %s", shown(&text, path), why);
    return STATUS_USAGE;
}

/* Take the name apart: "a/b/" is b in a. */
static enum status
name_set(struct set *set, const char *dir)
{
    size_t len = strlen(dir);
    size_t size;

    while (len > 1 && dir[len - 1] == '/')
        len--;
    size = len + sizeof STORE_PARTIAL;
    set->dir = strndup(dir, len);
    set->partial = malloc(size);
    if (set->dir == NULL || set->partial == NULL)
        return fail(dir, ENOMEM);
    snprintf(set->partial, size, "%s%s", set->dir, STORE_PARTIAL);
    set->parent = store_open_parent(set->dir, &set->name);
    if (set->parent < 0)
        return fail(dir, errno);
    if (*set->name == '\0' || strcmp(set->name, ".") == 0 ||
        strcmp(set->name, "..") == 0) {
        return refuse(dir, "not the name of a new directory");
    }
    return STATUS_YES;
}

/* An empty directory may be there already: it is replaced. */
static enum status
check_dir(const struct set *set)
{
    int file = openat(set->parent, set->name,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    enum status status = STATUS_YES;
    struct dirent *entry;
    DIR *dir;

    if (file < 0 && errno == ENOENT)
        return STATUS_YES;
    if (file < 0 && (errno == ENOTDIR || errno == ELOOP))
        return refuse(set->dir, "exists, and is not a directory");
    if (file < 0)
        return fail(set->dir, errno);
    dir = fdopendir(file);
    if (dir == NULL) {
        close(file);
        return fail(set->dir, ENOMEM);
    }
    while (status == STATUS_YES && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0) {
            status = refuse(set->dir, "exists, and is not empty");
        }
    }
    closedir(dir);
    return status;
}

enum status
set_open(struct set *set, const char *dir, unsigned count, unsigned copies,
    const keyshare_record *before)
{
    enum status status;
    struct stat left;
    const char *partial;

    set->count = count;
    set->copies = copies;
    status = name_set(set, dir);
    if (status != STATUS_YES)
        return status;
    partial = set->partial + (set->name - set->dir);
    if (fstatat(set->parent, partial, &left, AT_SYMLINK_NOFOLLOW) == 0) {
        if (before != NULL) {
            return leftover_refuse(set->parent, partial, set->partial, before);
        }
        return refuse(set->partial,
            "left behind by a dealing that was cut off; look at it, destroy "
            "it, then deal again");
    }
    if (errno != ENOENT)
        return fail(set->partial, errno);
    return check_dir(set);
}

/* Write one file of the set into DIR.partial. */
static enum status
write_file(struct set *set, size_t position, const uint8_t *bytes, size_t len)
{
    struct file_name name;
    struct shown dir;
    int error;

    name_file(set, position, &name);
    error = store_save(set->folder, name.text, bytes, len);
    if (error != 0) {
        complain(
            "%s/%s: %s", shown(&dir, set->partial), name.text, strerror(error));
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
    const char *partial = set->partial + (set->name - set->dir);

    interrupt_hold();
    if (mkdirat(set->parent, partial, 0700) != 0)
        return fail(set->partial, errno);
    set->folder = openat(
        set->parent, partial, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (set->folder < 0) {
        enum status status = fail(set->partial, errno);

        unlinkat(set->parent, partial, AT_REMOVEDIR);
        return status;
    }
    return STATUS_YES;
}

enum status
set_put(struct set *set, unsigned index, const keyshare_record *record,
    const keyshare_secret *share)
{
    /* Whatever is written from here on has to be found. */
    set->has_card[index] = true;
    for (unsigned copy = 0; copy < set->copies; copy++) {
        size_t position = (size_t)copy * set->count + index;
        enum status status = write_card(set, position, record, share);

        if (status != STATUS_YES)
            return status;
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
    error =
        store_read_back(bytes, set->folder, name.text, KEYSHARE_IMAGE_SIZE_MAX);
    if (error != 0) {
        complain(
            "%s/%s: %s", shown(&dir, set->partial), name.text, strerror(error));
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

/* The record last: where there is one, the set is whole. */
static enum status
name_whole(struct set *set, const keyshare_record *record)
{
    const char *partial = set->partial + (set->name - set->dir);
    enum status status = write_record(set, record);
    int error;

    if (status != STATUS_YES)
        return status;
    error = store_sync(set->folder);
    if (error != 0)
        return fail(set->partial, error);
    if (renameat(set->parent, partial, set->parent, set->name) != 0)
        return fail(set->dir, errno);
    return STATUS_YES;
}

enum status
set_publish(struct set *set, const keyshare_record *record)
{
    enum status status = name_whole(set, record);
    struct shown dir;
    int error;

    if (status != STATUS_YES)
        return status;
    /* It exists, and is nothing that could be abandoned. */
    close(set->folder);
    set->folder = -1;
    error = store_sync(set->parent);
    if (error != 0) {
        complain("%s: the set is written, but may not survive a crash: %s",
            shown(&dir, set->dir), strerror(error));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

enum status
set_abandon(struct set *set)
{
    const char *partial;
    struct file_name name;

    if (set->folder < 0)
        return STATUS_YES;
    partial = set->partial + (set->name - set->dir);
    for (size_t i = 0; i < set_files(set); i++) {
        if (set_has(set, i))
            store_shred(set->folder, name_file(set, i, &name));
    }
    close(set->folder);
    set->folder = -1;
    memset(set->has_card, 0, sizeof set->has_card);
    if (unlinkat(set->parent, partial, AT_REMOVEDIR) != 0) {
        struct shown text;

        complain("%s: %s; destroy what is left of it",
            shown(&text, set->partial), strerror(errno));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

enum status
set_write(struct set *set, const keyshare_record *record,
    keyshare_secret *const *shares)
{
    enum status status = set_begin(set);

    for (unsigned i = 1; status == STATUS_YES && i <= set->count; i++) {
        status = set_put(set, i, record, shares[i - 1]);
        if (status == STATUS_YES && interrupt_pending()) {
            complain("interrupted: nothing was dealt");
            status = STATUS_SYSTEM;
        }
    }
    if (status == STATUS_YES)
        status = set_publish(set, record);
    (void)set_abandon(set);
    return status;
}

void
set_close(struct set *set)
{
    (void)set_abandon(set);
    if (set->parent >= 0)
        close(set->parent);
    free(set->dir);
    free(set->partial);
    *set = (struct set)SET_INIT;
}
