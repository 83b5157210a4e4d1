/* SPDX-License-Identifier: ISC */
/** @file
 * What happens in an activation (activation.h): its words, and the events that
 * a log is made of. No secret is in any of them.
 */
#ifndef KEYSHARE_ACTIVATION_EVENT_H
#define KEYSHARE_ACTIVATION_EVENT_H

#include <keyshare/error.h>
#include <keyshare/verdict.h>

KEYSHARE_BEGIN_DECLS

/** What a device is. ACTIVE is no small number: memory that was zeroed, or hit
 * by a flipped bit, never reads as active. */
typedef enum keyshare_device {
    /** No record was ever enrolled; nothing is active. */
    KEYSHARE_DEVICE_FACTORY = 0,
    /** Enrolled, and asleep. */
    KEYSHARE_DEVICE_INACTIVE = 1,
    /** A quorum has woken it: keys can be derived. */
    KEYSHARE_DEVICE_ACTIVE = 0x3c,
    /** Out of service for good. */
    KEYSHARE_DEVICE_RETIRED = 0x81
} keyshare_device;

/** What cards are collected for. */
typedef enum keyshare_task {
    KEYSHARE_TASK_NONE = 0,       /**< nothing is collected */
    KEYSHARE_TASK_ACTIVATE = 1,   /**< wake the device */
    KEYSHARE_TASK_DEACTIVATE = 2, /**< put it to sleep */
    KEYSHARE_TASK_ENROL = 3,      /**< take a new record */
    KEYSHARE_TASK_LIMITS = 4,     /**< change the limits */
    KEYSHARE_TASK_RETIRE = 5,     /**< out of service, for good */
    KEYSHARE_TASK_DROP = 6,       /**< give up a pending record */
    KEYSHARE_TASK_RECOVER = 7     /**< get a storage key back */
} keyshare_task;

/** How a collection ended. DONE is no small number. */
typedef enum keyshare_ending {
    KEYSHARE_ENDING_NONE = 0,      /**< it has not, or there was none */
    KEYSHARE_ENDING_DONE = 0x3c,   /**< what it was begun for is done */
    KEYSHARE_ENDING_CANCELLED = 1, /**< it was called off */
    KEYSHARE_ENDING_EXPIRED = 2,   /**< its time was over; locked */
    KEYSHARE_ENDING_LIMIT = 3,     /**< too many invalid cards; locked */
    KEYSHARE_ENDING_MISMATCH = 4,  /**< good cards of a set dealt badly */
    KEYSHARE_ENDING_TAMPER = 5     /**< the device was wiped */
} keyshare_ending;

/** When an attempt ends, and for how long the device is then locked. */
typedef struct keyshare_limits {
    uint32_t invalid;    /**< so many invalid cards in a row, 1..65535 */
    uint32_t collecting; /**< so many seconds an attempt lasts, 1 or more */
    uint32_t lock;       /**< so many seconds it is locked; 0: not at all */
} keyshare_limits;

/** What an event tells of. */
typedef enum keyshare_event_kind {
    KEYSHARE_EVENT_NONE = 0,
    KEYSHARE_EVENT_BEGUN = 1,     /**< cards are awaited for a task */
    KEYSHARE_EVENT_CARD = 2,      /**< a card was judged */
    KEYSHARE_EVENT_REFUSED = 3,   /**< locked: nothing was begun or judged */
    KEYSHARE_EVENT_PENDING = 4,   /**< a record was taken, its cards not seen */
    KEYSHARE_EVENT_ENROLLED = 5,  /**< a record came into force */
    KEYSHARE_EVENT_DROPPED = 6,   /**< a pending record was given up */
    KEYSHARE_EVENT_ENDED = 7,     /**< a collection ended: see ending */
    KEYSHARE_EVENT_DERIVED = 8,   /**< a key was derived */
    KEYSHARE_EVENT_TAKEN = 9,     /**< a storage key was handed out */
    KEYSHARE_EVENT_EXPORTED = 10, /**< a blob was made */
    KEYSHARE_EVENT_SUSPENDED = 11, /**< what is active was sealed */
    KEYSHARE_EVENT_RESUMED = 12    /**< it is active as it was suspended */
} keyshare_event_kind;

/** Something that happened. Pointers live as long as the call. */
typedef struct keyshare_event {
    size_t size; /**< of this structure */
    keyshare_event_kind kind;
    uint64_t now;           /**< monotonic, as you said last */
    keyshare_device device; /**< what the device is since */
    keyshare_task task;     /**< of the collection, under way or ending */
    /** ENDED: how. */
    keyshare_ending ending;
    /** CARD: what it is, whose, and k of M of its set, or where it was refused
     * of the one that is awaited (keyshare_outcome). */
    keyshare_verdict verdict;
    unsigned index;
    unsigned accepted;
    unsigned needed;
    /** The fingerprint of the set that the cards accepted are of, 32 bytes;
     * NULL until one is accepted, and of a card of the record being enrolled
     * that record's. */
    const uint8_t *set;
    /** What the quorum consents to. The record: to be enrolled, recovered from
     * or dropped; PENDING and ENROLLED: of which it is so. A record's
     * fingerprint vouches for the chain behind it. NULL: none. */
    const uint8_t *record;
    /** ENROL: the enrolled record that it will replace; NULL: none. */
    const uint8_t *replaces;
    /** LIMITS: the new ones; else those in force. */
    keyshare_limits limits;
    /** DERIVED: what for, PURPOSE_LEN bytes. */
    const uint8_t *purpose;
    size_t purpose_len;
    /** EXPORTED: the blob's number. */
    uint64_t sequence;
    /** Seconds for which it is locked. */
    uint32_t lock;
} keyshare_event;

/** Keep an event; 0 when done, anything else: it could not be kept, which is
 * counted (keyshare_activation_status) and changes nothing.
 *
 * It may ask for the status. All else it calls of the same object is refused
 * with KEYSHARE_ERR_STATE, or does nothing.
 */
typedef int (*keyshare_event_keep)(void *context, const keyshare_event *event);

/** The word: "factory", "inactive", "active", "retired".
 *
 * @param[in] device  any value
 *
 * @return a static string; "unknown" for an unknown value
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_device_text(keyshare_device device);

/** The word: "none", "activate", "deactivate", "enrol", "limits", "retire",
 * "drop", "recover".
 *
 * @param[in] task  any value
 *
 * @return a static string; "unknown" for an unknown value
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_task_text(keyshare_task task);

/** The word: "none", "done", "cancelled", "expired", "limit", "mismatch",
 * "tamper".
 *
 * @param[in] ending  any value
 *
 * @return a static string; "unknown" for an unknown value
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_ending_text(keyshare_ending ending);

/** The word: "begun", "card", "refused", "pending", "enrolled", "dropped",
 * "ended", "derived", "taken", "exported", "suspended", "resumed".
 *
 * @param[in] kind  any value
 *
 * @return a static string; "unknown" for an unknown value
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_event_text(keyshare_event_kind kind);

KEYSHARE_END_DECLS

#endif
