"""The declaration of an encoder's input, read from what a tower says about its pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.labeling.providers.onnx.encoder import Declaration
from tools.encoder.towers import open_clip_data, read_config, refusal, required

_RESAMPLING = {2: "bilinear", 3: "bicubic"}
"""The numbers of Pillow's `Resampling`."""

_CROP_MODES = {"center": "crop", "squash": "squash"}


def declare(kind: str, path: Path, output_size: int) -> Declaration:
    """Return what `path` declares; raises `Ended` that names it and the key at fault."""
    readers = {"transformers": _of_preprocessor, "timm": _of_timm, "open_clip": _of_open_clip}
    try:
        return Declaration(**readers[kind](path), output_size=output_size)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise refusal(f"{path}: the {where} that it tells of cannot be declared: {fault['msg']}") from error


def _of_preprocessor(path: Path) -> dict[str, Any]:
    config = read_config(path)
    if not config.get("do_resize", True) or config.get("do_pad"):
        raise refusal(f"{path}: do_resize must be true and do_pad false")
    means = {"mean": (0, 0, 0), "std": (1, 1, 1)}
    if config.get("do_normalize", True):
        means = {name: tuple(required(path, config, f"image_{name}")) for name in means}
    resampling = _known(path, "resample", required(path, config, "resample"), _RESAMPLING)
    return {**_square(path, config), **means, "resampling": resampling, "scale": _scale(path, config)}


def _scale(path: Path, config: Mapping[str, Any]) -> str:
    if not config.get("do_rescale", True):
        return "0..255"
    factor = config.get("rescale_factor", 1 / 255)
    if not math.isclose(factor, 1 / 255, rel_tol=1e-6):
        raise refusal(f"{path}: rescale_factor is {factor}; only 1/255 can be declared")
    return "0..1"


def _square(path: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes are numbers in older files: of the shorter side where a crop follows, else of both."""
    size, crops = required(path, config, "size"), config.get("do_center_crop", "crop_size" in config)
    if not crops:
        return {"resize": "squash", "side": _side(path, "size", size)}
    side = _side(path, "crop_size", required(path, config, "crop_size"))
    shortest = size.get("shortest_edge") if isinstance(size, dict) else size
    if shortest:
        return {"resize": "crop", "side": side, "crop_share": side / shortest}
    return {"resize": "squash", "side": side, "crop_share": side / _side(path, "size", size)}


def _side(path: Path, key: str, size: object) -> int:
    """Return the side of a square; raises `Ended` for anything else."""
    match size:
        case int(side):
            return side
        case {"height": int(side), "width": same} | [int(side), same] if side == same:
            return side
    raise refusal(f"{path}: {key} is {size}; only a square can be declared, by height and width or by a crop")


def _of_timm(path: Path) -> dict[str, Any]:
    return _of_data(path, required(path, read_config(path), "pretrained_cfg"))


def _of_open_clip(path: Path) -> dict[str, Any]:
    return _of_data(path, open_clip_data(path))


def _of_data(path: Path, data: Mapping[str, Any]) -> dict[str, Any]:
    """Timm scales to a whole number of pixels before it crops."""
    side = _side(path, "input_size", list(required(path, data, "input_size")[1:]))
    return {
        "resize": _known(path, "crop_mode", data.get("crop_mode", "center"), _CROP_MODES),
        "side": side,
        "crop_share": side / math.floor(side / required(path, data, "crop_pct")),
        "resampling": required(path, data, "interpolation"),
        "mean": tuple(required(path, data, "mean")),
        "std": tuple(required(path, data, "std")),
    }


def _known(path: Path, key: str, value: Any, known: Mapping[Any, str]) -> str:  # noqa: ANN401 any JSON
    if value not in known:
        raise refusal(f"{path}: {key} is {value!r}; only {', '.join(map(str, known))} can be declared")
    return known[value]
