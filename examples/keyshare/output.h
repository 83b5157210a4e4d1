/* SPDX-License-Identifier: ISC */
/* Standard output, and whether all that was written got there.
 *
 * A disk that is full, or a reader that went away, must not look like an
 * answer that was given. The first error is kept until output_close.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* The argument TEXT is a format for printf, as the compiler can check. */
#if defined(__GNUC__)
#define OUTPUT_FORMAT(text, first) __attribute__((format(printf, text, first)))
#else
#define OUTPUT_FORMAT(text, first)
#endif

/* Print what is no secret. */
void output_text(const char *format, ...) OUTPUT_FORMAT(1, 2);
void output_list(const char *format, va_list arguments) OUTPUT_FORMAT(1, 0);

/* Write bytes that may be secret: behind what was printed, but not through
 * stdio's buffer, which nobody wipes. */
void output_secret(const void *bytes, size_t len);

/* Remember that an answer could not be given. */
void output_failed(int error);

/* Whether all that was said so far got there. */
bool output_flush(void);

/* Finish. Returns errno of what went wrong first, 0 if nothing did. */
int output_close(void);

#endif
