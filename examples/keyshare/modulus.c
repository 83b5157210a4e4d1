/* SPDX-License-Identifier: ISC */
/* A prime modulus, and numbers below it in hex. */
#include "modulus.h"

#include <string.h>

#include <gmp.h>
#include <sodium.h>

#include "say.h"
#include "store.h"
#include "text.h"

/* After the tests that GMP makes anyway a composite number passes each of as
 * many others as go beyond 24 with a probability of 1/4. */
#define REPETITIONS 64

static enum status
refuse(const struct options *options, const char *why)
{
    struct shown text;

    return options_refuse(options, "--prime %s: %s",
        shown(&text, options->value[OPTION_PRIME]), why);
}

/* A modulus that is none gives shares that hide less than they should, or do
 * not give back what was split. */
static bool
is_odd_prime(const struct modulus *modulus)
{
    mpz_t number;
    bool is_prime;

    mpz_init(number);
    mpz_import(number, modulus->len, 1, 1, 1, 0, modulus->bytes);
    is_prime =
        mpz_odd_p(number) != 0 && mpz_probab_prime_p(number, REPETITIONS) > 0;
    mpz_clear(number);
    return is_prime;
}

/* In hex; zeros in front do not count. */
static enum status
parse(struct modulus *modulus, const struct options *options)
{
    const char *hex = options->value[OPTION_PRIME];
    char even[2 * KEYSHARE_RAW_PRIME_SIZE_MAX + 1] = "0";
    size_t digits = strspn(hex, "0123456789abcdefABCDEF");

    if (digits == 0 || hex[digits] != '\0') {
        return refuse(
            options, "neither hex digits nor p256, p384, secp256k1 or ed25519");
    }
    while (*hex == '0') {
        hex++;
        digits--;
    }
    if (digits > 2 * KEYSHARE_RAW_PRIME_SIZE_MAX)
        return refuse(options, "more than 4096 bits");
    memcpy(even + digits % 2, hex, digits);
    digits += digits % 2;
    if (sodium_hex2bin(modulus->bytes, sizeof modulus->bytes, even, digits,
            NULL, &modulus->len, NULL) != 0) {
        return refuse(options, "not in hex");
    }
    if (!is_odd_prime(modulus))
        return refuse(options, "not an odd prime");
    return STATUS_YES;
}

enum status
modulus_read(struct modulus *modulus, const struct options *options)
{
    const uint8_t *named =
        keyshare_raw_prime_named(&modulus->len, options->value[OPTION_PRIME]);

    if (named == NULL)
        return parse(modulus, options);
    memcpy(modulus->bytes, named, modulus->len);
    return STATUS_YES;
}

enum status
modulus_load(
    const struct modulus *modulus, uint8_t *number, const struct source *source)
{
    struct buffer text = BUFFER_INIT;
    struct shown path;
    size_t digits = 2 * modulus->len;
    size_t len;
    enum status status = STATUS_NO;
    int error = store_read(&text, source->file, digits + strlen("\r\n"));

    if (error != 0) {
        status = source_fail(source, error);
        goto done;
    }
    len = text.len;
    if (len > 0 && text.bytes[len - 1] == '\n')
        len--;
    if (len < text.len && len > 0 && text.bytes[len - 1] == '\r')
        len--;
    shown(&path, source->path);
    if (len != digits) {
        complain("%s: not %zu hex digits: a number is as wide as the modulus, "
                 "with zeros in front",
            path.text, digits);
    } else if (sodium_hex2bin(number, modulus->len, (const char *)text.bytes,
                   len, NULL, &len, NULL) != 0 ||
               len != modulus->len) {
        complain("%s: not hex digits alone, and a newline", path.text);
    } else {
        status = STATUS_YES;
    }
done:
    buffer_free(&text);
    return status;
}

void
modulus_text(
    const struct modulus *modulus, struct buffer *text, const uint8_t *number)
{
    size_t digits = 2 * modulus->len;

    if (!buffer_reserve(text, digits + 1))
        return;
    text_hex((char *)text->bytes + text->len, number, modulus->len);
    text->len += digits;
    buffer_add(text, "\n", 1);
}
