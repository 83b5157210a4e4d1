/* SPDX-License-Identifier: ISC */
/* The version of the library that is linked. */
#include <keyshare/version.h>

const char *
keyshare_version(void)
{
    return KEYSHARE_VERSION_STRING;
}
