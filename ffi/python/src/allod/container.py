"""Tokens that travel together."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Dict, Iterator, Literal, Union, overload

from ._abi import ffi, lib
from ._call import Bytes, asked, number, plain, taken
from ._handle import Handle, held
from .token import Token


class Encoding(IntEnum):
    """How a container is written: those in base64 are text."""

    RAW = 0
    BASE64 = 1
    BASE64URL = 2
    GZIP = 3
    GZIP_BASE64 = 4
    GZIP_BASE64URL = 5


#: What is taken where a container is asked for, as it came.
AnyContainer = Union["Container", Bytes, str]

_BINARY = (Encoding.RAW, Encoding.GZIP)


class Container(Handle):
    """Tokens that travel together, each once. `len()`, `container[0]` and iteration give them in
    the order of their CIDs.
    """

    __slots__ = ()
    _kind = "AllodContainer"
    _free = lib.allod_container_free

    @classmethod
    def read(cls, data: Union[Bytes, str]) -> Container:
        """Reads a container in any of the six encodings, as bytes or as text."""
        return cls._made(lib.allod_container_read, *as_it_came("data", data))

    @classmethod
    def of(cls, *tokens: Token) -> Container:
        """A container of these tokens."""
        handles = [held("tokens", token, Token) for token in tokens]
        return cls._made(lib.allod_container_of, ffi.new("AllodToken *[]", handles), len(handles))

    @overload
    def write(self, encoding: Literal[Encoding.RAW, Encoding.GZIP]) -> bytes: ...

    @overload
    def write(
        self,
        encoding: Literal[
            Encoding.BASE64, Encoding.BASE64URL, Encoding.GZIP_BASE64, Encoding.GZIP_BASE64URL
        ] = Encoding.BASE64URL,
    ) -> str: ...

    def write(self, encoding: Encoding = Encoding.BASE64URL) -> Union[bytes, str]:
        """Writes it: as text for links and QR codes, unless another encoding is named."""
        if not isinstance(encoding, Encoding):
            raise TypeError(f"encoding has to be an Encoding, not {type(encoding).__name__}")
        written = taken(lib.allod_container_write, self._pointer, int(encoding))
        return written if encoding in _BINARY else written.decode("ascii")

    def __len__(self) -> int:
        return int(number("size_t", lib.allod_container_len, self._pointer))

    def __getitem__(self, index: int) -> Token:
        """The token at a place. Raises an `AllodError` where what is there is none: `contents` says
        what there is.
        """
        if isinstance(index, bool) or not isinstance(index, int):
            raise TypeError(f"an index has to be an int, not {type(index).__name__}")
        length = len(self)
        if not -length <= index < length:
            raise IndexError("there is no such token")
        return Token._made(lib.allod_container_token, self._pointer, index % length)

    def __iter__(self) -> Iterator[Token]:
        return (self[index] for index in range(len(self)))

    @property
    def contents(self) -> Dict[str, Any]:
        """What is in it: `encoding`, and `tokens`, of each its cid and kind, and of what cannot be
        read also code and message.
        """
        said: Dict[str, Any] = asked(lib.allod_container_contents, self._pointer)
        return said


def as_it_came(name: str, value: AnyContainer) -> Any:
    """The bytes of a container, whatever it is. What is no text becomes bytes that are no
    container: a denial, where one decides.
    """
    if isinstance(value, Container):
        written: bytes = value.write(Encoding.RAW)
    elif isinstance(value, str):
        written = value.encode("utf-8", "surrogatepass")
    else:
        written = plain(name, value)
    return written, len(written)
