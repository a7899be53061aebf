//! What each fuzzer begins with: few, small, each with something of its own. `cargo run -p allod-tests --bin
//! corpus` writes them.

use allod::wire::{Cid, dag_json, value};

/// The files of one target: names and contents.
type Seeds = Vec<(String, Vec<u8>)>;

/// Every target's.
#[must_use]
pub fn all() -> Vec<(&'static str, Seeds)> {
    vec![
        ("cbor", numbered(VALUES.iter().map(|json| cbor(json)).collect())),
        ("dag_json", texts(VALUES)),
        ("cid", cids()),
        (
            "multibase",
            texts(&["zdpuAu", "f00ff", "mAQID", "uAQID", "QQ==", "MAQID+/==", "🚀😀", "RQED8WEX0"]),
        ),
    ]
}

/// Values of every kind, in DAG-JSON.
const VALUES: &[&str] = &[
    "null",
    "[true,false]",
    "[0,23,24,255,256,65535,65536,4294967295,4294967296,18446744073709551615]",
    "[-1,-24,-25,-256,-257,-65537,-4294967297,-18446744073709551616]",
    "[1.5,-0.0,1e300,5e-324]",
    r#""a\"b\\c\n\u0001é😀""#,
    r#"{"":1,"a":2,"b":3,"aa":[],"zzz":{"k":{"/":{"bytes":"aGVsbG8"}}}}"#,
    r#"{"/":"bafkqabiaaebagba"}"#,
    r#"[{"/":"QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"},[[[[[[[[]]]]]]]]]"#,
];

fn cids() -> Seeds {
    let cid = Cid::of(b"seed");
    let mut seeds: Vec<Vec<u8>> = vec![cid.to_bytes().to_vec(), cid.to_string().into_bytes()];
    for base in [::multibase::Base::Base32Lower, ::multibase::Base::Base64Url, ::multibase::Base::Base16Lower]
    {
        seeds.push(::multibase::encode(base, cid.to_bytes()).into_bytes());
    }
    seeds.push(b"QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n".to_vec());
    seeds.push(b"bafkqabiaaebagba".to_vec());
    seeds.push(cid.to_bytes()[2..].to_vec());
    numbered(seeds)
}

/// DAG-CBOR of a DAG-JSON text.
fn cbor(json: &str) -> Vec<u8> {
    value::encode(&dag_json::parse(json).expect("DAG-JSON")).expect("a DAG-CBOR form")
}

fn texts(texts: &[&str]) -> Seeds {
    numbered(texts.iter().map(|text| text.as_bytes().to_vec()).collect())
}

fn numbered(seeds: Vec<Vec<u8>>) -> Seeds {
    seeds.into_iter().enumerate().map(|(index, seed)| (format!("{index:02}"), seed)).collect()
}
