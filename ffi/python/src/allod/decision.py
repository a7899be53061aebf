"""The two answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, NoReturn, Optional

from ._abi import lib
from ._call import asked, told
from ._handle import Handle
from .errors import DeniedError


@dataclass(frozen=True)
class Grant:
    """What is allowed."""

    #: Who asked for it.
    issuer: str
    #: On whose behalf.
    subject: str
    command: str
    #: With results in the place of promises.
    arguments: Dict[str, Any]
    #: The CID of the invocation.
    invocation: str
    #: The CID of the task.
    task: str
    #: The CIDs of the delegations it rests on, root first.
    chain: List[str]
    #: The last second at which all of it is valid, without tolerance; `None` where nothing in it
    #: ends.
    until: Optional[int]

    @classmethod
    def _of(cls, said: Dict[str, Any]) -> Grant:
        return cls(**{name: said[name] for name in cls.__dataclass_fields__})


class Decision(Handle):
    """A decision: `allowed`, or with the `code` of a denial.

    It has no truth value: `if decision:` raises a `TypeError`. Python takes any object for true
    that does not say otherwise, and for false one that is empty; neither is a way to say who may do
    what.
    """

    __slots__ = ()
    _kind = "AllodDecision"
    _free = lib.allod_decision_free

    def __bool__(self) -> NoReturn:
        raise TypeError("a decision has no truth value: ask for decision.allowed, or call decision.require()")

    @property
    def allowed(self) -> bool:
        """Whether it is allowed. False, too, once it was closed.

        Arguments may wait for results of other tasks: `require`, or `arguments`, fails then.
        """
        return lib.allod_decision_is_allowed(self._pointer) is True

    def require(self) -> Grant:
        """What is granted, to be executed now.

        Raises a `DeniedError` for a denial, and an `AwaitsError` where the arguments wait for the
        result of another task.
        """
        said = self.details
        if not (self.allowed and said["ok"] is True):
            raise DeniedError(self.number, said["code"], self.message, self.remedy, self.public)
        # Not those in `said`, which may wait: these are an error then.
        return Grant._of({**said, "arguments": self.arguments})

    @property
    def number(self) -> int:
        """The number of a denial's code; 0 where it is allowed."""
        code = int(lib.allod_decision_code(self._pointer))
        if code >= lib.ALLOD_PANIC:
            # It was closed. Other functions say so with an error.
            told(lib.allod_decision_message, self._pointer)
        return code

    @property
    def code(self) -> Optional[str]:
        """The code of a denial, "revoked", say; `None` where it is allowed."""
        said: Optional[str] = self.details.get("code")
        return said

    @property
    def message(self) -> str:
        """What is wrong, in words for the one who decides; empty where it is allowed."""
        return told(lib.allod_decision_message, self._pointer)

    @property
    def remedy(self) -> str:
        """What to do about it, in words; empty where it is allowed."""
        return told(lib.allod_decision_remedy, self._pointer)

    @property
    def public(self) -> Dict[str, Any]:
        """What the other side may see of a denial: code, cid and remedy; the empty dict where it is
        allowed.
        """
        said: Dict[str, Any] = asked(lib.allod_decision_public, self._pointer)
        return said

    @property
    def arguments(self) -> Dict[str, Any]:
        """The arguments of what is allowed, with results in the place of promises.

        Raises an `AllodError` where it is denied, and an `AwaitsError` where a result is missing: no
        policy has looked at such arguments, and nothing should be done with them.
        """
        said: Dict[str, Any] = asked(lib.allod_decision_arguments, self._pointer)
        return said

    @property
    def trace(self) -> List[Dict[str, Any]]:
        """Every rule, with rule, link and outcome, and a finding where it failed."""
        said: List[Dict[str, Any]] = self.details["trace"]
        return said

    @property
    def details(self) -> Dict[str, Any]:
        """The whole decision, for the log of the one who decides. Do nothing with its arguments: they
        may wait for results of other tasks, and then no policy has looked at them. Those of
        `require()` do not.

        Where it is allowed: ok, issuer, subject, command, arguments, invocation, task, chain,
        until, awaits, awaitsResults, mismatch, trace, unused and ignored. Where not: ok, code, rule,
        message, remedy, spec, link, cid, expected, found, policy, public, trace, unused and
        ignored.
        """
        said: Dict[str, Any] = asked(lib.allod_decision_write, self._pointer)
        return said
