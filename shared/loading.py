"""Values made at their first use, and libraries: imported quickly while somebody waits, or installed."""

from __future__ import annotations

import gc
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar
from warnings import catch_warnings

T_co = TypeVar("T_co", covariant=True)

_CHECKOUT = Path(__file__).resolve().parents[1]


class Once(Generic[T_co]):
    """A value made at its first use, once for all threads; a failure is not remembered."""

    def __init__(self, make: Callable[[], T_co]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T_co] = []

    def __call__(self) -> T_co:
        """The value."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


@contextmanager
def importing(*, without: Sequence[str] = (), folders: Sequence[str] = ()) -> Iterator[None]:
    """Import the block's modules quickly.

    They are imported as if the libraries `without` were not installed, unless they are loaded already, and
    of the packages that are `folders` only the modules that are asked for: their own code, which loads all
    of them, does not run. Google's libraries import aiohttp wherever they find it, for transports that
    nobody uses here, tables of the world's encodings, which JSON doesn't need, and a client for every
    service of an API: a quarter of a cold start (`python -m devstack.bench.searching` measures it). What
    imports make lives as long as the process, so collecting garbage meanwhile, or ever looking through it
    again, is in vain.
    """
    hidden = {name: None for name in without if name not in sys.modules}
    missing = [name for name in folders if name not in sys.modules]
    sys.modules.update(hidden)  # type: ignore[arg-type] # None makes an import fail, see sys.modules
    gc.disable()
    try:
        for name in missing:
            sys.modules[name] = _folder(name)
        with catch_warnings(action="ignore", category=Warning) if hidden else nullcontext():
            yield
    finally:
        gc.freeze()
        gc.enable()
        for name in (*hidden, *missing):
            sys.modules.pop(name, None)


def installing(*packages: str, checkout: Path = _CHECKOUT) -> str:
    """The command that installs what is missing: set-up in a checkout, pip beside an installed wheel."""
    if (checkout / "Makefile").is_file():
        return f"make -C {shlex.quote(str(checkout))} setup"
    return f"pip install {' '.join(packages)}"


def _folder(package: str) -> ModuleType:
    """The package without what its own code makes."""
    spec = find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"{package} is no package", name=package)
    folder = ModuleType(package)
    folder.__path__ = list(spec.submodule_search_locations)
    folder.__spec__ = spec
    return folder
