/* SPDX-License-Identifier: ISC */
/* Every error has its own sentence, its name as the enum spells it, its kind;
 * whatever else is asked for is answered too. */
#include <keyshare/error.h>

#include <limits.h>
#include <string.h>

#include "suite.h"

/* Far beyond the last code, so that a new one that is not in the table below
 * is found. */
#define CODES_END 4096

#define UNKNOWN_NAME "KEYSHARE_ERR_UNKNOWN"

#define ENTRY(code, kind)                                                      \
    {                                                                          \
        code, #code, KEYSHARE_ERROR_KIND_##kind                                \
    }

static const struct {
    keyshare_error code;
    const char *name;
    keyshare_error_kind kind;
} errors[] = {
    ENTRY(KEYSHARE_OK, NONE),
    ENTRY(KEYSHARE_ERR_ARGUMENT, CALLER),
    ENTRY(KEYSHARE_ERR_STATE, CALLER),
    ENTRY(KEYSHARE_ERR_SPACE, CALLER),
    ENTRY(KEYSHARE_ERR_POLICY, CALLER),
    ENTRY(KEYSHARE_ERR_LABEL, CALLER),
    ENTRY(KEYSHARE_ERR_KEY_LENGTH, CALLER),
    ENTRY(KEYSHARE_ERR_INDEX, CALLER),
    ENTRY(KEYSHARE_ERR_FORMAT, INPUT),
    ENTRY(KEYSHARE_ERR_VERSION, INPUT),
    ENTRY(KEYSHARE_ERR_DAMAGED, INPUT),
    ENTRY(KEYSHARE_ERR_UNEXPECTED, INPUT),
    ENTRY(KEYSHARE_ERR_ROLE, INPUT),
    ENTRY(KEYSHARE_ERR_QUORUM, INPUT),
    ENTRY(KEYSHARE_ERR_MISMATCH, INPUT),
    ENTRY(KEYSHARE_ERR_LINEAGE, INPUT),
    ENTRY(KEYSHARE_ERR_LIMIT, INPUT),
    ENTRY(KEYSHARE_ERR_PROOF, INPUT),
    ENTRY(KEYSHARE_ERR_ROLLBACK, INPUT),
    ENTRY(KEYSHARE_ERR_CARD_ABSENT, CARD),
    ENTRY(KEYSHARE_ERR_CARD_IO, CARD),
    ENTRY(KEYSHARE_ERR_CARD_PIN, CARD),
    ENTRY(KEYSHARE_ERR_CARD_BLOCKED, CARD),
    ENTRY(KEYSHARE_ERR_CARD_FULL, CARD),
    ENTRY(KEYSHARE_ERR_CARD_TORN, CARD),
    ENTRY(KEYSHARE_ERR_CARD_UNKNOWN, CARD),
    ENTRY(KEYSHARE_ERR_CARD_OCCUPIED, CARD),
    ENTRY(KEYSHARE_ERR_CARD_EMPTY, CARD),
    ENTRY(KEYSHARE_ERR_CARD_DENIED, CARD),
    ENTRY(KEYSHARE_ERR_CARD_WORN, CARD),
    ENTRY(KEYSHARE_ERR_READER, CARD),
    ENTRY(KEYSHARE_ERR_READER_BUSY, CARD),
    ENTRY(KEYSHARE_ERR_MEMORY, MACHINE),
    ENTRY(KEYSHARE_ERR_RANDOM, MACHINE),
    ENTRY(KEYSHARE_ERR_FAULT, MACHINE),
};
static const size_t count = sizeof errors / sizeof *errors;

START_TEST(names_are_the_enums)
{
    ck_assert_str_eq(keyshare_error_name(errors[_i].code), errors[_i].name);
}
END_TEST

START_TEST(kinds_are_right)
{
    ck_assert_int_eq(keyshare_error_kind_of(errors[_i].code), errors[_i].kind);
}
END_TEST

START_TEST(sentences_are_sentences_and_distinct)
{
    const char *text = keyshare_error_text(errors[_i].code);
    size_t len = strlen(text);

    ck_assert_uint_gt(len, 1);
    ck_assert_msg(text[0] >= 'A' && text[0] <= 'Z', "%s", text);
    ck_assert_msg(text[len - 1] == '.', "%s", text);
    ck_assert_ptr_eq(strchr(text, '\n'), NULL);
    for (size_t j = 0; j < count; j++)
        if (j != (size_t)_i)
            ck_assert_str_ne(text, keyshare_error_text(errors[j].code));
}
END_TEST

/* No code has a name but those of the table. */
START_TEST(the_table_is_whole)
{
    size_t known = 0;

    for (int code = -1; code < CODES_END; code++)
        if (strcmp(keyshare_error_name((keyshare_error)code), UNKNOWN_NAME) !=
            0)
            known++;
    ck_assert_uint_eq(known, count);
}
END_TEST

/* Between the known codes, beyond them, and what no enum would hold. */
static const int unknown[] = {
    -1, 8, 19, 31, 39, 53, 59, 63, 255, 256, CODES_END, INT_MAX, INT_MIN};

START_TEST(unknown_is_answered)
{
    keyshare_error error = (keyshare_error)unknown[_i];
    const char *text = keyshare_error_text(error);

    ck_assert_str_eq(keyshare_error_name(error), UNKNOWN_NAME);
    ck_assert_ptr_nonnull(text);
    for (size_t j = 0; j < count; j++)
        ck_assert_str_ne(text, keyshare_error_text(errors[j].code));
    ck_assert_int_eq(
        keyshare_error_kind_of(error), KEYSHARE_ERROR_KIND_MACHINE);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("error");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(laws, names_are_the_enums, 0, (int)count);
    tcase_add_loop_test(laws, kinds_are_right, 0, (int)count);
    tcase_add_loop_test(
        laws, sentences_are_sentences_and_distinct, 0, (int)count);
    tcase_add_test(laws, the_table_is_whole);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(bounds, unknown_is_answered, 0,
        (int)(sizeof unknown / sizeof *unknown));
    suite_add_tcase(suite, bounds);
    return suite;
}
