/* SPDX-License-Identifier: ISC */
/* What a verb of the command is, and how each of them ends. */
#ifndef COMMAND_H
#define COMMAND_H

#include <getopt.h>

#include <keyshare.h>

/* The exit status: a script can act on the answer without reading it. */
enum status {
    STATUS_YES = 0,
    STATUS_NO = 1,     /* a bad card, too few, not the record expected */
    STATUS_USAGE = 2,  /* what was asked for makes no sense; nothing is done */
    STATUS_SYSTEM = 3, /* a file, the memory or the generator failed */
};

struct options;

struct verb {
    const char *name;
    const char *summary; /* one line, for the list of all verbs */
    const char *help;    /* teaches by an example */
    const struct option *accepts;
    enum status (*run)(const struct options *options);
};

extern const struct verb verb_deal;
extern const struct verb verb_inspect;
extern const struct verb verb_verify;
extern const struct verb verb_check;
extern const struct verb verb_recover;
extern const struct verb verb_repair;
extern const struct verb verb_refresh;
extern const struct verb verb_reshare;
extern const struct verb verb_audit;
extern const struct verb verb_label;
extern const struct verb verb_split;
extern const struct verb verb_combine;
extern const struct verb verb_enrol;
extern const struct verb verb_activate;
extern const struct verb verb_deactivate;
extern const struct verb verb_derive;
extern const struct verb verb_status;
extern const struct verb verb_retire;
extern const struct verb verb_readers;
extern const struct verb verb_card;

/* The status that an error of the library ends the command with. */
enum status status_of(keyshare_error error);

#endif
