//! Writes lines for `allod check --batch`: chains of two links, every token of every line its own, so that
//! nothing can be remembered from one line to the next.
//!
//! `cargo run --release -p allod-tests --bin lines -- 10000 ed25519 > lines.jsonl`

use std::io::Write;

use allod::wire::Ipld;
use allod_tests::forge::{Forge, Principal, ed, k256, p256};
use data_encoding::BASE64;
use serde_json::json;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let count: u32 = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let make: fn(u8) -> Principal = match arguments.next().as_deref() {
        Some("p256") => p256,
        Some("secp256k1") => k256,
        _ => ed,
    };
    let (album, alice, bob) = (make(1), make(2), make(3));
    let subject = album.text();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in 0..count {
        let nonce = || Ipld::Bytes(line.to_be_bytes().to_vec());
        let mut first = Forge::delegation(album, &alice.text(), Some(&subject), "/photos");
        let mut second = Forge::delegation(alice, &bob.text(), Some(&subject), "/photos/read");
        first.set("nonce", nonce());
        second.set("nonce", nonce());
        let mut invocation = Forge::invocation(bob, &subject, "/photos/read", &[first.cid(), second.cid()]);
        invocation.set("nonce", nonce());
        let object = json!({
            "id": line,
            "tokens": [BASE64.encode(&first.bytes()), BASE64.encode(&second.bytes())],
            "invocation": BASE64.encode(&invocation.bytes()),
            "at": 1_800_000_000,
            "executor": subject,
            "subjects": [subject],
            "skew": 0,
        });
        writeln!(out, "{object}")?;
    }
    out.flush()
}
