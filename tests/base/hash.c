/* SPDX-License-Identifier: ISC */
/* Hashes: known answers, and that a list of parts is one row of bytes.
 *
 * [FIPS180-2] NIST, FIPS 180-2 with change notice, appendices B and C: the
 *           messages and digests below (the empty message is NIST's too, from
 *           the CAVP's SHA short messages).
 */
#include "hash.h"

#include <inttypes.h>
#include <string.h>

#include "gen.h"
#include "hex.h"
#include "suite.h"

/* More than two blocks of SHA-512. */
#define MESSAGE_SIZE 300

/* A hash as the library has it, and how long its digest is. */
static const struct {
    void (*hash)(uint8_t *digest, const struct part *parts, size_t count);
    size_t size;
} hashes[] = {
    {keyshare_hash_sha256, KEYSHARE_SHA256_SIZE},
    {keyshare_hash_sha512, KEYSHARE_SHA512_SIZE},
};
#define HASHES 2

#define TWO_BLOCKS_256                                                         \
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define TWO_BLOCKS_512                                                         \
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"                 \
    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

/* [FIPS180-2] B.1, B.2, C.1, C.2 */
static const struct {
    size_t hash;
    const char *message;
    const char *digest;
} answers[] = {
    {0, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {0, "abc",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {0, TWO_BLOCKS_256,
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {1, "",
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {1, "abc",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {1, TWO_BLOCKS_512,
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
        "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
};

START_TEST(known_answers)
{
    const char *message = answers[_i].message;
    const struct part part = {message, strlen(message)};
    size_t size = hashes[answers[_i].hash].size;
    uint8_t expected[KEYSHARE_SHA512_SIZE];
    uint8_t digest[KEYSHARE_SHA512_SIZE];

    hex_read(expected, size, answers[_i].digest);
    hashes[answers[_i].hash].hash(digest, &part, 1);
    ck_assert_mem_eq(digest, expected, size);
}
END_TEST

/* [FIPS180-2] B.3, C.3: a million times 'a', here a thousand equal parts. */
static const char *const million[HASHES] = {
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
    "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
};

START_TEST(a_million_times_a)
{
    static char text[1000];
    static struct part parts[1000];
    uint8_t expected[KEYSHARE_SHA512_SIZE];
    uint8_t digest[KEYSHARE_SHA512_SIZE];

    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < 1000; i++)
        parts[i] = (struct part){text, sizeof text};
    hex_read(expected, hashes[_i].size, million[_i]);
    hashes[_i].hash(digest, parts, 1000);
    ck_assert_mem_eq(digest, expected, hashes[_i].size);
}
END_TEST

/* Wherever two cuts are made, empty parts included, and whatever the empty
 * ones point to. */
START_TEST(parts_are_one_row)
{
    struct gen gen = gen_begin();
    uint8_t message[MESSAGE_SIZE];
    uint8_t whole[KEYSHARE_SHA512_SIZE];
    uint8_t digest[KEYSHARE_SHA512_SIZE];
    const struct part one = {message, sizeof message};

    gen_bytes(&gen, message, sizeof message);
    hashes[_i].hash(whole, &one, 1);
    for (size_t a = 0; a <= sizeof message; a++) {
        size_t b = a + gen_below(&gen, sizeof message - a + 1);
        const struct part parts[] = {
            {a == 0 ? NULL : message, a},
            {a == b ? NULL : message + a, b - a},
            {NULL, 0},
            {message + b, sizeof message - b},
        };

        hashes[_i].hash(digest, parts, 4);
        ck_assert_msg(memcmp(digest, whole, hashes[_i].size) == 0,
            "seed %" PRIu64 " cut at %zu and %zu", gen.seed, a, b);
    }
}
END_TEST

START_TEST(no_parts_are_the_empty_message)
{
    const struct part empty = {NULL, 0};
    uint8_t of_none[KEYSHARE_SHA512_SIZE];
    uint8_t of_empty[KEYSHARE_SHA512_SIZE];

    hashes[_i].hash(of_none, NULL, 0);
    hashes[_i].hash(of_empty, &empty, 1);
    ck_assert_mem_eq(of_none, of_empty, hashes[_i].size);
}
END_TEST

/* The digest's size and no more is written; a literal's terminator is no part
 * of the text. */
START_TEST(sizes)
{
    const struct part text[] = {KEYSHARE_PART_TEXT("abc")};
    uint8_t digest[KEYSHARE_SHA512_SIZE + 1];
    size_t size = hashes[_i].size;

    ck_assert_uint_eq(text[0].len, 3);
    memset(digest, 0xa5, sizeof digest);
    hashes[_i].hash(digest, text, 1);
    ck_assert_uint_eq(digest[size], 0xa5);
    ck_assert_uint_ne(digest[size - 1], 0xa5);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("hash");
    TCase *vectors = tcase_create("vectors");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(
        vectors, known_answers, 0, (int)(sizeof answers / sizeof *answers));
    tcase_add_loop_test(vectors, a_million_times_a, 0, HASHES);
    suite_add_tcase(suite, vectors);
    tcase_add_loop_test(laws, parts_are_one_row, 0, HASHES);
    tcase_add_loop_test(laws, no_parts_are_the_empty_message, 0, HASHES);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(bounds, sizes, 0, HASHES);
    suite_add_tcase(suite, bounds);
    return suite;
}
