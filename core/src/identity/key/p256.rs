//! ECDSA over P-256 with SHA-256 (ES256, RFC 7518): raw r‖s, low s.

// Requirements kept here: core-crypto-p256.

super::ecdsa::ecdsa_curve!(p256, P256, from_p256, super::native::verify_p256, "P-256");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_high_s_is_refused_and_normalised_to_the_low_one() {
        let order = [
            0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
            0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
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
