/* The tests of the C ABI in C: `tests PART FOLDER [briefly]`. */

#include "check.h"

#include <stdlib.h>

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"walk", walk}, {"handles", handles}, {"signers", signers}, {"handlers", handlers}, {"threads", threads}, {"flow", flow}};

    if (count < 3) return 2;
    folder = arguments[2];
    briefly = count > 3;
    for (size_t at = 0; at < sizeof parts / sizeof *parts; at++) {
        if (strcmp(parts[at].name, arguments[1]) != 0) continue;
        CHECK(allod_abi_version() == ALLOD_ABI_VERSION);
        parts[at].run();
        texts_free();
        /* All of it was freed. */
        CHECK(allod_live_handles() == 0);
        return 0;
    }
    fprintf(stderr, "there is no part %s\n", arguments[1]);
    return 2;
}
