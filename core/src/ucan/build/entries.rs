//! A map to be written: arguments, metadata.

use alloc::collections::BTreeMap;
use alloc::string::String;

use super::BuildError;
use crate::wire::{Ipld, Item, value};

/// A map, made entry by entry or encoded already.
#[derive(Clone)]
pub(super) enum Entries {
    Made(BTreeMap<String, Ipld>),
    Encoded(Item),
}

impl Default for Entries {
    fn default() -> Self {
        Self::Made(BTreeMap::new())
    }
}

impl Entries {
    /// What is encoded already, if it is a map.
    pub(super) fn encoded(item: Item) -> Option<Self> {
        item.view().as_map().is_some().then_some(Self::Encoded(item))
    }

    /// Adds an entry, in place of one of that name.
    pub(super) fn insert(&mut self, name: String, value: Ipld) {
        if let Self::Encoded(item) = self {
            *self = match value::from_view(item.view()) {
                Ipld::Map(entries) => Self::Made(entries),
                _ => Self::default(),
            };
        }
        if let Self::Made(entries) = self {
            entries.insert(name, value);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Made(entries) => entries.is_empty(),
            Self::Encoded(item) => item.view().as_map().is_none_or(|entries| entries.len() == 0),
        }
    }

    /// The map in DAG-CBOR.
    pub(super) fn encode(self) -> Result<Item, BuildError> {
        match self {
            Self::Encoded(item) => Ok(item),
            Self::Made(entries) => Item::parse(value::encode(&Ipld::Map(entries))?)
                .map_err(|error| BuildError::Value(error.into())),
        }
    }
}
