/* SPDX-License-Identifier: ISC */
/* One run of "keyshare split". */
#ifndef SPLITTING_H
#define SPLITTING_H

#include "modulus.h"
#include "raw_files.h"
#include "say.h"
#include "share_files.h"

struct splitting {
    const struct options *options;
    struct say say;
    unsigned threshold;
    unsigned count;
    enum raw_format format;
    struct modulus modulus; /* with --prime */
    struct source source;
    struct share_files files;
    uint64_t bytes; /* so long was what was split */
};

/* Split bytes of any length, and write their shares; what was written is the
 * caller's to publish. */
enum status split_bytes(struct splitting *splitting);

#endif
