//! The person's side.

use core::ffi::{c_char, c_void};
use std::sync::Arc;

use allod::agent::{Holdings, Listed, Received, State};
use allod::container::ContainerWriter;
use allod::store::{Flaw, Found, Gap, Goal, Reason, TakeUp, TakenUp, find_chain};
use allod::wire::Item;
use allod::{Agent, AnyToken, Ipld, MemoryResolver};
use allod_crossing::Fault;
use allod_crossing::input::count as field_count;

use crate::bytes::AllodBytes;
use crate::container::{AllodContainer, read_back};
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled};
use crate::make::{DELEGATION_FIELDS, INVOCATION_FIELDS, delegation, invocation};
use crate::pointer::{MaybeOut, Out, text};
use crate::question::{
    Format, Map, cid, count, did, list, maybe_question, question, seconds, text as word, time,
};
use crate::signer::AllodSigner;
use crate::store::AllodStore;
use crate::token::AllodToken;

/// Someone with a key, and a store of what was given to and by them. It may be used by many threads. Free it with
/// allod_agent_free.
pub struct AllodAgent;

handled!(AllodAgent = 12, Whole);

/// An agent, and what searches by themselves need of it.
pub(crate) struct Whole {
    agent: Agent,
    documents: MemoryResolver,
    tolerance: Option<u32>,
}

/// Someone who signs with this, and keeps what they hold and gave in that. Options are a map {documents, tolerance}, or NULL with the
/// length 0: pairs of a DID and its document, and how many seconds clocks may differ, 60 if absent. The signer and the store may be
/// freed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_new(
    signer: *const AllodSigner,
    store: *const AllodStore,
    options: *const c_void,
    options_len: usize,
    out: *mut *mut AllodAgent,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, options) = unsafe {
            (
                Out::at("out", out)?,
                maybe_question("options", options, options_len, &["documents", "tolerance"])?,
            )
        };
        let (documents, tolerance) =
            (options.fields().documents()?, options.fields().optional("tolerance", field_count)?);
        let mut agent = Agent::new(Arc::clone(&*get("signer", signer)?), get("store", store)?.store());
        for document in documents.documents() {
            agent = agent.document(document.clone());
        }
        if let Some(seconds) = tolerance {
            agent = agent.tolerance(seconds);
        }
        out.write(give(Whole { agent, documents, tolerance }));
        Ok(())
    })
}

/// Whom it speaks for.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_did(
    agent: *const AllodAgent,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(get("agent", agent)?.agent.did().to_string().as_bytes()));
        Ok(())
    })
}

/// Signs a delegation, described as for allod_delegation_sign, and keeps it. What it hands on has to be one's own, or held: the
/// chain it rests on is found, ALLOD_NO_CHAIN if there is none. `container` has all that its audience needs. Either
/// of `token` and `container` may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_grant(
    agent: *const AllodAgent,
    delegation: *const c_void,
    delegation_len: usize,
    now: i64,
    token: *mut *mut AllodToken,
    container: *mut *mut AllodContainer,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (token, container, asked) = unsafe {
            (
                MaybeOut::at(token),
                MaybeOut::at(container),
                question("delegation", delegation, delegation_len, &DELEGATION_FIELDS)?,
            )
        };
        let builder = self::delegation(&asked)?;
        let granted =
            get("agent", agent)?.agent.grant(builder, seconds("now", now)?).map_err(Fault::of_agent)?;
        let bundle = granted.container();
        both(AnyToken::Delegation(granted.delegation.into_token()), &bundle, token, container)
    })
}

/// Signs an invocation, described as for allod_invocation_sign, through the best chain that is held: ALLOD_NO_CHAIN, with what comes
/// nearest, if there is none. Its proofs are found; without `expires` it lasts for five minutes. `container` has all that
/// its executor needs. Either of `token` and `container` may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_invoke(
    agent: *const AllodAgent,
    invocation: *const c_void,
    invocation_len: usize,
    now: i64,
    token: *mut *mut AllodToken,
    container: *mut *mut AllodContainer,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (token, container, asked) = unsafe {
            (
                MaybeOut::at(token),
                MaybeOut::at(container),
                question("invocation", invocation, invocation_len, &INVOCATION_FIELDS)?,
            )
        };
        let builder = self::invocation(&asked)?;
        let asked =
            get("agent", agent)?.agent.invoke_with(builder, seconds("now", now)?).map_err(Fault::of_agent)?;
        let bundle = asked.container();
        both(AnyToken::Invocation(asked.invocation), &bundle, token, container)
    })
}

/// Revokes a delegation by its CID, and keeps the revocation: it takes effect here at once, and elsewhere once `container` arrives
/// there. ALLOD_UNKNOWN_DELEGATION and ALLOD_NOT_TO_REVOKE say why not. Either of `token` and `container` may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_revoke(
    agent: *const AllodAgent,
    delegation: *const c_char,
    delegation_len: usize,
    now: i64,
    token: *mut *mut AllodToken,
    container: *mut *mut AllodContainer,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (token, container, delegation) = unsafe {
            (MaybeOut::at(token), MaybeOut::at(container), text("delegation", delegation, delegation_len)?)
        };
        let revoked = get("agent", agent)?
            .agent
            .revoke(delegation.parse()?, seconds("now", now)?)
            .map_err(Fault::of_agent)?;
        let bundle = revoked.container();
        let revocation = revoked.revocation.revocation().token().clone();
        both(AnyToken::Invocation(revocation), &bundle, token, container)
    })
}

/// Takes in the delegations, receipts and revocations of a container: what is genuine is kept. A map {delegations, new, revocations,
/// receipts, refused} says what became of them: CIDs, how many were not known, of each revocation {cid, revoked, subject, result, code},
/// how many receipts, and of what was refused {cid, code}. `out` may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_receive(
    agent: *const AllodAgent,
    container: *const AllodContainer,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { MaybeOut::at(out) };
        let format = Format::of(format)?;
        let received =
            get("agent", agent)?.agent.receive(&*get("container", container)?).map_err(Fault::of_agent)?;
        let report = format.bytes(&report(&received))?;
        out.write(|| AllodBytes::give(&report));
        Ok(())
    })
}

/// Links a device: signs the delegations that make it speak for one, and bundles them with what is held. The link is {device,
/// command, expires, asOneself, mayRevoke}. It is a powerline: everything below `command`, "/" if absent, that is given to oneself, now or later,
/// until `expires`, for ever if absent; with `asOneself: true` also what
/// is about oneself; with `mayRevoke: true` also taking back in one's name. `is_complete`, which may be NULL, says whether
/// all that is held had room.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_link_device(
    agent: *const AllodAgent,
    link: *const c_void,
    link_len: usize,
    now: i64,
    container: *mut *mut AllodContainer,
    is_complete: *mut bool,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (container, is_complete, asked) = unsafe {
            (
                Out::at("container", container)?,
                MaybeOut::at(is_complete),
                question(
                    "link",
                    link,
                    link_len,
                    &["device", "command", "expires", "asOneself", "mayRevoke"],
                )?,
            )
        };
        let link = allod_crossing::whole::make::device_link(&asked)?;
        let linked =
            get("agent", agent)?.agent.link_device(&link, seconds("now", now)?).map_err(Fault::of_agent)?;
        container.write(give(read_back(&linked.container())?));
        is_complete.write(|| linked.complete);
        Ok(())
    })
}

/// All that one holds and gave, as a map {held, given}: of each {cid, issuer, audience, subject, command, expires, state, at, by,
/// issuerName, audienceName, subjectName}. The state is "valid", "not-yet" or "ended" (at), or "revoked" (by); what it rests
/// on may have ended.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_delegations(
    agent: *const AllodAgent,
    now: i64,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let format = Format::of(format)?;
        let Holdings { held, given } = get("agent", agent)?.agent.delegations(seconds("now", now)?)?;
        let map = Map::default().with("held", list(&held, listed)).with("given", list(&given, listed));
        out.write(format.give(&map.done())?);
        Ok(())
    })
}

/// Looks for the best chain by which the agent, or `invoker`, may do something: a map {subject, command, arguments, invoker}; without
/// arguments policies are not looked at. The answer is {chain} (tokens, root first), or {words, gap, held, until, flaws} of what comes
/// nearest, or {outOfBudget}, the steps after which it was given up.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_find_chain(
    agent: *const AllodAgent,
    goal: *const c_void,
    goal_len: usize,
    now: i64,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, asked) = unsafe {
            (
                Out::at("out", out)?,
                question("goal", goal, goal_len, &["subject", "command", "arguments", "invoker"])?,
            )
        };
        let (fields, format) = (asked.fields(), Format::of(format)?);
        let whole = get("agent", agent)?;
        let invoker = fields.optional("invoker", allod_crossing::input::did)?;
        let invoker = invoker.unwrap_or_else(|| whole.agent.did().clone());
        let at = seconds("now", now)?;
        let mut goal = Goal::new(invoker, fields.did("subject")?, fields.command("command")?, at);
        if let Some(arguments) = fields.get("arguments") {
            goal = goal.arguments(Item::parse(arguments.as_cbor())?);
        }
        if let Some(seconds) = whole.tolerance {
            goal = goal.tolerance(seconds);
        }
        let found = find_chain(whole.agent.store(), goal, &whole.documents)?;
        out.write(format.give(&found_as(&whole.agent, &found)?)?);
        Ok(())
    })
}

/// Frees an agent. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_agent_free(agent: *mut AllodAgent) -> bool {
    quietly(false, || free(agent))
}

fn both(
    made: AnyToken,
    bundle: &ContainerWriter,
    token: MaybeOut<*mut AllodToken>,
    container: MaybeOut<*mut AllodContainer>,
) -> Result<(), Fault> {
    let bundle = read_back(bundle)?;
    token.write(|| give(made));
    container.write(|| give(bundle));
    Ok(())
}

fn report(received: &Received) -> Ipld {
    Map::default()
        .with("delegations", list(&received.delegations, |token| cid(&token.cid())))
        .with("new", count(received.new))
        .with("revocations", list(&received.revocations, taken_up))
        .with("receipts", count(received.receipts))
        .with(
            "refused",
            list(&received.refused, |(at, code)| {
                Map::default().with("cid", cid(at)).with("code", code.name().to_owned()).done()
            }),
        )
        .done()
}

/// What became of a revocation: {cid, revoked, subject, result, code}.
pub(crate) fn taken_up(one: &TakenUp) -> Ipld {
    let result = match &one.result {
        TakeUp::New => "new",
        TakeUp::Known => "known",
        TakeUp::Irrelevant => "irrelevant",
        TakeUp::OverQuota => "over-quota",
        TakeUp::Refused(_) => "refused",
    };
    Map::default()
        .with("cid", cid(&one.cid))
        .with("revoked", cid(&one.revoked))
        .with("subject", did(&one.subject))
        .with("result", result.to_owned())
        .maybe("code", one.result.code().map(|code| code.name().to_owned()))
        .done()
}

fn listed(listed: &Listed) -> Ipld {
    let (state, at, by) = match &listed.state {
        State::Valid => ("valid", None, None),
        State::NotYet(at) => ("not-yet", Some(*at), None),
        State::Ended(at) => ("ended", Some(*at), None),
        State::Revoked { by } => ("revoked", None, Some(by)),
    };
    let token = &listed.delegation;
    Map::default()
        .with("cid", cid(&token.cid()))
        .with("issuer", did(token.issuer()))
        .with("audience", did(token.audience()))
        .maybe("subject", token.subject().did().map(did))
        .with("command", word(token.command()))
        .maybe("expires", token.expires().map(time))
        .with("state", state.to_owned())
        .maybe("at", at.map(time))
        .maybe("by", by.map(did))
        .maybe("issuerName", listed.issuer_name.clone())
        .maybe("audienceName", listed.audience_name.clone())
        .maybe("subjectName", listed.subject_name.clone())
        .done()
}

fn found_as(agent: &Agent, found: &Found) -> Result<Ipld, Fault> {
    let miss = match found {
        Found::Chain(chain) => {
            let chain = list(chain, |link| Ipld::Bytes(link.as_bytes().to_vec()));
            return Ok(Map::default().with("chain", chain).done());
        }
        Found::OutOfBudget { steps } => {
            return Ok(Map::default().with("outOfBudget", Ipld::Integer((*steps).into())).done());
        }
        Found::None(miss) => miss,
    };
    let names = agent.store().names()?;
    let words = miss.words(|whose| {
        let known = names.iter().find(|(_, known)| known == whose);
        known.map_or_else(|| whose.short(), |(name, _)| name.clone())
    });
    let flaws: &[Flaw] = match miss.gap() {
        Gap::Flawed(flawed) => &flawed.flaws,
        _ => &[],
    };
    Ok(Map::default()
        .with("words", words)
        .with("gap", allod_crossing::whole::miss::gap(miss.gap()).to_owned())
        .maybe("held", miss.held().map(word))
        .maybe("until", miss.until().map(time))
        .with("flaws", list(flaws, flaw))
        .done())
}

fn flaw(flaw: &Flaw) -> Ipld {
    let reason: &Reason = &flaw.reason;
    Map::default()
        .with("delegation", cid(&flaw.delegation))
        .with("issuer", did(&flaw.issuer))
        .with("audience", did(&flaw.audience))
        .with("reason", allod_crossing::whole::miss::reason(reason).to_owned())
        .done()
}
