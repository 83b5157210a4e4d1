/* SPDX-License-Identifier: ISC */
/* The memory door: every allocation of the library, and what wipes.
 *
 * Memory comes zeroed and aligned for any type, and goes back wiped. Only
 * custody and above call the door; the layers below get their room from there
 * (block.h).
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <keyshare/memory.h>

/** How far below a public function libsodium was seen to leave scalars in the
 * stack is under 5 KiB; twice that is wiped. */
#define KEYSHARE_MEMORY_BURN_DEPTH 8192

/** SIZE zeroed bytes, or NULL. SIZE may not be 0. */
void *keyshare_memory_new(size_t size);

/** Wipe and give back what keyshare_memory_new(size) gave; NULL is fine. */
void keyshare_memory_delete(void *memory, size_t size);

/** What an allocation of SIZE bytes counts for in the sums that tell how much
 * memory an operation takes. */
size_t keyshare_memory_count(size_t size);

/** Overwrite with zeros, whatever the compiler thinks of it. */
void keyshare_memory_wipe(void *memory, size_t size);

/** Overwrite DEPTH bytes of stack below the caller. Last, in public functions
 * that touched secrets. */
void keyshare_memory_burn(size_t depth);

#endif
