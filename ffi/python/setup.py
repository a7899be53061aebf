"""Puts the header beside the modules and, where ALLOD_LIBRARY names it, the library: the wheel is
then for this platform alone.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
INSIDE = HERE / "src" / "allod" / "allod.h"
LICENSES = ("LICENSE-APACHE", "LICENSE-MIT")
LIBRARY = os.environ.get("ALLOD_LIBRARY")
NAMES = {"win32": "allod_ffi.dll", "darwin": "liballod_ffi.dylib"}


def header() -> Path:
    """In the repository it has one place; what `sdist` makes has a copy."""
    return INSIDE if INSIDE.exists() else HERE.parent / "include" / "allod.h"


class Build(build_py):
    """The modules, and what they need beside them."""

    def run(self) -> None:
        """Copies them."""
        super().run()
        target = Path(self.build_lib) / "allod"
        shutil.copyfile(header(), target / "allod.h")
        if LIBRARY:
            shutil.copyfile(LIBRARY, target / NAMES.get(sys.platform, "liballod_ffi.so"))


class Sources(sdist):
    """The sources, which have the header and the licenses inside."""

    def make_release_tree(self, base_dir: str, files: "list[str]") -> None:
        """Copies them."""
        super().make_release_tree(base_dir, files)
        shutil.copyfile(header(), Path(base_dir) / "src" / "allod" / "allod.h")
        for name in LICENSES:
            found = next((at / name for at in (HERE, HERE.parent.parent) if (at / name).exists()), None)
            if found:
                shutil.copyfile(found, Path(base_dir) / name)


class Wheel(bdist_wheel):
    """For any Python 3."""

    def get_tag(self) -> "tuple[str, str, str]":
        """The library knows nothing of Python."""
        return ("py3", "none", super().get_tag()[2])


class Package(Distribution):
    """For one platform, where the library is inside."""

    def has_ext_modules(self) -> bool:
        """Whether something in it depends on the platform."""
        return bool(LIBRARY)


# What is made on the way is left nowhere in the repository.
scratch = tempfile.mkdtemp(prefix="allod-build-")
try:
    setup(
        distclass=Package,
        cmdclass={"build_py": Build, "sdist": Sources, "bdist_wheel": Wheel},
        options={"build": {"build_base": scratch}, "egg_info": {"egg_base": scratch}},
    )
finally:
    shutil.rmtree(scratch, ignore_errors=True)
