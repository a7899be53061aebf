//! A secret is gone from the very place where it lay, once its owner is dropped.
//!
//! `wiped.rs` looks at what is given back to the allocator, whatever it was. Here the place is known: the test
//! owns the storage, finds the secret in it, drops what is there with `drop_in_place`, and looks again. Keys
//! keep their secret in a box; this test's allocator takes no block back while it is watching, so that all of
//! them stay allocated and what is in them can be read. They are read as a debugger would, through the system,
//! so that padding does no harm. Of the stack only what is below a call is searched, when it has returned.

#![cfg(target_os = "linux")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::File;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use allod::identity::{AgreementSecretKey, Algorithm, Did, Signer, SigningKey};
use sha2::{Digest as _, Sha512};

const SECRET: [u8; 32] = *b"\x01gone from the place it lay in.!";

/// How many blocks can be watched at once.
const MOST: usize = 4096;

struct Keeping;

#[global_allocator]
static ALLOCATOR: Keeping = Keeping;
static WATCHING: AtomicBool = AtomicBool::new(false);
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Addresses and sizes of the blocks handed out while watching.
static BLOCKS: [[AtomicUsize; 2]; MOST] = [const { [const { AtomicUsize::new(0) }; 2] }; MOST];

// SAFETY: forwards to the system's allocator. A block handed out while watching is never given back to it; no
// other rule says that it has to be.
unsafe impl GlobalAlloc for Keeping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout, as it is. Zeroed, so that a block holds what its user wrote.
        let block = unsafe { System.alloc_zeroed(layout) };
        if WATCHING.load(Ordering::SeqCst) {
            let at = COUNT.fetch_add(1, Ordering::SeqCst);
            BLOCKS[at][0].store(block as usize, Ordering::SeqCst);
            BLOCKS[at][1].store(layout.size(), Ordering::SeqCst);
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let watched = (0..COUNT.load(Ordering::SeqCst))
            .any(|at| BLOCKS[at][0].load(Ordering::SeqCst) == block as usize);
        if !watched {
            // SAFETY: it came from there, with this layout.
            unsafe { System.dealloc(block, layout) }
        }
    }
    // `realloc` by default allocates, copies, and comes by `dealloc`.
}

/// In how many watched blocks the secret stands: in either order of bytes, or as the base64 of most of it.
fn places(secret: &[u8; 32]) -> usize {
    WATCHING.store(false, Ordering::SeqCst);
    let memory = File::open("/proc/self/mem").unwrap();
    let mut reversed = *secret;
    reversed.reverse();
    let texts = [0, 1, 2].map(|before| {
        let text = data_encoding::BASE64URL_NOPAD.encode(&[&[0; 2][..before], secret].concat());
        text.as_bytes()[4..40].to_vec()
    });
    let found = (0..COUNT.load(Ordering::SeqCst))
        .filter(|at| {
            let [address, size] = [0, 1].map(|part| BLOCKS[*at][part].load(Ordering::SeqCst));
            let mut bytes = vec![0; size];
            memory.read_exact_at(&mut bytes, address as u64).unwrap();
            // One alphabet will do; PEM breaks its lines.
            let text: Vec<u8> = bytes
                .iter()
                .filter(|byte| **byte != b'\n')
                .map(|byte| match byte {
                    b'+' => b'-',
                    b'/' => b'_',
                    other => *other,
                })
                .collect();
            bytes.windows(32).any(|window| window == secret || window == reversed)
                || texts.iter().any(|wanted| text.windows(36).any(|window| window == wanted))
        })
        .count();
    WATCHING.store(true, Ordering::SeqCst);
    found
}

/// Makes a value in storage of the test's own, drops it there, and looks for the secret before and after.
fn look<T>(secret: &[u8; 32], make: impl FnOnce() -> T) -> (usize, usize) {
    COUNT.store(0, Ordering::SeqCst);
    WATCHING.store(true, Ordering::SeqCst);
    let mut storage = Box::new(MaybeUninit::<T>::zeroed());
    storage.write(make());
    black_box(&mut storage);
    let before = places(secret);
    // SAFETY: it was written above, and nobody uses it any more: `MaybeUninit` drops nothing itself.
    unsafe { std::ptr::drop_in_place(storage.as_mut_ptr()) };
    let after = places(secret);
    WATCHING.store(false, Ordering::SeqCst);
    // It was handed out while watching, and is not taken back.
    std::mem::forget(storage);
    COUNT.store(0, Ordering::SeqCst);
    (before, after)
}

#[track_caller]
fn wiped<T>(what: &str, secret: &[u8; 32], make: impl FnOnce() -> T) {
    let (before, after) = look(secret, make);
    assert!(before > 0, "{what}: the test looks in the wrong place");
    assert_eq!(after, 0, "{what}: the secret is still there");
}

/// How much of the stack is looked at below a call.
const DEEP: usize = 800 << 10;

/// How deep below its caller this leaves one of these behind, on a stack of its own.
fn left_below(needles: &[[u8; 32]], work: impl FnOnce() + Send) -> Vec<usize> {
    let look = || {
        let here = black_box(0_u8);
        let top = &raw const here as usize;
        let memory = File::open("/proc/self/mem").unwrap();
        let mut below = vec![0; DEEP];
        emptied();
        work();
        memory.read_exact_at(&mut below, (top - DEEP) as u64).unwrap();
        let windows = below.windows(32).enumerate();
        windows
            .filter(|(_, window)| needles.iter().any(|needle| needle == window))
            .map(|(at, _)| DEEP - at)
            .collect()
    };
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(2 << 20).spawn_scoped(scope, look).unwrap().join().unwrap()
    })
}

/// So that nothing is found that was there before.
#[inline(never)]
fn emptied() {
    black_box(&mut [0_u8; DEEP]);
}

#[inline(never)]
fn apart(work: impl FnOnce()) {
    work();
}

// One test, for the allocator is shared by all threads.
#[test]
fn where_a_secret_lay_it_lies_no_more() {
    assert_eq!(look(&SECRET, || SECRET), (1, 1), "what does not wipe itself is found");
    assert_eq!(look(&SECRET, || Box::new(SECRET)), (1, 1), "on the heap, too");
    assert_eq!(look(&SECRET, || data_encoding::BASE64.encode(&SECRET)), (1, 1), "and as text");
    assert_eq!(look(&SECRET, || ()), (0, 0));

    for algorithm in Algorithm::ALL {
        let name = algorithm.to_string();
        let key = || SigningKey::from_seed(algorithm, &SECRET).unwrap();
        wiped(&name, &SECRET, key);
        wiped(&name, &SECRET, || Some(key()));
        wiped(&name, &SECRET, || Box::new(key()) as Box<dyn Signer>);
        wiped(&name, &SECRET, || key().acting_as(Did::parse("did:web:photos.example").unwrap()));
        match algorithm {
            Algorithm::Ed25519 => wiped(&name, &SECRET, || match key() {
                SigningKey::Ed25519(key) => key,
                _ => unreachable!(),
            }),
            Algorithm::P256 => wiped(&name, &SECRET, || match key() {
                SigningKey::P256(key) => key,
                _ => unreachable!(),
            }),
            Algorithm::Secp256k1 => wiped(&name, &SECRET, || match key() {
                SigningKey::Secp256k1(key) => key,
                _ => unreachable!(),
            }),
        }
        // What a key is used for leaves nothing behind either.
        wiped(&name, &SECRET, || {
            let key = key();
            black_box(key.sign(b"message").unwrap());
            key
        });
        wiped(&format!("{name} seed"), &SECRET, || key().danger_export_seed());
        wiped(&format!("{name} jwk"), &SECRET, || key().danger_export_jwk());
        wiped(&format!("{name} der"), &SECRET, || key().danger_export_pkcs8_der());
        wiped(&format!("{name} pem"), &SECRET, || key().danger_export_pkcs8_pem());
        let (jwk, pem) = (key().danger_export_jwk(), key().danger_export_pkcs8_pem());
        let der = key().danger_export_pkcs8_der();
        wiped(&format!("{name} from jwk"), &SECRET, || SigningKey::from_jwk(&jwk).unwrap());
        wiped(&format!("{name} from der"), &SECRET, || SigningKey::from_pkcs8_der(&der).unwrap());
        wiped(&format!("{name} from pem"), &SECRET, || SigningKey::from_pkcs8_pem(&pem).unwrap());
    }

    let key = || AgreementSecretKey::from_bytes(&SECRET);
    wiped("X25519", &SECRET, key);
    wiped("X25519 seed", &SECRET, || key().danger_export());
    wiped("X25519 jwk", &SECRET, || key().danger_export_jwk());
    wiped("X25519 der", &SECRET, || key().danger_export_pkcs8_der());
    let (jwk, der) = (key().danger_export_jwk(), key().danger_export_pkcs8_der());
    wiped("X25519 from jwk", &SECRET, || AgreementSecretKey::from_jwk(&jwk).unwrap());
    wiped("X25519 from der", &SECRET, || AgreementSecretKey::from_pkcs8_der(&der).unwrap());

    // Secrets that are computed from others.
    let signing = SigningKey::from_seed(Algorithm::Ed25519, &SECRET).unwrap();
    let derived = *signing.agreement_key().unwrap().danger_export();
    wiped("X25519 of Ed25519", &derived, || signing.agreement_key().unwrap());
    let other = AgreementSecretKey::from_bytes(&[7; 32]).public_key();
    let agreed = *key().diffie_hellman(&other).unwrap().as_bytes();
    wiped("agreed on", &agreed, || key().diffie_hellman(&other).unwrap());

    // Copies that are left on the stack come back with the padding of what is moved there later.
    let mut reversed = SECRET;
    reversed.reverse();
    let hash = Sha512::digest(SECRET);
    let prefix: [u8; 32] = hash[32..].try_into().unwrap();
    let mut scalar: [u8; 32] = hash[..32].try_into().unwrap();
    let half = scalar;
    scalar[0] &= 248;
    scalar[31] = scalar[31] & 63 | 64;
    let needles = [SECRET, reversed, prefix, half, scalar];
    let found = left_below(&needles, || {
        apart(|| {
            black_box(SECRET.map(|byte| byte));
        })
    });
    assert!(!found.is_empty(), "what is left on the stack is found");
    for algorithm in Algorithm::ALL {
        let key = SigningKey::from_seed(algorithm, &SECRET).unwrap();
        let make = || drop(black_box(SigningKey::from_seed(algorithm, &SECRET).unwrap()));
        let sign = || {
            black_box(key.sign(b"message").unwrap());
        };
        assert_eq!(left_below(&needles, || apart(make)), [], "{algorithm}: made");
        assert_eq!(left_below(&needles, || apart(sign)), [], "{algorithm}: signed");
    }
}
