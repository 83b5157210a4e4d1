/* SPDX-License-Identifier: ISC */
/* A writer of one JSON object (RFC 8259). */
#include "json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "text.h"

static void
add(struct json *json, const char *text)
{
    buffer_add(&json->text, text, strlen(text));
}

/* A character that a string may not hold as it is. */
static void
add_escape(struct json *json, unsigned code)
{
    char escape[sizeof "\\uXXXX"];

    snprintf(escape, sizeof escape, "\\u%04x", code & 0xffff);
    add(json, escape);
}

static void
add_string(struct json *json, const char *text, size_t len)
{
    add(json, "\"");
    for (size_t i = 0; i < len;) {
        unsigned char byte = (unsigned char)text[i];
        size_t width = text_character(text + i, len - i);

        if (width == 0) {
            add_escape(json, 0xdc00u + byte);
            i++;
        } else if (byte < ' ' || byte == '"' || byte == '\\' || byte == 0x7f) {
            add_escape(json, byte);
            i++;
        } else {
            buffer_add(&json->text, text + i, width);
            i += width;
        }
    }
    add(json, "\"");
}

/* What stands before a value: a comma, and the name of a member. */
static void
begin(struct json *json, const char *name)
{
    if (json->follows)
        add(json, ", ");
    if (name != NULL) {
        add_string(json, name, strlen(name));
        add(json, ": ");
    }
    json->follows = true;
}

void
json_object(struct json *json, const char *name)
{
    begin(json, name);
    add(json, "{");
    json->follows = false;
}

void
json_object_end(struct json *json)
{
    add(json, "}");
    json->follows = true;
}

void
json_array(struct json *json, const char *name)
{
    begin(json, name);
    add(json, "[");
    json->follows = false;
}

void
json_array_end(struct json *json)
{
    add(json, "]");
    json->follows = true;
}

void
json_null(struct json *json, const char *name)
{
    begin(json, name);
    add(json, "null");
}

void
json_bool(struct json *json, const char *name, bool value)
{
    begin(json, name);
    add(json, value ? "true" : "false");
}

void
json_number(struct json *json, const char *name, uint64_t value)
{
    char number[sizeof "18446744073709551615"];

    snprintf(number, sizeof number, "%" PRIu64, value);
    begin(json, name);
    add(json, number);
}

void
json_integer(struct json *json, const char *name, long value)
{
    char number[sizeof "-9223372036854775808"];

    snprintf(number, sizeof number, "%ld", value);
    begin(json, name);
    add(json, number);
}

void
json_string(struct json *json, const char *name, const char *text)
{
    if (text == NULL) {
        json_null(json, name);
        return;
    }
    json_text(json, name, text, strlen(text));
}

void
json_text(struct json *json, const char *name, const char *text, size_t len)
{
    begin(json, name);
    add_string(json, text, len);
}

void
json_hex(struct json *json, const char *name, const uint8_t *bytes, size_t len)
{
    if (bytes == NULL) {
        json_null(json, name);
        return;
    }
    begin(json, name);
    add(json, "\"");
    /* Straight into the buffer: the bytes may be a key. */
    if (buffer_reserve(&json->text, 2 * len)) {
        text_hex((char *)json->text.bytes + json->text.len, bytes, len);
        json->text.len += 2 * len;
    }
    add(json, "\"");
}

void
json_print(struct json *json)
{
    add(json, "\n");
    if (json->text.failed) {
        output_failed(ENOMEM);
        return;
    }
    output_secret(json->text.bytes, json->text.len);
}

void
json_free(struct json *json)
{
    buffer_free(&json->text);
}
