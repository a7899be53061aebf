//! What comes in from others.

use allod::Container;
use allod::agent::Genuine;

use crate::fault::Fault;
use crate::input::Input;
use crate::output::Answer;

/// What in a container is genuine. The question: `{container, documents}`.
pub fn genuine(input: &Input) -> Result<Vec<u8>, Fault> {
    let fields = input.fields();
    let container = Container::read(fields.bytes("container")?)?;
    let genuine = Genuine::in_container(&container, &fields.documents()?);
    let mut answer = Answer::of(3);
    answer.list("delegations", &genuine.delegations, |out, token| out.bytes(token.as_bytes()));
    answer.list("receipts", &genuine.receipts, |out, receipt| out.bytes(receipt.token().as_bytes()));
    answer.list("refused", &genuine.refused, |out, (cid, code)| {
        out.list_head(2);
        out.bytes(&cid.to_bytes());
        out.string(code.name());
    });
    Ok(answer.done())
}
