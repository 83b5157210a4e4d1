/* SPDX-License-Identifier: ISC */
/* The command line of a verb, taken apart, and what it asks for. */
#include "options.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "say.h"
#include "text.h"

#define COPIES_MAX 99

bool
options_given(const struct options *options, enum option_id id)
{
    return options->value[id] != NULL;
}

enum status
options_refuse(const struct options *options, const char *format, ...)
{
    const char *verb = options->verb->name;
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "keyshare %s: ", verb);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nTry \"keyshare %s --help\".\n", verb);
    va_end(arguments);
    return STATUS_USAGE;
}

static const char *
name_option(const struct options *options, int id)
{
    const struct option *option = options->verb->accepts;

    while (option->name != NULL && option->val != id)
        option++;
    return option->name != NULL ? option->name : "";
}

/* Keep one option. A ceremony that says a thing twice has a slip in it. */
static enum status
keep(struct options *options, int id, const char *value)
{
    if (id == OPTION_KNOWN) {
        options->known[options->known_count++] = value;
    } else if (id == OPTION_LATER) {
        options->later[options->later_count++] = value;
    } else if (id == OPTION_EXPECT_EACH) {
        options->expected[options->expected_count++] = value;
    } else if (options->value[id] != NULL) {
        return options_refuse(
            options, "--%s is given twice", name_option(options, id));
    }
    options->value[id] = value != NULL ? value : "";
    return STATUS_YES;
}

/* What getopt_long could not make sense of. */
static enum status
refuse_option(const struct options *options, int id, const char *argument)
{
    struct shown text;

    if (id == ':') {
        return options_refuse(
            options, "%s: its value is missing", shown(&text, argument));
    }
    /* Letters are no options here; they may stand in the midst of others. */
    if (optopt >= ' ' && optopt <= '~')
        return options_refuse(options, "no such option: -%c", optopt);
    return options_refuse(options,
        "no such option, not a clear one, or one that has no value: %s",
        shown(&text, argument));
}

/* No card in a reader is looked for where there can be no readers. */
static enum status
check_readers(const struct options *options)
{
    const char *record = options->value[OPTION_RECORD];
    bool any = (record != NULL && reader_is(record)) ||
               options_given(options, OPTION_CARDS);

    for (size_t i = 0; i < options->file_count; i++)
        any = any || reader_is(options->files[i]);
    for (size_t i = 0; i < options->known_count; i++)
        any = any || reader_is(options->known[i]);
    if (!any || reader_is_supported())
        return STATUS_YES;
    return options_refuse(options, "%s", reader_how_to_get);
}

enum status
options_parse(
    struct options *options, const struct verb *verb, int argc, char **argv)
{
    enum status status = STATUS_YES;
    int id;

    memset(options, 0, sizeof *options);
    options->verb = verb;
    options->known = calloc((size_t)argc, sizeof *options->known);
    options->expected = calloc((size_t)argc, sizeof *options->expected);
    options->later = calloc((size_t)argc, sizeof *options->later);
    if (options->known == NULL || options->expected == NULL ||
        options->later == NULL) {
        complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
        return STATUS_SYSTEM;
    }
    opterr = 0;
    while (status == STATUS_YES &&
           (id = getopt_long(argc, argv, ":", verb->accepts, NULL)) != -1) {
        if (id == ':' || id == '?') {
            status = refuse_option(options, id, argv[optind - 1]);
        } else {
            status = keep(options, id, optarg);
        }
    }
    options->files = argv + optind;
    options->file_count = (size_t)(argc - optind);
    return status == STATUS_YES ? check_readers(options) : status;
}

void
options_free(struct options *options)
{
    free(options->known);
    free(options->expected);
    free(options->later);
    options->known = NULL;
    options->known_count = 0;
    options->expected = NULL;
    options->expected_count = 0;
    options->later = NULL;
    options->later_count = 0;
}

enum status
options_number(const struct options *options, enum option_id id, uint64_t max,
    uint64_t *number)
{
    struct shown text;
    uint64_t value;

    if (!options_given(options, id))
        return STATUS_YES;
    if (!text_number(&value, options->value[id]) || value > max) {
        return options_refuse(options,
            "--%s takes a number from 0 to %" PRIu64 ", not \"%s\"",
            name_option(options, (int)id), max,
            shown(&text, options->value[id]));
    }
    *number = value;
    return STATUS_YES;
}

enum status
options_fingerprint(const struct options *options, enum option_id id,
    const char *text, uint8_t *fingerprint)
{
    if (keyshare_fingerprint_parse(fingerprint, text, strlen(text)) ==
        KEYSHARE_OK) {
        return STATUS_YES;
    }
    return options_refuse(options,
        "--%s takes a fingerprint: 64 hex digits, or its 32 words as one "
        "argument",
        name_option(options, (int)id));
}

enum status
options_copies(const struct options *options, unsigned *copies)
{
    uint64_t number = 1;
    enum status status =
        options_number(options, OPTION_COPIES, COPIES_MAX, &number);

    if (status == STATUS_YES && number == 0)
        status = options_refuse(options, "--copies takes 1 or more");
    *copies = (unsigned)number;
    return status;
}

enum status
options_index(const struct options *options, unsigned count, unsigned *index)
{
    uint64_t number = 0;
    enum status status =
        options_number(options, OPTION_INDEX, UINT64_MAX, &number);

    if (status == STATUS_YES && options_given(options, OPTION_INDEX) &&
        (number < 1 || number > count)) {
        status = options_refuse(
            options, "--index: the cards of this set are 1 to %u", count);
    }
    *index = status == STATUS_YES ? (unsigned)number : 0;
    return status;
}

enum status
options_role(const struct options *options, enum option_id id, int *role)
{
    static const keyshare_role roles[] = {KEYSHARE_ROLE_CUSTOM,
        KEYSHARE_ROLE_RKSH, KEYSHARE_ROLE_CO, KEYSHARE_ROLE_SO,
        KEYSHARE_ROLE_TRANSFER};
    struct shown text;

    if (!options_given(options, id))
        return STATUS_YES;
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(options->value[id], keyshare_role_text(roles[i])) == 0) {
            *role = (int)roles[i];
            return STATUS_YES;
        }
    }
    return options_refuse(options,
        "--%s takes rksh, co, so, transfer or custom, not \"%s\"",
        name_option(options, (int)id), shown(&text, options->value[id]));
}
