from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from shared.pictures.photo import MAX_SIDE, MEMORY_BYTES, Normaliser, PhotoLimits

from shared.errors import Permanent
from shared.imaging.memory import MemoryBudget
from tests.hostile.corpus import Case, cases
from tests.hostile.damage import files

ROOT = Path(__file__).parents[2]
REASONS = {"bad-picture", "unsupported-format", "too-large", "too-many-pixels", "too-many-frames"}
MAX_MEBIBYTES = 300
MAX_SECONDS = 2.0
LARGE = "12 megapixels of"


@pytest.fixture(scope="module")
def corpus() -> Sequence[Case]:
    return list(cases())


def test_the_corpus_is_large_and_the_same_every_time(corpus: Sequence[Case]) -> None:
    assert len(corpus) >= 300
    assert len({case.name for case in corpus}) == len(corpus)


def outcome(normalise: Normaliser, content: bytes) -> str:
    try:
        picture = Image.open(io.BytesIO(normalise(content)))
    except Permanent as error:
        return error.reason if str(error) else "no message"
    small = max(picture.size) <= MAX_SIDE
    return "picture" if (picture.format, picture.mode, small) == ("JPEG", "RGB", True) else repr(picture)


def test_every_case_becomes_a_small_jpeg_or_is_refused_with_a_reason(corpus: Sequence[Case]) -> None:
    normalise = Normaliser(PhotoLimits(15_000_000, 50_000_000), MemoryBudget(MEMORY_BYTES, 1))
    outcomes = {name: outcome(normalise, content) for name, content in corpus}
    strange = {name: found for name, found in outcomes.items() if found not in REASONS | {"picture"}}
    assert not strange
    small = files()
    good = {name: found for name, found in outcomes.items() if name in small or LARGE in name}
    assert set(good.values()) == {"picture"}, good


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux tells how much memory was held"
)
def test_a_crowd_of_the_worst_stays_within_memory_and_time(corpus: Sequence[Case], tmp_path: Path) -> None:
    crowd = [*corpus, *(case for case in corpus if LARGE in case.name)]
    for number, (name, content) in enumerate(crowd):
        (tmp_path / f"{number:04} {name.replace('/', ' ')}").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.crowd", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    report = json.loads(done.stdout)
    # libtiff reports damage to stderr, and Pillow gives no way to stop it; Python must have nothing to say.
    assert not re.search(r"Warning|Traceback|Error:", done.stderr), done.stderr
    assert report["peak"] < MAX_MEBIBYTES
    assert report["slowest"][0] < MAX_SECONDS, report["slowest"]
    large = {name: found for name, found in report["outcomes"].items() if LARGE in name}
    assert set(large.values()) == {"picture"}, large
