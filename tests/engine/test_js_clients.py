"""Algolia's JavaScript client and InstantSearch.js against the server, in Node."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import running

FOLDER = Path(__file__).parents[1] / "js"
PACKAGES = FOLDER.parents[1] / "node_modules"
KEYS = '{"admin-key": {"acl": ["admin"]}, "search-key": {"acl": ["search"], "indexes": ["js_*"]}}'


def test_the_javascript_client_and_instantsearch_work_unmodified() -> None:
    if not PACKAGES.is_dir():
        pytest.fail("node_modules is missing: run `make setup`")
    with running(KeyRing.from_json("JSAPP", KEYS), EngineConfig(task_delay=0.02)) as server:
        environment = {
            **os.environ,
            "ALGOLIA_ENGINE_URL": server.url,
            "ALGOLIA_APP_ID": "JSAPP",
            "ALGOLIA_ADMIN_KEY": "admin-key",
            "ALGOLIA_SEARCH_KEY": "search-key",
        }
        ended = subprocess.run(
            ["node", "--test", "--test-timeout=20000"],
            cwd=FOLDER,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# skipped 0" in ended.stdout
