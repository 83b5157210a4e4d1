/* SPDX-License-Identifier: ISC */
/* Programs that run under valgrind's memcheck with their secrets poisoned.
 *
 * To memcheck a poisoned byte is one that was never written: it follows what
 * is computed from it, bit by bit, and reports where a branch or an address
 * depends on it, in the library, in libsodium or in GMP. (Adam Langley,
 * ctgrind, 2010.) What it does not see: a secret operand of an instruction
 * that takes longer for some values; tests/build/instructions.py looks for
 * those.
 *
 * A program is a list of cases, a case a function or an operation. It speaks
 * TAP through run.py, which believes it only if its last line was said.
 */
#ifndef POISON_H
#define POISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Begin the program of that name. Outside valgrind it is refused: it would
 * show nothing, and not say so. */
void ct_begin(const char *name);

/** Begin a case, which ends the one before. It fails where valgrind found
 * something since, or an expectation was not met. */
void ct_case(const char *name);

/** End the last case, say what was declassified, and say the last line. The
 * program's status. */
int ct_end(void);

/** LEN bytes are secret, or public, from here on. */
void ct_secret(const void *bytes, size_t len);
void ct_public(const void *bytes, size_t len);

/** Whether any bit of LEN bytes is secret. */
bool ct_is_secret(const void *bytes, size_t len);

/** What must hold; if not, the case fails. */
void ct_expect(bool good, const char *what);

/** Bytes that came of secrets: they must be secret still (a poison that was
 * lost on the way shows nothing), and are made public. */
void ct_came_of_secrets(const void *bytes, size_t len, const char *what);

/** The same of a mask; the mask, to be looked at. */
uint32_t ct_mask(uint32_t mask, const char *what);

#endif
