"""Colors as coordinates: what is sold counts, and the light and the background hardly do."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from shared.labeling.providers.embedded.color import COLORS, MEAN, color_coordinates, histogram

SIDE = 240
LIGHTS = {"warm": (1.0, 0.72, 0.4), "cool": (0.7, 0.9, 1.0), "dark": (0.5, 0.5, 0.5), "darker": (0.25,) * 3}

Pixels = NDArray[np.uint8]


def thing(color: str, ground: str = "white") -> Pixels:
    """A thing with a white label on it, in the middle of a ground."""
    image = Image.new("RGB", (SIDE, SIDE), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((50, 40, 210, 220), color)
    draw.rectangle((100, 100, 160, 140), "white")
    return np.asarray(image)[None]


def lit(pixels: Pixels, gains: tuple[float, ...]) -> Pixels:
    """The same in another light, which scales linear light."""
    shares = pixels / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4) * gains
    shares = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(255 * shares), np.uint8)


def near(one: Pixels, other: Pixels) -> float:
    return float(color_coordinates(one) @ color_coordinates(other))


@given(
    st.integers(0, 255).map(lambda level: [level] * 12)
    | st.lists(st.integers(0, 255), min_size=12, max_size=12)
)
@settings(max_examples=25)
def test_any_square_has_a_direction_of_unit_length(levels: list[int]) -> None:
    few = np.array(levels, np.uint8).reshape(1, 2, 2, 3)
    coordinates = color_coordinates(few.repeat(SIDE // 2, axis=1).repeat(SIDE // 2, axis=2))
    assert coordinates.shape == (COLORS,)
    assert np.linalg.norm(coordinates) == pytest.approx(1)


@pytest.mark.parametrize("ground", ["white", "lightgray", "tan", "lightsteelblue"])
def test_another_ground_is_less_than_another_color(ground: str) -> None:
    assert near(thing("crimson"), thing("crimson", ground)) > near(thing("crimson"), thing("navy"))


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("color", ["crimson", "navy", "seagreen", "saddlebrown"])
def test_another_light_is_taken_off(light: str, color: str) -> None:
    assert near(thing(color), lit(thing(color), LIGHTS[light])) > 0.85


def test_halves_are_shares_and_the_mean_is_that_of_catalog_pictures() -> None:
    both = histogram(thing("crimson"))
    assert (both**2).reshape(2, -1).sum(axis=1) == pytest.approx([1, 1])
    mean = np.array(json.loads(MEAN.read_text(encoding="utf-8")))
    assert mean.shape == both.shape
    assert 0 < mean.sum() < mean.size
