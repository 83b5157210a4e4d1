/* SPDX-License-Identifier: ISC */
/* A gf256 set that was dealt badly. */
#include "odd.h"

#include <string.h>

#include <check.h>

#include <keyshare/fingerprint.h>

#include "hash.h"
#include "record.h"
#include "share.h"

#define KEY_LEN   16
#define VALUE_LEN (KEY_LEN + 32)

/* The set's record with another tag for that index. */
static void
tag_anew(struct set *set, unsigned index, const uint8_t *value)
{
    static const char text[] = "libkeyshare/v1/gf256/share";
    const struct scheme_set *view = keyshare_record_set(set->record);
    const uint8_t number = (uint8_t)index;
    uint8_t record[1024];
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(set->record, &len);

    ck_assert_uint_le(len, sizeof record);
    memcpy(record, bytes, len);
    keyshare_hash_sha256(record + (view->commitments - bytes) + 32 * index,
        (const struct part[]){{text, sizeof text - 1},
            {view->share_context, 32}, {&number, 1}, {value, VALUE_LEN}},
        4);
    keyshare_record_free(&set->record);
    ck_assert_int_eq(
        keyshare_record_decode(&set->record, record, len, NULL), KEYSHARE_OK);
}

void
odd_deal(struct set *set, struct gen *gen, unsigned threshold, unsigned count,
    unsigned odd)
{
    uint8_t values[KEYSHARE_COUNT_MAX][VALUE_LEN];

    set_deal(
        set, gen, set_policy(KEYSHARE_SCHEME_GF256, threshold, count), KEY_LEN);
    for (size_t i = 0; i < count; i++) {
        struct share share;

        ck_assert_int_eq(keyshare_share_decode(
                             &share, set->cards[i].bytes, set->cards[i].len),
            KEYSHARE_OK);
        memcpy(values[i], share.value, VALUE_LEN);
    }
    values[odd - 1][3] ^= 0x40;
    tag_anew(set, odd, values[odd - 1]);
    for (unsigned i = 1; i <= count; i++) {
        uint8_t bytes[256];
        const size_t size = keyshare_share_size(VALUE_LEN);

        memcpy(keyshare_share_begin(bytes, i, VALUE_LEN), values[i - 1],
            VALUE_LEN);
        keyshare_share_seal(
            bytes, VALUE_LEN, keyshare_record_fingerprint(set->record));
        keyshare_secret_free(&set->shares[i - 1]);
        set_share(set, i, bytes, size);
    }
}
