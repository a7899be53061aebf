//! Tokens as they are read: every byte counts, and the task is its own part.

use allod::wire::{Cid, value};
use allod::{AnyToken, Delegation, Invocation, Nonce, Token};
use allod_tests::forge::{Forge, Principal, ed, head, k256, p256, text};
use allod_tests::sources::rust_files;

#[test]
fn a_change_of_any_bit_leaves_no_verified_token() {
    for issuer in [ed(1), p256(2), k256(3)] {
        let sound = Forge::delegation(issuer, &ed(9).text(), Some(&issuer.text()), "/photos/read").bytes();
        assert!(Token::<Delegation>::parse(&sound[..]).unwrap().verify().is_ok());
        for at in 0..sound.len() {
            let mut changed = sound.clone();
            changed[at] ^= 1 << (at % 8);
            if let Ok(token) = Token::<Delegation>::parse(&changed[..]) {
                assert_ne!(token.cid(), Cid::of(&sound));
                assert!(token.verify().is_err(), "byte {at}");
            }
        }
    }
}

#[test]
fn signature_and_cid_are_over_the_bytes_as_they_came() {
    let forge = Forge::delegation(p256(2), &ed(9).text(), None, "/photos/read");
    let token = Token::<Delegation>::parse(forge.bytes()).unwrap();
    assert_eq!(token.as_bytes(), forge.bytes());
    assert_eq!(token.signed_bytes(), forge.signed());
    assert_eq!(token.cid(), Cid::of(&forge.bytes()));
    // The signed part lies in the token's own bytes, and was not written anew.
    let (whole, signed) = (token.as_bytes().as_ptr_range(), token.signed_bytes().as_ptr_range());
    assert!(whole.start < signed.start && signed.end == whole.end);
}

#[test]
fn a_token_s_cid_is_shown_in_base58btc_and_read_in_any_base() {
    let token =
        Token::<Delegation>::parse(Forge::delegation(ed(1), &ed(9).text(), None, "/").bytes()).unwrap();
    let shown = token.cid().to_string();
    assert!(shown.starts_with("zdpu"), "{shown}");
    let expected = [&[0x01, 0x71, 0x12, 0x20][..], token.cid().digest()].concat();
    assert_eq!(token.cid().to_bytes()[..], expected);
    assert_eq!(shown.parse(), Ok(token.cid()));
    let base32 = format!("b{}", data_encoding::BASE32_NOPAD.encode(&expected).to_lowercase());
    let base16 = format!("f{}", hex::encode(&expected));
    let base64url = format!("u{}", data_encoding::BASE64URL_NOPAD.encode(&expected));
    for text in [base32, base16, base64url] {
        assert_eq!(text.parse(), Ok(token.cid()), "{text}");
    }
    // The same number with a zero digit before it, and text without its base.
    for odd in [format!("z1{}", &shown[1..]), shown[1..].to_owned(), format!("{shown} ")] {
        assert!(odd.parse::<Cid>().is_err(), "{odd}");
    }
}

#[test]
fn a_task_is_subject_command_arguments_and_nonce_and_nothing_else() {
    let (alice, bob) = (ed(1).key(), p256(2).key());
    let nonce = || Nonce::from_bytes(b"nonce");
    let of = |builder: allod::InvocationBuilder, signer: Principal| {
        builder.sign(&signer.key()).unwrap().task().cid()
    };
    let invoke =
        || Invocation::builder(alice.did(), "/photos/read".parse().unwrap()).argument("a", 1).nonce(nonce());
    // By hand: shorter keys first, then bytewise.
    let task = [
        head(5, 4),
        [text("cmd"), text("/photos/read")].concat(),
        [text("sub"), text(&alice.did().to_string())].concat(),
        [text("args"), head(5, 1), text("a"), head(0, 1)].concat(),
        [text("nonce"), head(2, 5), b"nonce".to_vec()].concat(),
    ]
    .concat();
    let task = Cid::of(&task);
    assert_eq!(of(invoke(), ed(1)), task);
    // Who asks, of whom, on what grounds, when and why: none of it changes the task.
    let at = |seconds| allod::Timestamp::from_seconds(seconds).unwrap();
    assert_eq!(of(invoke(), p256(2)), task);
    assert_eq!(of(invoke().audience(bob.did()), ed(1)), task);
    assert_eq!(of(invoke().proofs([Cid::of(b"proof")]), ed(1)), task);
    assert_eq!(of(invoke().expires(at(9)).not_before(at(1)).issued_at(at(2)), ed(1)), task);
    assert_eq!(of(invoke().cause(Cid::of(b"receipt")).meta("a", 2), ed(1)), task);
    // Each of the four does.
    assert_ne!(of(invoke().nonce(Nonce::empty()), ed(1)), task);
    assert_ne!(of(invoke().argument("a", 2), ed(1)), task);
    assert_ne!(of(invoke().argument("b", 1), ed(1)), task);
    let other = Invocation::builder(alice.did(), "/photos".parse().unwrap()).argument("a", 1).nonce(nonce());
    assert_ne!(of(other, ed(1)), task);
    let other =
        Invocation::builder(bob.did(), "/photos/read".parse().unwrap()).argument("a", 1).nonce(nonce());
    assert_ne!(of(other, ed(1)), task);
}

#[test]
fn dag_json_is_for_showing_and_no_token() {
    let token = Forge::delegation(ed(1), &ed(9).text(), None, "/").bytes();
    let shown = allod::wire::dag_json::to_string(&value::decode(&token).unwrap()).unwrap();
    assert!(AnyToken::parse(shown.as_bytes()).is_err());
    // Read back and written as DAG-CBOR it is the very token again.
    let back = allod::wire::dag_json::parse(&shown).unwrap();
    assert_eq!(value::encode(&back).unwrap(), token);
}

#[test]
fn failure_codes_stand_in_one_table() {
    // Nowhere else in the core is a code spelled out.
    for (path, file) in rust_files("core/src") {
        if path == "core/src/code.rs" {
            continue;
        }
        let code = allod_tests::sources::without_comments(allod_tests::sources::before_tests(&file));
        for name in allod::Code::ALL.iter().map(|code| code.name()).filter(|name| name.contains('-')) {
            assert!(!code.contains(&format!("\"{name}\"")), "{path} spells out {name}");
        }
    }
    let names: std::collections::BTreeSet<_> = allod::Code::ALL.iter().map(|code| code.name()).collect();
    let numbers: std::collections::BTreeSet<_> = allod::Code::ALL.iter().map(|code| code.number()).collect();
    assert_eq!((names.len(), numbers.len()), (allod::Code::ALL.len(), allod::Code::ALL.len()));
}
