from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import ImageOps

from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling.providers.embedded.network import COORDINATES, EmbeddedNetwork, square
from tests.local import embedded_encoder
from tests.models import embedded_model
from tests.pictures import encoded, jpeg, scene


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return embedded_model(tmp_path_factory.mktemp("model"))


def without_coordinates(model: Path, path: Path) -> Path:
    """The file as it was built before there were coordinates."""
    proto = onnx.load(model)
    [output] = [each for each in proto.graph.output if each.name == "coordinates"]
    proto.graph.output.remove(output)
    onnx.save(proto, path)
    return path


def test_the_vector_is_the_networks_coordinates_at_unit_length(model: Path) -> None:
    coordinates = EmbeddedNetwork(model).look(square(product_opener().raster(Picture(jpeg())))).coordinates
    vector = embedded_encoder(model).encode(Picture(jpeg()))
    assert coordinates.shape == (COORDINATES,)
    assert vector == pytest.approx(coordinates / np.linalg.norm(coordinates), abs=1e-6)


def test_a_picture_lies_nearest_to_its_mirror_image(model: Path) -> None:
    encoder = embedded_encoder(model)
    scenes = [scene((400, 300), seed) for seed in range(8)]
    shots = np.array([encoder.encode(Picture(encoded(each, "PNG"))) for each in scenes])
    mirrored = np.array([encoder.encode(Picture(encoded(ImageOps.mirror(each)))) for each in scenes])
    assert (mirrored @ shots.T).argmax(axis=1).tolist() == list(range(8))


def test_first_coordinates_tell_most(model: Path) -> None:
    encoder = embedded_encoder(model)
    vectors = np.array([encoder.encode(Picture(jpeg(seed))) for seed in range(20)])
    spread = vectors.var(axis=0)
    assert spread[:64].sum() > spread[-64:].sum()


def test_the_encoder_id_changes_with_the_model(model: Path, tmp_path: Path) -> None:
    ids = [
        embedded_encoder(path).encoder_id
        for path in (model, without_coordinates(model, tmp_path / "old.onnx"), model)
    ]
    assert ids[0] == ids[2] != ids[1]


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"EMBEDDED_MODEL: .*nowhere\.onnx.*make setup"):
        embedded_encoder(tmp_path / "nowhere.onnx")


def test_a_model_without_coordinates_is_misconfigured_before_the_first_picture(
    model: Path, tmp_path: Path
) -> None:
    encoder = embedded_encoder(without_coordinates(model, tmp_path / "old.onnx"))
    with pytest.raises(Misconfigured, match=r"EMBEDDED_MODEL: .*another model.*make setup"):
        encoder.prepare()
    with pytest.raises(Misconfigured, match="another model"):
        encoder.encode_many([Picture(jpeg()), Picture(jpeg(1))])
