"""Keys in memory, and elsewhere."""

from __future__ import annotations

import gc
import traceback
import weakref
from typing import Any, Callable

import pytest
from conftest import NOW, People

import allod
from allod import (
    POWERLINE,
    Agent,
    Algorithm,
    AllodError,
    BadSignatureError,
    Key,
    Kind,
    Signer,
    SignerRefused,
    SignerUnavailable,
    SigningError,
    Store,
    Unsigned,
    _call,
    _callback,
    lint_delegation,
    verify_signature,
)

ALGORITHMS = list(Algorithm)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_comes_back_from_what_is_exported(algorithm: Algorithm) -> None:
    key = Key.generate(algorithm)
    assert key.algorithm is algorithm and key.did.startswith("did:key:z")
    copies = [
        Key.from_seed(algorithm, key.danger_export_seed()),
        Key.from_jwk(key.danger_export_jwk()),
        Key.from_pkcs8(key.danger_export_pkcs8()),
    ]
    for copy in copies:
        assert (copy.did, copy.public_key) == (key.did, key.public_key)
        verify_signature(algorithm, key.public_key, b"message", copy.sign(b"message"))


def test_a_key_from_pem() -> None:
    import base64

    key = Key.generate()
    lines = base64.encodebytes(key.danger_export_pkcs8()).decode()
    assert Key.from_pem(f"-----BEGIN PRIVATE KEY-----\n{lines}-----END PRIVATE KEY-----\n").did == key.did
    with pytest.raises(AllodError):
        Key.from_pem(lines)


def test_a_secret_shows_nowhere() -> None:
    key = Key.generate()
    seed = key.danger_export_seed().hex()
    assert seed not in repr(key) + str(key) + repr(Signer(key)) + repr(key.__class__.__dict__)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_is_checked_strictly(algorithm: Algorithm) -> None:
    key, other = Key.generate(algorithm), Key.generate(algorithm)
    signature = key.sign(b"message")
    assert len(signature) == 64
    for wrong in (
        signature[:-1],
        signature + b"\0",
        b"",
        bytes(64),
        bytes([signature[0] ^ 1]) + signature[1:],
    ):
        with pytest.raises(BadSignatureError):
            verify_signature(algorithm, key.public_key, b"message", wrong)
    with pytest.raises(BadSignatureError):
        verify_signature(algorithm, other.public_key, b"message", signature)
    with pytest.raises(BadSignatureError):
        verify_signature(algorithm, key.public_key, b"messagE", signature)


def external(key: Key, sign: Callable[[bytes], Any]) -> Agent:
    return Agent(Signer.external(key.algorithm, key.public_key, sign), Store.memory())


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_function_signs(algorithm: Algorithm) -> None:
    key, asked = Key.generate(algorithm), []

    def sign(message: bytes) -> bytes:
        assert type(message) is bytes
        asked.append(message)
        return key.sign(message)

    agent = external(key, sign)
    made = agent.grant(audience=Key.generate().did, command="/a", expires=None, now=NOW)
    made.token.verify()
    assert made.token.claims["issuer"] == agent.did == key.did
    assert len(asked) == 1 and asked[0] in made.token.bytes


@pytest.mark.parametrize(
    "error",
    [
        SignerUnavailable("locked"),
        SignerRefused(),
        ValueError("broken"),
        AllodError(1, "a", "b", "c"),
        RecursionError(),
    ],
)
def test_what_a_signer_raises_is_the_cause(error: Exception) -> None:
    def sign(message: bytes) -> bytes:
        raise error

    agent = external(Key.generate(), sign)
    with pytest.raises(SigningError) as failed:
        agent.grant(audience=Key.generate().did, command="/a", expires=None)
    assert failed.value.__cause__ is error
    names = {SignerUnavailable: "signer-unavailable", SignerRefused: "signing-refused"}
    assert failed.value.name == names.get(type(error), "signing-failed")
    assert "in sign" in "".join(traceback.format_exception(type(error), error, error.__traceback__))
    with pytest.raises(AllodError) as another:
        Key.from_jwk("{}")
    assert another.value.__cause__ is None
    error.__traceback__ = None


def test_what_another_call_left_is_no_cause() -> None:
    _call.raised.by = ValueError("of another call")
    with pytest.raises(AllodError) as failed:
        Key.from_jwk("{}")
    assert failed.value.__cause__ is None


@pytest.mark.parametrize(
    "made", [b"", b"x" * 64, b"x" * 81, b"x" * 10_000_000, "text", None, 64, bytes(64), [0] * 64]
)
def test_what_is_no_signature_of_the_key_is_refused(made: Any) -> None:
    agent = external(Key.generate(), lambda message: made)
    with pytest.raises(AllodError):
        agent.grant(audience=Key.generate().did, command="/a", expires=None)
    assert list(agent.delegations()["given"]) == []


def test_another_keys_signature_is_refused() -> None:
    key, other = Key.generate(), Key.generate()
    agent = external(key, other.sign)
    with pytest.raises(AllodError) as refused:
        agent.grant(audience=other.did, command="/a", expires=None)
    assert refused.value.name in ("signing-failed", "bad-signature", "not-the-issuers-key")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_who_asks_to_stop_is_not_kept_from_it(stop: type) -> None:
    def sign(message: bytes) -> bytes:
        raise stop

    agent = external(Key.generate(), sign)
    with pytest.raises(stop):
        agent.grant(audience=Key.generate().did, command="/a", expires=None)


def test_a_function_goes_when_nothing_uses_it() -> None:
    class Device:
        def sign(self, message: bytes) -> bytes:
            return key.sign(message)

    key, device = Key.generate(), Device()
    gone, before = weakref.ref(device), len(_callback._functions)
    signer = Signer.external(key.algorithm, key.public_key, device.sign)
    agent = Agent(signer, Store.memory())
    del device
    signer.close()
    gc.collect()
    assert gone() is not None, "the agent still signs with it"
    agent.grant(audience=key.did, command="/a", expires=None)
    del agent
    gc.collect()
    assert gone() is None and len(_callback._functions) == before


def test_a_function_that_was_not_taken_is_let_go() -> None:
    before = len(_callback._functions)
    for arguments in ((b"too short",), (Key.generate().public_key, "did:key:zOther")):
        with pytest.raises(AllodError):
            Signer.external(Algorithm.ED25519, arguments[0], lambda message: b"", *arguments[1:])  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Signer.external(Algorithm.ED25519, Key.generate().public_key, b"no function")  # type: ignore[arg-type]
    assert len(_callback._functions) == before


def test_acting_as_another_did() -> None:
    key = Key.generate()
    did = "did:web:example.com"
    document = allod.did_document(key.did).replace(key.did, did)
    signer = Signer(key).acting_as(did)
    token = signer.sign_delegation(audience=key.did, subject=did, command="/a", expires=None)
    assert signer.did == token.claims["issuer"] == did
    with pytest.raises(AllodError, match="unresolved-did"):
        token.verify()
    token.verify({did: document})
    with pytest.raises(AllodError):
        token.verify({did: "no document"})
    store = Store.memory()
    with pytest.raises(AllodError):
        store.put_delegation(token)
    assert store.put_delegation(token, {did: document}) is True


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_tokens_that_are_signed_elsewhere(algorithm: Algorithm) -> None:
    key, friend = Key.generate(algorithm), Key.generate().did
    whose, signer = (algorithm, key.public_key), Signer(key)
    times = {"expires": NOW + 10, "nonce": b"nonce of some kind"}
    pairs = [
        (
            Unsigned.delegation,
            signer.sign_delegation,
            {"audience": friend, "subject": key.did, "command": "/a", **times},
        ),
        (
            Unsigned.invocation,
            signer.sign_invocation,
            {"subject": key.did, "command": "/a", "issued_at": NOW, **times},
        ),
    ]
    tokens = []
    for unsigned_of, sign, fields in pairs:
        unsigned = unsigned_of(*whose, **fields)  # type: ignore[operator]
        token = unsigned.attach(key.sign(unsigned.bytes))
        again = sign(**fields)  # type: ignore[operator]
        assert token.claims == again.claims or algorithm is not Algorithm.ED25519
        with pytest.raises(BadSignatureError):
            unsigned.attach(bytes(64))
        with pytest.raises(BadSignatureError):
            unsigned.attach(Key.generate(algorithm).sign(unsigned.bytes))
        token.verify()
        tokens.append(token)
    delegation, invocation = tokens
    revoke: Any = {"revoke": delegation, "subject": key.did, "path": [delegation.cid], "issued_at": NOW}
    receipt: Any = {"ran": invocation.claims["task"], "ok": {"n": 1}, "issued_at": NOW, "expires": None}
    for kind, unsigned, token in [
        (Kind.REVOCATION, Unsigned.revocation(*whose, **revoke), signer.sign_revocation(**revoke)),
        (Kind.RECEIPT, Unsigned.receipt(*whose, **receipt), signer.sign_receipt(**receipt)),
    ]:
        done = unsigned.attach(key.sign(unsigned.bytes))
        assert done.kind == token.kind == kind
        assert done.claims["issuer"] == token.claims["issuer"] == key.did
    assert done.claims["ok"] == {"n": 1} and done.claims["ran"] == invocation.claims["task"]


def test_a_receipt_says_one_of_two(people: People) -> None:
    signer = Signer(people.alice_key)
    ran = allod.cid_of(b"\xa0")
    assert signer.sign_receipt(ran=ran, ok=None).claims["ok"] is None
    assert signer.sign_receipt(ran=ran, error=None).claims["error"] is None
    for wrong in ({}, {"ok": 1, "error": 1}):
        with pytest.raises(TypeError):
            signer.sign_receipt(ran=ran, **wrong)  # type: ignore[typeddict-item]


def test_a_powerline_is_said_and_never_slips_in(people: People) -> None:
    signer = Signer(people.alice_key)
    must: Any = {"audience": people.bob.did, "command": "/", "expires": None}
    for wrong in (None, False, "", 0, [], POWERLINE.__class__):
        with pytest.raises((TypeError, AllodError)):
            signer.sign_delegation(subject=wrong, **must)
    with pytest.raises(TypeError):
        signer.sign_delegation(**must)
    assert signer.sign_delegation(subject=POWERLINE, **must).claims["subject"] is None
    assert people.alice.grant(subject=POWERLINE, **must).token.claims["subject"] is None
    assert people.alice.grant(**must).token.claims["subject"] == people.alice.did
    assert any(
        "powerline" in lint.lower() or "subject" in lint.lower()
        for lint in lint_delegation(subject=POWERLINE, **must)
    )


def test_what_is_forgotten_or_misspelled_is_refused(people: People) -> None:
    did = people.alice.did
    for asked in (
        lambda **more: people.alice.grant(audience=did, command="/a", **more),
        lambda **more: Signer(people.alice_key).sign_delegation(
            audience=did, subject=did, command="/a", **more
        ),
    ):
        with pytest.raises(TypeError, match="expires"):
            asked()
        with pytest.raises(TypeError, match="notBefore"):
            asked(expires=None, notBefore=NOW)
        for policy in ("policy", b"policy", {"a": 1}, 5):
            with pytest.raises(TypeError):
                asked(expires=None, policy=policy)
        with pytest.raises(AllodError):
            asked(expires=None, policy=[["is like", ".a", 1]])
        with pytest.raises(TypeError):
            asked(expires=None, meta=[1])
        with pytest.raises(TypeError):
            asked(expires=None, nonce="text")
