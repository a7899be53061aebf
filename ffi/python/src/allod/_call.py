"""Calls of the library: arguments on their way in, results and errors on their way out."""

from __future__ import annotations

import threading
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from ._abi import ffi, lib
from ._gate import enter, leave
from .errors import of_number
from .value import Link, decode, encode

#: What is taken where bytes are asked for.
Bytes = Union[bytes, bytearray, memoryview]

#: The null of a field that must be there.
NULL: Any = object()

#: What a function of the host raised while the library called it, by thread: see `_callback`.
raised = threading.local()


def call(function: Any, *arguments: Any) -> None:
    """Calls a function that answers with an error, and raises that."""
    if not enter():
        # In a thread that nobody waits for: it ends quietly.
        raise SystemExit
    try:
        raised.by = None
        error = function(*arguments)
    finally:
        leave()
    if error:
        fail(error)


def fail(error: Any) -> None:
    """Raises an error of the library, and frees it."""
    try:
        number = lib.allod_error_number(error)
        name, message, remedy = (
            ffi.string(text).decode("utf-8", "replace")
            for text in (
                lib.allod_error_name(error),
                lib.allod_error_message(error),
                lib.allod_error_remedy(error),
            )
        )
    finally:
        lib.allod_error_free(error)
    cause, raised.by = getattr(raised, "by", None), None
    if cause is not None and not isinstance(cause, Exception):
        # Whoever asked to stop, while a signer ran, is not kept from it.
        raise cause
    raise of_number(number, name, message, remedy) from cause


def take(data: Any) -> bytes:
    """What bytes of the library hold. Frees them."""
    try:
        return bytes(ffi.buffer(lib.allod_bytes_data(data), lib.allod_bytes_len(data)))
    finally:
        lib.allod_bytes_free(data)


def taken(function: Any, *arguments: Any) -> bytes:
    """The bytes that a call answers with."""
    out = ffi.new("AllodBytes **")
    call(function, *arguments, out)
    return take(out[0])


def told(function: Any, *arguments: Any) -> str:
    """The text that a call answers with."""
    return taken(function, *arguments).decode("utf-8")


def asked(function: Any, *arguments: Any) -> Any:
    """The structured value that a call answers with."""
    return decode(taken(function, *arguments, lib.ALLOD_DAG_CBOR))


def number(kind: str, function: Any, *arguments: Any) -> Any:
    """The number, or the truth value, that a call answers with."""
    out = ffi.new(f"{kind} *")
    call(function, *arguments, out)
    return out[0]


def text(name: str, value: str) -> Tuple[bytes, int]:
    """A text as the library takes it."""
    if not isinstance(value, str):
        raise TypeError(f"{name} has to be a str, not {type(value).__name__}")
    try:
        written = value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"{name} has a lone surrogate in it, which is no text") from None
    return written, len(written)


def maybe_text(name: str, value: Optional[str]) -> Tuple[Any, int]:
    """A text that may be left out."""
    return (ffi.NULL, 0) if value is None else text(name, value)


def plain(name: str, value: Bytes) -> bytes:
    """Bytes, as they are now: another thread may write to what they came from."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"{name} has to be bytes, not {type(value).__name__}")
    return bytes(value)


def blob(name: str, value: Bytes) -> Tuple[bytes, int]:
    """Bytes as the library takes them."""
    given = plain(name, value)
    return given, len(given)


def cid(name: str, value: Union[str, Link]) -> Tuple[bytes, int]:
    """A CID as the library takes it."""
    return text(name, str(value) if isinstance(value, Link) else value)


def maybe_cid(name: str, value: Union[str, Link, None]) -> Tuple[Any, int]:
    """A CID that may be left out."""
    return (ffi.NULL, 0) if value is None else cid(name, value)


def several(name: str, values: Optional[Iterable[Any]]) -> Optional[List[Any]]:
    """A list that may be left out. A text is none: its letters would be taken for its items."""
    if values is None:
        return None
    if isinstance(values, (str, bytes, bytearray, memoryview, Mapping)):
        raise TypeError(f"{name} has to be a list, not {type(values).__name__}")
    return list(values)


def flag(name: str, value: bool) -> bool:
    """True or false, and nothing that merely counts as one of them."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} has to be True or False, not {type(value).__name__}")
    return value


def count(name: str, value: int) -> int:
    """A number of things."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} has to be an int, not {type(value).__name__}")
    if not 0 <= value < 1 << 32:
        raise ValueError(f"{name} has to be between 0 and {(1 << 32) - 1}")
    return value


def maybe_count(name: str, value: Optional[int]) -> Optional[int]:
    """A number of things that may be left out."""
    return None if value is None else count(name, value)


def question(fields: Dict[str, Any]) -> Tuple[bytes, int]:
    """A map of what is said; what is `None` is left out, and what is `NULL` is said to be null."""
    said = {name: value for name, value in fields.items() if value is not None}
    written = encode({name: None if value is NULL else value for name, value in said.items()})
    return written, len(written)


def documents(given: Optional[Mapping[str, str]]) -> Optional[List[List[str]]]:
    """Documents of DIDs, by their DIDs, as pairs."""
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise TypeError(f"documents has to be a mapping from DIDs to texts, not {type(given).__name__}")
    return [[did, document] for did, document in given.items()]
