/* SPDX-License-Identifier: ISC */
/* Derived keys of an independent implementation: the key of each case is dealt
 * to officers in its lineage, and the device that they wake derives the output,
 * and still does after repair, refresh and re-share. */
#include <stdlib.h>
#include <string.h>

#include "hsm.h"
#include "suite.h"
#include "upkeep.h"
#include "vectors.h"

/* Random bytes, but for the lineage: the one draw of its length. */
struct source {
    struct gen *gen;
    const uint8_t *lineage;
    int drawn;
};

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    struct source *source = context;

    if (len == KEYSHARE_LINEAGE_SIZE && source->drawn++ == 0)
        memcpy(bytes, source->lineage, len);
    else
        gen_bytes(source->gen, bytes, len);
    return 0;
}

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

static const keyshare_policy other = {
    KEYSHARE_ROLE_CO, KEYSHARE_SCHEME_GF256, 2, 5};

static void
deal(struct set *set, json_t *object, struct gen *gen, keyshare_scheme scheme)
{
    struct bytes key = vectors_bytes(object, "key");
    struct bytes lineage = vectors_bytes(object, "lineage");
    struct source source = {gen, lineage.bytes, 0};
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    keyshare_terms terms = KEYSHARE_TERMS_INIT;

    memset(set, 0, sizeof *set);
    random.fill = fill;
    random.context = &source;
    ck_assert_uint_eq(lineage.len, KEYSHARE_LINEAGE_SIZE);
    terms.policy = (keyshare_policy){KEYSHARE_ROLE_CO, scheme, 3, 7};
    ck_assert_int_eq(keyshare_deal(&set->record, set->shares, &terms, key.bytes,
                         key.len, &random),
        KEYSHARE_OK);
    ck_assert_mem_eq(keyshare_record_lineage(set->record), lineage.bytes,
        KEYSHARE_LINEAGE_SIZE);
    set->policy = terms.policy;
    memcpy(set->key, key.bytes, key.len);
    set->key_len = key.len;
    for (size_t i = 0; i < set->policy.count; i++)
        set->cards[i] = (keyshare_image){keyshare_secret_reveal(set->shares[i]),
            keyshare_secret_len(set->shares[i])};
    free(key.bytes);
    free(lineage.bytes);
}

/* A device that knows this set, awake. */
static void
derives(const struct set *set, json_t *object, const char *when)
{
    const char *purpose = vectors_text(object, "purpose");
    struct bytes output = vectors_bytes(object, "output");
    struct hsm hsm;
    keyshare_secret *key;

    hsm_create(&hsm, vectors_text(object, "hsm"));
    hsm_enrol(&hsm, set, NULL);
    hsm_do(&hsm, KEYSHARE_TASK_ACTIVATE, set);
    ck_assert_int_eq(keyshare_activation_derive(hsm.device, &key, output.len,
                         (const uint8_t *)purpose, strlen(purpose)),
        KEYSHARE_OK);
    ck_assert_uint_eq(keyshare_secret_len(key), output.len);
    ck_assert_msg(
        memcmp(keyshare_secret_reveal(key), output.bytes, output.len) == 0,
        "another key %s", when);
    keyshare_secret_free(&key);
    hsm_free(&hsm);
    free(output.bytes);
}

/* Case and scheme, in turn. */
START_TEST(keys_are_known_and_stay)
{
    json_t *file = vectors_load("custody.json");
    json_t *object =
        json_array_get(vectors_get(file, "derived keys"), (size_t)_i / 2);
    keyshare_policy policy = other;
    struct gen gen = gen_begin();
    static struct set set, fresh, reshared;
    struct table table;
    keyshare_secret *share;

    policy.scheme = schemes[_i % 2];
    deal(&set, object, &gen, policy.scheme);
    derives(&set, object, "at first");
    table = table_of((const size_t[]){3, 4, 6}, 3);
    share = upkeep_repair(&set, &table, 1);
    keyshare_secret_free(&set.shares[0]);
    set_share(
        &set, 1, keyshare_secret_reveal(share), keyshare_secret_len(share));
    keyshare_secret_free(&share);
    derives(&set, object, "after a repair");
    table = table_of((const size_t[]){0, 1, 2, 3, 4, 5, 6}, 7);
    upkeep_refresh(&fresh, &set, &table, &gen);
    derives(&fresh, object, "after a refresh");
    upkeep_reshare(&reshared, &fresh,
        &(struct table){.present = {7, 2, 4}, .count = 3}, policy, &gen);
    derives(&reshared, object, "after a re-share");
    set_free(&set);
    set_free(&fresh);
    set_free(&reshared);
    json_decref(file);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("derived");
    TCase *cases = tcase_create("cases");

    tcase_add_unchecked_fixture(cases, set_plain_memory, NULL);
    tcase_add_loop_test(cases, keys_are_known_and_stay, 0,
        2 * vectors_count("custody.json", "derived keys"));
    suite_add_tcase(suite, cases);
    return suite;
}
