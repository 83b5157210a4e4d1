/* SPDX-License-Identifier: ISC */
/* A dealing by a scheme, as custody has it made. */
#include "dealing.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

const struct scheme *const dealing_schemes[DEALING_SCHEMES] = {
    &keyshare_scheme_gf256, &keyshare_scheme_pedersen};
const char *const dealing_names[DEALING_SCHEMES] = {"gf256", "pedersen"};

/* What lies in fresh memory is garbage. */
static void *
fresh(size_t size)
{
    void *memory = malloc(size == 0 ? 1 : size);

    ck_assert_ptr_nonnull(memory);
    memset(memory, 0xa5, size);
    return memory;
}

void
dealing_begin(struct dealing *d, const struct scheme *scheme, size_t threshold,
    size_t count, size_t key_len)
{
    struct scheme_set *set = &d->set;

    *d = (struct dealing){.scheme = scheme, .gen = gen_begin()};
    set->threshold = threshold;
    set->count = count;
    set->key_len = key_len;
    d->commitments_len = scheme->commitments_len(threshold, count, key_len);
    d->value_len = scheme->value_len(key_len);
    d->coins_len = scheme->coins_len(set);
    d->key = fresh(key_len);
    d->coins = fresh(d->coins_len);
    d->commitments = fresh(d->commitments_len);
    d->proof = fresh(scheme->proof_len);
    d->values = fresh(count * sizeof *d->values);
    for (size_t i = 0; i < count; i++)
        d->values[i] = fresh(d->value_len);
    set->commitments = d->commitments;
    set->proof = scheme->proof_len == 0 ? NULL : d->proof;
    gen_bytes(&d->gen, d->key, key_len);
    gen_bytes(&d->gen, d->coins, d->coins_len);
    gen_bytes(&d->gen, set->key_context, sizeof set->key_context);
    gen_bytes(&d->gen, set->share_context, sizeof set->share_context);
    gen_bytes(&d->gen, set->proof_context, sizeof set->proof_context);
}

uint32_t
dealing_deal(struct dealing *d)
{
    void *room = fresh(d->scheme->deal_room(&d->set));
    uint32_t stuck = d->scheme->deal(
        &d->set, d->commitments, d->values, d->key, d->coins, room);

    d->scheme->prove(&d->set, d->proof, d->key, d->coins, room);
    free(room);
    return stuck;
}

uint32_t
dealing_check(struct dealing *d)
{
    size_t coins_len = d->scheme->check_coins_len(&d->set);
    uint8_t *coins = fresh(coins_len);
    void *room = fresh(d->scheme->deal_room(&d->set));
    uint32_t good;

    gen_bytes(&d->gen, coins, coins_len);
    good = d->scheme->check_dealt(
        &d->set, (const uint8_t *const *)d->values, d->key, coins, room);
    free(coins);
    free(room);
    return good;
}

uint32_t
dealing_verify(struct dealing *d, unsigned index, const uint8_t *value)
{
    return d->scheme->verify(&d->set, index, value);
}

/* The values of COUNT indices: the caller's to free. */
static const uint8_t **
values_of(const struct dealing *d, const uint8_t *indices, size_t count)
{
    const uint8_t **values = fresh(count * sizeof *values);

    for (size_t i = 0; i < count; i++)
        values[i] = d->values[indices[i] - 1];
    return values;
}

uint32_t
dealing_consistent(struct dealing *d, const uint8_t *indices, size_t count)
{
    const uint8_t **values = values_of(d, indices, count);
    void *room = fresh(d->scheme->recover_room(&d->set));
    uint32_t good =
        d->scheme->consistent(&d->set, indices, values, count, room);

    free(room);
    free(values);
    return good;
}

uint32_t
dealing_recover(struct dealing *d, uint8_t *key, const uint8_t *indices)
{
    const uint8_t **values = values_of(d, indices, d->set.threshold);
    void *room = fresh(d->scheme->recover_room(&d->set));
    uint32_t good = d->scheme->recover(&d->set, key, indices, values, room);

    free(room);
    free(values);
    return good;
}

bool
dealing_record_is_good(struct dealing *d)
{
    void *room = fresh(d->scheme->proof_room(&d->set));
    bool good = d->scheme->commitments_canonical(&d->set) &&
                d->scheme->proof_canonical(&d->set, room) &&
                d->scheme->proof_holds(&d->set, room);

    free(room);
    return good;
}

void
dealing_prepare(struct dealing *d)
{
    uint8_t *prepared = fresh(d->scheme->prepared_len(&d->set));
    void *room = fresh(d->scheme->prepare_room(&d->set));

    d->scheme->prepare(&d->set, prepared, room);
    free(room);
    d->set.prepared = prepared;
}

void
dealing_end(struct dealing *d)
{
    for (size_t i = 0; i < d->set.count; i++)
        free(d->values[i]);
    free(d->values);
    free(d->key);
    free(d->coins);
    free(d->commitments);
    free(d->proof);
    free((void *)(uintptr_t)d->set.prepared);
}
