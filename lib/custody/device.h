/* SPDX-License-Identifier: ISC */
/* A device: what it holds, and where; time, events and ends.
 *
 * Of secrets there are in its one block
 *     shares        the values of accepted cards, where a key is made of them
 *     key           the activation key, within the last card's presentation
 *     room          what the scheme leaves, likewise
 *     pseudorandom  while active, and nothing else then
 * and a recovered key in a block of its own. Whatever ends a collection goes
 * through keyshare_device_end, which wipes all but pseudorandom.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>

#include <keyshare/activation.h>
#include <keyshare/fingerprint.h>

#include "hkdf.h"

/** A place for a record, and what is in it. */
struct place {
    enum place_use {
        PLACE_FREE,
        PLACE_REQUESTED, /* what a collection is about */
        PLACE_PENDING,
        PLACE_ENROLLED
    } use;
    void *room;
    const keyshare_record *record; /* in room */
};

/* As many records, and one that is requested. */
#define PLACES_MAX (KEYSHARE_ACTIVATION_RECORDS_MAX + 1)

/** Which cards of a set were accepted. */
struct accepted_cards {
    bool is[KEYSHARE_COUNT_MAX + 1]; /* by index */
    unsigned count;
};

/** A collection; zeroed: there is none. */
struct collection {
    keyshare_task task;
    struct place *subject;  /* what it is about; NULL: no record */
    struct place *replaces; /* enrol: the enrolled one; NULL: none */
    keyshare_limits limits; /* limits: the new ones */
    bool authorised;        /* enrol: pending, or about to be */
    bool ready;             /* recover: the key waits */
    /* Of the set whose quorum it is; NULL until the first accepted card. */
    const keyshare_record *set;
    struct accepted_cards cards;
    struct accepted_cards own; /* enrol: of the new record */
};

/** What a blob would say beside its records, as far as calls change it. */
struct persistent {
    bool is_factory;
    bool is_retired;
    bool is_locked;
    uint32_t invalid;
    keyshare_limits limits;
};

struct keyshare_activation {
    keyshare_activation_status status;
    size_t size; /* of the block that begins here */
    bool is_busy;
    uint64_t now;

    uint8_t identity[KEYSHARE_ACTIVATION_IDENTITY_SIZE_MAX];
    size_t identity_len;
    keyshare_event_keep keep;
    void *context;

    /* No set is greater; so many places are there, the one for a request too. */
    struct {
        size_t places;
        unsigned threshold;
        unsigned count;
        size_t key_len;
    } bounds;
    struct place places[PLACES_MAX];

    /* As the last blob says, and whether records came or went since. */
    struct persistent saved;
    bool records_changed;

    struct collection collection;

    /* While active. */
    uint8_t lineage[KEYSHARE_LINEAGE_SIZE];
    uint8_t pseudorandom[KEYSHARE_HKDF_KEY_SIZE];

    /* Further on in the block; secrets, the first bytes of secrets_size. */
    size_t value_size;      /* no value of a share has more bytes */
    const uint8_t **values; /* of accepted cards: into shares */
    uint8_t *indices;
    uint8_t *secrets;
    size_t secrets_size;
    uint8_t *shares;
    uint8_t *key;
    void *room;

    keyshare_secret *recovered;
};

/* ---- Made, and gone ---- */

/** The most memory from make to free; 0 if CONFIG is not well made. */
size_t keyshare_device_memory(const keyshare_activation_config *config);

/** A device in factory state. OK, ARGUMENT or MEMORY. */
keyshare_error keyshare_device_make(keyshare_activation **device,
    const keyshare_activation_config *config, uint64_t now);

/** Wipe it and give its memory back. */
void keyshare_device_free(keyshare_activation **device);

/** Whether limits are in range. */
bool keyshare_device_takes_limits(const keyshare_limits *limits);

/** Whether a record's set is within the bounds. */
bool keyshare_device_holds(
    const keyshare_activation *device, const keyshare_record *record);

/* ---- While it lives ---- */

/** A call that changes the device begins: OK, ARGUMENT if DEVICE is NULL, STATE
 * if called back in. */
keyshare_error keyshare_device_enter(const keyshare_activation *device);

/** Let time pass; whether a collection expired by it. */
bool keyshare_device_advance(keyshare_activation *device, uint64_t now);

/** What a blob says now: what is so should power be lost at once. */
struct persistent keyshare_device_persistent(const keyshare_activation *device);

/** Bring the status up to date. */
void keyshare_device_update(keyshare_activation *device);

/** An event with all that is the same for every kind. */
keyshare_event keyshare_device_event(
    const keyshare_activation *device, keyshare_event_kind kind);

/** Update the status, and have an event kept with what that says. */
void keyshare_device_tell(keyshare_activation *device, keyshare_event *event);

/** Put a record into a free place, which there is. */
struct place *keyshare_device_put(keyshare_activation *device,
    const keyshare_record *record, enum place_use use);

/** The place of that use and fingerprint; NULL: none. */
struct place *keyshare_device_find(keyshare_activation *device,
    enum place_use use, const uint8_t *fingerprint);

/** The place of that use and lineage; NULL: none. */
struct place *keyshare_device_find_lineage(
    keyshare_activation *device, enum place_use use, const uint8_t *lineage);

/** How many places have that use. */
size_t keyshare_device_count(
    const keyshare_activation *device, enum place_use use);

/** Awaken: the activation key is in its place; what stays of it is kept, and
 * it is wiped. @secret key, pseudorandom */
void keyshare_device_wake(
    keyshare_activation *device, const keyshare_record *record);

/** Back to sleep. */
void keyshare_device_sleep(keyshare_activation *device);

/** Out of service: asleep, and no record is left. */
void keyshare_device_retire(keyshare_activation *device);

/** Lock begin and present, SECONDS of that being over already. */
void keyshare_device_lock(keyshare_activation *device, uint64_t seconds);

/** End the collection, wipe what was collected, and tell it. */
void keyshare_device_end(keyshare_activation *device, keyshare_ending ending);

#endif
