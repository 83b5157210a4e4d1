/* SPDX-License-Identifier: ISC */
/* Cases, their poison, and what valgrind found in them. */
#include "poison.h"

#include <stdio.h>
#include <stdlib.h>

#include <valgrind/memcheck.h>

#include "declassify.h"

static struct {
    const char *program;
    const char *name; /* of the case; NULL: none was begun */
    unsigned count;
    bool failed;
    bool any_failed;
    unsigned errors; /* valgrind's, when the case began */
} now;

void
ct_begin(const char *name)
{
    if (RUNNING_ON_VALGRIND == 0) {
        fprintf(stderr,
            "%s: shows nothing outside valgrind: run it by run.py\n", name);
        exit(77);
    }
    now.program = name;
}

static void
end_case(void)
{
    unsigned errors = VALGRIND_COUNT_ERRORS - now.errors;

    if (now.name == NULL)
        return;
    if (errors > 0)
        printf("# valgrind found %u in the next case\n", errors);
    now.count++;
    now.failed |= errors > 0;
    now.any_failed |= now.failed;
    printf("%s %u - %s\n", now.failed ? "not ok" : "ok", now.count, now.name);
    fflush(stdout);
    now.name = NULL;
}

void
ct_case(const char *name)
{
    end_case();
    now.name = name;
    now.failed = false;
    now.errors = VALGRIND_COUNT_ERRORS;
}

int
ct_end(void)
{
    end_case();
    declassify_report();
    printf("# %s came to its end\n", now.program);
    return now.any_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

void
ct_secret(const void *bytes, size_t len)
{
    if (len > 0)
        (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, len);
}

void
ct_public(const void *bytes, size_t len)
{
    if (len > 0)
        (void)VALGRIND_MAKE_MEM_DEFINED(bytes, len);
}

bool
ct_is_secret(const void *bytes, size_t len)
{
    const char *at = bytes;
    unsigned char any = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char bits = 0;

        /* 1: done. Anything else: nothing is known, and so it fails. */
        if (VALGRIND_GET_VBITS(at + i, &bits, 1) != 1)
            ct_expect(false, "valgrind knows this memory");
        any |= bits;
    }
    return any != 0;
}

void
ct_expect(bool good, const char *what)
{
    if (good)
        return;
    printf("# not so: %s\n", what);
    now.failed = true;
}

void
ct_came_of_secrets(const void *bytes, size_t len, const char *what)
{
    if (!ct_is_secret(bytes, len)) {
        printf("# no longer secret: %s\n", what);
        now.failed = true;
    }
    ct_public(bytes, len);
}

uint32_t
ct_mask(uint32_t mask, const char *what)
{
    ct_came_of_secrets(&mask, sizeof mask, what);
    return mask;
}
