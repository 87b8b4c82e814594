"""EfficientNet-Lite1 once more, straight from its description and in double precision.

It shares no code with the converter: normalization is a step of its own, padding is explicit, strides and
repeats come from the table of EfficientNet-B0, of which Lite1 repeats the middle 1.1 times as often, rounded
up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

STAGES = [(1, 1), (3, 2), (3, 2), (4, 2), (4, 1), (5, 2), (1, 1)]
"""Repeats and first stride of each stage."""

Doubles = NDArray[np.float64]


class Reference:
    def __init__(self, state_dict: Mapping[str, NDArray[np.generic]]) -> None:
        self.parameters = {name: value.astype(np.float64) for name, value in state_dict.items()}

    def run(self, picture: NDArray[np.uint8]) -> Iterator[tuple[str, Doubles]]:
        """Yield the name and values of each stage, channels first, for 8-bit RGB [side, side, 3]."""
        x = (picture.astype(np.float64).transpose(2, 0, 1) - 127.0) / 128.0
        x = relu6(self.norm(dense(pad(x, 3, 2), self.parameters["_conv_stem.weight"], 2), "_bn0"))
        yield "stem", x
        strides = [first if repeat == 0 else 1 for repeats, first in STAGES for repeat in range(repeats)]
        for number, stride in enumerate(strides):
            x = self.block(x, f"_blocks.{number}", stride)
            yield f"block{number}", x
        x = relu6(self.norm(pointwise(x, self.parameters["_conv_head.weight"]), "_bn1"))
        yield "head", x
        x = x.mean(axis=(1, 2))
        yield "embedding", x
        logits = self.parameters["_fc.weight"] @ x + self.parameters["_fc.bias"]
        exponentials = np.exp(logits - logits.max())
        yield "probabilities", exponentials / exponentials.sum()

    def block(self, x: Doubles, prefix: str, stride: int) -> Doubles:
        inner = x
        if f"{prefix}._expand_conv.weight" in self.parameters:
            expanded = pointwise(x, self.parameters[f"{prefix}._expand_conv.weight"])
            inner = relu6(self.norm(expanded, f"{prefix}._bn0"))
        kernel = self.parameters[f"{prefix}._depthwise_conv.weight"]
        filtered = depthwise(pad(inner, kernel.shape[-1], stride), kernel, stride)
        inner = relu6(self.norm(filtered, f"{prefix}._bn1"))
        projected = self.norm(
            pointwise(inner, self.parameters[f"{prefix}._project_conv.weight"]), f"{prefix}._bn2"
        )
        return projected + x if projected.shape == x.shape else projected

    def norm(self, x: Doubles, prefix: str) -> Doubles:
        gamma, beta, mean, variance = (
            self.parameters[f"{prefix}.{part}"][:, None, None]
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        return gamma * (x - mean) / np.sqrt(variance + 0.001) + beta


def relu6(x: Doubles) -> Doubles:
    return np.clip(x, 0.0, 6.0)


def pad(x: Doubles, kernel: int, stride: int) -> Doubles:
    """Pad with zeros so that every `stride`-th window is whole; an odd zero goes below and to the right."""
    outputs = (x.shape[1] + stride - 1) // stride
    total = max((outputs - 1) * stride + kernel - x.shape[1], 0)
    sides = (total // 2, (total + 1) // 2)
    return np.pad(x, ((0, 0), sides, sides))


def windows(x: Doubles, kernel: int, stride: int) -> Doubles:
    """Return [channels, rows, columns, kernel, kernel]."""
    return np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(1, 2))[:, ::stride, ::stride]


def dense(x: Doubles, kernel: Doubles, stride: int) -> Doubles:
    return np.tensordot(kernel, windows(x, kernel.shape[-1], stride), axes=((1, 2, 3), (0, 3, 4)))


def depthwise(x: Doubles, kernel: Doubles, stride: int) -> Doubles:
    filtered: Doubles = np.einsum("cyxij,cij->cyx", windows(x, kernel.shape[-1], stride), kernel[:, 0])
    return filtered


def pointwise(x: Doubles, kernel: Doubles) -> Doubles:
    return np.tensordot(kernel[:, :, 0, 0], x, axes=1)
