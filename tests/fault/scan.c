/* SPDX-License-Identifier: ISC */
/* Secrets in memory: all that can be written is looked through. */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#endif
#include "scan.h"

#if defined(__linux__)

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "process.h"

#define WINDOWS_MAX 65536
#define STACK_SIZE  (1 << 18)
#define MASK        UINT64_C(0xa5c3965a3c69f00f)

/* ---- What the processes share: nothing in it is as it is elsewhere ---- */

struct window {
    uint64_t masked;
    uint64_t kinds;
};

static struct shared {
    struct window windows[WINDOWS_MAX]; /* sorted */
    size_t count;
    uint8_t lots[1 << 16]; /* whether a window has these last 16 bits */
} * shared;
static size_t shared_size;

void *
scan_begin(size_t size)
{
    shared_size = sizeof *shared + size;
    shared = mmap(NULL, shared_size, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    PROCESS_REQUIRE(shared != MAP_FAILED);
    return shared + 1;
}

void
scan_end(void)
{
    munmap(shared, shared_size);
}

void
scan_mask(struct scan_masked *masked, const uint8_t *bytes, size_t len)
{
    PROCESS_REQUIRE(len <= SCAN_BYTES_MAX);
    masked->len = len;
    for (size_t i = 0; i < len; i++)
        masked->bytes[i] = bytes[i] ^ 0xa5;
}

void
scan_unmask(uint8_t *bytes, const struct scan_masked *masked)
{
    for (size_t i = 0; i < masked->len; i++)
        bytes[i] = masked->bytes[i] ^ 0xa5;
}

void
scan_wipe(void *memory, size_t len)
{
    volatile uint8_t *bytes = memory;

    for (size_t i = 0; i < len; i++)
        bytes[i] = 0;
}

/* ---- The secrets ---- */

static uint64_t
load_masked(const uint8_t *bytes)
{
    uint64_t window;

    memcpy(&window, bytes, SCAN_WINDOW);
    return window ^ MASK;
}

/* Windows of few different bytes are no secret's: they would be found in any
 * memory. */
static bool
tells(const uint8_t *bytes)
{
    unsigned different = 0;

    for (size_t i = 0; i < SCAN_WINDOW; i++)
        for (size_t j = 0; j <= i; j++) {
            if (j == i)
                different++;
            else if (bytes[i] == bytes[j])
                break;
        }
    return different >= 6;
}

void
scan_add(unsigned kind, const void *secret, size_t len)
{
    const uint8_t *bytes = secret;

    PROCESS_REQUIRE(kind < SCAN_KINDS);
    for (size_t i = 0; i + SCAN_WINDOW <= len; i++) {
        if (!tells(bytes + i))
            continue;
        PROCESS_REQUIRE(shared->count < WINDOWS_MAX);
        shared->windows[shared->count++] =
            (struct window){load_masked(bytes + i), UINT64_C(1) << kind};
    }
}

static int
compare(const void *a, const void *b)
{
    const struct window *x = a;
    const struct window *y = b;

    return x->masked < y->masked ? -1 : x->masked > y->masked;
}

size_t
scan_ready(void)
{
    struct window *windows = shared->windows;
    size_t count = 0;

    qsort(windows, shared->count, sizeof *windows, compare);
    for (size_t i = 0; i < shared->count; i++) {
        if (count > 0 && windows[count - 1].masked == windows[i].masked)
            windows[count - 1].kinds |= windows[i].kinds;
        else
            windows[count++] = windows[i];
    }
    shared->count = count;
    for (size_t i = 0; i < count; i++)
        shared->lots[windows[i].masked & 0xffff] = 1;
    return count;
}

/* The secret that a window is of; NULL: of none. */
static const struct window *
find(uint64_t masked)
{
    size_t low = 0;
    size_t high = shared->count;

    if (shared->lots[masked & 0xffff] == 0)
        return NULL;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (shared->windows[middle].masked == masked)
            return &shared->windows[middle];
        if (shared->windows[middle].masked < masked)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- The memory ---- */

static void
look_at(struct scan_found *found, uint64_t allowed, const uint8_t *start,
    const uint8_t *end, const char *name)
{
    for (const uint8_t *at = start; at + SCAN_WINDOW <= end; at++) {
        const struct window *window;

        /* Most of it is zeros. */
        if (*at == 0 && at[SCAN_WINDOW / 2] == 0)
            continue;
        window = find(load_masked(at));
        if (window == NULL)
            continue;
        found->seen |= window->kinds;
        if ((window->kinds & allowed) != 0 || found->count++ > 0)
            continue;
        found->kinds = window->kinds;
        snprintf(found->where, sizeof found->where, "%td bytes into %s",
            at - start, name);
    }
}

static void
look_at_mapping(struct scan_found *found, uint64_t allowed, const char *line)
{
    uintptr_t start, end;
    char permissions[5];
    int name = 0;

    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %*s %n", &start,
            &end, permissions, &name) < 3 ||
        permissions[0] != 'r' || permissions[1] != 'w')
        return;
    /* No secret is there but masked; it takes time. */
    if (start == (uintptr_t)shared)
        return;
    look_at(found, allowed, (const uint8_t *)start, (const uint8_t *)end,
        line + name);
}

/* Read whole before looking, into the one place that is not the heap. */
void
scan_look(struct scan_found *found, uint64_t allowed)
{
    static char maps[1 << 16];
    size_t len = 0;
    ssize_t part;
    int file = open("/proc/self/maps", O_RDONLY);

    memset(found, 0, sizeof *found);
    PROCESS_REQUIRE(file >= 0);
    while ((part = read(file, maps + len, sizeof maps - 1 - len)) > 0)
        len += (size_t)part;
    close(file);
    PROCESS_REQUIRE(len < sizeof maps - 1);
    maps[len] = '\0';
    for (char *line = strtok(maps, "\n"); line != NULL;
         line = strtok(NULL, "\n"))
        look_at_mapping(found, allowed, line);
}

void
scan_apart(void (*body)(void))
{
    static ucontext_t here, there;
    static uint8_t *stack;

    if (stack == NULL) {
        stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        PROCESS_REQUIRE(stack != MAP_FAILED);
    }
    PROCESS_REQUIRE(getcontext(&there) == 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = STACK_SIZE;
    there.uc_link = &here;
    makecontext(&there, body, 0);
    PROCESS_REQUIRE(swapcontext(&here, &there) == 0);
}

#else

/* Programs that look say that they are skipped. */
typedef int scan_needs_proc_self_maps;

#endif
