//! Policies.

use allod::Policy;
use allod::ucan::policy::{Budget, Truth};

use crate::fault::Fault;
use crate::input::Input;
use crate::output::Answer;

/// What a policy says of arguments, and why if it is not satisfied; of none, nothing. The question: `{policy, arguments}`.
pub fn evaluate(input: &Input) -> Result<Vec<u8>, Fault> {
    let policy = policy(input)?;
    let Some(arguments) = input.fields().get("arguments") else { return Ok(Answer::of(0).done()) };
    let truth = policy.evaluate(arguments, &mut Budget::new())?;
    let failure = policy.first_failure(arguments, &mut Budget::new())?;
    let mut answer = Answer::of(if failure.is_some() { 6 } else { 1 });
    answer.text(
        "truth",
        match truth {
            Truth::True => "true",
            Truth::False => "false",
            Truth::Unknown => "unknown",
        },
    );
    if let Some(failure) = failure {
        answer.count("statement", Some(failure.index()));
        answer.text("path", &failure.path().to_string());
        answer.text("words", failure.words());
        answer.optional_text("selector", failure.selector());
        answer.text("found", failure.found());
    }
    Ok(answer.done())
}

pub fn policy(input: &Input) -> Result<Policy, Fault> {
    Ok(Policy::from_item(input.part(input.fields().required("policy", |_, view| Ok(view))?)?)?)
}
