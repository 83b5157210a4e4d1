/* SPDX-License-Identifier: ISC */
/* The command line of a verb, taken apart, and what it asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#include "command.h"
#include "output.h"

enum option_id {
    OPTION_JSON = 1,
    OPTION_HELP,
    OPTION_ROLE,
    OPTION_THRESHOLD,
    OPTION_COUNT,
    OPTION_DEVICE,
    OPTION_HSM,
    OPTION_MAX_INVALID,
    OPTION_COLLECT,
    OPTION_LOCK,
    OPTION_PURPOSE,
    OPTION_BYTES,
    OPTION_SCHEME,
    OPTION_LABEL,
    OPTION_TIME,
    OPTION_KEY_FILE,
    OPTION_GENERATE,
    OPTION_COPIES,
    OPTION_OUT,
    OPTION_RECORD,
    OPTION_EXPECT,
    OPTION_EXPECT_ROLE,
    OPTION_EXPECT_EACH, /* --expect, where there may be several */
    OPTION_KNOWN,
    OPTION_INDEX,
    OPTION_REVEAL,
    OPTION_LATER,
    OPTION_LOWER_THRESHOLD,
    OPTION_FORMAT,
    OPTION_PRIME,
    OPTION_PIN_FD,
    OPTION_CARDS,
    OPTION_FORCE,
    OPTION_IMAGE,
    OPTION_IDS
};

/* What every verb has, what all have that take cards, that write them, and
 * that judge them: members of a verb's list, which OPTION_END ends. */
#define OPTION(name, id)                                                       \
    {                                                                          \
        name, required_argument, NULL, OPTION_##id                             \
    }
#define OPTION_FLAG(name, id)                                                  \
    {                                                                          \
        name, no_argument, NULL, OPTION_##id                                   \
    }
#define OPTIONS_COMMON OPTION_FLAG("json", JSON), OPTION_FLAG("help", HELP)
#define OPTIONS_CARD   OPTIONS_COMMON, OPTION("pin-fd", PIN_FD)
#define OPTIONS_ISSUE                                                          \
    OPTIONS_CARD, OPTION("cards", CARDS), OPTION_FLAG("force", FORCE)
#define OPTIONS_JUDGE                                                          \
    OPTIONS_CARD, OPTION("record", RECORD), OPTION("expect", EXPECT),          \
        OPTION("expect-role", EXPECT_ROLE), OPTION("known", KNOWN)
#define OPTION_END                                                             \
    {                                                                          \
        NULL, 0, NULL, 0                                                       \
    }

struct options {
    const struct verb *verb;
    const char *value[OPTION_IDS]; /* as typed; NULL: not given; "": a flag */
    const char **known;            /* each --known, or --chain, in order */
    size_t known_count;
    const char **later; /* each --later, in order */
    size_t later_count;
    const char **expected; /* each --expect of OPTION_EXPECT_EACH, in order */
    size_t expected_count;
    char **files; /* what follows the options */
    size_t file_count;
};

/* Take apart what follows the verb, ARGV[0] being the verb itself. */
enum status options_parse(
    struct options *options, const struct verb *verb, int argc, char **argv);

void options_free(struct options *options);

bool options_given(const struct options *options, enum option_id id);

/* Say what is wrong with the command line, and where to read on. */
enum status options_refuse(
    const struct options *options, const char *format, ...) OUTPUT_FORMAT(2, 3);

/* The number that was given, if one was: decimal digits, 0 to MAX. */
enum status options_number(const struct options *options, enum option_id id,
    uint64_t max, uint64_t *number);

/* The fingerprint in TEXT, which an option was given. */
enum status options_fingerprint(const struct options *options,
    enum option_id id, const char *text, uint8_t *fingerprint);

/* How many cards for each holder: 1 unless given. */
enum status options_copies(const struct options *options, unsigned *copies);

/* The index of a card, 1 to COUNT; 0 if none was given. */
enum status options_index(
    const struct options *options, unsigned count, unsigned *index);

/* The role that was given, if one was. */
enum status options_role(
    const struct options *options, enum option_id id, int *role);

#endif
