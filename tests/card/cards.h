/* SPDX-License-Identifier: ISC */
/* A card made of software, images to put on it, and a holder who knows its PIN.
 */
#ifndef CARDS_H
#define CARDS_H

#include <keyshare/card.h>

#include "set.h"
#include "softcard.h"

/** Images: of two sets, and of none. */
enum cards_image {
    IMAGE_FIRST,     /**< record and share 1 of a set */
    IMAGE_SECOND,    /**< record and share 2 of it */
    IMAGE_OTHER,     /**< record and share 1 of another, larger set */
    IMAGE_SHARE,     /**< share 1 of the first set alone */
    IMAGE_WRAPPED,   /**< a wrapped key */
    IMAGE_REWRAPPED, /**< another one, smaller */
    IMAGE_COUNT
};

#define CARDS_PIN "123456"

struct cards {
    struct softcard *soft;
    struct set sets[2];
    keyshare_secret *images[IMAGE_COUNT];
    const char *pin; /**< what the holder says; NULL: nothing */
    unsigned asked;  /**< how often the holder was asked */
    int tries;       /**< what the holder was told last */
    keyshare_card_transport transport;
    keyshare_card card;
    keyshare_card_info info; /**< of the last call */
};

/** Deal the sets, and make the images. */
void cards_begin(struct cards *cards);
void cards_end(struct cards *cards);

/** Put a new card of that kind into the reader; its PIN is CARDS_PIN. */
void cards_new(struct cards *cards, const struct softcard_kind *kind);

/** The bytes of an image. */
keyshare_image cards_bytes(const struct cards *cards, enum cards_image which);

/** The four operations; what they tell is in cards->info. The card has lost its
 * power before each. */
keyshare_error cards_write(
    struct cards *cards, enum cards_image which, int overwrite);
keyshare_error cards_write_keeping(struct cards *cards, enum cards_image which,
    int overwrite, const uint8_t *keep, size_t count);
keyshare_error cards_read(struct cards *cards, keyshare_secret **image);
keyshare_error cards_inspect(struct cards *cards, keyshare_secret **open);
keyshare_error cards_erase(struct cards *cards, keyshare_secret **erased);

/** Whether a secret is that image. */
bool cards_is(const struct cards *cards, const keyshare_secret *secret,
    enum cards_image which);

/** What is read is that image. */
void cards_holds(struct cards *cards, enum cards_image which);

/** Write it, and it is what is read. */
void cards_put(struct cards *cards, enum cards_image which, int overwrite);

/** The fingerprint of a set's record. */
const uint8_t *cards_fingerprint(const struct cards *cards, size_t set);

#endif
