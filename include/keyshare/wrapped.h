/* SPDX-License-Identifier: ISC */
/** @file
 * Wrapped keys: the backup card of a key that an HSM has encrypted under the
 * storage key. What is wrapped is opaque to this library, and no secret.
 */
#ifndef KEYSHARE_WRAPPED_H
#define KEYSHARE_WRAPPED_H

#include <keyshare/error.h>

KEYSHARE_BEGIN_DECLS

/** The most bytes that can be wrapped. */
#define KEYSHARE_WRAPPED_KEY_SIZE_MAX 4096

/** The most bytes that the name of a method can have. */
#define KEYSHARE_WRAPPED_METHOD_SIZE_MAX 32

/** An encoded wrapped key has at most this many bytes. */
#define KEYSHARE_WRAPPED_SIZE_MAX 4256

/** What a wrapped key says. Begin with KEYSHARE_WRAPPED_INIT.
 *
 * Strings have no terminator. Nothing is owned: the pointers are the
 * caller's when encoding, and point into the decoded bytes when decoding.
 */
typedef struct keyshare_wrapped {
    size_t size;       /**< of this structure */
    const char *label; /**< label_len bytes, see label.h */
    size_t label_len;  /**< 0..64 */
    /** The lineage of the key that it is wrapped under, 16 bytes. */
    const uint8_t *lineage;
    const char *method;   /**< such as "aes-key-wrap-pad"; printable ASCII */
    size_t method_len;    /**< 1..32 */
    const uint8_t *bytes; /**< the wrapped key */
    size_t len;           /**< 1..4096 */
} keyshare_wrapped;

/** Nothing yet. */
#define KEYSHARE_WRAPPED_INIT                                                  \
    {                                                                          \
        sizeof(keyshare_wrapped), 0, 0, 0, 0, 0, 0, 0                          \
    }

/** Encode a wrapped key.
 *
 * @param[out] bytes    the encoding
 * @param[in]  size     how many bytes BYTES has room for;
 *                      KEYSHARE_WRAPPED_SIZE_MAX is always enough
 * @param[out] len      how many there are
 * @param[in]  wrapped  what to encode
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, WRAPPED is not well made,
 *                                or its method or length is out of range
 * @retval KEYSHARE_ERR_LABEL     the label is not a legal one
 * @retval KEYSHARE_ERR_SPACE     SIZE is too small
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_wrapped_encode(
    uint8_t *bytes, size_t size, size_t *len, const keyshare_wrapped *wrapped);

/** Decode a wrapped key.
 *
 * @param[in,out] wrapped  what it says, as far as its size reaches; zeroed,
 *                         but for its size, on failure
 * @param[in]     bytes    LEN bytes, all of them the wrapped key
 * @param[in]     len      how many
 * @param[out]    tag      the tag of the field at fault, 0xE3 for the whole, 0
 *                         for nowhere; may be NULL
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or WRAPPED is not well
 *                                made
 * @retval KEYSHARE_ERR_FORMAT    not the canonical form, or its label is not a
 *                                legal one
 * @retval KEYSHARE_ERR_VERSION   a version not known here
 * @retval KEYSHARE_ERR_DAMAGED   canonical, but its check does not match
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_wrapped_decode(
    keyshare_wrapped *wrapped, const uint8_t *bytes, size_t len, uint8_t *tag);

KEYSHARE_END_DECLS

#endif
