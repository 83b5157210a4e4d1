/* SPDX-License-Identifier: ISC */
/* The layer card, its secrets poisoned: the share's value and check, on their
 * way to a card and back, and the PIN. The card is software that looks at
 * neither: it keeps what it is given, and takes any PIN.
 */
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>

#include "poison.h"

#include "ct_set.h"
#include "holding.h"
#include "pin.h"

/* Tree of files: the MF, the DF, and four EFs. */
#define FILES     4
#define FILE_SIZE 4096
#define PIN_SIZE  6

static struct {
    bool place;
    size_t size[FILES]; /* 0: not there */
    uint8_t content[FILES][FILE_SIZE];
    int selected; /* -1: no EF */
    bool verified;
    bool is_secret_pin; /* the PIN came poisoned */
} chip;

static unsigned
two(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static unsigned
select_file(unsigned file)
{
    chip.selected = -1;
    if (file == 0x3f00 || (file == 0x4b53 && chip.place))
        return 0x9000;
    if (file < 0x4b00 || file >= 0x4b00 + FILES ||
        chip.size[file - 0x4b00] == 0)
        return 0x6a82;
    chip.selected = (int)(file - 0x4b00);
    return 0x9000;
}

/* CREATE FILE: the identifier is the template's second object, the size of an
 * EF the third. */
static unsigned
create_file(const uint8_t *template)
{
    const unsigned file = two(template + 7);

    if (file == 0x4b53)
        chip.place = true;
    else
        chip.size[file - 0x4b00] = two(template + 11);
    return 0x9000;
}

static unsigned
delete_file(unsigned file)
{
    if (file == 0x4b53)
        chip.place = false;
    else
        chip.size[file - 0x4b00] = 0;
    return 0x9000;
}

/* READ and UPDATE BINARY, in the short form. */
static unsigned
move_bytes(const uint8_t *command, uint8_t *response, size_t *len)
{
    const bool reads = command[1] == 0xb0;
    const size_t offset = two(command + 2);
    const size_t count = command[4];
    uint8_t *content;

    if ((!reads || chip.selected == 2) && !chip.verified)
        return 0x6982;
    if (chip.selected < 0)
        return 0x6986;
    if (offset + count > chip.size[chip.selected])
        return 0x6b00;
    content = chip.content[chip.selected] + offset;
    if (reads)
        memcpy(response, content, count);
    else
        memcpy(content, command + 5, count);
    *len = reads ? count : 0;
    return 0x9000;
}

static unsigned
verify(const uint8_t *command, size_t len)
{
    if (len == 4)
        return 0x63c3;
    chip.verified = true;
    chip.is_secret_pin = ct_is_secret(command + 5, PIN_SIZE);
    return 0x9000;
}

static keyshare_error
transmit(void *context, const uint8_t *command, size_t len, uint8_t *response,
    size_t size, size_t *received)
{
    unsigned status = 0x6d00;
    size_t got = 0;

    (void)context;
    if (size < 258)
        abort();
    switch (command[1]) {
    case 0x20: status = verify(command, len); break;
    case 0xa4: status = select_file(two(command + 5)); break;
    case 0xb0:
    case 0xd6: status = move_bytes(command, response, &got); break;
    case 0xe0: status = create_file(command + 5); break;
    case 0xe4: status = delete_file(two(command + 5)); break;
    default: break;
    }
    response[got] = (uint8_t)(status >> 8);
    response[got + 1] = (uint8_t)status;
    *received = got + 2;
    return KEYSHARE_OK;
}

static int
ask_pin(void *context, uint8_t *pin, size_t *len, int tries)
{
    (void)context;
    ct_expect(tries == 3, "the holder hears of three tries");
    memset(pin, '1', PIN_SIZE);
    ct_secret(pin, PIN_SIZE);
    *len = PIN_SIZE;
    return 0;
}

/* ---- What is done ---- */

static keyshare_card
begin(const char *name)
{
    static keyshare_card_transport transport = KEYSHARE_CARD_TRANSPORT_INIT;
    keyshare_card card = KEYSHARE_CARD_INIT;

    ct_case(name);
    transport.transmit = transmit;
    card.transport = &transport;
    card.ask_pin = ask_pin;
    chip.verified = false;
    chip.is_secret_pin = false;
    return card;
}

static void
is_the_image(keyshare_secret *read, const keyshare_image *image)
{
    const uint8_t *bytes = keyshare_secret_reveal(read);
    const size_t len = keyshare_secret_len(read);

    ct_expect(len == image->len, "as long as it was");
    ct_came_of_secrets(bytes, len, "what was read");
    ct_public(image->bytes, image->len);
    ct_expect(memcmp(bytes, image->bytes, len) == 0, "what was written");
}

static void
write_card(const keyshare_image *image, keyshare_error expected)
{
    const keyshare_card card = begin("write");
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;

    ct_expect(keyshare_card_write(&info, &card, image, NULL) == expected,
        "it is written, or not");
    ct_expect(expected != KEYSHARE_OK || chip.is_secret_pin,
        "the PIN is secret all the way");
}

/* What the operations are made of, one by one, on a card that holds IMAGE. */
static void
take_parts(const keyshare_image *image, const uint8_t *share, size_t len)
{
    const keyshare_card card = begin("parts");
    struct apdu apdu = {.ins = 0xb0, .le = 5};
    uint8_t bytes[4096];
    keyshare_secret *secret;
    struct session *session;
    struct holding holding;
    size_t got;
    bool same, whole;

    if (keyshare_session_open(&session, &card, NULL) != KEYSHARE_OK)
        abort();
    ct_expect(keyshare_holding_look(session, &holding) == KEYSHARE_OK &&
                  holding.state == KEYSHARE_CARD_WHOLE,
        "there is an image");
    ct_expect(keyshare_pin_present(session) == KEYSHARE_OK, "the PIN is taken");
    ct_expect(keyshare_holding_image(session, &holding, &secret) == KEYSHARE_OK,
        "the image");
    ct_expect(keyshare_secret_len(secret) == image->len, "all of it");
    keyshare_secret_free(&secret);
    ct_expect(
        keyshare_holding_object(session, SLOT_SHARE, &secret) == KEYSHARE_OK &&
            keyshare_secret_len(secret) == len,
        "the share");
    keyshare_secret_free(&secret);
    ct_expect(keyshare_holding_read(session, SLOT_SHARE, bytes, len, &whole) ==
                      KEYSHARE_OK &&
                  whole,
        "its bytes");
    ct_came_of_secrets(bytes, len, "what was read");
    ct_expect(keyshare_holding_compare(
                  session, SLOT_SHARE, share, len, &same) == KEYSHARE_OK &&
                  same,
        "the same share");
    ct_expect(keyshare_session_command(session, &apdu, &got) == KEYSHARE_OK &&
                  got == 5,
        "a command");
    ct_expect(keyshare_channel_exchange(&session->channel, &apdu, &got) ==
                      KEYSHARE_OK &&
                  got == 5,
        "an exchange");
    (void)keyshare_session_close(&session, NULL, KEYSHARE_OK);
    apdu = (struct apdu){.ins = 0xd6, .data = share, .len = len, .le = 300};
    keyshare_apdu_encode(bytes, &apdu);
    ct_came_of_secrets(bytes, keyshare_apdu_size(&apdu), "a command's data");
}

/* Every operation, with all that may happen to a share. */
static void
live(const struct ct_set *set, const struct ct_set *other)
{
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    keyshare_secret *images[2];
    keyshare_secret *open, *read;
    keyshare_image image, another;
    keyshare_card card;

    if (keyshare_image_make(&images[0], set->record, set->shares[0]) ||
        keyshare_image_make(&images[1], other->record, other->shares[0]))
        abort();
    image = (keyshare_image){
        keyshare_secret_reveal(images[0]), keyshare_secret_len(images[0])};
    another = (keyshare_image){
        keyshare_secret_reveal(images[1]), keyshare_secret_len(images[1])};
    memset(&chip, 0, sizeof chip);
    write_card(&image, KEYSHARE_OK);
    write_card(&image, KEYSHARE_OK);
    write_card(&another, KEYSHARE_ERR_CARD_OCCUPIED);
    /* A marker that is not whole: then the share is read to be judged. */
    chip.content[0][0] ^= 1;
    write_card(&another, KEYSHARE_ERR_CARD_OCCUPIED);
    write_card(&image, KEYSHARE_OK);
    take_parts(&image, keyshare_secret_reveal(set->shares[0]),
        keyshare_secret_len(set->shares[0]));
    card = begin("inspect");
    ct_expect(keyshare_card_inspect(&info, &open, &card) == KEYSHARE_OK &&
                  info.guard == KEYSHARE_CARD_GUARD_PIN,
        "it is seen to ask for the PIN");
    keyshare_secret_free(&open);
    card = begin("read");
    ct_expect(
        keyshare_card_read(&read, &info, &card) == KEYSHARE_OK, "it is read");
    card = begin("erase");
    ct_expect(
        keyshare_card_erase(&info, NULL, &card) == KEYSHARE_OK, "it is erased");
    is_the_image(read, &image);
    keyshare_secret_free(&read);
    keyshare_secret_free(&images[0]);
    keyshare_secret_free(&images[1]);
    ct_expect(keyshare_card_status_text(info.status) != NULL, "a text");
}

int
main(void)
{
    static const keyshare_policy policies[] = {
        {KEYSHARE_ROLE_TRANSFER, KEYSHARE_SCHEME_GF256, 2, 3},
        {KEYSHARE_ROLE_RKSH, KEYSHARE_SCHEME_PEDERSEN, 5, 7},
    };
    struct ct_set sets[2];

    ct_begin("card");
    for (size_t i = 0; i < 2; i++)
        ct_set_deal(&sets[i], &policies[i], i == 0 ? 32 : 64);
    live(&sets[0], &sets[1]);
    live(&sets[1], &sets[0]);
    ct_set_end(&sets[0]);
    ct_set_end(&sets[1]);
    return ct_end();
}
