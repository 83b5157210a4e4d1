/* SPDX-License-Identifier: ISC */
/* Raw sharing over a prime field, its secrets poisoned: the secret, all that the
 * source of randomness gives, and the shares. */
#include <string.h>

#include <keyshare/raw_prime.h>

#include "poison.h"

#include "gen.h"
#include "shamir_prime.h"

#define SIZE_MAX_HERE KEYSHARE_RAW_PRIME_SIZE_MAX
#define COUNT         5
#define THRESHOLD     3

static struct gen gen;

static uint8_t modulus[SIZE_MAX_HERE];
static size_t len;
static uint8_t secret[SIZE_MAX_HERE];
static uint8_t values[COUNT][SIZE_MAX_HERE];
static uint8_t *const shares[COUNT] = {
    values[0], values[1], values[2], values[3], values[4]};
static const uint8_t *const given[COUNT] = {
    values[0], values[1], values[2], values[3], values[4]};
static const uint8_t indices[COUNT] = {3, 1, 6, 2, 5};

/* Gives its bytes, poisoned; or one byte again and again. */
struct source {
    uint8_t byte;
    bool is_stuck;
};

static int
fill(void *context, uint8_t *bytes, size_t count)
{
    const struct source *source = context;

    gen_bytes(&gen, bytes, count);
    if (source->is_stuck)
        memset(bytes, source->byte, count);
    ct_secret(bytes, count);
    return 0;
}

/* A small prime, of which nearly half of what is drawn is rejected; and 2^k - 1,
 * whose factors are none of those of indices here and of their differences. */
static const struct {
    size_t len;
    uint8_t first;
} moduli[] = {
    {1, 0x83},             /* 131 */
    {16, 0x7f},            /* 2^127 - 1 */
    {66, 0x01},            /* 2^521 - 1 */
    {SIZE_MAX_HERE, 0x7f}, /* 2^4095 - 1: not of 2, 3, 5 */
};

static void
next_modulus(size_t i)
{
    len = moduli[i].len;
    memset(modulus, 0xff, len);
    modulus[0] = moduli[i].first;
}

/* Below the modulus, or not. */
static void
make_scalar(uint8_t *scalar, bool is_below)
{
    gen_bytes(&gen, scalar, len);
    scalar[0] = is_below ? scalar[0] & (moduli[0].first >> 2) : 0xff;
    if (is_below && modulus[0] == 1)
        scalar[0] = 0;
    ct_secret(scalar, len);
}

static void
parts(void)
{
    static union {
        max_align_t align;
        uint8_t bytes[KEYSHARE_SHAMIR_PRIME_ROOM_MAX];
    } room;
    struct shamir_prime field;
    uint8_t coefficient[SIZE_MAX_HERE];

    keyshare_shamir_prime_begin(&field, room.bytes, modulus, len);
    ct_case("keyshare_shamir_prime_trim");
    gen_bytes(&gen, coefficient, len);
    ct_secret(coefficient, len);
    keyshare_shamir_prime_trim(&field, coefficient);
    ct_expect(ct_is_secret(coefficient, 1), "a candidate is secret");
    ct_case("keyshare_shamir_prime_is_below");
    make_scalar(secret, false);
    ct_expect(ct_mask(keyshare_shamir_prime_is_below(&field, secret),
                  "the mask") == 0,
        "ones are not below");
    make_scalar(secret, true);
    ct_expect(ct_mask(keyshare_shamir_prime_is_below(&field, secret),
                  "the mask") != 0,
        "what is below is");
    ct_case("keyshare_shamir_prime_step");
    for (size_t i = 0; i < COUNT; i++)
        make_scalar(values[i], true);
    keyshare_shamir_prime_step(&field, shares, indices, COUNT, secret);
    for (size_t i = 0; i < COUNT; i++)
        ct_expect(ct_is_secret(values[i], len), "a value is secret");
    ct_case("keyshare_shamir_prime_sum_add");
    keyshare_shamir_prime_sum_begin(&field);
    for (size_t i = 0; i < COUNT; i++)
        keyshare_shamir_prime_sum_add(&field, values[i], indices, COUNT, i);
    ct_case("keyshare_shamir_prime_sum_end");
    ct_expect(keyshare_shamir_prime_sum_end(&field, secret, indices, COUNT),
        "there is an inverse");
    ct_came_of_secrets(secret, len, "the value at 0");
}

static void
whole(void)
{
    struct source source = {0, false};
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    uint8_t expected[SIZE_MAX_HERE];

    random.fill = fill;
    random.context = &source;
    make_scalar(secret, true);
    memcpy(expected, secret, len);
    ct_public(expected, len);
    ct_case("keyshare_raw_prime_split");
    ct_expect(keyshare_raw_prime_split(shares, modulus, len, secret, THRESHOLD,
                  indices, COUNT, &random) == KEYSHARE_OK,
        "split");
    for (size_t i = 0; i < COUNT; i++)
        ct_expect(ct_is_secret(values[i], len), "a share is secret");
    ct_case("keyshare_raw_prime_combine");
    ct_expect(keyshare_raw_prime_combine(secret, modulus, len, given, indices,
                  THRESHOLD) == KEYSHARE_OK,
        "combined");
    ct_came_of_secrets(secret, len, "the secret");
    ct_expect(memcmp(secret, expected, len) == 0, "it is the one");

    ct_case("raw sharing, refused");
    make_scalar(values[1], false);
    ct_expect(keyshare_raw_prime_combine(secret, modulus, len, given, indices,
                  THRESHOLD) == KEYSHARE_ERR_FORMAT,
        "a share that is not below");
    make_scalar(secret, false);
    ct_expect(keyshare_raw_prime_split(shares, modulus, len, secret, THRESHOLD,
                  indices, COUNT, &random) == KEYSHARE_ERR_FORMAT,
        "a secret that is not below");
    make_scalar(secret, true);
    source = (struct source){0xff, true};
    ct_expect(keyshare_raw_prime_split(shares, modulus, len, secret, THRESHOLD,
                  indices, COUNT, &random) == KEYSHARE_ERR_RANDOM,
        "always to be rejected");
    source.byte = 0;
    ct_expect(keyshare_raw_prime_split(shares, modulus, len, secret, THRESHOLD,
                  indices, COUNT,
                  &random) == (len > 16 ? KEYSHARE_ERR_RANDOM : KEYSHARE_OK),
        "always zero");
}

int
main(void)
{
    ct_begin("raw_prime");
    gen = gen_begin();
    for (size_t i = 0; i < sizeof moduli / sizeof *moduli; i++) {
        next_modulus(i);
        parts();
        whole();
    }
    return ct_end();
}
