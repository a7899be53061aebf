//! In the place of an implementation that no feature asks for, or that does not exist for this machine.

pub(super) const IMPLEMENTATION: Option<super::Implementation> = None;
