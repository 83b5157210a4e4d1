/* SPDX-License-Identifier: ISC */
/** @file
 * The self test: known answers, and the latch.
 *
 * Call it when a device starts, before first use, in the manner of FIPS
 * 140-3: every primitive and back end that the library computes with is held
 * against answers from elsewhere, and so is a set of each scheme that is dealt
 * from known randomness. The pairwise test of what is dealt is the check that
 * every dealing makes of its own output.
 *
 * When either fails, this machine computes wrongly. The library says so with
 * KEYSHARE_ERR_FAULT and is latched: until the process ends every operation
 * that computes answers KEYSHARE_ERR_FAULT and nothing else. The latch may be
 * closed by any thread at any time; nothing opens it.
 */
#ifndef KEYSHARE_SELF_TEST_H
#define KEYSHARE_SELF_TEST_H

#include <keyshare/error.h>

KEYSHARE_BEGIN_DECLS

/** Test this machine's arithmetic; a few milliseconds.
 *
 * May be called at any time and as often as wanted, from any thread.
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_MEMORY  it could not be tested: nothing is known
 * @retval KEYSHARE_ERR_FAULT   an answer was wrong, now or before
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_self_test(void);

/** The most memory that keyshare_self_test takes at one time, counted as
 * memory.h says.
 *
 * @return the number of bytes
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_self_test_memory(void);

KEYSHARE_END_DECLS

#endif
