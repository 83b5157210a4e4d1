/* SPDX-License-Identifier: ISC */
/* What custody may count on of every scheme: a dealing verifies, checks and
 * recovers, from any quorum; changed by one byte it does not. */
#include "scheme.h"

#include <inttypes.h>
#include <string.h>

#include <keyshare/policy.h>

#include "dealing.h"
#include "suite.h"

#define KEY_MAX 1024

START_TEST(schemes_are_found_by_number)
{
    for (unsigned id = 0; id < 300; id++) {
        const struct scheme *expected =
            id == KEYSHARE_SCHEME_GF256      ? &keyshare_scheme_gf256
            : id == KEYSHARE_SCHEME_PEDERSEN ? &keyshare_scheme_pedersen
                                             : NULL;

        ck_assert_ptr_eq(keyshare_scheme_find(id), expected);
    }
}
END_TEST

/* Every share verifies, all of them check, the record is good. */
static void
check_whole(struct dealing *d)
{
    const struct scheme_set *set = &d->set;
    uint8_t indices[255];

    ck_assert(dealing_record_is_good(d));
    ck_assert_uint_eq(dealing_check(d), UINT32_MAX);
    for (unsigned i = 1; i <= set->count; i++) {
        indices[i - 1] = (uint8_t)i;
        ck_assert_msg(dealing_verify(d, i, d->values[i - 1]) == UINT32_MAX,
            "seed %" PRIu64 " %zu of %zu, %zu bytes, index %u", d->gen.seed,
            set->threshold, set->count, set->key_len, i);
    }
    if (set->count > set->threshold)
        ck_assert_uint_eq(
            dealing_consistent(d, indices, set->count), UINT32_MAX);
}

/* The last M give the key. */
static void
check_last(struct dealing *d)
{
    size_t threshold = d->set.threshold;
    uint8_t indices[255];
    uint8_t key[KEY_MAX + 1];

    for (size_t i = 0; i < threshold; i++)
        indices[i] = (uint8_t)(d->set.count - i);
    key[d->set.key_len] = 0xa5;
    ck_assert_uint_eq(dealing_recover(d, key, indices), UINT32_MAX);
    ck_assert_mem_eq(key, d->key, d->set.key_len);
    ck_assert_uint_eq(key[d->set.key_len], 0xa5);
}

/* Lengths round the chunks of 31 bytes, the shortest and the longest. */
static const size_t key_lens[] = {
    1, 2, 16, 30, 31, 32, 33, 48, 61, 62, 63, 64, 93, 94, KEY_MAX};

START_TEST(dealings_are_good)
{
    static const uint8_t policies[][2] = {{1, 1}, {1, 3}, {2, 3}, {3, 3}};
    const struct scheme *scheme = dealing_schemes[_i];

    for (size_t l = 0; l < sizeof key_lens / sizeof *key_lens; l++)
        for (size_t p = 0; p < sizeof policies / sizeof *policies; p++) {
            struct dealing d;

            dealing_begin(
                &d, scheme, policies[p][0], policies[p][1], key_lens[l]);
            ck_assert_uint_eq(dealing_deal(&d), 0);
            check_whole(&d);
            check_last(&d);
            dealing_prepare(&d);
            check_whole(&d);
            dealing_end(&d);
        }
}
END_TEST

/* A key of zeros, and of ones in all bits, are keys. */
START_TEST(edge_keys_are_keys)
{
    for (int byte = 0; byte <= 0xff; byte += 0xff) {
        struct dealing d;

        dealing_begin(&d, dealing_schemes[_i], 2, 3, 40);
        memset(d.key, byte, d.set.key_len);
        ck_assert_uint_eq(dealing_deal(&d), 0);
        check_whole(&d);
        check_last(&d);
        dealing_end(&d);
    }
}
END_TEST

/* Policies at the end of what there is. */
static const uint8_t large[][2] = {{1, 255}, {2, 255}, {20, 255}, {64, 64}};

START_TEST(large_sets_are_good)
{
    for (size_t p = 0; p < sizeof large / sizeof *large; p++) {
        struct dealing d;

        dealing_begin(&d, dealing_schemes[_i], large[p][0], large[p][1], 32);
        ck_assert_uint_eq(dealing_deal(&d), 0);
        dealing_prepare(&d);
        check_whole(&d);
        check_last(&d);
        dealing_end(&d);
    }
}
END_TEST

/* ---- Quorums ---- */

/* A subset's indices, in an order that the generator makes. */
static size_t
shuffled_indices(struct gen *gen, unsigned bits, uint8_t *indices)
{
    size_t count = 0;

    for (uint8_t i = 1; bits != 0; i++, bits >>= 1)
        if (bits & 1) {
            size_t j = gen_below(gen, count + 1);

            indices[count] = indices[j];
            indices[j] = i;
            count++;
        }
    return count;
}

static void
check_every_subset(struct dealing *d)
{
    for (unsigned bits = 1; bits < 1u << d->set.count; bits++) {
        uint8_t indices[8] = {0};
        uint8_t key[KEY_MAX];
        size_t count = shuffled_indices(&d->gen, bits, indices);

        if (count > d->set.threshold)
            ck_assert_uint_eq(
                dealing_consistent(d, indices, count), UINT32_MAX);
        if (count != d->set.threshold)
            continue;
        ck_assert_msg(dealing_recover(d, key, indices) == UINT32_MAX &&
                          memcmp(key, d->key, d->set.key_len) == 0,
            "seed %" PRIu64 " %zu of %zu, subset 0x%x", d->gen.seed,
            d->set.threshold, d->set.count, bits);
    }
}

/* All policies up to 5-of-5, and the two that are dealt most. */
START_TEST(every_subset_recovers)
{
    for (size_t count = 1; count <= 7; count++)
        for (size_t threshold = 1; threshold <= count; threshold++) {
            struct dealing d;

            if (count > 5 && (count != 7 || (threshold != 3 && threshold != 5)))
                continue;
            dealing_begin(&d, dealing_schemes[_i], threshold, count, 33);
            ck_assert_uint_eq(dealing_deal(&d), 0);
            check_every_subset(&d);
            dealing_end(&d);
        }
}
END_TEST

/* ---- What is not as dealt ---- */

/* Run CHECK with each byte of BYTES changed in turn. */
static void
for_each_change(struct dealing *d, uint8_t *bytes, size_t len,
    void (*check)(struct dealing *d, size_t at))
{
    for (size_t at = 0; at < len; at++) {
        uint8_t change = (uint8_t)(1 << gen_below(&d->gen, 8));

        bytes[at] ^= change;
        check(d, at);
        bytes[at] ^= change;
    }
}

static unsigned changed; /* the index whose value is being changed */

static void
not_dealt(struct dealing *d, size_t at)
{
    ck_assert_msg(dealing_check(d) == 0, "seed %" PRIu64 " index %u byte %zu",
        d->gen.seed, changed, at);
}

static void
not_verified(struct dealing *d, size_t at)
{
    for (unsigned i = 1; i <= d->set.count; i++)
        ck_assert_msg(dealing_verify(d, i, d->values[i - 1]) ==
                          (i == changed ? 0 : UINT32_MAX),
            "seed %" PRIu64 " index %u byte %zu", d->gen.seed, changed, at);
    not_dealt(d, at);
}

static void
not_recovered(struct dealing *d, size_t at)
{
    static const uint8_t indices[] = {2, 3};
    uint8_t key[KEY_MAX];

    ck_assert_msg((dealing_recover(d, key, indices) == 0) == (changed != 1),
        "seed %" PRIu64 " index %u byte %zu", d->gen.seed, changed, at);
}

static void
with_changed_values(
    int scheme, size_t key_len, void (*check)(struct dealing *d, size_t at))
{
    struct dealing d;

    dealing_begin(&d, dealing_schemes[scheme], 2, 3, key_len);
    ck_assert_uint_eq(dealing_deal(&d), 0);
    for (changed = 1; changed <= 3; changed++)
        for_each_change(&d, d.values[changed - 1], d.value_len, check);
    ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
    dealing_end(&d);
}

START_TEST(changed_value_is_caught)
{
    with_changed_values(_i, 33, not_verified);
}
END_TEST

START_TEST(changed_value_opens_nothing)
{
    with_changed_values(_i, 33, not_recovered);
}
END_TEST

/* Judged by what was prepared, it is the same. */
START_TEST(changed_value_is_caught_when_prepared)
{
    struct dealing d;

    dealing_begin(&d, dealing_schemes[_i], 3, 4, 33);
    ck_assert_uint_eq(dealing_deal(&d), 0);
    dealing_prepare(&d);
    for (changed = 1; changed <= 4; changed++)
        for_each_change(&d, d.values[changed - 1], d.value_len, not_verified);
    dealing_end(&d);
}
END_TEST

START_TEST(changed_key_is_caught)
{
    struct dealing d;

    dealing_begin(&d, dealing_schemes[_i], 2, 3, 63);
    ck_assert_uint_eq(dealing_deal(&d), 0);
    changed = 0;
    for_each_change(&d, d.key, d.set.key_len, not_dealt);
    ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
    dealing_end(&d);
}
END_TEST

/* A good value is that of its own index alone. */
START_TEST(value_of_another_index_is_refused)
{
    struct dealing d;
    uint8_t *first;

    dealing_begin(&d, dealing_schemes[_i], 2, 4, 32);
    ck_assert_uint_eq(dealing_deal(&d), 0);
    for (unsigned i = 1; i <= 4; i++)
        for (unsigned j = 1; j <= 4; j++)
            ck_assert_uint_eq(dealing_verify(&d, j, d.values[i - 1]),
                i == j ? UINT32_MAX : 0);
    first = d.values[0];
    d.values[0] = d.values[3];
    d.values[3] = first;
    ck_assert_uint_eq(dealing_check(&d), 0);
    dealing_end(&d);
}
END_TEST

/* ---- Two records of a lineage ---- */

/* Two that have nothing in common. */
static void
two_dealings(struct dealing *d, const struct scheme *scheme, size_t threshold,
    size_t second_threshold)
{
    dealing_begin(&d[0], scheme, threshold, 5, 40);
    dealing_begin(&d[1], scheme, second_threshold, 5, 40);
    gen_bytes(&d[0].gen, d[1].key, 40);
    gen_bytes(&d[0].gen, d[1].coins, d[1].coins_len);
    ck_assert_uint_eq(dealing_deal(&d[0]), 0);
    ck_assert_uint_eq(dealing_deal(&d[1]), 0);
}

static void
end_both(struct dealing *d)
{
    dealing_end(&d[0]);
    dealing_end(&d[1]);
}

/* Where the key commitment stands: the first 32 bytes, of pedersen those of
 * each chunk. All of it is what makes the key the same, and nothing else. */
START_TEST(key_commitments_are_compared)
{
    const struct scheme *scheme = dealing_schemes[_i];
    const bool is_pedersen = scheme == &keyshare_scheme_pedersen;
    struct dealing d[2];

    two_dealings(d, scheme, 3, 2);
    ck_assert(!scheme->same_key(&d[0].set, &d[1].set));
    memcpy(d[1].commitments, d[0].commitments, 32);
    ck_assert(scheme->same_key(&d[0].set, &d[1].set) == !is_pedersen);
    if (is_pedersen)
        memcpy(d[1].commitments + 2 * 32, d[0].commitments + 3 * 32, 32);
    ck_assert(scheme->same_key(&d[0].set, &d[1].set));
    ck_assert(scheme->same_key(&d[1].set, &d[0].set));
    for (size_t at = 0; at < d[1].commitments_len; at++) {
        const bool is_of_key = at / 32 == 0 || (is_pedersen && at / 32 == 2);

        d[1].commitments[at] ^= 0x10;
        ck_assert(scheme->same_key(&d[0].set, &d[1].set) == !is_of_key);
        d[1].commitments[at] ^= 0x10;
    }
    end_both(d);
}
END_TEST

/* Each commitment by itself: pedersen's above C_0 are those that a refresh
 * replaces; gf256 has no such thing. */
START_TEST(stuck_commitments_are_seen)
{
    const struct scheme *scheme = dealing_schemes[_i];
    const bool is_pedersen = scheme == &keyshare_scheme_pedersen;
    struct dealing d[2];
    uint8_t kept[32];

    two_dealings(d, scheme, 3, 3);
    ck_assert(!scheme->is_stuck(&d[1].set, &d[0].set));
    for (size_t at = 0; at < d[1].commitments_len; at += 32) {
        memcpy(kept, d[1].commitments + at, 32);
        memcpy(d[1].commitments + at, d[0].commitments + at, 32);
        ck_assert(scheme->is_stuck(&d[1].set, &d[0].set) ==
                  (is_pedersen && at / 32 % 3 > 0));
        memcpy(d[1].commitments + at, kept, 32);
    }
    ck_assert(!scheme->is_stuck(&d[1].set, &d[0].set));
    end_both(d);
    two_dealings(d, scheme, 1, 1);
    ck_assert(!scheme->is_stuck(&d[0].set, &d[0].set));
    end_both(d);
}
END_TEST

static void
add_loops(TCase *tcase, const TTest *const *tests, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tcase_add_loop_test(tcase, tests[i], 0, DEALING_SCHEMES);
}

Suite *
test_suite(void)
{
    Suite *suite = suite_create("scheme");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");
    TCase *errors = tcase_create("errors");
    const TTest *const of_laws[] = {dealings_are_good, every_subset_recovers,
        key_commitments_are_compared, stuck_commitments_are_seen};
    const TTest *const of_bounds[] = {edge_keys_are_keys, large_sets_are_good};
    const TTest *const of_errors[] = {changed_value_is_caught,
        changed_value_opens_nothing, changed_value_is_caught_when_prepared,
        changed_key_is_caught, value_of_another_index_is_refused};

    tcase_add_test(laws, schemes_are_found_by_number);
    add_loops(laws, of_laws, sizeof of_laws / sizeof *of_laws);
    suite_add_tcase(suite, laws);
    add_loops(bounds, of_bounds, sizeof of_bounds / sizeof *of_bounds);
    suite_add_tcase(suite, bounds);
    add_loops(errors, of_errors, sizeof of_errors / sizeof *of_errors);
    suite_add_tcase(suite, errors);
    return suite;
}
