from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from shared.labeling.providers.embedded.labels import Vocabulary, read_vocabulary

CLASSES = [
    *(("Sneaker", ["Footwear", "Shoe"]), ("Sandal", ["Footwear", "Shoe"]), ("Boot", ["Footwear"])),
    *(("Jeans", ["Clothing"]), ("Sunglasses", ["Eyewear"]), ("Sunglasses", ["Eyewear"])),
    *(("Drum", []), ("Steel drum", ["Drum"])),
]
VOCABULARY = Vocabulary(CLASSES)


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        pytest.param({0: 0.75}, {"Sneaker": 0.75, "Footwear": 0.75, "Shoe": 0.75}, id="one class"),
        pytest.param(
            {0: 0.5, 1: 0.25, 2: 0.125},
            {"Footwear": 0.875, "Shoe": 0.75, "Sneaker": 0.5, "Sandal": 0.25, "Boot": 0.125},
            id="summed",
        ),
        pytest.param({4: 0.25, 5: 0.5}, {"Sunglasses": 0.75, "Eyewear": 0.75}, id="two classes of one name"),
        pytest.param({6: 0.25, 7: 0.5}, {"Drum": 0.75, "Steel drum": 0.5}, id="named like a broader label"),
        pytest.param({3: 0.0625, 2: 0.03125}, {"Jeans": 0.0625, "Clothing": 0.0625}, id="below"),
        pytest.param({0: 0.04, 1: 0.04}, {"Footwear": 0.08, "Shoe": 0.08}, id="reached together"),
        pytest.param(
            {0: 0.7, 1: 0.300001},
            {"Footwear": 1, "Shoe": 1, "Sneaker": 0.7, "Sandal": 0.300001},
            id="rounded above one",
        ),
        pytest.param({}, {}, id="nothing"),
    ],
)
def test_labels_of_probabilities(probabilities: dict[int, float], expected: dict[str, float]) -> None:
    vector = np.array([probabilities.get(number, 0.0) for number in range(len(CLASSES))], np.float32)
    labels = VOCABULARY.rank(vector, min_score=0.05, max_labels=10)
    assert {label.name: label.score for label in labels} == pytest.approx(expected)
    assert all(label.score <= 1 for label in labels)
    assert [label.name for label in labels] == list(expected)


def test_a_vocabulary_is_read_from_json(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_text(json.dumps([["Hat", ["Clothing"]], ["Café", []]]), encoding="utf-8")
    vocabulary = read_vocabulary(path)
    assert (vocabulary.classes, vocabulary.names) == (2, ("Hat", "Café", "Clothing"))
