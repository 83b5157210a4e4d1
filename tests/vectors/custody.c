/* SPDX-License-Identifier: ISC */
/* The vectors of custody, whole: an independent implementation's records,
 * shares, bad records, bad cards and odd dealings. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare/fingerprint.h>

#include "read.h"
#include "record.h"
#include "record_draft.h"
#include "set.h"
#include "share.h"
#include "suite.h"
#include "vectors.h"

#define EPOCHS_MAX 3

/* Of more subsets than this, or than KEYSHARE_TEST_COUNT says, a sample is
 * taken. */
#define SUBSETS 200

/* ---- What stands in a set ---- */

/* Every accessor says what the vector does. */
static void
record_agrees(const keyshare_record *record, json_t *object, size_t epoch,
    const keyshare_record *previous)
{
    const keyshare_policy policy = keyshare_record_policy(record);
    json_t *label = vectors_get(object, "label");
    struct bytes bytes = vectors_bytes(object, "record");
    size_t len;
    const char *text = keyshare_record_label(record, &len);

    ck_assert_uint_eq(len, json_string_length(label));
    ck_assert(len == 0 || memcmp(text, json_string_value(label), len) == 0);
    ck_assert_str_eq(
        keyshare_role_text(policy.role), vectors_text(object, "role"));
    ck_assert_int_eq(
        policy.threshold, json_integer_value(vectors_get(object, "threshold")));
    ck_assert_int_eq(
        policy.count, json_integer_value(vectors_get(object, "count")));
    ck_assert_int_eq((json_int_t)keyshare_record_time(record),
        json_integer_value(vectors_get(object, "time")));
    ck_assert_uint_eq(keyshare_record_epoch(record), epoch);
    if (previous == NULL) {
        ck_assert_ptr_null(keyshare_record_predecessor(record));
    } else {
        ck_assert_mem_eq(keyshare_record_predecessor(record),
            keyshare_record_fingerprint(previous), KEYSHARE_FINGERPRINT_SIZE);
        ck_assert_mem_eq(keyshare_record_lineage(record),
            keyshare_record_lineage(previous), KEYSHARE_LINEAGE_SIZE);
    }
    ck_assert_ptr_nonnull(keyshare_record_bytes(record, NULL));
    ck_assert_mem_eq(
        keyshare_record_bytes(record, &len), bytes.bytes, bytes.len);
    ck_assert_uint_eq(len, bytes.len);
    free(bytes.bytes);
}

/* The writer, given what the record says, writes the same bytes, and makes the
 * same digests for the scheme. */
static void
record_is_rebuilt(const keyshare_record *record)
{
    const struct scheme_set *set = keyshare_record_set(record);
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    struct record_terms all = {.terms = &terms,
        .key_len = keyshare_record_key_len(record),
        .lineage = keyshare_record_lineage(record),
        .epoch = keyshare_record_epoch(record),
        .predecessor = keyshare_record_predecessor(record)};
    struct record_draft draft;
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(record, &len);

    terms.policy = keyshare_record_policy(record);
    terms.label = keyshare_record_label(record, &terms.label_len);
    terms.time = keyshare_record_time(record);
    ck_assert_int_eq(keyshare_record_draft_begin(&draft, &all), KEYSHARE_OK);
    ck_assert_ptr_eq(draft.scheme, keyshare_record_scheme(record));
    memcpy(draft.commitments, set->commitments,
        draft.scheme->commitments_len(
            set->threshold, set->count, set->key_len));
    keyshare_record_draft_committed(&draft);
    ck_assert((draft.proof == NULL) == (draft.scheme->proof_len == 0));
    if (draft.proof != NULL)
        memcpy(draft.proof, set->proof, draft.scheme->proof_len);
    ck_assert_uint_eq(draft.len, len);
    ck_assert_mem_eq(draft.bytes, bytes, len);
    ck_assert_mem_eq(
        draft.set.key_context, set->key_context, sizeof set->key_context);
    ck_assert_mem_eq(
        draft.set.share_context, set->share_context, sizeof set->share_context);
    ck_assert_mem_eq(
        draft.set.proof_context, set->proof_context, sizeof set->proof_context);
    keyshare_record_draft_end(&draft);
}

/* TEXT with its case and what stands between words changed. */
static void
parses_to(const char *words, const uint8_t *fingerprint, int (*change)(int),
    const char *between)
{
    char text[4 * KEYSHARE_FINGERPRINT_WORDS_SIZE];
    uint8_t parsed[KEYSHARE_FINGERPRINT_SIZE];
    size_t len = 0;

    for (const char *c = words; *c != '\0'; c++) {
        if (*c == ' ') {
            memcpy(text + len, between, strlen(between));
            len += strlen(between);
        } else {
            text[len++] = (char)change((unsigned char)*c);
        }
    }
    ck_assert_int_eq(
        keyshare_fingerprint_parse(parsed, text, len), KEYSHARE_OK);
    ck_assert_mem_eq(parsed, fingerprint, sizeof parsed);
}

static int
unchanged(int c)
{
    return c;
}

static void
fingerprint_agrees(const keyshare_record *record, json_t *object)
{
    const uint8_t *fingerprint = keyshare_record_fingerprint(record);
    const char *vector_words = vectors_text(object, "words");
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];

    ck_assert_int_eq(keyshare_fingerprint_hex(hex, fingerprint), KEYSHARE_OK);
    ck_assert_str_eq(hex, vectors_text(object, "fingerprint"));
    ck_assert_int_eq(
        keyshare_fingerprint_words(words, fingerprint), KEYSHARE_OK);
    ck_assert_str_eq(words, vector_words);
    parses_to(hex, fingerprint, unchanged, "");
    parses_to(hex, fingerprint, toupper, "");
    parses_to(words, fingerprint, unchanged, " ");
    parses_to(words, fingerprint, toupper, "-");
    parses_to(words, fingerprint, tolower, ",");
    parses_to(words, fingerprint, tolower, ", ");
    parses_to(words, fingerprint, toupper, " -\t\r\n, ");
}

/* What is read from a share, written again. */
static void
shares_are_rebuilt(const struct set *set)
{
    const uint8_t *fingerprint = keyshare_record_fingerprint(set->record);

    for (unsigned i = 1; i <= set->policy.count; i++) {
        const keyshare_image *card = &set->cards[i - 1];
        struct share share;
        uint8_t *bytes = calloc(1, card->len);

        ck_assert_ptr_nonnull(bytes);
        ck_assert_int_eq(
            keyshare_share_decode(&share, card->bytes, card->len), KEYSHARE_OK);
        ck_assert_uint_eq(share.index, i);
        ck_assert_mem_eq(
            share.fingerprint, fingerprint, KEYSHARE_FINGERPRINT_SIZE);
        ck_assert_uint_eq(keyshare_share_size(share.value_len), card->len);
        memcpy(keyshare_share_begin(bytes, i, share.value_len), share.value,
            share.value_len);
        keyshare_share_seal(bytes, share.value_len, fingerprint);
        ck_assert_mem_eq(bytes, card->bytes, card->len);
        free(bytes);
    }
}

/* ---- Judging and recovering ---- */

/* Each card alone. A large set whose only quorum is all of it is judged by its
 * recovery; here some of it does. */
static void
cards_are_good(const struct set *set)
{
    const size_t count = set->policy.count;
    const bool is_costly = set->policy.threshold == count && set->key_len > 256;

    for (size_t i = 0; i < count; i += is_costly ? count / 2 : 1)
        ck_assert_int_eq(
            set_verdict(set->record, set->cards[i].bytes, set->cards[i].len),
            KEYSHARE_VERDICT_OK);
}

/* From every subset of M, or from a sample of them. The record is loaded for
 * it, after it judged each card without that. */
static void
subsets_recover(const struct set *set, struct gen *gen, const char *name)
{
    const size_t threshold = set->policy.threshold;
    const size_t count = set->policy.count;
    const size_t most = gen_count(SUBSETS);
    size_t chosen[KEYSHARE_COUNT_MAX];
    char what[128];

    ck_assert_int_eq(keyshare_record_prepare(set->record), KEYSHARE_OK);
    choice_first(chosen, threshold);
    if (choice_count(threshold, count) <= most) {
        do {
            set_recovers(set, chosen, threshold, name);
        } while (choice_next(chosen, threshold, count));
        return;
    }
    for (size_t i = 0; i < most; i++) {
        snprintf(what, sizeof what, "%s, seed %llu case %zu", name,
            (unsigned long long)gen->seed, i);
        gen_choice(gen, chosen, threshold, count);
        set_recovers(set, chosen, threshold, what);
    }
}

START_TEST(sets_pass)
{
    json_t *file = vectors_load("custody.json");
    json_t *object = json_array_get(vectors_get(file, "cases"), (size_t)_i);
    const char *name = vectors_text(object, "name");
    json_t *epochs = vectors_get(object, "epochs");
    struct gen gen = gen_begin();
    keyshare_record *previous = NULL;
    json_t *epoch;
    size_t i;

    json_array_foreach(epochs, i, epoch)
    {
        struct set set;

        read_set(&set, epoch, vectors_get(object, "key"));
        ck_assert_str_eq(keyshare_scheme_text(set.policy.scheme),
            vectors_text(object, "scheme"));
        ck_assert_uint_eq(keyshare_record_key_len(set.record), set.key_len);
        record_agrees(set.record, epoch, i, previous);
        record_is_rebuilt(set.record);
        fingerprint_agrees(set.record, epoch);
        shares_are_rebuilt(&set);
        cards_are_good(&set);
        subsets_recover(&set, &gen, name);
        keyshare_record_free(&previous);
        previous = set.record;
        set.record = NULL;
        set_free(&set);
    }
    keyshare_record_free(&previous);
    json_decref(file);
}
END_TEST

/* ---- Epochs never mix ---- */

/* A card of another epoch is named, alone and with that epoch known. */
static void
is_of_another_epoch(const struct set *set, const struct set *other)
{
    const keyshare_record *known[] = {other->record};
    keyshare_expected expected = KEYSHARE_EXPECTED_INIT;
    keyshare_verdict verdict;

    expected.known = known;
    expected.known_count = 1;
    for (size_t i = 0; i < other->policy.count; i++) {
        ck_assert_int_eq(
            keyshare_verify(&verdict, set->record, &expected, &other->cards[i]),
            KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OTHER_EPOCH);
    }
}

/* One card too few of the one set, and all of the other, before and behind. */
static void
mix_is_refused(const struct set *set, const struct set *other)
{
    const size_t few = set->policy.threshold - 1;
    const size_t many = other->policy.count;
    keyshare_image cards[3 * KEYSHARE_COUNT_MAX];
    keyshare_verdict verdicts[3 * KEYSHARE_COUNT_MAX];
    keyshare_secret *key;

    memcpy(cards, other->cards, many * sizeof *cards);
    memcpy(cards + many, set->cards, few * sizeof *cards);
    memcpy(cards + many + few, other->cards, many * sizeof *cards);
    ck_assert_int_eq(keyshare_recover(&key, verdicts, set->record, NULL, cards,
                         few + 2 * many),
        KEYSHARE_ERR_QUORUM);
    ck_assert_ptr_null(key);
    for (size_t i = 0; i < few + 2 * many; i++)
        ck_assert_int_eq(
            verdicts[i] == KEYSHARE_VERDICT_OK, i >= many && i < many + few);
}

/* A value of the other set that claims to be of this one. */
static void
forgery_is_named(const struct set *set, const struct set *other)
{
    for (size_t i = 0; i < other->policy.count; i++) {
        const keyshare_image *card = &other->cards[i];
        uint8_t *bytes = malloc(card->len);
        struct share share;

        ck_assert_ptr_nonnull(bytes);
        memcpy(bytes, card->bytes, card->len);
        ck_assert_int_eq(
            keyshare_share_decode(&share, bytes, card->len), KEYSHARE_OK);
        keyshare_share_seal(
            bytes, share.value_len, keyshare_record_fingerprint(set->record));
        ck_assert_int_eq(set_verdict(set->record, bytes, card->len),
            KEYSHARE_VERDICT_INVALID);
        free(bytes);
    }
}

START_TEST(epochs_never_mix)
{
    json_t *file = vectors_load("custody.json");
    json_t *object = json_array_get(vectors_get(file, "cases"), (size_t)_i);
    json_t *epochs = vectors_get(object, "epochs");
    const size_t count = json_array_size(epochs);
    static struct set sets[EPOCHS_MAX];

    ck_assert_uint_le(count, EPOCHS_MAX);
    for (size_t i = 0; i < count; i++)
        read_set(
            &sets[i], json_array_get(epochs, i), vectors_get(object, "key"));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            if (i == j)
                continue;
            is_of_another_epoch(&sets[i], &sets[j]);
            mix_is_refused(&sets[i], &sets[j]);
            /* With M = 1 the key's opening is the share, in every epoch. */
            if (sets[i].policy.threshold > 1 && sets[j].policy.threshold > 1)
                forgery_is_named(&sets[i], &sets[j]);
        }
    }
    for (size_t i = 0; i < count; i++)
        set_free(&sets[i]);
    json_decref(file);
}
END_TEST

/* ---- What is bad ---- */

START_TEST(bad_records_are_refused)
{
    json_t *file = vectors_load("custody.json");
    json_t *bad;
    size_t i;

    json_array_foreach(vectors_get(file, "bad records"), i, bad)
    {
        struct bytes bytes = vectors_bytes(bad, "bytes");
        keyshare_record *record;
        uint8_t tag = 0;
        keyshare_error error =
            keyshare_record_decode(&record, bytes.bytes, bytes.len, &tag);

        ck_assert_msg(
            keyshare_error_kind_of(error) == KEYSHARE_ERROR_KIND_INPUT,
            "%s: %s", vectors_text(bad, "why"), keyshare_error_name(error));
        ck_assert_ptr_null(record);
        ck_assert_msg(tag == 0xe1 || (tag >= 0x80 && tag <= 0x8c),
            "%s: at %02x", vectors_text(bad, "why"), tag);
        free(bytes.bytes);
    }
    ck_assert_uint_gt(i, 100);
    json_decref(file);
}
END_TEST

START_TEST(bad_cards_are_named)
{
    json_t *file = vectors_load("custody.json");
    json_t *family = json_array_get(vectors_get(file, "bad cards"), (size_t)_i);
    keyshare_record *record = read_record(vectors_get(family, "record"));
    json_t *records = vectors_get(family, "known");
    keyshare_record *known[8] = {NULL};
    keyshare_expected expected = KEYSHARE_EXPECTED_INIT;
    json_t *card;
    size_t i;

    ck_assert_uint_le(json_array_size(records), 8);
    for (i = 0; i < json_array_size(records); i++)
        known[i] = read_record(json_array_get(records, i));
    expected.known = (const keyshare_record *const *)known;
    expected.known_count = i;
    json_array_foreach(vectors_get(family, "cards"), i, card)
    {
        struct bytes bytes = vectors_bytes(card, "bytes");
        const keyshare_image image = {bytes.bytes, bytes.len};
        keyshare_verdict verdict;

        ck_assert_int_eq(
            keyshare_verify(&verdict, record, &expected, &image), KEYSHARE_OK);
        ck_assert_msg(strcmp(keyshare_verdict_text(verdict),
                          vectors_text(card, "verdict")) == 0,
            "%s: %s, not %s", vectors_text(card, "why"),
            keyshare_verdict_text(verdict), vectors_text(card, "verdict"));
        free(bytes.bytes);
    }
    ck_assert_uint_gt(i, 0);
    for (i = 0; i < 8; i++)
        keyshare_record_free(&known[i]);
    keyshare_record_free(&record);
    json_decref(file);
}
END_TEST

/* What recovery from the last M says where the dealing itself was bad. */
static void
last_are_refused(const struct set *set)
{
    const size_t threshold = set->policy.threshold;
    keyshare_verdict verdicts[KEYSHARE_COUNT_MAX];
    keyshare_recoverable recoverable;
    keyshare_secret *key;
    size_t good;

    ck_assert_int_eq(keyshare_recover(&key, verdicts, set->record, NULL,
                         set->cards + set->policy.count - threshold, threshold),
        KEYSHARE_ERR_MISMATCH);
    ck_assert_ptr_null(key);
    for (size_t i = 0; i < threshold; i++)
        ck_assert_int_eq(verdicts[i], KEYSHARE_VERDICT_OK);
    ck_assert_int_eq(keyshare_check(verdicts, &recoverable, &good, set->record,
                         NULL, set->cards, set->policy.count),
        KEYSHARE_OK);
    ck_assert_int_eq(recoverable, KEYSHARE_RECOVERABLE_INCONSISTENT);
    ck_assert_uint_eq(good, set->policy.count);
}

START_TEST(odd_dealings_are_known)
{
    json_t *file = vectors_load("custody.json");
    json_t *object =
        json_array_get(vectors_get(file, "odd dealings"), (size_t)_i);
    json_t *key = vectors_get(object, "key");
    size_t chosen[KEYSHARE_COUNT_MAX];
    struct set set;

    read_set(&set, object, key);
    record_agrees(set.record, object, 0, NULL);
    record_is_rebuilt(set.record);
    fingerprint_agrees(set.record, object);
    shares_are_rebuilt(&set);
    cards_are_good(&set);
    for (size_t i = 0; i < set.policy.threshold; i++)
        chosen[i] = set.policy.count - set.policy.threshold + i;
    if (json_is_null(key))
        last_are_refused(&set);
    else
        set_recovers(
            &set, chosen, set.policy.threshold, vectors_text(object, "why"));
    set_free(&set);
    json_decref(file);
}
END_TEST

/* Dropping in more adds tests. */
static int
count_of(const char *kind)
{
    return vectors_count("custody.json", kind);
}

Suite *
test_suite(void)
{
    Suite *suite = suite_create("custody vectors");
    TCase *good = tcase_create("good");
    TCase *bad = tcase_create("bad");

    tcase_add_loop_test(good, sets_pass, 0, count_of("cases"));
    tcase_add_loop_test(good, epochs_never_mix, 0, count_of("cases"));
    suite_add_tcase(suite, good);
    tcase_add_test(bad, bad_records_are_refused);
    tcase_add_loop_test(bad, bad_cards_are_named, 0, count_of("bad cards"));
    tcase_add_loop_test(
        bad, odd_dealings_are_known, 0, count_of("odd dealings"));
    suite_add_tcase(suite, bad);
    return suite;
}
