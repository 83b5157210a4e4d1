/* SPDX-License-Identifier: ISC */
/* Every public function can be had from the shared library by its name.
 *
 * The list is written out: a function that leaves the library does not link
 * here, and one that comes and is not listed differs from the ledger, which is
 * read at run time (lib/libkeyshare.sym, the one argument).
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>

typedef void (*function)(void);

#define NAMED(name) #name, (function)name

static const struct {
    const char *name;
    function function;
} listed[] = {
    {NAMED(keyshare_activation_begin)},
    {NAMED(keyshare_activation_cancel)},
    {NAMED(keyshare_activation_create)},
    {NAMED(keyshare_activation_derive)},
    {NAMED(keyshare_activation_export)},
    {NAMED(keyshare_activation_free)},
    {NAMED(keyshare_activation_import)},
    {NAMED(keyshare_activation_memory)},
    {NAMED(keyshare_activation_present)},
    {NAMED(keyshare_activation_record)},
    {NAMED(keyshare_activation_resume)},
    {NAMED(keyshare_activation_status_of)},
    {NAMED(keyshare_activation_suspend)},
    {NAMED(keyshare_activation_take)},
    {NAMED(keyshare_activation_tamper)},
    {NAMED(keyshare_activation_tick)},
    {NAMED(keyshare_audit)},
    {NAMED(keyshare_card_erase)},
    {NAMED(keyshare_card_inspect)},
    {NAMED(keyshare_card_read)},
    {NAMED(keyshare_card_status_text)},
    {NAMED(keyshare_card_write)},
    {NAMED(keyshare_check)},
    {NAMED(keyshare_check_memory)},
    {NAMED(keyshare_deal)},
    {NAMED(keyshare_deal_memory)},
    {NAMED(keyshare_device_text)},
    {NAMED(keyshare_ending_text)},
    {NAMED(keyshare_error_kind_of)},
    {NAMED(keyshare_error_name)},
    {NAMED(keyshare_error_text)},
    {NAMED(keyshare_event_text)},
    {NAMED(keyshare_finding_explain)},
    {NAMED(keyshare_finding_text)},
    {NAMED(keyshare_fingerprint_hex)},
    {NAMED(keyshare_fingerprint_parse)},
    {NAMED(keyshare_fingerprint_words)},
    {NAMED(keyshare_image_make)},
    {NAMED(keyshare_image_memory)},
    {NAMED(keyshare_image_share)},
    {NAMED(keyshare_image_take_apart)},
    {NAMED(keyshare_label_check)},
    {NAMED(keyshare_label_line)},
    {NAMED(keyshare_maintenance_awaits)},
    {NAMED(keyshare_maintenance_finish)},
    {NAMED(keyshare_maintenance_free)},
    {NAMED(keyshare_maintenance_hand_out)},
    {NAMED(keyshare_maintenance_present)},
    {NAMED(keyshare_maintenance_read_back)},
    {NAMED(keyshare_maintenance_record)},
    {NAMED(keyshare_maintenance_status_of)},
    {NAMED(keyshare_memory_set)},
    {NAMED(keyshare_policy_check)},
    {NAMED(keyshare_policy_preset)},
    {NAMED(keyshare_raw_backend)},
    {NAMED(keyshare_raw_backend_select)},
    {NAMED(keyshare_raw_backend_selected)},
    {NAMED(keyshare_raw_combine)},
    {NAMED(keyshare_raw_prime_combine)},
    {NAMED(keyshare_raw_prime_named)},
    {NAMED(keyshare_raw_prime_split)},
    {NAMED(keyshare_raw_split)},
    {NAMED(keyshare_record_bytes)},
    {NAMED(keyshare_record_decode)},
    {NAMED(keyshare_record_epoch)},
    {NAMED(keyshare_record_fingerprint)},
    {NAMED(keyshare_record_free)},
    {NAMED(keyshare_record_key_len)},
    {NAMED(keyshare_record_label)},
    {NAMED(keyshare_record_lineage)},
    {NAMED(keyshare_record_memory)},
    {NAMED(keyshare_record_policy)},
    {NAMED(keyshare_record_predecessor)},
    {NAMED(keyshare_record_prepare)},
    {NAMED(keyshare_record_prepare_memory)},
    {NAMED(keyshare_record_terms)},
    {NAMED(keyshare_record_time)},
    {NAMED(keyshare_recover)},
    {NAMED(keyshare_recover_memory)},
    {NAMED(keyshare_recoverable_text)},
    {NAMED(keyshare_refresh_begin)},
    {NAMED(keyshare_refresh_memory)},
    {NAMED(keyshare_repair_begin)},
    {NAMED(keyshare_repair_memory)},
    {NAMED(keyshare_reshare_begin)},
    {NAMED(keyshare_reshare_memory)},
    {NAMED(keyshare_role_text)},
    {NAMED(keyshare_scheme_text)},
    {NAMED(keyshare_secret_copy)},
    {NAMED(keyshare_secret_free)},
    {NAMED(keyshare_secret_generate)},
    {NAMED(keyshare_secret_len)},
    {NAMED(keyshare_secret_memory)},
    {NAMED(keyshare_secret_reveal)},
    {NAMED(keyshare_self_test)},
    {NAMED(keyshare_self_test_memory)},
    {NAMED(keyshare_task_text)},
    {NAMED(keyshare_verdict_explain)},
    {NAMED(keyshare_verdict_text)},
    {NAMED(keyshare_verify)},
    {NAMED(keyshare_verify_memory)},
    {NAMED(keyshare_version)},
    {NAMED(keyshare_wrapped_decode)},
    {NAMED(keyshare_wrapped_encode)},
};

#define LISTED (sizeof listed / sizeof *listed)

static int cases;
static int failed;

static void
say(bool good, const char *name)
{
    printf("%s %d - %s\n", good ? "ok" : "not ok", ++cases, name);
    if (!good)
        failed = 1;
}

static bool
is_listed(const char *name)
{
    for (size_t i = 0; i < LISTED; i++)
        if (strcmp(listed[i].name, name) == 0)
            return true;
    return false;
}

/* Each name of the ledger must be listed; how many there are. */
static size_t
compare(FILE *ledger)
{
    char line[256];
    char name[256] = "keyshare_";
    char *rest = name + strlen(name);
    size_t count = 0;

    while (fgets(line, sizeof line, ledger) != NULL)
        if (sscanf(line, " keyshare_%200[a-z0-9_];", rest) == 1) {
            count++;
            if (!is_listed(name))
                say(false, name);
        }
    return count;
}

int
main(int argc, char **argv)
{
    FILE *ledger = argc == 2 ? fopen(argv[1], "r") : NULL;

    if (ledger == NULL) {
        fputs("api: which ledger?\n", stderr);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < LISTED; i++)
        say(listed[i].function != NULL, listed[i].name);
    say(compare(ledger) == LISTED, "the ledger has as many names");
    fclose(ledger);
    say(strcmp(keyshare_version(), KEYSHARE_VERSION_STRING) == 0,
        "the library is of the headers' version");
    printf("1..%d\n", cases);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
