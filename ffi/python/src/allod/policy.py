"""Policies, in words and against arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, NoReturn, Optional, Sequence, Tuple

from ._abi import lib
from ._call import asked
from .value import Value, encode


@dataclass(frozen=True)
class Evaluation:
    """What a policy says of arguments. It has no truth value: only `truth == "true"`, which is
    `holds`, allows.
    """

    #: "true", "false" or "unknown".
    truth: str
    #: Of the first statement that is not satisfied: statement, path, words, selector and found;
    #: `None` where all are.
    failure: Optional[Dict[str, Any]]

    @property
    def holds(self) -> bool:
        """Whether the policy is satisfied."""
        return self.truth == "true"

    def __bool__(self) -> NoReturn:
        raise TypeError("an evaluation has no truth value: ask for evaluation.holds")


def _policy(policy: Sequence[Value]) -> Tuple[bytes, int]:
    if not isinstance(policy, (list, tuple)):
        raise TypeError(f"policy has to be a list of statements, not {type(policy).__name__}")
    written = encode(policy)
    return written, len(written)


def policy_words(policy: Sequence[Value]) -> Tuple[str, List[str]]:
    """A policy in words, and what is legal but risky in it. Raises an `AllodError` for what is no
    policy.
    """
    said = asked(lib.allod_policy_words, *_policy(policy))
    return said["words"], said["lints"]


def evaluate_policy(policy: Sequence[Value], arguments: Mapping[str, Value]) -> Evaluation:
    """What a policy says of arguments."""
    if not isinstance(arguments, Mapping):
        raise TypeError(f"arguments has to be a dict, not {type(arguments).__name__}")
    written = encode(arguments)
    said = asked(lib.allod_policy_evaluate, *_policy(policy), written, len(written))
    truth = said.pop("truth")
    return Evaluation(truth, said or None)
