from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shared.errors import Failure, Misconfigured
from shared.imaging import Picture
from shared.imaging.opening import PillowRaster, product_opener
from shared.labeling.local import Pixels
from shared.labeling.providers.embedded.labels import EmbeddedRecognizer
from shared.labeling.providers.embedded.network import (
    CHANNELS,
    CLASSES,
    CLOSE,
    CROP,
    DIRECTIONS,
    SIDE,
    WHOLE,
    EmbeddedEncoder,
    EmbeddedNetwork,
    NetworkOutput,
    SharedRuns,
    square,
    squares,
)
from shared.model import Crop, Label, Labels
from tests.fakes.imaging import FakeImaging, FakeRaster
from tests.pictures import encoded, scene

PATIENCE = 30.0
COLOR_WEIGHT = 0.07
SHOE: Labels = (Label("Shoe", 1.0),)
NO_MODEL = Misconfigured("EMBEDDED_MODEL", "run make setup")


@pytest.mark.parametrize(
    ("size", "resampling", "gap"),
    [
        ((900, 700), Image.Resampling.HAMMING, 1.1),
        ((512, 300), Image.Resampling.HAMMING, None),
        ((300, 292), Image.Resampling.HAMMING, None),
        ((160, 240), Image.Resampling.BICUBIC, None),
    ],
    ids=["shrunk", "shrunk a little", "as it is", "enlarged"],
)
def test_the_middle_is_cut_out_and_scaled(
    size: tuple[int, int], resampling: Image.Resampling, gap: float | None
) -> None:
    image = scene(size, seed=3)
    width, height = size
    crop = min(size) * CROP
    box = ((width - crop) / 2, (height - crop) / 2, (width + crop) / 2, (height + crop) / 2)
    expected = image.resize((SIDE, SIDE), resampling, box=box, reducing_gap=gap)
    assert np.array_equal(square(PillowRaster(image))[0], np.asarray(expected))


def test_a_product_is_looked_at_in_four_views_a_photos_own_first() -> None:
    raster = PillowRaster(scene((512, 300), seed=3))
    first, mirrored, whole, close = squares(raster)
    assert np.array_equal(first, square(raster))
    assert np.array_equal(mirrored[:, :, ::-1], first)
    assert np.array_equal(whole, square(raster, WHOLE))
    assert np.array_equal(close, square(raster, CLOSE))


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_a_large_jpeg_looks_like_the_small_one(factor: int) -> None:
    small = scene((300, 280), seed=4)
    large = small.resize((300 * factor, 280 * factor), Image.Resampling.BICUBIC)
    files = [encoded(image, "JPEG", quality=95) for image in (small, large)]
    squares = [square(product_opener().raster(Picture(file))).astype(int) for file in files]
    assert np.abs(squares[0] - squares[1]).mean() < 3


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (30, 20)])
def test_a_tiny_picture_is_enlarged(size: tuple[int, int]) -> None:
    pixels = square(PillowRaster(Image.new("RGB", size, (9, 99, 199))))
    assert pixels.shape == (1, SIDE, SIDE, 3)
    assert (pixels == (9, 99, 199)).all()


class CountingNetwork(EmbeddedNetwork):
    """Makes the same of every picture, after `meanwhile`, and counts the runs; needs no file."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        super().__init__(Path("no such file"))
        self.runs = 0
        self._meanwhile = meanwhile

    def look(self, square: Pixels) -> NetworkOutput:
        assert square.shape == (1, SIDE, SIDE, 3)
        self.runs += 1
        self._meanwhile()
        return NetworkOutput(*(np.ones(size, np.float32) for size in (CLASSES, CHANNELS, DIRECTIONS)))


class Watched(FakeRaster):
    """Tells when somebody finds a run of it: who does compares it with itself."""

    __hash__ = FakeRaster.__hash__

    def __init__(self, name: bytes, crop: Crop | None = None, size: tuple[int, int] = (1, 1)) -> None:
        super().__init__(name, crop, size)
        self.found = threading.Event()

    def __eq__(self, other: object) -> bool:
        self.found.set()
        return self is other

    def waited_for(self) -> None:
        assert self.found.wait(PATIENCE)


def both_ask(network: EmbeddedNetwork, raster: FakeRaster) -> list[Future[object]]:
    """What recognizer and encoder say of a raster, asked at the same time."""
    looks = SharedRuns(network, FakeImaging(), COLOR_WEIGHT)
    recognizer, encoder = EmbeddedRecognizer("e/1", looks, lambda _: SHOE), EmbeddedEncoder("e/1", looks)
    picture = Picture(raster=raster)
    with ThreadPoolExecutor(2) as threads:
        return [threads.submit(ask, picture) for ask in (recognizer.label, encoder.encode)]


def test_recognizer_and_encoder_share_one_run_for_a_raster() -> None:
    raster = Watched(b"photo")
    network = CountingNetwork(raster.waited_for)
    labels, vector = (said.result() for said in both_ask(network, raster))
    assert labels == SHOE
    assert isinstance(vector, tuple)
    assert vector[:DIRECTIONS] == pytest.approx([(0.93 / DIRECTIONS) ** 0.5] * DIRECTIONS, abs=1e-6)
    assert network.runs == 1


def test_a_failed_run_is_shared() -> None:
    def fail() -> None:
        raster.waited_for()
        raise NO_MODEL

    raster = Watched(b"photo")
    network = CountingNetwork(fail)
    said = both_ask(network, raster)
    assert [each.exception() for each in said] == [NO_MODEL, NO_MODEL]
    assert network.runs == 1


def test_a_raster_is_remembered_as_long_as_it_is_there_and_a_file_never() -> None:
    network, raster = CountingNetwork(), FakeRaster(b"photo")
    looks = SharedRuns(network, FakeImaging(), COLOR_WEIGHT)
    for _ in range(2):
        assert not any(isinstance(each, Failure) for each in looks.many([Picture(raster=raster)]))
    assert network.runs == 1
    for _ in range(2):
        list(looks.many([Picture(b"photo")]))
    assert network.runs == 3


@pytest.mark.parametrize("failure", [None, NO_MODEL], ids=["seen", "failed"])
def test_pixels_are_let_go_whatever_came_of_them(failure: Misconfigured | None) -> None:
    def perhaps() -> None:
        if failure:
            raise Misconfigured(failure.setting, failure.advice)

    looks, raster = SharedRuns(CountingNetwork(perhaps), FakeImaging(), COLOR_WEIGHT), FakeRaster(b"photo")
    gone = weakref.ref(raster)
    try:
        list(looks.many([Picture(raster=raster)]))
    except Misconfigured:
        assert failure
    del raster
    gc.collect()
    assert gone() is None
