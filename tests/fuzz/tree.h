/* SPDX-License-Identifier: ISC */
/* An input taken apart for the mutators: objects in a row, each with fields.
 *
 * Reading is lenient (lengths need not be minimal), writing canonical. This is
 * code of its own, so that it has no error in common with the library's.
 */
#ifndef TREE_H
#define TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_OBJECTS   4
#define TREE_FIELDS    24
#define TREE_POOL      (1U << 17)
#define TREE_VALUE_MAX 8192

struct field {
    uint8_t tag;
    uint8_t *value; /* in the pool */
    size_t len;
};

struct object {
    uint8_t tag;
    size_t count;
    struct field fields[TREE_FIELDS];
};

struct tree {
    size_t count;
    struct object objects[TREE_OBJECTS];
    size_t used;
    uint8_t pool[TREE_POOL];
};

/** Whether the bytes are objects that hold fields, all of them. */
bool tree_read(struct tree *tree, const uint8_t *bytes, size_t size);

/** All of it as bytes; 0 if they are more than MAX. */
size_t tree_write(const struct tree *tree, uint8_t *bytes, size_t max);
size_t tree_write_object(
    const struct object *object, uint8_t *bytes, size_t max);

/** The first COUNT fields, without what encloses them. */
size_t tree_write_fields(
    const struct object *object, size_t count, uint8_t *bytes, size_t max);

/** The first field, or object, with the tag; NULL: none. */
struct field *tree_field(struct object *object, uint8_t tag);
struct object *tree_object(struct tree *tree, uint8_t tag);

/** Make the field LEN long: cut, or zeros appended. False: no room. */
bool tree_resize(struct tree *tree, struct field *field, size_t len);

/** Put in an empty field at a place, or take one out. False: no room. */
bool tree_insert(struct object *object, size_t place, uint8_t tag);
void tree_remove(struct object *object, size_t place);

#endif
