#![cfg_attr(not(feature = "std"), no_std)]
#![doc = include_str!("../README.md")]

// Requirements kept here: allod-core-silent.

extern crate alloc;

#[cfg(feature = "std")]
pub mod agent;
pub mod code;
pub mod container;
#[cfg(feature = "std")]
pub mod executor;
pub mod identity;
pub mod limits;
#[cfg(feature = "std")]
pub mod store;
pub mod ucan;
pub mod validation;
pub mod wire;

#[cfg(feature = "std")]
pub use self::agent::Agent;
pub use self::code::Code;
pub use self::container::{Container, ContainerError, ContainerWriteError, ContainerWriter, Encoding};
#[cfg(feature = "cache")]
pub use self::identity::Cache;
pub use self::identity::{
    Algorithm, Did, DidError, MemoryResolver, PublicKey, Resolver, Signature, Signer, SigningKey,
};
#[cfg(feature = "std")]
pub use self::store::{MemoryStore, Store, StoreError};
pub use self::ucan::{
    AnyToken, BuildError, Command, CommandError, Delegation, DelegationBuilder, Invocation,
    InvocationBuilder, Issuer, Lint, Nonce, Policy, PolicyError, Promise, Receipt, Results, Revocation,
    RevocationError, Statement, Subject, Task, Timestamp, Token, TokenError, Unsigned, Verified,
    VerifiedReceipt, VerifyError, Version, Window,
};
pub use self::validation::{
    Authority, Authorizer, Decision, Denial, Evidence, Finding, Grant, Needs, PublicDenial, RevocationSet,
    RevocationView, Subjects, Trace, VerifiedRevocation,
};
pub use self::wire::{Cid, Ipld};
