//! A folder and an `ALLOD_HOME` of its own for every test, and the binary in it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use allod::{Algorithm, SigningKey};
use serde_json::Value;

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Bench {
    folder: PathBuf,
    home: &'static str,
    /// Whether the folder goes when this does.
    owned: bool,
}

/// What a run of the binary came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self { folder, home: "home", owned: true }
    }

    /// The same folder, with another `ALLOD_HOME`.
    pub(crate) fn elsewhere(&self, home: &'static str) -> Self {
        Self { folder: self.folder.clone(), home, owned: false }
    }

    /// The store's file.
    pub(crate) fn store(&self) -> PathBuf {
        self.path(self.home).join("store.redb")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self.command(arguments).spawn().unwrap();
        // The child may be done before it has read everything.
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        drop(writer.join().unwrap());
        let err = String::from_utf8(stderr).unwrap();
        assert!(!err.contains("panicked"), "{arguments:?}: {err}");
        let code = status.code().unwrap_or_else(|| panic!("{arguments:?} was killed"));
        assert!((0..=2).contains(&code), "{arguments:?}: exit code {code}");
        Ran { code, out: String::from_utf8_lossy(&stdout).into_owned(), err }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allod"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("ALLOD_HOME", self.path(self.home))
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs what must succeed; returns what it wrote.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&ran.out)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}{}", ran.out, ran.err))
    }

    /// An album, Alice, Bob and a phone, and delegations from the first to the last in `a`, `b` and `c`.
    pub(crate) fn with_chain() -> Self {
        let bench = Self::new();
        for (name, kind) in
            [("album", "ed25519"), ("alice", "ed25519"), ("bob", "p256"), ("phone", "secp256k1")]
        {
            bench.ok(&["key", "new", name, "--type", kind]);
        }
        bench.ok(&["grant", "--key", "album", "--to", "alice", "--command", "/photos", "--out", "a"]);
        let read = ["--command", "/photos/read"];
        let policy = ["--policy", r#"[["like", ".path", "summer/*"]]"#];
        bench.ok(&[
            &["grant", "--key", "alice", "--to", "bob", "--proof", "a", "--out", "b"],
            &read[..],
            &policy[..],
        ]
        .concat());
        bench
            .ok(&[&["grant", "--key", "bob", "--to", "phone", "--proof", "b", "--out", "c"], &read[..]]
                .concat());
        bench
    }

    /// The phone's request to read a picture, in `request`.
    pub(crate) fn request(&self, path: &str) {
        let arguments = format!(r#"{{"path": "{path}"}}"#);
        self.ok(&[
            "invoke",
            "--key",
            "phone",
            "--subject",
            "album",
            "--command",
            "/photos/read",
            "--args",
            &arguments,
            "--proof",
            "c",
            "--out",
            "request",
        ]);
    }

    pub(crate) fn did(&self, name: &str) -> String {
        self.ok(&["key", "export", name, "--format", "did"]).trim().to_owned()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if self.owned {
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}

/// A key that is the same in every run.
pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(Algorithm::Ed25519, &[number; 32]).unwrap()
}

/// Numbers that are the same in every run (`SplitMix64`).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }
}
