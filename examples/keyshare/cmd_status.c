/* SPDX-License-Identifier: ISC */
/* keyshare status: where a device stands. Nothing is changed. */
#include <inttypes.h>
#include <string.h>

#include "device.h"
#include "json.h"
#include "say.h"
#include "text.h"

static const struct option accepts[] = {
    OPTIONS_COMMON, OPTION("device", DEVICE), OPTION_END};

static const char help[] =
    "usage: keyshare status [--json] --device DIR\n"
    "\n"
    "Says where a device stands: its state, the records that it knows, for how\n"
    "long it is locked. For example:\n"
    "\n"
    "    keyshare status --device hsm\n"
    "\n"
    "  --device DIR  the device (see keyshare enrol)\n"
    "  --json        one JSON object instead of text\n"
    "\n"
    "Exit status: 0 said, 1 the device is refused: it was altered, 2 wrong\n"
    "use, 3 a file could not be read.\n";

static void
print_json(const struct device *device)
{
    const keyshare_activation_status *now = device_status(device);
    const keyshare_record *record;
    struct json json = JSON_INIT;
    int pending;

    json_object(&json, NULL);
    json_string(&json, "state", device_state(device));
    json_string(&json, "hsm", (const char *)device->hsm.bytes);
    json_array(&json, "enrolled");
    for (size_t i = 0; (record = keyshare_activation_record(
                            device->activation, i, &pending)) != NULL;
         i++) {
        keyshare_policy policy = keyshare_record_policy(record);

        json_object(&json, NULL);
        json_hex(&json, "fingerprint", keyshare_record_fingerprint(record),
            KEYSHARE_FINGERPRINT_SIZE);
        json_string(&json, "role", keyshare_role_text(policy.role));
        json_number(&json, "epoch", keyshare_record_epoch(record));
        json_number(&json, "threshold", policy.threshold);
        json_number(&json, "count", policy.count);
        json_bool(&json, "pending", pending != 0);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_hex(&json, "active_lineage", now->lineage, KEYSHARE_LINEAGE_SIZE);
    json_number(&json, "lockout_seconds", now->lock);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

static void
print_text(const struct device *device)
{
    const keyshare_activation_status *now = device_status(device);
    const keyshare_record *record;
    struct say say = {false, 0};
    struct shown text;
    int pending;

    say_step(&say, "Device %s: %s",
        shown(&text, (const char *)device->hsm.bytes), device_state(device));
    if (now->lineage != NULL)
        say_bytes(&say, "lineage", now->lineage, KEYSHARE_LINEAGE_SIZE);
    say_line(&say,
        "limits      %" PRIu32 " invalid cards in a row, %" PRIu32
        " s to collect, locked for %" PRIu32 " s",
        now->limits.invalid, now->limits.collecting, now->limits.lock);
    if (now->invalid > 0)
        say_line(&say, "invalid     %" PRIu32 " in a row", now->invalid);
    if (now->lock > 0)
        say_line(&say, "locked      for %" PRIu32 " s", now->lock);
    for (size_t i = 0; (record = keyshare_activation_record(
                            device->activation, i, &pending)) != NULL;
         i++) {
        say_step(&say, "Record %zu: %s", i + 1,
            pending ? "pending until a quorum of its cards was seen"
                    : "enrolled");
        say_record(&say, record);
        say_fingerprint(&say, keyshare_record_fingerprint(record));
    }
}

static enum status
run(const struct options *options)
{
    struct device device = DEVICE_INIT;
    enum status status;

    if (options->file_count > 0)
        return options_refuse(options, "takes no file");
    status = device_find_or_fail(&device, options);
    if (status == STATUS_YES)
        status = device_open(&device, NULL);
    if (status == STATUS_YES && options_given(options, OPTION_JSON)) {
        print_json(&device);
    } else if (status == STATUS_YES) {
        print_text(&device);
    }
    device_close(&device);
    return status;
}

const struct verb verb_status = {
    "status", "say where a device stands", help, accepts, run};
