"""Programs that run beside a test, and catalogs for them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devstack.environment import REPOSITORY, SAMPLE, child_environment
from tests.pictures import jpeg


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A module with its arguments while the block lasts; what it prints comes from its standard output."""
    with printing([sys.executable, "-m", *words], REPOSITORY, child_environment()) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def printing(argv: Sequence[str], folder: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A program while the block lasts; what it prints, errors too, comes from its standard output."""
    with subprocess.Popen(
        argv, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def sampled(folder: Path, chosen: slice) -> Path:
    """A catalog folder of some of the sample's products."""
    some = json.loads((SAMPLE / "products.json").read_text(encoding="utf-8"))[chosen]
    (folder / "products.json").write_text(json.dumps(some), encoding="utf-8")
    (folder / "pictures").symlink_to(SAMPLE / "pictures")
    return folder


def catalog(folder: Path, **attributes: Any) -> Path:  # noqa: ANN401 any attribute
    """A catalog folder of one product with these attributes."""
    (folder / "pictures").mkdir()
    (folder / "pictures" / "a.jpg").write_bytes(jpeg())
    (folder / "products.json").write_text(json.dumps([{"objectID": "a", **attributes}]))
    return folder
