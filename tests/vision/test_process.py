"""The stand-in as it is run: its own process, the real model, and pictures in the Storage stand-in."""

from __future__ import annotations

import io
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from devstack import recipes, storage
from devstack.processes import LOOPBACK, Processes
from devstack.vision.annotator import MAX_FILE_BYTES
from devstack.vision.storage import StorageObjects
from shared.errors import Permanent
from shared.imaging import Picture
from shared.labeling.providers import google_vision
from tests.models import embedded_model
from tests.standins import ends_within_two_seconds, names_a_missing_model


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    running = Processes(tmp_path_factory.mktemp("vision"))
    yield running
    running.end()


@pytest.fixture(scope="module")
def storage_url(processes: Processes) -> str:
    (started,) = processes.start(
        lambda: storage.command("project", "shop", pubsub_host=f"{LOOPBACK}:1", topic="pictures")
    )
    return f"http://{LOOPBACK}:{started.ports[0]}"


@pytest.fixture(scope="module")
def upload(storage_url: str) -> Iterator[Callable[[str, bytes], None]]:
    with storage.client(storage_url, "project") as client:
        bucket = client.bucket("shop")
        bucket.create()
        yield lambda name, content: bucket.blob(name).upload_from_string(content, "image/png")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return embedded_model(tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize("name", ["products/1.png", "products/a b/ünï?#%.png"])
def test_an_object_is_read_by_its_address(
    storage_url: str, upload: Callable[[str, bytes], None], name: str
) -> None:
    content = random.Random(1).randbytes(300_000)  # noqa: S311 - any bytes will do
    upload(name, content)
    assert StorageObjects(storage_url).read(f"gs://shop/{name}") == content


def test_a_larger_object_than_vision_takes_is_not_read_to_its_end(
    storage_url: str, upload: Callable[[str, bytes], None]
) -> None:
    upload("huge.png", bytes(MAX_FILE_BYTES + 10_000_000))
    assert (
        MAX_FILE_BYTES < len(StorageObjects(storage_url).read("gs://shop/huge.png")) < MAX_FILE_BYTES + 70_000
    )


def test_a_missing_object_is_not_found(storage_url: str, upload: Callable[[str, bytes], None]) -> None:
    upload("there.png", b"x")
    with pytest.raises(FileNotFoundError):
        StorageObjects(storage_url).read("gs://shop/gone.png")


def test_pictures_in_storage_get_the_models_labels(
    processes: Processes, model: Path, storage_url: str, upload: Callable[[str, bytes], None]
) -> None:
    photo = io.BytesIO()
    Image.effect_noise((320, 240), 80).save(photo, "PNG")
    upload("products/noise.png", photo.getvalue())
    upload("products/broken.png", b"no picture")
    (started,) = processes.start(lambda: recipes.vision(model, storage_url))
    labeler = google_vision.create(endpoint=f"grpc://{LOOPBACK}:{started.ports[0]}")
    from_bytes, from_storage, broken = labeler.label_many(
        [
            Picture(photo.getvalue()),
            Picture(uri="gs://shop/products/noise.png"),
            Picture(uri="gs://shop/products/broken.png"),
        ]
    )
    assert from_bytes
    assert from_storage == from_bytes
    assert isinstance(broken, Permanent)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_two_seconds_of_a_signal(model: Path, number: signal.Signals) -> None:
    ends_within_two_seconds(recipes.vision(model, ""), number)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    names_a_missing_model("devstack.vision", tmp_path / "model.onnx")
