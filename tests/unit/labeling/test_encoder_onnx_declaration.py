from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.labeling.providers.onnx.encoder import Declaration, read_declaration
from tests.onnx_models import DECLARED

SIGLIP: dict[str, object] = {"side": 384, "resize": "squash", "crop_share": 0.9, "resampling": "bilinear"}
SIGLIP |= {"scale": "0..255", "mean": [127.5] * 3, "std": [127.5] * 3, "layout": "NHWC", "dtype": "float16"}
SIGLIP |= {"input": "pixel_values", "output": "pooler_output", "output_size": 768, "ordered": True}
UINT8 = {"dtype": "uint8", "scale": "0..255", "mean": [0, 0, 0], "std": [1, 1, 1]}


def read(folder: Path, declared: object) -> Declaration:
    (folder / "own.onnx.json").write_text(json.dumps(declared))
    return read_declaration(folder / "own.onnx")


def test_every_field_is_read_and_those_with_a_usual_value_may_be_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, SIGLIP).model_dump(mode="json") == SIGLIP
    assert set(SIGLIP) == set(Declaration.model_fields)
    declared = read(tmp_path, DECLARED)
    assert (declared.layout, declared.dtype, declared.scale) == ("NCHW", "float32", "0..1")
    assert (declared.input, declared.output, declared.ordered) == (None, None, False)
    assert read(tmp_path, DECLARED | UINT8).dtype == "uint8", "it takes raw bytes"


@pytest.mark.parametrize(("size", "dimensions"), [(24, 24), (256, 256), (257, 256), (1152, 256)])
def test_a_vector_is_as_long_as_the_output_up_to_256(tmp_path: Path, size: int, dimensions: int) -> None:
    assert read(tmp_path, DECLARED | {"output_size": size}).dimensions == dimensions


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"side": 0}, "side: .*greater than or equal to 16; write the side of .* 16 to 1024 pixels"),
        ({"side": 4096}, "side: .*less than or equal to 1024"),
        ({"side": "large"}, "side: .*valid integer"),
        ({"resize": "zoom"}, "resize: .*'crop', 'squash' or 'pad'; write crop for"),
        ({"crop_share": 0.2}, "crop_share: .*greater than or equal to 0.5; write the share"),
        ({"crop_share": 0.9, "resize": "pad"}, "resize pad keeps the whole picture: leave out crop_share"),
        ({"resampling": "nearest"}, "resampling: "),
        ({"mean": [0.5, 0.5]}, "mean: Field required; write three numbers"),
        ({"mean": [0.5, 0.5, 0.5, 0.5]}, "mean: .*at most 3 items"),
        ({"mean": 0.5}, "mean: .*valid array; write three numbers"),
        ({"std": [0.5, 0, 0.5]}, "std: .*equal to 0.001; write three numbers from 0.001"),
        ({"std": [0.5, float("nan"), 0.5]}, "std: "),
        ({"scale": "-1..1"}, 'scale: .*; write "0..1" or "0..255"'),
        ({"layout": "CHW"}, "layout: .*'NCHW' or 'NHWC'"),
        ({"dtype": "int8"}, "dtype: "),
        ({"dtype": "uint8"}, 'dtype uint8 takes pictures as they are: write scale "0..255"'),
        ({"output_size": 1}, "output_size: .*; write how many numbers the output has"),
        ({"std_dev": [1, 1, 1]}, "std_dev: .*; known are side, resize, "),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, fields: dict[str, object], problem: str) -> None:
    with pytest.raises(Misconfigured, match=rf"ONNX_MODEL: .*own\.onnx\.json: {problem}"):
        read(tmp_path, DECLARED | fields)


@pytest.mark.parametrize("name", ["side", "resize", "mean", "std", "output_size"])
def test_a_missing_field_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match=f"json: {name}: Field required; write "):
        read(tmp_path, {field: value for field, value in DECLARED.items() if field != name})


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null"])
def test_what_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.onnx.json").write_bytes(content)
    with pytest.raises(Misconfigured, match=r"ONNX_MODEL: .*own\.onnx\.json: .*(JSON|object)"):
        read_declaration(tmp_path / "own.onnx")


def test_a_missing_declaration_says_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"cannot read .*own\.onnx\.json .*declare there"):
        read_declaration(tmp_path / "own.onnx")
