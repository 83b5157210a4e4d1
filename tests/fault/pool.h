/* SPDX-License-Identifier: ISC */
/* Memory for the library that counts, refuses where it is told to, and looks
 * whether what comes back is wiped. */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>

#include <keyshare/memory.h>

/** What the library was given, and the call that is refused. */
struct pool {
    size_t calls;
    size_t refused; /**< this call, from 1; 0: none */
    size_t blocks;  /**< that are out */
    size_t bytes;   /**< of them, counted in units */
    size_t most;    /**< that were out at one time */
    size_t before;  /**< that were out when an operation began */
};
extern struct pool pool;

/** Once a process: where tests are not forked, the first does it for all. */
void pool_install(void);

/** Give the library the pool's functions, or NULL for one of them. */
keyshare_error pool_set(bool allocates, bool takes_back);

#endif
