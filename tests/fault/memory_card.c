/* SPDX-License-Identifier: ISC */
/* Memory that is refused at any call of a card's operations: the card is not
 * changed, nothing is given, and what was asked for is done when asked again. */
#include <string.h>

#include "cards.h"
#include "pool.h"
#include "suite.h"

static struct cards cards;
static struct softcard_eeprom before;

enum operation {
    WRITE_FIRST,
    WRITE_OVER,
    WRITE_TORN,
    WRITE_AGAIN,
    READ,
    INSPECT,
    ERASE,
    ERASE_TORN,
    OPERATIONS
};

static bool
changes(enum operation operation)
{
    return operation != WRITE_AGAIN && operation != READ &&
           operation != INSPECT;
}

/* A card on which it is done. */
static void
prepare(enum operation operation)
{
    const struct softcard_kind kind = softcard_usual();
    size_t size;

    cards_new(&cards, &kind);
    if (operation != WRITE_FIRST)
        ck_assert_int_eq(cards_write(&cards, IMAGE_OTHER, 0), KEYSHARE_OK);
    if (operation == WRITE_TORN || operation == ERASE_TORN)
        softcard_content(cards.soft, 0x4b00, &size)[0] ^= 1;
    before = cards.soft->eeprom;
}

static keyshare_error
operate(enum operation operation, keyshare_secret **secret)
{
    *secret = NULL;
    switch (operation) {
    case WRITE_FIRST:
    case WRITE_OVER:
    case WRITE_TORN: return cards_write(&cards, IMAGE_FIRST, 1);
    case WRITE_AGAIN: return cards_write(&cards, IMAGE_OTHER, 0);
    case READ: return cards_read(&cards, secret);
    case INSPECT: return cards_inspect(&cards, secret);
    case ERASE:
    case ERASE_TORN:
    case OPERATIONS: break;
    }
    return cards_erase(&cards, secret);
}

START_TEST(refused_at_each_call)
{
    const enum operation operation = (enum operation)_i;
    keyshare_secret *secret;
    keyshare_error error;
    size_t refused = 0;
    size_t blocks;

    pool_install();
    cards_begin(&cards);
    prepare(operation);
    blocks = pool.blocks;
    do {
        pool.calls = 0;
        pool.refused = ++refused;
        error = operate(operation, &secret);
        pool.refused = 0;
        if (error == KEYSHARE_OK)
            break;
        ck_assert_int_eq(error, KEYSHARE_ERR_MEMORY);
        ck_assert_ptr_null(secret);
        ck_assert_uint_eq(pool.blocks, blocks);
        ck_assert_mem_eq(
            before.memory, cards.soft->eeprom.memory, sizeof before.memory);
        ck_assert_int_eq(cards.info.changed, 0);
    } while (refused < 20);
    ck_assert_int_eq(error, KEYSHARE_OK);
    ck_assert_uint_gt(refused, 1);
    ck_assert_uint_eq(pool.calls, refused - 1);
    ck_assert_int_eq(cards.info.changed, changes(operation));
    keyshare_secret_free(&secret);
    ck_assert_uint_eq(pool.blocks, blocks);
    cards_end(&cards);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("memory_card");
    TCase *tcase = tcase_create("refused");

    tcase_add_loop_test(tcase, refused_at_each_call, 0, OPERATIONS);
    suite_add_tcase(suite, tcase);
    return suite;
}
