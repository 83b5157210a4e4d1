/* SPDX-License-Identifier: ISC */
/* A machine without a heap.
 *
 * malloc and its kin, and mmap, stand in this program: so the dynamic linker
 * gives them to libsodium and GMP too. GMP's own door is watched besides.
 */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* syscall */
#endif
#include "firmware.h"

#include "sanitized.h"

#if !SANITIZED && defined(__GLIBC__)

#include <stdalign.h>
#include <stdlib.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <gmp.h>

#include <keyshare/memory.h>

#include "process.h"

/* ---- The trap ---- */

/* Volatile: compilers know that malloc looks at neither. */
volatile bool firmware_armed;
volatile unsigned firmware_trapped;

static void
trap(void)
{
    if (firmware_armed)
        firmware_trapped++;
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *
malloc(size_t size)
{
    trap();
    return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
    trap();
    return __libc_calloc(count, size);
}

void *
realloc(void *memory, size_t size)
{
    trap();
    return __libc_realloc(memory, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
    trap();
    return __libc_memalign(alignment, size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
    trap();
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL ? 12 : 0;
}

#if defined(SYS_mmap2)
#define MMAP_CALL SYS_mmap2
#define MMAP_UNIT 4096
#else
#define MMAP_CALL SYS_mmap
#define MMAP_UNIT 1
#endif

/* Declared here and not by sys/mman.h, which may give one the other's name. */
void *mmap(void *address, size_t size, int protection, int flags, int file,
    long offset);
void *mmap64(void *address, size_t size, int protection, int flags, int file,
    int64_t offset);

void *
mmap64(void *address, size_t size, int protection, int flags, int file,
    int64_t offset)
{
    trap();
#if defined(__s390__)
    /* This machine's call takes one argument: where the six are. */
    const unsigned long all[] = {(unsigned long)address, size,
        (unsigned long)protection, (unsigned long)flags, (unsigned long)file,
        (unsigned long)offset};

    return (void *)syscall(SYS_mmap, all);
#else
    return (void *)syscall(MMAP_CALL, address, size, protection, flags, file,
        (long)(offset / MMAP_UNIT));
#endif
}

void *
mmap(void *address, size_t size, int protection, int flags, int file,
    long offset)
{
    return mmap64(address, size, protection, flags, file, offset);
}

static void *
gmp_allocate(size_t size)
{
    trap();
    return __libc_malloc(size);
}

static void *
gmp_reallocate(void *memory, size_t old_size, size_t new_size)
{
    (void)old_size;
    trap();
    return __libc_realloc(memory, new_size);
}

static void
gmp_free(void *memory, size_t size)
{
    (void)size;
    free(memory);
}

/* ---- The pool ---- */

#define POOL_SIZE  (1 << 18)
#define BLOCKS_MAX 1024

/* A stack of blocks: room comes back once nothing lies above it. */
static struct {
    alignas(KEYSHARE_MEMORY_UNIT) uint8_t bytes[POOL_SIZE];
    size_t limit; /* how much of it there is, for the test */
    size_t used;
    struct {
        size_t at;
        bool live;
    } blocks[BLOCKS_MAX];
    size_t count;
} pool;

static void *
pool_allocate(void *context, size_t size)
{
    const size_t unit = KEYSHARE_MEMORY_UNIT;
    const size_t whole = (size + unit - 1) / unit * unit;

    (void)context;
    if (whole > pool.limit - pool.used || pool.count == BLOCKS_MAX)
        return NULL;
    pool.blocks[pool.count].at = pool.used;
    pool.blocks[pool.count].live = true;
    pool.count++;
    pool.used += whole;
    return pool.bytes + pool.used - whole;
}

static void
pool_free(void *context, void *memory, size_t size)
{
    const size_t at = (size_t)((uint8_t *)memory - pool.bytes);
    size_t i = pool.count;

    (void)context;
    for (size_t j = 0; j < size; j++)
        PROCESS_REQUIRE(pool.bytes[at + j] == 0);
    while (i > 0 && pool.blocks[i - 1].at != at)
        i--;
    PROCESS_REQUIRE(i > 0 && pool.blocks[i - 1].live);
    pool.blocks[i - 1].live = false;
    while (pool.count > 0 && !pool.blocks[pool.count - 1].live)
        pool.used = pool.blocks[--pool.count].at;
}

/* ---- A program ---- */

void
firmware_takes(size_t told, bool exact, keyshare_error (*operation)(void))
{
    const size_t used = pool.used;

    PROCESS_REQUIRE(told % KEYSHARE_MEMORY_UNIT == 0);
    if (exact && told > 0) {
        pool.limit = used + told - KEYSHARE_MEMORY_UNIT;
        PROCESS_REQUIRE(operation() == KEYSHARE_ERR_MEMORY);
        PROCESS_REQUIRE(pool.used == used);
    }
    pool.limit = used + told;
    PROCESS_REQUIRE(operation() == KEYSHARE_OK);
}

void
firmware_watch_gmp(void)
{
    mp_set_memory_functions(gmp_allocate, gmp_reallocate, gmp_free);
}

void
firmware_run(void (*program)(void))
{
    PROCESS_REQUIRE(
        keyshare_memory_set(pool_allocate, pool_free, NULL) == KEYSHARE_OK);
    firmware_watch_gmp();
    firmware_armed = true;
    program();
    firmware_armed = false;
    PROCESS_REQUIRE(firmware_trapped == 0);
    PROCESS_REQUIRE(pool.used == 0);
    for (size_t i = 0; i < sizeof pool.bytes; i++)
        PROCESS_REQUIRE(pool.bytes[i] == 0);
}

#endif
