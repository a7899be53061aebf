//! The project's own vectors, through the library.

use allod::identity::{Did, DidDocument};
use allod::validation::Standing;
use allod::validation::{RevocationSet, Sifted};
use allod::wire::Slice;
use allod::{
    Authorizer, Cid, Container, Decision, Evidence, Invocation, RevocationView, Subjects, Timestamp, Token,
};
use data_encoding::BASE64;
use serde_json::{Value, json};

/// What a vector says that the host knows.
struct Known(Value, RevocationSet);

impl RevocationView for Known {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        let has = |list: &str| {
            let mut entries = self.0[list].as_array().into_iter().flatten();
            entries.any(|entry| {
                entry["delegation"] == *delegation.to_string() && entry["by"] == *issuer.to_string()
            })
        };
        let revoked = self.1.standing(delegation, issuer) == Standing::Revoked;
        match (revoked || has("revoked"), has("unavailable")) {
            (true, _) => Standing::Revoked,
            (false, true) => Standing::Unavailable,
            (false, false) => Standing::Unrevoked,
        }
    }
}

/// What the library answers to a vector, in the form in which vectors expect it.
fn answer(case: &Value) -> Value {
    let did = |value: &Value| Did::parse(value.as_str().unwrap()).unwrap();
    let bytes = |value: &Value| BASE64.decode(value.as_str().unwrap().as_bytes()).unwrap();
    let subjects = match case.get("subjects") {
        Some(list) => Subjects::of(list.as_array().unwrap().iter().map(did)),
        None => Subjects::danger_any(),
    };
    let mut authorizer = Authorizer::new(did(&case["executor"]), subjects);
    let now = Timestamp::from_seconds(case["at"].as_i64().unwrap()).unwrap();
    let known = &case["known"];
    let mut evidence = Evidence::danger_without_revocations(now);
    if known["leaf_first"] == true {
        authorizer = authorizer.accept_leaf_first();
    }
    for document in known["documents"].as_array().into_iter().flatten() {
        let json = document["json"].as_str().unwrap();
        evidence = evidence.document(DidDocument::parse(json, &did(&document["did"])).unwrap());
    }
    if let Some(skew) = case.get("skew") {
        evidence = evidence.tolerance(u32::try_from(skew.as_u64().unwrap()).unwrap());
    }
    let given = case["revoked"].as_array().into_iter().flatten();
    let mut revoked: Vec<Slice> = given.map(|token| Slice::from(bytes(token))).collect();
    let sift = |revoked: Vec<Slice>, invocation: Option<&Token<Invocation>>, evidence: &Evidence<'_>| {
        let sifted = authorizer.sift(revoked, invocation, evidence);
        (Known(known.clone(), sifted.counting.clone()), sifted)
    };
    if let Some(container) = case.get("container") {
        match Container::read(&bytes(container)) {
            Ok(container) => {
                revoked.extend(container.revocation_tokens().map(|(_, bytes)| bytes));
                evidence = evidence.container(&container);
                let (view, sifted) = sift(revoked, container.invocation().ok().as_ref(), &evidence);
                let evidence = evidence.with_revocations(&view);
                answered(&authorizer.decide_container(&container, &evidence), &sifted)
            }
            Err(error) => {
                let answer = json!({ "decision": "deny", "code": error.code().name(), "link": null });
                with_ignored(answer, &sift(revoked, None, &evidence).1)
            }
        }
    } else {
        for token in case["tokens"].as_array().unwrap() {
            evidence = evidence.bytes(bytes(token));
        }
        let invocation = bytes(&case["invocation"]);
        let (view, sifted) = sift(revoked, Token::parse(&*invocation).ok().as_ref(), &evidence);
        answered(&authorizer.decide_bytes(&invocation, &evidence.with_revocations(&view)), &sifted)
    }
}

fn with_ignored(mut answer: Value, sifted: &Sifted) -> Value {
    if !sifted.ignored.is_empty() {
        let entry = |ignored: &allod::validation::Ignored| {
            let cid = ignored.cid.map(|cid| cid.to_string());
            json!({ "index": ignored.index, "cid": cid, "code": ignored.reason.name() })
        };
        answer["ignored"] = sifted.ignored.iter().map(entry).collect();
    }
    answer
}

fn answered(decision: &Decision, sifted: &Sifted) -> Value {
    let answer = match decision {
        Decision::Allow(grant) => {
            let chain: Vec<_> = grant.chain().iter().map(|link| link.cid().to_string()).collect();
            json!({ "decision": "allow", "chain": chain, "until": grant.until().map(Timestamp::as_seconds) })
        }
        Decision::Deny(denial) => {
            assert_eq!(
                denial.trace().failures().next().map(allod::Finding::code),
                Some(denial.code()),
                "the first failure of the trace is the denial"
            );
            json!({ "decision": "deny", "code": denial.code().name(), "link": denial.link() })
        }
    };
    with_ignored(answer, sifted)
}

fn files() -> Vec<(String, Value)> {
    let mut files: Vec<_> = std::fs::read_dir(allod_tests::vectors::folder())
        .expect("tests/vectors: make it with `cargo xtask vectors`")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.file_stem().unwrap().to_string_lossy().into_owned(), serde_json::from_str(&text).unwrap())
        })
        .collect()
}

#[test]
fn every_vector_comes_out_as_expected() {
    let mut wrong = Vec::new();
    for (file, content) in files() {
        for case in content["cases"].as_array().unwrap() {
            let answer = answer(case);
            if answer != case["expect"] {
                wrong.push(format!(
                    "{file}: {}: {}\n  expected {}\n  found    {answer}",
                    case["id"], case["description"], case["expect"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} vectors come out otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_enough_of_them_and_they_reach_every_code() {
    let mut ids = std::collections::BTreeSet::new();
    let mut codes = std::collections::BTreeSet::new();
    let mut denials = 0;
    for (_, content) in files() {
        for case in content["cases"].as_array().unwrap() {
            assert!(ids.insert(case["id"].as_str().unwrap().to_owned()), "{} stands there twice", case["id"]);
            if let Some(code) = case["expect"]["code"].as_str() {
                codes.insert(code.to_owned());
                denials += 1;
            }
        }
    }
    assert!(ids.len() >= 300, "{} vectors", ids.len());
    assert!(denials * 10 >= ids.len() * 6, "{denials} denials among {}", ids.len());
    // What a host knows of its own, and what it remembers.
    let later = ["revocation-stale", "replayed"];
    for code in allod::Code::ALL.iter().map(|code| code.name()).filter(|name| !later.contains(name)) {
        assert!(codes.contains(code), "no vector for {code}");
    }
}

/// Or else `cargo xtask vectors` writes them anew, and what has changed is in the commit.
#[test]
fn they_come_out_the_same_from_their_seeds() {
    for (name, cases) in allod_tests::vectors::all() {
        let path = allod_tests::vectors::folder().join(format!("{name}.json"));
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            there == allod_tests::vectors::render(name, &cases),
            "{} would come out differently",
            path.display()
        );
    }
}
