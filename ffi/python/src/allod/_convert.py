"""Values and links from one form into the other, by the library: it is strict, and knows every base
of a CID.
"""

from __future__ import annotations

import json
from typing import Any

from ._abi import lib
from ._call import Bytes, plain, taken, text
from .value import Value, decode, encode


def _convert(written: bytes, form: int) -> bytes:
    return taken(lib.allod_value_convert, written, len(written), form)


def link_bytes(cid: str) -> bytes:
    """The bytes of a CID that stands there as text."""
    text("cid", cid)
    # In a list: nothing but maps and lists is converted.
    (link,) = decode(_convert(json.dumps([{"/": cid}]).encode(), lib.ALLOD_DAG_CBOR))
    return bytes(link)


def link_text(link: Value) -> str:
    """A link's CID in base58btc."""
    (written,) = json.loads(_convert(encode([link]), lib.ALLOD_DAG_JSON))
    return str(written["/"])


def to_dag_json(value: Value) -> str:
    """A value in DAG-JSON.

    Raises an `AllodError` for a map with the key "/", which DAG-JSON keeps for links and bytes,
    besides what `to_dag_cbor` raises.
    """
    return _convert(encode([value]), lib.ALLOD_DAG_JSON)[1:-1].decode("utf-8")


def from_dag_json(said: str) -> Any:
    """The value that stands there in DAG-JSON, strictly: an `AllodError` for anything else."""
    written, _ = text("said", said)
    values = decode(_convert(b"[" + written + b"]", lib.ALLOD_DAG_CBOR))
    if len(values) != 1:
        raise ValueError("one value is expected")
    return values[0]


def to_dag_cbor(value: Value) -> bytes:
    """A value in DAG-CBOR.

    Raises `TypeError` for what is no value, and `ValueError` for what has no form: NaN and
    infinity, an int beyond 64 bits, a text with a lone surrogate, and what lies too deep.
    """
    return encode(value)


def from_dag_cbor(data: Bytes) -> Any:
    """The value that is written there in DAG-CBOR, strictly: an `AllodError` for anything else."""
    (value,) = decode(_convert(b"\x81" + plain("data", data), lib.ALLOD_DAG_CBOR))
    return value
