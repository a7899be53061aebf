//! A small world made of any bytes: a chain of truly signed delegations and an invocation, whole or with
//! faults, decided in several ways.
//!
//! What is made without a fault is allowed; what has a fault that must deny is denied; of what was changed in
//! a way that nobody here judges, an `Allow` still has to hold what every grant holds.

mod decided;
mod faults;
mod made;

use self::made::World;
use super::source::Source;

/// What a change to a sound world comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is allowed as before.
    None,
    /// Not judged here.
    Unknown,
    /// It must be denied.
    Deny,
}

/// Makes a world of the bytes and decides it; says what was expected, and whether it was allowed.
///
/// # Panics
/// When the decision is not as it must be, or another way of asking gives another answer.
#[must_use]
pub fn decide(data: &[u8]) -> (Effect, bool) {
    let mut source = Source::new(data);
    let mut world = World::sound(&mut source);
    let before = faults::before_naming(&mut world, &mut source);
    let mut bundle = world.bundle(&mut source);
    let after = faults::after_naming(&mut bundle, &mut source);
    let effect = before.max(after);
    let allowed = decided::every_way(&bundle, &mut source);
    match effect {
        Effect::None => assert!(allowed, "sound, and denied: {bundle:?}"),
        Effect::Deny => assert!(!allowed, "faulty, and allowed: {bundle:?}"),
        Effect::Unknown => {}
    }
    (effect, allowed)
}

/// The target.
pub(super) fn world(data: &[u8]) {
    let _judged = decide(data);
}
