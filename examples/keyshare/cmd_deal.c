/* SPDX-License-Identifier: ISC */
/* keyshare deal: from a key to a record and cards. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "json.h"
#include "options.h"
#include "output.h"
#include "say.h"
#include "set.h"
#include "store.h"
#include "text.h"

static const struct option accepts[] = {OPTIONS_ISSUE, OPTION("role", ROLE),
    OPTION("threshold", THRESHOLD), OPTION("count", COUNT),
    OPTION("scheme", SCHEME), OPTION("label", LABEL), OPTION("time", TIME),
    OPTION("key-file", KEY_FILE), OPTION("generate", GENERATE),
    OPTION("copies", COPIES), OPTION("out", OUT), OPTION_END};

static const char help[] =
    "usage: keyshare deal [--json] --role ROLE [--threshold M] [--count N]\n"
    "                     [--scheme pedersen|gf256] [--label TEXT]\n"
    "                     [--time SECONDS] (--key-file FILE | --generate "
    "BYTES)\n"
    "                     [--copies C] [--cards pcsc:READER [--force]]\n"
    "                     [--pin-fd N] --out DIR\n"
    "\n"
    "Splits a key over cards, any M of N of which give it back. For example,\n"
    "the storage key of an HSM, 5 of 7, a key that nobody has ever seen:\n"
    "\n"
    "    keyshare deal --role rksh --generate 32 --label \"KSK 2026 west\" "
    "--out set\n"
    "\n"
    "makes set/record.ks, which is public, and set/card-1.ks to card-7.ks,\n"
    "one for each holder. DIR exists whole or not at all. With smartcards:\n"
    "\n"
    "    keyshare deal --role rksh --generate 32 --cards pcsc:0 --out set\n"
    "\n"
    "asks for seven empty cards, writes each, reads it back, judges it, and\n"
    "prints its label. Cut off with fewer than M cards it is no set: erase\n"
    "them. With M or more \"keyshare repair\" makes the others.\n"
    "\n"
    "  --role ROLE       rksh (5 of 7), co (3 of 7), so (3 of 7), transfer\n"
    "                    (2 of 3), or custom (needs --threshold and --count)\n"
    "  --threshold M     so many cards give the key\n"
    "  --count N         so many cards are made, up to 255\n"
    "  --scheme SCHEME   pedersen (the default): a card alone is shown to be\n"
    "                    a share of the key; gf256: for devices without\n"
    "                    elliptic curves\n"
    "  --label TEXT      what people call the set, up to 64 bytes of UTF-8\n"
    "  --time SECONDS    when, in seconds since 1970; 0: not told; now unless\n"
    "                    given\n"
    "  --key-file FILE   the key, 1 to 1024 bytes as they are; - is standard\n"
    "                    input\n"
    "  --generate BYTES  a new key, which exists nowhere but in the shares\n"
    "  --copies C        so many cards for each holder, 1 to 99\n"
    "  --out DIR         where to; must not exist, or be empty\n"
    "  --cards READER    write the cards in this reader, pcsc:READER, one by one,\n"
    "                    each asked for; DIR gets the record alone, before the\n"
    "                    first\n"
    "  --force           with --cards: cards of other sets may be overwritten\n"
    "  --pin-fd N        PINs are lines of this file descriptor, one for each\n"
    "                    time that a card asks; on the terminal unless given\n"
    "  --json            one JSON object instead of text\n"
    "\n"
    "Exit status: 0 dealt, 2 wrong use (nothing was touched), 3 a file, the\n"
    "memory or the generator failed (nothing is left behind, but cards that\n"
    "were written); 1 no PIN was to be had.\n";

/* All that the command line asks for. */
struct order {
    keyshare_terms terms;
    uint64_t generate; /* 0: the key comes from a file */
    unsigned copies;
};

static enum status
read_scheme(struct order *order, const struct options *options)
{
    const char *scheme = options->value[OPTION_SCHEME];
    struct shown text;

    if (scheme == NULL)
        return STATUS_YES;
    if (strcmp(scheme, "gf256") == 0) {
        order->terms.policy.scheme = KEYSHARE_SCHEME_GF256;
    } else if (strcmp(scheme, "pedersen") == 0) {
        order->terms.policy.scheme = KEYSHARE_SCHEME_PEDERSEN;
    } else {
        return options_refuse(options,
            "--scheme takes pedersen or gf256, not \"%s\"",
            shown(&text, scheme));
    }
    return STATUS_YES;
}

/* Role, threshold, count and scheme: a preset, and what is given beside it. */
static enum status
read_policy(struct order *order, const struct options *options)
{
    keyshare_policy *policy = &order->terms.policy;
    uint64_t threshold;
    uint64_t count;
    int role = KEYSHARE_ROLE_ANY;
    enum status status = options_role(options, OPTION_ROLE, &role);

    if (status != STATUS_YES)
        return status;
    if (role == KEYSHARE_ROLE_ANY)
        return options_refuse(options, "--role is missing");
    if (role != KEYSHARE_ROLE_CUSTOM &&
        keyshare_policy_preset(policy, (keyshare_role)role) != KEYSHARE_OK) {
        return options_refuse(options, "no policy is known for that role");
    }
    if (role == KEYSHARE_ROLE_CUSTOM &&
        (!options_given(options, OPTION_THRESHOLD) ||
            !options_given(options, OPTION_COUNT))) {
        return options_refuse(
            options, "--role custom needs --threshold and --count");
    }
    threshold = policy->threshold;
    count = policy->count;
    status = options_number(
        options, OPTION_THRESHOLD, KEYSHARE_COUNT_MAX, &threshold);
    if (status == STATUS_YES) {
        status =
            options_number(options, OPTION_COUNT, KEYSHARE_COUNT_MAX, &count);
    }
    policy->threshold = (unsigned)threshold;
    policy->count = (unsigned)count;
    return status == STATUS_YES ? read_scheme(order, options) : status;
}

/* Label and time, and whether it all may be dealt under. */
static enum status
read_terms(struct order *order, const struct options *options)
{
    keyshare_terms *terms = &order->terms;
    keyshare_error error;
    enum status status = read_policy(order, options);

    if (status != STATUS_YES)
        return status;
    error = keyshare_policy_check(&terms->policy);
    if (error != KEYSHARE_OK) {
        return options_refuse(options, "role %s, %u of %u: %s",
            keyshare_role_text(terms->policy.role), terms->policy.threshold,
            terms->policy.count, keyshare_error_text(error));
    }
    if (options_given(options, OPTION_LABEL)) {
        terms->label = options->value[OPTION_LABEL];
        terms->label_len = strlen(terms->label);
    }
    error = keyshare_label_check(terms->label, terms->label_len);
    if (error != KEYSHARE_OK) {
        return options_refuse(
            options, "--label: %s", keyshare_error_text(error));
    }
    terms->time = (uint64_t)time(NULL);
    return options_number(options, OPTION_TIME, UINT64_MAX, &terms->time);
}

static enum status
read_order(struct order *order, const struct options *options)
{
    const keyshare_terms empty = KEYSHARE_TERMS_INIT;
    enum status status;

    *order = (struct order){empty, 0, 1};
    if (options->file_count > 0) {
        struct shown text;

        return options_refuse(
            options, "what is \"%s\" for?", shown(&text, options->files[0]));
    }
    if (options_given(options, OPTION_KEY_FILE) ==
        options_given(options, OPTION_GENERATE)) {
        return options_refuse(options, "either --key-file or --generate");
    }
    if (!options_given(options, OPTION_OUT))
        return options_refuse(options, "--out is missing");
    status = read_terms(order, options);
    if (status == STATUS_YES) {
        status = options_number(
            options, OPTION_GENERATE, KEYSHARE_KEY_SIZE_MAX, &order->generate);
    }
    if (status == STATUS_YES)
        status = options_copies(options, &order->copies);
    if (status == STATUS_YES && options_given(options, OPTION_GENERATE) &&
        order->generate == 0) {
        status = options_refuse(
            options, "%s", keyshare_error_text(KEYSHARE_ERR_KEY_LENGTH));
    }
    return status;
}

/* A key that was typed would stand on the screen. */
static enum status
load_key(struct buffer *bytes, const struct options *options)
{
    const char *path = options->value[OPTION_KEY_FILE];
    bool is_input = strcmp(path, "-") == 0;
    struct shown text;
    int error = 0;
    int file =
        is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (file < 0) {
        complain("%s: %s", shown(&text, path), strerror(errno));
        return STATUS_SYSTEM;
    }
    if (isatty(file)) {
        complain("%s: a key is not read from a terminal", shown(&text, path));
        if (!is_input)
            close(file);
        return STATUS_USAGE;
    }
    error = store_read(bytes, file, KEYSHARE_KEY_SIZE_MAX);
    if (!is_input)
        close(file);
    if (error != 0) {
        complain("%s: %s", shown(&text, path), strerror(error));
        return STATUS_SYSTEM;
    }
    if (bytes->len == 0 || bytes->len > KEYSHARE_KEY_SIZE_MAX) {
        complain("%s: %s", shown(&text, path),
            keyshare_error_text(KEYSHARE_ERR_KEY_LENGTH));
        return STATUS_USAGE;
    }
    return STATUS_YES;
}

static enum status
take_key(keyshare_secret **key, const struct options *options)
{
    struct buffer bytes = BUFFER_INIT;
    struct shown text;
    keyshare_error error;
    enum status status = load_key(&bytes, options);

    if (status != STATUS_YES)
        goto done;
    if (bytes.bytes[bytes.len - 1] == '\n') {
        complain("warning: the key in %s ends in a newline, which is taken as "
                 "a part of it: %zu bytes",
            shown(&text, options->value[OPTION_KEY_FILE]), bytes.len);
    }
    error = keyshare_secret_copy(key, bytes.bytes, bytes.len);
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        status = status_of(error);
    }
done:
    buffer_free(&bytes);
    return status;
}

/* The key, from where it was asked for. */
static enum status
get_key(keyshare_secret **key, const struct order *order,
    const struct options *options)
{
    keyshare_error error;

    if (order->generate == 0)
        return take_key(key, options);
    error = keyshare_secret_generate(key, (size_t)order->generate, NULL);
    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    return STATUS_YES;
}

static void
say_key(struct say *say, const struct order *order,
    const struct options *options, const keyshare_secret *key)
{
    struct shown text;

    if (order->generate > 0) {
        say_step(say,
            "Key generated: %zu bytes; it exists nowhere but in the shares",
            keyshare_secret_len(key));
    } else {
        say_step(say, "Key read from %s: %zu bytes",
            shown(&text, options->value[OPTION_KEY_FILE]),
            keyshare_secret_len(key));
    }
}

static void
say_dealt(struct say *say, const keyshare_record *record)
{
    keyshare_policy policy = keyshare_record_policy(record);

    say_step(say,
        "Dealt, and checked: every card against the record, and the "
        "key from the last %u",
        policy.threshold);
    say_record(say, record);
}

static void
say_set(struct say *say, const struct set *set, const keyshare_record *record)
{
    struct shown text;
    struct shown path;

    if (issue_is_on(set->issue)) {
        say_step(say, "Written to %s: record.ks; and %zu cards in %s",
            shown(&text, set->dir.path), set_cards(set),
            shown(&path, set->issue->path));
    } else {
        say_step(say, "Written to %s: record.ks, and %zu cards",
            shown(&text, set->dir.path), set_cards(set));
    }
    say_step(say, "Fingerprint of the record: read it aloud, compare, sign");
    say_fingerprint(say, keyshare_record_fingerprint(record));
}

static void
print_json(const struct set *set, const keyshare_record *record)
{
    struct json json = JSON_INIT;
    const uint8_t *fingerprint = keyshare_record_fingerprint(record);
    char words[KEYSHARE_FINGERPRINT_WORDS_SIZE];

    if (keyshare_fingerprint_words(words, fingerprint) != KEYSHARE_OK)
        words[0] = '\0';
    json_object(&json, NULL);
    json_hex(&json, "record", fingerprint, KEYSHARE_FINGERPRINT_SIZE);
    json_string(&json, "words", words);
    json_array(&json, "files");
    for (size_t i = 0; i < set_files(set); i++) {
        char *path = set_path(set, i);

        if (path == NULL) {
            json.text.failed = true;
        } else {
            json_string(&json, NULL, path);
        }
        free(path);
    }
    json_array_end(&json);
    if (set->issue != NULL)
        issue_json(set->issue, &json);
    json_object_end(&json);
    json_print(&json);
    json_free(&json);
}

/* A card of the set, as it was read back. */
static keyshare_error
judge(void *context, keyshare_verdict *verdict, const keyshare_image *card)
{
    return keyshare_verify(verdict, context, NULL, card);
}

/* Deal KEY, write the set, and tell of it. */
static enum status
deal(struct set *set, const struct order *order, const keyshare_secret *key,
    struct say *say)
{
    keyshare_secret *shares[KEYSHARE_COUNT_MAX] = {NULL};
    keyshare_record *record = NULL;
    struct shown text;
    enum status status;
    keyshare_error error = keyshare_deal(&record, shares, &order->terms,
        keyshare_secret_reveal(key), keyshare_secret_len(key), NULL);

    if (error != KEYSHARE_OK) {
        complain("%s", keyshare_error_text(error));
        return status_of(error);
    }
    say_dealt(say, record);
    set->issue->judge = judge;
    set->issue->context = record;
    status = set_write(set, record, shares);
    for (unsigned i = 0; i < order->terms.policy.count; i++)
        keyshare_secret_free(&shares[i]);
    /* Cards that are issued are there, whatever came then. */
    if (say->quiet && (status == STATUS_YES || set->issue->cards > 0)) {
        print_json(set, record);
    } else if (status == STATUS_YES) {
        say_set(say, set, record);
    }
    if (status == STATUS_YES && !output_flush()) {
        complain("%s: the set was dealt and is there, but the answer could not "
                 "be written",
            shown(&text, set->dir.path));
    }
    keyshare_record_free(&record);
    return status;
}

static enum status
run(const struct options *options)
{
    struct say say = {options_given(options, OPTION_JSON), 0};
    struct set set = SET_INIT;
    struct issue issue;
    keyshare_secret *key = NULL;
    struct order order;
    enum status status = issue_open(&issue, options, &say);

    if (status == STATUS_YES)
        status = read_order(&order, options);
    set.issue = &issue;
    if (status == STATUS_YES) {
        status = set_open(&set, options->value[OPTION_OUT],
            order.terms.policy.count, order.copies, NULL);
    }
    if (status == STATUS_YES)
        status = get_key(&key, &order, options);
    if (status == STATUS_YES) {
        say_key(&say, &order, options, key);
        status = deal(&set, &order, key, &say);
    }
    keyshare_secret_free(&key);
    set_close(&set);
    issue_close(&issue);
    return status;
}

const struct verb verb_deal = {"deal",
    "split a key over cards, M of N of "
    "which give it back",
    help, accepts, run};
