"""What the library holds, and how it gets it back."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from typing import Any, List

import pytest
from conftest import NOW, People

import allod
from allod import Agent, AllodError, Authorizer, Container, Evidence, Key, Store, Token


def test_10000_objects_come_and_go(given: People) -> None:
    raw = given.ask(arguments={"album": "summer"})
    data = next(iter(given.bob_store.delegations(to=given.bob.did))).bytes
    gc.collect()
    before = allod.live_handles()
    kept: List[Any] = [Token(data) for _ in range(10_000)]
    assert allod.live_handles() == before + 10_000
    kept.clear()
    assert allod.live_handles() == before
    for index in range(2500):
        Container.read(raw)
        Evidence(NOW, revoked=[])
        Authorizer(given.alice.did)
        assert index % 100 or Authorizer(given.alice.did).decide(raw, Evidence(NOW, revoked=[])).allowed
    assert allod.live_handles() == before


def test_errors_are_given_back() -> None:
    before = allod.live_handles()
    for _ in range(1000):
        with pytest.raises(AllodError):
            Token(b"nothing")
    assert allod.live_handles() == before


def test_with_gives_it_back_even_where_something_goes_wrong() -> None:
    before = allod.live_handles()
    with pytest.raises(ZeroDivisionError), Store.memory() as store, Key.generate() as key:
        assert allod.live_handles() == before + 2 and not store.closed and not key.closed
        1 / 0
    assert store.closed and key.closed and allod.live_handles() == before
    store.close()


def test_circles_are_found() -> None:
    before = allod.live_handles()
    circle: List[Any] = [Key.generate(), Store.memory()]
    circle.append(circle)
    del circle
    gc.collect()
    assert allod.live_handles() == before


def test_closed_once_by_many_threads() -> None:
    before = allod.live_handles()
    keys = [Key.generate() for _ in range(200)]
    threads = [threading.Thread(target=lambda: [key.close() for key in keys]) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allod.live_handles() == before and all(key.closed for key in keys)


AT_EXIT = """
import atexit, sys, threading
import allod
from allod import *

key, store = Key.generate(), Store.create(sys.argv[1])
signer = Signer.external(key.algorithm, key.public_key, key.sign)
agent, executor = Agent(signer, store), Executor(signer, store)

@executor.handle("/a")
def handler(grant):
    return {"executor": executor is not None}

class Late:
    'Uses the library when it is collected, after everything else.'
    def __del__(self):
        try:
            key.did
        except AllodError as error:
            print(error.name)
        except TypeError:
            print("the interpreter is half gone")

late = Late()
late.circle = [late, store, executor]
sys.modules["kept"] = late
made = agent.invoke(subject=agent.did, command="/a")
assert executor.execute(made.container).details["ok"] == {"executor": True}
pages = store.delegations(by=agent.did)
atexit.register(lambda: print("at exit", executor.did == agent.did))
MORE
"""


@pytest.mark.parametrize(
    "more, code",
    [
        ("", 0),
        ("sys.exit(3)", 3),
        ("raise ValueError('out')", 1),
        ("threading.Thread(target=lambda: [agent.did for _ in range(2000)]).start()", 0),
        (
            "threading.Thread(target=lambda: [agent.delegations() for _ in iter(int, 1)], daemon=True).start()",
            0,
        ),
        ("del agent, executor, store, signer, key", 0),
        ("executor.close(); store.close()", 0),
    ],
)
def test_the_interpreter_ends_as_it_should(more: str, code: int, tmp_path: Any) -> None:
    path = str(tmp_path / "store.allod")
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", AT_EXIT.replace("MORE", more), path],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    assert "Fatal" not in done.stderr and "panicked" not in done.stderr
    if code != 1 and "close" not in more and "del" not in more:
        assert done.stderr == "" and "at exit True" in done.stdout
    # The file was closed, and is whole.
    Store.open(path).close()


DAEMONS = """
import sys, threading, time
from allod import *

key, store = Key.generate(), Store.memory()
signer = Signer.external(key.algorithm, key.public_key, lambda message: key.sign(message))
agent, executor = Agent(signer, store), Executor(signer, store)
begun = threading.Event()

@executor.handle("/slow")
def slow(grant):
    begun.set()
    time.sleep(0.5)
    print("done by", Key.generate().did[:8])

@executor.handle("/fast")
def fast(grant):
    return [1] * 100

def work(command):
    while True:
        executor.execute(agent.invoke(subject=agent.did, command=command).container)

for _ in range(4):
    threading.Thread(target=work, args=("/fast",), daemon=True).start()
threading.Thread(target=work, args=("/slow",), daemon=True).start()
begun.wait()
"""


@pytest.mark.parametrize("_", range(3))
def test_daemon_threads_that_are_inside_are_waited_for(_: int) -> None:
    """Otherwise the interpreter throws them off a stack that has frames of the library on it, and the process is aborted."""
    done = subprocess.run([sys.executable, "-c", DAEMONS], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done by did:key:\n", "")


def test_what_was_made_before_a_fork_does_no_harm_after_it() -> None:
    code = (
        "import os, allod\n"
        "keys = [allod.Key.generate() for _ in range(10)]\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    keys.pop().did; keys.clear(); allod.Key.generate().sign(b'message')\n"
        "    raise SystemExit(allod.live_handles())\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "assert len({key.did for key in keys}) == 10\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_child_does_not_wait_for_threads_that_it_does_not_have() -> None:
    code = (
        "import os, threading, allod\n"
        "from allod import *\n"
        "begun, end, key = threading.Event(), threading.Event(), Key.generate()\n"
        "agent, executor = Agent(key, Store.memory()), Executor(key, Store.memory())\n"
        "executor.handle('/a', lambda grant: (begun.set(), end.wait(), None)[2])\n"
        "raw = agent.invoke(subject=agent.did, command='/a').container\n"
        "thread = threading.Thread(target=executor.execute, args=(raw,))\n"
        "thread.start()\n"
        "begun.wait()\n"
        "assert len(allod._gate._inside) == 1\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(len(allod._gate._inside))\n"
        "status = os.waitpid(child, 0)[1]\n"
        "end.set()\n"
        "thread.join()\n"
        "assert (status, allod._gate._inside) == (0, {})\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_subclasses_are_given_back_too() -> None:
    class Mine(Key):
        name = "mine"

    before = allod.live_handles()
    mine = Mine.generate()
    assert isinstance(mine, Mine) and Agent(mine, Store.memory()).did == mine.did
    del mine
    assert allod.live_handles() == before
