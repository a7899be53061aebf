"""Structured values, on their way in and out."""

from __future__ import annotations

import pickle
import random
from collections import OrderedDict, UserDict
from enum import IntEnum
from types import MappingProxyType
from typing import Any

import pytest
from conftest import NOW

from allod import (
    AllodError,
    Key,
    Link,
    Signer,
    Token,
    from_dag_cbor,
    from_dag_json,
    read_cid,
    to_dag_cbor,
    to_dag_json,
)
from allod.value import decode

CID = "zdpuAo77FzUoD8tF59uRAuNvRJ6TVVZq8SEu2sznMXD9MdGdx"

GOOD = [
    None, True, False, 0, 1, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 + 1, 2**64 - 1, -1, -24, -25, -(2**53) - 1, -(2**64),
    0.0, -0.0, 0.5, 1.0, 1e300, 5e-324, -1.5, "", "a", "水", "𐅑", "\0", '"\\', b"", b"\0\xff", b"x" * 70000, [], [[]], {}, {"": {}}, [None, [True]],
    {"b": 1, "aa": 2, "a": 3, "水": 4}, {"x": [1, {"y": b"z"}]}, list(range(300)),
]  # fmt: skip


@pytest.mark.parametrize("value", GOOD, ids=lambda value: repr(value)[:20])
def test_a_value_comes_back_as_what_it_is(value: Any) -> None:
    written = to_dag_cbor(value)
    for back in (decode(written), from_dag_cbor(written), from_dag_json(to_dag_json(value))):
        assert back == value and type(back) is type(value)
        assert repr(back) == repr(value) or isinstance(value, dict)


@pytest.mark.parametrize("value", GOOD, ids=lambda value: repr(value)[:20])
def test_a_value_goes_through_a_token(value: Any) -> None:
    key = Key.generate()
    arguments = {"value": value, "link": Link(CID)} if value != b"x" * 70000 else {"value": b"y" * 3000}
    token = Signer(key).sign_invocation(subject=key.did, command="/a", arguments=arguments, expires=None)
    assert repr(token.claims["arguments"]["value"]) == repr(from_dag_cbor(to_dag_cbor(arguments["value"])))
    if "link" in arguments:
        assert token.claims["arguments"]["link"] == Link(CID)


def test_what_counts_as_a_value() -> None:
    class Number(IntEnum):
        ONE = 1

    class Text(str):
        pass

    for value, same in [
        ((1, 2), [1, 2]), (bytearray(b"a"), b"a"), (memoryview(b"a"), b"a"), (Number.ONE, 1), (Text("a"), "a"),
        (OrderedDict(b=1, a=2), {"a": 2, "b": 1}), (MappingProxyType({"a": 1}), {"a": 1}), (UserDict(a=1), {"a": 1}),
    ]:  # fmt: skip
        assert from_dag_cbor(to_dag_cbor(value)) == same  # type: ignore[arg-type]


class Strange:
    pass


@pytest.mark.parametrize(
    "value",
    [
        Strange(),
        object,
        {1, 2},
        1j,
        range(3),
        iter([1]),
        {1: 2},
        {b"a": 1},
        {None: 1},
        [Strange()],
        {"a": {"b": {3}}},
    ],
)
def test_what_is_no_value_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        to_dag_cbor(value)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        -float("inf"),
        2**64,
        -(2**64) - 1,
        1 << 20000,
        "\ud800",
        "a\udfff",
        {"\ud800": 1},
        [{"a": float("nan")}],
    ],
    ids=range(10),
)
def test_what_has_no_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        to_dag_cbor(value)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_what_lies_too_deep_is_refused() -> None:
    assert decode(to_dag_cbor(nested(64))) == nested(64)
    for depth in (65, 100, 100_000):
        with pytest.raises(ValueError, match="deeper"):
            to_dag_cbor(nested(depth))
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(ValueError, match="deeper"):
        to_dag_cbor(circle)
    with pytest.raises(AllodError):
        from_dag_json("[" * 100 + "]" * 100)
    with pytest.raises(AllodError):
        from_dag_cbor(b"\x81" * 100_000 + b"\x01")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x18\x01", b"\x19\x00\x01", b"\x1a\x00\x00\xff\xff", b"\x1b" + b"\0" * 7 + b"\1", b"\x41", b"\x61\xff", b"\x9f\xff", b"\x5f\xff", b"\xf7",
        b"\xf8\x20", b"\xf9\x00\x00", b"\xfa\x00\x00\x00\x00", b"\xfb\x7f\xf8" + b"\0" * 6, b"\xfb\x7f\xf0" + b"\0" * 6, b"\xa2\x61a\1\x61a\2",
        b"\xa2\x61b\1\x61a\2", b"\xa2\x62aa\1\x61b\2", b"\xa1\x01\x01", b"\xc1\x01", b"\xd8\x2a\x41\x01", b"\xd8\x2a\x01", b"\x01\x01", b"\xff",
        b"\x9b\xff" + b"\xff" * 7, b"\xbb\xff" + b"\xff" * 7, b"\x5b\xff" + b"\xff" * 7, b"\x81", b"\xa1\x61a", b"\x1c",
    ],
)  # fmt: skip
def test_what_is_not_strictly_dag_cbor_is_refused(data: bytes) -> None:
    with pytest.raises(AllodError):
        from_dag_cbor(data)
    with pytest.raises(ValueError):
        decode(data)


def holds_a_link(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, Link) or (isinstance(value, list) and any(map(holds_a_link, value)))


def test_both_readers_agree_on_garbage() -> None:
    """What the library refuses, the reader of this package refuses too, whatever it is; and reads the rest alike."""
    seed = random.Random(1)
    whole = to_dag_cbor({"a": [1, -2, 0.5, None, True, "text", b"bytes", Link(CID)], "bb": {"c": {}}})
    read = 0
    for _ in range(4000):
        data = bytearray(whole)
        for _ in range(seed.randrange(1, 4)):
            data[seed.randrange(len(data))] = seed.randrange(256)
        try:
            ours: Any = decode(bytes(data))
        except ValueError:
            ours = None
        try:
            theirs: Any = from_dag_cbor(data)
        except AllodError:
            theirs = None
        if theirs is not None:
            assert repr(ours) == repr(theirs)
            read += 1
        elif ours is not None:
            # The bytes of a CID are the library's to judge: what it writes was judged.
            assert holds_a_link(ours)
    assert read > 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1, 2",
        "1]",
        "[1],[2]",
        "NaN",
        "Infinity",
        "1e999",
        "01",
        '{"a":1,"a":2}',
        "'a'",
        "[1,]",
        '"\\ud800"',
        "\ud800",
        "18446744073709551616",
        '{"/":1}',
    ],
)
def test_what_is_not_strictly_dag_json_is_refused(text: str) -> None:
    with pytest.raises((AllodError, ValueError)):
        from_dag_json(text)


def test_dag_json_as_it_is_specified() -> None:
    assert to_dag_json({"b": b"\1\2", "l": Link(CID)}) == '{"b":{"/":{"bytes":"AQI"}},"l":{"/":"%s"}}' % Link(
        CID
    )
    assert from_dag_json(' {"/": {"bytes": "AQI"}} ') == b"\1\2"
    assert type(from_dag_json("1.0")) is float and type(from_dag_json("1")) is int


@pytest.mark.parametrize(
    "value", [{"/": "a"}, {"/": CID}, {"/": {"bytes": "AQI"}}, [{"/": 1, "a": 2}], {"/": None}]
)
def test_a_slash_is_never_taken_for_what_it_is_not(value: Any) -> None:
    """As an argument it stays a map: what a policy sees is what a handler gets. DAG-JSON has no form for it."""
    key = Key.generate()
    token = Signer(key).sign_invocation(subject=key.did, command="/a", arguments={"a": value}, expires=NOW)
    assert Token(token.bytes).claims["arguments"] == {"a": value}
    with pytest.raises(AllodError, match="no-json"):
        to_dag_json(value)


def test_links() -> None:
    link = Link(CID)
    assert link == Link(str(link)) == from_dag_cbor(to_dag_cbor(link)) == pickle.loads(pickle.dumps(link))
    assert read_cid(link) == CID
    assert hash(link) == hash(Link(str(link))) and link != CID and link != Link("bafkqabiaaebagba")
    assert len(bytes(link)) == 36
    for wrong in ("", "z", "nothing", CID[:-1], CID + "\0", "\ud800", '"}'):
        with pytest.raises((AllodError, ValueError)):
            Link(wrong)
    for other in (None, 5, b"z", Link):
        with pytest.raises(TypeError):
            Link(other)  # type: ignore[arg-type]
