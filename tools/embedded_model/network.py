"""EfficientNet-Lite1 as an ONNX graph, built from the shapes and values of its published weights.

The network: a 3x3 stem, seven stages of inverted residual blocks (no squeeze-and-excitation), a 1x1 head of
1280 channels, global average, one linear layer. Every convolution is followed by batch normalization, folded
into its weights, and ReLU6 except where a block projects. Architecture, padding and epsilon:
EfficientNet-Lite in the repository tensorflow/tpu, models/official/efficientnet/lite.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, takewhile

import onnx
from onnx import TensorProto, helper

from tools.embedded_model.directions import DIRECTIONS, class_directions
from tools.embedded_model.layers import (
    Convolution,
    FloatLayers,
    GraphTensor,
    IntegerLayers,
    Layers,
    Range,
    Weights,
    fold_batch_norm,
)

SIZE = 240
"""Side of the square input in pixels."""

STAGE_STRIDES = (1, 2, 2, 2, 1, 2, 1)
"""Stride of the first block of each stage; a stage begins where the number of output channels changes."""

OPSET = 17
IR_VERSION = 8

OUTPUTS = ("probabilities", "embedding", "directions")


def block_strides(weights: Weights) -> list[int]:
    """Return the stride of each block, in order."""
    projections = (f"_blocks.{number}._project_conv.weight" for number in count())
    channels = [weights[name].shape[0] for name in takewhile(weights.__contains__, projections)]
    strides = iter(STAGE_STRIDES)
    return [
        1 if before == after else next(strides)
        for before, after in zip([0, *channels], channels, strict=False)
    ]


class _Network:
    def __init__(self, weights: Weights, layers: Layers) -> None:
        self.weights = weights
        self.layers = layers

    def convolve(
        self,
        source: GraphTensor,
        names: tuple[str, str],
        output: str,
        stride: int = 1,
        *,
        clipped: bool = True,
    ) -> GraphTensor:
        kernel, bias = fold_batch_norm(self.weights, *names)
        self.layers.convolve(source, Convolution(kernel, bias, stride, clipped), output)
        return GraphTensor(output, len(kernel), -(-source.side // stride))

    def block(self, source: GraphTensor, prefix: str, output: str, stride: int) -> GraphTensor:
        """Add an inverted residual block: expand (but for the first), filter each channel, project."""
        inner = source
        if f"{prefix}._expand_conv.weight" in self.weights:
            inner = self.convolve(source, (f"{prefix}._expand_conv", f"{prefix}._bn0"), f"{output}.expanded")
        depthwise = f"{prefix}._depthwise_conv", f"{prefix}._bn1"
        inner = self.convolve(inner, depthwise, f"{output}.filtered", stride)
        project = f"{prefix}._project_conv", f"{prefix}._bn2"
        residual = stride == 1 and self.weights[f"{project[0]}.weight"].shape[0] == source.channels
        name = f"{output}.projected" if residual else output
        projected = self.convolve(inner, project, name, clipped=False)
        if residual:
            self.layers.sum(projected.name, source.name, output)
        return GraphTensor(output, projected.channels, projected.side)

    def tell(self, features: GraphTensor) -> None:
        """Say what is there, and where that lies along the directions in which classes differ."""
        add, constant = self.layers.add, self.layers.constant
        add("GlobalAveragePool", [self.layers.floats(features.name)], "pooled")
        add("Flatten", ["pooled"], "embedding")
        classifier = self.weights["_fc.weight"]
        weight, bias = constant("classifier", classifier), constant("bias", self.weights["_fc.bias"])
        add("Gemm", ["embedding", weight, bias], "logits", transB=1)
        add("Softmax", ["logits"], "probabilities", axis=1)
        directions = constant("classifier.directions", class_directions(classifier))
        add("Gemm", ["embedding", directions], "directions", transB=1)

    def model(self) -> onnx.ModelProto:
        """Return the finished model."""
        inputs = [helper.make_tensor_value_info("picture", TensorProto.UINT8, [1, SIZE, SIZE, 3])]
        lengths = (*self.weights["_fc.weight"].shape, DIRECTIONS)
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, length])
            for name, length in zip(OUTPUTS, lengths, strict=True)
        ]
        layers = self.layers
        graph = helper.make_graph(layers.nodes, "efficientnet-lite1", inputs, outputs, layers.constants)
        opset = helper.make_opsetid("", OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def build(
    weights: Weights, metadata: Mapping[str, str], ranges: Mapping[str, Range] | None = None
) -> onnx.ModelProto:
    """Build the model from the published state dict; `metadata` is written into it.

    `picture` uint8 [1, 240, 240, 3] RGB -> `probabilities` float [1, 1000], `embedding` float [1, 1280] and
    `directions` float [1, 224], the embedding in fewer and better ordered numbers. In integers where the
    `ranges` of tensors are given, see `tensors_of`.
    """
    network = _Network(weights, FloatLayers() if ranges is None else IntegerLayers(ranges=ranges))
    picture = GraphTensor(network.layers.normalized("picture"), 3, SIZE)
    features = network.convolve(picture, ("_conv_stem", "_bn0"), "stem", stride=2)
    for number, stride in enumerate(block_strides(weights)):
        features = network.block(features, f"_blocks.{number}", f"block{number}", stride)
    network.tell(network.convolve(features, ("_conv_head", "_bn1"), "head"))
    model = network.model()
    helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model, full_check=True)
    return model


def tensors_of(model: onnx.ModelProto) -> list[str]:
    """Return the tensors of a model in floats that have a range."""
    written = [node.output[0] for node in model.graph.node if node.op_type in {"Conv", "Clip", "Add"}]
    return [name for name in written if not name.endswith(".convolution")]
