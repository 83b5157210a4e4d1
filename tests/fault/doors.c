/* SPDX-License-Identifier: ISC */
/* Where a call of the library comes by. The doors from secret to public do
 * nothing there (lib/base/reveal.c), so they are defined here. */
#include "doors.h"

#include <stdlib.h>

#include <keyshare/memory.h>

#include "polynomial.h"
#include "process.h"
#include "reveal.h"
#include "shamir.h"

static void (*look_there)(void);

static void
come_by(void)
{
    if (look_there != NULL)
        look_there();
}

static void *
allocate(void *context, size_t size)
{
    (void)context;
    come_by();
    return malloc(size);
}

static void
take_back(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    come_by();
    free(memory);
}

bool
keyshare_reveal_mask(uint32_t mask, enum reveal reason)
{
    (void)reason;
    come_by();
    return mask != 0;
}

void
keyshare_reveal_bytes(const uint8_t *bytes, size_t len, enum reveal reason)
{
    (void)bytes;
    (void)len;
    (void)reason;
    come_by();
}

void __real_keyshare_memory_wipe(void *memory, size_t size);
void __wrap_keyshare_memory_wipe(void *memory, size_t size);

void
__wrap_keyshare_memory_wipe(void *memory, size_t size)
{
    come_by();
    __real_keyshare_memory_wipe(memory, size);
}

void __real_keyshare_polynomial_weight(const struct prime *p, mp_limb_t *weight,
    const uint8_t *indices, size_t count, size_t which, unsigned x,
    mp_limb_t *room, mp_limb_t *scratch);
void __wrap_keyshare_polynomial_weight(const struct prime *p, mp_limb_t *weight,
    const uint8_t *indices, size_t count, size_t which, unsigned x,
    mp_limb_t *room, mp_limb_t *scratch);

void
__wrap_keyshare_polynomial_weight(const struct prime *p, mp_limb_t *weight,
    const uint8_t *indices, size_t count, size_t which, unsigned x,
    mp_limb_t *room, mp_limb_t *scratch)
{
    come_by();
    __real_keyshare_polynomial_weight(
        p, weight, indices, count, which, x, room, scratch);
}

uint8_t __real_keyshare_shamir_weight(
    const uint8_t *indices, size_t count, size_t which, uint8_t x);
uint8_t __wrap_keyshare_shamir_weight(
    const uint8_t *indices, size_t count, size_t which, uint8_t x);

uint8_t
__wrap_keyshare_shamir_weight(
    const uint8_t *indices, size_t count, size_t which, uint8_t x)
{
    come_by();
    return __real_keyshare_shamir_weight(indices, count, which, x);
}

void
doors_open(void (*look)(void))
{
    look_there = look;
    PROCESS_REQUIRE(
        keyshare_memory_set(allocate, take_back, NULL) == KEYSHARE_OK);
}
