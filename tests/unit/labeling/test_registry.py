from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.labeling.registry import ENCODERS, Provider, create, create_encoder
from tests.towers import averaging_tower, declare


def test_an_unknown_recogniser_is_named_with_those_there_are() -> None:
    with pytest.raises(Misconfigured, match=r"^LABELER: .*'clarifai'; write one of: embedded, google-vision"):
        create("clarifai", {})


@pytest.mark.parametrize("library", ["no_such_library", "no_such_library.part", "google.cloud.no_such_part"])
def test_a_recogniser_whose_library_is_missing_says_what_to_install(library: str) -> None:
    with pytest.raises(Misconfigured, match=f"needs the library {library}; .*uv sync --group toy"):
        create("toy", {}, {"toy": Provider("shared.labeling.providers.toy", library)})


def test_an_unknown_encoder_is_named_with_those_there_are() -> None:
    with pytest.raises(Misconfigured, match=r"^ENCODER: .*'clip'; write one of: embedded, onnx$"):
        create_encoder("clip", {})


def test_an_encoder_whose_library_is_missing_says_which_group_has_it() -> None:
    toy = Provider("shared.labeling.providers.toy", "no_such_library", group="embedded")
    with pytest.raises(Misconfigured, match=r"^ENCODER: .*no_such_library; .*uv sync --group embedded$"):
        create_encoder("toy", {}, {"toy": toy})


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_is_built_with_the_options_given(tmp_path: Path, name: str) -> None:
    model = declare(averaging_tower(tmp_path / "tower.onnx"))
    encoder = create_encoder(name, {"model_path": str(model)})
    assert encoder.encoder_id.startswith(f"{encoder.name}/")
    with pytest.raises(TypeError):
        create_encoder(name, {"no_such_option": 1})
