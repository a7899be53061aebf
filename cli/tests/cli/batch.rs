//! `allod check --batch`.

use allod::wire::multibase::base64_padded_encode as base64;
use allod::{
    Container, ContainerWriter, Delegation, Encoding, Invocation, Revocation, SigningKey, Timestamp, Token,
};
use serde_json::{Value, json};

use super::support::{Bench, Ran, key};

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

/// A chain album → Alice → Bob, and Bob's request.
struct Case {
    tokens: [Token<Delegation>; 2],
    invocation: Token<Invocation>,
    album: String,
}

impl Case {
    fn new(album: &SigningKey, alice: &SigningKey, bob: &SigningKey, second_ends: i64) -> Self {
        let command = || "/photos/read".parse().unwrap();
        let first = Delegation::builder(alice.did(), album.did(), command())
            .expires(at(NOW + 900))
            .sign(album)
            .unwrap();
        let second = Delegation::builder(bob.did(), album.did(), command())
            .expires(at(second_ends))
            .sign(alice)
            .unwrap();
        let invocation = Invocation::builder(album.did(), command())
            .proofs([first.cid(), second.cid()])
            .expires(at(NOW + 600))
            .sign(bob)
            .unwrap();
        Self { tokens: [first, second], invocation, album: album.did().to_string() }
    }

    fn line(&self) -> Value {
        json!({
            "id": 1,
            "tokens": self.tokens.iter().map(|token| base64(token.as_bytes())).collect::<Vec<_>>(),
            "invocation": base64(self.invocation.as_bytes()),
            "at": NOW,
            "executor": self.album,
        })
    }

    fn container(&self, encoding: Encoding) -> Vec<u8> {
        let writer = self.tokens.iter().fold(ContainerWriter::new(), ContainerWriter::token);
        writer.token(&self.invocation).write(encoding).unwrap()
    }
}

fn case() -> Case {
    Case::new(&key(1), &key(2), &key(3), NOW + 300)
}

fn batch(lines: &[u8]) -> (Ran, Vec<Value>) {
    let ran = Bench::new().run_with(&["check", "--batch"], lines);
    let answers = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (ran, answers)
}

fn one(line: &Value) -> (i32, Value) {
    let (ran, mut answers) = batch(format!("{line}\n").as_bytes());
    assert_eq!(answers.len(), 1);
    (ran.code, answers.remove(0))
}

fn with(key: &str, value: Value) -> Value {
    let mut line = case().line();
    line[key] = value;
    line
}

#[test]
fn what_is_allowed_and_denied_looks_as_agreed() {
    let case = case();
    let (code, answer) = one(&case.line());
    let chain: Vec<_> = case.tokens.iter().map(|token| token.cid().to_string()).collect();
    assert_eq!(answer, json!({"id": 1, "decision": "allow", "chain": chain, "until": NOW + 300}));
    assert_eq!(code, 0);

    let mut line = case.line();
    line["at"] = json!(NOW + 361);
    let (code, answer) = one(&line);
    assert_eq!(code, 1);
    assert_eq!((answer["decision"].as_str(), answer["code"].as_str()), (Some("deny"), Some("expired")));
    assert_eq!((answer["link"].as_u64(), answer["cid"].as_str()), (Some(1), Some(chain[1].as_str())));
    let keys: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 7, "{keys:?}");
    for key in ["message", "remedy"] {
        assert!(!answer[key].as_str().unwrap().is_empty());
    }
    let (_, answer) = one(&with("executor", json!(key(9).did().to_string())));
    assert_eq!((answer["code"].as_str(), &answer["link"]), (Some("wrong-audience"), &Value::Null));
}

#[test]
fn what_may_be_left_out_has_its_default() {
    // Skew: 60 seconds.
    assert_eq!(one(&with("at", json!(NOW + 360))).1["decision"], "allow");
    let mut line = with("skew", json!(0));
    line["at"] = json!(NOW + 301);
    assert_eq!(one(&line).1["code"], "expired");
    // Subjects: any, unless some are named; an empty list serves none.
    let album = case().album;
    assert_eq!(one(&with("subjects", json!([album]))).1["decision"], "allow");
    assert_eq!(one(&with("subjects", json!([]))).1["code"], "subject-not-served");
    assert_eq!(one(&with("subjects", json!([key(9).did().to_string()]))).1["code"], "subject-not-served");
}

#[test]
fn any_id_comes_back() {
    for id in
        [json!("a\u{202e}b"), json!(null), json!([1, {"x": [2.50, "é"]}]), json!({}), json!(-0.5), json!("")]
    {
        assert_eq!(one(&with("id", id.clone())).1["id"], id);
    }
    let mut line = case().line();
    line.as_object_mut().unwrap().remove("id");
    assert_eq!(one(&line).1["id"], Value::Null);
    // A number is echoed as written, beyond what a double holds.
    let text = case().line().to_string().replace("\"id\":1", "\"id\":12345678901234567890123.10");
    assert!(batch(text.as_bytes()).0.out.contains("12345678901234567890123.10"));
}

#[test]
fn a_container_stands_instead_of_tokens_in_every_spelling() {
    let case = case();
    for encoding in Encoding::ALL {
        let bytes = case.container(encoding);
        let mut spellings = vec![base64(&bytes), allod::wire::multibase::base64url_encode(&bytes)];
        if encoding.is_text() {
            spellings.push(String::from_utf8(bytes).unwrap());
        }
        for spelling in spellings {
            let line = json!({"container": spelling, "at": NOW, "executor": case.album});
            assert_eq!(one(&line).1["decision"], "allow", "{encoding}: {spelling}");
        }
    }
    let mut broken = case.container(Encoding::Base64Url);
    broken.pop();
    let line = json!({"container": String::from_utf8(broken).unwrap(), "at": NOW, "executor": case.album});
    assert_eq!(one(&line).1["code"], "malformed");
    let none = ContainerWriter::new().token(&case.tokens[0]).write(Encoding::Base64Url).unwrap();
    let line = json!({"container": String::from_utf8(none).unwrap(), "at": NOW, "executor": case.album});
    assert_eq!(one(&line).1["code"], "malformed");
    assert!(Container::read(b"C").is_err());
}

#[test]
fn bytes_that_are_no_token_are_denied_and_text_that_is_no_base64_is_an_error() {
    assert_eq!(one(&with("invocation", json!("AAAA"))).1["code"], "malformed");
    assert_eq!(one(&with("invocation", json!(""))).1["code"], "malformed");
    assert_eq!(one(&with("tokens", json!(["AAAA"]))).1["code"], "proof-missing");
    assert_eq!(one(&with("tokens", json!([]))).1["code"], "proof-missing");
    let delegation = base64(case().tokens[0].as_bytes());
    assert_eq!(one(&with("invocation", json!(delegation))).1["code"], "malformed");
    for (key, value) in
        [("invocation", json!("A")), ("invocation", json!("!!!!")), ("tokens", json!(["A A="]))]
    {
        let (code, answer) = one(&with(key, value.clone()));
        assert_eq!((code, answer["decision"].as_str()), (2, Some("error")), "{key}: {value}");
    }
}

#[test]
fn whatever_is_no_such_object_is_an_error_line_and_the_run_goes_on() {
    let good = case().line().to_string();
    let mut lines: Vec<Vec<u8>> = [
        with("revoked", json!(null)),
        with("revoked", json!("gg==")),
        with("revoked", json!([1])),
        with("revoked", json!(["*"])),
        with("revoked", json!({})),
        with("revoked", json!(vec![""; 4_097])),
        with("unknown", json!(1)),
        with("at", json!(1.5)),
        with("at", json!("now")),
        with("at", json!(1_u64 << 53)),
        with("skew", json!(-1)),
        with("skew", json!(null)),
        with("subjects", json!(null)),
        with("subjects", json!("did:key:z")),
        with("subjects", json!(["did:key:z0"])),
        with("executor", json!("alice")),
        with("executor", json!(null)),
        with("tokens", json!(null)),
        with("container", json!("C")),
        json!([1]),
        json!({}),
        json!(null),
    ]
    .iter()
    .map(|line| line.to_string().into_bytes())
    .collect();
    for text in ["", "   ", "nonsense", "{", "{\"id\":1}}", "\u{feff}{}", "[[[[[[", "\"text\""] {
        lines.push(text.as_bytes().to_vec());
    }
    lines.push(good.replacen("\"at\"", "\"at\":1,\"at\"", 1).into_bytes());
    lines.push(good.replacen("\"id\"", "\"id\":2,\"id\"", 1).into_bytes());
    lines.push([good.as_bytes(), &[0xff]].concat());
    lines.push(b"{\"id\":\xff}".to_vec());
    lines.push([&b"{\"id\":"[..], &b"[".repeat(200_000)].concat());
    lines.push(b" ".repeat(5 * 1024 * 1024));
    let number = lines.len();
    lines.push(good.clone().into_bytes());
    let (ran, answers) = batch(&[lines.join(&b'\n'), b"\r\n".to_vec()].concat());
    assert_eq!((ran.code, answers.len()), (2, number + 1));
    for (answer, line) in answers.iter().zip(&lines).take(number) {
        let shown = String::from_utf8_lossy(line.get(..200).unwrap_or(line));
        assert_eq!(
            (answer["decision"].as_str(), &answer["id"]),
            (Some("error"), &Value::Null),
            "{shown}: {answer}"
        );
        assert_eq!(answer.as_object().unwrap().len(), 3);
    }
    assert_eq!(answers[number]["decision"], "allow", "and a carriage return is white space");
}

#[test]
fn what_is_wrong_with_a_line_is_said_without_names_of_types() {
    for (key, value, part) in [
        ("at", json!("now"), "a whole number of seconds"),
        ("skew", json!(-1), "0 or more"),
        ("tokens", json!("x"), "a list of texts"),
        ("executor", json!(null), "expected text"),
        ("subjects", json!([1]), "expected text"),
    ] {
        let message = one(&with(key, value)).1["message"].as_str().unwrap().to_owned();
        assert!(message.contains(part) && message.contains(", at column "), "{key}: {message}");
    }
}

#[test]
fn a_file_is_read_too_and_nothing_in_is_nothing_out() {
    let bench = Bench::new();
    bench.write("lines", format!("{}\n\n", case().line()));
    let ran = bench.run(&["check", "--batch", "lines"]);
    assert_eq!((ran.code, ran.out.lines().count()), (2, 2), "an empty line in between is one too");
    let (ran, answers) = batch(b"");
    assert_eq!((ran.code, answers.len()), (0, 0));
    assert_eq!(bench.run(&["check", "--batch", "missing"]).code, 2);
    assert_eq!(bench.run(&["check", "--batch", "lines", "--executor", "x"]).code, 2);
    // The last line may lack its line feed.
    assert_eq!(batch(case().line().to_string().as_bytes()).1[0]["decision"], "allow");
}

#[test]
fn a_signature_that_was_valid_once_does_not_carry_over_to_other_bytes() {
    let case = case();
    let mut forged = case.tokens[1].as_bytes().to_vec();
    let place = forged.windows(3).position(|part| part == b"exp").unwrap() + 5;
    forged[place] ^= 1;
    let mut line = case.line();
    line["tokens"][1] = json!(base64(&forged));
    let lines = format!("{}\n{line}\n{}\n", case.line(), with("at", json!(NOW + 5_000)));
    let (_, answers) = batch(lines.as_bytes());
    assert_eq!(answers[0]["decision"], "allow");
    assert_eq!(answers[1]["code"], "proof-missing");
    assert_eq!(answers[2]["code"], "expired");
}

/// The lines are left in the target folder, for `allod check --batch` to be timed with.
#[test]
fn ten_thousand_lines_are_decided_in_order() {
    let (album, alice) = (key(1), key(2));
    let mut lines = String::new();
    for number in 0..10_000_u32 {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let bob = SigningKey::from_seed(allod::Algorithm::Ed25519, &seed).unwrap();
        let mut line = Case::new(&album, &alice, &bob, NOW + 300).line();
        line["id"] = json!(number);
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    std::fs::write(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("ten-thousand.jsonl"), &lines)
        .unwrap();
    let (ran, answers) = batch(lines.as_bytes());
    assert_eq!((ran.code, answers.len()), (0, 10_000));
    assert!(
        answers
            .iter()
            .enumerate()
            .all(|(number, answer)| answer["id"] == number && answer["decision"] == "allow")
    );
}

/// Alice takes back what she gave to Bob; Bob tries to take back what she was given.
fn revocations(case: &Case) -> [Revocation; 2] {
    let of = |link: usize, by: &SigningKey| {
        Revocation::builder(case.tokens[link].cid(), by.did()).sign(by).unwrap()
    };
    [of(1, &key(2)), of(0, &key(3))]
}

#[test]
fn revocations_that_count_deny_and_others_are_listed_and_change_nothing() {
    let case = case();
    let [counting, spurious] = revocations(&case);
    let with = |revoked: Value| {
        let mut line = case.line();
        line["revoked"] = revoked;
        line
    };
    let text = |revocation: &Revocation| base64(revocation.token().as_bytes());
    let before = one(&case.line()).1;
    let (code, answer) = one(&with(json!([text(&spurious), "", text(&counting), text(&counting)])));
    assert_eq!((code, answer["code"].as_str(), answer["link"].as_u64()), (1, Some("revoked"), Some(1)));
    let ignored = answer["ignored"].as_array().unwrap();
    assert_eq!(ignored.len(), 2, "the same twice counts twice: {answer}");
    assert_eq!(
        ignored[0],
        json!({
            "index": 0,
            "cid": spurious.cid().to_string(),
            "code": "outsider",
            "message": "its subject issued neither the delegation that it revokes nor one above that",
        })
    );
    assert_eq!((ignored[1]["index"].as_u64(), ignored[1]["code"].as_str()), (Some(1), Some("malformed")));
    assert!(ignored[1]["cid"].is_string());
    // But for the list, the answer is what it was.
    let (code, mut answer) = one(&with(json!([text(&spurious)])));
    assert_eq!(answer.as_object_mut().unwrap().remove("ignored").unwrap().as_array().unwrap().len(), 1);
    assert_eq!((code, answer), (0, before.clone()));
    assert_eq!(one(&with(json!([]))).1, before, "no list where there is nothing in it");
    // As many as there may be.
    let many = vec![""; 4_096];
    assert_eq!(one(&with(json!(many))).1["ignored"].as_array().unwrap().len(), 4_096);
}

#[test]
fn what_one_line_revokes_is_not_revoked_in_another_and_proofs_are_remembered() {
    let case = case();
    let zelda = key(7);
    let right = |ends: i64| {
        Delegation::builder(zelda.did(), key(2).did(), "/ucan/revoke".parse().unwrap())
            .expires(at(ends))
            .sign(&key(2))
            .unwrap()
    };
    let right = right(NOW - 1_000);
    let revocation =
        Revocation::builder(case.tokens[1].cid(), key(2).did()).proofs([right.cid()]).sign(&zelda).unwrap();
    let mut line = case.line();
    line["tokens"].as_array_mut().unwrap().push(json!(base64(right.as_bytes())));
    line["revoked"] = json!([base64(revocation.token().as_bytes())]);
    let mut unproven = line.clone();
    unproven["tokens"].as_array_mut().unwrap().pop();
    let mut forged = line.clone();
    let mut bytes = right.as_bytes().to_vec();
    bytes[10] ^= 1;
    forged["tokens"][2] = json!(base64(&bytes));
    let lines = format!("{line}\n{}\n{unproven}\n{forged}\n{line}\n", case.line());
    let (_, answers) = batch(lines.as_bytes());
    let told = |answer: &Value| (answer["code"].clone(), answer["ignored"][0]["code"].clone());
    assert_eq!(told(&answers[0]), (json!("revoked"), Value::Null));
    assert_eq!(told(&answers[1]), (Value::Null, Value::Null));
    assert_eq!(
        told(&answers[2]),
        (Value::Null, json!("proof-missing")),
        "of what did not come along nobody knows"
    );
    assert_eq!(told(&answers[3]), (Value::Null, json!("proof-missing")), "nor of what came as other bytes");
    assert_eq!(answers[4], answers[0]);
}

#[test]
fn a_container_brings_its_own_revocations() {
    let case = case();
    let [counting, spurious] = revocations(&case);
    let writer = case.tokens.iter().fold(ContainerWriter::new(), ContainerWriter::token);
    let writer = writer.token(&case.invocation).token(counting.token()).token(spurious.token());
    let text = String::from_utf8(writer.write(Encoding::Base64Url).unwrap()).unwrap();
    let line = json!({"container": text, "at": NOW, "executor": case.album});
    let (_, answer) = one(&line);
    assert_eq!((answer["code"].as_str(), answer["ignored"].as_array().unwrap().len()), (Some("revoked"), 1));
    assert_eq!(answer["ignored"][0]["cid"], spurious.cid().to_string());
}
