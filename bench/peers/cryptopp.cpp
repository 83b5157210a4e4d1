/* SPDX-License-Identifier: ISC */
/* Crypto++'s SecretSharing, as in its own example: filters and channels. */
#include "peer.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <crypto++/channels.h>
#include <crypto++/filters.h>
#include <crypto++/ida.h>
#include <crypto++/osrng.h>

#include "bench.h"

namespace
{

struct state {
    const peer_job *job;
    CryptoPP::AutoSeededRandomPool generator;
    std::vector<std::string> shares;
};

void
split(void *opaque)
{
    state *s = static_cast<state *>(opaque);
    const peer_job *job = s->job;
    CryptoPP::ChannelSwitch *channels = new CryptoPP::ChannelSwitch;
    CryptoPP::ArraySource source(job->secret, job->len, false,
        new CryptoPP::SecretSharing(s->generator, static_cast<int>(job->m),
            static_cast<int>(job->n), channels));

    s->shares.assign(job->n, std::string());
    std::vector<std::unique_ptr<CryptoPP::StringSink>> sinks;
    for (unsigned i = 0; i < job->n; i++) {
        const std::string channel = CryptoPP::WordToString<CryptoPP::word32>(i);

        sinks.emplace_back(new CryptoPP::StringSink(s->shares[i]));
        s->shares[i] += channel;
        channels->AddRoute(channel, *sinks[i], CryptoPP::DEFAULT_CHANNEL);
    }
    source.PumpAll();
}

void
combine(void *opaque)
{
    state *s = static_cast<state *>(opaque);
    const peer_job *job = s->job;
    CryptoPP::SecretRecovery recovery(static_cast<int>(job->m),
        new CryptoPP::ArraySink(job->combined, job->len));
    std::vector<std::unique_ptr<CryptoPP::StringSource>> sources;
    CryptoPP::SecByteBlock channel(4);

    for (unsigned i = 0; i < job->m; i++) {
        sources.emplace_back(new CryptoPP::StringSource(s->shares[i], false));
        sources[i]->Pump(4);
        sources[i]->Get(channel, 4);
        sources[i]->Attach(new CryptoPP::ChannelSwitch(recovery,
            std::string(reinterpret_cast<char *>(channel.begin()), 4)));
    }
    while (sources[0]->Pump(256))
        for (unsigned i = 1; i < job->m; i++)
            sources[i]->Pump(256);
    for (unsigned i = 0; i < job->m; i++)
        sources[i]->PumpAll();
}

void *
begin(const peer_job *job)
{
    state *s = new state();

    s->job = job;
    split(s);
    combine(s);
    bench_require(std::memcmp(job->combined, job->secret, job->len) == 0,
        "Crypto++: the secret");
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
    static const std::string text = std::to_string(CRYPTOPP_VERSION / 100) +
                                    "." +
                                    std::to_string(CRYPTOPP_VERSION / 10 % 10) +
                                    "." + std::to_string(CRYPTOPP_VERSION % 10);

    return text.c_str();
}

} // namespace

extern "C" const peer peer_cryptopp = {"Crypto++", version, 1 << 15, 32, begin,
    end, split, combine, nullptr, nullptr};
