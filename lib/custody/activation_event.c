/* SPDX-License-Identifier: ISC */
/* The words of an activation. */
#include <keyshare/activation_event.h>

const char *
keyshare_device_text(keyshare_device device)
{
    switch (device) {
    case KEYSHARE_DEVICE_FACTORY: return "factory";
    case KEYSHARE_DEVICE_INACTIVE: return "inactive";
    case KEYSHARE_DEVICE_ACTIVE: return "active";
    case KEYSHARE_DEVICE_RETIRED: return "retired";
    }
    return "unknown";
}

const char *
keyshare_task_text(keyshare_task task)
{
    switch (task) {
    case KEYSHARE_TASK_NONE: return "none";
    case KEYSHARE_TASK_ACTIVATE: return "activate";
    case KEYSHARE_TASK_DEACTIVATE: return "deactivate";
    case KEYSHARE_TASK_ENROL: return "enrol";
    case KEYSHARE_TASK_LIMITS: return "limits";
    case KEYSHARE_TASK_RETIRE: return "retire";
    case KEYSHARE_TASK_DROP: return "drop";
    case KEYSHARE_TASK_RECOVER: return "recover";
    }
    return "unknown";
}

const char *
keyshare_ending_text(keyshare_ending ending)
{
    switch (ending) {
    case KEYSHARE_ENDING_NONE: return "none";
    case KEYSHARE_ENDING_DONE: return "done";
    case KEYSHARE_ENDING_CANCELLED: return "cancelled";
    case KEYSHARE_ENDING_EXPIRED: return "expired";
    case KEYSHARE_ENDING_LIMIT: return "limit";
    case KEYSHARE_ENDING_MISMATCH: return "mismatch";
    case KEYSHARE_ENDING_TAMPER: return "tamper";
    }
    return "unknown";
}

const char *
keyshare_event_text(keyshare_event_kind kind)
{
    switch (kind) {
    case KEYSHARE_EVENT_NONE: return "none";
    case KEYSHARE_EVENT_BEGUN: return "begun";
    case KEYSHARE_EVENT_CARD: return "card";
    case KEYSHARE_EVENT_REFUSED: return "refused";
    case KEYSHARE_EVENT_PENDING: return "pending";
    case KEYSHARE_EVENT_ENROLLED: return "enrolled";
    case KEYSHARE_EVENT_DROPPED: return "dropped";
    case KEYSHARE_EVENT_ENDED: return "ended";
    case KEYSHARE_EVENT_DERIVED: return "derived";
    case KEYSHARE_EVENT_TAKEN: return "taken";
    case KEYSHARE_EVENT_EXPORTED: return "exported";
    case KEYSHARE_EVENT_SUSPENDED: return "suspended";
    case KEYSHARE_EVENT_RESUMED: return "resumed";
    }
    return "unknown";
}
