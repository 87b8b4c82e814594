from __future__ import annotations

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
from tools.embedded_model.layers import LARGEST_FILTERING, LARGEST_MIXING, fold_batch_norm, same_padding
from tools.embedded_model.measures import RANGES
from tools.embedded_model.network import SIZE, block_strides, build, tensors_of

COMPARED = ["stem", *(f"block{number}" for number in range(21)), "head", "embedding", "probabilities"]
STAGES = [*COMPARED, "directions"]
TOLERANCE = 1e-5
"""Of a stage's largest value; float32 keeps seven digits."""

RANGES_OF = json.loads(RANGES.read_text(encoding="utf-8"))

Tensors = Mapping[str, NDArray[Any]]


def is_kernel(constant: onnx.TensorProto) -> bool:
    return constant.name.endswith(".kernel")


@pytest.fixture(scope="module")
def model(state_dict: Tensors) -> onnx.ModelProto:
    return build(state_dict, {"source": "test"})


@pytest.fixture(scope="module")
def integers(state_dict: Tensors) -> onnx.ModelProto:
    return build(state_dict, {"source": "test"}, RANGES_OF)


@pytest.fixture(scope="module")
def picture() -> NDArray[np.uint8]:
    return np.asarray(scene((SIZE, SIZE), seed=5))


@pytest.fixture(scope="module")
def converted(model: onnx.ModelProto, picture: NDArray[np.uint8]) -> Tensors:
    """The converted network's values at every stage."""
    instrumented = onnx.ModelProto()
    instrumented.CopyFrom(model)
    del instrumented.graph.output[:]
    instrumented.graph.output.extend(onnx.ValueInfoProto(name=name) for name in STAGES)
    session = onnxruntime.InferenceSession(
        instrumented.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return dict(zip(STAGES, session.run(STAGES, {"picture": picture[None]}), strict=True))


@pytest.fixture(scope="module")
def reference(state_dict: Tensors, picture: NDArray[np.uint8]) -> Tensors:
    return dict(Reference(state_dict).run(picture))


@pytest.mark.parametrize("stage", COMPARED)
def test_the_converted_network_equals_the_published_weights(
    stage: str, converted: Tensors, reference: Tensors
) -> None:
    expected = reference[stage]
    assert converted[stage][0].shape == expected.shape
    assert np.abs(expected).max() > 0
    assert np.abs(converted[stage][0] - expected).max() <= TOLERANCE * np.abs(expected).max()


def test_the_same_weights_give_the_same_bytes(tmp_path: Path, integers: onnx.ModelProto) -> None:
    [shipped, again] = [each.graph for each in (onnx.load(embedded_model(tmp_path)), integers)]
    assert again.SerializeToString(deterministic=True) == shipped.SerializeToString(deterministic=True)
    assert {each.key: each.value for each in integers.metadata_props} == {"source": "test"}


def test_no_two_products_of_integers_overflow_16_bits(integers: onnx.ModelProto) -> None:
    kernels = [onnx.numpy_helper.to_array(each) for each in integers.graph.initializer if is_kernel(each)]
    assert len(kernels) == 64
    mixing = [kernel for kernel in kernels if kernel.shape[1] > 1]
    assert len(mixing) == 43
    assert max(np.abs(kernel.astype(int)).max() for kernel in mixing) == LARGEST_MIXING
    assert max(np.abs(kernel.astype(int)).max() for kernel in kernels) == LARGEST_FILTERING
    assert 2 * 255 * LARGEST_MIXING < 2**15


def test_every_tensor_has_its_range_and_every_one_is_of_a_tensor(model: onnx.ModelProto) -> None:
    assert list(RANGES_OF) == tensors_of(model)
    assert all(low <= 0 < high for low, high in RANGES_OF.values())


def test_the_directions_are_the_embedding_along_the_classifiers_singular_vectors(
    state_dict: Tensors, converted: Tensors
) -> None:
    classifier = state_dict["_fc.weight"].astype(np.float64)
    _, _, right = np.linalg.svd(classifier - classifier.mean(axis=0), full_matrices=False)
    expected = np.abs(right[:DIRECTIONS] @ converted["embedding"][0])
    assert converted["directions"].shape == (1, DIRECTIONS)
    assert np.abs(np.abs(converted["directions"][0]) - expected).max() <= 1e-3 * expected.max()


def test_the_directions_change_no_probability_by_a_bit(
    model: onnx.ModelProto, converted: Tensors, picture: NDArray[np.uint8]
) -> None:
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    [node] = [each for each in bare.graph.node if "directions" in each.output]
    [output] = [each for each in bare.graph.output if each.name == "directions"]
    bare.graph.node.remove(node)
    bare.graph.output.remove(output)
    session = onnxruntime.InferenceSession(bare.SerializeToString(), providers=["CPUExecutionProvider"])
    [probabilities] = session.run(["probabilities"], {"picture": picture[None]})
    assert probabilities.tobytes() == converted["probabilities"].tobytes()


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "padding"),
    [
        (240, 3, 2, (0, 1)),
        (112, 3, 1, (1, 1)),
        (56, 5, 2, (1, 2)),
        (7, 5, 1, (2, 2)),
        (7, 3, 2, (1, 1)),
        (8, 1, 2, (0, 0)),
    ],
)
def test_same_padding_puts_an_odd_zero_last(
    side: int, kernel: int, stride: int, padding: tuple[int, int]
) -> None:
    assert same_padding(side, kernel, stride) == padding


def test_a_stage_begins_with_its_stride(state_dict: Tensors) -> None:
    assert block_strides(state_dict) == [1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1]


def test_folding_equals_convolution_and_normalization_apart() -> None:
    chance = np.random.default_rng(7)
    weights = {
        "c.weight": chance.normal(size=(3, 2, 1, 1)).astype(np.float32),
        **{f"n.{part}": chance.uniform(0.5, 2, 3).astype(np.float32) for part in ("weight", "running_var")},
        **{f"n.{part}": chance.normal(size=3).astype(np.float32) for part in ("bias", "running_mean")},
    }
    x = chance.normal(size=2)
    apart = (weights["c.weight"][:, :, 0, 0] @ x - weights["n.running_mean"]) / np.sqrt(
        weights["n.running_var"] + 0.001
    ) * weights["n.weight"] + weights["n.bias"]
    kernel, bias = fold_batch_norm(weights, "c", "n")
    np.testing.assert_allclose(kernel[:, :, 0, 0] @ x + bias, apart, rtol=1e-5)


CLASSIFIER = np.random.default_rng(3).normal(size=(40, 60)).astype(np.float32)
ROUNDING = 0.5 * 10**-DECIMALS + 1e-9


@pytest.fixture(scope="module")
def directions(state_dict: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    return class_directions(state_dict["_fc.weight"])


def test_they_are_the_right_singular_vectors_of_the_centered_weights() -> None:
    _, _, right = np.linalg.svd(CLASSIFIER - CLASSIFIER.mean(axis=0, dtype=np.float64), full_matrices=False)
    difference = np.abs(class_directions(CLASSIFIER, 39)) - np.abs(right[:39])
    assert np.abs(difference).max() <= ROUNDING


def test_the_largest_component_of_each_is_positive() -> None:
    directions = class_directions(CLASSIFIER, 39)
    assert (directions.max(axis=1) == np.abs(directions).max(axis=1)).all()


def test_what_all_classes_share_is_no_direction() -> None:
    shared = np.random.default_rng(4).normal(size=60).astype(np.float32)
    difference = class_directions(CLASSIFIER + shared, 10) - class_directions(CLASSIFIER, 10)
    assert np.abs(difference).max() <= 2 * ROUNDING


@pytest.mark.parametrize("count", [40, 41])
def test_more_directions_than_classes_differ_in_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=rf"\(40, 60\) have no {count} directions"):
        class_directions(CLASSIFIER, count)


def test_the_published_directions_are_orthonormal(directions: NDArray[np.float32]) -> None:
    assert directions.shape == (DIRECTIONS, 1280)
    np.testing.assert_allclose(directions @ directions.T, np.eye(DIRECTIONS), atol=1e-3)


def test_the_order_of_addition_changes_no_bit(
    state_dict: Mapping[str, NDArray[Any]], directions: NDArray[np.float32]
) -> None:
    published = state_dict["_fc.weight"]
    order = np.random.default_rng(5).permutation(len(published))
    assert class_directions(published[order]).tobytes() == directions.tobytes()
