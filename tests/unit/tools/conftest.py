from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from numpy.typing import NDArray

from tools.embedded_model.weights import published_weights, read_state_dict


@pytest.fixture(scope="session")
def state_dict() -> Mapping[str, NDArray[Any]]:
    """The published weights by name."""
    return read_state_dict(published_weights())
