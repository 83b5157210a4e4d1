/* SPDX-License-Identifier: ISC */
/* The ten-minute program: a key that nobody has seen is dealt to seven
 * holders, and five of them give it back.
 *
 *     cc deal_and_recover.c $(pkg-config --cflags --libs libkeyshare)
 *
 * Each call can fail and says why; nothing has to be wiped by hand, since
 * whatever is secret is a keyshare_secret, wiped where it is freed. */
/* README begins */
#include <keyshare.h>
#include <stdio.h>

int
main(void)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_record *record = NULL; /* public: publish it */
    keyshare_secret *key = NULL, *back = NULL, *shares[7] = {NULL};
    keyshare_image cards[5];
    keyshare_verdict verdicts[5];
    keyshare_error error =
        keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_RKSH); /* 5 of 7 */

    if (error == KEYSHARE_OK)
        error = keyshare_secret_generate(&key, 32, NULL);
    if (error == KEYSHARE_OK) {
        error = keyshare_deal(&record, shares, &terms,
            keyshare_secret_reveal(key), keyshare_secret_len(key), NULL);
    }
    for (int i = 0; i < 5; i++) { /* holders 3 to 7 come, in any order */
        cards[i].bytes = keyshare_secret_reveal(shares[i + 2]);
        cards[i].len = keyshare_secret_len(shares[i + 2]);
    }
    if (error == KEYSHARE_OK)
        error = keyshare_recover(&back, verdicts, record, NULL, cards, 5);
    printf("%s %zu bytes\n", keyshare_error_text(error),
        keyshare_secret_len(back));

    for (int i = 0; i < 7; i++)
        keyshare_secret_free(&shares[i]);
    keyshare_secret_free(&key);
    keyshare_secret_free(&back);
    keyshare_record_free(&record);
    return error == KEYSHARE_OK ? 0 : 1;
}
/* README ends */
