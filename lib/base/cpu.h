/* SPDX-License-Identifier: ISC */
/* What instructions the machine has, and the system lets programs use. */
#ifndef CPU_H
#define CPU_H

/** What there may be; on machines other than x86 there is none of it. */
enum cpu_feature {
    CPU_GFNI = 1,     /**< gf2p8mulb, at least on 128 bits (SSE) */
    CPU_AVX2 = 2,     /**< 256 bits */
    CPU_AVX512BW = 4, /**< 512 bits, bytes and masks: AVX-512 F and BW */
};

/** Those that are there, as a sum. */
unsigned keyshare_cpu_features(void);

#endif
