/* SPDX-License-Identifier: ISC */
/** @file
 * The memory door: where every byte that the library allocates comes from.
 *
 * By default it is guarded memory (libsodium's): kept out of swap and core
 * dumps where the system allows, between pages that fault when touched. A
 * firmware without a heap gives its own two functions once, before anything
 * else is called.
 */
#ifndef KEYSHARE_MEMORY_H
#define KEYSHARE_MEMORY_H

#include <keyshare/error.h>

KEYSHARE_BEGIN_DECLS

/** Give SIZE bytes, aligned for any type, or NULL. SIZE is never 0. */
typedef void *(*keyshare_memory_allocate)(void *context, size_t size);

/** Take back MEMORY, which was given for SIZE bytes.
 *
 * The library has wiped it already.
 */
typedef void (*keyshare_memory_free)(void *context, void *memory, size_t size);

/** What an allocation is rounded up to where the library tells how much memory
 * an operation takes: a pool that gives out multiples of it, aligned to it, can
 * be exactly as large as told. What is told is the most that is taken at one
 * time, and an allocation that is given back is always the newest but where an
 * operation ends.
 *
 * It is told by keyshare_deal_memory, keyshare_record_memory (decode),
 * keyshare_record_prepare_memory, keyshare_verify_memory,
 * keyshare_check_memory, keyshare_recover_memory, keyshare_image_memory (make),
 * keyshare_secret_memory (copy, generate), keyshare_self_test_memory, and from
 * begin to free keyshare_repair_memory, keyshare_refresh_memory and
 * keyshare_reshare_memory, and from create or import to free
 * keyshare_activation_memory (derive: keyshare_secret_memory on top). What the
 * functions of card.h take is not told, for it depends on the transport and on
 * what is on the card: 2 KiB, or 7 KiB with extended length, and a record
 * decoded, or what is read from the card. No other function takes any. */
#define KEYSHARE_MEMORY_UNIT 16

/** Let the library take its memory from the caller's functions.
 *
 * May be called once, before any other function of the library has
 * allocated, from one thread while no other is in the library.
 *
 * @param[in] allocate  gives memory
 * @param[in] free      takes it back
 * @param[in] context   handed to both; stays the caller's
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a function is NULL
 * @retval KEYSHARE_ERR_STATE     it was set before, or memory was taken before
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_memory_set(
    keyshare_memory_allocate allocate, keyshare_memory_free free,
    void *context);

KEYSHARE_END_DECLS

#endif
