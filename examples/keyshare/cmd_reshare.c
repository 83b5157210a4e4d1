/* SPDX-License-Identifier: ISC */
/* keyshare reshare: the same key under another M of N, role or label. */
#include "renew.h"

#include <string.h>

#include "text.h"

static const struct option accepts[] = {OPTIONS_ISSUE, OPTION("record", RECORD),
    OPTION("expect", EXPECT), OPTION("role", ROLE), OPTION("label", LABEL),
    OPTION("time", TIME), OPTION_FLAG("lower-threshold", LOWER_THRESHOLD),
    OPTION("threshold", THRESHOLD), OPTION("count", COUNT),
    OPTION("copies", COPIES), OPTION("out", OUT), OPTION_END};

static const char help[] =
    "usage: keyshare reshare [--json] [--expect FP] [--role ROLE]\n"
    "                        [--label TEXT] [--time SECONDS]\n"
    "                        [--lower-threshold] --record RECORD\n"
    "                        --threshold M --count N [--copies C]\n"
    "                        [--cards pcsc:READER [--force]] [--pin-fd N]\n"
    "                        --out DIR\n"
    "                        CARD...\n"
    "\n"
    "Shares the same key anew, over other holders: another M of N, role or\n"
    "label. Any M cards of the set as it is will do. For example, a set that\n"
    "introduces an HSM, and is erased after use:\n"
    "\n"
    "    keyshare reshare --record record.ks --role transfer --threshold 2 \\\n"
    "        --count 3 --lower-threshold --out transfer card-[1-5].ks\n"
    "\n"
    "Each card is read by itself, used, and wiped before the next; it is\n"
    "read twice. All new cards take form together, at the last one: a quorum\n"
    "of them is on this machine until it is written. The old set is as good\n"
    "as it was. DIR exists whole or not at all. With gf256 a dealing that was\n"
    "bad is not seen here: keep the old cards until a drill, \"keyshare\n"
    "recover\", found the key in the new set.\n"
    "\n"
    "  --record RECORD    the record of the set as it is, bare or on a card\n"
    "  --expect FP        it must have this fingerprint: 64 hex digits, or\n"
    "                     all 32 words as one argument\n"
    "  --threshold M      so many new cards give the key\n"
    "  --count N          so many new cards are made, up to 255\n"
    "  --lower-threshold  M may be lower than it was; this lowers what the\n"
    "                     key can be had with for good\n"
    "  --role ROLE        rksh, co, so, transfer or custom; as it was unless\n"
    "                     given\n"
    "  --label TEXT       what people call the new set; as it was unless given\n"
    "  --time SECONDS     when, in seconds since 1970; 0: not told; now unless\n"
    "                     given\n"
    "  --copies C         so many new cards for each holder, 1 to 99\n"
    "  --out DIR          where to; must not exist, or be empty\n"
    "  --cards READER     write the new cards in this reader, pcsc:READER, one by\n"
    "                     one; DIR gets the record alone\n"
    "  --force            with --cards: cards of other sets may be overwritten,\n"
    "                     never one of the set as it is\n"
    "  --pin-fd N         PINs are lines of this file descriptor, one for each\n"
    "                     time that a card asks; on the terminal unless given\n"
    "  --json             one JSON object instead of text\n"
    "\n"
    "Exit status: 0 the new record is in force, 1 too few cards are good or\n"
    "not the expected record, 2 wrong use, 3 the system failed. But for 0\n"
    "nothing new is left but cards in readers, which it names, and the old set\n"
    "is as it was.\n";

/* What the command line alone says. */
struct order {
    int role; /* KEYSHARE_ROLE_ANY: as it was */
    uint64_t threshold;
    uint64_t count;
    unsigned copies;
};

static enum status
read_order(struct order *order, const struct options *options)
{
    enum status status;

    *order = (struct order){KEYSHARE_ROLE_ANY, 0, 0, 1};
    if (!options_given(options, OPTION_OUT))
        return options_refuse(options, "--out is missing");
    if (!options_given(options, OPTION_THRESHOLD) ||
        !options_given(options, OPTION_COUNT)) {
        return options_refuse(options, "--threshold and --count are needed");
    }
    status = options_role(options, OPTION_ROLE, &order->role);
    if (status == STATUS_YES) {
        status = options_number(
            options, OPTION_THRESHOLD, KEYSHARE_COUNT_MAX, &order->threshold);
    }
    if (status == STATUS_YES) {
        status = options_number(
            options, OPTION_COUNT, KEYSHARE_COUNT_MAX, &order->count);
    }
    return status == STATUS_YES ? options_copies(options, &order->copies)
                                : status;
}

/* Whether the key may be shared so. */
static enum status
read_policy(struct maintain *maintain, const struct order *order)
{
    const struct options *options = maintain->table.options;
    unsigned old = keyshare_record_policy(maintain->table.record).threshold;
    keyshare_policy *policy = &maintain->terms.policy;
    keyshare_error error;

    if (order->role != KEYSHARE_ROLE_ANY)
        policy->role = (keyshare_role)order->role;
    policy->threshold = (unsigned)order->threshold;
    policy->count = (unsigned)order->count;
    error = keyshare_policy_check(policy);
    if (error != KEYSHARE_OK) {
        return options_refuse(options, "role %s, %u of %u: %s",
            keyshare_role_text(policy->role), policy->threshold, policy->count,
            keyshare_error_text(error));
    }
    if (policy->threshold < old &&
        !options_given(options, OPTION_LOWER_THRESHOLD)) {
        return options_refuse(options,
            "--threshold %u is lower than %u: from then on the key can be had "
            "with fewer cards, for good; that needs --lower-threshold",
            policy->threshold, old);
    }
    maintain->plan.lower_threshold = policy->threshold < old;
    return STATUS_YES;
}

static void
tell(struct maintain *maintain)
{
    const keyshare_maintenance_status *status =
        keyshare_maintenance_status_of(maintain->operation);
    struct say *say = &maintain->table.say;

    say_step(
        say, "All %u new cards will take form here together", status->together);
    say_line(say, "THAT is a quorum: until they are written this machine holds "
                  "what gives the key");
    if (maintain->plan.lower_threshold) {
        say_line(say,
            "%u cards will give the key where %u were needed: that lowers it "
            "for good",
            maintain->terms.policy.threshold,
            keyshare_record_policy(maintain->table.record).threshold);
    }
}

static void
say_old(struct maintain *maintain)
{
    struct say *say = &maintain->table.say;
    unsigned needed = keyshare_record_policy(maintain->table.record).threshold;
    keyshare_policy policy = keyshare_record_policy(maintain->record);

    if (policy.scheme == KEYSHARE_SCHEME_GF256) {
        say_step(say, "Keep the old cards until \"keyshare recover\" has found "
                      "the key in the new set");
        say_line(say, "with gf256 nothing here has shown that the dealing was "
                      "not bad");
    } else {
        say_step(say, "Old cards may be erased now, where the new set is to "
                      "replace them");
    }
    say_line(
        say, "until they are erased any %u of them still give the key", needed);
    say_answer(say, "re-shared: epoch %lu, %u of %u, is in force",
        (unsigned long)keyshare_record_epoch(maintain->record),
        policy.threshold, policy.count);
}

static enum status
prepare(struct maintain *maintain, const struct order *order)
{
    const struct options *options = maintain->table.options;
    enum status status = maintain_terms(maintain);

    if (status == STATUS_YES)
        status = read_policy(maintain, order);
    if (status == STATUS_YES) {
        status = set_open(&maintain->set, options->value[OPTION_OUT],
            maintain->terms.policy.count, order->copies,
            maintain->table.record);
    }
    return status;
}

static enum status
run(const struct options *options)
{
    struct maintain maintain = {
        .begin = keyshare_reshare_begin, .tell = tell, .issue = renew_issue};
    struct order order;
    enum status status = read_order(&order, options);

    if (status != STATUS_YES)
        return status;
    status = maintain_open(&maintain, options);
    if (status == STATUS_YES)
        status = prepare(&maintain, &order);
    if (status == STATUS_YES)
        status = maintain_run(&maintain);
    if (status == STATUS_YES) {
        renew_say(&maintain);
        say_old(&maintain);
    }
    return renew_end(&maintain, status);
}

const struct verb verb_reshare = {"reshare",
    "share the same key over other cards, M of N", help, accepts, run};
