/* SPDX-License-Identifier: ISC */
/* Which peers this was built with: meson.build defines WITH_... */
#include "peer.h"

const struct peer *const peers[] = {
#ifdef WITH_GFSHARE
    &peer_gfshare,
    &peer_gfshare_bare,
#endif
#ifdef WITH_BOTAN
    &peer_botan,
#endif
#ifdef WITH_CRYPTOPP
    &peer_cryptopp,
#endif
#ifdef WITH_NODE
    &peer_shamir_secret_sharing,
    &peer_secrets_js,
#endif
#ifdef WITH_SSSS
    &peer_ssss,
#endif
#ifdef WITH_ISAL
    &peer_isal,
#endif
    &peer_getrandom,
    &peer_chacha20,
    &peer_memcpy,
    NULL,
};

const char *const peers_absent[] = {
#ifndef WITH_GFSHARE
    "libgfshare",
#endif
#ifndef WITH_BOTAN
    "Botan",
#endif
#ifndef WITH_CRYPTOPP
    "Crypto++",
#endif
#ifndef WITH_NODE
    "node",
#endif
#ifndef WITH_SSSS
    "ssss",
#endif
#ifndef WITH_ISAL
    "ISA-L",
#endif
    NULL,
};
