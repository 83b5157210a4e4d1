/* SPDX-License-Identifier: ISC */
/* Two sets of known keys that cards are judged against. */
#include "fixed_sets.h"

#include <string.h>

#include <sodium.h>

#include "fuzz.h"

/* The bytes of all that is fixed. */
static uint8_t pool[8192];
static size_t used;

static keyshare_image
from_hex(const char *hex)
{
    uint8_t *bytes = pool + used;
    size_t len;

    REQUIRE(sodium_hex2bin(bytes, sizeof pool - used, hex, strlen(hex), NULL,
                &len, NULL) == 0);
    used += len;
    return (keyshare_image){bytes, len};
}

static void
load(struct fixed_set *set, const struct fixed_hex *hex)
{
    const keyshare_image successor = from_hex(hex->successor);

    set->key = from_hex(hex->key);
    set->bytes = from_hex(hex->record);
    for (size_t i = 0; i < FIXED_N; i++)
        set->shares[i] = from_hex(hex->shares[i]);
    REQUIRE(keyshare_record_decode(&set->record, set->bytes.bytes,
                set->bytes.len, NULL) == KEYSHARE_OK);
    REQUIRE(keyshare_record_decode(&set->successor, successor.bytes,
                successor.len, NULL) == KEYSHARE_OK);
}

const struct fixed_set *
fixed_set(size_t number)
{
    static struct fixed_set sets[FIXED_SETS];

    if (sets[number].record == NULL)
        load(&sets[number], &fixed_hex[number]);
    return &sets[number];
}
