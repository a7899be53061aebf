//! `allod link`: another device of the same person.

use allod::agent::DeviceLink;
use allod::{AnyToken, Container, Delegation, Encoding, MemoryResolver, Token};
use clap::Args;
use serde::Serialize;

use super::grant::{lets, parse_command};
use super::refusal::not_done;
use crate::deliver::Delivery;
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::output::{Line, Out, remark, warn};
use crate::report::Report;
use crate::text::count;
use crate::time;

pub(crate) const HELP: &str = "\
Example:
  allod link phone --key alice --may-revoke --out for-phone.ucan
  allod link did:key:z6Mk… --key alice --only /photos --expires 90d

The device may use whatever is given to the key, now and in future, as far as --only goes. What is
about the key itself is not part of it without --as-oneself, and what the key granted it can take
back only with --may-revoke. What the key holds goes along; on the device, `allod receive` takes it
in.

Without --expires a link has no end. A device that is lost is unlinked with `allod revoke`, once for
each delegation of the link: there is one more for --as-oneself, and one for --may-revoke.";

#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// The device: a DID or a name
    device: String,
    /// The name of the key that the device shall speak for
    #[arg(long, value_name = "NAME")]
    key: String,
    /// Also let it take back what the key granted
    #[arg(long)]
    may_revoke: bool,
    /// Also for what is about the key itself
    #[arg(long)]
    as_oneself: bool,
    /// Only this command and all below it
    #[arg(long, value_name = "COMMAND")]
    only: Option<String>,
    /// When it ends: a time, or `never`
    #[arg(long, value_name = "TIME", default_value = "never", allow_hyphen_values = true)]
    expires: String,
    #[command(flatten)]
    delivery: Delivery,
}

#[derive(Serialize)]
struct Linked<'a> {
    device: String,
    delegations: Vec<Report>,
    /// The CIDs of what goes along.
    along: Vec<String>,
    file: Option<&'a str>,
    container: String,
}

pub(crate) fn run(args: &LinkArgs, out: &mut Out) -> Result<Outcome, Failure> {
    args.delivery.check(out)?;
    let now = time::now()?;
    let only = args.only.as_deref().map(parse_command).transpose()?;
    let expires = time::parse_end(&args.expires, now)?;
    let mut home = Home::open(out)?;
    let (key, device) = (home.keys.load(&args.key)?, home.did(&args.device)?);
    let own = key.did();
    if device == own {
        return Err(Failure::new(
            format_args!("{} is the key itself, and needs no link", args.device),
            "give the DID of the device's own key: `allod key new` there makes one",
        ));
    }
    let mut link = DeviceLink::to(device.clone());
    if let Some(command) = only {
        link = link.only(command);
    }
    if let Some(at) = expires {
        link = link.expires(at);
    }
    if args.as_oneself {
        link = link.as_oneself();
    }
    if args.may_revoke {
        link = link.may_revoke();
    }
    home.keep(out)?;
    let agent = home.agent(key, &[]);
    let done = agent.link_device(&link, now).map_err(|error| not_done("link", &error, &home.names))?;
    drop(agent);
    if !done.complete {
        warn("not all that is held fits beside the link: send the rest to the device with files of its own");
    }
    let writer = done.container();
    let names = home.close();
    let text = args.delivery.deliver(&writer, out)?;
    let (linked, along): (Vec<_>, Vec<_>) = delegations(&writer)?
        .into_iter()
        .partition(|token| *token.issuer() == own && *token.audience() == device);
    if out.json() {
        out.data(&Linked {
            device: device.to_string(),
            delegations: linked
                .iter()
                .map(|token| Report::of(token.bytes(), &MemoryResolver::new()))
                .collect(),
            along: along.iter().map(|token| token.cid().to_string()).collect(),
            file: args.delivery.out.as_deref(),
            container: text,
        })?;
        return Ok(Outcome::Fine);
    }
    let mut lines: Vec<_> =
        linked.iter().map(|token| lets(token, &names).dim(format!("  {}", token.cid().short()))).collect();
    let file = args.delivery.out.as_ref().map(|file| format!(", in {file}")).unwrap_or_default();
    lines.push(Line::new().dim(format!(
        "{} that {} holds or rests on go along{file}",
        count(along.len(), "delegation"),
        names.of(&own)
    )));
    for line in lines {
        if args.delivery.out.is_some() {
            out.line(line)?;
        } else {
            remark(line);
        }
    }
    Ok(Outcome::Fine)
}

/// What the container holds.
fn delegations(writer: &allod::ContainerWriter) -> Result<Vec<Token<Delegation>>, Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::new(format_args!("the container cannot be written: {error}"), "link with --only")
    };
    let bytes = writer.write(Encoding::Raw).map_err(|error| cannot(&error))?;
    let container = Container::read(&bytes).map_err(|error| cannot(&error))?;
    let tokens = container.tokens().filter_map(|(_, bytes)| match AnyToken::parse(bytes) {
        Ok(AnyToken::Delegation(token)) => Some(token),
        _ => None,
    });
    Ok(tokens.collect())
}
