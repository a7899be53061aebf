"""The library, and what its header says of it.

The header is the only list of functions there is: it is read as it stands. The library is looked
for in two places and no others; the system's search path is not one of them, since what lies there
may be anyone's.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

import cffi

_HERE = Path(__file__).parent
_NAMES = {"win32": "allod_ffi.dll", "darwin": "liballod_ffi.dylib"}


def declarations(header: str) -> str:
    """What a header declares, without what is there for the preprocessor and for C++."""
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    code = re.sub(r"#ifdef __cplusplus.*?#endif[^\n]*", "", code, flags=re.DOTALL)
    code = re.sub(r"^ALLOD_MUST_USE\b", "", code, flags=re.MULTILINE)
    lines = code.splitlines()
    constant = re.compile(r"#define ALLOD_\w+ \d+\s*$")
    return "\n".join(line for line in lines if constant.match(line) or not line.lstrip().startswith("#"))


def _path() -> Path:
    named = os.environ.get("ALLOD_LIBRARY")
    # Made absolute: a bare name would be looked for along the system's search path.
    path = Path(named).absolute() if named else _HERE / _NAMES.get(sys.platform, "liballod_ffi.so")
    if not path.is_file():
        where = "ALLOD_LIBRARY names it" if named else "ALLOD_LIBRARY does not say where else it is"
        raise ImportError(f"the library of allod is not at {path}, and {where}")
    return path


def _load(path: Path) -> Any:
    try:
        library = ffi.dlopen(str(path))
    except OSError as error:
        raise ImportError(f"the library of allod cannot be loaded: {error}") from error
    try:
        version = library.allod_abi_version()
    except AttributeError:
        raise ImportError(f"{path} is not the library of allod") from None
    if version != library.ALLOD_ABI_VERSION:
        expected = library.ALLOD_ABI_VERSION
        raise ImportError(f"{path} has version {version} of the ABI, and this package is made for {expected}")
    missing = [name for name in functions if not hasattr(library, name)]
    if missing:
        raise ImportError(f"{path} is older than this package: it lacks {', '.join(missing)}")
    return library


_declared = declarations((_HERE / "allod.h").read_text(encoding="utf-8"))
#: The names of all functions of the header.
functions = sorted(set(re.findall(r"\b(allod_\w+)\(", _declared)))
ffi: Any = cffi.FFI()
ffi.cdef(_declared)
lib: Any = _load(_path())
