"""EfficientNet-Lite0 as an ONNX graph, built from the shapes and values of its published weights.

The network: a 3x3 stem, seven stages of inverted residual blocks (no squeeze-and-excitation), a 1x1 head of
1280 channels, global average, one linear layer. Every convolution is followed by batch normalization, folded
here into its weights, and ReLU6 except where a block projects. Architecture, padding and epsilon:
EfficientNet-Lite in the repository tensorflow/tpu, models/official/efficientnet/lite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, takewhile

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

DIRECTIONS = 256
"""The number that is kept: of what all 1,280 channels find in three catalogs, these find 96 % and more."""

DECIMALS = 4
"""Coarse enough to hide in which order a processor adds up, so that every machine builds the same file."""

SIZE = 224
"""Side of the square input in pixels."""

STAGE_STRIDES = (1, 2, 2, 2, 1, 2, 1)
"""Stride of the first block of each stage; a stage begins where the number of output channels changes."""

BATCH_NORM_EPSILON = 1e-3
OPSET = 17
IR_VERSION = 8

FloatArray = NDArray[np.float32]
Weights = Mapping[str, FloatArray]


def class_directions(classifier: NDArray[np.float32], count: int = DIRECTIONS) -> NDArray[np.float32]:
    """Return the first right singular vectors of the weights [classes, channels], as [count, channels].

    Rows are centered first, because a softmax does not see what all classes share. They come from the
    eigenvectors of the rows' products, equal to 1e-12 to those of a singular value decomposition and at least
    twice as fast. The largest component of each is positive. Raises `ValueError` when there are not as many.
    """
    if count >= min(classifier.shape):
        raise ValueError(f"weights of shape {classifier.shape} have no {count} directions")
    weights = classifier.astype(np.float64)
    centered = weights - weights.mean(axis=0)
    _, by_class = np.linalg.eigh(centered @ centered.T)
    directions = by_class[:, ::-1][:, :count].T @ centered
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1, keepdims=True), axis=1)
    upright: NDArray[np.float64] = directions * np.sign(largest)
    return upright.round(DECIMALS).astype(np.float32)


@dataclass(frozen=True, slots=True)
class GraphTensor:
    """A tensor of the graph: its name, channels and side in pixels."""

    name: str
    channels: int
    side: int


def fold_batch_norm(weights: Weights, convolution: str, norm: str) -> tuple[FloatArray, FloatArray]:
    """Return the kernel and bias of a convolution followed by its normalization, as one convolution."""
    gamma, beta, mean, variance = (
        weights[f"{norm}.{part}"].astype(np.float64)
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gamma / np.sqrt(variance + BATCH_NORM_EPSILON)
    kernel = weights[f"{convolution}.weight"] * scale[:, None, None, None]
    return kernel.astype(np.float32), (beta - mean * scale).astype(np.float32)


def same_padding(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return TensorFlow's "same" padding (before, after); it is lopsided where the total is odd."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def block_strides(weights: Weights) -> list[int]:
    """Return the stride of each block, in order."""
    projections = (f"_blocks.{number}._project_conv.weight" for number in count())
    channels = [weights[name].shape[0] for name in takewhile(weights.__contains__, projections)]
    strides = iter(STAGE_STRIDES)
    return [
        1 if before == after else next(strides)
        for before, after in zip([0, *channels], channels, strict=False)
    ]


class _Graph:
    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.relu6_bounds = [self.constant("relu6.low", 0.0), self.constant("relu6.high", 6.0)]

    def constant(self, name: str, value: FloatArray | float) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value, np.float32), name))
        return name

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: int | list[int]) -> str:
        node = helper.make_node(operator, inputs, [output], name=output)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self.nodes.append(node)
        return output

    def convolve(
        self, source: GraphTensor, convolution: str, norm: str, output: str, stride: int = 1
    ) -> GraphTensor:
        kernel, bias = fold_batch_norm(self.weights, convolution, norm)
        out_channels, in_channels, size, _ = kernel.shape
        before, after = same_padding(source.side, size, stride)
        inputs = [
            source.name,
            self.constant(f"{output}.kernel", kernel),
            self.constant(f"{output}.bias", bias),
        ]
        self.add(
            "Conv",
            inputs,
            output,
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=source.channels // in_channels,
        )
        return GraphTensor(output, out_channels, -(-source.side // stride))

    def activate(self, source: GraphTensor, output: str) -> GraphTensor:
        self.add("Clip", [source.name, *self.relu6_bounds], output)
        return GraphTensor(output, source.channels, source.side)

    def block(self, source: GraphTensor, prefix: str, output: str, stride: int) -> GraphTensor:
        """Add an inverted residual block: expand (but for the first), filter each channel, project."""
        inner = source
        if f"{prefix}._expand_conv.weight" in self.weights:
            expanded = self.convolve(source, f"{prefix}._expand_conv", f"{prefix}._bn0", f"{output}.expand")
            inner = self.activate(expanded, f"{output}.expanded")
        filtered = self.convolve(
            inner, f"{prefix}._depthwise_conv", f"{prefix}._bn1", f"{output}.depthwise", stride
        )
        inner = self.activate(filtered, f"{output}.filtered")
        residual = stride == 1 and self.weights[f"{prefix}._project_conv.weight"].shape[0] == source.channels
        name = f"{output}.project" if residual else output
        projected = self.convolve(inner, f"{prefix}._project_conv", f"{prefix}._bn2", name)
        if residual:
            self.add("Add", [projected.name, source.name], output)
        return GraphTensor(output, projected.channels, projected.side)

    def normalize(self, picture: str) -> GraphTensor:
        """Turn 8-bit channels-last RGB into (x - 127) / 128, channels first."""
        self.add("Cast", [picture], "pixels", to=TensorProto.FLOAT)
        self.add("Transpose", ["pixels"], "planes", perm=[0, 3, 1, 2])
        self.add("Sub", ["planes", self.constant("mean", 127.0)], "centered")
        self.add("Div", ["centered", self.constant("deviation", 128.0)], "normalized")
        return GraphTensor("normalized", 3, SIZE)

    def classify(self, source: GraphTensor) -> None:
        self.add("GlobalAveragePool", [source.name], "pooled")
        self.add("Flatten", ["pooled"], "embedding")
        weight = self.constant("classifier.weight", self.weights["_fc.weight"])
        bias = self.constant("classifier.bias", self.weights["_fc.bias"])
        self.add("Gemm", ["embedding", weight, bias], "logits", transB=1)
        self.add("Softmax", ["logits"], "probabilities", axis=1)

    def project(self) -> None:
        """Say where the embedding lies along the directions in which classes differ, most telling first."""
        directions = self.constant("classifier.directions", class_directions(self.weights["_fc.weight"]))
        self.add("Gemm", ["embedding", directions], "coordinates", transB=1)

    def model(self, classifier: tuple[int, ...]) -> onnx.ModelProto:
        """Return the finished model, given the shape of its classifier: classes, channels."""
        classes, channels = classifier
        inputs = [helper.make_tensor_value_info("picture", TensorProto.UINT8, [1, SIZE, SIZE, 3])]
        outputs = [
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, classes]),
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, channels]),
            helper.make_tensor_value_info("coordinates", TensorProto.FLOAT, [1, DIRECTIONS]),
        ]
        graph = helper.make_graph(self.nodes, "efficientnet-lite0", inputs, outputs, self.constants)
        opset = helper.make_opsetid("", OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def build(weights: Weights, metadata: Mapping[str, str]) -> onnx.ModelProto:
    """Build the model from the published state dict; `metadata` is written into it.

    `picture` uint8 [1, 224, 224, 3] RGB -> `probabilities` float [1, 1000], `embedding` float [1, 1280] and
    `coordinates` float [1, 256], the embedding in fewer and better ordered numbers.
    """
    graph = _Graph(weights)
    stem = graph.convolve(graph.normalize("picture"), "_conv_stem", "_bn0", "stem.convolution", stride=2)
    features = graph.activate(stem, "stem")
    for number, stride in enumerate(block_strides(weights)):
        features = graph.block(features, f"_blocks.{number}", f"block{number}", stride)
    head = graph.convolve(features, "_conv_head", "_bn1", "head.convolution")
    graph.classify(graph.activate(head, "head"))
    graph.project()
    model = graph.model(weights["_fc.weight"].shape)
    helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model, full_check=True)
    return model
