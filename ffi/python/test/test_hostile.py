"""Calls that nobody should make: each is an exception, and nothing else comes of it."""

from __future__ import annotations

import copy
import pickle
import random
import threading
from typing import Any, Callable, Dict, List, Optional

import pytest
from conftest import NOW, People

import allod
from allod import (
    Agent,
    Algorithm,
    AllodError,
    Authorizer,
    Container,
    Decision,
    Evidence,
    Execution,
    Executor,
    Key,
    Signer,
    Store,
    Token,
    Unsigned,
)

STRANGE: List[Any] = [
    None, True, 0, -1, 2**31, 2**63, 2**64, 10**40, 1.5, float("nan"), "", "\0", "\ud800", "x" * 100_000, "did:key:z", "/", "/\ud800", b"", b"\0", b"\xff" * 100_000,
    [], [[]], [None], {}, {"a": 1}, {1: 2}, object(), object, lambda: None, (), (1, 2), range(3), Exception("e"), memoryview(b"x")[::1], bytearray(), iter([b"a"]),
    Algorithm.P256, allod.POWERLINE, allod.Link("bafkqabiaaebagba"),
]  # fmt: skip


def calls(people: People) -> Dict[str, Callable[..., Any]]:
    """Each function of the package, with a good argument in each place but those that are asked for."""
    key, did, store = people.alice_key, people.alice.did, people.alice_store
    token = people.alice.grant(audience=people.bob.did, command="/a", expires=None, now=NOW).token
    container, evidence = Container.of(token), Evidence(NOW, revoked=[])
    executor, authorizer, signer = Executor(key, store), Authorizer(did), Signer(key)
    public = key.public_key
    unsigned = Unsigned.delegation(
        Algorithm.ED25519, public, audience=did, subject=did, command="/a", expires=None
    )
    good: Dict[str, Any] = {"audience": did, "subject": did, "command": "/a", "expires": None}
    invoke: Dict[str, Any] = {"subject": did, "command": "/a", "expires": NOW}
    return {
        "Agent": lambda x: Agent(x, store), "Agent store": lambda x: Agent(key, x), "Agent documents": lambda x: Agent(key, store, documents=x),
        "Agent tolerance": lambda x: Agent(key, store, tolerance=x), "Authorizer": Authorizer, "Authorizer subjects": lambda x: Authorizer(did, subjects=x),
        "Authorizer danger_any_subject": lambda x: Authorizer(did, danger_any_subject=x), "Authorizer limits": lambda x: Authorizer(did, limits=x),
        "Authorizer ages": lambda x: Authorizer(did, ages=x), "Container.read": Container.read, "Container.of": Container.of, "Container.write": container.write,
        "Container[]": lambda x: container[x], "Evidence": lambda x: Evidence(x, revoked=[]), "Evidence store": lambda x: Evidence(NOW, store=x),
        "Evidence tokens": lambda x: Evidence(NOW, revoked=[], tokens=x), "Evidence revoked": lambda x: Evidence(NOW, revoked=x),
        "Evidence revoked pair": lambda x: Evidence(NOW, revoked=[(x, did)]), "Evidence revoked by": lambda x: Evidence(NOW, revoked=[(token, x)]),
        "Evidence revocations": lambda x: Evidence(NOW, revocations=x), "Evidence receipts": lambda x: Evidence(NOW, revoked=[], receipts=[x]),
        "Evidence documents": lambda x: Evidence(NOW, revoked=[], documents=x), "Evidence document": lambda x: Evidence(NOW, revoked=[], documents={did: x}),
        "Evidence trusted": lambda x: Evidence(NOW, revoked=[], trusted=x), "Evidence danger": lambda x: Evidence(NOW, danger_without_revocations=x),
        "decide": lambda x: authorizer.decide(x, evidence), "decide evidence": lambda x: authorizer.decide(container, x),
        "decide named": lambda x: authorizer.decide(container, evidence, named=x), "decide_invocation": lambda x: authorizer.decide_invocation(x, evidence),
        "needs": lambda x: authorizer.needs(x, evidence), "execute": executor.execute, "execute caller": lambda x: executor.execute(container, caller=x),
        "execute now": lambda x: executor.execute(container, now=x), "execute invocation": lambda x: executor.execute(container, invocation=x),
        "handle": lambda x: executor.handle(x, lambda grant: None), "handler": lambda x: executor.handle("/h", x), "take_up": executor.take_up_revocations,
        "Executor": lambda x: Executor(x, store), "Executor log": lambda x: Executor(key, store, log=x), "Executor quota": lambda x: Executor(key, store, quota=x),
        "grant audience": lambda x: people.alice.grant(**{**good, "audience": x}), "grant subject": lambda x: people.alice.grant(**{**good, "subject": x}),
        "grant command": lambda x: people.alice.grant(**{**good, "command": x}), "grant expires": lambda x: people.alice.grant(**{**good, "expires": x}),
        "grant policy": lambda x: people.alice.grant(**good, policy=x), "grant statement": lambda x: people.alice.grant(**good, policy=[x]),
        "grant nonce": lambda x: people.alice.grant(**good, nonce=x), "grant meta": lambda x: people.alice.grant(**good, meta=x),
        "grant under": lambda x: people.alice.grant(**good, under=x), "grant now": lambda x: people.alice.grant(**good, now=x),
        "invoke subject": lambda x: people.alice.invoke(subject=x, command="/a"), "invoke arguments": lambda x: people.alice.invoke(subject=did, command="/a", arguments=x),
        "invoke argument": lambda x: people.alice.invoke(subject=did, command="/a", arguments={"a": x}), "invoke cause": lambda x: people.alice.invoke(subject=did, command="/a", cause=x),
        "revoke": people.alice.revoke, "receive": people.alice.receive, "link_device": lambda x: people.alice.link_device(x, command="/a", expires=None),
        "link_device command": lambda x: people.alice.link_device(did, expires=None, command=x), "delegations": lambda x: people.alice.delegations(now=x),
        "find_chain": lambda x: people.alice.find_chain(subject=x, command="/a"), "find_chain arguments": lambda x: people.alice.find_chain(subject=did, command="/a", arguments=x),
        "Key.generate": Key.generate, "Key.from_seed": lambda x: Key.from_seed(Algorithm.P256, x), "Key.from_seed algorithm": lambda x: Key.from_seed(x, bytes(31) + b"\1"),
        "Key.from_jwk": Key.from_jwk, "Key.from_pkcs8": Key.from_pkcs8, "Key.from_pem": Key.from_pem, "Key.sign": key.sign,
        "verify": lambda x: allod.verify_signature(Algorithm.ED25519, x, b"", bytes(64)), "verify signature": lambda x: allod.verify_signature(Algorithm.ED25519, public, b"", x),
        "Signer": Signer, "Signer.external": lambda x: Signer.external(Algorithm.ED25519, public, x), "Signer.external key": lambda x: Signer.external(Algorithm.ED25519, x, key.sign),
        "Signer.external did": lambda x: Signer.external(Algorithm.ED25519, public, key.sign, x), "acting_as": signer.acting_as,
        "sign_invocation proofs": lambda x: signer.sign_invocation(**invoke, proofs=x), "sign_revocation": lambda x: signer.sign_revocation(revoke=x, subject=did),
        "sign_revocation path": lambda x: signer.sign_revocation(revoke=token, subject=did, path=x), "sign_receipt": lambda x: signer.sign_receipt(ran=x, ok=None),
        "sign_receipt ok": lambda x: signer.sign_receipt(ran=token, ok=x), "Token": Token, "Token.verify": token.verify, "attach": unsigned.attach,
        "Store.create": lambda x: Store.create(x if not isinstance(x, str) or len(x) > 99 else x + "\0"), "backup": store.backup, "put_delegation": store.put_delegation,
        "delegation": store.delegation, "delegations to": lambda x: store.delegations(to=x), "delegations page": lambda x: store.delegations(to=did, page=x),
        "remove": store.remove_delegation, "is_revoked": lambda x: store.is_revoked(x, did), "is_revoked by": lambda x: store.is_revoked(token, x),
        "set_synced_at": store.set_synced_at, "set_name": lambda x: store.set_name(x, did), "set_name did": lambda x: store.set_name("a", x),
        "receipts": lambda x: store.receipts(x, did), "receipts most": lambda x: store.receipts(token, did, x), "log": lambda x: store.log(page=x), "sweep": store.sweep,
        "policy_words": allod.policy_words, "evaluate": lambda x: allod.evaluate_policy([["==", ".a", 1]], x), "evaluate policy": lambda x: allod.evaluate_policy(x, {}),
        "read_did": allod.read_did, "did_of_key": lambda x: allod.did_of_key(Algorithm.ED25519, x), "did_document": allod.did_document, "covers": lambda x: allod.command_covers("/", x),
        "cid_of": allod.cid_of, "read_cid": allod.read_cid, "Link": allod.Link, "to_dag_cbor": allod.to_dag_cbor, "to_dag_json": allod.to_dag_json,
        "from_dag_cbor": allod.from_dag_cbor, "from_dag_json": allod.from_dag_json,
    }  # fmt: skip


def test_strange_arguments(people: People) -> None:
    for name, call in calls(people).items():
        for value in STRANGE:
            try:
                made = call(value)
            except (AllodError, TypeError, ValueError, IndexError, OSError) as error:
                # None of them is an internal slip of this package.
                assert "cdata" not in str(error) and "NoneType' object has no" not in str(error), (
                    name,
                    value,
                    error,
                )
                continue
            except BaseException as error:
                raise AssertionError(f"{name} of {value!r:.99}") from error
            if isinstance(made, Decision):
                assert made.allowed is False, (name, value)
            elif isinstance(made, Execution):
                assert made.outcome not in (1, 3), (name, value)


def test_what_is_huge(people: People) -> None:
    huge = b"\xa0" * 50_000_000
    authorizer, evidence = Authorizer(people.alice.did), Evidence(NOW, revoked=[])
    for data in (huge, b"\x40" + huge, b"B" + huge):
        assert authorizer.decide(data, evidence).code in ("malformed", "too-large")
    for call in (Token, Container.read, people.alice.receive, allod.from_dag_cbor):
        with pytest.raises(AllodError):
            call(huge)
    with pytest.raises(AllodError):
        people.alice.invoke(subject=people.alice.did, command="/a", arguments={"a": huge})
    with pytest.raises(AllodError):
        people.alice.grant(audience="did:key:" + "z" * 50_000_000, command="/a", expires=None)


def test_truth_is_no_substitute_for_true(people: People) -> None:
    for strange in (1, "yes", [1], object()):
        with pytest.raises(TypeError):
            Evidence(NOW, danger_without_revocations=strange)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            Authorizer(people.alice.did, danger_any_subject=strange)  # type: ignore[arg-type]


def test_nothing_is_made_by_its_class_alone() -> None:
    for kind in (Key, Container, Decision, Store, Unsigned, Execution):
        with pytest.raises(TypeError, match="is made by"):
            kind()
        broken = object.__new__(kind)
        with pytest.raises(AttributeError):
            broken.close()


def test_what_was_freed_is_found_out(given: People) -> None:
    container = Container.read(given.ask(arguments={"album": "summer"}))
    token = next(iter(container))
    evidence, authorizer, signer = (
        Evidence(NOW, revoked=[]),
        Authorizer(given.alice.did),
        Signer(given.alice_key),
    )
    executor = Executor(signer, given.alice_store)
    decision, execution = authorizer.decide(container, evidence), executor.execute(container, now=NOW)
    unsigned = Unsigned.delegation(
        Algorithm.ED25519,
        given.alice_key.public_key,
        audience=given.bob.did,
        subject=given.alice.did,
        command="/a",
        expires=None,
    )
    agent, store, key = Agent(signer, Store.memory()), Store.memory(), Key.generate()
    uses: List[Any] = [
        (container, lambda: len(container)), (container, container.write), (container, lambda: authorizer.decide(container, evidence)),
        (token, lambda: token.claims), (token, lambda: token.bytes), (token, lambda: Container.of(token)), (token, token.verify), (signer, lambda: signer.did),
        (signer, lambda: Agent(signer, given.alice_store)), (evidence, lambda: authorizer.decide(given.ask(arguments={"album": "summer"}), evidence)),
        (authorizer, lambda: authorizer.decide(b"", Evidence(NOW, revoked=[]))), (decision, decision.require), (execution, lambda: execution.outcome),
        (execution, lambda: execution.receipt), (unsigned, lambda: unsigned.bytes), (unsigned, lambda: unsigned.attach(bytes(64))), (agent, lambda: agent.did),
        (agent, lambda: agent.grant(audience=given.bob.did, command="/a", expires=None)), (executor, lambda: executor.execute(b"\x40", now=NOW)),
        (executor, lambda: executor.handle("/x", lambda grant: None)), (store, lambda: store.names()), (store, lambda: Evidence(NOW, store=store)),
        (store, lambda: Agent(given.alice_key, store)), (store, lambda: list(store.export_revocations())), (key, lambda: key.did), (key, lambda: Signer(key)),
        (key, lambda: key.danger_export_seed()),
    ]  # fmt: skip
    for thing, use in uses:
        if not thing.closed:
            use_of_it = thing
            use_of_it.close()
        assert thing.closed
        with pytest.raises(AllodError) as stale:
            use()
        assert stale.value.name in ("stale-handle", "malformed"), (thing, stale.value)
        thing.close()
    # What was made with what was freed goes on.
    with Key.generate() as another:
        kept = Agent(another, Store.memory())
    assert kept.grant(audience=kept.did, command="/a", expires=None).token.kind == 1


def test_handles_of_other_types_are_found_out(people: People) -> None:
    """Even where Python's own checks are gone around."""
    key = Key.generate()
    forged = Store._of(
        allod._abi.ffi.cast("AllodStore *", int(allod._abi.ffi.cast("uintptr_t", key._pointer)))
    )
    with pytest.raises(AllodError, match="wrong-handle"):
        forged.names()
    forged.close()
    assert key.did
    for number in (1, 3, 2**63 - 1, 0xDEADBEEF):
        wild = Token._of(allod._abi.ffi.cast("AllodToken *", number))
        with pytest.raises(AllodError):
            wild.claims


def test_they_are_neither_copied_nor_pickled(people: People) -> None:
    for thing in (people.alice_key, people.alice_store, people.alice):
        for make in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="neither copied nor pickled"):
                make(thing)  # type: ignore[operator]


def test_bytes_that_change_meanwhile(given: People) -> None:
    """What is decided on is what was there when it was asked."""
    raw = bytearray(given.ask(arguments={"album": "summer"}))
    good, authorizer, stop = bytes(raw), Authorizer(given.alice.did), threading.Event()
    other = bytearray(raw)
    other[20] ^= 1

    def code(data: bytes) -> Optional[str]:
        return authorizer.decide(data, Evidence(NOW, revoked=[])).code

    def scribble() -> None:
        while not stop.is_set():
            raw[20] ^= 1

    one_or_the_other = {code(good), code(other)}
    assert len(one_or_the_other) == 2
    thread = threading.Thread(target=scribble)
    thread.start()
    codes = {code(raw) for _ in range(100)}
    stop.set()
    thread.join()
    assert codes and codes <= one_or_the_other


def test_bytes_that_change_before_the_library_reads_them(
    given: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = bytearray(given.ask(arguments={"album": "summer"}))
    authorizer, evidence = Authorizer(given.alice.did), Evidence(NOW, revoked=[])
    as_it_came = allod.container.as_it_came

    def then_scribble(name: str, value: bytearray) -> Any:
        taken = as_it_came(name, value)
        value[:] = bytes(len(value))
        return taken

    monkeypatch.setattr(allod.authorizer, "as_it_came", then_scribble)
    assert authorizer.decide(raw, evidence).allowed
    assert not authorizer.decide(raw, evidence).allowed


def test_garbage_in_any_form(given: People) -> None:
    seed = random.Random(7)
    good = given.ask(arguments={"album": "summer"})
    authorizer = Authorizer(given.alice.did)
    for _ in range(300):
        data = bytearray(good)
        for _ in range(seed.randrange(1, 6)):
            data[seed.randrange(len(data))] = seed.randrange(256)
        with authorizer.decide(data, Evidence(NOW, revoked=[])) as decision:
            assert decision.allowed is (bytes(data) == good)
        assert decision.closed


def test_16_threads_that_close_what_others_use(given: People) -> None:
    raw, authorizer = given.ask(arguments={"album": "summer"}), Authorizer(given.alice.did)
    shared: List[Any] = [None] * 4
    wrong: List[BaseException] = []

    def work(number: int) -> None:
        seed = random.Random(number)
        for _ in range(60):
            place = seed.randrange(4)
            try:
                thing = shared[place]
                if thing is None or seed.random() < 0.3:
                    shared[place] = seed.choice([lambda: Container.read(raw), Key.generate, Store.memory])()
                elif seed.random() < 0.3:
                    thing.close()
                elif isinstance(thing, Container):
                    assert authorizer.decide(thing, Evidence(NOW, revoked=[])).allowed
                elif isinstance(thing, Key):
                    Agent(thing, Store.memory()).grant(audience=given.bob.did, command="/a", expires=None)
                else:
                    thing.names()
            except AllodError as error:
                if error.name != "stale-handle":
                    wrong.append(error)
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_errors_can_be_kept_and_sent(people: People) -> None:
    with pytest.raises(AllodError) as caught:
        allod.read_did("nothing")
    error = pickle.loads(pickle.dumps(caught.value))
    assert (type(error), error.name, error.number, error.message, error.remedy) == (
        type(caught.value), caught.value.name, caught.value.number, caught.value.message, caught.value.remedy,
    )  # fmt: skip
    assert error.name in str(error) and error.remedy in str(error)
