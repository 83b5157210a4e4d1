/* SPDX-License-Identifier: ISC */
/** @file
 * Fingerprints: the SHA-256 of an encoded record, spoken, printed, signed.
 *
 * Read aloud they are PGP words: one word a byte, alternately from a list of
 * two-syllable words (the first, third, ... byte) and of three-syllable ones,
 * so that a word lost, doubled or swapped is heard.
 */
#ifndef KEYSHARE_FINGERPRINT_H
#define KEYSHARE_FINGERPRINT_H

#include <keyshare/error.h>

KEYSHARE_BEGIN_DECLS

/** Bytes of a fingerprint. */
#define KEYSHARE_FINGERPRINT_SIZE 32

/** Characters of a fingerprint in hex, with the terminator. */
#define KEYSHARE_FINGERPRINT_HEX_SIZE 65

/** Most characters of a fingerprint in words, with the terminator. */
#define KEYSHARE_FINGERPRINT_WORDS_SIZE 384

/** Write a fingerprint in lower-case hex.
 *
 * @param[out] hex          KEYSHARE_FINGERPRINT_HEX_SIZE characters,
 *                          terminated
 * @param[in]  fingerprint  32 bytes
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_fingerprint_hex(
    char *hex, const uint8_t *fingerprint);

/** Write a fingerprint in 32 PGP words with a space between.
 *
 * @param[out] words        KEYSHARE_FINGERPRINT_WORDS_SIZE characters,
 *                          terminated
 * @param[in]  fingerprint  32 bytes
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_fingerprint_words(
    char *words, const uint8_t *fingerprint);

/** Read a fingerprint that a person typed: 64 hex digits, or all 32 words.
 *
 * Upper and lower case are the same; between words stand spaces, tabs, line
 * ends, hyphens or commas, as many as there are, around them too.
 *
 * @param[out] fingerprint  32 bytes
 * @param[in]  text         LEN bytes
 * @param[in]  len          how many
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 * @retval KEYSHARE_ERR_FORMAT    it is neither; a word is unknown, or from
 *                                the list of the other positions
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_fingerprint_parse(
    uint8_t *fingerprint, const char *text, size_t len);

KEYSHARE_END_DECLS

#endif
