from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from shared import wiring
from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.labeling.local import LOOK_AHEAD
from shared.labeling.providers.embedded.network import CLASSES, SIDE, EmbeddedNetwork
from shared.settings.labeling import LabelingSettings
from tests.local import embedded_encoder, embedded_recognizer
from tests.pictures import jpeg


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
