/* The tests of the C ABI in C: `tests FOLDER fully|briefly PART...`. Files are made in the folder, which is empty. */

#include "check.h"

#include <unistd.h>

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"walk", walk}, {"handles", handles}, {"signers", signers}, {"handlers", handlers}, {"threads", threads}, {"flow", flow}};
    const size_t all = sizeof parts / sizeof *parts;

    if (count < 4) return 2;
    folder = arguments[1];
    briefly = strcmp(arguments[2], "briefly") == 0;
    /* What waits for itself fails, and does not wait for ever. */
    alarm(400);
    for (int at = 3; at < count; at++) {
        size_t part = 0;
        while (part < all && strcmp(parts[part].name, arguments[at]) != 0) part++;
        if (part == all) {
            fprintf(stderr, "there is no part %s\n", arguments[at]);
            return 2;
        }
        CHECK(allod_abi_version() == ALLOD_ABI_VERSION);
        parts[part].run();
        texts_free();
        /* All of it was freed. */
        CHECK(allod_live_handles() == 0);
    }
    return 0;
}
