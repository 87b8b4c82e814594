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
def test_every_name_of_a_product_begins_with_one_of_its_prefixes(product: str, file: str) -> None:
    naming = Naming(DEFAULT)
    for name in (f"products/{product}/{file}", f"products/{product}.jpg"):
        found = naming.product(name)
        assume(found is not None)
        assert any(name.startswith(prefix) for prefix in naming.prefixes(str(found)))


def test_the_first_pattern_that_matches_decides() -> None:
    assert Naming(("a/<objectID>-<file>", "a/<objectID>")).product("a/7-front.jpg") == "7"
    assert Naming(("a/<objectID>",)).prefixes("7") == ["a/7"]


@pytest.mark.parametrize(
    "pattern", ["products/", "<file>", "<objectID>/<objectID>", "<objectID>/<size>", "<file>/<objectID>"]
)
def test_a_wrong_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(Misconfigured, match=r"^OBJECT_PATTERN: "):
        Naming((pattern,))


def test_the_address_of_a_picture_is_percent_encoded() -> None:
    template = "https://cdn.example/<bucket>/<name>"
    assert image_url(template, "b", "products/ä b.jpg") == "https://cdn.example/b/products/%C3%A4%20b.jpg"
