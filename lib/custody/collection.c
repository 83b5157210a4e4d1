/* SPDX-License-Identifier: ISC */
/* A collection of cards: whose cards count, and what a card is to it. */
#include "collection.h"

#include <string.h>

#include "image.h"
#include "judge.h"
#include "record.h"

/* ---- Whose cards count ---- */

static bool
is_of_role(const struct place *place, keyshare_role role)
{
    return keyshare_record_policy(place->record).role == role;
}

static bool
has_enrolled(const keyshare_activation *device, keyshare_role role)
{
    for (size_t i = 0; i < device->bounds.places; i++)
        if (device->places[i].use == PLACE_ENROLLED &&
            is_of_role(&device->places[i], role))
            return true;
    return false;
}

/* Who does SO's work: while there is no SO set, CO sets do. */
static bool
is_officer(const keyshare_activation *device, const struct place *place)
{
    return place->use == PLACE_ENROLLED &&
           is_of_role(place, has_enrolled(device, KEYSHARE_ROLE_SO)
                                 ? KEYSHARE_ROLE_SO
                                 : KEYSHARE_ROLE_CO);
}

bool
keyshare_collection_is_open(
    const keyshare_activation *device, const struct place *place)
{
    const struct collection *collection = &device->collection;

    switch (collection->task) {
    case KEYSHARE_TASK_NONE: break;
    case KEYSHARE_TASK_ACTIVATE:
        return (place->use == PLACE_ENROLLED || place->use == PLACE_PENDING) &&
               is_of_role(place, KEYSHARE_ROLE_CO);
    case KEYSHARE_TASK_DEACTIVATE:
        return place->use == PLACE_ENROLLED &&
               is_of_role(place, KEYSHARE_ROLE_CO);
    case KEYSHARE_TASK_LIMITS:
    case KEYSHARE_TASK_RETIRE:
    case KEYSHARE_TASK_DROP: return is_officer(device, place);
    case KEYSHARE_TASK_ENROL:
        return place == collection->replaces || is_officer(device, place);
    case KEYSHARE_TASK_RECOVER: return place == collection->subject;
    }
    return false;
}

bool
keyshare_collection_has_open(const keyshare_activation *device)
{
    for (size_t i = 0; i < device->bounds.places; i++)
        if (keyshare_collection_is_open(device, &device->places[i]))
            return true;
    return false;
}

unsigned
keyshare_collection_needed(const keyshare_activation *device)
{
    unsigned needed = 0;

    if (device->collection.set != NULL)
        return keyshare_record_policy(device->collection.set).threshold;
    for (size_t i = 0; i < device->bounds.places; i++) {
        const struct place *place = &device->places[i];
        unsigned threshold;

        if (!keyshare_collection_is_open(device, place))
            continue;
        threshold = keyshare_record_policy(place->record).threshold;
        if (needed != 0 && threshold != needed)
            return 0;
        needed = threshold;
    }
    return needed;
}

/* ---- What a card is ---- */

/* Judging, with all that the device knows. */
struct judging {
    const keyshare_activation *device;
    const keyshare_image *card;
    const keyshare_record *known[PLACES_MAX];
    size_t known_count;
};

static void
begin_judging(struct judging *judging, const keyshare_activation *device,
    const keyshare_image *card)
{
    judging->device = device;
    judging->card = card;
    judging->known_count = 0;
    for (size_t i = 0; i < device->bounds.places; i++)
        if (device->places[i].use != PLACE_FREE)
            judging->known[judging->known_count++] = device->places[i].record;
}

static keyshare_error
judge_against(const struct judging *judging, struct finding_of_card *finding,
    const keyshare_record *set)
{
    const struct judge judge = {set, judging->known, judging->known_count};

    finding->set = set;
    return keyshare_judge_card(
        &judge, &finding->verdict, &finding->share, judging->card);
}

/* The place of an other-* verdict in the order in which they are said. */
static int
rank(keyshare_verdict verdict)
{
    switch (verdict) {
    case KEYSHARE_VERDICT_OTHER_ROLE: return 1;
    case KEYSHARE_VERDICT_OTHER_EPOCH: return 2;
    case KEYSHARE_VERDICT_OTHER_SET: return 3;
    case KEYSHARE_VERDICT_NONE:
    case KEYSHARE_VERDICT_OK:
    case KEYSHARE_VERDICT_DAMAGED:
    case KEYSHARE_VERDICT_INVALID:
    case KEYSHARE_VERDICT_DUPLICATE: break;
    }
    return 0;
}

/* No set is fixed, and the card names none that is open: against each. */
static keyshare_error
judge_against_each(
    const struct judging *judging, struct finding_of_card *finding)
{
    const keyshare_activation *device = judging->device;
    keyshare_verdict first = KEYSHARE_VERDICT_NONE;

    for (size_t i = 0; i < device->bounds.places; i++) {
        const struct place *place = &device->places[i];
        keyshare_error error;

        if (!keyshare_collection_is_open(device, place))
            continue;
        error = judge_against(judging, finding, place->record);
        if (error != KEYSHARE_OK)
            return error;
        if (first == KEYSHARE_VERDICT_NONE ||
            rank(finding->verdict) < rank(first))
            first = finding->verdict;
    }
    finding->verdict = first;
    return KEYSHARE_OK;
}

/* Which record a card's share names; false: it is no share. */
static bool
read_name(struct share *share, const keyshare_image *card)
{
    keyshare_image_parts parts;

    return keyshare_image_find(&parts, card) &&
           keyshare_share_decode(share, parts.share.bytes, parts.share.len) ==
               KEYSHARE_OK;
}

static bool
names(const struct share *share, const keyshare_record *record)
{
    return memcmp(share->fingerprint, keyshare_record_fingerprint(record),
               KEYSHARE_FINGERPRINT_SIZE) == 0;
}

/* The open set that a share names; NULL: none. */
static const keyshare_record *
find_named(const keyshare_activation *device, const struct share *share)
{
    for (size_t i = 0; i < device->bounds.places; i++)
        if (keyshare_collection_is_open(device, &device->places[i]) &&
            names(share, device->places[i].record))
            return device->places[i].record;
    return NULL;
}

/* The set that a card is held against; NULL: against each that is open. */
static const keyshare_record *
choose(const keyshare_activation *device, const struct share *share, bool *own)
{
    const struct collection *collection = &device->collection;
    const bool enrols = collection->task == KEYSHARE_TASK_ENROL;

    *own = enrols && share->fingerprint != NULL &&
           names(share, collection->subject->record);
    if (*own)
        return collection->subject->record;
    if (collection->set != NULL)
        return collection->set;
    /* In factory state there is but the new record. */
    if (enrols && !keyshare_collection_has_open(device))
        return collection->subject->record;
    return share->fingerprint == NULL ? NULL : find_named(device, share);
}

keyshare_error
keyshare_collection_judge(const keyshare_activation *device,
    struct finding_of_card *finding, const keyshare_image *card)
{
    const struct collection *collection = &device->collection;
    const struct accepted_cards *accepted;
    struct judging judging;
    struct share named;
    const keyshare_record *set;
    keyshare_error error;

    memset(finding, 0, sizeof *finding);
    if (!read_name(&named, card))
        memset(&named, 0, sizeof named);
    begin_judging(&judging, device, card);
    set = choose(device, &named, &finding->own);
    error = set != NULL ? judge_against(&judging, finding, set)
                        : judge_against_each(&judging, finding);
    if (error != KEYSHARE_OK)
        return error;
    accepted = finding->own ? &collection->own : &collection->cards;
    if (finding->verdict == KEYSHARE_VERDICT_OK &&
        accepted->is[finding->share.index])
        finding->verdict = KEYSHARE_VERDICT_DUPLICATE;
    finding->share.index = named.index;
    return KEYSHARE_OK;
}
