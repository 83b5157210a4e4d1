/* SPDX-License-Identifier: ISC */
/* keyshare combine: a secret from its raw shares. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "combining.h"
#include "interrupt.h"
#include "json.h"
#include "output.h"
#include "store.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_COMMON,
    OPTION("format", FORMAT), OPTION("prime", PRIME), OPTION("out", OUT),
    OPTION_END};

static const char help[] =
    "usage: keyshare combine [--json] [--format plain|trailing-x]\n"
    "                        [--out FILE] SHARE...\n"
    "       keyshare combine [--json] --prime HEX|p256|p384|secp256k1|ed25519\n"
    "                        [--out FILE] SHARE...\n"
    "\n"
    "Gets a secret back from raw shares. All that are given are used: there\n"
    "must be at least as many as the threshold was. For example:\n"
    "\n"
    "    keyshare combine --out backup.key shares/backup.key.00[135]\n"
    "\n"
    "Raw shares carry no check: a changed one, or one too few, gives another\n"
    "secret, and nothing says so. Compare the SHA-256 that is shown, which is\n"
    "as secret as what can be guessed.\n"
    "\n"
    "  --out FILE  write the secret to FILE, which must not exist yet; - is\n"
    "              standard output, if that is no terminal. Without it the\n"
    "              secret is combined, its SHA-256 shown, and wiped\n"
    "  --format F  plain (the default): x is in the name, .001 to .255;\n"
    "              trailing-x: x is the last byte of each share, whatever its\n"
    "              name, as npm's shamir-secret-sharing and HashiCorp Vault\n"
    "              have it\n"
    "  --prime P   a scalar in hex, over the prime field that has a name, or\n"
    "              whose modulus this is in hex; x is in the name\n"
    "  --json      one JSON object instead of text\n"
    "\n"
    "Exit status: 0 combined, 1 these are no shares of one splitting, 2 wrong\n"
    "use, 3 a file could not be read or written.\n";

/* ---- What is asked for ---- */

/* Before any share is read: is there a place for the secret? */
static enum status
find_target(struct combining *combining)
{
    const struct options *options = combining->options;
    const char *path = options->value[OPTION_OUT];

    if (path == NULL)
        return STATUS_YES;
    if (strcmp(path, "-") != 0)
        return target_open(&combining->target, options, path, 1);
    if (combining->say.quiet) {
        return options_refuse(
            options, "--json and --out - would both write to standard output");
    }
    if (isatty(STDOUT_FILENO))
        return options_refuse(options, "--out -: a secret on a terminal");
    /* Nothing else is to stand there. */
    combining->say.quiet = true;
    combining->file = STDOUT_FILENO;
    return STATUS_YES;
}

static enum status
read_order(struct combining *combining)
{
    const struct options *options = combining->options;
    enum status status = raw_format_read(&combining->format, options);

    if (status == STATUS_YES)
        status = raw_select_backend(options);
    if (status == STATUS_YES && options_given(options, OPTION_PRIME))
        status = modulus_read(&combining->modulus, options);
    if (status == STATUS_YES && options->file_count == 0)
        status = options_refuse(options, "no share is given");
    if (status == STATUS_YES && options->file_count > KEYSHARE_COUNT_MAX) {
        status = options_refuse(
            options, "no more than %d shares", KEYSHARE_COUNT_MAX);
    }
    return status == STATUS_YES ? find_target(combining) : status;
}

/* ---- The shares ---- */

/* The index is needed before the first byte of the share is. */
static enum status
read_trailing(uint8_t *index, const struct source *source)
{
    struct shown text;
    enum status status;

    shown(&text, source->path);
    if (!source->is_sized) {
        complain(
            "%s: its last byte is needed first: not from a pipe", text.text);
        return STATUS_USAGE;
    }
    if (source->size == 0) {
        complain(
            "%s: empty, and no share: its last byte is missing", text.text);
        return STATUS_NO;
    }
    status = source_last(source, index);
    if (status == STATUS_YES && *index == 0) {
        complain("%s: its last byte is 0, and no share has x = 0", text.text);
        status = STATUS_NO;
    }
    return status;
}

static enum status
open_share(struct combining *combining, unsigned position)
{
    const char *path = combining->options->files[position];
    struct source *source = &combining->source[position];
    uint8_t *index = &combining->index[position];
    enum status status = STATUS_YES;

    if (combining->format == RAW_PLAIN)
        status = raw_suffix(index, path);
    if (status != STATUS_YES)
        return status;
    status = source_open(source, path, false);
    combining->count = position + 1;
    if (status == STATUS_YES && combining->format == RAW_TRAILING_X)
        status = read_trailing(index, source);
    for (unsigned i = 0; status == STATUS_YES && i < position; i++) {
        struct shown one;
        struct shown other;

        if (combining->index[i] != *index)
            continue;
        complain("%s and %s have the same x, %u: one of them is to be given",
            shown(&one, combining->source[i].path), shown(&other, path),
            *index);
        status = STATUS_NO;
    }
    return status;
}

/* Shares whose last byte is their x may be plain ones by chance, but that is
 * rare: as plain ones they give the secret and a byte more. */
static void
warn_of_trailing(const struct combining *combining)
{
    for (unsigned i = 0; i < combining->count; i++) {
        const struct source *source = &combining->source[i];
        uint8_t last;

        if (!source->is_sized || source->size == 0 ||
            source_last(source, &last) != STATUS_YES ||
            last != combining->index[i]) {
            return;
        }
    }
    complain("warning: the last byte of each share is its x: should this be "
             "--format trailing-x?");
}

static enum status
open_shares(struct combining *combining)
{
    size_t count = combining->options->file_count;
    enum status status = STATUS_YES;

    raw_allow_files((unsigned)count);
    for (unsigned i = 0; status == STATUS_YES && i < count; i++)
        status = open_share(combining, i);
    if (status == STATUS_YES && count > 1 && combining->format == RAW_PLAIN &&
        combining->modulus.len == 0) {
        warn_of_trailing(combining);
    }
    return status;
}

/* ---- The secret ---- */

enum status
combining_write(struct combining *combining, const void *bytes, size_t len)
{
    struct shown text;
    int error;

    combining->bytes += len;
    crypto_hash_sha256_update(&combining->hash, bytes, len);
    if (combining->file < 0)
        return STATUS_YES;
    error = store_write(combining->file, bytes, len);
    if (error == 0)
        return STATUS_YES;
    complain("%s: %s", shown(&text, combining->options->value[OPTION_OUT]),
        strerror(error));
    return STATUS_SYSTEM;
}

/* A share alone gives itself back, unless it is not below the modulus. */
static enum status
load_number(struct combining *combining, unsigned position, uint8_t *share)
{
    const struct modulus *modulus = &combining->modulus;
    const struct source *source = &combining->source[position];
    const uint8_t *const shares[] = {share};
    uint8_t itself[KEYSHARE_RAW_PRIME_SIZE_MAX];
    struct shown text;
    keyshare_error error;
    enum status status = modulus_load(modulus, share, source);

    if (status != STATUS_YES)
        return status;
    error = keyshare_raw_prime_combine(itself, modulus->bytes, modulus->len,
        shares, &combining->index[position], 1);
    wipe(itself, sizeof itself);
    if (error == KEYSHARE_OK)
        return STATUS_YES;
    shown(&text, source->path);
    if (error == KEYSHARE_ERR_FORMAT) {
        complain("%s: not below the modulus", text.text);
    } else if (error == KEYSHARE_ERR_INDEX) {
        complain("%s: x = %u is no element of this field but 0", text.text,
            combining->index[position]);
        return STATUS_NO;
    } else {
        complain("%s: %s", text.text, keyshare_error_text(error));
    }
    return status_of(error);
}

static enum status
write_number(struct combining *combining, const uint8_t *number)
{
    struct buffer text = BUFFER_INIT;
    enum status status = STATUS_YES;
    int error = 0;

    /* What is hashed is the number, not how it is written. */
    crypto_hash_sha256_update(&combining->hash, number, combining->modulus.len);
    combining->bytes = combining->modulus.len;
    modulus_text(&combining->modulus, &text, number);
    if (text.failed) {
        error = ENOMEM;
    } else if (combining->file >= 0) {
        error = store_write(combining->file, text.bytes, text.len);
    }
    if (error != 0) {
        complain("%s", strerror(error));
        status = STATUS_SYSTEM;
    }
    buffer_free(&text);
    return status;
}

static enum status
combine_number(struct combining *combining)
{
    const struct modulus *modulus = &combining->modulus;
    uint8_t secret[KEYSHARE_RAW_PRIME_SIZE_MAX];
    const uint8_t *shares[KEYSHARE_COUNT_MAX];
    struct buffer room = BUFFER_INIT;
    enum status status = STATUS_YES;
    keyshare_error error;

    if (!buffer_reserve(&room, combining->count * modulus->len)) {
        complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
        return STATUS_SYSTEM;
    }
    for (unsigned i = 0; status == STATUS_YES && i < combining->count; i++) {
        uint8_t *share = room.bytes + i * modulus->len;

        shares[i] = share;
        status = load_number(combining, i, share);
    }
    if (status != STATUS_YES)
        goto done;
    error = keyshare_raw_prime_combine(secret, modulus->bytes, modulus->len,
        shares, combining->index, combining->count);
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        status = status_of(error);
        goto done;
    }
    status = write_number(combining, secret);
done:
    buffer_free(&room);
    wipe(secret, sizeof secret);
    return status;
}

/* ---- The answer ---- */

/* Combine, and give the secret its place if it is to have one. */
static enum status
combine(struct combining *combining)
{
    bool is_file = combining->target.path != NULL;
    enum status status = STATUS_YES;

    if (is_file) {
        interrupt_hold();
        status = target_begin(&combining->target, &combining->file);
    }
    if (status != STATUS_YES)
        return status;
    crypto_hash_sha256_init(&combining->hash);
    status = combining->modulus.len > 0 ? combine_number(combining)
                                        : combine_bytes(combining);
    crypto_hash_sha256_final(&combining->hash, combining->digest);
    if (is_file && status == STATUS_YES) {
        status = target_end(&combining->target, combining->file);
        if (status == STATUS_YES)
            status = target_publish(&combining->target);
    } else if (is_file) {
        close(combining->file);
    }
    return status;
}

static void
say_combined(struct combining *combining)
{
    struct say *say = &combining->say;
    struct shown text;
    bool chosen[KEYSHARE_COUNT_MAX + 1] = {false};

    for (unsigned i = 0; i < combining->count; i++)
        chosen[combining->index[i]] = true;
    say_step(say, "Combined from %u shares, x = %s: %" PRIu64 " bytes",
        combining->count, text_list(&text, chosen, KEYSHARE_COUNT_MAX),
        combining->bytes);
    if (combining->count == 1)
        say_line(say, "of 1 share: it is the secret only if M was 1");
    say_line(say, "%s", RAW_UNCHECKED);
    say_step(say, "Compare what was combined:");
    say_bytes(say, "SHA-256", combining->digest, sizeof combining->digest);
    if (combining->target.path != NULL) {
        say_answer(say, "not checked; written to %s",
            shown(&text, combining->target.path));
    } else {
        say_answer(say, "not checked; combined and wiped");
    }
}

/* Where the secret itself is on standard output. */
static void
complain_combined(const struct combining *combining)
{
    char hex[2 * sizeof combining->digest + 1] = "";

    text_hex(hex, combining->digest, sizeof combining->digest);
    complain("combined from %u shares: %" PRIu64 " bytes, SHA-256 %s",
        combining->count, combining->bytes, hex);
    complain("%s", RAW_UNCHECKED);
}

static void
print_json(const struct combining *combining, bool combined)
{
    const struct modulus *modulus = &combining->modulus;
    struct json json = JSON_INIT;

    json_object(&json, NULL);
    json_string(&json, "format", raw_format_text(combining->format));
    json_hex(
        &json, "prime", modulus->len > 0 ? modulus->bytes : NULL, modulus->len);
    json_array(&json, "shares");
    for (unsigned i = 0; i < combining->count; i++) {
        json_object(&json, NULL);
        json_string(&json, "path", combining->options->files[i]);
        json_number(&json, "x", combining->index[i]);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_bool(&json, "combined", combined);
    json_bool(&json, "checked", false);
    if (combined) {
        json_number(&json, "bytes", combining->bytes);
    } else {
        json_null(&json, "bytes");
    }
    json_hex(&json, "sha256", combined ? combining->digest : NULL,
        sizeof combining->digest);
    json_string(&json, "file", combined ? combining->target.path : NULL);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

static void
tell(struct combining *combining, bool combined)
{
    struct shown text;

    if (options_given(combining->options, OPTION_JSON)) {
        print_json(combining, combined);
    } else if (combined && combining->file == STDOUT_FILENO) {
        complain_combined(combining);
    } else if (combined) {
        say_combined(combining);
    }
    if (combined && combining->target.path != NULL && !output_flush()) {
        complain("%s: the secret was combined and is there, but the answer "
                 "could not be written",
            shown(&text, combining->target.path));
    }
}

static enum status
run(const struct options *options)
{
    struct combining combining = {.options = options,
        .say = {options_given(options, OPTION_JSON), 0},
        .target = TARGET_INIT,
        .file = -1};
    enum status status = read_order(&combining);

    if (status == STATUS_YES)
        status = open_shares(&combining);
    if (status == STATUS_YES)
        status = combine(&combining);
    if (status <= STATUS_NO)
        tell(&combining, status == STATUS_YES);
    for (unsigned i = 0; i < combining.count; i++)
        source_close(&combining.source[i]);
    target_close(&combining.target);
    wipe(&combining.hash, sizeof combining.hash);
    return status;
}

const struct verb verb_combine = {
    "combine", "get a secret back from its raw shares", help, accepts, run};
