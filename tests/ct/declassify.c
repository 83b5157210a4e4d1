/* SPDX-License-Identifier: ISC */
/* All that is declared public on the way from secrets, and why.
 *
 * The library has no part in this. Its two doors from secret to public do
 * nothing (lib/base/reveal.c): here they are defined to do what they say, and
 * so that file is not taken from its archive. (The linker's --wrap does not see
 * calls of it under link-time optimisation.) Calls of other libraries come here
 * by --wrap. All else is the objects that are shipped. So this list is the list
 * of assumptions. Of the doors each reason (lib/base/reveal.h) must stand here,
 * with the argument why what goes through tells nothing that was not to be told.
 *
 * At the end stands the contrary: where memcheck forgets that something is
 * secret, it is told again.
 */
#include "declassify.h"

#include <stdio.h>
#include <string.h>

#include <gmp.h>

#include "poison.h"
#include "reveal.h"

/* An entry: what, why, and how often it came by with something secret. */
struct entry {
    const char *what;
    const char *why;
    unsigned long used;
};

static struct entry add = {"crypto_core_ristretto255_add",
    "it decodes its operands and branches on whether they are points: they "
    "always are (it must say so each time), so the branch goes one way. Its "
    "result is secret again if an operand was",
    0};

static struct entry reveals[] = {
    [REVEAL_VERDICT] = {"a card's verdict",
        "the answer to those who presented the card: one bit of all of it, "
        "never where it differs; a good card's is always the same",
        0},
    [REVEAL_COMMITMENT] = {"commitments",
        "published in the record. pedersen's are uniform whatever the key is; "
        "gf256's are SHA-256 of what 32 random bytes blind",
        0},
    [REVEAL_PROOF] = {"the quorum proof",
        "published in the record; its masks are uniform, and it is witness-"
        "indistinguishable: the same for every key",
        0},
    [REVEAL_LINEAGE] = {"a lineage's id",
        "random bytes, drawn to be published in the record and used for "
        "nothing else",
        0},
    [REVEAL_STUCK] = {"that a generator is stuck",
        "what was drawn is the one value of at least 2^128 that is refused; "
        "then it is used for nothing, and else nothing is known of it but "
        "that it is another",
        0},
    [REVEAL_MATCH] = {"that cards gave the committed key",
        "the answer of a recovery; it does not depend on the key, only on "
        "whether the dealing was honest",
        0},
    [REVEAL_CONSISTENT] = {"that gf256 cards lie on one polynomial",
        "the answer of a check; one bit of all cards, and yes for every "
        "honest dealing",
        0},
    [REVEAL_FAULT] = {"that a self-check failed",
        "yes only on a machine that computes wrongly; all is wiped then", 0},
    [REVEAL_SEAL] = {"the HMAC of a blob, and whether it matches",
        "it stands in the blob; it tells nothing of the key under which it is, "
        "and the answer is one bit of all of it",
        0},
    [REVEAL_BELOW] = {"whether a scalar is below the modulus",
        "the answer to who handed it in: yes for each that is one; one bit of "
        "all of it where it is none",
        0},
    [REVEAL_REJECTED] = {"whether a drawn scalar is below the modulus",
        "what is not is used for nothing, and is independent of what is drawn "
        "next; of what is nothing is known but that it is below, as all are",
        0},
    [REVEAL_STORED] = {"whether a card's memory holds what it should",
        "the answer of reading back: one bit of all of it, never where it "
        "differs; yes for every card that works",
        0},
};

#define REVEALS (sizeof reveals / sizeof *reveals)

/* The entry for a reason; NULL, and the case fails, if there is none. */
static struct entry *
find(enum reveal reason)
{
    if ((size_t)reason < REVEALS && reveals[reason].what != NULL)
        return &reveals[reason];
    ct_expect(false, "the reason of a reveal stands in the list");
    return NULL;
}

bool
keyshare_reveal_mask(uint32_t mask, enum reveal reason)
{
    struct entry *entry = find(reason);

    if (entry != NULL) {
        entry->used += ct_is_secret(&mask, sizeof mask);
        ct_public(&mask, sizeof mask);
    }
    return mask != 0;
}

void
keyshare_reveal_bytes(const uint8_t *bytes, size_t len, enum reveal reason)
{
    struct entry *entry = find(reason);

    if (entry != NULL) {
        entry->used += ct_is_secret(bytes, len);
        ct_public(bytes, len);
    }
}

int __real_crypto_core_ristretto255_add(
    unsigned char *r, const unsigned char *p, const unsigned char *q);
int __wrap_crypto_core_ristretto255_add(
    unsigned char *r, const unsigned char *p, const unsigned char *q);

/* The operands stay as secret as they were: copies are looked at. */
int
__wrap_crypto_core_ristretto255_add(
    unsigned char *r, const unsigned char *p, const unsigned char *q)
{
    const bool secret = ct_is_secret(p, 32) || ct_is_secret(q, 32);
    unsigned char a[32];
    unsigned char b[32];
    int answer;

    memcpy(a, p, sizeof a);
    memcpy(b, q, sizeof b);
    ct_public(a, sizeof a);
    ct_public(b, sizeof b);
    answer = __real_crypto_core_ristretto255_add(r, a, b);
    ct_expect(answer == 0, "what is added are points");
    if (secret) {
        add.used++;
        ct_secret(r, 32);
    }
    return answer;
}

/* ---- What memcheck forgets ---- */

/* Of the carry that GMP's loops hold in a flag, memcheck (3.19) loses sight at
 * every dec or inc, which leave the flag alone: what these two return would be
 * public. It is as secret as what went in. */
static unsigned long carries;

static bool
any_secret(const mp_limb_t *a, const mp_limb_t *b, mp_size_t n)
{
    const size_t len = (size_t)n * sizeof *a;

    return ct_is_secret(a, len) || ct_is_secret(b, len);
}

static mp_limb_t
carry_is_secret(mp_limb_t carry)
{
    carries++;
    ct_secret(&carry, sizeof carry);
    return carry;
}

mp_limb_t __real___gmpn_add_n(
    mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, mp_size_t n);
mp_limb_t __wrap___gmpn_add_n(
    mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, mp_size_t n);

mp_limb_t
__wrap___gmpn_add_n(
    mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, mp_size_t n)
{
    const bool secret = any_secret(a, b, n);
    mp_limb_t carry = __real___gmpn_add_n(r, a, b, n);

    return secret ? carry_is_secret(carry) : carry;
}

mp_limb_t __real___gmpn_sub_n(
    mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, mp_size_t n);
mp_limb_t __wrap___gmpn_sub_n(
    mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, mp_size_t n);

mp_limb_t
__wrap___gmpn_sub_n(
    mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, mp_size_t n)
{
    const bool secret = any_secret(a, b, n);
    mp_limb_t borrow = __real___gmpn_sub_n(r, a, b, n);

    return secret ? carry_is_secret(borrow) : borrow;
}

static void
report(const struct entry *entry)
{
    if (entry->used > 0)
        printf("# declassified %lu times: %s: %s\n", entry->used, entry->what,
            entry->why);
}

void
declassify_report(void)
{
    report(&add);
    for (size_t i = 0; i < REVEALS; i++)
        report(&reveals[i]);
    if (carries > 0)
        printf("# made secret again %lu times: a carry of GMP's\n", carries);
}
