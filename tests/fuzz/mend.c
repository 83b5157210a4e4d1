/* SPDX-License-Identifier: ISC */
/* Make the lengths, checks and proofs of a changed input right again. */
#include "mend.h"

#include <string.h>

#include <sodium.h>

#include "fixed_sets.h"
#include "fuzz.h"
#include "group.h"
#include "pedersen.h"
#include "proof.h"
#include "scheme.h"

#define RECORD  0xe1
#define SHARE   0xe2
#define WRAPPED 0xe3

/* Fields of a record. */
#define SCHEME      0x81
#define THRESHOLD   0x83
#define COUNT       0x84
#define KEY_LEN     0x85
#define EPOCH       0x87
#define TIME        0x89
#define PREDECESSOR 0x8a
#define COMMITMENTS 0x8b
#define PROOF       0x8c

#define CHUNK        31
#define SCRATCH_SIZE 256
#define ENCODED_MAX  (1U << 16)

static uint8_t encoded[ENCODED_MAX];

static size_t
number(struct object *object, uint8_t tag)
{
    const struct field *field = tree_field(object, tag);
    size_t x = 0;

    for (size_t i = 0; field != NULL && i < field->len && i < 4; i++)
        x = x << 8 | field->value[i];
    return x;
}

static size_t
place_of(const struct object *object, const struct field *field)
{
    return (size_t)(field - object->fields);
}

/* The field with the tag, put in behind BEFORE if it is not there; NULL: no
 * room. */
static struct field *
ensure(struct object *object, uint8_t before, uint8_t tag)
{
    struct field *field = tree_field(object, tag);

    if (field != NULL)
        return field;
    field = tree_field(object, before);
    if (field == NULL || !tree_insert(object, place_of(object, field) + 1, tag))
        return NULL;
    return field + 1;
}

static void
drop(struct object *object, uint8_t tag)
{
    struct field *field = tree_field(object, tag);

    if (field != NULL)
        tree_remove(object, place_of(object, field));
}

/* A field is there with that length, or is not there. */
static void
fit_field(struct tree *tree, struct object *object, uint8_t before, uint8_t tag,
    size_t len)
{
    struct field *field;

    if (len == 0) {
        drop(object, tag);
        return;
    }
    field = ensure(object, before, tag);
    if (field != NULL)
        (void)tree_resize(tree, field, len);
}

static void
fit(struct tree *tree, struct object *record, const struct scheme *scheme)
{
    const size_t threshold = number(record, THRESHOLD);
    const size_t count = number(record, COUNT);
    const size_t key_len = number(record, KEY_LEN);

    fit_field(
        tree, record, TIME, PREDECESSOR, number(record, EPOCH) == 0 ? 0 : 32);
    if (threshold > 0 && threshold <= 255 && count <= 255 && key_len > 0 &&
        key_len <= 1024)
        fit_field(tree, record,
            tree_field(record, PREDECESSOR) == NULL ? TIME : PREDECESSOR,
            COMMITMENTS, scheme->commitments_len(threshold, count, key_len));
    fit_field(tree, record, COMMITMENTS, PROOF, scheme->proof_len);
}

static void
mend_points(struct object *record)
{
    struct field *points = tree_field(record, COMMITMENTS);

    for (size_t at = 0; points != NULL && at + 32 <= points->len; at += 32) {
        uint8_t *point = points->value + at;
        uint8_t digest[crypto_hash_sha512_BYTES];

        if (keyshare_group_is_element(point))
            continue;
        crypto_hash_sha512(digest, point, 32);
        keyshare_group_from_hash(point, digest);
    }
}

/* The opening of chunk j that is known here: small numbers. */
static void
opening(uint8_t *f, uint8_t *g, size_t j)
{
    memset(f, 0, KEYSHARE_SCALAR_SIZE);
    memset(g, 0, KEYSHARE_SCALAR_SIZE);
    f[0] = (uint8_t)(7 + j);
    g[0] = (uint8_t)(11 + j);
}

static void
prove(struct object *record, size_t before, size_t chunks, uint8_t *bytes)
{
    static mp_limb_t scratch[SCRATCH_SIZE];
    uint8_t context[crypto_hash_sha512_BYTES];
    uint8_t fresh[KEYSHARE_PROOF_FRESH_SIZE] = {1};
    struct proof proof;
    size_t len = tree_write_fields(record, before, encoded, sizeof encoded);

    REQUIRE(keyshare_prime_itch(&keyshare_scalar_field) <= SCRATCH_SIZE);
    crypto_hash_sha512(context, encoded, len);
    keyshare_proof_begin(&proof, context, fresh, fresh, sizeof fresh, scratch);
    for (size_t j = 0; j < chunks; j++) {
        uint8_t f[KEYSHARE_SCALAR_SIZE], g[KEYSHARE_SCALAR_SIZE];
        mp_limb_t f_0[KEYSHARE_SCALAR_LIMBS], g_0[KEYSHARE_SCALAR_LIMBS];

        opening(f, g, j);
        keyshare_scalar_load(f_0, f, sizeof f, scratch);
        keyshare_scalar_load(g_0, g, sizeof g, scratch);
        keyshare_proof_add(&proof, context, (unsigned)j, f_0, g_0, scratch);
    }
    keyshare_proof_encode(bytes, &proof);
}

/* Put in key commitments with known openings, and the proof of them. */
static void
mend_proof(struct object *record)
{
    const size_t threshold = number(record, THRESHOLD);
    const size_t chunks = (number(record, KEY_LEN) + CHUNK - 1) / CHUNK;
    struct field *points = tree_field(record, COMMITMENTS);
    struct field *proof = tree_field(record, PROOF);

    if (points == NULL || proof == NULL || proof->len != KEYSHARE_PROOF_SIZE ||
        threshold == 0 || points->len / 32 / threshold < chunks)
        return;
    for (size_t j = 0; j < chunks; j++) {
        uint8_t f[KEYSHARE_SCALAR_SIZE], g[KEYSHARE_SCALAR_SIZE];

        opening(f, g, j);
        keyshare_pedersen_commit(points->value + j * threshold * 32, f, g);
    }
    prove(record, place_of(record, proof), chunks, proof->value);
}

static void
mend_record(struct tree *tree, struct object *record, unsigned what)
{
    const struct scheme *scheme =
        keyshare_scheme_find((unsigned)number(record, SCHEME));

    if (scheme == NULL)
        return;
    if (what & MEND_FIT)
        fit(tree, record, scheme);
    if (scheme->proof_len == 0)
        return;
    if (what & MEND_POINTS)
        mend_points(record);
    if (what & MEND_PROOF)
        mend_proof(record);
}

static void
mend_name(struct tree *tree, struct object *share, unsigned what)
{
    const struct object *record = tree_object(tree, RECORD);
    struct field *name = tree_field(share, 0x82);
    size_t len;

    if (name == NULL || name->len != crypto_hash_sha256_BYTES)
        return;
    if (record == NULL) {
        const struct fixed_set *set = fixed_set(what & MEND_FIXED ? 1 : 0);

        memcpy(
            name->value, keyshare_record_fingerprint(set->record), name->len);
        return;
    }
    len = tree_write_object(record, encoded, sizeof encoded);
    crypto_hash_sha256(name->value, encoded, len);
}

/* The check is 8 bytes of the digest of all fields before it. */
static void
mend_check(struct object *object, uint8_t tag)
{
    struct field *check = tree_field(object, tag);
    uint8_t digest[crypto_hash_sha256_BYTES];
    size_t len;

    if (check == NULL || check->len == 0 || check->len > sizeof digest)
        return;
    len = tree_write_fields(
        object, place_of(object, check), encoded, sizeof encoded);
    crypto_hash_sha256(digest, encoded, len);
    memcpy(check->value, digest, check->len);
}

void
mend(struct tree *tree, unsigned what)
{
    for (size_t i = 0; i < tree->count; i++) {
        struct object *object = &tree->objects[i];

        if (object->tag == RECORD)
            mend_record(tree, object, what);
        if (object->tag == SHARE && (what & MEND_NAME))
            mend_name(tree, object, what);
        if (object->tag == SHARE && (what & MEND_CHECK))
            mend_check(object, 0x84);
        if (object->tag == WRAPPED && (what & MEND_CHECK))
            mend_check(object, 0x85);
    }
}
