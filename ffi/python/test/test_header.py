"""The package and the header it is made for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import allod
from allod import _abi

HEADER = (ROOT / "ffi/include/allod.h").read_text(encoding="utf-8")
PACKAGE = Path(allod.__file__).parent


def test_the_header_inside_is_that_of_the_library() -> None:
    assert (PACKAGE / "allod.h").read_text(encoding="utf-8") == HEADER


def test_every_export_is_used() -> None:
    code = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
    exported = set(re.findall(r"\b(allod_\w+)\(", code))
    assert len(exported) > 100
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    used = set(re.findall(r"\b(?:lib|library)\.(allod_\w+)", sources))
    assert used == exported
    assert set(_abi.functions) == exported


def test_the_numbers_are_those_of_the_header() -> None:
    constants = {name: int(value) for name, value in re.findall(r"#define ALLOD_(\w+) (\d+)", HEADER)}
    prefixes = {allod.Algorithm: "", allod.Encoding: "", allod.Kind: "KIND_", allod.Outcome: "OUTCOME_"}
    for kind, prefix in prefixes.items():
        assert len(kind) > 2
        for member in kind:
            if member.name == "UNLISTED":
                # What is not known is that, and nothing that is known.
                assert kind(4711) is member and member.value == 0
            else:
                assert constants[prefix + member.name] == member.value, member
    # A number that the header adds to one of them would follow its last.
    groups = {
        "Algorithm": "ED25519|P256|SECP256K1",
        "Encoding": "RAW|BASE64.*|GZIP.*",
        "Kind": "KIND_.*",
        "Outcome": "OUTCOME_.*",
    }
    for name, pattern in groups.items():
        said = {re.sub("^(KIND|OUTCOME)_", "", one) for one in constants if re.fullmatch(pattern, one)}
        assert {member.name for member in getattr(allod, name)} - {"UNLISTED"} == said


def test_what_is_public_is_documented() -> None:
    for name in allod.__all__:
        value = getattr(allod, name)
        if isinstance(value, type) or callable(value):
            if getattr(value, "__module__", "").startswith("allod"):
                assert value.__doc__, name
        if isinstance(value, type):
            for member, function in vars(value).items():
                if not member.startswith("_") and (
                    callable(function) or isinstance(function, (property, classmethod))
                ):
                    assert function.__doc__, f"{name}.{member}"


def imported(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What comes of importing the package from a folder."""
    kept = {name: value for name, value in os.environ.items() if name != "ALLOD_LIBRARY"}
    return subprocess.run(
        [sys.executable, "-c", "import allod; print(allod.__file__, allod.version())"],
        env={**kept, "PYTHONPATH": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
    )


def changed(tmp_path: Path, old: str, new: str) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "allod", ignore=shutil.ignore_patterns("__pycache__", "*allod_ffi*"))
    header = tmp_path / "allod/allod.h"
    text = header.read_text(encoding="utf-8")
    assert old in text
    header.write_text(text.replace(old, new), encoding="utf-8")
    return tmp_path


LIBRARY = os.environ["ALLOD_LIBRARY"]


def test_another_version_of_the_abi_is_refused(tmp_path: Path) -> None:
    said = imported(
        changed(tmp_path, "#define ALLOD_ABI_VERSION 1", "#define ALLOD_ABI_VERSION 2"), ALLOD_LIBRARY=LIBRARY
    )
    assert said.returncode == 1
    assert "ImportError" in said.stderr and "version 1 of the ABI" in said.stderr


def test_a_library_that_lacks_something_is_refused(tmp_path: Path) -> None:
    more = "uint32_t allod_abi_version(void);\nbool allod_from_the_future(void);"
    said = imported(changed(tmp_path, "uint32_t allod_abi_version(void);", more), ALLOD_LIBRARY=LIBRARY)
    assert said.returncode == 1
    assert "it lacks allod_from_the_future" in said.stderr


@pytest.mark.parametrize("named", ["", "/nowhere/liballod_ffi.so", "liballod_ffi.so", "libc.so.6"])
def test_a_library_is_looked_for_in_two_places_alone(tmp_path: Path, named: str) -> None:
    said = imported(changed(tmp_path, "", ""), **({"ALLOD_LIBRARY": named} if named else {}))
    assert said.returncode == 1
    assert "ImportError: the library of allod is not at /" in said.stderr


def test_what_is_no_library_is_refused(tmp_path: Path) -> None:
    folder = changed(tmp_path, "", "")
    (folder / "text.so").write_text("no library")
    said = imported(folder, ALLOD_LIBRARY=str(folder / "text.so"))
    assert "ImportError: the library of allod cannot be loaded" in said.stderr
    import _cffi_backend

    said = imported(folder, ALLOD_LIBRARY=str(_cffi_backend.__file__))
    assert "is not the library of allod" in said.stderr


def test_a_library_beside_the_package_is_found(tmp_path: Path) -> None:
    folder = changed(tmp_path, "", "")
    (folder / "allod" / Path(LIBRARY).name).symlink_to(Path(LIBRARY).absolute())
    said = imported(folder)
    assert said.stdout.split() == [str(folder / "allod/__init__.py"), allod.version()], said.stderr
