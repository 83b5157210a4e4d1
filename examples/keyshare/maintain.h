/* SPDX-License-Identifier: ISC */
/* What repair, refresh and reshare share: cards that come one at a time.
 *
 * First each card is judged alone and wiped, so that it is known who is there;
 * then the operation begins, and each good card comes again, by itself. Where
 * one turns out bad only then, it begins again with the others. */
#ifndef MAINTAIN_H
#define MAINTAIN_H

#include "set.h"
#include "table.h"
#include "target.h"

struct maintain {
    /* What the verb is: */
    keyshare_error (*begin)(
        keyshare_maintenance **maintenance, const keyshare_plan *plan);
    bool all; /* all good cards are used; else the first M */
    /* Whether it may be done with the cards that are good; NULL: it may. */
    enum status (*allow)(struct maintain *maintain);
    /* What the holders are told before the first card is used. */
    void (*tell)(struct maintain *maintain);
    /* The record is whole: write what is new, read it back, finish. */
    enum status (*issue)(struct maintain *maintain);

    struct table table;
    struct set set;       /* refresh, reshare: where the new cards go */
    struct target target; /* repair: where the one goes */
    struct issue cards;   /* all: where they are issued in a reader */
    unsigned copies;      /* repair: of the one */
    keyshare_plan plan;
    keyshare_terms terms;
    bool is_late[KEYSHARE_COUNT_MAX + 1]; /* by index: --later */

    keyshare_maintenance *operation;
    keyshare_record *record; /* the new one, once it is in force */
    size_t present_count;
    uint8_t present[KEYSHARE_COUNT_MAX];
    size_t places[KEYSHARE_COUNT_MAX]; /* of those cards on the table */
    bool *named; /* by place: what is wrong with the card was said */
    bool again;  /* a card turned out bad: begin again with the others */
};

/* Read the record, and hold it against what is expected. As table_open. */
enum status maintain_open(
    struct maintain *maintain, const struct options *options);

/* The new set's terms: what stays, and label and time as they are given. */
enum status maintain_terms(struct maintain *maintain);

/* Do it all. STATUS_NO: too few cards are good, or they do not fit. */
enum status maintain_run(struct maintain *maintain);

/* Present one of those who are present, and wipe the card. STATUS_NO: it
 * turned out bad, which is said. */
enum status maintain_present(struct maintain *maintain, size_t which);

/* Whether the command was interrupted; says so. */
bool maintain_is_interrupted(void);

/* The answer for programs, about RECORD; NULL: nothing was made. */
void maintain_json(struct maintain *maintain, const keyshare_record *record);

/* Say that what was made is there where the answer could not be written. */
void maintain_end_answer(const char *path);

void maintain_close(struct maintain *maintain);

#endif
