/* SPDX-License-Identifier: ISC */
/* The corpus of one decoder, without libFuzzer: each file as it is, and some
 * variants of it that the decoder's mutator makes. One TAP line per folder.
 *
 * replay FOLDER
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "lot.h"

#define SIZE_MAX_INPUT (1U << 17)
#define VARIANTS       8

/* What a plain mutation is here: a byte changed, put in or taken out. */
size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
    static uint64_t lot = 1;
    const size_t at = size > 0 ? lot_below(&lot, size) : 0;
    const uint8_t byte = (uint8_t)lot_next(&lot);

    if (size < max_size && (size == 0 || lot_below(&lot, 4) == 0)) {
        memmove(data + at + 1, data + at, size - at);
        data[at] = byte;
        return size + 1;
    }
    if (size > 1 && lot_below(&lot, 4) == 0) {
        memmove(data + at, data + at + 1, size - at - 1);
        return size - 1;
    }
    if (size > 0)
        data[at] = byte;
    return size;
}

/* The input in memory of its very size, so that a byte too far is seen. */
static void
try_input(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    REQUIRE(copy != NULL);
    memcpy(copy, bytes, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void
try_file(const char *folder, const char *name)
{
    static uint8_t bytes[SIZE_MAX_INPUT], variant[SIZE_MAX_INPUT];
    char path[4096];
    size_t size;
    FILE *file;

    REQUIRE(
        snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    file = fopen(path, "rb");
    REQUIRE(file != NULL);
    size = fread(bytes, 1, sizeof bytes, file);
    REQUIRE(feof(file) != 0 || size < sizeof bytes);
    fclose(file);
    printf("# %s\n", name);
    fflush(stdout);
    try_input(bytes, size);
    for (unsigned seed = 0; seed < VARIANTS; seed++) {
        size_t len;

        memcpy(variant, bytes, size);
        len = LLVMFuzzerCustomMutator(variant, size, sizeof variant,
            (unsigned)fuzz_lot(bytes, size) + seed);
        try_input(variant, len);
    }
}

int
main(int argc, char **argv)
{
    const struct dirent *entry;
    size_t count = 0;
    DIR *folder;

    REQUIRE(argc == 2);
    folder = opendir(argv[1]);
    REQUIRE(folder != NULL);
    printf("1..1\n");
    fuzz_begin();
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        try_file(argv[1], entry->d_name);
        count++;
    }
    closedir(folder);
    printf("%s 1 - %zu files, each with %d variants\n",
        count > 0 ? "ok" : "not ok", count, VARIANTS);
    return count > 0 ? 0 : 1;
}
