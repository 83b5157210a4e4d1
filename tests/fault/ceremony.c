/* SPDX-License-Identifier: ISC */
/* A maintenance operation from begin to end, known beforehand. */
#include "ceremony.h"

#include <string.h>

#include "opening.h"
#include "operation.h"
#include "process.h"
#include "record.h"
#include "set.h"
#include "shamir.h"
#include "share.h"

bool
ceremony_has(const struct ceremony *ceremony, unsigned index)
{
    return memchr(ceremony->present, (int)index, ceremony->present_count) !=
           NULL;
}

bool
ceremony_delays(const struct ceremony *ceremony, unsigned index)
{
    return memchr(ceremony->later, (int)index, ceremony->later_count) != NULL;
}

size_t
ceremony_before_quorum(const struct ceremony *ceremony)
{
    return ceremony->present_count - ceremony->threshold;
}

unsigned
ceremony_new_count(const struct ceremony *ceremony)
{
    return ceremony->operation == RESHARE ? ceremony->new_count
                                          : ceremony->count;
}

struct gen
ceremony_gen(void)
{
    struct gen gen = gen_begin();

    gen.state ^= 0x6d61696e74;
    return gen;
}

keyshare_error
ceremony_begin(keyshare_maintenance **maintenance,
    const struct ceremony *ceremony, const keyshare_record *record,
    const keyshare_random *random)
{
    keyshare_terms terms = keyshare_record_terms(record);
    keyshare_plan plan = KEYSHARE_PLAN_INIT;

    plan.record = record;
    plan.present = ceremony->present;
    plan.present_count = ceremony->present_count;
    plan.index = ceremony->index;
    plan.later = ceremony->later;
    plan.later_count = ceremony->later_count;
    if (ceremony->operation == REPAIR)
        return keyshare_repair_begin(maintenance, &plan);
    plan.terms = &terms;
    plan.random = random;
    if (ceremony->operation == REFRESH)
        return keyshare_refresh_begin(maintenance, &plan);
    terms.policy.threshold = ceremony->new_threshold;
    terms.policy.count = ceremony->new_count;
    plan.lower_threshold = ceremony->new_threshold < ceremony->threshold;
    return keyshare_reshare_begin(maintenance, &plan);
}

/* ---- The process that knows ---- */

struct knowing {
    struct known *known;
    const struct ceremony *ceremony;
    const struct renewal *renewal;
    keyshare_scheme scheme;
    size_t key_len;
    uint8_t key[KEYSHARE_KEY_SIZE_MAX];
    keyshare_record *record;
    keyshare_secret *shares[CEREMONY_INDICES];
    struct share old[CEREMONY_INDICES]; /* by index */
    size_t value_len;
    struct drawn dealt;
    struct drawn drawn;
    keyshare_maintenance *operation;
    uint8_t room[1 << 16];
};

static keyshare_image
card_of(const keyshare_secret *share)
{
    return (keyshare_image){
        keyshare_secret_reveal(share), keyshare_secret_len(share)};
}

static struct share
decode(const keyshare_image *card)
{
    struct share share;

    PROCESS_REQUIRE(
        keyshare_share_decode(&share, card->bytes, card->len) == KEYSHARE_OK);
    return share;
}

static void
deal(struct knowing *k)
{
    keyshare_random random = drawn_random(&k->dealt);
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    const uint8_t *bytes;
    size_t len;

    k->dealt.gen = gen_begin();
    gen_bytes(&k->dealt.gen, k->key, k->key_len);
    terms.policy =
        set_policy(k->scheme, k->ceremony->threshold, k->ceremony->count);
    PROCESS_REQUIRE(keyshare_deal(&k->record, k->shares, &terms, k->key,
                        k->key_len, &random) == KEYSHARE_OK);
    scan_mask(&k->known->key, k->key, k->key_len);
    bytes = keyshare_record_bytes(k->record, &len);
    scan_mask(&k->known->record, bytes, len);
    k->renewal = keyshare_record_scheme(k->record)->renewal;
    PROCESS_REQUIRE(
        k->renewal->room(keyshare_record_set(k->record)) <= sizeof k->room);
    for (unsigned i = 1; i <= k->ceremony->count; i++) {
        const keyshare_image card = card_of(k->shares[i - 1]);

        k->old[i] = decode(&card);
        k->value_len = k->old[i].value_len;
        scan_mask(&k->known->cards[i], card.bytes, card.len);
        scan_add(KIND_OLD + i, k->old[i].value, k->value_len);
    }
}

/* gf256: what the first M values give at 0. */
static void
know_extended_key(const struct knowing *k)
{
    uint8_t indices[CEREMONY_INDICES];
    uint8_t weights[CEREMONY_INDICES];
    const uint8_t *values[CEREMONY_INDICES];
    uint8_t key[SCAN_BYTES_MAX];
    const size_t threshold = k->ceremony->threshold;

    for (size_t i = 0; i < threshold; i++) {
        indices[i] = (uint8_t)(i + 1);
        values[i] = k->old[i + 1].value;
    }
    keyshare_shamir_weights(weights, indices, threshold, 0);
    keyshare_shamir_interpolate(key, weights, values, threshold, k->value_len);
    PROCESS_REQUIRE(memcmp(key, k->key, k->key_len) == 0);
    scan_add(KIND_KEY, key, k->value_len);
}

/* f(0) and g(0); and in RECORD's proof, if it is a new one, its masks. */
static void
know_opening(const struct knowing *k, const keyshare_record *record)
{
    static struct opening opening;

    opening_compute(&opening, record, k->key, k->dealt.bytes + k->dealt.coins);
    for (size_t j = 0; j < opening.chunks; j++) {
        scan_add(KIND_KEY, opening.f[j], sizeof opening.f[j]);
        scan_add(KIND_KEY, opening.g[j], sizeof opening.g[j]);
    }
    if (record == k->record)
        return;
    for (size_t i = 0; i < 2; i++)
        scan_add(KIND_MASKS, opening.masks[i], sizeof opening.masks[i]);
}

/* An old share by each weight that it has in what is made of the quorum. */
static void
know_weighted(struct knowing *k)
{
    const struct scheme_set *set = keyshare_record_set(k->record);
    const struct quorum quorum = {
        k->ceremony->present + ceremony_before_quorum(k->ceremony),
        k->ceremony->threshold};
    uint8_t sum[SCAN_BYTES_MAX];

    for (size_t which = 0; which < quorum.count; which++)
        for (unsigned x = 0; x <= k->ceremony->count; x++) {
            const unsigned index = quorum.indices[which];

            if (memchr(quorum.indices, (int)x, quorum.count) != NULL)
                continue;
            memset(sum, 0, k->value_len);
            k->renewal->weigh(set, &quorum, which, x, k->room);
            k->renewal->add(set, sum, k->old[index].value, k->room);
            scan_add(KIND_OLD + index, sum, k->value_len);
        }
}

/* d(i), where the operation has it; of a refresh the new share comes of it. */
static void
know_shifts(struct knowing *k)
{
    const struct scheme_set *set = keyshare_record_set(k->record);
    uint8_t value[SCAN_BYTES_MAX];

    for (unsigned i = 1; i <= ceremony_new_count(k->ceremony); i++) {
        const uint8_t *shift = k->operation->shifts[i - 1];

        if (shift == NULL)
            shift = k->operation->values[i - 1];
        if (shift == NULL)
            continue;
        scan_add(KIND_SHIFT + i, shift, k->value_len);
        if (k->ceremony->operation != REFRESH)
            continue;
        k->renewal->shift(set, value, k->old[i].value, shift, k->room);
        scan_add(KIND_FRESH + i, value, k->value_len);
    }
}

/* The bytes of a scalar that was drawn wide. */
static void
add_reduced(enum kind kind, const uint8_t *bytes, size_t len)
{
    mp_limb_t scratch[256];
    opening_scalar scalar;

    for (size_t at = 0; at < len; at += 64) {
        keyshare_scalar_reduce_wide(scalar, bytes + at, scratch);
        scan_add(kind, scalar, sizeof scalar);
    }
}

/* What was drawn: first for zero, then for the witness; what comes last, for a
 * check, is no secret. */
static void
know_drawn(const struct knowing *k)
{
    const bool is_gf256 = k->scheme == KEYSHARE_SCHEME_GF256;
    const uint8_t *bytes = k->drawn.bytes;
    const uint8_t *fresh = bytes + k->drawn.coins;
    const size_t coins = k->drawn.draws < 2 ? k->drawn.len : k->drawn.coins;
    const size_t len = is_gf256 ? k->value_len : 128;

    scan_add(KIND_COINS, bytes, coins);
    if (!is_gf256)
        add_reduced(KIND_COINS, bytes, coins);
    if (k->drawn.draws < 2)
        return;
    scan_add(is_gf256 ? KIND_WITNESS : KIND_MASKS, fresh, len);
    if (!is_gf256)
        add_reduced(KIND_MASKS, fresh, len);
}

/* The sums after the card at that place of those that are here, if it is of the
 * quorum and not the last. */
static void
know_sums(const struct knowing *k, size_t place)
{
    const size_t before = ceremony_before_quorum(k->ceremony);

    if (keyshare_maintenance_status_of(k->operation)->phase !=
            KEYSHARE_PHASE_COLLECTING ||
        place < before)
        return;
    for (unsigned i = 1; i <= ceremony_new_count(k->ceremony); i++)
        if (k->operation->values[i - 1] != NULL)
            scan_add(KIND_SUM + (unsigned)(place - before),
                k->operation->values[i - 1], k->value_len);
}

static void
present(struct knowing *k)
{
    const size_t awaited =
        keyshare_maintenance_status_of(k->operation)->awaited;

    for (size_t i = 0; i < awaited; i++) {
        const keyshare_image card =
            card_of(k->shares[k->ceremony->present[i] - 1]);
        keyshare_verdict verdict;
        keyshare_secret *share;
        unsigned index;

        PROCESS_REQUIRE(keyshare_maintenance_present(
                            k->operation, &verdict, &card) == KEYSHARE_OK &&
                        verdict == KEYSHARE_VERDICT_OK);
        know_sums(k, i);
        while (keyshare_maintenance_hand_out(k->operation, &index, &share) ==
                   KEYSHARE_OK &&
               share != NULL) {
            const keyshare_image made = card_of(share);

            scan_mask(&k->known->fresh[index], made.bytes, made.len);
            if (k->ceremony->operation != REPAIR)
                scan_add(KIND_FRESH + index, decode(&made).value, k->value_len);
        }
    }
}

void
ceremony_know(struct known *known, const struct ceremony *ceremony,
    keyshare_scheme scheme, size_t key_len)
{
    static struct knowing k;
    keyshare_random random;

    k = (struct knowing){.known = known,
        .ceremony = ceremony,
        .scheme = scheme,
        .key_len = key_len};
    deal(&k);
    know_weighted(&k);
    k.drawn.gen = ceremony_gen();
    random = drawn_random(&k.drawn);
    PROCESS_REQUIRE(ceremony_begin(&k.operation, ceremony, k.record, &random) ==
                    KEYSHARE_OK);
    if (ceremony->operation != REPAIR)
        know_shifts(&k);
    present(&k);
    if (ceremony->operation == REFRESH)
        present(&k);
    know_drawn(&k);
    if (scheme == KEYSHARE_SCHEME_GF256) {
        know_extended_key(&k);
    } else {
        know_opening(&k, k.record);
        if (ceremony->operation != REPAIR)
            know_opening(&k, keyshare_maintenance_record(k.operation));
    }
    known->windows = scan_ready();
}
