/* SPDX-License-Identifier: ISC */
/* The engine, against a card that says what it is told to say: lengths, pieces,
 * chains, and how many exchanges there are. */
#include "channel.h"

#include <string.h>

#include "atr.h"
#include "quirks.h"
#include "suite.h"

/* What the card says in turn; the last again and again. */
static struct {
    const char *said[8]; /* in hex */
    size_t at;
    uint8_t commands[16][600];
    size_t lens[16];
    size_t count;
    keyshare_error error;
    size_t claims; /* not 0: how many bytes it says that it gave */
} script;

static uint8_t command[KEYSHARE_CHANNEL_MOVE_EXTENDED + 9];
static uint8_t response[KEYSHARE_CHANNEL_MOVE_EXTENDED + 260];

static unsigned
digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static keyshare_error
transmit(void *context, const uint8_t *bytes, size_t len, uint8_t *answer,
    size_t size, size_t *received)
{
    const char *hex = script.said[script.at];

    (void)context;
    if (script.count < 16 && len <= sizeof script.commands[0]) {
        memcpy(script.commands[script.count], bytes, len);
        script.lens[script.count] = len;
    }
    script.count++;
    *received = strlen(hex) / 2;
    ck_assert_uint_le(*received, size);
    for (size_t i = 0; i < *received; i++)
        answer[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    if (script.claims != 0)
        *received = script.claims;
    if (script.at < 7 && script.said[script.at + 1] != NULL)
        script.at++;
    return script.error;
}

/* 3B, eight historical bytes: category 80, capabilities, a status. */
static const uint8_t atr_both[] = {0x3b, 0x05, 0x80, 0x73, 0xff, 0x01, 0xc0};
static const uint8_t atr_chaining[] = {
    0x3b, 0x05, 0x80, 0x73, 0xff, 0x01, 0x80};

static struct channel
begin(const uint8_t *atr, size_t atr_len)
{
    keyshare_card_transport transport = KEYSHARE_CARD_TRANSPORT_INIT;
    struct channel channel = {.command = command,
        .command_size = sizeof command,
        .response = response,
        .response_size = sizeof response};

    memset(&script, 0, sizeof script);
    transport.transmit = transmit;
    transport.command_max = KEYSHARE_CARD_COMMAND_EXTENDED;
    transport.response_max = KEYSHARE_CARD_RESPONSE_EXTENDED;
    transport.atr = atr;
    transport.atr_len = atr_len;
    keyshare_channel_begin(&channel, &transport);
    keyshare_channel_allow(&channel, 0);
    return channel;
}

static void
sent(size_t i, const char *hex)
{
    ck_assert_uint_eq(script.lens[i], strlen(hex) / 2);
    for (size_t j = 0; j < script.lens[i]; j++)
        ck_assert_uint_eq(script.commands[i][j],
            digit(hex[2 * j]) << 4 | digit(hex[2 * j + 1]));
}

static const struct apdu read_five = {.ins = 0xb0, .le = 5};

START_TEST(answers)
{
    static const struct {
        const char *said[4];
        keyshare_error error;
        size_t got;
        unsigned status;
        size_t exchanges;
    } cases[] = {
        {{"01020304059000"}, KEYSHARE_OK, 5, 0x9000, 1},
        {{"010203046282"}, KEYSHARE_OK, 4, 0x6282, 1},
        {{"6982"}, KEYSHARE_OK, 0, 0x6982, 1},
        /* In pieces: nothing first, or something. */
        {{"6105", "01020304059000"}, KEYSHARE_OK, 5, 0x9000, 2},
        {{"01026103", "036102", "04059000"}, KEYSHARE_OK, 5, 0x9000, 3},
        {{"6100", "01020304059000"}, KEYSHARE_OK, 5, 0x9000, 2},
        {{"6105", "6c03", "0102039000"}, KEYSHARE_OK, 3, 0x9000, 3},
        {{"6105", "6105"}, KEYSHARE_ERR_CARD_IO, 0, 0x6105, 2},
        {{"6103", "01020304059000"}, KEYSHARE_OK, 5, 0x9000, 2},
        {{"6105", "0102030405069000"}, KEYSHARE_ERR_CARD_IO, 0, 0x9000, 2},
        /* More than was asked for is there, and is not fetched. */
        {{"01020304056107"}, KEYSHARE_OK, 5, 0x9000, 1},
        /* Another length: once, and not a longer one. */
        {{"6c03", "0102039000"}, KEYSHARE_OK, 3, 0x9000, 2},
        {{"6c03", "6c03"}, KEYSHARE_OK, 0, 0x6c03, 2},
        {{"6c06"}, KEYSHARE_ERR_CARD_IO, 0, 0x6c06, 1},
        /* What is no response. */
        {{""}, KEYSHARE_ERR_CARD_IO, 0, 0, 1},
        {{"90"}, KEYSHARE_ERR_CARD_IO, 0, 0, 1},
        {{"010203"}, KEYSHARE_ERR_CARD_IO, 0, 0, 1},
        {{"0102036982"}, KEYSHARE_ERR_CARD_IO, 0, 0, 1},
        {{"6000"}, KEYSHARE_ERR_CARD_IO, 0, 0, 1},
        {{"0102030405069000"}, KEYSHARE_ERR_CARD_IO, 0, 0x9000, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct channel channel = begin(NULL, 0);
        size_t got = 99;

        memcpy(script.said, cases[i].said, sizeof cases[i].said);
        ck_assert_msg(keyshare_channel_exchange(&channel, &read_five, &got) ==
                          cases[i].error,
            "case %zu", i);
        ck_assert_msg(got == cases[i].got, "case %zu: %zu", i, got);
        ck_assert_msg(channel.status == cases[i].status, "case %zu: %04x", i,
            channel.status);
        ck_assert_msg(script.count == cases[i].exchanges, "case %zu: %zu", i,
            script.count);
        if (cases[i].error == KEYSHARE_OK)
            for (size_t j = 0; j < got; j++)
                ck_assert_uint_eq(response[j], j + 1);
    }
}
END_TEST

START_TEST(transports_that_lie)
{
    struct channel channel = begin(NULL, 0);
    size_t got;

    script.said[0] = "01020304059000";
    script.claims = sizeof response + 1;
    ck_assert_int_eq(keyshare_channel_exchange(&channel, &read_five, &got),
        KEYSHARE_ERR_CARD_IO);
    script.claims = 0;
    script.error = KEYSHARE_ERR_QUORUM;
    ck_assert_int_eq(keyshare_channel_exchange(&channel, &read_five, &got),
        KEYSHARE_ERR_CARD_IO);
    script.error = KEYSHARE_ERR_CARD_ABSENT;
    ck_assert_int_eq(keyshare_channel_exchange(&channel, &read_five, &got),
        KEYSHARE_ERR_CARD_ABSENT);
    ck_assert_uint_eq(channel.status, 0);
}
END_TEST

START_TEST(exchanges_are_counted)
{
    struct channel channel = begin(NULL, 0);
    keyshare_error error;
    size_t got;

    script.said[0] = "01020304059000";
    channel.left = 3;
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(
            keyshare_channel_exchange(&channel, &read_five, &got), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_channel_exchange(&channel, &read_five, &got),
        KEYSHARE_ERR_CARD_UNKNOWN);
    ck_assert_uint_eq(script.count, 3);
    /* A byte at a time, for ever. */
    channel = begin(NULL, 0);
    script.said[0] = "016101";
    error = keyshare_channel_exchange(
        &channel, &(struct apdu){.ins = 0xb0, .le = 200}, &got);
    ck_assert_int_eq(error, KEYSHARE_ERR_CARD_UNKNOWN);
    ck_assert_uint_eq(channel.left, 0);
    ck_assert_uint_le(script.count, 24);
}
END_TEST

START_TEST(forms)
{
    static uint8_t data[300];
    static const struct {
        struct apdu apdu;
        size_t size;
        const char *head;
    } cases[] = {
        {{.ins = 0x20}, 4, "00200000"},
        {{.ins = 0xb0, .p1 = 1, .p2 = 2, .le = 256}, 5, "00b0010200"},
        {{.ins = 0xd6, .data = data, .len = 255}, 260, "00d60000ff"},
        {{.ins = 0xd6, .data = data, .len = 2, .le = 256}, 8,
            "00d600000200000000000000"},
        {{.ins = 0xd6, .data = data, .len = 256}, 263, "00d60000000100"},
        {{.ins = 0xb0, .le = 257}, 7, "00b00000000101"},
        {{.ins = 0xb0, .le = 65536}, 7, "00b00000000000"},
        {{.ins = 0xd6, .data = data, .len = 256, .le = 3}, 265,
            "00d60000000100"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct apdu *apdu = &cases[i].apdu;
        const size_t size = keyshare_apdu_size(apdu);
        uint8_t bytes[300];

        ck_assert_uint_eq(size, cases[i].size);
        memset(bytes, 0, sizeof bytes);
        keyshare_apdu_encode(bytes, apdu);
        for (size_t j = 0; j < size && cases[i].head[2 * j] != '\0'; j++)
            ck_assert_uint_eq(bytes[j], digit(cases[i].head[2 * j]) << 4 |
                                            digit(cases[i].head[2 * j + 1]));
        if (apdu->le == 3)
            ck_assert_uint_eq(bytes[size - 1], 3);
    }
}
END_TEST

START_TEST(chains)
{
    static uint8_t data[600];
    const struct apdu apdu = {.ins = 0xdb, .data = data, .len = 600, .le = 5};
    struct channel channel = begin(atr_chaining, sizeof atr_chaining);
    size_t got;

    memset(data, 7, sizeof data);
    ck_assert(channel.chaining && !channel.extended);
    script.said[0] = "9000";
    script.said[1] = "9000";
    script.said[2] = "01020304059000";
    ck_assert_int_eq(
        keyshare_channel_exchange(&channel, &apdu, &got), KEYSHARE_OK);
    ck_assert_uint_eq(script.count, 3);
    ck_assert_uint_eq(got, 5);
    ck_assert_uint_eq(script.lens[0], 260);
    ck_assert_uint_eq(script.commands[0][0], 0x10);
    ck_assert_uint_eq(script.commands[1][0], 0x10);
    ck_assert_uint_eq(script.commands[2][0], 0x00);
    ck_assert_uint_eq(script.lens[2], 4 + 1 + 90 + 1);
    /* Refused in the middle. */
    channel = begin(atr_chaining, sizeof atr_chaining);
    script.said[0] = "6884";
    ck_assert_int_eq(
        keyshare_channel_exchange(&channel, &apdu, &got), KEYSHARE_OK);
    ck_assert_uint_eq(channel.status, 0x6884);
    ck_assert_uint_eq(script.count, 1);
    /* Whole, where the card takes that; nothing, where it takes neither. */
    channel = begin(atr_both, sizeof atr_both);
    ck_assert(channel.extended);
    script.said[0] = "01020304059000";
    ck_assert_int_eq(
        keyshare_channel_exchange(&channel, &apdu, &got), KEYSHARE_OK);
    ck_assert_uint_eq(script.count, 1);
    channel = begin(NULL, 0);
    ck_assert_int_eq(
        keyshare_channel_exchange(&channel, &apdu, &got), KEYSHARE_OK);
    ck_assert_uint_eq(channel.status, 0x6700);
    ck_assert_uint_eq(script.count, 0);
}
END_TEST

START_TEST(moves)
{
    struct channel channel = begin(atr_both, sizeof atr_both);
    static const size_t steps[] = {254, 127, 63, 31, 16};
    size_t len = channel.move;
    size_t got;

    ck_assert_uint_eq(len, KEYSHARE_CHANNEL_MOVE_EXTENDED);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        ck_assert(keyshare_channel_move_less(&channel, len));
        len = channel.move;
        ck_assert_uint_eq(len, steps[i]);
    }
    ck_assert(!keyshare_channel_move_less(&channel, len));
    /* A response of more than one piece can be fetched by short commands. */
    script.said[0] = "01026103";
    script.said[1] = "0304059000";
    ck_assert_int_eq(keyshare_channel_exchange(&channel,
                         &(struct apdu){.ins = 0xcb, .le = 1000}, &got),
        KEYSHARE_OK);
    ck_assert_uint_eq(got, 5);
    sent(0, "00cb000000");
    sent(1, "00c0000003");
}
END_TEST

START_TEST(answers_to_reset)
{
    static const struct {
        uint8_t atr[16];
        size_t len;
        bool chaining, extended;
    } cases[] = {
        {{0x3b}, 1, false, false},
        {{0x3b, 0x05, 0x80, 0x73, 0xff, 0x01, 0xc0}, 7, true, true},
        {{0x3b, 0x05, 0x80, 0x73, 0xff, 0x01, 0x40}, 7, false, true},
        /* Cut off; of an unknown category; with interface bytes. */
        {{0x3b, 0x05, 0x80, 0x73, 0xff, 0x01}, 6, false, false},
        {{0x3b, 0x05, 0x10, 0x73, 0xff, 0x01, 0xc0}, 7, false, false},
        {{0x3b, 0x95, 0x13, 0x81, 0x01, 0x80, 0x73, 0xff, 0x01, 0xc0, 0x0b}, 11,
            true, true},
        {{0x3b, 0x95, 0x13, 0x81}, 4, false, false},
        {{0x3b, 0xf5, 0xff, 0xff, 0xff, 0xff}, 6, false, false},
        /* Category 00: the last three bytes are no object. */
        {{0x3b, 0x08, 0x00, 0x73, 0xff, 0x01, 0x80, 0x00, 0x90, 0x00}, 10, true,
            false},
        {{0x3b, 0x05, 0x00, 0x73, 0xff, 0x01, 0xc0}, 7, false, false},
        /* Something before it; only two bytes. */
        {{0x3b, 0x07, 0x80, 0x31, 0x80, 0x73, 0xff, 0x01, 0x80}, 9, true,
            false},
        {{0x3b, 0x04, 0x80, 0x72, 0xff, 0xc0}, 6, false, false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct abilities abilities =
            keyshare_atr_abilities(cases[i].atr, cases[i].len);

        ck_assert_msg(abilities.chaining == cases[i].chaining &&
                          abilities.extended == cases[i].extended,
            "case %zu", i);
    }
    ck_assert_uint_eq(keyshare_quirks_of(NULL, 0), 0);
    ck_assert_uint_eq(keyshare_quirks_of(atr_both, sizeof atr_both), 0);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("channel");
    TCase *tcase = tcase_create("channel");

    tcase_add_test(tcase, answers);
    tcase_add_test(tcase, transports_that_lie);
    tcase_add_test(tcase, exchanges_are_counted);
    tcase_add_test(tcase, forms);
    tcase_add_test(tcase, chains);
    tcase_add_test(tcase, moves);
    tcase_add_test(tcase, answers_to_reset);
    suite_add_tcase(suite, tcase);
    return suite;
}
