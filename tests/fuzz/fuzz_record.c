/* SPDX-License-Identifier: ISC */
/* Records: what is decoded says all of its bytes and no more; a pedersen record
 * with any one bit changed is none.
 */
#include <stdlib.h>
#include <string.h>

#include <keyshare/fingerprint.h>
#include <keyshare/label.h>
#include <keyshare/recover.h>

#include <sodium.h>

#include "fuzz.h"
#include "tree.h"

/* Room for the fields before the commitments. */
#define HEAD_MAX 256

/* Preparing costs as much as this product says. */
#define PREPARED_MAX 512

static void
add(struct object *object, uint8_t tag, uint8_t *value, size_t len)
{
    object->fields[object->count++] = (struct field){tag, value, len};
}

static void
add_integer(
    struct object *object, uint8_t tag, uint8_t *value, size_t len, uint64_t x)
{
    for (size_t i = len; i-- > 0; x >>= 8)
        value[i] = (uint8_t)x;
    add(object, tag, value, len);
}

/* The fields before the commitments, from what the record says. */
static size_t
write_head(const keyshare_record *record, uint8_t *bytes)
{
    const keyshare_policy policy = keyshare_record_policy(record);
    struct object head = {.tag = 0xe1};
    uint8_t numbers[5 + 2 + 4 + 8];
    uint8_t lineage[KEYSHARE_LINEAGE_SIZE];
    uint8_t label[KEYSHARE_LABEL_SIZE_MAX];
    uint8_t before[KEYSHARE_FINGERPRINT_SIZE];
    size_t len;
    const char *said = keyshare_record_label(record, &len);

    add_integer(&head, 0x80, numbers, 1, 1);
    add_integer(&head, 0x81, numbers + 1, 1, (uint64_t)policy.scheme);
    add_integer(&head, 0x82, numbers + 2, 1, (uint64_t)policy.role);
    add_integer(&head, 0x83, numbers + 3, 1, policy.threshold);
    add_integer(&head, 0x84, numbers + 4, 1, policy.count);
    add_integer(&head, 0x85, numbers + 5, 2, keyshare_record_key_len(record));
    memcpy(lineage, keyshare_record_lineage(record), sizeof lineage);
    add(&head, 0x86, lineage, sizeof lineage);
    add_integer(&head, 0x87, numbers + 7, 4, keyshare_record_epoch(record));
    memcpy(label, said, len);
    add(&head, 0x88, label, len);
    add_integer(&head, 0x89, numbers + 11, 8, keyshare_record_time(record));
    if (keyshare_record_predecessor(record) != NULL) {
        memcpy(before, keyshare_record_predecessor(record), sizeof before);
        add(&head, 0x8a, before, sizeof before);
    }
    return tree_write_fields(&head, head.count, bytes, HEAD_MAX);
}

/* Bytes of an object's tag and length. */
static size_t
header(size_t len)
{
    return len < 0x80 ? 2 : len < 0x100 ? 3 : len < 0x10000 ? 4 : 5;
}

/* Bytes of commitments and proof, with what encloses them. */
static size_t
tail_size(const keyshare_record *record)
{
    const keyshare_policy policy = keyshare_record_policy(record);
    const size_t chunks = (keyshare_record_key_len(record) + 30) / 31;
    size_t len = 32 * (1 + (size_t)policy.count);

    if (policy.scheme == KEYSHARE_SCHEME_PEDERSEN) {
        len = 32 * policy.threshold * chunks;
        return header(len) + len + header(96) + 96;
    }
    return header(len) + len;
}

static void
check_ranges(const keyshare_record *record, const uint8_t *data, size_t size)
{
    const keyshare_policy policy = keyshare_record_policy(record);
    const size_t key_len = keyshare_record_key_len(record);
    size_t len;
    const char *label = keyshare_record_label(record, &len);

    REQUIRE(policy.role >= KEYSHARE_ROLE_CUSTOM &&
            policy.role <= KEYSHARE_ROLE_TRANSFER);
    REQUIRE(policy.scheme == KEYSHARE_SCHEME_GF256 ||
            policy.scheme == KEYSHARE_SCHEME_PEDERSEN);
    REQUIRE(policy.threshold >= 1 && policy.threshold <= policy.count);
    REQUIRE(policy.count <= KEYSHARE_COUNT_MAX);
    REQUIRE(key_len >= 1 && key_len <= KEYSHARE_KEY_SIZE_MAX);
    REQUIRE(len <= KEYSHARE_LABEL_SIZE_MAX);
    REQUIRE(keyshare_label_check(label, len) == KEYSHARE_OK);
    REQUIRE((keyshare_record_epoch(record) == 0) ==
            (keyshare_record_predecessor(record) == NULL));
    REQUIRE(size <= KEYSHARE_RECORD_SIZE_MAX && data[0] == 0xe1);
}

static void
check_bytes(const keyshare_record *record, const uint8_t *data, size_t size)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    uint8_t head[HEAD_MAX];
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(record, &len);

    REQUIRE(fuzz_same(bytes, len, data, size));
    crypto_hash_sha256(digest, data, size);
    REQUIRE(fuzz_same(keyshare_record_fingerprint(record), sizeof digest,
        digest, sizeof digest));
    len = write_head(record, head);
    REQUIRE(len > 0 &&
            len + tail_size(record) + header(len + tail_size(record)) == size);
    REQUIRE(memcmp(data + header(len + tail_size(record)), head, len) == 0);
}

/* It can be prepared, and answers the same before and after. */
static void
check_use(keyshare_record *record)
{
    const keyshare_policy policy = keyshare_record_policy(record);
    const size_t chunks = (keyshare_record_key_len(record) + 30) / 31;
    const keyshare_image empty = {NULL, 0};
    keyshare_verdict verdict;

    REQUIRE(keyshare_verify(&verdict, record, NULL, &empty) == KEYSHARE_OK);
    REQUIRE(verdict == KEYSHARE_VERDICT_DAMAGED);
    if (policy.threshold * policy.count * chunks > PREPARED_MAX)
        return;
    REQUIRE(keyshare_record_prepare(record) == KEYSHARE_OK);
    REQUIRE(keyshare_record_prepare_memory(record) == 0);
}

static void
check_changed(const keyshare_record *record, const uint8_t *data, size_t size)
{
    keyshare_record *other;
    uint8_t *changed = malloc(size);
    keyshare_error error;

    REQUIRE(changed != NULL);
    memcpy(changed, data, size);
    fuzz_flip(changed, size, fuzz_lot(data, size));
    error = keyshare_record_decode(&other, changed, size, NULL);
    if (keyshare_record_policy(record).scheme == KEYSHARE_SCHEME_PEDERSEN)
        REQUIRE(error != KEYSHARE_OK);
    if (error == KEYSHARE_OK)
        REQUIRE(memcmp(keyshare_record_fingerprint(other),
                    keyshare_record_fingerprint(record),
                    KEYSHARE_FINGERPRINT_SIZE) != 0);
    keyshare_record_free(&other);
    free(changed);
}

static void
check_refused(const keyshare_record *record, keyshare_error error, uint8_t tag)
{
    REQUIRE(record == NULL);
    REQUIRE(error == KEYSHARE_ERR_FORMAT || error == KEYSHARE_ERR_VERSION ||
            error == KEYSHARE_ERR_PROOF);
    REQUIRE((tag >= 0x80 && tag <= 0x8c) || tag == 0xe1);
    REQUIRE(error != KEYSHARE_ERR_VERSION || tag <= 0x81);
    REQUIRE(error != KEYSHARE_ERR_PROOF || tag == 0x8c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    keyshare_record *record;
    uint8_t tag = 1;
    keyshare_error error;

    fuzz_begin();
    error = keyshare_record_decode(&record, data, size, &tag);
    if (error != KEYSHARE_OK) {
        check_refused(record, error, tag);
        return 0;
    }
    REQUIRE(record != NULL && tag == 0);
    check_ranges(record, data, size);
    check_bytes(record, data, size);
    check_use(record);
    check_changed(record, data, size);
    keyshare_record_free(&record);
    REQUIRE(record == NULL);
    return 0;
}
