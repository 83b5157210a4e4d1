/* SPDX-License-Identifier: ISC */
/* The raw shares of one splitting, in a new directory. */
#include "share_files.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interrupt.h"
#include "say.h"
#include "store.h"
#include "text.h"

/* What shares of standard input are called. */
#define INPUT_NAME "share"

#define SUFFIX ".001"

struct file_name {
    char text[NAME_MAX + 1];
};

static const char *
final_name(
    const struct share_files *files, unsigned index, struct file_name *name)
{
    snprintf(name->text, sizeof name->text, "%s.%03u", files->name, index);
    return name->text;
}

static const char *
partial_name(
    const struct share_files *files, unsigned index, struct file_name *name)
{
    snprintf(name->text, sizeof name->text, "%s.%03u" STORE_PARTIAL,
        files->name, index);
    return name->text;
}

static enum status
fail(const struct share_files *files, const char *name, int error)
{
    struct shown dir;
    struct shown text;

    complain("%s/%s: %s", shown(&dir, files->dir.partial), shown(&text, name),
        strerror(error));
    return STATUS_SYSTEM;
}

static enum status
take_name(struct share_files *files, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct shown text;

    files->name = slash != NULL ? slash + 1 : path;
    if (strcmp(path, "-") == 0)
        files->name = INPUT_NAME;
    if (*files->name == '\0' ||
        strlen(files->name) + strlen(SUFFIX STORE_PARTIAL) > NAME_MAX) {
        complain(
            "%s: no name that shares could be called by", shown(&text, path));
        return STATUS_USAGE;
    }
    return STATUS_YES;
}

enum status
share_files_open(struct share_files *files, const char *dir, const char *path,
    unsigned count)
{
    bool is_left;
    struct shown text;
    enum status status;

    memset(files, 0, sizeof *files);
    files->dir = (struct newdir)NEWDIR_INIT;
    files->count = count;
    for (unsigned i = 0; i < KEYSHARE_COUNT_MAX; i++)
        files->file[i] = -1;
    status = take_name(files, path);
    if (status != STATUS_YES)
        return status;
    status = newdir_open(&files->dir, dir, &is_left);
    if (is_left) {
        complain("%s: left behind by a splitting that was cut off; look at it, "
                 "destroy it, then split again",
            shown(&text, files->dir.partial));
    }
    return status;
}

enum status
share_files_begin(struct share_files *files)
{
    enum status status;

    interrupt_hold();
    status = newdir_begin(&files->dir);
    if (status != STATUS_YES)
        return status;
    while (files->begun < files->count) {
        struct file_name name;
        int error = store_begin(&files->file[files->begun], files->dir.folder,
            partial_name(files, files->begun + 1, &name));

        if (error != 0)
            return fail(files, name.text, error);
        files->begun++;
    }
    return STATUS_YES;
}

enum status
share_files_write(
    struct share_files *files, unsigned index, const void *bytes, size_t len)
{
    struct file_name name;
    int error = store_write(files->file[index - 1], bytes, len);

    if (error != 0)
        return fail(files, partial_name(files, index, &name), error);
    return STATUS_YES;
}

/* All on the disk before any has its name. */
static enum status
end_all(struct share_files *files)
{
    for (unsigned i = 1; i <= files->count; i++) {
        struct file_name name;
        int error = store_end(files->file[i - 1]);

        files->file[i - 1] = -1;
        if (error != 0)
            return fail(files, partial_name(files, i, &name), error);
    }
    return STATUS_YES;
}

static enum status
name_all(struct share_files *files)
{
    while (files->named < files->count) {
        struct file_name from;
        struct file_name to;
        int error;

        partial_name(files, files->named + 1, &from);
        final_name(files, files->named + 1, &to);
        error = store_rename(files->dir.folder, from.text, to.text);
        if (error != 0)
            return fail(files, to.text, error);
        files->named++;
    }
    return STATUS_YES;
}

enum status
share_files_publish(struct share_files *files)
{
    enum status status = end_all(files);

    if (status == STATUS_YES && interrupt_pending()) {
        complain("interrupted: nothing was written");
        status = STATUS_SYSTEM;
    }
    if (status == STATUS_YES)
        status = name_all(files);
    return status == STATUS_YES ? newdir_publish(&files->dir) : status;
}

char *
share_files_path(const struct share_files *files, unsigned index)
{
    struct file_name name;
    size_t size;
    char *path;

    final_name(files, index, &name);
    size = strlen(files->dir.path) + 1 + strlen(name.text) + 1;
    path = malloc(size);
    if (path != NULL)
        snprintf(path, size, "%s/%s", files->dir.path, name.text);
    return path;
}

void
share_files_close(struct share_files *files)
{
    struct file_name name;

    for (unsigned i = 0; i < files->count; i++) {
        if (files->file[i] >= 0)
            close(files->file[i]);
    }
    if (files->dir.folder >= 0) {
        for (unsigned i = 1; i <= files->begun; i++) {
            store_shred(files->dir.folder, i <= files->named
                                               ? final_name(files, i, &name)
                                               : partial_name(files, i, &name));
        }
    }
    (void)newdir_abandon(&files->dir);
    newdir_close(&files->dir);
}
