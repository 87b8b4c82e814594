"""The promises of the port `PictureStore`, on every implementation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pytest
from google.cloud.storage import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devstack import storage
from shared.errors import Misconfigured, Permanent, Transient
from shared.pictures import MAX_PICTURES, Naming, PictureStore
from shared.pictures.gcs import GcsPictures
from tests.contract.conftest import PROJECT
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


def _gcs(client: Client, naming: Naming) -> Shop:
    bucket = client.create_bucket(f"pictures-{next(_numbers)}")

    def put(name: str, content: bytes) -> None:
        bucket.blob(name).upload_from_string(content, content_type="image/jpeg")

    return Shop(GcsPictures(client, bucket.name, naming), put, lambda name: bucket.blob(name).delete())


@pytest.fixture(params=["in-memory", "gcs"])
def opening(request: pytest.FixtureRequest) -> Iterator[Opening]:
    if request.param == "in-memory":
        yield _in_memory
        return
    with storage.client(request.getfixturevalue("storage_url"), PROJECT) as client:
        yield partial(_gcs, client)


@pytest.fixture
def shop(opening: Opening) -> Shop:
    return opening(NAMING)


def names(shop: Shop, product: str) -> list[str]:
    return [picture.name for picture in shop.store.list_product(product)]


def test_a_product_without_pictures_has_none(shop: Shop) -> None:
    assert shop.store.list_product("1") == []


def test_a_listing_holds_exactly_the_products_pictures_by_name(shop: Shop) -> None:
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


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_names_that_cannot_be_gone_through_are_too_crowded(storage_url: str) -> None:
    with storage.client(storage_url, PROJECT) as client:
        shop = _gcs(client, NAMING)
        for number in range(12):
            shop.put(f"products/7.{number}.jpg", b"x")
        store = GcsPictures(client, f"pictures-{next(_numbers) - 1}", NAMING, max_scanned=10)
        with pytest.raises(
            Permanent, match=r"the first 12 names that begin with 'products/7\.' .* folder"
        ) as caught:
            store.list_product("7")
        assert caught.value.reason == "too-crowded"


def test_a_listing_is_of_now(shop: Shop) -> None:
    shop.put("products/1/a.jpg", b"old")
    [old] = shop.store.list_product("1")
    shop.put("products/1/a.jpg", b"newer")
    [new] = shop.store.list_product("1")
    assert new.generation > old.generation
    assert (new.size, new.content_type) == (5, "image/jpeg")
    shop.delete("products/1/a.jpg")
    assert shop.store.list_product("1") == []


def test_the_same_bytes_have_the_same_hash_whatever_their_name(shop: Shop) -> None:
    for name, content in (("a", b"same"), ("b", b"same"), ("c", b"different")):
        shop.put(f"products/1/{name}.jpg", content)
    first, second, third = (picture.content_hash for picture in shop.store.list_product("1"))
    assert first == second != third


def test_a_picture_is_read_whole(shop: Shop) -> None:
    content = bytes(range(256)) * 100
    shop.put("products/1/a.jpg", content)
    [picture] = shop.store.list_product("1")
    assert shop.store.read(picture) == content


def test_a_picture_that_is_gone_is_said_to_be_gone(shop: Shop) -> None:
    shop.put("products/1/a.jpg", b"x")
    [picture] = shop.store.list_product("1")
    shop.delete("products/1/a.jpg")
    with pytest.raises(Permanent) as caught:
        shop.store.read(picture)
    assert caught.value.reason == "picture-gone"


def test_an_overwritten_picture_is_never_taken_for_the_new_one(shop: Shop) -> None:
    shop.put("products/1/a.jpg", b"old")
    [picture] = shop.store.list_product("1")
    shop.put("products/1/a.jpg", b"new")
    with pytest.raises(Permanent):
        shop.store.read(replace(picture, generation=picture.generation))


def test_a_bucket_that_does_not_exist_is_misconfigured(storage_url: str) -> None:
    with (
        storage.client(storage_url, PROJECT) as client,
        pytest.raises(Misconfigured, match=r"^PICTURE_BUCKET: .*roles/storage.objectViewer"),
    ):
        GcsPictures(client, "no-such-bucket", NAMING).list_product("1")


def test_storage_that_cannot_be_reached_is_transient() -> None:
    with (
        storage.client("http://127.0.0.1:1", PROJECT) as client,
        pytest.raises(Transient) as caught,
    ):
        GcsPictures(client, "pictures", NAMING, patience=0.5).list_product("1")
    assert caught.value.reason == "storage-unavailable"
