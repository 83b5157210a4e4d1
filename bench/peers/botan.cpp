/* SPDX-License-Identifier: ISC */
/* Botan 2's threshold secret sharing, with SHA-256 and its own generator. It
 * makes 254 shares at most: where 255 are asked for, that many are made. */
#include "peer.h"

#include <cstring>
#include <vector>

#include <botan/auto_rng.h>
#include <botan/tss.h>
#include <botan/version.h>

#include "bench.h"

namespace
{

const unsigned count_max = 254;

struct state {
    const peer_job *job;
    Botan::AutoSeeded_RNG generator;
    std::vector<Botan::RTSS_Share> shares;
};

void
split(void *opaque)
{
    state *s = static_cast<state *>(opaque);
    const peer_job *job = s->job;

    s->shares = Botan::RTSS_Share::split(static_cast<uint8_t>(job->m),
        static_cast<uint8_t>(job->n < count_max ? job->n : count_max),
        job->secret, static_cast<uint16_t>(job->len), std::vector<uint8_t>(16),
        "SHA-256", s->generator);
}

void
combine(void *opaque)
{
    state *s = static_cast<state *>(opaque);
    std::vector<Botan::RTSS_Share> quorum(
        s->shares.begin(), s->shares.begin() + s->job->m);
    const auto secret = Botan::RTSS_Share::reconstruct(quorum);

    std::memcpy(s->job->combined, secret.data(), s->job->len);
}

void *
begin(const peer_job *job)
{
    state *s = new state();

    s->job = job;
    split(s);
    combine(s);
    bench_require(std::memcmp(job->combined, job->secret, job->len) == 0,
        "Botan: the secret");
    return s;
}

void
end(void *opaque)
{
    delete static_cast<state *>(opaque);
}

const char *
version()
{
    return Botan::short_version_cstr();
}

} // namespace

extern "C" const peer peer_botan = {"Botan", version, 32 << 10, 255, begin, end,
    split, combine, nullptr, nullptr};
