"""The whole way with torch: towers of random weights, saved as people get them, become encoders."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import timm
import torch
import transformers
from click.testing import Result
from safetensors.torch import save_file
from timm.models import save_for_hf

from tests.unit.tools.encoder.test_importing import agreements
from tests.unit.tools.encoder.tower import patterns, run, write
from tools.encoder.environment import export

SIZES = {"image_size": 64, "patch_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4}
VISION = SIZES | {"hidden_size": 64, "intermediate_size": 128}
TEXT = VISION | {"vocab_size": 99, "num_hidden_layers": 1, "bos_token_id": 1, "eos_token_id": 2}
SQUARE = {"height": 64, "width": 64}
SMALL = "vit_tiny_patch16_224"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return patterns(tmp_path_factory.mktemp("shop") / "pictures", 48)


def imported(tower: object, folder: Path, pictures: Path, *more: object) -> Result:
    return run([tower, "--out", folder / "own.onnx", "--pictures", pictures, *more], export=export)


def siglip(folder: Path) -> None:
    config = transformers.SiglipConfig(vision_config=VISION, text_config=TEXT)
    transformers.SiglipModel(config).save_pretrained(folder)
    transformers.SiglipImageProcessor(size=SQUARE).save_pretrained(folder)


def clip(folder: Path) -> None:
    vision = VISION | {"projection_dim": 48}
    config = transformers.CLIPConfig(vision_config=vision, text_config=TEXT, projection_dim=48)
    transformers.CLIPModel(config).save_pretrained(folder)
    transformers.CLIPImageProcessor(size={"shortest_edge": 64}, crop_size=SQUARE).save_pretrained(folder)


def dinov2(folder: Path) -> None:
    transformers.Dinov2Model(transformers.Dinov2Config(**VISION)).save_pretrained(folder)
    transformers.BitImageProcessor(size={"shortest_edge": 80}, crop_size=SQUARE).save_pretrained(folder)


def timm_folder(folder: Path) -> None:
    save_for_hf(timm.create_model(SMALL, depth=2), folder, safe_serialization=True)


def mobile_clip(folder: Path) -> None:
    save_for_hf(timm.create_model("fastvit_mci0"), folder, safe_serialization=True)


def open_clip(folder: Path, projection: str | None = "none") -> None:
    folder.mkdir()
    size = 48 if projection is None else 0
    trunk = timm.create_model(SMALL, num_classes=size).state_dict()
    state = {f"visual.trunk.{name}": value for name, value in trunk.items()}
    save_file(state | {"logit_scale": torch.ones(1)}, folder / "open_clip_model.safetensors")
    vision = {"image_size": 224, "timm_model_name": SMALL, "timm_pool": "token", "timm_proj": projection}
    half = [0.5, 0.5, 0.5]
    asked = {"mean": half, "std": half, "interpolation": "bicubic", "resize_mode": "squash"}
    config = {"model_cfg": {"embed_dim": size, "vision_cfg": vision}, "preprocess_cfg": asked}
    write(folder / "open_clip_config.json", config)


@pytest.mark.parametrize(
    ("save", "size", "resize"),
    [
        (siglip, 64, "squash"),
        (clip, 48, "crop"),
        (dinov2, 64, "crop"),
        (timm_folder, 192, "crop"),
        (mobile_clip, 512, "crop"),
        (open_clip, 192, "squash"),
        (partial(open_clip, projection=None), 48, "squash"),
    ],
)
def test_a_tower_from_disk_becomes_an_encoder(
    save: Callable[[Path], None], size: int, resize: str, pictures: Path, tmp_path: Path
) -> None:
    torch.manual_seed(3)
    save(tmp_path / "tower")
    out = tmp_path / "own.onnx"
    # Untrained layers of MobileCLIP add so little to their input that 8 bits lose it all.
    option = "--pictures" if save is mobile_clip else "--quantize"
    result = run([tmp_path / "tower", "--out", out, option, pictures], export=export)
    assert result.exit_code == 0, result.output
    assert min(agreements(result.stdout).values()) > 0.95
    declared = json.loads((tmp_path / "own.onnx.json").read_text())
    assert (declared["output_size"], declared["resize"]) == (size, resize)


def test_weights_in_a_file_fill_an_architecture_by_its_name(pictures: Path, tmp_path: Path) -> None:
    torch.save(timm.create_model(SMALL).state_dict(), weights := tmp_path / "weights.pth")
    assert imported(SMALL, tmp_path, pictures, "--weights", weights).exit_code == 0
    refused = imported("vit_small_patch16_224", tmp_path, pictures, "--weights", weights)
    assert refused.exit_code == 1
    assert "weights.pth cannot be exported" in refused.stderr


def test_weights_that_are_not_all_there_are_refused(pictures: Path, tmp_path: Path) -> None:
    dinov2(tmp_path / "tower")
    state = transformers.Dinov2Model.from_pretrained(tmp_path / "tower").state_dict()
    del state["layernorm.weight"]
    save_file(state, tmp_path / "tower" / "model.safetensors", {"format": "pt"})
    result = imported(tmp_path / "tower", tmp_path, pictures)
    assert result.exit_code == 1
    assert "the weights lack layernorm.weight" in result.stderr


def test_code_in_a_file_of_weights_is_not_run(pictures: Path, tmp_path: Path) -> None:
    torch.save(Spy(tmp_path / "ran"), weights := tmp_path / "weights.pth")
    assert imported(SMALL, tmp_path, pictures, "--weights", weights).exit_code == 1
    assert not (tmp_path / "ran").exists()


class Spy:
    """Leaves a trace where its pickle is loaded like any object."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self._trace,)
