/* The smallest program that shows that the library was found: a key, and its DID. */

#include <stdio.h>

#include <allod.h>

int main(void)
{
    AllodKey *key = NULL;
    AllodBytes *did = NULL;
    if (allod_abi_version() != ALLOD_ABI_VERSION) return 1;
    if (allod_key_generate(ALLOD_ED25519, &key) != NULL || allod_key_did(key, &did) != NULL) return 1;
    printf("allod %s: %s\n", allod_version(), (const char *)allod_bytes_data(did));
    allod_bytes_free(did);
    allod_key_free(key);
    return allod_live_handles() == 0 ? 0 : 1;
}
