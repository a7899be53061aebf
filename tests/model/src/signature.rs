//! Headers, and whose signature it is (decisions 2, 4, 23 and 30).

use crate::claims::{Kind, name};
use crate::{Algorithm, Claims, Code, Name, World};

/// Whether a header is one that the issuer's key could have. An issuer with a document has several keys. The
/// header of an algorithm that is not implemented is no implemented key's (decision 2).
pub(crate) fn fits(world: &World, header: Option<Algorithm>, iss: &str) -> bool {
    match name(world, iss) {
        Name::Agreement => false,
        Name::Key(of) | Name::Unusable(of) => header == Some(of),
        _ => true,
    }
}

/// Whether a key of the issuer made the signature, once the header fits.
pub(crate) fn check(world: &World, claims: &Claims, iss: &str, kind: Kind) -> Result<(), Code> {
    let keys = match name(world, iss) {
        Name::Key(_) => vec![iss.to_owned()],
        // Decision 30.
        Name::Unusable(_) => vec![],
        // Decision 23: the keys for this kind of token. No list means all methods, and an empty one none.
        Name::Web => {
            let document = world.documents.get(iss).ok_or("unresolved-did")?;
            let invokes = kind == Kind::Invocation;
            let listed = if invokes { &document.invocation } else { &document.delegation };
            listed.as_ref().unwrap_or(&document.methods).clone()
        }
        Name::Unsupported => return Err("unsupported-algorithm"),
        Name::Agreement | Name::Malformed | Name::TooLong => unreachable!("it was not decoded"),
    };
    // Decision 2: an issuer without a key has signed nothing, whatever the header announces.
    let nobody = if keys.is_empty() { "bad-signature" } else { "unsupported-algorithm" };
    let announced = claims.header.filter(|_| !keys.is_empty()).ok_or(nobody)?;
    let signed =
        |key: &String| name(world, key) == Name::Key(announced) && claims.signed_by.as_ref() == Some(key);
    if keys.iter().any(signed) { Ok(()) } else { Err("bad-signature") }
}
