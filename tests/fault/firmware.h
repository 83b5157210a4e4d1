/* SPDX-License-Identifier: ISC */
/* A machine without a heap: all memory is from one static array, and whoever
 * takes some elsewhere is seen. Where sanitized.h or the C library allow it. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>

#include <keyshare/error.h>

/** Run it with the array; all of it comes back, wiped, and nothing was taken
 * from elsewhere. In a process of its own. */
void firmware_run(void (*program)(void));

/** In such a program: the operation does with as much as is TOLD; and if that
 * is told to be exact, not with a unit less, and then leaves the array as it
 * was. */
void firmware_takes(size_t told, bool exact, keyshare_error (*operation)(void));

/** The trap, and how often it was set off while armed. */
extern volatile bool firmware_armed;
extern volatile unsigned firmware_trapped;
void firmware_watch_gmp(void);

#define TRAPS(call)                                                            \
    do {                                                                       \
        firmware_trapped = 0;                                                  \
        firmware_armed = true;                                                 \
        call;                                                                  \
        firmware_armed = false;                                                \
        PROCESS_REQUIRE(firmware_trapped > 0);                                 \
    } while (0)

#endif
