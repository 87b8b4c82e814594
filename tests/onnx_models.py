"""Small ONNX encoders, built for tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE = 32
GRID = 4
"""The picture is averaged over GRID x GRID fields."""

CELLS = 3 * GRID * GRID

DECLARED = {
    "side": SIDE,
    "resize": "crop",
    "mean": [0.5, 0.5, 0.5],
    "std": [0.5, 0.5, 0.5],
    "output_size": CELLS,
}
TYPES = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "uint8": TensorProto.UINT8}


def averaging_model(path: Path, *, layout: str = "NCHW", dtype: str = "float32", size: int = CELLS) -> Path:
    """Write a model whose output `average` [1, CELLS] holds the averages of its fields, channels first.

    Of another `size`, it has a second output, `mixed` [1, size], a fixed mixture of them.
    """
    shape = [1, 3, SIDE, SIDE] if layout == "NCHW" else [1, SIDE, SIDE, 3]
    nodes = [
        helper.make_node("Cast", ["pixels"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node(
            "Transpose", ["numbers"], ["planes"], perm=[0, 1, 2, 3] if layout == "NCHW" else [0, 3, 1, 2]
        ),
        helper.make_node(
            "AveragePool", ["planes"], ["fields"], kernel_shape=[SIDE // GRID] * 2, strides=[SIDE // GRID] * 2
        ),
        helper.make_node("Flatten", ["fields"], ["average"]),
    ]
    outputs, constants = [helper.make_tensor_value_info("average", TensorProto.FLOAT, [1, CELLS])], []
    if size != CELLS:
        mixture = np.random.default_rng(size).normal(size=(CELLS, size)).astype(np.float32)
        constants.append(numpy_helper.from_array(mixture, "mixture"))
        nodes.append(helper.make_node("MatMul", ["average", "mixture"], ["mixed"]))
        outputs.append(helper.make_tensor_value_info("mixed", TensorProto.FLOAT, [1, size]))
    inputs = [helper.make_tensor_value_info("pixels", TYPES[dtype], shape)]
    graph = helper.make_graph(nodes, "averaging", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    return path


def declare(model: Path, **fields: object) -> Path:
    """Write the declaration beside a model, `DECLARED` but for `fields`."""
    model.with_name(f"{model.name}.json").write_text(json.dumps(DECLARED | fields))
    return model
