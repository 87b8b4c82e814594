from __future__ import annotations

from pathlib import Path

import pytest

from tests.models import embedded_model


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded model's file."""
    return embedded_model(tmp_path_factory.mktemp("model"))
