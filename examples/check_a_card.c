/* SPDX-License-Identifier: ISC */
/* What a holder's clerk runs: is this card good?
 *
 *     check_a_card CARD RECORD
 *
 * CARD is the image of one card, RECORD the public record of its set. No
 * other card is needed, nothing secret is printed, and the key exists
 * nowhere. The words that come out are to be compared with those that were
 * spoken when the set was made: whoever brings a card can bring a record too.
 * Exit status: 0 good, 1 not, 2 wrong use, 3 a file could not be read. */
#include <keyshare.h>
#include <stdio.h>
#include <string.h>

/* One byte more than any image: a file that fills it is no image. */
#define FILE_SIZE_MAX (KEYSHARE_IMAGE_SIZE_MAX + 1)

static uint8_t card_bytes[FILE_SIZE_MAX];
static uint8_t record_bytes[FILE_SIZE_MAX];

/* The compiler cannot know what is called, so it cannot leave the call out. */
static void *(*const volatile set_memory)(void *, int, size_t) = memset;

/* Read a file, unbuffered: what a card holds is secret. */
static int
read_file(keyshare_image *image, uint8_t *bytes, const char *path)
{
    FILE *file = fopen(path, "rb");
    int failed;

    if (file == NULL) {
        perror(path);
        return -1;
    }
    setvbuf(file, NULL, _IONBF, 0);
    image->bytes = bytes;
    image->len = fread(bytes, 1, FILE_SIZE_MAX, file);
    failed = ferror(file);
    if (failed)
        perror(path);
    fclose(file);
    return failed ? -1 : 0;
}

/* Say which record it is, as it is read aloud. */
static void
print_record(const keyshare_record *record)
{
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    keyshare_policy policy = keyshare_record_policy(record);

    printf("record: %s, %u of %u\n", keyshare_role_text(policy.role),
        policy.threshold, policy.count);
    if (keyshare_fingerprint_words(
            words, keyshare_record_fingerprint(record)) == KEYSHARE_OK) {
        printf("compare: %s\n", words);
    }
}

/* Judge the card, and say what it is. */
static int
judge(const keyshare_image *card, const keyshare_image *record_file)
{
    keyshare_record *record = NULL;
    keyshare_verdict verdict = KEYSHARE_VERDICT_NONE;
    keyshare_error error = keyshare_record_decode(
        &record, record_file->bytes, record_file->len, NULL);
    unsigned index;

    if (error == KEYSHARE_OK) {
        print_record(record);
        error = keyshare_verify(&verdict, record, NULL, card);
    }
    if (error != KEYSHARE_OK) {
        fprintf(stderr, "%s\n", keyshare_error_text(error));
    } else if (keyshare_image_share(&index, NULL, card) == KEYSHARE_OK) {
        printf("card %u: %s: %s\n", index, keyshare_verdict_text(verdict),
            keyshare_verdict_explain(verdict));
    } else {
        printf("card: %s: %s\n", keyshare_verdict_text(verdict),
            keyshare_verdict_explain(verdict));
    }
    keyshare_record_free(&record);
    return error == KEYSHARE_OK && verdict == KEYSHARE_VERDICT_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
    keyshare_image card;
    keyshare_image record;
    int status = 3;

    if (argc != 3) {
        fprintf(stderr, "usage: check_a_card CARD RECORD\n");
        return 2;
    }
    if (read_file(&card, card_bytes, argv[1]) == 0 &&
        read_file(&record, record_bytes, argv[2]) == 0) {
        status = judge(&card, &record);
    }
    set_memory(card_bytes, 0, sizeof card_bytes);
    return status;
}
