/* SPDX-License-Identifier: ISC */
/* Signals that would end the command, held back while files are written. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int enders[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

#define ENDERS (sizeof enders / sizeof enders[0])

/* Those of them that would end the command: one that is ignored, as under
 * nohup, stays pending while it is held back, and must not count. */
static void
find_enders(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < ENDERS; i++) {
        struct sigaction action;

        if (sigaction(enders[i], NULL, &action) == 0 &&
            action.sa_handler != SIG_IGN) {
            sigaddset(set, enders[i]);
        }
    }
}

void
interrupt_hold(void)
{
    sigset_t set;

    find_enders(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

bool
interrupt_pending(void)
{
    sigset_t set;
    sigset_t pending;

    find_enders(&set);
    sigpending(&pending);
    for (size_t i = 0; i < ENDERS; i++) {
        if (sigismember(&set, enders[i]) == 1 &&
            sigismember(&pending, enders[i]) == 1) {
            return true;
        }
    }
    return false;
}

void
interrupt_release(void)
{
    sigset_t set;

    find_enders(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}
