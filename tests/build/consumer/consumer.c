/* SPDX-License-Identifier: ISC */
/* A program of somebody else's, in C99, that knows the installed library
 * alone: deals a key, verifies each card, damages one, recovers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>

#define COUNT 7

static const uint8_t key[] = "a key of as many bytes as it has";

static void
expect(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "consumer: not so: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

/* Make an image of each share with its record. */
static void
make_images(keyshare_secret **images, keyshare_image *cards,
    const keyshare_record *record, keyshare_secret **shares)
{
    for (int i = 0; i < COUNT; i++) {
        expect(
            keyshare_image_make(&images[i], record, shares[i]) == KEYSHARE_OK,
            "an image is made");
        cards[i].bytes = keyshare_secret_reveal(images[i]);
        cards[i].len = keyshare_secret_len(images[i]);
    }
}

static void
verify_each(const keyshare_record *record, const keyshare_image *cards)
{
    for (int i = 0; i < COUNT; i++) {
        keyshare_verdict verdict;

        expect(
            keyshare_verify(&verdict, record, NULL, &cards[i]) == KEYSHARE_OK &&
                verdict == KEYSHARE_VERDICT_OK,
            "a card verifies alone");
    }
}

static void
recover(const keyshare_record *record, keyshare_image *cards)
{
    keyshare_secret *recovered = NULL;
    keyshare_verdict verdicts[COUNT];

    cards[2].len--;
    expect(keyshare_recover(&recovered, verdicts, record, NULL, cards, COUNT) ==
               KEYSHARE_OK,
        "six good cards give the key");
    expect(verdicts[2] == KEYSHARE_VERDICT_DAMAGED, "the bad card is named");
    expect(keyshare_secret_len(recovered) == sizeof key &&
               memcmp(keyshare_secret_reveal(recovered), key, sizeof key) == 0,
        "it is the key that was dealt");
    keyshare_secret_free(&recovered);
}

int
main(void)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_record *record = NULL;
    keyshare_secret *shares[COUNT];
    keyshare_secret *images[COUNT];
    keyshare_image cards[COUNT];

    expect(keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_RKSH) ==
               KEYSHARE_OK,
        "there is a preset");
    expect(keyshare_deal(&record, shares, &terms, key, sizeof key, NULL) ==
               KEYSHARE_OK,
        "the key is dealt");
    make_images(images, cards, record, shares);
    verify_each(record, cards);
    recover(record, cards);
    for (int i = 0; i < COUNT; i++) {
        keyshare_secret_free(&images[i]);
        keyshare_secret_free(&shares[i]);
    }
    keyshare_record_free(&record);
    printf("%s recovered\n", keyshare_version());
    return EXIT_SUCCESS;
}
