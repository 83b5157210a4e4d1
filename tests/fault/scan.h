/* SPDX-License-Identifier: ISC */
/* Secrets in memory: whether any 8 bytes in a row of one are found in whatever
 * the process can write.
 *
 * What the secrets are is computed in a process of its own, which leaves them
 * masked in shared memory; the process that is looked at sees them only as its
 * operation does.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCAN_WINDOW    8
#define SCAN_KINDS     64
#define SCAN_BYTES_MAX 2048

/** Bytes that no scan finds: as they are nowhere else. */
struct scan_masked {
    size_t len;
    uint8_t bytes[SCAN_BYTES_MAX];
};

void scan_mask(struct scan_masked *masked, const uint8_t *bytes, size_t len);

/** As they are, into BYTES, which is the caller's to wipe. */
void scan_unmask(uint8_t *bytes, const struct scan_masked *masked);

/** Wipe, whatever the compiler thinks of it. */
void scan_wipe(void *memory, size_t len);

/** Begin: memory that processes share, with no secrets yet, and SIZE zeroed
 * bytes of the caller's in it. No scan looks there. */
void *scan_begin(size_t size);
void scan_end(void);

/** Every window of these bytes is a secret of that kind, below SCAN_KINDS; it
 * may be of others too. */
void scan_add(unsigned kind, const void *secret, size_t len);

/** All secrets were added. How many windows there are. */
size_t scan_ready(void);

/** What was found. Sets of kinds have bit k for kind k. */
struct scan_found {
    size_t count;   /**< windows of which no kind is allowed */
    uint64_t kinds; /**< of the first of them */
    char where[80];
    uint64_t seen; /**< every kind of which there was a window */
};

/** Look through all memory that can be written; kinds that are ALLOWED may be
 * there. */
void scan_look(struct scan_found *found, uint64_t allowed);

/** Run BODY on a stack of its own, mapped for it: what it leaves there stays
 * until it is looked at. */
void scan_apart(void (*body)(void));

#endif
