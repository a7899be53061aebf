"""The project's own vectors: the same verdicts and codes as in Rust."""

from __future__ import annotations

import base64
import json
from typing import Any, Dict

import pytest
from conftest import ROOT

from allod import Authorizer, Decision, Evidence

FILES = sorted((ROOT / "tests/vectors").glob("*.json"))


def read(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def decide(one: Dict[str, Any]) -> Decision:
    known = one.get("known", {})

    def pairs(name: str) -> Any:
        return [(pair["delegation"], pair["by"]) for pair in known.get(name, [])]

    authorizer = Authorizer(
        one["executor"],
        subjects=one.get("subjects"),
        danger_any_subject="subjects" not in one,
        leaf_first=known.get("leaf_first", False),
    )
    evidence = Evidence(
        one["at"],
        tolerance=one.get("skew"),
        revoked=pairs("revoked"),
        unavailable=pairs("unavailable"),
        documents={document["did"]: document["json"] for document in known.get("documents", [])},
        tokens=map(read, one.get("tokens", [])),
        revocations=map(read, one.get("revoked", [])),
    )
    if "container" in one:
        return authorizer.decide(read(one["container"]), evidence)
    return authorizer.decide_invocation(read(one["invocation"]), evidence)


def answer(one: Dict[str, Any]) -> Dict[str, Any]:
    with decide(one) as decision:
        details = decision.details
        assert decision.allowed is details["ok"]
        assert decision.code == details.get("code")
        said: Dict[str, Any]
        if decision.allowed:
            said = {"decision": "allow", "chain": details["chain"], "until": details["until"]}
        else:
            assert decision.public["code"] == decision.code
            said = {"decision": "deny", "code": decision.code, "link": details["link"]}
        if details["ignored"]:
            said["ignored"] = [
                {"index": one["index"], "cid": one["cid"], "code": one["reason"]}
                for one in details["ignored"]
            ]
    return said


def test_there_are_as_many_as_ever() -> None:
    assert sum(len(json.loads(file.read_text(encoding="utf-8"))["cases"]) for file in FILES) >= 1597


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_vectors(file: Any) -> None:
    for one in json.loads(file.read_text(encoding="utf-8"))["cases"]:
        assert answer(one) == one["expect"], f"{one['id']}: {one['description']}"
