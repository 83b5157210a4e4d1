/* SPDX-License-Identifier: ISC */
/* What is split or combined, as it is read. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.h"
#include "say.h"
#include "text.h"

/* In milliseconds: so long does a signal wait for a pipe. */
#define PATIENCE 100

enum status
source_fail(const struct source *source, int error)
{
    struct shown text;

    complain("%s: %s", shown(&text, source->path), strerror(error));
    return STATUS_SYSTEM;
}

enum status
source_open(struct source *source, const char *path, bool takes_input)
{
    struct shown text;
    struct stat status;

    *source = (struct source)SOURCE_INIT;
    source->path = path;
    source->is_input = takes_input && strcmp(path, "-") == 0;
    source->file = source->is_input
                       ? STDIN_FILENO
                       : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source->file < 0 || fstat(source->file, &status) != 0)
        return source_fail(source, errno);
    if (S_ISDIR(status.st_mode))
        return source_fail(source, EISDIR);
    if (isatty(source->file)) {
        complain(
            "%s: nothing secret is read from a terminal", shown(&text, path));
        return STATUS_USAGE;
    }
    source->is_sized = S_ISREG(status.st_mode);
    source->size = source->is_sized ? (uint64_t)status.st_size : 0;
    /* Standard input may be a file that was read from already. */
    if (source->is_sized && source->is_input) {
        off_t at = lseek(source->file, 0, SEEK_CUR);

        source->size -= at > 0 && at <= status.st_size ? (uint64_t)at : 0;
    }
#if defined(POSIX_FADV_SEQUENTIAL)
    (void)posix_fadvise(source->file, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
    return STATUS_YES;
}

/* Wait until there is something to be read, or a signal. */
static enum status
await(const struct source *source)
{
    struct pollfd wait = {source->file, POLLIN, 0};

    while (!source->is_sized) {
        int ready = poll(&wait, 1, PATIENCE);

        if (ready < 0 && errno != EINTR)
            return source_fail(source, errno);
        if (ready > 0)
            break;
        if (interrupt_pending()) {
            complain("interrupted: nothing was written");
            return STATUS_SYSTEM;
        }
    }
    return STATUS_YES;
}

enum status
source_read(
    const struct source *source, uint8_t *bytes, size_t wanted, size_t *len)
{
    *len = 0;
    while (*len < wanted) {
        enum status status = await(source);
        ssize_t got;

        if (status != STATUS_YES)
            return status;
        got = read(source->file, bytes + *len, wanted - *len);
        if (got == 0)
            break;
        if (got > 0) {
            *len += (size_t)got;
        } else if (errno != EINTR && errno != EAGAIN) {
            return source_fail(source, errno);
        }
    }
    return STATUS_YES;
}

enum status
source_last(const struct source *source, uint8_t *byte)
{
    ssize_t got = pread(source->file, byte, 1, (off_t)source->size - 1);

    if (got == 1)
        return STATUS_YES;
    return source_fail(source, got < 0 ? errno : EIO);
}

void
source_close(struct source *source)
{
    if (source->file >= 0 && !source->is_input)
        close(source->file);
    *source = (struct source)SOURCE_INIT;
}
