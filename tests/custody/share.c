/* SPDX-License-Identifier: ISC */
/* The encoded share: no flipped bit, and nothing cut or put in, goes unseen. */
#include "share.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "set.h"
#include "suite.h"
#include "tlv.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

/* A copy of share 1 of a 2-of-3 set, in memory of just its length. */
static uint8_t *
copy_share(const struct set *set, size_t len)
{
    uint8_t *bytes = malloc(len);

    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, set->cards[0].bytes, len);
    return bytes;
}

static void
deal(struct set *set, keyshare_scheme scheme)
{
    struct gen gen = gen_begin();

    set_deal(set, &gen, set_policy(scheme, 2, 3), 32);
}

/* ---- Written and read ---- */

static const size_t value_lens[] = {
    0, 1, 33, 64, 77, 78, 79, 128, 200, 255, 256, 1056, 2176};

START_TEST(what_is_written_is_read)
{
    const size_t value_len = value_lens[_i];
    const size_t size = keyshare_share_size(value_len);
    uint8_t *bytes = calloc(1, size);
    uint8_t fingerprint[32];
    struct share share;
    struct gen gen = gen_begin();
    uint8_t *value = keyshare_share_begin(bytes, 255, value_len);

    gen_bytes(&gen, value, value_len);
    gen_bytes(&gen, fingerprint, sizeof fingerprint);
    keyshare_share_seal(bytes, value_len, fingerprint);
    ck_assert_int_eq(keyshare_share_decode(&share, bytes, size), KEYSHARE_OK);
    ck_assert_uint_eq(share.index, 255);
    ck_assert_uint_eq(share.value_len, value_len);
    ck_assert_ptr_eq(share.value, value);
    ck_assert_mem_eq(share.fingerprint, fingerprint, sizeof fingerprint);
    free(bytes);
}
END_TEST

/* ---- Spoilt ---- */

/* It is refused, nothing is told of it, and on a card it is damaged. */
static void
is_damaged(const struct set *set, const uint8_t *bytes, size_t len,
    const char *what, size_t at)
{
    const struct share nothing = {.index = 0};
    struct share share;

    memset(&share, 0xa5, sizeof share);
    if (keyshare_share_decode(&share, bytes, len) == KEYSHARE_OK ||
        share.index != nothing.index || share.value != NULL ||
        share.fingerprint != NULL || share.value_len != 0 ||
        set_verdict(set->record, bytes, len) != KEYSHARE_VERDICT_DAMAGED)
        ck_abort_msg("%s %zu", what, at);
}

START_TEST(every_flip)
{
    struct set set;
    uint8_t *bytes;
    size_t len;

    deal(&set, schemes[_i]);
    len = set.cards[0].len;
    bytes = copy_share(&set, len);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        is_damaged(&set, bytes, len, "bit", bit);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    free(bytes);
    set_free(&set);
}
END_TEST

/* With its check made anew, as an attacker would: still not good. */
START_TEST(every_mended_flip)
{
    const size_t check_size = 8;
    struct set set;
    uint8_t *bytes;
    size_t len;

    deal(&set, schemes[_i]);
    len = set.cards[0].len;
    bytes = copy_share(&set, len);
    /* The length's first byte tells set_mend_check where the content is. */
    for (size_t bit = 0; bit < 8 * (len - check_size); bit++) {
        keyshare_verdict verdict;

        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (bit / 8 != 1)
            set_mend_check(bytes, len);
        verdict = set_verdict(set.record, bytes, len);
        if (verdict == KEYSHARE_VERDICT_OK || verdict == KEYSHARE_VERDICT_NONE)
            ck_abort_msg("bit %zu: %s", bit, keyshare_verdict_text(verdict));
        memcpy(bytes, set.cards[0].bytes, len);
    }
    free(bytes);
    set_free(&set);
}
END_TEST

/* A share's own content told under another index, 0 and 1..255. */
START_TEST(every_other_index)
{
    /* E2 and its length, DO 80 whole, tag and length of DO 81. */
    const size_t place =
        schemes[_i] == KEYSHARE_SCHEME_GF256 ? 2 + 3 + 2 : 3 + 3 + 2;
    struct set set;
    uint8_t *bytes;
    size_t len;

    deal(&set, schemes[_i]);
    len = set.cards[0].len;
    bytes = copy_share(&set, len);
    ck_assert_uint_eq(bytes[place], 1);
    for (unsigned index = 0; index <= 255; index++) {
        keyshare_verdict verdict;

        bytes[place] = (uint8_t)index;
        set_mend_check(bytes, len);
        verdict = set_verdict(set.record, bytes, len);
        ck_assert_int_eq(verdict, index == 0   ? KEYSHARE_VERDICT_DAMAGED
                                  : index == 1 ? KEYSHARE_VERDICT_OK
                                               : KEYSHARE_VERDICT_INVALID);
    }
    free(bytes);
    set_free(&set);
}
END_TEST

START_TEST(every_truncation)
{
    struct set set;

    deal(&set, schemes[_i]);
    for (size_t len = 0; len < set.cards[0].len; len++) {
        uint8_t *bytes = copy_share(&set, len);

        is_damaged(&set, bytes, len, "length", len);
        free(bytes);
    }
    set_free(&set);
}
END_TEST

START_TEST(every_insertion)
{
    struct set set;
    uint8_t *bytes;
    size_t len;

    deal(&set, schemes[_i]);
    len = set.cards[0].len;
    bytes = malloc(len + 1);
    for (size_t at = 0; at <= len; at++)
        for (unsigned byte = 0; byte < 256; byte++) {
            memcpy(bytes, set.cards[0].bytes, at);
            bytes[at] = (uint8_t)byte;
            memcpy(bytes + at + 1, set.cards[0].bytes + at, len - at);
            is_damaged(&set, bytes, len + 1, "inserted at", at);
        }
    free(bytes);
    set_free(&set);
}
END_TEST

/* The same inside, the length of the whole being mended; behind the check too,
 * which does not cover what stands there. */
START_TEST(every_mended_insertion)
{
    struct set set;
    struct tlv_reader reader;
    struct tlv whole;

    deal(&set, schemes[_i]);
    reader = (struct tlv_reader){set.cards[0].bytes, set.cards[0].len};
    ck_assert(keyshare_tlv_read(&reader, KEYSHARE_SHARE_TAG, &whole));
    for (size_t at = 0; at <= whole.len; at++)
        for (unsigned byte = 0; byte < 256; byte++) {
            uint8_t bytes[512];
            struct tlv_writer writer = {bytes, 0};
            uint8_t *content = keyshare_tlv_reserve(
                &writer, KEYSHARE_SHARE_TAG, whole.len + 1);

            memcpy(content, whole.value, at);
            content[at] = (uint8_t)byte;
            memcpy(content + at + 1, whole.value + at, whole.len - at);
            is_damaged(&set, bytes, writer.used, "inserted inside at", at);
        }
    set_free(&set);
}
END_TEST

/* Every byte of what is no share at all. */
START_TEST(random_bytes)
{
    struct gen gen = gen_begin();
    const size_t count = gen_count(100000);

    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[64];
        const size_t len = gen_below(&gen, sizeof bytes + 1);
        struct share share;

        gen_bytes(&gen, bytes, sizeof bytes);
        bytes[0] = 0xe2;
        bytes[1] = (uint8_t)(len - 2);
        if (keyshare_share_decode(&share, bytes, len) == KEYSHARE_OK)
            ck_abort_msg("seed %" PRIu64 " case %zu", gen.seed, i);
    }
}
END_TEST

START_TEST(version_is_told)
{
    struct set set;
    struct share share;
    uint8_t *bytes;
    size_t len;

    deal(&set, KEYSHARE_SCHEME_GF256);
    len = set.cards[0].len;
    bytes = copy_share(&set, len);
    bytes[2 + 2] = 2;
    set_mend_check(bytes, len);
    ck_assert_int_eq(
        keyshare_share_decode(&share, bytes, len), KEYSHARE_ERR_VERSION);
    bytes[2 + 2] = 1;
    bytes[len - 1] ^= 1;
    ck_assert_int_eq(
        keyshare_share_decode(&share, bytes, len), KEYSHARE_ERR_DAMAGED);
    free(bytes);
    set_free(&set);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("share");
    TCase *laws = tcase_create("laws");
    TCase *errors = tcase_create("errors");

    tcase_add_unchecked_fixture(laws, set_plain_memory, NULL);
    tcase_add_loop_test(laws, what_is_written_is_read, 0,
        (int)(sizeof value_lens / sizeof *value_lens));
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(errors, every_flip, 0, 2);
    tcase_add_loop_test(errors, every_mended_flip, 0, 2);
    tcase_add_loop_test(errors, every_other_index, 0, 2);
    tcase_add_loop_test(errors, every_truncation, 0, 2);
    tcase_add_loop_test(errors, every_insertion, 0, 2);
    tcase_add_loop_test(errors, every_mended_insertion, 0, 2);
    tcase_add_test(errors, random_bytes);
    tcase_add_test(errors, version_is_told);
    suite_add_tcase(suite, errors);
    return suite;
}
