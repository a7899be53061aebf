//! Worlds: people, a chain between them, an invocation at its end, and up to three faults.

use allod::wire::{Cid, Ipld};
use allod_model::{Name, World};

use super::delivery::{self, Delivery, State};
use super::draft::Draft;
use super::draws::Draws;
use super::faults::{OF_CLAIMS, OF_MEANING, OF_SIGNATURE, OF_WIRE, TokenFault};
use super::people::{People, Person};
use super::policies::policy;
use super::revocations;
use super::values::{NAMES, link, promise, value};
use crate::forge::links;

/// The time of most decisions: 2027-01-15 08:00:00 UTC.
const NOW: i64 = 1_800_000_000;
const MAX_TIME: i64 = (1 << 53) - 1;

const COMMANDS: [&str; 6] =
    ["/photos/read", "/photos/read/thumb", "/x", "/é/ü/ö", "/a/b/c/d/e", "/crud/a-b/_"];

/// One case: what the validator gets, and what the model is told.
#[derive(Debug, Clone)]
pub struct Case {
    /// What comes along, as it comes.
    pub delivery: Delivery,
    /// What comes along as revocations.
    pub revocations: Vec<Vec<u8>>,
    /// The documents that come along: the DID, and the JSON.
    pub documents: Vec<(String, String)>,
    /// The same, as the model sees it.
    pub world: World,
    /// The faults that were done, by name.
    pub faults: Vec<&'static str>,
}

impl Case {
    /// The same, with every token handed over as bytes: as a vector has it.
    #[must_use]
    pub fn as_bytes(&self) -> Self {
        let mut case = self.clone();
        if let Delivery::Tokens(tokens, _) = &mut case.delivery {
            tokens.iter_mut().for_each(|(_, state)| *state = State::Bytes);
        }
        case
    }
}

/// A world in the making.
pub(super) struct Plan {
    pub(super) people: People,
    pub(super) links: Vec<Draft>,
    pub(super) command: &'static str,
    pub(super) arguments: Vec<(String, Ipld)>,
    /// A policy without end rests on the arguments as they are.
    pub(super) endless: bool,
    pub(super) now: i64,
    pub(super) tolerance: u32,
    pub(super) executor: String,
    pub(super) serves: Option<Vec<String>>,
    pub(super) takes_leaf_first: bool,
    /// Who is at each joint of the chain: the subject first, the invoker last.
    pub(super) chain: Vec<Person>,
}

/// What stands in `prf`, and what comes along, once the links have their names.
#[derive(Default)]
pub(super) struct Proofs {
    pub(super) named: Vec<Cid>,
    pub(super) tokens: Vec<(Vec<u8>, allod_model::Token)>,
    /// The links, by their place in the chain, whatever became of their naming.
    pub(super) cids: Vec<Cid>,
    pub(super) revocations: Vec<(Vec<u8>, allod_model::Token)>,
    pub(super) revoked: Vec<(Cid, String)>,
    pub(super) unavailable: Vec<(Cid, String)>,
    /// Those that a container takes for an invocation, by their tag and command.
    pub(super) posing: Vec<Cid>,
}

impl Proofs {
    /// A delegation comes along.
    pub(super) fn come_along(&mut self, draft: Draft) -> Cid {
        let poses = draft.forge.tag.starts_with("ucan/inv@") && !delivery::is_reserved(draft.text("cmd"));
        let token = draft.finish();
        let cid = Cid::of(&token.0);
        self.posing.extend(poses.then_some(cid));
        self.tokens.push(token);
        cid
    }
}

type OfPlan = (&'static str, fn(&mut Plan, &mut Draws) -> bool);
type OfProofs = (&'static str, fn(&mut Proofs, &Plan, &mut Draws) -> bool);

/// Faults of a chain and of who decides on it.
const OF_PLAN: &[OfPlan] = &[
    ("wrong-executor", |plan, draws| {
        plan.executor = plan.people.anyone(draws).did;
        true
    }),
    ("subject-not-served", |plan, draws| {
        let other = plan.people.anyone(draws).did;
        plan.serves = Some(if draws.below(2) == 0 { vec![other] } else { Vec::new() });
        true
    }),
    ("clock-elsewhere", |plan, draws| {
        plan.now = draws.pick(&[0, -1, 1, NOW + 61, NOW - 61, MAX_TIME, -MAX_TIME]);
        true
    }),
    ("promise-in-the-arguments", |plan, draws| {
        let name = draws.pick(&NAMES).to_owned();
        let promise = promise(draws);
        // All arguments at once are what another task gives.
        if draws.one_in(4) && !plan.endless {
            plan.arguments = vec![("await/ok".into(), Ipld::Link(link(draws).into()))];
            return true;
        }
        let inside = if draws.one_in(3) { Ipld::List(vec![Ipld::Null, promise]) } else { promise };
        plan.arguments.push((name, inside));
        true
    }),
    ("argument-missing", |plan, draws| {
        if plan.arguments.is_empty() || plan.endless {
            return false;
        }
        let gone = draws.below(plan.arguments.len());
        plan.arguments.remove(gone);
        true
    }),
    ("argument-changed", |plan, draws| {
        let Some(last) = plan.arguments.last_mut().filter(|_| !plan.endless) else { return false };
        last.1 = value(draws, 2);
        true
    }),
    ("policy-without-end", |plan, draws| {
        if plan.links.is_empty() {
            return false;
        }
        plan.arguments.push(("endless".into(), Ipld::List(vec![Ipld::Integer(1); 10_001])));
        let at = draws.below(plan.links.len());
        let each = crate::vectors::dag_json(r#"[["all", ".endless", ["==", ".", 1]]]"#);
        for link in &mut plan.links {
            link.set("pol", Ipld::List(Vec::new()));
            link.frozen = true;
        }
        plan.links[at].set("pol", each);
        plan.links[at].endless = true;
        plan.endless = true;
        true
    }),
    ("document-missing", |plan, draws| {
        let dids: Vec<_> = plan.people.documents.keys().cloned().collect();
        !dids.is_empty() && plan.people.documents.remove(&draws.pick(&dids)).is_some()
    }),
    ("document-of-other-keys", |plan, draws| {
        let dids: Vec<_> = plan.people.documents.keys().cloned().collect();
        if dids.is_empty() {
            return false;
        }
        let key = super::people::key(draws);
        let other = plan.people.of_key(key).did;
        let document = plan.people.documents.get_mut(&draws.pick(&dids)).expect("it is there");
        document.methods = vec![other];
        document.delegation = None;
        document.invocation = draws.pick(&[None, Some(Vec::new())]);
        true
    }),
    ("leaf-first-accepted", |plan, _| {
        plan.takes_leaf_first = true;
        true
    }),
    ("chain-too-long", |plan, draws| {
        // Over the limit by one, or just within.
        let wanted = draws.pick(&[17, 16, 40]);
        let (Some(first), Some(person)) = (plan.links.first(), plan.chain.last().cloned()) else {
            return false;
        };
        let (subject, command) = (first.text("sub").to_owned(), first.text("cmd").to_owned());
        while plan.links.len() < wanted {
            let mut more = Draft::delegation(&person, &person.did, Some(&subject), &command);
            more.set("nonce", Ipld::Bytes(vec![u8::try_from(plan.links.len()).unwrap_or(0); 3]));
            plan.links.push(more);
        }
        true
    }),
];

/// Faults in how the chain is named, in what comes along, and in what is known of revocations.
const OF_PROOFS: &[OfProofs] = &[
    ("proof-missing", |proofs, _, draws| {
        if proofs.tokens.is_empty() {
            return false;
        }
        proofs.tokens.remove(draws.below(proofs.tokens.len()));
        true
    }),
    ("proof-not-named", |proofs, _, draws| {
        if proofs.named.is_empty() {
            return false;
        }
        proofs.named.remove(draws.below(proofs.named.len()));
        true
    }),
    ("no-proofs-named", |proofs, _, _| {
        proofs.named.clear();
        true
    }),
    ("proofs-leaf-first", |proofs, _, _| {
        proofs.named.reverse();
        true
    }),
    ("proofs-swapped", |proofs, _, draws| {
        if proofs.named.len() < 2 {
            return false;
        }
        let at = draws.below(proofs.named.len() - 1);
        proofs.named.swap(at, at + 1);
        true
    }),
    ("proof-named-twice", |proofs, _, draws| {
        if proofs.named.is_empty() {
            return false;
        }
        let at = draws.below(proofs.named.len());
        proofs.named.insert(at, proofs.named[at]);
        true
    }),
    ("proof-that-is-nowhere", |proofs, _, draws| {
        let at = draws.below(proofs.named.len() + 1);
        proofs.named.insert(at, link(draws));
        true
    }),
    ("revoked-by-the-issuer", |proofs, plan, draws| revoke(proofs, plan, draws, |at, _| at)),
    ("revoked-from-above", |proofs, plan, draws| {
        revoke(proofs, plan, draws, |at, draws| draws.below(at + 1))
    }),
    ("revoked-by-anyone-in-the-chain", |proofs, plan, draws| {
        let people = plan.chain.len();
        revoke(proofs, plan, draws, |_, draws| draws.below(people))
    }),
    ("revoked-by-a-stranger", |proofs, _, draws| {
        let Some(cid) = some(draws, &proofs.named) else { return false };
        proofs.revoked.push((cid, crate::forge::ed(99).known().1.clone()));
        true
    }),
    ("revocation-unavailable", |proofs, plan, draws| {
        let Some(cid) = some(draws, &proofs.named) else { return false };
        proofs.unavailable.push((cid, draws.pick(&plan.chain).did));
        true
    }),
];

fn some(draws: &mut Draws, cids: &[Cid]) -> Option<Cid> {
    (!cids.is_empty()).then(|| draws.pick(cids))
}

fn revoke(
    proofs: &mut Proofs,
    plan: &Plan,
    draws: &mut Draws,
    by: impl Fn(usize, &mut Draws) -> usize,
) -> bool {
    if proofs.named.is_empty() {
        return false;
    }
    let at = draws.below(proofs.named.len());
    let by = by(at, draws);
    let Some(person) = plan.chain.get(by) else { return false };
    proofs.revoked.push((proofs.named[at], person.did.clone()));
    true
}

/// The catalogue, by name: what may be done to a world.
#[must_use]
pub fn catalogue() -> Vec<&'static str> {
    let tokens = [OF_MEANING, OF_CLAIMS, OF_SIGNATURE, OF_WIRE].into_iter().flatten().map(|(name, _)| *name);
    let plans = OF_PLAN.iter().map(|(name, _)| *name);
    let proofs = OF_PROOFS.iter().map(|(name, _)| *name);
    let revocations = revocations::FAULTS.iter().map(|(name, _)| *name);
    tokens
        .chain(plans)
        .chain(proofs)
        .chain(revocations)
        .chain(delivery::FAULTS.iter().map(|(name, _)| *name))
        .collect()
}

/// The faults of a case, before they are done.
#[derive(Default)]
struct Faults {
    /// Each with where it goes: the link's position, or past the last for the invocation, counted around.
    tokens: [Vec<(usize, TokenFault)>; 4],
    plan: Vec<OfPlan>,
    proofs: Vec<OfProofs>,
    revocations: Vec<revocations::Fault>,
    delivery: Vec<delivery::Fault>,
}

impl Faults {
    fn draw(draws: &mut Draws) -> Self {
        let mut faults = Self::default();
        // Half of all worlds have none; each further one is drawn for itself, so that one can be taken out.
        for going_on in [5, 4, 5] {
            if draws.below(10) < 10 - going_on {
                break;
            }
            let at = |draws: &mut Draws| draws.below(720);
            match draws.below(19) {
                0..=2 => faults.plan.push(draws.pick(OF_PLAN)),
                3..=5 => faults.proofs.push(draws.pick(OF_PROOFS)),
                6..=8 => faults.tokens[0].push((at(draws), draws.pick(OF_MEANING))),
                9..=10 => faults.tokens[1].push((at(draws), draws.pick(OF_CLAIMS))),
                11..=12 => faults.tokens[2].push((at(draws), draws.pick(OF_SIGNATURE))),
                13..=14 => faults.tokens[3].push((at(draws), draws.pick(OF_WIRE))),
                16..=18 => faults.revocations.push(draws.pick(revocations::FAULTS)),
                _ => faults.delivery.push(draws.pick(delivery::FAULTS)),
            }
        }
        faults
    }

    /// Does what is due to one token: first what it means, last how it is written.
    fn to_token(
        &self,
        (at, of): (usize, usize),
        draft: &mut Draft,
        draws: &mut Draws,
        people: &mut People,
        done: &mut Vec<&'static str>,
    ) {
        for (class, faults) in self.tokens.iter().enumerate() {
            let mut first = true;
            for (_, (name, apply)) in faults.iter().filter(|(place, _)| *place % of == at) {
                // Of claims and wire one in all, of signatures one: which of two comes first is open.
                let possible = match class {
                    0 => true,
                    // A fault in the claims could change what a policy without end rests on.
                    1 => !draft.spoilt && !draft.frozen,
                    3 => !draft.spoilt,
                    _ => first && !draft.overlong,
                };
                if possible && apply(draft, draws, people) {
                    first = false;
                    draft.spoilt |= class == 1 || class == 3;
                    done.push(name);
                }
            }
        }
    }
}

/// A change of one link that can only take something away.
#[derive(Debug, Clone)]
pub enum Twist {
    /// One more statement in its policy.
    Statement(Ipld),
    /// An end, or an earlier one.
    Expiry(i64),
    /// A command below its own.
    Command(&'static str),
}

/// A case, from choices.
#[must_use]
pub fn case(draws: &mut Draws) -> Case {
    case_with(draws, None)
}

/// A case, from choices, with a change of the link at this position (counted around) before any fault is
/// done: the same choices make the same world but for that.
#[must_use]
pub fn case_with(draws: &mut Draws, twist: Option<(usize, &Twist)>) -> Case {
    // The faults come first, so that a world can be made smaller around them.
    let faults = Faults::draw(draws);
    let mut plan = plan(draws);
    if let Some((at, twist)) = twist {
        let links = plan.links.len().max(1);
        if let Some(link) = plan.links.get_mut(at % links) {
            link.twist(twist);
        }
    }
    let mut done = Vec::new();
    for (name, apply) in &faults.plan {
        if apply(&mut plan, draws) {
            done.push(*name);
        }
    }
    let links = plan.links.len();
    let mut proofs = Proofs::default();
    for (at, mut draft) in std::mem::take(&mut plan.links).into_iter().enumerate() {
        faults.to_token((at, links + 1), &mut draft, draws, &mut plan.people, &mut done);
        let cid = proofs.come_along(draft);
        proofs.named.push(cid);
        proofs.cids.push(cid);
    }
    for (name, apply) in &faults.revocations {
        if apply(&mut proofs, &mut plan, draws) {
            done.push(*name);
        }
    }
    for (name, apply) in &faults.proofs {
        if apply(&mut proofs, &plan, draws) {
            done.push(*name);
        }
    }
    let mut invocation = invocation(&plan, &proofs.named, draws);
    faults.to_token((links, links + 1), &mut invocation, draws, &mut plan.people, &mut done);
    let reserved = delivery::is_reserved(invocation.text("cmd"));
    let (bytes, invocation) = invocation.finish();
    let (delivery, undelivered) = delivery::deliver(
        draws,
        &plan,
        &proofs,
        (&bytes, &invocation, reserved),
        &faults.delivery,
        &mut done,
    );
    let world = World {
        now: plan.now,
        tolerance: i64::from(plan.tolerance),
        executor: plan.executor,
        serves: plan.serves,
        takes_leaf_first: plan.takes_leaf_first,
        // What a container withholds is as good as unreadable.
        invocation: match undelivered {
            Some(code) => {
                allod_model::Token { content: allod_model::Content::Unreadable(code), ..invocation }
            }
            None => invocation,
        },
        revocations: proofs.revocations.iter().map(|(_, token)| token.clone()).collect(),
        tokens: proofs.tokens.into_iter().map(|(_, token)| token).collect(),
        revoked: proofs.revoked.into_iter().map(|(cid, by)| (cid.into(), by)).collect(),
        unavailable: proofs.unavailable.into_iter().map(|(cid, by)| (cid.into(), by)).collect(),
        names: plan.people.names,
        documents: plan.people.documents,
    };
    let documents = delivery::documents(&world.documents);
    let revocations = proofs.revocations.into_iter().map(|(bytes, _)| bytes).collect();
    Case { delivery, revocations, documents, world, faults: done }
}

fn plan(draws: &mut Draws) -> Plan {
    let mut people = People::default();
    let length = draws.pick(&[1, 2, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8]);
    let chain: Vec<Person> = (0..=length).map(|_| people.anyone(draws)).collect();
    let command = draws.pick(&COMMANDS);
    let mut arguments: Vec<(String, Ipld)> =
        (0..draws.below(4)).map(|_| (draws.pick(&NAMES).to_owned(), value(draws, 2))).collect();
    arguments.sort_by(|one, other| one.0.cmp(&other.0));
    arguments.dedup_by(|one, other| one.0 == other.0);
    let tolerance = draws.pick(&[0, 60, 60, 1, 86_400, u32::MAX]);
    let subject = chain[0].did.clone();
    let root = Ipld::Map(arguments.iter().cloned().collect());
    let mut links = Vec::new();
    for (at, pair) in chain.windows(2).enumerate() {
        let about = if at > 0 && draws.one_in(4) { None } else { Some(subject.as_str()) };
        let mut draft = Draft::delegation(&pair[0], &pair[1].did, about, &covering(draws, command));
        if draws.below(3) > 0 {
            draft.set("pol", policy(draws, &root));
        }
        window(draws, &mut draft, tolerance);
        around(draws, &mut draft);
        links.push(draft);
    }
    let executor = if draws.one_in(3) { people.anyone(draws).did } else { subject.clone() };
    let serves = match draws.below(3) {
        0 => Some(vec![subject.clone()]),
        1 => None,
        _ => Some(vec![people.anyone(draws).did, subject]),
    };
    let mut plan = Plan {
        people,
        links,
        command,
        arguments,
        endless: false,
        now: NOW,
        tolerance,
        executor,
        serves,
        takes_leaf_first: false,
        chain,
    };
    plan.people.name("", Name::Malformed);
    plan
}

fn invocation(plan: &Plan, named: &[Cid], draws: &mut Draws) -> Draft {
    let subject = &plan.chain[0].did;
    let invoker = plan.chain.last().expect("a chain has a first");
    let mut draft = Draft::invocation(invoker, subject, plan.command);
    draft.frozen = plan.endless;
    draft.set("args", Ipld::Map(plan.arguments.iter().cloned().collect()));
    draft.set("prf", links(named));
    if plan.executor != *subject || draws.one_in(3) {
        draft.set("aud", plan.executor.as_str());
    }
    window(draws, &mut draft, plan.tolerance);
    around(draws, &mut draft);
    if draws.one_in(6) {
        draft.set("iat", Ipld::Integer(draws.pick(&[0, 1, NOW.into(), -1, MAX_TIME.into()])));
    }
    if draws.one_in(8) {
        draft.set("cause", Ipld::Link(link(draws).into()));
    }
    draft
}

/// A command that covers this one: itself, or one above it.
fn covering(draws: &mut Draws, command: &str) -> String {
    if draws.below(2) == 0 {
        return command.into();
    }
    let ends: Vec<usize> = command.match_indices('/').map(|(at, _)| at).chain([command.len()]).collect();
    match draws.pick(&ends) {
        0 => "/".into(),
        end => command[..end].into(),
    }
}

/// A window that is open now, if only just.
fn window(draws: &mut Draws, draft: &mut Draft, tolerance: u32) {
    let slack = i64::from(tolerance);
    let windows = [
        (None, None),
        (None, Some(NOW)),
        (None, Some(NOW + 1)),
        (None, Some(NOW + 3600)),
        (None, Some(MAX_TIME)),
        (Some(NOW), None),
        (Some(NOW), Some(NOW)),
        (Some(0), Some(NOW + 60)),
        (Some(-MAX_TIME), Some(MAX_TIME)),
        (Some(NOW - slack), Some(NOW - slack)),
        (Some(NOW + slack), None),
        (Some(NOW + slack), Some(NOW + slack)),
    ];
    let (beginning, end) = if draws.below(2) == 0 { (None, None) } else { draws.pick(&windows) };
    if let Some(end) = end {
        draft.set("exp", Ipld::Integer(end.into()));
    }
    if let Some(beginning) = beginning {
        draft.set("nbf", Ipld::Integer(beginning.into()));
    }
}

/// What stands around the claims that count.
fn around(draws: &mut Draws, draft: &mut Draft) {
    if draws.one_in(6) {
        draft.forge.tag = draft.forge.tag.replace("@1.0.0", "@1.0.0-rc.1");
    }
    if draws.one_in(4) {
        let meta = (0..draws.below(3)).map(|_| (draws.pick(&NAMES).to_owned(), value(draws, 2))).collect();
        draft.set("meta", Ipld::Map(meta));
    }
    if draws.one_in(4) {
        draft.set("nonce", Ipld::Bytes(vec![7; draws.pick(&[0, 1, 12, 300])]));
    }
}
