/* SPDX-License-Identifier: ISC */
/* The directory that a new set is written to: it exists whole or not at all.
 * Cards are files in it, or issued in a reader (issue.h).
 *
 * Everything is written to DIR.partial, record.ks last, and DIR.partial is
 * renamed to DIR.
 *
 * From set_begin on signals are held back until the command ends; whoever
 * writes asks for them (interrupt.h), and ends by set_publish or
 * set_abandon. */
#ifndef SET_H
#define SET_H

#include "buffer.h"
#include "issue.h"
#include "newdir.h"

struct set {
    struct newdir dir;
    struct issue *issue; /* where cards are issued; NULL: all are files */
    unsigned count;      /* cards of each copy */
    unsigned copies;
    bool has_record;                       /* record.ks is written */
    bool is_there;                         /* DIR is */
    bool has_card[KEYSHARE_COUNT_MAX + 1]; /* by index: it is written */
};

#define SET_INIT                                                               \
    {                                                                          \
        NEWDIR_INIT, NULL, 0, 0, false, false,                                 \
        {                                                                      \
            false                                                              \
        }                                                                      \
    }

/* Whether a set can be written at DIR. Touches nothing, says what is wrong:
 * where DIR.partial was left behind, what it holds (leftover.h). BEFORE is
 * the record that the new one follows; NULL: it follows none. */
enum status set_open(struct set *set, const char *dir, unsigned count,
    unsigned copies, const keyshare_record *before);

/* Make DIR.partial. */
enum status set_begin(struct set *set);

/* Write record.ks before any card: where cards are issued, it is what the rest
 * is made with should this be cut off. */
enum status set_put_record(struct set *set, const keyshare_record *record);

/* Write the card of an index, and its copies. */
enum status set_put(struct set *set, unsigned index,
    const keyshare_record *record, const keyshare_secret *share);

/* Read file POSITION of DIR.partial as it lies on the disk. */
enum status set_read_back(
    const struct set *set, struct buffer *bytes, size_t position);

/* Write record.ks, and give the set its name: from here on it exists. Where
 * it may not survive a crash this is said, and is STATUS_SYSTEM. */
enum status set_publish(struct set *set, const keyshare_record *record);

/* Leave nothing of what was written, and say so if that fails; a set that
 * exists is left alone. Cards that were issued are what they are: then the
 * record stays, in DIR.partial. */
enum status set_abandon(struct set *set);

/* Where cards are issued, and not all are: with a quorum of them the set
 * exists, and what is missing can be made; says so, or what to do. */
void set_end_early(struct set *set, const keyshare_record *record);

/* All of these at once, for shares that are all there. */
enum status set_write(struct set *set, const keyshare_record *record,
    keyshare_secret *const *shares);

/* How many files there are: the record, then cards by index, then copies;
 * those of cards that are not written too. No cards where they are issued. */
size_t set_files(const struct set *set);

/* Whether the card that file POSITION is for is written; true for 0. */
bool set_has(const struct set *set, size_t position);

/* How many cards are written, copies and issued ones too. */
size_t set_cards(const struct set *set);

/* The path of file POSITION as it is now, 0 for the record; the caller's to free. NULL: no
 * memory. */
char *set_path(const struct set *set, size_t position);

void set_close(struct set *set);

#endif
