/* SPDX-License-Identifier: ISC */
/* What an attempt that was cut off left behind, and what that means. */
#include "leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "say.h"
#include "store.h"
#include "text.h"

struct leftover {
    unsigned entries; /* whatever they are */
    keyshare_record *record;
    bool is_issued; /* the record's file is there, by itself */
    bool has_card[KEYSHARE_COUNT_MAX + 1]; /* good ones of that record */
    unsigned good;
    unsigned strange; /* cards of other records */
};

static bool
is_card(const char *name)
{
    size_t len = strlen(name);

    return len > 3 && strcmp(name + len - 3, ".ks") == 0;
}

/* The first record that is found is the one that the others are held to. */
static bool
find_record(struct leftover *leftover, const keyshare_image *card)
{
    keyshare_image_parts parts;

    if (leftover->record != NULL)
        return true;
    return keyshare_image_take_apart(&parts, card) == KEYSHARE_OK &&
           parts.record.len > 0 &&
           keyshare_record_decode(&leftover->record, parts.record.bytes,
               parts.record.len, NULL) == KEYSHARE_OK;
}

/* The record by itself: its cards are not files. */
static void
take_record(struct leftover *leftover, const keyshare_image *bytes)
{
    keyshare_image_parts parts;

    if (keyshare_image_take_apart(&parts, bytes) == KEYSHARE_OK &&
        parts.share.len == 0) {
        leftover->is_issued = find_record(leftover, bytes);
    }
}

static void
judge(struct leftover *leftover, const keyshare_image *card)
{
    keyshare_verdict verdict;
    unsigned index;

    if (keyshare_image_share(&index, NULL, card) != KEYSHARE_OK ||
        !find_record(leftover, card) ||
        keyshare_verify(&verdict, leftover->record, NULL, card) !=
            KEYSHARE_OK) {
        return;
    }
    if (verdict == KEYSHARE_VERDICT_OK) {
        leftover->good += !leftover->has_card[index];
        leftover->has_card[index] = true;
    } else if (verdict != KEYSHARE_VERDICT_DAMAGED &&
               verdict != KEYSHARE_VERDICT_INVALID) {
        leftover->strange++;
    }
}

static void
look_at(struct leftover *leftover, int folder, const char *name)
{
    struct buffer bytes = BUFFER_INIT;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return;
    leftover->entries++;
    if (is_card(name) &&
        store_read_back(&bytes, folder, name, KEYSHARE_IMAGE_SIZE_MAX) == 0) {
        keyshare_image card = {bytes.bytes, bytes.len};

        if (strcmp(name, "record.ks") == 0) {
            take_record(leftover, &card);
        } else {
            judge(leftover, &card);
        }
    }
    buffer_free(&bytes);
}

/* Whether it could be looked at. */
static bool
look(struct leftover *leftover, int parent, const char *name)
{
    int folder =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct dirent *entry;
    DIR *dir;

    if (folder < 0)
        return false;
    dir = fdopendir(folder);
    if (dir == NULL) {
        close(folder);
        return false;
    }
    while ((entry = readdir(dir)) != NULL)
        look_at(leftover, folder, entry->d_name);
    closedir(dir);
    return true;
}

static bool
follows(const keyshare_record *record, const keyshare_record *before)
{
    const uint8_t *predecessor = keyshare_record_predecessor(record);

    return predecessor != NULL &&
           memcmp(predecessor, keyshare_record_fingerprint(before),
               KEYSHARE_FINGERPRINT_SIZE) == 0;
}

/* Which of the three cases it is, for cards of a record that follows. */
static void
explain(struct leftover *leftover, const char *path)
{
    keyshare_policy policy = keyshare_record_policy(leftover->record);
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
    struct shown list;

    if (keyshare_fingerprint_hex(
            hex, keyshare_record_fingerprint(leftover->record)) != KEYSHARE_OK)
        hex[0] = '\0';
    complain("%s: %u of %u new cards are good, %u needed; their record is %s",
        path, leftover->good, policy.count, policy.threshold, hex);
    if (leftover->good < policy.threshold) {
        complain("that record is abandoned: destroy its cards; the old set is "
                 "untouched, and the next attempt makes a sibling of it at the "
                 "same epoch");
        return;
    }
    complain("they are enough: once \"keyshare check\" finds them recoverable "
             "by the record on any of them, it is in force; keep them under a "
             "name of their own, and destroy what ends in " STORE_PARTIAL);
    for (unsigned i = 1; i <= policy.count; i++)
        leftover->has_card[i] = !leftover->has_card[i];
    if (leftover->good < policy.count) {
        complain("missing, to be made by \"keyshare repair\" in the new set: "
                 "%s",
            text_list(&list, leftover->has_card, policy.count));
    }
}

/* Cards that were issued in a reader: they are not here to be counted. */
static void
explain_issued(const struct leftover *leftover, const char *path)
{
    keyshare_policy policy = keyshare_record_policy(leftover->record);

    complain("cards of this record were issued in a reader; \"keyshare check "
             "--record %s/record.ks CARD...\" tells how many are good",
        path);
    complain("with %u of %u, or more, it is in force: keep the record under a "
             "name of its own; cards that are missing are made by \"keyshare "
             "repair\"",
        policy.threshold, policy.count);
    complain("with fewer it is abandoned: erase them (keyshare card erase), "
             "remove %s, and begin again",
        path);
}

enum status
leftover_refuse(int parent, const char *name, const char *path,
    const keyshare_record *before)
{
    struct leftover leftover;
    struct shown text;

    memset(&leftover, 0, sizeof leftover);
    shown(&text, path);
    complain("%s: left behind by an attempt that was cut off", text.text);
    if (!look(&leftover, parent, name)) {
        complain("%s: %s", text.text, strerror(errno));
    } else if (leftover.entries == 1 && leftover.is_issued &&
               (before == NULL || follows(leftover.record, before))) {
        explain_issued(&leftover, text.text);
    } else if (before == NULL) {
        complain("look at it, destroy it, then deal again");
    } else if (leftover.entries == 0) {
        complain("it is empty: nothing was written; remove it, and begin "
                 "again");
    } else if (leftover.good == 0 && leftover.strange == 0) {
        complain("no new card in it is whole: that record is abandoned; "
                 "destroy what is there; the old set is untouched, and the "
                 "next attempt makes a sibling at the same epoch");
    } else if (leftover.strange > 0 || !follows(leftover.record, before)) {
        complain("it holds cards, but not of one record that follows the "
                 "given one: look at it, and do not mix them");
    } else {
        explain(&leftover, text.text);
    }
    keyshare_record_free(&leftover.record);
    return STATUS_USAGE;
}
