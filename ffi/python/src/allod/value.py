"""Structured values: what arguments, policies, results and metadata are made of.

`None`, `bool`, `int`, `float`, `str`, `bytes`, lists, dicts with texts as keys, and `Link`. They
travel as DAG-CBOR: in DAG-JSON a map whose only key is "/" cannot be told from a link or from
bytes, and a handler would see another value than the one that a policy was held against.
"""

from __future__ import annotations

import math
import struct
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

#: What a value may be.
Value = Union[
    None,
    bool,
    int,
    float,
    str,
    bytes,
    bytearray,
    memoryview,
    "Link",
    Sequence["Value"],
    Mapping[str, "Value"],
]

#: How deep lists and dicts may lie in one another.
MAX_DEPTH = 64

_LINK_TAG = 42
_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
_SIMPLE = {0xF4: False, 0xF5: True, 0xF6: None}


class Link:
    """A CID as a value: `Link("zdpu...")`, in any base. `str()` is how DAG-JSON spells it;
    `read_cid(link)` is the spelling of `Token.cid`.
    """

    __slots__ = ("_bytes", "_text")
    _bytes: bytes
    _text: Optional[str]

    def __init__(self, cid: str) -> None:
        from ._convert import link_bytes

        self._bytes, self._text = link_bytes(cid), None

    @classmethod
    def _of(cls, binary: bytes) -> Link:
        link = object.__new__(cls)
        link._bytes, link._text = binary, None
        return link

    def __bytes__(self) -> bytes:
        return self._bytes

    def __str__(self) -> str:
        from ._convert import link_text

        if self._text is None:
            self._text = link_text(self)
        return self._text

    def __repr__(self) -> str:
        return f"Link({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self._bytes == other._bytes if isinstance(other, Link) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._bytes)

    def __reduce__(self) -> Tuple[Any, ...]:
        return Link, (str(self),)


def encode(value: Value) -> bytes:
    """A value in DAG-CBOR.

    Raises `TypeError` for what is no value, and `ValueError` for what has no form: NaN and
    infinity, an int beyond 64 bits, a text with a lone surrogate, and what lies too deep.
    """
    out: List[bytes] = []
    _write(out, value, 0)
    return b"".join(out)


def _head(major: int, number: int) -> bytes:
    for size, (code, form) in enumerate(((24, ">BB"), (25, ">BH"), (26, ">BI"), (27, ">BQ"))):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << (8 << size):
            return struct.pack(form, major << 5 | code, number)
    raise ValueError("an int has to lie between -2**64 and 2**64 - 1")


def _text(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("a text has a lone surrogate in it") from None


def _write(out: List[bytes], value: Any, depth: int) -> None:
    if value is None:
        out.append(b"\xf6")
    elif isinstance(value, bool):
        out.append(b"\xf5" if value else b"\xf4")
    elif isinstance(value, int):
        out.append(_head(0, value) if value >= 0 else _head(1, -1 - value))
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a float has to be finite")
        out.append(struct.pack(">Bd", 0xFB, value))
    elif isinstance(value, str):
        written = _text(value)
        out += (_head(3, len(written)), written)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        plain = bytes(value)
        out += (_head(2, len(plain)), plain)
    elif isinstance(value, Link):
        plain = b"\0" + bytes(value)
        out += (_head(6, _LINK_TAG), _head(2, len(plain)), plain)
    elif isinstance(value, (list, tuple)):
        _enter(depth)
        items = list(value)
        out.append(_head(4, len(items)))
        for item in items:
            _write(out, item, depth + 1)
    elif isinstance(value, Mapping):
        _enter(depth)
        entries = sorted(_entries(value), key=lambda entry: (len(entry[0]), entry[0]))
        out.append(_head(5, len(entries)))
        for key, item in entries:
            out += (_head(3, len(key)), key)
            _write(out, item, depth + 1)
    else:
        raise TypeError(f"{type(value).__name__} is no value that a token can carry")


def _enter(depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise ValueError(f"a value may not lie deeper than {MAX_DEPTH} lists and dicts")


def _entries(value: Mapping[Any, Any]) -> List[Tuple[bytes, Any]]:
    entries = []
    for key, item in list(value.items()):
        if not isinstance(key, str):
            raise TypeError(f"the keys of a dict have to be texts, not {type(key).__name__}")
        entries.append((_text(key), item))
    return entries


def decode(data: bytes) -> Any:
    """The value that is written there in DAG-CBOR. Raises `ValueError` for what is not strictly
    that.
    """
    value, end = _read(data, 0, 0)
    if end != len(data):
        raise ValueError("something follows the value")
    return value


def _number(data: bytes, at: int) -> Tuple[int, int, int]:
    """A head: its major type, its number, and where it ends."""
    first = _part(data, at, 1)[0]
    major, low = first >> 5, first & 31
    if low < 24:
        return major, low, at + 1
    if low not in _WIDTHS:
        raise ValueError("a length that is not said is none of DAG-CBOR")
    width = _WIDTHS[low]
    number = int.from_bytes(_part(data, at + 1, width), "big")
    if number < (24 if width == 1 else 1 << (4 * width)):
        raise ValueError("a number is longer than it has to be")
    return major, number, at + 1 + width


def _part(data: bytes, at: int, length: int) -> bytes:
    part = data[at : at + length]
    if len(part) != length:
        raise ValueError("the value ends too early")
    return part


def _read(data: bytes, at: int, depth: int) -> Tuple[Any, int]:
    first = _part(data, at, 1)[0]
    if first in _SIMPLE:
        return _SIMPLE[first], at + 1
    if first == 0xFB:
        (float_,) = struct.unpack(">d", _part(data, at + 1, 8))
        if not math.isfinite(float_):
            raise ValueError("a float has to be finite")
        return float_, at + 9
    major, number, at = _number(data, at)
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major == 2:
        return _part(data, at, number), at + number
    if major == 3:
        return _part(data, at, number).decode("utf-8"), at + number
    if major == 4:
        _enter(depth)
        items = []
        for _ in range(number):
            item, at = _read(data, at, depth + 1)
            items.append(item)
        return items, at
    if major == 5:
        return _read_map(data, at, number, depth)
    if major == 6 and number == _LINK_TAG:
        return _read_link(data, at)
    raise ValueError("a tag or a simple value that DAG-CBOR does not have")


def _read_map(data: bytes, at: int, length: int, depth: int) -> Tuple[Any, int]:
    _enter(depth)
    entries = {}
    before: Tuple[int, bytes] = (-1, b"")
    for _ in range(length):
        major, size, at = _number(data, at)
        if major != 3:
            raise ValueError("a key that is no text")
        key = _part(data, at, size)
        if (size, key) <= before:
            raise ValueError("keys that are not in order, or there twice")
        before = (size, key)
        entries[key.decode("utf-8")], at = _read(data, at + size, depth + 1)
    return entries, at


def _read_link(data: bytes, at: int) -> Tuple[Link, int]:
    major, size, at = _number(data, at)
    part = _part(data, at, size)
    if major != 2 or not part.startswith(b"\0"):
        raise ValueError("a link that is none")
    return Link._of(part[1:]), at + size
