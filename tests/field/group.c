/* SPDX-License-Identifier: ISC */
/* ristretto255: RFC 9496's vectors, the group's laws, and the identity as a
 * value like others.
 *
 * [RFC9496] The ristretto255 and decaf448 Groups.
 */
#include "group.h"

#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "gen.h"
#include "hex.h"
#include "suite.h"

#define SIZE KEYSHARE_GROUP_SIZE

static const uint8_t identity[SIZE];

/* [RFC9496] A.1: 0 B, 1 B, ..., 15 B */
static const char *const multiples[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
    "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
    "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
    "da80862773358b466ffadfe0b3293ab3d9fd53c5ea6c955358f568322daf6a57",
    "e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e",
    "f64746d3c92b13050ed8d80236a7f0007c3b3f962f5ba793d19a601ebb1df403",
    "44f53520926ec81fbd5a387845beb7df85a96a24ece18738bdcfa6a7822a176d",
    "903293d8f2287ebe10e2374dc1a53e0bc887e592699f02d077d5263cdd55601c",
    "02622ace8f7303a31cafc63f8fc48fdc16e1c8c8d234b2f0d6685282a9076031",
    "20706fd788b2720a1ed2a5dad4952b01f413bcf0e7564de8cdc816689e2db95f",
    "bce83f8ba5dd2fa572864c24ba1810f9522bc6004afe95877ac73241cafdab42",
    "e4549ee16b9aa03099ca208c67adafcafa4c3f3e4e5303de6026e3ca8ff84460",
    "aa52e000df2e16f55fb1032fc33bc42742dad6bd5a8fc0be0167436c5948501f",
    "46376b80f409b29dc2b5f6f0c52591990896e5716f41477cd30085ab7f10301e",
    "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e",
};
#define MULTIPLES ((int)(sizeof multiples / sizeof *multiples))

/* [RFC9496] A.2: what is no encoding, by reason */
static const struct {
    const char *why;
    const char *bytes;
} bad[] = {
    {"not canonical",
        "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
    {"not canonical",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    {"not canonical",
        "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    {"not canonical",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    {"negative",
        "0100000000000000000000000000000000000000000000000000000000000000"},
    {"negative",
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    {"negative",
        "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20"},
    {"negative",
        "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562"},
    {"negative",
        "c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78"},
    {"negative",
        "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24"},
    {"negative",
        "f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72"},
    {"negative",
        "87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309"},
    {"x^2 not a square",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"},
    {"x^2 not a square",
        "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f"},
    {"x^2 not a square",
        "de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b"},
    {"x^2 not a square",
        "bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042"},
    {"x^2 not a square",
        "2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08"},
    {"x^2 not a square",
        "f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22"},
    {"x^2 not a square",
        "8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731"},
    {"x^2 not a square",
        "2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b"},
    {"xy negative",
        "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e"},
    {"xy negative",
        "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220"},
    {"xy negative",
        "d483fe813c6ba647ebbfd3ec41adca1c6130c2beeee9d9bf065c8d151c5f396e"},
    {"xy negative",
        "8a2e1d30050198c65a54483123960ccc38aef6848e1ec8f5f780e8523769ba32"},
    {"xy negative",
        "32888462f8b486c68ad7dd9610be5192bbeaf3b443951ac1a8118419d9fa097b"},
    {"xy negative",
        "227142501b9d4355ccba290404bde41575b037693cef1f438c47f8fbf35d1165"},
    {"xy negative",
        "5c37cc491da847cfeb9281d407efc41e15144c876e0170b499a96a22ed31e01e"},
    {"xy negative",
        "445425117cb8c90edcbc7c1cc0e74f747f2c1efa5630a967c64f287792a48a4b"},
    {"s = -1",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
};

static void
make_scalar(struct gen *gen, uint8_t *s)
{
    uint8_t wide[64];

    gen_bytes(gen, wide, sizeof wide);
    crypto_core_ristretto255_scalar_reduce(s, wide);
}

static void
make_element(struct gen *gen, uint8_t *a)
{
    uint8_t wide[64];

    gen_bytes(gen, wide, sizeof wide);
    crypto_core_ristretto255_from_hash(a, wide);
}

/* By the base point, by an element, and by adding up. */
START_TEST(small_multiples)
{
    const uint8_t scalar[SIZE] = {(uint8_t)_i};
    uint8_t expected[SIZE];
    uint8_t base[SIZE];
    uint8_t r[SIZE];

    hex_read(expected, SIZE, multiples[_i]);
    hex_read(base, SIZE, multiples[1]);
    keyshare_group_mul_base(r, scalar);
    ck_assert_mem_eq(r, expected, SIZE);
    keyshare_group_mul(r, scalar, base);
    ck_assert_mem_eq(r, expected, SIZE);
    memset(r, 0, sizeof r);
    for (int i = 0; i < _i; i++)
        keyshare_group_add(r, r, base);
    ck_assert_mem_eq(r, expected, SIZE);
    ck_assert_int_eq(keyshare_group_is_element(expected), _i != 0);
}
END_TEST

START_TEST(bad_encodings_are_refused)
{
    uint8_t bytes[SIZE];

    hex_read(bytes, SIZE, bad[_i].bytes);
    ck_assert_msg(!keyshare_group_is_element(bytes), "%s", bad[_i].why);
}
END_TEST

/* [RFC9496] A.3: of the SHA-512 of texts */
START_TEST(from_hash)
{
    static const char *const elements[] = {
        "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46",
    };
    static const char *const texts[] = {
        "Ristretto is traditionally a short shot of espresso coffee",
    };
    uint8_t digest[KEYSHARE_GROUP_HASH_SIZE];
    uint8_t expected[SIZE];
    uint8_t r[SIZE];

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        crypto_hash_sha512(digest, (const uint8_t *)texts[i], strlen(texts[i]));
        hex_read(expected, SIZE, elements[i]);
        keyshare_group_from_hash(r, digest);
        ck_assert_mem_eq(r, expected, SIZE);
    }
}
END_TEST

START_TEST(operations_are_libsodiums)
{
    struct gen gen = gen_begin();

    for (size_t i = 0; i < gen_count(200); i++) {
        uint8_t s[SIZE];
        uint8_t a[SIZE];
        uint8_t b[SIZE];
        uint8_t ours[3][SIZE];
        uint8_t theirs[3][SIZE];

        make_scalar(&gen, s);
        make_element(&gen, a);
        make_element(&gen, b);
        keyshare_group_mul_base(ours[0], s);
        keyshare_group_mul(ours[1], s, a);
        keyshare_group_add(ours[2], a, b);
        ck_assert_int_eq(crypto_scalarmult_ristretto255_base(theirs[0], s), 0);
        ck_assert_int_eq(crypto_scalarmult_ristretto255(theirs[1], s, a), 0);
        ck_assert_int_eq(crypto_core_ristretto255_add(theirs[2], a, b), 0);
        for (int j = 0; j < 3; j++)
            ck_assert_msg(memcmp(ours[j], theirs[j], SIZE) == 0,
                "seed %" PRIu64 " case %zu operation %d", gen.seed, i, j);
    }
}
END_TEST

/* (s + t) a = s a + t a; a + b = b + a; r may stand in an operand's place. */
START_TEST(laws_and_places)
{
    struct gen gen = gen_begin();

    for (size_t i = 0; i < gen_count(100); i++) {
        uint8_t s[SIZE];
        uint8_t t[SIZE];
        uint8_t sum[SIZE];
        uint8_t a[SIZE];
        uint8_t r[SIZE];
        uint8_t x[SIZE];

        make_scalar(&gen, s);
        make_scalar(&gen, t);
        make_element(&gen, a);
        crypto_core_ristretto255_scalar_add(sum, s, t);
        keyshare_group_mul(r, sum, a);
        keyshare_group_mul(x, s, a);
        keyshare_group_mul(a, t, a);
        memcpy(sum, a, SIZE);
        keyshare_group_add(a, a, x);
        ck_assert_msg(
            memcmp(a, r, SIZE) == 0, "seed %" PRIu64 " case %zu", gen.seed, i);
        keyshare_group_add(x, sum, x);
        ck_assert_mem_eq(x, r, SIZE);
        keyshare_group_add(r, r, r);
        keyshare_group_add(x, x, a);
        ck_assert_mem_eq(x, r, SIZE);
    }
}
END_TEST

/* By zero; of the identity; sums with it, and those that give it. */
START_TEST(identity_is_a_value)
{
    struct gen gen = gen_begin();
    const uint8_t zero[SIZE] = {0};
    uint8_t s[SIZE];
    uint8_t a[SIZE];
    uint8_t negative[SIZE];
    uint8_t r[SIZE];

    make_scalar(&gen, s);
    make_element(&gen, a);
    memset(r, 0xa5, sizeof r);
    keyshare_group_mul_base(r, zero);
    ck_assert_mem_eq(r, identity, SIZE);
    memset(r, 0xa5, sizeof r);
    keyshare_group_mul(r, zero, a);
    ck_assert_mem_eq(r, identity, SIZE);
    memset(r, 0xa5, sizeof r);
    keyshare_group_mul(r, s, identity);
    ck_assert_mem_eq(r, identity, SIZE);
    keyshare_group_mul(r, zero, identity);
    ck_assert_mem_eq(r, identity, SIZE);
    keyshare_group_add(r, a, identity);
    ck_assert_mem_eq(r, a, SIZE);
    keyshare_group_add(r, identity, a);
    ck_assert_mem_eq(r, a, SIZE);
    keyshare_group_add(r, identity, identity);
    ck_assert_mem_eq(r, identity, SIZE);
    crypto_core_ristretto255_sub(negative, identity, a);
    memset(r, 0xa5, sizeof r);
    keyshare_group_add(r, a, negative);
    ck_assert_mem_eq(r, identity, SIZE);
    ck_assert(!keyshare_group_is_element(identity));
}
END_TEST

/* The top bit of the last byte is no part of the integer, so an encoding with
 * it is not canonical: libsodium before 1.0.19 takes it for one without it.
 * The identity in that disguise would turn one card into the key. */
START_TEST(top_bit_is_refused)
{
    for (int i = 0; i < MULTIPLES; i++) {
        uint8_t bytes[SIZE];

        hex_read(bytes, SIZE, multiples[i]);
        bytes[31] |= 0x80;
        ck_assert_msg(!keyshare_group_is_element(bytes), "%d B", i);
    }
}
END_TEST

START_TEST(elements_are_elements)
{
    struct gen gen = gen_begin();

    for (size_t i = 0; i < gen_count(100); i++) {
        uint8_t a[SIZE];

        make_element(&gen, a);
        ck_assert_msg(keyshare_group_is_element(a), "seed %" PRIu64 " case %zu",
            gen.seed, i);
        /* Not negative. */
        a[0] ^= 1;
        ck_assert(!keyshare_group_is_element(a));
    }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("group");
    TCase *vectors = tcase_create("vectors");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(vectors, small_multiples, 0, MULTIPLES);
    tcase_add_loop_test(
        vectors, bad_encodings_are_refused, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_test(vectors, from_hash);
    suite_add_tcase(suite, vectors);
    tcase_add_test(laws, operations_are_libsodiums);
    tcase_add_test(laws, laws_and_places);
    tcase_add_test(laws, elements_are_elements);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, identity_is_a_value);
    tcase_add_test(bounds, top_bit_is_refused);
    suite_add_tcase(suite, bounds);
    return suite;
}
