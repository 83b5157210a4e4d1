/* SPDX-License-Identifier: ISC */
/* The latch: closed for good once this machine was seen to compute wrongly. */
#include "latch.h"

#include <stdatomic.h>

static atomic_bool closed;

bool
keyshare_latch_is_closed(void)
{
    return atomic_load_explicit(&closed, memory_order_relaxed);
}

void
keyshare_latch_close(void)
{
    atomic_store(&closed, true);
}
