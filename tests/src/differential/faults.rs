//! The catalogue of faults in tokens: what careless writers and attackers do to one.

use allod::identity::Algorithm;
use allod::wire::{Cid, Ipld};
use allod_model::Name;

use super::draft::Draft;
use super::draws::Draws;
use super::people::{People, key, strange_name, weak_ed25519};
use super::policies::{policy, statement};
use super::values::value;
use crate::forge::{EnvelopeFault, SignatureFault, head, text};
use crate::vectors::{dag_json, spellings};

/// What a fault does to a token. False: it could not be done to this one.
type Apply = fn(&mut Draft, &mut Draws, &mut People) -> bool;

/// A fault of tokens, by its name.
pub(super) type TokenFault = (&'static str, Apply);

/// Faults that leave nothing to read: their code is known to whoever makes them. At most one in a token.
pub(super) const OF_WIRE: &[TokenFault] = &[
    ("tag-of-the-other-kind", |draft, _, _| {
        draft.forge.tag =
            if draft.forge.tag.contains("dlg") { "ucan/inv@1.0.0" } else { "ucan/dlg@1.0.0" }.into();
        malformed(draft)
    }),
    ("tag-unknown", |draft, draws, _| {
        let kind = if draft.forge.tag.contains("dlg") { "dlg" } else { "inv" };
        let version = draws.pick(&["@1.0.0-rc.2", "@2.0.0", "@0.10.0", "", "@1.0.0 ", "@1.0"]);
        draft.forge.tag = match draws.below(4) {
            0 => format!("UCAN/{kind}@1.0.0"),
            1 => draws.pick(&["ucan/i/1.0.0-rc.1", "ucan/d/1.0.0-rc.1", "ucan/rcp@1.0.0"]).into(),
            _ => format!("ucan/{kind}{version}"),
        };
        malformed(draft)
    }),
    ("header-trailing-byte", |draft, draws, _| {
        if draft.header.is_none() {
            return false;
        }
        draft.forge.header.push(draws.pick(&[0, 0x71]));
        malformed(draft)
    }),
    ("header-cut", |draft, draws, _| {
        if draft.header.is_none() {
            return false;
        }
        let keep = draws.below(draft.forge.header.len());
        draft.forge.header.truncate(keep);
        malformed(draft)
    }),
    ("header-other-codec", |draft, draws, _| {
        if draft.header.is_none() {
            return false;
        }
        // Raw, dag-pb, another, a signature's own, DAG-JSON.
        let codec = draws.pick(&[&[0x55][..], &[0x70], &[0x72], &[0x5f], &[0xa9, 0x02]]);
        draft.forge.header.pop();
        draft.forge.header.extend(codec);
        malformed(draft)
    }),
    ("header-other-version", |draft, draws, _| {
        if draft.header.is_none() {
            return false;
        }
        if draws.below(3) == 0 {
            // Version 0 had no number for it.
            draft.forge.header.remove(1);
        } else {
            draft.forge.header[1] = draws.pick(&[0, 2]);
        }
        malformed(draft)
    }),
    ("header-long-varint", |draft, draws, _| {
        if draft.header.is_none() {
            return false;
        }
        // A number in one byte more than it takes.
        if draws.below(2) == 0 {
            draft.forge.header.splice(0..1, [0xb4, 0x00]);
        } else {
            draft.forge.header.pop();
            draft.forge.header.extend([0xf1, 0x00]);
        }
        malformed(draft)
    }),
    ("spelling", |draft, draws, _| {
        let spellings = spellings();
        let (_, _, bytes) = &spellings[draws.below(spellings.len())];
        let in_map = [head(5, 1), text("a"), bytes.clone()].concat();
        let in_list = [head(4, 1), bytes.clone()].concat();
        let delegation = draft.forge.tag.contains("dlg");
        match draws.below(6) {
            0 => draft.forge.raw(if delegation { "pol" } else { "prf" }, in_list),
            // Anywhere at all, in place of what belongs there.
            1 => {
                let field = draws.pick(&draft.fields());
                draft.forge.raw(&field, bytes.clone())
            }
            2 | 3 if !delegation => draft.forge.raw("args", in_map),
            _ => draft.forge.raw("meta", in_map),
        };
        malformed(draft)
    }),
    ("number-in-long-form", |draft, draws, _| {
        let number = draws.pick(&[vec![0x18, 0x17], vec![0x19, 0, 0xff], vec![0x1a, 0, 0, 0xff, 0xff]]);
        draft.forge.raw("exp", number);
        malformed(draft)
    }),
    ("list-of-indefinite-length", |draft, _, _| {
        let field = if draft.forge.tag.contains("dlg") { "pol" } else { "prf" };
        draft.forge.raw(field, vec![0x9f, 0xff]);
        malformed(draft)
    }),
    ("field-twice", |draft, draws, _| {
        let field = draws.pick(&["cmd", "exp", "iss", "sub", "nonce"]);
        if !draft.fields().iter().any(|there| there == field) {
            return false;
        }
        draft.forge.duplicate(field);
        malformed(draft)
    }),
    ("fields-out-of-order", |draft, _, _| {
        if draft.forge.fields.len() < 2 {
            return false;
        }
        draft.forge.unsort();
        malformed(draft)
    }),
    ("bytes-after-the-token", |draft, draws, _| {
        draft.forge.envelope = EnvelopeFault::Trailing(draws.pick(&[vec![0], vec![0xf6], vec![0x80, 0x80]]));
        malformed(draft)
    }),
    ("envelope", |draft, draws, _| {
        draft.forge.envelope = draws.pick(&[
            EnvelopeFault::ThirdEntry,
            EnvelopeFault::ThirdItem,
            EnvelopeFault::OneItem,
            EnvelopeFault::SignatureString,
            EnvelopeFault::HeaderString,
            EnvelopeFault::HeaderKey,
            EnvelopeFault::PayloadList,
            EnvelopeFault::OuterMap,
            EnvelopeFault::BothTags,
            EnvelopeFault::NoHeader,
            EnvelopeFault::NoPayload,
            EnvelopeFault::SelfDescribed,
            EnvelopeFault::LongHead,
            EnvelopeFault::Indefinite,
            EnvelopeFault::LongSignature,
            EnvelopeFault::LongMap,
            EnvelopeFault::LongHeader,
            EnvelopeFault::LongPayload,
            EnvelopeFault::PayloadFirst,
            EnvelopeFault::HeaderTwice,
        ]);
        malformed(draft)
    }),
    ("nested-too-deep", |draft, draws, _| {
        // The envelope, the signed map, the payload and the map in the field are four levels.
        let levels = draws.pick(&[61, 62, 1000]);
        let nested = [head(5, 1), text("a"), vec![0x81; levels - 1], vec![0x80]].concat();
        draft.forge.raw("meta", nested);
        unreadable(draft, "budget-exceeded")
    }),
    ("too-large", |draft, draws, _| {
        let size = draws.pick(&[65_537, 70_000]);
        draft.forge.set("nonce", Ipld::Bytes(vec![7; size]));
        unreadable(draft, "too-large")
    }),
    ("link-with-a-byte-after-it", |draft, draws, _| {
        misspelt_link(draft, draws, &[&Cid::of(b"x").to_bytes()[..], &[0]].concat())
    }),
    ("link-of-a-cut-digest", |draft, draws, _| {
        // SHA-256 with a byte less, and announced as such: in metadata it is data.
        if draft.forge.tag.contains("dlg") {
            return false;
        }
        misspelt_link(draft, draws, &[&[1, 0x71, 0x12, 0x1f][..], &[5; 31]].concat())
    }),
];

/// Faults in the signature: it is not the issuer's, or not in its one spelling.
pub(super) const OF_SIGNATURE: &[TokenFault] = &[
    ("signature-flipped", |draft, draws, _| {
        spoil(draft, SignatureFault::Flip(0));
        draft.forge.signature = SignatureFault::Flip(draws.below(512));
        true
    }),
    ("signature-cut", |draft, draws, _| {
        let fault = SignatureFault::Cut(draws.pick(&[63, 0, 1, 32]));
        spoil(draft, fault)
    }),
    ("signature-longer", |draft, _, _| spoil(draft, SignatureFault::Longer)),
    ("signature-of-zeros", |draft, _, _| spoil(draft, SignatureFault::Replaced([0; 32], [0; 32]))),
    ("signature-with-a-half-of-zeros", |draft, draws, _| {
        let half = draws.below(2);
        spoil(draft, SignatureFault::ZeroHalf(half))
    }),
    ("signature-past-the-order", |draft, _, _| {
        spoil(draft, SignatureFault::Replaced([0xff; 32], [0xff; 32]))
    }),
    ("signature-with-small-order-r", |draft, _, _| {
        let mut identity = [0; 32];
        identity[0] = 1;
        spoil(draft, SignatureFault::Replaced(identity, [0; 32]))
    }),
    ("signature-with-high-s", |draft, _, _| {
        if draft.forge.signer.algorithm == Algorithm::Ed25519 {
            return false;
        }
        spoil(draft, SignatureFault::HighS)
    }),
    ("signature-with-the-order-added-to-s", |draft, _, _| {
        if draft.forge.signer.algorithm != Algorithm::Ed25519 {
            return false;
        }
        spoil(draft, SignatureFault::PlusOrder)
    }),
    ("signature-with-the-identity-misspelt-as-r", |draft, draws, _| {
        if draft.forge.signer.algorithm != Algorithm::Ed25519 {
            return false;
        }
        spoil(draft, SignatureFault::MisspeltR(draws.below(3)))
    }),
    ("signature-with-a-residue-of-small-order", |draft, draws, _| {
        if draft.forge.signer.algorithm != Algorithm::Ed25519 {
            return false;
        }
        spoil(draft, SignatureFault::Residue(draws.one_in(2)))
    }),
    ("signature-with-the-identity-as-r", |draft, _, _| {
        if draft.forge.signer.algorithm != Algorithm::Ed25519 {
            return false;
        }
        spoil(draft, SignatureFault::IdentityR)
    }),
    ("signature-in-der", |draft, _, _| {
        if draft.forge.signer.algorithm == Algorithm::Ed25519 {
            return false;
        }
        spoil(draft, SignatureFault::Der)
    }),
    ("issued-by-a-weak-key", |draft, _, people| {
        // R is the base point and s is 1: right for whoever multiplies by the identity without a look at it.
        let did = weak_ed25519(1);
        people.name(&did, Name::Unusable(allod_model::Algorithm::Ed25519));
        draft.sign_with(crate::forge::ed(1));
        draft.set("iss", did);
        let (mut base, mut one) = ([0x66; 32], [0; 32]);
        (base[0], one[0]) = (0x58, 1);
        spoil(draft, SignatureFault::Replaced(base, one))
    }),
    ("signed-by-another", |draft, draws, people| {
        let other = people.of_key(key(draws));
        draft.sign_with(other.key);
        true
    }),
    ("header-of-another-algorithm", |draft, draws, people| {
        // Signed by the right key under a header that announces another kind.
        let other = people.of_key(key(draws));
        draft.forge.header = other.key.header();
        draft.header = super::people::header(other.key);
        if other.key.algorithm != draft.forge.signer.algorithm {
            draft.signed_by = None;
        }
        true
    }),
    ("header-of-an-algorithm-not-implemented", |draft, draws, _| {
        draft.forge.header = draws.pick(&[
            vec![0x34, 0x01, 0x85, 0x24, 0x12, 0x80, 0x02, 0x71],
            vec![0x34, 0x01, 0xec, 0x01, 0x81, 0x24, 0x20, 0x71],
            // The three that are implemented, each with another hash.
            vec![0x34, 0x01, 0xed, 0x01, 0xed, 0x01, 0x12, 0x71],
            vec![0x34, 0x01, 0xec, 0x01, 0x80, 0x24, 0x13, 0x71],
            vec![0x34, 0x01, 0xec, 0x01, 0xe7, 0x01, 0x1b, 0x71],
            // ES256 as rs-ucan numbers it.
            vec![0x34, 0x01, 0xec, 0x01, 0x81, 0x24, 0x15, 0x71],
        ]);
        draft.header = None;
        draft.signed_by = None;
        true
    }),
];

/// Faults in the claims: the model judges them. At most one in a token, or one of the wire.
pub(super) const OF_CLAIMS: &[TokenFault] = &[
    ("field-missing", |draft, draws, _| {
        let field = draws.pick(&draft.fields());
        draft.remove(&field);
        true
    }),
    ("field-unknown", |draft, draws, _| {
        let field =
            draws.pick(&["zzz", "fct", "can", "Exp", "arg", "args", "pol", "prf", "cause", "iat", ""]);
        draft.set(field, value(draws, 1));
        true
    }),
    ("field-of-another-type", |draft, draws, people| {
        let field = draws.pick(&draft.fields());
        let other = value(draws, 1);
        if let Ipld::String(name) = &other {
            people.name(name, Name::Malformed);
        }
        draft.set(&field, other);
        true
    }),
    ("optional-field", |draft, draws, people| {
        let field = draws.pick(&["aud", "nbf", "iat", "meta", "cause", "exp", "sub"]);
        let other = match draws.below(4) {
            0 => Ipld::Null,
            _ => value(draws, 1),
        };
        if let Ipld::String(name) = &other {
            people.name(name, Name::Malformed);
        }
        draft.set(field, other);
        true
    }),
    ("time-out-of-range", |draft, draws, _| {
        let field = draws.pick(&["exp", "nbf", "iat"]);
        let time = draws.pick(&[
            Ipld::Integer(1 << 53),
            Ipld::Integer(-(1 << 53)),
            Ipld::Integer((1 << 53) - 1),
            Ipld::Integer(1 - (1 << 53)),
            Ipld::Integer((1 << 64) - 1),
            Ipld::Float(1_800_000_000.0),
            Ipld::String("1800000000".into()),
        ]);
        draft.set(field, time);
        true
    }),
    ("strange-name", |draft, draws, people| {
        let field = draws.pick(&["iss", "aud", "sub"]);
        let near = draft.text("iss").to_owned();
        let (name, what) = strange_name(draws, &near);
        // Invoking `/` is malformed already.
        if what == Name::TooLong && draft.text("cmd") == "/" {
            return false;
        }
        people.name(&name, what);
        draft.overlong = what == Name::TooLong;
        draft.set(field, name);
        true
    }),
    ("command-soup", |draft, draws, _| {
        let pieces = ["/", "a", "photos", "A", "é", "É", " ", "..", "*", "\0", "1", "-", "//"];
        let soup: String = (0..draws.below(6)).map(|_| draws.pick(&pieces)).collect();
        draft.set("cmd", soup);
        true
    }),
    ("policy-misshapen", |draft, draws, _| {
        let shapes = [
            "null",
            "{}",
            "\"==\"",
            "[null]",
            "[\"==\",\".a\",1]",
            "[[]]",
            "[[\"==\",\".a\"]]",
            "[[\"==\",\".a\",1,2]]",
            "[[\"=\",\".a\",1]]",
            "[[\"equals\",\".a\",1]]",
            "[[\"like\",\".a\",1]]",
            "[[\"<\",\".a\",\"1\"]]",
            "[[\">=\",\".a\",null]]",
            "[[\"<\",\".a\",true]]",
            "[[\"not\"]]",
            "[[\"not\",[\"==\",\".a\",1],[\"==\",\".a\",1]]]",
            "[[\"not\",[[\"==\",\".a\",1]]]]",
            "[[\"and\",[\"==\",\".a\",1]]]",
            "[[\"and\",[[\"==\",\".a\",1]],[[\"==\",\".a\",1]]]]",
            "[[\"or\",null]]",
            "[[\"all\",\".a\"]]",
            "[[\"all\",\".a\",[[\"==\",\".\",1]]]]",
            "[[\"any\",\".a\",[\"==\",\".\"]]]",
            "[[1,\".a\",1]]",
            "[[\"==\",1,1]]",
            "[[\"==\",\".a\",1],[\"!=\"]]",
            "[[\"and\",[]],[\"or\",[]]]",
            "[[\"not\",[\"or\",[]]]]",
            "[[\"not\",[\"any\",\".\",[\"==\",\".\",1]]]]",
            "[[\"EQ\",\".a\",1]]",
        ];
        draft.set("pol", dag_json(draws.pick(&shapes)));
        true
    }),
    ("selector-soup", |draft, draws, _| {
        let pieces = [
            ".",
            "a",
            "[",
            "]",
            "0",
            "-1",
            ":",
            "?",
            "\"",
            "\\",
            "[\"k\"]",
            "[]",
            "[0]",
            "[1:2]",
            ".a",
            "é",
            "A",
            "_",
            "-",
            " ",
            "[\"\\\"\"]",
            "[-1:]",
            "..",
            "[00]",
            "[+1]",
            "$",
            "*",
            "99999999999999999999",
        ];
        let soup: String = (0..draws.below(7)).map(|_| draws.pick(&pieces)).collect();
        let dotted = draws.below(4) != 3;
        let selector = if dotted { format!(".{soup}") } else { soup };
        let leaf = Ipld::List(vec![
            Ipld::String("!=".into()),
            Ipld::String(selector),
            Ipld::String("something else".into()),
        ]);
        let leaf =
            if draws.below(2) == 1 { Ipld::List(vec![Ipld::String("not".into()), leaf]) } else { leaf };
        draft.set("pol", Ipld::List(vec![leaf]));
        true
    }),
    ("glob-soup", |draft, draws, _| {
        let pieces = ["*", "\\", "\\*", "\\\\", "a", "b", "?", "[a]", "**", "\n", "é"];
        let soup: String = (0..draws.below(7)).map(|_| draws.pick(&pieces)).collect();
        let leaf = Ipld::List(vec![
            Ipld::String("like".into()),
            Ipld::String(draws.pick(&[".a", ".title", ".b?"]).into()),
            Ipld::String(soup),
        ]);
        draft.set("pol", Ipld::List(vec![leaf]));
        true
    }),
    ("proof-under-another-codec", |draft, draws, _| {
        // The very digest of a proof, which for whoever looks at digests alone is that proof.
        let Some(Ipld::List(mut proofs)) = draft.claim("prf").cloned() else { return false };
        let place = draws.below(proofs.len().max(1));
        let Some(Ipld::Link(proof)) = proofs.get(place) else { return false };
        let mut bytes = proof.to_bytes();
        bytes[1] = draws.pick(&[0x55, 0x70, 0x00]);
        let link = match bytes[1] {
            // Version 0: the digest alone.
            0 => bytes.split_off(2),
            _ => bytes,
        };
        proofs[place] = Ipld::Link(allod::wire::value::DataCid::try_from(link).expect("a CID"));
        draft.set("prf", Ipld::List(proofs));
        true
    }),
    ("proof-link-of-another-kind", |draft, draws, _| {
        let field = draws.pick(&["prf", "cause"]);
        let digest = [0x12, 0x20].into_iter().chain([5; 32]).collect::<Vec<u8>>();
        let bytes = match draws.below(5) {
            // dag-pb, raw, identity, sha2-512, version 0
            0 => [&[1, 0x70][..], &digest].concat(),
            1 => [&[1, 0x55][..], &digest].concat(),
            2 => vec![1, 0x71, 0, 3, 1, 2, 3],
            3 => [&[1, 0x71, 0x13, 0x40][..], &[5; 64]].concat(),
            _ => digest,
        };
        let link = Ipld::Link(allod::wire::value::DataCid::try_from(bytes).expect("a CID"));
        draft.set(field, if field == "prf" { Ipld::List(vec![link]) } else { link });
        true
    }),
];

/// Faults in what a token says, which leave it a sound token.
pub(super) const OF_MEANING: &[TokenFault] = &[
    ("policy-by-chance", |draft, draws, _| {
        if draft.frozen {
            return false;
        }
        let arguments = value(draws, 2);
        let wanted = draws.below(2) == 0;
        let made = Ipld::List(vec![statement(draws, &arguments, wanted, 3)]);
        if draft.forge.tag.contains("dlg") {
            draft.set("pol", made);
        } else {
            draft.set("args", Ipld::Map([("a".to_owned(), arguments)].into()));
        }
        true
    }),
    ("policy-about-other-arguments", |draft, draws, _| {
        let arguments = value(draws, 2);
        if draft.forge.tag.contains("inv") || draft.frozen {
            return false;
        }
        draft.set("pol", policy(draws, &arguments));
        true
    }),
    ("another-command", |draft, draws, _| {
        let own = draft.text("cmd").to_owned();
        let other = match draws.below(8) {
            // Its beginning, but for the last letter.
            5 | 6 => match own.char_indices().next_back() {
                Some((last, _)) if last > 1 && !own[..last].ends_with('/') => own[..last].to_owned(),
                _ => return false,
            },
            0 => format!("{own}/more"),
            1 => format!("{own}x"),
            2 => "/photo".into(),
            3 => "/".into(),
            4 => draws
                .pick(&["/ucan/assert", "/ucan/assert/x", "/ucan", "/ucan/revoke/x", "/ucan/assertion"])
                .into(),
            _ => "/ucan/revoke".into(),
        };
        draft.set("cmd", other);
        true
    }),
    ("another-audience", |draft, draws, people| {
        let other = people.anyone(draws).did;
        draft.set("aud", other);
        true
    }),
    ("another-subject", |draft, draws, people| {
        let other = people.anyone(draws).did;
        draft.set("sub", other);
        true
    }),
    ("issued-by-another", |draft, draws, people| {
        let other = people.anyone(draws);
        draft.set("iss", other.did.as_str());
        draft.sign_with(other.key);
        true
    }),
    ("powerline", |draft, _, _| {
        if draft.forge.tag.contains("inv") {
            return false;
        }
        draft.set("sub", Ipld::Null);
        true
    }),
    ("expired", |draft, draws, _| {
        draft.set("exp", Ipld::Integer(draws.pick(&[1_799_999_999, 1_799_999_939, 1_799_999_940, 0, -5])));
        true
    }),
    ("not-yet-valid", |draft, draws, _| {
        let from = draws.pick(&[1_800_000_001, 1_800_000_060, 1_800_000_061, (1 << 53) - 1]);
        draft.set("nbf", Ipld::Integer(from));
        true
    }),
    ("never-open", |draft, draws, _| {
        let end = draws.pick(&[1_799_999_999, 1_800_000_000, 1_800_000_030]);
        draft.set("exp", Ipld::Integer(end));
        draft.set("nbf", Ipld::Integer(end + 1));
        true
    }),
];

/// A link that is none, where a link may stand.
fn misspelt_link(draft: &mut Draft, draws: &mut Draws, cid: &[u8]) -> bool {
    let link = [vec![0xd8, 0x2a], head(2, cid.len() as u64 + 1), vec![0], cid.to_vec()].concat();
    if !draft.forge.tag.contains("inv") {
        draft.forge.raw("meta", [head(5, 1), text("a"), link].concat());
    } else if draws.below(2) == 0 {
        draft.forge.raw("cause", link);
    } else {
        draft.forge.raw("prf", [head(4, 1), link].concat());
    }
    malformed(draft)
}

fn malformed(draft: &mut Draft) -> bool {
    unreadable(draft, "malformed")
}

fn unreadable(draft: &mut Draft, code: &'static str) -> bool {
    draft.unreadable = Some(code);
    true
}

fn spoil(draft: &mut Draft, fault: SignatureFault) -> bool {
    draft.forge.signature = fault;
    draft.signed_by = None;
    true
}
