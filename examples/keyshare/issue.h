/* SPDX-License-Identifier: ISC */
/* Cards issued one by one in a reader, in the place of files: each is asked
 * for, looked at, written, read back and judged.
 *
 * What the holders' cards are is not undone: a set that is cut off with M or
 * more of them is completed by repair, and with fewer these are to be erased.
 * So the record lies in a file before the first card is written. */
#ifndef ISSUE_H
#define ISSUE_H

#include "json.h"
#include "options.h"
#include "reader.h"
#include "say.h"

/* Judge a card as it was read back, as the verb does. */
typedef keyshare_error (*issue_judge)(
    void *context, keyshare_verdict *verdict, const keyshare_image *card);

struct issue {
    const char *path; /* pcsc:READER; NULL: files are written */
    bool force;       /* cards of other sets may be overwritten */
    struct say *say;
    issue_judge judge;
    void *context;
    /* What is not overwritten, whatever is said: the set in force, and the one
     * that is written. */
    uint8_t keep[2][KEYSHARE_FINGERPRINT_SIZE];
    size_t keep_count;
    unsigned holders; /* so many have their first card */
    size_t cards;     /* so many are written, copies too */
    struct json json; /* of each */
};

/* What --cards and --force say. */
enum status issue_open(
    struct issue *issue, const struct options *options, struct say *say);

bool issue_is_on(const struct issue *issue);

/* The shares of that record are not to be overwritten. */
void issue_keep(struct issue *issue, const keyshare_record *record);

/* Tell what comes, and what it means if it is cut off: COUNT holders are to
 * get COPIES cards each. */
void issue_tell(const struct issue *issue, const keyshare_policy *policy,
    unsigned count, unsigned copies);

/* Issue one card: SHARE of INDEX, with its record. STATUS_YES: it is there.
 * What is wrong with a card is said, and another one asked for. */
enum status issue_card(struct issue *issue, const keyshare_record *record,
    unsigned index, unsigned copy, const keyshare_secret *share);

/* Where it ended before all was written: what there is, and what to do. WHERE
 * is the record's file. */
void issue_explain(const struct issue *issue, const keyshare_policy *policy,
    const char *where);

/* The member "issued"; none where files are written. */
void issue_json(struct issue *issue, struct json *json);

void issue_close(struct issue *issue);

#endif
