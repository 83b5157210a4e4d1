/* SPDX-License-Identifier: ISC */
/* The card made of software does what others' tests rely on: the standard's
 * answers, each kind of bad manners, and what a fault leaves behind. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare/error.h>

#include "gen.h"
#include "softcard.h"
#include "suite.h"

#define MF     "00A4000C023F00"
#define EF     "00A4020C020101"
#define CREATE "00E0000011620F80020008820101830201018C020100"
#define READ   "00B0000000"
#define UPDATE "00D6000004DEADBEEF"

static struct softcard card;

/* Send it, and have exactly that answer. */
static void
expect(const char *command, const char *answer)
{
    uint8_t bytes[600], response[600];
    char text[1201] = "";
    size_t len = strlen(command) / 2, received;

    for (size_t i = 0; i < len; i++) {
        unsigned byte;
        ck_assert_int_eq(sscanf(command + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    ck_assert_int_eq(softcard_transmit(&card, bytes, len, response,
                         sizeof(response), &received),
        KEYSHARE_OK);
    for (size_t i = 0; i < received; i++) {
        snprintf(text + 2 * i, 3, "%02X", response[i]);
    }
    ck_assert_msg(
        strcmp(text, answer) == 0, "%s: %s, not %s", command, text, answer);
}

static void
insert(const struct softcard_kind *kind)
{
    softcard_make(&card, kind, "1234");
}

static void
with_file(const struct softcard_kind *kind)
{
    insert(kind);
    expect(MF, "9000");
    expect(CREATE, "9000");
}

START_TEST(selecting)
{
    struct softcard_kind kind = softcard_usual();

    insert(&kind);
    expect("00A40000", "9000");
    expect("00E000000F620D820138830250008404A1B2C3D4", "9000");
    expect(CREATE, "9000");
    expect(MF, "9000");
    expect(EF, "6A82");
    /* By name, by path from the MF and from here, the parent, by itself. */
    expect("00A4040C04A1B2C3D4", "9000");
    expect(EF, "9000");
    expect("00A4080C0450000101", "9000");
    expect("00A4030C", "9000");
    expect("00A4090C0450000101", "9000");
    expect("00A4010C025000", "6A82");
    expect(MF, "9000");
    expect("00A4010C025000", "9000");
    expect("00A4040C03A1B2C3", "6A82");
    expect("00A4020C025000", "6A82");
    expect("00A4020801"
           "01",
        "6A86");
    expect("00A4020C0101", "6700");
    expect("00A4070C020101", "6A86");
    /* What it is. */
    expect("00A4020002010100",
        "6F1B80020008820101830201018801088A01058C087F000000000000009000");
    expect("00A4020402010100",
        "621B80020008820101830201018801088A01058C087F000000000000009000");
    expect("00A40404"
           "04A1B2C3D400",
        "6210820138830250008404A1B2C3D48A01059000");
}
END_TEST

START_TEST(reading)
{
    struct softcard_kind kind = softcard_usual();

    with_file(&kind);
    expect(READ, "00000000000000009000");
    expect(UPDATE, "9000");
    expect("00B0000004", "DEADBEEF9000");
    expect("00B0000204", "BEEF00009000");
    expect("00B0000608", "00006282");
    expect("00B0000800", "6B00");
    expect("00B0000900", "6B00");
    expect("00D6000504AABBCCDD", "6A84");
    expect("00D60000", "6700");
    expect("00B0810002", "DEAD9000");
    expect("00B0820002", "6A82");
    expect("00B0000000"
           "0008",
        "DEADBEEF000000009000");
    expect(MF, "9000");
    expect(READ, "6986");
    expect("0CB0000000", "6882");
    expect("01B0000000", "6881");
    expect("80B0000000", "6E00");
    expect("00FE0000", "6D00");
    expect("00B0", "6700");
    expect("00D600000401", "6700");
    expect("00D6000001"
           "01"
           "0000",
        "6700");
}
END_TEST

START_TEST(making_and_deleting)
{
    struct softcard_kind kind = softcard_usual();
    const size_t room = 8 + SOFTCARD_FILE_COST;

    kind.memory = 2 * room - 1;
    with_file(&kind);
    ck_assert_uint_eq(softcard_free_memory(&card), room - 1);
    expect(CREATE, "6A89");
    expect("00E000000D620B80020008820101830201"
           "02",
        "6A84");
    expect("00E000000D620B80020007820101830201"
           "02",
        "9000");
    ck_assert_uint_eq(softcard_free_memory(&card), 0);
    expect("00E40000020101", "9000");
    expect("00E40000020101", "6A82");
    ck_assert_uint_eq(softcard_free_memory(&card), room);
    expect("00A4020C020102", "9000");
    expect("00E40000", "9000");
    expect("00E40000", "6985");
    expect("00E0000003620180", "6A80");
    expect("00E000000462028300", "6A80");
    expect("00E000000D620B800200088201018302"
           "3F00",
        "6A80");
    kind.fixed = 0x6d00;
    insert(&kind);
    expect(CREATE, "6D00");
    expect("00E40000020101", "6D00");
}
END_TEST

START_TEST(rules)
{
    struct softcard_kind kind = softcard_usual();
    /* Read with the PIN, update never, delete always. */
    const char *const ruled = "00E0000013621180020008820101830201018C0443"
                              "00FF90";

    insert(&kind);
    expect(ruled, "9000");
    expect(READ, "6982");
    expect(UPDATE, "6982");
    expect("002000010431323334", "9000");
    expect(READ, "00000000000000009000");
    expect(UPDATE, "6982");
    softcard_reset(&card);
    expect("00E40000020101", "9000");
    /* A condition too few, or too many. */
    expect("00E0000012621080020008820101830201018C0343"
           "00FF",
        "6A80");
    expect("00E0000014621280020008820101830201018C0543"
           "00FF9000",
        "6A80");
    kind.rules = SOFTCARD_RULES_REFUSED;
    insert(&kind);
    expect(ruled, "6A80");
    kind.rules = SOFTCARD_RULES_IGNORED;
    kind.read = SOFTCARD_PIN;
    insert(&kind);
    expect(ruled, "9000");
    expect(UPDATE, "9000");
    expect(READ, "6982");
    kind.create = SOFTCARD_PIN;
    insert(&kind);
    expect(ruled, "6982");
    expect("002000010431323334", "9000");
    expect(ruled, "9000");
}
END_TEST

START_TEST(the_pin)
{
    struct softcard_kind kind = softcard_usual();

    insert(&kind);
    expect("00200001", "63C3");
    expect("002000010431323335", "63C2");
    expect("002000010431323334", "9000");
    expect("00200000", "9000");
    expect("00200002", "6A88");
    expect("002400010831323334"
           "35363738",
        "9000");
    expect("002000010431323334", "63C2");
    expect("0020000104"
           "35363738",
        "9000");
    for (int i = 2; i > 0; i--) {
        softcard_reset(&card);
        expect("002000010431323334", i == 2 ? "63C2" : "63C1");
    }
    expect("002000010431323334", "6983");
    expect("0020000104"
           "35363738",
        "6983");
    expect("00200001", "6983");
    ck_assert_uint_eq(card.count.verifies, 8);
    kind.pin_block = 8;
    kind.pin_reference = 0x81;
    insert(&kind);
    expect("002000810431323334", "6700");
    expect("002000810831323334FFFFFFFF", "9000");
    softcard_make(&card, &kind, NULL);
    expect("00200081", "6A88");
}
END_TEST

START_TEST(pieces)
{
    struct softcard_kind kind = softcard_usual();

    kind.exact = true;
    with_file(&kind);
    expect(READ, "6C08");
    expect("00B0000004", "000000009000");
    expect("00B0000009", "6C08");
    kind = softcard_usual();
    kind.get_response = true;
    kind.transfer = 6;
    softcard_make(&card, &kind, NULL);
    ck_assert(softcard_add_ef(
        &card, 0x3f00, 0x0101, 8, SOFTCARD_ALWAYS, SOFTCARD_NEVER));
    expect("00C0000000", "6985");
    expect("00A4020402010100", "6106");
    expect("00C0000004", "621B80026106");
    expect("00C0000000", "0008820101836106");
    expect(READ, "6106");
    expect("00C0000007", "6C06");
    expect("00C0000006", "0000000000009000");
    expect("00B0000007", "6700");
    expect("00D600000701020304050607", "6700");
    kind = softcard_usual();
    with_file(&kind);
    expect("10D6000002DEAD", "9000");
    expect("00D6000002BEEF", "9000");
    expect(READ, "DEADBEEF000000009000");
    expect("10D6000002DEAD", "9000");
    expect("00B0000000", "6883");
    expect("00B0000000", "DEADBEEF000000009000");
    kind.chaining = false;
    kind.extended = false;
    with_file(&kind);
    expect("10D6000002DEAD", "6884");
    expect("00B00000000008", "6700");
}
END_TEST

START_TEST(bad_memory)
{
    struct softcard_kind kind = softcard_usual();
    const uint8_t bytes[] = {0xde, 0xad, 0xbe, 0xef};

    kind.padding = 6;
    kind.fill = 0xff;
    kind.writes = 1;
    kind.forgetful = true;
    with_file(&kind);
    expect(READ, "FFFFFFFFFFFFFFFFFFFFFFFF9000");
    expect(UPDATE, "9000");
    expect("00B0000004", "DEADBEEE9000");
    expect(UPDATE, "6581");
    kind = softcard_usual();
    kind.stale = true;
    with_file(&kind);
    expect(UPDATE, "9000");
    expect("00E40000", "9000");
    ck_assert(softcard_remembers(&card, bytes, sizeof(bytes)));
    expect(CREATE, "9000");
    expect("00B0000004", "DEADBEEF9000");
}
END_TEST

/* What an UPDATE BINARY leaves that loses power. */
static void
tear(enum softcard_moment moment, size_t done, bool erased, const char *left)
{
    struct softcard_kind kind = softcard_usual();
    const struct softcard_fault fault = {
        2, moment, SOFTCARD_GONE, done, erased};
    const uint8_t update[] = {0, 0xd6, 0, 0, 4, 0xde, 0xad, 0xbe, 0xef};
    uint8_t response[2];
    size_t received = 1;

    with_file(&kind);
    softcard_arm(&card, &fault);
    expect(EF, "9000");
    ck_assert_int_eq(softcard_transmit(&card, update, sizeof(update), response,
                         sizeof(response), &received),
        KEYSHARE_ERR_CARD_ABSENT);
    ck_assert_uint_eq(received, 0);
    ck_assert_int_eq(softcard_transmit(&card, update, sizeof(update), response,
                         sizeof(response), &received),
        KEYSHARE_ERR_CARD_ABSENT);
    softcard_insert(&card);
    expect(EF, "9000");
    expect("00B0000006", left);
}

START_TEST(torn)
{
    tear(SOFTCARD_BEFORE, 0, false, "0000000000009000");
    tear(SOFTCARD_WITHIN, 0, false, "0000000000009000");
    tear(SOFTCARD_WITHIN, 3, false, "DEADBE0000009000");
    tear(SOFTCARD_WITHIN, 1, true, "DEFFFFFF00009000");
    tear(SOFTCARD_AFTER, 0, false, "DEADBEEF00009000");
}
END_TEST

START_TEST(reported)
{
    struct softcard_kind kind = softcard_usual();
    struct softcard_fault fault = {1, SOFTCARD_AFTER, SOFTCARD_HALF, 0, false};

    with_file(&kind);
    softcard_arm(&card, &fault);
    expect(READ, "0000000000");
    ck_assert(!card.present);
    softcard_insert(&card);
    fault.report = SOFTCARD_EMPTY;
    softcard_arm(&card, &fault);
    expect(EF, "");
    softcard_insert(&card);
    /* A try is counted before it is looked at. */
    fault.moment = SOFTCARD_WITHIN;
    softcard_arm(&card, &fault);
    expect("002000010431323334", "");
    softcard_insert(&card);
    expect("00200001", "63C2");
    /* Some of what a DF has. */
    expect("00E0000006620482013883"
           "0250",
        "6700");
    expect("00E000000B6209820138830250008A00", "9000");
    expect(CREATE, "9000");
    fault.done = 1;
    softcard_arm(&card, &fault);
    expect(MF, "");
    softcard_insert(&card);
    softcard_arm(&card, &fault);
    expect("00E40000025000", "");
    softcard_insert(&card);
    expect("00A4010C025000", "9000");
    expect(EF, "6A82");
}
END_TEST

static size_t
make_up(void *context, const uint8_t *command, size_t command_len,
    uint8_t *response, size_t len)
{
    (void)command;
    (void)command_len;
    (void)len;
    memset(response, 0x61, SOFTCARD_RESPONSE_MAX);
    return *(const size_t *)context;
}

START_TEST(made_up)
{
    struct softcard_kind kind = softcard_usual();
    const uint8_t command[] = {0, 0xa4, 0, 0};
    uint8_t response[4] = {0};
    size_t len = 3, received;

    insert(&kind);
    card.hook = make_up;
    card.hook_context = &len;
    expect(MF, "616161");
    len = SOFTCARD_RESPONSE_MAX;
    ck_assert_int_eq(
        softcard_transmit(&card, command, 4, response, 4, &received),
        KEYSHARE_ERR_CARD_IO);
    ck_assert_uint_eq(received, 0);
    ck_assert_uint_eq(response[0], 0);
}
END_TEST

START_TEST(any_command)
{
    static const uint8_t instructions[] = {
        0x20, 0x24, 0xa4, 0xb0, 0xc0, 0xd6, 0xe0, 0xe4};
    static uint8_t response[KEYSHARE_CARD_RESPONSE_EXTENDED];
    struct softcard_kind kind = softcard_usual();
    struct gen gen = gen_begin();
    uint8_t command[40];

    with_file(&kind);
    for (size_t i = gen_count(20000); i > 0; i--) {
        size_t len = gen_below(&gen, sizeof(command) + 1), received;
        gen_bytes(&gen, command, sizeof(command));
        command[0] &= 0x10;
        command[1] = instructions[gen_below(&gen, sizeof(instructions))];
        command[2] &= 0x8f;
        command[3] &= 0x0f;
        command[4] &= 0x1f;
        ck_assert_int_eq(softcard_transmit(&card, command, len, response,
                             sizeof(response), &received),
            KEYSHARE_OK);
        ck_assert_uint_ge(received, 2);
        ck_assert_uint_ge(response[received - 2], 0x61);
    }
}
END_TEST

START_TEST(saved)
{
    static struct softcard other;
    struct softcard_kind kind = softcard_usual();
    char folder[] = "/tmp/keyshare-softcard-XXXXXX", path[64];

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/card", folder);
    with_file(&kind);
    expect(UPDATE, "9000");
    expect("002000010431323335", "63C2");
    ck_assert(softcard_save(&card, path));
    ck_assert(softcard_load(&other, path));
    ck_assert_mem_eq(&other.eeprom, &card.eeprom, sizeof(card.eeprom));
    ck_assert(other.present && !other.verified);
    ck_assert(!softcard_load(&other, folder));
    ck_assert_int_eq(remove(path), 0);
    ck_assert_int_eq(remove(folder), 0);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("softcard");
    TCase *tests = tcase_create("softcard");

    tcase_add_test(tests, selecting);
    tcase_add_test(tests, reading);
    tcase_add_test(tests, making_and_deleting);
    tcase_add_test(tests, rules);
    tcase_add_test(tests, the_pin);
    tcase_add_test(tests, pieces);
    tcase_add_test(tests, bad_memory);
    tcase_add_test(tests, torn);
    tcase_add_test(tests, reported);
    tcase_add_test(tests, made_up);
    tcase_add_test(tests, any_command);
    tcase_add_test(tests, saved);
    suite_add_tcase(suite, tests);
    return suite;
}
