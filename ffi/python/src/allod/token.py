"""Tokens."""

from __future__ import annotations

import builtins
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional

from . import _make
from ._abi import lib
from ._call import Bytes, asked, blob, call, maybe_text, number, question, taken, told
from ._call import documents as pairs
from ._handle import Handle
from .key import Algorithm, algorithm_of

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Kind(IntEnum):
    """What a token is. Receipts and revocations are invocations of commands of their own."""

    DELEGATION = 1
    INVOCATION = 2
    RECEIPT = 3
    REVOCATION = 4
    #: One that only a newer library knows.
    UNLISTED = 0

    @classmethod
    def _missing_(cls, value: object) -> Kind:
        return cls.UNLISTED


class Token(Handle):
    """A token that has its form: `Token(data)` reads its bytes. What it says is powerless: only a
    decision counts.
    """

    __slots__ = ()
    _kind = "AllodToken"
    _free = lib.allod_token_free

    def __init__(self, data: Bytes) -> None:
        self._hold(self._pointer_of(lib.allod_token_parse, *blob("data", data)))

    @property
    def kind(self) -> Kind:
        """What it is."""
        return Kind(number("uint32_t", lib.allod_token_kind, self._pointer))

    @property
    def bytes(self) -> builtins.bytes:
        """Its bytes."""
        return taken(lib.allod_token_bytes, self._pointer)

    def __bytes__(self) -> builtins.bytes:
        return taken(lib.allod_token_bytes, self._pointer)

    @property
    def cid(self) -> str:
        """Its CID, in base58btc."""
        return told(lib.allod_token_cid, self._pointer)

    @property
    def claims(self) -> Dict[str, Any]:
        """What it claims; the signature need not be genuine: see `verify`.

        Of a delegation kind, cid, issuer, audience, subject, command, policy, notBefore, expires,
        nonce and meta, with `None` as the subject of a powerline. Of an invocation kind, cid, task,
        issuer, subject, audience, command, arguments, proofs, notBefore, expires, issuedAt, cause,
        nonce and meta; a receipt also has ran, and ok or error, a revocation revoke and path.
        """
        said: Dict[str, Any] = asked(lib.allod_token_claims, self._pointer)
        return said

    def verify(self, documents: Optional[Mapping[str, str]] = None) -> None:
        """Checks its signature. Raises `BadSignatureError` where it is not its issuer's.

        `documents` are those of DIDs that need one, by the DID.
        """
        call(lib.allod_token_verify, self._pointer, *question({"documents": pairs(documents)}))


class Unsigned(Handle):
    """A token that lacks only its signature, for a key elsewhere.

    `algorithm` and `public_key` are the issuer's, and `issuer` is whom the key signs for: its own
    did:key, if absent.
    """

    __slots__ = ()
    _kind = "AllodUnsigned"
    _free = lib.allod_unsigned_free

    @classmethod
    def delegation(
        cls,
        algorithm: Algorithm,
        public_key: Bytes,
        issuer: Optional[str] = None,
        **fields: Unpack[_make.DelegationFields],
    ) -> Unsigned:
        """A delegation: audience, subject, command, expires, policy, not_before, nonce, meta,
        under, release_candidate.

        The first four have to be there. The subject is a DID or `POWERLINE`; `expires` is `None`
        for one that never ends; `under` is the delegation that it hands on.
        """
        said = question(_make.delegation(**fields))
        return cls._made(lib.allod_delegation_to_sign, *_whose(algorithm, public_key, issuer), *said)

    @classmethod
    def invocation(
        cls,
        algorithm: Algorithm,
        public_key: Bytes,
        issuer: Optional[str] = None,
        **fields: Unpack[_make.InvocationFields],
    ) -> Unsigned:
        """An invocation: subject, command, expires, arguments, audience, proofs, not_before,
        issued_at, cause, nonce, meta, release_candidate.

        The first three have to be there; `expires` is `None` for one that never ends. Proofs are
        CIDs, root first.
        """
        said = question(_make.invocation(**fields))
        return cls._made(lib.allod_invocation_to_sign, *_whose(algorithm, public_key, issuer), *said)

    @classmethod
    def revocation(
        cls,
        algorithm: Algorithm,
        public_key: Bytes,
        issuer: Optional[str] = None,
        **fields: Unpack[_make.RevocationFields],
    ) -> Unsigned:
        """A revocation: revoke, subject, path, proofs, issued_at, meta, release_candidate.

        `revoke` is the CID of the delegation, the subject its issuer, or someone above.
        """
        said = question(_make.revocation(**fields))
        return cls._made(lib.allod_revocation_to_sign, *_whose(algorithm, public_key, issuer), *said)

    @classmethod
    def receipt(
        cls,
        algorithm: Algorithm,
        public_key: Bytes,
        issuer: Optional[str] = None,
        **fields: Unpack[_make.ReceiptFields],
    ) -> Unsigned:
        """A receipt: ran, and ok or error, issued_at, expires, nonce, release_candidate. `ran` is
        the CID of the task.
        """
        said = question(_make.receipt(**fields))
        return cls._made(lib.allod_receipt_to_sign, *_whose(algorithm, public_key, issuer), *said)

    @property
    def bytes(self) -> builtins.bytes:
        """What the issuer has to sign. ECDSA signers hash it with SHA-256; Ed25519 takes it as it
        is.
        """
        return taken(lib.allod_unsigned_bytes, self._pointer)

    def attach(self, signature: Bytes) -> Token:
        """The token with its signature: 64 raw bytes, or for ECDSA also DER, with a high or low s.

        Raises `BadSignatureError` for one that is not the issuer's. The unsigned token can be used
        again.
        """
        return Token._made(lib.allod_unsigned_attach, self._pointer, *blob("signature", signature))


def _whose(algorithm: Algorithm, public_key: Bytes, issuer: Optional[str]) -> Any:
    return (algorithm_of(algorithm), *blob("public_key", public_key), *maybe_text("issuer", issuer))


def lint_delegation(**fields: Unpack[_make.DelegationFields]) -> list[str]:
    """What is legal but risky in a delegation to be made, in words. The arguments are those of
    `Unsigned.delegation`.
    """
    said: list[str] = asked(lib.allod_delegation_lints, *question(_make.delegation(**fields)))
    return said
