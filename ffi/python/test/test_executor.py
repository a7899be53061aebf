"""Functions that execute."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from typing import Any, Dict, Iterator, List

import pytest
from conftest import NOW, People

from allod import (
    AllodError,
    Encoding,
    Execution,
    Executor,
    Grant,
    HandlerError,
    Key,
    Outcome,
    Signer,
    Store,
    _callback,
)


@pytest.fixture
def executor(given: People) -> Iterator[Executor]:
    """Alice's, who keeps her photos herself."""
    with Executor(given.alice_key, given.alice_store) as executor:
        yield executor


def run(given: People, executor: Executor, **arguments: Any) -> Execution:
    return executor.execute(given.ask(arguments={"album": "summer", **arguments}), now=NOW)


@pytest.mark.parametrize(
    "result", [None, {}, [], {"n": 2**64 - 1}, [1, [2.5]], (1, 2), {"/": "a"}, {"b": b"\0"}]
)
def test_what_it_returns_is_the_result(given: People, executor: Executor, result: Any) -> None:
    executor.handle("/photos/read", lambda grant: result)
    execution = run(given, executor)
    assert execution.outcome is Outcome.EXECUTED
    assert execution.details["ok"] == (list(result) if isinstance(result, tuple) else result)


@pytest.mark.parametrize("reason", [None, {"reason": "no such album"}, ["a", 1]])
def test_what_it_says_went_wrong_is_the_reason(given: People, executor: Executor, reason: Any) -> None:
    @executor.handle("/photos/read")
    def read(grant: Grant) -> None:
        raise HandlerError(reason)

    execution = run(given, executor)
    assert execution.outcome is Outcome.EXECUTED
    assert execution.details["error"] == reason and "ok" not in execution.details


class Unraised:
    """What was reported through sys.unraisablehook."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.errors: List[Any] = []
        monkeypatch.setattr(
            sys, "unraisablehook", lambda said: self.errors.append((said.exc_type, str(said.exc_value)))
        )


@pytest.fixture
def unraised(monkeypatch: pytest.MonkeyPatch) -> Unraised:
    return Unraised(monkeypatch)


def test_what_it_raises_is_reported_here_and_not_there(
    given: People, executor: Executor, unraised: Unraised
) -> None:
    @executor.handle("/photos/read")
    def read(grant: Grant) -> None:
        raise ZeroDivisionError("a secret")

    execution = run(given, executor)
    assert execution.details["error"] == {"reason": "handler-failed"}
    assert unraised.errors == [(ZeroDivisionError, "a secret")]
    assert execution.receipt is not None and b"secret" not in execution.receipt.bytes


@pytest.mark.parametrize(
    "result",
    [5, "text", b"bytes", True, 1.5, object(), {1: 2}, {"a": float("nan")}, ["\ud800"], {"a": object()}],
)
def test_what_is_no_result_is_a_failure(
    given: People, executor: Executor, unraised: Unraised, result: Any
) -> None:
    executor.handle("/photos/read", lambda grant: result)
    assert run(given, executor).details["error"] == {"reason": "handler-failed"}
    assert [kind for kind, _ in unraised.errors] in ([TypeError], [ValueError])

    @executor.handle("/photos/write")
    def write(grant: Grant) -> None:
        raise HandlerError(result)

    execution = executor.execute(given.ask("/photos/write", arguments={"album": "summer"}), now=NOW)
    assert execution.details["error"] == {"reason": "handler-failed"}


def test_recursion_without_end_is_a_failure(given: People, executor: Executor, unraised: Unraised) -> None:
    def read(grant: Grant) -> Any:
        return read(grant)

    executor.handle("/photos/read", read)
    assert run(given, executor).details["error"] == {"reason": "handler-failed"}
    assert [kind for kind, _ in unraised.errors] == [RecursionError]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_who_asks_to_stop_is_not_kept_from_it(given: People, executor: Executor, stop: type) -> None:
    @executor.handle("/photos/read")
    def read(grant: Grant) -> None:
        raise stop

    raw = given.ask(arguments={"album": "summer"})
    with pytest.raises(stop):
        executor.execute(raw, now=NOW)
    # It is not executed again.
    assert executor.execute(raw, now=NOW).outcome is Outcome.EXECUTED_BEFORE


def test_it_may_call_the_library_and_the_executor(given: People, executor: Executor) -> None:
    raw = given.ask("/photos/write", arguments={"album": "summer"})

    @executor.handle("/photos/read")
    def read(grant: Grant) -> Any:
        execution = executor.execute(raw, now=NOW)
        executor.handle("/photos/later", lambda grant: None)
        with pytest.raises(AllodError):
            Key.from_jwk("nothing")
        return {"inner": execution.details["ok"]}

    executor.handle("/photos/write", lambda grant: {"written": grant.arguments["album"]})
    assert run(given, executor).details["ok"] == {"inner": {"written": "summer"}}


def test_it_sees_what_the_policy_saw(given: People, executor: Executor) -> None:
    seen: List[Grant] = []
    executor.handle("/photos/read", seen.append)
    arguments: Dict[str, Any] = {
        "map": {"/": {"bytes": "AQI"}},
        "bytes": b"\1\2",
        "big": 2**60 + 1,
        "float": 1.0,
    }
    run(given, executor, **arguments)
    (grant,) = seen
    assert (
        repr(grant.arguments) == repr({**grant.arguments, "album": "summer", **arguments})
        and len(grant.arguments) == 5
    )
    with pytest.raises(AttributeError):
        grant.subject = "did:key:z"  # type: ignore[misc]


def test_what_has_no_function_is_refused(given: People, executor: Executor) -> None:
    execution = run(given, executor)
    assert execution.outcome is Outcome.REFUSED and execution.receipt is None and execution.details["refusal"]


def test_an_execution_is_neither_true_nor_false(given: People, executor: Executor) -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(run(given, executor))


def test_what_cannot_be_registered(executor: Executor) -> None:
    before = len(_callback._functions)
    executor.handle("/a", lambda grant: None)
    for command, name in [
        ("/a", "handler-taken"),
        ("/", "handler-top"),
        ("/ucan/revoke", "handler-reserved"),
        ("a", "malformed"),
    ]:
        with pytest.raises(AllodError) as refused:
            executor.handle(command, lambda grant: None)
        assert refused.value.name == name

    async def later(grant: Grant) -> None:
        pass

    for wrong in (later, "function", 5):
        with pytest.raises(TypeError):
            executor.handle("/b", wrong)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        executor.handle("/b", lambda grant: None, idempotent=1)  # type: ignore[call-overload]
    assert len(_callback._functions) == before + 1
    executor.close()
    assert len(_callback._functions) == before


def test_what_has_ended_is_forgotten(given: People, executor: Executor) -> None:
    executor.handle("/a", lambda grant: None)
    did, store = given.alice.did, given.alice_store
    old = given.alice.grant(audience=given.bob.did, command="/old", expires=NOW + 10, now=NOW).token
    given.alice.revoke(old, now=NOW)
    for at in (NOW, NOW + 100_000):
        asked = given.alice.invoke(subject=did, command="/a", now=at)
        assert executor.execute(asked.container, now=at).outcome is Outcome.EXECUTED
    assert store.is_revoked(old, did)
    assert executor.sweep() > 0
    assert not store.is_revoked(old, did) and store.delegation(old) is None
    assert executor.sweep() == 0


def test_flags(given: People, executor: Executor) -> None:
    executor.handle("/photos", lambda grant: {"all": grant.command}, and_below=True, receipts_for_anyone=True)
    executor.handle("/photos/read", lambda grant: {"read": True})
    assert run(given, executor).details["ok"] == {"read": True}
    raw = given.ask("/photos/other/thing", arguments={"album": "summer"})
    first = executor.execute(raw, now=NOW)
    assert first.details["ok"] == {"all": "/photos/other/thing"}
    again = executor.execute(raw, now=NOW)
    assert again.outcome is Outcome.EXECUTED_BEFORE and again.receipt is not None
    endless = Signer(given.alice_key).sign_invocation(subject=given.alice.did, command="/twice", expires=None)
    import allod

    assert executor.execute(allod.Container.of(endless), now=NOW).outcome is not Outcome.EXECUTED
    executor.handle("/twice", lambda grant: None, idempotent=True)
    assert executor.execute(allod.Container.of(endless), now=NOW).outcome is Outcome.EXECUTED


def test_each_invocation_once_by_16_threads(given: People, executor: Executor) -> None:
    count: List[str] = []
    executor.handle("/photos/read", lambda grant: count.append(grant.invocation))
    asked = [given.ask(arguments={"album": "summer", "n": n}) for n in range(5)]
    outcomes: List[Outcome] = []

    def all_of_them() -> None:
        for raw in asked:
            outcomes.append(executor.execute(raw, now=NOW).outcome)

    threads = [threading.Thread(target=all_of_them) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(count) == len(set(count)) == 5 and outcomes.count(Outcome.EXECUTED) == 5
    assert (
        set(outcomes) <= {Outcome.EXECUTED, Outcome.EXECUTED_BEFORE, Outcome.RUNNING} and len(outcomes) == 80
    )


def test_a_signer_that_fails_after_the_fact(given: People) -> None:
    broken = Signer.external(given.alice_key.algorithm, given.alice_key.public_key, lambda message: b"")
    executor = Executor(broken, given.alice_store)
    executor.handle("/photos/read", lambda grant: None)
    with pytest.raises(AllodError) as failed:
        run(given, executor)
    assert failed.value.name == "receipt-failed"


def test_options(given: People) -> None:
    other = Key.generate()
    executor = Executor(
        other, Store.memory(), subjects=[given.alice.did], leaf_first=True, limits={"chain": 3}, ages={"/photos": 60}, trusted=[other.did],
        tolerance=1, longest_invocation=100_000, receipts_last=1000, log="decisions", quota=(5, 50), release_candidate=True,
    )  # fmt: skip
    assert executor.did == other.did
    for wrong in ({"log": "everything"}, {"subjects": ["no DID"]}, {"quota": (1,)}):
        with pytest.raises(AllodError):
            Executor(other, Store.memory(), **wrong)
    for wrong in (
        {"subjects": given.alice.did},
        {"tolerance": "1"},
        {"quota": 5},
        {"danger_any_subject": "yes"},
        {"logs": "decisions"},
    ):
        with pytest.raises(TypeError):
            Executor(other, Store.memory(), **wrong)


def test_a_function_goes_with_its_executor(given: People) -> None:
    class Photos:
        def read(self, grant: Grant) -> None:
            pass

    photos = Photos()
    gone = weakref.ref(photos)
    executor = Executor(given.alice_key, given.alice_store)
    executor.handle("/photos/read", photos.read)
    del photos
    gc.collect()
    assert gone() is not None
    del executor
    gc.collect()
    assert gone() is None


def test_one_that_is_closed_under_way(given: People) -> None:
    executor = Executor(given.alice_key, given.alice_store)

    @executor.handle("/photos/read")
    def read(grant: Grant) -> Any:
        executor.close()
        gc.collect()
        return {"still": "here"}

    assert run(given, executor).details["ok"] == {"still": "here"}
    with pytest.raises(AllodError, match="stale-handle"):
        run(given, executor)
    del read


def test_what_is_no_container(executor: Executor) -> None:
    for wrong in (b"", b"nothing", "nothing", "\ud800"):
        with pytest.raises(AllodError, match="malformed"):
            executor.execute(wrong, now=NOW)


def test_a_clock_that_was_set_back(given: People, executor: Executor) -> None:
    executor.handle("/a", lambda grant: None)
    first, second = (
        given.alice.invoke(subject=given.alice.did, command="/a", expires=NOW + 9000, now=NOW)
        for _ in range(2)
    )
    assert executor.execute(first.container, now=NOW + 8000).outcome is Outcome.EXECUTED
    with pytest.raises(AllodError) as back:
        executor.execute(second.container.write(Encoding.RAW), now=NOW)
    assert back.value.name == "clock-set-back"
    given.alice_store.danger_set_latest_time(NOW)
    assert executor.execute(second.container, now=NOW).outcome is Outcome.EXECUTED
