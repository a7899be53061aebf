//! `allod name`: what one calls others.

use allod::Did;
use clap::Args;
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::lookalike;
use crate::names::Names;
use crate::output::{Line, Out, remark, warn};
use crate::state::failed;

pub(crate) const HELP: &str = "\
Example:
  allod name Bob did:key:z6Mk…
  allod name list
  allod name --forget Bob

A petname stands wherever a DID is asked for, and is shown wherever one is shown. It is yours alone,
and goes into no token. A name that could be taken for another one is refused.";

/// What lists the names, and so is none.
const LIST: &str = "list";

const LONGEST: usize = 64;

#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// The name, or `list` for all there are
    #[arg(required_unless_present = "forget")]
    name: Option<String>,
    /// Whom you call so
    did: Option<String>,
    /// Forget the name instead
    #[arg(long, value_name = "NAME", conflicts_with_all = ["name", "did"])]
    forget: Option<String>,
}

pub(crate) fn run(args: &NameArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let home = Home::open(out)?;
    match (&args.name, &args.did, &args.forget) {
        (_, _, Some(name)) => forget(name, &home, out)?,
        (Some(name), Some(did), None) => give(name, did, home, out)?,
        (Some(name), None, None) if name != LIST => show(name, &home, out)?,
        _ => list(&home.close(), out)?,
    }
    Ok(Outcome::Fine)
}

fn give(name: &str, did: &str, mut home: Home, out: &mut Out) -> Result<(), Failure> {
    let did = home.did(did)?;
    fit(name)?;
    not_taken(name, &did, &home)?;
    let warning = lookalike::remark_on_did(&did.to_string());
    let others: Vec<_> =
        home.names.name(&did).filter(|known| *known != name).map(str::to_owned).into_iter().collect();
    home.keep(out)?;
    home.store().set_name(name, Some(&did)).map_err(|error| failed(&error))?;
    home.close();
    if out.json() {
        return out.data(&json!({
            "name": name, "did": did.to_string(), "also": others, "notes": warning.into_iter().collect::<Vec<_>>(),
        }));
    }
    if let Some(warning) = warning {
        warn(warning);
    }
    if !others.is_empty() {
        warn(format!("it has another name here already: {}", others.join(", ")));
    }
    out.line(Line::new().bold(name).plain(format!(" is {did}")))
}

/// Whether it can be a name at all.
fn fit(name: &str) -> Result<(), Failure> {
    let remedy = format!(
        "use letters, digits, spaces and - _ . ' inside, up to {LONGEST} of them, and no `{LIST}` alone"
    );
    let inside = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '\'');
    let ends = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let sound = (1..=LONGEST).contains(&name.chars().count())
        && name.chars().all(inside)
        && ends(name.chars().next())
        && (ends(name.chars().next_back()) || name.ends_with('.'))
        && !name.contains("  ")
        && name.to_lowercase() != LIST;
    if !sound {
        return Err(Failure::new(format_args!("{name:?} cannot be a name"), remedy));
    }
    match lookalike::remark(name) {
        Some(remark) => Err(Failure::new(
            format_args!("the name could be taken for another: {remark}"),
            "write it in the letters of one script",
        )),
        None => Ok(()),
    }
}

/// Whether nobody else has the name, or one that reads like it.
fn not_taken(name: &str, did: &Did, home: &Home) -> Result<(), Failure> {
    let keys = home.keys.names()?;
    if keys.iter().any(|key| key == name) && home.keys.load(name)?.did() == *did {
        return Err(Failure::new(
            format_args!("it is your key {name:?}, and goes by that name"),
            "leave it as it is, or give another name",
        ));
    }
    if let Some(key) = keys.iter().find(|key| lookalike::alike(key, name)) {
        return Err(Failure::new(
            format_args!("the name reads like that of your key {key:?}"),
            "choose another name",
        ));
    }
    for (known, whose) in home.names.petnames() {
        if known == name && whose != did {
            return Err(Failure::new(
                format_args!("{name} is the name of {whose} already"),
                format_args!("choose another, or forget it first: `allod name --forget '{known}'`"),
            ));
        }
        if known != name && lookalike::alike(known, name) {
            return Err(Failure::new(
                format_args!("the name reads like {known}, which is {whose}"),
                format_args!("choose another, or forget that first: `allod name --forget '{known}'`"),
            ));
        }
    }
    Ok(())
}

fn forget(name: &str, home: &Home, out: &mut Out) -> Result<(), Failure> {
    let did = home.names.petname(name).ok_or_else(|| unknown(name))?;
    home.store().set_name(name, None).map_err(|error| failed(&error))?;
    if out.json() {
        return out.data(&json!({"forgotten": name, "did": did.to_string()}));
    }
    out.line(format!("{did} is not called {name} any more"))
}

fn show(name: &str, home: &Home, out: &mut Out) -> Result<(), Failure> {
    let did = home.names.petname(name).ok_or_else(|| unknown(name))?;
    if out.json() {
        return out.data(&json!({"name": name, "did": did.to_string()}));
    }
    out.line(did.to_string())
}

fn unknown(name: &str) -> Failure {
    Failure::new(
        format_args!("nobody is called {name:?} here"),
        format_args!("see `allod name list`, or give it to somebody: `allod name '{name}' DID`"),
    )
}

fn list(names: &Names, out: &mut Out) -> Result<(), Failure> {
    if out.json() {
        let row = |(name, did): &(String, Did)| json!({"name": name, "did": did.to_string()});
        return out.data(&names.petnames().iter().map(row).collect::<Vec<_>>());
    }
    let width = names.petnames().iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, did) in names.petnames() {
        out.line(Line::new().bold(format!("{name:<width$}  ")).plain(did.to_string()))?;
    }
    if names.petnames().is_empty() {
        remark("nobody has a name here yet: give one with `allod name NAME DID`");
    }
    Ok(())
}
