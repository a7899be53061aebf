"""The way into the library, which is shut when the interpreter ends.

A daemon thread that wants to come back into Python after that is thrown off its stack (before
Python 3.14). Where the library has called a function of the host, its own frames lie on that stack,
and the process is aborted. So other threads are turned away once the interpreter begins to end, and
those that are inside are waited for, as long as that takes no more than `PATIENCE`.
"""

from __future__ import annotations

import atexit
import os
import time
import weakref
from threading import get_ident
from typing import Any, Dict, Optional

#: In seconds.
PATIENCE = 5.0

#: How often each thread is inside: a function of the host may call the library again.
_inside: Dict[int, int] = {}
#: The thread that ends the interpreter.
_ending: Optional[int] = None


def enter() -> bool:
    """Whether this thread may go in. It then has to `leave`."""
    me = get_ident()
    # First in, then a look whether it is shut: the other way round, `_shut` could look between the
    # two.
    depth = _inside[me] = _inside.get(me, 0) + 1
    if depth > 1 or _ending is None or _ending == me:
        return True
    leave()
    return False


def leave() -> None:
    """This thread is out again, as often as it went in."""
    me = get_ident()
    depth = _inside.pop(me, 0) - 1
    if depth > 0:
        _inside[me] = depth


def release(free: Any, pointer: Any) -> None:
    """Gives back what the library holds. Where the interpreter ends, so does that."""
    if enter():
        try:
            free(pointer)
        finally:
            leave()


def _shut() -> None:
    global _ending
    _ending = me = get_ident()
    until = time.monotonic() + PATIENCE
    while any(thread != me for thread in list(_inside)) and time.monotonic() < until:
        time.sleep(0.001)


# What is registered last is called first, and `finalize` registers itself with its first object:
# objects are given back only once nobody is inside.
weakref.finalize(type("First", (), {})(), int)
atexit.register(_shut)
if hasattr(os, "register_at_fork"):
    # The other threads are not there in the child.
    os.register_at_fork(after_in_child=_inside.clear)
