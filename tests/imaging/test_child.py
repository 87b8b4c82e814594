from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from shared.errors import Permanent
from shared.imaging import LIMITS
from shared.imaging.confined import Confined
from shared.imaging.decoding import Wish
from tests.hostile.boxes import coded_avif, coded_heic, grid, repeated
from tests.hostile.processes import children, mebibytes, processor_seconds, text
from tests.pictures import encoded, scene

ROOT = Path(__file__).parents[2]
WISH = Wish(100)
GOOD = encoded(scene(), "WEBP")
MEGABYTE = 1024 * 1024
CLOCK = 60.0
"""Seconds that a child may take on a busy machine."""

PARENT = """
import os, sys, time
from shared.imaging import LIMITS
from shared.imaging.confined import Confined
from shared.imaging.decoding import Wish
from tests.hostile.processes import children
from tests.imaging.test_child import GOOD

def look():
    confined.raster(GOOD, Wish(100), LIMITS)
    return " ".join(child.name for child in children() if "imaging.child" in (child / "cmdline").read_text())

confined = Confined(5, seconds=5)
print(look(), flush=True)
forked = os.fork()
if forked:
    os.wait()
print(look(), flush=True)
if forked:
    time.sleep(60)
"""


@pytest.fixture
def confined() -> Confined:
    return Confined(seconds=5, patience=5, clock=CLOCK)


def refused(confined: Confined, content: bytes) -> str:
    with pytest.raises(Permanent) as error:
        confined.raster(content, WISH, LIMITS)
    return f"{error.value.reason}: {error.value}"


def is_read(confined: Confined, content: bytes = GOOD) -> bool:
    return max(confined.raster(content, WISH, LIMITS)[0].size) == 100


def test_the_child_has_no_secret_and_none_of_our_files(confined: Confined) -> None:
    others = set(children())
    with Path(__file__).open("rb") as file:
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003 its only argument
        assert is_read(confined)
    (child,) = set(children()) - others
    variables = {line.partition("=")[0] for line in text(child / "environ").split("\0") if line}
    assert {"PYTHONPATH"} <= variables <= {"PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH"}
    files = {int(each.name): str(each.readlink()) for each in (child / "fd").iterdir()}
    assert {name.partition(":")[0] for name in files.values()} == {"pipe", "/dev/null"}
    assert files[1] == files[2] == "/dev/null"


def test_a_picture_that_wants_more_memory_than_there_is_costs_itself_alone() -> None:
    confined = Confined(seconds=5, patience=5, clock=CLOCK, memory=150 * MEGABYTE)
    others = set(children())
    large = encoded(Image.new("RGB", (4032, 3024), "red"), "WEBP", method=0)
    assert is_read(confined)
    assert "too much memory" in refused(confined, large)
    assert is_read(confined)
    (child,) = set(children()) - others
    assert mebibytes(child, "VmPeak") <= 150


def test_a_gigapixel_of_tiles_stays_within_the_usual_memory(confined: Confined) -> None:
    content = grid(coded_heic((512, 512)), 13, 14, (7168, 6656))
    assert refused(confined, content).startswith("too-costly: decoding this HEIC takes too much memory")
    assert is_read(confined)


@pytest.fixture
def ignored() -> Iterator[None]:
    """The signal that ends what burns the processor is none in this process."""
    before = signal.signal(signal.SIGPROF, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGPROF, before)


@pytest.mark.usefixtures("ignored")
def test_a_picture_that_burns_the_processor_costs_itself_alone_whatever_is_ignored() -> None:
    confined, content = (
        Confined(seconds=0.4, patience=5, clock=CLOCK),
        repeated(coded_avif((3700, 3700)), 2000),
    )
    start = processor_seconds()
    assert refused(confined, content).startswith("too-costly: decoding this AVIF takes too much time")
    assert processor_seconds() - start < 1.0
    assert is_read(confined)


def test_the_time_is_that_of_each_picture_not_of_all() -> None:
    confined = Confined(seconds=0.3, patience=5, clock=CLOCK)
    large = encoded(Image.new("RGB", (3000, 2000), "red"), "WEBP", method=0)
    start = processor_seconds()
    while processor_seconds() - start < 0.8:
        assert is_read(confined, large)
    time.sleep(0.4)
    assert is_read(confined)


def test_after_a_fork_each_process_has_its_own_child_which_ends_with_its_parent() -> None:
    process = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        first, forked, again = (process.stdout.readline().strip() for _ in range(3))
        assert first == again != forked
        child = Path("/proc") / first
        assert text(child / "cmdline")
    finally:
        process.kill()
        process.communicate()
    deadline = time.monotonic() + 10
    while text(child / "cmdline") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not text(child / "cmdline")
