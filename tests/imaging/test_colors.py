from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor, ImageDraw, ImageFilter

from shared.imaging import Picture
from shared.imaging.colors import REGIONS, colors_of, name_of, shade_of
from shared.imaging.opening import PillowRaster, photo_opener
from shared.model import MAX_COLORS, MIN_COLOR_SHARE, Labels
from tests.pictures import encoded

Color = tuple[int, int, int]
SIZE = (300, 400)

NAMED: Mapping[str, tuple[str, ...]] = {
    "black": ("black", "#1c1c1c", "#0a0a14"),
    "white": ("white", "whitesmoke", "snow", "ivory"),
    "gray": ("gray", "dimgray", "silver", "slategray"),
    "red": ("red", "crimson", "firebrick", "darkred", "maroon"),
    "orange": ("orange", "darkorange", "coral"),
    "yellow": ("yellow", "gold", "khaki", "goldenrod"),
    "green": ("green", "lime", "olive", "darkolivegreen", "seagreen", "palegreen"),
    "blue": ("blue", "navy", "royalblue", "skyblue", "steelblue", "teal", "midnightblue"),
    "purple": ("purple", "indigo", "plum", "mediumpurple", "orchid"),
    "pink": ("pink", "hotpink", "deeppink", "lightcoral", "mistyrose"),
    "brown": ("saddlebrown", "sienna", "peru", "#4b3621"),
    "beige": ("beige", "tan", "wheat", "burlywood", "antiquewhite"),
}


def _plain(color: str) -> Image.Image:
    return Image.new("RGB", SIZE, color)


def _wood() -> Image.Image:
    """Boards of varying browns with grain."""
    chance = random.Random(7)  # noqa: S311 boards, not secrets
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    for x in range(SIZE[0]):
        tone = 0.9 + 0.1 * ((x // 60) % 2) + chance.uniform(-0.08, 0.08)
        red, green, blue = (round(tone * value) for value in (176, 128, 82))
        draw.line((x, 0, x, SIZE[1]), (red, green, blue))
    return image.filter(ImageFilter.GaussianBlur(1))


def _shadowed() -> Image.Image:
    """White, with the soft shadow that lies beneath a product in a studio."""
    image = _plain("white")
    ImageDraw.Draw(image).ellipse((60, 280, 240, 370), "#d0d0d0")
    return image.filter(ImageFilter.GaussianBlur(12))


BACKGROUNDS: Mapping[str, Callable[[], Image.Image]] = {
    "white": lambda: _plain("white"),
    "gray": lambda: _plain("#b4b4b4"),
    "wood": _wood,
    "shadowed": _shadowed,
}


def _product(background: Image.Image, color: str, box: tuple[int, int, int, int]) -> Image.Image:
    """A lit body: brighter above, darker below."""
    red, green, blue = ImageColor.getrgb(color)[:3]
    body = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(body)
    for y in range(SIZE[1]):
        light = 1.08 - 0.16 * y / SIZE[1]
        draw.line((0, y, SIZE[0], y), (round(red * light), round(green * light), round(blue * light)))
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).rounded_rectangle(box, 30, 255)
    return Image.composite(body, background, mask)


def _colors(image: Image.Image) -> Labels:
    return colors_of(PillowRaster(image))


def _names(image: Image.Image) -> list[str]:
    return [color.name for color in _colors(image)]


MIDDLE = (80, 80, 220, 330)


@pytest.mark.parametrize(
    ("name", "color"), [(name, color) for name, colors in NAMED.items() for color in colors]
)
def test_colors_have_the_names_that_they_are_known_by(name: str, color: str) -> None:
    red, green, blue = ImageColor.getrgb(color)[:3]
    assert name_of(shade_of(red, green, blue)) == name


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_color_has_a_name(rgb: Color) -> None:
    assert name_of(shade_of(*rgb)) in {region.name for region in REGIONS}


@pytest.mark.parametrize(
    ("rgb", "coordinates"),
    [
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((255, 0, 0), (0.628, 0.225, 0.126)),
        ((0, 255, 0), (0.866, -0.234, 0.179)),
        ((0, 0, 255), (0.452, -0.032, -0.312)),
    ],
)
def test_the_primaries_lie_where_css_color_4_puts_them(rgb: Color, coordinates: tuple[float, ...]) -> None:
    assert shade_of(*rgb) == pytest.approx(coordinates, abs=1e-3)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS.keys())
@pytest.mark.parametrize(
    ("color", "name"),
    [
        ("#c01020", "red"),
        ("#2850b0", "blue"),
        ("#208040", "green"),
        ("#f0c818", "yellow"),
        ("#181818", "black"),
        ("#e080a8", "pink"),
    ],
)
def test_a_product_has_its_color_on_any_background(
    background: Callable[[], Image.Image], color: str, name: str
) -> None:
    [best, *others] = _colors(_product(background(), color, MIDDLE))
    assert best.name == name
    assert best.score > 0.8 > 4 * sum(other.score for other in others)


@pytest.mark.parametrize(
    ("background", "color", "box", "names"),
    [
        ("white", "#eeeeee", MIDDLE, ["white"]),
        ("white", "#2850b0", (90, 60, 210, 400), ["blue"]),
        ("shadowed", "#2850b0", (110, 150, 190, 300), ["blue"]),
    ],
    ids=["white on white", "touches the edge", "casts a soft shadow"],
)
def test_a_product_has_no_color_of_what_is_around_it(
    background: str, color: str, box: tuple[int, int, int, int], names: list[str]
) -> None:
    assert _names(_product(BACKGROUNDS[background](), color, box)) == names


@pytest.mark.parametrize(
    ("background", "color", "box", "name"),
    [
        ("gray", "#f4f4f4", MIDDLE, "white"),
        ("wood", "#f4f4f4", MIDDLE, "white"),
        ("wood", "#2850b0", (125, 165, 175, 235), "blue"),
    ],
)
def test_a_white_or_a_small_product_counts_more_than_its_background(
    background: str, color: str, box: tuple[int, int, int, int], name: str
) -> None:
    assert _names(_product(BACKGROUNDS[background](), color, box))[0] == name


def test_what_lies_in_the_middle_counts_for_more_than_what_lies_beside_it() -> None:
    image = _product(_plain("white"), "#c01020", (100, 150, 200, 250))
    image.paste(Image.new("RGB", (100, 100), "#2850b0"), (20, 20))
    shares = {color.name: color.score for color in _colors(image)}
    assert shares["red"] > 2 * shares["blue"]


def test_two_colors_have_their_shares() -> None:
    image = _product(_plain("white"), "#c01020", (80, 80, 220, 330))
    image.paste(_product(_plain("white"), "#2850b0", (0, 0, *SIZE)).crop((0, 0, 70, 250)), (150, 80))
    shares = {color.name: color.score for color in _colors(image)}
    assert shares == pytest.approx({"red": 0.5, "blue": 0.5}, abs=0.06)


def test_transparent_pixels_are_background_whatever_color_they_hide() -> None:
    image = _plain("lime").convert("RGBA")
    image.putalpha(0)
    opener = photo_opener(1_000_000)
    assert [color.name for color in colors_of(opener.raster(Picture(encoded(image, "PNG"))))] == ["white"]
    ImageDraw.Draw(image).rectangle(MIDDLE, (192, 16, 32, 255))
    assert [color.name for color in colors_of(opener.raster(Picture(encoded(image, "PNG"))))] == ["red"]


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 500), (1_000, 10), (64, 64)])
def test_pictures_of_any_size_have_colors(size: tuple[int, int]) -> None:
    assert _names(Image.new("RGB", size, "white")) == ["white"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 80), st.integers(1, 80))
def test_shares_are_few_sorted_and_sum_to_one(seed: int, width: int, height: int) -> None:
    noise = random.Random(seed).randbytes(width * height * 3)  # noqa: S311 noise, not secrets
    shares = [color.score for color in _colors(Image.frombytes("RGB", (width, height), noise))]
    assert 1 <= len(shares) <= MAX_COLORS
    assert shares == sorted(shares, reverse=True)
    assert min(shares) >= MIN_COLOR_SHARE
    assert sum(shares) == pytest.approx(1)
