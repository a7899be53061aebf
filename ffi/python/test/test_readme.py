"""The examples of the README, as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

README = (ROOT / "ffi/python/README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_there_are_as_many_as_are_known_here() -> None:
    assert len(EXAMPLES) == 5


def test_the_first_grant_takes_fewer_than_15_lines() -> None:
    assert len([line for line in EXAMPLES[0].splitlines() if line.strip()]) < 15


def test_what_is_copied_from_there_does_not_fail_open() -> None:
    for example in EXAMPLES:
        # Nothing is granted for ever, and decisions look at revocations, also after a restart.
        assert "expires=None" not in example and "revoked=[]" not in example
        if "Evidence(" in example or "Executor(" in example:
            assert "store = Store.open_or_create(" in example


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_prints_what_it_says(example: str, tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(example)
    done = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    expected = re.findall(r"print\(.*\)  # (.*)$", example, flags=re.MULTILINE)
    assert expected and done.stdout.splitlines() == expected
