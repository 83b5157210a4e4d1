/* SPDX-License-Identifier: ISC */
/* The memory door: guarded memory, or the caller's functions. */
#include "memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <sodium.h>

/* Set once, before first use: see keyshare/memory.h. */
static struct {
    keyshare_memory_allocate allocate;
    keyshare_memory_free free;
    void *context;
} door;
static atomic_bool used;

/* libsodium puts the block's end at a page's end, so that its start is aligned
 * only as its size is. Room for the widest vectors. */
#define ALIGNMENT 64

static size_t
round_up(size_t size)
{
    return (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
}

size_t
keyshare_memory_count(size_t size)
{
    const size_t unit = KEYSHARE_MEMORY_UNIT;

    return (size + (unit - 1)) & ~(unit - 1);
}

keyshare_error
keyshare_memory_set(
    keyshare_memory_allocate allocate, keyshare_memory_free free, void *context)
{
    if (allocate == NULL || free == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if (atomic_exchange(&used, true))
        return KEYSHARE_ERR_STATE;
    door.allocate = allocate;
    door.free = free;
    door.context = context;
    return KEYSHARE_OK;
}

void *
keyshare_memory_new(size_t size)
{
    void *memory;

    if (size > SIZE_MAX - ALIGNMENT)
        return NULL;
    /* A store only where it changes something: threads share the line. */
    if (!atomic_load_explicit(&used, memory_order_relaxed))
        atomic_store(&used, true);
    if (door.allocate != NULL)
        memory = door.allocate(door.context, size);
    else
        memory = sodium_init() < 0 ? NULL : sodium_malloc(round_up(size));
    if (memory != NULL)
        memset(memory, 0, size);
    return memory;
}

void
keyshare_memory_delete(void *memory, size_t size)
{
    if (memory == NULL)
        return;
    keyshare_memory_wipe(memory, size);
    if (door.free != NULL)
        door.free(door.context, memory, size);
    else
        sodium_free(memory);
}

void
keyshare_memory_wipe(void *memory, size_t size)
{
    sodium_memzero(memory, size);
}

void
keyshare_memory_burn(size_t depth)
{
    sodium_stackzero(depth);
}
