/* SPDX-License-Identifier: ISC */
/* A device in tests, with the store that it is saved in. Every answer on the
 * way is asserted. */
#ifndef HSM_H
#define HSM_H

#include <keyshare/activation.h>

#include "set.h"

/** A device; begin with hsm_create. */
struct hsm {
    keyshare_activation *device;
    keyshare_activation_config config;
    uint64_t now;
    /** What is stored: the device's key, the counter, the last blob. */
    uint8_t key[KEYSHARE_ACTIVATION_KEY_SIZE];
    uint64_t counter;
    uint8_t
        blob[KEYSHARE_ACTIVATION_BLOB_SIZE(KEYSHARE_ACTIVATION_RECORDS_MAX)];
    size_t blob_len;
};

/** A new one of that name, with the usual configuration. */
void hsm_create(struct hsm *hsm, const char *identity);

void hsm_free(struct hsm *hsm);

const keyshare_activation_status *hsm_status(const struct hsm *hsm);

/** A request for a task that needs no more, or with a record. */
keyshare_request hsm_request(keyshare_task task, const keyshare_record *record);

/** Begin, which must be allowed. */
void hsm_begin(struct hsm *hsm, const keyshare_request *request);

/** Begin, which must not. */
void hsm_refuses(
    struct hsm *hsm, const keyshare_request *request, keyshare_error error);

/** Present one card, which must be judged. */
keyshare_outcome hsm_present(struct hsm *hsm, const keyshare_image *card);

/** Present one card, which must have that verdict. */
void hsm_verdict(
    struct hsm *hsm, const keyshare_image *card, keyshare_verdict verdict);

/** Present COUNT cards of a set from index FIRST on; all are accepted. */
void hsm_show(
    struct hsm *hsm, const struct set *set, unsigned first, unsigned count);

/** A whole task with the first M cards of a set. */
void hsm_do(struct hsm *hsm, keyshare_task task, const struct set *set);

/** Enrol a set's record, authorised by the first M cards of another (NULL: in
 * factory state), with M of its own. */
void hsm_enrol(
    struct hsm *hsm, const struct set *set, const struct set *authority);

/** A key of 32 bytes; the caller's to free. */
keyshare_secret *hsm_derive(struct hsm *hsm, const char *purpose);

/** Export into the store, and raise the counter. */
void hsm_save(struct hsm *hsm);

/** What the store holds, with its records: for an import. */
keyshare_blob hsm_blob(
    const struct hsm *hsm, const keyshare_record *const *records, size_t count);

/** Lose power, and boot from the store. */
void hsm_restart(
    struct hsm *hsm, const keyshare_record *const *records, size_t count);

#endif
