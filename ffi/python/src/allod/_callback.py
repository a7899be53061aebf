"""Functions of the host that the library calls: those that sign, and those that execute.

The library is given a number for each, which is looked up: an address that it kept too long would
be followed. What is handed to C is made when it is first needed, since some hardened systems do not
allow code to be made at run time.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any, Callable, Dict, Tuple

from ._abi import ffi, lib
from ._call import call, plain, raised
from .errors import HandlerError, SignerRefused, SignerUnavailable
from .value import decode, encode

_functions: Dict[int, Callable[..., Any]] = {}
_numbers = itertools.count(1)
_FAILED = 3


def register(function: Callable[..., Any], use: Callable[[Any, Any], Any]) -> Any:
    """Keeps a function for as long as the library may call it; `use` hands it over, as the context
    and what drops that.
    """
    key = next(_numbers)
    _functions[key] = function
    try:
        return use(ffi.cast("void *", key), _dropper())
    except BaseException:
        # When it was not taken, it is not dropped either.
        _functions.pop(key, None)
        raise


def _function(context: Any) -> Callable[..., Any]:
    return _functions[int(ffi.cast("uintptr_t", context))]


@cache
def _dropper() -> Any:
    def drop(context: Any) -> None:
        _functions.pop(int(ffi.cast("uintptr_t", context)), None)

    return ffi.callback("AllodDropFn", drop)


@cache
def signing() -> Any:
    """What the library calls to have something signed."""

    def sign(context: Any, message: Any, message_len: int, signature: Any, signature_len: Any) -> int:
        try:
            made = plain("a signature", _function(context)(bytes(ffi.buffer(message, message_len))))
            if len(made) > signature_len[0]:
                raise ValueError(
                    f"a signature has at most {signature_len[0]} bytes, and this one {len(made)}"
                )
        except BaseException as error:
            # On this thread, the call that asked for it raises next: see `_call.fail`.
            raised.by = error
            if isinstance(error, SignerUnavailable):
                return int(lib.ALLOD_SIGN_UNAVAILABLE)
            return int(lib.ALLOD_SIGN_REFUSED) if isinstance(error, SignerRefused) else _FAILED
        ffi.memmove(signature, made, len(made))
        signature_len[0] = len(made)
        return 0

    return ffi.callback("AllodSignFn", sign, error=_FAILED)


@cache
def handling() -> Any:
    """What the library calls to have something executed."""

    def handle(context: Any, grant: Any, grant_len: int, reply: Any) -> int:
        function = _function(context)
        try:
            result = function(decode(bytes(ffi.buffer(grant, grant_len))))
            call(lib.allod_reply_ok, reply, *_result(result))
        except HandlerError as error:
            call(lib.allod_reply_error, reply, *_result(error.reason))
        except (KeyboardInterrupt, SystemExit, GeneratorExit) as stop:
            # The receipt says that it failed; whoever asked to stop is not kept from it: see
            # `Executor.execute`.
            raised.stop = stop
            return _FAILED
        return 0

    # Any other exception leaves the function: it is reported through sys.unraisablehook, and
    # `error` is answered.
    return ffi.callback("AllodHandlerFn", handle, error=_FAILED)


def _result(result: Any) -> Tuple[Any, int]:
    if result is None:
        return ffi.NULL, 0
    if not isinstance(result, (dict, list, tuple)):
        raise TypeError(f"a result has to be a dict, a list or None, not {type(result).__name__}")
    written = encode(result)
    return written, len(written)
