//! Questions from another language: a map of named fields.

use allod::identity::{Algorithm, PublicKey};
use allod::ucan::{Command, Nonce, Timestamp, Version};
use allod::wire::{Cid, Item, Kind, Slice, View};
use allod::{Did, MemoryResolver};

use crate::fault::Fault;

/// A question as it came.
pub struct Input(Item);

/// The fields of a question, or of a part of it. A field that is `null` counts as absent.
#[derive(Clone, Copy)]
pub struct Fields<'a>(View<'a>);

impl Input {
    pub fn read(bytes: Vec<u8>) -> Result<Self, Fault> {
        // What the other side wrote is strict unless what it wrote it from was too deep, or not to be written.
        Ok(Self(Item::parse(bytes)?))
    }

    pub fn fields(&self) -> Fields<'_> {
        Fields(self.0.view())
    }

    /// A part of the question that outlives it, without copying.
    pub fn part(&self, view: View<'_>) -> Result<Item, Fault> {
        self.0.part(view).ok_or_else(|| Fault::argument("the value", "a part of the question"))
    }

    /// Bytes of the question that outlive it, without copying.
    pub fn slice(&self, bytes: &[u8]) -> Result<Slice, Fault> {
        self.0.slice(bytes).ok_or_else(|| Fault::argument("the value", "a part of the question"))
    }
}

impl<'a> Fields<'a> {
    pub fn of(view: View<'a>) -> Self {
        Self(view)
    }

    pub fn get(self, name: &str) -> Option<View<'a>> {
        self.0.as_map()?.get(name).filter(|view| !view.is_null())
    }

    /// As [`Fields::get`], where `null` is a value like any other.
    pub fn even_null(self, name: &str) -> Option<View<'a>> {
        self.0.as_map()?.get(name)
    }

    fn must<T>(name: &str, expected: &str, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| Fault::argument(name, expected))
    }

    pub fn optional<T>(
        self,
        name: &str,
        read: impl FnOnce(&str, View<'a>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.get(name).map(|view| read(name, view)).transpose()
    }

    pub fn required<T>(
        self,
        name: &str,
        read: impl FnOnce(&str, View<'a>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        read(name, Self::must(name, "a value", self.get(name))?)
    }

    /// The items of a list; none where it is absent.
    pub fn each<T>(
        self,
        name: &str,
        read: impl Fn(&str, View<'a>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let Some(view) = self.get(name) else { return Ok(Vec::new()) };
        let mut items = Vec::new();
        Self::visit(name, view, &mut |item| {
            items.push(read(name, item)?);
            Ok(())
        })?;
        Ok(items)
    }

    /// What is the same for items of all kinds.
    fn visit(
        name: &str,
        view: View<'a>,
        each: &mut dyn FnMut(View<'a>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        for item in Self::must(name, "a list", view.as_list())? {
            each(item)?;
        }
        Ok(())
    }

    /// Whether it is said: `false` where it is absent.
    pub fn flag(self, name: &str) -> Result<bool, Fault> {
        match self.get(name).map(View::kind) {
            None => Ok(false),
            Some(Kind::Bool(flag)) => Ok(flag),
            Some(_) => Err(Fault::argument(name, "true or false")),
        }
    }

    /// Refuses what is not one of these fields: a name that is misspelled would otherwise count as absent, and a bound that
    /// is absent is none.
    pub fn only(self, names: &[&str]) -> Result<Self, Fault> {
        for (name, _) in Self::must("the question", "a map", self.0.as_map())? {
            if !names.contains(&name) {
                let expected = format!("no such field; there are {}", names.join(", "));
                return Err(Fault::new(
                    "ArgumentError",
                    "unknown-field",
                    &format_args!("{name}: {expected}"),
                ));
            }
        }
        Ok(self)
    }

    pub fn text(self, name: &str) -> Result<&'a str, Fault> {
        self.required(name, text)
    }

    pub fn did(self, name: &str) -> Result<Did, Fault> {
        self.required(name, did)
    }

    pub fn cid(self, name: &str) -> Result<Cid, Fault> {
        self.required(name, cid)
    }

    pub fn time(self, name: &str) -> Result<Timestamp, Fault> {
        self.required(name, time)
    }

    pub fn command(self, name: &str) -> Result<Command, Fault> {
        Ok(self.text(name)?.parse::<Command>()?)
    }

    pub fn bytes(self, name: &str) -> Result<&'a [u8], Fault> {
        self.required(name, bytes)
    }

    /// The documents of DIDs that need one: pairs of a DID and its document's text.
    pub fn documents(self) -> Result<MemoryResolver, Fault> {
        crate::whole::documents(self)
    }

    /// The nonce, where one is set.
    pub fn nonce(self) -> Result<Option<Nonce>, Fault> {
        Ok(self.optional("nonce", bytes)?.map(Nonce::from_bytes))
    }

    /// Which spelling of the payload's tag to write.
    pub fn version(self) -> Result<Version, Fault> {
        Ok(if self.flag("releaseCandidate")? { Version::Rc1 } else { Version::default() })
    }
}

pub fn text<'a>(name: &str, view: View<'a>) -> Result<&'a str, Fault> {
    Fields::must(name, "a text", view.as_str())
}

pub fn bytes<'a>(name: &str, view: View<'a>) -> Result<&'a [u8], Fault> {
    Fields::must(name, "bytes", view.as_bytes())
}

pub fn did(name: &str, view: View<'_>) -> Result<Did, Fault> {
    Ok(Did::parse(text(name, view)?)?)
}

/// A token's CID: as text, as a link, or as bytes.
pub fn cid(name: &str, view: View<'_>) -> Result<Cid, Fault> {
    if let Some(text) = view.as_str() {
        return Ok(text.parse::<Cid>()?);
    }
    let bytes = view.as_link().or_else(|| view.as_bytes());
    Ok(Cid::from_bytes(Fields::must(name, "a CID, its text, or a token", bytes)?)?)
}

pub fn number(name: &str, view: View<'_>) -> Result<i64, Fault> {
    Fields::must(name, "a whole number", view.as_integer().and_then(|number| i64::try_from(number).ok()))
}

pub fn count(name: &str, view: View<'_>) -> Result<u32, Fault> {
    Fields::must(name, "a count", u32::try_from(number(name, view)?).ok())
}

pub fn time(name: &str, view: View<'_>) -> Result<Timestamp, Fault> {
    Timestamp::from_seconds(number(name, view)?)
        .map_err(|_| Fault::argument(name, "a time within ±(2^53 - 1) seconds"))
}

/// Two items in a list.
pub fn pair<'a>(name: &str, view: View<'a>) -> Result<(View<'a>, View<'a>), Fault> {
    let mut items = Fields::must(name, "a pair", view.as_list())?;
    let pair = Fields::must(name, "a pair", items.next().zip(items.next()))?;
    // A third would count as not said.
    Fields::must(name, "a pair", items.next().is_none().then_some(pair))
}

/// A public key: a pair of its algorithm and its bytes.
pub fn public_key(name: &str, view: View<'_>) -> Result<PublicKey, Fault> {
    let (algorithm, key) = pair(name, view)?;
    let algorithm: Algorithm = text(name, algorithm)?.parse()?;
    Ok(PublicKey::from_bytes(algorithm, bytes(name, key)?)?)
}

impl From<Item> for Input {
    fn from(item: Item) -> Self {
        Self(item)
    }
}
