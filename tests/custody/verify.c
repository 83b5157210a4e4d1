/* SPDX-License-Identifier: ISC */
/* Verify: one card alone, and what can be said of one that is not of this set.
 * The vectors have a card of each kind; here is what they leave open. */
#include <keyshare/recover.h>

#include <string.h>

#include <keyshare/fingerprint.h>

#include "hash.h"
#include "record.h"
#include "record_draft.h"
#include "set.h"
#include "share.h"
#include "suite.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

#define KNOWN 3

/* A set, and two others: of another role, and of the same. */
struct sets {
    struct set set;
    struct set other_role;
    struct set other_set;
};

static void
deal(struct sets *sets, keyshare_scheme scheme)
{
    keyshare_policy policy = {KEYSHARE_ROLE_CO, scheme, 2, 3};
    struct gen gen = gen_begin();

    set_deal(&sets->set, &gen, policy, 32);
    set_deal(&sets->other_set, &gen, policy, 32);
    policy.role = KEYSHARE_ROLE_SO;
    set_deal(&sets->other_role, &gen, policy, 32);
}

static void
clear(struct sets *sets)
{
    set_free(&sets->set);
    set_free(&sets->other_role);
    set_free(&sets->other_set);
}

/* What a share is called with these records known, and with what stands before
 * it on the card: RECORD_LEN bytes. */
static keyshare_verdict
called(const keyshare_record *record, const keyshare_record *const *known,
    size_t known_count, const uint8_t *before, size_t before_len,
    const keyshare_image *share)
{
    uint8_t bytes[4096];
    const keyshare_image card = {bytes, before_len + share->len};
    keyshare_expected expected = KEYSHARE_EXPECTED_INIT;
    keyshare_verdict verdict;

    ck_assert_uint_le(card.len, sizeof bytes);
    if (before_len > 0)
        memcpy(bytes, before, before_len);
    memcpy(bytes + before_len, share->bytes, share->len);
    expected.known = known;
    expected.known_count = known_count;
    ck_assert_int_eq(
        keyshare_verify(&verdict, record, &expected, &card), KEYSHARE_OK);
    return verdict;
}

/* Whatever the order of the known ones, and with the given one among them. */
START_TEST(known_records)
{
    struct sets sets;
    const keyshare_record *known[KNOWN];
    size_t order[KNOWN];

    deal(&sets, schemes[_i]);
    for (size_t i = 0; i < KNOWN; i++) {
        for (size_t k = 0; k < KNOWN; k++)
            order[k] = (i + k) % KNOWN;
        known[order[0]] = sets.set.record;
        known[order[1]] = sets.other_role.record;
        known[order[2]] = sets.other_set.record;
        ck_assert_int_eq(
            called(sets.set.record, known, KNOWN, NULL, 0, &sets.set.cards[1]),
            KEYSHARE_VERDICT_OK);
        ck_assert_int_eq(called(sets.set.record, known, KNOWN, NULL, 0,
                             &sets.other_role.cards[1]),
            KEYSHARE_VERDICT_OTHER_ROLE);
        ck_assert_int_eq(called(sets.set.record, known, KNOWN, NULL, 0,
                             &sets.other_set.cards[1]),
            KEYSHARE_VERDICT_OTHER_SET);
    }
    ck_assert_int_eq(
        called(sets.set.record, NULL, 0, NULL, 0, &sets.other_role.cards[1]),
        KEYSHARE_VERDICT_OTHER_SET);
    clear(&sets);
}
END_TEST

/* A record on the card helps its own share, and no other. */
START_TEST(record_beside)
{
    struct sets sets;
    size_t len, other_len;
    const uint8_t *bytes, *other;

    deal(&sets, schemes[_i]);
    bytes = keyshare_record_bytes(sets.set.record, &len);
    other = keyshare_record_bytes(sets.other_role.record, &other_len);
    ck_assert_int_eq(
        called(sets.set.record, NULL, 0, bytes, len, &sets.set.cards[0]),
        KEYSHARE_VERDICT_OK);
    ck_assert_int_eq(called(sets.set.record, NULL, 0, other, other_len,
                         &sets.other_role.cards[0]),
        KEYSHARE_VERDICT_OTHER_ROLE);
    ck_assert_int_eq(
        called(sets.set.record, NULL, 0, other, other_len, &sets.set.cards[0]),
        KEYSHARE_VERDICT_DAMAGED);
    ck_assert_int_eq(
        called(sets.set.record, NULL, 0, bytes, len, &sets.other_role.cards[0]),
        KEYSHARE_VERDICT_DAMAGED);
    clear(&sets);
}
END_TEST

/* What the share names has its fingerprint, but is no record: damaged. With
 * the share's own check made for it, only the record's decoder can tell. */
START_TEST(no_record_beside)
{
    struct sets sets;
    uint8_t record[1024], share[256], fingerprint[32];
    keyshare_image card = {share, 0};
    size_t len;
    const uint8_t *bytes;

    deal(&sets, schemes[_i]);
    bytes = keyshare_record_bytes(sets.other_role.record, &len);
    card.len = sets.other_role.cards[0].len;
    for (size_t at = 0; at < len; at++) {
        struct share view;
        const struct part part = {record, len};
        keyshare_record *decoded;
        keyshare_verdict verdict;

        memcpy(record, bytes, len);
        record[at] ^= 0x80;
        keyshare_hash_sha256(fingerprint, &part, 1);
        memcpy(share, sets.other_role.cards[0].bytes, card.len);
        if (keyshare_share_decode(&view, share, card.len) != KEYSHARE_OK)
            ck_abort_msg("no share");
        keyshare_share_seal(share, view.value_len, fingerprint);
        verdict = called(sets.set.record, NULL, 0, record, len, &card);
        if (keyshare_record_decode(&decoded, record, len, NULL) ==
            KEYSHARE_OK) {
            if (verdict != KEYSHARE_VERDICT_OTHER_ROLE)
                ck_abort_msg(
                    "byte %zu: %s", at, keyshare_verdict_text(verdict));
            keyshare_record_free(&decoded);
        } else if (verdict != KEYSHARE_VERDICT_DAMAGED) {
            ck_abort_msg("byte %zu: %s", at, keyshare_verdict_text(verdict));
        }
    }
    clear(&sets);
}
END_TEST

/* The same role and lineage at another epoch; made without its cards, as gf256
 * lets anyone do. */
static keyshare_record *
make_successor(const keyshare_record *record, keyshare_role role)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    const struct record_terms all = {.terms = &terms,
        .key_len = keyshare_record_key_len(record),
        .lineage = keyshare_record_lineage(record),
        .epoch = 1,
        .predecessor = keyshare_record_fingerprint(record)};
    struct record_draft draft;
    keyshare_record *successor;

    terms.policy = keyshare_record_policy(record);
    terms.policy.role = role;
    ck_assert_int_eq(keyshare_record_draft_begin(&draft, &all), KEYSHARE_OK);
    ck_assert_int_eq(
        keyshare_record_decode(&successor, draft.bytes, draft.len, NULL),
        KEYSHARE_OK);
    keyshare_record_draft_end(&draft);
    return successor;
}

/* Role comes before epoch, where the other record is known; a predecessor is
 * an epoch, whatever is known. */
START_TEST(role_before_epoch)
{
    struct sets sets;
    keyshare_record *same, *other;
    const keyshare_record *known[1];

    deal(&sets, KEYSHARE_SCHEME_GF256);
    same = make_successor(sets.set.record, KEYSHARE_ROLE_CO);
    other = make_successor(sets.set.record, KEYSHARE_ROLE_TRANSFER);
    known[0] = sets.set.record;
    ck_assert_int_eq(called(same, known, 1, NULL, 0, &sets.set.cards[0]),
        KEYSHARE_VERDICT_OTHER_EPOCH);
    ck_assert_int_eq(called(same, NULL, 0, NULL, 0, &sets.set.cards[0]),
        KEYSHARE_VERDICT_OTHER_EPOCH);
    ck_assert_int_eq(called(other, known, 1, NULL, 0, &sets.set.cards[0]),
        KEYSHARE_VERDICT_OTHER_ROLE);
    ck_assert_int_eq(called(other, NULL, 0, NULL, 0, &sets.set.cards[0]),
        KEYSHARE_VERDICT_OTHER_EPOCH);
    ck_assert_int_eq(called(same, NULL, 0, NULL, 0, &sets.other_set.cards[0]),
        KEYSHARE_VERDICT_OTHER_SET);
    keyshare_record_free(&same);
    keyshare_record_free(&other);
    clear(&sets);
}
END_TEST

/* Whatever stands in its place, a value that is too long or too short for the
 * set is named, not read. */
START_TEST(value_of_any_length)
{
    struct sets sets;
    const size_t right = schemes[_i] == KEYSHARE_SCHEME_GF256 ? 64 : 2 * 64;

    deal(&sets, schemes[_i]);
    for (size_t len = 0; len <= 2 * right; len++) {
        uint8_t bytes[512];

        memset(keyshare_share_begin(bytes, 1, len), 1, len);
        keyshare_share_seal(
            bytes, len, keyshare_record_fingerprint(sets.set.record));
        ck_assert_int_eq(
            set_verdict(sets.set.record, bytes, keyshare_share_size(len)),
            KEYSHARE_VERDICT_INVALID);
    }
    clear(&sets);
}
END_TEST

/* The same draws under the same threshold give the same polynomials, for one
 * card more: its share is true, and opens the commitments, but the smaller set
 * has no such card. */
START_TEST(index_above_the_count)
{
    const size_t count = 3;
    const size_t value_len = schemes[_i] == KEYSHARE_SCHEME_GF256 ? 64 : 2 * 64;
    struct gen small_gen = gen_begin();
    struct gen large_gen = gen_begin();
    struct set small, large;
    uint8_t bytes[512];
    size_t size;

    set_deal(
        &small, &small_gen, set_policy(schemes[_i], 2, (unsigned)count), 32);
    set_deal(&large, &large_gen,
        set_policy(schemes[_i], 2, (unsigned)count + 1), 32);
    for (size_t i = 0; i <= count; i++) {
        size = large.cards[i].len;
        memcpy(bytes, large.cards[i].bytes, size);
        keyshare_share_seal(
            bytes, value_len, keyshare_record_fingerprint(small.record));
        if (i < count)
            ck_assert_mem_eq(bytes, small.cards[i].bytes, size);
        ck_assert_int_eq(set_verdict(small.record, bytes, size),
            i < count ? KEYSHARE_VERDICT_OK : KEYSHARE_VERDICT_INVALID);
    }
    set_free(&small);
    set_free(&large);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("verify");
    TCase *laws = tcase_create("laws");

    tcase_add_loop_test(laws, known_records, 0, 2);
    tcase_add_loop_test(laws, record_beside, 0, 2);
    tcase_add_loop_test(laws, no_record_beside, 0, 2);
    tcase_add_test(laws, role_before_epoch);
    tcase_add_loop_test(laws, value_of_any_length, 0, 2);
    tcase_add_loop_test(laws, index_above_the_count, 0, 2);
    suite_add_tcase(suite, laws);
    return suite;
}
