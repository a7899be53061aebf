//! What a token is: commands, policies, delegations, invocations, and the envelope they travel in.

pub mod policy;
