/* SPDX-License-Identifier: ISC */
/* Deals a key with gf256 and recovers it. */
#include <string.h>

#include <keyshare.h>

int
main(void)
{
    static const uint8_t key[] = {1, 2, 3};
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_record *record = NULL;
    keyshare_secret *shares[2];
    keyshare_secret *recovered = NULL;
    keyshare_image cards[2];
    keyshare_verdict verdicts[2];

    terms.policy.scheme = KEYSHARE_SCHEME_GF256;
    terms.policy.threshold = 2;
    terms.policy.count = 2;
    if (keyshare_deal(&record, shares, &terms, key, sizeof key, NULL) !=
        KEYSHARE_OK)
        return 1;
    for (int i = 0; i < 2; i++) {
        cards[i].bytes = keyshare_secret_reveal(shares[i]);
        cards[i].len = keyshare_secret_len(shares[i]);
    }
    if (keyshare_recover(&recovered, verdicts, record, NULL, cards, 2) !=
        KEYSHARE_OK)
        return 1;
    return keyshare_secret_len(recovered) != sizeof key ||
           memcmp(keyshare_secret_reveal(recovered), key, sizeof key) != 0;
}
