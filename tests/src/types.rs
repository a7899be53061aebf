//! What the types do not let through: each item below shows a line that compiles, and beside it the one
//! that does not. Run as documentation tests. The codes of the errors are for readers: a stable compiler does not
//! check them, and the line that compiles is what shows that the other fails for its own reason.

/// Only a check of the signature makes a verified token.
///
/// ```
/// use allod::{Delegation, Token, Verified, VerifyError};
/// fn verified(token: Token<Delegation>) -> Result<Verified<Delegation>, VerifyError> {
///     token.verify()
/// }
/// ```
///
/// ```compile_fail,E0423
/// use allod::{Delegation, Token, Verified, VerifyError};
/// fn verified(token: Token<Delegation>) -> Result<Verified<Delegation>, VerifyError> {
///     Ok(Verified(token))
/// }
/// ```
pub fn only_a_check_makes_a_verified_token() {}

/// A token that was not verified does not stand where a verified one has to.
///
/// ```
/// use allod::{Delegation, Evidence, Verified};
/// fn add(evidence: Evidence<'static>, token: Verified<Delegation>) -> Evidence<'static> {
///     evidence.verified(token)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use allod::{Delegation, Evidence, Token};
/// fn add(evidence: Evidence<'static>, token: Token<Delegation>) -> Evidence<'static> {
///     evidence.verified(token)
/// }
/// ```
pub fn a_token_is_no_verified_token() {}

/// Claims alone are no token: the fields of a payload cannot be written down from outside, and a payload
/// cannot be put into an envelope without a signature.
///
/// ```
/// use allod::{Delegation, Token};
/// fn claims(token: &Token<Delegation>) -> &Delegation {
///     token
/// }
/// ```
///
/// ```compile_fail,E0277
/// use allod::{Delegation, Token};
/// fn token(claims: Delegation) -> Token<Delegation> {
///     claims.into()
/// }
/// ```
pub fn claims_are_no_token() {}

/// An invocation's claims, taken out of their envelope, are not decided on.
///
/// ```
/// use allod::{Authorizer, Decision, Evidence, Invocation, Token};
/// fn decide(authorizer: &Authorizer, token: &Token<Invocation>, evidence: &Evidence<'_>) -> Decision {
///     authorizer.decide(token, evidence)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use allod::{Authorizer, Decision, Evidence, Invocation};
/// fn decide(authorizer: &Authorizer, claims: &Invocation, evidence: &Evidence<'_>) -> Decision {
///     authorizer.decide(claims, evidence)
/// }
/// ```
pub fn claims_are_not_decided_on() {}

/// What lacks its signature is not a token yet.
///
/// ```
/// use allod::{BuildError, Delegation, Token, Unsigned};
/// fn finish(unsigned: Unsigned<Delegation>, signature: &[u8]) -> Result<Token<Delegation>, BuildError> {
///     unsigned.attach(signature)
/// }
/// ```
///
/// ```compile_fail,E0277
/// use allod::{BuildError, Delegation, Token, Unsigned};
/// fn finish(unsigned: Unsigned<Delegation>, signature: &[u8]) -> Result<Token<Delegation>, BuildError> {
///     Ok(unsigned.into())
/// }
/// ```
pub fn what_lacks_its_signature_is_no_token() {}

/// Evidence is made from a time and a view of revocations.
///
/// ```
/// use allod::{Evidence, RevocationSet, Timestamp};
/// let revocations = RevocationSet::new();
/// let evidence = Evidence::new(Timestamp::EPOCH, &revocations);
/// ```
///
/// ```compile_fail,E0061
/// use allod::{Evidence, RevocationSet, Timestamp};
/// let revocations = RevocationSet::new();
/// let evidence = Evidence::new(Timestamp::EPOCH);
/// ```
pub fn evidence_needs_a_view_of_revocations() {}

/// There is no default for the time.
///
/// ```
/// use allod::{Evidence, Timestamp};
/// let evidence: Evidence<'static> = Evidence::danger_without_revocations(Timestamp::EPOCH);
/// ```
///
/// ```compile_fail,E0599
/// use allod::{Evidence, Timestamp};
/// let evidence: Evidence<'static> = Evidence::default();
/// ```
pub fn evidence_needs_a_time() {}

/// An authorizer is made from its own DID and the subjects it serves.
///
/// ```
/// use allod::{Authorizer, Did, Subjects};
/// fn make(executor: Did) -> Authorizer {
///     Authorizer::new(executor, Subjects::itself())
/// }
/// ```
///
/// ```compile_fail,E0061
/// use allod::{Authorizer, Did, Subjects};
/// fn make(executor: Did) -> Authorizer {
///     Authorizer::new(executor)
/// }
/// ```
pub fn an_authorizer_needs_the_subjects_it_serves() {}

/// Nor can it be made without its DID.
///
/// ```
/// use allod::{Authorizer, Did, Subjects};
/// fn make(executor: Did, subjects: Subjects) -> Authorizer {
///     Authorizer::new(executor, subjects)
/// }
/// ```
///
/// ```compile_fail,E0451
/// use allod::{Authorizer, Did, Subjects};
/// fn make(executor: Did, subjects: Subjects) -> Authorizer {
///     Authorizer { subjects, ..Default::default() }
/// }
/// ```
pub fn an_authorizer_needs_its_own_did() {}

/// A grant comes out of a decision and from nowhere else.
///
/// ```
/// use allod::{Decision, Grant};
/// fn grant(decision: &Decision) -> Option<&Grant> {
///     decision.grant()
/// }
/// ```
///
/// ```compile_fail,E0624
/// use allod::{Delegation, Grant, Invocation, Trace, Verified};
/// fn grant(invocation: Verified<Invocation>, chain: Vec<Verified<Delegation>>, trace: Trace) -> Grant {
///     Grant::new(invocation, chain, None, trace)
/// }
/// ```
pub fn only_a_decision_makes_a_grant() {}

/// A container that was read cannot be changed or written: that is the writer's.
///
/// ```
/// use allod::{ContainerWriteError, ContainerWriter, Encoding};
/// fn write(container: &ContainerWriter) -> Result<Vec<u8>, ContainerWriteError> {
///     container.write(Encoding::Raw)
/// }
/// ```
///
/// ```compile_fail,E0599
/// use allod::{Container, ContainerWriteError, Encoding};
/// fn write(container: &Container) -> Result<Vec<u8>, ContainerWriteError> {
///     container.write(Encoding::Raw)
/// }
/// ```
pub fn a_container_that_was_read_is_not_written() {}

/// A secret key does not go into JSON, or any other form, by being a part of what does: no secret type is
/// `Serialize`. An export has a name that says so.
///
/// ```
/// use allod::{Did, SigningKey};
/// fn serialized<T: serde::Serialize>() {}
/// serialized::<Did>();
/// ```
///
/// ```compile_fail,E0277
/// use allod::{Did, SigningKey};
/// fn serialized<T: serde::Serialize>() {}
/// serialized::<SigningKey>();
/// ```
pub fn a_signing_key_is_not_serialized() {}

/// Nor are the keys of one algorithm.
///
/// ```
/// fn named<T>() {}
/// named::<allod::identity::ed25519::SigningKey>();
/// named::<allod::identity::p256::SigningKey>();
/// named::<allod::identity::secp256k1::SigningKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>() {}
/// serialized::<allod::identity::ed25519::SigningKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>() {}
/// serialized::<allod::identity::p256::SigningKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>() {}
/// serialized::<allod::identity::secp256k1::SigningKey>();
/// ```
pub fn no_key_of_one_algorithm_is_serialized() {}

/// Nor are the secrets of key agreement, before and after.
///
/// ```
/// fn named<T>() {}
/// named::<allod::identity::AgreementSecretKey>();
/// named::<allod::identity::SharedSecret>();
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>() {}
/// serialized::<allod::identity::AgreementSecretKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>() {}
/// serialized::<allod::identity::SharedSecret>();
/// ```
pub fn no_secret_of_key_agreement_is_serialized() {}

/// Nor is what an export returns.
///
/// ```
/// fn named<T>(_: &T) {}
/// fn export(key: &allod::SigningKey, agreement: &allod::identity::AgreementSecretKey) {
///     named(&key.danger_export_seed());
///     named(&key.danger_export_jwk());
///     named(&key.danger_export_pkcs8_der());
///     named(&key.danger_export_pkcs8_pem());
///     named(&agreement.danger_export());
///     named(&agreement.danger_export_jwk());
///     named(&agreement.danger_export_pkcs8_der());
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>(_: &T) {}
/// fn export(key: &allod::SigningKey) {
///     serialized(&key.danger_export_seed());
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>(_: &T) {}
/// fn export(key: &allod::SigningKey) {
///     serialized(&key.danger_export_jwk());
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>(_: &T) {}
/// fn export(key: &allod::SigningKey) {
///     serialized(&key.danger_export_pkcs8_der());
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>(_: &T) {}
/// fn export(key: &allod::SigningKey) {
///     serialized(&key.danger_export_pkcs8_pem());
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>(_: &T) {}
/// fn export(key: &allod::identity::AgreementSecretKey) {
///     serialized(&key.danger_export());
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>(_: &T) {}
/// fn export(key: &allod::identity::AgreementSecretKey) {
///     serialized(&key.danger_export_jwk());
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn serialized<T: serde::Serialize>(_: &T) {}
/// fn export(key: &allod::identity::AgreementSecretKey) {
///     serialized(&key.danger_export_pkcs8_der());
/// }
/// ```
pub fn no_export_is_serialized() {}

/// A secret is not copied unasked.
///
/// ```
/// fn cloned<T: Clone>() {}
/// cloned::<allod::PublicKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn cloned<T: Clone>() {}
/// cloned::<allod::SigningKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn cloned<T: Clone>() {}
/// cloned::<allod::identity::AgreementSecretKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn cloned<T: Clone>() {}
/// cloned::<allod::identity::SharedSecret>();
/// ```
///
/// ```compile_fail,E0277
/// fn cloned<T: Clone>() {}
/// cloned::<allod::identity::ed25519::SigningKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn cloned<T: Clone>() {}
/// cloned::<allod::identity::p256::SigningKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn cloned<T: Clone>() {}
/// cloned::<allod::identity::secp256k1::SigningKey>();
/// ```
pub fn no_secret_is_cloned() {}
