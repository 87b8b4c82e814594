from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from shared.errors import Failure, Permanent
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling import unit_vector
from shared.labeling.local import LocalEncoder, decoded, pixels_of
from tests.pictures import encoded, scene

COORDINATES = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)


class Brightness(LocalEncoder):
    """An encoder whose coordinates are how red, green and blue a picture is."""

    name = "brightness"

    def _coordinates(self, pictures: Sequence[Picture]) -> Iterator[NDArray[np.floating] | Failure]:
        for pixels in decoded(pictures, lambda picture: pixels_of(product_opener().raster(picture))):
            yield pixels if isinstance(pixels, Failure) else np.asarray(pixels.mean(axis=(0, 1, 2)))


@given(st.lists(COORDINATES, min_size=1, max_size=256).filter(any))
@settings(max_examples=30)
def test_a_unit_vector_keeps_its_direction(coordinates: list[float]) -> None:
    vector = unit_vector(coordinates)
    assert math.hypot(*vector) == pytest.approx(1, abs=1e-5)
    assert vector == pytest.approx([each / math.hypot(*coordinates) for each in coordinates], abs=1e-6)
    assert all(each == round(each, 6) for each in vector)


@pytest.mark.parametrize("coordinates", [[], [0.0, 0.0], [1.0, math.nan], [math.inf, 1.0], [-math.inf]])
def test_what_has_no_direction_is_refused(coordinates: list[float]) -> None:
    with pytest.raises(ValueError, match="have no direction"):
        unit_vector(coordinates)


def test_a_picture_an_encoder_sees_nothing_in_fails_alone() -> None:
    pictures = [Picture(encoded(scene(), "PNG")), Picture(encoded(scene().point(lambda _: 0), "PNG"))]
    seen, unseen = Brightness().encode_many(pictures)
    assert seen == Brightness().encode(pictures[0])
    with pytest.raises(Permanent) as raised:
        Brightness().encode(pictures[1])
    assert isinstance(unseen, Permanent)
    assert (unseen.reason, raised.value.reason) == ("bad-picture", "bad-picture")
