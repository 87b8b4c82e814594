from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from tests.models import embedded_model
from tools.embedded_model.directions import class_directions
from tools.embedded_model.layers import LARGEST_FILTERING, LARGEST_MIXING
from tools.embedded_model.measures import RANGES
from tools.embedded_model.network import build, tensors_of
from tools.embedded_model.weights import published_weights, read_state_dict, verified

SHIPPED = "d52cd2187c26d1df16c3834af05593b034e1cbf9f970dddc9040229ce2242bfa"
"""The SHA-256 of the file; another one is another encoder, and every catalog is encoded anew."""

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


@pytest.mark.parametrize("count", [40, 41])
def test_there_are_fewer_directions_than_classes(count: int) -> None:
    with pytest.raises(ValueError, match=rf"\(40, 60\) have no {count} directions"):
        class_directions(np.zeros((40, 60), np.float32), count)


def test_the_order_of_addition_changes_no_bit(state_dict: Tensors, directions: NDArray[Any]) -> None:
    published = state_dict["_fc.weight"]
    order = np.random.default_rng(5).permutation(len(published))
    assert class_directions(published[order]).tobytes() == directions.tobytes()
