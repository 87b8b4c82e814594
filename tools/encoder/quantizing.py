"""A network in 8 bits: its weights per channel, its activations by the ranges that pictures show."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from shared.imaging import Raster
from shared.labeling.local import pixels_of
from shared.labeling.providers.onnx.encoder import Declaration, as_declared, squared

_WEIGHTED = ("Conv", "Gemm", "MatMul")
_CUT = ("Clip", "Relu")
"""Activations that become the range of what stands before them; without them ranges are twice as wide."""


class _Pictures(CalibrationDataReader):  # type: ignore[misc] # onnxruntime has no types
    """The pictures that ranges are taken from."""

    def __init__(self, name: str, rasters: Iterable[Raster], declared: Declaration) -> None:
        self._inputs = (
            {name: as_declared(pixels_of(squared(raster, declared)), declared)} for raster in rasters
        )

    def get_next(self) -> dict[str, np.ndarray[Any, Any]] | None:
        return next(self._inputs, None)


def quantize(model: Path, declared: Declaration, rasters: Iterable[Raster], out: Path) -> None:
    """Write a model in 8 bits.

    Products of two activations stay in floats, as attention has them: little time, and much of the loss.
    """
    merged = out.with_name(f"merged-{out.name}")
    quant_pre_process(model, merged, skip_symbolic_shape=True)
    graph = onnx.load(merged).graph
    weights = {each.name for each in graph.initializer}
    nodes = [
        node.name
        for node in graph.node
        if node.op_type in _CUT or (node.op_type in _WEIGHTED and node.input[1] in weights)
    ]
    quantize_static(
        merged,
        out,
        _Pictures(graph.input[0].name, rasters, declared),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=[*_WEIGHTED, *_CUT],
        nodes_to_quantize=nodes,
    )
