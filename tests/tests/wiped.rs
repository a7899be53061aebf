//! Secrets are gone from memory once dropped, in the build that is tested.

use std::mem::MaybeUninit;

use allod::identity::{AgreementSecretKey, Algorithm, SigningKey};

/// Drops `value` where it lies; returns its memory before and after.
fn before_and_after<T>(value: T) -> (Vec<u8>, Vec<u8>) {
    let mut place = Box::new(MaybeUninit::new(value));
    let bytes = place.as_ptr().cast::<u8>();
    // SAFETY: every byte lies within the allocation, which outlives the reads. Volatile, for dropped
    // memory is nobody's value any more.
    let image = || {
        (0..size_of::<T>())
            .map(|at| unsafe { std::ptr::read_volatile(bytes.add(at)) })
            .collect()
    };
    let before = image();
    // SAFETY: initialised above, and never used as a `T` again.
    unsafe { place.assume_init_drop() };
    (before, image())
}

fn holds(image: &[u8], secret: [u8; 32]) -> bool {
    let mut reversed = secret;
    reversed.reverse();
    image
        .windows(32)
        .any(|window| window == secret || window == reversed)
}

fn changed(before: &[u8], after: &[u8]) -> usize {
    before
        .iter()
        .zip(after)
        .filter(|(before, after)| before != after)
        .count()
}

#[test]
fn a_dropped_key_leaves_nothing_behind() {
    let secret: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap() + 1);
    for algorithm in Algorithm::ALL {
        let key = SigningKey::from_seed(algorithm, &secret).unwrap();
        let (before, after) = before_and_after(key);
        // A P-256 scalar lies in memory in another representation: that its 32 bytes change is all
        // that can be seen from outside.
        assert_eq!(
            holds(&before, secret),
            algorithm != Algorithm::P256,
            "{algorithm}"
        );
        assert!(!holds(&after, secret), "{algorithm}: the secret outlived its key");
        assert!(
            changed(&before, &after) >= 28,
            "{algorithm}: {}",
            changed(&before, &after)
        );
    }
    let (before, after) = before_and_after(AgreementSecretKey::from_bytes(&secret));
    assert_eq!((holds(&before, secret), holds(&after, secret)), (true, false));
}
