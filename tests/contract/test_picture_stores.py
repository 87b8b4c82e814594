"""The promises of the port `PictureStore`, on every implementation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pytest
from google.cloud.storage import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import Permanent
from shared.pictures import MAX_PICTURES, Naming, PictureStore
from shared.pictures.gcs import GcsPictures
from tests.fakes.pictures import InMemoryPictures

NAMING = Naming(("products/<objectID>/<file>", "products/<objectID>.<ext>"))
_numbers = itertools.count()


@dataclass(frozen=True)
class Shop:
    """A store under test, and the shop's hands on its bucket."""

    store: PictureStore
    put: Callable[[str, bytes], object]
    delete: Callable[[str], object]


Opening = Callable[[Naming], Shop]
"""Makes an empty bucket with a store that reads names so."""


def _in_memory(naming: Naming) -> Shop:
    pictures = InMemoryPictures("pictures", naming.product)
    return Shop(pictures, pictures.put, pictures.delete)


def _gcs(client: Client, naming: Naming, **limits: int) -> Shop:
    bucket = client.create_bucket(f"pictures-{next(_numbers)}")

    def put(name: str, content: bytes) -> None:
        bucket.blob(name).upload_from_string(content, content_type="image/jpeg")

    store = GcsPictures(client, bucket.name, naming, **limits)
    return Shop(store, put, lambda name: bucket.blob(name).delete())


@pytest.fixture(params=["in-memory", "gcs"])
def opening(request: pytest.FixtureRequest) -> Opening:
    return _in_memory if request.param == "in-memory" else partial(_gcs, request.getfixturevalue("client"))


@pytest.fixture
def shop(opening: Opening) -> Shop:
    return opening(NAMING)


def names(shop: Shop, product: str) -> list[str]:
    return [picture.name for picture in shop.store.list_product(product)]


def test_a_listing_holds_exactly_the_products_pictures_by_name(shop: Shop) -> None:
    assert names(shop, "1") == []
    for name in ("1/b.jpg", "1/a.jpg", "1.jpg", "10/a.jpg", "10.jpg", "1/x/y.jpg", "größe 7/ä b.jpg"):
        shop.put(f"products/{name}", b"x")
    shop.put("banners/1.jpg", b"x")
    assert names(shop, "1") == ["products/1.jpg", "products/1/a.jpg", "products/1/b.jpg"]
    assert names(shop, "größe 7") == ["products/größe 7/ä b.jpg"]


CROWDS: dict[str, tuple[str, list[str], list[str]]] = {
    "a folder below the product's own": (
        "products/<objectID>/<file>",
        ["products/7/front.jpg"],
        [f"products/7/360/frame{number:03}.jpg" for number in range(120)],
    ),
    "variants whose ids begin so": (
        "products/<objectID>/<file>,products/<objectID>.<ext>",
        ["products/7.png", "products/7/front.jpg"],
        [f"products/7.{number:02}/{file}.jpg" for number in range(34) for file in "abc"],
    ),
    "products whose ids begin so, without folders": (
        "catalog/<objectID>_<file>",
        ["catalog/7_front.jpg", "catalog/7_z.jpg"],
        [f"catalog/7_{number:03}_front.jpg" for number in range(1, 102)],
    ),
    "products whose ids begin so, by one file each": (
        "products/<objectID>.jpg",
        ["products/7.jpg"],
        [f"products/7.jpg.{number:03}.jpg" for number in range(110)],
    ),
    "other files in a folder of many": (
        "products/<objectID>/<file>/main.<ext>",
        ["products/7/z/main.jpg"],
        [f"products/7/{number:03}/other.jpg" for number in range(110)],
    ),
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_no_crowd_of_other_names_hides_the_products_own(opening: Opening, crowd: str) -> None:
    patterns, own, others = CROWDS[crowd]
    shop = opening(Naming(patterns.split(",")))
    for name in (*others, *own):
        shop.put(name, b"x")
    assert names(shop, "7") == own


_parts = st.sampled_from(["7", "70", "7.1", "7_1", "8", "a", "é", "e\u0301", "a.jpg", "7.jpg", "360", "_"])
_names = st.lists(st.lists(_parts, min_size=1, max_size=4).map("/".join), unique=True, max_size=12)
_patterns = st.sampled_from(
    [
        ("<objectID>/<file>",),
        ("<objectID>/<file>", "<objectID>.<ext>"),
        ("<objectID>",),
        ("<objectID>_<file>", "a/<objectID>"),
        ("<objectID>/<file>/a.<ext>", "<objectID>/<file>"),
        ("é/<objectID>/<file>",),
    ]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_patterns, _names)
def test_a_listing_is_what_the_patterns_say_of_all_names(
    opening: Opening, patterns: Sequence[str], present: list[str]
) -> None:
    naming = Naming(patterns)
    shop = opening(naming)
    for name in present:
        shop.put(name, b"x")
    for product in {naming.product(name) for name in present} - {None}:
        own = sorted(name for name in present if naming.product(name) == product)
        assert names(shop, str(product)) == own


def test_only_the_first_pictures_of_a_product_count(shop: Shop) -> None:
    for number in range(MAX_PICTURES + 5):
        shop.put(f"products/7/{number:03}.jpg", b"x")
    assert names(shop, "7") == [f"products/7/{number:03}.jpg" for number in range(MAX_PICTURES)]


def test_names_that_cannot_be_gone_through_are_too_crowded(client: Client) -> None:
    shop = _gcs(client, NAMING, max_scanned=10)
    for number in range(12):
        shop.put(f"products/7.{number}.jpg", b"x")
    with pytest.raises(
        Permanent, match=r"the first 12 names that begin with 'products/7\.' .* folder"
    ) as caught:
        shop.store.list_product("7")
    assert caught.value.reason == "too-crowded"


def test_a_listing_is_of_now_and_a_picture_that_is_no_longer_there_is_said_to_be_gone(shop: Shop) -> None:
    shop.put("products/1/a.jpg", b"old")
    [old] = shop.store.list_product("1")
    shop.put("products/1/a.jpg", b"newer")
    [new] = shop.store.list_product("1")
    assert new.generation > old.generation
    assert (new.size, new.content_type) == (5, "image/jpeg")
    with pytest.raises(Permanent):
        shop.store.read(old)
    shop.delete("products/1/a.jpg")
    assert shop.store.list_product("1") == []
    with pytest.raises(Permanent) as caught:
        shop.store.read(new)
    assert caught.value.reason == "picture-gone"


def test_a_picture_is_read_whole_and_the_same_bytes_have_the_same_hash(shop: Shop) -> None:
    content = bytes(range(256)) * 100
    for name, held in (("a", content), ("b", content), ("c", b"different")):
        shop.put(f"products/1/{name}.jpg", held)
    first, second, third = shop.store.list_product("1")
    assert shop.store.read(first) == content
    assert first.content_hash == second.content_hash != third.content_hash


WALKED = ["banners/sale.jpg", "products/1/a.jpg", "products/10/a.jpg", "products/größe 7/ä b.jpg", "z.txt"]


def test_a_walk_meets_every_object_in_the_order_of_names_behind_one_and_with_a_prefix(client: Client) -> None:
    shop = _gcs(client, NAMING)
    for name in reversed(WALKED):
        shop.put(name, name.encode())
    assert isinstance(shop.store, GcsPictures)
    walked = list(shop.store.walk())
    assert [(each.name, each.size) for each in walked] == [(name, len(name.encode())) for name in WALKED]
    assert {len(picture.content_hash) for picture in walked} == {24}
    for prefix, after, expected in (
        ("products/", "", WALKED[1:4]),
        ("products/1/", "", WALKED[1:2]),
        ("", WALKED[1], WALKED[2:]),
        ("products/", WALKED[2], WALKED[3:4]),
        ("", "products/1/a", WALKED[1:]),
        ("", "zz", []),
        ("nothing/", "", []),
    ):
        assert [picture.name for picture in shop.store.walk(prefix, after)] == expected
