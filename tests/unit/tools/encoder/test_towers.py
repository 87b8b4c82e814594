from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.tools.encoder.tower import write
from tools.encoder.environment import ran, uv_commands
from tools.encoder.measuring import Measured
from tools.encoder.report import size_for
from tools.encoder.towers import Tower, find_tower
from tools.exits import Ended

VISION = {"model_cfg": {"vision_cfg": {"timm_model_name": "vit_base"}}}
OPEN_CLIP = "open_clip_config.json"


def test_each_kind_of_folder_is_known(tmp_path: Path) -> None:
    config = write(tmp_path / "config.json", {"model_type": "dinov2"})
    # Which of them there is depends on the version of transformers that saved the folder.
    for name in ("processor_config.json", "preprocessor_config.json"):
        prepared = write(tmp_path / name, {})
        assert find_tower(str(tmp_path), None) == Tower("transformers", "dinov2", tmp_path, prepared)
    write(tmp_path / OPEN_CLIP, {"model_cfg": {"vision_cfg": {"layers": 12}}})
    assert find_tower(str(tmp_path), None).kind == "transformers"
    write(config, {"architecture": "vit_tiny"})
    assert find_tower(str(tmp_path), None) == Tower("timm", "vit_tiny", tmp_path, config)
    # A folder of open_clip's may have a config.json as well, which names code of its own.
    asked = write(tmp_path / OPEN_CLIP, VISION)
    weights = tmp_path / "open_clip_model.safetensors"
    weights.touch()
    assert find_tower(str(tmp_path), None) == Tower("open_clip", "vit_base", weights, asked)
    assert find_tower("vit_tiny", weights) == Tower("timm", "vit_tiny", weights, None)
    with pytest.raises(Ended, match=r"vit_tiny is no folder; .* --weights"):
        find_tower("vit_tiny", None)
    with pytest.raises(Ended, match="--weights goes with a name of timm's; leave it out"):
        find_tower(str(tmp_path), weights)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, "config.json cannot be read \\(No such file"),
        ({"config.json": {}}, "config.json: the key model_type is missing"),
        ({"config.json": {"model_type": "bert"}}, "config.json: model_type is 'bert'; known are clip, "),
        ({"config.json": {"model_type": ["clip"]}}, r"model_type is \['clip'\]; known are clip, "),
        ({"config.json": []}, "config.json is no JSON object"),
        ({OPEN_CLIP: {"model_cfg": {"vision_cfg": {}}}}, "vision_cfg.timm_model_name is missing"),
        ({OPEN_CLIP: VISION}, "there are no weights; put one of open_clip_model.safetensors"),
    ],
)
def test_another_folder_is_refused(files: dict[str, object], problem: str, tmp_path: Path) -> None:
    for name, content in files.items():
        write(tmp_path / name, content)
    with pytest.raises(Ended, match=problem):
        find_tower(str(tmp_path), None)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"README.md": "---\ntags: [a]\nlicense: apache-2.0\n---\n# A tower"}, "apache-2.0 (README.md)"),
        ({"README.md": "---\nlicense: other\nlicense_name: apple-amlr\n---\n"}, "apple-amlr (README.md)"),
        ({"README.md": "# A tower\nlicense: none"}, None),
        ({"README.md": "# A tower", "LICENSE.md": "\nMIT License\n\nCopyright"}, "MIT License (LICENSE.md)"),
        ({"LICENCE": "Terms of use"}, "Terms of use (LICENCE)"),
        ({"license.txt": "MIT License"}, "MIT License (license.txt)"),
        ({"COPYING": "GPL"}, "GPL (COPYING)"),
        ({"LICENSE.md": "---\ntitle: x\n---\n# Apple's license"}, "Apple's license (LICENSE.md)"),
        ({"README.md": "---\nlicense:\nlibrary_name: open_clip\n---\n"}, None),
        ({"README.md": "---\nlicense: null\n---\n"}, None),
        ({"README.md": '---\nlicense: "other" # ask\n---\n', "LICENSE": "Ours"}, "Ours (LICENSE)"),
        ({"README.md": "---\nlicense: 'mit' # see below\n---\n"}, "mit (README.md)"),
        ({"README.md": "---\nlicense:\n- mit\n- gpl\n---\n"}, "mit, gpl (README.md)"),
        ({"README.md": "---\nlicense: [mit, gpl]\ntags: [a]\n---\n"}, "mit, gpl (README.md)"),
        ({"README.md": "---\nlicense_name: ours\nlicense: mit\n---\n"}, "ours, mit (README.md)"),
        ({"README.md": "---\nlicense: >-\n  Ours only\n---\n"}, "Ours only (README.md)"),
        ({"README.md": "---\nlicense: Other\n---\n"}, None),
        ({"LICENSE": "x" * 3_000}, f"{'x' * 80} (LICENSE)"),
        ({"README.md": "---\ntags:\n- a---b\nlicense: mit\n---\n"}, "mit (README.md)"),
        ({"README.md": "---\ntags: [a]\n---\nlicense: mit\n---\n"}, None),
        ({}, None),
    ],
)
def test_a_license_is_found(files: dict[str, str], expected: str | None, tmp_path: Path) -> None:
    for name, content in {**files, "weights.pth": ""}.items():
        (tmp_path / name).write_text(content)
    for place in (tmp_path, tmp_path / "weights.pth"):
        assert Tower("timm", "vit_tiny", place, None).license == expected


@pytest.mark.parametrize(
    ("memory", "milliseconds", "expected", "slots"),
    [
        (100, 10, (1, 1), (8, 4)),
        (733, 130, (1, 1), (7, 4)),
        (734, 480, (2, 1), (2, 2)),
        (5_000, 1_500, (8, 2), (1, 1)),
    ],
)
def test_an_instance_holds_the_encoder_and_answers_in_time(
    memory: int, milliseconds: float, expected: tuple[int, int], slots: tuple[int, int]
) -> None:
    size = size_for(Measured(milliseconds, memory))
    assert (size.memory, size.cpu) == expected
    assert tuple(size.slots(name, milliseconds) for name in ("search", "enrich")) == slots


def test_torch_is_installed_for_a_cpu_in_a_folder_of_its_own(tmp_path: Path) -> None:
    made, installed = uv_commands("uv", tmp_path)
    assert made[-1] == str(tmp_path)
    assert f"--python {tmp_path}/bin/python --torch-backend cpu --requirements" in " ".join(installed)
    pinned = Path(installed[-1]).read_text().splitlines()[1:]
    assert {line.partition("==")[0] for line in pinned} >= {"torch", "timm", "transformers", "onnxscript"}
    assert all("==" in line for line in pinned)


def test_a_process_that_fails_says_why_in_its_last_line() -> None:
    with pytest.raises(Ended, match=r"it did not work: .*No module named tools.nothing"):
        ran("python3", "tools.nothing", (), "it did not work")
