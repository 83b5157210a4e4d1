/* SPDX-License-Identifier: ISC */
/* Cards for a device's task, one by one: from the command line, or asked for
 * on a terminal. Each is read, judged by the device, and wiped before the next
 * one. */
#ifndef QUORUM_H
#define QUORUM_H

#include "device.h"
#include "say.h"

struct quorum_card;

struct quorum {
    const struct options *options;
    struct device *device;
    struct say say;
    char **given; /* paths on the command line */
    size_t given_count;
    struct quorum_card *cards; /* all that were given or typed */
    size_t count;
    bool asks;       /* there are none, and there is a terminal */
    bool counts_own; /* no one has to authorise: k of M is the new set's */
    bool authorised; /* enrol: the record is pending at least */
    unsigned accepted;
    unsigned needed; /* 0: not known */
};

/* Which cards there will be: those from file FIRST on. */
void quorum_open(struct quorum *quorum, const struct options *options,
    struct device *device, size_t first);

/* Whether there are cards, or somebody to ask for them; says so if not. */
enum status quorum_has_cards(const struct quorum *quorum);

/* Begin; says what is wrong. STATUS_NO: refused, and nothing has changed. */
enum status quorum_begin(
    struct quorum *quorum, const keyshare_request *request);

/* Collect until the task is done, the cards are used up, or the device ends
 * it; and commit each step. STATUS_YES: the collection went its way. Whether
 * the task is done is the device's to say. */
enum status quorum_collect(struct quorum *quorum);

/* Write the answer of all verbs that collect. */
void quorum_print_json(const struct quorum *quorum);

void quorum_close(struct quorum *quorum);

#endif
