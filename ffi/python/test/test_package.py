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

FOLDER = ROOT / "ffi/python"


def test_what_is_tested_is_what_was_installed() -> None:
    assert "site-packages" in allod.__file__
    assert FOLDER not in Path(allod.__file__).parents
    assert version("allod") == allod.version() == allod.__version__


def test_what_is_made_of_the_sources_alone_is_whole_and_needs_nothing_else(tmp_path: Path) -> None:
    """The sources in an archive; of that a wheel, with the library inside; of that a folder, from which it is imported."""
    code = "import sys, setuptools.build_meta as backend; backend.build_sdist(sys.argv[1])"
    subprocess.check_output([sys.executable, "-c", code, str(tmp_path)], cwd=FOLDER)
    (archive,) = tmp_path.glob("*.tar.gz")

    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "--no-index"]
    done = subprocess.run([*pip, "-w", str(tmp_path), str(archive)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert "-py3-none-" in wheel.name and not wheel.name.endswith("-any.whl")
    with zipfile.ZipFile(wheel) as inside:
        names = set(inside.namelist())
        assert inside.read("allod/allod.h") == (ROOT / "ffi/include/allod.h").read_bytes()
        inside.extractall(tmp_path / "there")
    modules = {f"allod/{path.name}" for path in (FOLDER / "src/allod").iterdir() if path.is_file()}
    assert modules < names
    assert {Path(name).name for name in names} >= {"LICENSE-MIT", "LICENSE-APACHE", "py.typed"}

    kept = {name: value for name, value in os.environ.items() if name != "ALLOD_LIBRARY"}
    code = "import allod; print(allod.__file__, allod.Key.generate().did)"
    said = subprocess.check_output(
        [sys.executable, "-c", code],
        env={**kept, "PYTHONPATH": str(tmp_path / "there")},
        cwd=tmp_path,
        text=True,
    )
    assert said.startswith(str(tmp_path / "there")) and "did:key:z6Mk" in said


def test_nothing_is_left_in_the_repository() -> None:
    left = [
        path.name
        for path in FOLDER.rglob("*")
        if path.name in ("build", "dist", "allod.h") or "egg-info" in path.name
    ]
    assert left == []
