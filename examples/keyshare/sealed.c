/* SPDX-License-Identifier: ISC */
/* Files that are authenticated under a key, and replaced whole or not at
 * all. */
#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "store.h"

static const char key_domain[] = "keyshare device key";
static const char tag_domain[] = "keyshare device file ";

int
sealed_read(struct buffer *bytes, int folder, const char *name, size_t max)
{
    int file = openat(folder, name,
        O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int error;

    if (file < 0)
        return errno;
    error = store_read(bytes, file, max);
    close(file);
    return error;
}

int
sealed_replace(int folder, const char *name, const void *bytes, size_t len)
{
    char partial[64];
    int error;

    snprintf(partial, sizeof partial, "%s%s", name, STORE_PARTIAL);
    /* What a crash left. */
    store_shred(folder, partial);
    error = store_create(folder, partial, bytes, len);
    if (error == 0 && renameat(folder, partial, folder, name) != 0)
        error = errno;
    if (error != 0) {
        store_shred(folder, partial);
        return error;
    }
    return store_sync(folder);
}

void
sealed_tag(uint8_t *tag, const char *name, const uint8_t *key,
    const struct buffer *before, const void *bytes, size_t len)
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, SEALED_KEY_SIZE);
    crypto_auth_hmacsha256_update(
        &state, (const uint8_t *)tag_domain, sizeof tag_domain - 1);
    /* With its terminator: no name is the beginning of another. */
    crypto_auth_hmacsha256_update(
        &state, (const uint8_t *)name, strlen(name) + 1);
    if (before != NULL)
        crypto_auth_hmacsha256_update(&state, before->bytes, before->len);
    crypto_auth_hmacsha256_update(&state, bytes, len);
    crypto_auth_hmacsha256_final(&state, tag);
    wipe(&state, sizeof state);
}

int
sealed_write(int folder, const char *name, const uint8_t *key,
    const void *bytes, size_t len)
{
    struct buffer file = BUFFER_INIT;
    uint8_t tag[SEALED_TAG_SIZE];
    int error;

    sealed_tag(tag, name, key, NULL, bytes, len);
    buffer_add(&file, bytes, len);
    buffer_add(&file, tag, sizeof tag);
    error = file.failed ? ENOMEM
                        : sealed_replace(folder, name, file.bytes, file.len);
    buffer_free(&file);
    return error;
}

bool
sealed_open(struct buffer *bytes, const char *name, const uint8_t *key)
{
    uint8_t tag[SEALED_TAG_SIZE];

    if (bytes->len < sizeof tag)
        return false;
    bytes->len -= sizeof tag;
    sealed_tag(tag, name, key, NULL, bytes->bytes, bytes->len);
    return sodium_memcmp(tag, bytes->bytes + bytes->len, sizeof tag) == 0;
}

static void
check_key(uint8_t *check, const uint8_t *key)
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(
        &state, (const uint8_t *)key_domain, sizeof key_domain - 1);
    crypto_hash_sha256_update(&state, key, SEALED_KEY_SIZE);
    crypto_hash_sha256_final(&state, check);
    wipe(&state, sizeof state);
}

int
sealed_write_key(int folder, const char *name, const uint8_t *key)
{
    uint8_t file[SEALED_KEY_SIZE + SEALED_TAG_SIZE];
    int error;

    memcpy(file, key, SEALED_KEY_SIZE);
    check_key(file + SEALED_KEY_SIZE, key);
    error = sealed_replace(folder, name, file, sizeof file);
    wipe(file, sizeof file);
    return error;
}

bool
sealed_open_key(struct buffer *bytes)
{
    uint8_t check[SEALED_TAG_SIZE];

    if (bytes->len != SEALED_KEY_SIZE + sizeof check)
        return false;
    check_key(check, bytes->bytes);
    bytes->len = SEALED_KEY_SIZE;
    return sodium_memcmp(check, bytes->bytes + SEALED_KEY_SIZE, sizeof check) ==
           0;
}
