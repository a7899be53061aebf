//! The one table of failure codes: number, name, where the rule stands, what to do.
//!
//! Names are public and stable; the C header's constants and the TypeScript union are made from here.

// Requirements kept here: allod-codes-one-table.

use core::fmt;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $number:literal, $name:literal, $spec:literal, $remedy:literal;)+) => {
        /// Why a decision is a denial.
        ///
        /// The order of the variants is not the order in which faults are reported: that one stands with
        /// the rules of validation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant = $number,)+
        }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable kebab-case name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Where the rule that failed is written down.
            #[must_use]
            pub const fn spec(self) -> &'static str {
                match self { $(Self::$variant => $spec,)+ }
            }

            /// What a person can do about it, in general; a denial says it in particular.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)+ }
            }
        }
    };
}

codes! {
    /// Bytes that are not a token of the expected kind, or break a rule of its form.
    Malformed = 1, "malformed", "https://github.com/ucan-wg/spec#envelope",
        "make the token again with a library that writes strict UCAN 1.0";
    /// Larger than a size limit.
    TooLarge = 2, "too-large", "spec/decisions.md#limits",
        "send fewer or smaller tokens";
    /// A DID method, key type or signature algorithm that is well-formed and not implemented.
    UnsupportedAlgorithm = 3, "unsupported-algorithm", "https://github.com/ucan-wg/spec#cryptosuite",
        "sign with an Ed25519, P-256 or secp256k1 key under did:key or did:web";
    /// The signature is not the issuer's over these bytes.
    BadSignature = 4, "bad-signature", "https://github.com/ucan-wg/delegation#signature-validation",
        "ask the issuer to sign it again";
    /// A DID that needs a document, which nobody supplied.
    UnresolvedDid = 5, "unresolved-did", "https://github.com/ucan-wg/spec#issuer--audience",
        "fetch the DID's document and supply it with the evidence";
    /// A delegation that `prf` names is not among the evidence.
    ProofMissing = 6, "proof-missing", "https://github.com/ucan-wg/spec#token-resolution",
        "send the missing delegation along with the invocation";
    /// An invocation on another's behalf without any delegation.
    NoProof = 7, "no-proof", "https://github.com/ucan-wg/invocation#proofs",
        "ask the subject for a delegation and name it in the proofs";
    /// A powerline at the root: there is no subject it could speak for.
    PowerlineRoot = 8, "powerline-root", "https://github.com/ucan-wg/delegation#powerline",
        "put the subject's own delegation first in the proofs";
    /// The first delegation was not issued by the subject.
    RootNotSubject = 9, "root-not-subject", "https://github.com/ucan-wg/invocation#proof-chains",
        "start the proofs with a delegation that the subject itself issued";
    /// A delegation about another subject than the invoked one.
    WrongSubject = 10, "wrong-subject", "https://github.com/ucan-wg/delegation#subject",
        "use delegations about the subject that is invoked";
    /// A delegation's audience is not the issuer of what follows it.
    BrokenChain = 11, "broken-chain", "https://github.com/ucan-wg/delegation#principal-alignment",
        "name the proofs root first, each to the issuer of the next";
    /// The invocation is addressed to another executor.
    WrongAudience = 12, "wrong-audience", "https://github.com/ucan-wg/invocation#audience",
        "send the invocation to the executor it names, or name this one as its audience";
    /// The executor does not act for this subject.
    SubjectNotServed = 13, "subject-not-served", "https://github.com/ucan-wg/spec#subject",
        "send the invocation to an executor that serves its subject";
    /// Past the end of its validity.
    Expired = 14, "expired", "https://github.com/ucan-wg/delegation#time-bounds",
        "ask its issuer for a new one";
    /// Before the beginning of its validity.
    NotYetValid = 15, "not-yet-valid", "https://github.com/ucan-wg/delegation#time-bounds",
        "wait until it becomes valid";
    /// A delegation's command does not cover the invoked one.
    CommandNotCovered = 16, "command-not-covered", "https://github.com/ucan-wg/spec#segment-structure",
        "ask for a delegation of the invoked command, or invoke one that is delegated";
    /// A delegation's policy is not satisfied by the arguments.
    PolicyUnsatisfied = 17, "policy-unsatisfied", "https://github.com/ucan-wg/delegation#policy",
        "invoke with arguments that the policy allows, or ask for a wider policy";
    /// A delegation in the chain was revoked.
    Revoked = 18, "revoked", "https://github.com/ucan-wg/revocation",
        "ask the issuer of the revoked delegation for a new one";
    /// What is known of revocations is older than this command allows.
    RevocationStale = 19, "revocation-stale", "https://github.com/ucan-wg/revocation",
        "bring the executor's revocations up to date and try again";
    /// The invocation was executed before.
    Replayed = 20, "replayed", "https://github.com/ucan-wg/spec#replay-attack-prevention",
        "sign a new invocation with a new nonce";
    /// More links, steps or depth than a decision may take.
    BudgetExceeded = 21, "budget-exceeded", "spec/decisions.md#limits",
        "use a shorter chain, a simpler policy or flatter arguments";
}

impl Code {
    /// The stable number, from 1.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The code of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_run_from_one_without_a_gap_and_names_are_unique() {
        for (index, code) in Code::ALL.iter().enumerate() {
            assert_eq!(usize::from(code.number()), index + 1);
            assert_eq!(Code::from_name(code.name()), Some(*code));
        }
    }
}
