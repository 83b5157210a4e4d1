/* SPDX-License-Identifier: ISC */
/* Records and sets of custody.json as the library's. */
#ifndef READ_H
#define READ_H

#include <jansson.h>

#include "set.h"

/** The record in a string: the caller's to free. */
keyshare_record *read_record(json_t *string);

/** A set; key: JSON null leaves it empty. */
void read_set(struct set *set, json_t *object, json_t *key);

#endif
