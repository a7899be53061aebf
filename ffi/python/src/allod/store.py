"""Stores."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple, Union

from ._abi import ffi, lib
from ._call import (
    Bytes,
    asked,
    call,
    count,
    maybe_text,
    number,
    plain,
    question,
    take,
    text,
)
from ._call import (
    documents as pairs,
)
from ._handle import Handle, held
from ._make import AnyCid, Powerline, Subject, cid_of_any
from ._time import Time, now_or, seconds
from .container import Container
from .token import Token

#: A path to a file.
Path = Union[str, "os.PathLike[str]"]


def _path(value: Path) -> Tuple[bytes, int]:
    return text("path", os.fspath(value))


def _cid(name: str, value: AnyCid) -> Tuple[bytes, int]:
    return text(name, cid_of_any(name, value))


class Store(Handle):
    """Where delegations, revocations, receipts, names, and what was executed are kept: in memory,
    or in one file.

    Many threads, agents and executors may use it. A file is closed when it was closed, and nothing
    uses it any more; one process at a time may have it open.
    """

    __slots__ = ()
    _kind = "AllodStore"
    _free = lib.allod_store_free

    @classmethod
    def memory(cls) -> Store:
        """A store in memory, which is gone when nothing uses it any more."""
        return cls._made(lib.allod_store_memory)

    @classmethod
    def create(cls, path: Path) -> Store:
        """Makes a store in a new file. Raises a `StoreError` named "store-already-there" where
        there is one.
        """
        return cls._made(lib.allod_store_create, *_path(path))

    @classmethod
    def open(cls, path: Path) -> Store:
        """Opens a store in a file, and checks all of it. Raises a `StoreError`, named
        "store-not-there" or "store-in-use", say.
        """
        return cls._made(lib.allod_store_open, *_path(path))

    @classmethod
    def open_or_create(cls, path: Path) -> Store:
        """Opens a store in a file, or makes it."""
        return cls._made(lib.allod_store_open_or_create, *_path(path))

    def backup(self, path: Path) -> None:
        """Writes a copy of a store in a file to a new file, while it is in use."""
        call(lib.allod_store_backup, self._pointer, *_path(path))

    def put_delegation(self, token: Token, documents: Optional[Mapping[str, str]] = None) -> bool:
        """Keeps a delegation, whose signature is checked. Whether it was not known before."""
        known = held("token", token, Token)
        said = question({"documents": pairs(documents)})
        return bool(number("bool", lib.allod_store_put_delegation, self._pointer, known, *said))

    def delegation(self, cid: AnyCid) -> Optional[Token]:
        """The delegation of that CID, if it is there."""
        found = Token._pointer_of(lib.allod_store_delegation, self._pointer, *_cid("cid", cid))
        return Token._of(found) if found else None

    def delegations(
        self,
        *,
        to: Optional[str] = None,
        by: Optional[str] = None,
        about: Optional[Subject] = None,
        page: int = 256,
    ) -> Iterator[Token]:
        """Delegations `to` or `by` a DID, one after the other; with `about` only those about a
        subject, or powerlines.

        They are read in parts of so many as `page` says.
        """
        about_ = "powerlines" if isinstance(about, Powerline) else about
        query = {"to": to, "by": by, "about": about_, "most": count("page", page)}
        return (Token(data) for data in self._pages(lib.allod_store_delegations, query, "delegations"))

    def _pages(self, function: Any, query: Dict[str, Any], items: str) -> Iterator[Any]:
        """The items of all parts. The first is read at once: what is wrong with the query is said
        where it is asked.
        """
        return _rest(
            lambda after: asked(function, self._pointer, *question({**query, "after": after})), items
        )

    def remove_delegation(self, cid: AnyCid) -> bool:
        """Forgets a delegation. Whether it was there."""
        return bool(number("bool", lib.allod_store_remove_delegation, self._pointer, *_cid("cid", cid)))

    def is_revoked(self, delegation: AnyCid, by: str) -> bool:
        """Whether that DID is known to have revoked the delegation."""
        which = (*_cid("delegation", delegation), *text("by", by))
        return bool(number("bool", lib.allod_store_is_revoked, self._pointer, *which))

    def export_revocations(self) -> Iterator[Container]:
        """The revocations that are kept, with the delegations that prove them, for others to take
        up: containers, one after the other.
        """
        after: Optional[bytes] = None
        while True:
            container, after = self._exported(after)
            if container is not None:
                yield container
            if after is None:
                return

    def _exported(self, after: Optional[Bytes]) -> Tuple[Optional[Container], Optional[bytes]]:
        out, next_ = ffi.new("AllodContainer **"), ffi.new("AllodBytes **")
        begin = (ffi.NULL, 0) if after is None else (plain("after", after), len(after))
        call(lib.allod_store_export_revocations, self._pointer, *begin, out, next_)
        container = Container._of(out[0]) if out[0] else None
        return container, take(next_[0]) if next_[0] else None

    def synced_at(self) -> Optional[int]:
        """When revocations were last brought up to date, if they ever were."""
        known, at = ffi.new("bool *"), ffi.new("int64_t *")
        call(lib.allod_store_synced_at, self._pointer, known, at)
        return int(at[0]) if known[0] else None

    def set_synced_at(self, at: Time) -> None:
        """Says that revocations are up to date as of that time: after a sync with a source that
        knows of them all.
        """
        call(lib.allod_store_set_synced_at, self._pointer, seconds("at", at))

    def names(self) -> Dict[str, str]:
        """The DIDs that people gave names to, by their names."""
        return {said["name"]: said["did"] for said in asked(lib.allod_store_names, self._pointer)}

    def set_name(self, name: str, did: Optional[str]) -> None:
        """Calls a DID by a name; `None` forgets the name."""
        call(lib.allod_store_set_name, self._pointer, *text("name", name), *maybe_text("did", did))

    def receipts(self, task: AnyCid, issuer: str, most: int = 256) -> List[Token]:
        """At most so many receipts of a task by one issuer."""
        which = (*_cid("task", task), *text("issuer", issuer), count("most", most))
        return [Token(data) for data in asked(lib.allod_store_receipts, self._pointer, *which)]

    def log(self, *, page: int = 256) -> Iterator[Dict[str, Any]]:
        """The log of decisions of executors that keep one: of each at, invocation, issuer, subject,
        command, verdict, code, chain and arguments.
        """
        return self._pages(lib.allod_store_log, {"most": count("page", page)}, "entries")

    def sweep(self, before: Optional[Time] = None) -> Dict[str, int]:
        """Forgets what ended before a time, or before now.

        Delegations and receipts, and the revocations of delegations that ended an hour before that.
        How many of each. Where executors use the store, `Executor.sweep` is safe even where a clock
        is set back.
        """
        said: Dict[str, int] = asked(lib.allod_store_sweep, self._pointer, now_or("before", before))
        return said

    def danger_set_latest_time(self, time: Time) -> None:
        """Sets the latest time that executors saw, also back: where the clock was ahead, and
        everything since has been refused.

        What was forgotten while it was ahead can be executed a second time.
        """
        call(lib.allod_store_danger_set_latest_time, self._pointer, seconds("time", time))


def _rest(read: Callable[[Optional[bytes]], Dict[str, Any]], items: str) -> Iterator[Any]:
    part = read(None)

    def each(part: Dict[str, Any]) -> Iterator[Any]:
        yield from part[items]
        while part["next"] is not None:
            part = read(part["next"])
            yield from part[items]

    return each(part)
