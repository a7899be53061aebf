"""The vectors that no one here wrote."""

from __future__ import annotations

import base64
import json
import os
import re
from pathlib import Path
from typing import Any, Dict, List

import pytest
from conftest import ROOT

from allod import (
    Algorithm,
    AllodError,
    Authorizer,
    BadSignatureError,
    Container,
    Encoding,
    Evidence,
    Key,
    Kind,
    Link,
    Signer,
    Token,
    cid_of,
    did_document,
    did_of_key,
    evaluate_policy,
    from_dag_cbor,
    from_dag_json,
    read_cid,
    read_did,
    to_dag_cbor,
    to_dag_json,
    verify_signature,
)

FOLDER = Path(os.environ.get("ALLOD_VECTORS", ROOT.parent / "shared/vectors"))
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/vectors is not there")

#: What an error name of the specification's fixtures is here.
CODES = {
    "InvalidClaim": ("no-proof", "powerline-root"),
    "UnavailableProof": ("proof-missing",),
    "Expired": ("expired",),
    "TooEarly": ("not-yet-valid",),
    "InvalidAudience": ("broken-chain",),
    "InvalidSubject": ("wrong-subject",),
    "InvalidSignature": ("bad-signature",),
    "MatchError": ("policy-unsatisfied",),
}
#: Two fixtures have the same name of an error, and another code each.
NAMED = {"no proof": "no-proof", "invalid powerline": "powerline-root"}

ENCODINGS = {
    "Bytes": "RAW",
    "Base64StdPadding": "BASE64",
    "Base64URL": "BASE64URL",
    "BytesGzipped": "GZIP",
    "Base64StdPaddingGzipped": "GZIP_BASE64",
    "Base64URLGzipped": "GZIP_BASE64URL",
}


def fixture(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def test_valid_and_invalid_invocations() -> None:
    fixtures = from_dag_json((FOLDER / "ucan-1.0.0/invocation.json").read_text(encoding="utf-8"))
    seen = {"valid": 0, "invalid": 0}
    for group in seen:
        for one in fixtures[group]:
            token = Token(one["invocation"])
            claims = token.claims
            authorizer = Authorizer(claims["audience"] or claims["subject"], subjects=[claims["subject"]])
            facts: Dict[str, Any] = {"tolerance": 0, "danger_without_revocations": True}
            proofs = [Token(proof) for proof in one["proofs"]]
            decisions = [
                authorizer.decide_invocation(token, Evidence(one["time"], tokens=proofs, **facts)),
                authorizer.decide(Container.of(token, *proofs), Evidence(one["time"], **facts)),
            ]
            for decision in decisions:
                if group == "valid":
                    assert len(decision.require().chain) == len(proofs), one["name"]
                else:
                    assert decision.code in CODES[one["error"]["name"]], one["name"]
                    assert decision.code == NAMED.get(one["name"], decision.code)
            seen[group] += 1
    assert seen == {"valid": 7, "invalid": 13}


def test_the_delegation_byte_for_byte_from_its_key_and_its_fields() -> None:
    said = fixture("ucan-1.0.0/delegation.json")
    keys = []
    for secret in said["principals"].values():
        first, second, *seed = base64.b64decode(secret)
        assert (first, second) == (0x80, 0x26)
        keys.append(Key.from_seed(Algorithm.ED25519, bytes(seed)))
    (one,) = said["valid"]
    payload, data = one["envelope"]["payload"], base64.b64decode(one["token"])
    token = Token(data)
    token.verify()
    assert token.cid == read_cid(one["cid"]) and token.kind == Kind.DELEGATION
    (key,) = [key for key in keys if key.did == payload["iss"]]
    again = Signer(key).sign_delegation(
        audience=payload["aud"],
        subject=payload["sub"],
        command=payload["cmd"],
        policy=payload["pol"],
        expires=payload["exp"],
        nonce=base64.b64decode(payload["nonce"]["/"]["bytes"] + "==")
        if isinstance(payload["nonce"], dict)
        else base64.b64decode(payload["nonce"]),
    )
    assert again.bytes == data


def test_policies_that_hold_and_that_do_not() -> None:
    fixtures = from_dag_json((FOLDER / "ucan-1.0.0/policy.json").read_text(encoding="utf-8"))
    seen = {"valid": 0, "invalid": 0}
    for group in seen:
        for one in fixtures[group]:
            for policy in one["policies"]:
                evaluation = evaluate_policy(policy, one["args"])
                assert evaluation.holds is (group == "valid"), to_dag_json(policy)
                assert (evaluation.failure is None) is (group == "valid")
                seen[group] += 1
    assert seen == {"valid": 17, "invalid": 8}


@pytest.mark.parametrize("file", ENCODINGS)
def test_containers_in_six_encodings(file: str) -> None:
    data = (FOLDER / "container-v1" / file).read_bytes()
    forms: List[Any] = [data, data.decode("ascii")] if "Base64" in file else [data]
    for form in forms:
        container = Container.read(form)
        contents = container.contents
        assert contents["encoding"].replace("+", "_").upper() == ENCODINGS[file]
        assert len(container) == 10
        # The tokens inside have an older header, and are refused one by one.
        assert {(one["kind"], one["code"]) for one in contents["tokens"]} == {("unreadable", "malformed")}
        for index in range(10):
            with pytest.raises(AllodError, match="malformed"):
                container[index]
        for encoding in Encoding:
            back = Container.read(container.write(encoding))
            assert [one["cid"] for one in back.contents["tokens"]] == [
                one["cid"] for one in contents["tokens"]
            ]
            assert back.contents["encoding"].replace("+", "_").upper() == encoding.name


def test_seeds_keys_dids_and_documents() -> None:
    seen = []
    for file, algorithm in (
        ("ed25519-x25519.json", Algorithm.ED25519),
        ("secp256k1.json", Algorithm.SECP256K1),
    ):
        for did, vector in fixture(f"did-key/{file}").items():
            jwk, seed = vector["verificationKeyPair"].get("privateKeyJwk"), vector.get("seed")
            made = [Key.from_seed(algorithm, bytes.fromhex(seed))] if seed else []
            made += [Key.from_jwk(json.dumps(jwk))] if jwk else []
            assert made, did
            for key in made:
                assert (key.did, key.algorithm, did_of_key(algorithm, key.public_key)) == (
                    did,
                    algorithm,
                    did,
                )
                assert read_did(did)["key"] == key.public_key
                assert not seed or key.danger_export_seed() == bytes.fromhex(seed)
                assert not jwk or json.loads(key.danger_export_jwk())["d"] == jwk["d"]
            assert json.loads(did_document(did))["id"] == vector["didDocument"]["id"]
            token = Signer(made[0]).sign_delegation(audience=did, subject=did, command="/a", expires=None)
            token.verify()
            token.verify({did: json.dumps(vector["didDocument"])})
            seen.append(did)
    assert len(seen) == 11


def named_value(name: str) -> Any:
    """What a fixture's name says that it holds."""
    said = {
        "null": None, "true": True, "false": False, "string-水": "水", "string-𐅑": "𐅑", "string-empty": "", "bytes-empty": b"",
        "map-empty": {}, "array-empty": [],
    }  # fmt: skip
    if name in said:
        return said[name]
    if re.fullmatch(r"int--?\d+", name):
        return int(name[4:])
    if found := re.fullmatch(r"float-(-?[\d.]+(e[+-]?\d+)?)", name):
        return float(found[1])
    if name.startswith("cid-") and not name.endswith("of"):
        return Link(name[4:])
    return ...


def test_dag_cbor_block_by_block() -> None:
    key, known, whole = Key.generate(), 0, 0
    for path in sorted((FOLDER / "dag-cbor").glob("*.dag-cbor")):
        data, name = path.read_bytes(), path.stem
        # All of them are valid: each comes back byte for byte.
        value = from_dag_cbor(data)
        assert to_dag_cbor(value) == data, name
        whole += 1
        if (expected := named_value(name)) is ...:
            continue
        assert (type(value), value) == (type(expected), expected), name
        token = Signer(key).sign_invocation(
            subject=key.did, command="/a", arguments={"a": expected}, expires=None
        )
        assert data in token.bytes, name
        assert from_dag_json(to_dag_json(expected)) == expected, name
        known += 1
    assert whole >= 120 and known >= 60


def test_keys_given_twice_are_refused() -> None:
    for one in fixture("dag-cbor/negative-duplicate-keys.json"):
        with pytest.raises(AllodError):
            from_dag_cbor(bytes.fromhex(one["hex"]))


def test_edge_cases_of_ed25519() -> None:
    """Strict verification takes those without a key or a nonce of low order or in another spelling, and no others."""
    vectors, taken = fixture("ed25519/cctv.json"), 0
    assert len(vectors) == 914
    for one in vectors:
        flags = set(one["flags"] or [])
        weak = flags & {"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R"}
        given = (bytes.fromhex(one["key"]), one["msg"].encode(), bytes.fromhex(one["sig"]))
        try:
            verify_signature(Algorithm.ED25519, *given)
            assert not weak, one
            taken += 1
        except BadSignatureError:
            pass
        except AllodError as error:
            assert flags & {"low_order_A", "non_canonical_A"}, error
    assert taken == 43


def test_the_cid_of_bytes() -> None:
    assert cid_of(b"\xa0") == read_cid(cid_of(b"\xa0"))
