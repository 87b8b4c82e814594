from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from tests.models import embedded_model
from tests.pictures import scene
from tests.unit.tools.reference_network import Reference
from tools.embedded_model.directions import DECIMALS, DIRECTIONS, class_directions
from tools.embedded_model.layers import LARGEST_FILTERING, LARGEST_MIXING
from tools.embedded_model.measures import RANGES
from tools.embedded_model.network import SIZE, build, tensors_of
from tools.embedded_model.weights import published_weights, read_state_dict, verified

STAGES = ["stem", *(f"block{n}" for n in range(21)), "head", "embedding", "probabilities", "directions"]
SHIPPED = "d52cd2187c26d1df16c3834af05593b034e1cbf9f970dddc9040229ce2242bfa"
"""The SHA-256 of the file; another one is another encoder, and every catalog is encoded anew."""

TOLERANCE = 1e-5
"""Of a stage's largest value; float32 keeps seven digits."""

RANGES_OF = json.loads(RANGES.read_text(encoding="utf-8"))

Tensors = Mapping[str, NDArray[Any]]


@pytest.fixture(scope="module")
def state_dict() -> Tensors:
    return read_state_dict(published_weights())


@pytest.fixture(scope="module")
def model(state_dict: Tensors) -> onnx.ModelProto:
    return build(state_dict, {"source": "test"})


@pytest.fixture(scope="module")
def directions(model: onnx.ModelProto) -> NDArray[Any]:
    [stored] = [each for each in model.graph.initializer if each.name == "classifier.directions"]
    return onnx.numpy_helper.to_array(stored)


def values(model: onnx.ModelProto, picture: NDArray[np.uint8]) -> Tensors:
    """What the converted network has at every stage."""
    instrumented = onnx.ModelProto()
    instrumented.CopyFrom(model)
    del instrumented.graph.output[:]
    instrumented.graph.output.extend(onnx.ValueInfoProto(name=name) for name in STAGES)
    providers = ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(instrumented.SerializeToString(), providers=providers)
    found = session.run(STAGES, {"picture": picture[None]})
    return {name: each[0] for name, each in zip(STAGES, found, strict=True)}


def test_the_converted_network_equals_the_published_weights_at_every_stage(
    model: onnx.ModelProto, state_dict: Tensors, directions: NDArray[Any]
) -> None:
    picture = np.asarray(scene((SIZE, SIZE), seed=5))
    converted, reference = values(model, picture), dict(Reference(state_dict).run(picture))
    reference["directions"] = directions @ reference["embedding"]
    assert converted["directions"].shape == (DIRECTIONS,)
    assert [name for name in STAGES if converted[name].shape != reference[name].shape] == []
    largest = {name: np.abs(reference[name]).max() for name in STAGES}
    assert min(largest.values()) > 0
    off = {name: np.abs(converted[name] - reference[name]).max() for name in STAGES}
    assert [name for name in STAGES if off[name] > TOLERANCE * largest[name]] == []


def test_only_the_published_weights_are_read(state_dict: Tensors) -> None:
    assert len(state_dict) == 386
    assert state_dict["_bn0.num_batches_tracked"].dtype == np.int64
    with pytest.raises(ValueError, match="SHA-256"):
        verified(b"other weights")


def test_the_shipped_network_is_the_same_to_the_byte_and_fits_16_bits(
    tmp_path: Path, state_dict: Tensors
) -> None:
    integers, shipped = build(state_dict, {"source": "test"}, RANGES_OF), onnx.load(embedded_model(tmp_path))
    [ours, theirs] = [each.graph.SerializeToString(deterministic=True) for each in (integers, shipped)]
    assert ours == theirs
    assert {each.key: each.value for each in integers.metadata_props} == {"source": "test"}
    assert hashlib.sha256(embedded_model(tmp_path).read_bytes()).hexdigest() == SHIPPED
    stored = [each for each in shipped.graph.initializer if each.name.endswith(".kernel")]
    kernels = [onnx.numpy_helper.to_array(each).astype(int) for each in stored]
    mixing = [kernel for kernel in kernels if kernel.shape[1] > 1]
    assert (len(kernels), len(mixing)) == (64, 43)
    assert max(np.abs(kernel).max() for kernel in mixing) == LARGEST_MIXING
    assert max(np.abs(kernel).max() for kernel in kernels) == LARGEST_FILTERING
    assert 2 * 255 * LARGEST_MIXING < 2**15


def test_every_tensor_has_its_range_and_every_one_is_of_a_tensor(model: onnx.ModelProto) -> None:
    assert list(RANGES_OF) == tensors_of(model)
    assert all(low <= 0 < high for low, high in RANGES_OF.values())


CLASSIFIER = np.random.default_rng(3).normal(size=(40, 60)).astype(np.float32)
ROUNDING = 0.5 * 10**-DECIMALS + 1e-9


def test_they_are_the_singular_vectors_of_the_centered_weights_with_the_largest_component_positive() -> None:
    _, _, right = np.linalg.svd(CLASSIFIER - CLASSIFIER.mean(axis=0, dtype=np.float64), full_matrices=False)
    found = class_directions(CLASSIFIER, 39)
    assert np.abs(np.abs(found) - np.abs(right[:39])).max() <= ROUNDING
    assert (found.max(axis=1) == np.abs(found).max(axis=1)).all()
    shared = np.random.default_rng(4).normal(size=60).astype(np.float32)
    difference = class_directions(CLASSIFIER + shared, 10) - found[:10]
    assert np.abs(difference).max() <= 2 * ROUNDING, "what all classes share is no direction"
    for count in (40, 41):
        with pytest.raises(ValueError, match=rf"\(40, 60\) have no {count} directions"):
            class_directions(CLASSIFIER, count)


def test_the_order_of_addition_changes_no_bit(state_dict: Tensors, directions: NDArray[Any]) -> None:
    published = state_dict["_fc.weight"]
    order = np.random.default_rng(5).permutation(len(published))
    assert class_directions(published[order]).tobytes() == directions.tobytes()
