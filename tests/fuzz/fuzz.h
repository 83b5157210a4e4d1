/* SPDX-License-Identifier: ISC */
/* What the harnesses share. A harness asserts properties of one decoder for
 * any input; a property that fails aborts here, never in the library.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Abort, saying which property failed, unless it holds. */
#define REQUIRE(condition)                                                     \
    fuzz_require((condition), __FILE__, __LINE__, #condition)

void fuzz_require(
    bool holds, const char *file, int line, const char *condition);

/** Before anything else: the library's memory is malloc's, which sanitizers
 * watch byte by byte. */
void fuzz_begin(void);

bool fuzz_same(const void *a, size_t a_len, const void *b, size_t b_len);
bool fuzz_zero(const void *bytes, size_t len);

/** Whether LEN bytes at PART lie within SIZE bytes at WHOLE. */
bool fuzz_within(const void *part, size_t len, const void *whole, size_t size);

/** Flip one bit, of the many the one that LOT chooses; twice: undone. */
void fuzz_flip(uint8_t *bytes, size_t len, uint64_t lot);

/** A number that the bytes alone decide. */
uint64_t fuzz_lot(const void *bytes, size_t len);

/* libFuzzer's, or replay.c's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#endif
