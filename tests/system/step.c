/* SPDX-License-Identifier: ISC */
/* Loaded before a command: counts what it does with files, and at step
 * KEYSHARE_STEP does what KEYSHARE_STEP_DO says, once:
 *     kill, term, stop   sends itself that signal before the step
 *     fail         the step fails
 *     flip         what the step writes has a bit changed
 *     FROM:TO      renames the file FROM to TO before the step
 * Reading is a step where KEYSHARE_STEP_READS is set. Standard input, output
 * and error are none. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned long steps;

static bool
is_now(void)
{
    const char *at = getenv("KEYSHARE_STEP");

    return at != NULL && ++steps == strtoul(at, NULL, 10);
}

static void
swap(const char *names)
{
    const char *colon = strchr(names, ':');
    char from[256];

    if (colon == NULL || (size_t)(colon - names) >= sizeof from)
        return;
    memcpy(from, names, (size_t)(colon - names));
    from[colon - names] = '\0';
    (void)rename(from, colon + 1);
}

/* Whether the step fails. */
static bool
act(const char *what)
{
    if (strcmp(what, "kill") == 0) {
        raise(SIGKILL);
    } else if (strcmp(what, "term") == 0) {
        raise(SIGTERM);
    } else if (strcmp(what, "stop") == 0) {
        raise(SIGSTOP);
    } else if (strcmp(what, "fail") == 0) {
        errno = EIO;
        return true;
    } else {
        swap(what);
    }
    return false;
}

static bool
step(void)
{
    const char *what = getenv("KEYSHARE_STEP_DO");

    return is_now() && what != NULL && act(what);
}

ssize_t
read(int file, void *bytes, size_t len)
{
    if (file > STDERR_FILENO && getenv("KEYSHARE_STEP_READS") != NULL && step())
        return -1;
    return (ssize_t)syscall(SYS_read, file, bytes, len);
}

ssize_t
write(int file, const void *bytes, size_t len)
{
    const char *what = getenv("KEYSHARE_STEP_DO");
    uint8_t changed[16384];

    if (file <= STDERR_FILENO || what == NULL || strcmp(what, "flip") != 0) {
        if (file > STDERR_FILENO && step())
            return -1;
        return (ssize_t)syscall(SYS_write, file, bytes, len);
    }
    if (!is_now() || len == 0 || len > sizeof changed)
        return (ssize_t)syscall(SYS_write, file, bytes, len);
    memcpy(changed, bytes, len);
    changed[len / 2] ^= 1;
    return (ssize_t)syscall(SYS_write, file, changed, len);
}

int
openat(int folder, const char *name, int flags, ...)
{
    va_list arguments;
    unsigned mode = 0;

    if ((flags & O_CREAT) != 0) {
        va_start(arguments, flags);
        mode = va_arg(arguments, unsigned);
        va_end(arguments);
        if (step())
            return -1;
    }
    return (int)syscall(SYS_openat, folder, name, flags, mode);
}

int
fsync(int file)
{
    return step() ? -1 : (int)syscall(SYS_fsync, file);
}

int
mkdirat(int folder, const char *name, mode_t mode)
{
    return step() ? -1 : (int)syscall(SYS_mkdirat, folder, name, mode);
}

int
unlinkat(int folder, const char *name, int flags)
{
    return step() ? -1 : (int)syscall(SYS_unlinkat, folder, name, flags);
}

int
renameat2(int from_folder, const char *from, int to_folder, const char *to,
    unsigned flags)
{
    return step() ? -1
                  : (int)syscall(
                        SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int
renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return step() ? -1
                  : (int)syscall(
                        SYS_renameat2, from_folder, from, to_folder, to, 0);
}
