/* SPDX-License-Identifier: ISC */
/** @file
 * Cards in readers that PC/SC serves (pcsc-lite): libkeyshare-pcsc.
 *
 * A library of its own, with a libkeyshare-pcsc.pc of its own, so that nobody
 * who has another way to cards has to have this one; keyshare.h does not
 * include it. What it knows of libkeyshare is card_transport.h.
 *
 *     keyshare_pcsc pcsc = KEYSHARE_PCSC_INIT;
 *     keyshare_card_transport transport = KEYSHARE_CARD_TRANSPORT_INIT;
 *     keyshare_pcsc_start(&pcsc);
 *     keyshare_pcsc_choose(&pcsc, "0");
 *     keyshare_pcsc_wait(&pcsc, 60000);
 *     keyshare_pcsc_connect(&pcsc, &transport);
 *     ... what card.h does with a transport ...
 *     keyshare_pcsc_disconnect(&pcsc);
 *     keyshare_pcsc_wait_removal(&pcsc, 60000);
 *     ... the next card ...
 *     keyshare_pcsc_stop(&pcsc);
 *
 * A card is held exclusively (SCARD_SHARE_EXCLUSIVE) from connect to
 * disconnect, and reset at both: no other program comes between two commands,
 * none finds the PIN verified, and none left it so.
 *
 * A reader whose card vanishes within a command may report success without a
 * byte, or with a part of the answer. Less than a status word is
 * KEYSHARE_ERR_CARD_IO here; an answer that was cut behind that is for whoever
 * knows what was asked for.
 *
 * Time: a card that stays silent within a command hangs PC/SC, which has no
 * time-out for it, and so hangs whoever uses this transport, until the card is
 * taken out. A program that must not hang does its cards in a process of their
 * own.
 *
 * [ISO7816-3] ISO/IEC 7816-3:2006, Cards with contacts: electrical interface
 *     and transmission protocols.
 * [PCSC10] PC/SC Workgroup, Interoperability specification for ICCs and
 *     personal computer systems, part 10: IFDs with secure PIN entry
 *     capabilities, 2.02.09 (2012).
 *
 * Secrets pass through the daemon in the clear, and its --apdu option writes
 * them into a log: a machine for ceremonies runs it without.
 */
#ifndef KEYSHARE_PCSC_H
#define KEYSHARE_PCSC_H

#include <keyshare/card_transport.h>

KEYSHARE_BEGIN_DECLS

/** Room for a reader's name with its terminating zero (MAX_READERNAME). */
#define KEYSHARE_PCSC_NAME_SIZE   128
/** No answer to reset is longer ([ISO7816-3] 8.2.1). */
#define KEYSHARE_PCSC_ATR_MAX     33
/** pcsc-lite serves no more readers (PCSCLITE_MAX_READERS_CONTEXTS). */
#define KEYSHARE_PCSC_READERS_MAX 16

/** A reader, and whether there is a card in it. */
typedef struct keyshare_pcsc_reader {
    /** UTF-8 as the service gives it; ends with a zero. */
    char name[KEYSHARE_PCSC_NAME_SIZE];
    int has_card; /**< 1: there is a card in it; 0: there is none */
} keyshare_pcsc_reader;

/** The service, a reader of it, a card in that. Begin with
 * KEYSHARE_PCSC_INIT; the members are the library's. It is used by one thread
 * at a time, and must not be moved or copied while it is connected. */
typedef struct keyshare_pcsc {
    size_t size;            /**< of this structure */
    int started;            /**< whether there is a context */
    int connected;          /**< whether there is a card */
    long context;           /**< SCARDCONTEXT */
    long card;              /**< SCARDHANDLE */
    unsigned long protocol; /**< T=0 or T=1 */
    /** The chosen reader; empty: none. */
    char reader[KEYSHARE_PCSC_NAME_SIZE];
    uint8_t atr[KEYSHARE_PCSC_ATR_MAX]; /**< of the card */
    size_t atr_len;                     /**< its length */
} keyshare_pcsc;

/** Not started. */
#define KEYSHARE_PCSC_INIT                                                     \
    {                                                                          \
        sizeof(keyshare_pcsc), 0, 0, 0, 0, 0, {0}, {0}, 0                      \
    }

/** Speak to the service.
 *
 * KEYSHARE_ERR_STATE: it is started already. KEYSHARE_ERR_READER: the service
 * does not answer, or does not let this user in. KEYSHARE_ERR_ARGUMENT: NULL,
 * or not of this size.
 *
 * @param[in,out] pcsc  not started
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT
 * @retval KEYSHARE_ERR_STATE
 * @retval KEYSHARE_ERR_READER
 * @retval KEYSHARE_ERR_MEMORY
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_pcsc_start(
    keyshare_pcsc *pcsc);

/** Let go of the card, the reader and the service; start may follow.
 *
 * @param[in,out] pcsc  in any state; may be NULL
 *
 * @secret none
 */
KEYSHARE_API void keyshare_pcsc_stop(keyshare_pcsc *pcsc);

/** List the readers, in the order of their numbers.
 *
 * That there are none is an answer too: *count is 0. Numbers change when
 * readers come and go; names rarely do.
 *
 * KEYSHARE_ERR_SPACE: there are more than MAX (KEYSHARE_PCSC_READERS_MAX always
 * does). KEYSHARE_ERR_STATE: not started.
 *
 * @param[in] pcsc  started
 * @param[out] readers  room for MAX
 * @param[in] max  how many there is room for
 * @param[out] count  how many there are
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT
 * @retval KEYSHARE_ERR_STATE
 * @retval KEYSHARE_ERR_SPACE
 * @retval KEYSHARE_ERR_READER
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_pcsc_readers(
    keyshare_pcsc *pcsc, keyshare_pcsc_reader *readers, size_t max,
    size_t *count);

/** Choose a reader, by its whole name or by its number from 0 in decimal.
 *
 * A name goes before a number. A card that is connected is let go of.
 * KEYSHARE_ERR_READER: there is no such reader; none is chosen then.
 *
 * @param[in,out] pcsc  started
 * @param[in] reader  name or number
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT
 * @retval KEYSHARE_ERR_STATE
 * @retval KEYSHARE_ERR_READER
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_pcsc_choose(
    keyshare_pcsc *pcsc, const char *reader);

/** Wait until there is a card in the chosen reader.
 *
 * KEYSHARE_ERR_CARD_ABSENT: none came in that time. KEYSHARE_ERR_STATE: no
 * reader is chosen. KEYSHARE_ERR_READER: it was unplugged.
 *
 * @param[in] pcsc  with a reader
 * @param[in] timeout_ms  how long to wait; 0: do not
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT
 * @retval KEYSHARE_ERR_STATE
 * @retval KEYSHARE_ERR_CARD_ABSENT
 * @retval KEYSHARE_ERR_READER
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_pcsc_wait(
    keyshare_pcsc *pcsc, uint32_t timeout_ms);

/** Wait until there is no card in the chosen reader.
 *
 * KEYSHARE_ERR_LIMIT: it is still there after that time. KEYSHARE_ERR_STATE: no
 * reader is chosen. KEYSHARE_ERR_READER: it was unplugged.
 *
 * @param[in] pcsc  with a reader
 * @param[in] timeout_ms  how long to wait; 0: do not
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT
 * @retval KEYSHARE_ERR_STATE
 * @retval KEYSHARE_ERR_LIMIT
 * @retval KEYSHARE_ERR_READER
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_pcsc_wait_removal(
    keyshare_pcsc *pcsc, uint32_t timeout_ms);

/** Connect to the card in the chosen reader, for this program alone, and reset
 * it.
 *
 * A card that was connected before is let go of first. The transport is good
 * until the card is let go of; it allows extended length where the reader says
 * that it can ([PCSC10] dwMaxAPDUDataSize) and the card speaks T=1. Who
 * knows a reader that can, and does not say so, raises command_max and
 * response_max.
 *
 * KEYSHARE_ERR_READER_BUSY: another program holds the card. KEYSHARE_ERR_STATE:
 * no reader is chosen. KEYSHARE_ERR_CARD_IO: the card does not answer the
 * reset, or no protocol is common.
 *
 * @param[in,out] pcsc  with a reader
 * @param[out] transport  begun with its _INIT; the way to this card
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT
 * @retval KEYSHARE_ERR_STATE
 * @retval KEYSHARE_ERR_CARD_ABSENT
 * @retval KEYSHARE_ERR_CARD_IO
 * @retval KEYSHARE_ERR_READER
 * @retval KEYSHARE_ERR_READER_BUSY
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_pcsc_connect(
    keyshare_pcsc *pcsc, keyshare_card_transport *transport);

/** Reset the card: no PIN is verified and no file chosen any more.
 *
 * The transport stays good. A card that was exchanged is not taken up here: it
 * is another one, and has to be connected.
 *
 * @param[in,out] pcsc  connected
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT
 * @retval KEYSHARE_ERR_STATE
 * @retval KEYSHARE_ERR_CARD_ABSENT
 * @retval KEYSHARE_ERR_CARD_IO
 * @retval KEYSHARE_ERR_READER
 * @retval KEYSHARE_ERR_READER_BUSY
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_pcsc_reset(
    keyshare_pcsc *pcsc);

/** Let go of the card, and reset it; the reader stays chosen.
 *
 * @param[in,out] pcsc  in any state; may be NULL
 *
 * @secret none
 */
KEYSHARE_API void keyshare_pcsc_disconnect(keyshare_pcsc *pcsc);

KEYSHARE_END_DECLS

#endif
