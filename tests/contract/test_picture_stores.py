"""The promises of the port `PictureStore`, on every implementation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from google.cloud.storage import Client

from devstack import storage
from shared.errors import Misconfigured, Permanent, Transient
from shared.images import PictureStore
from shared.images.gcs import GcsPictures
from shared.images.naming import Naming
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


def _in_memory() -> Shop:
    pictures = InMemoryPictures("pictures", NAMING.product)
    return Shop(pictures, pictures.put, pictures.delete)


def _gcs(client: Client) -> Shop:
    bucket = client.create_bucket(f"pictures-{next(_numbers)}")

    def put(name: str, content: bytes) -> None:
        bucket.blob(name).upload_from_string(content, content_type="image/jpeg")

    return Shop(GcsPictures(client, bucket.name, NAMING), put, lambda name: bucket.blob(name).delete())


@pytest.fixture(params=["in-memory", "gcs"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    if request.param == "in-memory":
        yield _in_memory()
        return
    with storage.client(request.getfixturevalue("storage_url"), PROJECT) as client:
        yield _gcs(client)


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


def test_a_picture_is_current_until_it_is_overwritten_or_deleted(shop: Shop) -> None:
    shop.put("products/1/a.jpg", b"old")
    [old] = shop.store.list_product("1")
    assert shop.store.is_current(old)
    shop.put("products/1/a.jpg", b"new")
    [new] = shop.store.list_product("1")
    assert not shop.store.is_current(old)
    shop.delete("products/1/a.jpg")
    assert not shop.store.is_current(new)


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
