/* SPDX-License-Identifier: ISC */
/* A record from any file that has one in it: bare, or a card image. */
#ifndef RECORD_FILE_H
#define RECORD_FILE_H

#include "command.h"

/* Read it, and say what is wrong where there is none. */
enum status record_load(keyshare_record **record, const char *path);

/* What is wrong with an encoding, in a sentence. */
struct fault {
    char text[256];
};

/* WHAT is wrong by ERROR, at the tag of one of its fields; 0: as a whole. */
const char *fault_text(
    struct fault *fault, const char *what, keyshare_error error, unsigned tag);

#endif
