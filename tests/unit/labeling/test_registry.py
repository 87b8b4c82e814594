from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.labeling.registry import create


def test_an_unknown_recogniser_is_named_with_those_there_are() -> None:
    with pytest.raises(Misconfigured, match="'clarifai'; write one of: embedded, google-vision"):
        create("clarifai", {})


def test_a_recogniser_whose_library_is_missing_says_what_to_install() -> None:
    with pytest.raises(Misconfigured, match=r"needs the package 'no_such_library'.*uv sync --group toy"):
        create("toy", {}, {"toy": "no_such_library.toy:create"})
