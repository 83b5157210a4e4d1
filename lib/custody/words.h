/* SPDX-License-Identifier: ISC */
/* The PGP word list: a word for each byte, by its position's parity. */
#ifndef WORDS_H
#define WORDS_H

/** Words of the first, third, ... byte, in the order of its value. */
extern const char *const keyshare_words_even[256];

/** Words of the second, fourth, ... byte. */
extern const char *const keyshare_words_odd[256];

#endif
