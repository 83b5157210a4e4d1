/* SPDX-License-Identifier: ISC */
/** @file
 * Activation: a quorum of officers wakes a device, and a quorum puts it back
 * to sleep.
 *
 * The object is a device (an HSM). It holds the records of its CO sets, one
 * for each facility, and of its SO sets; it collects cards for one task at a
 * time, each judged at once and alone. What wakes it is the key of a CO set:
 * at the M-th card that key is recovered, turned into the pseudorandom key of
 * HKDF (RFC 5869), and wiped with the shares. Only those 32 bytes stay while
 * the device is active, and nobody sees the activation key.
 *
 *     create or import     a new device, or one that was here before
 *     begin                a task: activate, deactivate, enrol, limits, retire,
 *                          drop, recover
 *     present              each card; the outcome says its verdict, k of M, and
 *                          whether the collection is over
 *     cancel, tick         call the collection off; let time pass
 *     derive               active: a key for a purpose
 *     export               what must survive a restart, as a blob
 *     suspend, resume      over a restart that leaves volatile memory as it is
 *     tamper, free         wipe; tamper retires the device too
 *
 * Whose cards count:
 *
 *     activate     a CO set, enrolled or pending
 *     deactivate   any enrolled CO set
 *     limits, retire, drop
 *                  an enrolled SO set; while there is none, an enrolled CO set,
 *                  which then does all of SO's work
 *     enrol        the same; and of a record that succeeds an enrolled one,
 *                  that one's own set. In factory state no one's
 *     recover      the set given at begin, RKSH or transfer
 *
 * A quorum is of one set: the first accepted card says of which. Refused cards
 * disturb nothing. What the quorum consents to is given at begin, stands in
 * every event, and cannot change until the end.
 *
 * Enrolment: a new record is pending once the authorising quorum is there, and
 * in force (enrolled) once M of its own cards have verified as well: in the
 * same collection, mixed with the others and told apart by what they name, or
 * of a CO record in an activation. Only then does it replace the older record
 * of its lineage: a record whose cards do not exist never takes over, and no
 * enrolment makes a device useless. A lineage has one pending record; a new
 * one takes its place. A successor is a descendant by predecessors, in the same
 * role; every record between must be given. Old CO cards are erased only when
 * every device that knows their record has enrolled the successor; a device
 * that missed it takes the chain, with an SO quorum.
 *
 * Limits: invalid cards in a row (only an accepted one resets them), and the
 * time of a collection. Either ends the attempt and locks begin and present for
 * a while; what was active stays so. Cards that are damaged, duplicate or of
 * other sets never lock. Time is monotonic seconds that you supply; time that
 * goes backwards counts as none.
 *
 * What survives: after a call, status or outcome may say that the state
 * CHANGED. Then export, store the blob, and raise your counter to its number,
 * before you go on. While cards are awaited the blob counts one invalid card
 * more than were seen, and is locked where that reaches the limit: so a power
 * cut in the midst gives no free try. A blob is never active: loss of power is
 * sleep. (What is suspended is no blob: it stands for memory that the power
 * keeps.)
 *
 * Failure: a call that returns an error changes nothing, but where its
 * description says so. Memory: the object is one block, sized by the bounds in
 * its configuration. There is no clock, thread, input or output here. An object
 * is one thread's.
 */
#ifndef KEYSHARE_ACTIVATION_H
#define KEYSHARE_ACTIVATION_H

#include <keyshare/activation_event.h>
#include <keyshare/error.h>
#include <keyshare/image.h>
#include <keyshare/record.h>
#include <keyshare/secret.h>
#include <keyshare/verdict.h>

KEYSHARE_BEGIN_DECLS

/** Bytes of the key that a device authenticates its blobs under. */
#define KEYSHARE_ACTIVATION_KEY_SIZE 32

/** The shortest key of a set that can be enrolled: what is encrypted under
 * derived keys would let a thief guess shorter ones. */
#define KEYSHARE_ACTIVATION_KEY_LEN_MIN 16

/** The most records that a device can hold, enrolled and pending. */
#define KEYSHARE_ACTIVATION_RECORDS_MAX 64

/** No blob of a device with so many records is longer. */
#define KEYSHARE_ACTIVATION_BLOB_SIZE(records) (160 + 54 * (size_t)(records))

/** The longest purpose and identity, and the longest derived key. */
#define KEYSHARE_ACTIVATION_PURPOSE_SIZE_MAX  64
#define KEYSHARE_ACTIVATION_IDENTITY_SIZE_MAX 255
#define KEYSHARE_ACTIVATION_DERIVED_SIZE_MAX  8160

/** A device. */
typedef struct keyshare_activation keyshare_activation;

/** What a device is told when it is made. Begin with
 * KEYSHARE_ACTIVATION_CONFIG_INIT. */
typedef struct keyshare_activation_config {
    size_t size; /**< of this structure */
    /** Which device it is, 1..255 bytes: part of every derived key. */
    const uint8_t *identity;
    size_t identity_len;
    /** A new device's limits; an imported one has its blob's. */
    keyshare_limits limits;
    /** How many records it can hold, 1..64, enrolled and pending: one place
     * more than are enrolled lets a successor be pending. */
    size_t records;
    /** No set's M, N and key are greater, enrolled or recovered from. */
    unsigned threshold;
    unsigned count;
    size_t key_len;
    /** Keeps events; NULL: nobody does. */
    keyshare_event_keep keep;
    void *context; /**< handed to keep; stays the caller's */
} keyshare_activation_config;

/** No identity; 10 invalid cards, 600 s, 60 s; 8 records of sets up to 5-of-9
 * with keys up to 64 bytes. */
#define KEYSHARE_ACTIVATION_CONFIG_INIT                                        \
    {                                                                          \
        sizeof(keyshare_activation_config), 0, 0, {10, 600, 60}, 8, 5, 9, 64,  \
            0, 0                                                               \
    }

/** A task, and what its quorum consents to. Begin with KEYSHARE_REQUEST_INIT;
 * leave alone what the task does not name. All is copied. */
typedef struct keyshare_request {
    size_t size; /**< of this structure */
    keyshare_task task;
    /** ENROL: the new record. RECOVER: the set's. */
    const keyshare_record *record;
    /** ENROL: the records between it and the enrolled one that it succeeds, in
     * any order; others among them do no harm. NULL if chain_count is 0. */
    const keyshare_record *const *chain;
    size_t chain_count;
    /** RECOVER: what the record's fingerprint must be. DROP: which pending
     * record. ENROL: the same as RECOVER, or NULL: not told. */
    const uint8_t *fingerprint;
    /** LIMITS: the new ones. */
    keyshare_limits limits;
} keyshare_request;

/** Nothing is asked. */
#define KEYSHARE_REQUEST_INIT                                                  \
    {                                                                          \
        sizeof(keyshare_request), KEYSHARE_TASK_NONE, 0, 0, 0, 0,              \
        {                                                                      \
            0, 0, 0                                                            \
        }                                                                      \
    }

/** What came of a card. */
typedef struct keyshare_outcome {
    size_t size; /**< of this structure; set it before the call */
    /** What the card is; NONE where it was not judged. */
    keyshare_verdict verdict;
    /** The index that its share says; 0 where there is none to be read. */
    unsigned index;
    /** k of M: of the set that the card is of, if it is OK or DUPLICATE; else
     * of the set that is awaited. M is 0 where it is not known yet. */
    unsigned accepted;
    unsigned needed;
    /** ENROL: not 0 if the card is one of the new record's own. */
    int own;
    /** How the collection ended with this card; NONE: it goes on. */
    keyshare_ending ending;
    /** Not 0: the state to be exported has changed. Export first. */
    int changed;
} keyshare_outcome;

/** Nothing was judged. */
#define KEYSHARE_OUTCOME_INIT                                                  \
    {                                                                          \
        sizeof(keyshare_outcome), KEYSHARE_VERDICT_NONE, 0, 0, 0, 0,           \
            KEYSHARE_ENDING_NONE, 0                                            \
    }

/** Where a device stands. */
typedef struct keyshare_activation_status {
    keyshare_device device;
    keyshare_task task; /**< what cards are collected for */
    /** k of M of the set that is awaited. M is the set's own once a card was
     * accepted; before, that of all sets which may come, or 0 where they
     * differ. ENROL: of the authorising set, 0 of 0 where none is needed. */
    unsigned accepted;
    unsigned needed;
    /** ENROL: not 0 once the authorising quorum is there (or none is needed),
     * and the record is pending; and k of M of its own cards. */
    int authorised;
    unsigned own_accepted;
    unsigned own_needed;
    /** RECOVER: not 0: the key is there (keyshare_activation_take). */
    int ready;
    /** The lineage that woke the device, 16 bytes: whose copy of the key
     * store's master key opens. NULL unless ACTIVE. */
    const uint8_t *lineage;
    uint32_t collecting; /**< seconds left of the collection */
    uint32_t lock;       /**< seconds for which it is locked */
    uint32_t invalid;    /**< invalid cards in a row */
    keyshare_limits limits;
    size_t enrolled;        /**< so many records are in force */
    size_t pending;         /**< so many are pending */
    keyshare_ending ending; /**< how the last collection ended */
    /** Not 0: an export would tell something else than the last blob did. */
    int changed;
    uint64_t sequence;    /**< of the last blob, made or imported; 0: none */
    uint64_t events_lost; /**< events that could not be kept */
} keyshare_activation_status;

/** The most memory that a device takes from create or import to free, counted
 * as memory.h says: with a key recovered, and with the record that a card
 * carries, if its set is within the bounds. Derived keys come on top
 * (keyshare_secret_memory). A card with a larger record of its own needs
 * keyshare_record_memory for it, and is refused with KEYSHARE_ERR_MEMORY where
 * that is not to be had.
 *
 * @param[in] config  the bounds
 *
 * @return the number of bytes; 0 if CONFIG is refused
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_activation_memory(
    const keyshare_activation_config *config);

/** Make a new device, in factory state.
 *
 * @param[out] activation  the device; the caller's to free
 * @param[in]  config      who it is, limits, bounds, events
 * @param[in]  now         monotonic seconds
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or CONFIG is not well made
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_create(
    keyshare_activation **activation, const keyshare_activation_config *config,
    uint64_t now);

/** A blob, and what it is held against. Begin with KEYSHARE_BLOB_INIT. */
typedef struct keyshare_blob {
    size_t size;          /**< of this structure */
    const uint8_t *bytes; /**< as exported */
    size_t len;
    /** The device's key, KEYSHARE_ACTIVATION_KEY_SIZE bytes. */
    const uint8_t *key;
    /** Your counter: no blob with a lower number is taken. Raise it to the
     * blob's own (status: sequence), which may be ahead by one where power was
     * lost before the counter was raised. */
    uint64_t least;
    /** The records that the blob names, in any order; others among them do no
     * harm. NULL if record_count is 0. */
    const keyshare_record *const *records;
    size_t record_count;
} keyshare_blob;

/** No blob. */
#define KEYSHARE_BLOB_INIT                                                     \
    {                                                                          \
        sizeof(keyshare_blob), 0, 0, 0, 0, 0, 0                                \
    }

/** Make a device as it was when the blob was exported: inactive, or retired.
 *
 * @param[out] activation  the device; the caller's to free
 * @param[in]  config      as for create; its limits are not looked at
 * @param[in]  blob        the blob, the device's key, your counter, the records
 * @param[in]  now         monotonic seconds
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or CONFIG or BLOB is not
 *                                  well made
 * @retval KEYSHARE_ERR_FORMAT      not the canonical form of a blob
 * @retval KEYSHARE_ERR_VERSION     a version not known here
 * @retval KEYSHARE_ERR_DAMAGED     altered, or made under another key
 * @retval KEYSHARE_ERR_ROLLBACK    its number is less than your counter
 * @retval KEYSHARE_ERR_UNEXPECTED  of a device with another identity, or a
 *                                  record that it names was not given
 * @retval KEYSHARE_ERR_SPACE       more records than CONFIG lets it hold, or
 *                                  one beyond the bounds
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT       the latch is closed (self_test.h)
 *
 * @secret the device's key
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_import(
    keyshare_activation **activation, const keyshare_activation_config *config,
    const keyshare_blob *blob, uint64_t now);

/** Export what must survive a restart. Each blob has the next number.
 *
 * @param[in,out] activation  the device
 * @param[out]    blob        the blob
 * @param[in]     size        how many bytes BLOB has room for;
 *                            KEYSHARE_ACTIVATION_BLOB_SIZE of as many records
 *                            as it can hold is always enough
 * @param[out]    len         how many there are
 * @param[in]     key         the device's key, KEYSHARE_ACTIVATION_KEY_SIZE
 *                            bytes
 * @param[in]     now         monotonic seconds
 *
 * @retval KEYSHARE_OK            its number: status, sequence
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 * @retval KEYSHARE_ERR_STATE     called back in
 * @retval KEYSHARE_ERR_SPACE     SIZE is too small
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret the device's key
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_export(
    keyshare_activation *activation, uint8_t *blob, size_t size, size_t *len,
    const uint8_t *key, uint64_t now);

/** Bytes of a suspended device. */
#define KEYSHARE_ACTIVATION_SUSPENDED_SIZE 89

/** Seal what an active device holds in volatile memory, for a device whose
 * volatile memory outlives its process: a simulation, or firmware that a
 * supervisor restarts. Any other has no use for it: loss of power is sleep.
 *
 * It is encrypted and authenticated, and worth the device's derived keys to
 * whoever has the device's key too: keep it in memory that goes with the power
 * and is wiped by a tamper. It is bound to the last blob: after the next export
 * it resumes nothing. The device goes on; a collection is not part of it.
 *
 * @param[in,out] activation  the device, active, as its last blob says
 * @param[out]    suspended   KEYSHARE_ACTIVATION_SUSPENDED_SIZE bytes
 * @param[in]     key         the device's key, KEYSHARE_ACTIVATION_KEY_SIZE
 *                            bytes
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 * @retval KEYSHARE_ERR_STATE     not active, CHANGED since the last blob, or
 *                                called back in
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret the device's key, what stays of the activation key
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_suspend(
    keyshare_activation *activation, uint8_t *suspended, const uint8_t *key);

/** Make an imported device as active as it was when it was suspended.
 *
 * @param[in,out] activation  the device, inactive, as its blob says
 * @param[in]     suspended   KEYSHARE_ACTIVATION_SUSPENDED_SIZE bytes
 * @param[in]     key         the device's key, KEYSHARE_ACTIVATION_KEY_SIZE
 *                            bytes
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 * @retval KEYSHARE_ERR_STATE     not inactive, something is collected, CHANGED
 *                                since the blob, or called back in
 * @retval KEYSHARE_ERR_VERSION   a version not known here
 * @retval KEYSHARE_ERR_DAMAGED   altered, made under another key, or of a
 *                                device with another identity
 * @retval KEYSHARE_ERR_ROLLBACK  suspended at another blob than the last
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret the device's key, what stays of the activation key
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_resume(
    keyshare_activation *activation, const uint8_t *suspended,
    const uint8_t *key);

/** Begin to collect cards for a task.
 *
 * In factory state a new record needs no authorisation: it is pending at once,
 * in the place of any other. So is a pending one dropped at once: that returns
 * with no collection begun (status: ending is DONE).
 *
 * @param[in,out] activation  the device; its status says whether it CHANGED:
 *                            then export before the first card
 * @param[in]     request     the task, and what it is about
 * @param[in]     now         monotonic seconds
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, REQUEST is not well made,
 *                                  or limits are out of range
 * @retval KEYSHARE_ERR_STATE       a collection is under way; activate: active
 *                                  already; deactivate: not active; nothing is
 *                                  enrolled whose cards could count; retired;
 *                                  called back in
 * @retval KEYSHARE_ERR_LIMIT       locked
 * @retval KEYSHARE_ERR_ROLE        enrol: neither CO nor SO, or another role
 *                                  than the enrolled record of its lineage; recover: neither
 *                                  RKSH nor transfer
 * @retval KEYSHARE_ERR_POLICY      enrol: one card would be a quorum
 * @retval KEYSHARE_ERR_KEY_LENGTH  enrol: the set's key is shorter than 16
 *                                  bytes
 * @retval KEYSHARE_ERR_LINEAGE     enrol: a record of its lineage is enrolled,
 *                                  and it is not shown to be a descendant: a
 *                                  record between is missing or wrong, or it is
 *                                  the same, older, or a sibling
 * @retval KEYSHARE_ERR_UNEXPECTED  the record is not the one expected; drop:
 *                                  none such is pending
 * @retval KEYSHARE_ERR_SPACE       no place for one more record, or its set is
 *                                  beyond the bounds
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT       the latch is closed (self_test.h)
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_begin(
    keyshare_activation *activation, const keyshare_request *request,
    uint64_t now);

/** Present a card to the collection that is under way.
 *
 * It is judged at once and alone. While no set is fixed it is held against the
 * one that its share names; if it names none, against each, and the first of
 * other-role, other-epoch, other-set is said.
 *
 * @param[in,out] activation  the device
 * @param[in,out] outcome     what came of it, as far as its size reaches
 * @param[in]     card        its image; the caller wipes it afterwards
 * @param[in]     now         monotonic seconds
 *
 * @retval KEYSHARE_OK            it was judged: see OUTCOME
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or OUTCOME is not well made
 * @retval KEYSHARE_ERR_STATE     no card is awaited, or called back in
 * @retval KEYSHARE_ERR_LIMIT     locked, or the collection's time is over and
 *                                it ended: the card was not judged
 * @retval KEYSHARE_ERR_MISMATCH  the last card was good, and so were the others,
 *                                but they give a key that the record does not
 *                                commit to: the dealing was bad. The collection
 *                                ended
 * @retval KEYSHARE_ERR_MEMORY    the card was not judged, and may be presented
 *                                again
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret the card's share value, the activation key and what is left of it,
 *         the recovered key
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_present(
    keyshare_activation *activation, keyshare_outcome *outcome,
    const keyshare_image *card, uint64_t now);

/** Take the storage key that was recovered. That ends the collection; until
 * then the key waits in the device, no longer than the collection's time.
 *
 * @param[in,out] activation  the device
 * @param[out]    key         the key, the caller's to free
 * @param[in]     now         monotonic seconds
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 * @retval KEYSHARE_ERR_STATE     there is none, or called back in
 * @retval KEYSHARE_ERR_LIMIT     its time is over, and it was wiped
 *
 * @secret key
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_take(
    keyshare_activation *activation, keyshare_secret **key, uint64_t now);

/** Call the collection off: the device is as before it began, but for a record
 * that is pending since. What was collected is wiped.
 *
 * @param[in,out] activation  the device
 * @param[in]     now         monotonic seconds
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  ACTIVATION is NULL
 * @retval KEYSHARE_ERR_STATE     nothing is collected (if its time was over, it
 *                                ended by that), or called back in
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_cancel(
    keyshare_activation *activation, uint64_t now);

/** Let time pass: a collection expires, a lock opens.
 *
 * @param[in,out] activation  the device
 * @param[in]     now         monotonic seconds
 *
 * @retval KEYSHARE_OK            see the status
 * @retval KEYSHARE_ERR_ARGUMENT  ACTIVATION is NULL
 * @retval KEYSHARE_ERR_STATE     called back in
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_tick(
    keyshare_activation *activation, uint64_t now);

/** Derive a key for a purpose: HKDF-SHA-256 of the activation key, with the
 * lineage as salt, for this purpose and this device.
 *
 * It is the same after repair, refresh and re-share, and another one in every
 * lineage: a device with several facilities keeps its own master key wrapped
 * once under each.
 *
 * @param[in,out] activation   the device, active
 * @param[out]    key          the key, the caller's to free
 * @param[in]     len          how many bytes, 1..8160
 * @param[in]     purpose      PURPOSE_LEN bytes, such as the text "key-store"
 * @param[in]     purpose_len  1..64
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or a length out of range
 * @retval KEYSHARE_ERR_STATE     not active, or called back in
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret key
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_derive(
    keyshare_activation *activation, keyshare_secret **key, size_t len,
    const uint8_t *purpose, size_t purpose_len);

/** Where a device stands, as of the time that it was told last.
 *
 * @param[in] activation  the device
 *
 * @return the status, which changes with the device and lives as long
 *
 * @secret none
 */
KEYSHARE_API const keyshare_activation_status *keyshare_activation_status_of(
    const keyshare_activation *activation);

/** The records of a device, enrolled and pending, one by one.
 *
 * @param[in]  activation  the device
 * @param[in]  which       0, 1, ...: in no order
 * @param[out] pending     not 0 if it is pending; may be NULL
 *
 * @return the record, which lives until the device's next call; NULL if there
 *         are no more
 *
 * @secret none
 */
KEYSHARE_API const keyshare_record *keyshare_activation_record(
    const keyshare_activation *activation, size_t which, int *pending);

/** Wipe all that is secret, and retire the device, at once and without cards.
 * It can still be exported, so that it stays retired.
 *
 * @param[in,out] activation  the device
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  ACTIVATION is NULL
 * @retval KEYSHARE_ERR_STATE     called back in
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_activation_tamper(
    keyshare_activation *activation);

/** Wipe and free a device, in any state, and set the pointer to NULL. Called
 * back in it does nothing.
 *
 * @param[in,out] activation  the address of the pointer; NULL in either:
 *                            nothing
 *
 * @secret none
 */
KEYSHARE_API void keyshare_activation_free(keyshare_activation **activation);

KEYSHARE_END_DECLS

#endif
