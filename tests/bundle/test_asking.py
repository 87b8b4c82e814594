"""What `visual-search bundle` says to an operator who asks for what it cannot do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY
from shared.labeling.providers.embedded import EmbeddedSettings
from shared.labeling.registry import RECOGNIZERS
from tests.bundle.conftest import build, run_bundle
from tools.bundle.contents import FUNCTIONS, BundleSource
from tools.bundle.requirements import exported, find_uv
from tools.exits import Ended, Exit


def test_the_command_explains_itself_with_an_example(tmp_path: Path) -> None:
    result = run_bundle(tmp_path, "--help")
    assert result.exit_code == 0
    assert "Example: visual-search bundle" in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--recognizer", "clarifai"),
            f"'clarifai' is not one of {', '.join(map(repr, RECOGNIZERS))}",
        ),
        (("--encoder", "clip"), "'clip' is not one of 'embedded', 'onnx', 'none'"),
        (("--encoder", "onnx"), "add --file MODEL.onnx --file MODEL.onnx.json"),
        (("--file", "/no/such/head.json"), "/no/such/head.json"),
        (("--file", "README.md", "--file", "devstack/algolia/README.md"), "twice with the name README.md"),
    ],
)
def test_what_cannot_be_packed_is_told_before_anything_is_written(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    absolute = [str(REPOSITORY / word) if word.endswith(".md") else word for word in words]
    result = run_bundle(tmp_path / "out", *absolute)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()


def test_without_the_model_set_up_is_advised_and_without_an_encoder_none_is_needed(tmp_path: Path) -> None:
    source = BundleSource(REPOSITORY, tmp_path / "missing.onnx")
    result = run_bundle(tmp_path / "out", source=source)
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path / 'missing.onnx'} is missing: run make setup\n"
    assert run_bundle(tmp_path / "out", "--encoder", "none", source=source).exit_code == 0


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run_bundle(tmp_path / "file" / "out", "--encoder", "none")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"cannot write {tmp_path}")
    assert result.stderr.count("\n") == 1


def test_older_bundles_stay_with_what_names_them_to_terraform(tmp_path: Path) -> None:
    choices = (("--encoder", "none"), ("--recognizer", "embedded"), ("--encoder", "none"))
    told = [build(tmp_path, *choice).variables for choice in choices]
    kept = [json.loads(path.read_text())["bundles"] for path in tmp_path.glob("bundles-*.tfvars.json")]
    assert sorted(kept, key=str) == sorted(told[:2], key=str)
    assert told[0] == told[2]
    assert all(Path(each[function]).is_file() for each in kept for function in FUNCTIONS)


def test_files_of_ones_own_lie_where_settings_find_them(tmp_path: Path) -> None:
    for name in ("clip.onnx", "clip.onnx.json", "head.json"):
        (tmp_path / name).write_text(name)
    files = [part for path in sorted(tmp_path.iterdir()) for part in ("--file", str(path))]
    found = build(tmp_path / "out", "--encoder", "onnx", *files).contents("enrich")
    assert {name: found[name].decode() for name in found if name.startswith("files/")} == {
        "files/clip.onnx": "clip.onnx",
        "files/clip.onnx.json": "clip.onnx.json",
        "files/head.json": "head.json",
    }
    assert "shared/labeling/providers/onnx/__init__.py" in found
    assert not any(name.startswith("shared/labeling/providers/embedded/") for name in found)
    assert b"onnxruntime==" in found["requirements.txt"]


def test_the_models_place_is_the_settings_own_default() -> None:
    assert EmbeddedSettings.from_env({}).model_path == (
        REPOSITORY / "shared/labeling/providers/embedded/model.onnx"
    )


def test_uv_is_looked_for_where_set_up_puts_it(tmp_path: Path) -> None:
    assert find_uv(tmp_path, {"UV": "/some/uv"}) == "/some/uv"
    with pytest.raises(Ended, match="uv is missing: run make setup") as ended:
        find_uv(tmp_path, {"PATH": str(tmp_path)})
    assert ended.value.code == Exit.MISCONFIGURED
    own = tmp_path / ".cache/uv/bin/uv"
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_uv(tmp_path, {"PATH": str(tmp_path)}) == str(own)


def test_a_lock_without_the_group_is_told_in_uvs_words() -> None:
    with pytest.raises(Ended, match=r"uv says: .*nobody") as ended:
        exported(find_uv(REPOSITORY), REPOSITORY, ("nobody",))
    assert ended.value.code == Exit.BAD_DATA


def test_a_uv_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(Ended, match="cannot be run"):
        exported(str(tmp_path / "uv"), REPOSITORY, ("enrich",))
