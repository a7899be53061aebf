"""The package as it is installed and built."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

from conftest import ROOT

import allod


def test_what_is_tested_is_what_was_installed() -> None:
    assert "site-packages" in allod.__file__
    assert ROOT / "ffi" not in Path(allod.__file__).parents
    assert version("allod") == allod.version() == allod.__version__


def built(tmp_path: Path, source: Path = ROOT / "ffi/python", **environment: str) -> Path:
    kept = {name: value for name, value in os.environ.items() if name != "ALLOD_LIBRARY"}
    asked = [sys.executable, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "--no-index"]
    done = subprocess.run(
        [*asked, "-w", str(tmp_path), str(source)], env={**kept, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    return wheel


def test_a_wheel_with_the_library_inside_needs_nothing_else(tmp_path: Path) -> None:
    wheel = built(tmp_path, ALLOD_LIBRARY=os.environ["ALLOD_LIBRARY"])
    assert "-py3-none-" in wheel.name and not wheel.name.endswith("-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "there")
    kept = {name: value for name, value in os.environ.items() if name != "ALLOD_LIBRARY"}
    code = "import allod; print(allod.__file__, allod.Key.generate().did)"
    said = subprocess.check_output(
        [sys.executable, "-c", code], env={**kept, "PYTHONPATH": str(tmp_path / "there")}, cwd=tmp_path, text=True
    )
    assert said.startswith(str(tmp_path)) and "did:key:z6Mk" in said


def test_what_is_made_of_the_sources_alone_is_whole(tmp_path: Path) -> None:
    code = "import sys, setuptools.build_meta as backend; backend.build_sdist(sys.argv[1])"
    subprocess.check_output([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT / "ffi/python")
    (archive,) = tmp_path.glob("*.tar.gz")
    wheel = built(tmp_path, archive)
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as inside:
        names = set(inside.namelist())
        assert inside.read("allod/allod.h") == (ROOT / "ffi/include/allod.h").read_bytes()
    modules = {f"allod/{path.name}" for path in (ROOT / "ffi/python/src/allod").iterdir() if path.is_file()}
    assert modules < names and not any("liballod" in name for name in names)
    assert {name.rpartition("/")[2] for name in names} >= {"LICENSE-MIT", "LICENSE-APACHE", "py.typed"}


def test_nothing_is_left_in_the_repository() -> None:
    folder = ROOT / "ffi/python"
    left = [path.name for path in folder.rglob("*") if path.name in ("build", "dist", "allod.h") or "egg-info" in path.name]
    assert left == []
