"""The layers of a network as ONNX nodes, in 32-bit floats or in 8-bit integers.

In integers every tensor is 8 bits with a scale and a zero point, and ReLU6 is nothing but the end of a
tensor's range. Weights that mix channels have six bits and a sign: processors without instructions of their
own for this (AVX2 without VNNI) add two products up in 16 bits, which with seven and a sign overflow: one
picture's vectors had a cosine of 0.94 between two processors. Filters of one channel are multiplied in wider
numbers and have seven bits: with six, the median cosine with the network in floats was 0.97 instead of 0.99.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

BATCH_NORM_EPSILON = 1e-3

MOST = 6.0
"""The end of ReLU6."""

LEVELS = 255
"""Steps of a tensor of 8 bits."""

LARGEST_MIXING, LARGEST_FILTERING = 63, 127
"""The largest weights: two products of the first with a tensor's 255, added up, fit into 16 bits."""

_LARGEST_BIAS = 2**30
"""Of 32 bits; a channel whose weights are next to nothing may have a bias all the same."""

FloatArray = NDArray[np.float32]
Weights = Mapping[str, FloatArray]
Range = Sequence[float]
"""The least and largest value of a tensor; 0 lies between."""


@dataclass(frozen=True, slots=True)
class GraphTensor:
    """A tensor of the graph: its name, channels and side in pixels."""

    name: str
    channels: int
    side: int


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution with its normalization folded in; followed by ReLU6 where it is `clipped`."""

    kernel: FloatArray
    bias: FloatArray
    stride: int
    clipped: bool

    @property
    def largest(self) -> int:
        """The largest weight in integers."""
        return LARGEST_FILTERING if self.kernel.shape[1] == 1 else LARGEST_MIXING

    def attributes(self, source: GraphTensor) -> dict[str, int | list[int]]:
        """The ONNX attributes."""
        before, after = same_padding(source.side, self.kernel.shape[-1], self.stride)
        return {
            "strides": [self.stride, self.stride],
            "pads": [before, before, after, after],
            "group": source.channels // self.kernel.shape[1],
        }


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


@dataclass(slots=True)
class Layers(ABC):
    """Writes nodes, and the constants that they need."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant; returns its name."""
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def number(self, name: str, value: float) -> str:
        """Add a constant of one float."""
        return self.constant(name, np.asarray(value, np.float32))

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: int | list[int]) -> str:
        """Add a node; returns its output's name."""
        node = helper.make_node(operator, inputs, [output], name=output)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self.nodes.append(node)
        return output

    @abstractmethod
    def normalized(self, picture: str) -> str:
        """8-bit channels-last RGB as (x - 127) / 128, channels first."""

    @abstractmethod
    def convolve(self, source: GraphTensor, layer: Convolution, output: str) -> None:
        """Add a convolution."""

    @abstractmethod
    def sum(self, one: str, other: str, output: str) -> None:
        """Add two tensors up."""

    @abstractmethod
    def floats(self, source: str) -> str:
        """The tensor in floats."""


class FloatLayers(Layers):
    """Everything in 32-bit floats."""

    def normalized(self, picture: str) -> str:
        """See `Layers`."""
        self.add("Cast", [picture], "pixels", to=TensorProto.FLOAT)
        self.add("Transpose", ["pixels"], "planes", perm=[0, 3, 1, 2])
        self.add("Sub", ["planes", self.number("mean", 127.0)], "centered")
        self.add("Div", ["centered", self.number("deviation", 128.0)], "normalized")
        self.number("relu6.low", 0.0)
        self.number("relu6.high", MOST)
        return "normalized"

    def convolve(self, source: GraphTensor, layer: Convolution, output: str) -> None:
        """See `Layers`."""
        name = f"{output}.convolution" if layer.clipped else output
        constants = [
            self.constant(f"{output}.kernel", layer.kernel),
            self.constant(f"{output}.bias", layer.bias),
        ]
        self.add("Conv", [source.name, *constants], name, **layer.attributes(source))
        if layer.clipped:
            self.add("Clip", [name, "relu6.low", "relu6.high"], output)

    def sum(self, one: str, other: str, output: str) -> None:
        """See `Layers`."""
        self.add("Add", [one, other], output)

    def floats(self, source: str) -> str:
        """See `Layers`."""
        return source


@dataclass(slots=True)
class IntegerLayers(Layers):
    """Everything between picture and features in 8 bits; `ranges` has one for each tensor."""

    ranges: Mapping[str, Range] = field(default_factory=dict)
    _scales: dict[str, float] = field(default_factory=dict)

    def normalized(self, picture: str) -> str:
        """See `Layers`: a picture's bytes are integers of this kind already."""
        self.add("Transpose", [picture], "normalized", perm=[0, 3, 1, 2])
        self._quantization("normalized", 1 / 128, 127)
        return "normalized"

    def convolve(self, source: GraphTensor, layer: Convolution, output: str) -> None:
        """See `Layers`."""
        scale_of_source = self._scales[source.name]
        self._ranged(output)
        kernel, bias = layer.kernel.astype(np.float64), layer.bias.astype(np.float64)
        least = np.maximum(np.abs(bias) / (scale_of_source * _LARGEST_BIAS), np.finfo(np.float32).tiny)
        scales = np.maximum(np.abs(kernel).max(axis=(1, 2, 3)) / layer.largest, least).astype(np.float32)
        whole = np.clip(np.round(kernel / scales[:, None, None, None]), -layer.largest, layer.largest)
        added = np.round(bias / (scale_of_source * scales.astype(np.float64)))
        constants = [
            self.constant(f"{output}.kernel", whole.astype(np.int8)),
            self.constant(f"{output}.kernel.scale", scales),
            self.constant(f"{output}.kernel.zero", np.zeros(len(scales), np.int8)),
            *_named(output),
            self.constant(f"{output}.bias", added.astype(np.int32)),
        ]
        inputs = [source.name, *_named(source.name), *constants]
        self.add("QLinearConv", inputs, output, **layer.attributes(source))

    def sum(self, one: str, other: str, output: str) -> None:
        """See `Layers`: the runtime fuses the four nodes."""
        parts = [
            self.add("DequantizeLinear", [name, *_named(name)], f"{output}.{name}") for name in (one, other)
        ]
        self.add("Add", parts, f"{output}.sum")
        self._ranged(output)
        self.add("QuantizeLinear", [f"{output}.sum", *_named(output)], output)

    def floats(self, source: str) -> str:
        """See `Layers`."""
        return self.add("DequantizeLinear", [source, *_named(source)], f"{source}.floats")

    def _ranged(self, name: str) -> None:
        low, high = self.ranges[name]
        scale = (high - low) / LEVELS
        self._quantization(name, scale, round(-low / scale))

    def _quantization(self, name: str, scale: float, zero: int) -> None:
        self._scales[name] = float(np.float32(scale))
        self.number(f"{name}.scale", scale)
        self.constant(f"{name}.zero", np.asarray(zero, np.uint8))


def _named(tensor: str) -> list[str]:
    return [f"{tensor}.scale", f"{tensor}.zero"]
