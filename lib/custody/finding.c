/* SPDX-License-Identifier: ISC */
/* Findings in words. */
#include <keyshare/audit.h>

const char *
keyshare_finding_text(keyshare_finding finding)
{
    switch (finding) {
    case KEYSHARE_FINDING_NONE: break;
    case KEYSHARE_FINDING_OK: return "ok";
    case KEYSHARE_FINDING_NOT_A_RECORD: return "not-a-record";
    case KEYSHARE_FINDING_OTHER_LINEAGE: return "other-lineage";
    case KEYSHARE_FINDING_NO_PREDECESSOR: return "no-predecessor";
    case KEYSHARE_FINDING_WRONG_EPOCH: return "wrong-epoch";
    case KEYSHARE_FINDING_OTHER_KEY: return "other-key";
    case KEYSHARE_FINDING_NOT_REFRESHED: return "not-refreshed";
    }
    return "not judged";
}

const char *
keyshare_finding_explain(keyshare_finding finding)
{
    switch (finding) {
    case KEYSHARE_FINDING_NONE: break;
    case KEYSHARE_FINDING_OK:
        return "This record is well made, and follows its predecessor.";
    case KEYSHARE_FINDING_NOT_A_RECORD:
        return "What was given is no record: damaged, forged, or something "
               "else.";
    case KEYSHARE_FINDING_OTHER_LINEAGE:
        return "This record is of another key than the first one given.";
    case KEYSHARE_FINDING_NO_PREDECESSOR:
        return "What this record follows was not given, and it is not the "
               "first: the chain has a gap, or two beginnings.";
    case KEYSHARE_FINDING_WRONG_EPOCH:
        return "The epoch of this record is not the one after its "
               "predecessor's.";
    case KEYSHARE_FINDING_OTHER_KEY:
        return "This record commits to another key than its predecessor.";
    case KEYSHARE_FINDING_NOT_REFRESHED:
        return "This record kept what had to be replaced: the generator of "
               "whoever made it was stuck, and old cards may still work.";
    }
    return "This record was not judged.";
}
