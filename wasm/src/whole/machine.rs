//! Searches and other flows, stepped from JavaScript: what they have to know is asked for, and answered from any store in
//! its own time.

use allod::agent::{AgentError, Grounds, Held, Lineage, Revoking};
use allod::store::{Added, Found, Goal, Quota, Search, Step, TakeUp, TakingUp, TakingUpStep};
use allod::wire::Item;
use allod::{Container, Did, Revocation, Token};
use allod_crossing::input::{count, did, pair, text, time};
use allod_crossing::output::or_null;
use allod_crossing::whole::ask::{asked, read_answer};
use allod_crossing::whole::miss::write_miss;
use allod_crossing::{Answer, Fault, Fields, Input, make};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::unsigned::RawUnsigned;
use crate::{named, thrown};

/// A flow that is under way.
#[wasm_bindgen]
pub struct RawMachine(Machine);

/// What DIDs are called.
pub(crate) type Names = Vec<(Did, String)>;

type Own = Box<dyn Fn(&Did) -> bool>;

enum Machine {
    Search(Box<Search>, Names),
    Revoking(Box<Revoking>, Option<Box<Grounds>>),
    TakingUp(Box<TakingUp<Own>>),
    Lineage(Box<Lineage>),
}

#[wasm_bindgen]
impl RawMachine {
    /// A flow of that name: see the functions below for their questions.
    #[wasm_bindgen(constructor)]
    pub fn new(question: Vec<u8>) -> Result<Self, JsValue> {
        let (what, question) = named(question);
        Self::begun(&what, question).map_err(thrown)
    }

    /// Takes what it asked for, unless nothing was asked yet, and says what it has to know next, or `{done}`.
    pub fn step(&mut self, told: Option<Vec<u8>>) -> Result<Vec<u8>, JsValue> {
        told.map_or(Ok(()), |told| self.answer(told)).and_then(|()| self.next()).map_err(thrown)
    }
}

impl RawMachine {
    fn begun(what: &str, question: Vec<u8>) -> Result<Self, Fault> {
        let input = &Input::read(question)?;
        match what {
            "search" => search(input),
            "revoking" => revoking(input),
            "taking-up" => taking_up(input),
            _ => lineage(input),
        }
    }

    fn next(&mut self) -> Result<Vec<u8>, Fault> {
        match &mut self.0 {
            Machine::Search(search, names) => Ok(match search.step() {
                Step::Ask(ask) => asked(&ask),
                Step::Done(found) => done(|out| write_found(out, &found, names)),
            }),
            Machine::Revoking(revoking, grounds) => Ok(match revoking.step() {
                Step::Ask(ask) => asked(&ask),
                Step::Done(found) => {
                    let found: Result<Grounds, AgentError> = found;
                    *grounds = Some(Box::new(found?));
                    done(|out| out.bool(true))
                }
            }),
            Machine::TakingUp(taking_up) => Ok(match taking_up.step() {
                TakingUpStep::Ask(ask) => asked(&ask),
                TakingUpStep::Put(revocation, quota) => {
                    let mut answer = Answer::of(1);
                    let delegations: Vec<_> = revocation.delegations().collect();
                    answer.with("put", |out| {
                        out.map_head(3);
                        out.string("revocation");
                        out.bytes(revocation.revocation().token().as_bytes());
                        out.string("delegations");
                        out.list(delegations.iter(), |out, token| out.bytes(token.as_bytes()));
                        out.string("quota");
                        or_null(out, quota, |out, quota| {
                            out.list_head(2);
                            out.integer(number(quota.each));
                            out.integer(number(quota.all));
                        });
                    });
                    answer.done()
                }
                TakingUpStep::Done(taken_up) => done(|out| {
                    out.list(taken_up.iter(), |out, one| {
                        out.list_head(5);
                        out.bytes(&one.cid.to_bytes());
                        out.bytes(&one.revoked.to_bytes());
                        out.string(&one.subject.to_string());
                        out.string(became(&one.result));
                        or_null(out, one.result.code(), |out, code| out.string(code.name()));
                    });
                }),
            }),
            Machine::Lineage(lineage) => Ok(match lineage.step() {
                Step::Ask(ask) => asked(&ask),
                Step::Done(held) => done(|out| {
                    let Held { delegations, complete } = held;
                    out.map_head(2);
                    out.string("delegations");
                    out.list(delegations.iter(), |out, token| out.bytes(token.as_bytes()));
                    out.string("complete");
                    out.bool(complete);
                }),
            }),
        }
    }

    fn answer(&mut self, told: Vec<u8>) -> Result<(), Fault> {
        let input = Input::read(told)?;
        let added = input.fields().optional("added", text)?;
        let result = match &mut self.0 {
            Machine::TakingUp(taking_up) if added.is_some() => taking_up.added(match added {
                Some("new") => Added::New,
                Some("known") => Added::Known,
                _ => Added::OverQuota,
            }),
            Machine::Search(search, _) => search.answer(read_answer(&input)?),
            Machine::Revoking(revoking, _) => revoking.answer(read_answer(&input)?),
            Machine::TakingUp(taking_up) => taking_up.answer(read_answer(&input)?),
            Machine::Lineage(lineage) => lineage.answer(read_answer(&input)?),
        };
        result.map_err(|error| Fault::new("StoreError", "misanswered", &error))
    }
}

#[wasm_bindgen]
impl RawMachine {
    /// The revocation to be signed, once the grounds are known. The question: `{issuer, at}`.
    pub fn unsigned(&self, question: Vec<u8>) -> Result<RawUnsigned, JsValue> {
        self.revocation(question).map_err(thrown)
    }

    /// Checks the signed revocation against its grounds, and gives what proves and witnesses it.
    pub fn witnesses(&self, revocation: Vec<u8>) -> Result<Vec<u8>, JsValue> {
        self.witnessed(revocation).map_err(thrown)
    }
}

/// A search for the best chain. The question: `{invoker, subject, command, arguments, at, tolerance, documents, names}`;
/// without arguments policies are not looked at.
fn search(input: &Input) -> Result<RawMachine, Fault> {
    let fields = input.fields();
    let (invoker, subject) = (fields.did("invoker")?, fields.did("subject")?);
    let mut goal = Goal::new(invoker, subject, fields.command("command")?, fields.time("at")?);
    if let Some(arguments) = fields.get("arguments") {
        goal = goal.arguments(Item::parse(arguments.as_cbor())?);
    }
    if let Some(value) = fields.optional("tolerance", count)? {
        goal = goal.tolerance(value);
    }
    let search = Search::new(goal).documents(fields.documents()?);
    Ok(RawMachine(Machine::Search(search.into(), names(fields)?)))
}

/// Finds out on what grounds a delegation can be taken back. The question: `{did, delegation, at, tolerance, documents}`.
fn revoking(input: &Input) -> Result<RawMachine, Fault> {
    let fields = input.fields();
    let mut revoking = Revoking::new(fields.did("did")?, fields.cid("delegation")?, fields.time("at")?)
        .documents(fields.documents()?);
    if let Some(seconds) = fields.optional("tolerance", count)? {
        revoking = revoking.tolerance(seconds);
    }
    Ok(RawMachine(Machine::Revoking(revoking.into(), None)))
}

/// Takes up the revocations of a container. The question: `{container, own, quota, documents}`.
fn taking_up(input: &Input) -> Result<RawMachine, Fault> {
    let fields = input.fields();
    let container = Container::read(fields.bytes("container")?)?;
    let own = fields.each("own", did)?;
    let own: Own = Box::new(move |subject| own.contains(subject));
    let mut taking_up = TakingUp::new(&container, own).documents(fields.documents()?);
    if let Some((each, all)) = fields.optional("quota", pair)? {
        let quota = |view| count("quota", view).map(u64::from);
        taking_up = taking_up.quota(Quota { each: quota(each)?, all: quota(all)? });
    }
    Ok(RawMachine(Machine::TakingUp(taking_up.into())))
}

/// Lists what someone holds and what that rests on. The question: `{did}`.
fn lineage(input: &Input) -> Result<RawMachine, Fault> {
    Ok(RawMachine(Machine::Lineage(Lineage::of(input.fields().did("did")?).into())))
}

impl RawMachine {
    fn revocation(&self, question: Vec<u8>) -> Result<RawUnsigned, Fault> {
        let input = Input::read(question)?;
        let fields = input.fields();
        let at = fields.required("at", time)?;
        Ok(RawUnsigned::invocation(self.grounds()?.builder(at).to_sign(make::issuer(fields)?)?))
    }

    fn witnessed(&self, revocation: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let verified = self.grounds()?.verify(Revocation::read(Token::parse(revocation)?)?)?;
        let delegations: Vec<_> = verified.delegations().collect();
        let mut answer = Answer::of(1);
        answer.list("delegations", &delegations, |out, token| out.bytes(token.as_bytes()));
        Ok(answer.done())
    }

    fn grounds(&self) -> Result<&Grounds, Fault> {
        match &self.0 {
            Machine::Revoking(_, Some(grounds)) => Ok(grounds),
            _ => Err(Fault::argument("machine", "grounds that were found")),
        }
    }
}

const fn became(result: &TakeUp) -> &'static str {
    match result {
        TakeUp::New => "new",
        TakeUp::Known => "known",
        TakeUp::Irrelevant => "irrelevant",
        TakeUp::OverQuota => "over-quota",
        TakeUp::Refused(_) => "refused",
    }
}

fn done(write: impl FnOnce(&mut allod::wire::Writer)) -> Vec<u8> {
    let mut answer = Answer::of(1);
    answer.with("done", write);
    answer.done()
}

/// As JavaScript holds it without loss; no store keeps more.
fn number(most: u64) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX).min((1 << 53) - 1)
}

/// What DIDs are called, for the words in which a search says what came nearest.
fn names(fields: Fields<'_>) -> Result<Names, Fault> {
    fields.each("names", |name, view| {
        let (whose, called) = pair(name, view)?;
        Ok((did(name, whose)?, text(name, called)?.to_owned()))
    })
}

fn write_found(out: &mut allod::wire::Writer, found: &Found, names: &[(Did, String)]) {
    out.map_head(1);
    match found {
        Found::Chain(chain) => {
            out.string("chain");
            out.list(chain.iter(), |out, link| out.bytes(link.as_bytes()));
        }
        Found::None(miss) => {
            out.string("miss");
            write_miss(out, miss, names);
        }
        Found::OutOfBudget { steps } => {
            out.string("outOfBudget");
            out.integer(number(*steps));
        }
    }
}
