from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.labeling.registry import Provider, create


def test_an_unknown_recogniser_is_named_with_those_there_are() -> None:
    with pytest.raises(Misconfigured, match="'clarifai'; write one of: embedded, google-vision"):
        create("clarifai", {})


@pytest.mark.parametrize("library", ["no_such_library", "no_such_library.part", "google.cloud.no_such_part"])
def test_a_recogniser_whose_library_is_missing_says_what_to_install(library: str) -> None:
    with pytest.raises(Misconfigured, match=f"needs the library {library}; .*uv sync --group toy"):
        create("toy", {}, {"toy": Provider("shared.labeling.providers.toy", library)})
