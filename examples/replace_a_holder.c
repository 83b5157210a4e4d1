/* SPDX-License-Identifier: ISC */
/* A crypto officer has left: the set is refreshed, so that her card is worth
 * nothing beside new ones, and her successor gets the new card 4. The key is
 * never assembled, and the cards are never together.
 *
 *     cc replace_a_holder.c $(pkg-config --cflags --libs libkeyshare)
 *
 * Here a card is an array; with a reader, read, present and wipe one at a time,
 * and write each new share to a new card before the next is handed out. */
#include <keyshare.h>
#include <stdio.h>
#include <string.h>

#define HOLDERS 7

/* Five are here. Holder 4 left; holder 7 is ill: his new card is made by
 * repair in the new set, when he is back. */
static const uint8_t present[] = {1, 2, 3, 5, 6};
static const uint8_t later[] = {7};

/* A set of cards, and what is public of it. */
struct set {
    keyshare_record *record;
    keyshare_secret *cards[HOLDERS];
};

static void
free_set(struct set *set)
{
    for (int i = 0; i < HOLDERS; i++)
        keyshare_secret_free(&set->cards[i]);
    keyshare_record_free(&set->record);
}

/* The set as it is: 3 of 7 crypto officers. */
static keyshare_error
deal(struct set *set)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_secret *key = NULL;
    keyshare_error error =
        keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_CO);

    if (error == KEYSHARE_OK)
        error = keyshare_secret_generate(&key, 32, NULL);
    if (error == KEYSHARE_OK)
        error = keyshare_deal(&set->record, set->cards, &terms,
            keyshare_secret_reveal(key), keyshare_secret_len(key), NULL);
    keyshare_secret_free(&key);
    return error;
}

/* Every present card, once. One that is bad is named: begin again without it. */
static keyshare_error
present_card(
    keyshare_maintenance *refresh, const struct set *set, unsigned index)
{
    const keyshare_secret *share = set->cards[index - 1];
    const keyshare_image card = {
        keyshare_secret_reveal(share), keyshare_secret_len(share)};
    keyshare_verdict verdict;
    keyshare_error error =
        keyshare_maintenance_present(refresh, &verdict, &card);

    if (verdict != KEYSHARE_VERDICT_OK)
        printf("card %u: %s\n", index, keyshare_verdict_explain(verdict));
    return error;
}

/* Write what is handed out, and read it back. */
static keyshare_error
issue(keyshare_maintenance *refresh, struct set *fresh)
{
    keyshare_error error = KEYSHARE_OK;

    for (;;) {
        keyshare_verdict verdict;
        keyshare_secret *share;
        keyshare_image card;
        unsigned index;

        error = keyshare_maintenance_hand_out(refresh, &index, &share);
        if (error != KEYSHARE_OK || share == NULL)
            return error;
        fresh->cards[index - 1] = share;
        card.bytes = keyshare_secret_reveal(share);
        card.len = keyshare_secret_len(share);
        error = keyshare_maintenance_read_back(refresh, &verdict, &card);
        if (error != KEYSHARE_OK)
            return error;
        printf("new card %u: %s\n", index, keyshare_verdict_text(verdict));
    }
}

/* Two rounds: new cards name their record by its fingerprint, and that record is
 * whole only when every present card has been seen once. */
static keyshare_error
run(keyshare_maintenance *refresh, const struct set *set, struct set *fresh)
{
    const keyshare_maintenance_status *status =
        keyshare_maintenance_status_of(refresh);
    keyshare_error error = KEYSHARE_OK;

    printf("%u new cards will take form together\n", status->together);
    for (size_t i = 0; i < sizeof present && error == KEYSHARE_OK; i++)
        error = present_card(refresh, set, present[i]);
    if (error == KEYSHARE_OK)
        error = issue(refresh, fresh);
    for (size_t i = 0; i < sizeof present && error == KEYSHARE_OK; i++) {
        error = present_card(refresh, set, present[i]);
        if (error == KEYSHARE_OK)
            error = issue(refresh, fresh);
    }
    if (error == KEYSHARE_OK)
        error = keyshare_maintenance_finish(refresh, &fresh->record);
    return error;
}

int
main(void)
{
    struct set set = {NULL, {NULL}};
    struct set fresh = {NULL, {NULL}};
    keyshare_plan plan = KEYSHARE_PLAN_INIT;
    keyshare_maintenance *refresh = NULL;
    keyshare_terms terms;
    keyshare_error error = deal(&set);

    if (error == KEYSHARE_OK) {
        terms = keyshare_record_terms(set.record);
        plan.record = set.record;
        plan.present = present;
        plan.present_count = sizeof present;
        plan.later = later;
        plan.later_count = sizeof later;
        plan.terms = &terms;
        error = keyshare_refresh_begin(&refresh, &plan);
    }
    if (error == KEYSHARE_OK)
        error = run(refresh, &set, &fresh);
    if (error == KEYSHARE_OK)
        printf("epoch %u is in force: old cards may be erased\n",
            (unsigned)keyshare_record_epoch(fresh.record));
    else
        fprintf(stderr, "%s\n", keyshare_error_text(error));
    keyshare_maintenance_free(&refresh);
    free_set(&fresh);
    free_set(&set);
    return error == KEYSHARE_OK ? 0 : 1;
}
