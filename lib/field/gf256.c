/* SPDX-License-Identifier: ISC */
/* The field GF(2^8): public elements, and the choice of a back end. */
#include "gf256.h"

#include <stdatomic.h>
#include <string.h>

#include "cpu.h"
#include "gf256_backend.h"
#include "invariant.h"

#define COUNT_MAX 255

/* ---- Back ends ---- */

/* Which of them were built, and what they need of the machine. The best comes
 * first; 512 bits are not always better than 256, but never much worse. */
static const struct {
    const struct gf256_backend *backend;
    unsigned needs;
} backends[] = {
#if defined(HAVE_GF256_GFNI512)
    {&keyshare_gf256_gfni512, CPU_GFNI | CPU_AVX512BW},
#endif
#if defined(HAVE_GF256_GFNI256)
    {&keyshare_gf256_gfni256, CPU_GFNI | CPU_AVX2},
#endif
#if defined(HAVE_GF256_AVX2)
    {&keyshare_gf256_avx2, CPU_AVX2},
#endif
#if defined(HAVE_GF256_GFNI128)
    {&keyshare_gf256_gfni128, CPU_GFNI},
#endif
    {&keyshare_gf256_portable, 0},
};

#define BACKENDS (sizeof backends / sizeof *backends)

/* NULL until it is first asked for. Threads that ask at once all find the
 * same; what it points to is constant, so that no order is needed. */
static _Atomic(const struct gf256_backend *) chosen;

const struct gf256_backend *
keyshare_gf256_backend(unsigned which)
{
    const unsigned features = keyshare_cpu_features();

    for (size_t i = 0; i < BACKENDS; i++)
        if ((backends[i].needs & ~features) == 0 && which-- == 0)
            return backends[i].backend;
    return NULL;
}

const struct gf256_backend *
keyshare_gf256_backend_chosen(void)
{
    const struct gf256_backend *backend =
        atomic_load_explicit(&chosen, memory_order_relaxed);

    if (backend != NULL)
        return backend;
    /* Not over what another thread has chosen by name meanwhile. */
    backend = NULL;
    if (atomic_compare_exchange_strong(
            &chosen, &backend, keyshare_gf256_backend(0)))
        return keyshare_gf256_backend(0);
    return backend;
}

static bool
are_same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && memcmp(a, b, strlen(a)) == 0;
}

bool
keyshare_gf256_backend_choose(const char *name)
{
    const struct gf256_backend *backend;

    for (unsigned which = 0; (backend = keyshare_gf256_backend(which)) != NULL;
         which++)
        if (name == NULL || are_same(name, backend->name)) {
            atomic_store(&chosen, backend);
            return true;
        }
    return false;
}

void
keyshare_gf256_dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x,
    size_t count, size_t len)
{
    keyshare_gf256_backend_chosen()->dot(y, c, x, count, len);
}

void
keyshare_gf256_evaluate(const struct gf256_evaluation *evaluation)
{
    keyshare_gf256_backend_chosen()->evaluate(evaluation);
}

size_t
keyshare_gf256_depth(void)
{
    return keyshare_gf256_backend_chosen()->depth;
}

/* ---- Public elements ---- */

uint8_t
keyshare_gf256_mul_public(uint8_t a, uint8_t b)
{
    const struct gf256_tables *t = &keyshare_gf256_tables;

    return a == 0 || b == 0 ? 0 : t->power[t->log[a] + t->log[b]];
}

uint8_t
keyshare_gf256_invert_public(uint8_t a)
{
    const struct gf256_tables *t = &keyshare_gf256_tables;

    /* The group of units has 255 elements. */
    return a == 0 ? 0 : t->power[255 - t->log[a]];
}

/* A sum of at most 256 logarithms, modulo 255: 256 is 1 there. */
static unsigned
reduce(unsigned sum)
{
    sum = (sum >> 8) + (sum & 0xff);
    sum = (sum >> 8) + (sum & 0xff);
    return sum == 255 ? 0 : sum;
}

/* The product over i of (x - x_i), as a logarithm; in characteristic 2 a
 * difference is a XOR, and that of 0 counts for nothing. */
static unsigned
log_of_product(const uint8_t *indices, size_t count, uint8_t x)
{
    const uint8_t *log = keyshare_gf256_tables.log;
    unsigned sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += log[x ^ indices[i]];
    return reduce(sum);
}

/* weights_j = product over i != j of (x - x_i) / (x_j - x_i): above is the
 * whole product, and so below the factor x_j - x. */
void
keyshare_gf256_weights_public(
    uint8_t *weights, const uint8_t *indices, size_t count, uint8_t x)
{
    const struct gf256_backend *backend = keyshare_gf256_backend_chosen();
    const struct gf256_tables *t = &keyshare_gf256_tables;
    unsigned above;

    KEYSHARE_INVARIANT(1 <= count && count <= COUNT_MAX);
    if (backend->weights != NULL) {
        backend->weights(weights, indices, count, x);
        return;
    }
    above = log_of_product(indices, count, x);
    for (size_t j = 0; j < count; j++) {
        const unsigned below =
            reduce(log_of_product(indices, count, indices[j]) +
                   t->log[x ^ indices[j]]);

        weights[j] = t->power[above + 255 - below];
    }
}
