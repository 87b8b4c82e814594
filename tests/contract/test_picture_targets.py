"""The promises of the port `PictureTarget`, on every implementation."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.cloud.storage import Client

from devstack.catalogs.targets import FolderTarget, PictureTarget
from shared.errors import Permanent
from shared.model import md5
from shared.pictures import Naming
from shared.pictures.gcs import GcsPictures
from tools.importing.bucket import BucketTarget


@pytest.fixture
def pictures(client: Client, bucket: str) -> GcsPictures:
    return GcsPictures(client, bucket, Naming(("products/<objectID>/<file>",)))


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> PictureTarget:
    if request.param == "folder":
        return FolderTarget(tmp_path / "not" / "yet")
    client, bucket = request.getfixturevalue("client"), request.getfixturevalue("bucket")
    return BucketTarget(client, bucket, request.getfixturevalue("pictures"))


def held(target: PictureTarget) -> dict[str, str]:
    return dict(target.listing())


def test_what_is_put_and_copied_is_listed_with_its_hash_and_written_over(target: PictureTarget) -> None:
    assert held(target) == {}
    one, two = md5(b"one"), md5(b"two")
    target.put("products/1/a.jpg", b"one", "image/jpeg")
    target.put("products/größe 7/ä b.png", b"old", "image/png")
    target.put("products/größe 7/ä b.png", b"two", "image/png")
    target.copy("products/1/a.jpg", "products/2/a.jpg")
    assert held(target) == {"products/1/a.jpg": one, "products/2/a.jpg": one, "products/größe 7/ä b.png": two}
    target.copy("products/größe 7/ä b.png", "products/1/a.jpg")
    assert held(target)["products/1/a.jpg"] == two


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


def test_objects_have_the_type_of_their_picture(client: Client, bucket: str, pictures: GcsPictures) -> None:
    BucketTarget(client, bucket, pictures).put("products/1/a", b"x", "image/webp")
    [picture] = pictures.walk()
    assert picture.content_type == "image/webp"
