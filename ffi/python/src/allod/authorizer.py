"""The one who decides."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional

from ._abi import lib
from ._call import asked, count, flag, maybe_cid, question, several, text
from ._handle import Handle, held
from ._make import AnyCid, AnyToken, bytes_of_any, cid_of_any
from .container import AnyContainer, as_it_came
from .decision import Decision
from .evidence import Evidence


def options(
    subjects: Optional[Iterable[str]],
    danger_any_subject: bool,
    leaf_first: bool,
    limits: Optional[Mapping[str, int]],
    ages: Optional[Mapping[str, int]],
) -> Dict[str, Any]:
    """What authorizers and executors have in common."""
    for name, value in (("limits", limits), ("ages", ages)):
        if value is not None and not isinstance(value, Mapping):
            raise TypeError(f"{name} has to be a dict, not {type(value).__name__}")
    return {
        "subjects": several("subjects", subjects),
        "dangerAnySubject": flag("danger_any_subject", danger_any_subject),
        "leafFirst": flag("leaf_first", leaf_first),
        "limits": None
        if limits is None
        else {_LIMITS.get(name, name): count(name, most) for name, most in limits.items()},
        "ages": None
        if ages is None
        else [[command, count(command, seconds)] for command, seconds in ages.items()],
    }


_LIMITS = {"policy_steps": "policySteps", "policy_work": "policyWork"}


class Authorizer(Handle):
    """Decides, for the executor of a DID.

    `subjects` are the DIDs that the executor acts for, itself alone if absent. `danger_any_subject=True`
    is dangerous: anyone can invoke on a subject of their own making. `leaf_first=True` also takes
    proofs named leaf first. `limits` are chain, policy_steps and policy_work. `ages` says, by the
    command, how many seconds old what is known of revocations may be for it.
    """

    __slots__ = ()
    _kind = "AllodAuthorizer"
    _free = lib.allod_authorizer_free

    def __init__(
        self,
        executor: str,
        *,
        subjects: Optional[Iterable[str]] = None,
        danger_any_subject: bool = False,
        leaf_first: bool = False,
        limits: Optional[Mapping[str, int]] = None,
        ages: Optional[Mapping[str, int]] = None,
    ) -> None:
        said = question(options(subjects, danger_any_subject, leaf_first, limits, ages))
        self._hold(self._pointer_of(lib.allod_authorizer_new, *text("executor", executor), *said))

    def decide(
        self, container: AnyContainer, evidence: Evidence, *, named: Optional[AnyCid] = None
    ) -> Decision:
        """Decides on a container in any encoding, as it came. `named` is the CID of the invocation
        that is meant, where there are several.

        What is no container is denied, like whatever else is wrong: an error only says that nothing
        could be decided.
        """
        return Decision._made(lib.allod_authorizer_decide, *self._asked(container, evidence, named))

    def decide_invocation(self, invocation: AnyToken, evidence: Evidence) -> Decision:
        """Decides on an invocation by itself. The delegations it rests on are among the evidence."""
        data = bytes_of_any("invocation", invocation)
        return Decision._made(
            lib.allod_authorizer_decide_invocation,
            self._pointer,
            data,
            len(data),
            held("evidence", evidence, Evidence),
        )

    def needs(
        self, container: AnyContainer, evidence: Evidence, *, named: Optional[AnyCid] = None
    ) -> Dict[str, List[Any]]:
        """What a decision lacks: `proofs` (CIDs of delegations), `documents` (DIDs), `revocations`
        (pairs of a CID and a DID).

        Of the pairs it has to be known whether the one was revoked by the other.
        """
        said: Dict[str, List[Any]] = asked(
            lib.allod_authorizer_needs, *self._asked(container, evidence, named)
        )
        return said

    def _asked(self, container: AnyContainer, evidence: Evidence, named: Optional[AnyCid]) -> Any:
        which = None if named is None else cid_of_any("named", named)
        known = held("evidence", evidence, Evidence)
        return (self._pointer, *as_it_came("container", container), *maybe_cid("named", which), known)
