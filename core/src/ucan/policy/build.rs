//! Building policies from Rust.

use alloc::vec::Vec;
use core::fmt;

use super::error::PolicyError;
use super::statement::Operator;
use super::{Policy, check};
use crate::wire::{Ipld, View, Writer, value};

/// One statement, checked, to be put into a policy or another statement.
///
/// Where a statement is taken, the result of making one is taken too, so that only the outermost call
/// needs its error looked at:
///
/// ```
/// use allod::ucan::policy::{Policy, Statement};
/// let not_secret = Statement::not(Statement::any(".tags", Statement::equal(".", "secret")))?;
/// assert_eq!(not_secret.to_string(), r#"["not",["any",".tags",["==",".","secret"]]]"#);
/// let policy = Policy::from_statements([not_secret])?;
/// # Ok::<(), allod::ucan::policy::PolicyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Statement(Vec<u8>);

impl From<Statement> for Result<Statement, PolicyError> {
    fn from(statement: Statement) -> Self {
        Ok(statement)
    }
}

macro_rules! leaves {
    ($($(#[$doc:meta])* $name:ident $operator:ident;)*) => {
        impl Statement {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// When the selector is not one, or the value cannot be written or does not fit the operator.
                pub fn $name(selector: &str, value: impl Into<Ipld>) -> Result<Self, PolicyError> {
                    Self::leaf(Operator::$operator, selector, &value.into())
                }
            )*
        }

        impl PolicyBuilder {
            $(
                $(#[$doc])*
                pub fn $name(self, selector: &str, value: impl Into<Ipld>) -> Self {
                    self.statement(Statement::$name(selector, value))
                }
            )*
        }
    };
}

leaves! {
    /// `==`: the selected value equals `value`; numbers by value, whatever their type.
    equal Equal;
    /// `!=`: the selected value is there and does not equal `value`.
    not_equal NotEqual;
    /// `<`: the selected value is a number below `value`.
    less_than Less;
    /// `<=`: the selected value is a number not above `value`.
    at_most LessOrEqual;
    /// `>`: the selected value is a number above `value`.
    greater_than Greater;
    /// `>=`: the selected value is a number not below `value`.
    at_least GreaterOrEqual;
}

impl Statement {
    /// `like`: the selected value is a string that matches `pattern`, where `*` is any run of characters.
    ///
    /// # Errors
    /// When the selector or the pattern is not one.
    pub fn like(selector: &str, pattern: &str) -> Result<Self, PolicyError> {
        Self::leaf(Operator::Like, selector, &Ipld::String(pattern.into()))
    }

    /// `not`: the opposite of `statement`. What is unknown stays unknown, and denied.
    ///
    /// # Errors
    /// Those of `statement`, or when it nests too deep.
    pub fn not(statement: impl Into<Result<Self, PolicyError>>) -> Result<Self, PolicyError> {
        let inner = inside(0, statement)?;
        Self::compose(Operator::Not, None, &inner.0)
    }

    /// `and`: every one of `statements`; true when there is none.
    ///
    /// # Errors
    /// The first of the statements, or when they nest too deep.
    pub fn and<S: Into<Result<Self, PolicyError>>>(
        statements: impl IntoIterator<Item = S>,
    ) -> Result<Self, PolicyError> {
        Self::compose(Operator::And, None, &list(statements)?)
    }

    /// `or`: at least one of `statements`; true, by the specification, when there is none.
    ///
    /// # Errors
    /// The first of the statements, or when they nest too deep.
    pub fn or<S: Into<Result<Self, PolicyError>>>(
        statements: impl IntoIterator<Item = S>,
    ) -> Result<Self, PolicyError> {
        Self::compose(Operator::Or, None, &list(statements)?)
    }

    /// `all`: `each` is true of every item of the selected list or map, in which an item is `.`.
    ///
    /// # Errors
    /// When the selector is not one, those of `each`, or when it nests too deep.
    pub fn all(selector: &str, each: impl Into<Result<Self, PolicyError>>) -> Result<Self, PolicyError> {
        Self::compose(Operator::All, Some(selector), &inside(0, each)?.0)
    }

    /// `any`: `each` is true of at least one item of the selected list or map, in which an item is `.`.
    ///
    /// # Errors
    /// When the selector is not one, those of `each`, or when it nests too deep.
    pub fn any(selector: &str, each: impl Into<Result<Self, PolicyError>>) -> Result<Self, PolicyError> {
        Self::compose(Operator::Any, Some(selector), &inside(0, each)?.0)
    }

    /// The statement's DAG-CBOR.
    #[must_use]
    pub fn as_cbor(&self) -> &[u8] {
        &self.0
    }

    fn leaf(operator: Operator, selector: &str, argument: &Ipld) -> Result<Self, PolicyError> {
        Self::compose(operator, Some(selector), &value::encode(argument)?)
    }

    /// Puts a statement together from an argument that is DAG-CBOR already, and checks it.
    fn compose(operator: Operator, selector: Option<&str>, argument: &[u8]) -> Result<Self, PolicyError> {
        let mut writer = Writer::new();
        writer.list_head(2 + u64::from(selector.is_some()));
        writer.string(operator.name());
        if let Some(selector) = selector {
            writer.string(selector);
        }
        let mut bytes = writer.into_bytes();
        bytes.extend_from_slice(argument);
        check::single(View::parse(&bytes)?)?;
        Ok(Self(bytes))
    }
}

/// The statement that shall stand at `index`, or its fault seen from outside.
fn inside(
    index: u32,
    statement: impl Into<Result<Statement, PolicyError>>,
) -> Result<Statement, PolicyError> {
    statement.into().map_err(|error| error.inside(index))
}

/// The DAG-CBOR list of some statements.
fn list<S: Into<Result<Statement, PolicyError>>>(
    statements: impl IntoIterator<Item = S>,
) -> Result<Vec<u8>, PolicyError> {
    let mut items = Vec::new();
    let mut count = 0_u32;
    for statement in statements {
        items.extend(inside(count, statement)?.0);
        count += 1;
    }
    let mut writer = Writer::with_capacity(items.len() + 5);
    writer.list_head(count.into());
    let mut bytes = writer.into_bytes();
    bytes.extend(items);
    Ok(bytes)
}

impl fmt::Display for Statement {
    /// The statement as DAG-JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match View::parse(&self.0) {
            Ok(view) => crate::wire::dag_json::write_view(f, view),
            Err(_) => Err(fmt::Error),
        }
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statement({self})")
    }
}

/// Collects statements into a policy; made by [`Policy::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct PolicyBuilder {
    statements: Vec<Statement>,
    error: Option<PolicyError>,
}

impl PolicyBuilder {
    /// Adds a statement, or the result of making one.
    pub fn statement(mut self, statement: impl Into<Result<Statement, PolicyError>>) -> Self {
        if self.error.is_none() {
            let index = u32::try_from(self.statements.len()).unwrap_or(u32::MAX);
            match inside(index, statement) {
                Ok(statement) => self.statements.push(statement),
                Err(error) => self.error = Some(error),
            }
        }
        self
    }

    /// `like`: the selected value is a string that matches `pattern`, where `*` is any run of characters.
    pub fn like(self, selector: &str, pattern: &str) -> Self {
        self.statement(Statement::like(selector, pattern))
    }

    /// `not`: the opposite of `statement`.
    pub fn not(self, statement: impl Into<Result<Statement, PolicyError>>) -> Self {
        self.statement(Statement::not(statement))
    }

    /// `or`: at least one of `statements`.
    pub fn or<S: Into<Result<Statement, PolicyError>>>(
        self,
        statements: impl IntoIterator<Item = S>,
    ) -> Self {
        self.statement(Statement::or(statements))
    }

    /// `all`: `each` is true of every item of the selected list or map.
    pub fn all(self, selector: &str, each: impl Into<Result<Statement, PolicyError>>) -> Self {
        self.statement(Statement::all(selector, each))
    }

    /// `any`: `each` is true of at least one item of the selected list or map.
    pub fn any(self, selector: &str, each: impl Into<Result<Statement, PolicyError>>) -> Self {
        self.statement(Statement::any(selector, each))
    }

    /// The policy.
    ///
    /// # Errors
    /// The first fault of any statement added.
    pub fn build(self) -> Result<Policy, PolicyError> {
        match self.error {
            Some(error) => Err(error),
            None => Policy::from_statements(self.statements),
        }
    }
}

impl Policy {
    /// A policy of these statements, every one of which must be true.
    ///
    /// # Errors
    /// The first fault among the statements, or when they nest too deep.
    pub fn from_statements<S: Into<Result<Statement, PolicyError>>>(
        statements: impl IntoIterator<Item = S>,
    ) -> Result<Self, PolicyError> {
        Self::from_cbor(list(statements)?)
    }

    /// Begins a policy, statement by statement; all of them must be true.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder { statements: Vec::new(), error: None }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn every_operator_is_built_as_it_is_written() {
        let policy = Policy::builder()
            .equal(".a", 1)
            .not_equal(".b", "x")
            .less_than(".c", 1.5)
            .at_most(".c", 2)
            .greater_than(".c", -1)
            .at_least(".c", 0)
            .like(".d", "*.jpg")
            .not(Statement::and([Statement::equal(".e", true)]))
            .or([Statement::equal(".f", Ipld::Null), Statement::equal(".f", Ipld::List(vec![]))])
            .all(".to", Statement::like(".", "*@example.com"))
            .any(".to[1:]", Statement::equal(".name?", "Bob").unwrap())
            .build()
            .unwrap();
        assert_eq!(
            policy.to_json(),
            concat!(
                r#"[["==",".a",1],["!=",".b","x"],["<",".c",1.5],["<=",".c",2],[">",".c",-1],[">=",".c",0],"#,
                r#"["like",".d","*.jpg"],["not",["and",[["==",".e",true]]]],["or",[["==",".f",null],["==",".f",[]]]],"#,
                r#"["all",".to",["like",".","*@example.com"]],["any",".to[1:]",["==",".name?","Bob"]]]"#,
            )
        );
        assert_eq!(Policy::from_json(&policy.to_json()), Ok(policy));
    }

    #[test]
    fn the_first_fault_is_kept_with_its_place() {
        let error = Policy::builder()
            .equal(".a", 1)
            .all(".b", Statement::not(Statement::equal("c", 1)))
            .like(".d", "\\")
            .build()
            .unwrap_err();
        assert!(error.to_string().starts_with("statement [1][0][0]: a selector begins"), "{error}");
        let error = Policy::builder().less_than(".a", "x").build().unwrap_err();
        assert_eq!(error.to_string(), "statement [0]: < compares with an integer or a float");
        assert!(matches!(Statement::equal(".a", f64::NAN), Err(PolicyError::Value(_))));
    }

    #[test]
    fn a_statement_that_fits_no_token_is_not_built() {
        let mut statement = Statement::and::<Statement>([]).unwrap();
        let refusal = loop {
            match Statement::not(statement.clone()) {
                Ok(deeper) => statement = deeper,
                Err(error) => break error,
            }
        };
        assert_eq!(refusal, PolicyError::TooDeep);
        assert!(Policy::from_statements([statement]).is_ok());
    }

    #[test]
    fn long_lists_have_longer_heads() {
        for count in [0_u32, 23, 24, 255, 256, 70_000] {
            let policy = Policy::from_statements((0..count).map(|n| Statement::equal(".a", n))).unwrap();
            assert_eq!(policy.len() as u64, u64::from(count));
        }
    }
}
