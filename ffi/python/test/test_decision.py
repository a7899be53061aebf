"""The two answers, and that neither is taken for the other."""

from __future__ import annotations

import pytest
from conftest import NOW, People

from allod import (
    AllodError,
    Authorizer,
    AwaitsError,
    Container,
    Decision,
    DeniedError,
    Evidence,
    Grant,
    Key,
    Link,
)


def decide(people: People, container: object, at: int = NOW) -> Decision:
    authorizer = Authorizer(people.alice.did)
    return authorizer.decide(container, Evidence(at, store=people.alice_store))  # type: ignore[arg-type]


def test_what_is_allowed(given: People) -> None:
    decision = decide(given, given.ask(arguments={"album": "summer"}))
    assert decision.allowed is True
    assert (decision.code, decision.number, decision.message, decision.remedy) == (None, 0, "", "")
    assert decision.public == {}
    assert decision.arguments == {"album": "summer"}
    grant = decision.require()
    assert isinstance(grant, Grant)
    assert (grant.issuer, grant.subject, grant.command) == (given.bob.did, given.alice.did, "/photos/read")
    assert (grant.arguments, len(grant.chain), grant.until) == (
        {"album": "summer"},
        1,
        NOW + 300,
    )
    assert {step["outcome"] for step in decision.trace} == {"passed"}


def test_what_is_denied(given: People) -> None:
    decision = decide(given, given.ask(arguments={"album": "summer"}), NOW + 5000)
    assert decision.allowed is False
    assert (decision.code, decision.number) == ("expired", 14)
    assert "expired" in decision.message or "ended" in decision.message
    assert decision.remedy
    assert set(decision.public) == {"code", "cid", "remedy"} and decision.public["code"] == "expired"
    assert any(
        step["outcome"] == "failed" and step["finding"]["code"] == "expired" for step in decision.trace
    )
    assert decision.details["ok"] is False
    with pytest.raises(AllodError):
        decision.arguments
    with pytest.raises(DeniedError) as denied:
        decision.require()
    assert (denied.value.name, denied.value.number, denied.value.public) == ("expired", 14, decision.public)


@pytest.mark.parametrize("at", [NOW, NOW + 5000])
def test_a_decision_is_neither_true_nor_false(given: People, at: int) -> None:
    decision = decide(given, given.ask(arguments={"album": "summer"}), at)
    for ask in (
        bool,
        lambda it: it or False,
        lambda it: not it,
        lambda it: 1 if it else 0,
        lambda it: any([it]),
    ):
        with pytest.raises(TypeError, match="no truth value"):
            ask(decision)


def test_what_waits_for_another_task_is_not_required_yet(people: People) -> None:
    task = people.alice.invoke(subject=people.alice.did, command="/other", now=NOW).token.claims["task"]
    arguments = {"album": {"await/ok": Link(task)}}
    raw = people.alice.invoke(
        subject=people.alice.did, command="/photos", arguments=arguments, now=NOW
    ).container
    decision = decide(people, raw)
    assert decision.allowed and decision.details["awaits"] == [{"task": task, "branch": "ok"}]
    for ask in (decision.require, lambda: decision.arguments):
        with pytest.raises(AwaitsError) as waits:
            ask()
        assert waits.value.name == "awaits-results"


def test_what_was_closed_allows_nothing(given: People) -> None:
    decision = decide(given, given.ask(arguments={"album": "summer"}))
    assert decision.allowed
    decision.close()
    assert decision.allowed is False
    for read in ("code", "number", "message", "remedy", "arguments", "trace", "details", "public"):
        with pytest.raises(AllodError, match="stale-handle"):
            getattr(decision, read)
    with pytest.raises(AllodError, match="stale-handle"):
        decision.require()


def test_allowed_cannot_be_set(given: People) -> None:
    decision = decide(given, b"nothing")
    for name in ("allowed", "code", "permitted"):
        with pytest.raises(AttributeError):
            setattr(decision, name, True)


@pytest.mark.parametrize(
    "container",
    [
        b"",
        b"\0",
        b"nothing",
        "nothing",
        "\udcff",
        "\ud800" * 9,
        bytearray(b"x"),
        memoryview(b"x"),
        b"\xff" * 100,
    ],
)
def test_what_is_no_container_is_denied(given: People, container: object) -> None:
    decision = decide(given, container)
    assert (decision.allowed, decision.code) == (False, "malformed")


def test_a_container_is_taken_in_any_form(given: People) -> None:
    raw = given.ask(arguments={"album": "summer"})
    container = Container.read(raw)
    for form in (raw, bytearray(raw), memoryview(raw), container, container.write()):
        assert decide(given, form).allowed is True


def test_of_several_invocations_one_is_named(given: People) -> None:
    asked = [Container.read(given.ask(arguments={"album": "summer"})) for _ in range(2)]
    tokens = [token for container in asked for token in container]
    both = Container.of(*{token.cid: token for token in tokens}.values())
    invocations = [token for token in both if token.kind == 2]
    authorizer = Authorizer(given.alice.did)
    assert authorizer.decide(both, Evidence(NOW, revoked=[])).code == "malformed"
    for invocation in invocations:
        for named in (invocation, invocation.cid):
            decision = authorizer.decide(both, Evidence(NOW, revoked=[]), named=named)
            assert decision.require().invocation == invocation.cid


def test_an_invocation_by_itself(given: People) -> None:
    container = Container.read(given.ask(arguments={"album": "summer"}))
    (invocation,) = [token for token in container if token.kind == 2]
    proofs = [token for token in container if token.kind == 1]
    authorizer = Authorizer(given.alice.did)
    for token in (invocation, invocation.bytes):
        assert authorizer.decide_invocation(token, Evidence(NOW, revoked=[], tokens=proofs)).allowed
    lacking = Evidence(NOW, revoked=[])
    assert authorizer.decide_invocation(invocation, lacking).code == "proof-missing"
    alone = Container.of(invocation)
    assert authorizer.needs(alone, lacking)["proofs"] == [proofs[0].cid]
    needed = authorizer.needs(container, lacking)
    assert needed["revocations"] == [[proofs[0].cid, given.alice.did]]


def test_revocations_have_to_be_said(given: People) -> None:
    with pytest.raises(AllodError, match="revoked"):
        Evidence(NOW)
    raw = given.ask(arguments={"album": "summer"})
    authorizer = Authorizer(given.alice.did)
    assert authorizer.decide(raw, Evidence(NOW, danger_without_revocations=True)).allowed
    for said in ({"revoked": []}, {"store": given.alice_store}):
        with pytest.raises(AllodError):
            Evidence(NOW, danger_without_revocations=True, **said)  # type: ignore[arg-type]
    proof = next(token for token in Container.read(raw) if token.kind == 1)
    for revoked in ([(proof, given.alice.did)], [[proof.cid, given.alice.did]]):
        assert authorizer.decide(raw, Evidence(NOW, revoked=revoked)).code == "revoked"  # type: ignore[arg-type]
    unavailable = [(proof.cid, given.alice.did)]
    assert (
        authorizer.decide(raw, Evidence(NOW, revoked=[], unavailable=unavailable)).code == "revocation-stale"
    )
    with pytest.raises(TypeError):
        Evidence(NOW, danger_without_revocations=1)  # type: ignore[arg-type]


def test_options_of_an_authorizer(given: People) -> None:
    raw = given.ask(arguments={"album": "summer"})
    stranger = Key.generate().did
    assert Authorizer(stranger).decide(raw, Evidence(NOW, revoked=[])).code in (
        "wrong-audience",
        "subject-not-served",
    )
    chain = Authorizer(given.alice.did, limits={"chain": 0, "policy_steps": 5, "policy_work": 5})
    assert chain.decide(raw, Evidence(NOW, revoked=[])).code == "budget-exceeded"
    aged = Authorizer(given.alice.did, ages={"/photos": 60})
    assert aged.decide(raw, Evidence(NOW, revoked=[], synced_at=NOW - 100)).code == "revocation-stale"
    assert aged.decide(raw, Evidence(NOW, revoked=[], synced_at=NOW - 10)).allowed
    given.alice_store.set_synced_at(NOW - 100)
    assert aged.decide(raw, Evidence(NOW, store=given.alice_store)).code == "revocation-stale"
    given.alice_store.set_synced_at(NOW - 10)
    assert aged.decide(raw, Evidence(NOW, store=given.alice_store)).allowed
    with pytest.raises(AllodError, match="unknown-field"):
        Authorizer(given.alice.did, limits={"chian": 1})
    for subjects in (given.alice.did, given.alice.did.encode(), 5):
        with pytest.raises(TypeError):
            Authorizer(given.alice.did, subjects=subjects)  # type: ignore[arg-type]
