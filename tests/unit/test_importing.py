from __future__ import annotations

import gc
import importlib
import sys
from pathlib import Path

import pytest

from shared.loading import importing


def test_a_library_is_hidden_in_the_block_only_unless_it_is_loaded() -> None:
    with importing(without=("wave", "json")):
        with pytest.raises(ImportError):
            importlib.import_module("wave")
        assert importlib.import_module("json").dumps(1) == "1"
    assert importlib.import_module("wave")
    assert gc.isenabled()


def test_only_what_is_asked_for_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "__init__.py").write_text("BOOK = 'all'")
    (folder / "part.py").write_text("BOOK = 'one'")
    monkeypatch.syspath_prepend(tmp_path)
    with importing(folders=("shelf",)):
        assert importlib.import_module("shelf.part").BOOK == "one"
        assert not hasattr(sys.modules["shelf"], "BOOK")
    assert importlib.import_module("shelf").BOOK == "all"


def test_a_folder_that_is_none_is_told() -> None:
    with pytest.raises(ModuleNotFoundError, match="sunau is no package"), importing(folders=("sunau",)):
        pass
    assert gc.isenabled()
