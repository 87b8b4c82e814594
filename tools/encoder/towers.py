"""The tower to import: the kind of its folder, the place of its weights, and the license found with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.exits import Ended, Exit

OUTPUTS: Mapping[str, tuple[str, str]] = {
    "clip": ("CLIPVisionModelWithProjection", "image_embeds"),
    "clip_vision_model": ("CLIPVisionModelWithProjection", "image_embeds"),
    "siglip": ("SiglipVisionModel", "pooler_output"),
    "siglip_vision_model": ("SiglipVisionModel", "pooler_output"),
    "dinov2": ("Dinov2Model", "pooler_output"),
    "dinov2_with_registers": ("Dinov2WithRegistersModel", "pooler_output"),
}
"""The class of transformers that loads each `model_type`, and the output that is its vector."""

OPEN_CLIP = "open_clip_config.json"
_OPEN_CLIP_WEIGHTS = ("open_clip_model.safetensors", "model.safetensors", "open_clip_pytorch_model.bin")
_CROP_MODES = {"shortest": "center", "longest": "border"}
_LICENSE = re.compile(r"^license(?:_name)?:\s*(?!other\s*$)(\S.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tower:
    """An image tower on disk.

    `kind` is transformers, timm or open_clip, `name` the `model_type` or timm's architecture, `weights` a
    file, or for transformers and timm the whole folder. `config` says how pictures are prepared; None where
    timm knows it by the name.
    """

    kind: str
    name: str
    weights: Path
    config: Path | None

    @property
    def license(self) -> str | None:
        """The license that the model card or a license file names, and that file; None without one."""
        folder = self.weights if self.weights.is_dir() else self.weights.parent
        return next(_licenses(folder), None)


def _licenses(folder: Path) -> Iterator[str]:
    for path in (folder / "README.md", *sorted(folder.glob("LICEN[CS]E*"))):
        text = path.read_text(errors="replace").strip() if path.is_file() else ""
        front = text.split("---")[1] if text.startswith("---") else ""
        found = _LICENSE.findall(front) if path.suffix == ".md" and front else []
        if not found and not path.name.startswith("README"):
            found = text.splitlines()[:1]
        yield from (f"{name.strip()} ({path.name})" for name in found)


def find_tower(source: str, weights: Path | None) -> Tower:
    """Return the tower in a folder, or that of timm's name with its weights in a file; raises `Ended`."""
    folder = Path(source)
    if not folder.is_dir():
        if weights is None:
            raise refusal(f"{source} is no folder; to timm's name belongs the file you have, as --weights")
        return Tower("timm", source, weights, None)
    if (folder / OPEN_CLIP).is_file():
        return _of_open_clip(folder)
    path = folder / "config.json"
    config = read_config(path)
    if "architecture" in config:
        return Tower("timm", str(config["architecture"]), folder, path)
    name = required(path, config, "model_type")
    if name not in OUTPUTS:
        raise refusal(
            f"{path}: model_type is {name!r}; known are {', '.join(OUTPUTS)}, or a folder of timm's"
        )
    return Tower("transformers", name, folder, folder / "preprocessor_config.json")


def _of_open_clip(folder: Path) -> Tower:
    path = folder / OPEN_CLIP
    name = required(path, read_config(path), "model_cfg", "vision_cfg", "timm_model_name")
    for weights in _OPEN_CLIP_WEIGHTS:
        if (folder / weights).is_file():
            return Tower("open_clip", name, folder / weights, path)
    raise refusal(f"{folder}: there are no weights; put one of {', '.join(_OPEN_CLIP_WEIGHTS)} there")


def open_clip_data(path: Path) -> Mapping[str, Any]:
    """Return what open_clip does to pictures, in timm's words."""
    config = read_config(path)
    vision, asked = required(path, config, "model_cfg", "vision_cfg"), config.get("preprocess_cfg", {})
    side, mode = required(path, vision, "image_size"), asked.get("resize_mode", "shortest")
    return {
        **{key: required(path, config, "preprocess_cfg", key) for key in ("mean", "std")},
        "interpolation": asked.get("interpolation", "bicubic"),
        "input_size": (3, side, side) if isinstance(side, int) else (3, *side),
        "crop_pct": 1.0,
        "crop_mode": _CROP_MODES.get(mode, mode),
    }


def read_config(path: Path) -> Mapping[str, Any]:
    """Return a configuration; raises `Ended` that names the file."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise refusal(f"{path} cannot be read as JSON ({error})") from error
    if not isinstance(found, dict):
        raise refusal(f"{path} is no JSON object")
    return found


def required(path: Path, config: Mapping[str, Any], *keys: str) -> Any:  # noqa: ANN401 any JSON
    """Return the value below `keys`; raises `Ended` that names the file and the first key that is missing."""
    found: Any = config
    for depth, key in enumerate(keys, 1):
        if not isinstance(found, dict) or found.get(key) is None:
            raise refusal(f"{path}: the key {'.'.join(keys[:depth])} is missing")
        found = found[key]
    return found


def refusal(problem: str) -> Ended:
    """The end of the command because of what is in the operator's files."""
    return Ended(Exit.BAD_DATA, problem)
