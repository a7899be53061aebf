//! Nothing that is shown unasked holds an argument: not `Debug`, not an error, not a denial's own words. What
//! was found is told to whoever asks for it by name.

use std::fmt::{Debug, Display};

use allod::container::ContainerWriter;
use allod::identity::{Algorithm, SigningKey};
use allod::ucan::AnyToken;
use allod::ucan::policy::{Arguments, Budget, Selector};
use allod::validation::{Authority, Outcome};
use allod::wire::{Ipld, Item, Kind, Slice, ValueError, View, Writer, dag_json, value};
use allod::{
    Authorizer, Cid, Code, Container, Decision, Delegation, Denial, Encoding, Evidence, Invocation, Policy,
    RevocationSet, Subjects, Timestamp, Token,
};
use allod_tests::canary::Canary;
use allod_tests::forge::{Forge, Principal, ed, p256};
use allod_tests::sources::{before_tests, read, rust_files, without_comments, words};

/// Stands in the arguments as text, as bytes and as the name of a field; in the metadata too.
const TEXT: &str = "aL5~gH0?jY8=eU2+";
/// Stands there as a number.
const NUMBER: i64 = 4_817_295_036_142_758;

const NOW: i64 = 1_800_000_000;
const ALBUM: Principal = ed(1);
const BOB: Principal = p256(2);

struct Watch {
    canary: Canary,
    looked: usize,
}

impl Watch {
    fn new() -> Self {
        Self { canary: Canary::new(TEXT.as_bytes()), looked: 0 }
    }

    #[track_caller]
    fn text(&mut self, what: &str, text: &str) {
        self.looked += 1;
        self.canary.is_not_in(what, text);
        assert!(!text.contains(&NUMBER.to_string()), "{what} shows the number: {text}");
    }

    #[track_caller]
    fn debug(&mut self, what: &str, value: &(impl Debug + ?Sized)) {
        self.text(what, &format!("{value:?}"));
        self.text(what, &format!("{value:#?}"));
    }

    #[track_caller]
    fn error(&mut self, what: &str, error: &(impl Display + Debug)) {
        self.debug(what, error);
        self.text(what, &error.to_string());
    }

    /// Everything that a denial says unasked.
    #[track_caller]
    fn denial(&mut self, denial: &Denial) {
        let what = denial.code().name();
        self.error(what, denial);
        self.error(what, &denial.public());
        for finding in std::iter::once(denial.finding()).chain(denial.trace().failures()) {
            self.error(what, finding);
            self.text(what, finding.message());
            self.text(what, finding.remedy());
            self.text(what, finding.expected_value().unwrap_or_default());
            if let Some(failure) = finding.policy() {
                self.error(what, failure);
                self.text(what, failure.words());
                self.text(what, failure.selector().unwrap_or_default());
                self.debug(what, failure.path());
            }
        }
        self.debug(what, denial.trace());
        denial.trace().checks().iter().for_each(|check| self.debug(what, check));
    }
}

fn now() -> Timestamp {
    Timestamp::from_seconds(NOW).unwrap()
}

fn arguments() -> Ipld {
    let text = Ipld::String(TEXT.into());
    let bytes = Ipld::Bytes(TEXT.as_bytes().to_vec());
    let number = Ipld::Integer(i128::from(NUMBER));
    Ipld::Map(
        [
            ("pin".to_owned(), text.clone()),
            ("raw".to_owned(), bytes.clone()),
            ("number".to_owned(), number.clone()),
            ("list".to_owned(), Ipld::List(vec![text, bytes, number.clone()])),
            ("map".to_owned(), Ipld::Map([(TEXT.to_owned(), number)].into())),
        ]
        .into(),
    )
}

fn invocation(proofs: &[Cid]) -> Forge {
    let mut forge = Forge::invocation(BOB, &ALBUM.text(), "/photos/read", proofs);
    forge.set("args", arguments()).set("meta", arguments());
    forge
}

fn delegation(policy: &str) -> Forge {
    let mut forge = Forge::delegation(ALBUM, &BOB.text(), Some(&ALBUM.text()), "/photos");
    forge.set("pol", Policy::from_json(policy).unwrap().to_ipld()).set("meta", arguments());
    forge
}

fn album() -> Authorizer {
    Authorizer::new(ALBUM.did(), Subjects::itself())
}

fn decide(policy: &str) -> Decision {
    let link = delegation(policy);
    let evidence = Evidence::danger_without_revocations(now()).bytes(link.bytes());
    album().decide_bytes(&invocation(&[link.cid()]).bytes(), &evidence)
}

#[test]
fn a_token_shows_neither_arguments_nor_metadata() {
    let mut watch = Watch::new();
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[1; 32]).unwrap();
    let Ipld::Map(arguments) = arguments() else { unreachable!() };
    let command = || "/photos/read".parse().unwrap();
    let mut builder = Invocation::builder(key.did(), command());
    let mut granting = Delegation::builder(key.did(), key.did(), command());
    for (name, value) in arguments {
        builder = builder.argument(name.clone(), value.clone()).meta(name.clone(), value.clone());
        granting = granting.meta(name, value);
    }
    watch.debug("builder", &builder);
    watch.debug("builder", &granting);
    watch.debug("unsigned", &builder.clone().to_sign(key.public_key()).unwrap());
    watch.debug("unsigned", &granting.clone().to_sign(key.public_key()).unwrap());
    let (token, granted) = (builder.sign(&key).unwrap(), granting.sign(&key).unwrap());
    watch.debug("token", &token);
    watch.debug("token", &granted);
    watch.debug("claims", &*token);
    watch.debug("task", &token.task());
    watch.debug("any", &AnyToken::parse(token.as_bytes()).unwrap());
    watch.debug("verified", &token.clone().verify().unwrap());
    watch.debug("verified", &granted.clone().verify().unwrap());
    let writer = ContainerWriter::new().token(&token).token(&granted);
    watch.debug("writer", &writer);
    let container = Container::read(&writer.write(Encoding::Raw).unwrap()).unwrap();
    watch.debug("container", &container);
    let evidence = Evidence::danger_without_revocations(now()).container(&container).delegation(granted);
    watch.debug("evidence", &evidence);
    watch.debug("needs", &album().needs(&token, &evidence));
    assert!(watch.looked >= 30);
}

#[test]
fn a_value_in_place_shows_its_kind_and_size() {
    let mut watch = Watch::new();
    let bytes = value::encode(&arguments()).unwrap();
    let item = Item::parse(bytes.clone()).unwrap();
    let mut writer = Writer::new();
    writer.view(item.view());
    watch.debug("writer", &writer);
    watch.debug("slice", &Slice::from(bytes));
    watch.debug("item", &item);
    watch.debug("arguments", &Arguments::new(item.view()));
    let mut seen = Vec::new();
    kinds(item.view(), &mut watch, &mut seen);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 5, "{seen:?}");
    for (selector, shown) in [
        (".pin", "View(17 bytes)"),
        (".raw", "View(17 bytes)"),
        (".raw[0]", "Byte"),
        (".raw[2:12]", "Bytes(10 bytes)"),
        (".map[]", "Run"),
        (".list[0:2]", "Run"),
        (".none?", "Null"),
    ] {
        let resolved = Selector::parse(selector).unwrap().resolve(item.view(), &mut Budget::new()).unwrap();
        watch.debug(selector, &resolved);
        assert!(format!("{resolved:?}").starts_with(shown), "{selector}: {resolved:?}");
    }
}

fn kinds(view: View<'_>, watch: &mut Watch, seen: &mut Vec<String>) {
    let kind = view.kind();
    watch.debug("kind", &kind);
    seen.push(format!("{kind:?}").chars().take_while(char::is_ascii_alphabetic).collect());
    match kind {
        Kind::List(items) => items.for_each(|item| kinds(item, watch, seen)),
        Kind::Map(entries) => entries.for_each(|(_, value)| kinds(value, watch, seen)),
        _ => {}
    }
}

#[test]
fn a_grant_shows_no_arguments_until_asked_for_them() {
    let mut watch = Watch::new();
    let decision = decide("[]");
    let grant = decision.grant().unwrap();
    watch.debug("decision", &decision);
    watch.debug("grant", grant);
    watch.debug("invocation", grant.invocation());
    watch.debug("chain", grant.chain());
    watch.debug("trace", grant.trace());
    watch.debug("arguments", &grant.arguments());
    assert!(watch.canary.seen_in(&dag_json::print(grant.arguments())).is_some(), "asked for");
    let link = delegation("[]");
    let evidence = Evidence::danger_without_revocations(now()).bytes(link.bytes());
    let authority = Authority::of(&[link.cid()], &evidence).unwrap();
    watch.error("authority", &authority);
}

#[test]
fn a_policy_that_is_not_satisfied_tells_what_it_found_to_whoever_asks() {
    let mut watch = Watch::new();
    for (policy, found) in [
        (r#"[["==", ".pin", "other"]]"#, true),
        (r#"[["!=", ".list[0]", ".pin"], ["==", ".pin", 1]]"#, true),
        (r#"[["<", ".pin", 5]]"#, true),
        (r#"[["like", ".pin", "x*"]]"#, true),
        (r#"[["not", ["like", ".pin", "*"]]]"#, true),
        (r#"[["==", ".raw", "x"]]"#, true),
        (r#"[["==", ".raw[2:12]", "x"]]"#, true),
        (r#"[["==", ".number", 1]]"#, true),
        (r#"[["any", ".list", ["==", ".", "x"]]]"#, true),
        (r#"[["all", ".map", ["<", ".", 3]]]"#, true),
        (r#"[["or", [["==", ".pin", "x"], ["==", ".number", 3]]]]"#, true),
        (r#"[["==", ".map", {}]]"#, true),
        (r#"[["==", ".missing", 1]]"#, false),
        (r#"[["==", ".pin.deeper", 1]]"#, false),
    ] {
        let decision = decide(policy);
        let denial = decision.denial().unwrap();
        assert_eq!(denial.code(), Code::PolicyUnsatisfied, "{policy}");
        watch.denial(denial);
        watch.debug("decision", &decision);
        let asked = denial.finding().found_value().unwrap();
        assert_eq!(asked, denial.finding().policy().unwrap().found());
        let seen = watch.canary.seen_in(asked).is_some() || asked.contains(&NUMBER.to_string());
        assert_eq!(seen, found, "{policy}: {asked}");
    }
}

#[test]
fn whatever_else_is_wrong_a_denial_shows_no_arguments() {
    let mut watch = Watch::new();
    let mut codes = std::collections::BTreeSet::new();
    let mut revoked = RevocationSet::new();
    let link = delegation("[]");
    revoked.danger_insert(link.cid(), ALBUM.did());
    let sound = || invocation(&[link.cid()]);
    let changed = |change: &dyn Fn(&mut Forge)| {
        let mut forge = sound();
        change(&mut forge);
        forge.bytes()
    };
    let text = Ipld::String(TEXT.into());
    let mut cases: Vec<Vec<u8>> = vec![
        changed(&|forge| {
            forge.set("args", text.clone());
        }),
        changed(&|forge| {
            forge.set("args", Ipld::List(vec![text.clone()]));
        }),
        changed(&|forge| {
            forge.set("meta", text.clone());
        }),
        changed(&|forge| {
            forge.set("nonce", text.clone());
        }),
        changed(&|forge| {
            forge.set("exp", text.clone());
        }),
        changed(&|forge| {
            forge.set("sub", text.clone());
        }),
        changed(&|forge| {
            forge.set("aud", text.clone());
        }),
        changed(&|forge| {
            forge.set("exp", Ipld::Integer(1));
        }),
        changed(&|forge| {
            forge.set("nbf", Ipld::Integer(i128::from(NOW) * 2));
        }),
        changed(&|forge| {
            forge.set("aud", BOB.text());
        }),
        changed(&|forge| {
            forge.set("sub", BOB.text()).set("aud", ALBUM.text());
        }),
        changed(&|forge| {
            forge.set("iss", ALBUM.text());
        }),
        changed(&|forge| {
            forge.set("cmd", "/albums");
        }),
        changed(&|forge| {
            forge.duplicate("args");
        }),
        changed(&|forge| {
            forge.set("args2", arguments());
        }),
        changed(&|forge| {
            forge.raw("args", [&[0xa1, 0x70], TEXT.as_bytes(), &[0xf7]].concat());
        }),
        changed(&|forge| forge.signature = allod_tests::forge::SignatureFault::Flip(3)),
        invocation(&[]).bytes(),
        invocation(&[link.cid(), Cid::of(b"missing")]).bytes(),
        invocation(&[link.cid(); 20]).bytes(),
        sound().bytes(),
    ];
    // Cut anywhere: most of it is still there.
    let whole = sound().bytes();
    cases.extend((0..whole.len()).step_by(7).map(|end| whole[..end].to_vec()));
    for bytes in &cases {
        let evidence = Evidence::new(now(), &revoked).bytes(link.bytes());
        let decision = album().decide_bytes(bytes, &evidence);
        let denial = decision.denial().unwrap();
        codes.insert(denial.code().name());
        watch.denial(denial);
        if let Err(error) = Token::<Invocation>::parse(bytes.as_slice()) {
            watch.error("parse", &error);
        }
    }
    for code in [
        "malformed",
        "expired",
        "not-yet-valid",
        "wrong-audience",
        "subject-not-served",
        "bad-signature",
        "command-not-covered",
        "no-proof",
        "proof-missing",
        "budget-exceeded",
        "revoked",
    ] {
        assert!(codes.contains(code), "{code} was not met: {codes:?}");
    }
}

/// serde's errors quote the value.
#[test]
fn an_error_over_a_type_is_told_without_the_value() {
    let mut watch = Watch::new();
    let error = value::from_ipld::<u32>(Ipld::String(TEXT.into())).unwrap_err();
    watch.error("from_ipld", &error);
    let ValueError::Serde(misfit) = &error else { panic!("{error:?}") };
    assert_eq!(format!("{misfit:?}"), "Misfit");
    assert!(watch.canary.seen_in(misfit.reason()).is_some(), "asked for: {}", misfit.reason());
}

/// The core writes nothing anywhere: there is nothing to switch off.
#[test]
fn the_core_logs_nothing() {
    let manifest: toml::Table = read("core/Cargo.toml").parse().unwrap();
    for name in ["log", "tracing", "slog", "defmt", "env_logger"] {
        assert!(manifest["dependencies"].get(name).is_none(), "{name}");
    }
    for (path, text) in rust_files("core/src") {
        if path.ends_with("tests.rs") {
            continue;
        }
        let code = without_comments(before_tests(&text));
        for (at, _) in code.match_indices('!') {
            let name =
                words(&code[..at]).last().filter(|name| code[..at].ends_with(name)).unwrap_or_default();
            let prints = ["print", "println", "eprint", "eprintln", "dbg"].contains(&name);
            assert!(!prints, "{path} has {name}!");
        }
        for word in ["log", "tracing", "stdout", "stderr"] {
            assert!(!words(&code).any(|found| found == word), "{path} has {word}");
        }
    }
}

#[test]
fn what_shows_an_argument_is_caught() {
    let mut watch = Watch::new();
    let caught = |watch: &mut Watch, value: &dyn Debug| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| watch.debug("x", value))).is_err()
    };
    assert!(caught(&mut watch, &arguments()));
    assert!(caught(&mut watch, &invocation(&[]).bytes()));
    assert!(caught(&mut watch, &Some(NUMBER)));
    let trace = decide("[]");
    assert!(!caught(&mut watch, &trace));
    assert!(trace.trace().checks().iter().all(|check| matches!(check.outcome, Outcome::Passed)));
}
