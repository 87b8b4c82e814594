"""Writes a tower as ONNX, with the vectors it gives a few pictures: `python -m tools.encoder.export`.

The only module that imports torch, in an environment of its own. No code of the tower's folder is run: its
classes are those of transformers and timm, its weights are read as safetensors or by torch's `weights_only`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
import transformers
from PIL import Image
from timm.data import create_transform, resolve_model_data_config
from timm.models import load_state_dict
from timm.utils.model import reparameterize_model

from tools.encoder.towers import OPEN_CLIP, OUTPUTS, open_clip_data, read_config
from tools.exits import Ended

_PROJECTED = 128
"""The lengths of vectors are multiples of it, numbers of classes (1,000, 11,821, 21,841) are not."""

_TRUNK = "visual.trunk."

Loaded = tuple[Any, Callable[[Image.Image], Any]]
"""A model, and what makes a picture its input of shape [1, 3, side, side]."""


class OneOutput(torch.nn.Module):  # type: ignore[misc] # torch has no types where these are checked
    """A model of transformers that gives its vector alone."""

    def __init__(self, model: Any, output: str) -> None:  # noqa: ANN401 the same
        super().__init__()
        self.model = model
        self.output = output

    def forward(self, pixels: Any) -> Any:  # noqa: ANN401 the same
        """Return the vectors of pictures."""
        return self.model(pixel_values=pixels)[self.output]


def of_transformers(name: str, folder: Path) -> Loaded:
    """Load a folder in the layout of transformers."""
    kind, output = OUTPUTS[name]
    safe = {"local_files_only": True, "trust_remote_code": False}
    model, info = getattr(transformers, kind).from_pretrained(
        folder, **safe, dtype=torch.float32, output_loading_info=True
    )
    if missing := info["missing_keys"]:
        raise ValueError(f"the weights lack {', '.join(sorted(missing)[:3])}")
    processor = transformers.AutoImageProcessor.from_pretrained(folder, **safe, backend="pil")
    return OneOutput(model, output), lambda image: torch.tensor(
        np.asarray(processor(images=[image], return_tensors="np")["pixel_values"])
    )


def of_timm(name: str, weights: Path) -> Loaded:
    """Load a folder in timm's layout, or a file of weights for one of its architectures."""
    if weights.is_dir():
        model = timm.create_model(f"local-dir:{weights}", pretrained=True)
    else:
        model = _filled(name, load_state_dict(str(weights), weights_only=True))
    if model.num_classes % _PROJECTED:
        model.reset_classifier(0)
    return model, _prepared_by(resolve_model_data_config(model))


def of_open_clip(name: str, weights: Path) -> Loaded:
    """Load the image tower of a checkpoint of open_clip's: the vector is that of timm's network, as it is."""
    path = weights.with_name(OPEN_CLIP)
    model = read_config(path)["model_cfg"]
    vision, state = model["vision_cfg"], load_state_dict(str(weights), weights_only=True)
    if vision.get("timm_proj", "linear") not in (None, "", "none"):
        raise ValueError("its timm_proj adds a projection, which cannot be read")
    trunk = {key.removeprefix(_TRUNK): each for key, each in state.items() if key.startswith(_TRUNK)}
    chosen = {"num_classes": 0 if vision["timm_proj"] == "none" else model["embed_dim"]}
    if pool := vision.get("timm_pool"):
        chosen["global_pool"] = pool
    return _filled(name, trunk, **chosen), _prepared_by(open_clip_data(path))


def _filled(name: str, state: Mapping[str, Any], **chosen: Any) -> Any:  # noqa: ANN401 torch has no types
    """Make timm's network of weights, all of them; it is given no place from which it could fetch others."""
    overlay = {"state_dict": state, "url": "", "hf_hub_id": None, "custom_load": False}
    overlay |= {key: value for key, value in chosen.items() if key == "num_classes"}
    return timm.create_model(name, pretrained=True, pretrained_cfg_overlay=overlay, **chosen)


def _prepared_by(data: Mapping[str, Any]) -> Callable[[Image.Image], Any]:
    transform = create_transform(**data)
    return lambda image: transform(image)[None]


LOADERS = {"transformers": of_transformers, "timm": of_timm, "open_clip": of_open_clip}


def main(kind: str, name: str, weights: str, out: str, *pictures: str) -> int:
    """Write tower.onnx, original.npz (the pictures' inputs and vectors) and for timm config.json."""
    try:
        model, prepare = LOADERS[kind](name, Path(weights))
        _write(model, [prepare(Image.open(path)) for path in pictures], Path(out))
    except (Ended, OSError, RuntimeError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if kind == "timm":
        data = json.dumps({"pretrained_cfg": resolve_model_data_config(model)})
        Path(out, "config.json").write_text(data)
    return 0


def _write(model: Any, inputs: Sequence[Any], out: Path) -> None:  # noqa: ANN401 torch has no types
    """Write the model and what it says; layers that can be merged are, as MobileCLIP's."""
    model = reparameterize_model(model.float().eval())
    with torch.no_grad():
        vectors = torch.cat([model(each) for each in inputs]).numpy()
    if vectors.ndim != 2:  # noqa: PLR2004 a row of numbers for each picture
        raise ValueError(f"its output has the shape {vectors.shape[1:]}, which is no vector")
    names = {"input_names": ["pixels"], "output_names": ["vector"]}
    how = {"dynamo": True, "external_data": False, "verbose": False}
    torch.onnx.export(model, (inputs[0],), out / "tower.onnx", **names, **how)
    np.savez(out / "original.npz", inputs=torch.cat(list(inputs)).numpy(), vectors=vectors)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
