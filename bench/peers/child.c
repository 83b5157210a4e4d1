/* SPDX-License-Identifier: ISC */
/* Another process, with a pipe to it and one from it. */
#define _GNU_SOURCE /* pipe2 */

#include "child.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

extern char **environ;

void
child_begin(struct child *child, const char *const *words)
{
    posix_spawn_file_actions_t actions;
    int in[2], out[2];

    bench_require(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 &&
                      posix_spawn_file_actions_init(&actions) == 0 &&
                      posix_spawn_file_actions_adddup2(&actions, in[0], 0) == 0,
        "a pipe");
    bench_require(posix_spawn_file_actions_adddup2(&actions, out[1], 1) == 0 &&
                      posix_spawn_file_actions_addopen(
                          &actions, 2, "/dev/null", O_WRONLY, 0) == 0,
        "a pipe");
    bench_require(posix_spawn(&child->pid, words[0], &actions, NULL,
                      (char *const *)(uintptr_t)words, environ) == 0,
        words[0]);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    child->to = fdopen(in[1], "w");
    child->from = fdopen(out[0], "r");
    bench_require(child->to != NULL && child->from != NULL, "a pipe");
}

int
child_end(struct child *child)
{
    int status;

    fclose(child->to);
    fclose(child->from);
    bench_require(
        waitpid(child->pid, &status, 0) == child->pid, "a child's end");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
