/* SPDX-License-Identifier: ISC */
/* The one new file that a verb makes, and its copies. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "store.h"
#include "text.h"

#define ENDING ".ks"

struct name {
    char text[NAME_MAX + sizeof "-copy-4294967295" + sizeof STORE_PARTIAL];
};

/* The name of a copy, in the place of NAME, whose ending stays where it is. */
static void
name_copy(char *text, size_t size, const char *name, unsigned copy)
{
    size_t len = strlen(name);
    size_t stem = len;

    if (len > strlen(ENDING) &&
        strcmp(name + len - strlen(ENDING), ENDING) == 0)
        stem -= strlen(ENDING);
    if (copy == 1) {
        snprintf(text, size, "%s", name);
    } else {
        snprintf(
            text, size, "%.*s-copy-%u%s", (int)stem, name, copy, name + stem);
    }
}

static const char *
final_name(const struct target *target, unsigned copy, struct name *name)
{
    name_copy(name->text, sizeof name->text, target->name, copy);
    return name->text;
}

static const char *
partial_name(const struct target *target, unsigned copy, struct name *name)
{
    size_t len;

    name_copy(name->text, sizeof name->text, target->name, copy);
    len = strlen(name->text);
    snprintf(name->text + len, sizeof name->text - len, STORE_PARTIAL);
    return name->text;
}

/* What people read is the path as it was given, up to the name. */
static void
complain_of(const struct target *target, const char *name, const char *why)
{
    struct shown folder;
    struct shown text;
    char *path = strndup(target->path, (size_t)(target->name - target->path));

    complain("%s%s: %s", path != NULL ? shown(&folder, path) : "",
        shown(&text, name), why);
    free(path);
}

/* Whether a name is free; says what is wrong if not. */
static enum status
check_free(const struct target *target, const char *name, const char *why)
{
    struct stat status;

    if (fstatat(target->folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        complain_of(target, name, why);
        return STATUS_USAGE;
    }
    if (errno != ENOENT) {
        complain_of(target, name, strerror(errno));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

enum status
target_open(struct target *target, const struct options *options,
    const char *path, unsigned copies)
{
    enum status status = STATUS_YES;
    struct shown text;
    struct name name;
    size_t len;

    *target = (struct target)TARGET_INIT;
    target->path = path;
    target->copies = copies;
    target->folder = store_open_parent(path, &target->name);
    if (target->folder < 0) {
        complain("%s: %s", shown(&text, path), strerror(errno));
        return STATUS_SYSTEM;
    }
    len = strlen(target->name);
    if (len == 0 || len > NAME_MAX)
        return options_refuse(options, "--out takes the name of a new file");
    for (unsigned copy = 1; status == STATUS_YES && copy <= copies; copy++) {
        status = check_free(target, final_name(target, copy, &name),
            "exists, and is not replaced");
        if (status == STATUS_YES) {
            status = check_free(target, partial_name(target, copy, &name),
                "left behind by an attempt that was cut off, and not "
                "replaced; destroy it, and begin again: the same comes of it");
        }
    }
    return status;
}

enum status
target_write(struct target *target, const void *bytes, size_t len)
{
    struct name name;

    while (target->written < target->copies) {
        int error = store_create(target->folder,
            partial_name(target, target->written + 1, &name), bytes, len);

        if (error != 0) {
            complain_of(target, name.text, strerror(error));
            return STATUS_SYSTEM;
        }
        target->written++;
    }
    return STATUS_YES;
}

enum status
target_begin(struct target *target, int *file)
{
    struct name name;
    int error =
        store_begin(file, target->folder, partial_name(target, 1, &name));

    if (error != 0) {
        complain_of(target, name.text, strerror(error));
        return STATUS_SYSTEM;
    }
    target->written = 1;
    return STATUS_YES;
}

enum status
target_end(const struct target *target, int file)
{
    struct name name;
    int error = store_end(file);

    if (error != 0) {
        complain_of(target, partial_name(target, 1, &name), strerror(error));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

enum status
target_read_back(
    const struct target *target, struct buffer *bytes, unsigned copy)
{
    struct name name;
    int error = store_read_back(bytes, target->folder,
        partial_name(target, copy, &name), KEYSHARE_IMAGE_SIZE_MAX);

    if (error != 0) {
        complain_of(target, name.text, strerror(error));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

enum status
target_publish(struct target *target)
{
    int error = 0;

    while (error == 0 && target->named < target->written) {
        struct name from;
        struct name to;

        partial_name(target, target->named + 1, &from);
        final_name(target, target->named + 1, &to);
        error = store_rename(target->folder, from.text, to.text);
        if (error == 0)
            target->named++;
    }
    if (error == 0)
        error = store_sync(target->folder);
    if (error == 0) {
        target->published = target->written;
        target->written = 0;
        target->named = 0;
        return STATUS_YES;
    }
    complain_of(target, target->name, strerror(error));
    return STATUS_SYSTEM;
}

char *
target_path(const struct target *target, unsigned copy)
{
    size_t folder = (size_t)(target->name - target->path);
    size_t size = folder + sizeof(struct name);
    char *path = malloc(size);

    if (path != NULL) {
        memcpy(path, target->path, folder);
        name_copy(path + folder, size - folder, target->name, copy);
    }
    return path;
}

void
target_close(struct target *target)
{
    struct name name;

    for (unsigned copy = 1; copy <= target->written; copy++) {
        store_shred(target->folder, copy <= target->named
                                        ? final_name(target, copy, &name)
                                        : partial_name(target, copy, &name));
    }
    if (target->folder >= 0)
        close(target->folder);
    *target = (struct target)TARGET_INIT;
}
