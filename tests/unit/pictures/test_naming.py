from __future__ import annotations

from unicodedata import normalize

import pytest

from shared.errors import Misconfigured, Permanent
from shared.pictures import Naming, image_url

DEFAULT = ("products/<objectID>/<file>", "products/<objectID>.<ext>")


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


def test_the_first_pattern_that_matches_decides() -> None:
    assert Naming(("a/<objectID>-<file>", "a/<objectID>")).product("a/7-front.jpg") == "7"


@pytest.mark.parametrize(
    ("patterns", "ranges"),
    [
        (DEFAULT, [("products/7.", True, False), ("products/7/", True, False)]),
        (("a/<objectID>",), [("a/7", True, True)]),
        (("a/<objectID>.jpg",), [("a/7.jpg", True, True)]),
        (("a/<objectID>", "a/<objectID><file>"), [("a/7", True, False)]),
        (("a/<objectID>/<file>/main.<ext>",), [("a/7/", False, False)]),
        (("a/<objectID>/<file>/main.<ext>", "a/<objectID>/<file>"), [("a/7/", False, False)]),
    ],
)
def test_ranges_are_as_small_as_can_be(
    patterns: tuple[str, ...], ranges: list[tuple[str, bool, bool]]
) -> None:
    assert Naming(patterns).ranges("7") == ranges


COMPOSED, DECOMPOSED = "Stra\u00dfe caf\u00e9 \uac01", "Stra\u00dfe cafe\u0301 \u1100\u1161\u11a8"


@pytest.mark.parametrize("product", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("folder", ["größe", "gro\u0308ße"])
def test_composed_and_decomposed_names_are_one_product_in_one_set_of_ranges(
    product: str, folder: str
) -> None:
    naming = Naming((f"{folder}/<objectID>/<file>",))
    for before in ("größe", "gro\u0308ße"):
        name = f"{before}/{product}/é.jpg"
        assert naming.product(name) == COMPOSED
        assert any(name.startswith(names.prefix) for names in naming.ranges(product))
    assert naming.ranges(COMPOSED) == naming.ranges(DECOMPOSED)


@pytest.mark.parametrize(
    "product", ["cafe\u0301 \u00e9", "\u212b", "\uf900"], ids=["mixed", "angstrom sign", "compatibility"]
)
def test_a_name_that_cannot_be_listed_is_refused_with_what_to_write(product: str) -> None:
    naming, name = Naming(DEFAULT), f"products/{product}/a.jpg"
    assert naming.product(name) is None
    with pytest.raises(Permanent, match="name it 'products/") as caught:
        naming.check_spelling(name)
    assert caught.value.reason == "unusual-spelling"
    for other in (f"banners/{product}/a.jpg", f"products/{COMPOSED}/a.jpg"):
        naming.check_spelling(other)


@pytest.mark.parametrize("product", ["7", "a.b", COMPOSED, DECOMPOSED, "-x", "a b", "👟" * 100])
def test_an_example_is_a_name_of_the_product(product: str) -> None:
    for patterns in (DEFAULT, ("a/<objectID>_<file>.<ext>",), ("a/<objectID>",)):
        naming = Naming(patterns)
        assert naming.product(str(naming.example(product))) == normalize("NFC", product)


@pytest.mark.parametrize("product", ["a/b", "", "x/"])
def test_an_id_that_no_pattern_can_express_has_no_example_and_no_name(product: str) -> None:
    assert Naming(DEFAULT).example(product) is None
    assert Naming(DEFAULT).name(product, "001", "jpg") is None


@pytest.mark.parametrize(
    "pattern", ["products/", "<file>", "<objectID>/<objectID>", "<objectID>/<size>", "<file>/<objectID>"]
)
def test_a_wrong_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(Misconfigured, match=r"^OBJECT_PATTERN: "):
        Naming((pattern,))


def test_the_address_of_a_picture_is_percent_encoded() -> None:
    template = "https://cdn.example/<bucket>/<name>"
    assert image_url(template, "b", "products/ä b.jpg") == "https://cdn.example/b/products/%C3%A4%20b.jpg"


@pytest.mark.parametrize(
    ("patterns", "first", "second"),
    [
        (DEFAULT, "products/7/001.jpg", "products/7/002.png"),
        (("<objectID>.<ext>", "a/<objectID>_<file>.<ext>"), "a/7_001.jpg", "a/7_002.png"),
        (("products/<objectID>.<ext>",), "products/7.jpg", "products/7.png"),
        (("products/<objectID>",), "products/7", "products/7"),
    ],
)
def test_a_picture_is_named_by_the_pattern_with_most_room(
    patterns: tuple[str, ...], first: str, second: str
) -> None:
    naming = Naming(patterns)
    assert [naming.name("7", "001", "jpg"), naming.name("7", "002", "png")] == [first, second]
