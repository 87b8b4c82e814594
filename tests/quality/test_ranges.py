"""The embedded model in integers is true to the one in floats, on real pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from devstack.environment import SAMPLE
from tools.embedded_model.layers import Range
from tools.embedded_model.measures import RANGES, Views, ranges_on, views_of
from tools.embedded_model.network import build
from tools.embedded_model.weights import published_weights, read_state_dict


def within(known: Sequence[float], low: float, high: float) -> bool:
    return known[0] - 1e-3 <= low and high <= known[1] + 1e-3


def directions(pictures: Sequence[Views], ranges: Mapping[str, Range] | None) -> NDArray[np.float32]:
    model = build(read_state_dict(published_weights()), {}, ranges).SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    told = np.concatenate([session.run(["embedding"], {"picture": first})[0] for first, *_ in pictures])
    return np.asarray(told / np.linalg.norm(told, axis=1, keepdims=True))


def test_the_ranges_are_those_of_the_samples_pictures() -> None:
    known = json.loads(RANGES.read_text(encoding="utf-8"))
    found = ranges_on(views_of(SAMPLE / "pictures")[:3])
    assert {name for name, (low, high) in found.items() if not within(known[name], low, high)} == set()


def test_integers_tell_nearly_what_floats_do() -> None:
    pictures = views_of(SAMPLE / "pictures")[:6]
    known = json.loads(RANGES.read_text(encoding="utf-8"))
    closeness = (directions(pictures, known) * directions(pictures, None)).sum(axis=1)
    assert closeness.min() > 0.95
