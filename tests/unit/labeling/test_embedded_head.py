from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared import wiring
from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.labeling.providers.embedded import labels as of
from shared.labeling.providers.embedded.labels import Head, parse_head, with_taught
from shared.labeling.providers.embedded.network import CHANNELS, COORDINATES, Look
from shared.model import Label
from shared.settings.labeling import LabelingSettings
from tests.heads import chance_head
from tests.local import embedded_encoder, embedded_recognizer
from tests.pictures import jpeg

ENCODER = "embedded/efficientnet-lite0/12345678/256"
CLASSES = ("Clog", "Mule")


def parsed(content: bytes, encoder_id: str = ENCODER) -> Head:
    return parse_head(content, Path("head.json"), encoder_id)


def changed(**changes: object) -> bytes:
    """A good file with other values, or without those that are None."""
    document: dict[str, Any] = json.loads(chance_head(ENCODER, CLASSES).as_json()) | changes
    return json.dumps({name: value for name, value in document.items() if value is not None}).encode()


def weights(count: int, value: float = 0.5) -> str:
    return base64.b64encode(np.full(count, value, "<f4").tobytes()).decode()


def test_a_head_comes_back_from_a_small_file_as_it_was_written() -> None:
    head = chance_head(ENCODER, ("Clog", "Straße", 'a "b"\n', "👟", *"abcdef"))
    written = head.as_json()
    again = parsed(written.encode())
    assert (again.encoder_id, again.classes, again.temperature) == (ENCODER, head.classes, 1.5)
    assert np.array_equal(again.weights, head.weights)
    assert np.array_equal(again.bias, head.bias)
    assert len(written) < 16_000


def test_scores_are_the_softmax_of_weights_bias_and_temperature() -> None:
    table = np.zeros((2, COORDINATES), np.float32)
    table[0, 0] = 3
    head = Head(ENCODER, CLASSES, table, np.array([0.0, 1.0]), temperature=2.0)
    coordinates = np.eye(1, COORDINATES, dtype=np.float32)[0]
    expected = 1 / (1 + np.exp(-(3 - 1) / 2))
    assert head.scores(coordinates) == pytest.approx([expected, 1 - expected])
    assert head.scores(7 * coordinates) == pytest.approx(head.scores(coordinates))
    with pytest.raises(ValueError, match="no direction"):
        head.scores(np.zeros(COORDINATES))


def test_the_largest_numbers_a_file_may_hold_give_scores() -> None:
    big = parsed(changed(weights=weights(2 * COORDINATES, 3e38), bias=[1e6, -1e6], temperature=0.01))
    assert big.scores(np.ones(COORDINATES)).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        *((content, "Invalid JSON") for content in (b"", b"\xff\xfe", changed()[:-20])),
        (b"[1, 2]", "Input should be an object"),
        (changed(version=2), "version: Input should be 1"),
        (changed(weights=None), "weights: Field required"),
        (changed(color="red"), "color: Extra inputs are not permitted"),
        (changed(classes=["Clog"]), "classes: List should have at least 2 items"),
        (changed(classes=["Clog", ""]), r"classes\.1: String should have at least 1"),
        (changed(classes=["Clog", "CLOG"]), "classes: Value error, a class is named twice"),
        (changed(classes=["Clog", "Mule", "Boot"]), "no weight for each of 3 classes"),
        (changed(bias=[0.5]), "no weight for each of 2 classes"),
        (changed(bias=[0.5, "x"]), r"bias\.1: Input should be a valid number"),
        (changed(bias=[0.5, float("nan")]), r"bias\.1: Input should be "),
        (changed(temperature=0), "temperature: Input should be greater than or equal to 0.01"),
        (changed(temperature=float("inf")), "temperature: Input should be less than or equal to 100"),
        (changed(weights="§"), "ASCII"),
        (changed(weights="abc"), "Incorrect padding"),
        (changed(weights=weights(COORDINATES)), "no weight for each of 2 classes"),
        (changed(weights="AAA="), "buffer size must be a multiple"),
        (changed(weights=weights(2 * COORDINATES, float("nan"))), "a weight is no number"),
    ],
)
def test_a_damaged_file_is_misconfigured_and_says_why(content: bytes, problem: str) -> None:
    with pytest.raises(Misconfigured, match=rf"EMBEDDED_HEAD: head\.json is damaged \(.*{problem}") as caught:
        parsed(content)
    assert caught.value.setting == "EMBEDDED_HEAD"
    assert "run visual-search measure teach again" in caught.value.advice
    assert "\n" not in caught.value.advice


VOCABULARY = of.Vocabulary([("Sneaker", ["Footwear"]), ("Sandal", ["Footwear"]), ("Jeans", ["Clothing"])])
ORDINARY = [("Footwear", 0.7), ("Sneaker", 0.5), ("Jeans", 0.3), ("Clothing", 0.3), ("Sandal", 0.2)]


def seen(
    scores: dict[str, float], min_score: float = 0.0, max_labels: int = 10, length: float = 1.0
) -> list[tuple[str, float]]:
    """Labels of a picture that is `ORDINARY` but for a head that gives classes these scores."""
    bias = np.log(np.array(list(scores.values())))
    head = Head("e/1", tuple(scores), np.zeros((len(scores), COORDINATES), np.float32), bias, 1.0)
    coordinates = length * np.eye(1, COORDINATES, dtype=np.float32)[0]
    look = Look(np.array([0.5, 0.2, 0.3], np.float32), np.zeros(CHANNELS, np.float32), coordinates)
    labels = of.LabelSelection(VOCABULARY, head if scores else None, min_score, max_labels)(look)
    return [(label.name, round(label.score, 3)) for label in labels]


@pytest.mark.parametrize(
    ("length", "taught"), [(1.0, {"Clog": 0.6, "Mule": 0.4}), (0.0, {})], ids=["seen", "without direction"]
)
def test_all_labels_are_sorted_by_score(length: float, taught: dict[str, float]) -> None:
    assert seen({}, length=length) == ORDINARY
    labels = seen({"Clog": 0.6, "Mule": 0.4}, length=length)
    assert labels == sorted([*ORDINARY, *taught.items()], key=lambda each: -each[1])


@pytest.mark.parametrize(("score", "expected"), [(0.9, [("SNEAKER", 0.9)]), (0.01, [])])
def test_of_one_name_the_taught_score_counts(score: float, expected: list[tuple[str, float]]) -> None:
    labels = seen({"SNEAKER": score, "Clog": 1 - score}, min_score=0.05)
    assert [each for each in labels if each[0].casefold() == "sneaker"] == expected


def test_both_share_the_limit_and_no_ordinary_label_is_missed() -> None:
    taught = {"Footwear": 0.02, "Sneaker": 0.03, "Clog": 0.95}
    few = seen(taught, max_labels=3)
    assert few == seen(taught)[:3] == [("Clog", 0.95), ("Jeans", 0.3), ("Clothing", 0.3)]


def test_a_taught_class_comes_before_an_ordinary_label_of_the_same_score() -> None:
    labels = with_taught((Label("Footwear", 0.5),), (Label("Clog", 0.5),))
    assert [label.name for label in labels] == ["Clog", "Footwear"]


def test_the_setting_names_the_head_that_scores_vectors(model: Path, tmp_path: Path) -> None:
    encoder, file, photo = embedded_encoder(model), tmp_path / "head.json", Picture(jpeg(4))
    heads = [chance_head(encoder.encoder_id, ("Clog", "Mule", "Espadrille"), seed) for seed in range(2)]
    ids = []
    for head in heads:
        file.write_text(head.as_json())
        ids.append(embedded_recognizer(model, file).recognizer_id)
        assert embedded_recognizer(model, file).recognizer_id == ids[-1]
    assert len({*ids, embedded_recognizer(model).recognizer_id}) == 3
    recognizer = embedded_recognizer(model, file, min_score=0.0, max_labels=2_000)
    found = {label.name: label.score for label in recognizer.label(photo)}
    scores = heads[1].scores(np.array(encoder.encode(photo)))
    assert [found[name] for name in heads[1].classes] == pytest.approx(scores.tolist(), abs=1e-4)
    env = {"RECOGNIZER": "embedded", "EMBEDDED_MODEL": str(model), "EMBEDDED_HEAD": str(file)}
    assert wiring.chosen_recognizer(LabelingSettings.from_env(env)).recognizer_id == ids[1]


def test_a_missing_or_foreign_head_is_misconfigured_before_any_picture(model: Path, tmp_path: Path) -> None:
    missing = r"EMBEDDED_HEAD: cannot read .*nowhere\.json .*visual-search measure teach"
    with pytest.raises(Misconfigured, match=missing):
        embedded_recognizer(model, tmp_path / "nowhere.json")
    (tmp_path / "head.json").write_text(chance_head("embedded/other/256", CLASSES).as_json())
    foreign = r"EMBEDDED_HEAD: .*made for embedded/other/256, .*this model is embedded/"
    with pytest.raises(Misconfigured, match=foreign):
        embedded_recognizer(model, tmp_path / "head.json")
