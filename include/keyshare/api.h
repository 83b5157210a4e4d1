/* SPDX-License-Identifier: ISC */
/** @file
 * How public functions are marked. Nothing here is for callers to use.
 */
#ifndef KEYSHARE_API_H
#define KEYSHARE_API_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define KEYSHARE_API       __attribute__((visibility("default")))
#define KEYSHARE_NODISCARD __attribute__((warn_unused_result))
#else
#define KEYSHARE_API
#define KEYSHARE_NODISCARD
#endif

#ifdef __cplusplus
#define KEYSHARE_BEGIN_DECLS extern "C" {
#define KEYSHARE_END_DECLS   }
#else
#define KEYSHARE_BEGIN_DECLS
#define KEYSHARE_END_DECLS
#endif

#endif
