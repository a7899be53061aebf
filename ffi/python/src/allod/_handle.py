"""Objects of the library, by their handles."""

from __future__ import annotations

import weakref
from typing import Any, ClassVar, Type, TypeVar

from ._abi import ffi
from ._call import call
from ._gate import release

Self = TypeVar("Self", bound="Handle")


class Handle:
    """Something that the library holds: given back by `close()`, at the end of a `with`, or when
    nothing refers to it any more.

    Whatever is asked of it afterwards raises an `AllodError` named "stale-handle". It may be used
    by many threads at once.
    """

    __slots__ = ("__weakref__", "_finalizer", "_pointer")
    _free: ClassVar[Any]
    _kind: ClassVar[str]
    _pointer: Any
    _finalizer: weakref.finalize[Any, Any]

    def __init__(self) -> None:
        raise TypeError(f"a {type(self).__name__} is made by a function of its class, or by another object")

    @classmethod
    def _of(cls: Type[Self], pointer: Any) -> Self:
        self = object.__new__(cls)
        self._hold(pointer)
        return self

    @classmethod
    def _made(cls: Type[Self], function: Any, *arguments: Any) -> Self:
        """What a call answers with."""
        return cls._of(cls._pointer_of(function, *arguments))

    @classmethod
    def _pointer_of(cls, function: Any, *arguments: Any) -> Any:
        out = ffi.new(f"{cls._kind} **")
        call(function, *arguments, out)
        return out[0]

    def _hold(self, pointer: Any) -> None:
        self._pointer = pointer
        # Not __del__: this also runs, once, before the interpreter takes itself apart, when
        # functions can still be called.
        self._finalizer = weakref.finalize(self, release, self._free, pointer)

    def close(self) -> None:
        """Gives it back. A second time does nothing."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        """Whether it was given back."""
        return not self._finalizer.alive

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce_ex__(self, _: Any) -> Any:
        raise TypeError(f"a {type(self).__name__} is here alone: it can be neither copied nor pickled")


def held(name: str, value: Any, kind: Type[Handle]) -> Any:
    """The handle of an argument, which has to be of that class."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} has to be of the class {kind.__name__}, not {type(value).__name__}")
    return value._pointer
