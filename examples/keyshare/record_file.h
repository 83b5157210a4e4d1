/* SPDX-License-Identifier: ISC */
/* A record from any file that has one in it: bare, or a card image. */
#ifndef RECORD_FILE_H
#define RECORD_FILE_H

#include "command.h"

/* Read it, and say what is wrong where there is none. */
enum status record_load(keyshare_record **record, const char *path);

/* What is wrong with a record that does not decode, in a sentence. */
struct fault {
    char text[256];
};
const char *record_fault(
    struct fault *fault, keyshare_error error, unsigned tag);

#endif
