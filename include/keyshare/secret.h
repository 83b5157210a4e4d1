/* SPDX-License-Identifier: ISC */
/** @file
 * Secret bytes: the one type in which the library hands out a secret.
 *
 * They lie in memory from the memory door (memory.h), which is guarded by
 * default, and are wiped when freed.
 */
#ifndef KEYSHARE_SECRET_H
#define KEYSHARE_SECRET_H

#include <keyshare/error.h>
#include <keyshare/random.h>

KEYSHARE_BEGIN_DECLS

/** Secret bytes and their number. */
typedef struct keyshare_secret keyshare_secret;

/** Take a copy of secret bytes. The caller wipes the original.
 *
 * @param[out] secret  the copy; the caller's to free
 * @param[in]  bytes   LEN bytes
 * @param[in]  len     1 or more
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or LEN is 0
 * @retval KEYSHARE_ERR_MEMORY
 *
 * @secret bytes
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_secret_copy(
    keyshare_secret **secret, const uint8_t *bytes, size_t len);

/** Draw secret bytes, such as a key that exists nowhere else.
 *
 * @param[out] secret  LEN random bytes; the caller's to free
 * @param[in]  len     1 or more
 * @param[in]  random  what to draw from; NULL: the system's generator
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  SECRET is NULL, LEN is 0, or RANDOM is not
 *                                well made
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_RANDOM    RANDOM failed, or gave LEN >= 16 zeros
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret the bytes drawn
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_secret_generate(
    keyshare_secret **secret, size_t len, const keyshare_random *random);

/** The memory that a secret of LEN bytes takes, however it is made, counted as
 * memory.h says.
 *
 * @param[in] len  1 or more
 *
 * @return the number of bytes; 0 if LEN is 0, or too large to be counted
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_secret_memory(size_t len);

/** How many bytes a secret has.
 *
 * @param[in] secret  the secret; NULL has none
 *
 * @return the number of bytes
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_secret_len(const keyshare_secret *secret);

/** Look at the bytes. This is the one way to them, so that it can be found.
 *
 * @param[in] secret  the secret; NULL gives NULL
 *
 * @return keyshare_secret_len(SECRET) bytes, valid until it is freed
 *
 * @secret the bytes
 */
KEYSHARE_API const uint8_t *keyshare_secret_reveal(
    const keyshare_secret *secret);

/** Wipe and free a secret, and set the pointer to NULL.
 *
 * @param[in,out] secret  the address of the pointer; NULL in either: nothing
 *
 * @secret none
 */
KEYSHARE_API void keyshare_secret_free(keyshare_secret **secret);

KEYSHARE_END_DECLS

#endif
