/* SPDX-License-Identifier: ISC */
/* libkeyshare-pcsc where no real service can be brought to: each code that
 * PC/SC may answer, readers that say what they can carry, and such as lie.
 * The service here is a handful of functions that answer as they are told. */
#include <string.h>

#include <reader.h>
#include <winscard.h>

#include <keyshare/pcsc.h>

#include "suite.h"

const SCARD_IO_REQUEST g_rgSCardT0Pci = {SCARD_PROTOCOL_T0, 16},
                       g_rgSCardT1Pci = {SCARD_PROTOCOL_T1, 16};

/** What the service answers, and what it was asked. */
static struct {
    LONG establish, list, state, connect, reconnect, status, transmit;
    const char *names;
    size_t names_len;
    DWORD event, protocol;
    uint8_t features[16];
    DWORD features_len;
    uint8_t properties[32];
    DWORD properties_len, property_code;
    uint8_t answer[8];
    DWORD answer_len;
    /* Asked. */
    DWORD share, initialization, disposition;
    int connected, contexts;
    uint8_t sent[300];
    DWORD sent_len, sent_protocol;
} service;

LONG
SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b, LPSCARDCONTEXT context)
{
    (void)a;
    (void)b;
    ck_assert_uint_eq(scope, SCARD_SCOPE_SYSTEM);
    *context = 7;
    service.contexts += service.establish == SCARD_S_SUCCESS;
    return service.establish;
}

LONG
SCardReleaseContext(SCARDCONTEXT context)
{
    ck_assert_int_eq(context, 7);
    service.contexts--;
    return SCARD_S_SUCCESS;
}

LONG
SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD len)
{
    ck_assert_int_eq(context, 7);
    ck_assert_ptr_null(groups);
    if (service.list == SCARD_S_SUCCESS) {
        ck_assert_uint_ge(*len, service.names_len);
        memcpy(names, service.names, service.names_len);
        *len = (DWORD)service.names_len;
    }
    return service.list;
}

LONG
SCardGetStatusChange(
    SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD count)
{
    (void)timeout;
    ck_assert_int_eq(context, 7);
    ck_assert_uint_eq(count, 1);
    states[0].dwEventState = service.event;
    return service.state;
}

LONG
SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
    LPSCARDHANDLE card, LPDWORD protocol)
{
    ck_assert_int_eq(context, 7);
    ck_assert_str_eq(reader, "one");
    ck_assert_uint_eq(protocols, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
    service.share = share;
    *card = 9;
    *protocol = service.protocol;
    service.connected += service.connect == SCARD_S_SUCCESS;
    return service.connect;
}

LONG
SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols,
    DWORD initialization, LPDWORD protocol)
{
    ck_assert_int_eq(card, 9);
    ck_assert_uint_eq(share, SCARD_SHARE_EXCLUSIVE);
    ck_assert_uint_eq(protocols, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
    service.initialization = initialization;
    *protocol = service.protocol;
    return service.reconnect;
}

LONG
SCardDisconnect(SCARDHANDLE card, DWORD disposition)
{
    ck_assert_int_eq(card, 9);
    service.disposition = disposition;
    service.connected--;
    return SCARD_S_SUCCESS;
}

LONG
SCardStatus(SCARDHANDLE card, LPSTR name, LPDWORD name_len, LPDWORD state,
    LPDWORD protocol, LPBYTE atr, LPDWORD len)
{
    ck_assert_int_eq(card, 9);
    ck_assert_uint_ge(*name_len, MAX_READERNAME);
    ck_assert_uint_ge(*len, MAX_ATR_SIZE);
    name[0] = '\0';
    *state = 0;
    *protocol = service.protocol;
    memset(atr, 0x3b, MAX_ATR_SIZE);
    *len = MAX_ATR_SIZE;
    return service.status;
}

LONG
SCardControl(SCARDHANDLE card, DWORD code, LPCVOID send, DWORD send_len,
    LPVOID receive, DWORD size, LPDWORD received)
{
    ck_assert_int_eq(card, 9);
    ck_assert_ptr_null(send);
    ck_assert_uint_eq(send_len, 0);
    if (code == CM_IOCTL_GET_FEATURE_REQUEST) {
        ck_assert_uint_ge(size, service.features_len);
        memcpy(receive, service.features, service.features_len);
        *received = service.features_len;
        return SCARD_S_SUCCESS;
    }
    ck_assert_uint_eq(code, service.property_code);
    ck_assert_uint_ge(size, service.properties_len);
    memcpy(receive, service.properties, service.properties_len);
    *received = service.properties_len;
    return SCARD_S_SUCCESS;
}

LONG
SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE send,
    DWORD len, SCARD_IO_REQUEST *receive_pci, LPBYTE receive, LPDWORD received)
{
    ck_assert_int_eq(card, 9);
    ck_assert_ptr_null(receive_pci);
    service.sent_protocol = (DWORD)send_pci->dwProtocol;
    ck_assert_uint_le(len, sizeof(service.sent));
    memcpy(service.sent, send, len);
    service.sent_len = len;
    if (service.answer_len <= *received) {
        memcpy(receive, service.answer, service.answer_len);
    }
    *received = service.answer_len;
    return service.transmit;
}

static keyshare_pcsc pcsc;
static keyshare_card_transport transport;

static void
begin(void)
{
    static const keyshare_pcsc fresh = KEYSHARE_PCSC_INIT;
    static const keyshare_card_transport none = KEYSHARE_CARD_TRANSPORT_INIT;

    memset(&service, 0, sizeof(service));
    service.names = "one\0two\0";
    service.names_len = 9;
    service.event = SCARD_STATE_PRESENT;
    service.protocol = SCARD_PROTOCOL_T1;
    pcsc = fresh;
    transport = none;
    ck_assert_int_eq(keyshare_pcsc_start(&pcsc), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_pcsc_choose(&pcsc, "one"), KEYSHARE_OK);
}

static void
end(void)
{
    keyshare_pcsc_stop(&pcsc);
    ck_assert_int_eq(service.connected, 0);
    ck_assert_int_eq(service.contexts, 0);
}

static void
connect_card(void)
{
    ck_assert_int_eq(keyshare_pcsc_connect(&pcsc, &transport), KEYSHARE_OK);
}

static keyshare_error
send_bytes(const uint8_t *command, size_t len)
{
    uint8_t response[8];
    size_t received = 99;
    keyshare_error error = transport.transmit(
        transport.context, command, len, response, sizeof(response), &received);

    ck_assert_uint_eq(received, error == KEYSHARE_OK ? service.answer_len : 0);
    return error;
}

static const uint8_t select_mf[] = {0x00, 0xa4, 0x00, 0x0c, 0x02, 0x3f, 0x00};

/** What each code means where a card is. */
static const struct {
    LONG code;
    keyshare_error error;
} meanings[] = {
    {SCARD_E_NO_SMARTCARD, KEYSHARE_ERR_CARD_ABSENT},
    {SCARD_W_REMOVED_CARD, KEYSHARE_ERR_CARD_ABSENT},
    {SCARD_W_RESET_CARD, KEYSHARE_ERR_CARD_ABSENT},
    {SCARD_E_SHARING_VIOLATION, KEYSHARE_ERR_READER_BUSY},
    {SCARD_E_NO_SERVICE, KEYSHARE_ERR_READER},
    {SCARD_E_SERVICE_STOPPED, KEYSHARE_ERR_READER},
    {SCARD_E_NO_READERS_AVAILABLE, KEYSHARE_ERR_READER},
    {SCARD_E_UNKNOWN_READER, KEYSHARE_ERR_READER},
    {SCARD_E_READER_UNAVAILABLE, KEYSHARE_ERR_READER},
    {SCARD_E_INVALID_HANDLE, KEYSHARE_ERR_READER},
    {SCARD_F_COMM_ERROR, KEYSHARE_ERR_READER},
    {SCARD_W_SECURITY_VIOLATION, KEYSHARE_ERR_READER},
    {SCARD_E_NOT_TRANSACTED, KEYSHARE_ERR_CARD_IO},
    {SCARD_E_INSUFFICIENT_BUFFER, KEYSHARE_ERR_CARD_IO},
    {SCARD_E_PROTO_MISMATCH, KEYSHARE_ERR_CARD_IO},
    {SCARD_W_UNRESPONSIVE_CARD, KEYSHARE_ERR_CARD_IO},
    {SCARD_W_UNPOWERED_CARD, KEYSHARE_ERR_CARD_IO},
    {SCARD_W_UNSUPPORTED_CARD, KEYSHARE_ERR_CARD_IO},
    {SCARD_F_INTERNAL_ERROR, KEYSHARE_ERR_CARD_IO},
};

START_TEST(each_code_of_a_card)
{
    const LONG code = meanings[_i].code;
    const keyshare_error error = meanings[_i].error;
    LONG *const where[] = {
        &service.connect, &service.reconnect, &service.status};

    begin();
    for (size_t i = 0; i < 3; i++) {
        *where[i] = code;
        ck_assert_int_eq(keyshare_pcsc_connect(&pcsc, &transport), error);
        ck_assert_int_eq(service.connected, 0);
        ck_assert_ptr_null((void *)(uintptr_t)transport.transmit);
        *where[i] = SCARD_S_SUCCESS;
    }
    connect_card();
    service.answer_len = 2;
    service.transmit = code;
    ck_assert_int_eq(send_bytes(select_mf, sizeof(select_mf)), error);
    service.reconnect = code;
    ck_assert_int_eq(keyshare_pcsc_reset(&pcsc), error);
    service.reconnect = SCARD_S_SUCCESS;
    service.status = code;
    service.initialization = 99;
    ck_assert_int_eq(keyshare_pcsc_reset(&pcsc), error);
    /* A card that may be another one is not taken up. */
    ck_assert_uint_eq(service.initialization, 99);
    end();
}
END_TEST

START_TEST(exclusive_and_reset_at_both_ends)
{
    begin();
    connect_card();
    ck_assert_uint_eq(service.share, SCARD_SHARE_EXCLUSIVE);
    ck_assert_uint_eq(service.initialization, SCARD_RESET_CARD);
    ck_assert_uint_eq(transport.atr_len, MAX_ATR_SIZE);
    keyshare_pcsc_disconnect(&pcsc);
    ck_assert_uint_eq(service.disposition, SCARD_RESET_CARD);
    ck_assert_int_eq(
        send_bytes(select_mf, sizeof(select_mf)), KEYSHARE_ERR_CARD_ABSENT);
    /* Choosing lets go of the card too, and so does connecting again. */
    connect_card();
    connect_card();
    ck_assert_int_eq(service.connected, 1);
    ck_assert_int_eq(keyshare_pcsc_choose(&pcsc, "two"), KEYSHARE_OK);
    ck_assert_int_eq(service.connected, 0);
    end();
}
END_TEST

START_TEST(answers_that_are_none)
{
    begin();
    connect_card();
    memcpy(service.answer, "\x90\x00", 2);
    for (DWORD len = 0; len < 12; len++) {
        service.answer_len = len;
        ck_assert_int_eq(send_bytes(select_mf, sizeof(select_mf)),
            len < 2 || len > 8 ? KEYSHARE_ERR_CARD_IO : KEYSHARE_OK);
    }
    end();
}
END_TEST

START_TEST(protocols)
{
    static const struct {
        uint8_t command[8];
        size_t len, t0_len;
    } cases[] = {
        {{0, 0x20, 0, 1}, 4, 5},                /* neither */
        {{0, 0xb0, 0, 0, 8}, 5, 5},             /* Le */
        {{0, 0xb0, 0, 0, 0}, 5, 5},             /* Le of 256 */
        {{0, 0xa4, 0, 12, 2, 0x3f, 0}, 7, 7},   /* Lc */
        {{0, 0xa4, 0, 0, 2, 0x3f, 0, 0}, 8, 7}, /* both */
        {{0, 0xd6, 0, 0, 1, 0x3f}, 6, 6},       /* Lc of 1 */
        {{0, 0xd6, 0, 0, 1, 0x3f, 9}, 7, 6},    /* both */
        {{0, 0xb0, 0, 0, 0, 1, 0}, 7, 7},       /* extended */
    };

    begin();
    service.answer_len = 2;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        service.protocol = SCARD_PROTOCOL_T1;
        connect_card();
        ck_assert_int_eq(
            send_bytes(cases[i].command, cases[i].len), KEYSHARE_OK);
        ck_assert_uint_eq(service.sent_protocol, SCARD_PROTOCOL_T1);
        ck_assert_uint_eq(service.sent_len, cases[i].len);
        ck_assert_mem_eq(service.sent, cases[i].command, cases[i].len);
        service.protocol = SCARD_PROTOCOL_T0;
        connect_card();
        ck_assert_int_eq(
            send_bytes(cases[i].command, cases[i].len), KEYSHARE_OK);
        ck_assert_uint_eq(service.sent_protocol, SCARD_PROTOCOL_T0);
        ck_assert_uint_eq(service.sent_len, cases[i].t0_len);
        /* The fifth byte of the first is the zero behind its four. */
        ck_assert_mem_eq(service.sent, cases[i].command, cases[i].t0_len);
    }
    end();
}
END_TEST

/* The reader has features, and says that APDUs may have so much data. */
static void
say_data_max(uint32_t most)
{
    const uint8_t features[] = {FEATURE_VERIFY_PIN_DIRECT, 4, 1, 2, 3, 4,
        FEATURE_GET_TLV_PROPERTIES, 4, 0x42, 0x33, 0x00, 0x12};
    const uint8_t properties[] = {PCSCv2_PART10_PROPERTY_wLcdLayout, 2, 0, 0,
        PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize, 4, (uint8_t)most,
        (uint8_t)(most >> 8), (uint8_t)(most >> 16), (uint8_t)(most >> 24)};

    memcpy(service.features, features, sizeof(features));
    service.features_len = sizeof(features);
    memcpy(service.properties, properties, sizeof(properties));
    service.properties_len = sizeof(properties);
    service.property_code = 0x42330012;
}

static void
expect_limits(size_t command, size_t response)
{
    connect_card();
    ck_assert_uint_eq(transport.command_max, command);
    ck_assert_uint_eq(transport.response_max, response);
}

START_TEST(what_a_reader_can_carry)
{
    begin();
    expect_limits(261, 258);
    say_data_max(0);
    expect_limits(261, 258);
    say_data_max(256);
    expect_limits(261, 258);
    say_data_max(257);
    expect_limits(266, 259);
    say_data_max(65535);
    expect_limits(65544, 65537);
    say_data_max(65536);
    expect_limits(65544, 65538);
    say_data_max(0xffffffff);
    expect_limits(65544, 65538);
    service.protocol = SCARD_PROTOCOL_T0;
    expect_limits(261, 258);
    end();
}
END_TEST

START_TEST(what_a_reader_garbles)
{
    begin();
    say_data_max(65536);
    for (DWORD len = 0; len < 12; len++) {
        service.features_len = len;
        expect_limits(261, 258);
    }
    say_data_max(65536);
    service.features[1] = 3;
    expect_limits(261, 258);
    say_data_max(65536);
    for (DWORD len = 0; len < 10; len++) {
        service.properties_len = len;
        expect_limits(261, 258);
    }
    say_data_max(65536);
    service.properties[5] = 5;
    expect_limits(261, 258);
    service.properties[5] = 3;
    expect_limits(261, 258);
    service.properties[1] = 0xff;
    expect_limits(261, 258);
    end();
}
END_TEST

START_TEST(service_that_refuses)
{
    const LONG codes[] = {SCARD_E_NO_SERVICE, SCARD_W_SECURITY_VIOLATION,
        SCARD_F_INTERNAL_ERROR, SCARD_E_NO_MEMORY};
    keyshare_pcsc other = KEYSHARE_PCSC_INIT;
    keyshare_pcsc_reader readers[2];
    size_t count = 1;

    begin();
    for (size_t i = 0; i < 4; i++) {
        service.establish = codes[i];
        ck_assert_int_eq(keyshare_pcsc_start(&other),
            codes[i] == SCARD_E_NO_MEMORY ? KEYSHARE_ERR_MEMORY
                                          : KEYSHARE_ERR_READER);
        service.list = codes[i];
        ck_assert_int_eq(keyshare_pcsc_readers(&pcsc, readers, 2, &count),
            KEYSHARE_ERR_READER);
        ck_assert_uint_eq(count, 0);
        ck_assert_int_eq(keyshare_pcsc_choose(&pcsc, "0"), KEYSHARE_ERR_READER);
    }
    service.list = SCARD_E_NO_READERS_AVAILABLE;
    count = 1;
    ck_assert_int_eq(
        keyshare_pcsc_readers(&pcsc, readers, 2, &count), KEYSHARE_OK);
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(keyshare_pcsc_choose(&pcsc, "0"), KEYSHARE_ERR_READER);
    end();
}
END_TEST

START_TEST(names)
{
    keyshare_pcsc_reader readers[3];
    char full[140];
    size_t count;

    begin();
    ck_assert_int_eq(
        keyshare_pcsc_readers(&pcsc, readers, 3, &count), KEYSHARE_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(readers[0].name, "one");
    ck_assert_str_eq(readers[1].name, "two");
    ck_assert_int_eq(readers[0].has_card, 1);
    ck_assert_int_eq(
        keyshare_pcsc_readers(&pcsc, readers, 1, &count), KEYSHARE_ERR_SPACE);
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(
        keyshare_pcsc_readers(&pcsc, NULL, 0, &count), KEYSHARE_ERR_SPACE);
    /* A name goes before a number. */
    service.names = "1\0one\0";
    service.names_len = 7;
    ck_assert_int_eq(keyshare_pcsc_choose(&pcsc, "1"), KEYSHARE_OK);
    ck_assert_str_eq(pcsc.reader, "1");
    /* The longest name, and its terminating zero, has room. */
    memset(full, 'x', sizeof(full));
    full[127] = full[128] = '\0';
    service.names = full;
    service.names_len = 129;
    ck_assert_int_eq(keyshare_pcsc_choose(&pcsc, "0"), KEYSHARE_OK);
    ck_assert_str_eq(pcsc.reader, full);
    ck_assert_int_eq(keyshare_pcsc_choose(&pcsc, full), KEYSHARE_OK);
    ck_assert_int_eq(
        keyshare_pcsc_readers(&pcsc, readers, 1, &count), KEYSHARE_OK);
    ck_assert_str_eq(readers[0].name, full);
    end();
}
END_TEST

START_TEST(reader_that_is_unplugged)
{
    const DWORD states[] = {SCARD_STATE_UNKNOWN, SCARD_STATE_UNAVAILABLE};

    begin();
    for (size_t i = 0; i < 2; i++) {
        service.event = states[i];
        ck_assert_int_eq(keyshare_pcsc_wait(&pcsc, 1000), KEYSHARE_ERR_READER);
        ck_assert_int_eq(
            keyshare_pcsc_wait_removal(&pcsc, 1000), KEYSHARE_ERR_READER);
    }
    service.event = 0;
    service.state = SCARD_E_TIMEOUT;
    ck_assert_int_eq(keyshare_pcsc_wait(&pcsc, 20), KEYSHARE_ERR_CARD_ABSENT);
    ck_assert_int_eq(keyshare_pcsc_wait_removal(&pcsc, 20), KEYSHARE_ERR_LIMIT);
    service.state = SCARD_E_UNKNOWN_READER;
    ck_assert_int_eq(keyshare_pcsc_wait(&pcsc, 1000), KEYSHARE_ERR_READER);
    end();
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("pcsc");
    TCase *tests = tcase_create("pcsc");

    tcase_add_loop_test(tests, each_code_of_a_card, 0,
        (int)(sizeof(meanings) / sizeof(meanings[0])));
    tcase_add_test(tests, exclusive_and_reset_at_both_ends);
    tcase_add_test(tests, answers_that_are_none);
    tcase_add_test(tests, protocols);
    tcase_add_test(tests, what_a_reader_can_carry);
    tcase_add_test(tests, what_a_reader_garbles);
    tcase_add_test(tests, service_that_refuses);
    tcase_add_test(tests, names);
    tcase_add_test(tests, reader_that_is_unplugged);
    suite_add_tcase(suite, tests);
    return suite;
}
