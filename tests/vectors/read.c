/* SPDX-License-Identifier: ISC */
/* Records and sets of custody.json as the library's. */
#include "read.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "vectors.h"

keyshare_record *
read_record(json_t *string)
{
    struct bytes bytes = vectors_hex(string);
    keyshare_record *record;
    uint8_t tag;
    keyshare_error error =
        keyshare_record_decode(&record, bytes.bytes, bytes.len, &tag);

    ck_assert_msg(error == KEYSHARE_OK, "not a record: %s at %02x",
        keyshare_error_name(error), tag);
    free(bytes.bytes);
    return record;
}

void
read_set(struct set *set, json_t *object, json_t *key)
{
    json_t *shares = vectors_get(object, "shares");
    json_t *share;
    size_t i;

    memset(set, 0, sizeof *set);
    set->record = read_record(vectors_get(object, "record"));
    set->policy = keyshare_record_policy(set->record);
    if (!json_is_null(key)) {
        struct bytes bytes = vectors_hex(key);

        memcpy(set->key, bytes.bytes, bytes.len);
        set->key_len = bytes.len;
        free(bytes.bytes);
    }
    ck_assert_uint_eq(json_array_size(shares), set->policy.count);
    json_array_foreach(shares, i, share)
    {
        struct bytes bytes = vectors_hex(share);

        set_share(set, (unsigned)i + 1, bytes.bytes, bytes.len);
        free(bytes.bytes);
    }
}
