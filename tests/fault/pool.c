/* SPDX-License-Identifier: ISC */
/* Memory for the library that counts, refuses, and looks. */
#include "pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

struct pool pool;

static size_t
count_units(size_t size)
{
    return (size + KEYSHARE_MEMORY_UNIT - 1) / KEYSHARE_MEMORY_UNIT *
           KEYSHARE_MEMORY_UNIT;
}

static void *
allocate(void *context, size_t size)
{
    void *memory;

    ck_assert_ptr_eq(context, &pool);
    ck_assert_uint_gt(size, 0);
    if (++pool.calls == pool.refused)
        return NULL;
    memory = malloc(size);
    ck_assert_ptr_nonnull(memory);
    /* Whoever reads what was not written sees this. */
    memset(memory, 0xa5, size);
    pool.blocks++;
    pool.bytes += count_units(size);
    if (pool.bytes > pool.most)
        pool.most = pool.bytes;
    return memory;
}

static void
take_back(void *context, void *memory, size_t size)
{
    const uint8_t *bytes = memory;

    ck_assert_ptr_eq(context, &pool);
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            ck_abort_msg("byte %zu of %zu is not wiped", i, size);
    ck_assert_uint_ge(pool.bytes, count_units(size));
    pool.blocks--;
    pool.bytes -= count_units(size);
    free(memory);
}

keyshare_error
pool_set(bool allocates, bool takes_back)
{
    return keyshare_memory_set(
        allocates ? allocate : NULL, takes_back ? take_back : NULL, &pool);
}

void
pool_install(void)
{
    static bool is_done;

    if (!is_done)
        ck_assert_int_eq(pool_set(true, true), KEYSHARE_OK);
    is_done = true;
}
