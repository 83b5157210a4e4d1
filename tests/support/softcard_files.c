/* SPDX-License-Identifier: ISC */
/* The card's files: the tree, its memory, and what an FCP says of a file. */
#include <string.h>

#include "softcard_inside.h"

enum {
    FCP_TEMPLATE = 0x62,
    MF_ID = 0x3f00
};

uint8_t
softcard_find_child(const struct softcard *card, uint8_t df, uint16_t id)
{
    for (uint8_t i = 1; i < SOFTCARD_FILES; i++) {
        const struct softcard_file *file = &card->eeprom.files[i];
        if (file->used && file->parent == df && file->id == id && id != 0) {
            return i;
        }
    }
    return 0;
}

uint8_t
softcard_find_short(const struct softcard *card, uint8_t df, uint8_t short_id)
{
    for (uint8_t i = 1; i < SOFTCARD_FILES; i++) {
        const struct softcard_file *file = &card->eeprom.files[i];
        if (file->used && !file->df && file->parent == df && short_id != 0 &&
            file->short_id == short_id) {
            return i;
        }
    }
    return 0;
}

uint8_t
softcard_find_name(const struct softcard *card, const uint8_t *name, size_t len)
{
    for (uint8_t i = 1; i < SOFTCARD_FILES; i++) {
        const struct softcard_file *file = &card->eeprom.files[i];
        if (file->used && file->df && len > 0 && file->name_len == len &&
            memcmp(file->name, name, len) == 0) {
            return i;
        }
    }
    return 0;
}

uint8_t
softcard_find_any(const struct softcard *card, uint16_t id)
{
    for (uint8_t i = 1; i < SOFTCARD_FILES; i++) {
        const struct softcard_file *file = &card->eeprom.files[i];
        if (file->used && !file->df && file->id == id) {
            return i;
        }
    }
    return 0;
}

/* ---- Rules ---- */

/* The kind's own rule for what an access mode bit stands for. */
static enum softcard_rule
usual_rule(const struct softcard_kind *kind, bool df, unsigned mode)
{
    if (df || mode == MODE_DELETE) {
        return kind->create;
    }
    return mode == MODE_EF_READ ? kind->read : kind->update;
}

bool
softcard_allowed(const struct softcard *card, uint8_t index, unsigned mode)
{
    const struct softcard_file *file = &card->eeprom.files[index];
    enum softcard_rule rule = usual_rule(&card->eeprom.kind, file->df, mode);

    if (file->has_rules) {
        rule = (enum softcard_rule)file->rules[mode];
    }
    return rule == SOFTCARD_ALWAYS || (rule == SOFTCARD_PIN && card->verified);
}

/* A security condition byte (table 20): nothing, never, or a password; what
 * else there is this card cannot do, so that it is never fulfilled. */
static enum softcard_rule
rule_of(uint8_t condition)
{
    bool all = (condition & 0x80) != 0;

    if (condition == 0) {
        return SOFTCARD_ALWAYS;
    }
    if (condition == 0xff || (condition & 0x10) == 0) {
        return SOFTCARD_NEVER;
    }
    return all && (condition & 0x60) != 0 ? SOFTCARD_NEVER : SOFTCARD_PIN;
}

/* Compact format (5.4.3.1): an access mode byte, and a condition for each of
 * its bits from the highest; what has no bit is as the kind has it. */
static bool
parse_rules(const struct softcard_kind *kind, const uint8_t *value, size_t len,
    struct softcard_file *file)
{
    size_t at = 1;

    if (len < 1 || (value[0] & 0x80) != 0) {
        return false;
    }
    for (unsigned mode = SOFTCARD_RULES; mode-- > 0;) {
        file->rules[mode] = (uint8_t)usual_rule(kind, file->df, mode);
        if ((value[0] >> mode & 1) != 0) {
            if (at == len) {
                return false;
            }
            file->rules[mode] = (uint8_t)rule_of(value[at++]);
        }
    }
    file->has_rules = true;
    return at == len;
}

/* ---- File control parameters ---- */

struct object {
    uint8_t tag;
    const uint8_t *value;
    size_t len;
};

/* The object at *at; false where there is none, or it is not whole. Tags of
 * one byte, lengths of up to two. */
static bool
next_object(const uint8_t *data, size_t len, size_t *at, struct object *object)
{
    size_t length;

    if (len - *at < 2) {
        return false;
    }
    object->tag = data[(*at)++];
    length = data[(*at)++];
    if (length == 0x81) {
        if (*at == len) {
            return false;
        }
        length = data[(*at)++];
    } else if (length > 0x7f) {
        return false;
    }
    if (len - *at < length) {
        return false;
    }
    object->value = data + *at;
    object->len = length;
    *at += length;
    return true;
}

/* Parse what does not depend on what else is there. */
static bool
parse_object(const struct object *object, struct softcard_file *file,
    bool *has_size, struct object *rules)
{
    const uint8_t *value = object->value;
    size_t len = object->len;

    switch (object->tag) {
    case 0x80:
    case 0x81:
        *has_size = true;
        file->size = len == 2 ? (size_t)value[0] << 8 | value[1] : 0;
        return len == 2;
    case 0x82:
        file->df = len > 0 && (value[0] & 0x3f) == 0x38;
        return len > 0 && len <= 6 && (file->df || (value[0] & 0x3f) == 0x01);
    case 0x83:
        file->id = len == 2 ? (uint16_t)(value[0] << 8 | value[1]) : 0;
        return len == 2 && file->id != 0 && file->id != MF_ID &&
               file->id != 0x3fff && file->id != 0xffff;
    case 0x84:
        file->name_len = (uint8_t)len;
        if (len < 1 || len > SOFTCARD_NAME_MAX) {
            return false;
        }
        memcpy(file->name, value, len);
        return true;
    case 0x88:
        file->short_id = len == 1 ? value[0] >> 3 : 0;
        return len == 0 || (len == 1 && (value[0] & 7) == 0);
    case 0x8c: *rules = *object; return true;
    default: return true;
    }
}

uint16_t
softcard_parse_fcp(const struct softcard *card, const uint8_t *data, size_t len,
    struct softcard_file *file)
{
    const struct softcard_kind *kind = &card->eeprom.kind;
    struct object outer, object, rules = {0, NULL, 0};
    bool has_size = false, has_kind = false, has_short = false;
    size_t at = 0;

    memset(file, 0, sizeof(*file));
    if (!next_object(data, len, &at, &outer) || at != len ||
        outer.tag != FCP_TEMPLATE) {
        return STATUS_DATA;
    }
    for (at = 0; at < outer.len;) {
        if (!next_object(outer.value, outer.len, &at, &object) ||
            !parse_object(&object, file, &has_size, &rules)) {
            return STATUS_DATA;
        }
        has_kind = has_kind || object.tag == 0x82;
        has_short = has_short || object.tag == 0x88;
    }
    if (!has_kind || (file->df && file->id == 0 && file->name_len == 0) ||
        (!file->df && (file->id == 0 || !has_size || file->name_len > 0))) {
        return STATUS_DATA;
    }
    file->size = file->df ? 0 : file->size;
    if (!file->df && !has_short) {
        file->short_id = file->id & 0x1f;
    }
    file->short_id = file->short_id == 31 ? 0 : file->short_id;
    if (rules.value != NULL) {
        if (kind->rules == SOFTCARD_RULES_REFUSED) {
            return STATUS_DATA;
        }
        if (kind->rules == SOFTCARD_RULES_OBEYED &&
            !parse_rules(kind, rules.value, rules.len, file)) {
            return STATUS_DATA;
        }
    }
    return STATUS_DONE;
}

static size_t
put(uint8_t *out, uint8_t tag, const uint8_t *value, size_t len)
{
    out[0] = tag;
    out[1] = (uint8_t)len;
    memcpy(out + 2, value, len);
    return len + 2;
}

static size_t
put_rules(const struct softcard_file *file, uint8_t *out)
{
    uint8_t value[1 + SOFTCARD_RULES] = {0x7f};
    static const uint8_t conditions[] = {0x00, 0x90, 0xff};

    for (unsigned i = 0; i < SOFTCARD_RULES; i++) {
        value[1 + i] = conditions[file->rules[SOFTCARD_RULES - 1 - i]];
    }
    return put(out, 0x8c, value, sizeof(value));
}

size_t
softcard_put_fcp(
    const struct softcard *card, uint8_t index, uint8_t tag, uint8_t *out)
{
    const struct softcard_file *file = &card->eeprom.files[index];
    const uint8_t size[2] = {(uint8_t)(file->size >> 8), (uint8_t)file->size};
    const uint8_t id[2] = {(uint8_t)(file->id >> 8), (uint8_t)file->id};
    const uint8_t descriptor = file->df ? 0x38 : 0x01, activated = 0x05;
    const uint8_t short_id = (uint8_t)(file->short_id << 3);
    size_t at = 2;

    if (!file->df) {
        at += put(out + at, 0x80, size, 2);
    }
    at += put(out + at, 0x82, &descriptor, 1);
    if (file->id != 0) {
        at += put(out + at, 0x83, id, 2);
    }
    if (file->name_len > 0) {
        at += put(out + at, 0x84, file->name, file->name_len);
    }
    if (!file->df) {
        at += put(out + at, 0x88, &short_id, file->short_id == 0 ? 0 : 1);
    }
    at += put(out + at, 0x8a, &activated, 1);
    if (file->has_rules) {
        at += put_rules(file, out + at);
    }
    out[0] = tag;
    out[1] = (uint8_t)(at - 2);
    return at;
}

/* ---- Memory ---- */

static size_t
used_memory(const struct softcard *card, size_t *contents)
{
    size_t used = 0;

    *contents = 0;
    for (size_t i = 1; i < SOFTCARD_FILES; i++) {
        if (card->eeprom.files[i].used) {
            *contents += card->eeprom.files[i].size;
            used += SOFTCARD_FILE_COST;
        }
    }
    return used + *contents;
}

size_t
softcard_free_memory(const struct softcard *card)
{
    size_t contents, used = used_memory(card, &contents);

    return used < card->eeprom.kind.memory ? card->eeprom.kind.memory - used
                                           : 0;
}

uint8_t
softcard_create(
    struct softcard *card, uint8_t parent, const struct softcard_file *file)
{
    struct softcard_eeprom *eeprom = &card->eeprom;
    size_t size = file->size, contents;
    uint8_t index = 1;

    if (!file->df && eeprom->kind.padding > 1) {
        size = (size + eeprom->kind.padding - 1) / eeprom->kind.padding *
               eeprom->kind.padding;
    }
    while (index < SOFTCARD_FILES && eeprom->files[index].used) {
        index++;
    }
    if (index == SOFTCARD_FILES ||
        softcard_free_memory(card) < size + SOFTCARD_FILE_COST) {
        return 0;
    }
    used_memory(card, &contents);
    eeprom->files[index] = *file;
    eeprom->files[index].used = true;
    eeprom->files[index].parent = parent;
    eeprom->files[index].start = contents;
    eeprom->files[index].size = size;
    card->dirty = true;
    if (!eeprom->kind.stale && softcard_step(card)) {
        memset(eeprom->memory + contents, eeprom->kind.fill, size);
    }
    return index;
}

/* Free a file's memory: what lies above moves down, and what was there stays
 * where the next file will be. */
static void
forget(struct softcard *card, uint8_t index)
{
    struct softcard_eeprom *eeprom = &card->eeprom;
    struct softcard_file *file = &eeprom->files[index];
    uint8_t freed[SOFTCARD_MEMORY];
    size_t contents, above;

    used_memory(card, &contents);
    above = contents - file->start - file->size;
    memcpy(freed, eeprom->memory + file->start, file->size);
    memmove(eeprom->memory + file->start,
        eeprom->memory + file->start + file->size, above);
    memcpy(eeprom->memory + file->start + above, freed, file->size);
    for (size_t i = 1; i < SOFTCARD_FILES; i++) {
        if (eeprom->files[i].used && eeprom->files[i].start > file->start) {
            eeprom->files[i].start -= file->size;
        }
    }
    memset(file, 0, sizeof(*file));
    card->dirty = true;
}

void
softcard_delete(struct softcard *card, uint8_t index)
{
    for (uint8_t i = 1; i < SOFTCARD_FILES; i++) {
        if (card->eeprom.files[i].used &&
            card->eeprom.files[i].parent == index) {
            softcard_delete(card, i);
        }
    }
    if (softcard_step(card)) {
        forget(card, index);
    }
}

/* ---- For tests ---- */

bool
softcard_add_df(
    struct softcard *card, uint16_t id, const uint8_t *name, size_t name_len)
{
    struct softcard_file file = {.df = true, .id = id};

    if (name_len > SOFTCARD_NAME_MAX) {
        return false;
    }
    memcpy(file.name, name, name_len);
    file.name_len = (uint8_t)name_len;
    return softcard_create(card, 0, &file) != 0;
}

bool
softcard_add_ef(struct softcard *card, uint16_t df, uint16_t id, size_t size,
    enum softcard_rule read, enum softcard_rule update)
{
    struct softcard_file file = {
        .id = id, .short_id = id & 0x1f, .size = size, .has_rules = true};
    uint8_t parent = df == MF_ID ? 0 : softcard_find_child(card, 0, df);

    if (df != MF_ID && (parent == 0 || !card->eeprom.files[parent].df)) {
        return false;
    }
    memset(file.rules, SOFTCARD_NEVER, sizeof(file.rules));
    file.rules[MODE_EF_READ] = (uint8_t)read;
    file.rules[MODE_EF_UPDATE] = (uint8_t)update;
    file.short_id = file.short_id == 31 ? 0 : file.short_id;
    return softcard_create(card, parent, &file) != 0;
}

uint8_t *
softcard_content(struct softcard *card, uint16_t id, size_t *size)
{
    uint8_t index = softcard_find_any(card, id);

    *size = card->eeprom.files[index].size;
    return index == 0 ? NULL
                      : card->eeprom.memory + card->eeprom.files[index].start;
}

bool
softcard_remembers(
    const struct softcard *card, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; len > 0 && i + len <= SOFTCARD_MEMORY; i++) {
        if (memcmp(card->eeprom.memory + i, bytes, len) == 0) {
            return true;
        }
    }
    return false;
}
