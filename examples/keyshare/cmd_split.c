/* SPDX-License-Identifier: ISC */
/* keyshare split: raw shares, for what others interoperate with. */
#include <inttypes.h>
#include <stdlib.h>

#include "json.h"
#include "output.h"
#include "splitting.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_COMMON,
    OPTION("threshold", THRESHOLD), OPTION("count", COUNT),
    OPTION("format", FORMAT), OPTION("prime", PRIME), OPTION("out", OUT),
    OPTION_END};

static const char help[] =
    "usage: keyshare split [--json] --threshold M --count N\n"
    "                      [--format plain|trailing-x] --out DIR FILE\n"
    "       keyshare split [--json] --threshold M --count N\n"
    "                      --prime HEX|p256|p384|secp256k1|ed25519\n"
    "                      --out DIR FILE\n"
    "\n"
    "Splits a file of any length into raw shares, any M of N of which give it\n"
    "back, as other programs make them. For example:\n"
    "\n"
    "    keyshare split --threshold 3 --count 5 --out shares backup.key\n"
    "\n"
    "makes shares/backup.key.001 to backup.key.005. FILE - is standard input;\n"
    "its shares are called share.001 and so on. DIR exists whole or not at "
    "all.\n"
    "\n"
    "Raw shares carry no check and no record: a changed one, or one too few,\n"
    "gives another secret, and nothing says so. M is not written down. To keep\n"
    "a key, use deal.\n"
    "\n"
    "  --threshold M  so many shares give it back; with 1 each of them is it\n"
    "  --count N      so many shares are made, up to 255\n"
    "  --format F     plain (the default): x is in the name alone;\n"
    "                 trailing-x: x is the last byte of each share too, as\n"
    "                 npm's shamir-secret-sharing and HashiCorp Vault have it\n"
    "  --prime P      a scalar in hex, over the prime field that has a name, or\n"
    "                 whose modulus this is in hex: an odd prime of at most\n"
    "                 4096 bits. The names are those of the orders of groups\n"
    "  --out DIR      where to; must not exist, or be empty\n"
    "  --json         one JSON object instead of text\n"
    "\n"
    "Exit status: 0 split, 1 not a scalar below the modulus, 2 wrong use\n"
    "(nothing was touched), 3 a file, the memory or the generator failed\n"
    "(nothing is left behind).\n";

static enum status
read_number(const struct options *options, enum option_id id, unsigned *number)
{
    const char *name = id == OPTION_COUNT ? "count" : "threshold";
    uint64_t value = 0;
    enum status status =
        options_number(options, id, KEYSHARE_COUNT_MAX, &value);

    if (status == STATUS_YES && !options_given(options, id))
        status = options_refuse(options, "--%s is missing", name);
    if (status == STATUS_YES && value == 0)
        status = options_refuse(options, "--%s takes 1 or more", name);
    *number = (unsigned)value;
    return status;
}

/* A share's index is an element of the field, and 0 is where the secret is. */
static enum status
check_count(const struct splitting *splitting)
{
    const struct modulus *modulus = &splitting->modulus;

    if (modulus->len == 1 && splitting->count >= modulus->bytes[0]) {
        return options_refuse(splitting->options,
            "--count: a field of %u elements has room for %u shares",
            modulus->bytes[0], modulus->bytes[0] - 1u);
    }
    return STATUS_YES;
}

static enum status
read_order(struct splitting *splitting)
{
    const struct options *options = splitting->options;
    enum status status;

    if (options->file_count != 1) {
        return options_refuse(
            options, "one FILE is to be given, or - for standard input");
    }
    if (!options_given(options, OPTION_OUT))
        return options_refuse(options, "--out is missing");
    status = read_number(options, OPTION_THRESHOLD, &splitting->threshold);
    if (status == STATUS_YES)
        status = read_number(options, OPTION_COUNT, &splitting->count);
    if (status == STATUS_YES && splitting->threshold > splitting->count) {
        status = options_refuse(options,
            "--threshold %u of --count %u: more than there are",
            splitting->threshold, splitting->count);
    }
    if (status == STATUS_YES)
        status = raw_format_read(&splitting->format, options);
    if (status == STATUS_YES)
        status = raw_select_backend(options);
    if (status == STATUS_YES && options_given(options, OPTION_PRIME))
        status = modulus_read(&splitting->modulus, options);
    return status == STATUS_YES ? check_count(splitting) : status;
}

/* Write each share as its file has it. */
static enum status
write_numbers(struct splitting *splitting, uint8_t *const *shares)
{
    enum status status = share_files_begin(&splitting->files);

    for (unsigned i = 0; status == STATUS_YES && i < splitting->count; i++) {
        struct buffer text = BUFFER_INIT;

        modulus_text(&splitting->modulus, &text, shares[i]);
        if (text.failed) {
            complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
            status = STATUS_SYSTEM;
        } else {
            status = share_files_write(
                &splitting->files, i + 1, text.bytes, text.len);
        }
        buffer_free(&text);
    }
    return status;
}

static enum status
compute_numbers(const struct splitting *splitting, uint8_t *const *shares,
    const uint8_t *secret)
{
    struct shown text;
    keyshare_error error = keyshare_raw_prime_split(shares,
        splitting->modulus.bytes, splitting->modulus.len, secret,
        splitting->threshold, NULL, splitting->count, NULL);

    if (error == KEYSHARE_OK)
        return STATUS_YES;
    if (error == KEYSHARE_ERR_FORMAT) {
        complain(
            "%s: not below the modulus", shown(&text, splitting->source.path));
    } else {
        complain("%s", keyshare_error_text(error));
    }
    return status_of(error);
}

static enum status
split_number(struct splitting *splitting)
{
    uint8_t secret[KEYSHARE_RAW_PRIME_SIZE_MAX];
    uint8_t *shares[KEYSHARE_COUNT_MAX];
    struct buffer room = BUFFER_INIT;
    size_t len = splitting->modulus.len;
    enum status status =
        modulus_load(&splitting->modulus, secret, &splitting->source);

    if (status != STATUS_YES)
        goto done;
    if (!buffer_reserve(&room, splitting->count * len)) {
        complain("%s", keyshare_error_text(KEYSHARE_ERR_MEMORY));
        status = STATUS_SYSTEM;
        goto done;
    }
    for (unsigned i = 0; i < splitting->count; i++)
        shares[i] = room.bytes + i * len;
    status = compute_numbers(splitting, shares, secret);
    if (status == STATUS_YES)
        status = write_numbers(splitting, shares);
    splitting->bytes = len;
done:
    buffer_free(&room);
    wipe(secret, sizeof secret);
    return status;
}

static void
say_split(struct splitting *splitting, const char *first, const char *last)
{
    struct say *say = &splitting->say;
    struct shown text;

    say_step(say, "Read from %s: %" PRIu64 " bytes",
        shown(&text, splitting->source.path), splitting->bytes);
    say_step(say, "Split: %u of %u give it back, %s", splitting->threshold,
        splitting->count,
        splitting->modulus.len > 0 ? "over a prime field, in hex"
                                   : raw_format_text(splitting->format));
    say_step(say, "Written to %s", shown(&text, first));
    if (splitting->count > 1)
        say_line(say, "to %s", shown(&text, last));
    say_line(say, "%s", RAW_UNCHECKED);
    say_line(say, "note the threshold: it is in no share");
}

static void
print_json(const struct splitting *splitting)
{
    const struct modulus *modulus = &splitting->modulus;
    struct json json = JSON_INIT;

    json_object(&json, NULL);
    json_string(&json, "format", raw_format_text(splitting->format));
    json_hex(
        &json, "prime", modulus->len > 0 ? modulus->bytes : NULL, modulus->len);
    json_number(&json, "threshold", splitting->threshold);
    json_number(&json, "count", splitting->count);
    json_number(&json, "bytes", splitting->bytes);
    json_array(&json, "files");
    for (unsigned i = 1; i <= splitting->count; i++) {
        char *path = share_files_path(&splitting->files, i);

        if (path == NULL) {
            json.text.failed = true;
        } else {
            json_string(&json, NULL, path);
        }
        free(path);
    }
    json_array_end(&json);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

/* What is said when the shares are there. */
static void
tell(struct splitting *splitting)
{
    struct shown text;

    if (splitting->say.quiet) {
        print_json(splitting);
    } else {
        char *first = share_files_path(&splitting->files, 1);
        char *last = share_files_path(&splitting->files, splitting->count);

        if (first != NULL && last != NULL)
            say_split(splitting, first, last);
        free(first);
        free(last);
    }
    if (splitting->threshold == 1)
        complain(
            "warning: with a threshold of 1 each share is the secret itself");
    if (!output_flush()) {
        complain("%s: the shares are there, but the answer could not be "
                 "written",
            shown(&text, splitting->files.dir.path));
    }
}

static enum status
run(const struct options *options)
{
    struct splitting splitting = {.options = options,
        .say = {options_given(options, OPTION_JSON), 0},
        .source = SOURCE_INIT};
    enum status status = read_order(&splitting);

    if (status != STATUS_YES)
        return status;
    raw_allow_files(splitting.count);
    status = share_files_open(&splitting.files, options->value[OPTION_OUT],
        options->files[0], splitting.count);
    if (status == STATUS_YES)
        status = source_open(&splitting.source, options->files[0], true);
    if (status == STATUS_YES) {
        status = splitting.modulus.len > 0 ? split_number(&splitting)
                                           : split_bytes(&splitting);
    }
    if (status == STATUS_YES)
        status = share_files_publish(&splitting.files);
    if (status == STATUS_YES)
        tell(&splitting);
    source_close(&splitting.source);
    share_files_close(&splitting.files);
    return status;
}

const struct verb verb_split = {"split",
    "split a file into raw shares, as other programs make them", help, accepts,
    run};
