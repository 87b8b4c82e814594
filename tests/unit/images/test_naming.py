from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.errors import Misconfigured
from shared.images.naming import Naming, image_url

DEFAULT = ("products/<objectID>/<file>", "products/<objectID>.<ext>")
NAME_PART = st.text(min_size=1, max_size=10).filter(lambda text: "/" not in text)


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("products/42/front.jpg", "42"),
        ("products/42.jpg", "42"),
        ("products/a.b.jpg", "a.b"),
        ("products/schuh größe 7/vorne.jpg", "schuh größe 7"),
        ("products/42/a/b.jpg", None),
        ("products/42/", None),
        ("products/", None),
        ("products/42", None),
        ("banners/42/front.jpg", None),
        ("x/products/42/front.jpg", None),
    ],
)
def test_a_name_says_its_product(name: str, product: str | None) -> None:
    assert Naming(DEFAULT).product(name) == product


@given(NAME_PART, NAME_PART)
def test_every_name_of_a_product_is_in_its_ranges(product: str, file: str) -> None:
    naming = Naming(DEFAULT)
    for name in (f"products/{product}/{file}", f"products/{product}.jpg"):
        found = naming.product(name)
        assume(found is not None)
        assert any(start <= name < end for start, end in naming.ranges(str(found)))


def test_the_first_pattern_that_matches_decides() -> None:
    assert Naming(("a/<objectID>-<file>", "a/<objectID>")).product("a/7-front.jpg") == "7"


@pytest.mark.parametrize(
    ("patterns", "ranges"),
    [
        (DEFAULT, [("products/7.", "products/70")]),
        (("a/<objectID>",), [("a/7", "a/8")]),
        (("a/<objectID>", "a/<objectID>-<file>"), [("a/7", "a/8")]),
        (("b/<objectID>/<file>", "a/<objectID>/<file>"), [("a/7/", "a/70"), ("b/7/", "b/70")]),
    ],
)
def test_neighbouring_names_are_one_range(patterns: tuple[str, ...], ranges: list[tuple[str, str]]) -> None:
    assert Naming(patterns).ranges("7") == ranges


@pytest.mark.parametrize("last", ["\ud7ff", "\U0010ffff", "/", "~"])
def test_a_range_ends_behind_every_name_that_begins_so(last: str) -> None:
    [(start, end)] = Naming(("p/<objectID>",)).ranges(f"7{last}")
    names = [f"p/7{last}{rest}" for rest in ("", "0", "\uffff", "\U0010ffff")]
    assert all(start.encode() <= name.encode() < end.encode() for name in names)


@pytest.mark.parametrize(
    "pattern", ["products/", "<file>", "<objectID>/<objectID>", "<objectID>/<size>", "<file>/<objectID>"]
)
def test_a_wrong_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(Misconfigured, match=r"^OBJECT_PATTERN: "):
        Naming((pattern,))


def test_the_address_of_a_picture_is_percent_encoded() -> None:
    template = "https://cdn.example/<bucket>/<name>"
    assert image_url(template, "b", "products/ä b.jpg") == "https://cdn.example/b/products/%C3%A4%20b.jpg"
