use super::*;

#[test]
fn what_is_too_long_is_not_looked_at() {
    // `0` is no digit of base58: whoever looks at the text finds it invalid.
    assert_eq!(base58btc_decode(&"0".repeat(8), 5), Err(MultibaseError::TooLong));
    assert_eq!(base58btc_decode(&"0".repeat(7), 5), Err(MultibaseError::Invalid));
}

#[test]
fn slack_bits_and_stray_padding_are_refused() {
    assert_eq!(base64url_decode("QQ"), Ok(b"A".to_vec()));
    assert_eq!(base64url_decode("QR"), Err(MultibaseError::Invalid));
    assert_eq!(base64url_decode("QQ=="), Err(MultibaseError::Invalid));
    assert_eq!(base64_padded_decode(b"QQ"), Err(MultibaseError::Invalid));
    assert_eq!(base64_padded_decode(b"QQ=="), Ok(b"A".to_vec()));
    assert_eq!(base64_padded_decode(b"QQ==\n"), Err(MultibaseError::Invalid));
    for inside in ["QQ==QQ==", "QUI=QQ==", "QQ==QUJD", "QUJDQQ=", "QUJD=", "Q===", "====", "=", "=="] {
        assert_eq!(base64_padded_decode(inside.as_bytes()), Err(MultibaseError::Invalid), "{inside}");
    }
    assert_eq!(base64_padded_decode(b"QUI="), Ok(b"AB".to_vec()));
    assert_eq!(base64_padded_decode(b"QUJD"), Ok(b"ABC".to_vec()));
    assert_eq!(base64_padded_decode(b""), Ok(Vec::new()));
    assert_eq!(base64_any_decode("QQ=="), Ok(b"A".to_vec()));
    assert_eq!(base64_any_decode("QQ"), Ok(b"A".to_vec()));
    assert_eq!(base64_any_decode("QQ="), Err(MultibaseError::Invalid));
    assert_eq!(base64_any_decode("-_8"), Ok(alloc::vec![0xfb, 0xff]));
}

#[test]
fn base58_is_bounded_before_the_quadratic_work() {
    assert_eq!(base58btc_decode(&"z".repeat(100_000), 64), Err(MultibaseError::TooLong));
    assert_eq!(base58btc_decode(&"1".repeat(34), 34), Ok(alloc::vec![0; 34]));
    assert_eq!(base58btc_decode("0", 34), Err(MultibaseError::Invalid));
}

#[test]
fn any_base_is_read() {
    for text in ["zCn8eVZg", "bnbswy3dp", "f68656c6c6f", "uaGVsbG8", "maGVsbG8"] {
        assert_eq!(decode(text), Ok(b"hello".to_vec()), "{text}");
    }
    assert_eq!(decode("?x"), Err(MultibaseError::UnknownBase));
    assert_eq!(decode("\0hello"), Err(MultibaseError::UnknownBase));
    assert!(decode("").is_err());
}

#[test]
fn a_base_spells_bytes_in_one_case() {
    for text in ["bnbswy3dp", "BNBSWY3DP", "f68656c6c6f", "F68656C6C6F"] {
        assert_eq!(decode(text), Ok(b"hello".to_vec()), "{text}");
    }
    for text in ["bnbswy3dP", "bNBSWY3DP", "Bnbswy3dp", "f68656C6C6F", "f68656c6c6F", "F68656c6c6f"] {
        assert_eq!(decode(text), Err(MultibaseError::Invalid), "{text}");
    }
}

#[test]
fn the_length_of_a_text_is_bounded() {
    let digits = "0".repeat(MAX_TEXT - 2);
    assert_eq!(decode(&alloc::format!("f{digits}")).unwrap().len(), MAX_TEXT / 2 - 1);
    assert_eq!(decode(&alloc::format!("0{digits}00")), Err(MultibaseError::TooLong));
}
