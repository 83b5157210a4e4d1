/* SPDX-License-Identifier: ISC */
/* Which labels are legal: UTF-8 that hides nothing ([RFC3629]); and the line
 * for a card's bag.
 *
 * [RFC3629] UTF-8, a transformation format of ISO 10646, section 4.
 */
#include <keyshare/label.h>

#include <stdbool.h>
#include <string.h>

#include <keyshare/policy.h>

#include "invariant.h"
#include "words.h"

/* How many words of the fingerprint a bag has. */
#define LINE_WORDS 8

/* Characters that a page would hide or turn round. */
static const struct {
    uint32_t first, last;
} forbidden[] = {
    {0x0000, 0x001f},   /* controls */
    {0x007f, 0x009f},   /* delete, C1 controls */
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x200b, 0x200f},   /* zero width, direction marks */
    {0x2028, 0x202e},   /* separators, direction embeddings */
    {0x2060, 0x206f},   /* word joiner, direction isolates */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xfff9, 0xfffb},   /* interlinear annotation */
    {0xe0000, 0xe007f}, /* tags */
};

static bool
is_forbidden(uint32_t character)
{
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (character >= forbidden[i].first && character <= forbidden[i].last)
            return true;
    return false;
}

/* The character that LEN > 0 bytes begin with, and how many bytes it takes; 0
 * if they are not well-formed. */
static size_t
next_character(uint32_t *character, const uint8_t *bytes, size_t len)
{
    /* The least character that needs so many bytes: shorter is overlong. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t lead = bytes[0];
    size_t size;

    if (lead < 0x80) {
        *character = lead;
        return 1;
    }
    if (lead < 0xc0 || lead >= 0xf8)
        return 0;
    size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size > len)
        return 0;
    *character = lead & (0x7fU >> size);
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        *character = *character << 6 | (bytes[i] & 0x3f);
    }
    if (*character < least[size] || *character > 0x10ffff ||
        (*character >= 0xd800 && *character <= 0xdfff))
        return 0;
    return size;
}

keyshare_error
keyshare_label_check(const char *label, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)label;

    if (label == NULL && len > 0)
        return KEYSHARE_ERR_ARGUMENT;
    if (len > KEYSHARE_LABEL_SIZE_MAX)
        return KEYSHARE_ERR_LABEL;
    for (size_t at = 0; at < len;) {
        uint32_t character;
        size_t size = next_character(&character, bytes + at, len - at);

        if (size == 0 || is_forbidden(character))
            return KEYSHARE_ERR_LABEL;
        at += size;
    }
    return KEYSHARE_OK;
}

/* ---- The line for a bag ---- */

struct line {
    char text[KEYSHARE_LABEL_LINE_SIZE];
    size_t len; /* without the terminator */
};

static void
add(struct line *line, const char *text, size_t len)
{
    KEYSHARE_INVARIANT(len < sizeof line->text - line->len);
    memcpy(line->text + line->len, text, len);
    line->len += len;
}

static void
add_text(struct line *line, const char *text)
{
    add(line, text, strlen(text));
}

/* Without a division: tests/build/instructions.py wants none in what is
 * compiled, whatever it is of. */
static void
add_number(struct line *line, uint32_t number)
{
    static const uint32_t units[] = {1000000000, 100000000, 10000000, 1000000,
        100000, 10000, 1000, 100, 10, 1};
    bool is_begun = false;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        char digit = '0';

        for (; number >= units[i]; number -= units[i])
            digit++;
        is_begun = is_begun || digit != '0' || units[i] == 1;
        if (is_begun)
            add(line, &digit, 1);
    }
}

static void
add_label(struct line *line, const keyshare_record *record)
{
    size_t len;
    const char *label = keyshare_record_label(record, &len);

    if (len == 0)
        return;
    add_text(line, ", \"");
    add(line, label, len);
    add_text(line, "\"");
}

static void
add_words(struct line *line, const uint8_t *fingerprint)
{
    for (size_t i = 0; i < LINE_WORDS; i++) {
        const char *const *words =
            i % 2 == 0 ? keyshare_words_even : keyshare_words_odd;

        add_text(line, i == 0 ? ", " : " ");
        add_text(line, words[fingerprint[i]]);
    }
}

keyshare_error
keyshare_label_line(
    char *line, size_t size, const keyshare_record *record, unsigned index)
{
    struct line whole = {.len = 0};
    keyshare_policy policy;

    if (line != NULL)
        memset(line, 0, size);
    if (line == NULL || record == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    policy = keyshare_record_policy(record);
    if (index < 1 || index > policy.count)
        return KEYSHARE_ERR_ARGUMENT;
    add_text(&whole, keyshare_role_text(policy.role));
    add_text(&whole, " ");
    add_number(&whole, index);
    add_label(&whole, record);
    add_text(&whole, ", epoch ");
    add_number(&whole, keyshare_record_epoch(record));
    add_text(&whole, ", ");
    add_number(&whole, policy.threshold);
    add_text(&whole, "-of-");
    add_number(&whole, policy.count);
    add_words(&whole, keyshare_record_fingerprint(record));
    if (whole.len >= size)
        return KEYSHARE_ERR_SPACE;
    memcpy(line, whole.text, whole.len);
    return KEYSHARE_OK;
}
