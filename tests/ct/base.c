/* SPDX-License-Identifier: ISC */
/* The layer base, its secrets poisoned. */
#include <string.h>

#include "poison.h"

#include "ct.h"
#include "hkdf.h"
#include "random.h"
#include "reveal.h"
#include "secret.h"

#include "gen.h"

#define LEN 100

static struct gen gen;

static void
comparisons(void)
{
    uint8_t a[LEN];
    uint8_t b[LEN];
    uint32_t x = 0;

    ct_case("keyshare_ct_is_zero");
    ct_secret(&x, sizeof x);
    ct_expect(ct_mask(keyshare_ct_is_zero(x), "the mask") == UINT32_MAX,
        "zero is zero");
    x = 0x80000000;
    ct_secret(&x, sizeof x);
    ct_expect(
        ct_mask(keyshare_ct_is_zero(x), "the mask") == 0, "2^31 is not zero");

    ct_case("keyshare_ct_equal");
    for (size_t differs = 0; differs <= LEN; differs += 50) {
        gen_bytes(&gen, a, LEN);
        memcpy(b, a, LEN);
        if (differs < LEN)
            b[differs] ^= 0x40;
        ct_secret(a, LEN);
        ct_secret(b, LEN);
        ct_expect(ct_mask(keyshare_ct_equal(a, b, LEN), "the mask") ==
                      (differs < LEN ? 0 : UINT32_MAX),
            "equal or not");
    }

    ct_case("keyshare_ct_all_zero");
    for (size_t at = 0; at <= LEN; at += 50) {
        memset(a, 0, LEN);
        if (at < LEN)
            a[at] = 1;
        ct_secret(a, LEN);
        ct_expect(ct_mask(keyshare_ct_all_zero(a, LEN), "the mask") ==
                      (at < LEN ? 0 : UINT32_MAX),
            "zero or not");
    }
}

static void
hashes(void)
{
    uint8_t bytes[3 * LEN];
    uint8_t digest[KEYSHARE_SHA512_SIZE];
    const struct part parts[] = {
        {bytes, 1}, {NULL, 0}, {bytes + 1, sizeof bytes - 1}};

    gen_bytes(&gen, bytes, sizeof bytes);
    ct_secret(bytes, sizeof bytes);
    ct_case("keyshare_hash_sha256");
    keyshare_hash_sha256(digest, parts, 3);
    ct_came_of_secrets(digest, KEYSHARE_SHA256_SIZE, "the digest");
    ct_case("keyshare_hash_sha512");
    keyshare_hash_sha512(digest, parts, 3);
    ct_came_of_secrets(digest, KEYSHARE_SHA512_SIZE, "the digest");
}

static int
fill_secret(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    gen_bytes(&gen, bytes, len);
    ct_secret(bytes, len);
    return 0;
}

static int
fill_zeros(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    memset(bytes, 0, len);
    ct_secret(bytes, len);
    return 0;
}

static int
fill_and_fail(void *context, uint8_t *bytes, size_t len)
{
    (void)fill_secret(context, bytes, len);
    return -1;
}

static void
stream(const struct random *source, const struct random *broken)
{
    struct random_stream stream;
    uint8_t bytes[LEN];

    ct_case("keyshare_random_stream_begin");
    ct_expect(
        keyshare_random_stream_begin(&stream, broken) == KEYSHARE_ERR_RANDOM,
        "a source that fails is told");
    ct_expect(keyshare_random_stream_begin(&stream, source) == KEYSHARE_OK,
        "a key is drawn");
    ct_expect(ct_is_secret(stream.key, sizeof stream.key), "it is secret");
    ct_case("keyshare_random_stream_next");
    for (size_t i = 0; i < 3; i++) {
        keyshare_random_stream_next(&stream, bytes, LEN);
        ct_came_of_secrets(bytes, LEN, "the stream");
    }
}

static void
randomness(void)
{
    struct random source = {fill_secret, NULL};
    struct random broken = {fill_and_fail, NULL};
    uint8_t bytes[LEN];

    stream(&source, &broken);
    ct_case("keyshare_random_draw");
    ct_expect(keyshare_random_draw(&source, bytes, LEN) == KEYSHARE_OK,
        "bytes are drawn");
    ct_came_of_secrets(bytes, LEN, "what was drawn");
    ct_case("keyshare_random_draw_nonzero");
    ct_expect(keyshare_random_draw_nonzero(&source, bytes, LEN) == KEYSHARE_OK,
        "bytes that are not all zeros are drawn");
    ct_case("keyshare_random_draw");
    ct_expect(keyshare_random_draw(&broken, bytes, LEN) == KEYSHARE_ERR_RANDOM,
        "a failure is told");
    ct_expect(!ct_is_secret(bytes, LEN), "nothing of it is left");
}

/* A secret with so many bytes, all of them secret, and free it. */
static void
look_and_free(keyshare_secret *secret, size_t len)
{
    ct_expect(secret != NULL && keyshare_secret_len(secret) == len,
        "there is a secret");
    if (secret != NULL)
        ct_came_of_secrets(
            keyshare_secret_reveal(secret), len, "what it holds");
    keyshare_secret_free(&secret);
}

static void
secrets(void)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    keyshare_secret *secret;
    uint8_t bytes[LEN];

    gen_bytes(&gen, bytes, LEN);
    ct_secret(bytes, LEN);
    ct_case("keyshare_secret_copy");
    ct_expect(
        keyshare_secret_copy(&secret, bytes, LEN) == KEYSHARE_OK, "copied");
    look_and_free(secret, LEN);

    ct_case("keyshare_secret_bytes");
    secret = keyshare_secret_new(LEN);
    if (secret != NULL)
        memcpy(keyshare_secret_bytes(secret), bytes, LEN);
    look_and_free(secret, LEN);

    ct_case("keyshare_secret_generate");
    random.fill = fill_secret;
    ct_expect(keyshare_secret_generate(&secret, LEN, &random) == KEYSHARE_OK,
        "generated");
    look_and_free(secret, LEN);
    random.fill = fill_zeros;
    ct_expect(
        keyshare_secret_generate(&secret, LEN, &random) == KEYSHARE_ERR_RANDOM,
        "a stuck generator is told");
    random.fill = fill_and_fail;
    ct_expect(
        keyshare_secret_generate(&secret, LEN, &random) == KEYSHARE_ERR_RANDOM,
        "a failure is told");
}

/* What comes of a secret key is secret, and lengths alone steer. */
static void
derivations(void)
{
    static const struct part info = KEYSHARE_PART_TEXT("info");
    uint8_t key[LEN], pseudorandom[KEYSHARE_HKDF_KEY_SIZE], output[LEN];

    gen_bytes(&gen, key, LEN);
    ct_secret(key, LEN);
    ct_case("keyshare_hash_hmac_sha256");
    keyshare_hash_hmac_sha256(pseudorandom, key, LEN, &info, 1);
    ct_expect(ct_is_secret(pseudorandom, sizeof pseudorandom), "a mac is");

    ct_case("keyshare_hkdf_extract");
    keyshare_hkdf_extract(pseudorandom, info.bytes, info.len, key, LEN);
    ct_expect(ct_is_secret(pseudorandom, sizeof pseudorandom), "extracted");

    ct_case("keyshare_hkdf_expand");
    keyshare_hkdf_expand(output, LEN, pseudorandom, &info, 1);
    ct_expect(ct_is_secret(output, LEN), "expanded");
}

static void
reveals(void)
{
    uint32_t mask = UINT32_MAX;
    uint8_t bytes[LEN];

    ct_case("keyshare_reveal_mask");
    ct_secret(&mask, sizeof mask);
    ct_expect(
        keyshare_reveal_mask(mask, REVEAL_VERDICT), "a mask that is set is so");

    ct_case("keyshare_reveal_bytes");
    gen_bytes(&gen, bytes, LEN);
    ct_secret(bytes, LEN);
    keyshare_reveal_bytes(bytes, LEN, REVEAL_COMMITMENT);
    ct_expect(!ct_is_secret(bytes, LEN), "they are public");
}

int
main(void)
{
    ct_begin("base");
    gen = gen_begin();
    comparisons();
    hashes();
    randomness();
    secrets();
    derivations();
    reveals();
    return ct_end();
}
