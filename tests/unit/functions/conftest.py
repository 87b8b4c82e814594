"""The search function's app, and what is behind it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.functions.search_app import Behind, client, endpoints


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def browser(behind: Behind) -> FlaskClient:
    return client(endpoints(behind))
