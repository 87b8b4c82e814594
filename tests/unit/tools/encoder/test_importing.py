"""`encoder import` but for torch: a tiny tower is compared, quantized, measured, and then written."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from click.testing import Result

from shared.imaging import Picture
from tests.local import onnx_encoder
from tests.unit.tools.encoder.tower import SIDE, SIGLIP, SIZE, TinyExport, patterns, run, siglip_folder, write
from tools.bundle.command import bundle
from tools.encoder.measuring import Measured, measure
from tools.encoder.towers import Tower


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return patterns(tmp_path_factory.mktemp("shop") / "pictures", 48)


@pytest.fixture(scope="module")
def tower(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return siglip_folder(tmp_path_factory.mktemp("my siglip"))


def agreements(told: str) -> dict[str, float]:
    lines = re.findall(r"^ +(.+?) +agrees .* to (\S+)", told, re.MULTILINE)
    return {name: float(found) for name, found in lines}


def test_a_tower_becomes_an_encoder(tower: Path, pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "own.onnx"
    ballast = np.ones(50_000_000)
    result = run([tower, "--out", out, "--pictures", pictures], measure=measure)
    assert result.exit_code == 0, result.output
    declared = json.loads((tmp_path / "own.onnx.json").read_text())
    half = [0.5, 0.5, 0.5]
    assert declared == {"side": SIDE, "resize": "squash", "mean": half, "std": half, "output_size": SIZE}
    assert len(onnx_encoder(out).encode(Picture((pictures / "000.png").read_bytes()))) == SIZE
    found = agreements(result.stdout)
    assert found["the network"] == 1
    assert 0.99 < found["from the file on"] <= 1
    [milliseconds] = re.findall(r"time +(\d+) ms", result.stdout)
    [memory] = re.findall(r"memory +(\d+) MiB", result.stdout)
    assert int(milliseconds) < 1_000
    assert 20 < int(memory) < ballast.nbytes / 2**20, "of the process that asks, too"


@pytest.fixture(scope="module")
def quantized(tower: Path, pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    out = tmp_path_factory.mktemp("quantized") / "own encoder.onnx"
    words = [tower, "--out", out, "--quantize", pictures]
    return run(words, measure=lambda _, __: Measured(240.0, 1_800)), out


def test_8_bits_are_smaller_and_agree_nearly(quantized: tuple[Result, Path], pictures: Path) -> None:
    result, out = quantized
    assert result.exit_code == 0, result.output
    assert "Quantizes by 32 pictures" in result.stderr
    assert 0.95 <= agreements(result.stdout)["in 8 bits"] < 1
    stored = onnx.load(out).graph.initializer
    integers = [each for each in stored if each.data_type == onnx.TensorProto.INT8 and len(each.dims) > 1]
    assert len(integers) == 2
    assert any(each.name.startswith("kernels") and list(each.dims) == [8] for each in stored), "their scales"
    onnx_encoder(out).encode(Picture((pictures / "000.png").read_bytes()))


def test_it_says_what_to_do_next(quantized: tuple[Result, Path]) -> None:
    result, out = quantized
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert 'encoder = { name = "onnx", settings = { ONNX_MODEL = "files/own encoder.onnx" } }' in lines
    assert 'search  = { memory = "4Gi", cpu = 1, max_concurrent_searches = 4 }' in lines
    assert 'enrich  = { memory = "4Gi", cpu = 1, concurrency = 4 }' in lines
    [second] = [line for line in lines if line.startswith("visual-search bundle")]
    bundle.make_context("bundle", shlex.split(second)[2:])
    assert tomllib.loads("\n".join(lines[-2:])) == {"ENCODER": "onnx", "ONNX_MODEL": str(out.resolve())}


@pytest.mark.parametrize(
    ("export", "told"),
    [
        (TinyExport(noise=0.1), "the network agrees with the original to .* 0.999 at least"),
        (
            TinyExport(turned=True),
            "the encoder agrees with .*preprocessor_config.json tells of another input",
        ),
        (TinyExport(same=True), "the tower gives all pictures the same vector"),
    ],
    ids=["network", "input", "constant"],
)
def test_what_differs_from_the_original_is_refused_and_nothing_is_written(
    export: TinyExport, told: str, tower: Path, pictures: Path, tmp_path: Path
) -> None:
    out = tmp_path / "own.onnx"
    out.write_text("older")
    result = run([tower, "--out", out, "--pictures", pictures], export=export)
    assert result.exit_code == 1
    assert re.search(told, result.stderr)
    assert out.read_text() == "older"
    assert not (tmp_path / "own.onnx.json").exists()


def test_8_bits_by_pictures_of_another_kind_are_refused(tower: Path, pictures: Path, tmp_path: Path) -> None:
    dark, out = patterns(tmp_path / "dark", 24, strength=9), tmp_path / "own.onnx"
    result = run([tower, "--out", out, "--pictures", pictures, "--quantize", dark])
    assert result.exit_code == 1
    assert "the encoder in 8 bits agrees with the original to" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("count", "option", "told"),
    [
        (3, "--pictures", "3 pictures can be read; at least 4"),
        (20, "--quantize", "--quantize has 5 pictures"),
    ],
)
def test_too_few_are_refused(count: int, option: str, told: str, tower: Path, tmp_path: Path) -> None:
    few = patterns(tmp_path / "few", count)
    (few / "damaged.jpg").write_bytes(b"\xff\xd8\xff")
    result = run([tower, "--out", tmp_path / "own.onnx", option, few])
    assert (result.exit_code, told in result.stderr) == (1, True)


def test_what_cannot_be_declared_is_refused_before_the_export(pictures: Path, tmp_path: Path) -> None:
    write(siglip_folder(tmp_path) / "preprocessor_config.json", SIGLIP | {"image_mean": 0.5})
    refused = run([tmp_path, "--out", tmp_path / "own.onnx", "--pictures", pictures], export=unasked)
    assert (refused.exit_code, "image_mean is 0.5" in refused.stderr) == (1, True)


def unasked(_: Tower, __: Sequence[Path], ___: Path) -> None:
    pytest.fail("it was exported")


def test_a_folder_that_cannot_be_written_to_is_told_before_the_work(tower: Path, tmp_path: Path) -> None:
    result = run([tower, "--out", tmp_path / "missing" / "own.onnx"])
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr


def test_a_folder_in_the_declarations_place_is_told_before_the_work(tower: Path, tmp_path: Path) -> None:
    (tmp_path / "own.onnx.json").mkdir()
    result = run([tower, "--out", tmp_path / "own.onnx"], export=unasked)
    assert (result.exit_code, "own.onnx.json is a folder" in result.stderr) == (2, True)


def test_what_no_instance_holds_is_refused_and_not_written(
    tower: Path, pictures: Path, tmp_path: Path
) -> None:
    out = tmp_path / "own.onnx"
    vast = run([tower, "--out", out, "--pictures", pictures], measure=lambda _, __: Measured(9_000.0, 40_000))
    assert (vast.exit_code, "the largest instance has 32,768" in vast.stderr) == (1, True)
    assert not out.exists()


@pytest.mark.parametrize("out", ["weights.pth", "preprocessor_config"])
def test_a_file_of_the_tower_is_not_written_over(out: str, tmp_path: Path) -> None:
    folder = siglip_folder(tmp_path)
    (folder / "weights.pth").write_text("months of work")
    source = ["vit_tiny", "--weights", folder / "weights.pth"] if out.endswith(".pth") else [folder]
    result = run([*source, "--out", folder / out], export=unasked)
    assert (result.exit_code, "is a file of the tower" in result.stderr) == (1, True)
