from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from shared.errors import Permanent
from shared.imaging import MAX_SIDE, Picture
from shared.imaging.opening import PictureOpener, photo_opener
from tests.hostile.corpus import Case, cases
from tests.hostile.damage import files
from tests.hostile.processes import THIS, processor_seconds

ROOT = Path(__file__).parents[2]
REASONS = {
    "bad-picture", "unsupported-format", "too-large", "too-many-pixels", "too-many-frames", "too-costly",
}  # fmt: skip
MAX_MEBIBYTES = 330
"""Of the function's process: 30 by itself, 184 for decoding, and the file of each of eight threads."""

MAX_CHILD_MEBIBYTES = 512
MAX_SECONDS = 2.0
ALONE_SECONDS = 2.0
"""Of the processor: 1.5 in the child, and another child to be started."""

LARGE = "12 megapixels of"

pytestmark = pytest.mark.skipif(
    not THIS.exists(), reason="only Linux keeps to limits of memory, and tells its peak"
)


@pytest.fixture(scope="module")
def corpus() -> Sequence[Case]:
    return list(cases())


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


def outcome(opener: PictureOpener, content: bytes) -> str:
    try:
        size = opener.raster(Picture(content)).size
    except Permanent as error:
        return error.reason if str(error) else "no message"
    return "picture" if 0 < min(size) <= max(size) <= MAX_SIDE else repr(size)


def test_every_case_becomes_a_small_raster_or_is_soon_refused_with_a_reason(corpus: Sequence[Case]) -> None:
    opener, outcomes, slow = photo_opener(15_000_000), {}, {}
    for name, content in corpus:
        start = processor_seconds()
        outcomes[name] = outcome(opener, content)
        if (took := processor_seconds() - start) > ALONE_SECONDS:
            slow[name] = took
    assert not slow
    strange = {name: found for name, found in outcomes.items() if found not in REASONS | {"picture"}}
    assert not strange
    good = {name: found for name, found in outcomes.items() if name in files() or LARGE in name}
    assert set(good.values()) == {"picture"}, good


@pytest.mark.parametrize("name", ["photo", "product"])
def test_a_crowd_of_all_stays_within_memory_and_time(name: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.crowd", str(folder), name],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    report = json.loads(done.stdout)
    outcomes = report.pop("outcomes")
    sys.stdout.write(f"{name}: {report}\n")
    assert not re.search(r"Warning|Traceback|Error:", done.stderr), done.stderr
    assert report["peak"] < MAX_MEBIBYTES
    assert report["child"] <= report["child's addresses"] <= MAX_CHILD_MEBIBYTES
    assert report["slowest"][0] < MAX_SECONDS, report["slowest"]
    large = {case: found for case, found in outcomes.items() if LARGE in case}
    assert set(large.values()) == {"picture"}, large
    assert set(outcomes.values()) <= REASONS | {"picture"}
