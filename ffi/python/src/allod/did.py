"""DIDs, commands and CIDs."""

from __future__ import annotations

from typing import Any, Dict, Union

from ._abi import ffi, lib
from ._call import Bytes, asked, blob, cid, number, text, told
from .key import Algorithm, algorithm_of
from .value import Link


def read_did(did: str) -> Dict[str, Any]:
    """What a DID says by itself: did, method, algorithm, key, url, short and verifiable. Raises an
    `AllodError` for what is no DID.

    The algorithm and the bytes of the key are those of a did:key, the URL is where the document of
    a did:web lies.
    """
    said: Dict[str, Any] = asked(lib.allod_did_read, *text("did", did))
    return said


def did_of_key(algorithm: Algorithm, public_key: Bytes) -> str:
    """The did:key of a public key."""
    return told(lib.allod_did_of_key, algorithm_of(algorithm), *blob("public_key", public_key))


def did_document(did: str) -> str:
    """The document that a did:key amounts to, in JSON."""
    return told(lib.allod_did_document, *text("did", did))


def command_covers(command: str, other: str) -> bool:
    """Whether a command covers another: is the same, or stands above it."""
    return bool(number("bool", lib.allod_command_covers, *text("command", command), *text("other", other)))


def cid_of(token: Bytes) -> str:
    """The CID of a token's bytes, in base58btc."""
    return told(lib.allod_cid_of, *blob("token", token))


def read_cid(token: Union[str, Link]) -> str:
    """A token's CID, as text in any base, in base58btc. Raises an `AllodError` for what is none."""
    return told(lib.allod_cid_read, *cid("token", token))


def version() -> str:
    """The version of the library."""
    return str(ffi.string(lib.allod_version()).decode("ascii"))


def live_handles() -> int:
    """How many objects the library holds for this process: for tests that look for leaks."""
    return int(lib.allod_live_handles())
