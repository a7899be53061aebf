//! Whether the arguments satisfy a policy.

// Requirements kept here: pol-constrains-args, pol-all-top-level, pol-leaves-true, pol-neq-is-not-eq,
// pol-num-non-number, pol-num-no-error, pol-like-non-string, pol-like-no-error, pol-and-all,
// pol-and-empty, pol-or-one, pol-or-empty, pol-not-inverts, pol-quant-non-collection, pol-quant-no-error,
// pol-quant-list, pol-quant-map-values, pol-quant-map-as-list, pol-unresolved-not-true,
// pol-unresolved-no-error, pol-args-verbatim, pol-args-not-adjusted, allod-policy-unknown,
// allod-policy-all-empty, allod-policy-any-empty, allod-no-tree.

use core::cmp::Ordering;
use core::ops::Not;

use super::Policy;
use super::budget::{Budget, BudgetExceeded};
use super::equal::equal;
use super::glob::Pattern;
use super::number::Number;
use super::promise::Arguments;
use super::resolve::{ResolveError, Resolved};
use super::selector::Selector;
use super::statement::{Operator, Parts};
use super::walk::pass;
use crate::wire::View;

/// What a statement comes to. Only [`Truth::True`] allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It speaks of a value that is not there, that has the wrong type, or that is not known yet.
    Unknown,
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Policy {
    /// Whether `arguments` satisfy every statement, from left to right, stopping at the first that is false.
    ///
    /// Where several policies judge the same arguments, make the [`Arguments`] once.
    ///
    /// # Errors
    /// When the budget ends before the answer is known: then the decision is to deny.
    pub fn evaluate<'a>(
        &self,
        arguments: impl Into<Arguments<'a>>,
        budget: &mut Budget,
    ) -> Result<Truth, BudgetExceeded> {
        let arguments = arguments.into();
        let mut evaluation = Evaluation::new(&arguments, budget);
        let verdict = evaluation.connective(self.view(), arguments.view(), Truth::False)?;
        Ok(verdict.map_or(Truth::True, |verdict| verdict.truth))
    }
}

/// What a statement comes to, and the leaf that made it so, where it was visited.
#[derive(Clone, Copy)]
pub(super) struct Verdict<'p, 'a> {
    pub(super) truth: Truth,
    /// The statement that decided: one that has a selector, or an empty connective.
    pub(super) leaf: View<'p>,
    /// The value it was visited on.
    pub(super) on: View<'a>,
}

/// One evaluation. Its recursion is as deep as statements nest, which is bounded.
pub(super) struct Evaluation<'b> {
    budget: &'b mut Budget,
    promises: bool,
}

impl<'b> Evaluation<'b> {
    pub(super) fn new(arguments: &Arguments<'_>, budget: &'b mut Budget) -> Self {
        Self { budget, promises: arguments.contain_promises() }
    }

    /// Visits one statement on one value.
    pub(super) fn statement<'p, 'a>(
        &mut self,
        statement: View<'p>,
        on: View<'a>,
    ) -> Result<Verdict<'p, 'a>, BudgetExceeded> {
        self.budget.step()?;
        let itself = |truth| Verdict { truth, leaf: statement, on };
        let Some(parts) = Parts::of(statement) else {
            // Not reached with a checked policy.
            return Ok(itself(Truth::Unknown));
        };
        match parts.operator {
            Operator::Not => {
                let inner = self.statement(parts.argument, on)?;
                Ok(Verdict { truth: !inner.truth, ..inner })
            }
            // Without statements both are true (decision 15).
            Operator::And => {
                let verdict = self.connective(parts.argument, on, Truth::False)?;
                Ok(verdict.unwrap_or(itself(Truth::True)))
            }
            Operator::Or => {
                let verdict = self.connective(parts.argument, on, Truth::True)?;
                Ok(verdict.unwrap_or(itself(Truth::True)))
            }
            Operator::All | Operator::Any => {
                let verdict = self.quantifier(&parts, on)?;
                Ok(verdict.unwrap_or_else(itself))
            }
            _ => self.leaf(&parts, on).map(itself),
        }
    }

    /// The statements of a list, until one is `decisive`; `None` where there is none. Unknown outweighs the
    /// opposite of what is decisive.
    fn connective<'p, 'a>(
        &mut self,
        list: View<'p>,
        on: View<'a>,
        decisive: Truth,
    ) -> Result<Option<Verdict<'p, 'a>>, BudgetExceeded> {
        let mut result: Option<Verdict<'p, 'a>> = None;
        let (statements, mut at) = list.list().unwrap_or((0, list));
        for left in (0..statements).rev() {
            let verdict = self.statement(at, on)?;
            if verdict.truth == decisive {
                return Ok(Some(verdict));
            }
            if result.is_none_or(|before| before.truth != Truth::Unknown && verdict.truth == Truth::Unknown) {
                result = Some(verdict);
            }
            if left > 0 {
                at = pass(at, self.budget)?;
            }
        }
        Ok(result)
    }

    /// `all` and `any`. The error, so to speak, is the truth that the quantifier has by itself.
    fn quantifier<'p, 'a>(
        &mut self,
        parts: &Parts<'p>,
        on: View<'a>,
    ) -> Result<Result<Verdict<'p, 'a>, Truth>, BudgetExceeded> {
        let Some(mut items) = self.resolve(parts, on)?.and_then(Resolved::collection) else {
            return Ok(Err(Truth::Unknown));
        };
        let decisive = if parts.operator == Operator::All { Truth::False } else { Truth::True };
        // Over nothing `all` is true and `any` unknown (decision 15).
        let mut truth = match (items.is_empty(), parts.operator) {
            (true, Operator::Any) => Truth::Unknown,
            _ => !decisive,
        };
        let mut undecided = None;
        while let Some(item) = items.first() {
            let verdict = self.statement(parts.argument, item)?;
            if verdict.truth == decisive {
                return Ok(Ok(verdict));
            }
            if verdict.truth == Truth::Unknown && undecided.is_none() {
                (truth, undecided) = (Truth::Unknown, Some(verdict));
            }
            items.advance(self.budget)?;
        }
        // Of `any` it says more that no item did than why the first one did not.
        Ok(match (undecided, parts.operator) {
            (Some(verdict), Operator::All) => Ok(verdict),
            _ => Err(truth),
        })
    }

    /// A statement that compares a selected value.
    fn leaf(&mut self, parts: &Parts<'_>, on: View<'_>) -> Result<Truth, BudgetExceeded> {
        let Some(found) = self.resolve(parts, on)? else {
            return Ok(Truth::Unknown);
        };
        if self.promises && found.contains_promise(self.budget)? {
            return Ok(Truth::Unknown);
        }
        let value = parts.argument;
        match parts.operator {
            Operator::Equal => equal(found, value, self.budget).map(Truth::from),
            Operator::NotEqual => equal(found, value, self.budget).map(|same| !Truth::from(same)),
            Operator::Like => self.like(found, value),
            operator => Ok(inequality(operator, found, value)),
        }
    }

    fn like(&mut self, found: Resolved<'_>, pattern: View<'_>) -> Result<Truth, BudgetExceeded> {
        let Resolved::Item(item) = found else {
            return Ok(Truth::Unknown);
        };
        let (Some(text), Some(pattern)) = (item.as_text(), pattern.as_text()) else {
            return Ok(Truth::Unknown);
        };
        self.budget.work(Pattern::cost(pattern, text))?;
        Ok(Pattern::checked(pattern).matches_bytes(text).into())
    }

    fn resolve<'a>(
        &mut self,
        parts: &Parts<'_>,
        on: View<'a>,
    ) -> Result<Option<Resolved<'a>>, BudgetExceeded> {
        // Before its bytes are looked at.
        self.budget.work(Selector::cost(parts.selector.len()))?;
        match parts.selector.follow(on, self.budget) {
            Ok(found) => Ok(Some(found)),
            Err(ResolveError::Unresolved(_)) => Ok(None),
            Err(ResolveError::Budget(exceeded)) => Err(exceeded),
        }
    }
}

fn inequality(operator: Operator, found: Resolved<'_>, value: View<'_>) -> Truth {
    let found = match found {
        Resolved::Item(item) => Number::of(item),
        Resolved::Byte(byte) => Some(Number::Integer(byte.into())),
        _ => None,
    };
    let Some((found, value)) = found.zip(Number::of(value)) else {
        return Truth::Unknown;
    };
    let order = found.compare(value);
    match operator {
        Operator::Less => (order == Ordering::Less).into(),
        Operator::LessOrEqual => (order != Ordering::Greater).into(),
        Operator::Greater => (order == Ordering::Greater).into(),
        Operator::GreaterOrEqual => (order != Ordering::Less).into(),
        _ => Truth::Unknown,
    }
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
