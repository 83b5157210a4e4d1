/* SPDX-License-Identifier: ISC */
/* In the place of reader.c where the command is built without readers: there
 * are none. */
#include "reader.h"

const char reader_how_to_get[] =
    "this keyshare was built without readers: build it with pcsc-lite "
    "(libpcsclite-dev), meson setup -Dpcsc=enabled";

bool
reader_is_supported(void)
{
    return false;
}

keyshare_error
reader_take(
    struct reader **reader, const char *path, size_t turn, const char *what)
{
    (void)path;
    (void)turn;
    (void)what;
    *reader = NULL;
    return KEYSHARE_ERR_READER;
}

bool
reader_gave_up(const struct reader *reader)
{
    (void)reader;
    return false;
}

const keyshare_card *
reader_card(const struct reader *reader)
{
    (void)reader;
    return NULL;
}

const char *
reader_name(const struct reader *reader)
{
    (void)reader;
    return "";
}

keyshare_error
reader_reset(struct reader *reader)
{
    (void)reader;
    return KEYSHARE_ERR_READER;
}

void
reader_let_go(struct reader *reader)
{
    (void)reader;
}

void
reader_refuse(const char *path)
{
    (void)path;
}

keyshare_error
reader_list(struct reader_entry *entries, size_t *count)
{
    (void)entries;
    *count = 0;
    return KEYSHARE_ERR_READER;
}

void
reader_end(void)
{
}
