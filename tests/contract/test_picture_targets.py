"""The promises of the port `PictureTarget`, on every implementation."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud.storage import Client

from devstack import storage
from devstack.catalogs.targets import FolderTarget, PictureTarget
from shared.errors import Misconfigured, Permanent, Transient
from shared.model import md5
from shared.pictures import Naming
from shared.pictures.gcs import GcsPictures
from tests.contract.conftest import PROJECT
from tools.importing.bucket import BucketTarget

NAMING = Naming(("products/<objectID>/<file>",))
_numbers = itertools.count()


def bucket(client: Client, name: str, patience: float = 20.0) -> BucketTarget:
    return BucketTarget(client, name, GcsPictures(client, name, NAMING), patience=patience)


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PictureTarget]:
    if request.param == "folder":
        yield FolderTarget(tmp_path / "not" / "yet")
        return
    with storage.client(request.getfixturevalue("storage_url"), PROJECT) as client:
        yield bucket(client, client.create_bucket(f"target-{next(_numbers)}").name)


def held(target: PictureTarget) -> dict[str, str]:
    return dict(target.listing())


def test_a_new_target_is_empty(target: PictureTarget) -> None:
    assert held(target) == {}


def test_what_is_put_and_copied_is_listed_with_its_hash(target: PictureTarget) -> None:
    target.put("products/1/a.jpg", b"one", "image/jpeg")
    target.put("products/größe 7/ä b.png", b"two", "image/png")
    target.copy("products/1/a.jpg", "products/2/a.jpg")
    one, two = md5(b"one"), md5(b"two")
    assert held(target) == {
        "products/1/a.jpg": one,
        "products/2/a.jpg": one,
        "products/größe 7/ä b.png": two,
    }


def test_what_is_there_is_written_over(target: PictureTarget) -> None:
    for content in (b"old", b"new"):
        target.put("products/1/a.jpg", content, "image/jpeg")
    target.put("products/2/a.jpg", b"other", "image/jpeg")
    target.copy("products/2/a.jpg", "products/1/a.jpg")
    assert held(target)["products/1/a.jpg"] == md5(b"other")


def test_only_what_is_named_is_deleted_and_what_is_not_there_is_fine(target: PictureTarget) -> None:
    for name in ("a", "b"):
        target.put(f"products/1/{name}.jpg", b"x", "image/jpeg")
    target.delete("products/1/a.jpg")
    target.delete("products/1/a.jpg")
    assert list(held(target)) == ["products/1/b.jpg"]


LONG = f"products/{'é' * 600}/a.jpg"


@pytest.mark.parametrize(
    "name", ["products/../../a.jpg", "products/./a.jpg", LONG], ids=["up", "here", "long"]
)
def test_a_name_that_cannot_be_is_refused(target: PictureTarget, name: str) -> None:
    target.put("products/1/a.jpg", b"x", "image/jpeg")
    with pytest.raises(Permanent) as put:
        target.put(name, b"x", "image/jpeg")
    with pytest.raises(Permanent) as copied:
        target.copy("products/1/a.jpg", name)
    assert put.value.reason == copied.value.reason == "unnameable-id"
    assert list(held(target)) == ["products/1/a.jpg"]


def test_objects_have_the_type_of_their_picture(storage_url: str) -> None:
    with storage.client(storage_url, PROJECT) as client:
        name = client.create_bucket(f"target-{next(_numbers)}").name
        bucket(client, name).put("products/1/a", b"x", "image/webp")
        [picture] = GcsPictures(client, name, NAMING).walk()
        assert picture.content_type == "image/webp"


def test_a_bucket_that_does_not_exist_is_misconfigured(storage_url: str) -> None:
    with storage.client(storage_url, PROJECT) as client:
        target = bucket(client, "no-such-bucket")
        with pytest.raises(Misconfigured, match=r"^PICTURE_BUCKET: .*yourself roles/storage.objectUser"):
            target.put("products/1/a.jpg", b"x", "image/jpeg")


def test_storage_that_cannot_be_reached_is_transient() -> None:
    with storage.client("http://127.0.0.1:1", PROJECT) as client:
        target = bucket(client, "pictures", patience=0.3)
        with pytest.raises(Transient):
            target.put("products/1/a.jpg", b"x", "image/jpeg")
