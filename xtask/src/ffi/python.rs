//! Tests of the C ABI.

use crate::steps::Steps;

pub(crate) fn test(_steps: &mut Steps) {}
