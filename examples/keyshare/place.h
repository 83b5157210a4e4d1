/* SPDX-License-Identifier: ISC */
/* Where a card image comes from: a file, or a card in a reader. */
#ifndef PLACE_H
#define PLACE_H

#include "buffer.h"
#include "reader.h"

/* Read the image at PATH: of a file no more than KEYSHARE_IMAGE_SIZE_MAX + 1
 * bytes, which says that it is larger than any. Of a card all of it, for which
 * it may want its PIN; TURN and WHAT are for its reader (reader.h). */
enum status place_load(struct buffer *bytes, const char *path, size_t turn,
    const char *what, struct trouble *trouble);

/* The same, but of a card only what is open: a record or a wrapped key, and
 * what the card says of itself in INFO. Of a file INFO says nothing. */
enum status place_look(struct buffer *bytes, keyshare_card_info *info,
    const char *path, size_t turn, const char *what, struct trouble *trouble);

/* How well the card in a reader that was written keeps its share. It is reset
 * first: one that has its PIN shows more. */
keyshare_error place_guard(keyshare_card_guard *guard, struct reader *reader);

#endif
