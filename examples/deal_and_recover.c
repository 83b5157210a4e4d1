/* SPDX-License-Identifier: ISC */
/* The ten-minute program: a key that nobody has seen is dealt to seven
 * holders; later six of them come, one with a torn card, and five good cards
 * give the key back.
 *
 *     cc deal_and_recover.c $(pkg-config --cflags --libs libkeyshare)
 *
 * Each call can fail and says why. Nothing has to be wiped by hand: whatever
 * is secret is a keyshare_secret, which is wiped where it is freed. */
#include <keyshare.h>
#include <stdio.h>
#include <string.h>

#define HOLDERS 7
#define PRESENT 6

/* The record is public. Its fingerprint, as words, is what the people in the
 * room speak, compare and sign: later it tells whose record this is. */
static void
print_fingerprint(const keyshare_record *record)
{
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];

    if (keyshare_fingerprint_words(
            words, keyshare_record_fingerprint(record)) == KEYSHARE_OK)
        printf("dealt; speak and sign:\n%s\n", words);
}

/* Make a key and deal it by the usual policy of a storage key: 5 of 7. */
static keyshare_error
deal(keyshare_record **record, keyshare_secret **shares, keyshare_secret **key)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_error error =
        keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_RKSH);

    terms.label = "ten minutes";
    terms.label_len = strlen(terms.label);
    if (error == KEYSHARE_OK)
        error = keyshare_secret_generate(key, 32, NULL);
    if (error == KEYSHARE_OK) {
        error = keyshare_deal(record, shares, &terms,
            keyshare_secret_reveal(*key), keyshare_secret_len(*key), NULL);
    }
    return error;
}

/* Holders 2 to 7 come, in any order. Each card gets its own verdict, and the
 * bad one costs nothing but its place. */
static keyshare_error
recover(keyshare_secret **key, const keyshare_record *record,
    keyshare_secret *const *shares)
{
    keyshare_expected expected = KEYSHARE_EXPECTED_INIT;
    keyshare_image cards[PRESENT];
    keyshare_verdict verdicts[PRESENT];
    keyshare_error error;

    for (int i = 0; i < PRESENT; i++) {
        cards[i].bytes = keyshare_secret_reveal(shares[i + 1]);
        cards[i].len = keyshare_secret_len(shares[i + 1]);
    }
    cards[1].len--; /* this one was pulled out too early */
    expected.role = KEYSHARE_ROLE_RKSH;
    error = keyshare_recover(key, verdicts, record, &expected, cards, PRESENT);
    for (int i = 0; i < PRESENT; i++)
        printf("holder %d: %s\n", i + 2, keyshare_verdict_text(verdicts[i]));
    return error;
}

int
main(void)
{
    keyshare_record *record = NULL;
    keyshare_secret *shares[HOLDERS] = {NULL};
    keyshare_secret *dealt = NULL;
    keyshare_secret *recovered = NULL;
    keyshare_error error = deal(&record, shares, &dealt);

    if (error != KEYSHARE_OK)
        goto done;
    print_fingerprint(record);
    keyshare_secret_free(&dealt); /* from here on only the shares have it */
    error = recover(&recovered, record, shares);
    if (error == KEYSHARE_OK)
        printf("recovered: %zu bytes\n", keyshare_secret_len(recovered));
done:
    if (error != KEYSHARE_OK)
        fprintf(stderr, "%s\n", keyshare_error_text(error));
    for (int i = 0; i < HOLDERS; i++)
        keyshare_secret_free(&shares[i]);
    keyshare_secret_free(&dealt);
    keyshare_secret_free(&recovered);
    keyshare_record_free(&record);
    return error == KEYSHARE_OK ? 0 : 1;
}
