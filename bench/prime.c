/* SPDX-License-Identifier: ISC */
/* Raw sharing of a scalar over a prime field, in constant time, beside the same
 * on what is not: GMP's mpz and OpenSSL's BN. What lies between them is what
 * constant time costs.
 *
 * The yardsticks compute as a program would that knows no better: Horner's rule
 * for each share, Lagrange's weights with an inversion each; coefficients below
 * the modulus by their generators, seeded from the system. They check nothing.
 */
#include "bench.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmp.h>
#include <keyshare.h>
#include <sodium.h>

#ifdef WITH_OPENSSL
#include <openssl/bn.h>
#include <openssl/crypto.h>
#endif

#define M          5
#define N          7
#define SCALAR_MAX 64

struct job {
    const char *name; /* of the modulus */
    const uint8_t *modulus;
    size_t len;
    uint8_t secret[SCALAR_MAX];
    uint8_t combined[SCALAR_MAX];
    uint8_t memory[N][SCALAR_MAX];
    uint8_t *shares[N];
    uint8_t indices[N];
    /* For mpz. */
    gmp_randstate_t generator;
    mpz_t p, a, r, t, u, f[M], y[N];
#ifdef WITH_OPENSSL
    BN_CTX *context;
    BIGNUM *bn_p, *bn_r, *bn_t, *bn_u, *bn_w, *bn_f[M], *bn_y[N];
#endif
};

static void
ok(keyshare_error error, const char *what)
{
    bench_require(error == KEYSHARE_OK, what);
}

/* ---- Ours ---- */

static void
run_split(void *state)
{
    struct job *job = state;

    ok(keyshare_raw_prime_split(job->shares, job->modulus, job->len,
           job->secret, M, job->indices, N, NULL),
        "split");
}

static void
run_combine(void *state)
{
    struct job *job = state;

    ok(keyshare_raw_prime_combine(job->combined, job->modulus, job->len,
           (const uint8_t *const *)job->shares, job->indices, M),
        "combine");
}

/* ---- mpz ---- */

static void
run_mpz_split(void *state)
{
    struct job *job = state;

    mpz_import(job->f[0], job->len, 1, 1, 1, 0, job->secret);
    for (unsigned k = 1; k < M; k++)
        mpz_urandomm(job->f[k], job->generator, job->p);
    for (unsigned i = 0; i < N; i++) {
        mpz_set(job->y[i], job->f[M - 1]);
        for (unsigned k = M - 1; k-- > 0;) {
            mpz_mul_ui(job->y[i], job->y[i], job->indices[i]);
            mpz_add(job->y[i], job->y[i], job->f[k]);
            mpz_mod(job->y[i], job->y[i], job->p);
        }
    }
}

static void
run_mpz_combine(void *state)
{
    struct job *job = state;

    mpz_set_ui(job->r, 0);
    for (unsigned i = 0; i < M; i++) {
        mpz_set_ui(job->t, 1);
        mpz_set_ui(job->u, 1);
        for (unsigned j = 0; j < M; j++) {
            if (j == i)
                continue;
            mpz_mul_ui(job->t, job->t, job->indices[j]);
            mpz_mul_si(
                job->u, job->u, (long)job->indices[j] - (long)job->indices[i]);
        }
        bench_require(mpz_invert(job->u, job->u, job->p) != 0, "an inverse");
        mpz_mul(job->t, job->t, job->u);
        mpz_mod(job->t, job->t, job->p);
        mpz_mul(job->t, job->t, job->y[i]);
        mpz_add(job->r, job->r, job->t);
        mpz_mod(job->r, job->r, job->p);
    }
}

static void
begin_mpz(struct job *job)
{
    unsigned long seed;

    mpz_inits(job->p, job->a, job->r, job->t, job->u, NULL);
    for (unsigned k = 0; k < M; k++)
        mpz_init(job->f[k]);
    for (unsigned i = 0; i < N; i++)
        mpz_init(job->y[i]);
    gmp_randinit_default(job->generator);
    randombytes_buf(&seed, sizeof seed);
    gmp_randseed_ui(job->generator, seed);
    mpz_import(job->p, job->len, 1, 1, 1, 0, job->modulus);
    run_mpz_split(job);
    run_mpz_combine(job);
    bench_require(mpz_cmp(job->r, job->f[0]) == 0, "mpz: the secret");
}

static void
end_mpz(struct job *job)
{
    mpz_clears(job->p, job->a, job->r, job->t, job->u, NULL);
    for (unsigned k = 0; k < M; k++)
        mpz_clear(job->f[k]);
    for (unsigned i = 0; i < N; i++)
        mpz_clear(job->y[i]);
    gmp_randclear(job->generator);
}

/* ---- OpenSSL ---- */

#ifdef WITH_OPENSSL
static void
run_bn_split(void *state)
{
    struct job *job = state;

    bench_require(
        BN_bin2bn(job->secret, (int)job->len, job->bn_f[0]) != NULL, "BN");
    for (unsigned k = 1; k < M; k++)
        bench_require(BN_rand_range(job->bn_f[k], job->bn_p), "BN");
    for (unsigned i = 0; i < N; i++) {
        BIGNUM *y = job->bn_y[i];

        bench_require(BN_copy(y, job->bn_f[M - 1]) != NULL, "BN");
        for (unsigned k = M - 1; k-- > 0;)
            bench_require(BN_mul_word(y, job->indices[i]) &&
                              BN_add(y, y, job->bn_f[k]) &&
                              BN_mod(y, y, job->bn_p, job->context),
                "BN");
    }
}

static void
run_bn_combine(void *state)
{
    struct job *job = state;

    BN_zero(job->bn_r);
    for (unsigned i = 0; i < M; i++) {
        bench_require(BN_one(job->bn_t) && BN_one(job->bn_u), "BN");
        for (unsigned j = 0; j < M; j++) {
            const int difference = job->indices[j] - job->indices[i];

            if (j == i)
                continue;
            bench_require(
                BN_mul_word(job->bn_t, job->indices[j]) &&
                    BN_mul_word(job->bn_u,
                        (BN_ULONG)(difference < 0 ? -difference : difference)),
                "BN");
            if (difference < 0)
                BN_set_negative(job->bn_u, !BN_is_negative(job->bn_u));
        }
        bench_require(BN_mod_inverse(job->bn_w, job->bn_u, job->bn_p,
                          job->context) != NULL &&
                          BN_mod_mul(job->bn_t, job->bn_t, job->bn_w, job->bn_p,
                              job->context) &&
                          BN_mod_mul(job->bn_t, job->bn_t, job->bn_y[i],
                              job->bn_p, job->context) &&
                          BN_mod_add(job->bn_r, job->bn_r, job->bn_t, job->bn_p,
                              job->context),
            "BN");
    }
}

static void
begin_bn(struct job *job)
{
    job->context = BN_CTX_new();
    job->bn_p = BN_bin2bn(job->modulus, (int)job->len, NULL);
    job->bn_r = BN_new();
    job->bn_t = BN_new();
    job->bn_u = BN_new();
    job->bn_w = BN_new();
    bench_require(job->context != NULL && job->bn_p != NULL &&
                      job->bn_r != NULL && job->bn_t != NULL &&
                      job->bn_u != NULL && job->bn_w != NULL,
        "BN: memory");
    for (unsigned k = 0; k < M; k++)
        bench_require((job->bn_f[k] = BN_new()) != NULL, "BN: memory");
    for (unsigned i = 0; i < N; i++)
        bench_require((job->bn_y[i] = BN_new()) != NULL, "BN: memory");
    run_bn_split(job);
    run_bn_combine(job);
    bench_require(BN_cmp(job->bn_r, job->bn_f[0]) == 0, "BN: the secret");
}

static void
end_bn(struct job *job)
{
    for (unsigned k = 0; k < M; k++)
        BN_free(job->bn_f[k]);
    for (unsigned i = 0; i < N; i++)
        BN_free(job->bn_y[i]);
    BN_free(job->bn_p);
    BN_free(job->bn_r);
    BN_free(job->bn_t);
    BN_free(job->bn_u);
    BN_free(job->bn_w);
    BN_CTX_free(job->context);
}
#endif

/* ---- Groups ---- */

static void
begin_job(struct job *job, const char *name)
{
    memset(job, 0, sizeof *job);
    job->name = name;
    job->modulus = keyshare_raw_prime_named(&job->len, name);
    bench_require(job->modulus != NULL && job->len <= SCALAR_MAX, name);
    for (unsigned i = 0; i < N; i++) {
        job->shares[i] = job->memory[i];
        job->indices[i] = (uint8_t)(i + 1);
    }
    randombytes_buf(job->secret + 1, job->len - 1);
    run_split(job);
    run_combine(job);
    bench_require(memcmp(job->secret, job->combined, job->len) == 0,
        "the secret comes back");
    begin_mpz(job);
#ifdef WITH_OPENSSL
    begin_bn(job);
#endif
}

/* Ours, then the yardsticks; and what it is to each of them. */
static void
measure_operation(struct bench *bench, struct job *job, const char *what,
    void (*ours)(void *), void (*mpz)(void *), void (*bn)(void *))
{
    const struct bench_row rows[] = {
        {.name = "libkeyshare", .run = ours, .context = job},
        {.name = "mpz", .run = mpz, .context = job, .peer = true},
        {.name = "OpenSSL's BN", .run = bn, .context = job, .peer = true},
    };
    const size_t count = bn == NULL ? 2 : 3;
    char title[64];

    snprintf(title, sizeof title, "%s %d-of-%d modulo the order of %s", what, M,
        N, job->name);
    bench_group(bench, title);
    for (size_t i = 0; i < count; i++)
        bench_add(bench, &rows[i]);
    bench_measure(bench);
    for (size_t i = 1; i < count; i++) {
        const struct bench_term yardstick = {1, i};
        char text[64];

        snprintf(text, sizeof text, "constant time: to %s", rows[i].name);
        bench_ratio(bench, text, 0, &yardstick, 1, 0);
    }
}

static void
measure(struct bench *bench, const char *name)
{
    static struct job job;
    void (*bn_split)(void *) = NULL;
    void (*bn_combine)(void *) = NULL;

#ifdef WITH_OPENSSL
    bn_split = run_bn_split;
    bn_combine = run_bn_combine;
#endif
    begin_job(&job, name);
    measure_operation(bench, &job, "split", run_split, run_mpz_split, bn_split);
    measure_operation(
        bench, &job, "combine", run_combine, run_mpz_combine, bn_combine);
    end_mpz(&job);
#ifdef WITH_OPENSSL
    end_bn(&job);
#endif
}

int
main(int argc, char **argv)
{
    struct bench *bench = bench_begin(&argc, argv, "prime");

    bench_require(argc == 1 && sodium_init() >= 0, "arguments, libsodium");
#ifdef WITH_OPENSSL
    bench_version(
        bench, "OpenSSL's BN", OpenSSL_version(OPENSSL_VERSION_STRING));
#else
    bench_skip(bench, "OpenSSL's BN", "was not there when this was built");
#endif
    measure(bench, "p256");
    measure(bench, "p384");
    return bench_end(bench);
}
