/* SPDX-License-Identifier: ISC */
/* The layer custody, its secrets poisoned: the key, all that the source of
 * randomness gives, and of a card the share's value (DO 83) and check (DO 84).
 */
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>

#include "poison.h"

#include "ct_set.h"
#include "image.h"
#include "judge.h"
#include "record.h"
#include "share.h"

static const keyshare_policy policies[] = {
    {KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_GF256, 1, 1},
    {KEYSHARE_ROLE_TRANSFER, KEYSHARE_SCHEME_GF256, 2, 3},
    {KEYSHARE_ROLE_RKSH, KEYSHARE_SCHEME_GF256, 5, 7},
    {KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_PEDERSEN, 1, 1},
    {KEYSHARE_ROLE_TRANSFER, KEYSHARE_SCHEME_PEDERSEN, 2, 3},
    {KEYSHARE_ROLE_RKSH, KEYSHARE_SCHEME_PEDERSEN, 5, 7},
};

static const size_t key_lens[] = {1, 31, 32, 62, CT_SET_KEY_MAX};

#define CARDS     16
#define CARD_SIZE 4096

/* Cards, and what is to be said of each. */
struct cards {
    uint8_t bytes[CARDS][CARD_SIZE];
    keyshare_image images[CARDS];
    keyshare_verdict expected[CARDS];
    size_t count;
};

static uint8_t *
add(struct cards *cards, const uint8_t *bytes, size_t len,
    keyshare_verdict expected)
{
    uint8_t *card = cards->bytes[cards->count];

    if (cards->count == CARDS || len > CARD_SIZE)
        abort();
    memcpy(card, bytes, len);
    cards->images[cards->count] = (keyshare_image){card, len};
    cards->expected[cards->count] = expected;
    cards->count++;
    return card;
}

/* The share of that index alone. */
static uint8_t *
add_share(struct cards *cards, const struct ct_set *set, unsigned index,
    keyshare_verdict expected)
{
    const keyshare_secret *share = set->shares[index - 1];

    return add(cards, keyshare_secret_reveal(share), keyshare_secret_len(share),
        expected);
}

/* The share with its record. */
static void
add_image(struct cards *cards, const struct ct_set *set, unsigned index,
    keyshare_verdict expected)
{
    keyshare_secret *image;

    if (keyshare_image_make(&image, set->record, set->shares[index - 1]) !=
        KEYSHARE_OK)
        abort();
    add(cards, keyshare_secret_reveal(image), keyshare_secret_len(image),
        expected);
    keyshare_secret_free(&image);
}

/* Bad cards of each kind that there is. */
static void
add_bad(
    struct cards *cards, const struct ct_set *set, const struct ct_set *other)
{
    uint8_t *share;

    share = add_share(cards, set, 1, KEYSHARE_VERDICT_INVALID);
    ct_set_value(set, share)[0] ^= 1;
    ct_set_seal(set, share);
    share = add_share(cards, set, 1, KEYSHARE_VERDICT_INVALID);
    memset(ct_set_value(set, share), 0xff, ct_set_value_len(set));
    ct_secret(ct_set_value(set, share), ct_set_value_len(set));
    ct_set_seal(set, share);
    share = add_share(cards, set, 1, KEYSHARE_VERDICT_DAMAGED);
    ct_set_value(set, share)[ct_set_value_len(set) - 1] ^= 0x80;
    share = add_share(cards, set, 1, KEYSHARE_VERDICT_DAMAGED);
    share[keyshare_share_size(ct_set_value_len(set)) - 1] ^= 1;
    add_share(cards, other, 1, KEYSHARE_VERDICT_OTHER_SET);
    add_image(cards, other, 1, KEYSHARE_VERDICT_OTHER_EPOCH);
    cards->expected[cards->count - 1] = other->policy.role == set->policy.role
                                            ? KEYSHARE_VERDICT_OTHER_SET
                                            : KEYSHARE_VERDICT_OTHER_ROLE;
    add(cards, (const uint8_t *)"\xe2\x01", 2, KEYSHARE_VERDICT_DAMAGED);
}

/* ---- What is done with them ---- */

static void
verify_each(const struct ct_set *set, const struct cards *cards)
{
    for (size_t i = 0; i < cards->count; i++) {
        keyshare_verdict verdict;
        keyshare_verdict expected = cards->expected[i];

        if (expected == KEYSHARE_VERDICT_DUPLICATE)
            expected = KEYSHARE_VERDICT_OK;
        ct_expect(keyshare_verify(&verdict, set->record, NULL,
                      &cards->images[i]) == KEYSHARE_OK &&
                      verdict == expected,
            "the verdict on a card alone");
    }
}

static void
check_all(const struct ct_set *set, const struct cards *cards,
    keyshare_recoverable expected)
{
    keyshare_verdict verdicts[CARDS];
    keyshare_recoverable recoverable;

    ct_expect(keyshare_check(verdicts, &recoverable, NULL, set->record, NULL,
                  cards->images, cards->count) == KEYSHARE_OK &&
                  memcmp(verdicts, cards->expected,
                      cards->count * sizeof *verdicts) == 0,
        "the verdicts on all cards");
    ct_expect(recoverable == expected, "what they amount to");
}

static void
recover_from(const struct ct_set *set, const struct cards *cards)
{
    keyshare_verdict verdicts[CARDS];
    keyshare_secret *key;
    keyshare_error error = keyshare_recover(
        &key, verdicts, set->record, NULL, cards->images, cards->count);

    ct_expect(error == KEYSHARE_OK, "the key is recovered");
    if (error != KEYSHARE_OK)
        return;
    ct_came_of_secrets(keyshare_secret_reveal(key), set->key_len, "the key");
    ct_public(set->key, set->key_len);
    ct_expect(memcmp(keyshare_secret_reveal(key), set->key, set->key_len) == 0,
        "the key is the one dealt");
    keyshare_secret_free(&key);
}

static void
add_good(struct cards *cards, const struct ct_set *set)
{
    for (unsigned i = set->policy.count; i > 1; i--)
        add_share(cards, set, i, KEYSHARE_VERDICT_OK);
    add_image(cards, set, 1, KEYSHARE_VERDICT_OK);
    add_share(cards, set, 1, KEYSHARE_VERDICT_DUPLICATE);
}

/* Deal to recover, all cards good but for those of each bad kind. */
static void
whole_path(const keyshare_policy *policy, size_t key_len)
{
    static struct cards cards;
    static struct ct_set set;
    static struct ct_set other;
    const bool pedersen = policy->scheme == KEYSHARE_SCHEME_PEDERSEN;

    ct_set_deal(&set, policy, key_len);
    ct_set_deal(&other, &policies[0], 1);
    cards.count = 0;
    add_bad(&cards, &set, &other);
    add_good(&cards, &set);
    verify_each(&set, &cards);
    /* From here on by what is the same for all cards, made once. */
    if (keyshare_record_prepare(set.record) != KEYSHARE_OK)
        abort();
    check_all(&set, &cards,
        pedersen ? KEYSHARE_RECOVERABLE_YES : KEYSHARE_RECOVERABLE_AS_DEALT);
    recover_from(&set, &cards);
    ct_set_end(&other);
    ct_set_end(&set);
}

static void
over_sets(keyshare_scheme scheme)
{
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        for (size_t j = 0; j < sizeof key_lens / sizeof *key_lens; j++) {
            /* The longest keys with small sets, and the other way round: time
             * goes with length, M and N. */
            if (policies[i].scheme == scheme &&
                (policies[i].threshold < 5 || key_lens[j] <= 32))
                whole_path(&policies[i], key_lens[j]);
        }
}

/* ---- Dealings that were bad, and generators that are ---- */

static void
bad_dealing(void)
{
    static struct cards cards;
    static struct ct_set set;
    keyshare_verdict verdicts[CARDS];
    keyshare_secret *key;

    ct_case("keyshare_check and keyshare_recover: a bad dealing");
    ct_set_deal(&set, &policies[1], 32);
    ct_set_deal_badly(&set);
    cards.count = 0;
    add_good(&cards, &set);
    check_all(&set, &cards, KEYSHARE_RECOVERABLE_INCONSISTENT);
    ct_expect(keyshare_recover(&key, verdicts, set.record, NULL, cards.images,
                  cards.count) == KEYSHARE_ERR_MISMATCH,
        "it does not give the key");
    ct_set_end(&set);
}

static void
stuck(void)
{
    ct_case("keyshare_deal: a stuck generator");
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        const keyshare_random random = ct_set_stuck();
        struct ct_set set = {.policy = policies[i], .key_len = 32};

        ct_expect(ct_set_deal_from(&set, &random) == KEYSHARE_ERR_RANDOM,
            "it is told");
        ct_set_end(&set);
    }
}

/* ---- The parts ---- */

static void
images(const struct ct_set *set)
{
    const keyshare_secret *share = set->shares[0];
    keyshare_image_parts parts;
    keyshare_secret *made;
    keyshare_image image;
    unsigned index;

    ct_case("keyshare_image_make");
    ct_expect(
        keyshare_image_make(&made, set->record, share) == KEYSHARE_OK, "made");
    image.bytes = keyshare_secret_reveal(made);
    image.len = keyshare_secret_len(made);
    ct_expect(ct_is_secret(image.bytes, image.len), "the image is secret");
    ct_case("keyshare_image_take_apart");
    ct_expect(keyshare_image_take_apart(&parts, &image) == KEYSHARE_OK &&
                  parts.share.len == keyshare_secret_len(share),
        "taken apart");
    ct_case("keyshare_image_share");
    ct_expect(
        keyshare_image_share(&index, NULL, &image) == KEYSHARE_OK && index == 1,
        "the index is told");
    ct_case("keyshare_image_find");
    ct_expect(keyshare_image_find(&parts, &image) && parts.wrapped.len == 0,
        "the parts are found");
    keyshare_secret_free(&made);
}

static void
shares(const struct ct_set *set)
{
    uint8_t bytes[CARD_SIZE];
    const size_t len = keyshare_share_size(ct_set_value_len(set));
    uint8_t *value = keyshare_share_begin(bytes, 3, ct_set_value_len(set));
    struct share share;

    gen_bytes(ct_set_gen(), value, ct_set_value_len(set));
    ct_secret(value, ct_set_value_len(set));
    ct_case("keyshare_share_seal");
    keyshare_share_seal(
        bytes, ct_set_value_len(set), keyshare_record_fingerprint(set->record));
    ct_expect(ct_is_secret(bytes + len - 8, 8), "the check is secret");
    ct_case("keyshare_share_decode");
    ct_expect(keyshare_share_decode(&share, bytes, len) == KEYSHARE_OK &&
                  share.index == 3,
        "decoded");
    bytes[len - 1] ^= 1;
    ct_expect(keyshare_share_decode(&share, bytes, len) == KEYSHARE_ERR_DAMAGED,
        "a wrong check is told");
}

static void
judging(const struct ct_set *set)
{
    static struct cards cards;
    static struct accepted accepted;
    keyshare_verdict verdicts[CARDS];
    struct judge judge;
    struct share share;

    cards.count = 0;
    add_good(&cards, set);
    if (keyshare_judge_begin(&judge, set->record, NULL) != KEYSHARE_OK)
        abort();
    ct_case("keyshare_judge_card");
    ct_expect(keyshare_judge_card(&judge, verdicts, &share, cards.images) ==
                      KEYSHARE_OK &&
                  verdicts[0] == KEYSHARE_VERDICT_OK,
        "judged");
    ct_case("keyshare_judge_cards");
    ct_expect(keyshare_judge_cards(&judge, verdicts, &accepted, cards.images,
                  cards.count) == KEYSHARE_OK &&
                  accepted.count == set->policy.count,
        "judged");
}

static void
parts(void)
{
    for (size_t i = 1; i < sizeof policies / sizeof *policies; i += 3) {
        static struct ct_set set;

        ct_case("a set to look at");
        ct_set_deal(&set, &policies[i], 32);
        images(&set);
        shares(&set);
        judging(&set);
        ct_set_end(&set);
    }
}

/* ---- Raw sharing ---- */

#define RAW_COUNT 7
#define RAW_MAX   5000

static const size_t raw_lens[] = {0, 1, 32, 65, RAW_MAX};

/* A secret of LEN bytes, there and back. (What the system gives is not
 * poisoned: the key stream is, in tests/ct/base.c.) */
static void
raw_path(unsigned threshold, size_t len, const keyshare_random *random)
{
    static uint8_t secret[RAW_MAX], result[RAW_MAX];
    static uint8_t values[RAW_COUNT][RAW_MAX];
    static const uint8_t indices[RAW_COUNT] = {7, 1, 255, 2, 128, 3, 64};
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;
    const uint8_t *given[RAW_COUNT];
    uint8_t *shares[RAW_COUNT];

    terms.threshold = threshold;
    terms.count = RAW_COUNT;
    terms.indices = indices;
    for (size_t i = 0; i < RAW_COUNT; i++)
        given[i] = shares[i] = values[i];
    gen_bytes(ct_set_gen(), secret, len);
    ct_secret(secret, len);
    ct_expect(
        keyshare_raw_split(shares, &terms, secret, len, random) == KEYSHARE_OK,
        "it is split");
    for (size_t i = 0; i < RAW_COUNT && len > 0; i++)
        ct_expect(ct_is_secret(shares[i], len), "shares are secret");
    ct_expect(keyshare_raw_combine(result, given, indices, threshold, len) ==
                  KEYSHARE_OK,
        "it is combined");
    if (len > 0)
        ct_came_of_secrets(result, len, "the secret");
    ct_public(secret, len);
    ct_expect(memcmp(result, secret, len) == 0, "it is the one that was split");
}

static void
raw(void)
{
    const keyshare_random random = ct_set_random();
    const keyshare_random stuck_random = ct_set_stuck();
    static uint8_t room[2][32];
    static const uint8_t bytes[32];
    uint8_t *const shares[] = {room[0], room[1]};
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;
    const char *name;

    for (unsigned which = 0; (name = keyshare_raw_backend(which)) != NULL;
         which++) {
        ct_case(name);
        ct_expect(keyshare_raw_backend_select(name) == KEYSHARE_OK, name);
        for (unsigned threshold = 1; threshold <= RAW_COUNT; threshold += 2)
            for (size_t i = 0; i < sizeof raw_lens / sizeof *raw_lens; i++) {
                raw_path(threshold, raw_lens[i], &random);
                raw_path(threshold, raw_lens[i], NULL);
            }
    }
    ct_case("keyshare_raw_split: a stuck generator");
    terms.threshold = 2;
    terms.count = 2;
    ct_expect(keyshare_raw_split(shares, &terms, bytes, 32, &stuck_random) ==
                  KEYSHARE_ERR_RANDOM,
        "it is told");
    ct_expect(keyshare_raw_backend_select(NULL) == KEYSHARE_OK, "the best");
}

int
main(void)
{
    ct_begin("custody");
    parts();
    ct_case("gf256: deal, verify, check, recover, good and bad cards");
    over_sets(KEYSHARE_SCHEME_GF256);
    ct_case("pedersen: deal, verify, check, recover, good and bad cards");
    over_sets(KEYSHARE_SCHEME_PEDERSEN);
    bad_dealing();
    stuck();
    raw();
    return ct_end();
}
