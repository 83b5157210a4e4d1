/* SPDX-License-Identifier: ISC */
/* The wrapped key E3: its tag, by which card images tell it from others. */
#ifndef WRAPPED_H
#define WRAPPED_H

#define KEYSHARE_WRAPPED_TAG 0xe3

#endif
