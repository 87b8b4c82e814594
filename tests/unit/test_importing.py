from __future__ import annotations

import gc
import importlib
import subprocess
import sys

import pytest

from devstack.environment import REPOSITORY, child_environment
from shared.loading import importing


def test_a_library_is_hidden_in_the_block_only() -> None:
    with importing(without="wave"), pytest.raises(ImportError):
        importlib.import_module("wave")
    assert importlib.import_module("wave")
    assert gc.isenabled()


def test_a_library_that_is_loaded_stays() -> None:
    importlib.import_module("json")
    with importing(without="json"):
        assert importlib.import_module("json").dumps(1) == "1"


def test_googles_client_works_without_what_it_could_import() -> None:
    code = """
import sys
from shared.loading import importing
with importing(without="aiohttp"):
    from shared.labeling.providers.google_vision import client
assert "aiohttp" not in sys.modules
import aiohttp
print(client.ImageAnnotatorClient.__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=child_environment(),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "ImageAnnotatorClient"
