/* SPDX-License-Identifier: ISC */
/* HKDF with SHA-256.
 *
 * [RFC5869] HMAC-based Extract-and-Expand Key Derivation Function.
 */
#include "hkdf.h"

#include <string.h>

#include "invariant.h"
#include "memory.h"

void
keyshare_hkdf_extract(uint8_t *pseudorandom, const uint8_t *salt,
    size_t salt_len, const uint8_t *key, size_t key_len)
{
    const struct part part = {key, key_len};

    keyshare_hash_hmac_sha256(pseudorandom, salt, salt_len, &part, 1);
}

/* T(i) = HMAC(pseudorandom, T(i - 1) || info || i), T(0) is empty; the output
 * is as much of T(1) || T(2) || ... as is asked for ([RFC5869] 2.3). */
void
keyshare_hkdf_expand(uint8_t *output, size_t len, const uint8_t *pseudorandom,
    const struct part *info, size_t count)
{
    uint8_t block[KEYSHARE_SHA256_SIZE];
    struct part parts[KEYSHARE_HKDF_PARTS_MAX + 2];
    uint8_t i = 0;

    KEYSHARE_INVARIANT(len <= KEYSHARE_HKDF_OUTPUT_SIZE_MAX);
    KEYSHARE_INVARIANT(count <= KEYSHARE_HKDF_PARTS_MAX);
    parts[0] = (struct part){block, 0};
    memcpy(&parts[1], info, count * sizeof *info);
    parts[count + 1] = (struct part){&i, 1};
    while (len > 0) {
        const size_t step = len < sizeof block ? len : sizeof block;

        i++;
        keyshare_hash_hmac_sha256(
            block, pseudorandom, KEYSHARE_HKDF_KEY_SIZE, parts, count + 2);
        parts[0].len = sizeof block;
        memcpy(output, block, step);
        output += step;
        len -= step;
    }
    keyshare_memory_wipe(block, sizeof block);
}
