//! The codec fixtures of IPLD: 126 blocks, each taken and given back byte for byte, and what is refused.

use allod::wire::{Ipld, View, dag_json, value};
use allod_tests::shared_vectors;

fn blocks() -> Option<Vec<(String, Vec<u8>)>> {
    let folder = shared_vectors("DAG-CBOR fixtures")?.join("dag-cbor");
    let mut blocks: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "dag-cbor"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    blocks.sort();
    assert_eq!(blocks.len(), 126);
    Some(blocks)
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn all_126_blocks_come_back_byte_for_byte() {
    let Some(blocks) = blocks() else { return };
    for (name, bytes) in blocks {
        let view = View::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(view.as_cbor(), bytes, "{name}");
        let owned = value::decode(&bytes).unwrap();
        assert_eq!(value::encode(&owned).as_deref(), Ok(&bytes[..]), "{name}");
        assert_eq!(value::from_view(view), owned, "{name}");
    }
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn the_values_are_those_that_the_names_say() {
    let Some(blocks) = blocks() else { return };
    let mut checked = 0;
    for (name, bytes) in blocks {
        let expected = if let Some(number) = name.strip_prefix("int-") {
            Ipld::Integer(number.parse().unwrap())
        } else if let Some(number) = name.strip_prefix("float-").and_then(|text| text.parse().ok()) {
            Ipld::Float(number)
        } else if let Some(cid) = name.strip_prefix("cid-").filter(|text| !text.ends_with("of")) {
            Ipld::Link(cid.parse().unwrap())
        } else {
            match name.as_str() {
                "null" => Ipld::Null,
                "true" => Ipld::Bool(true),
                "false" => Ipld::Bool(false),
                "string-水" => Ipld::String("水".into()),
                "string-𐅑" => Ipld::String("𐅑".into()),
                "string-empty" => Ipld::String(String::new()),
                "bytes-empty" => Ipld::Bytes(Vec::new()),
                "map-empty" => Ipld::Map([].into()),
                "array-empty" => Ipld::List(Vec::new()),
                _ => continue,
            }
        };
        assert_eq!(value::decode(&bytes).unwrap(), expected, "{name}");
        checked += 1;
    }
    assert!(checked >= 60, "{checked}");
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn each_block_goes_through_dag_json_and_back() {
    let Some(blocks) = blocks() else { return };
    let mut without_form = Vec::new();
    for (name, bytes) in blocks {
        let owned = value::decode(&bytes).unwrap();
        let Ok(text) = dag_json::to_string(&owned) else {
            without_form.push(name);
            continue;
        };
        assert_eq!(text, dag_json::print(View::parse(&bytes).unwrap()), "{name}");
        let back = dag_json::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
        assert_eq!(value::encode(&back).as_deref(), Ok(&bytes[..]), "{name}: {text}");
    }
    // None of them uses the key "/", which alone has no form.
    assert_eq!(without_form, Vec::<String>::new());
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn the_negatives_are_refused() {
    let Some(folder) = shared_vectors("DAG-CBOR negatives") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("dag-cbor/negative-duplicate-keys.json")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let bytes = hex::decode(case["hex"].as_str().unwrap()).unwrap();
        assert!(View::parse(&bytes).is_err(), "{case}");
        assert!(value::decode(&bytes).is_err(), "{case}");
    }
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn no_block_is_taken_when_it_is_cut_or_something_follows_it() {
    let Some(blocks) = blocks() else { return };
    for (name, mut bytes) in blocks {
        for length in [0, bytes.len() / 2, bytes.len() - 1] {
            assert!(View::parse(&bytes[..length]).is_err(), "{name}, cut at {length}");
        }
        bytes.push(0);
        assert!(View::parse(&bytes).is_err(), "{name}, with a byte more");
    }
}
