/* SPDX-License-Identifier: ISC */
/* keyshare inspect: what is in a file or on a card, as far as it can
 * be shown. */
#include "found.h"
#include "options.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_COMMON, OPTION_END};

static const char help[] =
    "usage: keyshare inspect [--json] CARD...\n"
    "\n"
    "Shows what is in a file, or on a card in a reader (pcsc:READER): a record,\n"
    "a share's index and the record that it names, a wrapped key. Never a\n"
    "secret, and no PIN is asked for. For example:\n"
    "\n"
    "    keyshare inspect set/record.ks set/card-3.ks\n"
    "\n"
    "Whether a card is good is said by keyshare verify.\n"
    "\n"
    "  --json  one JSON object instead of text\n"
    "\n"
    "Exit status: 0 all is well formed, 1 something is not, 2 wrong use, 3 a\n"
    "file or a card could not be read.\n";

static enum status
run(const struct options *options)
{
    struct say say = {options_given(options, OPTION_JSON), 0};
    struct json json = JSON_INIT;
    enum status worst = STATUS_YES;

    if (options->file_count == 0)
        return options_refuse(options, "no file is given");
    json_object(&json, NULL);
    json_array(&json, "files");
    for (size_t i = 0; i < options->file_count; i++) {
        struct found found;
        struct shown text;

        found_open(&found, options->files[i]);
        found_look(&found, i);
        if (found.error != NULL)
            complain("%s: %s", shown(&text, found.path), found.error);
        if (found.status > worst)
            worst = found.status;
        say_step(&say, "%s", shown(&text, found.path));
        found_say(&say, &found);
        json_object(&json, NULL);
        found_json(&json, &found);
        json_object_end(&json);
        found_close(&found);
    }
    json_array_end(&json);
    json_object_end(&json);
    if (say.quiet)
        json_print(&json);
    json_free(&json);
    return worst;
}

const struct verb verb_inspect = {
    "inspect", "show what is in a file", help, accepts, run};
