/* SPDX-License-Identifier: ISC */
/** @file
 * Policies: what a share set is for, and how many of how many make a quorum.
 */
#ifndef KEYSHARE_POLICY_H
#define KEYSHARE_POLICY_H

#include <keyshare/error.h>

KEYSHARE_BEGIN_DECLS

/** The most holders a set can have. */
#define KEYSHARE_COUNT_MAX 255

/** The most bytes a key can have. */
#define KEYSHARE_KEY_SIZE_MAX 1024

/** The most bytes a label can have (label.h). */
#define KEYSHARE_LABEL_SIZE_MAX 64

/** How shares are made and checked; the numbers are those of the record.
 *
 * PEDERSEN is the default: Pedersen's verifiable secret sharing (CRYPTO '91)
 * over ristretto255 (RFC 9496). A card alone is shown to be a share of the
 * key that the record commits to; the record hides that key from every
 * computer, and binds to it as long as discrete logarithms cannot be taken.
 *
 * GF256 is for devices without elliptic curves: Shamir's scheme (1979) byte
 * by byte, with SHA-256 tags. A card alone is shown to be what was dealt.
 */
typedef enum keyshare_scheme {
    KEYSHARE_SCHEME_GF256 = 1,
    KEYSHARE_SCHEME_PEDERSEN = 2
} keyshare_scheme;

/** What a set is for; the numbers are those of the record. */
typedef enum keyshare_role {
    KEYSHARE_ROLE_CUSTOM = 0,  /**< anything else */
    KEYSHARE_ROLE_RKSH = 1,    /**< recovery key share holders: storage key */
    KEYSHARE_ROLE_CO = 2,      /**< crypto officers: activation */
    KEYSHARE_ROLE_SO = 3,      /**< second card of an officer's box */
    KEYSHARE_ROLE_TRANSFER = 4 /**< temporary cards that introduce an HSM */
} keyshare_role;

/** In place of a role: whichever it is. */
#define KEYSHARE_ROLE_ANY (-1)

/** Role, scheme, threshold M and count N of a set. */
typedef struct keyshare_policy {
    keyshare_role role;
    keyshare_scheme scheme;
    unsigned threshold; /**< M: so many cards make a quorum, 1..count */
    unsigned count;     /**< N: so many cards there are, 1..255 */
} keyshare_policy;

/** The usual policy of a role: pedersen; RKSH 5-of-7, CO and SO 3-of-7,
 * transfer 2-of-3.
 *
 * @param[out] policy  the policy; all zero for role custom or an unknown one
 * @param[in]  role    any but custom
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  POLICY is NULL
 * @retval KEYSHARE_ERR_POLICY    there is no preset for ROLE
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_policy_preset(
    keyshare_policy *policy, keyshare_role role);

/** Whether a set may be dealt under a policy.
 *
 * Known role and scheme, 1 <= M <= N <= 255, and M = 1 only with role custom
 * (each such card is the key).
 *
 * @param[in] policy  the policy
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  POLICY is NULL
 * @retval KEYSHARE_ERR_POLICY    it may not
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_policy_check(
    const keyshare_policy *policy);

/** The word for a role: "custom", "rksh", "co", "so", "transfer".
 *
 * @param[in] role  any value
 *
 * @return a static string; "unknown" for an unknown role
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_role_text(keyshare_role role);

/** The word for a scheme: "gf256", "pedersen".
 *
 * @param[in] scheme  any value
 *
 * @return a static string; "unknown" for an unknown scheme
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_scheme_text(keyshare_scheme scheme);

/** The terms of a new set: its policy, label and time.
 *
 * Begin with KEYSHARE_TERMS_INIT.
 */
typedef struct keyshare_terms {
    size_t size; /**< of this structure */
    keyshare_policy policy;
    const char *label; /**< label_len bytes, see label.h; NULL if that is 0 */
    size_t label_len;  /**< 0..64; no terminator is counted or needed */
    uint64_t time;     /**< seconds since 1970 as you say; 0: not told */
} keyshare_terms;

/** Empty terms: no policy, no label, no time. */
#define KEYSHARE_TERMS_INIT                                                    \
    {                                                                          \
        sizeof(keyshare_terms),                                                \
            {KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_PEDERSEN, 0, 0}, 0, 0, 0    \
    }

KEYSHARE_END_DECLS

#endif
