"""What tokens are made of: arguments as the questions that the library takes."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Final,
    Iterable,
    Mapping,
    Optional,
    Sequence,
    TypedDict,
    Union,
    final,
)

from ._call import NULL, Bytes, flag, plain, several
from ._time import Time, maybe_seconds
from .value import Link, Value

if TYPE_CHECKING:
    from .token import Token


@final
class Powerline:
    """What `POWERLINE` is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "POWERLINE"


#: The subject of a delegation of whatever its issuer may do, about any subject. It is not spelled
#: `None`: a variable that is that by accident would give away everything.
POWERLINE: Final = Powerline()

#: Whom a delegation is about.
Subject = Union[str, Powerline]
#: A CID, or a token that has it.
AnyCid = Union[str, Link, "Token"]
#: A token, or its bytes.
AnyToken = Union["Token", Bytes]


class _DelegationMust(TypedDict):
    audience: str
    subject: Subject
    command: str
    expires: Optional[Time]


class DelegationFields(_DelegationMust, total=False):
    """The arguments of a delegation: see `Unsigned.delegation`."""

    policy: Sequence[Value]
    not_before: Optional[Time]
    nonce: Optional[Bytes]
    meta: Optional[Mapping[str, Value]]
    under: Optional[AnyToken]
    release_candidate: bool


class _InvocationMust(TypedDict):
    subject: str
    command: str
    expires: Optional[Time]


class InvocationFields(_InvocationMust, total=False):
    """The arguments of an invocation: see `Unsigned.invocation`."""

    arguments: Optional[Mapping[str, Value]]
    audience: Optional[str]
    proofs: Iterable[AnyCid]
    not_before: Optional[Time]
    issued_at: Optional[Time]
    cause: Optional[AnyCid]
    nonce: Optional[Bytes]
    meta: Optional[Mapping[str, Value]]
    release_candidate: bool


class _RevocationMust(TypedDict):
    revoke: AnyCid
    subject: str


class RevocationFields(_RevocationMust, total=False):
    """The arguments of a revocation: see `Unsigned.revocation`."""

    path: Optional[Iterable[AnyCid]]
    proofs: Iterable[AnyCid]
    issued_at: Optional[Time]
    meta: Optional[Mapping[str, Value]]
    release_candidate: bool


class _ReceiptMust(TypedDict):
    ran: AnyCid


class ReceiptFields(_ReceiptMust, total=False):
    """The arguments of a receipt: see `Unsigned.receipt`."""

    ok: Value
    error: Value
    issued_at: Optional[Time]
    expires: Optional[Time]
    nonce: Optional[Bytes]
    release_candidate: bool


class _Absent:
    __slots__ = ()


_ABSENT: Final = _Absent()


def cid_of_any(name: str, value: AnyCid) -> str:
    """The text of a CID."""
    from .token import Token

    if isinstance(value, Token):
        return value.cid
    if not isinstance(value, (str, Link)):
        raise TypeError(f"{name} has to be a CID or a token, not {type(value).__name__}")
    return str(value)


def bytes_of_any(name: str, value: AnyToken) -> bytes:
    """The bytes of a token."""
    from .token import Token

    return value.bytes if isinstance(value, Token) else plain(name, value)


def _cids(name: str, values: Optional[Iterable[AnyCid]]) -> Any:
    given = several(name, values)
    return None if given is None else [cid_of_any(name, value) for value in given]


def _nonce(value: Optional[Bytes]) -> Optional[bytes]:
    return None if value is None else plain("nonce", value)


def _map(name: str, value: Optional[Mapping[str, Value]]) -> Optional[Dict[str, Value]]:
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(f"{name} has to be a dict, not {type(value).__name__}")
    return None if value is None else dict(value)


def _did(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} has to be a DID, not {type(value).__name__}")
    return value


def delegation(
    *,
    audience: str,
    subject: Subject,
    command: str,
    expires: Optional[Time],
    policy: Sequence[Value] = (),
    not_before: Optional[Time] = None,
    nonce: Optional[Bytes] = None,
    meta: Optional[Mapping[str, Value]] = None,
    under: Optional[AnyToken] = None,
    release_candidate: bool = False,
) -> Dict[str, Any]:
    """The question for a delegation."""
    if isinstance(policy, (str, bytes)) or not isinstance(policy, Sequence):
        raise TypeError(f"policy has to be a list of statements, not {type(policy).__name__}")
    said: Dict[str, Any] = {
        "audience": _did("audience", audience),
        "subject": NULL if isinstance(subject, Powerline) else _did("subject", subject),
        "command": command,
        "policy": list(policy),
        "expires": maybe_seconds("expires", expires),
        "notBefore": maybe_seconds("not_before", not_before, up=True),
        "nonce": _nonce(nonce),
        "meta": _map("meta", meta),
        "under": None if under is None else bytes_of_any("under", under),
        "releaseCandidate": flag("release_candidate", release_candidate),
    }
    return said


def invocation(
    *,
    subject: str,
    command: str,
    expires: Optional[Time],
    arguments: Optional[Mapping[str, Value]] = None,
    audience: Optional[str] = None,
    proofs: Iterable[AnyCid] = (),
    not_before: Optional[Time] = None,
    issued_at: Optional[Time] = None,
    cause: Optional[AnyCid] = None,
    nonce: Optional[Bytes] = None,
    meta: Optional[Mapping[str, Value]] = None,
    release_candidate: bool = False,
) -> Dict[str, Any]:
    """The question for an invocation."""
    return {
        "subject": _did("subject", subject),
        "command": command,
        "audience": audience,
        "arguments": _map("arguments", arguments),
        "proofs": _cids("proofs", proofs),
        "expires": maybe_seconds("expires", expires),
        "notBefore": maybe_seconds("not_before", not_before, up=True),
        "issuedAt": maybe_seconds("issued_at", issued_at),
        "cause": None if cause is None else cid_of_any("cause", cause),
        "nonce": _nonce(nonce),
        "meta": _map("meta", meta),
        "releaseCandidate": flag("release_candidate", release_candidate),
    }


def revocation(
    *,
    revoke: AnyCid,
    subject: str,
    path: Optional[Iterable[AnyCid]] = None,
    proofs: Iterable[AnyCid] = (),
    issued_at: Optional[Time] = None,
    meta: Optional[Mapping[str, Value]] = None,
    release_candidate: bool = False,
) -> Dict[str, Any]:
    """The question for a revocation."""
    return {
        "revoke": cid_of_any("revoke", revoke),
        "subject": _did("subject", subject),
        "path": _cids("path", path),
        "proofs": _cids("proofs", proofs),
        "issuedAt": maybe_seconds("issued_at", issued_at),
        "meta": _map("meta", meta),
        "releaseCandidate": flag("release_candidate", release_candidate),
    }


def receipt(
    *,
    ran: AnyCid,
    ok: Any = _ABSENT,
    error: Any = _ABSENT,
    issued_at: Optional[Time] = None,
    expires: Optional[Time] = None,
    nonce: Optional[Bytes] = None,
    release_candidate: bool = False,
) -> Dict[str, Any]:
    """The question for a receipt."""
    if (ok is _ABSENT) == (error is _ABSENT):
        raise TypeError("a receipt says `ok` or `error`, and not both")
    return {
        "ran": cid_of_any("ran", ran),
        "out": {"ok": ok} if error is _ABSENT else {"error": error},
        "issuedAt": maybe_seconds("issued_at", issued_at),
        "expires": maybe_seconds("expires", expires),
        "nonce": _nonce(nonce),
        "releaseCandidate": flag("release_candidate", release_candidate),
    }
