/* SPDX-License-Identifier: ISC */
/* Records of one key, made for tests as no ceremony would make them. */
#include "lineage.h"

#include <stdlib.h>
#include <string.h>

#include "record_draft.h"
#include "suite.h"

/* pedersen: bytes that a coefficient is made of, and of a key in a chunk. */
#define WIDE_SIZE  64
#define CHUNK_SIZE 31

struct lineage
lineage_begin(keyshare_scheme scheme, size_t key_len)
{
    struct lineage lineage = {.scheme = scheme, .key_len = key_len};
    /* Another key whenever one is begun. */
    static uint64_t begun;

    lineage.gen = gen_begin();
    lineage.gen.state += begun++;
    gen_bytes(&lineage.gen, lineage.key, key_len);
    gen_bytes(&lineage.gen, lineage.id, sizeof lineage.id);
    gen_bytes(&lineage.gen, lineage.blinding, sizeof lineage.blinding);
    gen_bytes(&lineage.gen, lineage.kept, sizeof lineage.kept);
    return lineage;
}

static void *
get_room(size_t size)
{
    void *room = calloc(1, size + 1);

    ck_assert_ptr_nonnull(room);
    return room;
}

/* All coins anew but what the key commitment hangs on, and what is kept: as
 * the schemes say that they lie. */
static void
draw_coins(struct lineage *lineage, const struct lineage_terms *terms,
    uint8_t *coins, size_t len)
{
    const size_t chunk_len = (2 * (size_t)terms->threshold - 1) * WIDE_SIZE;

    gen_bytes(&lineage->gen, coins, len);
    if (lineage->scheme == KEYSHARE_SCHEME_GF256) {
        memcpy(coins, lineage->blinding, 32);
        return;
    }
    for (size_t j = 0; j * CHUNK_SIZE < lineage->key_len; j++)
        memcpy(coins + j * chunk_len, lineage->blinding, WIDE_SIZE);
    if (terms->keeps > 0) {
        uint8_t *f = coins + terms->keeps_chunk * chunk_len +
                     (2 * (size_t)terms->keeps - 1) * WIDE_SIZE;

        ck_assert_uint_lt(terms->keeps, terms->threshold);
        memcpy(f, lineage->kept, WIDE_SIZE);
        memcpy(f + WIDE_SIZE, lineage->kept, WIDE_SIZE);
    }
}

/* Deal, and prove: what shares come of it is not kept. */
static void
fill(struct lineage *lineage, const struct lineage_terms *terms,
    struct record_draft *draft)
{
    const struct scheme *scheme = draft->scheme;
    const size_t value_len = scheme->value_len(lineage->key_len);
    const size_t coins_len = scheme->coins_len(&draft->set);
    uint8_t *coins = get_room(coins_len);
    uint8_t *values = get_room(terms->count * value_len);
    void *room = get_room(scheme->deal_room(&draft->set));
    uint8_t *value[KEYSHARE_COUNT_MAX];

    for (size_t i = 0; i < terms->count; i++)
        value[i] = values + i * value_len;
    draw_coins(lineage, terms, coins, coins_len);
    ck_assert_uint_eq(scheme->deal(&draft->set, draft->commitments, value,
                          lineage->key, coins, room),
        0);
    keyshare_record_draft_committed(draft);
    if (draft->proof != NULL)
        scheme->prove(&draft->set, draft->proof, lineage->key, coins, room);
    free(coins);
    free(values);
    free(room);
}

keyshare_record *
lineage_record(struct lineage *lineage, const struct lineage_terms *terms)
{
    static const uint8_t nobody[KEYSHARE_FINGERPRINT_SIZE] = {0x17};
    keyshare_terms t = KEYSHARE_TERMS_INIT;
    struct record_terms all = {.terms = &t,
        .key_len = lineage->key_len,
        .lineage = lineage->id,
        .epoch = terms->epoch};
    struct record_draft draft;
    keyshare_record *record;

    t.policy = (keyshare_policy){
        terms->role, lineage->scheme, terms->threshold, terms->count};
    t.label = terms->label;
    t.label_len = terms->label != NULL ? strlen(terms->label) : 0;
    if (terms->epoch > 0)
        all.predecessor = terms->predecessor != NULL
                              ? keyshare_record_fingerprint(terms->predecessor)
                              : nobody;
    ck_assert_int_eq(keyshare_record_draft_begin(&draft, &all), KEYSHARE_OK);
    fill(lineage, terms, &draft);
    ck_assert_int_eq(
        keyshare_record_decode(&record, draft.bytes, draft.len, NULL),
        KEYSHARE_OK);
    keyshare_record_draft_end(&draft);
    return record;
}
