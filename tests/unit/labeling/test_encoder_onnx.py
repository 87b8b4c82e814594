from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.imaging.opening import PillowRaster
from shared.labeling.providers.onnx.encoder import Declaration, as_declared, squared
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
    half = np.indices((GRID, GRID)) >= GRID // 2
    lower, right = half
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
    ids=["0..1", "normalized", "0..255", "uint8"],
)
def test_channels_are_scaled_and_normalized(fields: dict[str, object], expected: list[float]) -> None:
    pixels = np.full((1, SIDE, SIDE, 3), (255, 51, 0), np.uint8)
    values = as_declared(pixels, declared(**fields))
    assert values.shape == (1, 3, SIDE, SIDE)
    assert values.dtype == fields.get("dtype", "float32")
    np.testing.assert_allclose(values[0, :, 3, 5].astype(float), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("resize", "expected"),
    [
        ("crop", [RED, GREEN, BLUE, WHITE]),
        ("squash", [RED, GREEN, BLUE, WHITE]),
        ("pad", [WHITE, WHITE, WHITE, WHITE]),
    ],
)
@pytest.mark.parametrize("size", [(96, 48), (48, 96), (1000, 500)], ids=["wide", "high", "large"])
def test_a_picture_is_squared_as_declared(
    resize: str, expected: list[tuple[int, int, int]], size: tuple[int, int]
) -> None:
    square = shown(quarters(size), resize=resize)
    assert square.size == (SIDE, SIDE)
    assert corners(square) == expected


def test_cropping_loses_the_edges_and_squashing_keeps_them() -> None:
    image = Image.new("RGB", (300, 100), "red")
    image.paste("blue", (100, 0, 200, 100))
    assert corners(shown(image, resize="crop")) == [BLUE] * 4
    assert corners(shown(image, resize="squash")) == [RED] * 4


@pytest.mark.parametrize("resize", ["crop", "squash"])
def test_of_what_is_resized_the_middle_may_be_kept(resize: str) -> None:
    image = Image.new("RGB", (300, 100), "red")
    kept = (30, 10, 270, 90) if resize == "squash" else (110, 10, 190, 90)
    image.paste("blue", kept)
    assert corners(shown(image, resize=resize, crop_share=0.8)) == [BLUE] * 4
    assert corners(shown(image, resize=resize)) == [RED] * 4


@pytest.mark.parametrize("resize", ["crop", "squash", "pad"])
@pytest.mark.parametrize("size", [(1, 1), (1, 60), (2000, 40)])
def test_an_odd_picture_is_squared_too(resize: str, size: tuple[int, int]) -> None:
    square = shown(Image.new("RGB", size, (9, 99, 199)), resize=resize)
    assert square.size == (SIDE, SIDE)
    assert square.getpixel(((SIDE - 1) // 2, (SIDE - 1) // 2)) == (9, 99, 199)


def test_bicubic_and_bilinear_differ() -> None:
    image = quarters((90, 90))
    squares = [shown(image, resampling=resampling, side=64) for resampling in ("bicubic", "bilinear")]
    assert squares[0] != squares[1]


@pytest.mark.parametrize(("size", "kept"), [(2, 2), (24, 24), (512, 256), (1152, 256)])
def test_a_rotation_keeps_lengths_and_angles(size: int, kept: int) -> None:
    rows = rotation(size, kept)
    assert rows.shape == (kept, size)
    np.testing.assert_allclose(rows @ rows.T, np.eye(kept), atol=1e-9)


def test_the_rotation_never_changes() -> None:
    expected = [[0.353553, 0.353553, -0.353553, -0.353553], [0.490393, 0.415735, -0.277785, -0.097545]]
    np.testing.assert_allclose(rotation(8, 2)[:, :4], expected, atol=1e-6)


def test_half_of_the_rotated_coordinates_tell_what_all_would() -> None:
    chance = np.random.default_rng(11)
    size, kept = 512, 256
    telling = np.zeros((50, size))
    telling[:, -40:] = chance.normal(size=(50, 40)) * [10.0, *[1.0] * 39]
    cut = telling @ rotation(size, kept).T
    full, half = (each @ each.T / np.linalg.norm(each, axis=1) ** 2 for each in (telling, cut))
    assert not telling[:, :kept].any()
    assert np.corrcoef(full.ravel(), half.ravel())[0, 1] > 0.95


def test_an_unordered_output_is_rotated_and_an_ordered_one_is_cut(tmp_path: Path) -> None:
    model = averaging_model(tmp_path / "own.onnx", size=300)
    picture = Picture(jpeg())
    mixed = {"output": "mixed", "output_size": 300}
    made = {
        ordered: onnx_encoder(declare(model, **mixed, ordered=ordered)).encode(picture)
        for ordered in (False, True)
    }
    first, mixture = 256, np.random.default_rng(300).normal(size=(CELLS, 300)).astype(np.float32)
    averages = onnx_encoder(declare(model, output="average", ordered=True)).encode(picture)
    output = np.array(averages) @ mixture
    for vector, expected in ((made[True], output[:first]), (made[False], rotation(300, first) @ output)):
        assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-4)


def test_the_encoder_id_changes_with_whatever_changes_vectors(tmp_path: Path) -> None:
    model = declare(averaging_model(tmp_path / "own.onnx"))
    first = onnx_encoder(model).encoder_id
    respaced = model.with_name("own.onnx.json")
    respaced.write_text(respaced.read_text().replace(",", " ,\n"))
    assert onnx_encoder(model).encoder_id == first
    assert onnx_encoder(declare(model, crop_share=1)).encoder_id == first
    others = [
        onnx_encoder(declare(model, **{name: value})).encoder_id
        for name, value in {
            "resize": "pad",
            "mean": [0.4, 0.5, 0.5],
            "ordered": True,
            "crop_share": 0.9,
        }.items()
    ]
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
        ({"output": "average", "side": 48}, "the model does not work as side, layout and dtype declare"),
        ({"output": "average", "layout": "NHWC"}, "the model does not work as side, layout and dtype"),
        ({"output": "average", "dtype": "float16"}, "the model does not work as side, layout and dtype"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_declaration_the_model_contradicts_names_the_field(
    fields: dict[str, object], problem: str, tmp_path: Path
) -> None:
    model = declare(averaging_model(tmp_path / "own.onnx", size=64), **fields)
    encoder = onnx_encoder(model)
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
