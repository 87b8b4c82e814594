"""The declaration of an encoder's input, read from what a tower says about its pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, PositiveInt, ValidationError

from shared.labeling.providers.onnx.encoder import Channels, Declaration
from tools.encoder.towers import below, open_clip_data, read_config, refusal

_RESAMPLING = {2: "bilinear", 3: "bicubic"}
"""The numbers of Pillow's `Resampling`."""

_RESIZES = {"center": "crop", "squash": "squash"}


def declare(kind: str, path: Path, output_size: int) -> Declaration:
    """Return what `path` declares; raises `Ended` that names it and the key at fault."""
    readers = {"transformers": _of_preprocessor, "timm": _of_timm, "open_clip": _of_open_clip}
    try:
        return Declaration(**readers[kind](path), output_size=output_size)
    except ValidationError as error:
        raise refusal(f"{path}: {_fault(error)}") from error
    except ValueError as error:
        raise refusal(f"{path}: {error}") from error


def _fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    key = ".".join(map(str, fault["loc"]))
    if fault["type"] == "missing" or fault["input"] is None:
        return f"the key {key} is missing"
    return f"{key} is {fault['input']!r}: {fault['msg']}"


class _Preprocessor(BaseModel):
    """The preparation of pictures by transformers."""

    do_resize: bool = True
    do_pad: bool | None = None
    do_rescale: bool = True
    do_center_crop: bool | None = None
    size: Any
    crop_size: Any = None
    image_mean: Channels
    image_std: Channels
    resample: Literal[2, 3]
    rescale_factor: float = 1 / 255

    def declared(self) -> dict[str, Any]:
        """The same in the words of a declaration; raises `ValueError`."""
        if not self.do_resize or self.do_pad:
            raise ValueError("do_resize must be true and do_pad false")
        if self.do_rescale and not math.isclose(self.rescale_factor, 1 / 255, rel_tol=1e-6):
            raise ValueError(f"rescale_factor is {self.rescale_factor}; only 1/255 can be declared")
        return {
            **self._square(),
            "mean": self.image_mean,
            "std": self.image_std,
            "resampling": _RESAMPLING[self.resample],
            "scale": "0..1" if self.do_rescale else "0..255",
        }

    def _square(self) -> dict[str, Any]:
        """Sizes are numbers in older files: of the shorter side where a crop follows, else of both."""
        crops = self.do_center_crop
        if not (crops or (crops is None and self.crop_size is not None)):
            return {"resize": "squash", "side": _side("size", self.size)}
        side = _side("crop_size", self.crop_size)
        match self.size:
            case int(shortest) | {"shortest_edge": int(shortest)} if shortest > 0:
                return {"resize": "crop", "side": side, "crop_share": side / shortest}
        return {"resize": "squash", "side": side, "crop_share": side / _side("size", self.size)}


def _side(key: str, size: object) -> int:
    """Return the side of a square; raises `ValueError` for anything else."""
    match size:
        case None:
            raise ValueError(f"the key {key} is missing")
        case int(side) if side > 0:
            return side
        case {"height": int(side), "width": same} | [int(side), same] if side == same and side > 0:
            return side
    raise ValueError(f"{key} is {size}; only a square can be declared, by height and width or by a crop")


class _Data(BaseModel):
    """The preparation of pictures by timm, which scales to a whole number of pixels before it crops."""

    input_size: tuple[Literal[3], PositiveInt, PositiveInt]
    crop_pct: float = Field(gt=0, le=1)
    crop_mode: Literal["center", "squash"] = "center"
    interpolation: str
    mean: Channels
    std: Channels

    def declared(self) -> dict[str, Any]:
        """The same in the words of a declaration; raises `ValueError`."""
        side = _side("input_size", [*self.input_size[1:]])
        return {
            "resize": _RESIZES[self.crop_mode],
            "side": side,
            "crop_share": side / math.floor(side / self.crop_pct),
            "resampling": self.interpolation,
            "mean": self.mean,
            "std": self.std,
        }


def _of_preprocessor(path: Path) -> dict[str, Any]:
    config = read_config(path)
    if "image_processor" in config:
        config = below(path, config, "image_processor")
    as_it_is: Mapping[str, Any] = {"image_mean": (0, 0, 0), "image_std": (1, 1, 1)}
    normalizes = config.get("do_normalize", True)
    return _Preprocessor.model_validate(config if normalizes else {**config, **as_it_is}).declared()


def _of_timm(path: Path) -> dict[str, Any]:
    return _Data.model_validate(below(path, read_config(path), "pretrained_cfg")).declared()


def _of_open_clip(path: Path) -> dict[str, Any]:
    return _Data.model_validate(open_clip_data(path)).declared()
