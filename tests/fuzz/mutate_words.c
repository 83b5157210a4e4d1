/* SPDX-License-Identifier: ISC */
/* libFuzzer's mutator for what people type: half of the time its own, half of
 * the time one that changes whole words.
 */
#include <string.h>

#include "fuzz.h"
#include "lot.h"
#include "words.h"

#define WORDS_MAX 40
#define TEXT_MAX  4096

struct word {
    const char *text;
    size_t len;
};

static bool
is_between(char c)
{
    return c != '\0' && strchr(" \t\r\n-,", c) != NULL;
}

/* The words of a text; the last one counts as all that is left. */
static size_t
split(struct word *words, const char *text, size_t len)
{
    size_t count = 0;
    size_t at = 0;

    while (at < len && count < WORDS_MAX - 1) {
        size_t start;

        while (at < len && is_between(text[at]))
            at++;
        start = at;
        while (at < len && !is_between(text[at]))
            at++;
        if (at > start)
            words[count++] = (struct word){text + start, at - start};
    }
    return count;
}

static struct word
choose(size_t place, uint64_t *lot)
{
    const bool even = (place % 2 == 0) == (lot_below(lot, 8) != 0);
    const char *word =
        (even ? keyshare_words_even : keyshare_words_odd)[lot_below(lot, 256)];

    return (struct word){word, strlen(word)};
}

static size_t
change(struct word *words, size_t count, uint64_t *lot)
{
    const size_t a = count > 0 ? lot_below(lot, count) : 0;
    const size_t b = count > 0 ? lot_below(lot, count) : 0;
    const struct word word = words[a];

    switch (lot_below(lot, 4)) {
    case 0: words[a] = choose(a, lot); return count > 0 ? count : 1;
    case 1: words[count] = choose(count, lot); return count + 1;
    case 2:
        words[a] = words[b];
        words[b] = word;
        return count;
    default:
        while (count < 32)
            words[count] = choose(count, lot), count++;
        return 32;
    }
}

static size_t
join(char *text, const struct word *words, size_t count, uint64_t *lot)
{
    static const char between[] = " \t\r\n-,";
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        if (words[i].len + 1 > TEXT_MAX - used)
            break;
        memcpy(text + used, words[i].text, words[i].len);
        if (lot_below(lot, 8) == 0)
            text[used] ^= 0x20;
        used += words[i].len;
        text[used++] =
            between[lot_below(lot, 4) == 0 ? lot_below(lot, sizeof between - 1)
                                           : 0];
    }
    return used > 0 ? used - 1 : 0;
}

size_t
LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static char text[TEXT_MAX];
    struct word words[WORDS_MAX] = {{"", 0}};
    uint64_t lot = seed;
    size_t count, len;

    if (lot_below(&lot, 2) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    count = split(words, (const char *)data, size);
    count = change(words, count, &lot);
    len = join(text, words, count, &lot);
    if (len > max_size)
        return LLVMFuzzerMutate(data, size, max_size);
    memcpy(data, text, len);
    return len;
}
