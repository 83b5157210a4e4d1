/* SPDX-License-Identifier: ISC */
/* libFuzzer's mutator for TLV: half of the time its own, half of the time one
 * that takes the input apart, changes fields, and mends what encloses them.
 */
#include <string.h>

#include "fuzz.h"
#include "lot.h"
#include "mend.h"

/* A value may grow by so much at a time. */
#define GROWTH 40

static void
change_value(struct tree *tree, struct field *field, uint64_t *lot)
{
    const size_t len = field->len;
    const size_t max = len + (lot_below(lot, 4) == 0 ? GROWTH : 0);

    if (max == 0 || !tree_resize(tree, field, max))
        return;
    field->len = LLVMFuzzerMutate(field->value, len, max);
}

static void
change_byte(struct field *field, uint64_t *lot)
{
    static const uint8_t edges[] = {
        0, 1, 2, 3, 4, 5, 7, 0x1f, 0x20, 0x40, 0x7f, 0x80, 0xfe, 0xff};

    if (field->len > 0)
        field->value[lot_below(lot, field->len)] =
            edges[lot_below(lot, sizeof edges)];
}

static void
change_len(struct tree *tree, struct field *field, uint64_t *lot)
{
    static const size_t edges[] = {
        0, 1, 8, 16, 31, 32, 33, 64, 65, 96, 127, 128, 255, 256, 4096, 4097};

    if (lot_below(lot, 2) == 0)
        (void)tree_resize(
            tree, field, edges[lot_below(lot, sizeof edges / sizeof *edges)]);
    else if (lot_below(lot, 2) == 0)
        (void)tree_resize(tree, field, field->len + 1);
    else if (field->len > 0)
        (void)tree_resize(tree, field, field->len - 1);
}

/* Copies do not share their bytes: each may be changed. */
static void
copy_value(struct tree *tree, struct field *to, const struct field *from)
{
    const struct field copy = *from;

    to->len = 0;
    if (copy.len > 0 && tree_resize(tree, to, copy.len))
        memcpy(to->value, copy.value, copy.len);
}

static void
change_order(struct tree *tree, struct object *object, uint64_t *lot)
{
    const size_t a = lot_below(lot, object->count);
    const size_t b = lot_below(lot, object->count);
    const struct field field = object->fields[a];

    switch (lot_below(lot, 4)) {
    case 0:
        object->fields[a] = object->fields[b];
        object->fields[b] = field;
        break;
    case 1: tree_remove(object, a); break;
    case 2:
        if (tree_insert(object, b, field.tag))
            copy_value(tree, &object->fields[b], &field);
        break;
    default: copy_value(tree, &object->fields[b], &field);
    }
}

static void
change_objects(struct tree *tree, uint64_t *lot)
{
    const size_t a = lot_below(lot, tree->count);
    const size_t b = lot_below(lot, tree->count);
    const struct object object = tree->objects[a];

    switch (lot_below(lot, 4)) {
    case 0:
        tree->objects[a] = tree->objects[b];
        tree->objects[b] = object;
        break;
    case 1:
        if (tree->count > 1)
            tree->objects[a] = tree->objects[--tree->count];
        break;
    case 2:
        if (tree->count == TREE_OBJECTS)
            break;
        tree->objects[tree->count] = object;
        for (size_t i = 0; i < object.count; i++)
            copy_value(
                tree, &tree->objects[tree->count].fields[i], &object.fields[i]);
        tree->count++;
        break;
    default: tree->objects[a].tag = (uint8_t)(0xe0 + lot_below(lot, 6));
    }
}

static void
change(struct tree *tree, uint64_t *lot)
{
    struct object *object = &tree->objects[lot_below(lot, tree->count)];
    struct field *field;

    if (object->count == 0 || lot_below(lot, 16) == 0) {
        change_objects(tree, lot);
        return;
    }
    field = &object->fields[lot_below(lot, object->count)];
    switch (lot_below(lot, 8)) {
    case 0:
    case 1:
    case 2: change_value(tree, field, lot); break;
    case 3:
    case 4: change_byte(field, lot); break;
    case 5: change_len(tree, field, lot); break;
    case 6: change_order(tree, object, lot); break;
    default: field->tag = (uint8_t)(0x7f + lot_below(lot, 16));
    }
}

/* What to mend: mostly all of it. */
static unsigned
choose_mending(uint64_t *lot)
{
    unsigned what = lot_below(lot, 2) == 0 ? MEND_FIXED : 0;

    for (unsigned bit = MEND_FIT; bit < MEND_FIXED; bit <<= 1)
        if (lot_below(lot, 8) != 0)
            what |= bit;
    return what;
}

size_t
LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static struct tree tree;
    uint64_t lot = seed;
    size_t len;

    fuzz_begin();
    if (lot_below(&lot, 2) == 0 || !tree_read(&tree, data, size))
        return LLVMFuzzerMutate(data, size, max_size);
    for (size_t left = 1 + lot_below(&lot, 3); left > 0; left--)
        change(&tree, &lot);
    mend(&tree, choose_mending(&lot));
    len = tree_write(&tree, data, max_size);
    if (len == 0 || lot_below(&lot, 16) == 0)
        return LLVMFuzzerMutate(data, len > 0 ? len : size, max_size);
    return len;
}
