from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.imaging.opening import PillowRaster
from shared.labeling.providers.onnx.encoder import Declaration, as_declared, read_declaration, squared
from shared.labeling.rotation import rotation
from tests.local import onnx_encoder
from tests.onnx_models import CELLS, DECLARED, GRID, SIDE, averaging_model, declare
from tests.pictures import encoded, jpeg, quarters

RAW = {"scale": "0..255", "mean": [0, 0, 0], "std": [1, 1, 1]}
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def declared(**fields: object) -> Declaration:
    return Declaration.model_validate(DECLARED | fields)


def shown(image: Image.Image, **fields: object) -> Image.Image:
    """The picture as a model sees it that declares these fields."""
    square = squared(PillowRaster(image), declared(**fields))
    return Image.frombytes("RGB", square.size, square.rgb())


def corners(image: Image.Image) -> list[object]:
    far = SIDE - 2
    return [image.getpixel(place) for place in ((1, 1), (far, 1), (1, far), (far, far))]


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("dtype", ["float32", "float16", "uint8"])
def test_a_model_sees_the_picture_as_declared(layout: str, dtype: str, tmp_path: Path) -> None:
    model = averaging_model(tmp_path / "own.onnx", layout=layout, dtype=dtype)
    declare(model, layout=layout, dtype=dtype, ordered=True, **RAW)
    vector = onnx_encoder(model).encode(Picture(encoded(quarters((64, 64)), "PNG")))
    lower, right = np.indices((GRID, GRID)) >= GRID // 2
    expected = np.array([~lower & ~right | lower & right, right, lower], np.float64).reshape(-1)
    assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-2)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"mean": [0, 0, 0], "std": [1, 1, 1]}, [1.0, 0.2, 0.0]),
        ({"mean": [0.5, 0.2, 0.1], "std": [0.5, 0.25, 0.2]}, [1.0, 0.0, -0.5]),
        ({"scale": "0..255", "mean": [127, 51, 0], "std": [128, 1, 1]}, [1.0, 0.0, 0.0]),
        ({"dtype": "uint8", **RAW}, [255, 51, 0]),
    ],
)
def test_channels_are_scaled_and_normalized(fields: dict[str, object], expected: list[float]) -> None:
    pixels = np.full((1, SIDE, SIDE, 3), (255, 51, 0), np.uint8)
    values = as_declared(pixels, declared(**fields))
    assert values.shape == (1, 3, SIDE, SIDE)
    assert values.dtype == fields.get("dtype", "float32")
    np.testing.assert_allclose(values[0, :, 3, 5].astype(float), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("resize", "expected"),
    [("crop", [RED, GREEN, BLUE, WHITE]), ("squash", [RED, GREEN, BLUE, WHITE]), ("pad", [WHITE] * 4)],
)
@pytest.mark.parametrize("size", [(96, 48), (48, 96), (1000, 500)], ids=["wide", "high", "large"])
def test_a_picture_is_squared(
    resize: str, expected: list[tuple[int, int, int]], size: tuple[int, int]
) -> None:
    square = shown(quarters(size), resize=resize)
    assert square.size == (SIDE, SIDE)
    assert corners(square) == expected


@pytest.mark.parametrize(
    ("resize", "share", "kept", "edge"),
    [
        *(("crop", 1, (100, 0, 200, 100), BLUE), ("squash", 1, (100, 0, 200, 100), RED)),
        *(("crop", 0.8, (110, 10, 190, 90), BLUE), ("squash", 0.8, (30, 10, 270, 90), BLUE)),
        *(("crop", 1, (110, 10, 190, 90), RED), ("squash", 1, (30, 10, 270, 90), RED)),
    ],
)
def test_edges_are_kept_as_declared(
    resize: str, share: float, kept: tuple[int, int, int, int], edge: tuple[int, int, int]
) -> None:
    image = Image.new("RGB", (300, 100), "red")
    image.paste("blue", kept)
    assert corners(shown(image, resize=resize, crop_share=share)) == [edge] * 4


@pytest.mark.parametrize("resize", ["crop", "squash", "pad"])
@pytest.mark.parametrize("size", [(1, 1), (1, 60), (2000, 40)])
def test_an_odd_picture_is_squared_too(resize: str, size: tuple[int, int]) -> None:
    square = shown(Image.new("RGB", size, (9, 99, 199)), resize=resize)
    assert square.size == (SIDE, SIDE)
    assert square.getpixel(((SIDE - 1) // 2, (SIDE - 1) // 2)) == (9, 99, 199)


def test_bicubic_and_bilinear_differ() -> None:
    bicubic, bilinear = (
        shown(quarters((90, 90)), resampling=each, side=64) for each in ("bicubic", "bilinear")
    )
    assert bicubic != bilinear


@pytest.mark.parametrize(("size", "kept"), [(2, 2), (24, 24), (512, 256), (1152, 256)])
def test_a_rotation_keeps_lengths_and_angles_and_never_changes(size: int, kept: int) -> None:
    rows = rotation(size, kept)
    assert rows.shape == (kept, size)
    np.testing.assert_allclose(rows @ rows.T, np.eye(kept), atol=1e-9)
    signs = [0.353553 * sign for sign in (1, 1, -1, -1, 1, -1, 1, -1)]
    known = [signs, [0.490393, 0.415735, -0.277785, -0.097545, -0.097545, 0.277785, -0.415735, 0.490393]]
    np.testing.assert_allclose(rotation(8, 2), known, atol=1e-6)


def test_an_unordered_output_is_rotated_and_an_ordered_one_is_cut(tmp_path: Path) -> None:
    model, picture = averaging_model(tmp_path / "own.onnx", size=300), Picture(jpeg())
    mixture = np.random.default_rng(300).normal(size=(CELLS, 300)).astype(np.float32)
    averages = onnx_encoder(declare(model, output="average", ordered=True)).encode(picture)
    output = np.array(averages) @ mixture
    for ordered, expected in ((True, output[:256]), (False, rotation(300, 256) @ output)):
        vector = onnx_encoder(declare(model, output="mixed", output_size=300, ordered=ordered)).encode(
            picture
        )
        assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-4)


def test_the_encoder_id_changes_with_whatever_changes_vectors(tmp_path: Path) -> None:
    model = declare(averaging_model(tmp_path / "own.onnx"))
    first = onnx_encoder(model).encoder_id
    respaced = model.with_name("own.onnx.json")
    respaced.write_text(respaced.read_text().replace(",", " ,\n"))
    assert onnx_encoder(model).encoder_id == first
    assert onnx_encoder(declare(model, crop_share=1)).encoder_id == first
    changes = {"resize": "pad", "mean": [0.4, 0.5, 0.5], "ordered": True, "crop_share": 0.9}
    others = [onnx_encoder(declare(model, **{name: value})).encoder_id for name, value in changes.items()]
    averaging_model(model, size=64)
    others.append(onnx_encoder(declare(model)).encoder_id)
    assert len({first, *others}) == 6


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"input": "image"}, "input: the model has no input 'image'; write one of: pixels"),
        ({"output": "pooled"}, "output: the model has no output 'pooled'; write one of: average, mixed"),
        ({}, "output: the model has several outputs; write one of: average, mixed"),
        ({"output": "mixed"}, f"output_size: the output has 64 numbers, not {CELLS}"),
        *(
            ({"output": "average", **wrong}, "the model does not work as side, layout and dtype declare")
            for wrong in ({"side": 48}, {"layout": "NHWC"}, {"dtype": "float16"})
        ),
    ],
)
def test_a_contradicted_field_is_named(fields: dict[str, object], problem: str, tmp_path: Path) -> None:
    encoder = onnx_encoder(declare(averaging_model(tmp_path / "own.onnx", size=64), **fields))
    for attempt in (encoder.prepare, lambda: encoder.encode(Picture(jpeg()))):
        with pytest.raises(Misconfigured, match=rf"ONNX_MODEL: .*own\.onnx\.json: {problem}"):
            attempt()


@pytest.mark.parametrize(
    ("name", "problem"),
    [("own.onnx", "own.onnx cannot be loaded"), ("nowhere.onnx", "cannot read .*nowhere")],
)
def test_a_damaged_or_missing_model_is_misconfigured(name: str, problem: str, tmp_path: Path) -> None:
    declare(tmp_path / "own.onnx").write_bytes(b"no model")
    with pytest.raises(Misconfigured, match=f"ONNX_MODEL: .*{problem}"):
        onnx_encoder(tmp_path / name).prepare()


SIGLIP: dict[str, object] = {"side": 384, "resize": "squash", "crop_share": 0.9, "resampling": "bilinear"}
SIGLIP |= {"scale": "0..255", "mean": [127.5] * 3, "std": [127.5] * 3, "layout": "NHWC", "dtype": "float16"}
SIGLIP |= {"input": "pixel_values", "output": "pooler_output", "output_size": 768, "ordered": True}


def read(folder: Path, declared: object) -> Declaration:
    (folder / "own.onnx.json").write_text(json.dumps(declared))
    return read_declaration(folder / "own.onnx")


def test_every_field_is_read_and_those_with_a_usual_value_may_be_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, SIGLIP).model_dump(mode="json") == SIGLIP
    assert set(SIGLIP) == set(Declaration.model_fields)
    declared = read(tmp_path, DECLARED)
    assert (declared.layout, declared.dtype, declared.scale) == ("NCHW", "float32", "0..1")
    assert (declared.input, declared.output, declared.ordered) == (None, None, False)
    assert read(tmp_path, DECLARED | RAW | {"dtype": "uint8"}).dtype == "uint8", "it takes raw bytes"


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
