/* SPDX-License-Identifier: ISC */
/* A program of somebody else's that knows the installed libkeyshare-pcsc alone.
 * There is no daemon where it runs, and it is told so.
 */
#include <cstdio>
#include <cstdlib>

#include <keyshare.h>
#include <keyshare/pcsc.h>

int
main()
{
    keyshare_pcsc pcsc = KEYSHARE_PCSC_INIT;
    keyshare_card_transport transport = KEYSHARE_CARD_TRANSPORT_INIT;
    keyshare_pcsc_reader reader;
    size_t count = 1;
    keyshare_error error = keyshare_pcsc_start(&pcsc);

    if (error != KEYSHARE_ERR_READER ||
        keyshare_pcsc_readers(&pcsc, &reader, 1, &count) !=
            KEYSHARE_ERR_STATE ||
        count != 0 ||
        keyshare_pcsc_connect(&pcsc, &transport) != KEYSHARE_ERR_STATE) {
        std::fprintf(stderr, "consumer: %s\n", keyshare_error_text(error));
        return EXIT_FAILURE;
    }
    keyshare_pcsc_stop(&pcsc);
    return EXIT_SUCCESS;
}
