"""The promises of the port `Encoder`, on every implementation."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pytest

from shared.errors import Failure, Permanent
from shared.imaging import LIMITS, Imaging, Picture
from shared.imaging.opening import product_opener
from shared.labeling import MAX_DIMENSIONS, Encoder
from shared.labeling.projection import ProjectedEncoder
from shared.model import Vector
from tests.contract.recognizer_contract import BAD_PICTURES, PHOTOS
from tests.fakes.encoder import FakeEncoder
from tests.fakes.imaging import FakeImaging
from tests.local import embedded_encoder, onnx_encoder
from tests.models import embedded_model
from tests.onnx_models import averaging_model, declare
from tests.projections import chance_projection

PICTURES = [Picture(photo) for photo in PHOTOS]


@dataclass(frozen=True)
class Subject:
    """An encoder that knows `PHOTOS`, how to make another like it, and what makes rasters that it knows."""

    encoder: Encoder
    another: Callable[[], Encoder]
    imaging: Imaging


def made_by(make: Callable[[], Encoder], imaging: Imaging | None = None) -> Subject:
    return Subject(make(), make, imaging or product_opener())


@pytest.fixture(scope="session")
def fake() -> Subject:
    angles = {photo: 0.1 * number for number, photo in enumerate(PHOTOS)}
    answers: dict[bytes, Vector | Failure] = {
        photo: (math.cos(angle), math.sin(angle)) for photo, angle in angles.items()
    }
    return made_by(partial(FakeEncoder, answers, Permanent("bad-picture", "not known")), FakeImaging())


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    model = embedded_model(tmp_path_factory.mktemp("model"))
    return made_by(partial(embedded_encoder, model))


@pytest.fixture(scope="session")
def onnx(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    model = averaging_model(tmp_path_factory.mktemp("tower") / "own.onnx", size=600)
    declare(model, output="mixed", output_size=600)
    return made_by(partial(onnx_encoder, model))


@pytest.fixture(scope="session")
def projected(onnx: Subject) -> Subject:
    inner = onnx.encoder
    projection = chance_projection(inner.encoder_id, inner.dimensions, 100)
    return made_by(lambda: ProjectedEncoder(onnx.another(), projection, "12345678"))


@pytest.fixture(params=["fake", "embedded", "onnx", "projected"])
def subject(request: pytest.FixtureRequest) -> Subject:
    chosen: Subject = request.getfixturevalue(request.param)
    return chosen


def test_a_vector_has_the_declared_dimensions_and_unit_length(subject: Subject) -> None:
    for vector in map(subject.encoder.encode, PICTURES[:5]):
        assert len(vector) == subject.encoder.dimensions <= MAX_DIMENSIONS
        assert all(type(each) is float for each in vector)
        assert math.hypot(*vector) == pytest.approx(1, abs=1e-5)


def test_many_pictures_get_their_own_vectors_in_order(subject: Subject) -> None:
    alone = [subject.encoder.encode(picture) for picture in PICTURES]
    assert len(set(alone)) == len(PICTURES)
    assert subject.encoder.encode_many([]) == []
    assert subject.encoder.encode_many(PICTURES) == alone
    assert subject.encoder.encode_many(PICTURES[::-1]) == alone[::-1]


def test_an_encoder_made_alike_encodes_alike_prepared_or_not_in_any_thread(subject: Subject) -> None:
    expected, another, unprepared = (
        subject.encoder.encode_many(PICTURES),
        subject.another(),
        subject.another(),
    )
    another.prepare()
    assert another.encoder_id == subject.encoder.encoder_id
    assert another.encode_many(PICTURES) == expected
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(unprepared.encode, PICTURES)) == expected


BAD = {**BAD_PICTURES, "too many bytes": PHOTOS[0] + bytes(LIMITS.max_bytes)}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_a_bad_picture_is_a_permanent_failure(subject: Subject, content: bytes) -> None:
    with pytest.raises(Permanent):
        subject.encoder.encode(Picture(content))


def test_a_bad_picture_fails_alone(subject: Subject) -> None:
    first, second = PICTURES[:2]
    outcomes = subject.encoder.encode_many([first, Picture(BAD_PICTURES["no picture"]), second])
    assert isinstance(outcomes[1], Permanent)
    assert [outcomes[0], outcomes[2]] == subject.encoder.encode_many([first, second])


def test_a_raster_is_encoded_like_its_file(subject: Subject) -> None:
    raster = Picture(raster=subject.imaging.raster(PICTURES[0]))
    expected = subject.encoder.encode(PICTURES[0])
    assert [subject.encoder.encode(raster) for _ in range(2)] == [expected] * 2
    assert subject.encoder.encode_many([raster, PICTURES[1]])[0] == expected


def test_the_encoder_id_begins_with_the_name(subject: Subject) -> None:
    assert subject.encoder.encoder_id.startswith(f"{subject.encoder.name}/")
