/* SPDX-License-Identifier: ISC */
/* HKDF and the HMAC below it: known answers, and what the words promise.
 *
 * [RFC5869] HMAC-based Extract-and-Expand Key Derivation Function.
 * [RFC4231] Identifiers and Test Vectors for HMAC-SHA-256, section 4.
 */
#include "hkdf.h"

#include <string.h>

#include "gen.h"
#include "hex.h"
#include "suite.h"

#define BYTES_MAX 131

static size_t
read(uint8_t *bytes, const char *hex)
{
    hex_read(bytes, strlen(hex) / 2, hex);
    return strlen(hex) / 2;
}

/* [RFC4231] 4.2, 4.3 and 4.7, whose key is longer than a block. */
static const struct {
    int byte; /* the key: so many of it; or -1 and a text */
    size_t len;
    const char *key;
    const char *message;
    const char *mac;
} macs[] = {
    {0x0b, 20, NULL, "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {-1, 4, "Jefe", "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {0xaa, 131, NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
};

START_TEST(macs_are_known)
{
    const char *message = macs[_i].message;
    uint8_t key[BYTES_MAX], mac[KEYSHARE_SHA256_SIZE], expected[sizeof mac];

    memset(key, macs[_i].byte & 0xff, sizeof key);
    if (macs[_i].key != NULL)
        memcpy(key, macs[_i].key, macs[_i].len);
    hex_read(expected, sizeof expected, macs[_i].mac);
    /* In every two parts the message is the same. */
    for (size_t cut = 0; cut <= strlen(message); cut++) {
        const struct part parts[] = {
            {message, cut}, {message + cut, strlen(message) - cut}};

        keyshare_hash_hmac_sha256(mac, key, macs[_i].len, parts, 2);
        ck_assert_mem_eq(mac, expected, sizeof mac);
    }
}
END_TEST

#define LONG_INFO                                                              \
    "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3" \
    "d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7" \
    "f8f9fafbfcfdfeff"

/* [RFC5869] A.1, A.2, A.3 */
static const struct {
    const char *key;
    const char *salt;
    const char *info;
    const char *pseudorandom;
    const char *output;
} answers[] = {
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        "34007208d5b887185865"},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222"
     "32425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40414243444546"
     "4748494a4b4c4d4e4f",
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818"
        "2838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4"
        "a5a6a7a8a9aaabacadaeaf",
        LONG_INFO,
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045"
        "a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179"
        "ec3e87c14c01d5c1f3434f1d87"},
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        "9d201395faa4b61a96c8"},
};

START_TEST(answers_are_known)
{
    uint8_t key[BYTES_MAX], salt[BYTES_MAX], info[BYTES_MAX];
    uint8_t expected[BYTES_MAX], output[BYTES_MAX];
    uint8_t pseudorandom[KEYSHARE_HKDF_KEY_SIZE];
    const size_t key_len = read(key, answers[_i].key);
    const size_t salt_len = read(salt, answers[_i].salt);
    const size_t info_len = read(info, answers[_i].info);
    size_t len = read(expected, answers[_i].pseudorandom);

    ck_assert_uint_eq(len, sizeof pseudorandom);
    keyshare_hkdf_extract(pseudorandom, salt, salt_len, key, key_len);
    ck_assert_mem_eq(pseudorandom, expected, len);
    len = read(expected, answers[_i].output);
    for (size_t cut = 0; cut <= info_len; cut++) {
        const struct part parts[] = {{info, cut}, {info + cut, info_len - cut}};

        keyshare_hkdf_expand(output, len, pseudorandom, parts, 2);
        ck_assert_mem_eq(output, expected, len);
    }
}
END_TEST

/* A shorter output is the beginning of a longer one, and nothing behind it is
 * written, up to the longest there is. */
START_TEST(lengths_are_kept)
{
    static uint8_t longest[KEYSHARE_HKDF_OUTPUT_SIZE_MAX];
    static uint8_t output[KEYSHARE_HKDF_OUTPUT_SIZE_MAX + 1];
    static const size_t lens[] = {1, 31, 32, 33, 64, 65, 8159, 8160};
    const struct part info = KEYSHARE_PART_TEXT("lengths");
    struct gen gen = gen_begin();
    uint8_t pseudorandom[KEYSHARE_HKDF_KEY_SIZE];

    gen_bytes(&gen, pseudorandom, sizeof pseudorandom);
    keyshare_hkdf_expand(longest, sizeof longest, pseudorandom, &info, 1);
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        memset(output, 0xa5, sizeof output);
        keyshare_hkdf_expand(output, lens[i], pseudorandom, &info, 1);
        ck_assert_mem_eq(output, longest, lens[i]);
        ck_assert_uint_eq(output[lens[i]], 0xa5);
    }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("hkdf");
    TCase *vectors = tcase_create("vectors");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(
        vectors, macs_are_known, 0, (int)(sizeof macs / sizeof *macs));
    tcase_add_loop_test(
        vectors, answers_are_known, 0, (int)(sizeof answers / sizeof *answers));
    suite_add_tcase(suite, vectors);
    tcase_add_test(bounds, lengths_are_kept);
    suite_add_tcase(suite, bounds);
    return suite;
}
