/* SPDX-License-Identifier: ISC */
/* Another process, with a pipe to it and one from it. */
#ifndef CHILD_H
#define CHILD_H

#include <stdio.h>
#include <sys/types.h>

struct child {
    pid_t pid;
    FILE *to;
    FILE *from;
};

/** Start a program; what it says as an error is thrown away. */
void child_begin(struct child *child, const char *const *words);

/** Close the pipes, and wait for its end. Its exit status. */
int child_end(struct child *child);

#endif
