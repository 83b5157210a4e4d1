/* SPDX-License-Identifier: ISC */
/* A new directory: it exists whole or not at all. */
#include "newdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "store.h"
#include "text.h"

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
take_name(struct newdir *newdir, const char *path)
{
    size_t len = strlen(path);
    size_t size;

    while (len > 1 && path[len - 1] == '/')
        len--;
    size = len + sizeof STORE_PARTIAL;
    newdir->path = strndup(path, len);
    newdir->partial = malloc(size);
    if (newdir->path == NULL || newdir->partial == NULL)
        return fail(path, ENOMEM);
    snprintf(newdir->partial, size, "%s%s", newdir->path, STORE_PARTIAL);
    newdir->parent = store_open_parent(newdir->path, &newdir->name);
    if (newdir->parent < 0)
        return fail(path, errno);
    if (*newdir->name == '\0' || strcmp(newdir->name, ".") == 0 ||
        strcmp(newdir->name, "..") == 0) {
        return refuse(path, "not the name of a new directory");
    }
    return STATUS_YES;
}

/* An empty directory may be there already: it is replaced. */
static enum status
check_empty(const struct newdir *newdir)
{
    int file = openat(newdir->parent, newdir->name,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    enum status status = STATUS_YES;
    struct dirent *entry;
    DIR *dir;

    if (file < 0 && errno == ENOENT)
        return STATUS_YES;
    if (file < 0 && (errno == ENOTDIR || errno == ELOOP))
        return refuse(newdir->path, "exists, and is not a directory");
    if (file < 0)
        return fail(newdir->path, errno);
    dir = fdopendir(file);
    if (dir == NULL) {
        close(file);
        return fail(newdir->path, ENOMEM);
    }
    while (status == STATUS_YES && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0) {
            status = refuse(newdir->path, "exists, and is not empty");
        }
    }
    closedir(dir);
    return status;
}

const char *
newdir_partial_name(const struct newdir *newdir)
{
    return newdir->partial + (newdir->name - newdir->path);
}

enum status
newdir_open(struct newdir *newdir, const char *path, bool *is_left)
{
    struct stat left;
    enum status status;

    *is_left = false;
    status = take_name(newdir, path);
    if (status != STATUS_YES)
        return status;
    if (fstatat(newdir->parent, newdir_partial_name(newdir), &left,
            AT_SYMLINK_NOFOLLOW) == 0) {
        *is_left = true;
        return STATUS_USAGE;
    }
    if (errno != ENOENT)
        return fail(newdir->partial, errno);
    return check_empty(newdir);
}

enum status
newdir_begin(struct newdir *newdir)
{
    const char *partial = newdir_partial_name(newdir);

    if (mkdirat(newdir->parent, partial, 0700) != 0)
        return fail(newdir->partial, errno);
    newdir->folder = openat(newdir->parent, partial,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (newdir->folder < 0) {
        enum status status = fail(newdir->partial, errno);

        unlinkat(newdir->parent, partial, AT_REMOVEDIR);
        return status;
    }
    return STATUS_YES;
}

enum status
newdir_publish(struct newdir *newdir)
{
    struct shown text;
    int error = store_sync(newdir->folder);

    if (error != 0)
        return fail(newdir->partial, error);
    if (renameat(newdir->parent, newdir_partial_name(newdir), newdir->parent,
            newdir->name) != 0) {
        return fail(newdir->path, errno);
    }
    /* It exists, and is nothing that could be abandoned. */
    close(newdir->folder);
    newdir->folder = -1;
    error = store_sync(newdir->parent);
    if (error != 0) {
        complain("%s: written, but may not survive a crash: %s",
            shown(&text, newdir->path), strerror(error));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

enum status
newdir_abandon(struct newdir *newdir)
{
    struct shown text;

    if (newdir->folder < 0)
        return STATUS_YES;
    close(newdir->folder);
    newdir->folder = -1;
    if (unlinkat(newdir->parent, newdir_partial_name(newdir), AT_REMOVEDIR) !=
        0) {
        complain("%s: %s; destroy what is left of it",
            shown(&text, newdir->partial), strerror(errno));
        return STATUS_SYSTEM;
    }
    return STATUS_YES;
}

void
newdir_leave(struct newdir *newdir)
{
    if (newdir->folder >= 0)
        close(newdir->folder);
    newdir->folder = -1;
}

void
newdir_close(struct newdir *newdir)
{
    if (newdir->parent >= 0)
        close(newdir->parent);
    free(newdir->path);
    free(newdir->partial);
    *newdir = (struct newdir)NEWDIR_INIT;
}
