//! Every public type crosses threads, and the list below has every public type.

#![allow(dead_code, reason = "the assertions are made while this is compiled")]

use allod::identity as id;
use allod::ucan as tokens;
use allod::ucan::policy as pol;
use allod::validation as val;
use allod_tests::sources::{read, rust_files};

const fn shared<T: Send + Sync + 'static>() {}

// A service that catches panics hands a key in.
const _: fn() = unwinding::<id::SigningKey>;
fn unwinding<T: std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}

macro_rules! shared {
    ($($type:ty,)+) => { const _: () = { $(shared::<$type>();)+ }; };
}

shared! {
    allod::Code,
    allod::limits::Limits,
    // wire
    allod::Cid, allod::Ipld, allod::wire::CidError, allod::wire::Slice, allod::wire::Item,
    allod::wire::ValueError, allod::wire::value::Misfit, allod::wire::CborError, allod::wire::View<'static>, allod::wire::Kind<'static>,
    allod::wire::cbor::List<'static>, allod::wire::cbor::Map<'static>, allod::wire::Writer,
    allod::wire::varint::VarintError, allod::wire::multibase::MultibaseError,
    allod::wire::dag_json::DagJsonError,
    // identity
    id::SigningKey, id::SeedError, id::GenerateError, id::PublicKey, id::Algorithm, id::AlgorithmError,
    id::Pkcs8Error, id::KeyError, id::AgreementPublicKey, id::AgreementSecretKey, id::AgreementError,
    id::SharedSecret,
    id::CompressedKey, id::ActingAs<id::SigningKey>, id::SigningError, id::Signature, id::SignatureError,
    id::JwkError, id::KeySet, id::KeysError, id::DidDocument, id::VerificationMethod, id::MethodKey,
    id::Relationship, id::Purpose, id::DocumentError, id::MethodError, id::Did, id::DidError,
    id::ResolveError, id::MemoryResolver, id::Cache,
    id::ed25519::SigningKey, id::ed25519::PublicKey, id::p256::SigningKey, id::p256::PublicKey,
    id::secp256k1::SigningKey, id::secp256k1::PublicKey,
    // ucan
    tokens::Command, tokens::CommandError, tokens::Subject, tokens::Delegation, tokens::Invocation,
    tokens::Task<'static>, tokens::Nonce, tokens::TokenError, tokens::VerifyError, tokens::DelegationBuilder,
    tokens::InvocationBuilder, tokens::BuildError, tokens::Issuer, tokens::Unsigned<tokens::Delegation>,
    tokens::Unsigned<tokens::Invocation>, tokens::Lint, tokens::Token<tokens::Delegation>,
    tokens::Token<tokens::Invocation>, tokens::Verified<tokens::Delegation>,
    tokens::Verified<tokens::Invocation>, tokens::AnyToken, tokens::Timestamp, tokens::TimestampError,
    tokens::Window, tokens::time::Position, tokens::varsig::Header, tokens::varsig::VarsigError,
    tokens::TokenKind, tokens::Version,
    tokens::Revocation, tokens::RevocationBuilder, tokens::RevocationError, tokens::Receipt,
    tokens::VerifiedReceipt, tokens::ReceiptBuilder, tokens::ReceiptError, tokens::Results,
    tokens::Outcome<'static>, tokens::Promise, tokens::Branch,
    // policies
    pol::Policy, pol::PolicyBuilder, pol::Statement, pol::PolicyError, pol::StatementPath, pol::PolicyFailure,
    pol::PolicyLint, pol::Budget, pol::BudgetExceeded, pol::Truth, pol::Pattern<'static>, pol::PatternError,
    pol::Selector<'static>, pol::SelectorError, pol::Resolved<'static>, pol::Unresolved, pol::ResolveError,
    pol::StatementView<'static>, pol::StatementRef<'static>, pol::Statements<'static>,
    pol::Arguments<'static>, pol::Run<'static>,
    // container
    allod::Container, allod::ContainerError, allod::ContainerWriter, allod::ContainerWriteError,
    allod::Encoding,
    // validation
    val::Authorizer, val::Subjects, val::Needs, val::Evidence<'static>, val::Decision, val::Grant, val::Denial,
    val::PublicDenial, val::Finding, val::Trace, val::Check, val::Outcome, val::Rule, val::Authority,
    val::RevocationSet, val::NoRevocations, val::Standing, val::VerifiedRevocation, val::Relevance,
    val::Mismatch, val::Sifted, val::Ignored, val::IgnoredReason,
    // store
    allod::store::AuditEntry, allod::store::AuditVerdict, allod::StoreError, allod::MemoryStore,
    allod::store::Query, allod::store::End, allod::store::About, allod::store::Cursor,
    allod::store::Page<()>, allod::store::Quota, allod::store::Added, allod::store::KeptRevocation,
    allod::store::ReplayEntry, allod::store::Begun, allod::store::TakenUp, allod::store::TakeUp,
    allod::store::StoreView<'static, allod::MemoryStore>, allod::store::RedbStore, allod::store::RedbOptions,
    allod::store::Goal, allod::store::NearestMiss, allod::store::Gap, allod::store::Flawed, allod::store::Flaw,
    allod::store::Reason, allod::store::Found, allod::store::Step, allod::store::Ask, allod::store::Answer,
    allod::store::Misanswered, allod::store::Search, allod::store::TakingUp<fn(&allod::Did) -> bool>,
    allod::store::TakingUpStep,
    // agent and executor
    allod::Agent, allod::agent::DeviceLink, allod::agent::Linked, allod::agent::AgentError, allod::agent::Granted,
    allod::agent::Holdings, allod::agent::Listed, allod::agent::Asked, allod::agent::Received,
    allod::agent::Revoked, allod::agent::Revoking, allod::agent::Grounds, allod::agent::Lineage, allod::agent::Held,
    allod::agent::Genuine, allod::executor::Executor, allod::executor::Call<'static>,
    allod::executor::Execution, allod::executor::Refusal, allod::executor::ExecutionError,
    allod::executor::Handler, allod::executor::HandlerError,
}

const _: () = {
    const fn object<T: Send + Sync + ?Sized>() {}
    object::<dyn val::RevocationView>();
};

#[test]
fn no_public_type_is_left_out() {
    let this = read("tests/tests/threads.rs");
    let mut missing = Vec::new();
    for (path, text) in rust_files("core/src") {
        for line in text.lines() {
            let declared = ["pub struct ", "pub enum "]
                .iter()
                .find_map(|keyword| line.trim_start().strip_prefix(keyword));
            let name: String =
                declared.unwrap_or_default().chars().take_while(char::is_ascii_alphanumeric).collect();
            // Public in name only: no path leads to it.
            // And what a call takes by reference, for as long as it runs.
            let unreachable = matches!(name.as_str(), "Library" | "Intake" | "Seen");
            if !unreachable
                && !name.is_empty()
                && !["::", " "].iter().any(|before| this.contains(&format!("{before}{name}")))
            {
                missing.push(format!("{path}: {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "not in the list: {missing:#?}");
}
