/* SPDX-License-Identifier: ISC */
/* What files of raw shares look like, and what is said of all of them. */
#ifndef RAW_FILES_H
#define RAW_FILES_H

#include "buffer.h"
#include "options.h"

/* Where a share of bytes has its index. */
enum raw_format {
    RAW_PLAIN,      /* in the suffix of its name: FILE.001 to FILE.255 */
    RAW_TRAILING_X, /* in its last byte */
};

/* The format that was asked for; plain unless given. */
enum status raw_format_read(
    enum raw_format *format, const struct options *options);

const char *raw_format_text(enum raw_format format);

/* The index in the suffix of a name: a dot and three digits, 001 to 255. */
enum status raw_suffix(uint8_t *index, const char *path);

/* Room for a piece of each of several files, in one allocation. */
struct raw_room {
    struct buffer bytes;
    size_t piece; /* so much for each */
    uint8_t *at[KEYSHARE_COUNT_MAX + 1];
};

/* Room for COUNT files, 256 at most; the more files the smaller the pieces. */
enum status raw_room_make(struct raw_room *room, unsigned count);

void raw_room_free(struct raw_room *room);

/* Ask for as many open files as COUNT shares need. */
void raw_allow_files(unsigned count);

/* Compute as the environment variable KEYSHARE_BACKEND asks for. */
enum status raw_select_backend(const struct options *options);

/* What raw shares lack, said once in every run. */
#define RAW_UNCHECKED                                                          \
    "raw shares carry no check: a changed one, or one too few, gives another " \
    "secret, and nothing says so"

#endif
