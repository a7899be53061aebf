//! Statements, read one level at a time from a checked policy.

use super::glob::Pattern;
use super::selector::Selector;
use super::walk::past;
use crate::wire::View;

/// What a statement says. Only checked policies give one, so nothing in it can be malformed.
///
/// (UCAN delegation, "Policy".)
#[derive(Clone, Debug)]
pub enum StatementView<'a> {
    /// `==`: the selected value equals this one.
    Equal {
        /// Which value.
        selector: Selector<'a>,
        /// With what it is compared.
        value: View<'a>,
    },
    /// `!=`: the selected value is there and does not equal this one.
    NotEqual {
        /// Which value.
        selector: Selector<'a>,
        /// With what it is compared.
        value: View<'a>,
    },
    /// `<`: the selected value is a number below this one.
    Less {
        /// Which value.
        selector: Selector<'a>,
        /// An integer or float.
        value: View<'a>,
    },
    /// `<=`: the selected value is a number not above this one.
    LessOrEqual {
        /// Which value.
        selector: Selector<'a>,
        /// An integer or float.
        value: View<'a>,
    },
    /// `>`: the selected value is a number above this one.
    Greater {
        /// Which value.
        selector: Selector<'a>,
        /// An integer or float.
        value: View<'a>,
    },
    /// `>=`: the selected value is a number not below this one.
    GreaterOrEqual {
        /// Which value.
        selector: Selector<'a>,
        /// An integer or float.
        value: View<'a>,
    },
    /// `like`: the selected value is a string that matches.
    Like {
        /// Which value.
        selector: Selector<'a>,
        /// What it must match.
        pattern: Pattern<'a>,
    },
    /// `not`: the opposite of the inner statement.
    Not(StatementRef<'a>),
    /// `and`: every one of these; true when there is none.
    And(Statements<'a>),
    /// `or`: at least one of these; true when there is none.
    Or(Statements<'a>),
    /// `all`: the inner statement is true of every item of the selected list or map.
    All {
        /// Which collection.
        selector: Selector<'a>,
        /// What is said of each item, which is then `.`.
        each: StatementRef<'a>,
    },
    /// `any`: the inner statement is true of at least one item of the selected list or map.
    Any {
        /// Which collection.
        selector: Selector<'a>,
        /// What is said of each item, which is then `.`.
        each: StatementRef<'a>,
    },
}

/// A checked statement inside another.
#[derive(Clone, Copy, Debug)]
pub struct StatementRef<'a>(View<'a>);

impl<'a> StatementRef<'a> {
    /// Reads the statement.
    #[must_use]
    pub fn statement(self) -> StatementView<'a> {
        read(self.0)
    }

    /// The statement as data.
    #[must_use]
    pub const fn view(self) -> View<'a> {
        self.0
    }
}

/// Checked statements in a row.
#[derive(Clone, Debug)]
pub struct Statements<'a> {
    at: View<'a>,
    left: u64,
}

impl<'a> Statements<'a> {
    /// The statements of a checked list of them.
    pub(super) fn of(list: View<'a>) -> Self {
        Self { at: list.step().1, left: list.as_list().map_or(0, |items| items.len()) }
    }

    /// How many are still to come.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.left
    }

    /// Whether none is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.left == 0
    }
}

impl<'a> Iterator for Statements<'a> {
    type Item = StatementView<'a>;

    fn next(&mut self) -> Option<StatementView<'a>> {
        self.left = self.left.checked_sub(1)?;
        let statement = self.at;
        self.at = past(statement);
        Some(read(statement))
    }
}

/// The operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    Not,
    And,
    Or,
    All,
    Any,
}

impl Operator {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Like => "like",
            Self::Not => "not",
            Self::And => "and",
            Self::Or => "or",
            Self::All => "all",
            Self::Any => "any",
        }
    }

    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"==" => Self::Equal,
            b"!=" => Self::NotEqual,
            b"<" => Self::Less,
            b"<=" => Self::LessOrEqual,
            b">" => Self::Greater,
            b">=" => Self::GreaterOrEqual,
            b"like" => Self::Like,
            b"not" => Self::Not,
            b"and" => Self::And,
            b"or" => Self::Or,
            b"all" => Self::All,
            b"any" => Self::Any,
            _ => return None,
        })
    }

    /// Whether a selector stands between the operator and its argument.
    pub(super) const fn has_selector(self) -> bool {
        !matches!(self, Self::Not | Self::And | Self::Or)
    }
}

/// A statement's parts, where they lie, read for evaluation without a look at its texts.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) operator: Operator,
    /// That of the whole value for `not`, `and` and `or`.
    pub(super) selector: Selector<'a>,
    pub(super) argument: View<'a>,
}

impl<'a> Parts<'a> {
    /// The parts of a checked statement. It reads three heads and passes over nothing.
    #[cfg_attr(feature = "tables", inline)]
    pub(super) fn of(statement: View<'a>) -> Option<Self> {
        let (name, argument) = statement.list()?.1.text()?;
        let operator = Operator::from_name(name)?;
        let (selector, argument) =
            if operator.has_selector() { argument.text()? } else { (&b"."[..], argument) };
        Some(Self { operator, selector: Selector::checked(selector), argument })
    }
}

/// Reads a checked statement.
pub(super) fn read(statement: View<'_>) -> StatementView<'_> {
    let Some(parts) = Parts::of(statement) else {
        // Not reached with a checked statement. Nothing is below a list, so this one is never true.
        return StatementView::Less { selector: Selector::checked(b"."), value: statement };
    };
    let (value, each) = (parts.argument, StatementRef(parts.argument));
    match parts.operator {
        Operator::Not => StatementView::Not(each),
        Operator::And => StatementView::And(Statements::of(value)),
        Operator::Or => StatementView::Or(Statements::of(value)),
        operator => {
            let selector = parts.selector;
            match operator {
                Operator::NotEqual => StatementView::NotEqual { selector, value },
                Operator::Less => StatementView::Less { selector, value },
                Operator::LessOrEqual => StatementView::LessOrEqual { selector, value },
                Operator::Greater => StatementView::Greater { selector, value },
                Operator::GreaterOrEqual => StatementView::GreaterOrEqual { selector, value },
                Operator::Like => StatementView::Like {
                    selector,
                    pattern: Pattern::checked(value.as_text().unwrap_or_default()),
                },
                Operator::All => StatementView::All { selector, each },
                Operator::Any => StatementView::Any { selector, each },
                _ => StatementView::Equal { selector, value },
            }
        }
    }
}
