/* SPDX-License-Identifier: ISC */
/* The vectors' wrapped keys, and the constants that they tell: the second base
 * point and the words. */
#include <stdlib.h>
#include <string.h>

#include <keyshare/record.h>
#include <keyshare/wrapped.h>

#include "group.h"
#include "hash.h"
#include "pedersen.h"
#include "suite.h"
#include "vectors.h"
#include "words.h"

static void
is_text(json_t *object, const char *name, const char *text, size_t len)
{
    json_t *string = vectors_get(object, name);

    ck_assert_uint_eq(len, json_string_length(string));
    ck_assert(len == 0 || memcmp(text, json_string_value(string), len) == 0);
}

static void
is_bytes(json_t *object, const char *name, const uint8_t *bytes, size_t len)
{
    struct bytes vector = vectors_bytes(object, name);

    ck_assert_uint_eq(len, vector.len);
    ck_assert_mem_eq(bytes, vector.bytes, len);
    free(vector.bytes);
}

START_TEST(wrapped_keys_pass)
{
    json_t *file = vectors_load("custody.json");
    json_t *good = vectors_get(vectors_get(file, "wrapped keys"), "good");
    json_t *object;
    size_t i;

    json_array_foreach(good, i, object)
    {
        struct bytes bytes = vectors_bytes(object, "bytes");
        keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;
        uint8_t again[KEYSHARE_WRAPPED_SIZE_MAX];
        size_t len;

        ck_assert_int_eq(
            keyshare_wrapped_decode(&wrapped, bytes.bytes, bytes.len, NULL),
            KEYSHARE_OK);
        is_text(object, "label", wrapped.label, wrapped.label_len);
        is_text(object, "method", wrapped.method, wrapped.method_len);
        is_bytes(object, "lineage", wrapped.lineage, KEYSHARE_LINEAGE_SIZE);
        is_bytes(object, "wrapped", wrapped.bytes, wrapped.len);
        ck_assert_int_eq(
            keyshare_wrapped_encode(again, sizeof again, &len, &wrapped),
            KEYSHARE_OK);
        ck_assert_uint_eq(len, bytes.len);
        ck_assert_mem_eq(again, bytes.bytes, len);
        free(bytes.bytes);
    }
    ck_assert_uint_gt(i, 0);
    json_decref(file);
}
END_TEST

START_TEST(bad_wrapped_keys_are_refused)
{
    json_t *file = vectors_load("custody.json");
    json_t *bad = vectors_get(vectors_get(file, "wrapped keys"), "bad");
    json_t *object;
    size_t i;

    json_array_foreach(bad, i, object)
    {
        struct bytes bytes = vectors_bytes(object, "bytes");
        keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;
        keyshare_error error =
            keyshare_wrapped_decode(&wrapped, bytes.bytes, bytes.len, NULL);

        ck_assert_msg(keyshare_error_kind_of(error) != KEYSHARE_ERROR_KIND_NONE,
            "%s: taken", vectors_text(object, "why"));
        ck_assert_ptr_null(wrapped.bytes);
        free(bytes.bytes);
    }
    ck_assert_uint_gt(i, 0);
    json_decref(file);
}
END_TEST

START_TEST(second_base_point_is_derived)
{
    static const char seed[] = "libkeyshare/v1/pedersen/H";
    const struct part part = {seed, sizeof seed - 1};
    json_t *file = vectors_load("custody.json");
    uint8_t digest[KEYSHARE_SHA512_SIZE];
    uint8_t H[KEYSHARE_GROUP_SIZE];

    is_bytes(file, "generator H", keyshare_pedersen_h, 32);
    keyshare_hash_sha512(digest, &part, 1);
    keyshare_group_from_hash(H, digest);
    ck_assert_mem_eq(H, keyshare_pedersen_h, sizeof H);
    json_decref(file);
}
END_TEST

START_TEST(word_lists_agree)
{
    json_t *file = vectors_load("pgpwords.json");
    json_t *even = vectors_get(file, "even");
    json_t *odd = vectors_get(file, "odd");

    ck_assert_uint_eq(json_array_size(even), 256);
    ck_assert_uint_eq(json_array_size(odd), 256);
    for (size_t i = 0; i < 256; i++) {
        ck_assert_str_eq(
            keyshare_words_even[i], json_string_value(json_array_get(even, i)));
        ck_assert_str_eq(
            keyshare_words_odd[i], json_string_value(json_array_get(odd, i)));
    }
    json_decref(file);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("wrapped keys");
    TCase *vectors = tcase_create("vectors");

    tcase_add_test(vectors, wrapped_keys_pass);
    tcase_add_test(vectors, bad_wrapped_keys_are_refused);
    tcase_add_test(vectors, second_base_point_is_derived);
    tcase_add_test(vectors, word_lists_agree);
    suite_add_tcase(suite, vectors);
    return suite;
}
