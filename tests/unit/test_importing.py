from __future__ import annotations

import gc
import importlib
import subprocess
import sys

import pytest

from devstack.environment import REPOSITORY, child_environment
from shared.loading import importing


def test_a_library_is_hidden_in_the_block_only() -> None:
    with importing(without=("wave",)), pytest.raises(ImportError):
        importlib.import_module("wave")
    assert importlib.import_module("wave")
    assert gc.isenabled()


def test_a_library_that_is_loaded_stays() -> None:
    importlib.import_module("json")
    with importing(without=("json",)):
        assert importlib.import_module("json").dumps(1) == "1"


def test_of_a_folder_only_what_is_asked_for_is_loaded() -> None:
    code = """
import sys
from shared.loading import importing
with importing(folders=("xml.dom",)):
    import xml.dom.minicompat
    assert not hasattr(sys.modules["xml.dom"], "Node")
assert "xml.dom" not in sys.modules
import xml.dom
print(xml.dom.Node.__name__)
"""
    assert _printed(code) == "Node"


def test_a_folder_that_is_none_is_told() -> None:
    with pytest.raises(ModuleNotFoundError, match="sunau is no package"), importing(folders=("sunau",)):
        pass
    assert gc.isenabled()


def test_googles_client_works_without_what_it_could_import() -> None:
    code = """
import sys
from shared.loading import importing
from shared.labeling.providers.google_vision.recognizer import connected
from shared.labeling.providers.google_vision import VisionSettings
connected(VisionSettings(VISION_ENDPOINT="grpc://127.0.0.1:9"), "")
api = "google.cloud.vision_v1"
unneeded = ("aiohttp", "charset_normalizer", f"{api}.services.product_search", api)
assert not sys.modules.keys() & set(unneeded)
import aiohttp, charset_normalizer
from google.cloud.vision_v1 import ImageAnnotatorClient, ProductSearchClient
from shared.labeling.providers.google_vision import client
assert issubclass(ImageAnnotatorClient, client.ImageAnnotatorClient)
print(ImageAnnotatorClient.__name__)
"""
    assert _printed(code) == "ImageAnnotatorClient"


def _printed(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=child_environment(),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()
