/* SPDX-License-Identifier: ISC */
/* Secret bytes with their number, in one piece from the memory door. */
#ifndef SECRET_H
#define SECRET_H

#include <keyshare/secret.h>

/** LEN zero bytes to be filled, or NULL. LEN is 1 or more. */
keyshare_secret *keyshare_secret_new(size_t len);

/** The bytes, to be written. @secret the bytes */
uint8_t *keyshare_secret_bytes(keyshare_secret *secret);

#endif
