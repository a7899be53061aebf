//! One world, decided in every way there is to ask.

use allod::ucan::policy::{Budget, Truth};
use allod::validation::{Authorizer, Decision, Evidence, Grant, Subjects};
use allod::wire::{Cid, Slice, Writer};
use allod::{AnyToken, Container, Delegation, Did, Encoding, Invocation, Subject, Timestamp, Token};

use super::super::source::Source;
use super::made::{Bundle, NOW};

/// Whether it is allowed; the same in every way.
pub(super) fn every_way(bundle: &Bundle, source: &mut Source<'_>) -> bool {
    let did = |text: &String| Did::parse(text).expect("a DID");
    let served = Subjects::of(bundle.subjects.iter().map(did));
    let authorizer = Authorizer::new(did(&bundle.executor), served);
    let at = Timestamp::from_seconds(NOW).expect("a time");
    let bare = Evidence::new(at, &bundle.revoked).tolerance(0);
    let tokens: Vec<_> = bundle.links.iter().chain(&bundle.bystanders).collect();
    let evidence = tokens.iter().fold(bare.clone(), |evidence, token| evidence.bytes(token.as_slice()));
    let decision = authorizer.decide_bytes(&bundle.invocation, &evidence);
    let again = authorizer.decide_bytes(&bundle.invocation, &evidence);
    assert_eq!(format!("{decision:?}"), format!("{again:?}"), "twice");
    if let Some(grant) = decision.grant() {
        holds(grant, bundle);
    }
    let Ok(token) = Token::<Invocation>::parse(bundle.invocation.as_slice()) else {
        assert!(!decision.is_allowed());
        return false;
    };
    if decision.is_allowed() {
        assert!(authorizer.needs(&token, &evidence).is_complete());
    }
    // One other way each time: every one of them checks every signature again.
    let other = match source.below(4) {
        0 => authorizer.decide(&token, &decoded(&bare, &tokens)),
        1 => authorizer.decide(&token, &bare.clone().container(&shuffled(bundle, source))),
        _ => {
            let container = shuffled(bundle, source);
            // Where a fault or a bystander makes it one of several, or none, it is no request.
            if !container.invocations().eq([token.cid()]) {
                return decision.is_allowed();
            }
            authorizer.decide_container(&container, &bare)
        }
    };
    assert_eq!(answer(&other), answer(&decision), "in another way");
    decision.is_allowed()
}

/// What an answer comes to, apart from who came along.
fn answer(decision: &Decision) -> String {
    match decision {
        Decision::Allow(grant) => {
            let chain: Vec<_> = grant.chain().iter().map(|link| link.cid()).collect();
            format!("allow {chain:?} until {:?}", grant.until())
        }
        Decision::Deny(denial) => {
            format!("deny {} {:?} {:?} {}", denial.code(), denial.link(), denial.cid(), denial.message())
        }
    }
}

/// The same tokens, as far as they can be decoded and verified beforehand.
fn decoded<'e>(bare: &Evidence<'e>, tokens: &[&Vec<u8>]) -> Evidence<'e> {
    tokens.iter().fold(bare.clone(), |evidence, token| match Token::<Delegation>::parse(token.as_slice()) {
        Ok(token) => match token.clone().verify() {
            Ok(verified) => evidence.verified(verified),
            Err(_) => evidence.delegation(token),
        },
        Err(_) => evidence.bytes(token.as_slice()),
    })
}

/// All tokens in a container, in some order, one of them twice, in some encoding.
fn shuffled(bundle: &Bundle, source: &mut Source<'_>) -> Container {
    let mut tokens: Vec<_> =
        bundle.links.iter().chain(&bundle.bystanders).chain([&bundle.invocation]).collect();
    tokens.push(tokens[source.below(tokens.len())]);
    for last in (1..tokens.len()).rev() {
        tokens.swap(last, source.below(last + 1));
    }
    let mut writer = Writer::new();
    writer.map_head(1);
    writer.string("ctn-v1");
    writer.list(tokens.iter(), |out, token| out.bytes(token));
    let raw = [b"@".to_vec(), writer.into_bytes()].concat();
    let read = Container::read(&raw).expect("a container");
    if source.one_in(2) {
        return read;
    }
    let writer = allod::ContainerWriter::new().all(tokens.iter().map(|token| Slice::from(token.as_slice())));
    let written = writer.write(source.pick(&Encoding::ALL)).expect("small enough");
    let again = Container::read(&written).expect("what is written is read");
    assert!(again.cids().eq(read.cids()));
    again
}

/// What every grant holds, looked up again one by one.
fn holds(grant: &Grant, bundle: &Bundle) {
    let (invocation, chain) = (grant.invocation(), grant.chain());
    assert!(chain.iter().map(|link| link.cid()).eq(invocation.proofs().iter().copied()));
    assert_eq!(invocation.as_bytes(), bundle.invocation);
    assert!(matches!(AnyToken::parse(invocation.as_bytes()), Ok(AnyToken::Invocation(_))));
    assert_eq!(invocation.executor().to_string(), bundle.executor);
    assert!(bundle.subjects.contains(&invocation.subject().to_string()));
    let now = Timestamp::from_seconds(NOW).expect("a time");
    let in_time = |from: Option<Timestamp>, until: Option<Timestamp>| {
        from.is_none_or(|from| from <= now) && until.is_none_or(|until| now <= until)
    };
    assert!(in_time(invocation.not_before(), invocation.expires()));
    let mut holder = invocation.subject();
    for (index, link) in chain.iter().enumerate() {
        assert_eq!(Cid::of(link.as_bytes()), link.cid());
        assert_eq!(link.issuer(), holder);
        holder = link.audience();
        match link.subject() {
            Subject::Did(subject) => assert_eq!(subject, invocation.subject()),
            Subject::Powerline => assert_ne!(index, 0),
        }
        assert!(link.command().covers(invocation.command()));
        assert!(in_time(link.not_before(), link.expires()));
        assert_eq!(link.policy().evaluate(invocation.arguments(), &mut Budget::new()), Ok(Truth::True));
        assert!(link.clone().into_token().verify().is_ok());
    }
    assert_eq!(invocation.issuer(), holder);
    assert!(invocation.clone().into_token().verify().is_ok());
}
