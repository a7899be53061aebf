//! The room `wire`: what it accepts would be written again as it was read.

use super::text;
use ::multibase::Base;
use allod::wire::{Cid, Ipld, Item, View, cid, dag_json, multibase, value};

/// Strict DAG-CBOR: what is accepted re-encodes to the same bytes, through the owned value and through JSON.
pub(super) fn cbor(data: &[u8]) {
    let view = match View::parse(data) {
        Ok(view) => view,
        Err(error) => {
            assert!(value::decode(data).is_err() && Item::parse(data).is_err());
            return drop(error.to_string());
        }
    };
    assert_eq!(view.as_cbor(), data);
    let owned = value::from_view(view);
    assert_eq!(value::encode(&owned).as_deref(), Ok(data));
    assert_eq!(value::decode(data).as_ref(), Ok(&owned));
    // One byte more or less is another item, or none.
    assert!(View::parse(&[data, &[0]].concat()).is_err());
    assert!(View::parse(&data[..data.len() - 1]).is_err());
    printed(view, &owned);
}

/// DAG-JSON: what is read is written as a text that reads the same, and has one DAG-CBOR spelling.
pub(super) fn json(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(value) = dag_json::parse(text) else { return };
    // serde_json is laxer about duplicates, numbers and the key "/": what is read here is JSON there too.
    assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "not JSON: {text:?}");
    let bytes = value::encode(&value).expect("what DAG-JSON reads has a DAG-CBOR form");
    let view = View::parse(&bytes).expect("what is written is strict");
    assert!(printed(view, &value), "a value that was read cannot be printed");
}

/// Whether the value has a DAG-JSON form, which then reads as the value.
fn printed(view: View<'_>, owned: &Ipld) -> bool {
    let shown = dag_json::print(view);
    match dag_json::to_string(owned) {
        Ok(text) => {
            assert_eq!(text, shown);
            // By its bytes: `==` takes -0.0 for 0.0.
            let again = dag_json::parse(&text).unwrap_or_else(|error| panic!("{error}: {text:?}"));
            assert_eq!(value::encode(&again).as_deref(), Ok(view.as_cbor()));
            true
        }
        Err(_) => {
            assert!(shown.contains("\"/\":"), "no form: {shown}");
            false
        }
    }
}

/// CIDs, as bytes and as text in any base: one spelling each.
pub(super) fn cid(data: &[u8]) {
    if let Ok(cid) = Cid::from_bytes(data) {
        assert_eq!(cid.to_bytes(), data);
        assert!(cid::is_canonical(data));
        in_every_base(cid);
    }
    if cid::is_canonical(data) {
        let mut link = vec![0xd8, 42];
        link.extend(crate::forge::head(2, data.len() as u64 + 1));
        link.push(0);
        link.extend(data);
        assert!(View::parse(&link).is_ok(), "a canonical CID that CBOR does not take");
    }
    let Some(text) = text(data) else { return };
    let (token, any) = (text.parse::<Cid>(), cid::parse_data(text));
    if let Ok(cid) = token {
        assert_eq!(any.map(|any| any.to_bytes()), Some(cid.to_bytes().to_vec()));
        assert_eq!(cid.to_string().parse(), Ok(cid));
        in_every_base(cid);
    }
    if let Some(any) = any {
        let bytes = any.to_bytes();
        assert!(cid::is_canonical(&bytes));
        assert_eq!(Cid::from_bytes(&bytes).ok(), token.ok());
        assert_eq!(cid::parse_data(&any.to_string()), Some(any));
    }
}

fn in_every_base(cid: Cid) {
    for base in BASES {
        let text = ::multibase::encode(base, cid.to_bytes());
        assert_eq!(text.parse(), Ok(cid), "{text}");
    }
}

/// Multibase and the bases by name: what decodes is spelled in no other way.
pub(super) fn multibase(data: &[u8]) {
    // Many of them take quadratic time.
    let all = if data.len() <= 48 { BASES.len() } else { 1 };
    for base in BASES.into_iter().cycle().skip(data.len()).take(all) {
        let text = ::multibase::encode(base, data);
        if text.len() <= multibase::MAX_TEXT {
            assert_eq!(multibase::decode(&text).as_deref(), Ok(data), "{text}");
        }
    }
    let every = [multibase::base64_encode(data), multibase::base64_padded_encode(data)];
    for text in every.into_iter().chain([multibase::base64url_encode(data)]) {
        assert_eq!(multibase::base64_any_decode(&text).as_deref(), Ok(data), "{text}");
    }
    let Some(text) = text(data) else {
        assert!(multibase::base64_padded_decode(data).is_err());
        return;
    };
    if let Ok(bytes) = multibase::decode(text) {
        let (base, _) = ::multibase::decode(text).expect("another reader takes it");
        assert_eq!(::multibase::encode(base, &bytes), text);
    }
    if let Ok(bytes) = multibase::base64_decode(text) {
        assert_eq!(multibase::base64_encode(&bytes), text);
    }
    if let Ok(bytes) = multibase::base64url_decode(text) {
        assert_eq!(multibase::base64url_encode(&bytes), text);
    }
    if let Ok(bytes) = multibase::base64_padded_decode(data) {
        assert_eq!(multibase::base64_padded_encode(&bytes), text);
    }
    if let Ok(bytes) = multibase::base64_any_decode(text) {
        let bare = multibase::base64_encode(&bytes);
        assert_eq!(text.replace('-', "+").replace('_', "/").trim_end_matches('='), bare);
    }
    if let Ok(bytes) = multibase::base58btc_decode(text, 256) {
        assert!(bytes.len() <= 256);
        assert_eq!(multibase::base58btc_encode(&bytes), text);
    }
}

/// The bases that texts may be in: those of multibase but the one that is no text.
const BASES: [Base; 24] = [
    Base::Base2,
    Base::Base8,
    Base::Base10,
    Base::Base16Lower,
    Base::Base16Upper,
    Base::Base32Lower,
    Base::Base32Upper,
    Base::Base32PadLower,
    Base::Base32PadUpper,
    Base::Base32HexLower,
    Base::Base32HexUpper,
    Base::Base32HexPadLower,
    Base::Base32HexPadUpper,
    Base::Base32Z,
    Base::Base36Lower,
    Base::Base36Upper,
    Base::Base45,
    Base::Base58Flickr,
    Base::Base58Btc,
    Base::Base64,
    Base::Base64Pad,
    Base::Base64Url,
    Base::Base64UrlPad,
    Base::Base256Emoji,
];
