/* SPDX-License-Identifier: ISC */
/* Policies: which may be dealt under, and the usual ones. */
#include <keyshare/policy.h>

#include <string.h>

#include "scheme.h"

keyshare_error
keyshare_policy_preset(keyshare_policy *policy, keyshare_role role)
{
    static const struct {
        unsigned threshold, count;
    } presets[] = {
        [KEYSHARE_ROLE_RKSH] = {5, 7},
        [KEYSHARE_ROLE_CO] = {3, 7},
        [KEYSHARE_ROLE_SO] = {3, 7},
        [KEYSHARE_ROLE_TRANSFER] = {2, 3},
    };

    if (policy == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    memset(policy, 0, sizeof *policy);
    if ((int)role <= KEYSHARE_ROLE_CUSTOM || (int)role > KEYSHARE_ROLE_TRANSFER)
        return KEYSHARE_ERR_POLICY;
    policy->role = role;
    policy->scheme = KEYSHARE_SCHEME_PEDERSEN;
    policy->threshold = presets[role].threshold;
    policy->count = presets[role].count;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_policy_check(const keyshare_policy *policy)
{
    if (policy == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    if ((int)policy->role < KEYSHARE_ROLE_CUSTOM ||
        (int)policy->role > KEYSHARE_ROLE_TRANSFER ||
        keyshare_scheme_find((unsigned)policy->scheme) == NULL)
        return KEYSHARE_ERR_POLICY;
    if (policy->threshold < 1 || policy->threshold > policy->count ||
        policy->count > KEYSHARE_COUNT_MAX)
        return KEYSHARE_ERR_POLICY;
    if (policy->threshold == 1 && policy->role != KEYSHARE_ROLE_CUSTOM)
        return KEYSHARE_ERR_POLICY;
    return KEYSHARE_OK;
}

const char *
keyshare_role_text(keyshare_role role)
{
    switch (role) {
    case KEYSHARE_ROLE_CUSTOM: return "custom";
    case KEYSHARE_ROLE_RKSH: return "rksh";
    case KEYSHARE_ROLE_CO: return "co";
    case KEYSHARE_ROLE_SO: return "so";
    case KEYSHARE_ROLE_TRANSFER: return "transfer";
    }
    return "unknown";
}

const char *
keyshare_scheme_text(keyshare_scheme scheme)
{
    switch (scheme) {
    case KEYSHARE_SCHEME_GF256: return "gf256";
    case KEYSHARE_SCHEME_PEDERSEN: return "pedersen";
    }
    return "unknown";
}
