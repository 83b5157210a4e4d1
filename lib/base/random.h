/* SPDX-License-Identifier: ISC */
/* Drawing from a source of randomness: the caller's, or the system's. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>

#include <keyshare/random.h>

/** A source that can be drawn from. */
struct random {
    keyshare_random_fill fill;
    void *context;
};

/** Take the caller's source, or the system's for NULL; false: not well made. */
bool keyshare_random_open(struct random *source, const keyshare_random *random);

/** Fill BYTES, or wipe them.
 *
 * OK, or RANDOM if the source failed. LEN may be 0: nothing is drawn.
 * @secret bytes
 */
keyshare_error keyshare_random_draw(
    const struct random *source, uint8_t *bytes, size_t len);

/** The same, and RANDOM too where all are zeros, so many of them that only a
 * stuck generator gives that. LEN may be 0: nothing is drawn.
 * @secret bytes, unless all are zeros
 */
keyshare_error keyshare_random_draw_nonzero(
    const struct random *source, uint8_t *bytes, size_t len);

#endif
