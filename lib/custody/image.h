/* SPDX-License-Identifier: ISC */
/* Card images: which part lies where. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>

#include <keyshare/image.h>

/** Point PARTS at what is in IMAGE; whether it has the form of a card image or
 * of a record alone. If not, a record may be given all the same (image.h).
 * @secret the share's value */
bool keyshare_image_find(
    keyshare_image_parts *parts, const keyshare_image *image);

#endif
