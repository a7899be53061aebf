//! `allod key`: identities of one's own.

use allod::identity::DidDocument;
use allod::{Algorithm, SigningKey};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use zeroize::Zeroizing;

use crate::failure::{Failure, Outcome};
use crate::files::{self, Access};
use crate::home::Home;
use crate::keystore::{KeyStore, MAX_KEY_FILE};
use crate::output::{Line, Out, warn};
use crate::text::{hex, unhex};

pub(crate) const HELP: &str = "\
Example:
  allod key new alice
  allod key show alice
  allod key export alice --secret --format pem --out alice.pem

Whoever holds a key is the identity it stands for. Keys are kept unencrypted, in files that their
owner alone can read.";

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a new key and print its DID
    #[command(after_help = "Example:\n  allod key new alice --type p256")]
    New(NewArgs),
    /// List the keys there are, with their DIDs
    #[command(after_help = "Example:\n  allod key list")]
    List,
    /// Show a key's DID, type and public key; with --json also its DID document
    #[command(after_help = "Example:\n  allod key show alice")]
    Show(ShowArgs),
    /// Print a key's public part, or with --secret the key itself
    #[command(
        after_help = "Example:\n  allod key export alice\n  allod key export alice --secret --format pem --out alice.pem"
    )]
    Export(ExportArgs),
    /// Take in a key made elsewhere
    #[command(
        after_help = "Example:\n  allod key import alice alice.pem\n  allod key import bob - --type ed25519 < seed.hex"
    )]
    Import(ImportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// A name for the key: a to z, 0 to 9, - and _
    name: String,
    /// The kind of key: ed25519, p256 or secp256k1
    #[arg(long = "type", default_value = "ed25519", value_name = "TYPE")]
    algorithm: Algorithm,
    /// Replace the key of that name, if there is one
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The key's name
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The key's name
    name: String,
    /// Export the secret key: whoever reads it owns the identity
    #[arg(long)]
    secret: bool,
    /// Public part: jwk (default) or did. Secret key: pem (PKCS#8, default), jwk, or seed (32 bytes in hex)
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this file, readable by its owner alone, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Replace the file that --out names, if there is one
    #[arg(long, requires = "out")]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// A name for the key: a to z, 0 to 9, - and _
    name: String,
    /// The file with the key, or - for standard input
    file: String,
    /// How the key is written; told from the file if not given
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The kind of key, which a seed does not tell: ed25519, p256 or secp256k1
    #[arg(long = "type", value_name = "TYPE")]
    algorithm: Option<Algorithm>,
    /// Replace the key of that name, if there is one
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Pem,
    Jwk,
    Seed,
    Did,
}

impl KeyCommand {
    pub(crate) fn run(&self, out: &mut Out) -> Result<Outcome, Failure> {
        let store = KeyStore::open()?;
        match self {
            Self::New(args) => new(args, &store, out)?,
            Self::List => list(&store, out)?,
            Self::Show(args) => show(args, &store, out)?,
            Self::Export(args) => export(args, &store, out)?,
            Self::Import(args) => import(args, &store, out)?,
        }
        Ok(Outcome::Fine)
    }
}

fn new(args: &NewArgs, store: &KeyStore, out: &mut Out) -> Result<(), Failure> {
    let key = SigningKey::generate(args.algorithm)
        .map_err(|error| Failure::new(format_args!("no key could be made: {error}"), "try again"))?;
    kept(&args.name, &key, args.force, store, out)
}

fn kept(name: &str, key: &SigningKey, force: bool, store: &KeyStore, out: &mut Out) -> Result<(), Failure> {
    no_petname(name, key, out)?;
    let file = store.keep(name, key, force)?;
    let others = other_names(name, key, store);
    if out.json() {
        let (did, algorithm) = (key.did().to_string(), key.algorithm().to_string());
        return out.data(&json!({
            "name": name, "did": did, "type": algorithm, "file": file.to_string_lossy(), "also": others,
        }));
    }
    if !others.is_empty() {
        warn(format!("the same key is here under another name already: {}", others.join(", ")));
    }
    out.line(key.did().to_string())
}

/// A name stands for one DID. Where the store cannot be read, the two are told apart when the name is used.
fn no_petname(name: &str, key: &SigningKey, out: &Out) -> Result<(), Failure> {
    let Ok(home) = Home::open(out) else { return Ok(()) };
    match home.names.petname(name) {
        Some(did) if *did != key.did() => Err(Failure::new(
            format_args!("{name} is what you call {did}"),
            format_args!("choose another name, or forget that one: `allod name --forget {name}`"),
        )),
        _ => Ok(()),
    }
}

/// Under which other names the key is in the store. Files that cannot be read have nothing to say.
fn other_names(name: &str, key: &SigningKey, store: &KeyStore) -> Vec<String> {
    let did = key.did();
    let mut names = store.names().unwrap_or_default();
    names.retain(|other| other != name && store.load(other).is_ok_and(|known| known.did() == did));
    names
}

fn list(store: &KeyStore, out: &mut Out) -> Result<(), Failure> {
    let names = store.names()?;
    let width = names.iter().map(String::len).max().unwrap_or_default();
    let mut rows = Vec::new();
    for name in &names {
        // One file that cannot be read does not hide the others.
        match store.load(name) {
            Ok(key) if out.json() => {
                rows.push(
                    json!({"name": name, "did": key.did().to_string(), "type": key.algorithm().to_string()}),
                );
            }
            Ok(key) => {
                let kind = key.algorithm().to_string();
                out.line(
                    Line::new()
                        .bold(format!("{name:<width$}  "))
                        .dim(format!("{kind:<9}  "))
                        .plain(key.did().to_string()),
                )?;
            }
            Err(failure) if out.json() => rows.push(json!({"name": name, "error": failure.message()})),
            Err(failure) => out.line(Line::new().bold(format!("{name:<width$}  ")).bad(failure.message()))?,
        }
    }
    if out.json() {
        return out.data(&rows);
    }
    if names.is_empty() {
        crate::output::remark("there are no keys yet: make one with `allod key new NAME`");
    }
    Ok(())
}

fn show(args: &ShowArgs, store: &KeyStore, out: &mut Out) -> Result<(), Failure> {
    let key = store.load(&args.name)?;
    let (did, public) = (key.did(), key.public_key());
    let document = DidDocument::for_key(&did).map_err(|error| {
        Failure::new(format_args!("the key has no DID document: {error}"), "import the key again")
    })?;
    if out.json() {
        return out.data(&json!({
            "name": args.name,
            "did": did.to_string(),
            "type": key.algorithm().to_string(),
            "public": hex(&public.to_bytes()),
            "multikey": public.to_multikey(),
            "jwk": value(&public.to_jwk()),
            "document": value(&document.to_json()),
        }));
    }
    let mut field = |label: &str, text: String| out.line(Line::new().dim(format!("{label:<9} ")).plain(text));
    field("name", args.name.clone())?;
    field("DID", did.to_string())?;
    field("type", key.algorithm().to_string())?;
    field("public", hex(&public.to_bytes()))?;
    field("JWK", public.to_jwk())?;
    match document.agreement_keys().next() {
        Some(key) => field("sealed to", key.did().to_string()),
        None => Ok(()),
    }
}

fn value(json: &str) -> serde_json::Value {
    serde_json::from_str(json).unwrap_or_default()
}

fn export(args: &ExportArgs, store: &KeyStore, out: &mut Out) -> Result<(), Failure> {
    let key = store.load(&args.name)?;
    let (name, text): (&str, Zeroizing<String>) = match (args.secret, args.format) {
        (false, None | Some(Format::Jwk)) => ("jwk", Zeroizing::new(key.public_key().to_jwk())),
        (false, Some(Format::Did)) => ("did", Zeroizing::new(key.did().to_string())),
        (false, Some(Format::Pem | Format::Seed)) => {
            return Err(Failure::new(
                "pem and seed hold the secret key",
                "say --secret if you mean it, or use --format jwk or did for the public part",
            ));
        }
        (true, None | Some(Format::Pem)) => ("pem", key.danger_export_pkcs8_pem()),
        (true, Some(Format::Jwk)) => ("jwk", key.danger_export_jwk()),
        (true, Some(Format::Seed)) => ("seed", Zeroizing::new(hex(key.danger_export_seed().as_slice()))),
        (true, Some(Format::Did)) => return Err(Failure::new("a DID holds no secret", "leave --secret out")),
    };
    let text = Zeroizing::new(format!("{}\n", text.trim_end()));
    if let Some(file) = &args.out {
        files::write_out(file, text.as_bytes(), Access::Owner, args.force)?;
        return if out.json() {
            out.data(&json!({"name": args.name, "secret": args.secret, "format": name, "file": file}))
        } else {
            out.line(format!("written to {file}"))
        };
    }
    if out.json() {
        return out.data(
            &json!({"name": args.name, "secret": args.secret, "format": name, "key": text.trim_end()}),
        );
    }
    out.bytes(text.as_bytes())
}

fn import(args: &ImportArgs, store: &KeyStore, out: &mut Out) -> Result<(), Failure> {
    let text = files::read_text(&args.file, MAX_KEY_FILE)?;
    let text = text.trim();
    let format = args.format.unwrap_or(match text.chars().next() {
        Some('{') => Format::Jwk,
        Some('-') => Format::Pem,
        _ => Format::Seed,
    });
    let refused = |error: String| {
        Failure::new(format_args!("the key is refused: {error}"), "check the file, and --format")
    };
    let key = match format {
        // The strict reader wants the line feed that trimming took.
        Format::Pem => {
            let text = Zeroizing::new(format!("{text}\n"));
            SigningKey::from_pkcs8_pem(&text).map_err(|error| refused(error.to_string()))?
        }
        Format::Jwk => SigningKey::from_jwk(text).map_err(|error| refused(error.to_string()))?,
        Format::Seed => from_seed(text, args.algorithm)?,
        Format::Did => return Err(Failure::new("a DID holds no secret key", "give pem, jwk or seed")),
    };
    if args.algorithm.is_some_and(|algorithm| algorithm != key.algorithm()) {
        return Err(Failure::new(
            format_args!("the file holds a key for {}", key.algorithm()),
            "leave --type out, or import another file",
        ));
    }
    kept(&args.name, &key, args.force, store, out)
}

fn from_seed(text: &str, algorithm: Option<Algorithm>) -> Result<SigningKey, Failure> {
    let bytes = unhex(text).map(Zeroizing::new);
    let seed = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok()).map(Zeroizing::new);
    let Some(seed) = seed else {
        return Err(Failure::new(
            "the key is neither PEM, nor a JWK, nor a seed of 64 hex digits",
            "convert it with `openssl pkcs8 -topk8 -nocrypt`",
        ));
    };
    let Some(algorithm) = algorithm else {
        return Err(Failure::new(
            "a seed does not tell what kind of key it is",
            "say --type ed25519, p256 or secp256k1",
        ));
    };
    SigningKey::from_seed(algorithm, &seed).map_err(|error| {
        Failure::new(format_args!("the seed is refused: {error}"), "check the seed, and --type")
    })
}
