/* SPDX-License-Identifier: ISC */
/* Raw sharing, on each back end that this machine has. */
#include <keyshare/raw.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "suite.h"

#define COUNT_MAX KEYSHARE_RAW_COUNT_MAX
#define SMALL     7

/* Shares, their indices, and a secret. */
struct sharing {
    keyshare_raw_terms terms;
    uint8_t *secret;
    uint8_t *result;
    uint8_t *shares[COUNT_MAX];
    uint8_t indices[COUNT_MAX];
    size_t len;
};

static void
begin(struct sharing *s, struct gen *gen, unsigned threshold, unsigned count,
    size_t len)
{
    size_t chosen[COUNT_MAX];

    s->terms = (keyshare_raw_terms)KEYSHARE_RAW_TERMS_INIT;
    s->terms.threshold = threshold;
    s->terms.count = count;
    s->terms.indices = s->indices;
    s->len = len;
    s->secret = malloc(len + 1);
    s->result = malloc(len + 1);
    gen_bytes(gen, s->secret, len);
    gen_choice(gen, chosen, count, COUNT_MAX);
    for (unsigned i = 0; i < count; i++) {
        s->indices[i] = (uint8_t)(chosen[i] + 1);
        s->shares[i] = malloc(len + 1);
        memset(s->shares[i], 0xa5, len + 1);
    }
}

static void
end(struct sharing *s)
{
    for (unsigned i = 0; i < s->terms.count; i++) {
        ck_assert_uint_eq(s->shares[i][s->len], 0xa5);
        free(s->shares[i]);
    }
    free(s->secret);
    free(s->result);
}

/* Whether the shares that MASK names give the secret. */
static bool
gives(struct sharing *s, unsigned mask)
{
    const uint8_t *shares[COUNT_MAX];
    uint8_t indices[COUNT_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < s->terms.count; i++)
        if (i >= 8 * sizeof mask ? mask == UINT32_MAX : mask >> i & 1) {
            shares[count] = s->shares[i];
            indices[count++] = s->indices[i];
        }
    ck_assert_int_eq(
        keyshare_raw_combine(s->result, shares, indices, count, s->len),
        KEYSHARE_OK);
    return memcmp(s->result, s->secret, s->len) == 0;
}

#define EACH_BACKEND(name)                                                     \
    for (unsigned which_ = 0;                                                  \
         ((name) = keyshare_raw_backend(which_)) != NULL && select_(name);     \
         which_++)

static bool
select_(const char *name)
{
    ck_assert_int_eq(keyshare_raw_backend_select(name), KEYSHARE_OK);
    ck_assert_str_eq(keyshare_raw_backend_selected(), name);
    return true;
}

static const size_t lens[] = {0, 1, 31, 32, 65, 300, 5000, 20001};
#define LENS (sizeof lens / sizeof *lens)

/* Every subset of at least the threshold, and no smaller one. */
START_TEST(every_quorum)
{
    struct gen gen = gen_begin();
    const char *name;

    EACH_BACKEND(name)
    for (unsigned threshold = 1; threshold <= SMALL; threshold++) {
        const keyshare_random random = gen_random(&gen);
        struct sharing s;

        begin(&s, &gen, threshold, SMALL, lens[(threshold + 3) % LENS]);
        ck_assert_int_eq(
            keyshare_raw_split(s.shares, &s.terms, s.secret, s.len, &random),
            KEYSHARE_OK);
        for (unsigned mask = 1; mask < 1u << SMALL; mask++) {
            const bool enough = (unsigned)__builtin_popcount(mask) >= threshold;

            if (enough || s.len > 8)
                ck_assert_msg(gives(&s, mask) == enough,
                    "%s: seed %" PRIu64 " threshold %u mask %x", name, gen.seed,
                    threshold, mask);
        }
        end(&s);
    }
}
END_TEST

/* From the system, any length and policy. */
START_TEST(any_policy)
{
    static const unsigned policies[][2] = {{1, 1}, {1, 3}, {2, 2}, {2, 3},
        {5, 7}, {16, 32}, {128, 255}, {255, 255}};
    struct gen gen = gen_begin();
    const char *name;

    EACH_BACKEND(name)
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        for (size_t j = 0; j < LENS; j++) {
            struct sharing s;

            if (policies[i][1] > 32 && lens[j] > 300)
                continue;
            begin(&s, &gen, policies[i][0], policies[i][1], lens[j]);
            ck_assert_int_eq(
                keyshare_raw_split(s.shares, &s.terms, s.secret, s.len, NULL),
                KEYSHARE_OK);
            ck_assert_msg(gives(&s, UINT32_MAX), "%s: %u of %u, %zu bytes",
                name, policies[i][0], policies[i][1], lens[j]);
            end(&s);
        }
}
END_TEST

/* FIPS 197, 4.2, by hand: 0x57 + 0x83 x at 1, 2 and 0x10, and with no indices
 * given at 1, 2, 3. */
static int
fill_83(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    memset(bytes, 0x83, len);
    return 0;
}

START_TEST(known_values)
{
    static const uint8_t indices[] = {1, 2, 0x10};
    const uint8_t secret = 0x57;
    uint8_t values[3];
    uint8_t *const shares[] = {values, values + 1, values + 2};
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    const char *name;

    random.fill = fill_83;
    terms.threshold = 2;
    terms.count = 3;
    EACH_BACKEND(name)
    {
        terms.indices = indices;
        ck_assert_int_eq(
            keyshare_raw_split(shares, &terms, &secret, 1, &random),
            KEYSHARE_OK);
        ck_assert_uint_eq(values[0], 0x57 ^ 0x83);
        ck_assert_uint_eq(values[1], 0x57 ^ 0x1d); /* 0x106 ^ 0x11b */
        ck_assert_uint_eq(values[2], 0x57 ^ 0xe8); /* 0x1d, 3a, 74, e8 */
        terms.indices = NULL;
        ck_assert_int_eq(
            keyshare_raw_split(shares, &terms, &secret, 1, &random),
            KEYSHARE_OK);
        ck_assert_uint_eq(values[1], 0x57 ^ 0x1d);
        ck_assert_uint_eq(values[2], 0x57 ^ 0x1d ^ 0x83);
    }
}
END_TEST

/* In pieces cut anywhere: the same shares as in one call, from a source whose
 * bytes are all the same; and combined in other pieces, the secret. */
START_TEST(pieces)
{
    struct gen gen = gen_begin();
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    const char *name;

    random.fill = fill_83;
    EACH_BACKEND(name)
    for (size_t round = 0; round < gen_count(10); round++) {
        struct sharing whole, cut;
        size_t step;

        begin(&whole, &gen, 3, 5, 1 + gen_below(&gen, 40000));
        begin(&cut, &gen, 3, 5, whole.len);
        memcpy(cut.indices, whole.indices, sizeof cut.indices);
        ck_assert_int_eq(keyshare_raw_split(whole.shares, &whole.terms,
                             whole.secret, whole.len, &random),
            KEYSHARE_OK);
        for (size_t at = 0; at < cut.len; at += step) {
            uint8_t *shares[5];

            step = gen_below(&gen, 9000);
            if (step > cut.len - at)
                step = cut.len - at;
            for (size_t i = 0; i < 5; i++)
                shares[i] = cut.shares[i] + at;
            ck_assert_int_eq(keyshare_raw_split(shares, &cut.terms,
                                 whole.secret + at, step, &random),
                KEYSHARE_OK);
        }
        for (size_t i = 0; i < 5; i++)
            ck_assert_msg(memcmp(cut.shares[i], whole.shares[i], cut.len) == 0,
                "%s: seed %" PRIu64, name, gen.seed);
        for (size_t at = 0; at < cut.len; at += step) {
            const uint8_t *shares[5];

            step = gen_below(&gen, 7000);
            if (step > cut.len - at)
                step = cut.len - at;
            for (size_t i = 0; i < 5; i++)
                shares[i] = cut.shares[i] + at;
            ck_assert_int_eq(keyshare_raw_combine(
                                 cut.result + at, shares, cut.indices, 5, step),
                KEYSHARE_OK);
        }
        ck_assert_mem_eq(cut.result, whole.secret, cut.len);
        end(&cut);
        end(&whole);
    }
}
END_TEST

/* From the system twice: other shares, and no coefficient twice. */
START_TEST(fresh_each_time)
{
    struct gen gen = gen_begin();

    for (size_t j = 3; j < LENS; j++) {
        struct sharing a, b;
        size_t same = 0;

        begin(&a, &gen, 3, 3, lens[j]);
        begin(&b, &gen, 3, 3, lens[j]);
        ck_assert_int_eq(
            keyshare_raw_split(a.shares, &b.terms, a.secret, a.len, NULL),
            KEYSHARE_OK);
        ck_assert_int_eq(
            keyshare_raw_split(b.shares, &b.terms, a.secret, a.len, NULL),
            KEYSHARE_OK);
        for (size_t i = 0; i < a.len; i++)
            same += a.shares[0][i] == b.shares[0][i];
        /* One in 256; more than an eighth of 32 and more: below 2^-10. */
        ck_assert_uint_le(same, a.len / 8 + 3);
        /* Blocks of a split, with the same secret in each. */
        for (size_t at = 8192; at + 64 <= a.len; at += 4096)
            ck_assert_mem_ne(a.shares[0] + at, a.shares[0] + at - 8192, 64);
        end(&a);
        end(&b);
    }
}
END_TEST

/* A source that fails at the call of that number, and otherwise gives ones. */
struct failing {
    size_t calls;
    size_t fails;
    uint8_t gives;
};

static int
fill_failing(void *context, uint8_t *bytes, size_t len)
{
    struct failing *failing = context;

    memset(bytes, failing->gives, len);
    return ++failing->calls == failing->fails;
}

START_TEST(failing_source)
{
    struct gen gen = gen_begin();
    keyshare_random random = KEYSHARE_RANDOM_INIT;
    struct failing failing = {.gives = 1};
    static const uint8_t zeros[20001];
    struct sharing s;
    keyshare_error error;

    random.fill = fill_failing;
    random.context = &failing;
    begin(&s, &gen, 5, 7, sizeof zeros);
    do {
        failing.calls = 0;
        failing.fails++;
        error =
            keyshare_raw_split(s.shares, &s.terms, s.secret, s.len, &random);
        if (error == KEYSHARE_OK)
            break;
        ck_assert_int_eq(error, KEYSHARE_ERR_RANDOM);
        for (size_t i = 0; i < 7; i++) {
            ck_assert_mem_eq(s.shares[i], zeros, s.len);
            memset(s.shares[i], 0xa5, s.len);
        }
    } while (true);
    /* 4 * 20001 bytes in portions of 16 KiB at most. */
    ck_assert_uint_eq(failing.fails, 6);
    failing = (struct failing){.gives = 0};
    ck_assert_int_eq(
        keyshare_raw_split(s.shares, &s.terms, s.secret, s.len, &random),
        KEYSHARE_ERR_RANDOM);
    ck_assert_mem_eq(s.shares[0], zeros, s.len);
    /* Of so few bytes zeros are nothing strange. */
    ck_assert_int_eq(
        keyshare_raw_split(s.shares, &s.terms, s.secret, 3, &random),
        KEYSHARE_OK);
    ck_assert_mem_eq(s.shares[6], s.secret, 3);
    end(&s);
}
END_TEST

static keyshare_error
split_as(unsigned threshold, unsigned count, const uint8_t *indices)
{
    uint8_t secret[4] = {1, 2, 3, 4};
    static uint8_t room[COUNT_MAX][4];
    uint8_t *shares[COUNT_MAX];
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;

    terms.threshold = threshold;
    terms.count = count;
    terms.indices = indices;
    for (size_t i = 0; i < COUNT_MAX; i++)
        shares[i] = room[i];
    return keyshare_raw_split(shares, &terms, secret, 4, NULL);
}

START_TEST(bad_terms)
{
    static const uint8_t zero[] = {1, 0, 2}, twice[] = {7, 255, 7};
    uint8_t secret[4] = {1, 2, 3, 4}, share[4];
    uint8_t *const shares[] = {share, NULL};
    keyshare_raw_terms terms = KEYSHARE_RAW_TERMS_INIT;
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    ck_assert_int_eq(split_as(0, 3, NULL), KEYSHARE_ERR_POLICY);
    ck_assert_int_eq(split_as(4, 3, NULL), KEYSHARE_ERR_POLICY);
    ck_assert_int_eq(split_as(2, 256, NULL), KEYSHARE_ERR_POLICY);
    ck_assert_int_eq(split_as(0, 0, NULL), KEYSHARE_ERR_POLICY);
    ck_assert_int_eq(split_as(2, 3, zero), KEYSHARE_ERR_INDEX);
    ck_assert_int_eq(split_as(2, 3, twice), KEYSHARE_ERR_INDEX);
    ck_assert_int_eq(split_as(255, 255, NULL), KEYSHARE_OK);
    ck_assert_int_eq(keyshare_raw_split(shares, NULL, secret, 4, NULL),
        KEYSHARE_ERR_ARGUMENT);
    terms.threshold = 1;
    terms.count = 2;
    ck_assert_int_eq(keyshare_raw_split(NULL, &terms, secret, 4, NULL),
        KEYSHARE_ERR_ARGUMENT);
    memset(share, 0xa5, sizeof share);
    ck_assert_int_eq(keyshare_raw_split(shares, &terms, secret, 4, NULL),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_mem_eq(share, "\0\0\0", 4);
    ck_assert_int_eq(
        keyshare_raw_split(shares, &terms, NULL, 0, NULL), KEYSHARE_OK);
    terms.count = 1;
    ck_assert_int_eq(keyshare_raw_split(shares, &terms, NULL, 4, NULL),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_raw_split(shares, &terms, secret, 4, &random),
        KEYSHARE_ERR_ARGUMENT);
    terms.size--;
    ck_assert_int_eq(keyshare_raw_split(shares, &terms, secret, 4, NULL),
        KEYSHARE_ERR_ARGUMENT);
}
END_TEST

START_TEST(bad_shares)
{
    static const uint8_t good[] = {1, 2}, zero[] = {1, 0}, twice[] = {9, 9};
    static const uint8_t share[4];
    const uint8_t *const shares[] = {share, share};
    const uint8_t *const missing[] = {share, NULL};
    const struct {
        const uint8_t *const *shares;
        const uint8_t *indices;
        unsigned count;
        keyshare_error error;
    } cases[] = {
        {shares, zero, 2, KEYSHARE_ERR_INDEX},
        {shares, twice, 2, KEYSHARE_ERR_INDEX},
        {shares, good, 0, KEYSHARE_ERR_ARGUMENT},
        {shares, good, 256, KEYSHARE_ERR_ARGUMENT},
        {missing, good, 2, KEYSHARE_ERR_ARGUMENT},
        {NULL, good, 2, KEYSHARE_ERR_ARGUMENT},
        {shares, NULL, 2, KEYSHARE_ERR_ARGUMENT},
    };
    uint8_t secret[4];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(secret, 0xa5, sizeof secret);
        ck_assert_int_eq(keyshare_raw_combine(secret, cases[i].shares,
                             cases[i].indices, cases[i].count, 4),
            cases[i].error);
        ck_assert_mem_eq(secret, "\0\0\0", 4);
    }
    ck_assert_int_eq(
        keyshare_raw_combine(NULL, shares, good, 2, 4), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_raw_combine(NULL, missing, good, 2, 0), KEYSHARE_OK);
}
END_TEST

START_TEST(backends)
{
    unsigned count = 0;

    while (keyshare_raw_backend(count) != NULL)
        count++;
    ck_assert_uint_ge(count, 1);
    ck_assert_str_eq(keyshare_raw_backend(count - 1), "portable");
    ck_assert_str_eq(keyshare_raw_backend_selected(), keyshare_raw_backend(0));
    ck_assert_int_eq(
        keyshare_raw_backend_select("none"), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_raw_backend_select("portable"), KEYSHARE_OK);
    ck_assert_str_eq(keyshare_raw_backend_selected(), "portable");
    ck_assert_int_eq(keyshare_raw_backend_select(NULL), KEYSHARE_OK);
    ck_assert_str_eq(keyshare_raw_backend_selected(), keyshare_raw_backend(0));
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("raw");
    TCase *sharing = tcase_create("sharing");
    TCase *refused = tcase_create("refused");

    tcase_add_test(sharing, known_values);
    tcase_add_test(sharing, every_quorum);
    tcase_add_test(sharing, any_policy);
    tcase_add_test(sharing, pieces);
    tcase_add_test(sharing, fresh_each_time);
    suite_add_tcase(suite, sharing);
    tcase_add_test(refused, failing_source);
    tcase_add_test(refused, bad_terms);
    tcase_add_test(refused, bad_shares);
    tcase_add_test(refused, backends);
    suite_add_tcase(suite, refused);
    return suite;
}
