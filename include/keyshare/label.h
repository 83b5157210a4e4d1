/* SPDX-License-Identifier: ISC */
/** @file
 * Labels: what people call a set, read by people from screens and bags.
 *
 * A label is 0 to 64 bytes of well-formed UTF-8 (RFC 3629) without any
 * character that a page would hide or turn round: none of U+0000-001F,
 * 007F-009F, 00AD, 061C, 200B-200F, 2028-202E, 2060-206F, FEFF, FFF9-FFFB,
 * E0000-E007F. Nothing else is judged: how it looks is for people to see.
 */
#ifndef KEYSHARE_LABEL_H
#define KEYSHARE_LABEL_H

#include <keyshare/error.h>

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

KEYSHARE_END_DECLS

#endif
