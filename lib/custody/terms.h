/* SPDX-License-Identifier: ISC */
/* The terms of a new set, as its maker gave them. */
#ifndef TERMS_H
#define TERMS_H

#include <keyshare/policy.h>

/** Take the caller's terms into our own; OK, ARGUMENT, POLICY or LABEL. */
keyshare_error keyshare_terms_take(
    keyshare_terms *own, const keyshare_terms *terms);

#endif
