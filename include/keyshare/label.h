/* SPDX-License-Identifier: ISC */
/** @file
 * Labels: what people call a set, read by people from screens and bags; and
 * the line for a card's bag, with the label in it.
 *
 * A label is 0 to 64 bytes of well-formed UTF-8 (RFC 3629) without any
 * character that a page would hide or turn round: none of U+0000-001F,
 * 007F-009F, 00AD, 061C, 200B-200F, 2028-202E, 2060-206F, FEFF, FFF9-FFFB,
 * E0000-E007F. Nothing else is judged: how it looks is for people to see.
 */
#ifndef KEYSHARE_LABEL_H
#define KEYSHARE_LABEL_H

#include <keyshare/error.h>
#include <keyshare/record.h>

KEYSHARE_BEGIN_DECLS

/** Whether bytes are a legal label.
 *
 * @param[in] label  LEN bytes; may be NULL if LEN is 0
 * @param[in] len    how many
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  LABEL is NULL and LEN is not 0
 * @retval KEYSHARE_ERR_LABEL     they are not
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_label_check(
    const char *label, size_t len);

/** Most bytes of a line for a bag, with the terminator. */
#define KEYSHARE_LABEL_LINE_SIZE 200

/** Write the line for the tamper-evident bag of a card: what people need to
 * find it, and to see that it is of the set that they mean.
 *
 * Role, index, label, epoch, M-of-N, and the first eight words of the record's
 * fingerprint, with commas between: `rksh 3, "Storage key", epoch 0, 5-of-7,
 * ` and the words. A set without a label has none in it. The label comes as it
 * is in the record, UTF-8; what stands after it has no quotes and no commas
 * but those between, so that no label can pose as another field. The line
 * tells what the record says, not whether that is the one which was meant.
 *
 * @param[out] line    the line, terminated, without a newline
 * @param[in]  size    how many bytes there are for it; with
 *                     KEYSHARE_LABEL_LINE_SIZE every line fits
 * @param[in]  record  the set's record
 * @param[in]  index   whose card, 1..N
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or the set has no such
 *                                index
 * @retval KEYSHARE_ERR_SPACE     SIZE is too small
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_label_line(
    char *line, size_t size, const keyshare_record *record, unsigned index);

KEYSHARE_END_DECLS

#endif
