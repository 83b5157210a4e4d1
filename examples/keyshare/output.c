/* SPDX-License-Identifier: ISC */
/* Standard output, and whether all that was written got there. */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "store.h"

static int first_error;

void
output_failed(int error)
{
    if (first_error == 0)
        first_error = error;
}

void
output_list(const char *format, va_list arguments)
{
    if (vprintf(format, arguments) < 0)
        output_failed(errno);
}

void
output_text(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    output_list(format, arguments);
    va_end(arguments);
}

void
output_secret(const void *bytes, size_t len)
{
    int error;

    if (!output_flush())
        return;
    error = store_write(STDOUT_FILENO, bytes, len);
    if (error != 0)
        output_failed(error);
}

bool
output_flush(void)
{
    if (fflush(stdout) != 0)
        output_failed(errno);
    return first_error == 0;
}

int
output_close(void)
{
    (void)output_flush();
    /* A disk over the network may not say so before the end. */
    if (close(STDOUT_FILENO) != 0)
        output_failed(errno);
    return first_error;
}
