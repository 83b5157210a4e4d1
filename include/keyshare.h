/* SPDX-License-Identifier: ISC */
/** @file
 * libkeyshare: a storage key over smartcards, M of N of which give it back.
 *
 * keyshare_deal turns a key into a public record and N shares; an image of
 * both goes on each holder's card. keyshare_verify judges one card alone
 * against the record. keyshare_check says whether a set of cards would give
 * the key, without making it. keyshare_recover makes it, from any M good
 * cards, naming the bad ones. The record's fingerprint is what people speak,
 * sign and compare: keyshare_fingerprint_words. keyshare_repair_begin and
 * its kin give new cards for old ones without the key (maintenance.h).
 * keyshare_activation_create makes a device that a quorum of officers wakes and
 * puts to sleep (activation.h).
 * keyshare_audit says of a key's records whether they are one chain, and the
 * expected one.
 *
 * What holds for every function:
 *
 * 1. Order of arguments: the object acted on; outputs; in-outs; inputs; each
 *    length right after its array; callbacks with their context last.
 * 2. Lengths are bytes, counts are objects, indices run 1..N, integers on the
 *    wire are big-endian, times are seconds since 1970 that you supply.
 * 3. A pointer may be NULL only where said, or if its length is 0.
 * 4. Every function that can fail returns keyshare_error, and the compiler
 *    warns where that is ignored. Failure leaves outputs zeroed (pointers
 *    NULL), wipes what was made, and changes no object that it was given;
 *    a ceremony or a device says in its own header what a failure ends.
 * 5. A _free function takes the address of your pointer, wipes, frees, and
 *    sets it to NULL; NULL is fine.
 * 6. Objects may be read from many threads at once, or changed by one. Global
 *    state is the memory functions, set once before first use (memory.h), the
 *    self test's latch (self_test.h), and the choice of instructions (raw.h).
 *    Nothing else.
 * 7. Nothing prints, ends the process, or answers by errno. (libsodium's
 *    guarded memory, the default, ends the process if its canary was
 *    overwritten: that is memory corruption.)
 * 8. Structures that you fill begin with their size: start from their _INIT.
 * 9. @secret names what must not be learnt through time, memory access or
 *    output; all else (sizes, policy, which share was bad) is public. Secrets
 *    lie in memory from the memory door, in your buffers, or in locals that
 *    are wiped; what a compiler keeps in registers is beyond C's reach.
 */
#ifndef KEYSHARE_H
#define KEYSHARE_H

#include <keyshare/activation.h>
#include <keyshare/activation_event.h>
#include <keyshare/audit.h>
#include <keyshare/card.h>
#include <keyshare/card_transport.h>
#include <keyshare/deal.h>
#include <keyshare/error.h>
#include <keyshare/fingerprint.h>
#include <keyshare/image.h>
#include <keyshare/label.h>
#include <keyshare/maintenance.h>
#include <keyshare/memory.h>
#include <keyshare/policy.h>
#include <keyshare/random.h>
#include <keyshare/raw.h>
#include <keyshare/raw_prime.h>
#include <keyshare/record.h>
#include <keyshare/recover.h>
#include <keyshare/secret.h>
#include <keyshare/self_test.h>
#include <keyshare/verdict.h>
#include <keyshare/version.h>
#include <keyshare/wrapped.h>

#endif
