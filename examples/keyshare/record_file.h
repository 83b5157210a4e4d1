/* SPDX-License-Identifier: ISC */
/* A record from whatever has one in it: bare, a card image, or a card in a
 * reader. */
#ifndef RECORD_FILE_H
#define RECORD_FILE_H

#include "reader.h"

/* Read it, and say what is wrong where there is none. TURN is for a reader
 * (reader.h): READER_ANY where the card there is one of those that follow. */
enum status record_load(
    keyshare_record **record, const char *path, size_t turn);

/* What is wrong with an encoding, in a sentence. */
struct fault {
    char text[256];
};

/* WHAT is wrong by ERROR, at the tag of one of its fields; 0: as a whole. */
const char *fault_text(
    struct fault *fault, const char *what, keyshare_error error, unsigned tag);

#endif
