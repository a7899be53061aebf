//! What a flow asks of a store, and what the store answers.

use allod::store::{About, Answer as Told, Ask, Cursor, End, Page, Query};
use allod::wire::{Kind, View};
use allod::{Delegation, Token};

use crate::fault::Fault;
use crate::input::{Input, bytes, text};
use crate::output::Answer;

pub fn asked(ask: &Ask) -> Vec<u8> {
    let mut answer;
    match ask {
        Ask::Delegations { query: Query { end, about }, after, most } => {
            answer = Answer::of(5);
            let (to, by) = match end {
                End::To(did) => (Some(did.to_string()), None),
                End::By(did) => (None, Some(did.to_string())),
            };
            answer.optional_text("to", to.as_deref());
            answer.optional_text("by", by.as_deref());
            let about = match about {
                About::Anyone => "anyone".to_owned(),
                About::Powerlines => "powerlines".to_owned(),
                About::Subject(did) => did.to_string(),
            };
            answer.text("about", &about);
            let after = after.as_ref().and_then(|Cursor(bytes)| core::str::from_utf8(bytes).ok());
            answer.optional_text("after", after);
            answer.count("most", Some(*most));
        }
        Ask::Revoked(pairs) => {
            answer = Answer::of(1);
            answer.list("revoked", pairs, |out, (cid, did)| {
                out.list_head(2);
                out.bytes(&cid.to_bytes());
                out.string(&did.to_string());
            });
        }
        Ask::Tokens(cids) => {
            answer = Answer::of(1);
            answer.list("tokens", cids, |out, cid| out.bytes(&cid.to_bytes()));
        }
    }
    answer.done()
}

pub fn read_answer(input: &Input) -> Result<Told, Fault> {
    let fields = input.fields();
    let token = |name: &str, view: View<'_>| -> Result<Token<Delegation>, Fault> {
        // With bytes of its own: the answer it came in need not stay for it.
        Ok(Token::parse(bytes(name, view)?)?)
    };
    if fields.get("delegations").is_some() {
        let next = fields.optional("next", text)?.map(|next| Cursor(next.as_bytes().to_vec()));
        return Ok(Told::Delegations(Page { items: fields.each("delegations", token)?, next }));
    }
    if fields.get("revoked").is_some() {
        let flags = fields.each("revoked", |name, view| match view.kind() {
            Kind::Bool(flag) => Ok(flag),
            _ => Err(Fault::argument(name, "a list of true and false")),
        });
        return Ok(Told::Revoked(flags?));
    }
    Ok(Told::Tokens(
        fields.each(
            "tokens",
            |name, view| {
                if view.is_null() { Ok(None) } else { token(name, view).map(Some) }
            },
        )?,
    ))
}
