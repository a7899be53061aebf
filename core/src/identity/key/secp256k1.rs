//! ECDSA over secp256k1 with SHA-256 (ES256K, RFC 8812): raw r‖s, low s.

// Requirements kept here: core-crypto-secp256k1.

super::ecdsa::ecdsa_curve!(k256, Secp256k1, from_secp256k1, super::native::none, "secp256k1");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_high_s_is_refused_and_normalised_to_the_low_one() {
        let order = [
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xfe, //
            0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
        ];
        let key = SigningKey::from_seed(&[7; 32]).unwrap();
        super::super::tests::high_s_is_refused(
            &order,
            key.sign(b"m").unwrap(),
            |signature| key.public_key().verify(b"m", signature),
            low_s,
        );
    }
}
