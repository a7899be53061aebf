//! How much evaluating policies may cost.

// Requirements kept here: allod-limit-steps, allod-limit-work.

/// The most statements one decision visits, each on one value.
pub use crate::limits::MAX_POLICY_STEPS as MAX_STEPS;

/// The most work one decision does, in units: about a data item walked over, or a byte compared.
pub use crate::limits::MAX_POLICY_WORK as MAX_WORK;

/// What evaluation may still spend. One budget serves all the policies of a chain.
///
/// A *step* is one statement visited on one value, and nothing else. *Work* is counted in units: one for
/// each data item that is walked over (selecting, quantifying, looking for promises, passing over
/// statements, and both sides of a comparison), one for each byte compared (of keys, strings, byte strings,
/// and a text held against a glob), three for each byte of a selector that is followed, four for each byte of
/// a glob. Both are charged before they are done, so that a decision takes some tens of milliseconds at
/// most, whatever the policy and the arguments. Looking through the arguments once, for promises, is not
/// charged: see [`Arguments`](super::Arguments).
///
/// ```
/// use allod::ucan::policy::{Budget, Policy};
/// use allod::wire::View;
/// let policy = Policy::builder().equal(".album", "summer").build()?;
/// let mut none = Budget::limited(0, 0);
/// assert!(policy.evaluate(View::parse(&[0xa0]).unwrap(), &mut none).is_err());
/// # Ok::<(), allod::ucan::policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    steps_left: u32,
    work_left: u32,
}

/// Which budget ran out. The decision is then to deny (`budget-exceeded`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BudgetExceeded {
    /// More statements were to be visited than allowed.
    #[error("the policies visit too many statements: use simpler policies or shorter lists in the arguments")]
    Steps,
    /// More data was to be walked over or compared than allowed.
    #[error("the policies walk over too much data: use simpler policies or smaller arguments")]
    Work,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

impl Budget {
    /// [`MAX_STEPS`] and [`MAX_WORK`].
    #[must_use]
    pub const fn new() -> Self {
        Self { steps_left: MAX_STEPS, work_left: MAX_WORK }
    }

    /// For the revocations of one container together.
    pub(crate) const fn of_many() -> Self {
        let times = crate::limits::MAX_REVOCATION_POLICIES;
        Self { steps_left: MAX_STEPS.saturating_mul(times), work_left: MAX_WORK.saturating_mul(times) }
    }

    /// A smaller budget; what is above [`MAX_STEPS`] or [`MAX_WORK`] is cut to them.
    #[must_use]
    pub fn limited(steps: u32, work: u32) -> Self {
        Self { steps_left: steps.min(MAX_STEPS), work_left: work.min(MAX_WORK) }
    }

    /// A budget of any size: a larger one lets a stranger's policy and arguments take longer.
    #[must_use]
    pub const fn danger_any_size(steps: u32, work: u32) -> Self {
        Self { steps_left: steps, work_left: work }
    }

    /// How many statements may still be visited.
    #[must_use]
    pub const fn steps_left(&self) -> u32 {
        self.steps_left
    }

    /// How many units of work may still be done.
    #[must_use]
    pub const fn work_left(&self) -> u32 {
        self.work_left
    }

    /// Pays for visiting one statement on one value.
    #[inline]
    pub(super) fn step(&mut self) -> Result<(), BudgetExceeded> {
        self.steps_left = self.steps_left.checked_sub(1).ok_or(BudgetExceeded::Steps)?;
        Ok(())
    }

    /// Pays for `units` of work. A budget that could not pay is empty from then on.
    #[inline]
    pub(super) fn work(&mut self, units: usize) -> Result<(), BudgetExceeded> {
        let left = u32::try_from(units).ok().and_then(|units| self.work_left.checked_sub(units));
        self.work_left = left.unwrap_or_default();
        left.map(|_| ()).ok_or(BudgetExceeded::Work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_pays_exactly_what_it_holds() {
        let mut budget = Budget::limited(1, 3);
        assert_eq!(budget.step(), Ok(()));
        assert_eq!(budget.step(), Err(BudgetExceeded::Steps));
        assert_eq!(budget.work(3), Ok(()));
        assert_eq!(budget.work(1), Err(BudgetExceeded::Work));
        assert_eq!(budget.work(0), Ok(()));
    }

    #[test]
    fn a_budget_that_could_not_pay_is_empty() {
        let mut budget = Budget::limited(0, 3);
        assert_eq!(budget.work(4), Err(BudgetExceeded::Work));
        assert_eq!(budget.work_left(), 0);
        assert_eq!(budget.work(usize::MAX), Err(BudgetExceeded::Work));
    }

    #[test]
    fn a_host_may_lower_it_and_raises_it_only_by_name() {
        assert_eq!(Budget::limited(u32::MAX, u32::MAX), Budget::new());
        assert_eq!(Budget::danger_any_size(u32::MAX, 1).steps_left(), u32::MAX);
    }
}
