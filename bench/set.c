/* SPDX-License-Identifier: ISC */
/* A dealt set, and its operations as rows. */
#include "set.h"

#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "record.h"
#include "share.h"

static void
ok(keyshare_error error, const char *what)
{
    bench_require(error == KEYSHARE_OK, what);
}

static void *
room_for(size_t size)
{
    void *memory = calloc(1, size == 0 ? 1 : size);

    bench_require(memory != NULL, "memory");
    return memory;
}

static size_t
larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* What the scheme takes, of sizes that it tells. */
static void
take_room(struct set *set)
{
    const struct scheme *scheme = set->scheme;
    const struct scheme_set *what = &set->draft;
    size_t size =
        larger(larger(scheme->deal_room(what), scheme->recover_room(what)),
            larger(scheme->proof_room(what), scheme->prepare_room(what)));

    set->room = room_for(size);
    set->commitments = room_for(
        scheme->commitments_len(what->threshold, what->count, what->key_len));
    set->proof = room_for(scheme->proof_len);
    set->coins = room_for(scheme->coins_len(what));
    set->check_coins = room_for(scheme->check_coins_len(what));
    set->evaluations = room_for(scheme->prepared_len(what));
    set->encoded =
        room_for(keyshare_share_size(scheme->value_len(what->key_len)));
    for (size_t i = 0; i < what->count; i++)
        set->dealt[i] = room_for(scheme->value_len(what->key_len));
}

/* The same set for the scheme, to be dealt into memory of its own. */
static void
begin_draft(struct set *set)
{
    struct random random;

    set->scheme = keyshare_record_scheme(set->record);
    set->draft = *keyshare_record_set(set->record);
    take_room(set);
    set->draft.commitments = set->commitments;
    set->draft.proof = set->proof;
    bench_require(keyshare_random_open(&random, NULL), "randomness");
    ok(keyshare_random_draw(
           &random, set->coins, set->scheme->coins_len(&set->draft)),
        "randomness");
    ok(keyshare_random_draw(&random, set->check_coins,
           set->scheme->check_coins_len(&set->draft)),
        "randomness");
    set_deal_bare(set);
    set_prove(set);
}

static void
open_cards(struct set *set)
{
    for (unsigned i = 0; i < set->terms.policy.count; i++) {
        struct share share;

        set->cards[i].bytes = keyshare_secret_reveal(set->shares[i]);
        set->cards[i].len = keyshare_secret_len(set->shares[i]);
        ok(keyshare_share_decode(
               &share, set->cards[i].bytes, set->cards[i].len),
            "a share");
        set->indices[i] = (uint8_t)share.index;
        set->values[i] = share.value;
    }
    ok(keyshare_image_make(&set->full, set->record, set->shares[0]), "image");
    set->card.bytes = keyshare_secret_reveal(set->full);
    set->card.len = keyshare_secret_len(set->full);
}

struct set *
set_begin(keyshare_scheme scheme, unsigned threshold, unsigned count)
{
    static const char label[] = "bench";
    const keyshare_terms terms = KEYSHARE_TERMS_INIT;
    struct set *set = room_for(sizeof *set);
    const uint8_t *bytes;
    size_t len;

    set->terms = terms;
    set->terms.policy.scheme = scheme;
    set->terms.policy.threshold = threshold;
    set->terms.policy.count = count;
    set->terms.label = label;
    set->terms.label_len = sizeof label - 1;
    for (size_t i = 0; i < sizeof set->key; i++)
        set->key[i] = (uint8_t)(7 * i + 1);
    ok(keyshare_deal(&set->record, set->shares, &set->terms, set->key,
           sizeof set->key, NULL),
        "deal");
    bytes = keyshare_record_bytes(set->record, &len);
    ok(keyshare_record_decode(&set->prepared, bytes, len, NULL), "load");
    ok(keyshare_record_prepare(set->prepared), "load for many");
    open_cards(set);
    begin_draft(set);
    return set;
}

void
set_end(struct set *set)
{
    for (unsigned i = 0; i < set->terms.policy.count; i++) {
        keyshare_secret_free(&set->shares[i]);
        free(set->dealt[i]);
    }
    keyshare_secret_free(&set->full);
    keyshare_record_free(&set->record);
    keyshare_record_free(&set->prepared);
    free(set->commitments);
    free(set->proof);
    free(set->coins);
    free(set->check_coins);
    free(set->evaluations);
    free(set->encoded);
    free(set->room);
    free(set);
}

/* ---- Dealing ---- */

void
set_deal(void *state)
{
    struct set *set = state;
    keyshare_secret *shares[KEYSHARE_COUNT_MAX];
    keyshare_record *record;

    ok(keyshare_deal(
           &record, shares, &set->terms, set->key, sizeof set->key, NULL),
        "deal");
    for (unsigned i = 0; i < set->terms.policy.count; i++)
        keyshare_secret_free(&shares[i]);
    keyshare_record_free(&record);
}

void
set_deal_bare(void *state)
{
    struct set *set = state;

    bench_require(set->scheme->deal(&set->draft, set->commitments, set->dealt,
                      set->key, set->coins, set->room) == 0,
        "deal, bare");
}

void
set_prove(void *state)
{
    struct set *set = state;

    set->scheme->prove(
        &set->draft, set->proof, set->key, set->coins, set->room);
}

void
set_check_dealt(void *state)
{
    struct set *set = state;

    bench_require(set->scheme->check_dealt(&set->draft,
                      (const uint8_t *const *)set->dealt, set->key,
                      set->check_coins, set->room) == UINT32_MAX,
        "check of a dealing");
}

/* ---- Records ---- */

void
set_load(void *state)
{
    struct set *set = state;
    keyshare_record *record;
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(set->record, &len);

    ok(keyshare_record_decode(&record, bytes, len, NULL), "load");
    keyshare_record_free(&record);
}

void
set_load_prepare(void *state)
{
    struct set *set = state;
    keyshare_record *record;
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(set->record, &len);

    ok(keyshare_record_decode(&record, bytes, len, NULL), "load");
    ok(keyshare_record_prepare(record), "load for many");
    keyshare_record_free(&record);
}

void
set_prepare(void *state)
{
    struct set *set = state;

    set->scheme->prepare(&set->draft, set->evaluations, set->room);
}

/* ---- Cards ---- */

void
set_judge(void *state)
{
    const struct set_judge *judge = state;
    keyshare_verdict verdict;

    ok(keyshare_verify(
           &verdict, judge->record, NULL, &judge->set->cards[judge->index - 1]),
        "judge");
    bench_require(verdict == KEYSHARE_VERDICT_OK, "judge: the verdict");
}

static void
check(const struct set *set, const keyshare_record *record)
{
    keyshare_verdict verdicts[KEYSHARE_COUNT_MAX];
    keyshare_recoverable recoverable;
    size_t good;

    ok(keyshare_check(verdicts, &recoverable, &good, record, NULL, set->cards,
           set->terms.policy.count),
        "check");
    bench_require(good == set->terms.policy.count, "check: the number");
}

void
set_check(void *state)
{
    const struct set *set = state;

    check(set, set->record);
}

void
set_check_prepared(void *state)
{
    const struct set *set = state;

    check(set, set->prepared);
}

/* From the last M cards. */
static void
recover(const struct set *set, const keyshare_record *record)
{
    const size_t threshold = set->terms.policy.threshold;
    const size_t before = set->terms.policy.count - threshold;
    keyshare_verdict verdicts[KEYSHARE_COUNT_MAX];
    keyshare_secret *key;

    ok(keyshare_recover(
           &key, verdicts, record, NULL, set->cards + before, threshold),
        "recover");
    keyshare_secret_free(&key);
}

void
set_recover(void *state)
{
    const struct set *set = state;

    recover(set, set->record);
}

void
set_recover_prepared(void *state)
{
    const struct set *set = state;

    recover(set, set->prepared);
}

void
set_recover_judged(void *state)
{
    struct set *set = state;
    const size_t before = set->terms.policy.count - set->terms.policy.threshold;
    uint8_t key[SET_KEY_SIZE];

    bench_require(set->scheme->recover(keyshare_record_set(set->record), key,
                      set->indices + before, set->values + before,
                      set->room) == UINT32_MAX,
        "recover from cards judged");
}

/* ---- Maintenance ---- */

/* A round: each of the cards, and after it the shares that wait, which are
 * handed out and not read back. */
static void
go_round(const struct set *set, keyshare_maintenance *maintenance,
    const uint8_t *present)
{
    const unsigned awaited =
        keyshare_maintenance_status_of(maintenance)->awaited;

    for (unsigned i = 0; i < awaited; i++) {
        keyshare_verdict verdict;
        keyshare_secret *share;
        unsigned index;

        ok(keyshare_maintenance_present(
               maintenance, &verdict, &set->cards[present[i] - 1]),
            "present a card");
        bench_require(verdict == KEYSHARE_VERDICT_OK, "present: the verdict");
        while (keyshare_maintenance_hand_out(maintenance, &index, &share) ==
                   KEYSHARE_OK &&
               share != NULL)
            keyshare_secret_free(&share);
    }
}

/* The last COUNT cards are here. */
static keyshare_plan
plan_with(const struct set *set, size_t count)
{
    keyshare_plan plan = KEYSHARE_PLAN_INIT;

    plan.record = set->record;
    plan.present = set->indices + set->terms.policy.count - count;
    plan.present_count = count;
    return plan;
}

void
set_repair(void *state)
{
    const struct set *set = state;
    keyshare_plan plan = plan_with(set, set->terms.policy.threshold);
    keyshare_maintenance *repair;

    plan.index = 1;
    ok(keyshare_repair_begin(&repair, &plan), "repair");
    go_round(set, repair, plan.present);
    bench_require(
        keyshare_maintenance_record(repair) != NULL, "repair: a share");
    keyshare_maintenance_free(&repair);
}

static void
refresh(const struct set *set, size_t present)
{
    keyshare_plan plan = plan_with(set, present);
    keyshare_maintenance *refresh;

    plan.terms = &set->terms;
    ok(keyshare_refresh_begin(&refresh, &plan), "refresh");
    go_round(set, refresh, plan.present);
    go_round(set, refresh, plan.present);
    bench_require(
        keyshare_maintenance_record(refresh) != NULL, "refresh: a record");
    keyshare_maintenance_free(&refresh);
}

void
set_refresh(void *state)
{
    const struct set *set = state;

    refresh(set, set->terms.policy.count);
}

void
set_refresh_absent(void *state)
{
    const struct set *set = state;

    refresh(set, set->terms.policy.count - 1);
}

void
set_reshare(void *state)
{
    const struct set *set = state;
    keyshare_plan plan = plan_with(set, set->terms.policy.threshold);
    keyshare_maintenance *reshare;

    plan.terms = &set->terms;
    ok(keyshare_reshare_begin(&reshare, &plan), "re-share");
    go_round(set, reshare, plan.present);
    bench_require(
        keyshare_maintenance_record(reshare) != NULL, "re-share: a record");
    keyshare_maintenance_free(&reshare);
}

/* ---- Auditing ---- */

struct audit {
    keyshare_record *successor;
    const keyshare_record *records[2];
};

void *
set_audit_begin(void *context)
{
    const struct set *set = context;
    struct audit *audit = room_for(sizeof *audit);
    keyshare_plan plan = plan_with(set, set->terms.policy.threshold);
    keyshare_maintenance *reshare;
    const uint8_t *bytes;
    size_t len;

    plan.terms = &set->terms;
    ok(keyshare_reshare_begin(&reshare, &plan), "re-share");
    go_round(set, reshare, plan.present);
    bench_require(
        keyshare_maintenance_record(reshare) != NULL, "re-share: a record");
    bytes = keyshare_record_bytes(keyshare_maintenance_record(reshare), &len);
    ok(keyshare_record_decode(&audit->successor, bytes, len, NULL), "load");
    keyshare_maintenance_free(&reshare);
    audit->records[0] = set->record;
    audit->records[1] = audit->successor;
    return audit;
}

void
set_audit(void *state)
{
    const struct audit *audit = state;
    keyshare_finding findings[2];
    keyshare_audit_report report = KEYSHARE_AUDIT_REPORT_INIT;

    ok(keyshare_audit(findings, &report, audit->records, 2, NULL, 0), "audit");
    bench_require(findings[0] == KEYSHARE_FINDING_OK &&
                      findings[1] == KEYSHARE_FINDING_OK,
        "audit: a finding");
}

void
set_audit_end(void *state)
{
    struct audit *audit = state;

    keyshare_record_free(&audit->successor);
    free(audit);
}

/* ---- Encoding ---- */

void
set_image_make(void *state)
{
    struct set *set = state;
    keyshare_secret *image;

    ok(keyshare_image_make(&image, set->record, set->shares[0]), "image");
    keyshare_secret_free(&image);
}

void
set_image_take_apart(void *state)
{
    struct set *set = state;
    keyshare_image_parts parts;

    ok(keyshare_image_take_apart(&parts, &set->card), "image");
}

void
set_share_encode(void *state)
{
    struct set *set = state;
    const size_t len = set->scheme->value_len(SET_KEY_SIZE);

    memcpy(keyshare_share_begin(set->encoded, 1, len), set->values[0], len);
    keyshare_share_seal(
        set->encoded, len, keyshare_record_fingerprint(set->record));
}

void
set_share_decode(void *state)
{
    struct set *set = state;
    struct share share;

    ok(keyshare_share_decode(&share, set->cards[0].bytes, set->cards[0].len),
        "share");
}

void
set_secret(void *state)
{
    struct set *set = state;
    keyshare_secret *secret;

    ok(keyshare_secret_copy(&secret, set->cards[0].bytes, set->cards[0].len),
        "memory");
    keyshare_secret_free(&secret);
}
