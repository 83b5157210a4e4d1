/* SPDX-License-Identifier: ISC */
/* The self test: known answers from below, then of whole sets. */
#include <keyshare/self_test.h>

#include <string.h>

#include <keyshare/recover.h>

#include "known_answers.h"
#include "known_sets.h"
#include "latch.h"
#include "memory.h"

/* A set of two cards made elsewhere, and the key that they give. */
struct known_set {
    keyshare_image record;
    keyshare_image cards[2];
    const uint8_t *key;
    size_t key_len;
};

static const struct known_set known_sets[] = {
    {{gf256_record, sizeof gf256_record},
        {{gf256_card_1, sizeof gf256_card_1},
            {gf256_card_2, sizeof gf256_card_2}},
        gf256_key, sizeof gf256_key},
    {{pedersen_record, sizeof pedersen_record},
        {{pedersen_card_1, sizeof pedersen_card_1},
            {pedersen_card_2, sizeof pedersen_card_2}},
        pedersen_key, sizeof pedersen_key},
};

/* OK, MEMORY, or FAULT. */
static keyshare_error
test_primitives(void)
{
    const size_t room_size = keyshare_known_answers_room();
    void *room = keyshare_memory_new(room_size);
    bool hold;

    if (room == NULL)
        return KEYSHARE_ERR_MEMORY;
    hold = keyshare_known_answers_hold(room);
    keyshare_memory_delete(room, room_size);
    return hold ? KEYSHARE_OK : KEYSHARE_ERR_FAULT;
}

/* The known set gives its key, from its record's bytes on. */
static keyshare_error
test_recovery(const struct known_set *set)
{
    keyshare_record *record = NULL;
    keyshare_secret *key = NULL;
    keyshare_verdict verdicts[2];
    keyshare_error error = keyshare_record_decode(
        &record, set->record.bytes, set->record.len, NULL);

    if (error == KEYSHARE_OK)
        error = keyshare_recover(&key, verdicts, record, NULL, set->cards, 2);
    /* The known key is no secret: it stands in the program. */
    if (error == KEYSHARE_OK &&
        (keyshare_secret_len(key) != set->key_len ||
            memcmp(keyshare_secret_reveal(key), set->key, set->key_len) != 0))
        error = KEYSHARE_ERR_FAULT;
    keyshare_secret_free(&key);
    keyshare_record_free(&record);
    if (error != KEYSHARE_OK && error != KEYSHARE_ERR_MEMORY)
        error = KEYSHARE_ERR_FAULT;
    return error;
}

keyshare_error
keyshare_self_test(void)
{
    keyshare_error error;

    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = test_primitives();
    for (size_t i = 0; i < sizeof known_sets / sizeof *known_sets; i++)
        if (error == KEYSHARE_OK)
            error = test_recovery(&known_sets[i]);
    if (error == KEYSHARE_ERR_FAULT)
        keyshare_latch_close();
    return error;
}
