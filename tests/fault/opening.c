/* SPDX-License-Identifier: ISC */
/* What a dealing of the scheme pedersen keeps to itself. */
#include "opening.h"

#include <string.h>

#include <sodium.h>

#include "record.h"

#define CHUNK_SIZE   31
#define WIDE_SIZE    64
#define CONTEXT_SIZE 64

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    struct drawn *drawn = context;

    if (len > sizeof drawn->bytes - drawn->len)
        return -1;
    if (++drawn->draws == 2)
        drawn->coins = drawn->len;
    if (drawn->constant)
        memset(bytes, drawn->value, len);
    else
        gen_bytes(&drawn->gen, bytes, len);
    memcpy(drawn->bytes + drawn->len, bytes, len);
    drawn->len += len;
    return 0;
}

keyshare_random
drawn_random(struct drawn *drawn)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    drawn->len = 0;
    drawn->draws = 0;
    random.fill = fill;
    random.context = drawn;
    return random;
}

/* Scalars here are bytes, as libsodium has them, until they are given out. */
static void
give(mp_limb_t *r, const uint8_t *bytes)
{
    mpz_t x;

    mpz_init(x);
    mpz_import(x, 32, -1, 1, 0, 0, bytes);
    memset(r, 0, KEYSHARE_SCALAR_LIMBS * sizeof *r);
    mpn_copyi(r, mpz_limbs_read(x), (mp_size_t)mpz_size(x));
    mpz_clear(x);
}

static void
hash_to_scalar(uint8_t *scalar, const char *domain, const uint8_t *context,
    const uint8_t *rest, size_t rest_len)
{
    crypto_hash_sha512_state state;
    uint8_t digest[crypto_hash_sha512_BYTES];

    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, (const uint8_t *)domain, strlen(domain));
    crypto_hash_sha512_update(&state, context, CONTEXT_SIZE);
    crypto_hash_sha512_update(&state, rest, rest_len);
    crypto_hash_sha512_final(&state, digest);
    crypto_core_ristretto255_scalar_reduce(scalar, digest);
}

/* Of what a dealing draws, so much is for one chunk: g_0 first. */
static size_t
stride_of(size_t threshold)
{
    return (2 * threshold - 1) * WIDE_SIZE;
}

void
opening_compute_later(struct opening *opening, const keyshare_record *record,
    const uint8_t *key, const uint8_t *coins, size_t threshold,
    const uint8_t *fresh)
{
    const struct scheme_set *set = keyshare_record_set(record);
    const size_t stride = stride_of(threshold);
    uint8_t c[32], masks[2][32], rho[32], term[32], pair[2][32];

    memset(opening, 0, sizeof *opening);
    opening->chunks = (set->key_len + CHUNK_SIZE - 1) / CHUNK_SIZE;
    hash_to_scalar(
        c, "libkeyshare/v1/pedersen/proof", set->proof_context, set->proof, 32);
    give(opening->c, c);
    memcpy(masks, set->proof + 32, sizeof masks);
    for (size_t i = 0; i < 2; i++)
        give(opening->z[i], masks[i]);
    for (size_t j = 0; j < opening->chunks; j++) {
        const uint8_t number[2] = {0, (uint8_t)j};
        const size_t left = set->key_len - j * CHUNK_SIZE;

        memset(pair, 0, sizeof pair);
        memcpy(pair[0], key + j * CHUNK_SIZE,
            left < CHUNK_SIZE ? left : CHUNK_SIZE);
        crypto_core_ristretto255_scalar_reduce(pair[1], coins + j * stride);
        give(opening->f[j], pair[0]);
        give(opening->g[j], pair[1]);
        hash_to_scalar(rho, "libkeyshare/v1/pedersen/rho", set->proof_context,
            number, sizeof number);
        give(opening->rho[j], rho);
        crypto_core_ristretto255_scalar_mul(rho, rho, c);
        for (size_t i = 0; i < 2; i++) {
            crypto_core_ristretto255_scalar_mul(term, rho, pair[i]);
            crypto_core_ristretto255_scalar_sub(masks[i], masks[i], term);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        give(opening->masks[i], masks[i]);
        crypto_core_ristretto255_scalar_reduce(term, fresh + i * WIDE_SIZE);
        give(opening->fresh[i], term);
    }
}

void
opening_compute(struct opening *opening, const keyshare_record *record,
    const uint8_t *key, const uint8_t *coins)
{
    const struct scheme_set *set = keyshare_record_set(record);
    const size_t chunks = (set->key_len + CHUNK_SIZE - 1) / CHUNK_SIZE;

    opening_compute_later(opening, record, key, coins, set->threshold,
        coins + chunks * stride_of(set->threshold));
}
