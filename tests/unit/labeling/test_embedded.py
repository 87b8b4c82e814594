from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper
from PIL import ImageOps

from shared import wiring
from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling.local import LOOK_AHEAD
from shared.labeling.providers.embedded.color import color_coordinates
from shared.labeling.providers.embedded.network import (
    CLASSES,
    COORDINATES,
    DIRECTIONS,
    SIDE,
    EmbeddedNetwork,
    square,
    squares,
)
from shared.settings.labeling import LabelingSettings
from tests.local import embedded_encoder, embedded_recognizer
from tests.pictures import encoded, jpeg, scene


def other_model(path: Path) -> Path:
    """A valid ONNX file that is no image classifier."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("in", "out")]
    graph = helper.make_graph([helper.make_node("Relu", ["in"], ["out"])], "other", ends[:1], ends[1:])
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


def test_settings_build_it(model: Path) -> None:
    settings = LabelingSettings.from_env({"RECOGNIZER": "embedded", "EMBEDDED_MODEL": str(model)})
    labels = wiring.chosen_recognizer(settings).label(Picture(jpeg()))
    assert 0 < len(labels) <= 10


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"EMBEDDED_MODEL: .*nowhere\.onnx.*make setup"):
        embedded_recognizer(tmp_path / "nowhere.onnx")


@pytest.mark.parametrize("kind", ["damaged", "other"])
def test_an_unusable_model_is_misconfigured_at_the_first_picture(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    if kind == "damaged":
        path.write_bytes(b"no model")
    else:
        other_model(path)
    recognizer = embedded_recognizer(path)
    with pytest.raises(Misconfigured, match=r"EMBEDDED_MODEL: .*make setup"):
        recognizer.label_many([Picture(jpeg()), Picture(jpeg(1))])


def test_the_recognizer_id_changes_with_whatever_changes_answers(model: Path, tmp_path: Path) -> None:
    ids = [
        embedded_recognizer(model).recognizer_id,
        embedded_recognizer(model, min_score=0.2).recognizer_id,
        embedded_recognizer(model, max_labels=5).recognizer_id,
        embedded_recognizer(other_model(tmp_path / "other.onnx")).recognizer_id,
    ]
    assert len(set(ids)) == 4
    assert embedded_recognizer(model).recognizer_id == ids[0]


def test_settings_limit_the_labels(model: Path) -> None:
    picture = Picture(jpeg(3))
    every = embedded_recognizer(model, min_score=0.0, max_labels=50).label(picture)
    few = embedded_recognizer(model, min_score=0.0, max_labels=3).label(picture)
    sure = embedded_recognizer(model, min_score=every[4].score, max_labels=50).label(picture)
    assert len(every) == 50
    assert few == every[:3]
    assert sure == every[:5]


def test_the_network_gives_a_probability_for_each_class_and_is_loaded_once(
    model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model.read_bytes())
    network = EmbeddedNetwork(path)
    square = np.full((1, SIDE, SIDE, 3), 127, np.uint8)
    first = network.look(square)
    path.unlink()
    assert first.probabilities.shape == (CLASSES,)
    assert first.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert np.array_equal(network.look(square).probabilities, first.probabilities)


def test_recognizer_and_encoder_of_one_file_load_it_once(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model.read_bytes())
    recognizer, encoder = embedded_recognizer(path), embedded_encoder(path)
    encoder.prepare()
    path.unlink()
    assert recognizer.label(Picture(jpeg())) == embedded_recognizer(model).label(Picture(jpeg()))


def test_more_pictures_than_are_decoded_ahead_keep_their_order(model: Path) -> None:
    recognizer = embedded_recognizer(model)
    pictures = [Picture(jpeg(seed)) for seed in range(3 * LOOK_AHEAD)]
    assert recognizer.label_many(pictures) == [recognizer.label(picture) for picture in pictures]


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


KNOWN = Path(__file__).with_name("known_vectors.json")
"""Made on a processor with AVX-512 and VNNI. An emulated one with AVX2 made the same to four digits;
one with SSE4.2 alone came as close as a cosine of 0.9998."""


@pytest.mark.parametrize("seed", range(3))
def test_this_processor_makes_the_known_vectors(seed: int, model: Path) -> None:
    encoder = embedded_encoder(model)
    picture = Picture(encoded(scene((300, 300), seed), "PNG"))
    [product] = encoder.encode_products([picture])
    made = np.array([encoder.encode(picture), product])
    known = np.array(json.loads(KNOWN.read_text(encoding="utf-8"))[seed])
    assert ((made * known).sum(axis=1) > 0.999).all()
