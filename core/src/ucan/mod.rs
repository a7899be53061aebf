//! What a token is: commands, policies, delegations, invocations, and the envelope they travel in.

pub mod build;
pub mod command;
pub mod delegation;
pub mod envelope;
pub mod error;
mod fields;
pub mod invocation;
pub mod nonce;
pub mod policy;
pub mod promise;
pub mod receipt;
pub mod revocation;
pub mod time;
pub mod token;
pub mod varsig;

pub use self::build::{BuildError, DelegationBuilder, InvocationBuilder, Issuer, Lint, Unsigned};
pub use self::command::{Command, CommandError};
pub use self::delegation::{Delegation, Subject};
pub use self::envelope::{TokenKind, Version};
pub use self::error::{TokenError, VerifyError};
pub use self::invocation::{Invocation, Task};
pub use self::nonce::Nonce;
pub use self::policy::{Policy, PolicyError, Statement};
pub use self::promise::{Branch, Promise};
pub use self::receipt::{Outcome, Receipt, ReceiptBuilder, ReceiptError, Results, VerifiedReceipt};
pub use self::revocation::{Revocation, RevocationBuilder, RevocationError};
pub use self::time::{Timestamp, TimestampError, Window};
pub use self::token::{AnyToken, Payload, Token, Verified};
