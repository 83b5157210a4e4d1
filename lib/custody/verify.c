/* SPDX-License-Identifier: ISC */
/* Verify: one card, alone, against the record. */
#include <keyshare/recover.h>

#include "judge.h"
#include "latch.h"
#include "memory.h"

keyshare_error
keyshare_verify(keyshare_verdict *verdict, const keyshare_record *record,
    const keyshare_expected *expected, const keyshare_image *card)
{
    struct judge judge;
    struct share share;
    keyshare_error error;

    if (verdict == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    *verdict = KEYSHARE_VERDICT_NONE;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (record == NULL || card == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    error = keyshare_judge_begin(&judge, record, expected);
    if (error == KEYSHARE_OK)
        error = keyshare_judge_card(&judge, verdict, &share, card);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}

size_t
keyshare_verify_memory(const keyshare_record *record)
{
    /* Judging takes the stack only. */
    (void)record;
    return 0;
}
