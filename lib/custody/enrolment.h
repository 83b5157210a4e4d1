/* SPDX-License-Identifier: ISC */
/* Enrolment: which record may follow which, and when it comes into force. */
#ifndef ENROLMENT_H
#define ENROLMENT_H

#include "device.h"

/** Take a record that is asked to be enrolled as the subject of the device's
 * collection. What keyshare_activation_begin says of enrol; on failure nothing
 * has changed. */
keyshare_error keyshare_enrolment_begin(
    keyshare_activation *device, const keyshare_request *request);

/** The authorising quorum is there, or none is needed: the subject is pending,
 * in the place of what was pending in its lineage. */
void keyshare_enrolment_authorise(keyshare_activation *device);

/** M of a pending record's own cards have verified: it is in force, in the
 * place of the older record of its lineage. */
void keyshare_enrolment_put_in_force(
    keyshare_activation *device, struct place *place);

/** The pending record that the collection is about is given up. */
void keyshare_enrolment_drop(keyshare_activation *device);

#endif
