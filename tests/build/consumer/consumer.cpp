// SPDX-License-Identifier: ISC
// A program of somebody else's, in C++11: the objects of the C interface are
// kept by unique_ptr, and given back by themselves.
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

#include <keyshare.h>

namespace {

struct release {
    void operator()(keyshare_secret *secret) const
    {
        keyshare_secret_free(&secret);
    }
    void operator()(keyshare_record *record) const
    {
        keyshare_record_free(&record);
    }
};

using secret = std::unique_ptr<keyshare_secret, release>;
using record = std::unique_ptr<keyshare_record, release>;

void must(keyshare_error error)
{
    if (error != KEYSHARE_OK)
        throw std::runtime_error(keyshare_error_text(error));
}

struct dealing {
    record set;
    std::vector<secret> shares;
};

dealing deal(const std::vector<uint8_t> &key)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    must(keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_CO));

    std::vector<keyshare_secret *> shares(terms.policy.count);
    keyshare_record *made = nullptr;
    must(keyshare_deal(&made, shares.data(), &terms, key.data(), key.size(),
        nullptr));

    dealing result;
    result.set.reset(made);
    for (keyshare_secret *share : shares)
        result.shares.emplace_back(share);
    return result;
}

secret recover(const dealing &dealt)
{
    std::vector<keyshare_image> cards;
    for (const secret &share : dealt.shares)
        cards.push_back(keyshare_image{keyshare_secret_reveal(share.get()),
            keyshare_secret_len(share.get())});

    std::vector<keyshare_verdict> verdicts(cards.size());
    keyshare_expected expected = KEYSHARE_EXPECTED_INIT;
    expected.role = KEYSHARE_ROLE_CO;
    keyshare_secret *key = nullptr;
    must(keyshare_recover(&key, verdicts.data(), dealt.set.get(), &expected,
        cards.data(), cards.size()));
    return secret(key);
}

} // namespace

int main()
try {
    const std::vector<uint8_t> key(48, 0x5a);
    const secret recovered = recover(deal(key));
    if (keyshare_secret_len(recovered.get()) != key.size() ||
        std::memcmp(keyshare_secret_reveal(recovered.get()), key.data(),
            key.size()) != 0)
        throw std::runtime_error("another key came back");
    std::printf("%s recovered\n", keyshare_version());
    return 0;
} catch (const std::exception &problem) {
    std::fprintf(stderr, "consumer: %s\n", problem.what());
    return 1;
}
