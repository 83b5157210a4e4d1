/* SPDX-License-Identifier: ISC */
/* A process of its own for what can be done once in a process.
 *
 * Check forks for each test, but not where it is told not to (CK_FORK=no, for
 * valgrind): what changes the process for good is run here.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdio.h>
#include <stdlib.h>

/** Run BODY in a process of its own; a failed assertion unless it returned.
 *
 * Check's assertions belong to the process that Check knows: BODY uses
 * PROCESS_REQUIRE instead.
 */
void process_run(void (*body)(void));

/** In BODY: fail, saying where and what, unless it holds. */
#define PROCESS_REQUIRE(condition)                                             \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,         \
                #condition);                                                   \
            exit(EXIT_FAILURE);                                                \
        }                                                                      \
    } while (0)

#endif
