/* SPDX-License-Identifier: ISC */
/* What people read: numbered steps on standard output, trouble on standard
 * error. */
#include "say.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "output.h"
#include "progress.h"
#include "text.h"

/* The last second that RFC 3339 can write: 9999-12-31T23:59:59Z. */
#define TIME_MAX UINT64_C(253402300799)

#define WORDS_A_ROW 8

void
say_step(struct say *say, const char *format, ...)
{
    va_list arguments;

    if (say->quiet)
        return;
    say->steps++;
    va_start(arguments, format);
    output_text("%u. ", say->steps);
    output_list(format, arguments);
    output_text("\n");
    va_end(arguments);
}

void
say_line(struct say *say, const char *format, ...)
{
    va_list arguments;

    if (say->quiet)
        return;
    va_start(arguments, format);
    output_text("   ");
    output_list(format, arguments);
    output_text("\n");
    va_end(arguments);
}

void
say_answer(struct say *say, const char *format, ...)
{
    va_list arguments;

    if (say->quiet)
        return;
    va_start(arguments, format);
    output_list(format, arguments);
    output_text("\n");
    va_end(arguments);
}

void
say_fingerprint(struct say *say, const uint8_t *fingerprint)
{
    char hex[KEYSHARE_FINGERPRINT_HEX_SIZE];
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];
    size_t spaces = 0;
    size_t row = 0; /* where it begins */

    if (keyshare_fingerprint_hex(hex, fingerprint) != KEYSHARE_OK ||
        keyshare_fingerprint_words(words, fingerprint) != KEYSHARE_OK) {
        return;
    }
    say_line(say, "fingerprint %s", hex);
    /* In rows: 32 words in one line are read aloud only with a finger on it. */
    for (size_t i = 0; i == 0 || words[i - 1] != '\0'; i++) {
        bool is_end = words[i] == '\0';

        if (is_end || (words[i] == ' ' && ++spaces % WORDS_A_ROW == 0)) {
            say_line(say, "    %.*s", (int)(i - row), words + row);
            row = i + 1;
        }
    }
}

void
say_bytes(struct say *say, const char *name, const uint8_t *bytes, size_t len)
{
    char hex[2 * KEYSHARE_FINGERPRINT_SIZE + 1] = "";

    text_hex(hex, bytes, len);
    say_line(say, "%-11s %s", name, hex);
}

static void
say_time(struct say *say, uint64_t seconds)
{
    time_t since_1970 = (time_t)seconds;
    struct tm utc;
    char text[sizeof "9999-12-31T23:59:59Z"];

    if (seconds == 0) {
        say_line(say, "time        not told");
        return;
    }
    if (seconds > TIME_MAX || gmtime_r(&since_1970, &utc) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        say_line(say, "time        %" PRIu64 " seconds after 1970", seconds);
        return;
    }
    say_line(say, "time        %s", text);
}

void
say_record(struct say *say, const keyshare_record *record)
{
    keyshare_policy policy = keyshare_record_policy(record);
    const uint8_t *predecessor = keyshare_record_predecessor(record);
    size_t label_len;
    const char *label = keyshare_record_label(record, &label_len);

    say_line(say, "role        %s, %u of %u, scheme %s",
        keyshare_role_text(policy.role), policy.threshold, policy.count,
        keyshare_scheme_text(policy.scheme));
    say_line(say, "key         %zu bytes", keyshare_record_key_len(record));
    if (label_len > 0)
        say_line(say, "label       %.*s", (int)label_len, label);
    say_time(say, keyshare_record_time(record));
    say_bytes(
        say, "lineage", keyshare_record_lineage(record), KEYSHARE_LINEAGE_SIZE);
    say_line(say, "epoch       %" PRIu32, keyshare_record_epoch(record));
    if (predecessor != NULL)
        say_bytes(say, "follows", predecessor, KEYSHARE_FINGERPRINT_SIZE);
}

void
complain(const char *format, ...)
{
    va_list arguments;

    /* Where both go to one place, they come in the order they were said. */
    (void)output_flush();
    progress_hide();
    va_start(arguments, format);
    fprintf(stderr, "keyshare: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
}
