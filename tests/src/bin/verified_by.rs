//! Which library verifies P-256 in this build, on this processor: what tests of another one are to be about.

fn main() {
    println!("{}", allod::Algorithm::P256.verified_by());
}
