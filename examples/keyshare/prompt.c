/* SPDX-License-Identifier: ISC */
/* PINs, from the terminal or from a file descriptor. */
#include "prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "buffer.h"
#include "interrupt.h"
#include "say.h"
#include "store.h"
#include "text.h"

/* How long a signal may wait to be seen. */
#define GLANCE_MS 200

/* A line, its newline, and one byte more, that tells that it is too long. */
struct line {
    uint8_t bytes[KEYSHARE_CARD_PIN_SIZE_MAX + 1];
    size_t len; /* without the newline; above the most: too long */
};

static int pin_fd = -1;
static bool is_over;

enum status
prompt_open(const struct options *options)
{
    uint64_t number = 0;
    enum status status =
        options_number(options, OPTION_PIN_FD, INT_MAX, &number);

    if (status != STATUS_YES || !options_given(options, OPTION_PIN_FD))
        return status;
    pin_fd = (int)number;
    if (fcntl(pin_fd, F_GETFD) == -1 ||
        (fcntl(pin_fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
        return options_refuse(
            options, "--pin-fd: %d is no file to be read from", pin_fd);
    }
    return STATUS_YES;
}

bool
prompt_is_over(void)
{
    return is_over;
}

/* One byte at a time: what stands behind the line is another card's. */
static int
read_byte(int file, uint8_t *byte)
{
    for (;;) {
        struct pollfd wait = {file, POLLIN, 0};
        ssize_t got;

        if (interrupt_pending())
            return EINTR;
        if (poll(&wait, 1, GLANCE_MS) == 0)
            continue;
        got = read(file, byte, 1);
        if (got == 1)
            return 0;
        if (got == 0)
            return ENODATA;
        if (errno != EINTR && errno != EAGAIN)
            return errno;
    }
}

/* Read a line to its end, however long it is. Returns errno; ENODATA: there is
 * none. */
static int
read_line(int file, struct line *line)
{
    bool any = false;
    uint8_t byte = 0;
    int error;

    line->len = 0;
    while ((error = read_byte(file, &byte)) == 0 && byte != '\n') {
        any = true;
        if (line->len < sizeof line->bytes)
            line->bytes[line->len++] = byte;
    }
    wipe(&byte, sizeof byte);
    return error == ENODATA && any ? 0 : error;
}

/* What was read, as a PIN; 0: it is one. */
static int
take_line(struct line *line, uint8_t *pin, size_t *len)
{
    int result = 1;

    if (line->len == 0) {
        complain("no PIN was given");
    } else if (line->len > KEYSHARE_CARD_PIN_SIZE_MAX) {
        complain("no PIN has more than %d bytes", KEYSHARE_CARD_PIN_SIZE_MAX);
    } else {
        memcpy(pin, line->bytes, line->len);
        *len = line->len;
        result = 0;
    }
    return result;
}

/* ---- For programs ---- */

static int
ask_file(const char *reader, uint8_t *pin, size_t *len, int tries)
{
    struct line line;
    int result = 1;
    int error;

    if (tries == 1) {
        complain(
            "%s: the last try: a wrong PIN locks the card for good", reader);
    }
    error = read_line(pin_fd, &line);
    if (error == ENODATA) {
        is_over = true;
        complain("%s: the card asks for a PIN, and --pin-fd has no more lines",
            reader);
    } else if (error != 0) {
        is_over = true;
        complain("--pin-fd: %s", strerror(error));
    } else {
        result = take_line(&line, pin, len);
    }
    wipe(&line, sizeof line);
    return result;
}

/* ---- For people ---- */

/* The terminal, while something is typed that is not shown. */
struct terminal {
    int file;
    struct termios was;
    sigset_t mask;
};

/* Signals wait until the echo is back: what would end or stop the command. */
static void
hold_signals(struct terminal *terminal)
{
    sigset_t stop;

    sigemptyset(&stop);
    sigprocmask(SIG_BLOCK, &stop, &terminal->mask);
    sigaddset(&stop, SIGTSTP);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    interrupt_hold();
}

/* Print to the terminal itself: standard error may go elsewhere. */
static bool
print(const struct terminal *terminal, const char *text)
{
    return store_write(terminal->file, text, strlen(text)) == 0;
}

/* Whether "yes" was typed; it is shown. */
static bool
is_agreed(const struct terminal *terminal)
{
    struct line line;
    bool agreed =
        print(terminal, "The LAST TRY: a wrong PIN locks the card for good.\n"
                        "Type yes to go on: ") &&
        read_line(terminal->file, &line) == 0 && line.len == 3 &&
        memcmp(line.bytes, "yes", 3) == 0;

    wipe(&line, sizeof line);
    if (!agreed)
        complain("not tried");
    return agreed;
}

static int
ask_unseen(const struct terminal *terminal, uint8_t *pin, size_t *len)
{
    struct termios unseen = terminal->was;
    struct line line = {{0}, 0};
    int result = 1;
    int error;

    unseen.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    unseen.c_lflag |= ICANON;
    if (tcsetattr(terminal->file, TCSAFLUSH, &unseen) != 0)
        return 1;
    error = read_line(terminal->file, &line);
    (void)tcsetattr(terminal->file, TCSAFLUSH, &terminal->was);
    (void)print(terminal, "\n");
    if (error == 0) {
        result = take_line(&line, pin, len);
    } else if (error == EINTR) {
        is_over = true;
    } else {
        complain("no PIN was given");
    }
    wipe(&line, sizeof line);
    return result;
}

static int
ask_terminal(const char *reader, uint8_t *pin, size_t *len, int tries)
{
    struct terminal terminal;
    char left[sizeof " (2147483647 tries left)"] = "";
    char question[512];
    int result = 1;

    terminal.file = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal.file < 0 || tcgetattr(terminal.file, &terminal.was) != 0) {
        if (terminal.file >= 0)
            close(terminal.file);
        is_over = true;
        complain("%s: the card asks for a PIN, and there is no terminal to ask "
                 "on, and no --pin-fd",
            reader);
        return 1;
    }
    (void)output_flush();
    hold_signals(&terminal);
    if (tries != KEYSHARE_CARD_TRIES_UNKNOWN)
        snprintf(left, sizeof left, " (%d %s left)", tries,
            tries == 1 ? "try" : "tries");
    snprintf(question, sizeof question, "PIN of the card in %.200s%s: ", reader,
        left);
    if ((tries != 1 || is_agreed(&terminal)) && print(&terminal, question))
        result = ask_unseen(&terminal, pin, len);
    /* A signal that came meanwhile ends the command here, unless whoever
     * writes files holds it back. */
    sigprocmask(SIG_SETMASK, &terminal.mask, NULL);
    close(terminal.file);
    return result;
}

int
prompt_pin(void *context, uint8_t *pin, size_t *len, int tries)
{
    struct shown text;
    const char *reader = shown(&text, context);

    return pin_fd >= 0 ? ask_file(reader, pin, len, tries)
                       : ask_terminal(reader, pin, len, tries);
}
