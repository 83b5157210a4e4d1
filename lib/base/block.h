/* SPDX-License-Identifier: ISC */
/* One block of memory for a whole operation, cut into arrays.
 *
 * An operation says what it needs in one function, which takes each array in
 * turn. Run over no memory it measures; run over the block it places: so size
 * and layout cannot disagree.
 */
#ifndef BLOCK_H
#define BLOCK_H

#include <stddef.h>
#include <stdint.h>

/** Where the next array goes. Zeroed: measuring. */
struct block {
    uint8_t *start; /**< NULL: only measure */
    size_t used;
};

/** What every array is aligned to, counted from the block's start, which is
 * aligned for any type: so are the arrays. */
#define KEYSHARE_BLOCK_ALIGNMENT 16
_Static_assert(KEYSHARE_BLOCK_ALIGNMENT % _Alignof(max_align_t) == 0,
    "an array of any type can be placed in a block");

/** Take room for SIZE bytes; NULL while measuring. */
static inline void *
keyshare_block_take(struct block *block, size_t size)
{
    void *place = block->start == NULL ? NULL : block->start + block->used;

    block->used += (size + (KEYSHARE_BLOCK_ALIGNMENT - 1)) &
                   ~(size_t)(KEYSHARE_BLOCK_ALIGNMENT - 1);
    return place;
}

#endif
