"""Times: whole seconds since 1970, or a datetime that knows its offset from UTC."""

from __future__ import annotations

import math
import time
from datetime import datetime, timezone
from typing import Optional, Union

#: What a time may be. A datetime without a time zone is refused: nobody can tell which second it
#: is.
Time = Union[int, datetime]

_FARTHEST = (1 << 53) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def seconds(name: str, value: Time, *, up: bool = False) -> int:
    """The second of a time. Parts of a second are dropped; where something begins, `up`, they count
    as a whole one.
    """
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{name} has to say its time zone: datetime.now(timezone.utc), say")
        passed = value - _EPOCH
        whole = passed.days * 86400 + passed.seconds
        return whole + 1 if up and passed.microseconds else whole
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} has to be an int or a datetime, not {type(value).__name__}")
    if not -_FARTHEST <= value <= _FARTHEST:
        raise ValueError(f"{name} has to lie within 2**53 - 1 seconds of 1970")
    return value


def maybe_seconds(name: str, value: Optional[Time], *, up: bool = False) -> Optional[int]:
    """The second of a time that may be left out."""
    return None if value is None else seconds(name, value, up=up)


def now_or(name: str, value: Optional[Time]) -> int:
    """The second of a time, which is the present one where it is left out."""
    return math.floor(time.time()) if value is None else seconds(name, value)
