/* SPDX-License-Identifier: ISC */
/* The group ristretto255 ([RFC9496] section 4), by libsodium.
 *
 * An element is its 32-byte encoding. The identity, 32 zero bytes, is an
 * ordinary value here: libsodium's multiplications answer -1 for it with the
 * right output, so their answers are never looked at. Whether bytes from
 * outside are an element is asked once, by keyshare_group_is_element.
 *
 * [RFC9496] The ristretto255 and decaf448 Groups.
 */
#ifndef GROUP_H
#define GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYSHARE_GROUP_SIZE      32
#define KEYSHARE_GROUP_HASH_SIZE 64

/** Whether 32 public bytes are the canonical encoding of an element other
 * than the identity. @secret none */
bool keyshare_group_is_element(const uint8_t *bytes);

/** r = s * B, B the standard base point; s: 32 bytes, below 2^255.
 * @secret r, s */
void keyshare_group_mul_base(uint8_t *r, const uint8_t *s);

/** r = s * a; s: 32 bytes, below 2^255. r may be a. @secret r, s */
void keyshare_group_mul(uint8_t *r, const uint8_t *s, const uint8_t *a);

/** r = a + b. r may be a or b. @secret r, a, b */
void keyshare_group_add(uint8_t *r, const uint8_t *a, const uint8_t *b);

/** r = the element that 64 bytes are mapped to ([RFC9496] section 4.3.4).
 * @secret none */
void keyshare_group_from_hash(uint8_t *r, const uint8_t *bytes);

#endif
