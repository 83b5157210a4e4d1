/* SPDX-License-Identifier: ISC */
/* A device: its configuration, and the one block of memory that it is. */
#include "device.h"

#include <string.h>

#include "block.h"
#include "memory.h"
#include "record.h"
#include "record_draft.h"

#define INVALID_MAX 65535

/* ---- Memory ---- */

bool
keyshare_device_takes_limits(const keyshare_limits *limits)
{
    return limits->invalid >= 1 && limits->invalid <= INVALID_MAX &&
           limits->collecting >= 1;
}

static bool
is_well_made(const keyshare_activation_config *config)
{
    return config->size >= sizeof *config && config->identity != NULL &&
           config->identity_len >= 1 &&
           config->identity_len <= KEYSHARE_ACTIVATION_IDENTITY_SIZE_MAX &&
           keyshare_device_takes_limits(&config->limits) &&
           config->records >= 1 &&
           config->records <= KEYSHARE_ACTIVATION_RECORDS_MAX &&
           config->threshold >= 1 && config->threshold <= config->count &&
           config->count <= KEYSHARE_COUNT_MAX &&
           config->key_len >= KEYSHARE_ACTIVATION_KEY_LEN_MIN &&
           config->key_len <= KEYSHARE_KEY_SIZE_MAX;
}

/* What the greatest sets ask for, over both schemes. */
struct greatest {
    size_t record_len;
    size_t decoding; /* of a record that a card carries */
    size_t value_len;
    size_t room;
};

static size_t
greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

static struct greatest
find_greatest(const keyshare_activation_config *config)
{
    static const keyshare_scheme schemes[] = {
        KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};
    /* Any bytes: their number counts. */
    static const uint8_t predecessor[KEYSHARE_FINGERPRINT_SIZE];
    struct greatest greatest = {0, 0, 0, 0};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        keyshare_terms terms = KEYSHARE_TERMS_INIT;
        const struct record_terms meant = {.terms = &terms,
            .key_len = config->key_len,
            .epoch = 1,
            .predecessor = predecessor};
        const struct scheme *scheme =
            keyshare_scheme_find((unsigned)schemes[i]);
        struct scheme_set set;
        size_t len;

        terms.policy = (keyshare_policy){
            KEYSHARE_ROLE_CO, schemes[i], config->threshold, config->count};
        terms.label_len = KEYSHARE_LABEL_SIZE_MAX;
        set = keyshare_record_set_of(&terms.policy, config->key_len);
        len = keyshare_record_draft_size(&meant);
        greatest.record_len = greater(greatest.record_len, len);
        greatest.decoding = greater(greatest.decoding,
            scheme->proof_len > 0 ? keyshare_record_memory(len)
                                  : keyshare_record_count(len));
        greatest.value_len =
            greater(greatest.value_len, scheme->value_len(set.key_len));
        greatest.room = greater(greatest.room, scheme->recover_room(&set));
    }
    return greatest;
}

/* Bounds, and what lies behind the struct in its block. */
static size_t
lay_out(keyshare_activation *device, const keyshare_activation_config *config,
    void *start)
{
    const struct greatest greatest = find_greatest(config);
    struct block block = {start, 0};

    keyshare_block_take(&block, sizeof *device);
    device->bounds.places = config->records + 1;
    device->bounds.threshold = config->threshold;
    device->bounds.count = config->count;
    device->bounds.key_len = config->key_len;
    for (size_t i = 0; i < device->bounds.places; i++)
        device->places[i].room = keyshare_block_take(
            &block, keyshare_record_copy_size(greatest.record_len));
    device->values =
        keyshare_block_take(&block, config->threshold * sizeof *device->values);
    device->indices = keyshare_block_take(&block, config->threshold);
    device->value_size = greatest.value_len;
    device->secrets = start == NULL ? NULL : block.start + block.used;
    device->secrets_size = block.used;
    device->shares =
        keyshare_block_take(&block, config->threshold * greatest.value_len);
    device->key = keyshare_block_take(&block, config->key_len);
    device->room = keyshare_block_take(&block, greatest.room);
    device->secrets_size = block.used - device->secrets_size;
    return block.used;
}

static size_t
measure(const keyshare_activation_config *config)
{
    keyshare_activation device;

    memset(&device, 0, sizeof device);
    return lay_out(&device, config, NULL);
}

size_t
keyshare_device_memory(const keyshare_activation_config *config)
{
    if (!is_well_made(config))
        return 0;
    return keyshare_memory_count(measure(config)) +
           keyshare_secret_memory(config->key_len) +
           find_greatest(config).decoding;
}

keyshare_error
keyshare_device_make(keyshare_activation **device,
    const keyshare_activation_config *config, uint64_t now)
{
    keyshare_activation *made;
    size_t size;

    *device = NULL;
    if (!is_well_made(config))
        return KEYSHARE_ERR_ARGUMENT;
    size = measure(config);
    made = keyshare_memory_new(size);
    if (made == NULL)
        return KEYSHARE_ERR_MEMORY;
    lay_out(made, config, made);
    made->size = size;
    made->now = now;
    memcpy(made->identity, config->identity, config->identity_len);
    made->identity_len = config->identity_len;
    made->keep = config->keep;
    made->context = config->context;
    made->status.device = KEYSHARE_DEVICE_FACTORY;
    made->status.limits = config->limits;
    *device = made;
    keyshare_device_update(made);
    return KEYSHARE_OK;
}

bool
keyshare_device_holds(
    const keyshare_activation *device, const keyshare_record *record)
{
    const keyshare_policy policy = keyshare_record_policy(record);

    return policy.threshold <= device->bounds.threshold &&
           policy.count <= device->bounds.count &&
           keyshare_record_key_len(record) <= device->bounds.key_len;
}

void
keyshare_device_free(keyshare_activation **device)
{
    keyshare_secret_free(&(*device)->recovered);
    keyshare_memory_delete(*device, (*device)->size);
    *device = NULL;
}
