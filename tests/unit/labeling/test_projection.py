from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.errors import Failure, Misconfigured, Permanent
from shared.imaging import Picture
from shared.labeling import Encoder, unit_vector
from shared.labeling.projection import ProjectedEncoder, Projection, projected
from shared.model import Vector
from tests.fakes.encoder import FakeEncoder
from tests.projections import chance_projection

PHOTO, PACK, BROKEN = Picture(b"photo"), Picture(b"pack"), Picture(b"broken")
SIDEWAYS = unit_vector((3.0, 4.0))
ANSWERS: dict[bytes, Vector | Failure] = {
    b"photo": SIDEWAYS,
    b"pack": (0.0, 1.0),
    b"broken": Permanent("bad-picture", "not known"),
}
SWAPPED = Projection("fake/1", np.array([0.5, 0.0]), np.array([[0.0, 1.0], [1.0, 0.0]]))


class Patient(FakeEncoder):
    """Looks at products the other way round, and knows three numbers of a picture."""

    def encode_products(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        return [each if isinstance(each, Failure) else each[::-1] for each in self.encode_many(pictures)]

    def encode_whole(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        return [(0.0, 0.6, 0.8)] * len(pictures)


def changed(**changes: object) -> bytes:
    """A good file with other values, or without those that are None."""
    document: dict[str, Any] = json.loads(SWAPPED.as_json()) | changes
    return json.dumps({name: value for name, value in document.items() if value is not None}).encode()


def numbers(*values: float) -> str:
    return base64.b64encode(np.array(values, "<f4").tobytes()).decode()


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], Encoder]:
    def written(content: bytes) -> Encoder:
        (tmp_path / "projection.json").write_bytes(content)
        return projected(Patient(ANSWERS), tmp_path / "projection.json")

    return written


def test_a_vector_is_what_lies_beyond_the_mean_times_the_matrix_at_unit_length() -> None:
    encoder = ProjectedEncoder(Patient(ANSWERS), SWAPPED, "1234")
    photo, pack = unit_vector((0.8, 0.1)), unit_vector((1.0, -0.5))
    assert encoder.encode(PHOTO) == photo
    assert encoder.encode_many([PACK, BROKEN, PHOTO]) == [pack, ANSWERS[b"broken"], photo]
    assert encoder.encode_products([PHOTO]) == [unit_vector((0.6, 0.3))], "as they are encoded"
    assert encoder.encode_whole([PHOTO]) == [(0.0, 0.6, 0.8)], "they are left alone"
    onto_the_mean = Projection("fake/1", np.array(SIDEWAYS), np.eye(2))
    with pytest.raises(Permanent, match="leaves nothing of this picture"):
        ProjectedEncoder(Patient(ANSWERS), onto_the_mean, "1234").encode(PHOTO)


@pytest.mark.parametrize(("dimensions", "outputs"), [(1, 1), (3, 12), (12, 5)])
def test_a_projection_is_written_row_by_row(dimensions: int, outputs: int) -> None:
    written = chance_projection("fake/1", dimensions, outputs)
    again = json.loads(written.as_json())
    assert (again["encoder_id"], again["dimensions"], again["outputs"]) == ("fake/1", dimensions, outputs)
    for name, there in (("mean", written.mean), ("matrix", written.matrix)):
        assert np.frombuffer(base64.b64decode(again[name]), "<f4") == pytest.approx(there.ravel(), rel=1e-6)


def test_a_file_makes_an_encoder_with_an_id_of_its_own(read: Callable[[bytes], Encoder]) -> None:
    one, same, other = read(changed()), read(changed()), read(changed(mean=numbers(0, 0)))
    assert one.encoder_id.startswith("fake/1/projection=")
    assert one.encoder_id == same.encoder_id != other.encoder_id
    assert one.encode(PHOTO) == unit_vector((0.8, 0.1))
    fewer = read(changed(outputs=1, matrix=numbers(0.0, 1.0)))
    assert (fewer.dimensions, fewer.encode(PHOTO)) == (1, (1.0,))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is damaged .*Invalid JSON"),
        (b"[1, 2]", "is damaged .*Input should be an object"),
        (changed(version=2), "is damaged .*version: Input should be 1"),
        (changed(mean=None), "is damaged .*mean: Field required"),
        (changed(color="red"), "is damaged .*color: Extra inputs are not permitted"),
        (changed(outputs=257), "is damaged .*outputs: Input should be less than or equal to 256"),
        (changed(outputs=3), "is damaged .*not 3 x 2 numbers"),
        (changed(dimensions=3), "is damaged .*not 2 x 3 numbers"),
        (changed(matrix="§"), "is damaged .*ASCII"),
        (changed(matrix="abc"), "is damaged .*Incorrect padding"),
        (changed(mean="AAA="), "is damaged .*buffer size must be a multiple"),
        (changed(mean=numbers(0.0, float("nan"))), "is damaged .*one is no number"),
        (changed(encoder_id="other/2"), "made for other/2, but the encoder is fake/1"),
        (changed(dimensions=1, mean=numbers(0), matrix=numbers(1, 2)), "made for fake/1"),
    ],
)
def test_a_misfit_says_why(content: bytes, problem: str, read: Callable[[bytes], Encoder]) -> None:
    with pytest.raises(Misconfigured, match=rf"ENCODER_PROJECTION: .*projection\.json .*{problem}") as caught:
        read(content)
    assert "run visual-search measure teach again" in caught.value.advice
    assert "\n" not in caught.value.advice


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"ENCODER_PROJECTION: cannot read .*nowhere\.json"):
        projected(Patient(ANSWERS), tmp_path / "nowhere.json")
