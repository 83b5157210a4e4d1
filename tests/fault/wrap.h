/* SPDX-License-Identifier: ISC */
/* Functions that stand in the place of the library's (--wrap). */
#ifndef WRAP_H
#define WRAP_H

/* The head of the function that stands in the place of keyshare_NAME. */
#define WRAP(result, name, ...)                                                \
    result __real_keyshare_##name(__VA_ARGS__);                                \
    result __wrap_keyshare_##name(__VA_ARGS__);                                \
    result __wrap_keyshare_##name(__VA_ARGS__)

#endif
