/* SPDX-License-Identifier: ISC */
/* Records, as custody sees them beyond what is public. */
#ifndef RECORD_H
#define RECORD_H

#include <keyshare/policy.h>
#include <keyshare/record.h>

#include "scheme.h"

#define KEYSHARE_RECORD_TAG 0xe1

/** How a record's scheme works, and what it must know of the record. */
const struct scheme *keyshare_record_scheme(const keyshare_record *record);
const struct scheme_set *keyshare_record_set(const keyshare_record *record);

/** Decode a record that was made here, but for whether its proof holds: whoever
 * calls this checks that with the shares (check_dealt of struct scheme), and
 * hands no record out before. OK, FORMAT, VERSION or MEMORY. @secret none */
keyshare_error keyshare_record_decode_own(
    keyshare_record **record, const uint8_t *bytes, size_t len);

/** A copy of a record in memory that the caller has, and keeps: it is not to be
 * freed. What prepare made is not copied. place: keyshare_record_copy_size of
 * the record's length, aligned for any type. @secret none */
size_t keyshare_record_copy_size(size_t len);
keyshare_record *keyshare_record_copy(
    void *place, const keyshare_record *record);

/** What a record of LEN bytes counts for, decoded. */
size_t keyshare_record_count(size_t len);

/** The set of a policy that may be dealt under, without any record. */
struct scheme_set keyshare_record_set_of(
    const keyshare_policy *policy, size_t key_len);

#endif
