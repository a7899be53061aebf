//! Secrets are gone from memory once dropped, in the build that is tested.
//!
//! The allocator of this test looks through every block that is given back: a key, an export or a
//! parser's buffer that was not wiped is found there. The stack is not searched.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use allod::identity::{AgreementSecretKey, Algorithm, PublicKey, SigningKey};
use allod_tests::damaged::{escape_last, unreadable};
use sha2::Digest;

const SECRET: [u8; 32] = *b"\x01not in memory after it is gone!";
/// Most of the same in base64, at each of the three places where it can begin.
const SECRET_BASE64: [&[u8; 36]; 3] = [
    b"dCBpbiBtZW1vcnkgYWZ0ZXIgaXQgaXMgZ29u",
    b"b3QgaW4gbWVtb3J5IGFmdGVyIGl0IGlzIGdv",
    b"bm90IGluIG1lbW9yeSBhZnRlciBpdCBpcyBn",
];

/// What Ed25519 makes of the secret by SHA-512: most of the scalar, whose ends are set to what they have to be, and the
/// prefix of nonces. Either is as good as the secret.
const EXPANDED: [&[u8]; 2] = [
    &[
        0x57, 0x94, 0xa3, 0xad, 0xf8, 0xef, 0xc5, 0x04, 0xdf, 0x9b, 0x83, 0x6a, 0x17, 0x5b, 0x4d, 0xb7, 0xf8,
        0x44, 0x44, 0xf7, 0x01, 0x19, 0xbe, 0xcc, 0x9f, 0x60, 0x52, 0x8e, 0xb8, 0xd0,
    ],
    &[
        0xa3, 0x9c, 0x0a, 0x19, 0xa9, 0xcb, 0x0b, 0xd8, 0x20, 0x45, 0xf7, 0xea, 0x40, 0xfd, 0x0b, 0x6c, 0x03,
        0x79, 0x9c, 0x2f, 0xab, 0x81, 0xdc, 0x2e, 0x81, 0xa1, 0xeb, 0xd4, 0xe9, 0xef, 0x5f, 0x21,
    ],
];

struct Searching;

#[global_allocator]
static ALLOCATOR: Searching = Searching;
static FOUND: AtomicUsize = AtomicUsize::new(0);

// SAFETY: forwards to the system's allocator; what it reads was allocated, and is read before it is freed.
unsafe impl GlobalAlloc for Searching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that a block holds nothing but what its user wrote.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
        if traces(bytes) {
            FOUND.fetch_add(1, Ordering::SeqCst);
        }
        unsafe { System.dealloc(block, layout) }
    }
    // `realloc` by default allocates, copies, and comes by `dealloc`.
}

/// The secret in either byte order, or most of its base64.
fn traces(block: &[u8]) -> bool {
    let reversed = |window: &[u8]| window.iter().rev().eq(&SECRET);
    block.windows(32).any(|window| window == SECRET || reversed(window))
        || EXPANDED.iter().any(|part| block.windows(part.len()).any(|window| window == *part))
        || SECRET_BASE64.iter().any(|text| spelled(block, *text))
}

/// Whether the text stands there, perhaps on two lines. Nothing is allocated for it.
fn spelled(block: &[u8], text: &[u8]) -> bool {
    (0..block.len()).any(|at| {
        let mut rest = block[at..].iter().filter(|byte| !matches!(byte, b'\n' | b'\r'));
        text.iter().all(|byte| rest.next() == Some(byte))
    })
}

/// How many blocks with the secret are given back while `work` runs.
fn leaks(work: impl FnOnce()) -> usize {
    let before = FOUND.load(Ordering::SeqCst);
    work();
    FOUND.load(Ordering::SeqCst) - before
}

// One test, for the allocator is shared by all threads.
#[test]
fn nothing_of_a_secret_is_given_back_to_the_allocator() {
    assert_eq!(leaks(|| drop(black_box(Box::new(SECRET)))), 1, "the test looks in the wrong place");
    assert_eq!(leaks(|| drop(black_box(SECRET_BASE64[0].to_vec()))), 1, "the test looks in the wrong place");
    let expanded = sha2::Sha512::digest(SECRET).to_vec();
    assert_eq!(leaks(|| drop(black_box(expanded[..32].to_vec()))), 1, "the test looks in the wrong place");
    assert_eq!(leaks(|| drop(black_box(expanded[32..].to_vec()))), 1, "the test looks in the wrong place");

    for algorithm in Algorithm::ALL {
        let key = || black_box(SigningKey::from_seed(algorithm, &SECRET).unwrap());
        let pem = key().danger_export_pkcs8_pem();
        assert_eq!(leaks(|| drop(black_box((*pem).clone()))), 1, "{algorithm}: a PEM that is not wiped");
        assert_eq!(leaks(|| drop(key())), 0, "{algorithm}: key");
        assert_eq!(leaks(|| drop([key(), key()].map(Box::new))), 0, "{algorithm}: moved key");
        assert_eq!(leaks(|| drop(key().danger_export_seed())), 0, "{algorithm}: seed");
        assert_eq!(leaks(|| drop(key().danger_export_jwk())), 0, "{algorithm}: jwk");
        assert_eq!(leaks(|| drop(key().danger_export_pkcs8_der())), 0, "{algorithm}: der");
        assert_eq!(leaks(|| drop(key().danger_export_pkcs8_pem())), 0, "{algorithm}: pem");
        let (jwk, pem) = (key().danger_export_jwk(), key().danger_export_pkcs8_pem());
        assert_eq!(leaks(|| drop(SigningKey::from_pkcs8_pem(&pem).unwrap())), 0, "{algorithm}: from pem");
        assert_eq!(leaks(|| drop(SigningKey::from_jwk(&jwk).unwrap())), 0, "{algorithm}: from jwk");
    }
    let key = || black_box(AgreementSecretKey::from_bytes(&SECRET));
    assert_eq!(leaks(|| drop(key())), 0);
    assert_eq!(leaks(|| drop(key().danger_export_jwk())), 0);
    assert_eq!(leaks(|| drop(AgreementSecretKey::from_jwk(&key().danger_export_jwk()).unwrap())), 0);

    for algorithm in Algorithm::ALL {
        let jwk = SigningKey::from_seed(algorithm, &SECRET).unwrap().danger_export_jwk();
        let escaped = escape_last(&jwk);
        assert_eq!(leaks(|| drop(SigningKey::from_jwk(&escaped).unwrap())), 0, "{algorithm}: {escaped}");
        for (what, text) in unreadable(&jwk) {
            assert_eq!(leaks(|| assert!(SigningKey::from_jwk(&text).is_err())), 0, "{algorithm}: {what}");
            assert_eq!(leaks(|| assert!(PublicKey::from_jwk(&text).is_err())), 0, "{algorithm}: {what}");
        }
        assert_eq!(leaks(|| assert!(PublicKey::from_jwk(&jwk).is_err())), 0, "{algorithm}: not public");
        assert_eq!(leaks(|| assert!(AgreementSecretKey::from_jwk(&jwk).is_err())), 0, "{algorithm}: other");
    }
    let jwk = key().danger_export_jwk();
    let escaped = escape_last(&jwk);
    assert_eq!(leaks(|| drop(AgreementSecretKey::from_jwk(&escaped).unwrap())), 0, "X25519: {escaped}");
    for (what, text) in unreadable(&jwk) {
        assert_eq!(leaks(|| assert!(AgreementSecretKey::from_jwk(&text).is_err())), 0, "X25519: {what}");
    }
}
