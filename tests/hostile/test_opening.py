from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.hostile.corpus import LARGE, Case, cases
from tests.hostile.damage import files
from tests.hostile.processes import THIS

ROOT = Path(__file__).parents[2]
REASONS = {
    "bad-picture", "unsupported-format", "too-large", "too-many-pixels", "too-many-frames", "too-costly",
}  # fmt: skip
MAX_MEBIBYTES = 300
"""Of the function's process: 30 by itself, 184 for decoding, and the file of each of four threads."""

MAX_CHILD_MEBIBYTES = 512
MAX_SECONDS = 4.0

pytestmark = pytest.mark.skipif(
    not THIS.exists(), reason="only Linux keeps to limits of memory, and tells its peak"
)


@pytest.fixture(scope="module")
def corpus() -> Sequence[Case]:
    return cases()


@pytest.fixture(scope="module")
def folder(corpus: Sequence[Case], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus as files, the good large ones twice."""
    folder = tmp_path_factory.mktemp("corpus")
    for number, (name, content) in enumerate([*corpus, *(case for case in corpus if LARGE in case.name)]):
        (folder / f"{number:04} {name.replace('/', ' ')}").write_bytes(content)
    return folder


def test_the_corpus_is_large_and_the_same_every_time(corpus: Sequence[Case]) -> None:
    assert len(corpus) >= 400
    assert len({case.name for case in corpus}) == len(corpus)


def test_each_becomes_a_small_raster_or_is_soon_refused_with_a_reason_in_little_memory(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.crowd", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    report = json.loads(done.stdout)
    outcomes = report.pop("outcomes")
    sys.stdout.write(f"{report}\n")
    assert not re.search(r"Warning|Traceback|Error:", done.stderr), done.stderr
    assert report["peak"] < MAX_MEBIBYTES
    assert report["child"] <= report["child's addresses"] <= MAX_CHILD_MEBIBYTES
    assert report["slowest"][0] < MAX_SECONDS, report["slowest"]
    strange = {case: found for case, found in outcomes.items() if found not in REASONS | {"picture"}}
    assert not strange
    good = {case: found for case, found in outcomes.items() if case[5:] in files() or LARGE in case}
    assert len(good) > len(files())
    assert set(good.values()) == {"picture"}, good
