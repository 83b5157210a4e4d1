/* SPDX-License-Identifier: ISC */
/* Verdicts in words. */
#include <keyshare/verdict.h>

const char *
keyshare_verdict_text(keyshare_verdict verdict)
{
    switch (verdict) {
    case KEYSHARE_VERDICT_NONE: break;
    case KEYSHARE_VERDICT_OK: return "ok";
    case KEYSHARE_VERDICT_DAMAGED: return "damaged";
    case KEYSHARE_VERDICT_OTHER_ROLE: return "other-role";
    case KEYSHARE_VERDICT_OTHER_EPOCH: return "other-epoch";
    case KEYSHARE_VERDICT_OTHER_SET: return "other-set";
    case KEYSHARE_VERDICT_INVALID: return "invalid";
    case KEYSHARE_VERDICT_DUPLICATE: return "duplicate";
    }
    return "not judged";
}

const char *
keyshare_verdict_explain(keyshare_verdict verdict)
{
    switch (verdict) {
    case KEYSHARE_VERDICT_NONE: break;
    case KEYSHARE_VERDICT_OK: return "This card is a share of this record.";
    case KEYSHARE_VERDICT_DAMAGED:
        return "What is on this card is not whole: it can be read again, or "
               "repaired from other cards.";
    case KEYSHARE_VERDICT_OTHER_ROLE: return "This card is for another role.";
    case KEYSHARE_VERDICT_OTHER_EPOCH:
        return "This card is of an older or a newer set of the same key.";
    case KEYSHARE_VERDICT_OTHER_SET: return "This card is of another set.";
    case KEYSHARE_VERDICT_INVALID:
        return "This card names this record, but its share is not the one "
               "that was dealt.";
    case KEYSHARE_VERDICT_DUPLICATE:
        return "This card is good, but its index was presented before.";
    }
    return "This card was not judged.";
}
