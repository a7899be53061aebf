"""What a decision rests on besides the request."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Optional, Tuple

from ._abi import ffi, lib
from ._call import documents as document_pairs
from ._call import flag, maybe_count, question, several
from ._handle import Handle, held
from ._make import AnyCid, AnyToken, bytes_of_any, cid_of_any
from ._time import Time, maybe_seconds, seconds
from .store import Store


class Evidence(Handle):
    """What a decision rests on besides the request: the time, and what is known of revocations.

    `now` is the time of the decision, and has no default: the time stands still in it, and an
    evidence that is kept allows what has expired since. It is made for one decision, or a few at the
    same moment. `tolerance` is how many seconds clocks may differ, 60 if absent.

    What is known of revocations has to be said: by a `store`, by `revoked` (pairs of a delegation's
    CID and the DID of who revoked it) or by `revocations` (tokens), which may be empty lists, or,
    by `danger_without_revocations`, not at all. `unavailable` are pairs of which nobody can tell;
    `synced_at` is when what is known was last brought up to date: as the store says, if absent.

    `tokens` are delegations, besides those that come with the request, `documents` those of DIDs
    that need one, by the DID. `receipts` and `tasks` (invocations) say what promises became, of
    executors that are `trusted`.
    """

    __slots__ = ()
    _kind = "AllodEvidence"
    _free = lib.allod_evidence_free

    def __init__(
        self,
        now: Time,
        *,
        store: Optional[Store] = None,
        revoked: Optional[Iterable[Tuple[AnyCid, str]]] = None,
        unavailable: Optional[Iterable[Tuple[AnyCid, str]]] = None,
        revocations: Optional[Iterable[AnyToken]] = None,
        synced_at: Optional[Time] = None,
        tolerance: Optional[int] = None,
        documents: Optional[Mapping[str, str]] = None,
        tokens: Optional[Iterable[AnyToken]] = None,
        receipts: Optional[Iterable[AnyToken]] = None,
        tasks: Optional[Iterable[AnyToken]] = None,
        trusted: Optional[Iterable[str]] = None,
        danger_without_revocations: bool = False,
    ) -> None:
        facts = {
            "now": seconds("now", now),
            "tolerance": maybe_count("tolerance", tolerance),
            "documents": document_pairs(documents),
            "tokens": _tokens("tokens", tokens),
            "revoked": _pairs("revoked", revoked),
            "unavailable": _pairs("unavailable", unavailable),
            "revocations": _tokens("revocations", revocations),
            "syncedAt": maybe_seconds("synced_at", synced_at),
            "receipts": _tokens("receipts", receipts),
            "tasks": _tokens("tasks", tasks),
            "trusted": several("trusted", trusted),
            "dangerWithoutRevocations": flag("danger_without_revocations", danger_without_revocations),
        }
        known = ffi.NULL if store is None else held("store", store, Store)
        self._hold(self._pointer_of(lib.allod_evidence_new, *question(facts), known))


def _tokens(name: str, values: Optional[Iterable[AnyToken]]) -> Optional[List[bytes]]:
    given = several(name, values)
    return None if given is None else [bytes_of_any(name, value) for value in given]


def _pairs(name: str, values: Optional[Iterable[Tuple[AnyCid, str]]]) -> Any:
    given = several(name, values)
    if given is None:
        return None
    pairs = []
    for pair in given:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"{name} has to be a list of pairs, of a CID and a DID")
        pairs.append([cid_of_any(name, pair[0]), pair[1]])
    return pairs
