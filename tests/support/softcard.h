/* SPDX-License-Identifier: ISC */
/* A card made of software: ISO/IEC 7816-4 files, a PIN, and bad manners to
 * order.
 *
 * It has an MF with DFs and transparent EFs below it, knows SELECT, CREATE
 * FILE, DELETE FILE, READ BINARY, UPDATE BINARY, VERIFY, CHANGE REFERENCE DATA
 * and GET RESPONSE, and obeys the access rules in a file's FCP. What kind of
 * card it is stands in struct softcard_kind; what goes wrong with it, in
 * struct softcard_fault. All that outlives a loss of power is in its EEPROM,
 * which may be copied, compared and put back as a value.
 *
 * It is written from the standard, and shares no code with the library.
 */
#ifndef SOFTCARD_H
#define SOFTCARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <keyshare/card_transport.h>

enum {
    SOFTCARD_FILES = 24,
    SOFTCARD_MEMORY = 32768,
    SOFTCARD_PIN_MAX = 16,
    SOFTCARD_NAME_MAX = 16,
    /** What a file costs beside its content. */
    SOFTCARD_FILE_COST = 16,
    /** The longest command that chaining puts together. */
    SOFTCARD_CHAIN_MAX = 8192,
    /** A response that somebody makes up may be longer than any legal one. */
    SOFTCARD_RESPONSE_MAX = KEYSHARE_CARD_RESPONSE_EXTENDED + 4096,
    SOFTCARD_ATR_MAX = 33,
    /** An FCP's access rules: one for each bit of the access mode byte. */
    SOFTCARD_RULES = 7
};

enum softcard_rule {
    SOFTCARD_ALWAYS,
    SOFTCARD_PIN,
    SOFTCARD_NEVER
};

/** What becomes of the access rules of an FCP (tag 8C). */
enum softcard_rules {
    SOFTCARD_RULES_OBEYED,
    /** Accepted without a word; the kind's own rules hold. */
    SOFTCARD_RULES_IGNORED,
    /** CREATE FILE is answered with 6A80. */
    SOFTCARD_RULES_REFUSED
};

/** What kind of card it is. Begin with softcard_usual(). */
struct softcard_kind {
    /** Bytes of memory, of SOFTCARD_MEMORY at most. */
    size_t memory;
    /** The most data in a command or a response; 0: what the form allows. */
    size_t transfer;
    /** A file is as long as the next multiple of this. */
    size_t padding;
    /** Each command takes that long. */
    unsigned delay_ms;
    /** UPDATE BINARY works so many times, then memory fails (6581); 0: it
     * never does. */
    unsigned writes;
    /** The answer to CREATE FILE and DELETE FILE of a card whose files are as
     * they were made; 0: it does both. */
    uint16_t fixed;
    /** Access where an FCP says nothing: to make and delete files, to read and
     * to update them. */
    enum softcard_rule create, read, update;
    enum softcard_rules rules;
    /** The reference of the PIN (P2 of VERIFY); 00 is always understood. */
    uint8_t pin_reference;
    uint8_t pin_tries;
    /** The PIN has this length always, filled up with FF; 0: as long as it is.
     */
    uint8_t pin_block;
    /** What a new file holds. */
    uint8_t fill;
    /** A new file holds what lay there before instead. */
    bool stale;
    /** Says T=0 in its answer to reset, instead of T=1. */
    bool t0;
    bool extended;
    bool chaining;
    /** All data is fetched by GET RESPONSE (61xx). */
    bool get_response;
    /** Le must be exact: anything else is answered with 6Cxx. */
    bool exact;
    /** UPDATE BINARY stores its last byte wrongly, and says that all went well.
     */
    bool forgetful;
};

/** Room for all, T=1, extended length and chaining, PIN 01 with three tries,
 * rules obeyed, files free where they have none. */
struct softcard_kind softcard_usual(void);

/** A file; DFs have no content, and the first file is the MF. */
struct softcard_file {
    bool used;
    bool df;
    uint8_t parent;
    uint8_t short_id; /**< 1..30; 0: none */
    uint16_t id;      /**< 0: none, of a DF that has a name alone */
    uint8_t name[SOFTCARD_NAME_MAX];
    uint8_t name_len;
    uint8_t rules[SOFTCARD_RULES]; /**< by bit of the access mode byte */
    bool has_rules;
    size_t start; /**< of the content, in memory */
    size_t size;
};

/** What outlives a loss of power. */
struct softcard_eeprom {
    struct softcard_kind kind;
    struct softcard_file files[SOFTCARD_FILES];
    uint8_t pin[SOFTCARD_PIN_MAX];
    uint8_t pin_len; /**< 0: it has none */
    uint8_t tries_left;
    unsigned writes;
    /** The contents of the EFs, without gaps, in the order they were made. */
    uint8_t memory[SOFTCARD_MEMORY];
};

/** When within a command the card loses power. */
enum softcard_moment {
    /** Before it acts. */
    SOFTCARD_BEFORE,
    /** While it acts: UPDATE BINARY has written some bytes; CREATE FILE has not
     * filled the file; DELETE FILE has deleted some of what a DF has; VERIFY
     * has counted a try, and not looked yet. */
    SOFTCARD_WITHIN,
    /** When it has acted, before it answers. */
    SOFTCARD_AFTER
};

/** What the way to the card makes of it. */
enum softcard_report {
    SOFTCARD_GONE,  /**< KEYSHARE_ERR_CARD_ABSENT */
    SOFTCARD_EMPTY, /**< success without a byte, as readers do */
    SOFTCARD_HALF   /**< success with the first half of the answer */
};

/** What goes wrong, and when. */
struct softcard_fault {
    /** The command, counted from 1 when this is given; 0: none. */
    unsigned long at;
    enum softcard_moment moment;
    enum softcard_report report;
    /** WITHIN: how many bytes are written, or files deleted. */
    size_t done;
    /** WITHIN: the bytes that were to be written and were not are FF, as of a
     * page that is erased before it is written. */
    bool erased;
};

/** Puts another response in place of the card's own, which it is shown: LEN
 * bytes, in a buffer of SOFTCARD_RESPONSE_MAX. Gives the new length. */
typedef size_t (*softcard_hook)(void *context, const uint8_t *command,
    size_t command_len, uint8_t *response, size_t len);

/** What was exchanged since it was last set to zero. */
struct softcard_count {
    unsigned long apdus;
    unsigned long sent;     /**< bytes of commands */
    unsigned long received; /**< bytes of responses */
    unsigned long verifies; /**< VERIFY with a PIN */
    unsigned long updates;  /**< UPDATE BINARY */
};

/** A card. Begin with softcard_make. */
struct softcard {
    struct softcard_eeprom eeprom;
    struct softcard_count count;
    softcard_hook hook; /**< NULL: none */
    void *hook_context;

    /* What the rest is, it knows itself. */
    bool present;
    bool verified;
    bool dirty; /**< the EEPROM was changed; whoever saves it sets it back */
    uint8_t df; /**< the current DF */
    uint8_t ef; /**< the current EF; 0: none */
    struct softcard_fault fault;
    unsigned long since; /**< commands since the fault was given */
    bool torn;           /**< this command loses power while it acts */
    size_t left;         /**< of what it may still do then */
    uint8_t atr[SOFTCARD_ATR_MAX];
    size_t atr_len;
    uint8_t chain[SOFTCARD_CHAIN_MAX];
    size_t chain_len;
    uint8_t chain_head[4];
    uint8_t data[SOFTCARD_MEMORY];
    size_t data_len, data_start;
    uint8_t response[SOFTCARD_RESPONSE_MAX];
    size_t response_len;
};

/** A new card with an empty MF, in the reader. PIN: ASCII; NULL: it has none. */
void softcard_make(
    struct softcard *card, const struct softcard_kind *kind, const char *pin);

/** Put it into the reader, or back; its state is as after a loss of power. */
void softcard_insert(struct softcard *card);

/** Take it out. */
void softcard_remove(struct softcard *card);

/** Lose power and have it again: no PIN verified, the MF current. */
void softcard_reset(struct softcard *card);

/** What goes wrong from now on; NULL: nothing. */
void softcard_arm(struct softcard *card, const struct softcard_fault *fault);

/** Make a DF with a name below the MF, whatever the rules; false: no room. */
bool softcard_add_df(
    struct softcard *card, uint16_t id, const uint8_t *name, size_t name_len);

/** Make a transparent EF in the DF of that identifier (3F00: the MF), whatever
 * the rules; false: no room or no such DF. */
bool softcard_add_ef(struct softcard *card, uint16_t df, uint16_t id,
    size_t size, enum softcard_rule read, enum softcard_rule update);

/** The EF's content, its identifier being unique on the card; NULL: there is
 * none. */
uint8_t *softcard_content(struct softcard *card, uint16_t id, size_t *size);

/** Whether these bytes are anywhere in its memory, in files or not. */
bool softcard_remembers(
    const struct softcard *card, const uint8_t *bytes, size_t len);

/** Bytes of memory that are free. */
size_t softcard_free_memory(const struct softcard *card);

/** One command and its response, as keyshare_card_transmit. */
keyshare_error softcard_transmit(void *card, const uint8_t *command,
    size_t command_len, uint8_t *response, size_t size, size_t *received);

/** The way to it in this process. */
keyshare_card_transport softcard_transport(struct softcard *card);

/** Write its EEPROM into a file, or read it from there and put the card into
 * the reader; false: it failed. */
bool softcard_save(const struct softcard *card, const char *path);
bool softcard_load(struct softcard *card, const char *path);

#endif
