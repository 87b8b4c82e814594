from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor, ImageDraw, ImageFilter
from shared.pictures.colours import (
    MAX_COLOURS,
    MIN_SHARE,
    REGIONS,
    colours_in,
    colours_of,
    name_of,
    shade_of,
)

from shared.errors import Permanent
from tests.pictures import encoded, huge_png

Colour = tuple[int, int, int]
SIZE = (300, 400)

NAMED: Mapping[str, tuple[str, ...]] = {
    "black": ("black", "#1c1c1c", "#0a0a14"),
    "white": ("white", "whitesmoke", "snow", "ivory"),
    "grey": ("grey", "dimgrey", "silver", "slategrey"),
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


def _plain(colour: str) -> Image.Image:
    return Image.new("RGB", SIZE, colour)


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
    "grey": lambda: _plain("#b4b4b4"),
    "wood": _wood,
    "shadowed": _shadowed,
}


def _product(background: Image.Image, colour: str, box: tuple[int, int, int, int]) -> Image.Image:
    """A lit body: brighter above, darker below."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    body = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(body)
    for y in range(SIZE[1]):
        light = 1.08 - 0.16 * y / SIZE[1]
        draw.line((0, y, SIZE[0], y), (round(red * light), round(green * light), round(blue * light)))
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).rounded_rectangle(box, 30, 255)
    return Image.composite(body, background, mask)


def _names(image: Image.Image) -> list[str]:
    return [colour.name for colour in colours_of(image)]


MIDDLE = (80, 80, 220, 330)


@pytest.mark.parametrize(
    ("name", "colour"), [(name, colour) for name, colours in NAMED.items() for colour in colours]
)
def test_colours_have_the_names_that_they_are_known_by(name: str, colour: str) -> None:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    assert name_of(shade_of(red, green, blue)) == name


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_has_a_name(rgb: Colour) -> None:
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
def test_the_primaries_lie_where_css_color_4_puts_them(rgb: Colour, coordinates: tuple[float, ...]) -> None:
    assert shade_of(*rgb) == pytest.approx(coordinates, abs=1e-3)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS.keys())
@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#c01020", "red"),
        ("#2850b0", "blue"),
        ("#208040", "green"),
        ("#f0c818", "yellow"),
        ("#181818", "black"),
        ("#e080a8", "pink"),
    ],
)
def test_a_product_has_its_colour_on_any_background(
    background: Callable[[], Image.Image], colour: str, name: str
) -> None:
    [best, *others] = colours_of(_product(background(), colour, MIDDLE))
    assert best.name == name
    assert best.score > 0.8 > 4 * sum(other.score for other in others)


@pytest.mark.parametrize("background", ["grey", "wood"])
def test_a_white_product_is_white_where_the_background_is_not(background: str) -> None:
    assert colours_of(_product(BACKGROUNDS[background](), "#f4f4f4", MIDDLE))[0].name == "white"


def test_a_white_product_on_white_is_white() -> None:
    assert _names(_product(_plain("white"), "#eeeeee", MIDDLE)) == ["white"]


def test_a_product_that_touches_the_edge_is_not_background() -> None:
    assert _names(_product(_plain("white"), "#2850b0", (90, 60, 210, 400))) == ["blue"]


def test_a_soft_shadow_is_no_colour_of_the_product() -> None:
    assert _names(_product(_shadowed(), "#2850b0", (110, 150, 190, 300))) == ["blue"]


def test_what_lies_in_the_middle_counts_for_more_than_what_lies_beside_it() -> None:
    image = _product(_plain("white"), "#c01020", (100, 150, 200, 250))
    image.paste(Image.new("RGB", (100, 100), "#2850b0"), (20, 20))
    shares = {colour.name: colour.score for colour in colours_of(image)}
    assert shares["red"] > 2 * shares["blue"]


def test_a_small_product_counts_more_than_what_is_around_it() -> None:
    assert colours_of(_product(_wood(), "#2850b0", (125, 165, 175, 235)))[0].name == "blue"


def test_two_colours_have_their_shares() -> None:
    image = _product(_plain("white"), "#c01020", (80, 80, 220, 330))
    image.paste(_product(_plain("white"), "#2850b0", (0, 0, *SIZE)).crop((0, 0, 70, 250)), (150, 80))
    shares = {colour.name: colour.score for colour in colours_of(image)}
    assert shares == pytest.approx({"red": 0.5, "blue": 0.5}, abs=0.06)


def test_transparent_pixels_are_background_whatever_colour_they_hide() -> None:
    image = _plain("lime").convert("RGBA")
    image.putalpha(0)
    assert _names(image) == ["white"]
    ImageDraw.Draw(image).rectangle(MIDDLE, (192, 16, 32, 255))
    assert _names(image) == ["red"]


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "RGBA", "1"])
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 500), (2_000, 10), (64, 64)])
def test_pictures_of_any_mode_and_size_have_colours(mode: str, size: tuple[int, int]) -> None:
    assert colours_of(Image.new("RGB", size, "white").convert(mode))[0].name == "white"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 80), st.integers(1, 80))
def test_shares_are_few_sorted_and_sum_to_one(seed: int, width: int, height: int) -> None:
    noise = random.Random(seed).randbytes(width * height * 3)  # noqa: S311 noise, not secrets
    shares = [colour.score for colour in colours_of(Image.frombytes("RGB", (width, height), noise))]
    assert 1 <= len(shares) <= MAX_COLOURS
    assert shares == sorted(shares, reverse=True)
    assert min(shares) >= MIN_SHARE
    assert sum(shares) == pytest.approx(1)


def test_the_picture_itself_is_left_as_it_is() -> None:
    image = _product(_wood(), "#2850b0", MIDDLE)
    before = encoded(image, "PNG")
    colours_of(image)
    assert encoded(image, "PNG") == before


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "BMP", "TIFF"])
def test_a_file_has_the_colours_of_its_picture(kind: str) -> None:
    image = _product(_wood(), "#2850b0", MIDDLE)
    options = {"lossless": True} if kind == "WEBP" else {}
    assert colours_in(encoded(image, kind, **options)) == colours_of(image)


@pytest.mark.parametrize("scale", [1, 2, 9])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_of_any_size_has_the_same_colours(mode: str, scale: int) -> None:
    image = _product(_plain("white"), "#c01020", MIDDLE).convert(mode)
    large = image.resize((scale * SIZE[0], scale * SIZE[1]))
    expected = {colour.name: colour.score for colour in colours_of(image)}
    found = {colour.name: colour.score for colour in colours_in(encoded(large, "JPEG"))}
    assert found == pytest.approx(expected, abs=0.05)


def test_a_file_has_the_colours_it_shows_through() -> None:
    image = _plain("lime").convert("RGBA")
    image.putalpha(0)
    ImageDraw.Draw(image).rectangle(MIDDLE, (192, 16, 32, 255))
    assert [colour.name for colour in colours_in(encoded(image, "PNG"))] == ["red"]


@pytest.mark.parametrize("size", [(8_000, 8_000), (10_000, 10_000), (20_000, 10_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(Permanent) as caught:
        colours_in(huge_png(*size))
    assert caught.value.reason == "too-many-pixels"


@pytest.mark.parametrize("content", [b"", b"no picture", encoded(_plain("red"), "PNG")[:60]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Permanent) as caught:
        colours_in(content)
    assert caught.value.reason == "bad-picture"


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 2_000), st.integers(0, 255))
def test_a_damaged_file_is_refused_or_has_colours(place: int, value: int) -> None:
    damaged = bytearray(encoded(_product(_wood(), "#2850b0", MIDDLE), "JPEG"))
    damaged[place % len(damaged)] = value
    with suppress(Permanent):
        assert colours_in(bytes(damaged))


def test_sixteen_bits_are_scaled_and_not_cut_off() -> None:
    image = Image.new("I;16", (64, 64), 20_000)
    assert [colour.name for colour in colours_in(encoded(image, "PNG"))] == ["grey"]


def test_formats_nobody_uploads_are_not_opened() -> None:
    with pytest.raises(Permanent, match="damaged"):
        colours_in(encoded(Image.new("RGB", (8, 8)), "ICO"))
