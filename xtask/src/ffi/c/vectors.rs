//! The project's own vectors, through C: the same verdicts and codes as in Rust.

use serde_json::{Map, Value, json};

use super::driver::{Driver, from_base64};
use crate::steps::root;

/// Decides all of them, or one of so many.
pub(super) fn decide_all(command: &[&str], one_of: usize) -> Result<(), String> {
    let mut driver = Driver::start(command)?;
    let (mut seen, mut decided) = (0_usize, 0_usize);
    for file in files()? {
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
        let vectors: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        for case in vectors["cases"].as_array().ok_or("no cases")? {
            seen += 1;
            if seen % one_of != 0 {
                continue;
            }
            let found = answer(&mut driver, case)?;
            if found != case["expect"] {
                return Err(format!("{}: expected {}, found {found}", case["id"], case["expect"]));
            }
            decided += 1;
        }
    }
    driver.finish()?;
    if seen < 1000 {
        return Err(format!("only {seen} vectors"));
    }
    println!("   {decided} vectors");
    Ok(())
}

fn files() -> Result<Vec<std::path::PathBuf>, String> {
    let entries = std::fs::read_dir(root().join("tests/vectors")).map_err(|error| error.to_string())?;
    let mut files: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}

/// What C answers to a vector, in the form in which vectors expect it.
fn answer(driver: &mut Driver, case: &Value) -> Result<Value, String> {
    let known = &case["known"];
    let options = match &case["subjects"] {
        Value::Null => json!({"dangerAnySubject": true, "leafFirst": known["leaf_first"] == true}),
        subjects => json!({"subjects": subjects, "leafFirst": known["leaf_first"] == true}),
    };
    let pairs = |list: &Value| each(list, |pair| json!([pair["delegation"], pair["by"]]));
    let facts = json!({
        "now": case["at"],
        "tolerance": case["skew"],
        "documents": each(&known["documents"], |document| json!([document["did"], document["json"]])),
        "tokens": each(&case["tokens"], bytes),
        "revoked": pairs(&known["revoked"]),
        "unavailable": pairs(&known["unavailable"]),
        "revocations": each(&case["revoked"], bytes),
    });
    let kind = if case["container"].is_null() { "invocation" } else { "container" };
    let request = from_base64(case[kind].as_str().ok_or("neither a container nor an invocation")?)?;
    let executor = case["executor"].as_str().ok_or("no executor")?;
    let (options, facts) = (options.to_string(), facts.to_string());
    let fields = [executor.as_bytes(), options.as_bytes(), kind.as_bytes(), &request, facts.as_bytes()];
    let said = driver.ask("decide", &fields.map(Some))?;
    decision(&said).ok_or_else(|| format!("{}: {said}", case["id"]))
}

fn decision(said: &str) -> Option<Value> {
    let (verdict, rest) = said.split_once(' ')?;
    let (number, rest) = rest.split_once(' ')?;
    let written: Value = serde_json::from_str(rest.strip_prefix("ok ")?).ok()?;
    let is_allowed = verdict == "allowed";
    // What it says of itself in three ways is the same.
    if written["ok"] != is_allowed || (number == "0") != is_allowed {
        return None;
    }
    let mut found = Map::new();
    if is_allowed {
        found.insert("decision".into(), "allow".into());
        found.insert("chain".into(), written["chain"].clone());
        found.insert("until".into(), written["until"].clone());
    } else {
        found.insert("decision".into(), "deny".into());
        found.insert("code".into(), written["code"].clone());
        found.insert("link".into(), written["link"].clone());
    }
    let ignored = each(
        &written["ignored"],
        |one| json!({"index": one["index"], "cid": one["cid"], "code": one["reason"]}),
    );
    if ignored != json!([]) {
        found.insert("ignored".into(), ignored);
    }
    Some(Value::Object(found))
}

fn each(list: &Value, change: impl Fn(&Value) -> Value) -> Value {
    Value::Array(list.as_array().into_iter().flatten().map(change).collect())
}

/// Bytes as DAG-JSON has them.
fn bytes(base64: &Value) -> Value {
    json!({"/": {"bytes": base64.as_str().unwrap_or_default().trim_end_matches('=')}})
}
