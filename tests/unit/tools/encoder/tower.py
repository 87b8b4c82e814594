"""A tiny tower, its pictures, and an export of it that needs no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from click.testing import CliRunner, Result
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from devstack.environment import child_environment
from shared.imaging.opening import product_opener
from tools.cli import cli
from tools.encoder.importing import Workshop
from tools.encoder.measuring import Measured
from tools.encoder.towers import Tower

SIDE, SIZE = 32, 24
HALF = [0.5, 0.5, 0.5]
SIGLIP = {"do_rescale": True, "do_resize": True, "image_mean": HALF, "image_std": HALF, "resample": 3} | {
    "size": {"height": SIDE, "width": SIDE}
}


def tower_model(path: Path) -> Path:
    """Write a network of a convolution, Relu, and a product: `pixels` to `vector` [1, SIZE]."""
    chance = np.random.default_rng(5)
    constants = {
        "kernels": chance.normal(size=(8, 3, 8, 8)).astype(np.float32),
        "matrix": chance.normal(size=(8 * 16, SIZE)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["pixels", "kernels"], ["fields"], "patches", strides=[8, 8]),
        helper.make_node("Relu", ["fields"], ["active"], "cut"),
        helper.make_node("Flatten", ["active"], ["flat"], "flatten"),
        helper.make_node("MatMul", ["flat", "matrix"], ["vector"], "project"),
    ]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, SIDE, SIDE])]
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, SIZE])]
    stored = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tower", inputs, outputs, stored)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


@dataclass
class TinyExport:
    """Exports the tiny tower; the original squashes pictures, `turned` or not, and says them with noise."""

    noise: float = 0.0
    turned: bool = False
    same: bool = False

    def __call__(self, _: Tower, pictures: Sequence[Path], out: Path) -> None:
        session = onnxruntime.InferenceSession(tower_model(out / "tower.onnx"))
        inputs = np.stack([self._prepared(path) for path in pictures])
        vectors = np.concatenate([session.run(None, {"pixels": each[np.newaxis]})[0] for each in inputs])
        vectors += np.random.default_rng(1).normal(size=vectors.shape) * vectors.std() * self.noise
        told = vectors[:1].repeat(len(vectors), 0) if self.same else vectors
        np.savez(out / "original.npz", inputs=inputs, vectors=told)

    def _prepared(self, path: Path) -> NDArray[np.float32]:
        image = Image.open(path).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        if self.turned:
            image = image.transpose(Image.Transpose.ROTATE_90)
        return ((np.asarray(image, np.float32).transpose(2, 0, 1) / 255 - 0.5) / 0.5).astype(np.float32)


def no_measuring(_: Path, __: Sequence[Path]) -> Measured:
    return Measured(100.0, 300)


def siglip_folder(folder: Path) -> Path:
    write(folder / "config.json", {"model_type": "siglip"})
    write(folder / "preprocessor_config.json", SIGLIP)
    return folder


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


def patterns(folder: Path, count: int, strength: int = 255) -> Path:
    """Write pictures of large colored fields."""
    folder.mkdir()
    chance = np.random.default_rng(count)
    for number in range(count):
        fields = chance.integers(0, strength, (4, 4, 3), np.uint8, endpoint=True)
        image = Image.fromarray(fields).resize((96, 64), Image.Resampling.BICUBIC)
        image.save(folder / f"{number:03}.png")
    return folder


def run(words: Sequence[object], **collaborators: Any) -> Result:  # noqa: ANN401 any collaborator
    """Run `visual-search encoder import` with an export and a measuring that need no torch and no time."""
    shop = replace(Workshop(TinyExport(), no_measuring, product_opener()), **collaborators)
    runner = CliRunner(env=child_environment(), catch_exceptions=False)
    return runner.invoke(cli, ["encoder", "import", *map(str, words)], obj=shop)
