/* Signatures of ECDSA in the spellings that devices have. */

#ifndef ECDSA_H
#define ECDSA_H

#include <stddef.h>
#include <stdint.h>

/* The same signature with n - s: as valid, and not the one spelling. */
void other_s(uint32_t algorithm, uint8_t signature[64]);
/* r and s as DER; how long that is. There has to be room for 72 bytes. */
size_t to_der(const uint8_t signature[64], uint8_t *der);

#endif
