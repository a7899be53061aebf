"""The side of whoever keeps the thing."""

from __future__ import annotations

import inspect
from enum import IntEnum
from typing import Any, Callable, Dict, Iterable, List, Mapping, NoReturn, Optional, Tuple, TypeVar, overload

from ._abi import lib
from ._call import (
    asked,
    call,
    count,
    flag,
    maybe_count,
    number,
    question,
    raised,
    several,
    text,
    told,
)
from ._call import (
    documents as pairs,
)
from ._callback import handling, register
from ._handle import Handle, held
from ._make import AnyCid, cid_of_any
from ._time import Time, now_or
from .authorizer import options
from .container import AnyContainer, Container, as_it_came
from .decision import Grant
from .signer import AnySigner, signer_of
from .store import Store
from .token import Token


class Outcome(IntEnum):
    """What came of a call."""

    #: It was allowed, and executed now: there is a receipt, of success or failure.
    EXECUTED = 1
    DENIED = 2
    #: It was executed before: there may be a receipt.
    EXECUTED_BEFORE = 3
    #: It is being executed right now.
    RUNNING = 4
    #: It was begun before and not finished: there is a receipt that says so. It is not executed
    #: again.
    UNKNOWN = 5
    #: It was allowed, and its arguments wait for the results of other tasks. It was not executed.
    AWAITS = 6
    #: It was allowed, and this executor does not do such a thing.
    REFUSED = 7
    #: One that only a newer library has. It executed nothing.
    UNLISTED = 0

    @classmethod
    def _missing_(cls, value: object) -> Outcome:
        return cls.UNLISTED


class Execution(Handle):
    """What came of a call. Like a decision, it has no truth value."""

    __slots__ = ()
    _kind = "AllodExecution"
    _free = lib.allod_execution_free

    def __bool__(self) -> NoReturn:
        raise TypeError("an execution has no truth value: ask for execution.outcome")

    @property
    def outcome(self) -> Outcome:
        """What came of it."""
        return Outcome(number("uint32_t", lib.allod_execution_outcome, self._pointer))

    @property
    def receipt(self) -> Optional[Token]:
        """The receipt for the other side, where there is one to hand out."""
        found = Token._pointer_of(lib.allod_execution_receipt, self._pointer)
        return Token._of(found) if found else None

    @property
    def details(self) -> Dict[str, Any]:
        """All that is known of it: outcome and message; receipt, ran, and ok or error; denial,
        awaits or refusal.
        """
        said: Dict[str, Any] = asked(lib.allod_execution_write, self._pointer)
        return said


#: A function that executes a command: it gives a dict, a list or None, or raises a `HandlerError`.
HandlerFunction = Callable[[Grant], Any]
_Handler = TypeVar("_Handler", bound=HandlerFunction)


class Executor(Handle):
    """Executes what is allowed, each invocation once, and signs what came of it. It is addressed by
    the signer's DID.

    All that one executor has executed has to be in its store: two executors with two stores are two
    places at which an invocation can be executed. Its functions live as long as it does: one that
    refers to the executor keeps it from being collected until it is closed.

    `subjects`, `danger_any_subject`, `leaf_first`, `limits` and `ages` are as for an `Authorizer`.
    `trusted` are the DIDs of other executors whose receipts count; `tolerance` (3540 at most),
    `longest_invocation` (how far off an end may be) and `receipts_last` are seconds; `log` is
    "decisions" or "arguments" to write every decision into the store's log; `quota` is how many
    revocations of others are kept, of each subject and of all.
    """

    __slots__ = ()
    _kind = "AllodExecutor"
    _free = lib.allod_executor_free

    def __init__(
        self,
        signer: AnySigner,
        store: Store,
        *,
        subjects: Optional[Iterable[str]] = None,
        danger_any_subject: bool = False,
        leaf_first: bool = False,
        limits: Optional[Mapping[str, int]] = None,
        ages: Optional[Mapping[str, int]] = None,
        trusted: Optional[Iterable[str]] = None,
        tolerance: Optional[int] = None,
        longest_invocation: Optional[int] = None,
        receipts_last: Optional[int] = None,
        log: Optional[str] = None,
        quota: Optional[Tuple[int, int]] = None,
        release_candidate: bool = False,
    ) -> None:
        said = {
            **options(subjects, danger_any_subject, leaf_first, limits, ages),
            "trusted": several("trusted", trusted),
            "tolerance": maybe_count("tolerance", tolerance),
            "longestInvocation": maybe_count("longest_invocation", longest_invocation),
            "receiptsLast": maybe_count("receipts_last", receipts_last),
            "log": log,
            "quota": None if quota is None else [count("quota", most) for most in quota],
            "releaseCandidate": flag("release_candidate", release_candidate),
        }
        signs = signer_of(signer)
        made_of = (signs._pointer, held("store", store, Store), *question(said))
        self._hold(self._pointer_of(lib.allod_executor_new, *made_of))

    @property
    def did(self) -> str:
        """Whom it is addressed as."""
        return told(lib.allod_executor_did, self._pointer)

    @overload
    def handle(
        self, command: str, *, idempotent: bool = ..., and_below: bool = ..., receipts_for_anyone: bool = ...
    ) -> Callable[[_Handler], _Handler]: ...

    @overload
    def handle(
        self,
        command: str,
        handler: _Handler,
        *,
        idempotent: bool = ...,
        and_below: bool = ...,
        receipts_for_anyone: bool = ...,
    ) -> _Handler: ...

    def handle(
        self,
        command: str,
        handler: Optional[HandlerFunction] = None,
        *,
        idempotent: bool = False,
        and_below: bool = False,
        receipts_for_anyone: bool = False,
    ) -> Any:
        """Registers a function that executes a command; without the function it is a decorator.

        It is given the `Grant`, on whatever thread called `execute`, and by several at once. A
        dict, a list or None that it returns is the result; a `HandlerError` is a reason why not.
        Any other exception is the error "handler-failed", and reported through
        `sys.unraisablehook`. Of several functions that fit, the one with the longest command does
        it.

        `idempotent`: executing it twice does no more than executing it once, so it takes invocations
        that never end, or end far off, and executes those each time they come. `and_below`: it also
        executes the commands below its own that have no handler. `receipts_for_anyone`: it gives the
        receipt to whoever sends the invocation again.
        """
        if handler is None:

            def decorate(function: _Handler) -> _Handler:
                self.handle(
                    command,
                    function,
                    idempotent=idempotent,
                    and_below=and_below,
                    receipts_for_anyone=receipts_for_anyone,
                )
                return function

            return decorate
        if not callable(handler) or inspect.iscoroutinefunction(handler):
            raise TypeError("handler has to be a function, and not an async one")
        flags = (
            lib.ALLOD_IDEMPOTENT * flag("idempotent", idempotent)
            | lib.ALLOD_AND_BELOW * flag("and_below", and_below)
            | lib.ALLOD_RECEIPTS_FOR_ANYONE * flag("receipts_for_anyone", receipts_for_anyone)
        )
        which, executes = text("command", command), handler
        register(
            lambda grant: executes(Grant._of(grant)),
            lambda context, drop: call(
                lib.allod_executor_handle,
                self._pointer,
                *which,
                flags,
                lib.ALLOD_DAG_CBOR,
                handling(),
                context,
                drop,
            ),
        )
        return handler

    def execute(
        self,
        container: AnyContainer,
        *,
        caller: Optional[str] = None,
        invocation: Optional[AnyCid] = None,
        documents: Optional[Mapping[str, str]] = None,
        now: Optional[Time] = None,
    ) -> Execution:
        """Decides on a container in any encoding, as it came, executes what is allowed, and signs
        what came of it.

        `caller` is the DID of who sent it, where the host has made sure of that: receipts of what
        was executed before are for them alone. `invocation` is the CID of the one that is meant.
        What is no container is an `AllodError`, with the code that says why. Others say that nothing
        can be said of the call, which may be tried again; but "receipt-failed" says that it was
        executed, and "panic" that it may have been.
        """
        said = {
            "caller": caller,
            "invocation": None if invocation is None else cid_of_any("invocation", invocation),
            "documents": pairs(documents),
        }
        given = (*as_it_came("container", container), now_or("now", now), *question(said))
        raised.stop = None
        try:
            return Execution._made(lib.allod_executor_execute, self._pointer, *given)
        finally:
            stop, raised.stop = raised.stop, None
            if stop is not None:
                raise stop

    def sweep(self) -> int:
        """Forgets what has ended, and revocations, which is done by this alone. How much it was.

        What has ended is told by the latest time at which anything was executed: nothing that is
        forgotten can be allowed again here, even where the clock is set back.
        """
        return int(number("size_t", lib.allod_executor_sweep, self._pointer))

    def take_up_revocations(
        self, container: AnyContainer, documents: Optional[Mapping[str, str]] = None
    ) -> List[Dict[str, Any]]:
        """Takes up the revocations in a container: they take effect at once. Of each cid, revoked,
        subject, result and code.
        """
        whole = container if isinstance(container, Container) else Container.read(container)
        given = (whole._pointer, *question({"documents": pairs(documents)}))
        said: List[Dict[str, Any]] = asked(lib.allod_executor_take_up_revocations, self._pointer, *given)
        return said
