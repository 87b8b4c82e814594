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
_TIMM_NAME = ("model_cfg", "vision_cfg", "timm_model_name")

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$", re.MULTILINE | re.DOTALL)
"""The lines of YAML that a model card begins with."""

_LICENSE = re.compile(r"^license(?:_name)?:([^\n]*(?:\n(?:-|[ \t])[^\n]*)*)", re.MULTILINE)
"""The value with the lines that go on: those of a list, or of a text in several lines."""

_LONGEST = 80
"""Characters of a license file's first line."""

_LICENSE_FILE = re.compile(r"(licen[cs]e|copying)(?![a-z])", re.IGNORECASE)
_NONE = {"", "~", "null", "other", "unknown"}


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
    card = folder / "README.md"
    files = sorted(path for path in folder.iterdir() if _LICENSE_FILE.match(path.name))
    for path in filter(Path.is_file, (card, *files)):
        text = path.read_text("utf-8-sig", errors="replace")
        front = _FRONT.match(text)
        names = [*_names(front[1])] if front else []
        if path != card:
            first = text[front.end() if front else 0 :].lstrip("# \t\n").splitlines()[:1]
            names += (line.strip()[:_LONGEST] for line in first)
        if known := [name for name in dict.fromkeys(names) if name.casefold() not in _NONE]:
            yield f"{', '.join(known)} ({path.name})"


def _names(front: str) -> Iterator[str]:
    """All that a model card names: each one of several binds."""
    for value in _LICENSE.findall(front):
        for line in value.splitlines():
            yield line.partition("#")[0].strip(" \t\"'[]>|-+")


def find_tower(source: str, weights: Path | None) -> Tower:
    """Return the tower in a folder, or that of timm's name with its weights in a file; raises `Ended`."""
    folder = Path(source)
    if not folder.is_dir():
        if weights is None:
            raise refusal(f"{source} is no folder; to timm's name belongs the file you have, as --weights")
        return Tower("timm", source, weights, None)
    if weights is not None:
        raise refusal("--weights goes with a name of timm's; leave it out beside a folder, which has its own")
    path = folder / "config.json"
    if (folder / OPEN_CLIP).is_file() and (_is_timms(folder / OPEN_CLIP) or not path.is_file()):
        return _of_open_clip(folder)
    config = read_config(path)
    if "architecture" in config:
        return Tower("timm", str(config["architecture"]), folder, path)
    name = required(path, config, "model_type")
    if not isinstance(name, str) or name not in OUTPUTS:
        raise refusal(
            f"{path}: model_type is {name!r}; known are {', '.join(OUTPUTS)}, or a folder of timm's"
        )
    return Tower("transformers", name, folder, _preparing(folder))


def _preparing(folder: Path) -> Path:
    """The file in which transformers says how it prepares pictures, by its version."""
    older, newer = (folder / f"{name}_config.json" for name in ("preprocessor", "processor"))
    return newer if newer.is_file() and not older.is_file() else older


def _is_timms(path: Path) -> bool:
    """Tell whether the tower is a network of timm's; LAION's are not, but lie there for transformers too."""
    found: Any = read_config(path)
    for key in _TIMM_NAME:
        found = found.get(key) if isinstance(found, dict) else None
    return found is not None


def _of_open_clip(folder: Path) -> Tower:
    path = folder / OPEN_CLIP
    name = required(path, read_config(path), *_TIMM_NAME)
    for weights in _OPEN_CLIP_WEIGHTS:
        if (folder / weights).is_file():
            return Tower("open_clip", name, folder / weights, path)
    raise refusal(f"{folder}: there are no weights; put one of {', '.join(_OPEN_CLIP_WEIGHTS)} there")


def open_clip_data(path: Path) -> Mapping[str, Any]:
    """Return what open_clip does to pictures, in timm's words."""
    config = read_config(path)
    channels = {key: required(path, config, "preprocess_cfg", key) for key in ("mean", "std")}
    side, asked = required(path, config, *_TIMM_NAME[:-1], "image_size"), config["preprocess_cfg"]
    mode = asked.get("resize_mode", "shortest")
    return {
        **channels,
        "interpolation": asked.get("interpolation", "bicubic"),
        "input_size": (3, *side) if isinstance(side, list) else (3, side, side),
        "crop_pct": 1.0,
        "crop_mode": _CROP_MODES.get(str(mode), mode),
    }


def read_config(path: Path) -> Mapping[str, Any]:
    """Return a configuration; raises `Ended` that names the file."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise refusal(f"{path} cannot be read ({error.strerror})") from error
    except ValueError as error:
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


def below(path: Path, config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the object below a key; raises `Ended`."""
    found = required(path, config, key)
    if not isinstance(found, dict):
        raise refusal(f"{path}: {key} is no JSON object")
    return found


def refusal(problem: str) -> Ended:
    """The end of the command because of what is in the operator's files."""
    return Ended(Exit.BAD_DATA, problem)
