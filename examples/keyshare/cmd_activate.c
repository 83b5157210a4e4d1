/* SPDX-License-Identifier: ISC */
/* keyshare activate, deactivate, retire: a quorum of officers changes what a
 * device is. */
#include <string.h>

#include "quorum.h"
#include "text.h"

static const struct option accepts[] = {
    OPTIONS_CARD, OPTION("device", DEVICE), OPTION_END};

static const char activate_help[] =
    "usage: keyshare activate [--json] [--pin-fd N] --device DIR [CARD...]\n"
    "\n"
    "Wakes a device with a quorum of one of its CO sets, enrolled or pending;\n"
    "a pending one is enrolled by it. Each card is judged at once and alone.\n"
    "For example, three of seven officers:\n"
    "\n"
    "    keyshare activate --device hsm co/card-2.ks co/card-5.ks co/card-7.ks\n"
    "\n"
    "Without cards they are asked for one by one: type the path of each.\n"
    "\n"
    "  --device DIR  the device (see keyshare enrol)\n"
    "  --pin-fd N    PINs are lines of this file descriptor, one for each time\n"
    "                that a card asks; on the terminal unless given\n"
    "  --json        one JSON object instead of text\n"
    "\n"
    "Exit status: 0 the device is active, 1 it is not, 2 wrong use, 3 a file\n"
    "could not be read or written.\n";

static const char deactivate_help[] =
    "usage: keyshare deactivate [--json] [--pin-fd N] --device DIR [CARD...]\n"
    "\n"
    "Puts a device back to sleep with a quorum of any enrolled CO set. No key\n"
    "is recovered for it. For example:\n"
    "\n"
    "    keyshare deactivate --device hsm co/card-1.ks co/card-3.ks "
    "co/card-4.ks\n"
    "\n"
    "Without cards they are asked for one by one: type the path of each.\n"
    "\n"
    "  --device DIR  the device (see keyshare enrol)\n"
    "  --pin-fd N    PINs are lines of this file descriptor, one for each time\n"
    "                that a card asks; on the terminal unless given\n"
    "  --json        one JSON object instead of text\n"
    "\n"
    "Exit status: 0 the device is inactive, 1 it is not, 2 wrong use, 3 a file\n"
    "could not be read or written.\n";

static const char retire_help[] =
    "usage: keyshare retire [--json] [--pin-fd N] --device DIR CARD...\n"
    "\n"
    "Takes a device out of service, for good, with a quorum of an enrolled SO\n"
    "set; of a CO set while no SO set is enrolled. For example:\n"
    "\n"
    "    keyshare retire --device hsm so/card-1.ks so/card-2.ks so/card-6.ks\n"
    "\n"
    "  --device DIR  the device (see keyshare enrol)\n"
    "  --pin-fd N    PINs are lines of this file descriptor, one for each time\n"
    "                that a card asks; on the terminal unless given\n"
    "  --json        one JSON object instead of text\n"
    "\n"
    "Exit status: 0 the device is retired now, 1 it is not, or was before,\n"
    "2 wrong use, 3 a file could not be read or written.\n";

/* What a verb asks for. */
struct wish {
    keyshare_task task;
    const char *state; /* as the device says it */
    const char *done;
};

/* Whether there is anything to do. STATUS_NO, STATUS_YES: no. */
static bool
is_settled(
    const struct quorum *quorum, const struct wish *wish, enum status *status)
{
    struct device *device = quorum->device;
    struct say say = quorum->say;
    struct shown text;

    if (device_status(device)->device == KEYSHARE_DEVICE_RETIRED) {
        complain("%s: retired, for good", shown(&text, device->path));
        *status = STATUS_NO;
        return true;
    }
    if (strcmp(device_state(device), wish->state) == 0) {
        say_answer(&say, "already %s", wish->state);
        *status = STATUS_YES;
        return true;
    }
    return false;
}

static enum status
do_task(struct quorum *quorum, const struct wish *wish)
{
    keyshare_request request = KEYSHARE_REQUEST_INIT;
    enum status status = quorum_has_cards(quorum);

    request.task = wish->task;
    if (status == STATUS_YES)
        status = quorum_begin(quorum, &request);
    if (status == STATUS_YES)
        status = device_commit(quorum->device);
    if (status == STATUS_YES)
        status = quorum_collect(quorum);
    if (status != STATUS_YES)
        return status;
    if (strcmp(device_state(quorum->device), wish->state) != 0)
        return STATUS_NO;
    say_answer(&quorum->say, "%s", wish->done);
    return STATUS_YES;
}

static enum status
run_task(const struct options *options, const struct wish *wish)
{
    struct device device = DEVICE_INIT;
    struct quorum quorum;
    enum status status = device_find_or_fail(&device, options);

    if (status == STATUS_YES)
        status = device_open(&device, NULL);
    if (status == STATUS_YES) {
        quorum_open(&quorum, options, &device, 0);
        if (!is_settled(&quorum, wish, &status))
            status = do_task(&quorum, wish);
        if (quorum.say.quiet && status <= STATUS_NO)
            quorum_print_json(&quorum);
        quorum_close(&quorum);
    }
    device_close(&device);
    return status;
}

static enum status
run_activate(const struct options *options)
{
    static const struct wish wish = {
        KEYSHARE_TASK_ACTIVATE, "active", "the device is active"};

    return run_task(options, &wish);
}

static enum status
run_deactivate(const struct options *options)
{
    static const struct wish wish = {
        KEYSHARE_TASK_DEACTIVATE, "inactive", "the device is inactive"};

    return run_task(options, &wish);
}

static enum status
run_retire(const struct options *options)
{
    static const struct wish wish = {
        KEYSHARE_TASK_RETIRE, "retired", "the device is retired, for good"};

    if (options->file_count == 0)
        return options_refuse(options, "no card is given");
    return run_task(options, &wish);
}

const struct verb verb_activate = {"activate",
    "wake a device with a quorum of officers", activate_help, accepts,
    run_activate};
const struct verb verb_deactivate = {"deactivate",
    "put a device back to sleep with a quorum", deactivate_help, accepts,
    run_deactivate};
const struct verb verb_retire = {"retire",
    "take a device out of service, for good", retire_help, accepts, run_retire};
