/* SPDX-License-Identifier: ISC */
/* The way to a card over PC/SC, by pcsc-lite.
 *
 * No heap, and no state but the caller's. Responses go straight into the
 * caller's buffer; a command is sent from where it lies, but for four bytes
 * that hold no secret.
 *
 * [ISO7816-3] ISO/IEC 7816-3:2006, Cards with contacts: electrical interface
 *     and transmission protocols.
 * [PCSC10] PC/SC Workgroup, Interoperability specification for ICCs and
 *     personal computer systems, part 10: IFDs with secure PIN entry
 *     capabilities, 2.02.09 (2012).
 */
#include <keyshare/pcsc.h>

#include <string.h>
#include <time.h>

#include <reader.h>
#include <winscard.h>

/* Between two looks at the clock: a wait ends no later than this behind it. */
#define SLICE_MS 250u

_Static_assert(sizeof(SCARDCONTEXT) <= sizeof(long) &&
                   sizeof(SCARDHANDLE) <= sizeof(long) &&
                   sizeof(DWORD) <= sizeof(unsigned long),
    "the handles of PC/SC have room in keyshare_pcsc");
_Static_assert(MAX_READERNAME <= KEYSHARE_PCSC_NAME_SIZE,
    "a reader's name has room in keyshare_pcsc");
_Static_assert(MAX_ATR_SIZE <= KEYSHARE_PCSC_ATR_MAX,
    "an answer to reset has room in keyshare_pcsc");
_Static_assert(PCSCLITE_MAX_READERS_CONTEXTS <= KEYSHARE_PCSC_READERS_MAX,
    "all readers have room where the header says so");

static const keyshare_card_transport no_transport =
    KEYSHARE_CARD_TRANSPORT_INIT;

/* What an answer of PC/SC means to a caller. What is not listed is about the
 * exchange: a card that does not answer, or not in time, or not rightly. */
static keyshare_error
error_of(LONG code)
{
    switch (code) {
    case SCARD_S_SUCCESS: return KEYSHARE_OK;
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD:
    /* Nobody else can have reset a card that is held exclusively: it lost
     * power, so that it was taken out and another may be there. */
    case SCARD_W_RESET_CARD: return KEYSHARE_ERR_CARD_ABSENT;
    case SCARD_E_SHARING_VIOLATION: return KEYSHARE_ERR_READER_BUSY;
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
    case SCARD_E_NO_READERS_AVAILABLE:
    case SCARD_E_UNKNOWN_READER:
    case SCARD_E_READER_UNAVAILABLE:
    case SCARD_E_INVALID_HANDLE:
    case SCARD_F_COMM_ERROR:
    case SCARD_W_SECURITY_VIOLATION: return KEYSHARE_ERR_READER;
    default: return KEYSHARE_ERR_CARD_IO;
    }
}

static int
is_ours(const keyshare_pcsc *pcsc)
{
    return pcsc != NULL && pcsc->size == sizeof(*pcsc);
}

/* ---- The service and its readers ---- */

keyshare_error
keyshare_pcsc_start(keyshare_pcsc *pcsc)
{
    SCARDCONTEXT context = 0;
    LONG code;

    if (!is_ours(pcsc)) {
        return KEYSHARE_ERR_ARGUMENT;
    }
    if (pcsc->started) {
        return KEYSHARE_ERR_STATE;
    }
    code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (code == SCARD_E_NO_MEMORY) {
        return KEYSHARE_ERR_MEMORY;
    }
    if (code != SCARD_S_SUCCESS) {
        return KEYSHARE_ERR_READER;
    }
    pcsc->context = context;
    pcsc->started = 1;
    return KEYSHARE_OK;
}

void
keyshare_pcsc_stop(keyshare_pcsc *pcsc)
{
    static const keyshare_pcsc fresh = KEYSHARE_PCSC_INIT;

    if (!is_ours(pcsc)) {
        return;
    }
    keyshare_pcsc_disconnect(pcsc);
    if (pcsc->started) {
        (void)SCardReleaseContext((SCARDCONTEXT)pcsc->context);
    }
    *pcsc = fresh;
}

/* The names, a zero behind each and another behind the last. None is an answer
 * as any other. */
static keyshare_error
list_names(const keyshare_pcsc *pcsc, char *names, size_t size)
{
    DWORD len = (DWORD)size;
    LONG code =
        SCardListReaders((SCARDCONTEXT)pcsc->context, NULL, names, &len);

    if (code == SCARD_E_NO_READERS_AVAILABLE) {
        names[0] = '\0';
        return KEYSHARE_OK;
    }
    return code == SCARD_S_SUCCESS ? KEYSHARE_OK : KEYSHARE_ERR_READER;
}

/* Ask for the state of a reader that is not in STATE->dwCurrentState. */
static LONG
ask_state(const keyshare_pcsc *pcsc, SCARD_READERSTATE *state, DWORD wait_ms)
{
    return SCardGetStatusChange((SCARDCONTEXT)pcsc->context, wait_ms, state, 1);
}

static int
has_card(const keyshare_pcsc *pcsc, const char *name)
{
    SCARD_READERSTATE state;

    memset(&state, 0, sizeof(state));
    state.szReader = name;
    return ask_state(pcsc, &state, 0) == SCARD_S_SUCCESS &&
           (state.dwEventState & SCARD_STATE_PRESENT) != 0;
}

/* MAX_READERNAME holds for all names; what is longer is cut. */
static void
copy_name(char out[KEYSHARE_PCSC_NAME_SIZE], const char *name)
{
    size_t len = strlen(name);

    len = len < KEYSHARE_PCSC_NAME_SIZE ? len : KEYSHARE_PCSC_NAME_SIZE - 1;
    memcpy(out, name, len);
    out[len] = '\0';
}

/* Room for the names of all readers. */
#define NAMES_SIZE (KEYSHARE_PCSC_READERS_MAX * KEYSHARE_PCSC_NAME_SIZE + 1)

keyshare_error
keyshare_pcsc_readers(keyshare_pcsc *pcsc, keyshare_pcsc_reader *readers,
    size_t max, size_t *count)
{
    char names[NAMES_SIZE];
    size_t found = 0;
    keyshare_error error;

    if (count != NULL) {
        *count = 0;
    }
    if (readers != NULL && max > 0) {
        memset(readers, 0, max * sizeof(*readers));
    }
    if (!is_ours(pcsc) || count == NULL || (readers == NULL && max > 0)) {
        return KEYSHARE_ERR_ARGUMENT;
    }
    if (!pcsc->started) {
        return KEYSHARE_ERR_STATE;
    }
    error = list_names(pcsc, names, sizeof(names));
    if (error != KEYSHARE_OK) {
        return error;
    }
    for (const char *name = names; *name != '\0'; name += strlen(name) + 1) {
        if (found == max) {
            if (max > 0) {
                memset(readers, 0, max * sizeof(*readers));
            }
            return KEYSHARE_ERR_SPACE;
        }
        copy_name(readers[found].name, name);
        readers[found].has_card = has_card(pcsc, name);
        found++;
    }
    *count = found;
    return KEYSHARE_OK;
}

/* A number in decimal; -1: it is none. */
static long
number_of(const char *text)
{
    long number = 0;

    if (*text == '\0' || strlen(text) > 3) {
        return -1;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return -1;
        }
        number = 10 * number + (*text - '0');
    }
    return number;
}

keyshare_error
keyshare_pcsc_choose(keyshare_pcsc *pcsc, const char *reader)
{
    char names[NAMES_SIZE];
    const char *by_number = NULL, *by_name = NULL, *chosen;
    long number, at = 0;
    keyshare_error error;

    if (!is_ours(pcsc) || reader == NULL) {
        return KEYSHARE_ERR_ARGUMENT;
    }
    if (!pcsc->started) {
        return KEYSHARE_ERR_STATE;
    }
    keyshare_pcsc_disconnect(pcsc);
    number = number_of(reader);
    error = list_names(pcsc, names, sizeof(names));
    if (error == KEYSHARE_OK) {
        for (const char *name = names; *name != '\0';
             name += strlen(name) + 1, at++) {
            by_name = strcmp(name, reader) == 0 ? name : by_name;
            by_number = at == number ? name : by_number;
        }
    }
    chosen = by_name != NULL ? by_name : by_number;
    memset(pcsc->reader, 0, sizeof(pcsc->reader));
    if (chosen == NULL) {
        return KEYSHARE_ERR_READER;
    }
    copy_name(pcsc->reader, chosen);
    return KEYSHARE_OK;
}

/* ---- Waiting ---- */

static uint64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Wait until the reader's state has FLAG; LATE where it did not come. */
static keyshare_error
wait_for(
    keyshare_pcsc *pcsc, DWORD flag, uint32_t timeout_ms, keyshare_error late)
{
    SCARD_READERSTATE state;
    uint64_t begin, passed = 0;
    uint32_t wait = 0;
    LONG code;

    if (!is_ours(pcsc)) {
        return KEYSHARE_ERR_ARGUMENT;
    }
    if (!pcsc->started || pcsc->reader[0] == '\0') {
        return KEYSHARE_ERR_STATE;
    }
    memset(&state, 0, sizeof(state));
    state.szReader = pcsc->reader;
    begin = now_ms();
    for (;;) {
        code = ask_state(pcsc, &state, wait);
        if (code != SCARD_S_SUCCESS && code != SCARD_E_TIMEOUT) {
            return KEYSHARE_ERR_READER;
        }
        if ((state.dwEventState &
                (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE)) != 0) {
            return KEYSHARE_ERR_READER;
        }
        if ((state.dwEventState & flag) != 0) {
            return KEYSHARE_OK;
        }
        passed = now_ms() - begin;
        if (passed >= timeout_ms) {
            return late;
        }
        state.dwCurrentState = state.dwEventState;
        wait = timeout_ms - (uint32_t)passed;
        wait = wait < SLICE_MS ? wait : SLICE_MS;
    }
}

keyshare_error
keyshare_pcsc_wait(keyshare_pcsc *pcsc, uint32_t timeout_ms)
{
    return wait_for(
        pcsc, SCARD_STATE_PRESENT, timeout_ms, KEYSHARE_ERR_CARD_ABSENT);
}

keyshare_error
keyshare_pcsc_wait_removal(keyshare_pcsc *pcsc, uint32_t timeout_ms)
{
    return wait_for(pcsc, SCARD_STATE_EMPTY, timeout_ms, KEYSHARE_ERR_LIMIT);
}

/* ---- The card ---- */

/* Over T=0 a command has a fifth byte always, and no Le behind data: the
 * response is fetched then ([ISO7816-3] 12.2). Gives the length to
 * send, of COMMAND or, where one byte is missing, of the five in SHORTEST. */
static size_t
fit_t0(const uint8_t *command, size_t len, uint8_t shortest[5])
{
    if (len == 4) {
        memcpy(shortest, command, 4);
        shortest[4] = 0;
        return 5;
    }
    if (len > 5 && command[4] != 0 && len == (size_t)command[4] + 6) {
        return len - 1;
    }
    return len;
}

static keyshare_error
transmit(void *context, const uint8_t *command, size_t len, uint8_t *response,
    size_t size, size_t *received)
{
    const keyshare_pcsc *pcsc = context;
    const SCARD_IO_REQUEST *protocol = SCARD_PCI_T1;
    uint8_t shortest[5];
    DWORD got = (DWORD)size;
    LONG code;

    *received = 0;
    if (!pcsc->connected) {
        return KEYSHARE_ERR_CARD_ABSENT;
    }
    if (len < 4) {
        return KEYSHARE_ERR_CARD_IO;
    }
    if (pcsc->protocol == SCARD_PROTOCOL_T0) {
        size_t whole = len;
        protocol = SCARD_PCI_T0;
        len = fit_t0(command, whole, shortest);
        command = len > whole ? shortest : command;
    }
    code = SCardTransmit((SCARDHANDLE)pcsc->card, protocol, command, (DWORD)len,
        NULL, response, &got);
    if (code != SCARD_S_SUCCESS) {
        return error_of(code);
    }
    /* Success, and no whole status word: the card vanished meanwhile. */
    if (got < 2 || got > size) {
        return KEYSHARE_ERR_CARD_IO;
    }
    *received = got;
    return KEYSHARE_OK;
}

/* The control code of a feature ([PCSC10] 2.2), 0 where the reader does
 * not have it: tag, length 4, and the code with its highest byte first. */
static DWORD
feature(const keyshare_pcsc *pcsc, uint8_t wanted)
{
    uint8_t list[256];
    DWORD len = 0;

    if (SCardControl((SCARDHANDLE)pcsc->card, CM_IOCTL_GET_FEATURE_REQUEST,
            NULL, 0, list, sizeof(list), &len) != SCARD_S_SUCCESS) {
        return 0;
    }
    for (size_t at = 0; at + 6 <= len && list[at + 1] == 4; at += 6) {
        if (list[at] == wanted) {
            return (DWORD)list[at + 2] << 24 | (DWORD)list[at + 3] << 16 |
                   (DWORD)list[at + 4] << 8 | (DWORD)list[at + 5];
        }
    }
    return 0;
}

/* The most data in an APDU that the reader says it can carry, 0 where it does
 * not say ([PCSC10] 2.6: dwMaxAPDUDataSize, its lowest byte first). */
static size_t
data_max(const keyshare_pcsc *pcsc)
{
    DWORD control = feature(pcsc, FEATURE_GET_TLV_PROPERTIES), len = 0;
    uint8_t list[256];
    size_t length;

    if (control == 0 || SCardControl((SCARDHANDLE)pcsc->card, control, NULL, 0,
                            list, sizeof(list), &len) != SCARD_S_SUCCESS) {
        return 0;
    }
    for (size_t at = 0; at + 2 <= len; at += 2 + length) {
        length = list[at + 1];
        if (length > len - at - 2) {
            return 0;
        }
        if (list[at] == PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize &&
            length == 4) {
            return (size_t)list[at + 2] | (size_t)list[at + 3] << 8 |
                   (size_t)list[at + 4] << 16 | (size_t)list[at + 5] << 24;
        }
    }
    return 0;
}

static void
fill_in(keyshare_pcsc *pcsc, keyshare_card_transport *transport)
{
    size_t most = data_max(pcsc);

    transport->transmit = transmit;
    transport->context = pcsc;
    transport->atr = pcsc->atr;
    transport->atr_len = pcsc->atr_len;
    if (most <= 256 || pcsc->protocol != SCARD_PROTOCOL_T1) {
        return;
    }
    /* Beside the data: four bytes, three of Lc and two of Le; a status word. */
    most = most < 65536 ? most : 65536;
    transport->command_max = most + 9 < KEYSHARE_CARD_COMMAND_EXTENDED
                                 ? most + 9
                                 : KEYSHARE_CARD_COMMAND_EXTENDED;
    transport->response_max = most + 2;
}

/* Ask for the answer to reset, and with it whether the card is still the one
 * that was connected. */
static LONG
ask_atr(keyshare_pcsc *pcsc)
{
    uint8_t atr[MAX_ATR_SIZE];
    char name[KEYSHARE_PCSC_NAME_SIZE];
    DWORD len = sizeof(atr), name_len = sizeof(name), state, protocol;
    LONG code = SCardStatus(
        (SCARDHANDLE)pcsc->card, name, &name_len, &state, &protocol, atr, &len);

    if (code == SCARD_S_SUCCESS) {
        memset(pcsc->atr, 0, sizeof(pcsc->atr));
        memcpy(pcsc->atr, atr, len);
        pcsc->atr_len = len;
    }
    return code;
}

static LONG
reset_card(keyshare_pcsc *pcsc)
{
    DWORD protocol = 0;
    LONG code = SCardReconnect((SCARDHANDLE)pcsc->card, SCARD_SHARE_EXCLUSIVE,
        SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_RESET_CARD, &protocol);

    if (code == SCARD_S_SUCCESS) {
        pcsc->protocol = protocol;
        code = ask_atr(pcsc);
    }
    return code;
}

keyshare_error
keyshare_pcsc_connect(keyshare_pcsc *pcsc, keyshare_card_transport *transport)
{
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    LONG code;

    if (!is_ours(pcsc) || transport == NULL ||
        transport->size != sizeof(*transport)) {
        return KEYSHARE_ERR_ARGUMENT;
    }
    *transport = no_transport;
    if (!pcsc->started || pcsc->reader[0] == '\0') {
        return KEYSHARE_ERR_STATE;
    }
    keyshare_pcsc_disconnect(pcsc);
    code = SCardConnect((SCARDCONTEXT)pcsc->context, pcsc->reader,
        SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card,
        &protocol);
    if (code != SCARD_S_SUCCESS) {
        return error_of(code);
    }
    pcsc->card = card;
    pcsc->connected = 1;
    /* Whoever had the card before may have left a PIN verified. */
    code = reset_card(pcsc);
    if (code != SCARD_S_SUCCESS) {
        keyshare_pcsc_disconnect(pcsc);
        return error_of(code);
    }
    fill_in(pcsc, transport);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_pcsc_reset(keyshare_pcsc *pcsc)
{
    LONG code;

    if (!is_ours(pcsc)) {
        return KEYSHARE_ERR_ARGUMENT;
    }
    if (!pcsc->connected) {
        return KEYSHARE_ERR_STATE;
    }
    /* SCardReconnect would take up any other card. */
    code = ask_atr(pcsc);
    if (code == SCARD_S_SUCCESS) {
        code = reset_card(pcsc);
    }
    return error_of(code);
}

void
keyshare_pcsc_disconnect(keyshare_pcsc *pcsc)
{
    if (!is_ours(pcsc) || !pcsc->connected) {
        return;
    }
    (void)SCardDisconnect((SCARDHANDLE)pcsc->card, SCARD_RESET_CARD);
    pcsc->connected = 0;
    pcsc->card = 0;
    pcsc->protocol = 0;
    memset(pcsc->atr, 0, sizeof(pcsc->atr));
    pcsc->atr_len = 0;
}
