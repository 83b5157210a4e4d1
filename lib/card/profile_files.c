/* SPDX-License-Identifier: ISC */
/* The profile "plain file system": transparent EFs in a DF of their own. Its
 * rules stand in keyshare/card.h; these are the commands.
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 * [ISO7816-9] ISO/IEC 7816-9:2017, Commands for card management.
 */
#include "profile.h"

#include <string.h>

#include "quirks.h"
#include "session.h"
#include "status.h"
#include "tlv.h"

#define SELECT        0xa4
#define READ_BINARY   0xb0
#define UPDATE_BINARY 0xd6
#define CREATE_FILE   0xe0
#define DELETE_FILE   0xe4

#define MF 0x3f00
#define DF 0x4b53

/* P2 of SELECT: no data back, or the FCI, which is not looked at. */
#define SELECT_NOTHING 0x0c
#define SELECT_FCI     0x00

/* Control parameters of a file ([ISO7816-4] 5.3.3, tables 12 and 14). */
enum parameter {
    FCP = 0x62,
    FCP_SIZE = 0x80,
    FCP_TOTAL_SIZE = 0x81,
    FCP_DESCRIPTOR = 0x82,
    FCP_FILE = 0x83,
    FCP_NAME = 0x84,
    FCP_RULES = 0x8c
};
#define DESCRIPTOR_DF          0x38
#define DESCRIPTOR_TRANSPARENT 0x01

/* Access rules in compact form ([ISO7816-4] 5.4.3.1, tables 16, 17 and 20):
 * which commands, one bit each, and then for each, from the highest bit down,
 * under which condition. Commands that are not named are left to the card.
 * Of an EF: delete 40, write 04, update 02, read 01. Of a DF: delete 40, create
 * an EF 02, delete a child 01; anyone may create, so that a new share can be
 * seen to ask for the PIN before that is given. */
#define ALWAYS 0x00
#define PIN    0x10
static const uint8_t rules_open[] = {0x47, PIN, PIN, PIN, ALWAYS};
static const uint8_t rules_share[] = {0x47, PIN, PIN, PIN, PIN};
static const uint8_t rules_df[] = {0x43, PIN, ALWAYS, PIN};

static const uint8_t name[] = {0xf0, 'k', 'e', 'y', 's', 'h', 'a', 'r', 'e'};

/* The total size that is asked for where a card wants one for a DF: an image of
 * a usual policy and a key of up to 256 bytes, or a wrapped key of 2 KiB. */
#define DF_SIZE 0x1000

/* All parameters of one file. */
#define TEMPLATE_SIZE_MAX 64

static unsigned
file_of(enum slot slot)
{
    return 0x4b00 + (unsigned)slot;
}

/* ---- Selecting ---- */

static keyshare_error
select_as_asked(struct session *session, unsigned file)
{
    const uint8_t data[] = {(uint8_t)(file >> 8), (uint8_t)file};
    const struct apdu apdu = {.ins = SELECT,
        .p2 = session->select_fci ? SELECT_FCI : SELECT_NOTHING,
        .data = data,
        .len = sizeof data,
        .le = session->select_fci ? KEYSHARE_APDU_RESPONSE_SHORT : 0};
    size_t got;

    return keyshare_session_command(session, &apdu, &got);
}

/* Select a file below the one that is selected; *there: whether it is there. */
static keyshare_error
select_file(struct session *session, unsigned file, bool *there)
{
    keyshare_error error;
    unsigned status;

    *there = false;
    keyshare_channel_allow(&session->channel, 0);
    session->selected = 0;
    error = select_as_asked(session, file);
    if (error != KEYSHARE_OK)
        return error;
    status = session->channel.status;
    if (!session->select_fci &&
        (status == STATUS_PARAMETERS || status == STATUS_NO_FUNCTION)) {
        session->select_fci = true;
        error = select_as_asked(session, file);
        if (error != KEYSHARE_OK)
            return error;
        status = session->channel.status;
    }
    if (status == STATUS_NO_FILE)
        return KEYSHARE_OK;
    if (status != STATUS_OK)
        return keyshare_status_error(status);
    *there = true;
    session->selected = file;
    return KEYSHARE_OK;
}

/* Select the MF, from which all is found. */
static keyshare_error
select_root(struct session *session)
{
    bool there;
    keyshare_error error = select_file(session, MF, &there);

    if (error == KEYSHARE_OK && !there)
        error = KEYSHARE_ERR_CARD_UNKNOWN;
    return error;
}

static keyshare_error
open(struct session *session, bool *there)
{
    keyshare_error error;

    *there = false;
    error = select_root(session);
    if (error == KEYSHARE_OK)
        error = select_file(session, DF, there);
    return error;
}

static keyshare_error
find(struct session *session, enum slot slot, bool *there)
{
    *there = true;
    if (session->selected == file_of(slot))
        return KEYSHARE_OK;
    return select_file(session, file_of(slot), there);
}

/* Select a slot that is known to be there. */
static keyshare_error
go_to(struct session *session, enum slot slot)
{
    bool there;
    keyshare_error error = find(session, slot, &there);

    if (error == KEYSHARE_OK && !there)
        error = KEYSHARE_ERR_CARD_UNKNOWN;
    return error;
}

/* ---- Creating and deleting ---- */

/* What is said of a file that is to be made. */
struct form {
    unsigned file;
    uint8_t descriptor;
    uint8_t size_tag;     /* 0: no size */
    size_t file_size;     /* in two bytes */
    const uint8_t *rules; /* NULL: none */
    size_t rules_len;
    bool named;
};

static size_t
write_form(uint8_t *bytes, const struct form *form)
{
    struct tlv_writer writer = {bytes, 0};
    uint8_t content[TEMPLATE_SIZE_MAX - 2];
    struct tlv_writer inner = {content, 0};

    keyshare_tlv_write_integer(&inner, FCP_DESCRIPTOR, 1, form->descriptor);
    keyshare_tlv_write_integer(&inner, FCP_FILE, 2, form->file);
    if (form->size_tag != 0)
        keyshare_tlv_write_integer(&inner, form->size_tag, 2, form->file_size);
    if (form->named)
        keyshare_tlv_write(&inner, FCP_NAME, name, sizeof name);
    if (form->rules != NULL)
        keyshare_tlv_write(&inner, FCP_RULES, form->rules, form->rules_len);
    keyshare_tlv_write(&writer, FCP, content, inner.used);
    return writer.used;
}

/* CREATE FILE ([ISO7816-9] 7.2); OK: the card has answered. */
static keyshare_error
create_file(struct session *session, const struct form *form)
{
    uint8_t bytes[TEMPLATE_SIZE_MAX];
    const struct apdu apdu = {
        .ins = CREATE_FILE, .data = bytes, .len = write_form(bytes, form)};
    size_t got;

    keyshare_channel_allow(&session->channel, 0);
    session->info.changed = 1;
    session->selected = 0;
    return keyshare_session_command(session, &apdu, &got);
}

/* Whether the card might take a form that asks for less. */
static bool
is_refused(unsigned status)
{
    return status != STATUS_OK && status != STATUS_FULL &&
           status != STATUS_SECURITY && status != STATUS_EXISTS &&
           status != STATUS_NO_INSTRUCTION && status != STATUS_NO_CLASS;
}

static keyshare_error
make(struct session *session)
{
    struct form form = {.file = DF,
        .descriptor = DESCRIPTOR_DF,
        .rules = rules_df,
        .rules_len = sizeof rules_df,
        .named = true};
    keyshare_error error = create_file(session, &form);
    bool there;

    /* A card may keep the name of a DF that was deleted. */
    if (error == KEYSHARE_OK && session->channel.status == STATUS_NAME_EXISTS) {
        form.named = false;
        error = create_file(session, &form);
    }
    if (error == KEYSHARE_OK && is_refused(session->channel.status)) {
        form.rules = NULL;
        error = create_file(session, &form);
    }
    if (error == KEYSHARE_OK && is_refused(session->channel.status)) {
        form.named = false;
        form.size_tag = FCP_TOTAL_SIZE;
        form.file_size = DF_SIZE;
        error = create_file(session, &form);
    }
    if (error == KEYSHARE_OK)
        error = keyshare_status_error(session->channel.status);
    if (error == KEYSHARE_OK)
        error = open(session, &there);
    if (error == KEYSHARE_OK && !there)
        error = KEYSHARE_ERR_CARD_UNKNOWN;
    return error;
}

static keyshare_error
create(struct session *session, enum slot slot, size_t size)
{
    const bool is_share = slot == SLOT_SHARE;
    struct form form = {.file = file_of(slot),
        .descriptor = DESCRIPTOR_TRANSPARENT,
        .size_tag = FCP_SIZE,
        .file_size = size,
        .rules = is_share ? rules_share : rules_open,
        .rules_len = is_share ? sizeof rules_share : sizeof rules_open};
    keyshare_error error = create_file(session, &form);

    if (error == KEYSHARE_OK && is_refused(session->channel.status)) {
        form.rules = NULL;
        error = create_file(session, &form);
    }
    if (error == KEYSHARE_OK)
        error = keyshare_status_error(session->channel.status);
    return error == KEYSHARE_OK ? go_to(session, slot) : error;
}

/* DELETE FILE ([ISO7816-9] 7.3) of a file below the one that is selected. What
 * a card says of it is not believed: whether it is gone, SELECT says. */
static keyshare_error
delete_file(struct session *session, unsigned file)
{
    const uint8_t data[] = {(uint8_t)(file >> 8), (uint8_t)file};
    const struct apdu apdu = {
        .ins = DELETE_FILE, .data = data, .len = sizeof data};
    size_t got;

    keyshare_channel_allow(&session->channel, 0);
    session->info.changed = 1;
    session->selected = 0;
    return keyshare_session_command(session, &apdu, &got);
}

static keyshare_error
remove_slot(struct session *session, enum slot slot, bool *gone)
{
    bool there;
    keyshare_error error;

    *gone = false;
    error = open(session, &there);
    if (error == KEYSHARE_OK)
        error = delete_file(session, file_of(slot));
    /* Which file is selected after that, not every card says alike. */
    if (error == KEYSHARE_OK)
        error = open(session, &there);
    if (error == KEYSHARE_OK && there)
        error = find(session, slot, &there);
    if (error == KEYSHARE_OK)
        *gone = !there;
    return error;
}

static keyshare_error
leave(struct session *session, bool *gone)
{
    bool there = true;
    keyshare_error error = select_root(session);

    *gone = false;
    if (error == KEYSHARE_OK)
        error = delete_file(session, DF);
    if (error == KEYSHARE_OK)
        error = open(session, &there);
    if (error == KEYSHARE_OK)
        *gone = !there;
    return error;
}

/* ---- Reading and writing ---- */

/* Whether a status word says that the file ends before OFFSET, or before all
 * that was asked for was read. */
static bool
is_end(unsigned status)
{
    return status == STATUS_END_OF_FILE || status == STATUS_OFFSET;
}

static keyshare_error
read_binary(struct session *session, size_t offset, size_t len, size_t *got)
{
    const struct apdu apdu = {.ins = READ_BINARY,
        .p1 = (uint8_t)(offset >> 8),
        .p2 = (uint8_t)offset,
        .le = len};

    return keyshare_session_command(session, &apdu, got);
}

/* After "wrong length" for LEN bytes: read fewer, from here on, or, near the
 * end of a file of which the length is not known, once; false: that is no way.
 */
static bool
read_less(struct session *session, size_t *most, size_t len)
{
    if (keyshare_channel_move_less(&session->channel, len))
        return true;
    *most = len / 2;
    return session->to_the_end && *most > 0;
}

/* Read from the file that is selected. A response that is shorter than was
 * asked for is none, but where a file's end is looked for. */
static keyshare_error
read_selected(struct session *session, size_t offset, uint8_t *bytes,
    size_t len, size_t *got)
{
    struct channel *channel = &session->channel;
    size_t most = len;

    while (*got < len) {
        const size_t rest = len - *got < most ? len - *got : most;
        const size_t wanted = rest < channel->move ? rest : channel->move;
        size_t now;
        keyshare_error error =
            read_binary(session, offset + *got, wanted, &now);

        if (error != KEYSHARE_OK)
            return error;
        if (channel->status == STATUS_LENGTH) {
            if (read_less(session, &most, wanted))
                continue;
            if (session->to_the_end)
                return KEYSHARE_OK;
        }
        if (channel->status != STATUS_OK && !is_end(channel->status))
            return keyshare_status_error(channel->status);
        memcpy(bytes + *got, channel->response, now);
        *got += now;
        if (is_end(channel->status))
            return KEYSHARE_OK;
        if (now < channel->asked)
            return session->to_the_end ? KEYSHARE_OK : KEYSHARE_ERR_CARD_IO;
    }
    return KEYSHARE_OK;
}

static keyshare_error
read_slot(struct session *session, enum slot slot, size_t offset,
    uint8_t *bytes, size_t len, size_t *got)
{
    keyshare_error error;

    *got = 0;
    error = go_to(session, slot);
    if (error != KEYSHARE_OK)
        return error;
    keyshare_channel_allow(&session->channel, len);
    return read_selected(session, offset, bytes, len, got);
}

static keyshare_error
update_binary(
    struct session *session, size_t offset, const uint8_t *bytes, size_t len)
{
    const struct apdu apdu = {.ins = UPDATE_BINARY,
        .p1 = (uint8_t)(offset >> 8),
        .p2 = (uint8_t)offset,
        .data = bytes,
        .len = len,
        .le = session->quirks & QUIRK_UPDATE_WITH_LE
                  ? KEYSHARE_APDU_RESPONSE_SHORT
                  : 0};
    size_t got;

    return keyshare_session_command(session, &apdu, &got);
}

/* Whether the card has taken what was written; all is read back. A counter is
 * of repetitions that its memory needed ([ISO7816-4] table 6). */
static bool
is_taken(const struct session *session)
{
    const unsigned status = session->channel.status;

    return status == STATUS_OK || keyshare_status_is_counter(status) ||
           ((session->quirks & QUIRK_UPDATE_WITH_LE) && status >> 8 == 0x62);
}

static keyshare_error
update_slot(struct session *session, enum slot slot, size_t offset,
    const uint8_t *bytes, size_t len)
{
    struct channel *channel = &session->channel;
    keyshare_error error = go_to(session, slot);

    if (error != KEYSHARE_OK)
        return error;
    if (bytes == NULL)
        memset(session->scratch, 0, session->scratch_size);
    keyshare_channel_allow(channel, len);
    session->info.changed = 1;
    for (size_t done = 0; done < len;) {
        const size_t rest = len - done;
        const size_t now = rest < channel->move ? rest : channel->move;

        error = update_binary(session, offset + done,
            bytes == NULL ? session->scratch : bytes + done, now);
        if (error != KEYSHARE_OK)
            return error;
        if (is_taken(session)) {
            done += now;
            continue;
        }
        if (channel->status == STATUS_OFFSET)
            return KEYSHARE_ERR_CARD_FULL;
        if (channel->status != STATUS_LENGTH)
            return keyshare_status_error(channel->status);
        if (session->quirks & QUIRK_UPDATE_WITH_LE)
            session->quirks &= ~(unsigned)QUIRK_UPDATE_WITH_LE;
        else if (!keyshare_channel_move_less(channel, now))
            return keyshare_status_error(channel->status);
    }
    return KEYSHARE_OK;
}

const struct profile keyshare_profile_files = {
    .file = file_of,
    .open = open,
    .make = make,
    .find = find,
    .create = create,
    .read = read_slot,
    .update = update_slot,
    .remove = remove_slot,
    .leave = leave,
};
