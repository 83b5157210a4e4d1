/* SPDX-License-Identifier: ISC */
/* What the harnesses share. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare/memory.h>

#include <sodium.h>

void
fuzz_require(bool holds, const char *file, int line, const char *condition)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

static void *
allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void
take_back(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

void
fuzz_begin(void)
{
    static bool begun;

    if (begun)
        return;
    begun = true;
    REQUIRE(sodium_init() >= 0);
    REQUIRE(keyshare_memory_set(allocate, take_back, NULL) == KEYSHARE_OK);
}

bool
fuzz_same(const void *a, size_t a_len, const void *b, size_t b_len)
{
    return a_len == b_len && (a_len == 0 || memcmp(a, b, a_len) == 0);
}

bool
fuzz_zero(const void *bytes, size_t len)
{
    return sodium_is_zero(bytes, len) == 1;
}

bool
fuzz_within(const void *part, size_t len, const void *whole, size_t size)
{
    const uintptr_t from = (uintptr_t)whole;
    const uintptr_t at = (uintptr_t)part;

    return at >= from && at - from <= size && len <= size - (at - from);
}

void
fuzz_flip(uint8_t *bytes, size_t len, uint64_t lot)
{
    const uint64_t bit = lot % (8 * len);

    bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
}

uint64_t
fuzz_lot(const void *bytes, size_t len)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    uint64_t lot;

    crypto_hash_sha256(digest, bytes, len);
    memcpy(&lot, digest, sizeof lot);
    return lot;
}
