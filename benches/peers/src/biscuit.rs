//! `biscuit-auth`: one token of N blocks, each signed by the key that the block before names.
//!
//! A token of N blocks has N signatures, and all of them are checked (`SerializedBiscuit::verify`), strictly as allod
//! does. A token that can be narrowed further brings the secret of the key that its last block names; that the two fit is
//! checked as well, at the price of one multiplication of the base point.
//!
//! The first block gives the right and has no conditions, and each block after it has three; so both sides judge
//! 3 (N - 1) conditions. What `create` makes has three in each block, as each delegation of allod's does.
//!
//! For what it does not check, see [`NOTE`].

use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use allod_bench::turns::Turns;
use biscuit_auth::builder::{fact, int, string};
use biscuit_auth::datalog::SymbolTable;
use biscuit_auth::error::Token as Error;
use biscuit_auth::{
    Algorithm, AuthorizerBuilder, AuthorizerLimits, Biscuit, BlockBuilder, KeyPair, PrivateKey, PublicKey,
};

use crate::{LENGTHS, flipped};

/// What it does not check.
pub const NOTE: &str = "biscuit-auth 6: a bearer token. No block names an audience, and whoever makes a request \
    signs nothing: the arguments are facts that the service states (three; allod decodes six). The secret that \
    travels in the token is checked to fit, which is no signature but one multiplication of the base point. No \
    block has an expiry here, which would be a fourth check; allod looks at that of each token. Nothing is asked \
    about revocation, and nothing is hashed for an identifier. Equal: N Ed25519 signatures, checked strictly, and \
    three conditions in each block but the first, as in each of N - 1 delegations. Not counted in create: making \
    the key of each block, and parsing the datalog.";

const RIGHT: &str = r#"right("photos", "read")"#;

const CONDITIONS: &str = r#"
    check if album("summer");
    check if size($size), $size <= 5000000;
    check if name($name), $name.ends_with(".jpg");
"#;

const POLICY: &str = r#"allow if right("photos", "read")"#;

pub fn add(turns: &mut Turns<'_>) {
    let issuing = Rc::new(Issuing::new());
    for number in LENGTHS {
        let service = Service::new(&issuing);
        let token = issuing.token(number, &issuing.right);
        check(&service, &token, number);
        turns.add(format!("biscuit verify {number}"), move || {
            service.allows(black_box(&token), "summer").unwrap();
        });
        let (issuing, first) = (Rc::clone(&issuing), issuing.right.clone().merge(issuing.conditions.clone()));
        turns.add(format!("biscuit create {number}"), move || {
            black_box(issuing.token(black_box(number), &first));
        });
    }
}

/// That it is allowed, with so many signatures, and refused where one of them, or an argument, is another.
fn check(service: &Service, token: &[u8], number: usize) {
    service.allows(token, "summer").unwrap();
    assert_eq!(service.allows(token, "winter").is_ok(), number == 1);
    let signatures = Biscuit::from(token, service.root).unwrap().revocation_identifiers();
    assert_eq!(signatures.len(), number);
    for signature in signatures {
        let at = token.windows(64).position(|bytes| bytes == signature).unwrap();
        assert!(matches!(service.allows(&flipped(token, at + 5), "summer"), Err(Error::Format(_))));
    }
}

/// What tokens are made from.
struct Issuing {
    keys: Vec<KeyPair>,
    right: BlockBuilder,
    conditions: BlockBuilder,
}

impl Issuing {
    fn new() -> Self {
        let secret = |number| PrivateKey::from_bytes(&crate::seed(number), Algorithm::Ed25519).unwrap();
        Self {
            keys: (0..=LENGTHS[3]).map(|number| KeyPair::from(&secret(number))).collect(),
            right: BlockBuilder::new().fact(RIGHT).unwrap(),
            conditions: BlockBuilder::new().code(CONDITIONS).unwrap(),
        }
    }

    /// A token of so many blocks.
    fn token(&self, blocks: usize, first: &BlockBuilder) -> Vec<u8> {
        let token = Biscuit::builder().merge(first.clone());
        let token = token.build_with_key_pair(&self.keys[0], SymbolTable::default(), &self.keys[1]).unwrap();
        let token = self.keys[2..=blocks]
            .iter()
            .fold(token, |token, key| token.append_with_keypair(key, self.conditions.clone()).unwrap());
        token.to_vec().unwrap()
    }
}

/// Someone who decides on requests.
struct Service {
    root: PublicKey,
    ready: AuthorizerBuilder,
}

impl Service {
    fn new(issuing: &Issuing) -> Self {
        // On a busy machine a decision may well take longer than the usual millisecond.
        let limits = AuthorizerLimits { max_time: Duration::from_secs(10), ..AuthorizerLimits::default() };
        let ready = AuthorizerBuilder::new().policy(POLICY).unwrap().set_limits(limits);
        Self { root: issuing.keys[0].public(), ready }
    }

    fn allows(&self, token: &[u8], album: &str) -> Result<usize, Error> {
        let token = Biscuit::from(token, self.root)?;
        let request = self.ready.clone().fact(fact("album", &[string(album)]))?;
        let request =
            request.fact(fact("size", &[int(1_234_567)]))?.fact(fact("name", &[string("beach.jpg")]))?;
        request.build(&token)?.authorize()
    }
}
