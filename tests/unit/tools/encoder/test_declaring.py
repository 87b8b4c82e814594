from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.tools.encoder.tower import SIGLIP, write
from tools.encoder.declaring import declare
from tools.exits import Ended

HF, TIMM, OPEN = "transformers", "timm", "open_clip"
Config = Mapping[str, Any]
HALF = (0.5, 0.5, 0.5)
MEAN, STD = [0.48, 0.46, 0.41], [0.27, 0.26, 0.28]
VIT = {"image_mean": HALF, "image_std": HALF, "resample": 2, "size": 224}
OLD_CLIP = VIT | {
    "crop_size": 224,
    "do_center_crop": True,
    "image_mean": MEAN,
    "image_std": STD,
    "resample": 3,
}
CROPPED = OLD_CLIP | {"crop_size": {"height": 224, "width": 224}, "size": {"shortest_edge": 224}}
DINOV2 = CROPPED | {"size": {"shortest_edge": 256}}
NESTED = {"image_processor": SIGLIP, "processor_class": "SiglipProcessor"}
SHRUNK = SIGLIP | {"size": {"height": 40, "width": 40}, "crop_size": 32}
OF_TIMM = {"input_size": [3, 224, 224], "crop_pct": 0.9, "crop_mode": "center"} | {
    "interpolation": "bicubic", "mean": MEAN, "std": STD
}  # fmt: skip
OPEN_CLIP: dict[str, Any] = {
    "model_cfg": {"embed_dim": 768, "vision_cfg": {"image_size": 224, "timm_model_name": "vit"}},
    "preprocess_cfg": {"mean": HALF, "std": HALF, "interpolation": "bilinear", "resize_mode": "squash"},
}


def preprocess(**changes: object) -> Config:
    return OPEN_CLIP | {"preprocess_cfg": OPEN_CLIP["preprocess_cfg"] | changes}


def in_timm(**changes: object) -> Config:
    return {"pretrained_cfg": OF_TIMM | changes}


def without(config: Config, key: str) -> Config:
    return {name: value for name, value in config.items() if name != key}


@pytest.mark.parametrize(
    ("kind", "config", "expected"),
    [
        (HF, SIGLIP, {"side": 32, "resize": "squash", "mean": HALF, "std": HALF}),
        (HF, CROPPED, {"side": 224, "resize": "crop", "crop_share": 1, "resampling": "bicubic"}),
        (HF, OLD_CLIP, {"side": 224, "resize": "crop", "crop_share": 1, "std": tuple(STD)}),
        (HF, DINOV2, {"side": 224, "resize": "crop", "crop_share": 0.875, "mean": tuple(MEAN)}),
        (HF, VIT, {"side": 224, "resize": "squash", "resampling": "bilinear", "scale": "0..1"}),
        (HF, SIGLIP | {"do_rescale": False}, {"scale": "0..255"}),
        (HF, SIGLIP | {"do_normalize": False}, {"mean": (0, 0, 0), "std": (1, 1, 1)}),
        (HF, NESTED, {"side": 32, "resize": "squash", "mean": HALF, "std": HALF}),
        (HF, {**without(SIGLIP, "image_std"), "do_normalize": False}, {"std": (1, 1, 1)}),
        (HF, SHRUNK, {"side": 32, "resize": "squash", "crop_share": 0.8}),
        (TIMM, in_timm(), {"side": 224, "resize": "crop", "crop_share": 224 / 248}),
        (TIMM, in_timm(crop_pct=1.0, crop_mode="squash"), {"resize": "squash", "crop_share": 1}),
        (TIMM, in_timm(interpolation="bilinear"), {"resampling": "bilinear"}),
        (OPEN, OPEN_CLIP, {"side": 224, "resize": "squash", "mean": HALF, "resampling": "bilinear"}),
        (OPEN, preprocess(resize_mode="shortest"), {"resize": "crop", "crop_share": 1}),
    ],
)
def test_what_is_declared_is_read(kind: str, config: Config, expected: Config, tmp_path: Path) -> None:
    declared = declare(kind, write(tmp_path / "config.json", config), 768)
    assert {name: getattr(declared, name) for name in expected} == expected
    assert declared.output_size == 768


OF_SIGLIP = ("image_mean", "image_std", "resample", "size")


@pytest.mark.parametrize(
    ("kind", "config", "problem"),
    [
        *((HF, without(SIGLIP, key), f"the key {key} is missing") for key in OF_SIGLIP),
        (HF, without(CROPPED, "crop_size"), "the key crop_size is missing"),
        (HF, SIGLIP | {"resample": 1}, "resample is 1: Input should be 2 or 3"),
        (HF, SIGLIP | {"rescale_factor": 0.5}, "rescale_factor is 0.5; only 1/255"),
        (HF, SIGLIP | {"do_resize": False}, "do_resize must be true"),
        (HF, SIGLIP | {"do_pad": True}, "do_pad false"),
        (HF, SIGLIP | {"size": {"height": 32, "width": 64}}, "only a square can be declared"),
        (HF, SIGLIP | {"image_std": [0, 1, 1]}, "std.0 is 0.0: Input should be greater"),
        (HF, SIGLIP | {"image_mean": 0.5}, "image_mean is 0.5: Input should be a valid tuple"),
        (HF, SIGLIP | {"image_mean": [math.nan] * 3}, "mean.0 is nan: Input should be a finite number"),
        (HF, SIGLIP | {"rescale_factor": None}, "the key rescale_factor is missing"),
        (HF, SIGLIP | {"size": None}, "the key size is missing"),
        (HF, SIGLIP | {"size": 0}, "size is 0; only a square"),
        (HF, SHRUNK | {"size": {"height": 0, "width": 0}}, "only a square can be declared"),
        (HF, CROPPED | {"size": {"shortest_edge": "224"}}, "only a square can be declared"),
        (HF, CROPPED | {"size": {"shortest_edge": 0}}, "only a square can be declared"),
        (HF, {"image_processor": 5}, "image_processor is no JSON object"),
        (TIMM, {}, "the key pretrained_cfg is missing"),
        *(
            (TIMM, in_timm(**{key: None}), f"the key {key} is missing")
            for key in OF_TIMM
            if key != "crop_mode"
        ),
        (TIMM, in_timm(input_size=[3, 224, 256]), "only a square can be declared"),
        (TIMM, in_timm(crop_mode="border"), "crop_mode is 'border': Input should be 'center' or 'squash'"),
        (TIMM, in_timm(interpolation="random"), "resampling is 'random': Input should be"),
        (TIMM, in_timm(crop_pct=0), "crop_pct is 0: Input should be greater than 0"),
        (TIMM, in_timm(input_size=224), "input_size is 224: Input should be a valid tuple"),
        (TIMM, in_timm(input_size=[1, 224, 224]), "input_size.0 is 1: Input should be 3"),
        (TIMM, {"pretrained_cfg": [1]}, "pretrained_cfg is no JSON object"),
        (OPEN, without(OPEN_CLIP, "model_cfg"), "the key model_cfg is missing"),
        (OPEN, without(OPEN_CLIP, "preprocess_cfg"), "the key preprocess_cfg is missing"),
        (OPEN, preprocess(std=None), "the key preprocess_cfg.std is missing"),
        (OPEN, OPEN_CLIP | {"preprocess_cfg": [1]}, "the key preprocess_cfg.mean is missing"),
        (OPEN, preprocess(resize_mode="longest"), "crop_mode is 'border'"),
    ],
)
def test_what_cannot_be_declared_is_named(kind: str, config: Config, problem: str, tmp_path: Path) -> None:
    path = write(tmp_path / "said.json", config)
    with pytest.raises(Ended) as refused:
        declare(kind, path, 768)
    assert str(refused.value).startswith(f"{path}: ")
    assert problem in str(refused.value)
