//! Values as DAG-JSON.

use allod::wire::{dag_json, value};

use crate::fault::Fault;
use crate::input::Input;
use crate::output::text_answer;

/// A value as DAG-JSON. The question: `{value}`.
pub(super) fn print(input: &Input) -> Result<Vec<u8>, Fault> {
    let value = input.fields().even_null("value").ok_or_else(|| Fault::argument("value", "a value"))?;
    Ok(text_answer(&dag_json::print(value)))
}

/// A value out of DAG-JSON. The question: `{text}`; the answer is the value.
pub(super) fn parse(input: &Input) -> Result<Vec<u8>, Fault> {
    Ok(value::encode(&dag_json::parse(input.fields().text("text")?)?)?)
}
