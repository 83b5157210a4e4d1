/* SPDX-License-Identifier: ISC */
/* Card images: put together, taken apart, and what is none. */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/wrapped.h>

#include "set.h"
#include "suite.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

static void
deal(struct set *set, keyshare_scheme scheme)
{
    struct gen gen = gen_begin();

    set_deal(set, &gen, set_policy(scheme, 2, 3), 16);
}

/* The parts are where the lengths say, one behind the other. */
static void
has_parts(const keyshare_image *image, size_t record_len, size_t share_len)
{
    keyshare_image_parts parts;

    ck_assert_int_eq(keyshare_image_take_apart(&parts, image), KEYSHARE_OK);
    ck_assert_uint_eq(parts.record.len, record_len);
    ck_assert_uint_eq(parts.share.len, share_len);
    ck_assert_ptr_eq(parts.record.bytes, record_len == 0 ? NULL : image->bytes);
    ck_assert_ptr_eq(
        parts.share.bytes, share_len == 0 ? NULL : image->bytes + record_len);
    ck_assert_ptr_null(parts.wrapped.bytes);
    ck_assert_uint_eq(parts.wrapped.len, 0);
}

START_TEST(what_is_made_is_taken_apart)
{
    struct set set;
    size_t record_len;
    const uint8_t *record;

    deal(&set, schemes[_i]);
    record = keyshare_record_bytes(set.record, &record_len);
    for (unsigned i = 1; i <= 3; i++) {
        const size_t share_len = set.cards[i - 1].len;
        keyshare_secret *made;
        keyshare_image image;
        uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
        unsigned index;

        ck_assert_int_eq(
            keyshare_image_make(&made, set.record, set.shares[i - 1]),
            KEYSHARE_OK);
        image = (keyshare_image){
            keyshare_secret_reveal(made), keyshare_secret_len(made)};
        ck_assert_uint_eq(image.len, record_len + share_len);
        ck_assert_mem_eq(image.bytes, record, record_len);
        ck_assert_mem_eq(
            image.bytes + record_len, set.cards[i - 1].bytes, share_len);
        has_parts(&image, record_len, share_len);
        ck_assert_int_eq(
            keyshare_image_share(&index, fingerprint, &image), KEYSHARE_OK);
        ck_assert_uint_eq(index, i);
        ck_assert_mem_eq(fingerprint, keyshare_record_fingerprint(set.record),
            sizeof fingerprint);
        ck_assert_int_eq(set_verdict(set.record, image.bytes, image.len),
            KEYSHARE_VERDICT_OK);
        keyshare_secret_free(&made);
        ck_assert_int_eq(
            keyshare_image_make(&made, NULL, set.shares[i - 1]), KEYSHARE_OK);
        ck_assert_uint_eq(keyshare_secret_len(made), share_len);
        ck_assert_mem_eq(
            keyshare_secret_reveal(made), set.cards[i - 1].bytes, share_len);
        keyshare_secret_free(&made);
        has_parts(&set.cards[i - 1], 0, share_len);
    }
    has_parts(&(keyshare_image){record, record_len}, record_len, 0);
    set_free(&set);
}
END_TEST

/* ---- Orders and numbers of parts ---- */

/* Record, share and wrapped key of these sets, each by its letter. */
struct parts {
    struct set set;
    uint8_t wrapped[KEYSHARE_WRAPPED_SIZE_MAX];
    size_t wrapped_len;
};

static void
make_parts(struct parts *parts)
{
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;

    deal(&parts->set, KEYSHARE_SCHEME_GF256);
    wrapped.lineage = keyshare_record_lineage(parts->set.record);
    wrapped.method = "x";
    wrapped.method_len = 1;
    wrapped.bytes = wrapped.lineage;
    wrapped.len = KEYSHARE_LINEAGE_SIZE;
    ck_assert_int_eq(keyshare_wrapped_encode(parts->wrapped,
                         sizeof parts->wrapped, &parts->wrapped_len, &wrapped),
        KEYSHARE_OK);
}

static void
append(uint8_t *bytes, size_t *len, const struct parts *parts, char what)
{
    const uint8_t *part = parts->wrapped;
    size_t part_len = parts->wrapped_len;

    if (what == 'R')
        part = keyshare_record_bytes(parts->set.record, &part_len);
    if (what == 'S') {
        part = parts->set.cards[0].bytes;
        part_len = parts->set.cards[0].len;
    }
    if (what == '0') {
        part = (const uint8_t *)"";
        part_len = 1;
    }
    memcpy(bytes + *len, part, part_len);
    *len += part_len;
}

static const struct {
    const char *parts;
    keyshare_error error;
    bool has_share;
    bool shows_record;
} orders[] = {
    {"", KEYSHARE_ERR_FORMAT, false, false},
    {"R", KEYSHARE_OK, false, true},
    {"S", KEYSHARE_OK, true, false},
    {"W", KEYSHARE_OK, false, false},
    {"RS", KEYSHARE_OK, true, true},
    {"SR", KEYSHARE_ERR_FORMAT, false, false},
    {"SS", KEYSHARE_ERR_FORMAT, false, false},
    {"RR", KEYSHARE_ERR_FORMAT, false, false},
    {"RSR", KEYSHARE_ERR_FORMAT, false, true},
    {"RSS", KEYSHARE_ERR_FORMAT, false, true},
    {"RRS", KEYSHARE_ERR_FORMAT, false, false},
    {"WS", KEYSHARE_ERR_FORMAT, false, false},
    {"SW", KEYSHARE_ERR_FORMAT, false, false},
    {"RW", KEYSHARE_ERR_FORMAT, false, false},
    {"WR", KEYSHARE_ERR_FORMAT, false, false},
    {"WW", KEYSHARE_ERR_FORMAT, false, false},
    {"RSW", KEYSHARE_ERR_FORMAT, false, true},
    {"R0", KEYSHARE_ERR_FORMAT, false, false},
    {"R0S", KEYSHARE_ERR_FORMAT, false, false},
    {"RS0", KEYSHARE_ERR_FORMAT, false, true},
    {"S0", KEYSHARE_ERR_FORMAT, false, false},
    {"0S", KEYSHARE_ERR_FORMAT, false, false},
    {"0RS", KEYSHARE_ERR_FORMAT, false, false},
    {"W0", KEYSHARE_ERR_FORMAT, false, false},
    {"0", KEYSHARE_ERR_FORMAT, false, false},
};

START_TEST(order_and_number)
{
    static struct parts parts;
    static uint8_t bytes[16384];
    keyshare_image image = {bytes, 0};
    keyshare_image_parts found;
    unsigned index;

    make_parts(&parts);
    for (const char *part = orders[_i].parts; *part != '\0'; part++)
        append(bytes, &image.len, &parts, *part);
    ck_assert_int_eq(
        keyshare_image_take_apart(&found, &image), orders[_i].error);
    ck_assert_int_eq(keyshare_image_share(&index, NULL, &image),
        orders[_i].has_share ? KEYSHARE_OK : KEYSHARE_ERR_FORMAT);
    ck_assert_uint_eq(index, orders[_i].has_share ? 1 : 0);
    ck_assert_int_eq(set_verdict(parts.set.record, image.bytes, image.len),
        orders[_i].has_share ? KEYSHARE_VERDICT_OK : KEYSHARE_VERDICT_DAMAGED);
    /* A record is given where nothing but a share stands behind it. */
    if (orders[_i].shows_record) {
        ck_assert_ptr_eq(found.record.bytes, bytes);
        ck_assert_uint_gt(found.record.len, 0);
    } else {
        ck_assert_ptr_null(found.record.bytes);
        ck_assert_uint_eq(found.record.len, 0);
    }
    set_free(&parts.set);
}
END_TEST

/* Cut anywhere, it is none, but where a record alone remains. */
START_TEST(every_truncation)
{
    struct set set;
    keyshare_secret *made;
    keyshare_image_parts parts;
    size_t record_len;

    deal(&set, schemes[_i]);
    (void)keyshare_record_bytes(set.record, &record_len);
    ck_assert_int_eq(
        keyshare_image_make(&made, set.record, set.shares[0]), KEYSHARE_OK);
    for (size_t len = 0; len < keyshare_secret_len(made); len++) {
        uint8_t *bytes = malloc(len == 0 ? 1 : len);
        const keyshare_image image = {bytes, len};

        memcpy(bytes, keyshare_secret_reveal(made), len);
        if (keyshare_image_take_apart(&parts, &image) !=
                (len == record_len ? KEYSHARE_OK : KEYSHARE_ERR_FORMAT) ||
            (parts.record.bytes != NULL) != (len >= record_len) ||
            parts.share.bytes != NULL || parts.wrapped.bytes != NULL ||
            set_verdict(set.record, bytes, len) != KEYSHARE_VERDICT_DAMAGED)
            ck_abort_msg("%zu bytes", len);
        free(bytes);
    }
    keyshare_secret_free(&made);
    set_free(&set);
}
END_TEST

START_TEST(every_error_of_make)
{
    struct set set, other;
    struct gen gen = gen_begin();
    keyshare_secret *made;
    keyshare_secret *spoilt;

    deal(&set, schemes[_i]);
    (void)gen_next(&gen);
    set_deal(&other, &gen, set_policy(schemes[_i], 2, 3), 16);
    ck_assert_int_eq(keyshare_image_make(NULL, set.record, set.shares[0]),
        KEYSHARE_ERR_ARGUMENT);
    made = set.shares[0];
    ck_assert_int_eq(
        keyshare_image_make(&made, set.record, NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_uint_eq(keyshare_image_memory(set.record, NULL), 0);
    ck_assert_ptr_null(made);
    made = set.shares[0];
    ck_assert_int_eq(keyshare_image_make(&made, set.record, other.shares[0]),
        KEYSHARE_ERR_UNEXPECTED);
    ck_assert_ptr_null(made);
    ck_assert_int_eq(
        keyshare_secret_copy(&spoilt, set.cards[0].bytes, set.cards[0].len - 1),
        KEYSHARE_OK);
    made = set.shares[0];
    ck_assert_int_eq(
        keyshare_image_make(&made, set.record, spoilt), KEYSHARE_ERR_FORMAT);
    ck_assert_ptr_null(made);
    ck_assert_int_eq(
        keyshare_image_make(&made, NULL, spoilt), KEYSHARE_ERR_FORMAT);
    keyshare_secret_free(&spoilt);
    set_free(&other);
    set_free(&set);
}
END_TEST

START_TEST(every_error_of_share)
{
    struct set set;
    uint8_t bytes[256];
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    keyshare_image image = {bytes, 0};
    unsigned index = 7;

    deal(&set, KEYSHARE_SCHEME_GF256);
    image.len = set.cards[0].len;
    memcpy(bytes, set.cards[0].bytes, image.len);
    bytes[image.len - 1] ^= 1;
    memset(fingerprint, 0xa5, sizeof fingerprint);
    ck_assert_int_eq(keyshare_image_share(&index, fingerprint, &image),
        KEYSHARE_ERR_DAMAGED);
    ck_assert_uint_eq(index, 0);
    for (size_t i = 0; i < sizeof fingerprint; i++)
        ck_assert_uint_eq(fingerprint[i], 0);
    bytes[image.len - 1] ^= 1;
    bytes[4] = 2;
    ck_assert_int_eq(
        keyshare_image_share(&index, NULL, &image), KEYSHARE_ERR_VERSION);
    bytes[4] = 1;
    ck_assert_int_eq(keyshare_image_share(&index, NULL, &image), KEYSHARE_OK);
    ck_assert_int_eq(
        keyshare_image_share(NULL, NULL, &image), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_image_share(&index, NULL, NULL), KEYSHARE_ERR_ARGUMENT);
    set_free(&set);
}
END_TEST

START_TEST(nothing_given)
{
    const keyshare_image nowhere = {NULL, 1};
    const keyshare_image empty = {NULL, 0};
    keyshare_image_parts parts;
    unsigned index;

    ck_assert_int_eq(
        keyshare_image_take_apart(NULL, &empty), KEYSHARE_ERR_ARGUMENT);
    memset(&parts, 0xa5, sizeof parts);
    ck_assert_int_eq(
        keyshare_image_take_apart(&parts, NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(parts.record.bytes);
    ck_assert_int_eq(
        keyshare_image_take_apart(&parts, &nowhere), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_image_take_apart(&parts, &empty), KEYSHARE_ERR_FORMAT);
    ck_assert_int_eq(
        keyshare_image_share(&index, NULL, &nowhere), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_image_share(&index, NULL, &empty), KEYSHARE_ERR_FORMAT);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("image");
    TCase *laws = tcase_create("laws");
    TCase *errors = tcase_create("errors");

    tcase_add_loop_test(laws, what_is_made_is_taken_apart, 0, 2);
    tcase_add_loop_test(
        laws, order_and_number, 0, (int)(sizeof orders / sizeof *orders));
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(errors, every_truncation, 0, 2);
    tcase_add_loop_test(errors, every_error_of_make, 0, 2);
    tcase_add_test(errors, every_error_of_share);
    tcase_add_test(errors, nothing_given);
    suite_add_tcase(suite, errors);
    return suite;
}
