/* SPDX-License-Identifier: ISC */
/* Random inputs that can be made again: splitmix64 (Steele, Lea and Flood,
 * Fast splittable pseudorandom number generators, OOPSLA 2014). */
#include "gen.h"

#include <stdlib.h>

#define COUNT_MAX 4096

struct gen
gen_begin(void)
{
    const char *text = getenv("KEYSHARE_TEST_SEED");
    uint64_t seed = text == NULL ? 1 : strtoull(text, NULL, 0);

    return (struct gen){seed, seed};
}

size_t
gen_count(size_t usual)
{
    const char *text = getenv("KEYSHARE_TEST_COUNT");

    return text == NULL ? usual : (size_t)strtoull(text, NULL, 0);
}

uint64_t
gen_next(struct gen *gen)
{
    uint64_t z = gen->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

size_t
gen_below(struct gen *gen, size_t bound)
{
    return (size_t)(gen_next(gen) % bound);
}

void
gen_bytes(struct gen *gen, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(gen_next(gen) >> 32);
}

void
gen_choice(struct gen *gen, size_t *chosen, size_t count, size_t bound)
{
    size_t all[COUNT_MAX];

    for (size_t i = 0; i < bound; i++)
        all[i] = i;
    for (size_t i = 0; i < count; i++) {
        size_t j = i + gen_below(gen, bound - i);

        chosen[i] = all[j];
        all[j] = all[i];
    }
}

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    gen_bytes(context, bytes, len);
    return 0;
}

keyshare_random
gen_random(struct gen *gen)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    random.fill = fill;
    random.context = gen;
    return random;
}
