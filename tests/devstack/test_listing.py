"""Listings of a bucket by folder, as Google's client asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.cloud.storage import Bucket

from devstack import storage, topology
from devstack.processes import LOOPBACK, Processes

FIELDS = "items(name,generation,md5Hash,crc32c,size,contentType),prefixes,nextPageToken"
NAMES = ["1.jpg", "caf\u00e9.jpg", "cafe\u0301.jpg", "👜.jpg", "ä b.jpg", "z", "Z", "2", "100%.jpg"]
FOLDERS = ["2/", "caf\u00e9/", "cafe\u0301/", "👜/", "ä b/", "empty/"]
MANY = [f"n{number:04}.jpg" for number in range(1_100)]
ROOT = "products/"


@pytest.fixture(scope="module")
def bucket(stand_in_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """Objects in `ROOT`, in folders below it, beside it, and in a folder of more than one page."""
    below = [f"{folder}{name}" for folder in FOLDERS[:-1] for name in ("a.jpg", "deep/b.jpg")]
    names = [ROOT + name for name in (*NAMES, *below, "empty/")]
    processes = Processes(tmp_path_factory.mktemp("storage"))
    try:
        (command,) = processes.start(
            lambda: storage.command("p", "none", pubsub_host=stand_in_host, topic="none")
        )
        url = f"http://{LOOPBACK}:{command.ports[0]}"
        topology.create_bucket(url, "p", "listed")
        with storage.client(url, "p") as client:
            found = client.bucket("listed")
            for name in (
                *names,
                "products",
                "products.jpg",
                "other/1.jpg",
                *(f"many/{name}" for name in MANY),
            ):
                found.blob(name).upload_from_string(b"x", content_type="image/jpeg")
            yield found
    finally:
        processes.end()


def in_bytes(names: list[str]) -> list[str]:
    return sorted(names, key=str.encode)


@pytest.mark.parametrize("page_size", [None, 1, 2, 5, 1_000])
def test_a_folder_holds_what_is_directly_in_it_and_the_folders_in_it(
    bucket: Bucket, page_size: int | None
) -> None:
    listed = bucket.list_blobs(prefix=ROOT, delimiter="/", page_size=page_size, fields=FIELDS)
    assert [blob.name for blob in listed] == in_bytes([ROOT + name for name in NAMES])
    assert listed.prefixes == {ROOT + folder for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_of_any_name_can_be_listed(bucket: Bucket, folder: str) -> None:
    listed = bucket.list_blobs(prefix=ROOT + folder, delimiter="/", page_size=1, fields=FIELDS)
    names = [blob.name for blob in listed]
    if folder == "empty/":
        assert (names, listed.prefixes) == ([ROOT + folder], set())
    else:
        assert (names, listed.prefixes) == ([f"{ROOT}{folder}a.jpg"], {f"{ROOT}{folder}deep/"})


def test_the_top_of_a_bucket_is_a_folder(bucket: Bucket) -> None:
    listed = bucket.list_blobs(delimiter="/", fields=FIELDS)
    assert [blob.name for blob in listed] == ["products", "products.jpg"]
    assert listed.prefixes == {"many/", "other/", ROOT}


@pytest.mark.parametrize("delimiter", [None, "/"])
@pytest.mark.parametrize("page_size", [None, 1_000, 300])
def test_a_folder_of_more_than_a_thousand_objects_is_listed_whole(
    bucket: Bucket, page_size: int | None, delimiter: str | None
) -> None:
    listed = bucket.list_blobs(prefix="many/", delimiter=delimiter, page_size=page_size, fields=FIELDS)
    pages = [[blob.name for blob in page] for page in listed.pages]
    assert [name for page in pages for name in page] == [f"many/{name}" for name in MANY]
    if page_size:
        assert max(map(len, pages)) == page_size


@pytest.mark.parametrize(("most", "page_size"), [(1, None), (7, 2), (1_050, 500), (5_000, None)])
def test_no_more_are_listed_than_asked_for(bucket: Bucket, most: int, page_size: int | None) -> None:
    listed = bucket.list_blobs(
        prefix="many/", delimiter="/", max_results=most, page_size=page_size, fields=FIELDS
    )
    assert [blob.name for blob in listed] == [f"many/{name}" for name in MANY[:most]]


def test_every_listed_object_has_the_fields_asked_for(bucket: Bucket) -> None:
    for blob in bucket.list_blobs(prefix=ROOT, delimiter="/", fields=FIELDS):
        one = bucket.get_blob(blob.name)
        assert (blob.generation, blob.md5_hash, blob.crc32c) == (one.generation, one.md5_hash, one.crc32c)
        assert (blob.md5_hash, blob.size, blob.content_type) == ("ndTkYSaMgDT1yFZOFVxnpg==", 1, "image/jpeg")
