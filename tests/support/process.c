/* SPDX-License-Identifier: ISC */
/* A process of its own for what can be done once in a process. */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* fork, with -std=c11 */
#endif
#include "process.h"

#include <check.h>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

void
process_run(void (*body)(void))
{
    pid_t child;
    int status;

    /* What is in a buffer would be written twice. */
    fflush(NULL);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        body();
        exit(EXIT_SUCCESS);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS,
        "failed in a process of its own: it said where");
}
