//! Arguments: as they came, and all that a policy sees.

use allod::wire::Ipld;

use super::case::Case;
use super::world::{ALBUM, PHONE, World};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = verbatim();
    cases.extend(nothing_else());
    cases.extend(every_link());
    cases.extend(carried());
    cases.extend(work());
    cases
}

/// Policy, arguments, allowed: nothing is trimmed, folded, converted or filled in.
const VERBATIM: &[(&str, &str, bool)] = &[
    (r#"[["==", ".to", "bob"]]"#, r#"{"to": "bob"}"#, true),
    (r#"[["==", ".to", "bob"]]"#, r#"{"to": " bob"}"#, false),
    (r#"[["==", ".to", "bob"]]"#, r#"{"to": "bob\u0000"}"#, false),
    (r#"[["==", ".to", "bob"]]"#, r#"{"to": "Bob"}"#, false),
    (r#"[["==", ".to", "bob"]]"#, r#"{"to": ["bob"]}"#, false),
    (r#"[["==", ".to", "bob"]]"#, r#"{"TO": "bob"}"#, false),
    (r#"[["==", ".to", "bob"]]"#, r#"{"to ": "bob"}"#, false),
    (r#"[["==", ".n", 1]]"#, r#"{"n": "1"}"#, false),
    (r#"[["==", ".n", 1]]"#, r#"{"n": true}"#, false),
    (r#"[["==", ".n", 0]]"#, r#"{"n": null}"#, false),
    (r#"[["==", ".n", ""]]"#, r#"{"n": null}"#, false),
    (r#"[["==", ".n", false]]"#, r#"{"n": 0}"#, false),
    (r#"[["==", ".n", []]]"#, r#"{"n": {}}"#, false),
    ("[[\"==\", \".s\", \"\u{212b}\"]]", "{\"s\": \"\u{c5}\"}", false),
    (r#"[["like", ".path", "/home/*"]]"#, r#"{"path": "/home/../etc"}"#, true),
    (r#"[["like", ".path", "/home/*"]]"#, r#"{"path": "%2Fhome/x"}"#, false),
    // Bytes are bytes, not their text.
    (r#"[["==", ".b", "AQI"]]"#, r#"{"b": {"/": {"bytes": "AQI"}}}"#, false),
    (r#"[["like", ".b", "A*"]]"#, r#"{"b": {"/": {"bytes": "AQI"}}}"#, false),
    (r#"[["==", ".b[0]", "A"]]"#, r#"{"b": {"/": {"bytes": "AQI"}}}"#, false),
    (r#"[["==", ".b[0]", 255]]"#, r#"{"b": {"/": {"bytes": "/wA"}}}"#, true),
    (r#"[["==", ".b[-1]", 0]]"#, r#"{"b": {"/": {"bytes": "/wA"}}}"#, true),
    (r#"[["==", ".b.bytes", "AQI"]]"#, r#"{"b": {"/": {"bytes": "AQI"}}}"#, false),
    // What nobody asked about is nobody's business.
    (r#"[["==", ".a", 1]]"#, r#"{"a": 1, "b": {"c": [null]}}"#, true),
];

fn verbatim() -> Vec<Case> {
    VERBATIM
        .iter()
        .enumerate()
        .map(|(index, (policy, args, allowed))| {
            let world = World::three().args(args).policy(1, policy);
            let id = format!("argument-verbatim-{index:02}");
            let description = format!("{policy} on {args}");
            if *allowed {
                world.allowed(&id, &description)
            } else {
                world.denied(&id, &description, "policy-unsatisfied", Some(1))
            }
        })
        .collect()
}

/// A policy sees the arguments, and no other field of the invocation.
fn nothing_else() -> Vec<Case> {
    let is = |selector: &str, value: &str| format!(r#"[["==", "{selector}", "{value}"]]"#);
    [
        ("sub", is(".sub", &ALBUM.text())),
        ("iss", is(".iss", &PHONE.text())),
        ("cmd", is(".cmd", "/photos/read")),
        ("args", r#"[["==", ".args", {}]]"#.into()),
        ("prf", r#"[["any", ".prf", ["!=", ".", 1]]]"#.into()),
    ]
    .into_iter()
    .map(|(name, policy)| {
        World::three().policy(1, &policy).denied(
            &format!("argument-only-{name}"),
            &format!("{policy}: no argument has that name"),
            "policy-unsatisfied",
            Some(1),
        )
    })
    .collect()
}

/// One policy that is not satisfied is enough, wherever it stands.
fn every_link() -> Vec<Case> {
    let mut cases: Vec<Case> = (0..3)
        .map(|odd| {
            let mut world = World::three().args(r#"{"a": 1}"#);
            for link in 0..3 {
                let policy = if link == odd { r#"[["==", ".a", 2]]"# } else { r#"[["==", ".a", 1]]"# };
                world = world.policy(link, policy);
            }
            world.denied(
                &format!("argument-link-{odd}"),
                "two policies are satisfied, and one is not",
                "policy-unsatisfied",
                Some(odd),
            )
        })
        .collect();
    cases.push(
        World::three()
            .args(r#"{"a": 5}"#)
            .policy(0, r#"[["<", ".a", 10]]"#)
            .policy(1, r#"[[">", ".a", 2]]"#)
            .policy(2, r#"[["!=", ".a", 7]]"#)
            .allowed("argument-links", "three policies, each satisfied"),
    );
    cases
}

/// What cannot be evaluated ends its own statement, and not the evaluation: a statement beside it decides.
fn carried() -> Vec<Case> {
    let args = r#"{"text": "x", "n": 1, "list": [1]}"#;
    let mut cases = Vec::new();
    for (name, statement) in [
        ("order", r#"["<", ".text", 2]"#),
        ("like", r#"["like", ".n", "*"]"#),
        ("all", r#"["all", ".n", ["==", ".", 1]]"#),
        ("any", r#"["any", ".text", ["==", ".", 1]]"#),
        ("missing", r#"["==", ".nothing", 1]"#),
        ("below-missing", r#"["==", ".nothing.at.all?", null]"#),
        ("index", r#"["==", ".list[7]", 1]"#),
        ("key-of-number", r#"["==", ".n.key", 1]"#),
    ] {
        for (place, policy, allowed) in [
            ("alone", format!("[{statement}]"), false),
            ("not", format!(r#"[["not", {statement}]]"#), false),
            ("or-true", format!(r#"[["or", [{statement}, ["==", ".n", 1]]]]"#), true),
            ("or-false", format!(r#"[["or", [{statement}, ["==", ".n", 2]]]]"#), false),
            ("and-true", format!(r#"[["and", [{statement}, ["==", ".n", 1]]]]"#), false),
            ("not-and-false", format!(r#"[["not", ["and", [{statement}, ["==", ".n", 2]]]]]"#), true),
        ] {
            let world = World::three().args(args).policy(1, &policy);
            let id = format!("argument-carried-{name}-{place}");
            cases.push(if allowed {
                world.allowed(&id, &policy)
            } else {
                world.denied(&id, &policy, "policy-unsatisfied", Some(1))
            });
        }
    }
    cases
}

/// 4,194,304 units of work: comparing a text of 60,000 bytes takes 60,000 and a little more.
fn work() -> Vec<Case> {
    let world = |statements: usize| {
        let statement = Ipld::List(vec!["like".into(), ".a".into(), "x*".into()]);
        let text = format!("x{}", "y".repeat(59_999));
        World::three()
            .link(1, |forge| {
                forge.set("pol", Ipld::List(vec![statement; statements]));
            })
            .invoked(|forge| {
                forge.set("args", Ipld::Map([("a".into(), Ipld::String(text))].into()));
            })
    };
    vec![
        world(60).allowed("argument-work", "60 patterns on a text of 60,000 bytes"),
        world(75).denied(
            "argument-work-over",
            "75 patterns on a text of 60,000 bytes",
            "budget-exceeded",
            Some(1),
        ),
    ]
}
