//! The switch, as it is added to the crate's root.

/// The root of the crate, with the switch in it.
pub(crate) fn added(root: &str) -> String {
    format!("{FEATURES}{root}{SWITCH}")
}

/// Mutants stand in `const fn` as well, which may not ask the environment. What tells a call at run time from
/// one that the compiler makes is an intrinsic, which the compiler hands out to those who name it in
/// `RUSTC_BOOTSTRAP`. This is the copy that is tested, and no part of what is shipped.
const FEATURES: &str = "\
#![feature(core_intrinsics, const_eval_select)]
#![allow(warnings)]
";

const SWITCH: &str = r#"
mod switched {
    use core::sync::atomic::{AtomicU32, Ordering};

    /// The mutant that is on; not asked yet where it is the highest number.
    static ON: AtomicU32 = AtomicU32::new(u32::MAX);

    pub(crate) const fn on(id: u32) -> bool {
        core::intrinsics::const_eval_select((id,), never, asked)
    }

    const fn never(_: u32) -> bool {
        false
    }

    fn asked(id: u32) -> bool {
        let mut on = ON.load(Ordering::Relaxed);
        if on == u32::MAX {
            on = std::env::var("ALLOD_MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
            ON.store(on, Ordering::Relaxed);
        }
        on == id
    }
}
"#;
