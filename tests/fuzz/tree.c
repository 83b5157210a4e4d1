/* SPDX-License-Identifier: ISC */
/* An input taken apart for the mutators. */
#include "tree.h"

#include <string.h>

/* ---- Reading ---- */

struct cursor {
    const uint8_t *bytes;
    size_t left;
};

/* The next tag and value, whatever the tag; any definite length. */
static bool
next(struct cursor *from, uint8_t *tag, struct cursor *value)
{
    size_t header = 2;
    size_t len;

    if (from->left < header)
        return false;
    *tag = from->bytes[0];
    len = from->bytes[1];
    if (len >= 0x80) {
        header += len & 0x7f;
        if (header > 6 || from->left < header)
            return false;
        len = 0;
        for (size_t i = 2; i < header; i++)
            len = len << 8 | from->bytes[i];
    }
    if (len > from->left - header)
        return false;
    *value = (struct cursor){from->bytes + header, len};
    from->bytes += header + len;
    from->left -= header + len;
    return true;
}

/* LEN bytes of the pool, zeroed; NULL: it is used up. */
static uint8_t *
take(struct tree *tree, size_t len)
{
    uint8_t *bytes = tree->pool + tree->used;

    if (len > TREE_POOL - tree->used)
        return NULL;
    memset(bytes, 0, len);
    tree->used += len;
    return bytes;
}

static bool
read_fields(struct tree *tree, struct object *object, struct cursor content)
{
    while (content.left > 0) {
        struct field *field = &object->fields[object->count];
        struct cursor value;

        if (object->count == TREE_FIELDS ||
            !next(&content, &field->tag, &value))
            return false;
        field->value = take(tree, value.left);
        if (field->value == NULL)
            return false;
        memcpy(field->value, value.bytes, value.left);
        field->len = value.left;
        object->count++;
    }
    return true;
}

bool
tree_read(struct tree *tree, const uint8_t *bytes, size_t size)
{
    struct cursor from = {bytes, size};

    tree->count = 0;
    tree->used = 0;
    while (from.left > 0) {
        struct object *object = &tree->objects[tree->count];
        struct cursor content;

        if (tree->count == TREE_OBJECTS || !next(&from, &object->tag, &content))
            return false;
        object->count = 0;
        if (!read_fields(tree, object, content))
            return false;
        tree->count++;
    }
    return tree->count > 0;
}

/* ---- Writing ---- */

/* Tag and length, canonical; bytes may be NULL to count alone. */
static size_t
put_header(uint8_t *bytes, uint8_t tag, size_t len)
{
    size_t more = len < 0x80 ? 0 : len < 0x100 ? 1 : len < 0x10000 ? 2 : 3;

    if (bytes == NULL)
        return 2 + more;
    bytes[0] = tag;
    bytes[1] = (uint8_t)(more > 0 ? 0x80 + more : len);
    for (size_t i = 0; i < more; i++)
        bytes[2 + i] = (uint8_t)(len >> 8 * (more - 1 - i));
    return 2 + more;
}

static size_t
fields_size(const struct object *object, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size +=
            put_header(NULL, 0, object->fields[i].len) + object->fields[i].len;
    return size;
}

size_t
tree_write_fields(
    const struct object *object, size_t count, uint8_t *bytes, size_t max)
{
    size_t used = 0;

    if (fields_size(object, count) > max)
        return 0;
    for (size_t i = 0; i < count; i++) {
        const struct field *field = &object->fields[i];

        used += put_header(bytes + used, field->tag, field->len);
        if (field->len > 0)
            memcpy(bytes + used, field->value, field->len);
        used += field->len;
    }
    return used;
}

size_t
tree_write_object(const struct object *object, uint8_t *bytes, size_t max)
{
    const size_t content = fields_size(object, object->count);
    const size_t header = put_header(NULL, object->tag, content);

    if (header + content > max)
        return 0;
    put_header(bytes, object->tag, content);
    return header +
           tree_write_fields(object, object->count, bytes + header, content);
}

size_t
tree_write(const struct tree *tree, uint8_t *bytes, size_t max)
{
    size_t used = 0;

    for (size_t i = 0; i < tree->count; i++) {
        size_t len =
            tree_write_object(&tree->objects[i], bytes + used, max - used);

        if (len == 0)
            return 0;
        used += len;
    }
    return used;
}

/* ---- Changing ---- */

struct field *
tree_field(struct object *object, uint8_t tag)
{
    for (size_t i = 0; i < object->count; i++)
        if (object->fields[i].tag == tag)
            return &object->fields[i];
    return NULL;
}

struct object *
tree_object(struct tree *tree, uint8_t tag)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->objects[i].tag == tag)
            return &tree->objects[i];
    return NULL;
}

bool
tree_resize(struct tree *tree, struct field *field, size_t len)
{
    if (len > field->len) {
        uint8_t *value = len > TREE_VALUE_MAX ? NULL : take(tree, len);

        if (value == NULL)
            return false;
        if (field->len > 0)
            memcpy(value, field->value, field->len);
        field->value = value;
    }
    field->len = len;
    return true;
}

bool
tree_insert(struct object *object, size_t place, uint8_t tag)
{
    struct field *field = &object->fields[place];

    if (object->count == TREE_FIELDS || place > object->count)
        return false;
    memmove(field + 1, field, (object->count - place) * sizeof *field);
    *field = (struct field){.tag = tag};
    object->count++;
    return true;
}

void
tree_remove(struct object *object, size_t place)
{
    struct field *field = &object->fields[place];

    object->count--;
    memmove(field, field + 1, (object->count - place) * sizeof *field);
}
