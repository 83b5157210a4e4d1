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

/** What a key drawn for one use gives, a ChaCha20 stream, portion by portion.
 *
 * Wiped when done: keyshare_memory_wipe. Nothing of it may outlive the public
 * function that draws it, so that no two secrets ever meet the same portion.
 */
struct random_stream {
    uint8_t key[32];
    uint64_t portions; /**< that were taken */
};

/** Draw a key from a source. OK or RANDOM. @secret stream->key */
keyshare_error keyshare_random_stream_begin(
    struct random_stream *stream, const struct random *source);

/** The next portion, LEN bytes. @secret stream->key, bytes */
void keyshare_random_stream_next(
    struct random_stream *stream, uint8_t *bytes, size_t len);

#endif
