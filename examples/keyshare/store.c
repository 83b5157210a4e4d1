/* SPDX-License-Identifier: ISC */
/* Files: read once and bounded, written whole or not at all. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096

/* As many are written at a time where a file is overwritten. */
#define ZEROS 65536

int
store_read(struct buffer *bytes, int file, size_t max)
{
    /* Something that delivers slowly gives short reads: only 0 is the end. */
    while (bytes->len <= max) {
        size_t want = max + 1 - bytes->len;
        ssize_t got;

        if (want > BLOCK)
            want = BLOCK;
        if (!buffer_reserve(bytes, want))
            return ENOMEM;
        got = read(file, bytes->bytes + bytes->len, want);
        if (got == 0)
            break;
        if (got > 0) {
            bytes->len += (size_t)got;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int
store_load(struct buffer *bytes, const char *path, size_t max)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int error;

    if (file < 0)
        return errno;
    error = store_read(bytes, file, max);
    close(file);
    return error;
}

int
store_read_back(struct buffer *bytes, int folder, const char *name, size_t max)
{
    int file =
        openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
    int error;

    if (file < 0)
        return errno;
#if defined(POSIX_FADV_DONTNEED)
    (void)posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
#endif
    error = store_read(bytes, file, max);
    close(file);
    return error;
}

int
store_write(int file, const void *bytes, size_t len)
{
    const uint8_t *next = bytes;

    while (len > 0) {
        ssize_t put = write(file, next, len);

        if (put < 0 && errno != EINTR)
            return errno;
        if (put > 0) {
            next += put;
            len -= (size_t)put;
        }
    }
    return 0;
}

int
store_begin(int *file, int folder, const char *name)
{
    *file = openat(folder, name,
        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
    return *file < 0 ? errno : 0;
}

int
store_end(int file)
{
    int error = fsync(file) != 0 ? errno : 0;

    if (close(file) != 0 && error == 0)
        error = errno;
    return error;
}

int
store_rename(int folder, const char *from, const char *to)
{
#ifdef RENAME_NOREPLACE
    if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != ENOSYS && errno != EINVAL)
        return errno;
#endif
    /* link refuses a name that is taken, which rename would replace. */
    if (linkat(folder, from, folder, to, 0) != 0)
        return errno;
    return unlinkat(folder, from, 0) == 0 ? 0 : errno;
}

int
store_create(int folder, const char *name, const void *bytes, size_t len)
{
    int file;
    int error = store_begin(&file, folder, name);
    int end;

    if (error != 0)
        return error;
    error = store_write(file, bytes, len);
    end = store_end(file);
    if (error == 0)
        error = end;
    if (error != 0)
        store_shred(folder, name);
    return error;
}

int
store_save(int folder, const char *name, const void *bytes, size_t len)
{
    size_t name_len = strlen(name);
    char *partial = malloc(name_len + sizeof STORE_PARTIAL);
    int error;

    if (partial == NULL)
        return ENOMEM;
    memcpy(partial, name, name_len);
    memcpy(partial + name_len, STORE_PARTIAL, sizeof STORE_PARTIAL);
    error = store_create(folder, partial, bytes, len);
    if (error == 0) {
        error = store_rename(folder, partial, name);
        if (error != 0)
            store_shred(folder, partial);
    }
    free(partial);
    return error;
}

void
store_shred(int folder, const char *name)
{
    static const uint8_t zeros[ZEROS];
    int file =
        openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
    struct stat status;

    if (file >= 0 && fstat(file, &status) == 0) {
        for (off_t done = 0; done < status.st_size; done += ZEROS) {
            off_t rest = status.st_size - done;

            if (store_write(file, zeros,
                    rest < ZEROS ? (size_t)rest : (size_t)ZEROS) != 0) {
                break;
            }
        }
        (void)fsync(file);
    }
    if (file >= 0)
        close(file);
    (void)unlinkat(folder, name, 0);
}

int
store_sync(int folder)
{
    /* Some file systems cannot, and say EINVAL: nothing to be done about. */
    return fsync(folder) == 0 || errno == EINVAL ? 0 : errno;
}

int
store_open_parent(const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    char *parent;
    int folder;
    int error;

    if (slash == NULL) {
        *name = path;
        return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    *name = slash + 1;
    /* With its slash, so that the root is no exception. */
    parent = strndup(path, (size_t)(slash - path) + 1);
    if (parent == NULL)
        return -1;
    folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    error = errno;
    free(parent);
    errno = error;
    return folder;
}
