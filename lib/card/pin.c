/* SPDX-License-Identifier: ISC */
/* The card's PIN: found, asked for, presented once. */
#include "pin.h"

#include "memory.h"
#include "status.h"

#define VERIFY 0x20

/* Where a PIN is looked for: the one that is there without saying which, then
 * the first of the card, the first of the DF, the DF's without a number, and
 * the second ones ([ISO7816-4] 7.5.1).
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 */
static const uint8_t references[] = {0x00, 0x01, 0x81, 0x80, 0x02, 0x82};
#define REFERENCES (sizeof references / sizeof *references)

/* Send VERIFY; without data it asks for the tries left ([ISO7816-4] 7.5.6). */
static keyshare_error
verify(struct session *session, unsigned reference, size_t len)
{
    const struct apdu apdu = {.ins = VERIFY,
        .p2 = (uint8_t)reference,
        .data = len > 0 ? session->pin : NULL,
        .len = len};
    size_t got;

    return keyshare_channel_exchange(&session->channel, &apdu, &got);
}

/* Ask for the tries of one PIN; *found: whether the card knows it. */
static keyshare_error
ask_tries(struct session *session, unsigned reference, bool *found)
{
    keyshare_error error = verify(session, reference, 0);
    const unsigned status = session->channel.status;

    *found = false;
    if (error != KEYSHARE_OK)
        return error;
    if (keyshare_status_is_counter(status)) {
        session->info.tries = (int)(status & 0x0f);
        *found = true;
    }
    if (status == STATUS_BLOCKED) {
        session->info.tries = 0;
        *found = true;
    }
    /* It may have taken this for a try: not to be asked again. */
    if (status == STATUS_WRONG)
        *found = true;
    if (*found)
        session->pin_reference = reference;
    return KEYSHARE_OK;
}

/* Whether a card says that it has no PIN of that reference; no PIN was looked
 * at then, and no try is lost. */
static bool
is_no_reference(unsigned status)
{
    return status == STATUS_NO_FILE || status == STATUS_PARAMETERS ||
           status == STATUS_NO_REFERENCE || status == STATUS_OFFSET;
}

/* Where the PIN may be: references[] from the first one on that the card knows,
 * or does not say that it does not. */
struct search {
    bool found;   /**< the card knows the PIN, or the caller does */
    size_t first; /**< REFERENCES: there is none */
};

/* Find the PIN, or ask for the tries of the one that the caller named, which
 * then is there whether the card says so or not. Not every card can be asked:
 * then the first one that may be there is tried. */
static keyshare_error
find(struct session *session, struct search *search)
{
    keyshare_error error = KEYSHARE_OK;

    search->found = false;
    search->first = REFERENCES;
    if (session->pin_reference != KEYSHARE_CARD_PIN_ANY) {
        error = ask_tries(session, session->pin_reference, &search->found);
        search->found = true;
        return error;
    }
    for (size_t i = 0; i < REFERENCES && !search->found; i++) {
        error = ask_tries(session, references[i], &search->found);
        if (error != KEYSHARE_OK)
            return error;
        if (search->first == REFERENCES &&
            session->channel.status != STATUS_OK &&
            !is_no_reference(session->channel.status))
            search->first = i;
    }
    return KEYSHARE_OK;
}

keyshare_error
keyshare_pin_count(struct session *session)
{
    struct search search;

    return find(session, &search);
}

/* The PIN from the holder; its length, or 0 if none was given. */
static size_t
ask_holder(struct session *session)
{
    size_t len = 0;

    if (session->ask_pin == NULL ||
        session->ask_pin(
            session->ask_context, session->pin, &len, session->info.tries) != 0)
        return 0;
    return len <= sizeof session->pin ? len : 0;
}

/* What the card said to the PIN. */
static keyshare_error
judge(struct session *session)
{
    const unsigned status = session->channel.status;

    session->info.tries = KEYSHARE_CARD_TRIES_UNKNOWN;
    if (status == STATUS_OK)
        return KEYSHARE_OK;
    if (keyshare_status_is_counter(status))
        session->info.tries = (int)(status & 0x0f);
    if (status == STATUS_BLOCKED || status == STATUS_NO_PIN ||
        session->info.tries == 0) {
        session->info.tries = 0;
        return KEYSHARE_ERR_CARD_BLOCKED;
    }
    return KEYSHARE_ERR_CARD_PIN;
}

/* Send the PIN: to the one that was found, or to the first of those that may be
 * there which the card does not say is none. It is looked at once. */
static keyshare_error
send(struct session *session, const struct search *search, size_t len)
{
    keyshare_error error;

    if (search->found)
        return verify(session, session->pin_reference, len);
    for (size_t i = search->first; i < REFERENCES; i++) {
        error = verify(session, references[i], len);
        if (error != KEYSHARE_OK || !is_no_reference(session->channel.status))
            return error;
    }
    return KEYSHARE_ERR_CARD_DENIED;
}

keyshare_error
keyshare_pin_present(struct session *session)
{
    struct search search;
    size_t len;
    keyshare_error error;

    error = find(session, &search);
    if (error != KEYSHARE_OK)
        return error;
    if (!search.found && search.first == REFERENCES)
        return KEYSHARE_ERR_CARD_DENIED;
    if (session->info.tries == 0)
        return KEYSHARE_ERR_CARD_BLOCKED;
    len = ask_holder(session);
    error = KEYSHARE_ERR_CARD_PIN;
    if (len > 0) {
        session->verified = true;
        error = send(session, &search, len);
    }
    keyshare_memory_wipe(session->pin, sizeof session->pin);
    if (error == KEYSHARE_OK && len > 0)
        error = judge(session);
    return error;
}
