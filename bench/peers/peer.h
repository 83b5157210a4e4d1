/* SPDX-License-Identifier: ISC */
/* A peer: another way to split and combine bytes, or a limit of the machine.
 *
 * An adapter is a file here, of one peer; meson.build has it where its library
 * is found. Each makes a state for a job, does both operations once, and ends
 * the program if the secret did not come back.
 */
#ifndef PEER_H
#define PEER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is done. The memory is shared by all rows of a group. */
struct peer_job {
    unsigned m;
    unsigned n;
    size_t len;
    const uint8_t *secret;
    uint8_t *combined;      /**< len bytes */
    uint8_t **shares;       /**< n of len bytes each */
    uint8_t *random;        /**< (m - 1) len bytes, random */
    const uint8_t *indices; /**< 1 to n */
};

struct peer {
    const char *name;
    /** A static string, or NULL where it is not here after all. */
    const char *(*version)(void);
    /** Above these it cannot, or would take very long; 0: no such limit. */
    size_t len_max;
    unsigned count_max;
    void *(*begin)(const struct peer_job *job);
    void (*end)(void *state);
    /** Once. NULL: not a thing that this peer does. */
    void (*split)(void *state);
    void (*combine)(void *state);
    /** Where it is another process: so many times, and how many nanoseconds
     * it took there. */
    double (*timed_split)(void *state, size_t batch);
    double (*timed_combine)(void *state, size_t batch);
};

/** All that this was built with, ended by NULL; and the names of others. */
extern const struct peer *const peers[];
extern const char *const peers_absent[];

extern const struct peer peer_gfshare;
extern const struct peer peer_gfshare_bare;
extern const struct peer peer_isal;
extern const struct peer peer_botan;
extern const struct peer peer_cryptopp;
extern const struct peer peer_shamir_secret_sharing;
extern const struct peer peer_secrets_js;
extern const struct peer peer_ssss;
extern const struct peer peer_getrandom;
extern const struct peer peer_chacha20;
extern const struct peer peer_memcpy;

#ifdef __cplusplus
}
#endif

#endif
