//! Policies: what the arguments of an invocation must look like.
//!
//! A policy is a list of statements about the arguments, every one of which must be true. It *is* its
//! DAG-CBOR bytes: checked once, then interpreted where they lie, in bounded time and memory.
//!
//! Statements are true, false or *unknown*, and only true allows (decision 14). A statement about a
//! value that is not there, that has the wrong type for the operator, or that is still a promise, is
//! unknown, and stays unknown under `not`. So no policy is satisfied by leaving something out.
//!
//! (UCAN delegation, "Policy".)

mod budget;
mod build;
mod check;
mod equal;
mod error;
mod evaluate;
mod failure;
mod glob;
mod lint;
mod number;
mod promise;
mod resolve;
mod selector;
mod short;
mod statement;
#[cfg(test)]
mod testing;
mod walk;
mod words;

use alloc::string::String;
use core::fmt;

pub use self::budget::{Budget, BudgetExceeded, MAX_STEPS, MAX_WORK};
pub use self::build::{PolicyBuilder, Statement};
pub use self::error::{PolicyError, StatementPath};
pub use self::evaluate::Truth;
pub use self::failure::PolicyFailure;
pub use self::glob::{Pattern, PatternError};
pub use self::lint::PolicyLint;
pub use self::promise::{Arguments, contains_promise};
pub use self::resolve::{ResolveError, Resolved, Unresolved};
pub use self::selector::{Selector, SelectorError};
pub use self::statement::{StatementRef, StatementView, Statements};
pub use self::walk::Run;
use crate::wire::cbor::MAX_DEPTH;
use crate::wire::{Ipld, Item, Slice, View, dag_json, value};

/// How deep lists and maps may nest in a policy, its own list included: a token's envelope and payload
/// take three levels around it.
pub const MAX_POLICY_DEPTH: usize = MAX_DEPTH - 3;

/// A checked policy.
///
/// ```
/// use allod::ucan::policy::{Budget, Policy, Statement, Truth};
/// use allod::wire::{View, dag_json, value};
///
/// let policy = Policy::builder()
///     .equal(".album", "summer")
///     .any(".to", Statement::like(".", "*@example.com"))
///     .build()?;
/// assert_eq!(
///     policy.to_json(),
///     r#"[["==",".album","summer"],["any",".to",["like",".","*@example.com"]]]"#
/// );
///
/// let args = dag_json::parse(r#"{"album": "summer", "to": ["bob@example.com"]}"#).unwrap();
/// let args = value::encode(&args).unwrap();
/// let truth = policy.evaluate(View::parse(&args).unwrap(), &mut Budget::new());
/// assert_eq!(truth, Ok(Truth::True));
/// # Ok::<(), allod::ucan::policy::PolicyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Policy(Item);

impl Policy {
    /// The policy without statements, which every invocation satisfies.
    #[must_use]
    pub fn empty() -> Self {
        #[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "one empty list, written here")]
        Self(Item::parse(&[0x80][..]).expect("an empty list is DAG-CBOR"))
    }

    /// Checks a policy given as bytes.
    ///
    /// # Errors
    /// When the bytes are not strict DAG-CBOR, or not a policy.
    pub fn from_cbor(bytes: impl Into<Slice>) -> Result<Self, PolicyError> {
        Self::from_item(Item::parse(bytes)?)
    }

    /// Checks a policy in shared bytes that were found to be one strict DAG-CBOR item. Copies nothing.
    ///
    /// # Errors
    /// When it is not a policy.
    pub fn from_item(item: Item) -> Result<Self, PolicyError> {
        Self::check(item.view())?;
        Ok(Self(item))
    }

    /// Checks a policy in a token; gives what follows it.
    pub(super) fn check_in_token(view: View<'_>) -> Result<View<'_>, PolicyError> {
        check::in_token(view)
    }

    /// A policy that was checked.
    pub(super) const fn of_checked(item: Item) -> Self {
        Self(item)
    }

    /// Checks a policy that lies in other bytes, and copies it.
    ///
    /// # Errors
    /// When it is not a policy.
    pub fn from_view(view: View<'_>) -> Result<Self, PolicyError> {
        Self::from_cbor(view.as_cbor())
    }

    /// Whether `view` is a policy: every operator known, with its exact number of items, every selector and
    /// pattern sound, comparisons of size with numbers only, nested no deeper than [`MAX_POLICY_DEPTH`].
    ///
    /// # Errors
    /// The first fault in reading order, with the path of its statement.
    pub fn check(view: View<'_>) -> Result<(), PolicyError> {
        check::policy(view)
    }

    /// Reads a policy from DAG-JSON: the whole list of statements.
    ///
    /// ```
    /// use allod::ucan::policy::Policy;
    /// let policy = Policy::from_json(r#"[["<=", ".size", 1000000]]"#)?;
    /// let error = Policy::from_json(r#"[["<=", "size", 1000000]]"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "statement [0]: a selector begins with a dot: write `.name` or `.[0]`"
    /// );
    /// # Ok::<(), allod::ucan::policy::PolicyError>(())
    /// ```
    ///
    /// # Errors
    /// When the text is not DAG-JSON, or not a policy.
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        Self::from_ipld(&dag_json::parse(text)?)
    }

    /// Makes a policy of a value: the list of statements.
    ///
    /// # Errors
    /// When the value has no DAG-CBOR form, or is not a policy.
    pub fn from_ipld(value: &Ipld) -> Result<Self, PolicyError> {
        Self::from_cbor(value::encode(value)?)
    }

    /// The policy as compact DAG-JSON. (A map with the key `/` in a value is shown, but not read back.)
    #[must_use]
    pub fn to_json(&self) -> String {
        dag_json::print(self.view())
    }

    /// The policy as an owned value.
    #[must_use]
    pub fn to_ipld(&self) -> Ipld {
        value::from_view(self.view())
    }

    /// The statements, in order.
    #[must_use]
    pub fn statements(&self) -> Statements<'_> {
        Statements::of(self.view())
    }

    /// How many statements there are at the top.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.statements().len()).unwrap_or(usize::MAX)
    }

    /// Whether there is no statement, so that every invocation is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statements().is_empty()
    }

    /// The policy's bytes.
    #[must_use]
    pub fn as_cbor(&self) -> &[u8] {
        self.0.as_cbor()
    }

    /// The policy as data, in place.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        self.0.view()
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::empty()
    }
}

impl core::str::FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::from_json(text)
    }
}

impl fmt::Display for Policy {
    /// The policy as DAG-JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        dag_json::write_view(f, self.view())
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({self})")
    }
}
