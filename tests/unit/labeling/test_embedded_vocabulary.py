from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.labeling.providers.embedded.labels import Vocabulary, read_vocabulary

CLASSES = [
    ("Sneaker", ["Footwear", "Shoe"]),
    ("Sandal", ["Footwear", "Shoe"]),
    ("Boot", ["Footwear"]),
    ("Jeans", ["Clothing"]),
    ("Sunglasses", ["Eyewear"]),
    ("Sunglasses", ["Eyewear"]),
    ("Drum", []),
    ("Steel drum", ["Drum"]),
]
VOCABULARY = Vocabulary(CLASSES)


def probabilities(**named: float) -> np.ndarray:
    """A vector with the given probabilities, by position: `c0` is the first class."""
    vector = np.zeros(len(CLASSES), np.float32)
    for name, value in named.items():
        vector[int(name[1:])] = value
    return vector


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        (probabilities(c0=0.75), {"Sneaker": 0.75, "Footwear": 0.75, "Shoe": 0.75}),
        (
            probabilities(c0=0.5, c1=0.25, c2=0.125),
            {"Footwear": 0.875, "Shoe": 0.75, "Sneaker": 0.5, "Sandal": 0.25, "Boot": 0.125},
        ),
        (probabilities(c4=0.25, c5=0.5), {"Sunglasses": 0.75, "Eyewear": 0.75}),
        (probabilities(c6=0.25, c7=0.5), {"Drum": 0.75, "Steel drum": 0.5}),
        (probabilities(c3=0.0625, c2=0.03125), {"Jeans": 0.0625, "Clothing": 0.0625}),
        (probabilities(c0=0.04, c1=0.04), {"Footwear": 0.08, "Shoe": 0.08}),
        (probabilities(c0=0.7, c1=0.300001), {"Footwear": 1, "Shoe": 1, "Sneaker": 0.7, "Sandal": 0.300001}),
        (probabilities(), {}),
    ],
    ids=[
        *("one class", "summed", "two classes of one name", "named like a broader label", "below"),
        *("reached together", "rounded above one", "nothing"),
    ],
)
def test_labels_of_probabilities(vector: np.ndarray, expected: dict[str, float]) -> None:
    labels = VOCABULARY.rank(vector, min_score=0.05, max_labels=10)
    assert {label.name: label.score for label in labels} == pytest.approx(expected)
    assert all(label.score <= 1 for label in labels)
    assert [label.name for label in labels] == list(expected)


def test_a_vocabulary_is_read_from_json(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_text(json.dumps([["Hat", ["Clothing"]], ["Café", []]]), encoding="utf-8")
    vocabulary = read_vocabulary(path)
    assert vocabulary.classes == 2
    assert vocabulary.names == ("Hat", "Café", "Clothing")


@given(
    st.lists(st.floats(0, 1), min_size=len(CLASSES), max_size=len(CLASSES)).filter(lambda v: sum(v) > 0),
    st.floats(0.001, 1),
    st.integers(1, 12),
)
def test_labels_keep_the_ports_promises(weights: list[float], min_score: float, max_labels: int) -> None:
    vector = (np.array(weights) / sum(weights)).astype(np.float32)
    labels = VOCABULARY.rank(vector, min_score, max_labels)
    scores = [label.score for label in labels]
    assert len(labels) <= max_labels
    assert len({label.name for label in labels}) == len(labels)
    assert scores == sorted(scores, reverse=True)
    assert all(min_score <= score <= 1 for score in scores)


@given(st.lists(st.floats(0.01, 1), min_size=len(CLASSES), max_size=len(CLASSES)))
def test_a_broader_label_is_the_sum_of_its_classes(weights: list[float]) -> None:
    vector = (np.array(weights) / sum(weights)).astype(np.float32)
    scores = {label.name: label.score for label in VOCABULARY.rank(vector, 0.0, 100)}
    assert scores["Footwear"] == pytest.approx(float(vector[:3].sum()), abs=1e-6)
    assert scores["Footwear"] >= scores["Shoe"] >= max(scores["Sneaker"], scores["Sandal"])
