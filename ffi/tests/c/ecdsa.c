#include "ecdsa.h"

#include <string.h>

#include "check.h"

static const uint8_t P256_ORDER[32] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
static const uint8_t SECP256K1_ORDER[32] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41};

void other_s(uint32_t algorithm, uint8_t signature[64])
{
    const uint8_t *order = algorithm == ALLOD_P256 ? P256_ORDER : SECP256K1_ORDER;
    int borrow = 0;
    for (int at = 31; at >= 0; at--) {
        int difference = order[at] - signature[32 + at] - borrow;
        borrow = difference < 0;
        signature[32 + at] = (uint8_t)(difference + (borrow ? 256 : 0));
    }
}

static size_t integer(const uint8_t number[32], uint8_t *der)
{
    size_t zeros = 0;
    while (zeros < 31 && number[zeros] == 0) zeros++;
    /* A leading one bit would make it negative. */
    const size_t padding = number[zeros] >> 7, len = 32 - zeros + padding;
    der[0] = 0x02;
    der[1] = (uint8_t)len;
    der[2] = 0;
    memcpy(der + 2 + padding, number + zeros, 32 - zeros);
    return 2 + len;
}

size_t to_der(const uint8_t signature[64], uint8_t *der)
{
    size_t len = integer(signature, der + 2);
    len += integer(signature + 32, der + 2 + len);
    der[0] = 0x30;
    der[1] = (uint8_t)len;
    return 2 + len;
}
