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

from shared.errors import Misconfigured
from shared.labeling.providers.embedded.labels import Head, parse_head
from shared.labeling.providers.embedded.network import COORDINATES
from tests.heads import chance_head

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
