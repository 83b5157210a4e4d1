/* SPDX-License-Identifier: ISC */
/* keyshare readers: which readers there are, and in which of them is a card. */
#include "json.h"
#include "options.h"
#include "reader.h"
#include "say.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_COMMON, OPTION_END};

static const char help[] =
    "usage: keyshare readers [--json]\n"
    "\n"
    "Lists the readers that PC/SC serves. For example\n"
    "\n"
    "    keyshare readers\n"
    "\n"
    "prints a line such as\n"
    "\n"
    "    pcsc:0  card     Cherry KC 1000 SC 00 00\n"
    "\n"
    "Wherever a card is a file, it may be a card in a reader: pcsc: and its\n"
    "number or its name. Numbers change when readers come and go; names rarely\n"
    "do. The same reader several times: it asks for the next card.\n"
    "\n"
    "  --json  one JSON object instead of text\n"
    "\n"
    "Exit status: 0 listed, 2 wrong use, 3 the service of readers does not\n"
    "answer.\n";

static void
print_json(const struct reader_entry *entries, size_t count)
{
    struct json json = JSON_INIT;

    json_object(&json, NULL);
    json_array(&json, "readers");
    for (size_t i = 0; i < count; i++) {
        json_object(&json, NULL);
        json_number(&json, "number", i);
        json_string(&json, "name", entries[i].name);
        json_bool(&json, "card", entries[i].has_card);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

static enum status
run(const struct options *options)
{
    struct say say = {options_given(options, OPTION_JSON), 0};
    struct reader_entry entries[READERS_MAX];
    size_t count = 0;
    keyshare_error error;

    if (options->file_count > 0)
        return options_refuse(options, "takes no file");
    if (!reader_is_supported())
        return options_refuse(options, "%s", reader_how_to_get);
    error = reader_list(entries, &count);
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    for (size_t i = 0; i < count; i++) {
        struct shown text;

        say_answer(&say, READER_PREFIX "%zu  %-7s  %s", i,
            entries[i].has_card ? "card" : "no card",
            shown(&text, entries[i].name));
    }
    if (say.quiet) {
        print_json(entries, count);
    } else if (count == 0) {
        complain("there is no reader");
    }
    return STATUS_YES;
}

const struct verb verb_readers = {
    "readers", "list readers for smartcards", help, accepts, run};
