/* SPDX-License-Identifier: ISC */
/* keyshare: the ceremony's command. Finds the verb, and sees to it that
 * nothing leaks and that the exit status tells the truth. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include "interrupt.h"
#include "options.h"
#include "output.h"
#include "prompt.h"
#include "reader.h"
#include "say.h"
#include "text.h"

static const struct verb *const verbs[] = {&verb_deal, &verb_inspect,
    &verb_verify, &verb_check, &verb_recover, &verb_repair, &verb_refresh,
    &verb_reshare, &verb_audit, &verb_label, &verb_split, &verb_combine,
    &verb_enrol, &verb_activate, &verb_deactivate, &verb_derive, &verb_status,
    &verb_retire, &verb_readers, &verb_card};

#define VERBS (sizeof verbs / sizeof verbs[0])

/* What a card is asked for and does not give is an answer, and what tends to
 * the card changes it: another PIN, another card. That it cannot be reached, or
 * does not work, is none. */
static enum status
status_of_card(keyshare_error error)
{
    switch (error) {
    case KEYSHARE_ERR_CARD_PIN:
    case KEYSHARE_ERR_CARD_BLOCKED:
    case KEYSHARE_ERR_CARD_EMPTY:
    case KEYSHARE_ERR_CARD_TORN:
    case KEYSHARE_ERR_CARD_OCCUPIED: return STATUS_NO;
    default: return STATUS_SYSTEM;
    }
}

enum status
status_of(keyshare_error error)
{
    switch (keyshare_error_kind_of(error)) {
    case KEYSHARE_ERROR_KIND_NONE: return STATUS_YES;
    case KEYSHARE_ERROR_KIND_CALLER: return STATUS_USAGE;
    case KEYSHARE_ERROR_KIND_INPUT: return STATUS_NO;
    case KEYSHARE_ERROR_KIND_CARD: return status_of_card(error);
    case KEYSHARE_ERROR_KIND_MACHINE: break;
    }
    return STATUS_SYSTEM;
}

/* A file that is opened must not become standard output by taking its
 * number: keep all three taken, in a way that cannot be used. */
static bool
hold_standard_files(void)
{
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
        int mode = file == STDIN_FILENO ? O_WRONLY : O_RDONLY;

        if (fcntl(file, F_GETFD) == -1 && open("/dev/null", mode) != file)
            return false;
    }
    return true;
}

/* What holds secrets leaves no image of its memory, and no file that others
 * can read; what cannot be written is an error, not the end. */
static void
harden(void)
{
    const struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
#if defined(__linux__)
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    (void)umask(077);
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
}

static const char usage[] = "usage: keyshare VERB [OPTION]... [FILE]...\n"
                            "\n"
                            "A key over N cards, any M of which give it back.\n"
                            "\n";

static const char epilogue[] =
    "\n"
    "\"keyshare VERB --help\" teaches each by an example.\n"
    "Exit status: 0 yes, 1 the answer is no, 2 wrong use, 3 the system "
    "failed.\n";

static void
list_verbs(void (*print)(const char *format, ...) OUTPUT_FORMAT(1, 2))
{
    print("%s", usage);
    for (size_t i = 0; i < VERBS; i++)
        print("  %-10s %s\n", verbs[i]->name, verbs[i]->summary);
    print("%s", epilogue);
}

static void print_error(const char *format, ...) OUTPUT_FORMAT(1, 2);

static void
print_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
}

static enum status
run_verb(const struct verb *verb, int argc, char **argv)
{
    struct options options;
    enum status status = options_parse(&options, verb, argc, argv);

    if (status == STATUS_YES && options_given(&options, OPTION_HELP)) {
        output_text("%s", verb->help);
    } else if (status == STATUS_YES) {
        status = prompt_open(&options);
        if (status == STATUS_YES)
            status = verb->run(&options);
    }
    reader_end();
    options_free(&options);
    return status;
}

static enum status
run(int argc, char **argv)
{
    struct shown text;

    if (argc < 2) {
        list_verbs(print_error);
        return STATUS_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0) {
        list_verbs(output_text);
        return STATUS_YES;
    }
    if (strcmp(argv[1], "--version") == 0) {
        output_text("keyshare %s\n", keyshare_version());
        return STATUS_YES;
    }
    for (size_t i = 0; i < VERBS; i++) {
        if (strcmp(argv[1], verbs[i]->name) == 0)
            return run_verb(verbs[i], argc - 1, argv + 1);
    }
    complain(
        "no such verb: %s; try \"keyshare --help\"", shown(&text, argv[1]));
    return STATUS_USAGE;
}

int
main(int argc, char **argv)
{
    enum status status;
    int error;

    if (!hold_standard_files())
        return STATUS_SYSTEM;
    harden();
    status = run(argc, argv);
    error = output_close();
    if (error != 0) {
        complain("standard output: %s", strerror(error));
        status = STATUS_SYSTEM;
    }
    interrupt_release();
    return (int)status;
}
