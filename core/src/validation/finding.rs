//! What is wrong, where, and what to do about it.

use alloc::string::{String, ToString};
use core::fmt;

use super::trace::Rule;
use crate::code::Code;
use crate::ucan::policy::PolicyFailure;
use crate::wire::Cid;

/// One failed check, explained.
#[derive(Debug, Clone)]
pub struct Finding {
    pub(super) code: Code,
    pub(super) rule: Rule,
    pub(super) link: Option<usize>,
    pub(super) cid: Option<Cid>,
    pub(super) message: String,
    pub(super) expected: Option<String>,
    pub(super) found: Option<String>,
    pub(super) policy: Option<PolicyFailure>,
    pub(super) remedy: String,
}

impl Finding {
    pub(super) fn new(code: Code, rule: Rule, message: impl Into<String>) -> Self {
        Self {
            code,
            rule,
            link: None,
            cid: None,
            message: message.into(),
            expected: None,
            found: None,
            policy: None,
            remedy: code.remedy().into(),
        }
    }

    pub(super) fn on(mut self, link: Option<usize>, cid: Cid) -> Self {
        self.link = link;
        self.cid = Some(cid);
        self
    }

    pub(super) fn expected(mut self, expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        self.expected = Some(expected.to_string());
        self.found = Some(found.to_string());
        self
    }

    pub(super) fn remedy_is(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The failure code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The rule that failed.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// Where the rule is written down.
    #[must_use]
    pub const fn spec(&self) -> &'static str {
        self.code.spec()
    }

    /// The link at fault, as an index into the invocation's proofs; `None` for the invocation itself.
    #[must_use]
    pub const fn link(&self) -> Option<usize> {
        self.link
    }

    /// The CID of the token at fault.
    #[must_use]
    pub const fn cid(&self) -> Option<Cid> {
        self.cid
    }

    /// What is wrong, for the one who decides. It may name principals and policies of the chain, but no
    /// arguments; those are in [`Finding::policy`].
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What should have been there.
    #[must_use]
    pub fn expected_value(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// What was there instead.
    #[must_use]
    pub fn found_value(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// The statement that is not satisfied, and what its selector found in the arguments.
    #[must_use]
    pub const fn policy(&self) -> Option<&PolicyFailure> {
        self.policy.as_ref()
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}
