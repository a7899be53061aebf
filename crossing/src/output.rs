//! Answers to another language.

use allod::Cid;
use allod::ucan::Timestamp;
use allod::wire::{View, Writer};

/// A map whose entries are written one after the other, in any order: the other side does not care, and what it reads goes no
/// further.
pub struct Answer(Writer);

impl Answer {
    /// A map of so many entries.
    pub fn of(entries: u64) -> Self {
        let mut writer = Writer::new();
        writer.map_head(entries);
        Self(writer)
    }

    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.with(name, |out| out.string(value))
    }

    pub fn optional_text(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        self.with(name, |out| or_null(out, value, Writer::string))
    }

    pub fn bytes(&mut self, name: &str, value: &[u8]) -> &mut Self {
        self.with(name, |out| out.bytes(value))
    }

    pub fn flag(&mut self, name: &str, value: bool) -> &mut Self {
        self.with(name, |out| out.bool(value))
    }

    pub fn count(&mut self, name: &str, value: Option<usize>) -> &mut Self {
        self.with(name, |out| match value.and_then(|value| i64::try_from(value).ok()) {
            Some(value) => out.integer(value),
            None => out.null(),
        })
    }

    pub fn time(&mut self, name: &str, value: Option<Timestamp>) -> &mut Self {
        self.with(name, |out| or_null(out, value, |out, at| out.integer(at.as_seconds())))
    }

    pub fn cid(&mut self, name: &str, value: Option<Cid>) -> &mut Self {
        self.with(name, |out| or_null(out, value, |out, cid| out.bytes(&cid.to_bytes())))
    }

    pub fn list<T>(&mut self, name: &str, items: &[T], mut each: impl FnMut(&mut Writer, &T)) -> &mut Self {
        self.with(name, |out| out.list(items.iter(), |out, item| each(out, item)))
    }

    pub fn value(&mut self, name: &str, value: Option<View<'_>>) -> &mut Self {
        self.with(name, |out| or_null(out, value, Writer::view))
    }

    pub fn with(&mut self, name: &str, write: impl FnOnce(&mut Writer)) -> &mut Self {
        self.0.string(name);
        write(&mut self.0);
        self
    }

    pub fn done(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.0).into_bytes()
    }
}

/// An answer that is one text.
pub fn text_answer(text: &str) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.string(text);
    writer.into_bytes()
}

/// An answer that is bytes.
pub fn bytes_answer(bytes: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.bytes(bytes);
    writer.into_bytes()
}

/// The value, or `null`.
pub fn or_null<T>(out: &mut Writer, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
    match value {
        Some(value) => write(out, value),
        None => out.null(),
    }
}
