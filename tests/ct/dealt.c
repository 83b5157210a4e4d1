/* SPDX-License-Identifier: ISC */
/* Sets that a scheme has dealt, as it sees them. */
#include "dealt.h"

#include <stdlib.h>
#include <string.h>

#include "poison.h"

struct gen *
dealt_gen(void)
{
    static struct gen gen;
    static bool is_begun;

    if (!is_begun)
        gen = gen_begin();
    is_begun = true;
    return &gen;
}

void
dealt_secret(uint8_t *bytes, size_t len)
{
    gen_bytes(dealt_gen(), bytes, len);
    ct_secret(bytes, len);
}

void *
dealt_memory(size_t len)
{
    void *memory = calloc(len == 0 ? 1 : len, 1);

    if (memory == NULL)
        abort();
    return memory;
}

void
dealt_begin(struct dealt *dealt, const struct scheme *scheme, size_t threshold,
    size_t count, size_t key_len)
{
    struct scheme_set *set = &dealt->set;

    memset(dealt, 0, sizeof *dealt);
    dealt->scheme = scheme;
    set->threshold = threshold;
    set->count = count;
    set->key_len = key_len;
    gen_bytes(dealt_gen(), set->key_context, sizeof set->key_context);
    gen_bytes(dealt_gen(), set->share_context, sizeof set->share_context);
    gen_bytes(dealt_gen(), set->proof_context, sizeof set->proof_context);
    dealt->key = dealt_memory(key_len);
    dealt_secret(dealt->key, key_len);
    dealt->coins = dealt_memory(scheme->coins_len(set));
    dealt_secret(dealt->coins, scheme->coins_len(set));
    dealt->commitments =
        dealt_memory(scheme->commitments_len(threshold, count, key_len));
    dealt->proof = dealt_memory(scheme->proof_len);
    set->commitments = dealt->commitments;
    set->proof = dealt->proof;
    dealt->value_len = scheme->value_len(key_len);
    for (size_t i = 0; i < count; i++) {
        dealt->values[i] = dealt_memory(dealt->value_len);
        dealt->chosen[i] = dealt->values[i];
        dealt->indices[i] = (uint8_t)(i + 1);
    }
}

void
dealt_end(struct dealt *dealt)
{
    for (size_t i = 0; i < dealt->set.count; i++)
        free(dealt->values[i]);
    free(dealt->proof);
    free(dealt->commitments);
    free(dealt->coins);
    free(dealt->key);
}

void
dealt_is_public(const struct dealt *dealt)
{
    const struct scheme_set *set = &dealt->set;

    ct_expect(!ct_is_secret(dealt->commitments,
                  dealt->scheme->commitments_len(
                      set->threshold, set->count, set->key_len)),
        "commitments are public");
    ct_expect(!ct_is_secret(dealt->proof, dealt->scheme->proof_len),
        "the proof is public");
}

void
dealt_deal(struct dealt *dealt)
{
    const struct scheme *scheme = dealt->scheme;
    void *room = dealt_memory(scheme->deal_room(&dealt->set));
    uint32_t stuck = scheme->deal(&dealt->set, dealt->commitments,
        dealt->values, dealt->key, dealt->coins, room);

    ct_expect(ct_mask(stuck, "whether stuck") == 0, "nothing is stuck");
    for (size_t i = 0; i < dealt->set.count; i++)
        ct_expect(ct_is_secret(dealt->values[i], dealt->value_len),
            "values are secret");
    scheme->prove(&dealt->set, dealt->proof, dealt->key, dealt->coins, room);
    dealt_is_public(dealt);
    free(room);
}

void
dealt_verify(const struct dealt *dealt, unsigned index, bool good)
{
    const uint32_t mask =
        dealt->scheme->verify(&dealt->set, index, dealt->values[index - 1]);

    ct_expect(
        (ct_mask(mask, "the mask") != 0) == good, "the judging of a value");
}
