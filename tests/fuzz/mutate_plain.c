/* SPDX-License-Identifier: ISC */
/* libFuzzer's mutator alone, for what has no form; sometimes several times. */
#include "fuzz.h"
#include "lot.h"

size_t
LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    uint64_t lot = seed;

    for (size_t times = 1 + lot_below(&lot, 4); times > 0; times--)
        size = LLVMFuzzerMutate(data, size, max_size);
    return size;
}
