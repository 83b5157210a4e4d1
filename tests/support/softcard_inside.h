/* SPDX-License-Identifier: ISC */
/* Between the files of the card that is made of software. */
#ifndef SOFTCARD_INSIDE_H
#define SOFTCARD_INSIDE_H

#include "softcard.h"

/** Bits of the access mode byte (ISO/IEC 7816-4:2005, tables 16 and 17). */
enum {
    MODE_EF_READ = 0,
    MODE_EF_UPDATE = 1,
    MODE_DF_DELETE_CHILD = 0,
    MODE_DF_CREATE_EF = 1,
    MODE_DF_CREATE_DF = 2,
    MODE_DELETE = 6
};

/** Status words (ISO/IEC 7816-4:2005, 5.1.3; CREATE FILE's: part 9). */
enum {
    STATUS_DONE = 0x9000,
    STATUS_MORE = 0x6100,
    STATUS_END = 0x6282,
    STATUS_TRIES = 0x63c0,
    STATUS_MEMORY_FAILURE = 0x6581,
    STATUS_LENGTH = 0x6700,
    STATUS_CHANNEL = 0x6881,
    STATUS_SECURE_MESSAGING = 0x6882,
    STATUS_LAST_EXPECTED = 0x6883,
    STATUS_CHAINING = 0x6884,
    STATUS_NOT_AN_EF = 0x6981,
    STATUS_SECURITY = 0x6982,
    STATUS_BLOCKED = 0x6983,
    STATUS_CONDITIONS = 0x6985,
    STATUS_NO_EF = 0x6986,
    STATUS_DATA = 0x6a80,
    STATUS_NOT_FOUND = 0x6a82,
    STATUS_FULL = 0x6a84,
    STATUS_P1P2 = 0x6a86,
    STATUS_NO_REFERENCE = 0x6a88,
    STATUS_FILE_EXISTS = 0x6a89,
    STATUS_NAME_EXISTS = 0x6a8a,
    STATUS_OFFSET = 0x6b00,
    STATUS_EXACT = 0x6c00,
    STATUS_INS = 0x6d00,
    STATUS_CLA = 0x6e00
};

/** A command APDU, taken apart. */
struct softcard_command {
    uint8_t cla, ins, p1, p2;
    const uint8_t *data;
    size_t len;
    bool has_le;
    size_t le; /**< 0 stands for as many as there are */
    bool extended;
};

/** Act on a whole command. Leaves data in the card and gives the status word.
 */
uint16_t softcard_act(
    struct softcard *card, const struct softcard_command *command);

/* The files. All give an index, 0 (the MF's) where there is none such. */

/** Among the children of a DF. */
uint8_t softcard_find_child(
    const struct softcard *card, uint8_t df, uint16_t id);

uint8_t softcard_find_short(
    const struct softcard *card, uint8_t df, uint8_t short_id);

/** A DF by its whole name, wherever it is. */
uint8_t softcard_find_name(
    const struct softcard *card, const uint8_t *name, size_t len);

/** Any EF of that identifier. */
uint8_t softcard_find_any(const struct softcard *card, uint16_t id);

/** What a file with those tags would be; a status word. */
uint16_t softcard_parse_fcp(const struct softcard *card, const uint8_t *data,
    size_t len, struct softcard_file *file);

/** A template with the file's control parameters: FCP (62) or FCI (6F). At
 * most 128 bytes; gives their number. */
size_t softcard_put_fcp(
    const struct softcard *card, uint8_t index, uint8_t tag, uint8_t *out);

/** Make the file below PARENT, whatever the rules; its index, or 0 where there
 * is no room. */
uint8_t softcard_create(
    struct softcard *card, uint8_t parent, const struct softcard_file *file);

/** Delete it and all below it. */
void softcard_delete(struct softcard *card, uint8_t index);

/** Whether the rules allow it now. */
bool softcard_allowed(
    const struct softcard *card, uint8_t index, unsigned mode);

/** Whether the card may take the next step of what it does; not when it has
 * lost power. */
bool softcard_step(struct softcard *card);

#endif
