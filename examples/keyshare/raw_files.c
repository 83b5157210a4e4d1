/* SPDX-License-Identifier: ISC */
/* What files of raw shares look like, and what is said of all of them. */
#include "raw_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "say.h"
#include "text.h"

/* A piece is as long as this, but not all pieces together longer than that. */
#define PIECE_MAX ((size_t)1 << 20)
#define ROOM_MAX  ((size_t)16 << 20)

/* Files that are open beside shares: standard ones, directories, a result. */
#define OTHER_FILES 16

static const char *const format_names[] = {"plain", "trailing-x"};

enum status
raw_format_read(enum raw_format *format, const struct options *options)
{
    const char *name = options->value[OPTION_FORMAT];
    struct shown text;

    *format = RAW_PLAIN;
    if (name == NULL || strcmp(name, format_names[RAW_PLAIN]) == 0)
        return STATUS_YES;
    if (strcmp(name, format_names[RAW_TRAILING_X]) != 0) {
        return options_refuse(options,
            "--format takes plain or trailing-x, not \"%s\"",
            shown(&text, name));
    }
    if (options_given(options, OPTION_PRIME)) {
        return options_refuse(options, "--prime: its shares are plain, in hex");
    }
    *format = RAW_TRAILING_X;
    return STATUS_YES;
}

const char *
raw_format_text(enum raw_format format)
{
    return format_names[format];
}

enum status
raw_suffix(uint8_t *index, const char *path)
{
    const size_t len = strlen(".001");
    const char *dot = strrchr(path, '.');
    struct shown text;
    unsigned value = 0;

    if (dot != NULL && strlen(dot) == len &&
        strspn(dot + 1, "0123456789") == len - 1) {
        for (size_t i = 1; i < len; i++)
            value = 10 * value + (unsigned)(dot[i] - '0');
    }
    if (value < 1 || value > KEYSHARE_COUNT_MAX) {
        complain("%s: the name of a plain share ends in its x, .001 to .255",
            shown(&text, path));
        return STATUS_USAGE;
    }
    *index = (uint8_t)value;
    return STATUS_YES;
}

enum status
raw_room_make(struct raw_room *room, unsigned count)
{
    room->bytes = (struct buffer)BUFFER_INIT;
    room->piece = PIECE_MAX;
    while (room->piece * count > ROOM_MAX)
        room->piece /= 2;
    if (!buffer_reserve(&room->bytes, room->piece * count)) {
        complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
        return STATUS_SYSTEM;
    }
    for (unsigned i = 0; i < count; i++)
        room->at[i] = room->bytes.bytes + i * room->piece;
    return STATUS_YES;
}

void
raw_room_free(struct raw_room *room)
{
    buffer_free(&room->bytes);
}

void
raw_allow_files(unsigned count)
{
    const rlim_t needed = count + OTHER_FILES;
    struct rlimit limit;

    /* Where it is not granted, opening files says what is wrong. */
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return;
    limit.rlim_cur = limit.rlim_max < needed ? limit.rlim_max : needed;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

enum status
raw_select_backend(const struct options *options)
{
    const char *name = getenv("KEYSHARE_BACKEND");
    struct shown text;

    if (name == NULL || keyshare_raw_backend_select(name) == KEYSHARE_OK)
        return STATUS_YES;
    return options_refuse(
        options, "KEYSHARE_BACKEND: no \"%s\" here", shown(&text, name));
}
