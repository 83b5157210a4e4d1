/* SPDX-License-Identifier: ISC */
/** @file
 * A source of randomness, as a value that is handed to whatever draws.
 *
 * NULL in its place always means the system's generator. A device with an
 * approved generator of its own hands that in instead; so does a test that
 * wants to know what is drawn. A source that fails is an error
 * (KEYSHARE_ERR_RANDOM), never weak output.
 */
#ifndef KEYSHARE_RANDOM_H
#define KEYSHARE_RANDOM_H

#include <keyshare/error.h>

KEYSHARE_BEGIN_DECLS

/** Fill BYTES with LEN random bytes; 0 when done, anything else: failed. */
typedef int (*keyshare_random_fill)(void *context, uint8_t *bytes, size_t len);

/** A source of randomness. Begin with KEYSHARE_RANDOM_INIT. */
typedef struct keyshare_random {
    size_t size;               /**< of this structure */
    keyshare_random_fill fill; /**< draws */
    void *context;             /**< handed to fill; stays the caller's */
} keyshare_random;

/** An empty source: fill must be set. */
#define KEYSHARE_RANDOM_INIT                                                   \
    {                                                                          \
        sizeof(keyshare_random), 0, 0                                          \
    }

KEYSHARE_END_DECLS

#endif
