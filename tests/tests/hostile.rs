//! Input made to hurt: each ends with its code, in little time and in memory that follows the size of the
//! input and not its claims.
//!
//! Heap is counted by the allocator below, which is why these run one at a time. The time is held against
//! the promise of 50 ms in release builds only, by the fastest of five runs, so that a busy machine does
//! not fail it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use allod::wire::{CborError, Cid, Ipld, View, dag_json};
use allod::{Authorizer, Container, Decision, Did, Evidence, Policy, Subjects, Timestamp};
use allod_tests::forge::{Forge, Principal, ed, head, links, p256, text};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static ALONE: Mutex<()> = Mutex::new(());

// SAFETY: every call goes to the system's allocator unchanged; the counters are beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Keeps the other tests of this file from allocating meanwhile.
fn alone() -> std::sync::MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Runs `work` on input of `size` bytes, and holds what it took against the promise.
fn bounded<T>(name: &str, size: usize, work: impl Fn() -> T) -> T {
    let mut fastest = Duration::MAX;
    let mut heap = 0;
    let mut last = None;
    for _ in 0..5 {
        drop(last.take());
        let before = NOW.load(Ordering::Relaxed);
        PEAK.store(before, Ordering::Relaxed);
        let begun = Instant::now();
        last = Some(work());
        fastest = fastest.min(begun.elapsed());
        heap = heap.max(PEAK.load(Ordering::Relaxed).saturating_sub(before));
    }
    let allowed = 8 * size + 64 * 1024;
    println!("{name}: {size} bytes in, {heap} bytes of heap of {allowed}, {} µs", fastest.as_micros());
    assert!(heap <= allowed, "{name}: {heap} bytes of heap for {size} bytes of input");
    if !cfg!(debug_assertions) {
        assert!(fastest < Duration::from_millis(50), "{name}: {fastest:?}");
    }
    last.expect("five runs")
}

const AT: i64 = 1_800_000_000;
const ALBUM: Principal = ed(1);
const BOB: Principal = ed(2);

fn code(decision: &Decision) -> &'static str {
    decision.denial().map_or("allow", |denial| denial.code().name())
}

fn authorizer() -> Authorizer {
    Authorizer::new(ALBUM.did(), Subjects::itself())
}

fn evidence() -> Evidence<'static> {
    Evidence::danger_without_revocations(Timestamp::from_seconds(AT).unwrap()).tolerance(0)
}

/// Decides from bytes, with everything that is made on the way counted.
fn decide(name: &str, tokens: &[Vec<u8>], invocation: &[u8], expected: &str) {
    let size = tokens.iter().map(Vec::len).sum::<usize>() + invocation.len();
    let authorizer = authorizer();
    let decision = bounded(name, size, || {
        let evidence = tokens.iter().fold(evidence(), |evidence, token| evidence.bytes(&token[..]));
        authorizer.decide_bytes(invocation, &evidence)
    });
    assert_eq!(code(&decision), expected, "{name}");
}

fn read(name: &str, container: &[u8], size: usize, expected: &str) {
    let authorizer = authorizer();
    let found = bounded(name, size, || match Container::read(container) {
        Ok(container) => code(&authorizer.decide_container(&container, &evidence())),
        Err(error) => error.code().name(),
    });
    assert_eq!(found, expected, "{name}");
}

/// One delegation with this policy, and an invocation with these arguments.
fn policy_world(policy: Vec<u8>, arguments: Vec<u8>) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut delegation = Forge::delegation(ALBUM, &BOB.text(), Some(&ALBUM.text()), "/photos");
    delegation.raw("pol", policy);
    let mut invocation = Forge::invocation(BOB, &ALBUM.text(), "/photos", &[delegation.cid()]);
    invocation.raw("args", arguments);
    (vec![delegation.bytes()], invocation.bytes())
}

fn cbor(value: &Ipld) -> Vec<u8> {
    allod::wire::value::encode(value).unwrap()
}

fn json(text: &str) -> Vec<u8> {
    cbor(&dag_json::parse(text).unwrap())
}

fn gzip(bytes: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![b'M'], flate2::Compression::best());
    bytes.for_each(|bytes| encoder.write_all(&bytes).unwrap());
    encoder.finish().unwrap()
}

#[test]
fn nesting_a_million_deep() {
    let _alone = alone();
    let deep = vec![0x81; 1_000_000];
    assert!(matches!(
        bounded("cbor, 10^6 deep", deep.len(), || View::parse(&deep).err()),
        Some(CborError::TooDeep { .. })
    ));
    let text = "[".repeat(1_000_000);
    assert!(bounded("json, 10^6 deep", text.len(), || dag_json::parse(&text)).is_err());
    let statements = r#"["not","#.repeat(200_000);
    assert!(bounded("policy, 200,000 deep", statements.len(), || Policy::from_json(&statements)).is_err());
    decide("an invocation 10^6 deep", &[], &deep, "too-large");
    decide("an invocation 60,000 deep", &[], &deep[..60_000], "budget-exceeded");
    let container = [b"@", &deep[..]].concat();
    read("a container 10^6 deep", &container, container.len(), "budget-exceeded");
}

#[test]
fn lengths_that_are_not_there() {
    let _alone = alone();
    for (name, prefix) in [("list", 0x9b), ("map", 0xbb), ("bytes", 0x5b), ("text", 0x7b)] {
        for length in [0x7fff_ffff_ffff_ffff_u64, 0xffff_ffff, u64::MAX] {
            let bytes = [&[prefix][..], &length.to_be_bytes()].concat();
            decide(&format!("a {name} that claims {length:x}"), &[], &bytes, "malformed");
            let container = [b"@", &head(5, 1)[..], &text("ctn-v1"), &bytes].concat();
            read(
                &format!("a container's {name} that claims {length:x}"),
                &container,
                container.len(),
                "malformed",
            );
        }
    }
}

#[test]
fn a_hundred_megabytes_of_zeros() {
    let _alone = alone();
    let bomb = gzip(std::iter::repeat_n(vec![0; 1 << 20], 100));
    read("100 MiB of zeros in gzip", &bomb, 1 << 20, "too-large");
    let nested = gzip(std::iter::once(vec![0x81; 1_000_000]));
    read("10^6 levels in gzip", &nested, 1_000_000, "budget-exceeded");
    let big = vec![b'@'; 3 << 20];
    read("a container of 3 MiB", &big, big.len(), "too-large");
}

#[test]
fn containers_of_very_many_tokens() {
    let _alone = alone();
    let tokens = |count: u32| -> Vec<u8> {
        let items: Vec<u8> =
            (0..count).flat_map(|index| [head(2, 3), index.to_be_bytes()[1..].to_vec()].concat()).collect();
        [b"@", &head(5, 1)[..], &text("ctn-v1"), &head(4, u64::from(count)), &items].concat()
    };
    let full = tokens(4096);
    read("4,096 tokens of three bytes", &full, full.len(), "malformed");
    let over = tokens(250_000);
    read("250,000 tokens of three bytes", &over, over.len(), "budget-exceeded");
}

/// Names in base58 take quadratic time to read: nothing reads them where nobody refers to them.
#[test]
fn hundreds_of_long_names_in_a_few_kilobytes() {
    let _alone = alone();
    let mut key = Vec::new();
    allod::wire::varint::write(0x1205, &mut key);
    key.resize(640, 7);
    let long = format!("did:key:z{}", allod::wire::multibase::base58btc_encode(&key));
    let token = |index: u16| {
        let mut token = Forge::delegation(ALBUM, &long, Some(&long), "/photos");
        token.set("iss", long.as_str()).set("nonce", Ipld::Bytes(index.to_be_bytes().to_vec()));
        token.signature = allod_tests::forge::SignatureFault::Cut(0);
        token.bytes()
    };
    let mut tokens: Vec<Vec<u8>> = (0..300).map(token).collect();
    tokens.push(Forge::invocation(ALBUM, &ALBUM.text(), "/photos", &[]).bytes());
    let mut bytes = [head(5, 1), text("ctn-v1"), head(4, tokens.len() as u64)].concat();
    for token in &tokens {
        bytes.extend(head(2, token.len() as u64));
        bytes.extend(token);
    }
    let size = bytes.len();
    let packed = gzip(std::iter::once(bytes));
    println!("{} bytes of gzip", packed.len());
    read("300 delegations between long names", &packed, size, "allow");
    let cids: Vec<Cid> = tokens.iter().take(16).map(|token| Cid::of(token)).collect();
    let invocation = Forge::invocation(ALBUM, &ALBUM.text(), "/photos", &cids).bytes();
    decide("a chain of 16 links between long names", &tokens[..16], &invocation, "unsupported-algorithm");
}

#[test]
fn a_thousand_proofs_in_a_diamond() {
    let _alone = alone();
    // Ten levels of two principals each: 2^10 ways from the album to Bob.
    let principal = |level: u8, side: u8| ed(10 + 2 * level + side);
    let mut tokens = Vec::new();
    let mut way = Vec::new();
    for level in 0..=10_u8 {
        let above: Vec<Principal> =
            if level == 0 { vec![ALBUM] } else { (0..2).map(|side| principal(level - 1, side)).collect() };
        let below: Vec<Principal> =
            if level == 10 { vec![BOB] } else { (0..2).map(|side| principal(level, side)).collect() };
        for (i, from) in above.iter().enumerate() {
            for (j, to) in below.iter().enumerate() {
                let token = Forge::delegation(*from, &to.text(), Some(&ALBUM.text()), "/photos");
                if i == 0 && j == 0 {
                    way.push(token.cid());
                }
                tokens.push(token.bytes());
            }
        }
    }
    let invocation = |proofs: &[Cid]| Forge::invocation(BOB, &ALBUM.text(), "/photos", proofs).bytes();
    decide("one way through a diamond of 2^10", &tokens, &invocation(&way), "allow");
    let all: Vec<Cid> = tokens.iter().map(|token| Cid::of(token)).cycle().take(1024).collect();
    decide("2^10 proofs", &tokens, &invocation(&all), "budget-exceeded");
    let same: Vec<Cid> = std::iter::repeat_n(Cid::of(&tokens[0]), 16).collect();
    decide("one proof sixteen times", &tokens, &invocation(&same), "broken-chain");
}

#[test]
fn sixteen_signatures_of_the_slowest_kind() {
    let _alone = alone();
    let people: Vec<Principal> = (0..17).map(|index| p256(10 + index)).collect();
    let subject = people[0].text();
    let chain: Vec<Forge> = people
        .windows(2)
        .map(|pair| Forge::delegation(pair[0], &pair[1].text(), Some(&subject), "/photos"))
        .collect();
    let cids: Vec<Cid> = chain.iter().map(Forge::cid).collect();
    let invocation = Forge::invocation(people[16], &subject, "/photos", &cids).bytes();
    let tokens: Vec<Vec<u8>> = chain.iter().map(Forge::bytes).collect();
    let authorizer = Authorizer::new(people[0].did(), Subjects::itself());
    let size = tokens.iter().map(Vec::len).sum::<usize>() + invocation.len();
    let decision = bounded("16 P-256 links", size, || {
        let evidence = tokens.iter().fold(evidence(), |evidence, token| evidence.bytes(&token[..]));
        authorizer.decide_bytes(&invocation[..], &evidence)
    });
    assert_eq!(code(&decision), "allow");
}

#[test]
fn globs_of_64_kib_against_texts_of_64_kib() {
    let _alone = alone();
    let most = 64_800;
    let args = |text: &str| cbor(&Ipld::Map([("a".into(), Ipld::String(text.into()))].into()));
    let like =
        |pattern: &str| cbor(&Ipld::List(vec![Ipld::List(vec!["like".into(), ".a".into(), pattern.into()])]));
    let stars: String = "*a".repeat(most / 2);
    let long = "a".repeat(most);
    for (name, pattern, text, expected) in [
        ("*a*a…*a against a…a", stars.clone(), long.clone(), "allow"),
        ("*a*a…*ab against a…a", format!("{stars}b"), long.clone(), "policy-unsatisfied"),
        ("*a…ab against a…a", format!("*{}b", "a".repeat(most / 2)), long.clone(), "policy-unsatisfied"),
        ("*a…ab* against a…a", format!("*{}b*", "a".repeat(most / 2)), long.clone(), "policy-unsatisfied"),
        ("**…** against a…a", "*".repeat(most), long.clone(), "allow"),
        ("*\\**\\*… against **…", "*\\*".repeat(most / 3), "*".repeat(most), "allow"),
        ("*aab*aab… against aaa…", "*aab".repeat(most / 4), long, "policy-unsatisfied"),
    ] {
        let (tokens, invocation) = policy_world(like(&pattern), args(&text));
        let size: usize = tokens[0].len() + invocation.len();
        assert!(tokens[0].len() <= 65_536 && invocation.len() <= 65_536, "{name}: {size}");
        let decided = {
            let evidence = evidence().bytes(&tokens[0][..]);
            code(&authorizer().decide_bytes(&invocation[..], &evidence)).to_owned()
        };
        // Within the budget the answer is exact; past it, it is the budget's code.
        assert!(decided == expected || decided == "budget-exceeded", "{name}: {decided}");
        decide(name, &tokens, &invocation, &decided);
    }
    // The same glob on each of many texts.
    let texts: Vec<Ipld> = std::iter::repeat_n(Ipld::String("a".into()), 30_000).collect();
    let policy = cbor(&Ipld::List(vec![Ipld::List(vec![
        "all".into(),
        ".a".into(),
        Ipld::List(vec!["like".into(), ".".into(), format!("*{}*", "b".repeat(60_000)).into()]),
    ])]));
    let (tokens, invocation) =
        policy_world(policy, cbor(&Ipld::Map([("a".into(), Ipld::List(texts))].into())));
    let evidence = evidence().bytes(&tokens[0][..]);
    let decided = code(&authorizer().decide_bytes(&invocation[..], &evidence)).to_owned();
    assert_ne!(decided, "allow");
    decide("a 60,000-byte glob on each of 30,000 texts", &tokens, &invocation, &decided);
}

#[test]
fn quantifiers_within_quantifiers() {
    let _alone = alone();
    let cube = |side: usize| {
        let items = |item: Ipld| Ipld::List(vec![item; side]);
        cbor(&Ipld::Map([("a".into(), items(items(items(Ipld::Integer(1)))))].into()))
    };
    let policy = json(r#"[["all", ".a", ["all", ".", ["all", ".", ["==", ".", 1]]]]]"#);
    let (tokens, invocation) = policy_world(policy, cube(38));
    decide("all in all in all over 38^3", &tokens, &invocation, "budget-exceeded");
    // Every level looks at the whole list again.
    let nested = (0..8)
        .fold(json(r#"["==", ".", 2]"#), |inner, _| [head(4, 3), text("any"), text(".[]"), inner].concat());
    let wide = cbor(&Ipld::Map([("a".into(), Ipld::List(vec![Ipld::Integer(1); 60_000]))].into()));
    let (tokens, invocation) = policy_world([head(4, 1), nested].concat(), wide);
    decide("any in any over a wide list", &tokens, &invocation, "budget-exceeded");
}

#[test]
fn many_statements_over_far_keys() {
    let _alone = alone();
    let arguments = Ipld::Map((0..5_000).map(|index| (format!("k{index:05}"), Ipld::Integer(1))).collect());
    let statement = json(r#"["==", ".k04999", 1]"#);
    let count = 3_500_u16;
    let policy = [head(4, u64::from(count)), statement.repeat(usize::from(count))].concat();
    let (tokens, invocation) = policy_world(policy, cbor(&arguments));
    decide("3,500 statements over the last of 5,000 keys", &tokens, &invocation, "budget-exceeded");
    let selector = format!(".{}", "[0:]".repeat(14_000));
    let policy = [head(4, 1), head(4, 3), text("=="), text(&selector), vec![0x01]].concat();
    let (tokens, invocation) = policy_world(policy, json(r#"{"a": [1, 2, 3]}"#));
    decide("a selector of 14,000 segments", &tokens, &invocation, "policy-unsatisfied");
    let big: String = "x".repeat(60_000);
    let policy = [head(4, 1), head(4, 3), text("=="), text(&format!(".[\"{big}\"]")), vec![0x01]].concat();
    let (tokens, invocation) = policy_world(policy, json(r#"{"a": 1}"#));
    decide("a key of 60,000 bytes", &tokens, &invocation, "policy-unsatisfied");
}

#[test]
fn every_link_as_expensive_as_it_can_be() {
    let _alone = alone();
    let people: Vec<Principal> = (0..17).map(|index| ed(10 + index)).collect();
    let subject = people[0].text();
    let policy =
        [head(4, 1), head(4, 2), text("and"), head(4, 3_000), json(r#"["==", ".a", 1]"#).repeat(3_000)]
            .concat();
    let chain: Vec<Forge> = people
        .windows(2)
        .map(|pair| {
            let mut link = Forge::delegation(pair[0], &pair[1].text(), Some(&subject), "/photos");
            link.raw("pol", policy.clone());
            link
        })
        .collect();
    let cids: Vec<Cid> = chain.iter().map(Forge::cid).collect();
    let mut invocation = Forge::invocation(people[16], &subject, "/photos", &cids);
    invocation.raw("args", json(r#"{"a": 1}"#));
    let tokens: Vec<Vec<u8>> = chain.iter().map(Forge::bytes).collect();
    let authorizer = Authorizer::new(people[0].did(), Subjects::itself());
    let bytes = invocation.bytes();
    let size = tokens.iter().map(Vec::len).sum::<usize>() + bytes.len();
    let decision = bounded("16 links of 3,000 statements", size, || {
        let evidence = tokens.iter().fold(evidence(), |evidence, token| evidence.bytes(&token[..]));
        authorizer.decide_bytes(&bytes[..], &evidence)
    });
    assert_eq!(code(&decision), "budget-exceeded");
}

#[test]
fn long_names_and_long_lists() {
    let _alone = alone();
    let long = format!("did:key:z{}", "2".repeat(2030));
    assert!(bounded("a did:key of 2,039 bytes", long.len(), || Did::parse(&long)).is_err());
    let medium = format!("did:key:z{}", "2".repeat(850));
    bounded("a did:key of 859 bytes", medium.len(), || Did::parse(&medium).is_ok());
    let mut invocation = Forge::invocation(BOB, &ALBUM.text(), "/photos", &[]);
    invocation.set("prf", links(&[Cid::of(b"x"); 1_500]));
    decide("1,500 proofs that are not there", &[], &invocation.bytes(), "budget-exceeded");
    let items = [head(5, 1), text("a"), head(4, 64_000), vec![0; 64_000]].concat();
    let mut invocation = Forge::invocation(ALBUM, &ALBUM.text(), "/photos", &[]);
    invocation.raw("args", items);
    decide("64,000 arguments of a byte each", &[], &invocation.bytes(), "allow");
}

#[test]
fn a_container_full_of_receipts() {
    let _alone = alone();
    let task = Cid::of(b"task");
    let link = Forge::delegation(ALBUM, &BOB.text(), Some(&ALBUM.text()), "/photos");
    let promises = |count: u8| {
        let promise = |n: u8| {
            let task = if n == 0 { task } else { Cid::of(&[n]) };
            Ipld::Map([("await/ok".to_owned(), Ipld::Link(task.into()))].into())
        };
        Ipld::Map([("list".to_owned(), Ipld::List((0..count).map(promise).collect()))].into())
    };
    let full = |by: Principal, arguments: Ipld| {
        let mut invocation = Forge::invocation(BOB, &ALBUM.text(), "/photos", &[link.cid()]);
        invocation.set("args", arguments);
        let out = Ipld::Map([("ok".to_owned(), Ipld::Integer(1))].into());
        let args = Ipld::Map([("ran".to_owned(), Ipld::Link(task.into())), ("out".to_owned(), out)].into());
        let mut receipt = Forge::invocation(by, &by.text(), "/ucan/assert/receipt", &[]);
        receipt.set("args", args);
        let mut sound = receipt.bytes();
        let place = sound.windows(5).position(|part| part == b"nonce").unwrap() + 6;
        let mut tokens = vec![link.bytes(), invocation.bytes()];
        // Each another token, and none of them signed.
        for number in 0..2_500_u16 {
            sound[place..place + 2].copy_from_slice(&number.to_be_bytes());
            tokens.push(sound.clone());
        }
        let mut container = [vec![b'@'], head(5, 1), text("ctn-v1"), head(4, tokens.len() as u64)].concat();
        for token in &tokens {
            container.extend([head(2, token.len() as u64), token.clone()].concat());
        }
        assert!(container.len() < 1024 * 1024);
        container
    };
    let own = full(ALBUM, promises(1));
    read("receipts that would count", &own, own.len(), "budget-exceeded");
    let strangers = full(p256(9), promises(1));
    read("receipts by a stranger", &strangers, strangers.len(), "allow");
    let many = full(p256(9), promises(250));
    read("receipts, and many promises", &many, many.len(), "allow");
}
