/* SPDX-License-Identifier: ISC */
/* The layer field, its secrets poisoned. */
#include <string.h>

#include "poison.h"

#include "gf256.h"
#include "gf256_backend.h"
#include "group.h"
#include "scalar.h"

#include "gen.h"

#define LIMB_SIZE sizeof(mp_limb_t)

static struct gen gen;

/* ---- GF(2^8) ---- */

#define VECTORS     5
#define VECTOR_MAX  200
#define VECTOR_LONG 600

/* Lengths at the edges of words and blocks. */
static const size_t lengths[] = {0, 1, 7, 8, 9, 63, 64, 65, VECTOR_MAX};

static void
dot(void (*function)(uint8_t *y, const uint8_t *c, const uint8_t *const *x,
    size_t count, size_t len))
{
    uint8_t vectors[VECTORS][VECTOR_MAX];
    const uint8_t *x[VECTORS];
    uint8_t c[VECTORS];
    uint8_t y[VECTOR_MAX];

    gen_bytes(&gen, c, sizeof c);
    c[0] = 1;
    gen_bytes(&gen, vectors[0], sizeof vectors);
    ct_secret(vectors, sizeof vectors);
    for (size_t j = 0; j < VECTORS; j++)
        x[j] = vectors[j];
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t count = 0; count <= VECTORS; count++) {
            function(y, c, x, count, lengths[i]);
            if (count > 0 && lengths[i] > 0)
                ct_came_of_secrets(y, lengths[i], "the sum");
        }
}

static void
evaluate(void (*function)(const struct gf256_evaluation *evaluation))
{
    static uint8_t vectors[VECTORS][VECTOR_LONG];
    static uint8_t values[VECTORS][VECTOR_LONG];
    static const uint8_t points[VECTORS] = {1, 2, 3, 0x80, 0xff};
    uint8_t *y[VECTORS];

    for (size_t j = 0; j < VECTORS; j++)
        y[j] = values[j];
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t degree = 0; degree < VECTORS; degree++) {
            /* Long ones go another way. */
            const size_t len =
                lengths[i] == VECTOR_MAX ? VECTOR_LONG : lengths[i];
            const struct gf256_evaluation e = {.y = y,
                .x = points,
                .count = degree + 1,
                .constant = vectors[0],
                .higher = vectors[1],
                .stride = VECTOR_LONG,
                .degree = degree,
                .len = len,
                .passing = degree & 1};

            gen_bytes(&gen, vectors[0], sizeof vectors);
            ct_secret(vectors, sizeof vectors);
            function(&e);
            for (size_t j = 0; j <= degree && len > 0; j++)
                ct_came_of_secrets(y[j], len, "a value");
        }
}

/* valgrind hides GFNI and AVX-512 from programs, and does not run them: those
 * back ends are not here. tests/build/backends.py looks at their code. */
static void
gf256(void)
{
    const struct gf256_backend *backend;

    ct_case("keyshare_gf256_dot");
    dot(keyshare_gf256_dot);
    ct_case("keyshare_gf256_evaluate");
    evaluate(keyshare_gf256_evaluate);
    for (unsigned i = 0; (backend = keyshare_gf256_backend(i)) != NULL; i++) {
        ct_case(backend->name);
        dot(backend->dot);
        evaluate(backend->evaluate);
    }
}

/* ---- The prime field ---- */

#define LIMBS_MAX (KEYSHARE_PRIME_BITS_MAX / GMP_LIMB_BITS)

/* Numbers of limbs; 0 stands for the order of ristretto255's group. */
static const mp_size_t sizes[] = {0, 1, 2, 6, LIMBS_MAX};

static mp_limb_t modulus[LIMBS_MAX];
static mp_limb_t reciprocal[LIMBS_MAX + 1];
static mp_limb_t scratch[20 * LIMBS_MAX];

static struct prime
next_field(mp_size_t limbs)
{
    struct prime field;

    if (limbs == 0)
        return keyshare_scalar_field;
    gen_bytes(&gen, (uint8_t *)modulus, (size_t)limbs * LIMB_SIZE);
    modulus[0] |= 1;
    modulus[limbs - 1] |= 2;
    keyshare_prime_begin(&field, modulus, limbs, reciprocal, scratch);
    return field;
}

/* A secret below p, or zero. */
static void
next_element(const struct prime *p, mp_limb_t *a, bool zero)
{
    const size_t len = (size_t)p->limbs * LIMB_SIZE;

    gen_bytes(&gen, (uint8_t *)a, len);
    if (zero)
        memset(a, 0, len);
    keyshare_prime_reduce(p, a, a, p->limbs, scratch);
    ct_secret(a, len);
}

/* What has limbs of the field came of secrets. */
static void
result(const struct prime *p, const mp_limb_t *a)
{
    ct_came_of_secrets(a, (size_t)p->limbs * LIMB_SIZE, "the result");
}

typedef void operation(
    const struct prime *p, const mp_limb_t *a, const mp_limb_t *b);

static void
add(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t r[LIMBS_MAX];

    keyshare_prime_add(p, r, a, b, scratch);
    result(p, r);
}

static void
sub(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t r[LIMBS_MAX];

    keyshare_prime_sub(p, r, a, b);
    result(p, r);
}

static void
mul(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t r[LIMBS_MAX];

    keyshare_prime_mul(p, r, a, b, scratch);
    result(p, r);
}

static void
mul_index(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t r[LIMBS_MAX];

    (void)b;
    keyshare_prime_mul_index(p, r, a, 255, scratch);
    result(p, r);
}

static void
invert(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t r[LIMBS_MAX];

    (void)b;
    keyshare_prime_invert(p, r, a, scratch);
    result(p, r);
}

/* a and b side by side. */
static void
reduce(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    const size_t len = (size_t)p->limbs * LIMB_SIZE;
    mp_limb_t wide[2 * LIMBS_MAX];
    mp_limb_t r[LIMBS_MAX];

    memcpy(wide, a, len);
    memcpy(wide + p->limbs, b, len);
    keyshare_prime_reduce(p, r, wide, 2 * p->limbs, scratch);
    result(p, r);
}

static void
is_reduced(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t top[LIMBS_MAX];

    (void)b;
    ct_expect(
        ct_mask(keyshare_prime_is_reduced(p, a, scratch), "the mask") != 0,
        "an element is reduced");
    memset(top, 0xff, sizeof top);
    ct_secret(top, sizeof top);
    ct_expect(
        ct_mask(keyshare_prime_is_reduced(p, top, scratch), "the mask") == 0,
        "all ones are not");
}

static void
is_zero(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t zero[LIMBS_MAX] = {0};

    (void)b;
    ct_secret(zero, sizeof zero);
    ct_expect(ct_mask(keyshare_prime_is_zero(p, zero), "the mask") != 0,
        "zero is zero");
    (void)ct_mask(keyshare_prime_is_zero(p, a), "the mask");
}

static void
store(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    const size_t len = (size_t)p->limbs * LIMB_SIZE;
    uint8_t bytes[LIMBS_MAX * LIMB_SIZE];

    (void)b;
    keyshare_prime_store(bytes, len, a, p->limbs);
    ct_came_of_secrets(bytes, len, "the bytes");
    keyshare_prime_store_big(bytes, len, a, p->limbs);
    ct_came_of_secrets(bytes, len, "the bytes");
}

/* An odd number of bytes: the last limb is not whole. */
static void
load(const struct prime *p, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t r[LIMBS_MAX];

    (void)b;
    keyshare_prime_load(
        r, p->limbs, (const uint8_t *)a, (size_t)p->limbs * LIMB_SIZE - 1);
    result(p, r);
    keyshare_prime_load_big(
        r, p->limbs, (const uint8_t *)a, (size_t)p->limbs * LIMB_SIZE - 1);
    result(p, r);
}

static void
over_fields(operation *run)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct prime p = next_field(sizes[i]);
        mp_limb_t a[LIMBS_MAX];
        mp_limb_t b[LIMBS_MAX];

        ct_expect((size_t)keyshare_prime_itch(&p) * LIMB_SIZE <= sizeof scratch,
            "there is enough scratch");
        for (int zeros = 0; zeros < 4; zeros++) {
            next_element(&p, a, zeros & 1);
            next_element(&p, b, zeros & 2);
            run(&p, a, b);
        }
    }
}

static void
prime(void)
{
    static const struct {
        const char *name;
        operation *operation;
    } operations[] = {
        {"keyshare_prime_load, _load_big", load},
        {"keyshare_prime_store, _store_big", store},
        {"keyshare_prime_is_reduced", is_reduced},
        {"keyshare_prime_is_zero", is_zero},
        {"keyshare_prime_reduce", reduce},
        {"keyshare_prime_add", add},
        {"keyshare_prime_sub", sub},
        {"keyshare_prime_mul", mul},
        {"keyshare_prime_mul_index", mul_index},
        {"keyshare_prime_invert", invert},
    };

    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        ct_case(operations[i].name);
        over_fields(operations[i].operation);
    }
}

/* ---- Scalars and the group ---- */

static void
next_scalar(uint8_t *bytes)
{
    gen_bytes(&gen, bytes, KEYSHARE_SCALAR_SIZE);
    bytes[KEYSHARE_SCALAR_SIZE - 1] &= 0x0f;
    ct_secret(bytes, KEYSHARE_SCALAR_SIZE);
}

static void
scalar(void)
{
    mp_limb_t r[KEYSHARE_SCALAR_LIMBS];
    uint8_t wide[KEYSHARE_SCALAR_WIDE_SIZE];
    uint8_t bytes[KEYSHARE_SCALAR_SIZE];

    next_scalar(bytes);
    ct_case("keyshare_scalar_is_canonical");
    (void)ct_mask(keyshare_scalar_is_canonical(bytes), "the mask");
    ct_case("keyshare_scalar_load");
    (void)ct_mask(
        keyshare_scalar_load(r, bytes, sizeof bytes, scratch), "the mask");
    ct_case("keyshare_scalar_store");
    keyshare_scalar_store(bytes, r);
    ct_came_of_secrets(bytes, sizeof bytes, "the bytes");
    gen_bytes(&gen, wide, sizeof wide);
    ct_secret(wide, sizeof wide);
    ct_case("keyshare_scalar_reduce_wide");
    keyshare_scalar_reduce_wide(r, wide, scratch);
    ct_came_of_secrets(r, sizeof r, "the result");
}

static void
group(void)
{
    uint8_t hash[KEYSHARE_GROUP_HASH_SIZE];
    uint8_t public_point[KEYSHARE_GROUP_SIZE];
    uint8_t scalars[2][KEYSHARE_SCALAR_SIZE];
    uint8_t a[KEYSHARE_GROUP_SIZE];
    uint8_t b[KEYSHARE_GROUP_SIZE];

    gen_bytes(&gen, hash, sizeof hash);
    keyshare_group_from_hash(public_point, hash);
    next_scalar(scalars[0]);
    /* Zero gives the identity, which libsodium tells by its answer. */
    memset(scalars[1], 0, sizeof scalars[1]);
    ct_secret(scalars[1], sizeof scalars[1]);
    ct_case("the group: keyshare_group_mul_base, _mul, _add");
    for (size_t i = 0; i < 2; i++) {
        keyshare_group_mul_base(a, scalars[i]);
        ct_expect(ct_is_secret(a, sizeof a), "the element is secret");
        keyshare_group_mul(b, scalars[i], public_point);
        ct_expect(ct_is_secret(b, sizeof b), "the element is secret");
        keyshare_group_add(a, a, b);
        ct_came_of_secrets(a, sizeof a, "the sum");
    }
}

int
main(void)
{
    ct_begin("field");
    gen = gen_begin();
    gf256();
    prime();
    scalar();
    group();
    return ct_end();
}
