//! The model on worlds written by hand, each a change or two away from one that is allowed.

use std::collections::BTreeMap;

use allod_model::{Algorithm, Cid, Claims, Content, Document, Ipld, Name, Token, Verdict, World, decide};
use ipld_core::cid::multihash::Multihash;

const ED25519: Option<Algorithm> = Some(Algorithm::Ed25519);

fn cid_of(codec: u64, hash: u64, digest: &[u8]) -> Cid {
    Cid::new_v1(codec, Multihash::wrap(hash, digest).expect("a digest that fits"))
}

/// The CID of a token that is told by a number.
fn cid(number: u8) -> Cid {
    cid_of(0x71, 0x12, &[number; 32])
}

fn text(text: &str) -> Ipld {
    Ipld::String(text.to_owned())
}

fn int(number: i128) -> Ipld {
    Ipld::Integer(number)
}

fn list<const N: usize>(items: [Ipld; N]) -> Ipld {
    Ipld::List(items.to_vec())
}

fn map<const N: usize>(entries: [(&str, Ipld); N]) -> Ipld {
    Ipld::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
}

fn token<const N: usize>(number: u8, iss: &str, fields: [(&str, Ipld); N]) -> Token {
    let mut payload: BTreeMap<_, _> = fields.map(|(key, value)| (key.to_owned(), value)).into();
    payload.insert("iss".to_owned(), text(iss));
    payload.insert("nonce".to_owned(), Ipld::Bytes(vec![]));
    payload.entry("exp".to_owned()).or_insert(Ipld::Null);
    let signed_by = Some(iss.to_owned());
    let claims = Claims { payload, header: ED25519, signed_by, policy_is_endless: false };
    Token { cid: cid(number), content: Content::Sound(claims) }
}

fn delegation(number: u8, iss: &str, aud: &str, sub: &str, cmd: &str) -> Token {
    let sub = if sub.is_empty() { Ipld::Null } else { text(sub) };
    token(number, iss, [("aud", text(aud)), ("sub", sub), ("cmd", text(cmd)), ("pol", list([]))])
}

fn links<const N: usize>(numbers: [u8; N]) -> Ipld {
    Ipld::List(numbers.map(|number| Ipld::Link(cid(number))).to_vec())
}

/// alice → bob → (powerline) carol → dan, who asks alice.
fn world() -> World {
    let names = ["alice", "bob", "carol", "dan"].map(|name| (name, Name::Key(Algorithm::Ed25519)));
    let more = [
        ("mallory", Name::Key(Algorithm::P256)),
        ("weak", Name::Unusable(Algorithm::Ed25519)),
        ("x25519", Name::Agreement),
        ("web", Name::Web),
        ("plc", Name::Unsupported),
        ("alice#1", Name::Malformed),
        ("long", Name::TooLong),
    ];
    let names = names.into_iter().chain(more).map(|(did, name)| (did.to_owned(), name)).collect();
    World {
        now: 1000,
        tolerance: 60,
        executor: "alice".to_owned(),
        serves: Some(vec!["alice".to_owned()]),
        takes_leaf_first: false,
        invocation: token(
            0,
            "dan",
            [("sub", text("alice")), ("cmd", text("/a/b")), ("args", map([])), ("prf", links([1, 2, 3]))],
        ),
        tokens: vec![
            delegation(3, "carol", "dan", "alice", "/a/b"),
            delegation(2, "bob", "carol", "", "/"),
            delegation(1, "alice", "bob", "alice", "/a"),
            Token { cid: cid(99), content: Content::Unreadable("malformed") },
        ],
        revocations: vec![],
        revoked: vec![],
        unavailable: vec![],
        names,
        documents: BTreeMap::new(),
    }
}

/// The invocation, or a link by its number.
fn at(world: &mut World, number: u8) -> &mut Token {
    if number == 0 {
        return &mut world.invocation;
    }
    world.tokens.iter_mut().find(|token| token.cid == cid(number)).expect("a token of that number")
}

fn claims(world: &mut World, number: u8) -> &mut Claims {
    let Content::Sound(claims) = &mut at(world, number).content else { panic!("no claims") };
    claims
}

fn set(world: &mut World, number: u8, field: &str, value: Ipld) {
    claims(world, number).payload.insert(field.to_owned(), value);
}

/// Who issues a token, and signs it.
fn issue(world: &mut World, number: u8, iss: &str) {
    set(world, number, "iss", text(iss));
    claims(world, number).signed_by = Some(iss.to_owned());
}

#[track_caller]
fn denied(code: &'static str, link: Option<usize>, change: impl FnOnce(&mut World)) {
    let mut world = world();
    change(&mut world);
    assert_eq!(decide(&world), Verdict::Deny { code, link });
}

#[track_caller]
fn allowed(change: impl FnOnce(&mut World)) -> (Vec<Cid>, Option<i64>) {
    let mut world = world();
    change(&mut world);
    match decide(&world) {
        Verdict::Allow { chain, until } => (chain, until),
        denied => panic!("{denied:?}"),
    }
}

#[test]
fn a_chain_with_a_powerline() {
    assert_eq!(allowed(|_| ()), (vec![cid(1), cid(2), cid(3)], None));
    let ends = |world: &mut World| {
        set(world, 0, "exp", int(2000));
        set(world, 2, "exp", int(940));
    };
    assert_eq!(allowed(ends).1, Some(940));
    allowed(|world| world.serves = None);
}

#[test]
fn the_subject_itself() {
    let alone = |iss: &'static str| {
        move |world: &mut World| {
            issue(world, 0, iss);
            set(world, 0, "prf", list([]));
        }
    };
    assert_eq!(allowed(alone("alice")), (vec![], None));
    denied("no-proof", None, alone("dan"));
    // Proofs that are named count, also where none were needed.
    denied("broken-chain", Some(2), |world| issue(world, 0, "alice"));
}

#[test]
fn fields() {
    for number in [0, 2] {
        let link = (number == 2).then_some(1);
        let wrong = |field: &'static str, value: Ipld| {
            denied("malformed", link, |world| set(world, number, field, value));
        };
        for field in ["iss", "sub", "cmd", "nonce", "exp"] {
            denied("malformed", link, |world| {
                claims(world, number).payload.remove(field);
            });
            wrong(field, int(1 << 53));
        }
        for field in ["aud", "nbf", "meta"] {
            wrong(field, Ipld::Null);
        }
        wrong("fct", list([]));
        wrong("nbf", int(-(1 << 53)));
        wrong("exp", Ipld::Float(1.0));
        wrong("aud", text("alice#1"));
        for cmd in ["", "a", "//", "/a/", "/a//b", "/a/B", "a/b"] {
            wrong("cmd", text(cmd));
        }
        denied("too-large", link, |world| set(world, number, "aud", text("long")));
        allowed(|world| set(world, number, "nbf", int(-(1 << 53) + 1)));
    }
    denied("malformed", None, |world| set(world, 0, "sub", Ipld::Null));
    denied("malformed", None, |world| set(world, 0, "cmd", text("/")));
    denied("malformed", None, |world| set(world, 0, "args", list([])));
    denied("malformed", None, |world| set(world, 0, "iat", Ipld::Null));
    denied("malformed", Some(1), |world| set(world, 2, "iat", int(1)));
    for not_a_token in
        [cid_of(0x55, 0x12, &[1; 32]), cid_of(0x71, 0x1b, &[1; 32]), cid_of(0x71, 0x12, &[1; 31])]
    {
        denied("malformed", None, |world| set(world, 0, "prf", list([Ipld::Link(not_a_token)])));
        denied("malformed", None, |world| set(world, 0, "cause", Ipld::Link(not_a_token)));
    }
    allowed(|world| set(world, 0, "cause", Ipld::Link(cid(7))));
    allowed(|world| set(world, 0, "cmd", text("/a/b/É")));
}

#[test]
fn signatures() {
    for number in [0, 2] {
        let link = (number == 2).then_some(1);
        denied("bad-signature", link, |world| claims(world, number).signed_by = None);
        denied("bad-signature", link, |world| claims(world, number).signed_by = Some("alice".to_owned()));
        denied("bad-signature", link, |world| issue(world, number, "weak"));
        denied("malformed", link, |world| issue(world, number, "mallory"));
        denied("malformed", link, |world| issue(world, number, "x25519"));
        denied("malformed", link, |world| claims(world, number).header = Some(Algorithm::P256));
        denied("malformed", link, |world| claims(world, number).header = None);
        denied("unsupported-algorithm", link, |world| issue(world, number, "plc"));
        denied("unresolved-did", link, |world| issue(world, number, "web"));
    }
}

#[test]
fn documents() {
    let web = |document: Document, header: Option<Algorithm>| {
        move |world: &mut World| {
            set(world, 3, "aud", text("web"));
            issue(world, 0, "web");
            claims(world, 0).signed_by = Some("dan".to_owned());
            claims(world, 0).header = header;
            world.documents.insert("web".to_owned(), document);
        }
    };
    let methods = vec!["mallory".to_owned(), "dan".to_owned()];
    let all = Document { methods, delegation: Some(vec![]), invocation: None };
    let none = Document { invocation: Some(vec![]), ..all.clone() };
    let other = Document { invocation: Some(vec!["mallory".to_owned()]), ..all.clone() };
    allowed(web(all.clone(), ED25519));
    denied("bad-signature", None, web(none, ED25519));
    denied("bad-signature", None, web(other, ED25519));
    denied("bad-signature", None, web(all.clone(), Some(Algorithm::P256)));
    denied("bad-signature", None, web(all, Some(Algorithm::Secp256k1)));
}

#[test]
fn audience_and_subject() {
    denied("wrong-audience", None, |world| world.executor = "bob".to_owned());
    denied("wrong-audience", None, |world| set(world, 0, "aud", text("plc")));
    denied("subject-not-served", None, |world| world.serves = Some(vec!["bob".to_owned()]));
    allowed(|world| {
        world.executor = "bob".to_owned();
        set(world, 0, "aud", text("bob"));
    });
}

#[test]
fn time() {
    for number in [0, 2] {
        let link = (number == 2).then_some(1);
        denied("expired", link, |world| set(world, number, "exp", int(939)));
        denied("not-yet-valid", link, |world| set(world, number, "nbf", int(1061)));
        allowed(|world| set(world, number, "exp", int(940)));
        allowed(|world| set(world, number, "nbf", int(1060)));
        denied("expired", link, |world| {
            set(world, number, "exp", int(1000));
            set(world, number, "nbf", int(1001));
        });
    }
    allowed(|world| world.now = -60);
    denied("not-yet-valid", None, |world| world.now = -61);
}

#[test]
fn proofs_and_links() {
    denied("proof-missing", Some(1), |world| at(world, 2).cid = cid(77));
    denied("too-large", Some(0), |world| at(world, 1).content = Content::Unreadable("too-large"));
    denied("budget-exceeded", None, |world| set(world, 0, "prf", links([50; 17])));
    denied("proof-missing", Some(0), |world| set(world, 0, "prf", links([50; 16])));
    denied("broken-chain", Some(0), |world| set(world, 0, "prf", links([1, 3])));
    denied("broken-chain", Some(1), |world| set(world, 0, "prf", links([1, 2])));
    denied("root-not-subject", Some(0), |world| set(world, 0, "prf", links([3, 2, 1])));
    denied("powerline-root", Some(0), |world| set(world, 0, "prf", links([2, 3])));
    denied("wrong-subject", Some(2), |world| set(world, 3, "sub", text("bob")));
    denied("command-not-covered", Some(0), |world| set(world, 1, "cmd", text("/a/bc")));
    denied("command-not-covered", Some(2), |world| set(world, 0, "cmd", text("/a/bc")));
    denied("budget-exceeded", Some(1), |world| claims(world, 2).policy_is_endless = true);
}

#[test]
fn the_first_fault_counts() {
    let world = |world: &mut World| {
        set(world, 2, "pol", list([list([text("=="), text(".x"), int(1)])]));
        world.revoked.push((cid(1), "alice".to_owned()));
    };
    denied("policy-unsatisfied", Some(1), world);
    denied("expired", Some(2), |all| {
        world(all);
        set(all, 3, "exp", int(0));
    });
    denied("malformed", Some(1), |all| {
        set(all, 3, "exp", int(0));
        set(all, 2, "exp", text("never"));
    });
    denied("proof-missing", Some(2), |all| {
        set(all, 1, "exp", int(0));
        at(all, 3).cid = cid(77);
    });
    denied("expired", None, |all| {
        set(all, 0, "exp", int(0));
        set(all, 0, "prf", links([50; 17]));
    });
}

#[test]
fn leaf_first() {
    let reversed = |world: &mut World| {
        world.takes_leaf_first = true;
        set(world, 0, "prf", links([3, 2, 1]));
    };
    assert_eq!(allowed(reversed).0, [cid(1), cid(2), cid(3)]);
    assert_eq!(allowed(|world| world.takes_leaf_first = true).0, [cid(1), cid(2), cid(3)]);
    denied("expired", Some(2), |world| {
        reversed(world);
        set(world, 1, "exp", int(0));
        set(world, 3, "exp", int(0));
    });
}

#[test]
fn revocations() {
    let by = |name: &str| (cid(2), name.to_owned());
    for above in ["alice", "bob"] {
        denied("revoked", Some(1), |world| world.revoked.push(by(above)));
        denied("revoked", Some(1), |world| world.revocations.push(revocation(above, above, [])));
        denied("revocation-stale", Some(1), |world| world.unavailable.push(by(above)));
    }
    for below in ["carol", "dan", "mallory"] {
        allowed(|world| {
            world.revoked.push(by(below));
            world.revocations.push(revocation(below, below, []));
            world.unavailable.push(by(below));
        });
    }
    denied("revoked", Some(1), |world| {
        world.revoked.push(by("bob"));
        world.unavailable.push(by("alice"));
    });
}

fn revocation<const N: usize>(iss: &str, sub: &str, proofs: [u8; N]) -> Token {
    let args = map([("revoke", Ipld::Link(cid(2)))]);
    let fields = [("sub", text(sub)), ("cmd", text("/ucan/revoke")), ("args", args), ("prf", links(proofs))];
    token(50, iss, fields)
}

#[test]
fn revocation_tokens() {
    let right = |to: &str, sub: &str, cmd: &str| delegation(20, "bob", to, sub, cmd);
    for cmd in ["/ucan/revoke", "/ucan", "/"] {
        denied("revoked", Some(1), |world| {
            world.tokens.push(right("dan", "bob", cmd));
            world.revocations.push(revocation("dan", "bob", [20]));
            set(world, 20, "exp", int(-1));
            world.revoked.push((cid(20), "bob".to_owned()));
        });
    }
    let refused = |token: Token, code: &str, link: Option<usize>, right: Token| {
        let mut world = world();
        world.tokens.push(right);
        assert_eq!(allod_model::revocation(&world, &token), Err((code, link)));
    };
    let none = || delegation(77, "bob", "dan", "bob", "/");
    for (field, value, code) in [
        ("cmd", text("/ucan/revoked"), "command-not-covered"),
        ("args", map([("revoke", text("zdpu"))]), "malformed"),
    ] {
        let mut other = revocation("bob", "bob", []);
        let Content::Sound(claims) = &mut other.content else { unreachable!() };
        claims.payload.insert(field.to_owned(), value);
        refused(other, code, None, none());
    }
    refused(revocation("dan", "bob", []), "no-proof", None, none());
    let by = || revocation("dan", "bob", [20]);
    refused(by(), "proof-missing", Some(0), none());
    refused(by(), "powerline-root", Some(0), right("dan", "", "/"));
    refused(by(), "wrong-subject", Some(0), right("dan", "alice", "/"));
    refused(by(), "broken-chain", Some(0), right("carol", "bob", "/"));
    refused(by(), "command-not-covered", Some(0), right("dan", "bob", "/ucan/revoked"));
}

/// What a statement says of arguments: true, false, unknown; `None` where it is no statement.
fn says(statement: &Ipld, args: &Ipld) -> Option<&'static str> {
    let verdict = |statement: Ipld| {
        let mut world = world();
        set(&mut world, 0, "args", args.clone());
        set(&mut world, 2, "pol", list([statement]));
        decide(&world)
    };
    let negated = list([text("not"), statement.clone()]);
    match (verdict(statement.clone()), verdict(negated)) {
        (Verdict::Deny { code: "malformed", .. }, Verdict::Deny { code: "malformed", .. }) => None,
        (Verdict::Allow { .. }, Verdict::Deny { .. }) => Some("true"),
        (Verdict::Deny { .. }, Verdict::Allow { .. }) => Some("false"),
        (Verdict::Deny { .. }, Verdict::Deny { .. }) => Some("unknown"),
        both => panic!("{both:?}"),
    }
}

fn leaf(operator: &str, selector: &str, argument: Ipld) -> Ipld {
    list([text(operator), text(selector), argument])
}

#[test]
fn kleene() {
    let args = map([("x", int(1))]);
    let of = |truth: &str| match truth {
        "true" => leaf("==", ".x", int(1)),
        "false" => leaf("==", ".x", int(2)),
        _ => leaf("==", ".y", int(1)),
    };
    let truths = ["true", "unknown", "false"];
    for (n, one) in truths.into_iter().enumerate() {
        assert_eq!(says(&of(one), &args), Some(one));
        for (m, other) in truths.into_iter().enumerate() {
            let both = list([of(one), of(other)]);
            assert_eq!(says(&list([text("and"), both.clone()]), &args), Some(truths[n.max(m)]));
            assert_eq!(says(&list([text("or"), both]), &args), Some(truths[n.min(m)]));
        }
    }
    assert_eq!(says(&list([text("and"), list([])]), &args), Some("true"));
    assert_eq!(says(&list([text("or"), list([])]), &args), Some("true"));
}

#[test]
fn statements() {
    let promise = |kind: &str| map([(kind, int(1))]);
    let args = map([
        ("n", int((1 << 53) + 1)),
        ("f", Ipld::Float(1.0)),
        ("s", text("x")),
        ("l", list([int(1), text("a"), promise("await/ok")])),
        ("m", map([("a", int(1)), ("b", Ipld::Float(2.5))])),
        ("p", promise("await/*")),
        ("e", list([])),
        ("none", map([])),
    ]);
    let is_one = || leaf("==", ".", int(1));
    let table = [
        (leaf("==", ".f", int(1)), "true"),
        (leaf("==", ".n", Ipld::Float(9_007_199_254_740_992.0)), "false"),
        (leaf(">", ".n", Ipld::Float(9_007_199_254_740_992.0)), "true"),
        (leaf("<", ".n", Ipld::Float(1e300)), "true"),
        (leaf("<", ".m.b", int(3)), "true"),
        (leaf("<=", ".m.b", int(2)), "false"),
        (leaf(">=", ".f", int(1)), "true"),
        (leaf(">", ".s", int(0)), "unknown"),
        (leaf("like", ".n", text("*")), "unknown"),
        (leaf("==", ".s", int(1)), "false"),
        (leaf("!=", ".s", int(1)), "true"),
        (leaf("!=", ".gone", int(1)), "unknown"),
        (leaf("==", ".m", map([("b", Ipld::Float(2.5)), ("a", Ipld::Float(1.0))])), "true"),
        (leaf("==", ".e", list([])), "true"),
        (leaf("==", ".p", int(1)), "unknown"),
        (leaf("==", ".l", int(1)), "unknown"),
        (leaf("==", ".l[0]", int(1)), "true"),
        (leaf("==", ".l[0:2]", list([int(1), text("a")])), "true"),
        (leaf("==", ".p[\"await/*\"]", int(1)), "unknown"),
        (leaf("==", ".p.x?", Ipld::Null), "unknown"),
        (leaf("!=", ".s", promise("await/ok")), "true"),
        (leaf("any", ".l", is_one()), "true"),
        (leaf("all", ".l", is_one()), "false"),
        (leaf("any", ".l", leaf("==", ".", int(3))), "unknown"),
        (leaf("any", ".p", is_one()), "unknown"),
        (leaf("any", ".m", leaf(">", ".", int(2))), "true"),
        (leaf("all", ".m", leaf(">", ".", int(0))), "true"),
        (leaf("all", ".e", is_one()), "true"),
        (leaf("any", ".e", is_one()), "unknown"),
        (leaf("all", ".none", is_one()), "true"),
        (leaf("any", ".none", is_one()), "unknown"),
        (leaf("all", ".s", is_one()), "unknown"),
        (leaf("all", ".gone", is_one()), "unknown"),
    ];
    for (statement, truth) in table {
        assert_eq!(says(&statement, &args), Some(truth), "{statement:?}");
    }
    assert_eq!(says(&leaf("==", ".", int(1)), &promise("await/error")), Some("unknown"));
    let malformed = [
        int(1),
        list([]),
        list([text("=="), text(".")]),
        leaf("match", ".", text("")),
        leaf("<", ".", text("1")),
        leaf("like", ".", int(1)),
        leaf("all", ".", list([])),
        leaf("and", ".", list([])),
        leaf("==", "", int(1)),
        list([text("=="), int(1), int(1)]),
        list([text("not"), list([])]),
        list([text("and"), list([int(1)])]),
        list([text("not"), is_one(), is_one()]),
    ];
    for statement in malformed {
        assert_eq!(says(&statement, &args), None, "{statement:?}");
    }
}

#[test]
fn globs() {
    let escaped = r"Alice\*, Bob*, Carol.";
    let table = [
        ("", "", Some("true")),
        ("", "a", Some("false")),
        ("*", "", Some("true")),
        ("*", "a\nb", Some("true")),
        ("a*a", "a", Some("false")),
        ("a*b*c", "aXbYbZc", Some("true")),
        ("*ab", "aab", Some("true")),
        ("*.é", "x.é", Some("true")),
        ("a.c", "abc", Some("false")),
        ("[a]?", "[a]?", Some("true")),
        (escaped, "Alice*, Bob, Carol.", Some("true")),
        (escaped, "Alice*, Bob, Dan, Erin, Carol.", Some("true")),
        (escaped, "Alice*, Bob*, Carol.", Some("true")),
        (escaped, "Alice*, Bob, Carol", Some("false")),
        (escaped, "Alice*, Bob*, Carol!", Some("false")),
        (escaped, "Alice Cooper, Bob, Carol.", Some("false")),
        (r"\\*", r"\abc", Some("true")),
        (r"\*", "**", Some("false")),
        (r"\a", "a", None),
        (r"a\", "a", None),
    ];
    for (pattern, value, truth) in table {
        let says = says(&leaf("like", ".s", text(pattern)), &map([("s", text(value))]));
        assert_eq!(says, truth, "{pattern} on {value}");
    }
}

#[test]
fn selectors() {
    let args = map([
        ("a", map([("bb", int(1)), ("c", int(2)), ("é", int(3)), ("", int(4)), ("q\"\\", int(5))])),
        ("l", list([int(0), int(1), int(2)])),
        ("b", Ipld::Bytes(vec![7, 8, 9])),
        ("s", text("xyz")),
        ("0-_", int(6)),
    ]);
    let (n, null) = (|numbers: &[i128]| Ipld::List(numbers.iter().map(|n| int(*n)).collect()), Ipld::Null);
    let resolved = [
        (".a.bb", int(1)),
        (".a.é", int(3)),
        (".a[\"\"]", int(4)),
        (r#".a["q\"\\"]"#, int(5)),
        (".[\"a\"].c", int(2)),
        (".[\"a\"][\"c\"]", int(2)),
        (".0-_", int(6)),
        (".a[]", n(&[4, 2, 1, 3, 5])),
        (".l[]", n(&[0, 1, 2])),
        (".l.[0]", int(0)),
        (".l[-1]", int(2)),
        (".l[-3]", int(0)),
        (".l[1:]", n(&[1, 2])),
        (".l[:-1]", n(&[0, 1])),
        (".l[-99:99999999999999999999999999999999999999999]", n(&[0, 1, 2])),
        (".l[2:1]", n(&[])),
        (".b[1]", int(8)),
        (".b[-2:]", Ipld::Bytes(vec![8, 9])),
        (".l[3]?", null.clone()),
        (".gone??.more?", null.clone()),
        (".s[0]?", null),
    ];
    for (selector, value) in resolved {
        assert_eq!(says(&leaf("==", selector, value), &args), Some("true"), "{selector}");
    }
    for selector in
        [".gone", ".gone?.x", ".gone.x?.y", ".l[3]", ".l[-4]", ".s[0]", ".s[0:1]", ".s[]", ".b[]", ".l.x"]
    {
        assert_eq!(says(&leaf("!=", selector, int(1)), &args), Some("unknown"), "{selector}");
    }
    let refused = [
        "",
        "a",
        "..",
        "..a",
        ".a..b",
        ".a.",
        ".?",
        ".a.?",
        ".[:]",
        ".l[ 0]",
        ".l[+1]",
        ".l[0",
        ".l[0]]",
        ".l[1:2:3]",
        ".l[-]",
        ".a[\"b]",
        ".a[\"\\n\"]",
        ".a['b']",
        ".a[b]",
        ".$a",
        ".a b",
        ".l[0]x",
        "[0]",
        ".a[\"b\"x]",
        ".l[٣]",
    ];
    for selector in refused {
        assert_eq!(says(&leaf("==", selector, int(1)), &args), None, "{selector}");
    }
}
