//! What is wrong, where, and what to do about it.

// Requirements kept here: allod-arguments-hidden.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

use super::trace::Rule;
use crate::code::Code;
use crate::ucan::policy::PolicyFailure;
use crate::wire::Cid;

/// One failed check, explained.
#[derive(Clone)]
pub struct Finding(Box<Parts>);

/// Behind a pointer, since most checks pass and their results travel by value.
#[derive(Clone)]
struct Parts {
    code: Code,
    rule: Rule,
    link: Option<usize>,
    cid: Option<Cid>,
    message: String,
    expected: Option<String>,
    found: Option<String>,
    policy: Option<PolicyFailure>,
    remedy: String,
}

impl Finding {
    pub(super) fn new(code: Code, rule: Rule, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            code,
            rule,
            link: None,
            cid: None,
            message: plain(message.into()),
            expected: None,
            found: None,
            policy: None,
            remedy: code.remedy().into(),
        }))
    }

    pub(super) fn on(mut self, link: Option<usize>, cid: impl Into<Option<Cid>>) -> Self {
        self.0.link = link;
        self.0.cid = cid.into();
        self
    }

    pub(super) fn expected(mut self, expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        self.0.expected = Some(plain(expected.to_string()));
        self.0.found = Some(plain(found.to_string()));
        self
    }

    pub(super) fn policy_failure(mut self, failure: PolicyFailure) -> Self {
        self.0.policy = Some(failure);
        self
    }

    pub(super) fn remedy_is(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = plain(remedy.into());
        self
    }

    /// The failure code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The rule that failed.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.0.rule
    }

    /// Where the rule is written down.
    #[must_use]
    pub fn spec(&self) -> &'static str {
        self.0.code.spec()
    }

    /// The link at fault, as an index into the invocation's proofs; `None` for the invocation itself.
    #[must_use]
    pub fn link(&self) -> Option<usize> {
        self.0.link
    }

    /// The CID of the token at fault.
    #[must_use]
    pub fn cid(&self) -> Option<Cid> {
        self.0.cid
    }

    /// What is wrong, for the one who decides. It may name principals and policies of the chain, but no
    /// arguments; those are in [`Finding::policy`].
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What should have been there.
    #[must_use]
    pub fn expected_value(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// What was there instead.
    #[must_use]
    pub fn found_value(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// The statement that is not satisfied, and what its selector found in the arguments.
    #[must_use]
    pub fn policy(&self) -> Option<&PolicyFailure> {
        self.0.policy.as_ref()
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.0.remedy
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.message)
    }
}

impl fmt::Debug for Finding {
    /// Without what was found in the arguments: that is for whoever asks for it by name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("code", &self.0.code)
            .field("rule", &self.0.rule)
            .field("link", &self.0.link)
            .field("cid", &self.0.cid)
            .field("message", &self.0.message)
            .finish_non_exhaustive()
    }
}

/// Escapes what could break a log's lines, drive a terminal, or turn the direction of text around: findings
/// speak of names and policies that strangers chose.
fn plain(text: String) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(harmful) {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if harmful(c) { plain.extend(c.escape_unicode()) } else { plain.push(c) }
    }
    plain
}
