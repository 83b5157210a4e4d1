/* SPDX-License-Identifier: ISC */
/** @file
 * Card images: the bytes that a card stores.
 *
 * An image is a record followed by a share, or a share alone where a card is
 * too small for both, or a wrapped key alone (wrapped.h); nothing stands
 * before, between or after. These functions look at the form only. Whether a
 * card is good is said by keyshare_verify and its kin (recover.h).
 */
#ifndef KEYSHARE_IMAGE_H
#define KEYSHARE_IMAGE_H

#include <keyshare/error.h>
#include <keyshare/record.h>
#include <keyshare/secret.h>

KEYSHARE_BEGIN_DECLS

/** No card image has more bytes than this. */
#define KEYSHARE_IMAGE_SIZE_MAX 282624

/** Bytes that stay the caller's: a card image or a part of one. */
typedef struct keyshare_image {
    const uint8_t *bytes; /**< may be NULL if len is 0 */
    size_t len;
} keyshare_image;

/** The parts of a card image; the absent ones have bytes NULL and len 0. */
typedef struct keyshare_image_parts {
    keyshare_image record;
    keyshare_image share;
    keyshare_image wrapped;
} keyshare_image_parts;

/** Put a card image together: the record, then the share.
 *
 * @param[out] image   the image; the caller's to free
 * @param[in]  record  the share's record; NULL: an image without it
 * @param[in]  share   an encoded share, as keyshare_deal makes them
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT    IMAGE or SHARE is NULL
 * @retval KEYSHARE_ERR_FORMAT      SHARE is not an encoded share
 * @retval KEYSHARE_ERR_UNEXPECTED  SHARE names another record than RECORD
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret the share's value
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_image_make(
    keyshare_secret **image, const keyshare_record *record,
    const keyshare_secret *share);

/** The memory that keyshare_image_make takes, counted as memory.h says: the
 * image's own.
 *
 * @param[in] record  the record to be in it, or NULL
 * @param[in] share   the share to be in it; only its length counts
 *
 * @return the number of bytes; 0 if SHARE is NULL
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_image_memory(
    const keyshare_record *record, const keyshare_secret *share);

/** Take a card image apart. A record alone is taken too.
 *
 * A record with a share behind it that is not whole is given all the same, so
 * that it can be shown; of anything else that is no card image, nothing is.
 *
 * @param[out] parts  pointers into IMAGE
 * @param[in]  image  the image
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 * @retval KEYSHARE_ERR_FORMAT    not a card image
 *
 * @secret the share's value
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_image_take_apart(
    keyshare_image_parts *parts, const keyshare_image *image);

/** Which index a card's share has, and which record it names.
 *
 * What it says is not judged here, beyond the share's form and its check.
 *
 * @param[out] index        1..255
 * @param[out] fingerprint  32 bytes; may be NULL
 * @param[in]  image        a card image with a share in it
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  INDEX or IMAGE is NULL
 * @retval KEYSHARE_ERR_FORMAT    not a card image with a canonical share
 * @retval KEYSHARE_ERR_VERSION   the share's version is not known here
 * @retval KEYSHARE_ERR_DAMAGED   canonical, but the share's check is wrong
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret the share's value
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_image_share(
    unsigned *index, uint8_t *fingerprint, const keyshare_image *image);

KEYSHARE_END_DECLS

#endif
