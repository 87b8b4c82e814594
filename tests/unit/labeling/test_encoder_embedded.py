from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from PIL import ImageOps

from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling.providers.embedded.color import color_coordinates
from shared.labeling.providers.embedded.network import (
    COORDINATES,
    DIRECTIONS,
    EmbeddedNetwork,
    square,
    squares,
)
from tests.local import embedded_encoder
from tests.pictures import encoded, jpeg, scene


def unit(vector: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(vector / np.linalg.norm(vector))


def without_directions(model: Path, path: Path) -> Path:
    """The file without one of its outputs."""
    proto = onnx.load(model)
    [output] = [each for each in proto.graph.output if each.name == "directions"]
    proto.graph.output.remove(output)
    onnx.save(proto, path)
    return path


@pytest.mark.parametrize("weight", [0.0, 0.07, 0.15])
def test_the_vector_is_the_networks_directions_and_the_colors_by_their_weight(
    model: Path, weight: float
) -> None:
    pixels = square(product_opener().raster(Picture(jpeg())))
    directions = EmbeddedNetwork(model).look(pixels).directions
    vector = embedded_encoder(model, color_weight=weight).encode(Picture(jpeg()))
    expected = [*unit(directions) * (1 - weight) ** 0.5, *color_coordinates(pixels) * weight**0.5]
    assert len(vector) == COORDINATES
    assert vector == pytest.approx(expected, abs=1e-6)


def test_a_product_lies_in_the_middle_of_its_views(model: Path) -> None:
    views, network = squares(product_opener().raster(Picture(jpeg()))), EmbeddedNetwork(model)
    middle = unit(np.sum([unit(network.look(view).directions) for view in views], axis=0))
    encoder = embedded_encoder(model)
    [product] = encoder.encode_products([Picture(jpeg())])
    photo = encoder.encode(Picture(jpeg()))
    assert product == pytest.approx([*middle * 0.93**0.5, *photo[DIRECTIONS:]], abs=1e-6)


def test_all_that_the_network_tells_is_what_an_exact_search_would_compare(model: Path) -> None:
    embedding = EmbeddedNetwork(model).look(square(product_opener().raster(Picture(jpeg())))).embedding
    [whole] = embedded_encoder(model).encode_whole([Picture(jpeg())])
    assert whole == pytest.approx(unit(embedding), abs=1e-6)


def test_a_picture_is_among_the_two_nearest_to_its_mirror_image(model: Path) -> None:
    encoder = embedded_encoder(model)
    scenes = [scene((400, 300), seed) for seed in range(8)]
    shots = np.array(encoder.encode_products([Picture(encoded(each, "PNG")) for each in scenes]))
    mirrored = np.array([encoder.encode(Picture(encoded(ImageOps.mirror(each)))) for each in scenes])
    closeness = mirrored @ shots.T
    assert ((closeness > closeness.diagonal()[:, None]).sum(axis=1) < 2).all()


def test_first_coordinates_tell_most(model: Path) -> None:
    encoder = embedded_encoder(model)
    vectors = np.array([encoder.encode(Picture(jpeg(seed))) for seed in range(20)])
    spread = vectors.var(axis=0)
    assert spread[:64].sum() > spread[DIRECTIONS - 64 : DIRECTIONS].sum()


def test_a_model_without_directions_is_misconfigured_before_the_first_picture(
    model: Path, tmp_path: Path
) -> None:
    encoder = embedded_encoder(without_directions(model, tmp_path / "old.onnx"))
    with pytest.raises(Misconfigured, match=r"EMBEDDED_MODEL: .*another model.*make setup"):
        encoder.prepare()
    with pytest.raises(Misconfigured, match="another model"):
        encoder.encode_many([Picture(jpeg()), Picture(jpeg(1))])


def test_the_encoder_id_changes_with_the_weight_of_colors_and_with_the_model(
    model: Path, tmp_path: Path
) -> None:
    ids = [embedded_encoder(model, color_weight=weight).encoder_id for weight in (0.0, 0.07, 0.15)]
    ids.append(embedded_encoder(without_directions(model, tmp_path / "old.onnx")).encoder_id)
    assert len({*ids}) == 4
    assert embedded_encoder(model).encoder_id in ids
