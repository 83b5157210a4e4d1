/* SPDX-License-Identifier: ISC */
/* The schemes by their numbers. */
#include "scheme.h"

#include <keyshare/policy.h>

const struct scheme *
keyshare_scheme_find(unsigned id)
{
    switch (id) {
    case KEYSHARE_SCHEME_GF256: return &keyshare_scheme_gf256;
    case KEYSHARE_SCHEME_PEDERSEN: return &keyshare_scheme_pedersen;
    default: return NULL;
    }
}
