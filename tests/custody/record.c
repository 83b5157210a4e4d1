/* SPDX-License-Identifier: ISC */
/* The encoded record: every flaw is found, and said where. */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include <keyshare/fingerprint.h>

#include "record_draft.h"
#include "set.h"
#include "share.h"
#include "suite.h"
#include "tlv.h"

#define BYTES_MAX 2048

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

static void
deal(struct set *set, keyshare_scheme scheme)
{
    struct gen gen = gen_begin();

    set_deal(set, &gen, set_policy(scheme, 2, 3), 32);
}

static keyshare_error
decode(keyshare_record **record, const uint8_t *bytes, size_t len, uint8_t *tag)
{
    const keyshare_error error =
        keyshare_record_decode(record, bytes, len, tag);

    if ((error == KEYSHARE_OK) != (*record != NULL) ||
        (error == KEYSHARE_OK) != (*tag == 0))
        ck_abort_msg("%s, but a record %p and tag %02x",
            keyshare_error_name(error), (void *)*record, *tag);
    return error;
}

/* ---- Flaws anywhere ---- */

/* No card of the genuine set is good under a record that is not its own. */
static void
cards_are_not_good(
    const struct set *set, const keyshare_record *record, size_t bit)
{
    for (size_t i = 0; i < set->policy.count; i++) {
        const keyshare_verdict verdict =
            set_verdict(record, set->cards[i].bytes, set->cards[i].len);

        if (verdict != KEYSHARE_VERDICT_OTHER_SET)
            ck_abort_msg("bit %zu: card %zu is %s", bit, i + 1,
                keyshare_verdict_text(verdict));
    }
}

/* A record is bound by its proof (pedersen), or by its fingerprint, which every
 * card names: one that is accepted with a bit flipped is another record. */
START_TEST(every_flip)
{
    struct set set;
    size_t len, accepted = 0;
    uint8_t *bytes;

    deal(&set, schemes[_i]);
    (void)keyshare_record_bytes(set.record, &len);
    bytes = malloc(len);
    memcpy(bytes, keyshare_record_bytes(set.record, NULL), len);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        keyshare_record *record;
        uint8_t tag;

        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (decode(&record, bytes, len, &tag) == KEYSHARE_OK) {
            accepted++;
            if (memcmp(keyshare_record_fingerprint(record),
                    keyshare_record_fingerprint(set.record),
                    KEYSHARE_FINGERPRINT_SIZE) == 0)
                ck_abort_msg("bit %zu: the same fingerprint", bit);
            cards_are_not_good(&set, record, bit);
            keyshare_record_free(&record);
        }
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    ck_assert_int_eq(accepted > 0, schemes[_i] == KEYSHARE_SCHEME_GF256);
    free(bytes);
    set_free(&set);
}
END_TEST

/* gf256: a share that names the record with the flipped bit. Where that is in
 * the head, no tag fits any more; where it is in a tag of a share, that one
 * does not; where it is in the key's tag, recovery refuses. */
static void
forgeries_are_found(
    const struct set *set, const keyshare_record *record, size_t bit)
{
    const size_t size = 32;
    const uint8_t *tags = keyshare_record_set(record)->commitments;
    const uint8_t *end = keyshare_record_bytes(record, NULL) + bit / 8;
    const bool is_head = end < tags;
    const size_t which = is_head ? 0 : (size_t)(end - tags) / size;
    uint8_t bytes[3][256];
    keyshare_image cards[3];
    keyshare_verdict verdicts[3];
    keyshare_secret *key;
    keyshare_error error;

    for (size_t i = 0; i < 3; i++) {
        cards[i] = (keyshare_image){bytes[i], set->cards[i].len};
        memcpy(bytes[i], set->cards[i].bytes, cards[i].len);
        keyshare_share_seal(
            bytes[i], set->key_len + 32, keyshare_record_fingerprint(record));
    }
    error = keyshare_recover(&key, verdicts, record, NULL, cards, 3);
    for (size_t i = 0; i < 3; i++)
        if ((verdicts[i] == KEYSHARE_VERDICT_OK) !=
            (!is_head && which != i + 1))
            ck_abort_msg("bit %zu: card %zu is %s", bit, i + 1,
                keyshare_verdict_text(verdicts[i]));
    if (error != (is_head         ? KEYSHARE_ERR_QUORUM
                     : which == 0 ? KEYSHARE_ERR_MISMATCH
                                  : KEYSHARE_OK))
        ck_abort_msg("bit %zu: %s", bit, keyshare_error_name(error));
    keyshare_secret_free(&key);
}

START_TEST(every_flip_with_forged_cards)
{
    struct set set;
    uint8_t bytes[BYTES_MAX];
    size_t len;

    deal(&set, KEYSHARE_SCHEME_GF256);
    (void)keyshare_record_bytes(set.record, &len);
    ck_assert_uint_le(len, sizeof bytes);
    memcpy(bytes, keyshare_record_bytes(set.record, NULL), len);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        keyshare_record *record;
        uint8_t tag;

        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (decode(&record, bytes, len, &tag) == KEYSHARE_OK) {
            forgeries_are_found(&set, record, bit);
            keyshare_record_free(&record);
        }
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    set_free(&set);
}
END_TEST

START_TEST(every_truncation)
{
    struct set set;
    size_t len;
    const uint8_t *bytes;

    deal(&set, schemes[_i]);
    bytes = keyshare_record_bytes(set.record, &len);
    for (size_t cut = 0; cut < len; cut++) {
        uint8_t *copy = malloc(cut == 0 ? 1 : cut);
        keyshare_record *record;
        uint8_t tag;

        memcpy(copy, bytes, cut);
        if (decode(&record, copy, cut, &tag) != KEYSHARE_ERR_FORMAT ||
            tag != KEYSHARE_RECORD_TAG)
            ck_abort_msg("%zu bytes", cut);
        free(copy);
    }
    set_free(&set);
}
END_TEST

START_TEST(every_insertion)
{
    struct set set;
    size_t len;
    uint8_t *copy;
    const uint8_t *bytes;

    deal(&set, schemes[_i]);
    bytes = keyshare_record_bytes(set.record, &len);
    copy = malloc(len + 1);
    for (size_t at = 0; at <= len; at++)
        for (unsigned byte = 0; byte < 256; byte++) {
            keyshare_record *record;
            uint8_t tag;

            memcpy(copy, bytes, at);
            copy[at] = (uint8_t)byte;
            memcpy(copy + at + 1, bytes + at, len - at);
            if (decode(&record, copy, len + 1, &tag) != KEYSHARE_ERR_FORMAT)
                ck_abort_msg("%02x at %zu", byte, at);
        }
    free(copy);
    set_free(&set);
}
END_TEST

/* The same, but that the length of the whole is mended. */
START_TEST(every_mended_insertion)
{
    struct set set;
    size_t len;
    uint8_t copy[BYTES_MAX];
    const uint8_t *bytes;

    deal(&set, schemes[_i]);
    bytes = keyshare_record_bytes(set.record, &len);
    /* E1 81 or 82, and one length byte or two. */
    for (size_t at = bytes[1] == 0x81 ? 3 : 4; at <= len; at++)
        for (unsigned byte = 0; byte < 256; byte++) {
            struct tlv_reader reader = {bytes, len};
            struct tlv_writer writer = {copy, 0};
            struct tlv whole;
            size_t before;
            keyshare_record *record;
            uint8_t tag;
            uint8_t *content;

            if (!keyshare_tlv_read(&reader, KEYSHARE_RECORD_TAG, &whole))
                ck_abort_msg("no record");
            before = (size_t)(bytes + at - whole.value);
            content = keyshare_tlv_reserve(
                &writer, KEYSHARE_RECORD_TAG, whole.len + 1);
            memcpy(content, whole.value, before);
            content[before] = (uint8_t)byte;
            memcpy(
                content + before + 1, whole.value + before, whole.len - before);
            if (decode(&record, copy, writer.used, &tag) == KEYSHARE_OK)
                ck_abort_msg("%02x at %zu", byte, at);
        }
    set_free(&set);
}
END_TEST

/* ---- Flaws of one field ---- */

/* How one field is spoilt; the whole is put together again around it. */
struct fault {
    const char *why;
    uint8_t at;        /* the field */
    const char *value; /* what it then holds; NULL: it is left out */
    size_t len;
    keyshare_error error;
    uint8_t tag; /* which the decoder has to name */
    keyshare_scheme scheme;
};

#define BOTH  (keyshare_scheme)0
#define GF256 KEYSHARE_SCHEME_GF256
#define PED   KEYSHARE_SCHEME_PEDERSEN
#define FMT   KEYSHARE_ERR_FORMAT
#define X64   "0123456789012345678901234567890123456789012345678901234567890123"

static const struct fault faults[] = {
    {"no version", 0x80, NULL, 0, FMT, 0x80, BOTH},
    {"long version", 0x80, "\0\1", 2, FMT, 0x80, BOTH},
    {"version 0", 0x80, "\0", 1, KEYSHARE_ERR_VERSION, 0x80, BOTH},
    {"version 2", 0x80, "\2", 1, KEYSHARE_ERR_VERSION, 0x80, BOTH},
    {"no scheme", 0x81, NULL, 0, FMT, 0x81, BOTH},
    {"empty scheme", 0x81, "", 0, FMT, 0x81, BOTH},
    {"scheme 0", 0x81, "\0", 1, KEYSHARE_ERR_VERSION, 0x81, BOTH},
    {"scheme 3", 0x81, "\3", 1, KEYSHARE_ERR_VERSION, 0x81, BOTH},
    {"the other scheme", 0x81, "\2", 1, FMT, 0x8b, GF256},
    {"the other scheme", 0x81, "\1", 1, FMT, 0xe1, PED},
    {"no role", 0x82, NULL, 0, FMT, 0x82, BOTH},
    {"role 5", 0x82, "\5", 1, FMT, 0x82, BOTH},
    {"role 255", 0x82, "\xff", 1, FMT, 0x82, BOTH},
    {"no threshold", 0x83, NULL, 0, FMT, 0x83, BOTH},
    {"threshold 0", 0x83, "\0", 1, FMT, 0x83, BOTH},
    {"threshold 4 of 3", 0x83, "\4", 1, FMT, 0x84, BOTH},
    {"threshold 3", 0x83, "\3", 1, FMT, 0x8b, PED},
    {"no count", 0x84, NULL, 0, FMT, 0x84, BOTH},
    {"count 0", 0x84, "\0", 1, FMT, 0x84, BOTH},
    {"count 1", 0x84, "\1", 1, FMT, 0x84, BOTH},
    {"count 4", 0x84, "\4", 1, FMT, 0x8b, GF256},
    {"count 4", 0x84, "\4", 1, KEYSHARE_ERR_PROOF, 0x8c, PED},
    {"no key length", 0x85, NULL, 0, FMT, 0x85, BOTH},
    {"key length of one byte", 0x85, "\x20", 1, FMT, 0x85, BOTH},
    {"key length of three", 0x85, "\0\0\x20", 3, FMT, 0x85, BOTH},
    {"key length 0", 0x85, "\0\0", 2, FMT, 0x85, BOTH},
    {"key length 1025", 0x85, "\4\1", 2, FMT, 0x85, BOTH},
    {"key length 65535", 0x85, "\xff\xff", 2, FMT, 0x85, BOTH},
    {"key length 31", 0x85, "\0\x1f", 2, FMT, 0x8b, PED},
    {"key length 63", 0x85, "\0\x3f", 2, FMT, 0x8b, PED},
    {"key length 33", 0x85, "\0\x21", 2, KEYSHARE_ERR_PROOF, 0x8c, PED},
    {"no lineage", 0x86, NULL, 0, FMT, 0x86, BOTH},
    {"lineage of 15", 0x86, X64, 15, FMT, 0x86, BOTH},
    {"lineage of 17", 0x86, X64, 17, FMT, 0x86, BOTH},
    {"another lineage", 0x86, X64, 16, KEYSHARE_ERR_PROOF, 0x8c, PED},
    {"no epoch", 0x87, NULL, 0, FMT, 0x87, BOTH},
    {"epoch of three bytes", 0x87, "\0\0\0", 3, FMT, 0x87, BOTH},
    {"epoch 1, no predecessor", 0x87, "\0\0\0\1", 4, FMT, 0x8a, BOTH},
    {"epoch 2^31, likewise", 0x87, "\x80\0\0\0", 4, FMT, 0x8a, BOTH},
    {"no label", 0x88, NULL, 0, FMT, 0x88, BOTH},
    {"label of 65", 0x88, X64 "x", 65, FMT, 0x88, BOTH},
    {"label with a tab", 0x88, "\t", 1, FMT, 0x88, BOTH},
    {"label cut", 0x88, "x\xc3", 2, FMT, 0x88, BOTH},
    {"another label", 0x88, X64, 64, KEYSHARE_ERR_PROOF, 0x8c, PED},
    {"empty label", 0x88, "", 0, KEYSHARE_ERR_PROOF, 0x8c, PED},
    {"no time", 0x89, NULL, 0, FMT, 0x89, BOTH},
    {"time of four bytes", 0x89, X64, 4, FMT, 0x89, BOTH},
    {"time of nine bytes", 0x89, X64, 9, FMT, 0x89, BOTH},
    {"another time", 0x89, X64, 8, KEYSHARE_ERR_PROOF, 0x8c, PED},
    {"no commitments", 0x8b, NULL, 0, FMT, 0x8b, BOTH},
    {"too few commitments", 0x8b, X64, 32, FMT, 0x8b, BOTH},
    {"no proof", 0x8c, NULL, 0, FMT, 0x8c, PED},
    {"empty proof", 0x8c, "", 0, FMT, 0x8c, PED},
    {"proof of 64", 0x8c, X64, 64, FMT, 0x8c, PED},
    {"proof of 97", 0x8c, X64 X64, 97, FMT, 0x8c, PED},
    {"proof of no point", 0x8c, X64 X64, 96, FMT, 0x8c, PED},
};

/* Copy the record's fields in turn, one of them spoilt. */
static size_t
spoil(uint8_t *bytes, const keyshare_record *record, const struct fault *fault)
{
    struct tlv_reader reader = {keyshare_record_bytes(record, NULL), 0};
    uint8_t content[BYTES_MAX];
    struct tlv_writer inner = {content, 0};
    struct tlv_writer writer = {bytes, 0};
    struct tlv object;

    (void)keyshare_record_bytes(record, &reader.left);
    ck_assert(keyshare_tlv_read(&reader, KEYSHARE_RECORD_TAG, &object));
    reader = (struct tlv_reader){object.value, object.len};
    for (uint8_t tag = 0x80; tag <= 0x8c; tag++) {
        if (!keyshare_tlv_read(&reader, tag, &object))
            continue;
        if (tag != fault->at)
            keyshare_tlv_write(&inner, tag, object.value, object.len);
        else if (fault->value != NULL)
            keyshare_tlv_write(&inner, tag, fault->value, fault->len);
    }
    ck_assert_uint_eq(reader.left, 0);
    keyshare_tlv_write(&writer, KEYSHARE_RECORD_TAG, content, inner.used);
    return writer.used;
}

START_TEST(every_field)
{
    const struct fault *fault = &faults[_i];

    for (size_t i = 0; i < 2; i++) {
        uint8_t bytes[BYTES_MAX];
        keyshare_record *record;
        keyshare_error error;
        struct set set;
        uint8_t tag;
        size_t len;

        if (fault->scheme != BOTH && fault->scheme != schemes[i])
            continue;
        deal(&set, schemes[i]);
        len = spoil(bytes, set.record, fault);
        error = decode(&record, bytes, len, &tag);
        ck_assert_msg(error == fault->error && tag == fault->tag,
            "%s, %s: %s at %02x", keyshare_scheme_text(schemes[i]), fault->why,
            keyshare_error_name(error), tag);
        /* Of a record of one's own only the proof is left to another check. */
        error = keyshare_record_decode_own(&record, bytes, len);
        ck_assert_int_eq(error,
            fault->error == KEYSHARE_ERR_PROOF ? KEYSHARE_OK : fault->error);
        ck_assert((record != NULL) == (error == KEYSHARE_OK));
        keyshare_record_free(&record);
        set_free(&set);
    }
}
END_TEST

/* The spoiler spoils nothing but what it is told to. */
START_TEST(no_field)
{
    const struct fault none = {.at = 0};
    uint8_t bytes[BYTES_MAX];
    struct set set;
    size_t len;

    deal(&set, schemes[_i]);
    (void)keyshare_record_bytes(set.record, &len);
    ck_assert_uint_eq(spoil(bytes, set.record, &none), len);
    ck_assert_mem_eq(bytes, keyshare_record_bytes(set.record, NULL), len);
    set_free(&set);
}
END_TEST

/* What a decoder takes though nobody may deal it. */
START_TEST(lonely_threshold_is_a_record)
{
    const struct fault fault = {.at = 0x83, .value = "\1", .len = 1};
    uint8_t bytes[BYTES_MAX];
    keyshare_record *record;
    struct set set;
    struct gen gen = gen_begin();
    keyshare_policy policy = set_policy(KEYSHARE_SCHEME_GF256, 2, 3);
    uint8_t tag;

    policy.role = KEYSHARE_ROLE_RKSH;
    set_deal(&set, &gen, policy, 32);
    ck_assert_int_eq(
        decode(&record, bytes, spoil(bytes, set.record, &fault), &tag),
        KEYSHARE_OK);
    ck_assert_uint_eq(keyshare_record_policy(record).threshold, 1);
    ck_assert_int_eq(keyshare_record_policy(record).role, KEYSHARE_ROLE_RKSH);
    keyshare_record_free(&record);
    set_free(&set);
}
END_TEST

/* ---- Bounds ---- */

/* The largest that a policy can make is no larger than the headers say. */
START_TEST(largest_sizes)
{
    const keyshare_terms terms = {.size = sizeof terms,
        .policy = set_policy(schemes[_i], 255, 255),
        .label_len = KEYSHARE_LABEL_SIZE_MAX};
    const struct record_terms all = {.terms = &terms,
        .key_len = KEYSHARE_KEY_SIZE_MAX,
        .predecessor = (const uint8_t *)X64};
    const struct scheme *scheme =
        keyshare_scheme_find((unsigned)terms.policy.scheme);
    const size_t record_size = keyshare_record_draft_size(&all);

    ck_assert_uint_le(record_size, KEYSHARE_RECORD_SIZE_MAX);
    ck_assert_uint_le(record_size + keyshare_share_size(scheme->value_len(
                                        KEYSHARE_KEY_SIZE_MAX)),
        KEYSHARE_IMAGE_SIZE_MAX);
}
END_TEST

START_TEST(too_large)
{
    const size_t len = KEYSHARE_RECORD_SIZE_MAX + 1;
    uint8_t *bytes = calloc(1, len);
    struct tlv_writer writer = {bytes, 0};
    keyshare_record *record;
    uint8_t tag;

    keyshare_tlv_open(&writer, KEYSHARE_RECORD_TAG, len - 4 - 1);
    ck_assert_int_eq(decode(&record, bytes, len, &tag), KEYSHARE_ERR_FORMAT);
    ck_assert_uint_eq(tag, KEYSHARE_RECORD_TAG);
    free(bytes);
}
END_TEST

START_TEST(nothing_given)
{
    keyshare_record *record = (keyshare_record *)&record;
    uint8_t tag = 1;

    ck_assert_int_eq(
        keyshare_record_decode(NULL, &tag, 1, &tag), KEYSHARE_ERR_ARGUMENT);
    ck_assert_uint_eq(tag, 0);
    ck_assert_int_eq(
        keyshare_record_decode(&record, NULL, 1, &tag), KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(record);
    ck_assert_int_eq(
        keyshare_record_decode(&record, NULL, 0, NULL), KEYSHARE_ERR_FORMAT);
    ck_assert_int_eq(keyshare_record_prepare(NULL), KEYSHARE_ERR_ARGUMENT);
    keyshare_record_free(NULL);
    keyshare_record_free(&record);
}
END_TEST

/* ---- Loaded for many cards ---- */

/* It changes no answer: on good cards, and on cards with any bit flipped. */
START_TEST(loading_changes_no_answer)
{
    struct set set;
    struct gen gen = gen_begin();
    keyshare_record *loaded;
    size_t len;
    const uint8_t *bytes;

    set_deal(&set, &gen, set_policy(schemes[_i], 3, 5), 40);
    bytes = keyshare_record_bytes(set.record, &len);
    ck_assert_int_eq(
        keyshare_record_decode(&loaded, bytes, len, NULL), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_record_prepare(loaded), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_record_prepare(loaded), KEYSHARE_OK);
    for (size_t i = 0; i < 5; i++) {
        uint8_t card[256];
        const size_t size = set.cards[i].len;

        ck_assert_uint_le(size, sizeof card);
        memcpy(card, set.cards[i].bytes, size);
        ck_assert_int_eq(set_verdict(loaded, card, size), KEYSHARE_VERDICT_OK);
        for (size_t at = 0; at < size; at++) {
            card[at] ^= 0x10;
            set_mend_check(card, size);
            if (set_verdict(loaded, card, size) !=
                set_verdict(set.record, card, size))
                ck_abort_msg("card %zu byte %zu", i + 1, at);
            memcpy(card, set.cards[i].bytes, size);
        }
    }
    keyshare_record_free(&loaded);
    set_free(&set);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("record");
    TCase *flaws = tcase_create("flaws");
    TCase *fields = tcase_create("fields");
    TCase *bounds = tcase_create("bounds");
    TCase *loading = tcase_create("loading");

    tcase_add_unchecked_fixture(flaws, set_plain_memory, NULL);
    tcase_add_loop_test(flaws, every_flip, 0, 2);
    tcase_add_test(flaws, every_flip_with_forged_cards);
    tcase_add_loop_test(flaws, every_truncation, 0, 2);
    tcase_add_loop_test(flaws, every_insertion, 0, 2);
    tcase_add_loop_test(flaws, every_mended_insertion, 0, 2);
    suite_add_tcase(suite, flaws);
    tcase_add_loop_test(fields, no_field, 0, 2);
    tcase_add_loop_test(
        fields, every_field, 0, (int)(sizeof faults / sizeof *faults));
    tcase_add_test(fields, lonely_threshold_is_a_record);
    suite_add_tcase(suite, fields);
    tcase_add_loop_test(bounds, largest_sizes, 0, 2);
    tcase_add_test(bounds, too_large);
    tcase_add_test(bounds, nothing_given);
    suite_add_tcase(suite, bounds);
    tcase_add_loop_test(loading, loading_changes_no_answer, 0, 2);
    suite_add_tcase(suite, loading);
    return suite;
}
