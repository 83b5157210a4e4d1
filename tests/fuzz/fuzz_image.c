/* SPDX-License-Identifier: ISC */
/* Card images, judged against records that do not change: the verdict is the
 * one that the image's parts call for; `ok` are the sets' own cards and no
 * other, and no card whatever makes another key come out.
 */
#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/recover.h>

#include <sodium.h>

#include "fixed_sets.h"
#include "fuzz.h"

/* What can be read off an image. */
struct reading {
    keyshare_image_parts parts;
    unsigned index; /* 0: no share in it, or a damaged one */
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
};

static bool
same(keyshare_image a, keyshare_image b)
{
    return fuzz_same(a.bytes, a.len, b.bytes, b.len);
}

static bool
names(const uint8_t *fingerprint, const keyshare_record *record)
{
    return memcmp(fingerprint, keyshare_record_fingerprint(record),
               KEYSHARE_FINGERPRINT_SIZE) == 0;
}

static void
check_parts(
    const keyshare_image_parts *parts, bool whole, const keyshare_image *card)
{
    const keyshare_image *record = &parts->record;
    const keyshare_image *share = &parts->share;

    REQUIRE(whole || (share->len == 0 && parts->wrapped.len == 0));
    REQUIRE((record->len == 0) == (record->bytes == NULL));
    REQUIRE((share->len == 0) == (share->bytes == NULL));
    REQUIRE((parts->wrapped.len == 0) == (parts->wrapped.bytes == NULL));
    if (record->len > 0)
        REQUIRE(record->bytes == card->bytes && record->len <= card->len &&
                record->bytes[0] == 0xe1);
    if (share->len > 0)
        REQUIRE(share->bytes == card->bytes + record->len &&
                share->bytes[0] == 0xe2);
    if (whole)
        REQUIRE(record->len + share->len + parts->wrapped.len == card->len);
    REQUIRE(parts->wrapped.len == 0 || record->len + share->len == 0);
}

static void
read_card(struct reading *reading, const keyshare_image *card)
{
    keyshare_error error;
    bool whole;

    memset(reading, 1, sizeof *reading);
    whole = keyshare_image_take_apart(&reading->parts, card) == KEYSHARE_OK;
    check_parts(&reading->parts, whole, card);
    error = keyshare_image_share(&reading->index, reading->fingerprint, card);
    if (error == KEYSHARE_OK) {
        REQUIRE(whole && reading->parts.share.len > 0);
        REQUIRE(reading->index >= 1 && reading->index <= 255);
        return;
    }
    REQUIRE(error == KEYSHARE_ERR_FORMAT ||
            (whole && (error == KEYSHARE_ERR_VERSION ||
                          error == KEYSHARE_ERR_DAMAGED)));
    REQUIRE(reading->index == 0);
    REQUIRE(fuzz_zero(reading->fingerprint, sizeof reading->fingerprint));
}

/* Whether the record on the card, if any, is one, and the share's. */
static bool
own_record_is_good(const struct reading *reading, keyshare_record **own)
{
    const keyshare_image *record = &reading->parts.record;
    uint8_t digest[crypto_hash_sha256_BYTES];

    *own = NULL;
    if (record->len == 0)
        return true;
    crypto_hash_sha256(digest, record->bytes, record->len);
    return memcmp(digest, reading->fingerprint, sizeof digest) == 0 &&
           keyshare_record_decode(own, record->bytes, record->len, NULL) ==
               KEYSHARE_OK;
}

/* The verdict on a share of another set, from what is known of that. */
static keyshare_verdict
expect_other(const struct reading *reading, const struct fixed_set *set,
    const keyshare_record *other)
{
    const keyshare_record *record = set->record;

    if (other == NULL && names(reading->fingerprint, set->successor))
        other = set->successor;
    if (other != NULL && keyshare_record_policy(other).role !=
                             keyshare_record_policy(record).role)
        return KEYSHARE_VERDICT_OTHER_ROLE;
    if (other != NULL &&
        memcmp(keyshare_record_lineage(other), keyshare_record_lineage(record),
            KEYSHARE_LINEAGE_SIZE) == 0)
        return KEYSHARE_VERDICT_OTHER_EPOCH;
    return memcmp(keyshare_record_predecessor(record), reading->fingerprint,
               KEYSHARE_FINGERPRINT_SIZE) == 0
               ? KEYSHARE_VERDICT_OTHER_EPOCH
               : KEYSHARE_VERDICT_OTHER_SET;
}

/* The verdict that DESIGN's list gives. */
static keyshare_verdict
expect(const struct reading *reading, const struct fixed_set *set)
{
    keyshare_verdict verdict = KEYSHARE_VERDICT_INVALID;
    keyshare_record *own = NULL;

    if (reading->index == 0 || !own_record_is_good(reading, &own))
        verdict = KEYSHARE_VERDICT_DAMAGED;
    else if (!names(reading->fingerprint, set->record))
        verdict = expect_other(reading, set, own);
    else if (reading->index <= FIXED_N &&
             same(reading->parts.share, set->shares[reading->index - 1]))
        verdict = KEYSHARE_VERDICT_OK;
    keyshare_record_free(&own);
    return verdict;
}

/* With all cards of the set beside it, the set's key comes out. */
static void
check_recovery(keyshare_verdict verdict, const keyshare_image *card,
    const struct fixed_set *set)
{
    const keyshare_image cards[] = {
        *card, set->shares[0], set->shares[1], set->shares[2]};
    keyshare_verdict verdicts[4];
    keyshare_secret *key;
    size_t duplicates = 0;

    REQUIRE(keyshare_recover(&key, verdicts, set->record, NULL, cards, 4) ==
            KEYSHARE_OK);
    REQUIRE(fuzz_same(keyshare_secret_reveal(key), keyshare_secret_len(key),
        set->key.bytes, set->key.len));
    keyshare_secret_free(&key);
    REQUIRE(verdicts[0] == verdict);
    for (size_t i = 1; i < 4; i++) {
        if (verdicts[i] == KEYSHARE_VERDICT_DUPLICATE)
            duplicates++;
        else
            REQUIRE(verdicts[i] == KEYSHARE_VERDICT_OK);
    }
    REQUIRE(duplicates == (verdict == KEYSHARE_VERDICT_OK ? 1 : 0));
    /* Two copies of one card are no quorum. */
    REQUIRE(
        keyshare_recover(&key, verdicts, set->record, NULL,
            (const keyshare_image[]){*card, *card}, 2) == KEYSHARE_ERR_QUORUM);
    REQUIRE(key == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const keyshare_image card = {data, size};
    struct reading reading;

    fuzz_begin();
    read_card(&reading, &card);
    for (size_t i = 0; i < FIXED_SETS; i++) {
        const struct fixed_set *set = fixed_set(i);
        const keyshare_record *known[] = {set->successor};
        keyshare_expected expected = KEYSHARE_EXPECTED_INIT;
        keyshare_verdict verdict;

        expected.known = known;
        expected.known_count = 1;
        REQUIRE(keyshare_verify(&verdict, set->record, &expected, &card) ==
                KEYSHARE_OK);
        REQUIRE(verdict == expect(&reading, set));
        if (verdict == KEYSHARE_VERDICT_OK ||
            verdict == KEYSHARE_VERDICT_INVALID)
            check_recovery(verdict, &card, set);
    }
    return 0;
}
