//! Policies and delegations in words.

use crate::fault::Fault;
use crate::input::Input;
use crate::make::delegation_builder;
use crate::output::Answer;
use crate::policy::policy;

/// A policy in words, and what is legal but risky in it. The question: `{policy}`.
pub(super) fn of_policy(input: &Input) -> Result<Vec<u8>, Fault> {
    let policy = policy(input)?;
    let lints = policy.lints();
    let mut answer = Answer::of(2);
    answer.text("words", &policy.words());
    answer.list("lints", &lints, |out, lint| out.string(&lint.to_string()));
    Ok(answer.done())
}

/// What is legal but risky in a delegation, in words. The question is that of [`delegation_builder`].
pub(super) fn of_delegation(input: &Input) -> Result<Vec<u8>, Fault> {
    let lints = delegation_builder(input)?.lints();
    let mut answer = Answer::of(1);
    answer.list("lints", &lints, |out, lint| out.string(&lint.to_string()));
    Ok(answer.done())
}
