"""From the first grant to the revocation, and what stores and agents say of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from conftest import NOW, People

from allod import (
    POWERLINE,
    Agent,
    AllodError,
    Authorizer,
    Container,
    Encoding,
    Evidence,
    Executor,
    Grant,
    Key,
    Kind,
    Link,
    NoChainError,
    Outcome,
    Signer,
    Store,
    StoreError,
    Token,
    command_covers,
    did_document,
    evaluate_policy,
    policy_words,
    read_did,
)


def test_the_whole_way(tmp_path: Path) -> None:
    key, store = Key.generate(), Store.create(tmp_path / "alice.allod")
    alice = Agent(key, store)
    bob, carol = (Agent(Key.generate(), Store.memory()) for _ in range(2))

    granted = alice.grant(
        audience=bob.did, command="/photos", policy=[["<=", ".size", 100]], expires=NOW + 1000, now=NOW
    )
    said = bob.receive(granted.container.write())
    assert (said["delegations"], said["new"], said["refused"]) == ([granted.token.cid], 1, [])
    assert bob.receive(granted.container)["new"] == 0

    narrowed = bob.grant(
        subject=alice.did,
        audience=carol.did,
        command="/photos/read",
        policy=[["==", ".album", "summer"]],
        expires=NOW + 500,
        now=NOW,
    )
    assert len(narrowed.container) == 2
    carol.receive(narrowed.container.write(Encoding.GZIP))

    asked = carol.invoke(
        subject=alice.did, command="/photos/read", arguments={"album": "summer", "size": 9}, now=NOW
    )
    assert asked.token.kind == Kind.INVOCATION and len(asked.container) == 3

    executor = Executor(key, store, log="arguments")
    seen = []

    @executor.handle("/photos", and_below=True)
    def photos(grant: Grant) -> object:
        seen.append(grant)
        return {"count": 3, "of": Link(grant.invocation), "raw": b"\0"}

    assert photos.__name__ == "photos"
    execution = executor.execute(asked.container.write(), caller=carol.did, now=NOW + 1)
    assert execution.outcome is Outcome.EXECUTED
    assert execution.details["ok"] == {"count": 3, "of": Link(asked.token.cid), "raw": b"\0"}
    receipt = execution.receipt
    assert receipt is not None and receipt.kind == Kind.RECEIPT
    receipt.verify()
    assert receipt.claims["ran"] == asked.token.claims["task"]
    (grant,) = seen
    assert (grant.issuer, grant.subject, grant.command) == (carol.did, alice.did, "/photos/read")
    assert grant.chain == [granted.token.cid, narrowed.token.cid] and grant.arguments == {
        "album": "summer",
        "size": 9,
    }

    again = executor.execute(asked.container.write(), caller=carol.did, now=NOW + 2)
    assert again.outcome is Outcome.EXECUTED_BEFORE and len(seen) == 1
    assert again.receipt is not None and again.receipt.bytes == receipt.bytes
    stranger = executor.execute(asked.container.write(), now=NOW + 2)
    assert stranger.outcome is Outcome.EXECUTED_BEFORE and stranger.receipt is None

    assert carol.receive(Container.of(receipt))["receipts"] == 1
    (kept,) = store.receipts(grant.task, executor.did)
    assert kept.bytes == receipt.bytes

    wrong = carol.invoke(
        subject=alice.did, command="/photos/read", arguments={"album": "summer", "size": 10}, now=NOW
    )
    revoked = alice.revoke(granted.token, now=NOW + 3)
    assert revoked.token.kind == Kind.REVOCATION and revoked.token.claims["revoke"] == granted.token.cid
    denied = executor.execute(wrong.container, now=NOW + 4)
    assert (
        denied.outcome is Outcome.DENIED
        and denied.details["denial"]["code"] == "revoked"
        and denied.receipt is None
    )
    assert store.is_revoked(granted.token, alice.did) and not store.is_revoked(granted.token.cid, bob.did)
    log = list(store.log())
    assert [(entry["verdict"], entry["code"]) for entry in log].count(("denied", "revoked")) == 1
    assert {entry["command"] for entry in log} == {"/photos/read"} and any(
        entry["arguments"] for entry in log
    )
    assert [entry["at"] for entry in store.log(page=1)] == [entry["at"] for entry in log]

    other = Executor(Key.generate(), Store.memory(), subjects=[alice.did])
    (container,) = store.export_revocations()
    (taken,) = other.take_up_revocations(container.write())
    assert (taken["revoked"], taken["result"]) == (granted.token.cid, "irrelevant") or taken[
        "result"
    ] == "new"
    (state,) = [one["state"] for one in alice.delegations(now=NOW + 4)["given"]]
    assert state == "revoked"

    # Closed, all of it, the file can be opened again, and has what it had.
    for thing in (executor, alice, store):
        thing.close()
    with Store.open(tmp_path / "alice.allod") as opened:
        assert opened.is_revoked(granted.token, key.did)
        found = opened.delegation(granted.token.cid)
        assert found is not None and found.bytes == granted.token.bytes


def test_stores_in_files(tmp_path: Path) -> None:
    path = tmp_path / "store.allod"
    with pytest.raises(StoreError) as missing:
        Store.open(path)
    assert missing.value.name == "store-not-there"
    with Store.open_or_create(str(path)) as store:
        store.set_name("Alice", Key.generate().did)
        store.backup(tmp_path / "copy.allod")
        with pytest.raises(StoreError) as there:
            store.backup(tmp_path / "copy.allod")
        assert there.value.name == "store-already-there"
        with pytest.raises(StoreError) as in_use:
            Store.open(path)
        assert in_use.value.name == "store-in-use"
        with pytest.raises(StoreError):
            Store.create(path)
        names = store.names()
    with Store.open(tmp_path / "copy.allod") as copy:
        assert copy.names() == names and list(names) == ["Alice"]
    (tmp_path / "text").write_bytes(b"no store" * 1000)
    with pytest.raises(StoreError):
        Store.open(tmp_path / "text")
    with pytest.raises(AllodError), Store.memory() as memory:
        memory.backup(tmp_path / "memory")


def test_another_process_finds_it_in_use(tmp_path: Path) -> None:
    path = str(tmp_path / "store.allod")
    code = "import sys, allod\ntry: allod.Store.open(sys.argv[1])\nexcept allod.StoreError as error: print(error.name)"
    with Store.create(path):
        assert subprocess.check_output([sys.executable, "-c", code, path], text=True) == "store-in-use\n"
    assert subprocess.check_output([sys.executable, "-c", code, path], text=True) == ""


def test_names() -> None:
    store, did = Store.memory(), Key.generate().did
    store.set_name("Bob", did)
    store.set_name("Alice", did)
    assert store.names() == {"Alice": did, "Bob": did} and list(store.names()) == ["Alice", "Bob"]
    store.set_name("Bob", None)
    assert store.names() == {"Alice": did}
    with pytest.raises(AllodError):
        store.set_name("Eve", "no DID")


def test_listings_in_parts(people: People) -> None:
    tokens = {
        people.alice.grant(audience=people.bob.did, command="/a", expires=None, now=NOW).token.cid
        for _ in range(7)
    }
    line = people.alice.grant(
        audience=people.bob.did, command="/b", expires=None, subject=POWERLINE, now=NOW
    ).token.cid
    store = people.alice_store
    for page in (1, 3, 7, 8, 256):
        listed = [token.cid for token in store.delegations(by=people.alice.did, page=page)]
        assert sorted(listed) == sorted({*tokens, line})
    assert {token.cid for token in store.delegations(to=people.bob.did, about=people.alice.did)} == tokens
    assert [token.cid for token in store.delegations(to=people.bob.did, about=POWERLINE)] == [line]
    assert list(store.delegations(to=people.alice.did)) == []
    for wrong in ({}, {"to": people.bob.did, "by": people.bob.did}, {"to": "no DID"}):
        with pytest.raises(AllodError):
            store.delegations(**wrong)  # type: ignore[arg-type]
    assert store.remove_delegation(line) is True and store.remove_delegation(line) is False
    assert store.delegation(line) is None
    # A listing that is left off half way keeps nothing alive.
    next(iter(store.delegations(by=people.alice.did, page=1)))


def test_keeping_and_sweeping(people: People) -> None:
    token = Signer(people.alice_key).sign_delegation(
        audience=people.bob.did, subject=people.alice.did, command="/a", expires=NOW
    )
    store = Store.memory()
    assert store.put_delegation(token) is True and store.put_delegation(token) is False
    with pytest.raises(AllodError) as wrong:
        store.put_delegation(people.alice.invoke(subject=people.alice.did, command="/a").token)
    assert wrong.value.name == "wrong-kind"
    assert store.sweep(NOW - 1000) == {"delegations": 0, "revocations": 0, "receipts": 0}
    assert store.sweep(NOW + 1000)["delegations"] == 1
    assert store.synced_at() is None
    store.set_synced_at(NOW)
    assert store.synced_at() == NOW
    store.danger_set_latest_time(NOW)
    assert store.sweep() == {"delegations": 0, "revocations": 0, "receipts": 0}


def test_many_revocations_are_exported_in_parts(people: People) -> None:
    assert list(people.alice_store.export_revocations()) == []
    # So large that they do not fit into one container.
    meta, revoked = {"picture": b"x" * 50_000}, set()
    for _ in range(25):
        made = people.alice.grant(audience=people.bob.did, command="/a", expires=None, meta=meta, now=NOW)
        people.alice.revoke(made.token.cid, now=NOW)
        revoked.add(made.token.cid)
    there = Store.memory()
    bob = Agent(Key.generate(), there)
    containers = list(people.alice_store.export_revocations())
    assert len(containers) > 1
    seen = [one for container in containers for one in bob.receive(container)["revocations"]]
    assert {one["revoked"] for one in seen} == revoked
    assert all(there.is_revoked(cid, people.alice.did) for cid in revoked)


def test_what_is_not_held_is_not_handed_on(people: People) -> None:
    for ask in (
        lambda: people.bob.invoke(subject=people.alice.did, command="/photos"),
        lambda: people.bob.grant(
            subject=people.alice.did, audience=people.bob.did, command="/photos", expires=None
        ),
    ):
        with pytest.raises(NoChainError) as missing:
            ask()
        assert (missing.value.name, missing.value.number) == ("no-chain", 118) and missing.value.message
    with pytest.raises(AllodError) as unknown:
        people.alice.revoke("zdpuAo77FzUoD8tF59uRAuNvRJ6TVVZq8SEu2sznMXD9MdGdx")
    assert unknown.value.name == "unknown-delegation"


def test_the_best_chain(given: People) -> None:
    found = given.bob.find_chain(
        subject=given.alice.did, command="/photos/read", arguments={"album": "summer"}, now=NOW
    )
    assert found.miss is None and found.chain is not None
    assert [token.claims["command"] for token in found.chain] == ["/photos"]
    missed = given.bob.find_chain(
        subject=given.alice.did, command="/photos/read", arguments={"album": "winter"}, now=NOW
    )
    assert missed.chain is None and missed.miss is not None and missed.miss["words"]
    own = given.alice.find_chain(subject=given.alice.did, command="/a", now=NOW)
    assert own.chain == []
    theirs = given.alice.find_chain(subject=given.alice.did, command="/a", invoker=given.bob.did, now=NOW)
    assert theirs.chain is None


def test_a_device_speaks_for_one(given: People) -> None:
    device_key = Key.generate()
    device = Agent(device_key, Store.memory())
    linked = given.bob.link_device(device.did, command="/", expires=NOW + 900, now=NOW)
    assert linked.is_complete is True
    device.receive(linked.container)
    asked = device.invoke(
        subject=given.alice.did, command="/photos/read", arguments={"album": "summer"}, now=NOW
    )
    decision = Authorizer(given.alice.did).decide(asked.container, Evidence(NOW, store=given.alice_store))
    assert len(decision.require().chain) == 2
    with pytest.raises(NoChainError):
        device.invoke(subject=given.bob.did, command="/diary", now=NOW)
    also = given.bob.link_device(
        device.did, expires=None, as_oneself=True, may_revoke=True, command="/diary", now=NOW
    )
    device.receive(also.container.write())
    device.invoke(subject=given.bob.did, command="/diary/read", now=NOW)
    with pytest.raises(TypeError):
        given.bob.link_device(device.did, command="/", expires=None, may_revoke="no")  # type: ignore[arg-type]


def test_a_device_is_not_given_everything_by_what_was_left_out(given: People) -> None:
    device, link = Key.generate().did, cast(Any, given.bob.link_device)
    with pytest.raises(TypeError, match="command"):
        link(device, expires=NOW + 900)
    with pytest.raises(TypeError, match="expires"):
        link(device, command="/photos")
    with pytest.raises(TypeError, match="command"):
        link(device, command=None, expires=NOW + 900)
    assert list(given.bob_store.delegations(by=given.bob.did)) == []


def test_what_is_held_and_given(given: People) -> None:
    given.bob_store.set_name("Alice", given.alice.did)
    (held,) = given.bob.delegations(now=NOW)["held"]
    assert (held["issuerName"], held["state"], held["command"]) == ("Alice", "valid", "/photos")
    (held,) = given.bob.delegations(now=NOW + 5000)["held"]
    assert (held["state"], held["at"]) == ("ended", NOW + 1000)


def test_forged_tokens_are_not_taken_in(given: People) -> None:
    token = next(iter(given.bob_store.delegations(to=given.bob.did)))
    forged = bytearray(token.bytes)
    forged[10] ^= 1
    said = given.bob.receive(Container.of(Token(forged)))
    assert said["new"] == 0 and [one["code"] for one in said["refused"]] == ["bad-signature"]


def test_policies() -> None:
    policy = [["<=", ".size", 10]]
    words, lints = policy_words(policy)
    assert "size" in words and isinstance(lints, list)
    assert evaluate_policy(policy, {"size": 9}).holds is True
    for arguments, truth in (({"size": 11}, "false"), ({}, "false"), ({"size": "9"}, "false")):
        evaluation = evaluate_policy(policy, arguments)  # type: ignore[arg-type]
        assert (evaluation.holds, evaluation.truth in (truth, "unknown")) == (False, True)
        assert evaluation.failure is not None and evaluation.failure["statement"] == 0
        with pytest.raises(TypeError, match="no truth value"):
            bool(evaluation)
    with pytest.raises(AllodError):
        policy_words([["no such operator", ".a", 1]])


def test_small_things() -> None:
    assert (
        command_covers("/a", "/a/b") and not command_covers("/a", "/ab") and not command_covers("/a/b", "/a")
    )
    with pytest.raises(AllodError):
        command_covers("a", "/a")
    did = Key.generate().did
    assert read_did(did)["method"] == "key" and did in did_document(did)
    assert read_did("did:web:example.com")["url"] == "https://example.com/.well-known/did.json"
    for wrong in ("", "did", "did:key:z", "did:key:" + "z" * 10_000):
        with pytest.raises(AllodError):
            read_did(wrong)
