/* SPDX-License-Identifier: ISC */
/* What the checks must catch: without it their silence would mean nothing.
 *
 * Each of these does with a secret what the library must not do, in a way that
 * no compiler turns into something harmless (a branch over an addition is
 * none: gcc makes a conditional move of it). run.py expects what its fault
 * is called by, at the function of the canary's name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "poison.h"

#include "ct.h"
#include "gen.h"
#include "group.h"
#include "reveal.h"
#include "scalar.h"

#define NOINLINE __attribute__((noinline))

#define LEN 64

static uint8_t table[LEN];
static uint8_t secret[LEN];
static volatile unsigned sink;

NOINLINE static void
secret_index(void)
{
    sink = table[secret[0] & (LEN - 1)];
}

NOINLINE static void
secret_bound(void)
{
    for (unsigned i = 0; i < secret[0]; i++)
        sink = i;
}

NOINLINE static void
secret_pointer(void)
{
    const uint8_t *both[2] = {table, table + LEN / 2};
    const uint8_t *chosen;

    memcpy(&chosen, both + (secret[0] & 1), sizeof chosen);
    sink = *chosen;
}

/* A choice by a mask, as is right for values, but of an address. */
NOINLINE static void
secret_masked_pointer(void)
{
    uintptr_t mask = 0 - (uintptr_t)keyshare_ct_barrier(secret[0] & 1);
    uintptr_t chosen = (uintptr_t)table + (mask & (LEN / 2));

    sink = *(const volatile uint8_t *)chosen;
}

NOINLINE static void
early_exit(void)
{
    for (unsigned i = 0; i < LEN; i++)
        if (secret[i] != table[i])
            return;
    sink = LEN;
}

/* The library's answer, looked at without the door. */
NOINLINE static void
unrevealed(void)
{
    if (keyshare_ct_equal(secret, table, LEN))
        sink = 1;
}

/* A sum of secret elements: what declassify.c makes of it is secret again. */
NOINLINE static void
unrevealed_sum(void)
{
    uint8_t element[KEYSHARE_GROUP_SIZE];

    secret[31] = 0;
    keyshare_group_mul_base(element, secret);
    keyshare_group_add(element, element, element);
    for (unsigned i = 0; i < sizeof element; i++)
        if (element[i] != table[i])
            return;
    sink = LEN;
}

/* The borrow of a subtraction by GMP, of which memcheck alone loses sight. */
NOINLINE static void
unrevealed_borrow(void)
{
    mp_limb_t scalar[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t scratch[KEYSHARE_SCALAR_LIMBS];

    memcpy(scalar, secret, sizeof scalar);
    if (keyshare_prime_is_reduced(&keyshare_scalar_field, scalar, scratch))
        sink = 1;
}

/* A reason that is not in the list. */
NOINLINE static void
unknown_reason(void)
{
    keyshare_reveal_bytes(secret, LEN, (enum reveal)1000);
}

/* A poison that was lost: what comes of the secret is known. */
NOINLINE static void
lost_poison(void)
{
    uint8_t nothing = 0;

    ct_came_of_secrets(&nothing, 1, "a constant");
}

/* A program that ends well, but before its end. */
NOINLINE static void
early_end(void)
{
    exit(EXIT_SUCCESS);
}

static const struct {
    const char *name;
    void (*function)(void);
} canaries[] = {
    {"secret_index", secret_index},
    {"secret_bound", secret_bound},
    {"secret_pointer", secret_pointer},
    {"secret_masked_pointer", secret_masked_pointer},
    {"early_exit", early_exit},
    {"unrevealed", unrevealed},
    {"unrevealed_sum", unrevealed_sum},
    {"unrevealed_borrow", unrevealed_borrow},
    {"unknown_reason", unknown_reason},
    {"lost_poison", lost_poison},
    {"early_end", early_end},
};

int
main(int argc, char **argv)
{
    struct gen gen = gen_begin();

    ct_begin("canary");
    gen_bytes(&gen, secret, sizeof secret);
    gen_bytes(&gen, table, sizeof table);
    ct_secret(secret, sizeof secret);
    for (size_t i = 0; i < sizeof canaries / sizeof *canaries; i++)
        if (argc == 2 && strcmp(argv[1], canaries[i].name) == 0) {
            ct_case(canaries[i].name);
            canaries[i].function();
            return ct_end();
        }
    fprintf(stderr, "canary: which one?\n");
    return 2;
}
