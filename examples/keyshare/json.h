/* SPDX-License-Identifier: ISC */
/* A writer of one JSON object (RFC 8259).
 *
 * It writes into a buffer that is wiped, since the object may hold a key. A
 * member's name comes first, NULL inside an array. What comes out is UTF-8
 * whatever goes in: a byte that is not becomes the lone surrogate \udcXX, as
 * Python's surrogateescape has it, so that no two paths look the same.
 */
#ifndef JSON_H
#define JSON_H

#include "buffer.h"

struct json {
    struct buffer text;
    bool follows; /* something stands before, in the same object or array */
};

#define JSON_INIT                                                              \
    {                                                                          \
        BUFFER_INIT, false                                                     \
    }

void json_object(struct json *json, const char *name);
void json_object_end(struct json *json);
void json_array(struct json *json, const char *name);
void json_array_end(struct json *json);

void json_null(struct json *json, const char *name);
void json_bool(struct json *json, const char *name, bool value);
void json_number(struct json *json, const char *name, uint64_t value);
void json_integer(struct json *json, const char *name, long value);

/* A terminated string; NULL gives null. */
void json_string(struct json *json, const char *name, const char *text);

/* A string of LEN bytes. */
void json_text(
    struct json *json, const char *name, const char *text, size_t len);

/* Lower-case hex; NULL gives null. */
void json_hex(
    struct json *json, const char *name, const uint8_t *bytes, size_t len);

/* Write all to standard output, with a newline; whether that was possible is
 * said in the end, by main. */
void json_print(struct json *json);

void json_free(struct json *json);

#endif
