"""The person's side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from . import _make
from ._abi import ffi, lib
from ._call import Bytes, asked, call, flag, maybe_count, question, text, told
from ._call import documents as pairs
from ._handle import Handle, held
from ._make import AnyCid, Subject, cid_of_any
from ._time import Time, maybe_seconds, now_or
from .container import AnyContainer, Container
from .signer import AnySigner, signer_of
from .store import Store
from .token import Token
from .value import Value


@dataclass(frozen=True)
class Made:
    """A token, and a container of it with all that the other side needs."""

    token: Token
    container: Container


@dataclass(frozen=True)
class Linked:
    """What makes a device speak for one."""

    container: Container
    #: Whether all that is held had room in it.
    is_complete: bool


@dataclass(frozen=True)
class Found:
    """What a search for a chain came to."""

    #: The delegations, root first; `None` where there is no chain. The chain for what is one's own
    #: is empty.
    chain: Optional[List[Token]]
    #: What comes nearest: words, gap, held, until, flaws; or outOfBudget, the steps after which it
    #: was given up.
    miss: Optional[Dict[str, Any]]


class Agent(Handle):
    """Someone with a key, and a store of what was given to and by them.

    `documents` are those of DIDs that need one, by the DID; `tolerance` is how many seconds clocks
    may differ, 60 if absent. The signer and the store may be closed: the agent holds them. Where
    `now` is absent, it is the present time.
    """

    __slots__ = ()
    _kind = "AllodAgent"
    _free = lib.allod_agent_free

    def __init__(
        self,
        signer: AnySigner,
        store: Store,
        *,
        documents: Optional[Mapping[str, str]] = None,
        tolerance: Optional[int] = None,
    ) -> None:
        signs, said = (
            signer_of(signer),
            {"documents": pairs(documents), "tolerance": maybe_count("tolerance", tolerance)},
        )
        made_of = (signs._pointer, held("store", store, Store), *question(said))
        self._hold(self._pointer_of(lib.allod_agent_new, *made_of))

    @property
    def did(self) -> str:
        """Whom it speaks for."""
        return told(lib.allod_agent_did, self._pointer)

    def grant(
        self,
        *,
        audience: str,
        command: str,
        expires: Optional[Time],
        subject: Optional[Subject] = None,
        policy: Sequence[Value] = (),
        not_before: Optional[Time] = None,
        nonce: Optional[Bytes] = None,
        meta: Optional[Mapping[str, Value]] = None,
        under: Optional[_make.AnyToken] = None,
        release_candidate: bool = False,
        now: Optional[Time] = None,
    ) -> Made:
        """Signs a delegation, and keeps it.

        The subject is oneself, if absent, someone whose delegation is held, or `POWERLINE`. The
        chain it rests on is found: a `NoChainError` where there is none. `expires` is `None` for
        one that never ends.
        """
        said = _make.delegation(
            audience=audience,
            subject=self.did if subject is None else subject,
            command=command,
            expires=expires,
            policy=policy,
            not_before=not_before,
            nonce=nonce,
            meta=meta,
            under=under,
            release_candidate=release_candidate,
        )
        return self._both(lib.allod_agent_grant, question(said), now)

    def invoke(
        self,
        *,
        subject: str,
        command: str,
        arguments: Optional[Mapping[str, Value]] = None,
        audience: Optional[str] = None,
        expires: Optional[Time] = None,
        not_before: Optional[Time] = None,
        issued_at: Optional[Time] = None,
        cause: Optional[AnyCid] = None,
        nonce: Optional[Bytes] = None,
        meta: Optional[Mapping[str, Value]] = None,
        release_candidate: bool = False,
        now: Optional[Time] = None,
    ) -> Made:
        """Signs an invocation, through the best chain that is held: a `NoChainError`, with what
        comes nearest, if there is none.

        Without `expires` it lasts for five minutes.
        """
        said = _make.invocation(
            subject=subject,
            command=command,
            arguments=arguments,
            audience=audience,
            expires=expires,
            not_before=not_before,
            issued_at=issued_at,
            cause=cause,
            nonce=nonce,
            meta=meta,
            release_candidate=release_candidate,
        )
        return self._both(lib.allod_agent_invoke, question(said), now)

    def revoke(self, delegation: AnyCid, *, now: Optional[Time] = None) -> Made:
        """Revokes a delegation, and keeps the revocation: it takes effect here at once, and
        elsewhere once the container arrives there.
        """
        which = text("delegation", cid_of_any("delegation", delegation))
        return self._both(lib.allod_agent_revoke, which, now)

    def _both(self, function: Any, said: Tuple[bytes, int], now: Optional[Time]) -> Made:
        token, container = ffi.new("AllodToken **"), ffi.new("AllodContainer **")
        call(function, self._pointer, *said, now_or("now", now), token, container)
        return Made(Token._of(token[0]), Container._of(container[0]))

    def receive(self, container: AnyContainer) -> Dict[str, Any]:
        """Takes in the delegations, receipts and revocations of a container: what is genuine is
        kept.

        What became of them: delegations (CIDs), new (how many were not known), revocations (of each
        cid, revoked, subject, result, code), receipts (how many), refused (of each cid and code).
        """
        whole = container if isinstance(container, Container) else Container.read(container)
        said: Dict[str, Any] = asked(lib.allod_agent_receive, self._pointer, whole._pointer)
        return said

    def link_device(
        self,
        device: str,
        *,
        command: str,
        expires: Optional[Time],
        as_oneself: bool = False,
        may_revoke: bool = False,
        now: Optional[Time] = None,
    ) -> Linked:
        """Signs the delegations that make a device speak for one, and bundles them with what is
        held.

        They are a powerline: for everything below `command` that is given to oneself, now or later,
        about anyone; "/" is all of it. With `as_oneself` also for what is about oneself; with
        `may_revoke` also for taking back in one's name. `expires` is `None` for what never ends.
        """
        if not isinstance(command, str):
            # Left out, it would be "/".
            raise TypeError(f"command has to be a str, not {type(command).__name__}")
        link = {
            "device": device,
            "command": command,
            "expires": maybe_seconds("expires", expires),
            "asOneself": flag("as_oneself", as_oneself),
            "mayRevoke": flag("may_revoke", may_revoke),
        }
        container, complete = ffi.new("AllodContainer **"), ffi.new("bool *")
        call(
            lib.allod_agent_link_device,
            self._pointer,
            *question(link),
            now_or("now", now),
            container,
            complete,
        )
        return Linked(Container._of(container[0]), bool(complete[0]))

    def delegations(self, *, now: Optional[Time] = None) -> Dict[str, List[Dict[str, Any]]]:
        """All that one holds and gave, as `held` and `given`: of each cid, issuer, audience,
        subject, command, expires, state, at, by and names.

        The state is "valid", "not-yet" or "ended" (at), or "revoked" (by); what it rests on may
        have ended.
        """
        said: Dict[str, List[Dict[str, Any]]] = asked(
            lib.allod_agent_delegations, self._pointer, now_or("now", now)
        )
        return said

    def find_chain(
        self,
        *,
        subject: str,
        command: str,
        arguments: Optional[Mapping[str, Value]] = None,
        invoker: Optional[str] = None,
        now: Optional[Time] = None,
    ) -> Found:
        """Looks for the best chain by which the agent, or `invoker`, may do something. Without
        arguments policies are not looked at.
        """
        goal: Dict[str, Union[str, Mapping[str, Value], None]] = {
            "subject": subject,
            "command": command,
            "arguments": arguments,
            "invoker": invoker,
        }
        said = asked(lib.allod_agent_find_chain, self._pointer, *question(goal), now_or("now", now))
        if "chain" in said:
            return Found([Token(data) for data in said["chain"]], None)
        return Found(None, said)
