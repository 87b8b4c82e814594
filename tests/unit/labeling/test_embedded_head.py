from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import wiring
from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.labeling.providers.embedded.labels import (
    Head,
    LabelSelection,
    Vocabulary,
    parse_head,
    with_taught,
)
from shared.labeling.providers.embedded.network import CHANNELS, COORDINATES, Look
from shared.model import Label, Labels
from shared.settings.labeling import LabelingSettings
from tests.heads import chance_head
from tests.local import embedded_encoder, embedded_recognizer
from tests.pictures import jpeg

ENCODER = "embedded/efficientnet-lite0/12345678/256"
FILE = Path("head.json")


def parsed(text: str | bytes, encoder_id: str = ENCODER) -> Head:
    return parse_head(text if isinstance(text, bytes) else text.encode(), FILE, encoder_id)


def changed(**changes: object) -> bytes:
    """A good file with other values, or without those that are None."""
    document: dict[str, Any] = json.loads(chance_head(ENCODER, ("Clog", "Mule")).as_json()) | changes
    return json.dumps({name: value for name, value in document.items() if value is not None}).encode()


def weights(count: int, value: float = 0.5) -> str:
    return base64.b64encode(np.full(count, value, "<f4").tobytes()).decode()


@given(st.integers(0, 1_000), st.lists(st.text(min_size=1), min_size=2, max_size=5, unique_by=str.casefold))
def test_a_head_comes_back_as_it_was_written(seed: int, names: list[str]) -> None:
    head = chance_head(ENCODER, tuple(names), seed)
    again = parsed(head.as_json())
    assert (again.encoder_id, again.classes, again.temperature) == (ENCODER, tuple(names), 1.5)
    assert np.array_equal(again.weights, head.weights)
    assert np.array_equal(again.bias, head.bias)


def test_the_file_is_small() -> None:
    assert len(chance_head(ENCODER, tuple("abcdefghij")).as_json()) < 16_000


def test_scores_are_the_softmax_of_weights_bias_and_temperature() -> None:
    table = np.zeros((2, COORDINATES), np.float32)
    table[0, 0] = 3
    head = Head(ENCODER, ("Clog", "Mule"), table, np.array([0.0, 1.0]), temperature=2.0)
    coordinates = np.eye(1, COORDINATES, dtype=np.float32)[0]
    expected = 1 / (1 + np.exp(-(3 - 1) / 2))
    assert head.scores(coordinates) == pytest.approx([expected, 1 - expected])
    assert head.scores(7 * coordinates) == pytest.approx(head.scores(coordinates))


def test_the_largest_numbers_a_file_may_hold_give_scores() -> None:
    big = parsed(changed(weights=weights(2 * COORDINATES, 3e38), bias=[1e6, -1e6], temperature=0.01))
    assert big.scores(np.ones(COORDINATES)).sum() == pytest.approx(1)


def test_a_picture_without_direction_has_no_scores() -> None:
    with pytest.raises(ValueError, match="no direction"):
        chance_head(ENCODER, ("Clog", "Mule")).scores(np.zeros(COORDINATES))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (lambda: b"", "Invalid JSON"),
        (lambda: b"\xff\xfe", "Invalid JSON"),
        (lambda: b"[1, 2]", "Input should be an object"),
        (lambda: changed()[:-20], "Invalid JSON"),
        (lambda: changed(version=2), "version: Input should be 1"),
        (lambda: changed(weights=None), "weights: Field required"),
        (lambda: changed(color="red"), "color: Extra inputs are not permitted"),
        (lambda: changed(classes=["Clog"]), "classes: List should have at least 2 items"),
        (lambda: changed(classes=["Clog", ""]), r"classes\.1: String should have at least 1"),
        (lambda: changed(classes=["Clog", "CLOG"]), "classes: Value error, a class is named twice"),
        (lambda: changed(classes=["Clog", "Mule", "Boot"]), "no weight for each of 3 classes"),
        (lambda: changed(bias=[0.5]), "no weight for each of 2 classes"),
        (lambda: changed(bias=[0.5, "x"]), r"bias\.1: Input should be a valid number"),
        (lambda: changed(bias=[0.5, float("nan")]), r"bias\.1: Input should be "),
        (lambda: changed(temperature=0), "temperature: Input should be greater than or equal to 0.01"),
        (lambda: changed(temperature=float("inf")), "temperature: Input should be less than or equal to 100"),
        (lambda: changed(weights="§"), "ASCII"),
        (lambda: changed(weights="abc"), "Incorrect padding"),
        (lambda: changed(weights=weights(COORDINATES)), "no weight for each of 2 classes"),
        (lambda: changed(weights="AAA="), "buffer size must be a multiple"),
        (lambda: changed(weights=weights(2 * COORDINATES, float("nan"))), "a weight is no number"),
    ],
)
def test_a_damaged_file_is_misconfigured_and_says_why(content: Callable[[], bytes], problem: str) -> None:
    with pytest.raises(Misconfigured, match=rf"EMBEDDED_HEAD: head\.json is damaged \(.*{problem}") as caught:
        parsed(content())
    assert caught.value.setting == "EMBEDDED_HEAD"
    assert "run visual-search measure teach again" in caught.value.advice
    assert "\n" not in caught.value.advice


@given(st.binary(max_size=200))
def test_no_bytes_bring_another_error(content: bytes) -> None:
    with pytest.raises(Misconfigured, match="EMBEDDED_HEAD"):
        parsed(content)


def test_a_head_for_another_encoder_names_both() -> None:
    with pytest.raises(Misconfigured, match=rf"EMBEDDED_HEAD: .*made for {ENCODER}.*model is embedded/x/256"):
        parsed(changed(), "embedded/x/256")


VOCABULARY = Vocabulary([("Sneaker", ["Footwear"]), ("Sandal", ["Footwear"]), ("Jeans", ["Clothing"])])

NAMES = st.sampled_from(["Clog", "CLOG", "clog", "Mule", "Straße", "STRASSE", "Hat"])
LABELS = st.lists(st.builds(Label, NAMES, st.floats(0, 1)), max_size=5, unique_by=lambda x: x.name.casefold())


@pytest.fixture
def head(model: Path, tmp_path: Path) -> Path:
    file = tmp_path / "head.json"
    encoder_id = embedded_encoder(model).encoder_id
    file.write_text(chance_head(encoder_id, ("Clog", "Mule", "Espadrille")).as_json())
    return file


def look(*, length: float = 1.0) -> Look:
    """What the network might make of a picture."""
    coordinates = np.zeros(COORDINATES, np.float32)
    coordinates[0] = length
    return Look(np.array([0.5, 0.2, 0.3], np.float32), np.zeros(CHANNELS, np.float32), coordinates)


def head_with(**scores: float) -> Head:
    """A head that gives these scores to a `look`."""
    bias = np.log(np.array(list(scores.values())))
    return Head("e/1", tuple(scores), np.zeros((len(scores), COORDINATES), np.float32), bias, 1.0)


def seen(head: Head | None, min_score: float = 0.0, max_labels: int = 10, length: float = 1.0) -> Labels:
    return LabelSelection(VOCABULARY, head, min_score, max_labels)(look(length=length))


def told(labels: Labels) -> list[tuple[str, float]]:
    return [(label.name, round(label.score, 3)) for label in labels]


ORDINARY = [("Footwear", 0.7), ("Sneaker", 0.5), ("Jeans", 0.3), ("Clothing", 0.3), ("Sandal", 0.2)]


def test_a_taught_class_comes_before_an_ordinary_label_of_the_same_score() -> None:
    labels = with_taught((Label("Footwear", 0.5),), (Label("Clog", 0.5),))
    assert [label.name for label in labels] == ["Clog", "Footwear"]


@pytest.mark.parametrize(
    ("length", "taught"),
    [(1.0, [("Clog", 0.6), ("Mule", 0.4)]), (0.0, [])],
    ids=["seen", "without direction"],
)
def test_taught_classes_and_ordinary_labels_are_sorted_by_score(
    length: float, taught: list[tuple[str, float]]
) -> None:
    assert told(seen(None, length=length)) == ORDINARY
    labels = told(seen(head_with(Clog=0.6, Mule=0.4), length=length))
    assert labels == sorted([*ORDINARY, *taught], key=lambda each: -each[1])


@pytest.mark.parametrize(("score", "expected"), [(0.9, [("SNEAKER", 0.9)]), (0.01, [])])
def test_of_one_name_the_taught_score_counts_even_below_the_limit(
    score: float, expected: list[tuple[str, float]]
) -> None:
    labels = told(seen(head_with(SNEAKER=score, Clog=1 - score), min_score=0.05))
    assert [each for each in labels if each[0].casefold() == "sneaker"] == expected


def test_both_share_the_limit_and_no_ordinary_label_is_missed() -> None:
    every = told(seen(head_with(Footwear=0.02, Sneaker=0.03, Clog=0.95)))
    few = told(seen(head_with(Footwear=0.02, Sneaker=0.03, Clog=0.95), max_labels=3))
    assert few == every[:3] == [("Clog", 0.95), ("Jeans", 0.3), ("Clothing", 0.3)]


@given(LABELS, LABELS)
def test_merged_labels_keep_the_ports_promises(ordinary: list[Label], taught: list[Label]) -> None:
    merged = with_taught(tuple(ordinary), tuple(taught))
    scores = [label.score for label in merged]
    assert scores == sorted(scores, reverse=True)
    assert len({label.name.casefold() for label in merged}) == len(merged)
    assert set(taught) <= set(merged) <= {*taught, *ordinary}


def test_scores_are_the_heads_for_the_encoders_vector(model: Path, head: Path) -> None:
    encoder = embedded_encoder(model)
    expected = chance_head(encoder.encoder_id, ("Clog", "Mule", "Espadrille"))
    recognizer = embedded_recognizer(model, head, min_score=0.0, max_labels=2_000)
    found = {label.name: label.score for label in recognizer.label(Picture(jpeg(4)))}
    scores = expected.scores(np.array(encoder.encode(Picture(jpeg(4)))))
    assert [found[name] for name in expected.classes] == pytest.approx(scores.tolist(), abs=1e-4)


def test_the_recognizer_id_changes_with_the_head_and_only_with_it(model: Path, head: Path) -> None:
    without = embedded_recognizer(model).recognizer_id
    one = embedded_recognizer(model, head).recognizer_id
    assert embedded_recognizer(model, head).recognizer_id == one
    head.write_text(chance_head(embedded_encoder(model).encoder_id, ("a", "b"), 2).as_json())
    other = embedded_recognizer(model, head).recognizer_id
    assert len({without, one, other}) == 3
    assert embedded_recognizer(model).recognizer_id == without


def test_the_setting_names_the_head(model: Path, head: Path) -> None:
    env = {"RECOGNIZER": "embedded", "EMBEDDED_MODEL": str(model), "EMBEDDED_HEAD": str(head)}
    made = wiring.chosen_recognizer(LabelingSettings.from_env(env))
    assert made.recognizer_id == embedded_recognizer(model, head).recognizer_id


def test_a_missing_or_foreign_head_is_misconfigured_before_any_picture(model: Path, head: Path) -> None:
    with pytest.raises(
        Misconfigured, match=r"EMBEDDED_HEAD: cannot read .*nowhere\.json .*visual-search measure teach"
    ):
        embedded_recognizer(model, head.with_name("nowhere.json"))
    head.write_text(chance_head("embedded/other/256", ("Clog", "Mule")).as_json())
    with pytest.raises(Misconfigured, match=r"EMBEDDED_HEAD: .*made for embedded/other/256"):
        embedded_recognizer(model, head)
