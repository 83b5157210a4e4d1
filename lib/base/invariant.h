/* SPDX-License-Identifier: ISC */
/* What functions of this library require of each other.
 *
 * Public functions check their arguments and answer with an error; below them
 * a broken requirement is a bug of ours. In checked builds it traps at the
 * place; in others nothing is left of it.
 */
#ifndef INVARIANT_H
#define INVARIANT_H

#include <limits.h>
#include <stdint.h>

#if defined(KEYSHARE_CHECKED)
#define KEYSHARE_INVARIANT(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#define KEYSHARE_INVARIANT(condition) ((void)sizeof(condition))
#endif

_Static_assert(CHAR_BIT == 8, "bytes have eight bits");
_Static_assert(sizeof(unsigned) >= 4, "unsigned holds 32 bits");
_Static_assert(sizeof(size_t) >= 4, "a record's length fits a size");

#endif
