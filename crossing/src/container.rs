//! Containers.

use allod::{AnyToken, Container, ContainerWriter, Encoding};

use crate::fault::Fault;
use crate::input::{Input, bytes};
use crate::output::{Answer, bytes_answer};
use crate::token::kind;

/// Reads a container: its encoding, and its tokens with what each is. The question: `{container}`.
pub fn read(input: &Input) -> Result<Vec<u8>, Fault> {
    let container = Container::read(input.fields().bytes("container")?)?;
    let tokens: Vec<_> = container.tokens().collect();
    let mut answer = Answer::of(2);
    answer.text("encoding", &container.encoding().to_string());
    answer.list("tokens", &tokens, |out, (cid, bytes)| {
        let (kind, error) = match AnyToken::parse(bytes.clone()) {
            Ok(token) => (kind(&token), None),
            Err(error) => ("unreadable", Some(error)),
        };
        out.list_head(if error.is_some() { 5 } else { 3 });
        out.string(kind);
        out.bytes(&cid.to_bytes());
        out.bytes(bytes);
        if let Some(error) = error {
            out.string(error.code().name());
            out.string(&error.to_string());
        }
    });
    Ok(answer.done())
}

/// Writes a container. The question: `{encoding, tokens}`.
pub fn write(input: &Input) -> Result<Vec<u8>, Fault> {
    let fields = input.fields();
    let name = fields.text("encoding")?;
    let encoding = Encoding::ALL.into_iter().find(|encoding| encoding.to_string() == name);
    let encoding = encoding.ok_or_else(|| Fault::argument("encoding", "one of the six encodings"))?;
    let tokens = fields.each("tokens", bytes)?;
    let writer = tokens.into_iter().fold(ContainerWriter::new(), ContainerWriter::bytes);
    Ok(bytes_answer(&writer.write(encoding)?))
}
