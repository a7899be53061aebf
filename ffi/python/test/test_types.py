"""The annotations, by mypy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

FOLDER = ROOT / "ffi/python"
CACHE = os.environ.get("ALLOD_MYPY_CACHE", os.devnull)

WRONG = """
import allod
from datetime import datetime, timezone

key = allod.Key.generate()
alice = allod.Agent(key, allod.Store.memory())
alice.grant(audience=key.did, command="/a", expires=None)
alice.grant(audience=key.did, command="/a")  # expires
alice.grant(audience=key.did, command="/a", expires=1.5)  # float
alice.grant(audience=key.did, command="/a", expires=None, not_befor=1)  # misspelled
allod.Unsigned.delegation(allod.Algorithm.P256, b"", audience="", subject=None, command="/a", expires=None)  # None
alice.link_device(key.did, expires=None)  # command
allod.Evidence(revoked=[])  # now
allod.Authorizer(key.did).decide(1, allod.Evidence(1, revoked=[]))  # int
raw: bytes = allod.Container.of().write(allod.Encoding.RAW)
text: str = allod.Container.of().write()
wrong: str = allod.Container.of().write(allod.Encoding.GZIP)  # bytes
"""


def mypy(*arguments: str) -> str:
    asked = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", CACHE, *arguments]
    return subprocess.run(asked, cwd=FOLDER, capture_output=True, text=True).stdout


def test_the_package_is_typed() -> None:
    assert "no issues found in" in (said := mypy("src/allod")), said


def test_mistakes_are_found_where_it_is_used(tmp_path: Path) -> None:
    """The package that is installed says its types, and they catch what they should."""
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    examples = []
    for index, code in enumerate(
        re.findall(r"^```python\n(.*?)^```$", readme, flags=re.DOTALL | re.MULTILINE)
    ):
        examples.append(tmp_path / f"example_{index}.py")
        examples[-1].write_text(code)
    said = mypy(str(wrong), *map(str, examples))
    lines = WRONG.splitlines()
    expected = {number for number, line in enumerate(lines, 1) if "  # " in line}
    found = {int(line) for line in re.findall(r"wrong\.py:(\d+): error", said)}
    assert found == expected, said
    assert "example_" not in said, said
