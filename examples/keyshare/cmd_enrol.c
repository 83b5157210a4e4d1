/* SPDX-License-Identifier: ISC */
/* keyshare enrol: a device learns a record; the first one makes the device. */
#include <stdlib.h>
#include <string.h>

#include "quorum.h"
#include "record_file.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_CARD, OPTION("device", DEVICE),
    OPTION("hsm", HSM), OPTION("max-invalid", MAX_INVALID),
    OPTION("collect", COLLECT), OPTION("lock", LOCK), OPTION("chain", KNOWN),
    OPTION_END};

static const char help[] =
    "usage: keyshare enrol [--json] --device DIR [--hsm NAME] [--max-invalid N]\n"
    "                      [--collect SECONDS] [--lock SECONDS]\n"
    "                      [--chain RECORD]... [--pin-fd N] RECORD [CARD...]\n"
    "\n"
    "Tells a device a CO or SO record. The first one makes the device, a\n"
    "directory that stands for an HSM, and needs its name. For example:\n"
    "\n"
    "    keyshare enrol --device hsm --hsm \"West 4\" co/record.ks \\\n"
    "        co/card-1.ks co/card-2.ks co/card-3.ks\n"
    "\n"
    "Later ones need a quorum of an enrolled SO set, or of the set that the\n"
    "record succeeds, or while there is no SO set of a CO set. The record is\n"
    "then pending until M of its own cards have been shown, here, mixed with\n"
    "the others, or in an activation. Only then does it replace what it\n"
    "succeeds. Erase old cards only when every device that knows their record\n"
    "has enrolled the successor.\n"
    "\n"
    "It is a simulation for drills: a real device links the library.\n"
    "\n"
    "  --device DIR       the device\n"
    "  --hsm NAME         what the device is called, 1 to 255 bytes: part of\n"
    "                     every derived key; the first time only\n"
    "  --max-invalid N    so many invalid cards in a row lock the device, 10\n"
    "                     unless given; the first time only, as the next two\n"
    "  --collect SECONDS  so long may an attempt last: 600\n"
    "  --lock SECONDS     so long is it locked: 60\n"
    "  --chain RECORD     a record between the enrolled one and the new one;\n"
    "                     may be given more than once\n"
    "  --pin-fd N         PINs are lines of this file descriptor, one for each\n"
    "                     time that a card asks; on the terminal unless given\n"
    "  --json             one JSON object instead of text\n"
    "\n"
    "Exit status: 0 enrolled, or pending; 1 refused, 2 wrong use, 3 a file\n"
    "could not be read or written.\n";

#define INVALID_MAX 65535

struct enrolment {
    const struct options *options;
    const char *hsm;
    keyshare_limits limits; /* 0: not given, but for lock: see has_lock */
    bool has_lock;
    keyshare_record **records; /* the new one, then the chain */
    size_t count;
    struct device device;
    bool is_new;
};

/* ---- The command line ---- */

static enum status
read_limit(const struct options *options, enum option_id id, uint64_t least,
    uint64_t most, uint32_t *limit)
{
    uint64_t number = *limit;
    enum status status = options_number(options, id, most, &number);

    if (status == STATUS_YES && options_given(options, id) && number < least)
        status = options_refuse(options, "a limit is 1 or more");
    *limit = (uint32_t)number;
    return status;
}

static enum status
read_options(struct enrolment *enrolment)
{
    const struct options *options = enrolment->options;
    keyshare_limits *limits = &enrolment->limits;
    enum status status = read_limit(
        options, OPTION_MAX_INVALID, 1, INVALID_MAX, &limits->invalid);

    if (status == STATUS_YES)
        status = read_limit(
            options, OPTION_COLLECT, 1, UINT32_MAX, &limits->collecting);
    if (status == STATUS_YES)
        status = read_limit(options, OPTION_LOCK, 0, UINT32_MAX, &limits->lock);
    if (status != STATUS_YES)
        return status;
    enrolment->has_lock = options_given(options, OPTION_LOCK);
    if (options->file_count == 0)
        return options_refuse(options, "no record is given");
    enrolment->hsm = options->value[OPTION_HSM];
    if (enrolment->hsm != NULL &&
        (strlen(enrolment->hsm) < 1 ||
            strlen(enrolment->hsm) > KEYSHARE_ACTIVATION_IDENTITY_SIZE_MAX)) {
        return options_refuse(options, "--hsm takes 1 to %d bytes",
            KEYSHARE_ACTIVATION_IDENTITY_SIZE_MAX);
    }
    return STATUS_YES;
}

/* The new one, and those that --chain made known. */
static enum status
load_records(struct enrolment *enrolment)
{
    const struct options *options = enrolment->options;

    enrolment->records =
        calloc(options->known_count + 1, sizeof *enrolment->records);
    if (enrolment->records == NULL) {
        complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
        return STATUS_SYSTEM;
    }
    for (size_t i = 0; i <= options->known_count; i++) {
        const char *path = i == 0 ? options->files[0] : options->known[i - 1];
        enum status status =
            record_load(&enrolment->records[i], path, READER_ANY);

        if (status != STATUS_YES)
            return status;
        enrolment->count++;
    }
    return STATUS_YES;
}

/* ---- The device ---- */

/* What is told of a device that is there must be so: there is no verb that
 * changes it. */
static enum status
compare(const struct enrolment *enrolment)
{
    const keyshare_limits *limits = &enrolment->limits;
    const keyshare_limits *are = &device_status(&enrolment->device)->limits;
    const char *hsm = (const char *)enrolment->device.hsm.bytes;

    if (enrolment->hsm != NULL && strcmp(enrolment->hsm, hsm) != 0) {
        struct shown text;

        return options_refuse(enrolment->options,
            "the device is there already, and is called %s", shown(&text, hsm));
    }
    if ((limits->invalid != 0 && limits->invalid != are->invalid) ||
        (limits->collecting != 0 && limits->collecting != are->collecting) ||
        (enrolment->has_lock && limits->lock != are->lock)) {
        return options_refuse(enrolment->options,
            "the device is there already, and its limits are others");
    }
    return STATUS_YES;
}

static enum status
create(struct enrolment *enrolment, const struct device_guests *guests)
{
    const keyshare_activation_config usual = KEYSHARE_ACTIVATION_CONFIG_INIT;
    keyshare_limits limits = enrolment->limits;

    if (limits.invalid == 0)
        limits.invalid = usual.limits.invalid;
    if (limits.collecting == 0)
        limits.collecting = usual.limits.collecting;
    if (!enrolment->has_lock)
        limits.lock = usual.limits.lock;
    return device_create(&enrolment->device, enrolment->hsm, &limits, guests);
}

static enum status
get_device(struct enrolment *enrolment)
{
    struct device *device = &enrolment->device;
    enum status status = device_find(device, enrolment->options);
    struct device_guests guests;

    if (status != STATUS_YES && status != STATUS_NO)
        return status;
    enrolment->is_new = status == STATUS_NO;
    if (enrolment->is_new && enrolment->hsm == NULL) {
        return options_refuse(
            enrolment->options, "a new device needs a name: --hsm");
    }
    status = load_records(enrolment);
    if (status != STATUS_YES)
        return status;
    guests.records = (const keyshare_record *const *)enrolment->records;
    guests.count = enrolment->count;
    if (enrolment->is_new)
        return create(enrolment, &guests);
    status = device_open(device, &guests);
    return status == STATUS_YES ? compare(enrolment) : status;
}

/* The device's own of that fingerprint. */
static bool
device_has(const struct device *device, const keyshare_record *wanted,
    bool also_pending)
{
    const keyshare_record *record;
    int pending;

    for (size_t i = 0; (record = keyshare_activation_record(
                            device->activation, i, &pending)) != NULL;
         i++) {
        if (memcmp(keyshare_record_fingerprint(record),
                keyshare_record_fingerprint(wanted),
                KEYSHARE_FINGERPRINT_SIZE) == 0)
            return also_pending || !pending;
    }
    return false;
}

/* ---- What is done ---- */

/* Whether it cannot be, whatever the cards are. */
static bool
is_refused(const struct enrolment *enrolment)
{
    const struct device *device = &enrolment->device;
    struct shown text;
    const char *path = shown(&text, device->path);

    if (device_status(device)->device == KEYSHARE_DEVICE_RETIRED) {
        complain("%s: retired, for good", path);
        return true;
    }
    if (device_has(device, enrolment->records[0], false)) {
        complain("%s: that record is enrolled already", path);
        return true;
    }
    return false;
}

static void
introduce(const struct enrolment *enrolment, struct say *say)
{
    const keyshare_record *record = enrolment->records[0];
    struct shown text;

    say_step(say, "Record %s", shown(&text, enrolment->options->files[0]));
    say_record(say, record);
    say_fingerprint(say, keyshare_record_fingerprint(record));
    say_line(say, "record not authenticated: compare the words");
}

static enum status
enrol(struct enrolment *enrolment, struct quorum *quorum)
{
    struct device *device = &enrolment->device;
    keyshare_request request = KEYSHARE_REQUEST_INIT;
    enum status status = STATUS_YES;

    if (is_refused(enrolment))
        return STATUS_NO;
    /* The first one needs no cards: it stays pending. */
    if (device_status(device)->device != KEYSHARE_DEVICE_FACTORY)
        status = quorum_has_cards(quorum);
    if (status != STATUS_YES)
        return status;
    introduce(enrolment, &quorum->say);
    request.task = KEYSHARE_TASK_ENROL;
    request.record = enrolment->records[0];
    request.chain = (const keyshare_record *const *)enrolment->records + 1;
    request.chain_count = enrolment->count - 1;
    status = quorum_begin(quorum, &request);
    if (status == STATUS_YES)
        status =
            enrolment->is_new ? device_publish(device) : device_commit(device);
    return status == STATUS_YES ? quorum_collect(quorum) : status;
}

static enum status
conclude(const struct enrolment *enrolment, struct quorum *quorum)
{
    const struct device *device = &enrolment->device;
    const keyshare_record *record = enrolment->records[0];

    if (device_has(device, record, false)) {
        say_answer(&quorum->say, "enrolled");
        return STATUS_YES;
    }
    if (quorum->authorised && device_has(device, record, true)) {
        say_answer(&quorum->say,
            "pending until %u of its cards have been shown, in an activation "
            "or an enrolment",
            keyshare_record_policy(record).threshold);
        return STATUS_YES;
    }
    return STATUS_NO;
}

static enum status
run(const struct options *options)
{
    struct enrolment enrolment = {.options = options, .device = DEVICE_INIT};
    struct quorum quorum;
    enum status status = read_options(&enrolment);

    if (status == STATUS_YES)
        status = get_device(&enrolment);
    if (status == STATUS_YES) {
        quorum_open(&quorum, options, &enrolment.device, 1);
        status = enrol(&enrolment, &quorum);
        if (status == STATUS_YES)
            status = conclude(&enrolment, &quorum);
        /* A device that was not made has no state. */
        if (quorum.say.quiet && status <= STATUS_NO &&
            enrolment.device.folder >= 0)
            quorum_print_json(&quorum);
        quorum_close(&quorum);
    }
    for (size_t i = 0; i < enrolment.count; i++)
        keyshare_record_free(&enrolment.records[i]);
    free(enrolment.records);
    device_close(&enrolment.device);
    return status;
}

const struct verb verb_enrol = {
    "enrol", "a device learns a record", help, accepts, run};
