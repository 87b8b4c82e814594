from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper

from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling.providers.embedded import PROVIDER
from shared.labeling.providers.embedded.color import COLORS, color_coordinates
from shared.labeling.providers.embedded.network import (
    COORDINATES,
    DIRECTIONS,
    EmbeddedNetwork,
    square,
    squares,
)
from tests.local import embedded_encoder, embedded_recognizer
from tests.pictures import encoded, jpeg, scene


def damaged(_: Path, path: Path) -> None:
    path.write_bytes(b"no model")


def another_kind(_: Path, path: Path) -> None:
    """Write a valid ONNX file that is no image classifier."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("in", "out")]
    graph = helper.make_graph([helper.make_node("Relu", ["in"], ["out"])], "other", ends[:1], ends[1:])
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


def without_directions(model: Path, path: Path) -> None:
    proto = onnx.load(model)
    [output] = [each for each in proto.graph.output if each.name == "directions"]
    proto.graph.output.remove(output)
    onnx.save(proto, path)


@pytest.mark.parametrize(
    ("write", "said"),
    [(damaged, "cannot be loaded"), (another_kind, "another model"), (without_directions, "another model")],
)
def test_an_unusable_model_is_misconfigured(
    write: Callable[[Path, Path], None], said: str, model: Path, tmp_path: Path
) -> None:
    path, pictures = tmp_path / "model.onnx", [Picture(jpeg()), Picture(jpeg(1))]
    write(model, path)
    recognizer, encoder = embedded_recognizer(path), embedded_encoder(path)
    attempts = (
        encoder.prepare,
        lambda: recognizer.label_many(pictures),
        lambda: encoder.encode_many(pictures),
    )
    for attempt in attempts:
        with pytest.raises(Misconfigured, match=rf"EMBEDDED_MODEL: .*{said}.*make setup"):
            attempt()


def test_the_ids_change_with_whatever_changes_answers(model: Path, tmp_path: Path) -> None:
    another_kind(model, tmp_path / "other.onnx")
    made = [
        *(embedded_recognizer(model), embedded_recognizer(tmp_path / "other.onnx")),
        *(embedded_recognizer(model, min_score=0.2), embedded_recognizer(model, max_labels=5)),
    ]
    assert len({each.recognizer_id for each in made}) == 4
    assert embedded_recognizer(model).recognizer_id == made[0].recognizer_id
    encoders = [embedded_encoder(model, weight) for weight in (0.07, 0.0, 0.15)]
    encoders.append(embedded_encoder(tmp_path / "other.onnx"))
    assert len({each.encoder_id for each in encoders}) == 4
    assert embedded_encoder(model).encoder_id == encoders[0].encoder_id


def test_settings_limit_the_labels(model: Path) -> None:
    picture = Picture(jpeg(3))
    every = embedded_recognizer(model, min_score=0.0, max_labels=50).label(picture)
    few = embedded_recognizer(model, min_score=0.0, max_labels=3).label(picture)
    sure = embedded_recognizer(model, min_score=every[4].score, max_labels=50).label(picture)
    assert (len(every), few, sure) == (50, every[:3], every[:5])


def test_recognizer_and_encoder_of_one_file_load_it_once(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model.read_bytes())
    recognizer, encoder = embedded_recognizer(path), embedded_encoder(path)
    encoder.prepare()
    path.unlink()
    assert recognizer.label(Picture(jpeg())) == embedded_recognizer(model).label(Picture(jpeg()))


def unit(vector: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(vector / np.linalg.norm(vector))


@pytest.mark.parametrize("weight", [0.0, 0.15])
def test_a_vector_is_directions_and_colors_by_weight(model: Path, weight: float) -> None:
    pixels = square(product_opener().raster(Picture(jpeg())))
    told = EmbeddedNetwork(model).look(pixels)
    encoder = embedded_encoder(model, color_weight=weight)
    vector = encoder.encode(Picture(jpeg()))
    expected = [*unit(told.directions) * (1 - weight) ** 0.5, *color_coordinates(pixels) * weight**0.5]
    assert len(vector) == COORDINATES
    assert vector == pytest.approx(expected, abs=1e-6)
    [whole] = encoder.encode_whole([Picture(jpeg())])
    assert whole == pytest.approx(unit(told.embedding), abs=1e-6), "all that an exact search would compare"


def test_a_product_lies_in_the_middle_of_its_views(model: Path) -> None:
    views, network = squares(product_opener().raster(Picture(jpeg()))), EmbeddedNetwork(model)
    middle = unit(np.sum([unit(network.look(view).directions) for view in views], axis=0))
    encoder = embedded_encoder(model)
    [product] = encoder.encode_products([Picture(jpeg())])
    photo = encoder.encode(Picture(jpeg()))
    assert product == pytest.approx([*middle * 0.93**0.5, *photo[DIRECTIONS:]], abs=1e-6)


SIDES, LEAST_ALIKE = (544, 600, 768, 1_088), 0.98
"""Of photos decoded at a half or a quarter; docs/decisions/0022 has what that changes for real ones."""


@pytest.mark.parametrize("side", SIDES)
def test_a_photo_decoded_at_a_fraction_of_its_size_lies_where_it_did(model: Path, side: int) -> None:
    encoder = embedded_encoder(model)
    photo = Picture(encoded(scene((side * 4 // 3 // 2 * 2, side), side), quality=90))
    fewer = product_opener(PROVIDER.looks_at).raster(photo)
    assert min(fewer.size) < side
    one, other = map(np.array, (encoder.encode(photo), encoder.encode(Picture(raster=fewer))))
    assert one @ other > LEAST_ALIKE


KNOWN = Path(__file__).with_name("known_vectors.json")
"""Made on a processor with AVX-512 and VNNI. One without VNNI and an emulated one with AVX2 made the same to
four digits; one with SSE4.2 alone came as close as a cosine of 0.9998."""


@pytest.mark.parametrize("seed", range(3))
def test_this_processor_makes_the_known_vectors(seed: int, model: Path) -> None:
    encoder = embedded_encoder(model)
    picture = Picture(encoded(scene((300, 300), seed), "PNG"))
    [product] = encoder.encode_products([picture])
    made = np.array([encoder.encode(picture), product])
    known = np.array(json.loads(KNOWN.read_text(encoding="utf-8"))[seed])
    # By themselves, for colors are a small part of the whole.
    for part in (slice(DIRECTIONS), slice(DIRECTIONS, None)):
        one, other = (
            each[:, part] / np.linalg.norm(each[:, part], axis=1, keepdims=True) for each in (made, known)
        )
        assert ((one * other).sum(axis=1) > 0.999).all()


SIDE = 240


@given(
    st.integers(0, 255).map(lambda level: [level] * 12)
    | st.lists(st.integers(0, 255), min_size=12, max_size=12)
)
@settings(max_examples=25)
def test_any_square_has_a_direction_of_unit_length(levels: list[int]) -> None:
    few = np.array(levels, np.uint8).reshape(1, 2, 2, 3)
    coordinates = color_coordinates(few.repeat(SIDE // 2, axis=1).repeat(SIDE // 2, axis=2))
    assert coordinates.shape == (COLORS,)
    assert np.linalg.norm(coordinates) == pytest.approx(1)
