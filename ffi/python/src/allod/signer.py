"""Whoever signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from . import _make
from ._abi import lib
from ._call import Bytes, blob, maybe_text, question, text, told
from ._callback import register, signing
from ._handle import Handle, held
from .key import Algorithm, Key, algorithm_of
from .token import Token

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: What is taken where a signer is asked for.
AnySigner = Union["Signer", Key]


class Signer(Handle):
    """Whoever signs for a DID: `Signer(key)` for a key in memory, `Signer.external(...)` for a key
    elsewhere.

    The key may be closed: the signer holds it.
    """

    __slots__ = ()
    _kind = "AllodSigner"
    _free = lib.allod_signer_free

    def __init__(self, key: Key) -> None:
        self._hold(self._pointer_of(lib.allod_signer_from_key, held("key", key, Key)))

    @classmethod
    def external(
        cls,
        algorithm: Algorithm,
        public_key: Bytes,
        sign: Callable[[bytes], Bytes],
        did: Optional[str] = None,
    ) -> Signer:
        """A signer that is a function: of a hardware token, a server, another library.

        `sign` takes the message and gives the signature, of 64 raw bytes or for ECDSA also in DER,
        over the SHA-256 of the message. It raises `SignerUnavailable` or `SignerRefused`; whatever
        it raises is the `__cause__` of the `SigningError` that follows. It may be called by any
        thread. `did` is whom it signs for: the key's own did:key, if absent.
        """
        if not callable(sign):
            raise TypeError(f"sign has to be a function, not {type(sign).__name__}")
        whose = (algorithm_of(algorithm), *blob("public_key", public_key), *maybe_text("did", did))

        def use(context: Any, drop: Any) -> Signer:
            return cls._made(lib.allod_signer_new, *whose, signing(), context, drop)

        made = register(sign, use)
        assert isinstance(made, Signer)
        return made

    def acting_as(self, did: str) -> Signer:
        """The same key signing for another DID: a did:web whose document lists it."""
        return type(self)._made(lib.allod_signer_acting_as, self._pointer, *text("did", did))

    @property
    def did(self) -> str:
        """Whom it signs for."""
        return told(lib.allod_signer_did, self._pointer)

    def sign_delegation(self, **fields: Unpack[_make.DelegationFields]) -> Token:
        """Signs a delegation by hand, with the arguments of `Unsigned.delegation`; `Agent.grant`
        finds what it rests on by itself.
        """
        return Token._made(lib.allod_delegation_sign, self._pointer, *question(_make.delegation(**fields)))

    def sign_invocation(self, **fields: Unpack[_make.InvocationFields]) -> Token:
        """Signs an invocation by hand, with the arguments of `Unsigned.invocation`; `Agent.invoke`
        finds its proofs by itself.
        """
        return Token._made(lib.allod_invocation_sign, self._pointer, *question(_make.invocation(**fields)))

    def sign_revocation(self, **fields: Unpack[_make.RevocationFields]) -> Token:
        """Signs a revocation by hand, with the arguments of `Unsigned.revocation`; `Agent.revoke`
        finds its path by itself.
        """
        return Token._made(lib.allod_revocation_sign, self._pointer, *question(_make.revocation(**fields)))

    def sign_receipt(self, **fields: Unpack[_make.ReceiptFields]) -> Token:
        """Signs a receipt by hand, with the arguments of `Unsigned.receipt`; an `Executor` does it
        by itself.
        """
        return Token._made(lib.allod_receipt_sign, self._pointer, *question(_make.receipt(**fields)))


def signer_of(value: AnySigner) -> Signer:
    """The signer of an argument, which may be a key."""
    if isinstance(value, Key):
        return Signer(value)
    held("signer", value, Signer)
    return value
