/* SPDX-License-Identifier: ISC */
/* Secret bytes with their number, in one piece from the memory door. */
#include "secret.h"

#include <string.h>

#include "ct.h"
#include "latch.h"
#include "memory.h"
#include "random.h"
#include "reveal.h"

struct keyshare_secret {
    size_t len;
    uint8_t bytes[];
};

/* Fewer zeros than this a good generator gives too often to be refused. */
#define STUCK_LEN 16

keyshare_secret *
keyshare_secret_new(size_t len)
{
    keyshare_secret *secret;

    if (len > SIZE_MAX - sizeof *secret)
        return NULL;
    secret = keyshare_memory_new(sizeof *secret + len);
    if (secret != NULL)
        secret->len = len;
    return secret;
}

uint8_t *
keyshare_secret_bytes(keyshare_secret *secret)
{
    return secret->bytes;
}

keyshare_error
keyshare_secret_copy(keyshare_secret **secret, const uint8_t *bytes, size_t len)
{
    if (secret == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *secret = NULL;
    if (bytes == NULL || len == 0)
        return KEYSHARE_ERR_ARGUMENT;
    *secret = keyshare_secret_new(len);
    if (*secret == NULL)
        return KEYSHARE_ERR_MEMORY;
    memcpy((*secret)->bytes, bytes, len);
    return KEYSHARE_OK;
}

keyshare_error
keyshare_secret_generate(
    keyshare_secret **secret, size_t len, const keyshare_random *random)
{
    struct random source;
    keyshare_error error;

    if (secret == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *secret = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (len == 0 || !keyshare_random_open(&source, random))
        return KEYSHARE_ERR_ARGUMENT;
    *secret = keyshare_secret_new(len);
    if (*secret == NULL)
        return KEYSHARE_ERR_MEMORY;
    error = keyshare_random_draw(&source, (*secret)->bytes, len);
    if (error == KEYSHARE_OK && len >= STUCK_LEN &&
        keyshare_reveal_mask(
            keyshare_ct_all_zero((*secret)->bytes, len), REVEAL_STUCK))
        error = KEYSHARE_ERR_RANDOM;
    if (error != KEYSHARE_OK)
        keyshare_secret_free(secret);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}

size_t
keyshare_secret_memory(size_t len)
{
    const size_t head = sizeof(keyshare_secret);

    if (len == 0 || len > SIZE_MAX - head - KEYSHARE_MEMORY_UNIT)
        return 0;
    return keyshare_memory_count(head + len);
}

size_t
keyshare_secret_len(const keyshare_secret *secret)
{
    return secret == NULL ? 0 : secret->len;
}

const uint8_t *
keyshare_secret_reveal(const keyshare_secret *secret)
{
    return secret == NULL ? NULL : secret->bytes;
}

void
keyshare_secret_free(keyshare_secret **secret)
{
    if (secret == NULL || *secret == NULL)
        return;
    keyshare_memory_delete(*secret, sizeof **secret + (*secret)->len);
    *secret = NULL;
}
