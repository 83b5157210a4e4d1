/* SPDX-License-Identifier: ISC */
/* The terms of a new set, as its maker gave them. */
#include "terms.h"

#include <keyshare/label.h>

keyshare_error
keyshare_terms_take(keyshare_terms *own, const keyshare_terms *terms)
{
    keyshare_error error;

    /* A larger structure is of a later release: what it adds is not known. */
    if (terms == NULL || terms->size < sizeof *own)
        return KEYSHARE_ERR_ARGUMENT;
    *own = *terms;
    own->size = sizeof *own;
    error = keyshare_policy_check(&own->policy);
    if (error != KEYSHARE_OK)
        return error;
    return keyshare_label_check(own->label, own->label_len);
}
