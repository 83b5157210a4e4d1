/* SPDX-License-Identifier: ISC */
/* Drawing from a source of randomness: the caller's, or the system's.
 *
 * The system's is getentropy: it waits until the generator is seeded, gives
 * all or nothing, and says when it failed (libsodium's own door ends the
 * process instead).
 */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* getentropy in glibc and musl */
#endif
#include "random.h"

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif
#define HAVE_GETENTROPY 1
#else
#define HAVE_GETENTROPY 0
#endif

#include <sodium.h>

#include "ct.h"
#include "memory.h"
#include "reveal.h"
#include "wire.h"

static int
fill_from_system(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
#if HAVE_GETENTROPY
    /* The most that one call gives, by its definition. */
    const size_t most = 256;

    while (len > 0) {
        size_t part = len < most ? len : most;

        if (getentropy(bytes, part) != 0)
            return -1;
        bytes += part;
        len -= part;
    }
    return 0;
#else
    (void)bytes;
    (void)len;
    return -1;
#endif
}

bool
keyshare_random_open(struct random *source, const keyshare_random *random)
{
    source->fill = fill_from_system;
    source->context = NULL;
    if (random == NULL)
        return true;
    if (random->size < sizeof *random || random->fill == NULL)
        return false;
    source->fill = random->fill;
    source->context = random->context;
    return true;
}

keyshare_error
keyshare_random_draw(const struct random *source, uint8_t *bytes, size_t len)
{
    if (len == 0)
        return KEYSHARE_OK;
    if (source->fill(source->context, bytes, len) == 0)
        return KEYSHARE_OK;
    keyshare_memory_wipe(bytes, len);
    return KEYSHARE_ERR_RANDOM;
}

keyshare_error
keyshare_random_draw_nonzero(
    const struct random *source, uint8_t *bytes, size_t len)
{
    keyshare_error error = keyshare_random_draw(source, bytes, len);

    if (error == KEYSHARE_OK && len > 0 &&
        keyshare_reveal_mask(keyshare_ct_all_zero(bytes, len), REVEAL_STUCK))
        error = KEYSHARE_ERR_RANDOM;
    return error;
}

keyshare_error
keyshare_random_stream_begin(
    struct random_stream *stream, const struct random *source)
{
    keyshare_error error =
        keyshare_random_draw_nonzero(source, stream->key, sizeof stream->key);

    if (error != KEYSHARE_OK)
        return error;
    /* libsodium looks for the fastest ChaCha20 there. */
    if (sodium_init() < 0) {
        keyshare_memory_wipe(stream, sizeof *stream);
        return KEYSHARE_ERR_RANDOM;
    }
    stream->portions = 0;
    return KEYSHARE_OK;
}

/* The number of the portion is the nonce, of 64 bits; the blocks within are
 * counted from 0, in 64 bits too: neither comes round. */
void
keyshare_random_stream_next(
    struct random_stream *stream, uint8_t *bytes, size_t len)
{
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

    _Static_assert(sizeof stream->key == crypto_stream_chacha20_KEYBYTES,
        "the key is ChaCha20's");
    _Static_assert(sizeof nonce == sizeof stream->portions,
        "the nonce is the number of the portion");
    keyshare_wire_put(nonce, sizeof nonce, stream->portions++);
    crypto_stream_chacha20(bytes, len, nonce, stream->key);
}
