"""What the operator's commands read page by page: a whole bucket, and all that a label store holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from google.cloud.storage import Client

from devstack import storage
from shared.errors import Misconfigured, Permanent, Transient
from shared.labeling import Claim, Settled
from shared.labeling.gcs_annotations import GcsLabels
from shared.model import Labels
from shared.pictures import Naming
from shared.pictures.gcs import GcsPictures
from tests.contract.conftest import PROJECT

NAMING = Naming(("products/<objectID>/<file>",))
NAMES = ["banners/sale.jpg", "products/1/a.jpg", "products/10/a.jpg", "products/größe 7/ä b.jpg", "z.txt"]
HASHES = ["1B2M2Y8AsgTpgAmY7PhCfg==", "+/+/+/+/+/+/+/+/+/+/+w==", "crc32c:yZRlqg==:7"]
_numbers = itertools.count()


@pytest.fixture(scope="module")
def client(storage_url: str) -> Iterator[Client]:
    with storage.client(storage_url, PROJECT) as client:
        yield client


@pytest.fixture(scope="module")
def pictures(client: Client) -> GcsPictures:
    bucket = client.create_bucket(f"walked-{next(_numbers)}")
    for name in reversed(NAMES):
        bucket.blob(name).upload_from_string(name.encode(), content_type="image/jpeg")
    return GcsPictures(client, bucket.name, NAMING)


def test_a_walk_meets_every_object_in_the_order_of_names(pictures: GcsPictures) -> None:
    walked = list(pictures.walk())
    assert [picture.name for picture in walked] == NAMES
    assert [picture.size for picture in walked] == [len(name.encode()) for name in NAMES]
    assert {len(picture.content_hash) for picture in walked} == {24}


@pytest.mark.parametrize(
    ("prefix", "after", "expected"),
    [
        ("products/", "", NAMES[1:4]),
        ("products/1/", "", NAMES[1:2]),
        ("", NAMES[1], NAMES[2:]),
        ("products/", NAMES[2], NAMES[3:4]),
        ("", "products/1/a", NAMES[1:]),
        ("", "zz", []),
        ("nothing/", "", []),
    ],
)
def test_a_walk_keeps_to_a_prefix_and_goes_on_behind_a_name(
    pictures: GcsPictures, prefix: str, after: str, expected: list[str]
) -> None:
    assert [picture.name for picture in pictures.walk(prefix, after)] == expected


def test_walking_a_missing_bucket_is_misconfigured(client: Client) -> None:
    with pytest.raises(Misconfigured, match=r"^PICTURE_BUCKET: "):
        list(GcsPictures(client, "no-such-bucket", NAMING).walk())


def test_walking_storage_that_cannot_be_reached_is_transient() -> None:
    with storage.client("http://127.0.0.1:1", PROJECT) as unreachable, pytest.raises(Transient):
        list(GcsPictures(unreachable, "pictures", NAMING, patience=0.5).walk())


def test_a_label_store_names_what_this_recognizer_settled(client: Client) -> None:
    bucket = client.create_bucket(f"settled-{next(_numbers)}").name
    store, other = GcsLabels(client, bucket, "r/1"), GcsLabels(client, bucket, "r/1x")
    words: list[Settled[Labels]] = [(), Permanent("bad-picture", "no picture"), ()]
    for content, said in zip(HASHES, words, strict=True):
        claim = store.obtain(content)
        assert isinstance(claim, Claim)
        store.settle(claim, said)
    assert isinstance(store.obtain("unsettled"), Claim)
    foreign = other.obtain("foreign")
    assert isinstance(foreign, Claim)
    other.settle(foreign, ())
    assert sorted(store.settled()) == sorted(HASHES)


def test_the_settled_labels_of_a_missing_bucket_are_misconfigured(client: Client) -> None:
    with pytest.raises(Misconfigured, match=r"^LABEL_BUCKET: "):
        list(GcsLabels(client, "no-such-bucket", "r/1").settled())
