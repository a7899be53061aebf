//! Promises and receipts in decisions, and how old what is known of revocations may be.

use std::collections::BTreeMap;

use allod::identity::SigningKey;
use allod::limits::MAX_RECEIPTS;
use allod::ucan::Branch;
use allod::validation::{Mismatch, NoRevocations, Rule};
use allod::wire::{Cid, Ipld, dag_json};
use allod::{
    Algorithm, Authorizer, Code, Container, ContainerWriter, Decision, Delegation, Encoding, Evidence,
    Invocation, Nonce, Policy, Promise, Receipt, Results, Subjects, Timestamp, Token, VerifiedReceipt,
};
use allod_tests::forge::{Forge, Principal, SignatureFault, ed};

const NOW: i64 = 1_800_000_000;
/// Subject and executor of what is asked.
const ALBUM: Principal = ed(1);
const BOB: Principal = ed(2);
/// The subject of the task that is promised.
const CAMERA: Principal = ed(3);
const STRANGER: Principal = ed(4);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

fn key(who: Principal) -> SigningKey {
    who.key()
}

/// What the camera is asked, by whomever.
fn task() -> Token<Invocation> {
    Invocation::builder(CAMERA.did(), "/shots/latest".parse().unwrap())
        .nonce(Nonce::from_bytes(&[1]))
        .sign(&key(STRANGER))
        .unwrap()
}

fn ran() -> Cid {
    task().task().cid()
}

fn promise(branch: &str, task: Cid) -> Ipld {
    Ipld::Map([(format!("await/{branch}"), Ipld::Link(task.into()))].into())
}

fn map<const N: usize>(entries: [(&str, Ipld); N]) -> Ipld {
    Ipld::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
}

/// A delegation with a policy, and Bob's request with these arguments.
struct Request {
    link: Token<Delegation>,
    invocation: Token<Invocation>,
}

impl Request {
    fn new(policy: &str, arguments: Ipld) -> Self {
        let link = Delegation::builder(BOB.did(), ALBUM.did(), "/photos".parse().unwrap())
            .policy(Policy::from_json(policy).unwrap())
            .sign(&key(ALBUM))
            .unwrap();
        let Ipld::Map(arguments) = arguments else { panic!("arguments are a map") };
        let mut builder =
            Invocation::builder(ALBUM.did(), "/photos/add".parse().unwrap()).proofs([link.cid()]);
        for (name, value) in arguments {
            builder = builder.argument(name, value);
        }
        Self { link, invocation: builder.sign(&key(BOB)).unwrap() }
    }

    fn evidence(&self) -> Evidence<'static> {
        Evidence::danger_without_revocations(at(NOW)).tolerance(0).delegation(self.link.clone())
    }

    fn decide(&self, evidence: &Evidence<'_>) -> Decision {
        Authorizer::new(ALBUM.did(), Subjects::itself()).decide(&self.invocation, evidence)
    }

    /// With receipts, and with the task that they are about.
    fn with(&self, receipts: impl IntoIterator<Item = Receipt>) -> Decision {
        let evidence = self.evidence().task(&task().task());
        self.decide(&receipts.into_iter().fold(evidence, Evidence::receipt))
    }
}

fn receipt(by: Principal, out: Results) -> Receipt {
    Receipt::clone(&Receipt::builder(ran(), out).sign(&key(by)).unwrap())
}

fn ok(value: impl Into<Ipld>) -> Results {
    Results::Ok(value.into())
}

/// What the arguments of a grant are, as DAG-JSON.
fn arguments(decision: &Decision) -> String {
    dag_json::print(decision.grant().expect("allowed").arguments())
}

fn json(value: &Ipld) -> String {
    dag_json::to_string(value).unwrap()
}

fn photo() -> Request {
    Request::new(r#"[["==", ".photo", "beach"]]"#, map([("photo", promise("ok", ran()))]))
}

fn open() -> Request {
    Request::new("[]", map([("photo", promise("ok", ran()))]))
}

fn code(decision: &Decision) -> Option<Code> {
    decision.denial().map(allod::Denial::code)
}

#[test]
fn a_policy_sees_the_result_and_the_grant_carries_it() {
    let request = photo();
    assert_eq!(code(&request.with([])), Some(Code::PolicyUnsatisfied), "unknown until there is a receipt");
    let decision = request.with([receipt(CAMERA, ok("beach".to_owned()))]);
    assert_eq!(arguments(&decision), r#"{"photo":"beach"}"#);
    let grant = decision.grant().unwrap();
    assert!(!grant.awaits_results() && grant.awaits().is_empty() && grant.mismatch().is_none());
    assert_eq!(
        dag_json::print(grant.invocation().arguments()),
        json(&map([("photo", promise("ok", ran()))]))
    );
    let decision = request.with([receipt(CAMERA, ok("street".to_owned()))]);
    assert_eq!(code(&decision), Some(Code::PolicyUnsatisfied));
    let found = decision.denial().unwrap().finding().policy().unwrap();
    assert_eq!(found.found(), r#""street""#);
    // Every rule was looked at, and this one too.
    let decision = open().with([]);
    assert!(decision.trace().checks().iter().any(|check| check.rule == Rule::Promises));
    assert_eq!(decision.grant().unwrap().awaits(), [Promise { task: ran(), branch: Branch::Ok }]);
}

#[test]
fn a_result_that_has_the_form_of_a_promise_is_never_kept() {
    let inner = promise("ok", ran());
    let decision = open().with([receipt(CAMERA, ok(inner.clone()))]);
    assert_eq!(arguments(&decision), json(&map([("photo", inner.clone())])), "put in once");
    let grant = decision.grant().unwrap();
    assert!(grant.awaits_results(), "no handler may see it");
    assert!(grant.awaits().is_empty(), "and nothing that comes will change it");
    // To a policy it is as unknown as any other.
    let decision = Request::new(r#"[["!=", ".photo", 1]]"#, map([("photo", promise("ok", ran()))]))
        .with([receipt(CAMERA, ok(inner))]);
    assert_eq!(code(&decision), Some(Code::PolicyUnsatisfied));
}

#[test]
fn any_branch_is_put_in_whole_and_a_single_one_without_its_name() {
    let all = map([
        ("any", promise("*", ran())),
        ("list", Ipld::List(vec![promise("ok", ran()), Ipld::Null, map([("deep", promise("*", ran()))])])),
    ]);
    let decision = Request::new("[]", all.clone()).with([receipt(CAMERA, ok(7))]);
    assert_eq!(arguments(&decision), r#"{"any":{"ok":7},"list":[7,null,{"deep":{"ok":7}}]}"#);
    let error = Results::Error(map([("why", Ipld::String("dark".into()))]));
    let decision =
        Request::new("[]", map([("any", promise("*", ran())), ("error", promise("error", ran()))]))
            .with([receipt(CAMERA, error)]);
    assert_eq!(arguments(&decision), r#"{"any":{"error":{"why":"dark"}},"error":{"why":"dark"}}"#);
}

#[test]
fn a_branch_that_does_not_match_is_told_and_stays_open() {
    for (branch, expected, out, got) in
        [("ok", Branch::Ok, Results::Error(Ipld::Null), "error"), ("error", Branch::Error, ok(1), "ok")]
    {
        let told = receipt(CAMERA, out);
        let decision = Request::new("[]", map([("x", promise(branch, ran()))])).with([told.clone()]);
        let grant = decision.grant().unwrap();
        let mismatch = Mismatch { expected, got, receipt: told.cid(), task: ran() };
        assert_eq!(grant.mismatch(), Some(&mismatch));
        assert!(grant.awaits_results());
        assert_eq!(grant.awaits(), [Promise { task: ran(), branch: expected }]);
    }
    assert_eq!(
        code(&photo().with([receipt(CAMERA, Results::Error("beach".to_owned().into()))])),
        Some(Code::PolicyUnsatisfied)
    );
}

#[test]
fn receipts_count_by_whom_they_are() {
    let counts = |evidence: Evidence<'_>| photo().decide_alike(&evidence);
    let beach = |by| receipt(by, ok("beach".to_owned()));
    let bare = || photo().evidence();
    // The task's subject: but only where the task is known to be about it.
    assert!(counts(bare().task(&task().task()).receipt(beach(CAMERA))));
    assert!(!counts(bare().receipt(beach(CAMERA))), "nobody knows whose task that is");
    let other = Invocation::builder(CAMERA.did(), "/shots/first".parse().unwrap()).sign(&key(BOB)).unwrap();
    assert!(!counts(bare().task(&other.task()).receipt(beach(CAMERA))));
    // The executor that decides, for any task.
    assert!(counts(bare().receipt(beach(ALBUM))));
    // One that is trusted, and nobody else.
    assert!(counts(bare().trust_receipts_of(STRANGER.did()).receipt(beach(STRANGER))));
    for other in [STRANGER, BOB] {
        assert!(!counts(bare().task(&task().task()).receipt(beach(other))), "who asked is not who answers");
    }
    assert!(!counts(bare().trust_receipts_of(CAMERA.did()).receipt(beach(STRANGER))));
}

impl Request {
    /// Whether it is allowed: the same request each time, but for its nonce.
    fn decide_alike(&self, evidence: &Evidence<'_>) -> bool {
        self.decide(&evidence.clone().delegation(self.link.clone())).is_allowed()
    }
}

/// A receipt by the camera, field by field.
fn forged(change: impl FnOnce(&mut Forge)) -> Option<Receipt> {
    let mut forge = Forge::invocation(CAMERA, &CAMERA.text(), "/ucan/assert/receipt", &[]);
    let out = map([("ok", Ipld::String("beach".into()))]);
    forge.set("args", map([("ran", Ipld::Link(ran().into())), ("out", out)]));
    change(&mut forge);
    Receipt::read(Token::parse(forge.bytes()).unwrap()).ok()
}

#[test]
fn receipts_count_by_how_they_are() {
    let counts = |receipt: Option<Receipt>| photo().with(receipt).is_allowed();
    let beach = || map([("ok", Ipld::String("beach".into()))]);
    let ran_and = |more: Vec<(&str, Ipld)>| {
        let all = more.into_iter().chain([("ran", Ipld::Link(ran().into()))]);
        Ipld::Map(all.map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>())
    };
    assert!(counts(forged(|_| ())));
    assert!(counts(forged(|forge| forge.tag = "ucan/inv@1.0.0-rc.1".into())), "as ucantone writes it");
    assert!(counts(forged(|forge| {
        forge.set("iat", Ipld::Integer(1)).set("meta", map([])).set("cause", Ipld::Link(ran().into()));
    })));
    // The last second, and the first.
    let time = |field: &'static str, time: i64| {
        forged(|forge| {
            forge.set(field, Ipld::Integer(time.into()));
        })
    };
    assert!(counts(time("exp", NOW)) && !counts(time("exp", NOW - 1)), "without tolerance");
    assert!(counts(time("nbf", NOW)) && !counts(time("nbf", NOW + 1)));
    let skewed = photo().evidence().tolerance(600).task(&task().task());
    assert!(!photo().decide_alike(&skewed.receipt(time("exp", NOW - 1).unwrap())));
    // Not signed by the camera.
    assert!(!counts(forged(|forge| forge.signature = SignatureFault::Flip(5))));
    assert!(!counts(forged(|forge| forge.signer = STRANGER)));
    // About another task.
    assert!(!counts(forged(|forge| {
        forge.set("args", map([("ran", Ipld::Link(Cid::of(b"other").into())), ("out", beach())]));
    })));
    // No receipt at all.
    type Change<'a> = Box<dyn Fn(&mut Forge) + 'a>;
    let none: [(&str, Change<'_>); 10] = [
        (
            "an audience",
            Box::new(|forge| {
                forge.set("aud", CAMERA.text());
            }),
        ),
        (
            "proofs",
            Box::new(|forge| {
                forge.set("prf", Ipld::List(vec![Ipld::Link(ran().into())]));
            }),
        ),
        (
            "another subject",
            Box::new(|forge| {
                forge.set("sub", ALBUM.text());
            }),
        ),
        (
            "another command",
            Box::new(|forge| {
                forge.set("cmd", "/ucan/assert/receipts");
            }),
        ),
        (
            "an unknown argument",
            Box::new(|forge| {
                forge.set("args", ran_and(vec![("out", beach()), ("fx", Ipld::Null)]));
            }),
        ),
        (
            "no task",
            Box::new(|forge| {
                forge.set("args", map([("out", beach())]));
            }),
        ),
        (
            "a task that is no token's",
            Box::new(|forge| {
                let raw = r#"{"/": "bafkreictzcfwelyww7zmjkl5nptyot24oilky2bppw42nui2acozhfmzqa"}"#;
                forge.set("args", map([("out", beach()), ("ran", dag_json::parse(raw).unwrap())]));
            }),
        ),
        (
            "no result",
            Box::new(|forge| {
                forge.set("args", ran_and(vec![]));
            }),
        ),
        (
            "both branches",
            Box::new(|forge| {
                let both = map([("ok", Ipld::String("beach".into())), ("error", Ipld::Null)]);
                forge.set("args", ran_and(vec![("out", both)]));
            }),
        ),
        (
            "another branch",
            Box::new(|forge| {
                forge.set("args", ran_and(vec![("out", map([("maybe", Ipld::Null)]))]));
            }),
        ),
    ];
    for (what, change) in none {
        assert!(forged(change).is_none(), "{what}");
    }
}

#[test]
fn receipts_that_disagree_are_as_good_as_none() {
    let (beach, street) = (ok("beach".to_owned()), ok("street".to_owned()));
    let by = |who, out: &Results| receipt(who, out.clone());
    assert!(photo().with([by(CAMERA, &beach), by(ALBUM, &beach), by(CAMERA, &beach)]).is_allowed());
    for other in [street, Results::Error("beach".to_owned().into()), ok(1)] {
        for disagreeing in [[by(CAMERA, &beach), by(ALBUM, &other)], [by(CAMERA, &other), by(CAMERA, &beach)]]
        {
            assert_eq!(code(&photo().with(disagreeing.clone())), Some(Code::PolicyUnsatisfied));
            // Nor is a third a judge of the two.
            let third = by(ALBUM, &beach);
            let decision = open().with(disagreeing.into_iter().chain([third]));
            assert_eq!(decision.grant().unwrap().awaits().len(), 1);
            assert!(decision.grant().unwrap().mismatch().is_none());
        }
    }
    // What does not count does not disagree.
    assert!(photo().with([by(CAMERA, &beach), by(STRANGER, &ok(1))]).is_allowed());
}

#[test]
fn a_container_brings_receipts_and_tasks_along() {
    let request = photo();
    let writer = ContainerWriter::new()
        .token(&request.link)
        .token(&request.invocation)
        .token(receipt(CAMERA, ok("beach".to_owned())).token());
    let read = |writer: &ContainerWriter| Container::read(&writer.write(Encoding::Raw).unwrap()).unwrap();
    let album = Authorizer::new(ALBUM.did(), Subjects::itself());
    let bare = Evidence::danger_without_revocations(at(NOW));
    assert!(!album.decide_container(&read(&writer), &bare).is_allowed(), "whose task it is, nobody knows");
    assert!(album.decide_container(&read(&writer), &bare.clone().task(&task().task())).is_allowed());
    // With the task inside, there are two invocations, and the one meant is named.
    let both = read(&writer.token(&task()));
    assert!(album.decide(&request.invocation, &bare.container(&both)).is_allowed());
}

#[test]
fn what_is_promised_as_all_the_arguments_has_to_be_a_map() {
    let whole = || {
        let Ipld::Map(promise) = promise("ok", ran()) else { unreachable!() };
        Request::new(r#"[["==", ".photo", "beach"]]"#, Ipld::Map(promise))
    };
    let decision = whole().with([receipt(CAMERA, ok(map([("photo", Ipld::String("beach".into()))])))]);
    assert_eq!(arguments(&decision), r#"{"photo":"beach"}"#);
    for value in [Ipld::Integer(5), Ipld::List(vec![]), Ipld::Null] {
        let decision = Request::new("[]", promise("ok", ran())).with([receipt(CAMERA, ok(value))]);
        assert_eq!(code(&decision), Some(Code::Malformed));
        assert_eq!(decision.denial().unwrap().finding().rule(), Rule::Promises);
    }
    let decision = Request::new("[]", promise("*", ran())).with([receipt(CAMERA, ok(5))]);
    assert_eq!(arguments(&decision), r#"{"ok":5}"#, "with its branch it is one");
}

#[test]
fn a_grant_ends_with_the_receipts_it_rests_on() {
    let until = |end: i64| Receipt::builder(ran(), ok(1)).expires(at(end)).sign(&key(CAMERA)).unwrap();
    let granted = |request: &Request, receipts: &[VerifiedReceipt]| {
        let decision = request.with(receipts.iter().map(|receipt| Receipt::clone(receipt)));
        decision.grant().unwrap().until()
    };
    assert_eq!(granted(&open(), &[until(NOW + 9)]), Some(at(NOW + 9)));
    let none = Request::new("[]", map([("photo", promise("error", ran()))]));
    assert_eq!(granted(&none, &[until(NOW + 9)]), None, "what was not put in ends nothing");
}

#[test]
fn results_are_bounded_in_number_and_size() {
    // Receipts that would count, if they were signed: as many as are checked, and one more.
    let forgeries = |count: usize| {
        (0..count).filter_map(|number| {
            forged(|forge| {
                // Each says something else: what says nothing new is not checked.
                let number = i128::try_from(number).unwrap();
                let out = map([("ok", Ipld::Integer(number))]);
                forge.set("args", map([("ran", Ipld::Link(ran().into())), ("out", out)]));
                forge.signature = SignatureFault::Flip(9);
            })
        })
    };
    let real = || receipt(CAMERA, ok("beach".to_owned()));
    assert!(photo().with(forgeries(MAX_RECEIPTS - 1).chain([real()])).is_allowed());
    let decision = photo().with(forgeries(MAX_RECEIPTS).chain([real()]));
    assert_eq!(code(&decision), Some(Code::BudgetExceeded));
    assert_eq!(decision.denial().unwrap().finding().rule(), Rule::Promises);
    // Strangers' receipts cost nothing, however many.
    let strangers = (0..1_000).map(|number| receipt(STRANGER, ok(number)));
    assert!(photo().with(strangers.chain([real()])).is_allowed());
    // Nor do those that say what is known already, nor any once two disagree.
    let many = 2 * u8::try_from(MAX_RECEIPTS).unwrap();
    let again = |number: u8| {
        let builder = Receipt::builder(ran(), ok("beach".to_owned())).nonce(Nonce::from_bytes(&[number]));
        Receipt::clone(&builder.sign(&key(CAMERA)).unwrap())
    };
    assert!(photo().with((0..many).map(again)).is_allowed());
    let decision = open().with((0..many).map(|number| receipt(CAMERA, ok(i128::from(number)))));
    assert!(decision.grant().unwrap().awaits_results());
    // A result of half a token fits once, and not three times.
    let large = || receipt(CAMERA, ok("x".repeat(30_000)));
    let times = |count: usize| {
        let list = Ipld::List(vec![promise("ok", ran()); count]);
        Request::new("[]", map([("list", list)])).with([large()])
    };
    assert!(times(2).is_allowed());
    assert_eq!(code(&times(3)), Some(Code::TooLarge));
    assert_eq!(code(&times(1_000)), Some(Code::TooLarge));
    // As deep as may be, one level down.
    let mut deep = Ipld::Null;
    for _ in 0..57 {
        deep = Ipld::List(vec![deep]);
    }
    let mut nested = promise("ok", ran());
    for _ in 0..20 {
        nested = Ipld::List(vec![nested]);
    }
    let decision = Request::new("[]", map([("x", nested)])).with([receipt(CAMERA, ok(deep))]);
    assert_eq!(code(&decision), Some(Code::TooLarge));
}

/// Bob reads and writes; the album asks for fresh revocations.
struct Fresh {
    authorizer: Authorizer,
    link: Token<Delegation>,
}

impl Fresh {
    fn new(ages: &[(&str, u32)]) -> Self {
        let authorizer = Authorizer::new(ALBUM.did(), Subjects::itself());
        let authorizer = ages.iter().fold(authorizer, |authorizer, (command, seconds)| {
            authorizer.revocations_no_older_than(command.parse().unwrap(), *seconds)
        });
        let link = Delegation::builder(BOB.did(), ALBUM.did(), "/photos".parse().unwrap())
            .sign(&key(ALBUM))
            .unwrap();
        Self { authorizer, link }
    }

    fn decide(&self, command: &str, as_of: Option<i64>) -> Option<Code> {
        let invocation = Invocation::builder(ALBUM.did(), command.parse().unwrap())
            .proofs([self.link.cid()])
            .sign(&key(BOB))
            .unwrap();
        let evidence = Evidence::new(at(NOW), &NoRevocations).delegation(self.link.clone());
        let evidence =
            as_of.into_iter().fold(evidence, |evidence, time| evidence.revocations_as_of(at(time)));
        let decision = self.authorizer.decide(&invocation, &evidence);
        if let Some(denial) = decision.denial() {
            assert_eq!((denial.finding().rule(), denial.link()), (Rule::RevocationAge, None));
        }
        code(&decision)
    }
}

#[test]
fn revocations_may_be_as_old_as_the_command_says_to_the_second() {
    let stale = Some(Code::RevocationStale);
    let fresh = Fresh::new(&[("/photos/write", 300)]);
    assert_eq!(fresh.decide("/photos/write", Some(NOW - 300)), None);
    assert_eq!(fresh.decide("/photos/write", Some(NOW - 301)), stale);
    assert_eq!(fresh.decide("/photos/write", Some(NOW)), None);
    assert_eq!(fresh.decide("/photos/write", None), stale, "nobody said how old they are");
    // It goes for all below, and for nothing beside.
    assert_eq!(fresh.decide("/photos/write/new", None), stale);
    assert_eq!(fresh.decide("/photos/writer", None), None);
    assert_eq!(fresh.decide("/photos/read", None), None);
    // A clock that runs ahead: by as much as clocks may differ, which here is a minute.
    assert_eq!(fresh.decide("/photos/write", Some(NOW + 60)), None);
    assert_eq!(fresh.decide("/photos/write", Some(NOW + 61)), stale);
    // None older than now.
    let now = Fresh::new(&[("/", 0)]);
    assert_eq!(
        (now.decide("/photos/read", Some(NOW)), now.decide("/photos/read", Some(NOW - 1))),
        (None, stale)
    );
    let ever = Fresh::new(&[("/", u32::MAX)]);
    assert_eq!(ever.decide("/photos/read", Some(NOW - i64::from(u32::MAX))), None);
    assert_eq!(ever.decide("/photos/read", Some(NOW - i64::from(u32::MAX) - 1)), stale);
}

#[test]
fn of_several_ages_the_strictest_goes_in_whatever_order() {
    for ages in [
        [("/photos", 600), ("/photos/write", 60), ("/x", 0)],
        [("/x", 0), ("/photos/write", 60), ("/photos", 600)],
    ] {
        let fresh = Fresh::new(&ages);
        assert_eq!(fresh.decide("/photos/write", Some(NOW - 60)), None);
        assert_eq!(fresh.decide("/photos/write", Some(NOW - 61)), Some(Code::RevocationStale));
        assert_eq!(fresh.decide("/photos/read", Some(NOW - 61)), None);
        assert_eq!(fresh.decide("/photos/read", Some(NOW - 601)), Some(Code::RevocationStale));
    }
    // The strictest of one command too.
    let fresh = Fresh::new(&[("/photos", 60), ("/photos", 600)]);
    assert_eq!(fresh.decide("/photos/read", Some(NOW - 61)), Some(Code::RevocationStale));
}

#[test]
fn what_rests_on_no_delegation_needs_no_revocations() {
    let fresh = Fresh::new(&[("/", 0)]);
    let own = Invocation::builder(ALBUM.did(), "/photos/read".parse().unwrap()).sign(&key(ALBUM)).unwrap();
    let evidence = Evidence::new(at(NOW), &NoRevocations);
    let decision = fresh.authorizer.decide(&own, &evidence);
    assert!(decision.is_allowed());
    assert!(!decision.trace().checks().iter().any(|check| check.rule == Rule::RevocationAge));
    // What is denied for another reason is told for that.
    let stranger = SigningKey::from_seed(Algorithm::Ed25519, &[9; 32]).unwrap();
    let invocation = Invocation::builder(ALBUM.did(), "/photos/read".parse().unwrap())
        .proofs([fresh.link.cid()])
        .sign(&stranger)
        .unwrap();
    let decision = fresh.authorizer.decide(&invocation, &evidence.delegation(fresh.link.clone()));
    assert_eq!(code(&decision), Some(Code::BrokenChain));
    assert_eq!(decision.trace().failures().last().map(allod::Finding::code), Some(Code::RevocationStale));
}
