/* SPDX-License-Identifier: ISC */
/* Where a card image comes from: a file, or a card in a reader. */
#include "place.h"

#include <stdio.h>
#include <string.h>

#include "store.h"

bool
reader_is(const char *path)
{
    return strncmp(path, READER_PREFIX, strlen(READER_PREFIX)) == 0;
}

/* Whether what the card answered last says why. */
static bool
is_of_card(keyshare_error error)
{
    return error == KEYSHARE_ERR_CARD_IO || error == KEYSHARE_ERR_CARD_FULL ||
           error == KEYSHARE_ERR_CARD_UNKNOWN ||
           error == KEYSHARE_ERR_CARD_DENIED || error == KEYSHARE_ERR_CARD_WORN;
}

void
trouble_with_card(struct trouble *trouble, keyshare_error error,
    const keyshare_card_info *info)
{
    const char *text = keyshare_error_text(error);
    int len = (int)strlen(text);

    trouble->status = status_of(error);
    if (len > 0 && text[len - 1] == '.')
        len--;
    if (error == KEYSHARE_ERR_CARD_PIN && info != NULL &&
        info->tries != KEYSHARE_CARD_TRIES_UNKNOWN) {
        snprintf(trouble->text, sizeof trouble->text, "%.*s; %d %s left", len,
            text, info->tries, info->tries == 1 ? "try" : "tries");
    } else if (info != NULL && info->status != 0 && is_of_card(error)) {
        snprintf(trouble->text, sizeof trouble->text,
            "%.*s (%s, %04X, file %04X)", len, text,
            keyshare_card_status_text(info->status), info->status & 0xffff,
            info->file & 0xffff);
    } else {
        snprintf(trouble->text, sizeof trouble->text, "%.*s", len, text);
    }
}

static enum status
load_file(struct buffer *bytes, const char *path, struct trouble *trouble)
{
    int error = store_load(bytes, path, KEYSHARE_IMAGE_SIZE_MAX);

    trouble->status = error == 0 ? STATUS_YES : STATUS_SYSTEM;
    snprintf(trouble->text, sizeof trouble->text, "%s",
        error == 0 ? "" : strerror(error));
    return trouble->status;
}

/* Into the buffer, and free it; may be NULL. */
static keyshare_error
move(struct buffer *bytes, keyshare_secret **secret)
{
    if (*secret != NULL) {
        buffer_add(bytes, keyshare_secret_reveal(*secret),
            keyshare_secret_len(*secret));
    }
    keyshare_secret_free(secret);
    return bytes->failed ? KEYSHARE_ERR_MEMORY : KEYSHARE_OK;
}

/* Read the card in a reader: all of it, or what is open. */
static enum status
load_card(struct buffer *bytes, keyshare_card_info *info, const char *path,
    size_t turn, const char *what, bool only_open, struct trouble *trouble)
{
    struct reader *reader;
    keyshare_secret *image = NULL;
    keyshare_error error = reader_take(&reader, path, turn, what);

    if (error == KEYSHARE_OK) {
        error = only_open
                    ? keyshare_card_inspect(info, &image, reader_card(reader))
                    : keyshare_card_read(&image, info, reader_card(reader));
    }
    reader_let_go(reader);
    if (error == KEYSHARE_OK)
        error = move(bytes, &image);
    trouble->status = STATUS_YES;
    trouble->text[0] = '\0';
    if (error != KEYSHARE_OK)
        trouble_with_card(trouble, error, info);
    return trouble->status;
}

enum status
place_load(struct buffer *bytes, const char *path, size_t turn,
    const char *what, struct trouble *trouble)
{
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;

    return reader_is(path)
               ? load_card(bytes, &info, path, turn, what, false, trouble)
               : load_file(bytes, path, trouble);
}

enum status
place_look(struct buffer *bytes, keyshare_card_info *info, const char *path,
    size_t turn, const char *what, struct trouble *trouble)
{
    return reader_is(path)
               ? load_card(bytes, info, path, turn, what, true, trouble)
               : load_file(bytes, path, trouble);
}

keyshare_error
place_guard(keyshare_card_guard *guard, struct reader *reader)
{
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    keyshare_error error = reader_reset(reader);

    if (error == KEYSHARE_OK)
        error = keyshare_card_inspect(&info, NULL, reader_card(reader));
    *guard = info.guard;
    return error;
}
