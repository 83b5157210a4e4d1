/* SPDX-License-Identifier: ISC */
/* What the card does at each command (ISO/IEC 7816-4:2005, section 7; CREATE
 * FILE and DELETE FILE: part 9). */
#include <string.h>

#include "softcard_inside.h"

enum {
    MF_ID = 0x3f00,
    MF = 0
};

static uint16_t
id_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* ---- SELECT ---- */

/* By identifier alone: a child of the current DF, the DF itself, its parent,
 * or a child of that. */
static bool
find_near(const struct softcard *card, uint16_t id, uint8_t *found)
{
    uint8_t df = card->df, parent = card->eeprom.files[df].parent;

    *found = MF;
    if (id == MF_ID) {
        return true;
    }
    *found = softcard_find_child(card, df, id);
    if (*found == 0 && card->eeprom.files[df].id == id) {
        *found = df;
    }
    if (*found == 0 && card->eeprom.files[parent].id == id) {
        *found = parent;
    }
    if (*found == 0) {
        *found = softcard_find_child(card, parent, id);
    }
    return *found != 0;
}

static bool
find_path(const struct softcard *card, uint8_t from,
    const struct softcard_command *command, uint8_t *found)
{
    *found = from;
    for (size_t i = 0; i < command->len; i += 2) {
        *found = softcard_find_child(card, *found, id_at(command->data + i));
        if (*found == 0) {
            return false;
        }
    }
    return command->len > 0;
}

/* What P1 and the data mean (table 39); a status word. */
static uint16_t
find(const struct softcard *card, const struct softcard_command *command,
    uint8_t *found)
{
    const struct softcard_file *files = card->eeprom.files;
    bool there = false;

    *found = MF;
    if (command->p1 <= 2 && command->p1 + command->len != 0 &&
        command->len != 2) {
        return STATUS_LENGTH;
    }
    if ((command->p1 & 0xfe) == 8 && command->len % 2 != 0) {
        return STATUS_LENGTH;
    }
    switch (command->p1) {
    case 0:
        there =
            command->len == 0 || find_near(card, id_at(command->data), found);
        break;
    case 1:
    case 2:
        *found = softcard_find_child(card, card->df, id_at(command->data));
        there = *found != 0 && files[*found].df == (command->p1 == 1);
        break;
    case 3:
        *found = files[card->df].parent;
        there = command->len == 0 && card->df != MF;
        break;
    case 4:
        *found = softcard_find_name(card, command->data, command->len);
        there = *found != 0;
        break;
    case 8: there = find_path(card, MF, command, found); break;
    case 9: there = find_path(card, card->df, command, found); break;
    default: return STATUS_P1P2;
    }
    return there ? STATUS_DONE : STATUS_NOT_FOUND;
}

static void
make_current(struct softcard *card, uint8_t index)
{
    if (card->eeprom.files[index].df) {
        card->df = index;
        card->ef = 0;
    } else {
        card->df = card->eeprom.files[index].parent;
        card->ef = index;
    }
}

static uint16_t
do_select(struct softcard *card, const struct softcard_command *command)
{
    uint8_t found, what = command->p2 & 0x0c;
    uint16_t status;

    if ((command->p2 & 0xf3) != 0 || what == 8) {
        return STATUS_P1P2;
    }
    status = find(card, command, &found);
    if (status != STATUS_DONE) {
        return status;
    }
    make_current(card, found);
    if (what != 0x0c) {
        card->data_len =
            softcard_put_fcp(card, found, what == 0 ? 0x6f : 0x62, card->data);
    }
    return STATUS_DONE;
}

/* ---- READ BINARY and UPDATE BINARY ---- */

/* The EF and the offset that P1 and P2 name; a status word. */
static uint16_t
locate(struct softcard *card, const struct softcard_command *command,
    unsigned mode, const struct softcard_file **file, size_t *offset)
{
    *offset = (size_t)command->p1 << 8 | command->p2;
    if ((command->p1 & 0x80) != 0) {
        uint8_t found = softcard_find_short(card, card->df, command->p1 & 0x1f);
        if ((command->p1 & 0x60) != 0) {
            return STATUS_P1P2;
        }
        if (found == 0) {
            return STATUS_NOT_FOUND;
        }
        make_current(card, found);
        *offset = command->p2;
    }
    if (card->ef == 0) {
        return STATUS_NO_EF;
    }
    *file = &card->eeprom.files[card->ef];
    if (!softcard_allowed(card, card->ef, mode)) {
        return STATUS_SECURITY;
    }
    return *offset > (*file)->size ? STATUS_OFFSET : STATUS_DONE;
}

static uint16_t
do_read(struct softcard *card, const struct softcard_command *command)
{
    const struct softcard_kind *kind = &card->eeprom.kind;
    const struct softcard_file *file;
    size_t offset, len, most = command->extended ? 65536 : 256, wanted;
    uint16_t status = locate(card, command, MODE_EF_READ, &file, &offset);

    if (status != STATUS_DONE) {
        return status;
    }
    if (command->len > 0) {
        return STATUS_LENGTH;
    }
    if (offset == file->size) {
        return STATUS_OFFSET;
    }
    if (kind->transfer != 0 && kind->transfer < most) {
        most = kind->transfer;
    }
    wanted = command->has_le && command->le != 0 ? command->le : most;
    if (wanted > most && !kind->exact) {
        return STATUS_LENGTH;
    }
    len = file->size - offset;
    len = len < wanted ? len : wanted;
    len = len < most ? len : most;
    memcpy(card->data, card->eeprom.memory + file->start + offset, len);
    card->data_len = len;
    return command->le != 0 && len < command->le && !kind->exact ? STATUS_END
                                                                 : STATUS_DONE;
}

static uint16_t
do_update(struct softcard *card, const struct softcard_command *command)
{
    struct softcard_eeprom *eeprom = &card->eeprom;
    const struct softcard_file *file;
    size_t offset;
    uint8_t *to;
    uint16_t status = locate(card, command, MODE_EF_UPDATE, &file, &offset);

    card->count.updates++;
    if (status != STATUS_DONE) {
        return status;
    }
    if (command->len == 0) {
        return STATUS_LENGTH;
    }
    if (command->len > file->size - offset) {
        return STATUS_FULL;
    }
    if (eeprom->kind.writes != 0 && eeprom->writes >= eeprom->kind.writes) {
        return STATUS_MEMORY_FAILURE;
    }
    eeprom->writes++;
    card->dirty = true;
    to = eeprom->memory + file->start + offset;
    if (card->torn && card->fault.erased) {
        memset(to, 0xff, command->len);
    }
    for (size_t i = 0; i < command->len && softcard_step(card); i++) {
        to[i] = command->data[i];
    }
    if (eeprom->kind.forgetful && !card->torn) {
        to[command->len - 1] ^= 1;
    }
    return STATUS_DONE;
}

/* ---- CREATE FILE and DELETE FILE ---- */

static uint16_t
do_create(struct softcard *card, const struct softcard_command *command)
{
    struct softcard_file file;
    uint16_t status;
    uint8_t index;

    if (card->eeprom.kind.fixed != 0) {
        return card->eeprom.kind.fixed;
    }
    if (command->p1 != 0 || command->p2 != 0) {
        return STATUS_P1P2;
    }
    status = softcard_parse_fcp(card, command->data, command->len, &file);
    if (status != STATUS_DONE) {
        return status;
    }
    if (!softcard_allowed(
            card, card->df, file.df ? MODE_DF_CREATE_DF : MODE_DF_CREATE_EF)) {
        return STATUS_SECURITY;
    }
    if (softcard_find_child(card, card->df, file.id) != 0) {
        return STATUS_FILE_EXISTS;
    }
    if (softcard_find_name(card, file.name, file.name_len) != 0) {
        return STATUS_NAME_EXISTS;
    }
    if (!file.df && softcard_find_short(card, card->df, file.short_id) != 0) {
        return STATUS_FILE_EXISTS;
    }
    index = softcard_create(card, card->df, &file);
    if (index == 0) {
        return STATUS_FULL;
    }
    make_current(card, index);
    return STATUS_DONE;
}

static uint16_t
do_delete(struct softcard *card, const struct softcard_command *command)
{
    uint8_t found = card->ef != 0 ? card->ef : card->df, parent;
    uint16_t status;

    if (card->eeprom.kind.fixed != 0) {
        return card->eeprom.kind.fixed;
    }
    if (command->p2 != 0) {
        return STATUS_P1P2;
    }
    if (command->len > 0) {
        status = find(card, command, &found);
        if (status != STATUS_DONE) {
            return status;
        }
    }
    if (found == MF) {
        return STATUS_CONDITIONS;
    }
    parent = card->eeprom.files[found].parent;
    if (!softcard_allowed(card, found, MODE_DELETE) ||
        !softcard_allowed(card, parent, MODE_DF_DELETE_CHILD)) {
        return STATUS_SECURITY;
    }
    softcard_delete(card, found);
    card->df = parent;
    card->ef = 0;
    return STATUS_DONE;
}

/* ---- The PIN ---- */

/* A PIN as it was sent, without what it is filled up with; false: too long or
 * not of the length that the card wants. */
static bool
take_pin(const struct softcard_kind *kind, const uint8_t *data, size_t *len)
{
    if (kind->pin_block != 0) {
        if (*len != kind->pin_block) {
            return false;
        }
        while (*len > 0 && data[*len - 1] == 0xff) {
            (*len)--;
        }
    }
    return *len <= SOFTCARD_PIN_MAX;
}

/* Count a try, and take the PIN if it is right. */
static uint16_t
try_pin(struct softcard *card, const uint8_t *pin, size_t len)
{
    struct softcard_eeprom *eeprom = &card->eeprom;

    if (eeprom->tries_left == 0) {
        return STATUS_BLOCKED;
    }
    eeprom->tries_left--;
    card->dirty = true;
    card->verified = false;
    if (card->torn) {
        return STATUS_DONE;
    }
    if (len != eeprom->pin_len || memcmp(pin, eeprom->pin, len) != 0) {
        return eeprom->tries_left == 0
                   ? STATUS_BLOCKED
                   : (uint16_t)(STATUS_TRIES | eeprom->tries_left);
    }
    eeprom->tries_left = eeprom->kind.pin_tries;
    card->verified = true;
    return STATUS_DONE;
}

static bool
is_reference(const struct softcard *card, uint8_t reference)
{
    return card->eeprom.pin_len > 0 &&
           (reference == 0 || reference == card->eeprom.kind.pin_reference);
}

static uint16_t
do_verify(struct softcard *card, const struct softcard_command *command)
{
    size_t len = command->len;

    if (command->p1 != 0) {
        return STATUS_P1P2;
    }
    if (!is_reference(card, command->p2)) {
        return STATUS_NO_REFERENCE;
    }
    if (command->len == 0) {
        if (card->verified) {
            return STATUS_DONE;
        }
        return card->eeprom.tries_left == 0
                   ? STATUS_BLOCKED
                   : (uint16_t)(STATUS_TRIES | card->eeprom.tries_left);
    }
    card->count.verifies++;
    if (!take_pin(&card->eeprom.kind, command->data, &len)) {
        return STATUS_LENGTH;
    }
    return try_pin(card, command->data, len);
}

/* The old PIN and the new one behind it. */
static uint16_t
do_change(struct softcard *card, const struct softcard_command *command)
{
    struct softcard_eeprom *eeprom = &card->eeprom;
    size_t old =
        eeprom->kind.pin_block != 0 ? eeprom->kind.pin_block : eeprom->pin_len;
    size_t old_len = old, len;
    uint16_t status;

    if (command->p1 != 0) {
        return STATUS_P1P2;
    }
    if (!is_reference(card, command->p2)) {
        return STATUS_NO_REFERENCE;
    }
    if (command->len <= old) {
        return STATUS_LENGTH;
    }
    len = command->len - old;
    if (!take_pin(&eeprom->kind, command->data, &old_len) ||
        !take_pin(&eeprom->kind, command->data + old, &len) || len == 0) {
        return STATUS_LENGTH;
    }
    status = try_pin(card, command->data, old_len);
    if (status == STATUS_DONE && !card->torn) {
        memcpy(eeprom->pin, command->data + old, len);
        eeprom->pin_len = (uint8_t)len;
    }
    return status;
}

uint16_t
softcard_act(struct softcard *card, const struct softcard_command *command)
{
    switch (command->ins) {
    case 0x20: return do_verify(card, command);
    case 0x24: return do_change(card, command);
    case 0xa4: return do_select(card, command);
    case 0xb0: return do_read(card, command);
    case 0xd6: return do_update(card, command);
    case 0xe0: return do_create(card, command);
    case 0xe4: return do_delete(card, command);
    default: return STATUS_INS;
    }
}
