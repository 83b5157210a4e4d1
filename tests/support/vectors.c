/* SPDX-License-Identifier: ISC */
/* The committed vectors, read at run time by Jansson. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include <sodium.h>

/* NULL where there is none: why is in error. */
static json_t *
load(const char *name, json_error_t *error)
{
    const char *folder = getenv("KEYSHARE_TEST_VECTORS");
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "." : folder, name);
    return json_load_file(path, JSON_REJECT_DUPLICATES, error);
}

json_t *
vectors_load(const char *name)
{
    json_error_t error;
    json_t *file = load(name, &error);

    ck_assert_msg(file != NULL, "KEYSHARE_TEST_VECTORS: %s: %s", error.source,
        error.text);
    return file;
}

int
vectors_count(const char *name, const char *member)
{
    json_error_t error;
    json_t *file = load(name, &error);
    size_t count = json_array_size(json_object_get(file, member));

    json_decref(file);
    return count == 0 ? 1 : (int)count;
}

json_t *
vectors_get(json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);

    ck_assert_msg(member != NULL, "no member \"%s\"", name);
    return member;
}

const char *
vectors_text(json_t *object, const char *name)
{
    const char *text = json_string_value(vectors_get(object, name));

    ck_assert_msg(text != NULL, "\"%s\" is no string", name);
    return text;
}

struct bytes
vectors_bytes(json_t *object, const char *name)
{
    return vectors_hex(vectors_get(object, name));
}

struct bytes
vectors_hex(json_t *string)
{
    const char *hex = json_string_value(string);
    struct bytes result = {NULL, 0};
    size_t room;

    ck_assert_msg(hex != NULL, "not a string");
    /* Exactly as long as the bytes, so that a sanitizer sees an overrun. */
    room = strlen(hex) / 2;
    result.bytes = malloc(room == 0 ? 1 : room);
    ck_assert_ptr_nonnull(result.bytes);
    ck_assert_int_eq(sodium_hex2bin(result.bytes, room, hex, strlen(hex), NULL,
                         &result.len, NULL),
        0);
    ck_assert_uint_eq(result.len, room);
    return result;
}
