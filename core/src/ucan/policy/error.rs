//! Why something is not a policy.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::glob::PatternError;
use super::selector::SelectorError;
use crate::wire::dag_json::DagJsonError;
use crate::wire::{CborError, Quoted, ValueError};

/// Where a statement stands in a policy: the policy's statement number, then the number among that
/// statement's own statements, and so on, from 0. Shown as `[2][1]`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct StatementPath(Vec<u32>);

impl StatementPath {
    /// The numbers, outermost first.
    #[must_use]
    pub fn indices(&self) -> &[u32] {
        &self.0
    }

    pub(super) fn push(&mut self, index: u32) {
        self.0.push(index);
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }
}

impl From<Vec<u32>> for StatementPath {
    fn from(indices: Vec<u32>) -> Self {
        Self(indices)
    }
}

impl fmt::Display for StatementPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|index| write!(f, "[{index}]"))
    }
}

impl fmt::Debug for StatementPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatementPath({self})")
    }
}

/// Why something is not a policy, and which statement is to blame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The policy is not a list.
    #[error("a policy is a list of statements, such as [[\"==\", \".a\", 1]]")]
    NotAList,
    /// Something stands in a statement's place that is not a list beginning with an operator.
    #[error(
        "statement {path}: a statement is a list that begins with an operator, such as [\"==\", \".a\", 1]"
    )]
    NotAStatement {
        /// Which statement.
        path: StatementPath,
    },
    /// No operator has this name.
    #[error(
        "statement {path}: unknown operator {}: use ==, !=, <, <=, >, >=, like, not, and, or, all or any",
        Quoted(.name)
    )]
    UnknownOperator {
        /// Which statement.
        path: StatementPath,
        /// The name, cut to its first 20 characters.
        name: String,
    },
    /// Too few or too many items for the operator.
    #[error("statement {path}: {operator} takes {expected} items, counting itself")]
    Arity {
        /// Which statement.
        path: StatementPath,
        /// The operator.
        operator: &'static str,
        /// How many items its statement has.
        expected: u64,
    },
    /// The selector is not one.
    #[error("statement {path}: {source}")]
    Selector {
        /// Which statement.
        path: StatementPath,
        /// What is wrong with it.
        source: SelectorError,
    },
    /// Something else than a string stands in the selector's place.
    #[error("statement {path}: the selector must be a string, such as \".a\"")]
    SelectorNotString {
        /// Which statement.
        path: StatementPath,
    },
    /// The pattern of `like` is not one.
    #[error("statement {path}: {source}")]
    Pattern {
        /// Which statement.
        path: StatementPath,
        /// What is wrong with it.
        source: PatternError,
    },
    /// Something else than a string stands in the pattern's place.
    #[error("statement {path}: like compares with a string")]
    PatternNotString {
        /// Which statement.
        path: StatementPath,
    },
    /// `<`, `<=`, `>` or `>=` compares with something else than a number.
    #[error("statement {path}: {operator} compares with an integer or a float")]
    NotANumber {
        /// Which statement.
        path: StatementPath,
        /// The operator.
        operator: &'static str,
    },
    /// `and` or `or` holds something else than a list.
    #[error("statement {path}: {operator} takes a list of statements")]
    NotStatements {
        /// Which statement.
        path: StatementPath,
        /// The operator.
        operator: &'static str,
    },
    /// Nested deeper than a token can hold.
    #[error("the policy is nested deeper than {} levels: make it flatter", super::MAX_POLICY_DEPTH)]
    TooDeep,
    /// A value has no DAG-CBOR form.
    #[error("a value of the policy cannot be written: {0}")]
    Value(ValueError),
    /// The bytes are not strict DAG-CBOR.
    #[error("the policy is not strict DAG-CBOR: {0}")]
    Cbor(CborError),
    /// The text is not DAG-JSON.
    #[error("the policy is not DAG-JSON: {0}")]
    Json(DagJsonError),
}

impl From<CborError> for PolicyError {
    fn from(error: CborError) -> Self {
        match error {
            CborError::TooDeep { .. } => Self::TooDeep,
            error => Self::Cbor(error),
        }
    }
}

impl From<ValueError> for PolicyError {
    fn from(error: ValueError) -> Self {
        match error {
            ValueError::TooDeep => Self::TooDeep,
            ValueError::Cbor(error) => error.into(),
            error => Self::Value(error),
        }
    }
}

impl From<DagJsonError> for PolicyError {
    fn from(error: DagJsonError) -> Self {
        match error {
            DagJsonError::TooDeep { .. } => Self::TooDeep,
            error => Self::Json(error),
        }
    }
}

impl PolicyError {
    /// The same fault, seen from the statement or policy in which this one stands at `index`.
    pub(super) fn inside(mut self, index: u32) -> Self {
        if let Self::NotAStatement { path }
        | Self::UnknownOperator { path, .. }
        | Self::Arity { path, .. }
        | Self::Selector { path, .. }
        | Self::SelectorNotString { path }
        | Self::Pattern { path, .. }
        | Self::PatternNotString { path }
        | Self::NotANumber { path, .. }
        | Self::NotStatements { path, .. } = &mut self
        {
            path.0.insert(0, index);
        }
        self
    }
}
