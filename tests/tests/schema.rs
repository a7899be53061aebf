//! The vectors have the form that `spec/vectors.schema.json` promises to other languages.

use allod_tests::sources::read;
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// The schema, which is itself checked against the draft it names.
    fn load() -> Self {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        let schema: Value = serde_json::from_str(&read("spec/vectors.schema.json")).unwrap();
        compiler.add_resource("urn:allod:vectors", schema).unwrap();
        let index = compiler.compile("urn:allod:vectors", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn takes(&self, value: &Value) -> Result<(), String> {
        self.schemas.validate(value, self.index).map_err(|error| format!("{error:#}"))
    }
}

fn files() -> Vec<(String, Value)> {
    let mut files: Vec<_> = std::fs::read_dir(allod_tests::vectors::folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap())
        })
        .collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
}

#[test]
fn every_file_of_vectors_follows_the_schema() {
    let schema = Schema::load();
    let files = files();
    for (name, file) in &files {
        schema.takes(file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(file["topic"], **name, "the topic is the file's name");
    }
    let written: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    let mut made: Vec<_> = allod_tests::vectors::all().iter().map(|(name, _)| *name).collect();
    // What the differential run found is kept as it was written.
    made.push("found");
    made.sort_unstable();
    assert_eq!(written, made, "each file is made by a topic, and each topic makes a file");
}

#[test]
fn the_schema_knows_each_code_and_no_other() {
    let schema: Value = serde_json::from_str(&read("spec/vectors.schema.json")).unwrap();
    let codes: Vec<_> = allod::Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(schema["$defs"]["code"]["enum"], json!(codes));
}

#[test]
fn the_schema_refuses_what_is_no_vector() {
    type Change = fn(&mut Value);
    let schema = Schema::load();
    let (_, allow) = &files().into_iter().find(|(name, _)| name == "allow").unwrap();
    let mut sound = allow.clone();
    sound["cases"].as_array_mut().unwrap().truncate(3);
    assert_eq!(schema.takes(&sound), Ok(()));
    let deny = json!({ "decision": "deny", "code": "expired", "link": 0 });
    let broken: [(&str, Change); 29] = [
        ("no cases", |file| file["cases"] = json!([])),
        ("another member", |file| file["note"] = json!("")),
        ("no topic", |file| drop(file.as_object_mut().unwrap().remove("topic"))),
        ("no id", |file| drop(case(file).remove("id"))),
        ("a capital in an id", |file| drop(case(file).insert("id".into(), json!("Allow")))),
        ("no description", |file| drop(case(file).insert("description".into(), json!("")))),
        ("a time that is text", |file| drop(case(file).insert("at".into(), json!("1800000000")))),
        ("a time in parts of a second", |file| drop(case(file).insert("at".into(), json!(1.5)))),
        ("a time past 53 bits", |file| {
            drop(case(file).insert("at".into(), json!(9_007_199_254_740_992_i64)))
        }),
        ("an executor that is no DID", |file| drop(case(file).insert("executor".into(), json!("album")))),
        ("a DID with a fragment", |file| {
            drop(case(file).insert("executor".into(), json!("did:key:z6Mk#key")))
        }),
        ("subjects that are null", |file| drop(case(file).insert("subjects".into(), Value::Null))),
        ("a negative tolerance", |file| drop(case(file).insert("skew".into(), json!(-1)))),
        ("an empty list of revocations", |file| drop(case(file).insert("revoked".into(), json!([])))),
        ("revocations that are no list", |file| drop(case(file).insert("revoked".into(), json!("QA==")))),
        ("a revocation that is no base64", |file| drop(case(file).insert("revoked".into(), json!(["*"])))),
        ("nothing ignored", |file| case(file)["expect"]["ignored"] = json!([])),
        ("an ignored one without its place", |file| {
            case(file)["expect"]["ignored"] = json!([{ "cid": null, "code": "outsider" }]);
        }),
        ("an ignored one without a CID or null", |file| {
            case(file)["expect"]["ignored"] = json!([{ "index": 0, "code": "outsider" }]);
        }),
        ("one ignored for no known reason", |file| {
            case(file)["expect"]["ignored"] = json!([{ "index": 0, "cid": null, "code": "why" }]);
        }),
        ("one ignored at length", |file| {
            case(file)["expect"]["ignored"] =
                json!([{ "index": 0, "cid": null, "code": "expired", "message": "why" }]);
        }),
        ("no invocation", |file| drop(case(file).remove("invocation"))),
        ("a container beside tokens", |file| drop(case(file).insert("container".into(), json!("QA==")))),
        ("base64 without padding", |file| drop(case(file).insert("invocation".into(), json!("QAA")))),
        ("base64 for URLs", |file| drop(case(file).insert("invocation".into(), json!("QA-_")))),
        ("no answer", |file| drop(case(file).remove("expect"))),
        ("two answers", |file| case(file)["expect"]["code"] = json!("expired")),
        ("a chain in another base", |file| {
            case(file)["expect"]["chain"] =
                json!(["bafyreigyftnzjf4rcu7glp5kfop53vqlopc3zcldauoqdxqlz7t4343gr4"]);
        }),
        ("an end that is not said", |file| {
            drop(case(file)["expect"].as_object_mut().unwrap().remove("until"));
        }),
    ];
    for (what, change) in broken {
        let mut file = sound.clone();
        change(&mut file);
        assert!(schema.takes(&file).is_err(), "{what}");
    }
    let mut denied = sound.clone();
    case(&mut denied)["expect"] = deny.clone();
    assert_eq!(schema.takes(&denied), Ok(()));
    for (member, value) in [
        ("code", json!("denied")),
        ("link", json!(-1)),
        ("link", json!(16)),
        ("link", json!("0")),
        ("decision", json!("maybe")),
        ("message", json!("why")),
    ] {
        let mut broken = deny.clone();
        broken[member] = value;
        case(&mut denied)["expect"] = broken.clone();
        assert!(schema.takes(&denied).is_err(), "{broken}");
    }
}

fn case(file: &mut Value) -> &mut serde_json::Map<String, Value> {
    file["cases"][0].as_object_mut().unwrap()
}
