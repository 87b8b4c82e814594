from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shared.errors import Failure, Misconfigured
from shared.imaging import Picture
from shared.imaging.opening import PillowRaster, product_opener
from shared.labeling.local import Pixels
from shared.labeling.providers.embedded import SIDE
from shared.labeling.providers.embedded import network as of
from shared.labeling.providers.embedded.labels import EmbeddedRecognizer
from shared.labeling.providers.embedded.network import (
    EmbeddedEncoder,
    EmbeddedNetwork,
    NetworkOutput,
    SharedRuns,
    square,
    squares,
)
from shared.model import Label, Labels
from tests.fakes.imaging import FakeImaging, FakeRaster
from tests.pictures import encoded, scene

PATIENCE = 30.0
SHOE: Labels = (Label("Shoe", 1.0),)
NO_MODEL = Misconfigured("EMBEDDED_MODEL", "run make setup")
HAMMING, BICUBIC = Image.Resampling.HAMMING, Image.Resampling.BICUBIC


@pytest.mark.parametrize(
    ("size", "resampling", "gap"),
    [
        ((900, 700), HAMMING, 1.1),
        ((512, 300), HAMMING, None),
        ((300, 292), HAMMING, None),
        ((160, 240), BICUBIC, None),
    ],
    ids=["shrunk", "shrunk a little", "as it is", "enlarged"],
)
def test_the_middle_is_cut_out_and_scaled(
    size: tuple[int, int], resampling: Image.Resampling, gap: float | None
) -> None:
    image = scene(size, seed=3)
    width, height = size
    crop = min(size) * of.CROP
    box = ((width - crop) / 2, (height - crop) / 2, (width + crop) / 2, (height + crop) / 2)
    expected = image.resize((SIDE, SIDE), resampling, box=box, reducing_gap=gap)
    assert np.array_equal(square(PillowRaster(image))[0], np.asarray(expected))


def test_a_product_is_looked_at_in_four_views_a_photos_own_first() -> None:
    raster = PillowRaster(scene((512, 300), seed=3))
    first, mirrored, whole, close = squares(raster)
    assert np.array_equal(first, square(raster))
    assert np.array_equal(mirrored[:, :, ::-1], first)
    assert np.array_equal(whole, square(raster, of.WHOLE))
    assert np.array_equal(close, square(raster, of.CLOSE))


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_a_large_jpeg_looks_like_the_small_one(factor: int) -> None:
    small = scene((300, 280), seed=4)
    large = small.resize((300 * factor, 280 * factor), BICUBIC)
    files = [encoded(image, "JPEG", quality=95) for image in (small, large)]
    one, other = (square(product_opener().raster(Picture(file))).astype(int) for file in files)
    assert np.abs(one - other).mean() < 3


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
        return NetworkOutput(
            *(np.ones(size, np.float32) for size in (of.CLASSES, of.CHANNELS, of.DIRECTIONS))
        )


def shared(network: EmbeddedNetwork) -> SharedRuns:
    return SharedRuns(network, FakeImaging(), 0.07)


def both_asked(fails: Misconfigured | None = None) -> tuple[CountingNetwork, list[Future[object]]]:
    """What recognizer and encoder say of a raster: the network's run ends when both have asked for it."""
    found = threading.Event()

    class Watched(FakeRaster):
        __hash__ = FakeRaster.__hash__

        def __eq__(self, other: object) -> bool:
            found.set()  # who finds a run of it compares it with itself
            return self is other

    def run() -> None:
        assert found.wait(PATIENCE)
        if fails:
            raise fails

    network = CountingNetwork(run)
    looks = shared(network)
    recognizer, encoder = EmbeddedRecognizer("e/1", looks, lambda _: SHOE), EmbeddedEncoder("e/1", looks)
    picture = Picture(raster=Watched(b"photo"))
    with ThreadPoolExecutor(2) as threads:
        return network, [threads.submit(ask, picture) for ask in (recognizer.label, encoder.encode)]


def test_recognizer_and_encoder_share_one_run_for_a_raster_or_its_failure() -> None:
    network, said = both_asked()
    labels, vector = (each.result() for each in said)
    assert labels == SHOE
    assert isinstance(vector, tuple)
    assert vector[: of.DIRECTIONS] == pytest.approx([(0.93 / of.DIRECTIONS) ** 0.5] * of.DIRECTIONS, abs=1e-6)
    assert network.runs == 1
    network, said = both_asked(NO_MODEL)
    assert [each.exception() for each in said] == [NO_MODEL, NO_MODEL]
    assert network.runs == 1


def test_a_raster_is_remembered_as_long_as_it_is_there_and_a_file_never() -> None:
    network, raster = CountingNetwork(), FakeRaster(b"photo")
    looks = shared(network)
    for _ in range(2):
        assert not any(isinstance(each, Failure) for each in looks.many([Picture(raster=raster)]))
    assert network.runs == 1
    for _ in range(2):
        list(looks.many([Picture(b"photo")]))
    assert network.runs == 3


@pytest.mark.parametrize("fails", [False, True], ids=["seen", "failed"])
def test_pixels_are_let_go_whatever_came_of_them(*, fails: bool) -> None:
    def perhaps() -> None:
        if fails:
            raise Misconfigured(NO_MODEL.setting, NO_MODEL.advice)

    looks, raster = shared(CountingNetwork(perhaps)), FakeRaster(b"photo")
    gone = weakref.ref(raster)
    with suppress(Misconfigured):
        list(looks.many([Picture(raster=raster)]))
    del raster
    gc.collect()
    assert gone() is None
