/* SPDX-License-Identifier: ISC */
/* Whether a sanitizer is in this program: it has an allocator and a shadow of
 * its own, so that what is looked at here would be the sanitizer's doing. */
#ifndef SANITIZED_H
#define SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#if !defined(SANITIZED)
#define SANITIZED 0
#endif

/** In place of the suite: all of it is skipped, and says so. */
#define SKIPPED_MAIN(reason)                                                   \
    int main(void)                                                             \
    {                                                                          \
        puts("1..0 # SKIP " reason);                                           \
        return 0;                                                              \
    }

#endif
